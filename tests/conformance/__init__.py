"""Our description of the compute API against Nova's own decorators and tempest: ``nox -s conformance``.

`oracle` and `decorators` run where Nova is installed, `tempest_oracle` where tempest is, with `standins` and
`places`, and know nothing of microspec; everything else runs where microspec is installed. pytest does not
collect any of it.
"""

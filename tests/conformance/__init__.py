"""Our description of the compute API against Nova's own decorators: ``nox -s conformance``.

`oracle`, `decorators` and `standins` run where Nova is installed and know nothing of microspec; everything
else runs where microspec is installed. pytest does not collect any of it.
"""

"""Inputs that nobody meant, put to everything that reads what others wrote: ``nox -s fuzz``.

`mutate` changes good inputs, `surfaces` has one module for each part of the library that is tried, `runner` spreads
the inputs over processes and keeps what came of them, and `page` writes docs/reliability.md. An input is a
function of the surface, a seed and a number, so that each can be made again. pytest does not collect any of it.
"""

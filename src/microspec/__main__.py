"""``python -m microspec``: the command line, by the interpreter in whose environment it is."""

from __future__ import annotations

from .cli import main

if __name__ == "__main__":
    main(prog_name="microspec")

"""The entry point of ``microspec`` and ``python -m microspec``."""

from __future__ import annotations

import gc


def run() -> None:
    """Run the program. All imports stay to the end, so the garbage collector never searches them."""
    gc.disable()
    from .cli import main

    gc.freeze()
    gc.enable()
    main(prog_name="microspec")


if __name__ == "__main__":
    run()

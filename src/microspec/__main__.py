"""``microspec``, and ``python -m microspec``: the command line in a process of its own."""

from __future__ import annotations

import gc


def run() -> None:
    """Run the program. What it imports stays to the end: nothing of it is looked through for garbage, then or later."""
    gc.disable()
    from .cli import main

    gc.freeze()
    gc.enable()
    main(prog_name="microspec")


if __name__ == "__main__":
    run()

"""``python -m benchmarks --others PYTHON [--quick]``: measure, and write the page.

PYTHON is the interpreter of an environment with nova, openstacksdk and python-novaclient.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from . import documents, gate, growth, model, models, page, path, questions, startup, validation

if TYPE_CHECKING:
    from collections.abc import Callable

    from .measure import Group


def main() -> None:
    """Measure all groups, write the page, and print what became of the targets."""
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure, and write docs/performance.md.")
    parser.add_argument("--others", type=Path, required=True, help="the interpreter beside which the others are")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller sizes")
    arguments = parser.parse_args()
    others: Path = arguments.others.absolute()
    quick: bool = arguments.quick
    measures: dict[str, Callable[[], Group]] = {
        "startup": lambda: startup.measure(others, quick),
        "validation": lambda: validation.measure(others, quick),
        "path": lambda: path.measure(quick),
        "gate": lambda: gate.measure(quick),
        "questions": lambda: questions.measure(quick),
        "model": lambda: model.measure(quick),
        "models": lambda: models.measure(quick),
        "documents": lambda: documents.measure(quick),
        "growth": lambda: growth.measure(quick),
    }
    groups = []
    for name, measure in measures.items():
        start = time.monotonic()
        groups.append(measure())
        print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    page.write(groups, quick)
    for line in page.targets([row for group in groups for row in group.rows]):
        print("  ".join(line))


if __name__ == "__main__":
    main()

"""What it costs to resolve all versions: sharing structure, against copying every version.

Both ways start from the same baseline and the same changes, in one process, taking turns; the table
gives medians and their ratio. ``python benchmarks/folding.py [--write]`` prints it, and with --write
puts it into docs/performance.md.
"""

from __future__ import annotations

import copy
import gc
import platform
import statistics
import sys
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import microspec
from microspec.frozen import thaw

if TYPE_CHECKING:
    from collections.abc import Callable

    from microspec.history import History

REPEATS = 5
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- folding: begin -->", "<!-- folding: end -->"


def sharing(history: History) -> list[Any]:
    """All versions, each made from the one before it by its changes."""
    api = history.baseline
    resolved = []
    for microversion in history:
        api = microversion.apply(api)
        resolved.append(api)
    return resolved


def copying(history: History) -> list[Any]:
    """The same with a deep copy of everything for every version, as is done with plain dicts."""
    api = history.baseline
    resolved = []
    for microversion in history:
        api = microversion.apply(api)
        plain = {
            "definitions": {key: thaw(_fields(value)) for key, value in api.definitions.items()},
            "schemas": thaw(api.schemas),
        }
        resolved.append(copy.deepcopy(plain))
    return resolved


def _fields(value: Any) -> dict[str, Any]:
    return {name: str(field) if name == "responses" else field for name, field in value.fields().items()}


def seconds(way: Callable[[History], Any], history: History) -> float:
    """The time that one run takes."""
    gc.collect()
    start = time.perf_counter()
    way(history)
    return time.perf_counter() - start


def megabytes(way: Callable[[History], Any], history: History) -> float:
    """The memory that the result holds, beyond what was there before."""
    gc.collect()
    tracemalloc.start()
    result = way(history)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return held / 1e6


def table() -> str:
    """The measurement as a Markdown table."""
    history = microspec.load()
    times: dict[Any, list[float]] = {sharing: [], copying: []}
    for _ in range(REPEATS):
        for way, measured in times.items():
            measured.append(seconds(way, history))
    fast, slow = (statistics.median(times[way]) for way in (sharing, copying))
    small, large = megabytes(sharing, history), megabytes(copying, history)
    return "\n".join(
        [
            f"All {len(history)} versions of the bundled compute API, CPython {platform.python_version()}, "
            f"medians of {REPEATS} interleaved runs.",
            "",
            "| way | time | memory held |",
            "|---|---|---|",
            f"| sharing, as microspec does | {fast * 1e3:.1f} ms | {small:.1f} MB |",
            f"| copying every version | {slow * 1e3:.0f} ms | {large:.0f} MB |",
            f"| ratio | {slow / fast:.0f}× | {large / small:.0f}× |",
        ]
    )


def main() -> None:
    """Print the table; with --write also put it into the page."""
    text = table()
    print(text)
    if "--write" in sys.argv[1:]:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()

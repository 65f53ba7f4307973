"""Measuring on a machine that others use as well.

Where ways of doing something are compared, each is measured once in each round, so that whatever else the
machine does meets all of them alike. What is told is the median over the rounds: of a figure, or of the ratio of
two figures of the same round. Time is CPU time, which does not count waiting for the other users.
"""

from __future__ import annotations

import gc
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import time
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parents[1]

BLOCK = 0.02
"""Calls that are quick are measured in blocks of about so many seconds."""


class Rounds:
    """Figures of several ways, taken in turns: one of each way in every round."""

    def __init__(self, ways: Mapping[str, Callable[[], float]], rounds: int) -> None:
        self._figures: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(rounds):
            for way, measured in ways.items():
                self._figures[way].append(measured())

    def __contains__(self, way: str) -> bool:
        return way in self._figures

    def median(self, way: str) -> float:
        """The median of the figures of a way."""
        return statistics.median(self._figures[way])

    def ratio(self, way: str, to: str) -> float:
        """How many times the figure of another way: the median of the ratios of the rounds."""
        pairs = zip(self._figures[way], self._figures[to], strict=True)
        return statistics.median(figure / other for figure, other in pairs)


def cpu_of(work: Callable[[], object]) -> float:
    """The CPU time, in seconds, that some work takes in this process. Garbage is collected before it."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def per_call(function: Callable[[Any], object], argument: Any) -> Callable[[], float]:
    """A measure of the CPU time of one call, in seconds: the mean over a block of calls.

    It is called once before, so that the work of a first call does not decide how many calls are in a block.
    """
    function(argument)
    calls = 1
    while calls < 1 << 20 and _block(function, argument, calls) < BLOCK:
        calls *= 2
    return lambda: _block(function, argument, calls) / calls


def _block(function: Callable[[Any], object], argument: Any, calls: int) -> float:
    start = time.process_time()
    for _ in repeat(None, calls):
        function(argument)
    return time.process_time() - start


def environment() -> dict[str, str]:
    """The environment of measured processes: what would keep Python from caching its bytecode is left out."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}


def cpu_of_process(*command: str | Path) -> float:
    """The CPU time, in seconds, of a process from its start to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment(), cwd=sys.prefix, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def told_by_child(task: str, *arguments: str | Path) -> dict[str, float]:
    """What a task of `benchmarks.children` measured in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.children", task, *map(str, arguments)]
    found = subprocess.run(command, env=environment(), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(found.stdout)  # type: ignore[no-any-return]


def medians(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The medians of figures that were taken several times, by their names."""
    return {name: statistics.median(one[name] for one in found) for name in found[0]}


def exponent(smaller: tuple[float, float], larger: tuple[float, float]) -> float:
    """The power of the size with which a figure grows, from two pairs of size and figure; 1 is linear."""
    (size, figure), (larger_size, larger_figure) = smaller, larger
    return math.log(larger_figure / figure) / math.log(larger_size / size)


class Target(NamedTuple):
    """A figure that is wanted: at most `limit`, or at least; and how the page says it."""

    limit: float
    text: str
    at_least: bool = False

    def missed_by(self, value: float) -> float | None:
        """How many times the limit is missed; None if it is met."""
        missed = self.limit / value if self.at_least else value / self.limit
        return missed if missed > 1 else None


class Row(NamedTuple):
    """One line of a table: a figure in the unit that `said` knows, and what stands beside it.

    `headline` is what it is called among the targets, if not as in the table; `why` is told where the
    target is missed.
    """

    work: str
    value: float
    unit: str
    beside: str = ""
    target: Target | None = None
    why: str = ""
    headline: str = ""


class Group(NamedTuple):
    """A section of the page: a text, a table, and a chart as SVG. `columns` are the heads of the first three."""

    name: str
    title: str
    text: str
    columns: tuple[str, str, str]
    rows: list[Row]
    chart: str


EXPONENTS = (
    (0.2, "hardly grows"),
    (0.85, "less than linear"),
    (1.15, "linear"),
    (1.5, "more than linear"),
    (math.inf, "far more than linear"),
)
"""What an exponent means, in words: each up to its limit."""


def said(value: float, unit: str) -> str:
    """A figure in words. Units: ``x`` (a ratio), ``s`` (seconds), ``B`` (bytes), ``^`` (an exponent)."""
    if unit == "^":
        return f"{value:.2f}: {next(word for limit, word in EXPONENTS if value < limit)}"
    if unit == "x":
        return f"{_digits(value)}×"
    if unit == "B":
        return f"{_digits(value / 1e6)} MB"
    factor, name = (1, "s") if value >= 1 else (1e3, "ms") if value >= 1e-3 else (1e6, "µs")
    return f"{_digits(value * factor)} {name}"


def _digits(value: float) -> str:
    """Three digits, or all of those before the point."""
    before = math.floor(math.log10(abs(value))) + 1 if value else 1
    return f"{value:,.{min(max(0, 3 - before), 3)}f}"

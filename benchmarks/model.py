"""What all versions cost in time and memory, and what differs between two of them; and linting the sources."""

from __future__ import annotations

import copy
import gc
import sys
import time
import tracemalloc
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import microspec
from microspec.loading import bundled_path
from microspec.questions.presence import elements
from microspec.values.frozen import thaw

from . import charts
from .children import fresh
from .measure import Group, Rounds, Row, Target, cpu_of, cpu_of_process, medians, per_call, said, told_by_child

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from microspec.history import History

MEMORY = Target(3e6, "≤ 3 MB")

DIFF = Target(0.005, "≤ 5 ms")
FAR = Target(0.004, "≤ 4 ms")
"""The time of a diff of the lowest and the highest version."""

FIELD = Target(0.0005, "≤ 0.5 ms")
"""The time of a question about one field over all versions."""

THERE, NEVER = "/server/networks/*/tag", "/server/networks/*/never"
"""A field of the body of *create server*, and one that there never was."""

LISTING = "GET /servers/detail"
"""The operation of which the most has changed."""

LINT = Target(1.5, "≤ 1.5 s")

WHY = {
    "resolved": "each version holds its own views of what is in it",
    "operations": (
        "there are {number:,} operations in all versions, each a separate object, which knows its version;"
        " the values that they share take {decoded}, including everything resolved"
    ),
    "decoded": "it is every form of every element, as objects",
    "diff": "the differences of all microversions in between are composed into {findings} findings",
    "field": "it is examined again wherever something changes that it depends on",
    "lint": "most of it is reading YAML and checking its form",
}

TEXT = """\
A microversion makes the next API from the one before it, and shares everything that it does not change. The
compiled artifact has the result as intervals, so that a version is picked, not folded. The obvious alternative is a
deep copy for each version. Here, both ways start from the same baseline and the same changes. Their memory is
counted once by tracemalloc; the growth of a process (RSS, the median over some processes) is listed next to it. A
resolved version is one that `at()` returned, and of which nothing is decoded yet.
"""

ALL = {
    "resolved": "all versions resolved: memory",
    "decoded": "all versions resolved, and all definitions, schemas and behaviors decoded: memory",
    "operations": "the same, and all operations of all versions made: memory",
}
SELECTED = "all versions, from the artifact"
SHARED = "all versions folded, sharing"
COPIED = "all versions folded, with a deep copy of each"
LINTED = "`microspec lint`, the whole process"
READ = "the same files read by PyYAML's C loader, the whole process"

YARDSTICKS = (COPIED, READ)
"""What is not microspec's."""

READ_YAML = """\
import sys, yaml, pathlib
for path in pathlib.Path(sys.argv[1]).rglob("*.yaml"):
    yaml.load(path.read_bytes(), yaml.CSafeLoader)
"""


def measure(quick: bool) -> Group:
    """Measure."""
    rounds = 3 if quick else 7
    history = microspec.load()
    rows = [
        *_all_versions(history, rounds),
        *_differences(history, rounds),
        *_lives(history, rounds),
        *_processes(rounds),
    ]
    bars = [
        charts.Bar(row.work.replace("`", ""), row.value, said(row.value, "s"), row.work not in YARDSTICKS)
        for row in rows
        if row.unit == "s"
    ]
    columns = ("work on the compute API", "measured", "")
    return Group("model", "All versions", TEXT, columns, rows, charts.bars_of_time("CPU time", bars))


def _all_versions(history: History, rounds: int) -> Iterator[Row]:
    """What it takes to have all versions: from the artifact, and folded in two ways."""
    resident = medians([told_by_child("memory") for _ in range(rounds)])
    traced = told_by_child("traced")
    told = {"number": int(traced["number"]), "decoded": said(traced["decoded"], "B")}
    for name, work in ALL.items():
        rss = f"{said(resident[name], 'B')} RSS"
        yield Row(work, traced[name], "B", rss, MEMORY, WHY[name].format(**told))
    all_at = _on_a_fresh_one(lambda fresh_one: [fresh_one.at(version) for version in fresh_one.versions])
    ways = {
        SELECTED: all_at,
        SHARED: lambda: cpu_of(lambda: sharing(history)),
        COPIED: lambda: cpu_of(lambda: copying(history)),
    }
    taken = Rounds(ways, max(3, rounds // 2))
    shared, copied = held(sharing, history), held(copying, history)
    yield Row(SELECTED, taken.median(SELECTED), "s")
    yield Row(SHARED, taken.median(SHARED), "s", f"{said(shared, 'B')} held")
    yield Row(COPIED, taken.median(COPIED), "s", f"{said(copied, 'B')} held")
    yield Row("deep copies ÷ sharing: time", taken.ratio(COPIED, SHARED), "x")
    yield Row("deep copies ÷ sharing: memory", copied / shared, "x")


def _differences(history: History, rounds: int) -> Iterator[Row]:
    """What differs between two versions, asked of a history that has been asked before, and of one that has not."""
    low, high = str(history.min_version), str(history.max_version)
    pairs = [("2.1", "2.88"), (low, high), ("2.87", "2.88")]
    targets = {pairs[0]: DIFF, pairs[1]: FAR}
    warm = Rounds({f"{old} {new}": _warm_diff(history, old, new) for old, new in pairs}, rounds * 3)
    cold = Rounds({"": _on_a_fresh_one(lambda fresh_one: fresh_one.diff("2.1", "2.88"))}, rounds)
    for old, new in pairs:
        number = len(history.diff(old, new).findings)
        target = targets.get((old, new))
        why = WHY["diff"].format(findings=number) if target else ""
        work = f'`diff("{old}", "{new}")`, warm'
        yield Row(work, warm.median(f"{old} {new}"), "s", f"{number} findings", target, why)
    first = Rounds({"": lambda: _first_diff(low, high)}, max(3, rounds // 2))
    yield Row(f'`diff("{low}", "{high}")`, the first after those of all neighbours', first.median(""), "s")
    yield Row('`diff("2.1", "2.88")`, with nothing decoded', cold.median(""), "s")
    work = '`diff("2.1", "2.88")`, with nothing decoded: memory'
    yield Row(
        work, held(lambda fresh_one: (fresh_one, fresh_one.diff("2.1", "2.88")), fresh()), "B", "with what it read"
    )


def _first_diff(old: str, new: str) -> float:
    """A diff of a history that has read what each microversion changes, and composed nothing yet."""
    history = fresh()
    for neighbours in pairwise(history.versions):
        history.diff(*neighbours)
    return cpu_of(lambda: history.diff(old, new))


def _warm_diff(history: History, old: str, new: str) -> Callable[[], float]:
    return lambda: cpu_of(lambda: history.diff(old, new))


def _lives(history: History, rounds: int) -> Iterator[Row]:
    """What became of one field over all versions, asked of a history that was asked for others before."""
    questions: dict[str, Callable[..., object]] = {"history": history.history, "availability": history.availability}
    listed = [(key, {part: name}) for key, part, name, _ in elements(history._source) if part != "status"]
    ways = {}
    for name, question in questions.items():
        for pointer in (THERE, NEVER):
            ways[name, pointer] = per_call(partial(_of_request, question), pointer)
    taken = {way: Rounds({"": measured}, rounds).median("") for way, measured in ways.items()}
    for (name, pointer), value in taken.items():
        beside = "a field that there never was" if pointer == NEVER else ""
        yield Row(f'`{name}("POST /servers", request="{pointer}")`, warm', value, "s", beside, FIELD, WHY["field"])
    for name, question in questions.items():
        found: dict[float, str] = {}
        for key, element in listed:
            part, pointer = next(iter(element.items()))
            ask = partial(question, key, **element)
            found[min(cpu_of_one(ask) for _ in range(10))] = f"`{part} {pointer}` of `{key}`"
        work = f"`{name}`, warm: the slowest of {len(listed):,} fields and parameters"
        yield Row(work, max(found), "s", found[max(found)], FIELD, WHY["field"])
    whole = Rounds({"": per_call(history.history, LISTING)}, rounds).median("")
    yield Row(f'`history("{LISTING}")`, warm', whole, "s", f"{len(history.history(LISTING))} events")


def _of_request(question: Callable[..., object], pointer: str) -> object:
    return question("POST /servers", request=pointer)


def cpu_of_one(work: Callable[[], object]) -> float:
    """The CPU time, in seconds, of one call of many: garbage is not collected before it."""
    start = time.process_time()
    work()
    return time.process_time() - start


def _processes(rounds: int) -> Iterator[Row]:
    """Linting, against the reading of the files alone."""
    python = Path(sys.executable)
    ways = {
        LINTED: lambda: cpu_of_process(python.with_name("microspec"), "lint"),
        READ: lambda: cpu_of_process(python, "-c", READ_YAML, bundled_path("compute")),
    }
    taken = Rounds(ways, rounds)
    yield Row(LINTED, taken.median(LINTED), "s", "", LINT, WHY["lint"])
    yield Row(READ, taken.median(READ), "s")


def _on_a_fresh_one(work: Callable[[History], object]) -> Callable[[], float]:
    def seconds() -> float:
        history = fresh()
        return cpu_of(lambda: work(history))

    return seconds


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
            "schemas": {name: thaw(schema) for name, schema in api.schemas.items()},
        }
        resolved.append(copy.deepcopy(plain))
    return resolved


def _fields(value: Any) -> dict[str, Any]:
    return {name: str(field) if name == "responses" else field for name, field in value.fields().items()}


def held(way: Callable[[History], Any], history: History) -> float:
    """The memory, in bytes, that a result holds beyond what was there before."""
    gc.collect()
    tracemalloc.start()
    result = way(history)
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return float(size)

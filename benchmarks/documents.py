"""What OpenAPI documents cost: the first of a process, the next ones, and writing them as text."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from microspec import openapi
from microspec.authoring.yaml import block

from . import charts
from .children import fresh
from .measure import Group, Rounds, Row, Target, cpu_of, cpu_of_process, said

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST = Target(2.0, "≤ 2 s")
SECOND = Target(0.2, "≤ 200 ms")

VERSION, NEXT = "2.104", "2.53"
"""The version of the first document, and that of the second, from which much differs."""

PROCESS = f"`microspec openapi {VERSION}`, the whole process"
OF_FIRST = f"`document(compute.at({VERSION!r}))`, the first of a history"
OF_SECOND = f"`document(compute.at({NEXT!r}))`, after that"
AS_JSON = f"`json.dumps` of the document of {VERSION}"
AS_YAML = f"the document of {VERSION} as YAML"
OF_ALL = "`cumulative(compute)`, of a history that has no document yet"

WHY = "all schemas of the version are made, and the versions of everything in them are looked up"

TEXT = """\
A document has all operations and schemas of a version in it. Documents of one history share what they are made of: the
finished text of each schema that does not differ, and the versions of properties, parameters and behaviors. Beside them
stands what the standard library takes to write the same document as text.
"""


def measure(quick: bool) -> Group:
    """Measure."""
    rows = [*_rows(3 if quick else 7)]
    bars = [
        charts.Bar(row.work.replace("`", ""), row.value, said(row.value, row.unit), row.work != AS_JSON)
        for row in rows
        if row.unit == "s"
    ]
    columns = ("work on the compute API", "measured", "")
    return Group("documents", "OpenAPI", TEXT, columns, rows, charts.bars_of_time("CPU time", bars))


def _rows(rounds: int) -> Iterator[Row]:
    document = openapi.document(fresh().at(VERSION))
    everything = openapi.cumulative(fresh())
    ways = {
        PROCESS: lambda: cpu_of_process(Path(sys.executable).with_name("microspec"), "openapi", VERSION),
        OF_FIRST: _first,
        OF_SECOND: _second,
        AS_JSON: lambda: cpu_of(lambda: json.dumps(document)),
        AS_YAML: lambda: cpu_of(lambda: block(document)),
        OF_ALL: _all,
    }
    taken = Rounds(ways, rounds)
    targets = {PROCESS: FIRST, OF_FIRST: FIRST, OF_SECOND: SECOND}
    beside = {AS_JSON: said(len(json.dumps(document)), "B"), OF_ALL: said(len(json.dumps(everything)), "B")}
    for work in ways:
        target = targets.get(work)
        yield Row(work, taken.median(work), "s", beside.get(work, ""), target, WHY if target else "")


def _first() -> float:
    """The first document of a history."""
    history = fresh()
    return cpu_of(lambda: openapi.document(history.at(VERSION)))


def _second() -> float:
    """The second one, of another version."""
    history = fresh()
    openapi.document(history.at(VERSION))
    return cpu_of(lambda: openapi.document(history.at(NEXT)))


def _all() -> float:
    """The document of all versions."""
    history = fresh()
    return cpu_of(lambda: openapi.cumulative(history))

"""What questions over all versions take: a version to ask for, why a request fails, and recordings."""

from __future__ import annotations

import io
import json
import sys
import tempfile
import time
from pathlib import Path
from subprocess import DEVNULL, run
from typing import TYPE_CHECKING

import microspec
from microspec.questions.runs import Runs

from . import bodies, charts, recorded
from .measure import Group, Rounds, Row, Target, cpu_of, environment, per_call, said, told_by_child

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from microspec.history import History

SERVER = ("2.1", "2.79")
KEY = "POST /servers"
TAGGED = {"server": {**bodies.SMALL["server"], "tags": ["blue"]}}
"""A body that needs 2.52, and is refused before."""

WORKS = "`explain` of a call that works"
REFUSED = "`explain` of a refused call, with its whole content"
ACCEPTED = "`match` and `accepts_request` of the same call"
NEGOTIATED = "`negotiate` with a body"
EACH_SCHEMA = "one `accepts_request` for each schema that the operation ever had"
TAKEN = "`versions_for` a body"
AUDITED = "`audit` of a line, read and judged"
LOADED = "`json.loads` of the same line"

EXPLAIN = Target(10, "≤ 10×")
EXPLAIN_REFUSED = Target(0.0005, "≤ 0.5 ms")
NEGOTIATE = Target(3, "≤ 3×")
AUDIT = Target(25, "≤ 25×")
PROCESSES = Target(1.7, "≥ 1.7×", at_least=True)
MEMORY = Target(1.2, "≤ 1.2×")

WHY = {
    "explain": "the request is read from text and its body copied, so that what is worked out later is of the same",
    "refused": "most of it is putting in words what is wrong",
    "negotiate": "the release of the server is looked up each time, and what server and operation have in common",
    "audit": "most of it is taking a line apart: URL, query, headers",
    "processes": "the blocks are sent to the processes, and each of them starts an interpreter and the engine",
    "memory": "the parts of a recording are judged one after the other, and only the first calls of findings are kept",
}

TEXT = f"""\
Warm: each question has been asked before, of the same history. The request is `{KEY}` with the smallest body that
starts a server; the refused one has tags, too, at 2.37. Recorded traffic is generated: one call in nine cannot work,
for one of three reasons. `explain` says at once whether a call works, and works out the rest when it is read.
"""


def measure(quick: bool) -> Group:
    """Measure."""
    rounds = 5 if quick else 15
    history = microspec.load()
    rows = [*_questions(history, rounds), *_audits(history, rounds, 1_000 if quick else 10_000)]
    rows += [*_processes(3, 20_000 if quick else 200_000), *_memory(100_000 if quick else 1_000_000)]
    bars = [
        charts.Bar(row.work.replace("`", ""), row.value, said(row.value, "s"), row.work not in (EACH_SCHEMA, LOADED))
        for row in rows
        if row.unit == "s"
    ]
    return Group("questions", "Asking", TEXT, ("question", "measured", ""), rows, charts.bars_of_time("CPU time", bars))


def _questions(history: History, rounds: int) -> Iterator[Row]:
    """One request, of which several things are asked."""
    api = history.at(bodies.VERSION)
    accepts = api[KEY].accepts_request
    runs = history._source.kept(Runs).distinct(KEY)
    schemas = {run.operation.request_validator(): run.operation.accepts_request for run in runs}

    def each_schema(body: object) -> None:
        for accepted in schemas.values():
            accepted(body)

    ways: dict[str, Callable[[], float]] = {
        WORKS: per_call(lambda body: history.explain(KEY, bodies.VERSION, body=body).works, bodies.SMALL),
        ACCEPTED: per_call(lambda body: api.match("POST", "/servers") and accepts(body), bodies.SMALL),
        REFUSED: per_call(lambda body: str(history.explain(KEY, "2.37", body=body)), TAGGED),
        NEGOTIATED: per_call(lambda body: history.negotiate(server=SERVER, operation=KEY, body=body), bodies.SMALL),
        TAKEN: per_call(lambda body: history.versions_for(KEY, body=body), bodies.SMALL),
        EACH_SCHEMA: per_call(each_schema, bodies.SMALL),
    }
    taken = Rounds(ways, rounds)
    yield from (Row(way, taken.median(way), "s", "", *_wanted(way)) for way in ways if way != EACH_SCHEMA)
    yield Row(EACH_SCHEMA, taken.median(EACH_SCHEMA), "s", f"{len(schemas)} schemas")
    yield Row(f"{WORKS} ÷ {ACCEPTED}", taken.ratio(WORKS, ACCEPTED), "x", "", EXPLAIN, WHY["explain"])
    yield Row(
        f"{NEGOTIATED} ÷ {EACH_SCHEMA}", taken.ratio(NEGOTIATED, EACH_SCHEMA), "x", "", NEGOTIATE, WHY["negotiate"]
    )


def _wanted(way: str) -> tuple[Target, str] | tuple[()]:
    return (EXPLAIN_REFUSED, WHY["refused"]) if way == REFUSED else ()


def _audits(history: History, rounds: int, number: int) -> Iterator[Row]:
    """A recording, against the reading of its JSON alone."""
    lines = [*recorded.lines(number)]
    content = b"".join(lines)
    ways = {
        AUDITED: lambda: cpu_of(lambda: history.audit(history.recording(io.BytesIO(content), "calls"))) / number,
        LOADED: lambda: cpu_of(lambda: [json.loads(line) for line in lines]) / number,
    }
    taken = Rounds(ways, rounds)
    found = len(history.audit(history.recording(io.BytesIO(content), "calls")).findings)
    yield Row(AUDITED, taken.median(AUDITED), "s", f"{number:,} lines, {found} findings")
    yield Row(LOADED, taken.median(LOADED), "s")
    yield Row(f"{AUDITED} ÷ {LOADED}", taken.ratio(AUDITED, LOADED), "x", "", AUDIT, WHY["audit"])


def _processes(rounds: int, number: int) -> Iterator[Row]:
    """The time that passes until a recording is audited by one process and by two."""
    command = [str(Path(sys.executable).with_name("microspec")), "audit"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "calls.txt")
        file.write_bytes(b"".join(recorded.lines(number)))

        def passed(jobs: int) -> float:
            start = time.monotonic()
            run([*command, str(file), "--jobs", str(jobs)], env=environment(), stdout=DEVNULL, check=False)
            return time.monotonic() - start

        taken = Rounds({"1": lambda: passed(1), "2": lambda: passed(2)}, rounds)
    work = f"`microspec audit FILE` of {number:,} lines by one process ÷ by two, time that passes"
    yield Row(work, taken.ratio("1", "2"), "x", f"{said(taken.median('1'), 's')} by one", PROCESSES, WHY["processes"])


def _memory(most: int) -> Iterator[Row]:
    """The most memory that a process has that audits many calls, and one that audits few."""
    few, many = (told_by_child("audit", str(number))["peak"] for number in (10_000, most))
    work = f"peak memory of `audit`, {most:,} calls ÷ 10,000"
    yield Row(work, many / few, "x", f"{said(many, 'B')} RSS", MEMORY, WHY["memory"])

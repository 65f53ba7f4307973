"""What it takes to make models of bodies, and to read a body with one, against pydantic on the same classes as code."""

from __future__ import annotations

import tempfile
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import microspec

from . import bodies, charts
from .children import CREATE, written_models
from .measure import Group, Rounds, Row, Target, cpu_of, medians, per_call, said, told_by_child

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST, SECOND = Target(0.03, "≤ 30 ms"), Target(0.003, "≤ 3 ms")

WHY = {
    "first": "it is eight classes, of which pydantic makes each in a millisecond or two",
    "second": "the schema is looked up, and is the same",
}

TEXT = f"""\
The models of *create server* at {bodies.VERSION}. The first one is made in a process that has imported pydantic and
read the operation, and has made no other; what is told is the median of several processes. Beside it stands pydantic
alone: the same classes as the command `models` writes them, for all bodies of the operation, are imported, and their
bytecode is there. What is measured of a body is `model_validate`: microspec asks its validator and makes the
objects in Python, and the classes that are written leave both to pydantic, which checks most of the schema.
"""


def measure(quick: bool) -> Group:
    """Measure."""
    rows = [*_made(2 if quick else 9), *_read(5 if quick else 15), *_written(3 if quick else 7)]
    bars = [
        charts.Bar(row.work.replace("`", ""), row.value, said(row.value, "s"), "alone" not in row.work)
        for row in rows
        if row.unit == "s"
    ]
    columns = ("models of *create server*", "measured", "")
    return Group("models", "Models", TEXT, columns, rows, charts.bars_of_time("CPU time", bars))


def _made(processes: int) -> Iterator[Row]:
    """Making models, in processes of their own."""
    taken = medians([told_by_child("models") for _ in range(processes)])
    alone = f"all bodies, as written code by pydantic {version('pydantic')} alone"
    yield Row("the model of the request, as the first of a process", taken["first"], "s", "", FIRST, WHY["first"])
    yield Row("that of another version, where nothing differs", taken["second"], "s", "", SECOND, WHY["second"])
    yield Row("all bodies: microspec", taken["all"], "s")
    yield Row(alone, taken["written"], "s")
    yield Row("all bodies: microspec ÷ pydantic alone", taken["all"] / taken["written"], "x")


def _read(rounds: int) -> Iterator[Row]:
    """Reading bodies with models that are there."""
    operation = microspec.load().at(bodies.VERSION)[CREATE]
    made: Any = microspec.models.request(operation)
    with tempfile.TemporaryDirectory() as folder:
        written = written_models(folder).ServerCreateRequest
        for name, body in {"small body": bodies.SMALL, "34 kB body": bodies.LARGE}.items():
            ways = {
                "microspec": made.model_validate,
                "accepts_request": operation.accepts_request,
                "alone": written.model_validate,
            }
            taken = Rounds({way: per_call(function, body) for way, function in ways.items()}, rounds)
            yield Row(f"{name}: `model_validate`", taken.median("microspec"), "s")
            yield Row(f"{name}: `model_validate` ÷ `accepts_request`", taken.ratio("microspec", "accepts_request"), "x")
            yield Row(f"{name}: the written model alone", taken.median("alone"), "s")
            yield Row(f"{name}: `model_validate` ÷ the written model", taken.ratio("microspec", "alone"), "x")


def _written(rounds: int) -> Iterator[Row]:
    """Writing all types of a version."""
    package: Any = import_module("microspec.export.models.package").package
    api = microspec.load().at(bodies.VERSION)
    taken = Rounds({"": lambda: cpu_of(lambda: package("Compute", api))}, rounds)
    size = sum(map(len, package("Compute", api).values()))
    yield Row("the text of all modules of the version", taken.median(""), "s", said(float(size), "B"))

"""How cost grows with the number of microversions and of operations, on specifications made for it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from . import charts
from .measure import Group, Row, exponent, medians, said, told_by_child

PER_RESOURCE = 20
"""The operations of one resource, which is one file."""

LIFE = 12
"""The versions after which a property goes again, so that the API stays as large as it is."""

VERSIONS = (10, 100, 1000)
OPERATIONS = (100, 1000, 10_000)
FIXED_VERSIONS, FIXED_OPERATIONS = 20, 60

PATH = "/things-0001/a"
"""The path of a request that all of these specifications know."""

MEASURES = {
    "build": ("compiling", "s"),
    "build memory": ("compiling: memory", "B"),
    "artifact": ("size of the artifact", "B"),
    "load": ("`load()`", "s"),
    "load memory": ("`load()`: memory", "B"),
    "at first": ("first `at()`, of the highest version, and its operations", "s"),
    "at next": ("another `at()`, of the lowest version, and its operations", "s"),
    "all at": ("`at()` of all versions", "s"),
    "at memory": ("`at()` of all versions: memory", "B"),
    "all supports": ("`supports()` at all versions", "s"),
    "all microversions": ("`history[version]` of all versions", "s"),
    "match first": ("the first `match()`", "s"),
    "match": ("another `match()`", "s"),
    "negotiate first": ("the first `negotiate()` with a body", "s"),
    "negotiate": ("another `negotiate()`", "s"),
    "explain first": ("the first `explain()` of a refused call, with its whole content", "s"),
    "explain": ("another `explain()`", "s"),
    "history": ("`history()` of a field that came and went", "s"),
    "history again": ("`history()` of another, with all versions read", "s"),
    "never": ("`availability()` of a field that there never was", "s"),
    "diff": ("`diff()` of the first and the last version", "s"),
    "diff again": ("`diff()` of the same versions, warm", "s"),
    "diff memory": ("`diff()`: memory, with what it read", "B"),
}

LINES = {"build": "compiling", "load": "load()", "at first": "first at()", "diff": "diff()", "match": "match()"}

TEXT = f"""\
Specifications made for this: {FIXED_OPERATIONS} operations at {{versions}} microversions, each of which adds two
properties and a behavior and takes away those that came {LIFE} versions before; and {{operations}} operations at
{FIXED_VERSIONS} microversions. The exponent is that of the last step, from the last size but one to the last: 1 is
linear, 0 is no growth at all. Each size is measured in separate processes, one size after the other: compiling
once, everything else five times, with the median. Memory is the growth of the process, in pages of the system,
beyond what it used before; a question about all versions grows at least with their number.
"""


def measure(quick: bool) -> Group:
    """Measure."""
    versions = (10, 30, 100) if quick else VERSIONS
    operations = (100, 300, 1000) if quick else OPERATIONS
    with tempfile.TemporaryDirectory() as folder:
        by_versions = {n: _figures(Path(folder) / f"versions-{n}", n, FIXED_OPERATIONS) for n in versions}
        by_operations = {n: _figures(Path(folder) / f"operations-{n}", FIXED_VERSIONS, n) for n in operations}
    sizes = {"versions": _listed(versions), "operations": _listed(operations)}
    panels = {"microversions": _lines(by_versions), "operations": _lines(by_operations)}
    return Group(
        name="growth",
        title="Growth",
        text=TEXT.format(**sizes),
        columns=("what grows, and with what", "exponent", f"at {_listed(versions)}, or {_listed(operations)}"),
        rows=[*_rows("microversions", by_versions), *_rows("operations", by_operations)],
        chart=charts.lines("CPU time", panels),
    )


def _listed(sizes: tuple[int, ...]) -> str:
    return ", ".join(f"{size:,}" for size in sizes)


def _figures(folder: Path, versions: int, operations: int) -> dict[str, float]:
    """What was measured on a specification of a size."""
    write_tree(folder / "spec", versions, operations)
    built = told_by_child("build", folder / "spec", folder / "compiled")
    return built | medians([told_by_child("ask", folder / "compiled") for _ in range(5)])


def _rows(size: str, figures: dict[int, dict[str, float]]) -> list[Row]:
    *_, smaller, larger = figures
    rows = []
    for name, (work, unit) in MEASURES.items():
        power = exponent((smaller, figures[smaller][name]), (larger, figures[larger][name]))
        beside = ", ".join(said(one[name], unit) for one in figures.values())
        rows.append(Row(f"with {size}: {work}", power, "^", beside))
    return rows


def _lines(figures: dict[int, dict[str, float]]) -> dict[str, list[tuple[float, float]]]:
    return {label: [(size, one[name]) for size, one in figures.items()] for name, label in LINES.items()}


# ------------------------------------------------------------------------------------- the specifications


def write_tree(folder: Path, versions: int, operations: int) -> None:
    """Write a specification of this size into a folder: four operations for a kind of thing, all alike."""
    kinds = [f"{number:04d}" for number in range(operations // 4)]
    for name in ("baseline", "versions"):
        (folder / name).mkdir(parents=True)
    (folder / "service.yaml").write_text(SERVICE.format(last=versions), encoding="utf-8")
    (folder / "baseline" / "common.yaml").write_text(COMMON, encoding="utf-8")
    for start in range(0, len(kinds), PER_RESOURCE // 4):
        of_resource = kinds[start : start + PER_RESOURCE // 4]
        text = RESOURCE.format(number=start)
        text += "operations:\n" + "".join(OPERATION.format(kind=kind) for kind in of_resource)
        text += "schemas:\n" + "".join(SCHEMA.format(kind=kind) for kind in of_resource)
        (folder / "baseline" / f"things-{start:04d}.yaml").write_text(text, encoding="utf-8")
    for number in range(1, versions + 1):
        (folder / "versions" / f"1.{number}.yaml").write_text(_version(number, kinds), encoding="utf-8")


def _version(number: int, kinds: list[str]) -> str:
    """The file of a microversion: what it adds, and the taking away of what came some versions before."""
    text = VERSION.format(number=number, kind=kinds[number % len(kinds)])
    old = number - LIFE
    return text + REMOVAL.format(number=old, kind=kinds[old % len(kinds)]) if old > 0 else text


SERVICE = """\
service: things
title: Things
min-version: "1.1"
headers: {{standard: Things-API-Version}}
releases:
  first: {{name: First, series: "2026", version: 1.0.0, max-version: "1.{last}"}}
"""

COMMON = """\
parameters:
  header:
    Things-API-Version: {type: string}
  path:
    id: {description: The id of the thing., type: string}
headers:
  Things-API-Version: {type: string}
errors:
  - {status: 401, when: There is no valid token.}
queries:
  Paging:
    limit: {type: [integer, string], format: decimal, minimum: 0}
    marker: {type: string}
schemas:
  Name: {type: string, format: name, maxLength: 255}
  Count: {type: integer, minimum: 0, maximum: 2147483647}
"""

RESOURCE = """\
resource: things-{number}
title: Things from {number}
audience: member
"""

OPERATION = """\
  GET /things-{kind}:
    summary: List the things of this kind
    query: Paging
    responses: {{200: Listing{kind}}}
  POST /things-{kind}:
    summary: Make a thing of this kind
    request: Creation{kind}
    responses: {{201: Thing{kind}}}
    errors: [400, 409]
  GET /things-{kind}/{{id}}:
    summary: Show a thing
    responses: {{200: Thing{kind}}}
    errors: [404]
  DELETE /things-{kind}/{{id}}:
    summary: Remove a thing
    responses: {{204: null}}
    errors: [404]
"""

SCHEMA = """\
  Creation{kind}:
    type: object
    properties:
      name: {{$ref: Name}}
      count: {{$ref: Count}}
      labels: {{type: array, items: {{$ref: Name}}, maxItems: 50}}
      mode: {{type: string, enum: [slow, fast]}}
    required: [name]
    additionalProperties: false
  Thing{kind}:
    type: object
    properties:
      id: {{type: string}}
      name: {{$ref: Name}}
      count: {{$ref: Count}}
      labels: {{type: array, items: {{$ref: Name}}}}
      state: {{type: string, enum: [new, ready, gone]}}
    required: [id, name]
    additionalProperties: true
  Listing{kind}:
    type: object
    properties:
      things: {{type: array, items: {{$ref: Thing{kind}}}}}
    required: [things]
    additionalProperties: false
"""

VERSION = """\
microversion: "1.{number}"
title: Number {number}
description: Things can be told more, and something else is forgotten.
features:
  extra-{number}: Things have an extra number {number}.
behaviors:
  order-{number}:
    operations: [GET /things-{kind}]
    text: Lists come in another order.
changes:
  - add-property: [Creation{kind}.extra_{number}, Thing{kind}.extra_{number}]
    schema: {{type: string, maxLength: 60}}
    feature: extra-{number}
    why: There was something to tell.
"""

REMOVAL = """\
  - remove-property: [Creation{kind}.extra_{number}, Thing{kind}.extra_{number}]
    why: Nobody asked.
  - remove-behavior: order-{number}
    why: The order is the old one again.
"""

"""What a process costs from its start to its end, as multiples of one that does nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import microspec
from microspec.artifact.codec import encode
from microspec.authoring.cache import VARIABLE
from microspec.loading import bundled_path

from . import bodies, charts
from .measure import Group, Rounds, Row, Target, cpu_of_process, said

if TYPE_CHECKING:
    from collections.abc import Callable

BARE = "`python -c pass`"
THEIR_BARE = "`python -c pass` in the environment of the others"

SELECTED = '`at("2.88")` and its operations'
DECODED = f"{SELECTED}, the definition of each decoded"
FULL = f"{SELECTED}, all definitions, schemas and behaviors decoded"

CODE = {
    "`import microspec`": "import microspec",
    "one `supports()`": 'import microspec; microspec.load().supports("server-tags", "2.26")',
    "one `availability()` of a field": (
        'import microspec; microspec.load().availability("POST /servers", request="/server/networks/*/tag")'
    ),
    SELECTED: 'import microspec; list(microspec.load().at("2.88").operations.values())',
    DECODED: 'import microspec; [o.definition for o in microspec.load().at("2.88").operations.values()]',
    FULL: (
        'import microspec; api = microspec.load().at("2.88");'
        "[list(values.values()) for values in (api.operations, api.definitions, api.schemas, api.behaviors)]"
    ),
    "one request validated": (
        f'import microspec; microspec.load().at("2.88")["POST /servers"].validate_request({bodies.SMALL!r})'
    ),
}

NEGOTIATION = "one request negotiated"
CODE[NEGOTIATION] = (
    "import microspec; microspec.load().negotiate("
    f'server=("2.1", "2.79"), operation="POST /servers", body={bodies.SMALL!r})'
)

PROGRAM = "`microspec when server-tags`"
PROGRAM_AS_JSON = "`microspec when server-tags --format json`"
VERSIONS = "`microspec versions`"
FIRST_OF_FOLDER = "the first `microspec versions --spec DIR` of a folder"
NEXT_OF_FOLDER = "the second `microspec versions --spec DIR`"

CLICK_ALONE = "`import click`"
JSON_ALONE = "`import json`"
PLAIN = "the same definitions, schemas and behaviors as one text, read by `json.load` into dicts and lists"
READ_PLAIN = "import json, sys; json.load(open(sys.argv[1], encoding='utf-8'))"

PEERS = {
    "openstacksdk": "import openstack",
    "keystoneauth1": "import keystoneauth1.discover",
    "python-novaclient": "import novaclient.client",
}

TARGETS = {
    "one `supports()`": Target(1.15, "≤ 1.15×"),
    SELECTED: Target(1.5, "≤ 1.5×"),
    DECODED: Target(1.5, "≤ 1.5×"),
    FULL: Target(1.5, "≤ 1.5×"),
    PROGRAM: Target(5, "≤ 5×"),
}

WHY = {
    "one `supports()`": "what is left is finding and reading the modules and the index",
    SELECTED: "what is left is finding and reading the modules, the index and the model",
    DECODED: "to import `json` alone takes {json} of a bare interpreter; here every operation has become objects",
    FULL: "to read the same by `json.load` into dicts and lists takes {plain} of a bare interpreter",
    PROGRAM: "to import click alone takes {click} of a bare interpreter",
}

TEXT = """\
A process is started, does one thing and ends; its CPU time (user and system) is compared with that of an
interpreter that does nothing. Bytecode is compiled, as after an installation by pip. The other libraries are in a
separate environment, and are compared with a bare interpreter there; they are only imported.

`at()` gives a whole version: all operations, schemas and behaviors, as views of the interval form. Each of them is
decoded on demand; a process with one question does not need all of them. One row decodes the definition of every
operation (its parameters and answers), as a list of operations needs it. Another decodes everything at the version,
as a generator of code or of pages does. For comparison, there is the time that the standard library takes to be
imported, and to read the same values from one text. microspec reads equal values once, uses the C scanner of the
standard library for JSON, and makes immutable objects; it imports neither the package `json`, nor anything that
only writing needs.

The program writes to a pipe, so that nothing is laid out for a terminal, which would need Rich. The import of
click, which takes most of the time, is listed for comparison. A folder of YAML (here a copy of the files of the
bundled specification) is compiled when it is first read, into a cache that was empty; the next process reads the
files and the compiled result.
"""


def measure(others: Path, quick: bool) -> Group:
    """Measure; `others` is the interpreter of the environment in which the other libraries are."""
    python = Path(sys.executable)
    commands: dict[str, tuple[str | Path, ...]] = {BARE: (python, "-c", "pass")}
    commands |= {work: (python, "-c", code) for work, code in CODE.items()}
    for line in (PROGRAM, PROGRAM_AS_JSON, VERSIONS):
        commands[line] = (python.with_name("microspec"), *line.strip("`").split()[1:])
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, {VARIABLE: f"{folder}/cache"}):
        spec = shutil.copytree(bundled_path("compute"), f"{folder}/spec", ignore=shutil.ignore_patterns(".*"))
        commands[NEXT_OF_FOLDER] = (*commands[VERSIONS], "--spec", spec)
        first = cpu_of_process(*commands[NEXT_OF_FOLDER])
        ours = list(commands)
        return _measure(commands | _yardsticks(Path(folder)), ours, others, 10 if quick else 40, first)


def _yardsticks(folder: Path) -> dict[str, tuple[str | Path, ...]]:
    """What the standard library does at least, on a text that is written into a folder."""
    api = microspec.load().at("2.88")
    text = folder / "values.json"
    values = [dict(table) for table in (api.definitions, api.schemas, api.behaviors)]
    text.write_text(encode(values), encoding="utf-8")
    python = Path(sys.executable)
    alone = {line: (python, "-c", line.strip("`")) for line in (JSON_ALONE, CLICK_ALONE)}
    return {**alone, PLAIN: (python, "-c", READ_PLAIN, text)}


def _measure(
    commands: dict[str, tuple[str | Path, ...]], ours: list[str], others: Path, repeats: int, first: float
) -> Group:
    """Measure in rounds; `first` is the CPU time of the first process that read a folder, which is measured once."""
    here = list(commands)
    commands[THEIR_BARE] = (others, "-c", "pass")
    for library, code in PEERS.items():
        commands[f"`{code}` ({library} {version_in(others, library)})"] = (others, "-c", code)
    for command in commands.values():  # once without a clock, so that all bytecode is cached
        cpu_of_process(*command)
    rounds = Rounds({work: _clocked(command) for work, command in commands.items()}, repeats)
    alone = {"json": JSON_ALONE, "plain": PLAIN, "click": CLICK_ALONE}
    least = {name: said(rounds.ratio(work, BARE), "x") for name, work in alone.items()}
    rows = []
    for work in commands:
        ratio = rounds.ratio(work, BARE if work in here else THEIR_BARE)
        beside, headline = said(rounds.median(work), "s"), f"a process with {work} ÷ one that does nothing"
        why = WHY.get(work, "").format(**least)
        rows.append(Row(work, ratio, "x", beside, TARGETS.get(work), why, headline))
    bars = [
        charts.Bar(row.work.replace("`", ""), row.value, said(row.value, "x"), row.work in ours[1:])
        for row in rows
        if row.work != THEIR_BARE
    ]
    peer = next(work for work in commands if "keystoneauth1" in work)
    headline = f"a process with {NEGOTIATION} ÷ one with {peer}"
    target = Target(1, "≤ 1×")
    rows.append(Row(f"{NEGOTIATION} ÷ {peer}", rounds.ratio(NEGOTIATION, peer), "x", "", target, headline=headline))
    rows += _of_a_folder(rounds, first)
    chart = charts.bars("CPU time of a process, as multiples of a bare interpreter's", bars)
    return Group("startup", "Starting", TEXT, ("process", "÷ bare interpreter", "CPU time"), rows, chart)


def _of_a_folder(rounds: Rounds, first: float) -> list[Row]:
    """What a folder of YAML costs beside the bundled specification: the first time, and from the second on."""
    to_bundled = f"{{}} ÷ {VERSIONS}"
    bundled = rounds.median(VERSIONS)
    ratio, target = rounds.ratio(NEXT_OF_FOLDER, VERSIONS), Target(1.5, "≤ 1.5×")
    headline = f"{NEXT_OF_FOLDER} ÷ the same on the bundled specification"
    return [
        Row(to_bundled.format(FIRST_OF_FOLDER), first / bundled, "x", said(first, "s")),
        Row(to_bundled.format(NEXT_OF_FOLDER), ratio, "x", "", target, headline=headline),
    ]


def _clocked(command: tuple[str | Path, ...]) -> Callable[[], float]:
    return lambda: cpu_of_process(*command)


def version_in(python: Path, package: str) -> str:
    """The version of a package in an environment."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run([python, "-c", code], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()

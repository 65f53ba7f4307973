"""What a process costs from its start to its end, as multiples of one that does nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from . import bodies, charts
from .measure import Group, Rounds, Row, Target, cpu_of_process, said

if TYPE_CHECKING:
    from collections.abc import Callable

BARE = "`python -c pass`"
THEIR_BARE = "`python -c pass` in the environment of the others"

SELECTED = '`at("2.88")` and its operations'
DECODED = f"{SELECTED}, each of them decoded"

CODE = {
    "`import microspec`": "import microspec",
    "one `supports()`": 'import microspec; microspec.load().supports("server-tags", "2.26")',
    "one `availability()` of a field": (
        'import microspec; microspec.load().availability("POST /servers", request="/server/networks/*/tag")'
    ),
    SELECTED: 'import microspec; list(microspec.load().at("2.88").operations.values())',
    DECODED: 'import microspec; [o.definition for o in microspec.load().at("2.88").operations.values()]',
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

PEERS = {
    "openstacksdk": "import openstack",
    "keystoneauth1": "import keystoneauth1.discover",
    "python-novaclient": "import novaclient.client",
}

TARGETS = {
    "one `supports()`": Target(1.15, "≤ 1.15×"),
    SELECTED: Target(1.5, "≤ 1.5×"),
    DECODED: Target(1.5, "≤ 1.5×"),
}

WHY = {
    "one `supports()`": "what is left is finding and reading five modules and the index",
    SELECTED: "what is left is finding and reading nine modules, the index and the model",
    DECODED: "every operation has to become objects, a thousand of them in all, and that takes its time",
}

TEXT = """\
A process is started, does one thing and ends; its CPU time (user and system) is set against that of an
interpreter that does nothing. Bytecode is compiled, as pip leaves it. The other libraries are in an
environment of their own and set against a bare interpreter there; being imported is all that they do.

`at()` gives a whole version: all operations, schemas and behaviors, as views of the interval form. What one of
them says is decoded when it is first asked for; who has one question does not ask for all. To decode every
operation, as a generator of code or of pages does, is a row of its own. What is left there: parameters and
answers that are equal are read once, the scanner that the standard library has in C reads the JSON, and each
thing in it becomes an object; the package `json` is not imported, nor anything that only writing needs.
"""


def measure(others: Path, quick: bool) -> Group:
    """Measure; `others` is the interpreter of the environment in which the other libraries are."""
    python = Path(sys.executable)
    commands: dict[str, tuple[str | Path, ...]] = {BARE: (python, "-c", "pass")}
    commands |= {work: (python, "-c", code) for work, code in CODE.items()}
    commands[PROGRAM] = (python.with_name("microspec"), *PROGRAM.strip("`").split()[1:])
    ours = list(commands)
    commands[THEIR_BARE] = (others, "-c", "pass")
    for library, code in PEERS.items():
        commands[f"`{code}` ({library} {version_in(others, library)})"] = (others, "-c", code)
    for command in commands.values():  # once without a clock, so that all bytecode is cached
        cpu_of_process(*command)
    rounds = Rounds({work: _clocked(command) for work, command in commands.items()}, 10 if quick else 40)
    rows = []
    for work in commands:
        ratio = rounds.ratio(work, BARE if work in ours else THEIR_BARE)
        beside, headline = said(rounds.median(work), "s"), f"a process with {work} ÷ one that does nothing"
        rows.append(Row(work, ratio, "x", beside, TARGETS.get(work), WHY.get(work, ""), headline))
    bars = [
        charts.Bar(row.work.replace("`", ""), row.value, said(row.value, "x"), row.work in ours[1:])
        for row in rows
        if row.work != THEIR_BARE
    ]
    peer = next(work for work in commands if "keystoneauth1" in work)
    headline = f"a process with {NEGOTIATION} ÷ one with {peer}"
    target = Target(1, "≤ 1×")
    rows.append(Row(f"{NEGOTIATION} ÷ {peer}", rounds.ratio(NEGOTIATION, peer), "x", "", target, headline=headline))
    chart = charts.bars("CPU time of a process, as multiples of a bare interpreter's", bars)
    return Group("startup", "Starting", TEXT, ("process", "÷ bare interpreter", "CPU time"), rows, chart)


def _clocked(command: tuple[str | Path, ...]) -> Callable[[], float]:
    return lambda: cpu_of_process(*command)


def version_in(python: Path, package: str) -> str:
    """The version of a package in an environment."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run([python, "-c", code], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()

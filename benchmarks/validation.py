"""How long it takes to accept a request, against how Nova does it, the bare engine, and other libraries."""

from __future__ import annotations

import subprocess
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import microspec
from microspec import decorators

from . import bodies, charts
from .children import ENGINE_ALONE
from .measure import ROOT, Group, Rounds, Row, Target, environment, medians, per_call, said, told_by_child
from .nova_side import BODIES, HANDLER, KEPT, NOVA, handle
from .startup import version_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

OURS, ENGINE = "microspec", "jsonschema-rs"
ANEW, VALIDATED = "microspec, asked for anew", "microspec, validate_request"

AGAINST_NOVA = {
    "small body": Target(1000, "≥ 1000×", at_least=True),
    "34 kB body": Target(75, "≥ 75×", at_least=True),
}

AGAINST_ENGINE = Target(1.5, "≤ 1.5×")

READY = Target(0.003, "≤ 3 ms")

WHY = {
    "small body": "nearly all of microspec's time is the engine's, for the unions and patterns of the schema",
    "34 kB body": "nearly all of microspec's time is the engine's, for patterns over long texts",
    "ready": "{engine} of it are the engine's, which compiles patterns, those of printable characters above all",
    "worst": "the engine takes {engine} of it: it compiles all patterns of a schema, and this one has dozens",
    "engine": "all but the engine is one call in Python",
    "first": "the engine takes {engine} of it; also, texts are read, and all code runs for the first time",
}

TEXT = f"""\
An accepted request to create a server at {bodies.VERSION}: the smallest one that starts a server from an image, one of
ten fields, one of 34 kB (metadata up to Nova's quota, tags up to the limit, 16 networks, 16 volumes), and one of
34 kB that is nearly all user data. Each way gets the same parsed body, and has to refuse one with a mistake as
well. The libraries for JSON Schema get the document that `request_schema()` returns, and compile it beforehand;
pydantic gets a model written by hand, which knows only the fields of the small body, and their types roughly.

Nova makes a validator for every request, which takes as long for a small body as for a large one; the second row of
Nova shows its time if it kept the validator. So the ratio is highest for the smallest body, and falls with every
field that both sides have to check: the target of a thousand is for the smallest body, not for the one of ten fields.
It is also for `accepts_request` of an operation that is kept, as in a server. Finding the operation for every request
(`history.at("{bodies.VERSION}")["POST /servers"]`), and `validate_request`, have separate rows, and so do queries and
answers. A handler in Nova's style is called with the decorators for bodies that Nova has on its own, one for each range
of versions, and with the one decorator of microspec. User data is one long string, which Nova decodes at the speed of
C, while a pattern reads it byte by byte: there the ratio is lowest.

A validator is ready on first use when an operation is asked for it first: the engine has been imported and used
before, the history is one that nothing was asked of. This is measured for all operations in a row, in several
processes, with the median; only the very first validator of a process is measured alone in each.
"""


def measure(others: Path, quick: bool) -> Group:
    """Measure; `others` is the interpreter of the environment in which Nova is."""
    nova = _Nova(others)
    taken = {body: Rounds(_ways(body, nova), 5 if quick else 15) for body in BODIES}
    names = _names(others)
    rows = [row for body, rounds in taken.items() for row in _rows(body, rounds, names)]
    rows += _handlers(nova, f"nova {version_in(others, 'nova')}", 5 if quick else 15)
    nova.end()
    chart = [
        charts.Bar(
            f"{body}: {names[way]}", rounds.median(way), said(rounds.median(way), "s"), way in (OURS, ANEW, VALIDATED)
        )
        for body, rounds in taken.items()
        for way in names
        if way in rounds
    ]
    return Group(
        "validation",
        "Validating",
        TEXT,
        ("an accepted *create server*", "÷ microspec", "CPU time"),
        [*rows, *_others(5 if quick else 15), *_ready(2 if quick else 9)],
        charts.bars_of_time("CPU time of one verdict", chart),
    )


class _Nova:
    """Nova's side, which measures itself in a process of its own when its turn comes."""

    def __init__(self, python: Path) -> None:
        self._process = subprocess.Popen(
            [python, "-W", "ignore", "-m", "benchmarks.nova_side"],
            env=environment(),
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        if self._answer() != "ready":
            raise RuntimeError("Nova's side did not start")

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")

    def way(self, name: str, body: str) -> Callable[[], float]:
        """A measure of one of its ways on one of the bodies."""

        def seconds() -> float:
            assert self._process.stdin is not None
            self._process.stdin.write(f"{name}\t{body}\n")
            self._process.stdin.flush()
            return float(self._answer())

        return seconds

    def end(self) -> None:
        """Let the process end."""
        self._process.communicate()


def _ways(body: str, nova: _Nova) -> dict[str, Callable[[], float]]:
    """The ways to a verdict on a body, as measures."""
    operation = microspec.load().at(bodies.VERSION)["POST /servers"]
    document = operation.request_schema()
    jsonschema: Any = import_module("jsonschema")
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    history = microspec.load()

    def found_anew(given: Any) -> bool:
        return history.at(bodies.VERSION)["POST /servers"].accepts_request(given)

    functions = {
        OURS: operation.accepts_request,
        ANEW: found_anew,
        VALIDATED: operation.validate_request,
        ENGINE: bare_engine(document).is_valid,
        "jsonschema": jsonschema.Draft202012Validator(document, format_checker=checker).is_valid,
        "fastjsonschema": import_module("fastjsonschema").compile(document),
    }
    if BODIES[body] is bodies.SMALL:
        functions["pydantic"] = bodies.pydantic_adapter().validate_python
    for name, function in functions.items():
        if not _accepts(function, BODIES[body]) or _accepts(function, bodies.REJECTED):
            raise AssertionError(f"{name} gives a wrong verdict")
    measures = {name: per_call(function, BODIES[body]) for name, function in functions.items()}
    return measures | {name: nova.way(name, body) for name in (NOVA, KEPT)}


def _accepts(function: Callable[[Any], object], body: Any) -> bool:
    """The verdict of a way, which returns it or raises if it is no."""
    try:
        return function(body) is not False
    except Exception:  # each library has its own
        return False


def _names(others: Path) -> dict[str, str]:
    """What the ways are called on the page, in the order of the page."""
    libraries = {
        ENGINE: "the bare engine",
        "pydantic": "pydantic, roughly",
        "fastjsonschema": "fastjsonschema",
        "jsonschema": "jsonschema",
    }
    versions = {library: version(library) for library in libraries}
    named = {library: f"{name} ({_in_brackets(library, versions[library])})" for library, name in libraries.items()}
    nova = f"nova {version_in(others, 'nova')}"
    ours = {OURS: "microspec", ANEW: "microspec, its operation found anew", VALIDATED: "microspec, `validate_request`"}
    return {**ours, **named, KEPT: f"{nova}, if it kept its validator", NOVA: f"{nova}, as it does"}


def _in_brackets(library: str, number: str) -> str:
    return f"{library} {number}" if library == ENGINE else number


def _rows(body: str, rounds: Rounds, names: dict[str, str]) -> list[Row]:
    ratio = rounds.ratio(OURS, ENGINE)
    took = {way: said(rounds.median(way), "s") for way in names if way in rounds}
    rows = [Row(f"{body}: microspec", 1, "x", took[OURS])]
    rows += [
        Row(
            f"{body}: {names[way]}",
            rounds.ratio(way, OURS),
            "x",
            taken,
            AGAINST_NOVA.get(body) if way == NOVA else None,
            WHY.get(body, ""),
            f"accepting a {body}: {names[way]} ÷ microspec",
        )
        for way, taken in took.items()
        if way != OURS
    ]
    work = f"{body}: microspec ÷ the bare engine"
    anew = f"{body}: {names[NOVA]} ÷ {names[ANEW]}"
    rows.append(Row(anew, rounds.ratio(NOVA, ANEW), "x"))
    return [*rows, Row(work, ratio, "x", "", AGAINST_ENGINE, WHY["engine"], f"accepting a {work}")]


def _handlers(nova: _Nova, name: str, rounds: int) -> list[Row]:
    """What a call of a handler takes that has nothing but decorators, against a call of one without."""
    decorated, plain = handler(), _plain()
    measures = {OURS: per_call(decorated, bodies.SMALL), PLAIN: per_call(plain, bodies.SMALL)}
    taken = Rounds({**measures, HANDLER: nova.way(HANDLER, "small body")}, rounds)
    called = {OURS: "`decorators.schema`", PLAIN: "no decorator", HANDLER: f"the stack of {name}"}
    return [
        Row(f"small body, a handler with {words}", taken.ratio(way, OURS), "x", said(taken.median(way), "s"))
        for way, words in called.items()
    ]


PLAIN = "no decorator"


class Request:
    """As much of a request of Nova's as decorators look at."""

    class _Version:
        def get_string(self) -> str:
            return bodies.VERSION

    api_version_request = _Version()


def handler() -> Callable[[Any], object]:
    """A call of a handler that does nothing, with our decorator for bodies."""
    decorated, request = decorators.schema("POST /servers")(handle), Request()
    return lambda body: decorated(None, req=request, body=body)


def _plain() -> Callable[[Any], object]:
    request = Request()
    return lambda body: handle(None, req=request, body=body)


def _others(rounds: int) -> Iterator[Row]:
    """What an accepted query and an accepted answer take, against the bare engine on the same schema."""
    api = microspec.load().at(bodies.VERSION)
    asked = {
        "query of `GET /servers`": (
            api["GET /servers"].accepts_query,
            api["GET /servers"].query_schema(),
            bodies.QUERY,
        ),
        "answer of `POST /servers`": (
            api["POST /servers"].accepts_response,
            api["POST /servers"].response_schema(),
            bodies.ANSWER,
        ),
    }
    for what, (ours, document, instance) in asked.items():
        engine = bare_engine(document).is_valid
        if not ours(instance) or not engine(instance):
            raise AssertionError(f"a good {what} is refused")
        taken = Rounds({OURS: per_call(ours, instance), ENGINE: per_call(engine, instance)}, rounds)
        yield Row(f"{what}: microspec", 1, "x", said(taken.median(OURS), "s"))
        yield Row(f"{what}: the bare engine", taken.ratio(ENGINE, OURS), "x", said(taken.median(ENGINE), "s"))


def bare_engine(document: Any) -> Any:
    """The engine on a schema, as microspec has it but for the formats that Python checks."""
    engine: Any = import_module("jsonschema_rs")
    return engine.Draft202012Validator(document, validate_formats=True, pattern_options=engine.RegexOptions())


def _ready(repeats: int) -> list[Row]:
    """How long it takes until there is a validator, in several processes of their own."""
    first = medians([told_by_child("first") for _ in range(repeats)])
    every = medians([told_by_child("each") for _ in range(max(2, repeats // 2))])
    ready = {name: taken for name, taken in every.items() if not name.endswith(ENGINE_ALONE)}
    answers = [name for name in ready if " response " in name]
    given = [name for name in ready if name not in answers]
    slowest = {name: max(found, key=lambda name: ready[name]) for name, found in (("g", given), ("a", answers))}
    create = "POST /servers request"
    wanted = {
        create: ("`POST /servers`", WHY["ready"]),
        slowest["g"]: (f"slowest of {len(given)} of requests and queries: `{slowest['g']}`", WHY["worst"]),
        slowest["a"]: (f"slowest of {len(answers)} of answers: `{slowest['a']}`", WHY["worst"]),
    }
    rows = []
    for name, (called, why) in wanted.items():
        engine = every[name + ENGINE_ALONE]
        work, reason = f"a validator ready on first use: {called}", why.format(engine=said(engine, "s"))
        rows.append(Row(work, ready[name], "s", "", READY, reason))
        rows.append(Row("of that, compiling in the engine", engine, "s"))
    return [
        *rows,
        Row(
            "a validator ready on first use: the very first of a process, `POST /servers`",
            first["first"],
            "s",
            "",
            READY,
            WHY["first"].format(engine=said(first["engine"], "s")),
        ),
        Row("of that, compiling in the engine, for the first time", first["engine"], "s"),
        Row("importing the engine, once in a process", first["import"], "s"),
    ]

"""A release of Nova, asked through the oracle in an environment of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent

KINDS = ("request", "query")


class Span(NamedTuple):
    """What is said from one minor to another, both included."""

    first: int
    last: int
    value: Any

    def __contains__(self, minor: object) -> bool:
        return isinstance(minor, int) and self.first <= minor <= self.last


class Route:
    """A route of Nova, with its method and action: what its decorators say.

    `gone`: it only ever answers 410. `schemas`: by kind, ``request`` or ``query``; the value None stands
    where there is no schema, so that anything is taken.
    """

    def __init__(self, facts: dict[str, Any]) -> None:
        self.key: str = facts["key"]
        self.gone: bool = facts["gone"]
        self.ranges = [range(first, last + 1) for first, last in facts["ranges"]]
        self.errors = [Span(*item) for item in facts["errors"]]
        self.statuses = [Span(*item) for item in facts["statuses"]]
        self.schemas = {kind: list(self._gapless([Span(*item) for item in facts[kind]])) for kind in KINDS}

    def _gapless(self, spans: list[Span]) -> Iterator[Span]:
        """The spans, with others that say None in between, so that they cover all that exists."""
        for minors in self.ranges:
            start = minors.start
            for span in [span for span in spans if span.first in minors]:
                if start < span.first:
                    yield Span(start, span.first - 1, None)
                yield span
                start = span.last + 1
            if start < minors.stop:
                yield Span(start, minors.stop - 1, None)

    def exists(self, minor: int) -> bool:
        """Whether the route is there at a version."""
        return any(minor in minors for minors in self.ranges)

    def errors_at(self, minor: int) -> set[int]:
        """The statuses that are expected as errors."""
        return {status for span in self.errors if minor in span for status in span.value}

    def status_at(self, minor: int) -> int:
        """The success status that is decorated, 200 if none is."""
        return next((int(span.value) for span in self.statuses if minor in span), 200)


def shape(key: str) -> str:
    """The key of an operation without the names of its path parameters."""
    return re.sub(r"\{[^}]*\}", "{}", key)


class Question(NamedTuple):
    """An instance to put to both sides at some versions. `operation` is our key."""

    operation: str
    kind: str
    minors: tuple[int, ...]
    instance: Any


class Nova:
    """A release of Nova: `python` is the interpreter of the environment that it is installed in."""

    def __init__(self, release: str, python: str, aliases: dict[str, str]) -> None:
        self.release, self._python, self._aliases = release, python, aliases
        self._environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": str(HERE.parent)}
        oracle = subprocess.run(
            self._oracle("facts"), env=self._environment, stdout=subprocess.PIPE, encoding="utf-8", check=True
        )
        facts = json.loads(oracle.stdout)
        self.max_minor: int = facts["max_minor"]
        self.unicode: str = facts["unicode"]
        self.extra_specs: list[dict[str, Any]] = facts["extra_specs"]
        self.routes = {shape(item["key"]): Route(item) for item in facts["operations"]}

    def _oracle(self, command: str) -> list[str]:
        return [self._python, "-m", "conformance.oracle", command]

    def run(self, module: str, given: str) -> str:
        """What another module of this package prints in the environment, if this is its standard input."""
        command = [self._python, "-m", f"conformance.{module}"]
        run = subprocess.run(
            command, env=self._environment, input=given, stdout=subprocess.PIPE, encoding="utf-8", check=True
        )
        return run.stdout

    def route(self, operation: str) -> Route | None:
        """The route that one of our operations is, None if there is none."""
        return self.routes.get(shape(self._aliases.get(operation, operation)))

    def ask(self, questions: list[Question], folder: Path) -> Answers:
        """Start answering questions, in a process for each processor, beside whatever else goes on."""
        lines = [self._line(question) for question in questions]
        asked = [line for line in lines if line is not None]
        number = os.cpu_count() or 1
        shards = [Shard(self, asked[first::number], folder / f"{self.release}-{first}") for first in range(number)]
        return Answers(shards, [line is not None for line in lines])

    def _line(self, question: Question) -> str | None:
        """A question as the oracle reads it, None if it cannot be asked of this release."""
        route = self.route(question.operation)
        minors = [minor for minor in question.minors if minor <= self.max_minor]
        if route is None or not minors:
            return None
        line = {"operation": route.key, "kind": question.kind, "minors": minors, "instance": question.instance}
        return json.dumps(line) + "\n"

    def start(self, source: Path, target: Path) -> subprocess.Popen[bytes]:
        """Start an oracle that answers the questions of a file."""
        with source.open("rb") as asked, target.open("wb") as answers:
            return subprocess.Popen(self._oracle("verdicts"), env=self._environment, stdin=asked, stdout=answers)


class Shard:
    """Some of the questions to a release, and the process that answers them; `stem` is the name of its files."""

    def __init__(self, nova: Nova, lines: list[str], stem: Path) -> None:
        source, self._answers = (stem.with_name(f"{stem.name}.{word}") for word in ("questions", "answers"))
        source.write_text("".join(lines), encoding="utf-8")
        self._process = nova.start(source, self._answers)

    def __iter__(self) -> Iterator[str]:
        """The answers, once there are all."""
        if self._process.wait():
            raise RuntimeError(f"the oracle failed with status {self._process.returncode}")
        with self._answers.open(encoding="utf-8") as file:
            yield from (line.rstrip("\n") for line in file)


class Answers:
    """The verdicts of a release, from shards that have the questions in turn; `asked`: which questions they have."""

    def __init__(self, shards: list[Shard], asked: list[bool]) -> None:
        self._shards, self._asked = shards, asked

    def __iter__(self) -> Iterator[str]:
        """For each question a letter of `oracle` for each version that the release knows."""
        turns = cycle(map(iter, self._shards))
        for asked in self._asked:
            yield next(next(turns)) if asked else ""

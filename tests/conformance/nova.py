"""A release of Nova, asked through the oracle in an environment of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from .oracles import Oracle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .oracles import Answers

KINDS = ("request", "query", "response")
"""What has schemas."""


class Span(NamedTuple):
    """What is said from one minor to another, both included."""

    first: int
    last: int
    value: Any

    def __contains__(self, minor: object) -> bool:
        return isinstance(minor, int) and self.first <= minor <= self.last


class Route:
    """A route of Nova, with its method and action: what its decorators say.

    `gone`: it only ever answers 410. `schemas`: by kind, one of `KINDS`; the value None stands where there
    is no schema, so that anything is taken.
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
        self._oracle = Oracle(python, "oracle")
        facts = self._oracle.facts()
        self.max_minor: int = facts["max_minor"]
        self.unicode: str = facts["unicode"]
        self.extra_specs: list[dict[str, Any]] = facts["extra_specs"]
        self.routes = {shape(item["key"]): Route(item) for item in facts["operations"]}
        self.kinds = {kind for kind in KINDS if any(item[kind] for item in facts["operations"])}

    def run(self, module: str, given: str) -> str:
        """What another module of this package prints in the environment, if this is its standard input."""
        return Oracle(self._python, module).run(given)

    def route(self, operation: str) -> Route | None:
        """The route that one of our operations is, None if there is none."""
        return self.routes.get(shape(self._aliases.get(operation, operation)))

    def ask(self, questions: list[Question], folder: Path) -> Answers:
        """Start answering questions; what cannot be asked of this release is not."""
        return self._oracle.ask([self._asked(question) for question in questions], folder / self.release)

    def minors(self, question: Question) -> tuple[int, ...]:
        """The versions at which a question can be asked of this release."""
        if self.route(question.operation) is None or question.kind not in self.kinds:
            return ()
        return tuple(minor for minor in question.minors if minor <= self.max_minor)

    def _asked(self, question: Question) -> dict[str, Any] | None:
        route, minors = self.route(question.operation), self.minors(question)
        if route is None or not minors:
            return None
        return {"operation": route.key, "kind": question.kind, "minors": minors, "instance": question.instance}

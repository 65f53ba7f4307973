"""tempest's schemas of answers: a second opinion, on all that its compute clients check."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from microspec import NoSuchRoute

from .differences import Difference
from .instances import LEAST, bodies
from .oracles import Oracle
from .places import ACCEPTED, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .compare import Comparison
    from .oracles import Answers
    from .ours import Ours
    from .plan import Shown

MANY = LEAST // 4
"""So many instances of each schema, ours and tempest's."""


class Use(NamedTuple):
    """A schema, by number, and an operation of ours that a client checks with it, from one minor to another."""

    operation: str
    schema: int
    first: int
    last: int


class Tempest:
    """A release of tempest: `python` is the interpreter of the environment that it is installed in."""

    def __init__(self, release: str, python: str, ours: Ours) -> None:
        self.name, self._ours = f"tempest {release}", ours
        self._oracle = Oracle(python, "tempest_oracle", str(ours.minors[-1]))
        facts = self._oracle.facts()
        self._unused: list[str] = facts["unused"]
        self._schemas: list[dict[str, Any]] = facts["schemas"]
        self._uses = list(dict.fromkeys(use for item in facts["uses"] for use in self._used(item)))

    def _used(self, item: dict[str, Any]) -> Iterator[Use]:
        """A use for each run of minors at which the operation exists; the request that a client sends tells which."""
        method, path, body = item["request"]
        found: dict[str, list[int]] = {}
        for minor in item["minors"]:
            try:
                key = self._ours.apis[minor].match(method, path, body).operation.key
            except NoSuchRoute:
                continue
            if minor in self._ours.operations[key] and not self._ours.is_gone(key):
                found.setdefault(key, []).append(minor)
        yield from (Use(key, item["schema"], minors[0], minors[-1]) for key, minors in found.items())

    def compare(self, comparison: Comparison, samples: list[Shown], folder: Path) -> None:
        """Put answers to both sides: those of both sides' schemas, and the samples."""
        questions = [(use, instance) for use in self._uses for instance in self._instances(use, samples)]
        asked = [{"schema": use.schema, "instance": instance} for use, instance in questions]
        answers = self._oracle.ask(asked, folder / "tempest")
        counts = comparison.counts[self.name]
        counts["operations"] = len({use.operation for use in self._uses})
        counts["schemas of a response"] = len({use.schema for use in self._uses})
        counts["unused"] = len(self._unused)
        counts["instances of a response"] = len(questions)
        counts["verdicts on a response"] = sum(len({use.first, use.last}) for use, _ in questions)
        comparison.take(self._differences(questions, answers))

    def _instances(self, use: Use, samples: list[Shown]) -> list[Any]:
        shown = [
            question.instance
            for _, question in samples
            if question.kind == "response"
            and question.operation == use.operation
            and use.first <= question.minors[0] <= use.last
        ]
        mine = [self._ours.schemas(use.operation, "response", minor) for minor in (use.first, use.last)]
        documents = [*mine[0], *mine[1], self._schemas[use.schema].get("response_body", {"type": "null"})]
        made = [
            instance
            for number, document in enumerate(documents)
            if document not in documents[:number]
            for instance in bodies(document, f"{use.operation} {use.first} {use.last}", MANY)
        ]
        return list({json.dumps(instance): instance for instance in [*shown, *made]}.values())

    def _differences(self, questions: list[tuple[Use, Any]], answers: Answers) -> Iterator[Difference]:
        """Where ours says something else at an end of the versions of a schema."""
        for (use, instance), (theirs, places) in zip(questions, answers, strict=True):
            for minor in dict.fromkeys((use.first, use.last)):
                is_mine = self._ours.accepts(use.operation, "response", minor, instance)
                if is_mine != (theirs == ACCEPTED):
                    said = "accepted" if is_mine else "refused"
                    found = places[0] if is_mine else self._ours.places(use.operation, minor, instance)
                    for place in found or [""]:
                        yield Difference(
                            self.name, use.operation, minor, "response", WORDS[theirs], said, instance, place
                        )

"""Which instances to put to both sides, and at which versions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from . import extra_specs
from .instances import LEAST, bodies, queries
from .nova import KINDS, Question, Span, shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .nova import Nova
    from .ours import Ours
    from .samples import Samples

FEW = LEAST // 4
"""So many instances of schemas that are not Nova's newest word: ours, but for answers, and those of older releases."""

MANY = LEAST // 2
"""So many of schemas of answers, of which there are most, and most of them are much like that of the version before."""


class Shown(NamedTuple):
    """A sample of a release, as a question about the operation that it is of."""

    release: str
    question: Question


class Plan:
    """The questions about all schemas that operations had, in the newest of some releases, extra specs, and samples.

    `problems`: the samples for which there is no question.
    """

    def __init__(self, ours: Ours, novas: list[Nova], samples: list[Samples]) -> None:
        self._ours, self._novas = ours, novas
        self.problems: list[str] = []
        self.samples = [shown for some in samples for shown in self._of_samples(some)]
        asked = {json.dumps(question): question for _, question in self.samples if self._is_asked(question.operation)}
        self.questions = [*asked.values(), *self._of_schemas(), *self._of_extra_specs()]

    def _is_asked(self, key: str) -> bool:
        route = self._novas[0].route(key)
        return route is not None and not route.gone and not self._ours.is_gone(key)

    def _of_schemas(self) -> Iterator[Question]:
        for key, operations in self._ours.operations.items():
            route = self._novas[0].route(key)
            if route is None or not self._is_asked(key):
                continue
            for kind in KINDS:
                if kind != "request" or key.startswith(("POST ", "PUT ")):  # no other body is read
                    for span in route.schemas[kind]:
                        if any(minor in span for minor in operations):
                            yield from self._of_span(key, kind, span)

    def _of_span(self, key: str, kind: str, span: Span) -> Iterator[Question]:
        """What there is to ask about one schema of Nova: at its ends, and at those of others between, and around it."""
        here = [minor for minor in self._ours.operations[key] if minor in span]
        asked = [
            minor
            for minor in self._borders(key, kind)
            if span.first - 1 <= minor <= span.last + 1 and minor in self._ours.operations[key]
        ]
        instances: dict[str, Any] = {}
        for number, document in enumerate(self._documents(key, kind, span, here)):
            alias_of = self._ours.operations[key][here[0]].alias_of
            most = FEW if number else LEAST if alias_of else None
            if kind == "response":
                most = FEW if alias_of else MANY
            made = (queries if kind == "query" else bodies)(document, f"{key} {kind} {span.first}", most)
            instances |= {json.dumps(instance): instance for instance in made}
        yield from (Question(key, kind, tuple(asked), instance) for instance in instances.values())

    def _borders(self, key: str, kind: str) -> list[int]:
        """The minors at which the schema of one of us begins or ends."""
        first = set(self._ours.changes(key, kind))
        first |= {minor for minor in self._ours.operations[key] if minor - 1 not in self._ours.operations[key]}
        last = {minor for minor in self._ours.operations[key] if minor + 1 not in self._ours.operations[key]}
        for nova in self._novas:
            route = nova.route(key)
            for span in route.schemas[kind] if route else ():
                first.add(span.first)
                last.add(span.last)
        return sorted(first | last | {minor - 1 for minor in first} | {minor + 1 for minor in last})

    def _documents(self, key: str, kind: str, span: Span, here: list[int]) -> Iterator[Any]:
        """The schemas to make instances of: Nova's, all of ours in its span, and those of older releases that differ.

        What is not looked at is still told by the one key of its body, if it is an action.
        """
        action = key.partition("#")[2]
        changed = {here[0], *self._ours.changes(key, kind)}
        found = [
            span.value,
            *(one for minor in here if minor in changed for one in self._ours.schemas(key, kind, minor)),
        ]
        for nova in self._novas[1:]:
            route = nova.route(key)
            found += [other.value for other in (route.schemas[kind] if route else ()) if here[0] in other]
        if action and kind == "request" and not span.value:
            found = [{"type": "object", "properties": {action: {}}, "required": [action]}, *found]
        yield from (document for number, document in enumerate(found) if document and document not in found[:number])

    def _of_extra_specs(self) -> Iterator[Question]:
        """What there is to ask about the extra specs that a release knows, at both ends of when they are checked."""
        known = [spec for nova in self._novas for spec in nova.extra_specs]
        minors = (extra_specs.FIRST, self._ours.minors[-1])
        yield from (Question(key, "request", minors, body) for key, body in extra_specs.bodies(known))

    def _of_samples(self, samples: Samples) -> Iterator[Shown]:
        by_shape = {shape(key): key for key in self._ours.operations}
        placed = set()
        for sample in samples:
            form, _, action = shape(sample.operation).partition("#")
            if form.endswith("/action") and sample.kind == "request":  # the body tells which one
                action = next(iter(sample.body), "")
            key = by_shape.get(f"{form}#{action}" if action else form)
            if key is None:
                raise LookupError(f"no operation of ours is {sample.operation}, of which {sample.name} is a sample")
            if sample.first in self._ours.operations[key]:
                placed.add(sample.name)
                yield Shown(samples.release, Question(key, sample.kind, (sample.first,), sample.body))
        self.problems += [
            f"Nova {samples.release}: of which operation is the sample {name}?" for name in samples.names - placed
        ]

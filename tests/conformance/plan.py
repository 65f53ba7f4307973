"""Which instances to put to both sides, and at which versions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from . import extra_specs
from .instances import LEAST, bodies, queries
from .nova import KINDS, Question, Span, shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .nova import Nova
    from .ours import Ours
    from .samples import Sample

FEW = LEAST // 4
"""So many instances of schemas that are not Nova's newest word: ours, and those of older releases."""


class Plan:
    """The questions about all schemas that operations had, in the newest of some releases, extra specs, and samples."""

    def __init__(self, ours: Ours, novas: list[Nova], samples: Iterable[Sample]) -> None:
        self._ours, self._novas = ours, novas
        self.samples = list(self._of_samples(samples))
        self.questions = [*self.samples, *self._of_schemas(), *self._of_extra_specs()]

    def _of_schemas(self) -> Iterator[Question]:
        newest = self._novas[0]
        for key, operations in self._ours.operations.items():
            route = newest.route(key)
            if route is None or route.gone or self._ours.is_gone(key):
                continue
            for kind in KINDS:
                if kind == "query" or key.startswith(("POST ", "PUT ")):  # no other body is read
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
        for number, document in enumerate(self._documents(key, kind, span, here[0])):
            most = FEW if number else LEAST if self._ours.operations[key][here[0]].alias_of else None
            made = (bodies if kind == "request" else queries)(document, f"{key} {kind} {span.first}", most)
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

    def _documents(self, key: str, kind: str, span: Span, minor: int) -> Iterator[Any]:
        """The schemas to make instances of: Nova's, ours if there is one, and those of older releases if they differ.

        What is not looked at is still told by the one key of its body, if it is an action.
        """
        mine, action = self._ours.schema(key, kind, minor), key.partition("#")[2]
        found = [span.value, mine]
        for nova in self._novas[1:]:
            route = nova.route(key)
            found += [other.value for other in (route.schemas[kind] if route else ()) if minor in other]
        if action and kind == "request" and not span.value:
            found = [{"type": "object", "properties": {action: {}}, "required": [action]}, *found]
        yield from (document for number, document in enumerate(found) if document and document not in found[:number])

    def _of_extra_specs(self) -> Iterator[Question]:
        """What there is to ask about the extra specs that a release knows, at both ends of when they are checked."""
        known = [spec for nova in self._novas for spec in nova.extra_specs]
        minors = (extra_specs.FIRST, self._ours.minors[-1])
        yield from (Question(key, "request", minors, body) for key, body in extra_specs.bodies(known))

    def _of_samples(self, samples: Iterable[Sample]) -> Iterator[Question]:
        by_shape = {shape(key): key for key in self._ours.operations}
        for sample in samples:
            key = by_shape.get(shape(sample.operation))
            if key is None and isinstance(sample.body, dict):  # a sample of an action
                key = by_shape.get(f"{shape(sample.operation)}#{next(iter(sample.body), '')}")
            if key is None:
                raise LookupError(f"no operation of ours is {sample.operation}, of which {sample.name} is a sample")
            route = self._novas[0].route(key)
            minors = tuple(minor for minor in (sample.first,) if minor in self._ours.operations[key])
            if minors and route is not None and not route.gone:
                yield Question(key, "request", minors, sample.body)

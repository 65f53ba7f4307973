"""Groups the versions at which an operation is the same for a request.

A question about all versions is asked once for each `Run` of an operation. There are few of them.
"""

from __future__ import annotations

from functools import lru_cache

from ..model.references import References
from ..schema.pointer import joined, parse_pointer
from ..values.frozen import frozendict, kept

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ..model.api import Api
    from ..model.operation import Operation
    from ..model.source import Source
    from ..schema.fields import Fields
    from ..schema.validator import Validator
    from ..values.version import VersionSet


class Run:
    """Versions at which an operation has the same path, query, body and answers.

    `operation` is the operation at the first of them. `places` is a bit mask of their places in `Source.versions`.
    """

    def __init__(self, api: Api, key: str) -> None:
        self.operation: Operation = api[key]
        self.places = 0
        self._api = api

    @kept
    def path(self) -> tuple[tuple[str, Validator], ...]:
        """The names in the path, each with the validator of its values."""
        own = (item for item in self.operation.parameters.values() if item.location == "path")
        return tuple((item.name, self.operation.parameter_validator(item)) for item in own)

    @kept
    def statuses(self) -> frozenset[int]:
        """All statuses that it answers with."""
        return self.operation._statuses

    def knows_parameter(self, name: str) -> bool:
        """Whether it has a query parameter with this name."""
        return self.operation.knows_parameter(name)

    def names_parameter(self, name: str) -> bool:
        """Whether a query parameter is listed under this name, which may be a pattern."""
        return any(name in names for names in self.operation._query_names)

    @kept
    def fields(self) -> Fields | None:
        """The names in its body; None if it has none."""
        from ..schema.fields import Fields

        content = self._api.definitions[self.operation.alias_of or self.operation.key]
        return Fields(frozendict({"$ref": content.request}), self._api.schemas) if content.request else None

    @kept
    def answers(self) -> Fields:
        """The names in the bodies of its answers."""
        from ..schema.fields import Fields

        bodies = dict.fromkeys(response.body for response in self.operation.responses if response.body)
        return Fields(frozendict(anyOf=tuple(frozendict({"$ref": body}) for body in bodies)), self._api.schemas)

    def content(self) -> tuple[Any, ...]:
        """What is the same for all versions of a run: path, query, body and answers."""
        operation = self.operation
        own = (item for item in operation.parameters.values() if item.location == "path")
        paths = ((item.name, operation._parameter_document(item)) for item in own)
        answers = ((status, operation._answer_document(status)) for status in sorted(self.statuses))
        listed = frozenset(response.key for response in operation.responses)
        return (*paths, operation._request_document(), operation._query_document(), *answers, listed)


class Runs:
    """The runs of the operations of a source, worked out on demand."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._references = References()
        self._runs: dict[str, tuple[Run | None, ...]] = {}
        self._single: dict[tuple[str, int], Run | None] = {}
        self._distinct: dict[str, tuple[Run, ...]] = {}
        self.known_part = lru_cache(maxsize=4)(self._known_part)  # an audit asks again at once; an element may be long
        self._sets: dict[int, VersionSet] = {}

    def of(self, key: str) -> tuple[Run | None, ...]:
        """The run of an operation at each place in `Source.versions`, None where it does not exist."""
        found = self._runs.get(key)
        if found is None:
            found = self._runs.setdefault(key, tuple(self._made(key)))
        return found

    def at(self, key: str, place: int) -> Run | None:
        """The run at one place. Its other places may still be unknown."""
        if key in self._runs:
            return self._runs[key][place]
        if (key, place) not in self._single:
            api = self._source.at(self._source.versions[place])
            self._single[key, place] = Run(api, key) if key in api else None
        return self._single[key, place]

    def distinct(self, key: str) -> tuple[Run, ...]:
        """The runs of an operation, the one with the lowest version first."""
        found = self._distinct.get(key)
        if found is None:
            found = tuple(run for run in dict.fromkeys(self.of(key)) if run is not None)
            self._distinct[key] = found
        return found

    def _known_part(self, key: str, part: str, element: str) -> str:
        """The part of an element that an operation knows at any version.

        A parameter (`part` is ``query``) is known or not. A pointer into the ``request`` may be known up to a step.
        Elements of other parts are always known.
        """
        if part == "query":
            return element if any(run.names_parameter(element) for run in self.distinct(key)) else ""
        if part != "request":
            return element
        steps = parse_pointer(element)
        known = max((run.fields.depth(steps) for run in self.distinct(key) if run.fields), default=0)
        return element if known == len(steps) else joined(steps[:known])

    def _made(self, key: str) -> Iterator[Run | None]:
        runs: dict[tuple[Any, ...], Run] = {}
        place = 0
        while place < len(self._source.versions):
            api = self._source.at(self._source.versions[place])
            if key not in api:
                yield None
                place += 1
                continue
            run = Run(api, key)
            run = runs.setdefault(run.content(), run)
            after = self._until(key, api, place) + 1
            run.places |= (1 << after) - (1 << place)
            yield from [run] * (after - place)
            place = after

    def _until(self, key: str, api: Api, place: int) -> int:
        """The last place up to which an operation, and all that it refers to, stay the same as at a place."""
        lines, number = self._source.timelines(), place + 1  # where 0 is the baseline
        definition = api.definitions[key]
        content = api.definitions[definition.alias_of] if definition.alias_of else definition
        until = min(lines["definitions"].until(name, number) for name in {key, definition.alias_of or key})
        for name in self._references.closure(self._references.of(content), api.schemas):
            until = min(until, lines["schemas"].until(name, number))
        return until - 1

    def versions(self, places: int) -> VersionSet:
        """The versions at these places, which are a bit mask."""
        found = self._sets.get(places)
        if found is None:
            versions = self._source.versions
            found = self._source.set_of([version for place, version in enumerate(versions) if places >> place & 1])
            if len(self._sets) < _SETS:
                self._sets[places] = found
        return found


_SETS = 10_000
"""At most this many sets of versions are kept."""


def where(runs: Iterable[Run]) -> int:
    """The places of several runs together."""
    places = 0
    for run in runs:
        places |= run.places
    return places

"""The schemas of a cumulative document: of answers one for all versions, of requests one for each span of versions."""

from __future__ import annotations

import re
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from ...model.references import References
from ...schema import walk
from .lifetimes import extension
from .merging import merged, saying
from .schemas import PLACE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ...values.version import VersionSet
    from .shared import Shared

    Run = tuple[int, int]
    """The first and the last version at which something is the same, counted from 1."""


class Catalog:
    """Gives references to schemas, and collects what they lead to.

    A schema that never changes, nor anything that it refers to, is one component, of its own name. Of any other there
    is one for answers, of its own name, and one for each run of versions in requests, named ``Name_2.26`` by the
    lowest version of the run.
    """

    def __init__(self, shared: Shared) -> None:
        self._shared, self._source = shared, shared.source
        self._line = shared.source.timelines()["schemas"]
        self._places: dict[str, list[int]] = {}
        for place, name in enumerate(self._line.names):
            self._places.setdefault(name, []).append(place)
        self._references = References()
        self._runs: dict[str, list[Run]] = {}
        self._wanted: dict[str, tuple[str, Run | None]] = {}
        """The components by their names: the schema, and the run; None for all versions."""
        self._said: dict[str, dict[str, Any]] = {}
        self._containers: dict[str, dict[str, Any]] = {}
        answers = self._source.timelines()["definitions"]
        values = (answers.value(place) for place in range(len(answers.names)))
        bodies = {response.body for value in values for response in value.responses.values() if response.body}
        self._in_answers = {name for body in bodies for name in self._everything(body)}

    # ------------------------------------------------------------------------------------------ what is asked for

    def of_answers(self, name: str) -> dict[str, Any]:
        """A reference to a schema at all versions."""
        return self._refer(name, name, None)

    def of_requests(self, name: str, run: Run) -> dict[str, Any]:
        """A reference to a schema in one of its runs."""
        component = name if self._is_constant(name) else f"{name}_{self._version(run[0])}"
        return self._refer(component, name, None if component == name else run)

    def container(self, name: str) -> dict[str, Any]:
        """What stands for all runs of a schema in requests: a reference, if there is a name for it."""
        runs = self.runs(name)
        references = [self.of_requests(name, run) for run in runs]
        if len(references) == 1:
            return references[0]
        choice = {"oneOf": references, "x-openstack": {"discriminator": "microversion"}}
        if name in self._in_answers:  # where the name means the schema at all versions
            return choice
        self._containers[name] = choice
        return {"$ref": f"{PLACE}{name}"}

    def say(self, reference: Mapping[str, Any], said: dict[str, Any]) -> None:
        """Say more of the component that a reference leads to."""
        if "$ref" in reference:
            self._said.setdefault(reference["$ref"].removeprefix(PLACE), {}).update(said)

    def _refer(self, component: str, name: str, run: Run | None) -> dict[str, Any]:
        self._wanted.setdefault(component, (name, run))
        return {"$ref": f"{PLACE}{component}"}

    # ------------------------------------------------------------------------------------------------------- runs

    def runs(self, name: str) -> list[Run]:
        """The runs of versions in which a schema, and all that it refers to, stay the same."""
        if name not in self._runs:
            found = [(run, self._text(name, run[0])) for run in self._stretches(name)]
            self._runs[name] = [
                (group[0][0][0], group[-1][0][1])
                for group in (list(items) for _, items in groupby(_numbered(found), key=lambda item: item[2]))
            ]
        return self._runs[name]

    def _is_constant(self, name: str) -> bool:
        """Whether there is one schema for all versions: nothing that it leads to ever changes while it is there."""
        return all(len(self.runs(one)) == 1 for one in self._everything(name))

    def _everything(self, name: str) -> dict[str, None]:
        """The names that a schema leads to at any version."""
        of = self._references.of
        return walk.reach(
            [name], lambda one: {ref for place in self._places.get(one, ()) for ref in of(self._line.value(place))}
        )

    def _stretches(self, name: str) -> list[Run]:
        """The stretches of versions in which nothing that a schema may lead to begins or ends."""
        points: set[int] = set()
        for one in self._everything(name):
            for place in self._places.get(one, ()):
                points |= {self._line.first[place], self._line.last[place] + 1}
        found = []
        for place in self._places[name]:
            first, last = max(self._line.first[place], 1), self._line.last[place]
            inner = sorted(point for point in points if first < point <= last)
            found += [(one, other - 1) for one, other in pairwise([first, *inner, last + 1])]
        return found

    def _text(self, name: str, number: int) -> tuple[tuple[str, str], ...]:
        """A schema and all that it refers to at a version."""
        api = self._source.at(self._version(number))
        found: dict[str, str] = {}

        def further(one: str) -> tuple[str, ...]:
            made = self._shared.schemas.named(api, one)
            found[one] = made.text
            return made.names

        walk.reach([name], further)
        return tuple(sorted(found.items()))

    def _version(self, number: int) -> str:
        return str(self._source.versions[number - 1])

    def when(self, run: Run) -> VersionSet:
        """A run as a set of versions."""
        return self._source.between([(run[0] - 1, run[1] - 1)])

    # ------------------------------------------------------------------------------------------------- components

    def value(self) -> dict[str, Any]:
        """The components that were asked for, and those that they refer to, by name."""
        made: dict[str, Any] = {}
        while waiting := [name for name in self._wanted if name not in made]:
            for component in waiting:
                name, run = self._wanted[component]
                made[component] = self._always(name) if run is None else self._during(name, run)
        made |= self._containers
        for name, said in self._said.items():
            if name in made:
                made[name] = saying(made[name], said)
        return dict(sorted(made.items()))

    def _always(self, name: str) -> Any:
        """A schema for all versions that have it."""
        versions = [(self.when(run), self._plain(name, run[0])) for run in self._stretches(name)]
        found = merged(versions)
        for reference in _references(found):
            self.of_answers(reference)
        when = self._shared.lifetimes.paths(name)[()]
        return found if when == self._shared.every_version else saying(found, extension(when))

    def _during(self, name: str, run: Run) -> Any:
        """A schema in one run."""
        found = self._plain(name, run[0])
        for value in _objects(found):
            reference = value.get("$ref")
            if isinstance(reference, str):
                other = reference.removeprefix(PLACE)
                within = next(item for item in self.runs(other) if item[0] <= run[0] <= item[1])
                value["$ref"] = self.of_requests(other, within)["$ref"]
        return saying(found, extension(self.when(run)))

    def _plain(self, name: str, number: int) -> Any:
        """A schema at a version, which says nothing of others."""
        return self._shared.schemas.plain(self._source.at(self._version(number)), name)


def _numbered(found: list[tuple[Run, Any]]) -> Iterator[tuple[Run, Any, int]]:
    """Stretches with a number that grows wherever the value is another one, or there are versions between."""
    number, before = 0, None
    for run, value in found:
        if before is None or before[1] != value or before[0][1] + 1 != run[0]:
            number += 1
        before = run, value
        yield run, value, number


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    stack = [value]
    while stack:
        current = stack.pop()
        if isinstance(current, dict):
            yield current
            stack += current.values()
        elif isinstance(current, list):
            stack += current


def _references(value: Any) -> set[str]:
    """The names of the components that a schema refers to."""
    found = (item["$ref"] for item in _objects(value) if isinstance(item.get("$ref"), str))
    return {re.sub(f"^{re.escape(PLACE)}", "", reference) for reference in found}

"""The versions that have an element: a parameter, an answer, a behavior, a property of a schema."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ...schema.merged import put_together
from ...schema.walk import reach, subschemas
from ...values.frozen import frozendict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ...model.source import Source
    from ...model.vocabulary import ParameterKey
    from ...schema.walk import Schema
    from ...values.version import VersionSet

    Path = tuple[str, ...]
    """The keywords and names that lead to a schema inside of another."""

Extension = dict[str, Any]
"""What is said under ``x-openstack``."""


class Lifetimes:
    """The versions that have each element of a source, read from its timelines."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._places: dict[str, dict[str, list[int]]] = {}
        self._paths: dict[str, dict[Path, VersionSet]] = {}
        self._behaviors: dict[str, VersionSet] = {}
        self._parameters: dict[tuple[str, ParameterKey], VersionSet] = {}

    def behavior(self, name: str) -> VersionSet:
        """The versions that have a behavior."""
        if name not in self._behaviors:
            self._behaviors[name] = self.of("behaviors", name, lambda _: True)
        return self._behaviors[name]

    def parameter(self, operation: str, key: ParameterKey) -> VersionSet:
        """The versions at which the definition of an operation has a parameter."""
        if (operation, key) not in self._parameters:
            self._parameters[operation, key] = self.of("definitions", operation, lambda item: key in item.parameters)
        return self._parameters[operation, key]

    def of(self, kind: str, name: str, has: Callable[[Any], bool]) -> VersionSet:
        """The versions at which a definition, a schema or a behavior has something."""
        line = self._source.timelines()[kind]
        return self._source.between(
            (max(line.first[place] - 1, 0), line.last[place] - 1)
            for place in self._of_kind(kind).get(name, ())
            if line.last[place] > 0 and has(line.value(place))  # the baseline, number 0, is no version
        )

    def _of_kind(self, kind: str) -> dict[str, list[int]]:
        if kind not in self._places:
            places: dict[str, list[int]] = {}
            for place, name in enumerate(self._source.timelines()[kind].names):
                places.setdefault(name, []).append(place)
            self._places[kind] = places
        return self._places[kind]

    def paths(self, name: str) -> dict[Path, VersionSet]:
        """The versions at which a named schema has each of the schemas that stand inside of it; () is itself.

        An object that is put together of parts has the properties of its parts.
        """
        found = self._paths.get(name)
        if found is None:
            spans: dict[Path, list[tuple[int, int]]] = {}
            for number, last in self._stretches(name):
                schemas = self._source.timelines()["schemas"].select(number)
                for path in _paths(schemas[name], (), schemas):
                    spans.setdefault(path, []).append((number - 1, last - 1))
            found = self._paths[name] = {path: self._source.between(of_path) for path, of_path in spans.items()}
        return found

    def _stretches(self, name: str) -> Iterator[tuple[int, int]]:
        """The first and the last version of each stretch in which a schema and its parts are the same, from 1 on."""
        line = self._source.timelines()["schemas"]
        places = self._of_kind("schemas")
        every = reach([name], lambda one: {p for place in places.get(one, ()) for p in _parts_in(line.value(place))})
        begins = {line.first[place] for one in every for place in places.get(one, ())}
        begins |= {line.last[place] + 1 for one in every for place in places.get(one, ())}
        for place in places.get(name, ()):
            first, last = max(line.first[place], 1), line.last[place]
            points = [first, *sorted(begin for begin in begins if first < begin <= last), last + 1]
            yield from ((one, other - 1) for one, other in pairwise(points) if one < other)


def _parts_in(schema: Any) -> Iterator[str]:
    """The names of the parts of all objects in a schema that are put together of parts."""
    if isinstance(schema, dict):
        if "allOf" in schema:
            yield from (item["$ref"] for item in schema["allOf"] if isinstance(item, dict) and "$ref" in item)
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"]  # a part may be another name of a schema
        for item in subschemas(schema):
            yield from _parts_in(item)


def _paths(schema: Any, path: Path, schemas: Mapping[str, Schema]) -> Iterator[Path]:
    """The ways to what stands inside of a schema by properties and items, through parts, not through references."""
    yield path
    if not isinstance(schema, frozendict):
        return
    if "unevaluatedProperties" in schema:
        schema = put_together(schema, schemas)
    for name, value in schema.get("properties", {}).items():
        if value is not False:
            yield from _paths(value, (*path, "properties", name), schemas)
    if "items" in schema:
        yield from _paths(schema["items"], (*path, "items"), schemas)


def extension(when: VersionSet) -> Extension:
    """Versions as OpenStack's generator says them: the lowest, and the highest if there is an end.

    If there are holes between them, ``ranges`` lists the ranges, each as its first and its last version; the last is
    null if there is no end.
    """
    ranges = when.ranges
    if not ranges:
        return {}
    found: Extension = {"min-ver": str(ranges[0].first)}
    if (last := ranges[-1].last) is not None:
        found["max-ver"] = str(last)
    if len(ranges) > 1:
        found["ranges"] = [[str(item.first), str(item.last) if item.last else None] for item in ranges]
    return found

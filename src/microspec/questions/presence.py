"""The elements of operations, and the versions that have them: a single one, or all of them for an index.

An operation at a version is determined by its definition and the schemas that this refers to, directly or not: its
content. Content changes only at some versions, and each form of it is walked once, so that the work grows with the size
of a specification, not with the number of its versions.
"""

from __future__ import annotations

from ..model.references import References
from ..schema import walk
from ..schema.pointer import escape, parse_pointer
from ..values.frozen import frozendict
from .lives import Lives

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Literal

    from ..model.definition import Common, Definition
    from ..model.microversion import Event
    from ..model.source import Source
    from ..schema.walk import Schema
    from ..values.locator import Locator
    from ..values.version import VersionSet

    Part = Literal["query", "request", "status", "response"]
    """A part of an operation that has elements."""

    Element = tuple[Part, str]
    """A part of an operation, and the name, pointer or status in it."""

    Span = tuple[int, int]
    """The first and the last version, counted from 0."""


def availability(source: Source, locator: Locator) -> VersionSet:
    """The versions that have an element; none if it never existed.

    Raises UnknownOperation for an operation that never existed.
    """
    found = source.element(locator.operation, locator.name)
    if found is None:
        key = source.key(locator.operation)
        if key != locator.operation:
            return availability(source, locator.of(key))
        found = source.between(source.kept(Lives).spans(locator))
    return found


def biography(source: Source, locator: Locator) -> tuple[Event, ...]:
    """Every change that touched an element, oldest first. The first version is not an event.

    Raises UnknownOperation for an operation that never existed.
    """
    return tuple(source.kept(Lives).events(locator.of(source.key(locator.operation))))


def history(source: Source, locator: Locator) -> tuple[Event, ...]:
    """The same, and of an operation as a whole also every change to a behavior that affects it.

    Raises UnknownOperation for an operation that there never was.
    """
    found = biography(source, locator)
    if locator.name:
        return found
    of_behaviors = _of_behaviors(source, source.key(locator.operation))
    return tuple(sorted([*found, *of_behaviors], key=lambda event: (event.version.key, event.number)))


def _of_behaviors(source: Source, key: str) -> Iterator[Event]:
    """The changes to behaviors that affect an operation, while it exists or in the version that removes it."""
    line = source.timelines()["definitions"]
    for step in source.behavior_steps():
        place = line.place(key, step.number)
        if place is None:
            place = line.place(key, step.number - 1)
        if place is None:
            continue
        keys = (key, line.value(place).alias_of)
        if (step.before and step.before._affects(keys)) or (step.after and step.after._affects(keys)):
            yield step.event.replace(effect="altered")


def elements(source: Source) -> Iterator[tuple[str, Part, str, VersionSet]]:
    """Every field, parameter and status of every operation, with the versions that have it.

    Each is the operation, its part (request, response, query, status), the pointer or the name within that part, and
    the versions.
    """
    for key, of_operation in contents(source).items():
        listed = dict.fromkeys(element for form in of_operation for element in form.elements)
        spans: dict[Element, list[Span]] = {element: [] for element in listed}
        for form, present in of_operation.items():
            for element in (*form.elements, *form.more(listed)):
                spans[element] += present
        for (part, value), found in spans.items():
            yield key, part, value, source.between(found)


def contents(source: Source, operation: str | None = None) -> dict[str, dict[Content, list[Span]]]:
    """The forms of every operation, or of one, each with its versions."""
    timelines = source.timelines()
    tables = (timelines[kind].tables(len(source.versions) + 1) for kind in ("definitions", "schemas"))
    gathered = _Gathered(source.baseline().common)
    found: dict[str, dict[Content, list[Span]]] = {}
    for number, (definitions, schemas) in enumerate(zip(*tables, strict=True), -1):
        if number < 0:
            continue  # the baseline is not a version
        for key in definitions if operation is None else definitions.keys() & {operation}:
            definition = definitions[key]
            content = definitions[definition.alias_of] if definition.alias_of else definition
            spans = found.setdefault(key, {}).setdefault(gathered.content(content, schemas), [])
            if spans and spans[-1][1] == number - 1:
                spans[-1] = (spans[-1][0], number)
            else:
                spans.append((number, number))
    return found


class _Gathered:
    """The forms of operations: one for all that consist of the same objects.

    Objects are compared by identity, because a timeline holds what does not change only once.
    """

    def __init__(self, common: Common) -> None:
        self._common = common
        self._contents: dict[tuple[int, ...], Content] = {}
        self._references = References()

    def content(self, definition: Definition, schemas: Mapping[str, Schema]) -> Content:
        """The form of a definition with the schemas of a version."""
        needed = self._references.closure(self._references.of(definition), schemas)
        identity = (id(definition), *map(id, needed.values()))
        found = self._contents.get(identity)
        if found is None:
            found = self._contents[identity] = Content(definition, needed, self._common)
        return found


class Content:
    """An operation as it is at some versions.

    `definition` is its definition, `schemas` are all that this refers to, directly or not. `elements` are those that
    can be listed. More elements may exist that can only be asked for: fields whose names match a pattern, and those in
    a schema that refers to itself. `_open` is what they are below.
    """

    def __init__(self, definition: Definition, schemas: Mapping[str, Schema], common: Common) -> None:
        self.definition, self.schemas, self._common = definition, schemas, common
        self._open: set[Element] = set()
        self.elements: dict[Element, None] = dict.fromkeys(self._listed())

    def _listed(self) -> Iterator[Element]:
        """All elements, in the order of the specification; some are repeated."""
        definition = self.definition
        yield from (("query", name) for location, name in definition.parameters if location == "query")
        if definition.request:
            yield from self._below(_named(definition.request), "request", "", frozenset())
        for response in definition.responses.values():
            yield "status", str(response.status)
            if response.body and response.status < 400:
                yield from self._below(_named(response.body), "response", "", frozenset())
        if definition.microversioned:
            yield from (("status", str(response.status)) for response in self._common.responses.values())

    def _below(self, schema: object, part: Part, pointer: str, inside: frozenset[int]) -> Iterator[Element]:
        """Properties and items below a schema, at any depth."""
        for branch in walk.branches(schema, self.schemas):
            if id(branch) in inside or "patternProperties" in branch:
                self._open.add((part, pointer))
            if id(branch) in inside:
                continue
            steps = [(escape(key), value) for key, value in branch.get("properties", {}).items()]
            steps += [("*", value) for value in walk.items_of(branch)]
            for step, value in steps:
                if value is not False:
                    yield part, f"{pointer}/{step}"
                    yield from self._below(value, part, f"{pointer}/{step}", inside | {id(branch)})

    def more(self, wanted: Iterable[Element]) -> Iterator[Element]:
        """Those of some elements that it has but does not list."""
        if self._open:
            for element in wanted:
                if element not in self.elements and self._has(*element):
                    yield element

    def _has(self, part: Part, pointer: str) -> bool:
        above = (pointer[:place] for place, character in enumerate(pointer) if character == "/")
        if not any((part, prefix) in self._open for prefix in above):
            return False
        responses = [response.body for response in self.definition.responses.values() if response.status < 400]
        tokens = parse_pointer(pointer)
        bodies = [self.definition.request] if part == "request" else responses
        return any(walk.find(_named(body), tokens, self.schemas) for body in bodies if body)


def _named(name: str) -> Schema:
    return frozendict({"$ref": name})

"""What decides, in addition to the fields, whether an operation accepts a request, over all versions of a history.

This consists of names and types only: which fields are required, where other names are allowed, and for which fields
the rule for values differs between versions. The rules themselves (allowed words, limits, patterns, and conditions
between fields) are only compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from ..schema import walk
from ..schema.cases import kind_of
from ..schema.merged import Merged
from ..schema.pointer import escape, parse_pointer
from ..values.frozen import frozendict
from .presence import contents

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

    from ..model.source import Source
    from ..schema.walk import Schema
    from ..values.version import VersionSet
    from .presence import Content, Span


JsonType = Literal["null", "boolean", "number", "string", "array", "object"]
"""The types of JSON values; whole numbers are numbers."""

TYPES: tuple[JsonType, ...] = get_args(JsonType)

Place = (
    tuple[Literal["request"], Literal["required", "open"], str]
    | tuple[Literal["request"], Literal["values"], str, JsonType]
    | tuple[Literal["query"], Literal["required", "values"], str]
    | tuple[Literal["query"], Literal["closed"]]
)
"""What a fact is about: the part of an operation, the kind, and the names."""


def requirements(source: Source) -> Iterator[tuple[str, Place, tuple[VersionSet, ...]]]:
    """The requirements on requests, by operation, place and versions.

    The kind ``required`` is followed by a field that is required if its object is there, or by a required parameter;
    ``open`` by an object that accepts other fields; ``closed`` is a query that accepts no other parameter. The pointer
    "" means the body. All these have one set of versions. ``values`` is followed by a parameter, or by a field and a
    JSON type, and has a set for each run of versions in which the rule for values (of that type) is the same. It is
    left out if the rule is the same wherever the field is, or if it changes with the rule of an object around it.
    """
    for key, of_operation in contents(source).items():
        runs: dict[Place, list[tuple[Hashable, Span]]] = {}
        pointers = dict.fromkeys(name for form in of_operation for part, name in form.elements if part == "request")
        for form, spans in of_operation.items():
            for place, rule in (*_of_body(form, pointers), *_of_query(form)):
                runs.setdefault(place, []).extend((rule, span) for span in spans)
        everywhere = _reach(runs)
        differing: dict[Place, list[Span]] = {}
        for place, found in runs.items():
            merged = _merged(found)
            present = [span for _, span in merged]
            if place[1] != "values":
                yield key, place, (source.between(present),)
            elif len({rule for rule, _ in merged}) > 1 or _numbers(found) != everywhere[place[:3]]:
                differing[place] = present
        for place, present in differing.items():
            if not any(differing.get(above) == present for above in _objects_around(place)):
                yield key, place, tuple(source.between([span]) for span in present)


def _merged(found: Iterable[tuple[Hashable, Span]]) -> list[tuple[Hashable, Span]]:
    """Runs of versions in order; adjacent runs with the same rule are joined."""
    merged: list[tuple[Hashable, Span]] = []
    for rule, (first, last) in sorted(found, key=lambda item: item[1]):
        if merged and merged[-1][0] == rule and merged[-1][1][1] == first - 1:
            merged[-1] = (rule, (merged[-1][1][0], last))
        else:
            merged.append((rule, (first, last)))
    return merged


def _numbers(found: Iterable[tuple[Hashable, Span]]) -> set[int]:
    return {number for _, (first, last) in found for number in range(first, last + 1)}


def _reach(runs: Mapping[Place, list[tuple[Hashable, Span]]]) -> dict[tuple[str, ...], set[int]]:
    """The versions in which a field accepts values of any type."""
    found: dict[tuple[str, ...], set[int]] = {}
    for place, spans in runs.items():
        if place[1] == "values":
            found.setdefault(place[:3], set()).update(_numbers(spans))
    return found


def _objects_around(place: Place) -> Iterator[Place]:
    """The places of the values of all objects around a field."""
    match place:
        case "request", "values", pointer, _:
            while pointer:
                pointer = pointer.rpartition("/")[0]
                yield "request", "values", pointer, "object"


def _of_body(form: Content, pointers: Iterable[str]) -> Iterator[tuple[Place, Hashable]]:
    """What a form of an operation says about its body, if it has one at any version."""
    if not pointers:
        return
    if form.definition.request is None:
        yield ("request", "open", ""), True  # the body is ignored
        return
    root = frozendict({"$ref": form.definition.request})
    for pointer in ("", *pointers):
        found = [schema for schema, _ in walk.find(root, parse_pointer(pointer), form.schemas)]
        described = _Described(found, form.schemas)
        for type_ in described.types:
            yield ("request", "values", pointer, type_), described.rule(type_)
        if described.is_open:
            yield ("request", "open", pointer), True
        if not pointer and "null" not in described.types:
            yield ("request", "required", pointer), True
        for name in described.required:
            yield ("request", "required", f"{pointer}/{escape(name)}"), True


def _of_query(form: Content) -> Iterator[tuple[Place, Hashable]]:
    """What a form of an operation says about its query."""
    if form.definition.unknown_query == "rejected":
        yield ("query", "closed"), True
    for (location, name), parameter in form.definition.parameters.items():
        if location == "query":
            described = _Described([parameter.schema], form.schemas)
            rules = tuple(described.rule(type_) for type_ in described.types)
            yield ("query", "values", name), (parameter.repeatable, rules)
            if parameter.required:
                yield ("query", "required", name), True


class _Described:
    """What schemas say about a value that must obey one of them."""

    def __init__(self, found: Iterable[Any], schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self._forms = [
            Merged(alternative, schemas) for schema in found for alternative in walk.alternatives(schema, schemas)
        ]

    @property
    def types(self) -> list[JsonType]:
        """The types that the value may have."""
        return [type_ for type_ in TYPES if self._of(type_)]

    @property
    def is_open(self) -> bool:
        """Whether it may be an object with other names."""
        return any(form.keywords.get("additionalProperties", True) is True for form in self._of("object"))

    @property
    def required(self) -> list[str]:
        """The properties that it must have if it is an object."""
        required = [form.required for form in self._of("object")]
        return sorted(set.intersection(*required)) if required else []

    def rule(self, type_: str) -> Hashable:
        """The rule for values of a type, without the facts that are listed elsewhere by name."""
        forms = self._of(type_)
        return frozenset(self._rule(form, type_, is_one=len(forms) == 1) for form in forms)

    def _of(self, type_: str) -> list[Merged]:
        return [form for form in self._forms if type_ in _types(form.keywords)]

    def _rule(self, form: Merged, type_: str, *, is_one: bool) -> Hashable:
        left = {keyword: value for keyword, value in form.keywords.items() if keyword not in _TOLD}
        if "enum" in left:
            left["enum"] = tuple(value for value in left["enum"] if _type(value) == type_)
        if "patternProperties" in left:
            left["patternProperties"] = frozendict(dict.fromkeys(left["patternProperties"]))
        if not is_one:  # the form that applies to a value depends on all that is in it
            left |= {keyword: form.keywords[keyword] for keyword in _BELOW if keyword in form.keywords}
            left |= {"properties": frozendict(form.properties), "required": tuple(sorted(form.required))}
            left |= {"items": form.items}
        rule = frozendict(left)
        return rule, walk.closure(walk.references(rule), self._schemas)


_BELOW = ("additionalProperties", "patternProperties")
_TOLD = ("value", "type", "description", "additionalProperties")


def _types(keywords: Schema) -> set[str]:
    """The types that a value may have that obeys these keywords."""
    if "value" in keywords:
        return set(TYPES) if keywords["value"] else set()
    named = keywords.get("type", TYPES)
    types = {"number" if name == "integer" else name for name in ((named,) if isinstance(named, str) else named)}
    words = (*keywords.get("enum", ()), *((keywords["const"],) if "const" in keywords else ()))
    return types & set(map(_type, words)) if words else types


def _type(value: Any) -> str:
    """The type of a JSON value."""
    kind = kind_of(value)
    return "number" if kind == "integer" else kind

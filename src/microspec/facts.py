"""What is true of an API, place by place: the form in which two APIs are compared.

A place is an operation, a part of it (its request, its query, its statuses …) and a name within that
part, such as the JSON pointer of a field. What is said there is a `Fact`: a frozen mapping that holds
everything a caller can notice at that place, and nothing of how the specification says it. Names of
schemas, the order of lists and unions that come to the same do not show.

The facts of a value at a pointer tell what it may be by JSON type (`kinds`): for each type the
alternatives that there are, each with its limits, pattern, enum and so on. What an object holds
stands at the pointers below it. `otherwise` is there where a name would be taken even if it were not
listed.
"""

from __future__ import annotations

import re

from . import schemas as json_schema
from .frozen import EMPTY, frozendict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from .model import Api, Definition, Parameter, Response

    Place = tuple[str, str]
    """A part of an operation (operation, audience, unknown-query, success, error, path, query, header, request,
    response, response-header, error-body, behavior), and a name within it."""
    Fact = frozendict[str, Any]
    Facts = dict[Place, tuple[Fact, frozenset[str]]]
    """What is true at each place, and the names of the schemas that say it."""

EVERYWHERE = ""
"""Stands for the operation where something holds for all of them."""

_ALL_KINDS = frozenset({"array", "boolean", "null", "number", "integer", "object", "string"})

LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
"""The keywords that are limits: of several, the highest of the lower and the lowest of the upper ones hold."""

_NUMBER = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
_OF_KIND: dict[str, frozenset[str]] = {
    "string": frozenset({"pattern", "format", "minLength", "maxLength"}),
    "number": _NUMBER,
    "integer": _NUMBER,
    "array": frozenset({"minItems", "maxItems", "minContains", "maxContains"}),
    "object": frozenset({"minProperties", "maxProperties"}),
}
_CONDITIONS: dict[str, frozenset[str]] = {
    "number": frozenset({"multipleOf"}),
    "integer": frozenset({"multipleOf"}),
    "array": frozenset({"uniqueItems", "contains"}),
    "object": frozenset({"propertyNames", "dependentRequired", "dependentSchemas"}),
}
_OF_ANY_KIND = frozenset({"not", "if", "then", "else", "anyOf", "oneOf", "pattern", "format"})
"""Conditions are kept as they are, since nothing is known of what they come to. Each part has its own."""


def of_operation(key: str, api: Api) -> Facts:
    """The facts of an operation; none if it is not there."""
    definition = api.definitions.get(key)
    if definition is None:
        return {}
    facts: Facts = {("operation", ""): (_of_definition(definition), frozenset())}
    if definition.alias_of:
        return facts  # the rest is told of the operation that it stands for
    facts["audience", ""] = (frozendict(audience=definition.audience), frozenset())
    facts["unknown-query", ""] = (frozendict(unknown=definition.unknown_query), frozenset())
    for parameter in definition.parameters.values():
        facts.update(_of_parameter(parameter, api, otherwise=definition.unknown_query == "ignored"))
    facts.update(_of_body("request", (definition.request,), api))
    facts.update(_of_responses(definition.responses.values(), api))
    return facts


def of_behaviors(api: Api) -> Facts:
    """The facts that are of no single operation and that microversions change: behaviors."""
    return {
        ("behavior", behavior.name): (
            frozendict(operations=tuple(sorted(behavior.operations)), description=behavior.text),
            frozenset(),
        )
        for behavior in api.behaviors.values()
    }


def of_common(api: Api) -> Facts:
    """The facts of what every operation has: the same at every version."""
    facts: Facts = {}
    for parameter in api.common.parameters.values():
        facts.update(_of_parameter(parameter, api))
    responses = [response.replace(headers=api.common.headers) for response in api.common.responses.values()]
    facts.update(_of_responses(responses, api))
    facts.update(_of_body("error-body", (*(r.body for r in responses), api.common.error_body), api))
    return facts


def _of_definition(definition: Definition) -> Fact:
    told = {
        "alias_of": definition.alias_of,
        "gone_since_release": definition.gone_since_release,
        "microversioned": definition.microversioned,
        "description": definition.summary,
    }
    return frozendict({name: value for name, value in told.items() if value is not None})


def _of_parameter(parameter: Parameter, api: Api, *, otherwise: bool = False) -> Facts:
    more = {
        "repeatable": parameter.repeatable,
        "audience": parameter.audience,
        "pattern": parameter.name_is_pattern,
        "otherwise": "taken" if otherwise and parameter.location == "query" else None,
    }
    walk = _Walk(parameter.location, parameter.name, api.schemas)
    walk.value([parameter.schema], "", frozenset(), required=parameter.required)
    fact, names = walk.facts[parameter.location, parameter.name]
    told = frozendict({**fact, **{key: value for key, value in more.items() if value}})
    return {**walk.facts, (parameter.location, parameter.name): (told, names)}


def _of_responses(responses: Iterable[Response], api: Api) -> Facts:
    facts: Facts = {}
    statuses: dict[str, set[tuple[int, str | None]]] = {"success": set(), "error": set()}
    bodies: dict[str, list[str | None]] = {"response": [], "error-body": []}
    for response in responses:
        succeeds = response.status < 400
        statuses["success" if succeeds else "error"].add(response.key)
        bodies["response" if succeeds else "error-body"].append(response.body)
        for name, schema in response.headers.items():
            walk = _Walk("response-header", f"{response.status} {name}", api.schemas)
            walk.value([schema], "", frozenset(), required=False)
            facts.update(walk.facts)
    for part, found in statuses.items():
        if found:
            ordered = tuple(sorted(found, key=lambda key: (key[0], key[1] or "")))
            facts[part, ""] = (frozendict(statuses=ordered), frozenset())
    for part, names in bodies.items():
        facts.update(_of_body(part, names, api))
    return facts


def _of_body(part: str, names: Iterable[str | None], api: Api) -> Facts:
    walk = _Walk(part, "", api.schemas)
    given = [frozendict({"$ref": name}) for name in dict.fromkeys(names) if name]
    if given:
        walk.value(given, "", frozenset(), required=True)
    return walk.facts


def takes(kinds: Mapping[str, Any], name: str) -> bool:
    """Whether an object of these kinds may have a property of this name although it is not listed."""
    return any(
        all(part["unlisted"] or any(re.search(p, name) for p in part["names"]) for part in form.get("open", ()))
        for form in kinds.get("object", ())
    )


class _Walk:
    """The facts of a value and of all that it holds."""

    def __init__(self, part: str, name: str, schemas: Mapping[str, Any]) -> None:
        self.part, self.name, self.schemas = part, name, schemas
        self.facts: Facts = {}

    def value(self, options: Sequence[Any], pointer: str, inside: frozenset[str], *, required: bool) -> None:
        """Tell of a value that obeys one of the options; `inside` are the schemas that the way led through."""
        forms, names = self._forms(options)
        kinds: dict[str, list[Fact]] = {}
        for form in forms:
            for kind in form.kinds:
                kinds.setdefault(kind, []).append(form.alternative(kind))
        if not kinds:
            return  # nothing may stand here
        objects = [form for form in forms if "object" in form.kinds]
        labels = _labels(objects)
        if objects:
            kinds["object"] = [frozendict(form=label, **form.alternative("object")) for label, form in labels]
        told: dict[str, Any] = {
            "kinds": frozendict({kind: _ordered(kinds[kind]) for kind in sorted(kinds)}),
            "required": required,
        }
        defaults = [form.keywords["default"] for form in forms if "default" in form.keywords]
        if defaults:
            told["default"] = defaults[0]
        descriptions = [form.description for form in forms if form.description]
        if descriptions:
            told["description"] = descriptions[0]
        self.facts[self.part, self.name + pointer] = (frozendict(told), names | inside)
        if names & inside:
            return  # a schema within itself: what it holds was told above
        on_the_way = inside | names.difference(*(led for form in forms for _, led in form.parts))
        self._members(labels, pointer, on_the_way, told["kinds"])
        items = [item for form in forms for item in form.held() if item is not False]
        if items:
            self.value(items, f"{pointer}/*", inside | names, required=False)

    def _members(
        self, labels: list[tuple[str, _Form]], pointer: str, inside: frozenset[str], kinds: Mapping[str, Any]
    ) -> None:
        """Tell of what objects hold: their properties, and the patterns of names that have a meaning."""
        holding: dict[tuple[str, bool], list[tuple[str, _Form, Any, frozenset[str]]]] = {}
        for label, form in labels:
            for name, is_pattern, schema, led in form.members():
                holding.setdefault((name, is_pattern), []).append((label, form, schema, led))
        for (name, is_pattern), found in holding.items():
            step = json_schema.escape(name)
            place = (self.part, f"{self.name}{pointer}/{step}")
            led = inside.union(*(led for _, _, _, led in found))
            required = all(name in form.required for _, form, _, _ in found)
            self.value([schema for _, _, schema, _ in found], f"{pointer}/{step}", led, required=required)
            if place in self.facts:
                more: dict[str, Any] = {"pattern": True} if is_pattern else {}
                if is_pattern or takes(kinds, name):
                    more["otherwise"] = "taken"
                if len(labels) > 1:
                    more["forms"] = tuple(sorted(label for label, _, _, _ in found))
                fact, names = self.facts[place]
                self.facts[place] = (frozendict({**fact, **more}), names)

    def _forms(self, options: Sequence[Any]) -> tuple[list[_Form], frozenset[str]]:
        """The forms that the options come to, unions taken apart, and the names of the schemas that were followed."""
        forms: list[_Form] = []
        names: set[str] = set()
        for option in options:
            for alternative in json_schema.alternatives(option, self.schemas):
                form = _Form(alternative, self.schemas)
                forms += form.taken_apart()
            names |= _followed(option, self.schemas)
        return list(dict.fromkeys(forms)), frozenset(names)


class _Form(json_schema.Form):
    """One way in which a value may be made."""

    def __init__(self, schema: Any, schemas: Mapping[str, Any]) -> None:
        super().__init__(schema, schemas)
        self.schema, self.schemas = schema, schemas
        self.parts = list(_parts(schema, schemas, frozenset()))
        self.said, self.conditions = _together([part for part, _ in self.parts])
        self.kinds = _kinds(self.said) if self.keywords.get("value", True) else ()

    def taken_apart(self) -> Iterator[_Form]:
        """The forms of a union that stands beside other keywords; the form itself if there is none."""
        for keyword in json_schema.UNIONS:
            branches = self.keywords.get(keyword, ())
            if branches and not all(isinstance(b, dict) and set(b) <= {"required", "description"} for b in branches):
                rest = _without(keyword, self.schema, self.schemas)
                for branch in branches:
                    yield from _Form(frozendict(allOf=(branch, rest)), self.schemas).taken_apart()
                return
        yield self

    def alternative(self, kind: str) -> Fact:
        """What is said of values of a kind."""
        relevant = _OF_KIND.get(kind, frozenset())
        if kind == "string" and self.said.get("format") == "decimal":
            relevant |= _NUMBER
        told = {keyword: value for keyword, value in self.said.items() if keyword in relevant}
        values = self.said.get("enum")
        if values is not None and kind != "null":
            listed = _ordered(value for value in values if _kind_of(value) == kind)
            told |= {"enum": listed} if listed != (False, True) else {}
        if kind == "object":
            told |= self._openness()
        fitting = _CONDITIONS.get(kind, frozenset()) | _OF_ANY_KIND
        conditions = [frozendict({k: v for k, v in item.items() if k in fitting}) for item in self.conditions]
        return frozendict({**told, **({"conditions": _ordered(filter(None, conditions))} if any(conditions) else {})})

    def _openness(self) -> dict[str, Any]:
        """Which properties an object may have that are not listed: `open` has what each of its parts says of them."""
        told = {"open": _ordered(said for part, _ in self.parts if (said := _open(part))["unlisted"] is not True)}
        unnamed = tuple(sorted(self.required - set(self.properties)))
        return {**told, **({"required": unnamed} if unnamed else {})}

    def members(self) -> Iterator[tuple[str, bool, Any, frozenset[str]]]:
        """The properties, and the patterns of names of which something is said although others are taken as well.

        Each with whether it is a pattern, its schema, and the names of the schemas that lead to it.
        """
        for name, schema in self.properties.items():
            if schema is not False:
                led = (led for part, led in self.parts if name in part.get("properties", ()))
                yield name, False, schema, frozenset().union(*led)
        for part, led_to in self.parts:
            if _open(part)["unlisted"] is True:
                for pattern, schema in part.get("patternProperties", EMPTY).items():
                    yield pattern, True, schema, led_to

    def held(self) -> Iterator[Any]:
        """What the items of an array, and the values of an object used as a map, may be."""
        yield from self.keywords.get("prefixItems", ())
        if self.items is not None:
            yield self.items
        for part, _ in self.parts:
            if _open(part)["unlisted"] is not True:
                yield from part.get("patternProperties", EMPTY).values()
        if isinstance(self.keywords.get("additionalProperties"), dict):
            yield self.keywords["additionalProperties"]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Form) and self.schema == other.schema

    def __hash__(self) -> int:
        return hash(self.schema)


def _parts(schema: Any, schemas: Mapping[str, Any], names: frozenset[str]) -> Iterator[tuple[Any, frozenset[str]]]:
    """The schemas that a form is put together of, each with the names that lead to it."""
    if not isinstance(schema, frozendict):
        return
    yield schema, names
    reference = schema.get("$ref")
    if reference is not None and reference not in names:
        yield from _parts(schemas.get(reference), schemas, names | {reference})
    for part in schema.get("allOf", ()):
        yield from _parts(part, schemas, names)


def _open(part: Any) -> Fact:
    unlisted = part.get("additionalProperties", part.get("unevaluatedProperties", True))
    names = tuple(sorted(part.get("patternProperties", ())))
    return frozendict(unlisted="described" if isinstance(unlisted, dict) else bool(unlisted), names=names)


def _meaning(value: Any) -> Any:
    """A keyword's value without the wording in it."""
    if isinstance(value, frozendict):
        return frozendict({k: _meaning(v) for k, v in value.items() if not (k == "description" and isinstance(v, str))})
    return tuple(map(_meaning, value)) if isinstance(value, tuple) else value


def _without(keyword: str, schema: Any, schemas: Mapping[str, Any]) -> Any:
    """A schema less one of its keywords, wherever it stands among its parts."""
    if not isinstance(schema, frozendict):
        return schema
    kept = {key: value for key, value in schema.items() if key not in (keyword, "$ref", "allOf")}
    parts = [_without(keyword, part, schemas) for part in schema.get("allOf", ())]
    if "$ref" in schema:
        parts.append(_without(keyword, schemas.get(schema["$ref"], EMPTY), schemas))
    return frozendict({**kept, "allOf": tuple(parts)}) if parts else frozendict(kept)


def _followed(schema: Any, schemas: Mapping[str, Any]) -> set[str]:
    """The names of the schemas that describe the same value as a schema."""
    found: set[str] = set()
    stack = [schema]
    while stack:
        current = stack.pop()
        if not isinstance(current, dict):
            continue
        name = current.get("$ref")
        if name is not None and name not in found:
            found.add(name)
            stack.append(schemas.get(name))
        for keyword in json_schema.PARTS:
            stack += current.get(keyword, ())
    return found


def _labels(forms: list[_Form]) -> list[tuple[str, _Form]]:
    """Forms of objects with the names that tell them apart: of their schemas, or numbers where they have none."""
    named = [form.schema.get("$ref") if isinstance(form.schema, dict) else None for form in forms]
    return [(str(name or number), form) for number, (name, form) in enumerate(zip(named, forms, strict=True), 1)]


def _together(parts: Sequence[Any]) -> tuple[dict[str, Any], list[Fact]]:
    """What parts say together, where that can be said in one keyword; and the conditions that each of them has."""
    said: dict[str, Any] = {}
    conditions: list[Fact] = []
    for part in parts:
        others = {k: _meaning(part[k]) for k in sorted(_ALL_CONDITIONS) if k in part}
        for keyword, value in part.items():
            if keyword == "type":
                said["type"] = _types(value) & said.get("type", _ALL_KINDS)
            elif keyword in ("enum", "const"):
                allowed = (value,) if keyword == "const" else value
                said["enum"] = tuple(item for item in said.get("enum", allowed) if item in allowed)
            elif keyword in LOWER or keyword in UPPER:
                strictest = max if keyword in LOWER else min
                said[keyword] = strictest(said.get(keyword, value), value)
            elif keyword in ("pattern", "format") and said.setdefault(keyword, value) != value:
                others[keyword] = value
        if others:
            conditions.append(frozendict(others))
    return said, conditions


_ALL_CONDITIONS = frozenset().union(*_CONDITIONS.values()) | _OF_ANY_KIND - {"pattern", "format"}


def _types(value: Any) -> frozenset[str]:
    """JSON types, the integers among them where any number may stand."""
    found = frozenset({value} if isinstance(value, str) else value)
    return found | {"integer"} if "number" in found else found


def _kinds(said: Mapping[str, Any]) -> tuple[str, ...]:
    """The JSON types that a value may have; the integers are not told apart where any number may stand."""
    found = said.get("type", _ALL_KINDS)
    if "enum" in said:
        return tuple(found & {_kind_of(value) for value in said["enum"]})
    return tuple(found - {"integer"} if "number" in found else found)


def _kind_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "integer" if isinstance(value, int) else "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, dict) else "array"


def _ordered(values: Iterable[Any]) -> tuple[Any, ...]:
    """Values once each, in an order that depends on nothing but them."""
    return tuple(sorted(dict.fromkeys(values), key=_in_one_order))


def _in_one_order(value: Any) -> str:
    return repr(sorted(value.items()) if isinstance(value, dict) else value)

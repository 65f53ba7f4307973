"""Questions about JSON Schemas in which `$ref` is the name of another schema of the same API.

A schema here is a frozen JSON Schema 2020-12 object (or true or false). References are looked up in `schemas`, a
mapping by name. Nothing here depends on operations or versions.
"""

from __future__ import annotations

from ..values.frozen import EMPTY, freeze, frozendict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    Found = tuple[Any, bool]

    _Shape = tuple[int, int, tuple[tuple[str, int], ...]]

    Schema = frozendict[str, Any]
else:
    Schema = frozendict


DIALECT = "https://json-schema.org/draft/2020-12/schema"

UNIONS = ("oneOf", "anyOf")
"""The keywords that list alternatives."""

PARTS = (*UNIONS, "allOf")
"""The keywords whose subschemas describe the same value as the schema that has them."""

_NESTED_LISTS = (*PARTS, "prefixItems")
_NESTED_MAPS = ("properties", "patternProperties")
_OF_THE_SAME = ("not", "if", "then", "else")
_NESTED = ("items", "additionalProperties", "unevaluatedProperties", "propertyNames", "not", "if", "then", "else")

_BELOW: dict[str, Callable[[Any], Iterable[Any]]] = {
    **dict.fromkeys(_NESTED_LISTS, iter),
    **dict.fromkeys(_NESTED_MAPS, dict.values),
    **dict.fromkeys(_NESTED, lambda schema: (schema,)),
}


def subschemas(schema: Any) -> Iterator[Any]:
    """The direct subschemas of a schema, not those that it refers to by name."""
    if isinstance(schema, dict):
        for keyword, value in schema.items():
            if keyword in _BELOW:
                yield from _BELOW[keyword](value)


def with_subschemas(schema: Mapping[str, Any], of: Callable[[Any], Any]) -> dict[str, Any]:
    """A schema with a function applied to each of its direct subschemas."""
    made = dict(schema)
    for keyword, value in schema.items():
        if keyword in _NESTED_LISTS:
            made[keyword] = [of(item) for item in value]
        elif keyword in _NESTED_MAPS:
            made[keyword] = {name: of(item) for name, item in value.items()}
        elif keyword in _NESTED:
            made[keyword] = of(value)
    return made


def references(schema: Any) -> frozenset[str]:
    """The names that a schema refers to, at any depth of its own text."""
    found: set[str] = set()
    stack = [schema]
    while stack:
        current = stack.pop()
        if isinstance(current, dict) and "$ref" in current:
            found.add(current["$ref"])
        stack.extend(subschemas(current))
    return frozenset(found)


def same_value(schema: Any) -> frozenset[str]:
    """The names that a schema refers to for the value itself, not for what the value holds."""
    found: set[str] = set()
    stack = [schema]
    while stack:
        current = stack.pop()
        if not isinstance(current, dict):
            continue
        if "$ref" in current:
            found.add(current["$ref"])
        stack += [item for keyword in PARTS for item in current.get(keyword, ())]
        stack += [current[keyword] for keyword in _OF_THE_SAME if keyword in current]
    return frozenset(found)


def reach(names: Iterable[str], further: Callable[[str], Iterable[str]]) -> dict[str, None]:
    """Some names and all that they lead to, directly or not, in the order in which they are reached.

    `further` gives the names that one leads to.
    """
    found = dict.fromkeys(names)
    waiting = list(found)
    while waiting:
        for name in further(waiting.pop()):
            if name not in found:
                found[name] = None
                waiting.append(name)
    return found


MOST_PARTS = 10_000
MOST_LEVELS = 100
"""How large a schema may be when it is written out (`Sizes`): fifty times as large as the largest real one."""


class Sizes:
    """How large schemas are with all that they refer to written out. It looks into each schema once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, _Shape]] = {}  # by identity: it keeps them alive

    def is_too_large(self, schema: Any, schemas: Mapping[str, Schema]) -> bool:
        """Whether a schema has too many schemas in it, or too many levels of them, when it is written out.

        A reference to a schema that contains it is not followed. The limit is needed because facts about a value are
        kept for each location in it: twenty schemas, each of which refers twice to the next, have a million locations.
        """
        left = MOST_PARTS
        stack: list[tuple[Any, int, frozenset[str]]] = [(schema, 0, frozenset())]
        while stack:
            current, above, inside = stack.pop()
            parts, levels, uses = self._shape(current)
            left -= parts
            if left < 0 or above + levels > MOST_LEVELS:
                return True
            for name, level in uses:
                if name in schemas and name not in inside:
                    stack.append((schemas[name], above + level, inside | {name}))
        return False

    def _shape(self, schema: Any) -> _Shape:
        known = self._known.get(id(schema))
        if known is None:
            known = self._known[id(schema)] = (schema, _shape(schema))
        return known[1]


def _shape(schema: Any) -> _Shape:
    """How many schemas a schema has in it, on how many levels, and the names that it refers to, with their levels."""
    parts, levels = 0, 0
    uses: list[tuple[str, int]] = []
    stack = [(schema, 1)]
    while stack:
        current, level = stack.pop()
        parts, levels = parts + 1, max(levels, level)
        name = current.get("$ref") if isinstance(current, dict) else None
        if name is not None:
            uses.append((name, level))
        stack += [(item, level + 1) for item in subschemas(current)]
    return parts, levels, tuple(uses)


def closure(names: Iterable[str], schemas: Mapping[str, Schema]) -> frozendict[str, Schema]:
    """The schemas with these names and all that they refer to, directly or not."""
    reached = reach(names, lambda name: references(schemas.get(name)))
    return frozendict({name: schemas[name] for name in reached if name in schemas})


def branches(schema: Any, schemas: Mapping[str, Schema]) -> Iterator[Schema]:
    """The schemas that together describe a value: this one, the one it refers to, its union branches and its parts."""
    stack = [schema]
    seen: set[str] = set()
    while stack:
        current = stack.pop()
        if not isinstance(current, frozendict):
            continue
        yield current
        reference = current.get("$ref")
        if reference is not None and reference not in seen:
            seen.add(reference)
            stack.append(schemas.get(reference))
        for keyword in reversed(PARTS):
            stack.extend(reversed(current.get(keyword, ())))


def alternatives(schema: Any, schemas: Mapping[str, Schema]) -> list[Any]:
    """The alternatives of a union, through references; a schema that is not a union is its own only alternative."""
    target = schema
    while isinstance(target, frozendict) and "$ref" in target and set(target) <= {"$ref", "description"}:
        target = schemas.get(target["$ref"], EMPTY)
    for keyword in UNIONS:
        if isinstance(target, frozendict) and keyword in target and set(target) <= {keyword, "description"}:
            return [item for branch in target[keyword] for item in alternatives(branch, schemas)]
    return [schema]


def find(schema: Any, tokens: Iterable[str], schemas: Mapping[str, Schema]) -> tuple[Found, ...]:
    """All schemas at a pointer below `schema`, through references and unions; empty if there is none.

    Each comes with whether its object requires it. A token names a property, or is ``*`` for any array item (or any key
    of an object used as a map).
    """
    level: list[Found] = [(schema, True)]
    known: dict[tuple[int, str], list[Found]] = {}  # by identity: a pointer may lead through a schema repeatedly
    for token in tokens:
        for found, _ in level:
            if (id(found), token) not in known:
                known[id(found), token] = list(_steps(found, token, schemas))
        steps = [step for found, _ in level for step in known[id(found), token]]
        level = list({(id(step[0]), step[1]): step for step in steps}.values())  # several ways may lead to one schema
        if not level:
            break
    return tuple(level)


def _steps(schema: Any, token: str, schemas: Mapping[str, Schema]) -> Iterator[Found]:
    for branch in branches(schema, schemas):
        yield from step(branch, token)


def step(branch: Schema, token: str) -> Iterator[Found]:
    """The schemas that one branch has for a token as in `find`, each with whether the branch requires it."""
    properties = branch.get("properties", EMPTY)
    if token in properties and properties[token] is not False:
        yield (properties[token], token in branch.get("required", ()))
    elif token == "*":
        yield from ((item, False) for item in items_of(branch) if item is not False)
    elif "patternProperties" in branch:
        yield from ((item, False) for item in _by_pattern(branch["patternProperties"], token) if item is not False)


def _by_pattern(patterns: Mapping[str, Any], name: str) -> Iterator[Any]:
    from .patterns import matches

    return (schema for pattern, schema in patterns.items() if matches(pattern, name))


def items_of(schema: Schema) -> Iterator[Any]:
    """The schemas of the items of an array, and of the values of an object that is used as a map."""
    yield from schema.get("prefixItems", ())
    if "items" in schema:
        yield schema["items"]
    yield from schema.get("patternProperties", EMPTY).values()
    if isinstance(schema.get("additionalProperties"), dict):
        yield schema["additionalProperties"]


def normalised(schema: Any) -> Any:
    """A schema in normal form, so that equal schemas are equal values: frozen, `required` sorted, no empty lists.

    This concerns schemas only: values under `default`, `enum` and `const` are kept.
    """
    if not isinstance(schema, dict):
        return schema
    result: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword in _NESTED_LISTS:
            result[keyword] = tuple(normalised(item) for item in value)
        elif keyword in _NESTED_MAPS:
            if value:
                result[keyword] = frozendict({name: normalised(item) for name, item in value.items()})
        elif keyword in _NESTED:
            result[keyword] = normalised(value)
        elif keyword == "required":
            if value:
                result[keyword] = tuple(sorted(value))
        else:
            result[keyword] = freeze(value)
    return frozendict(result)

"""Bodies and queries to put to both sides, made from a schema: valid ones, ones at every limit, and mutations.

Nothing here is right or wrong: what an instance is worth, the verdicts say. The same schema and the
same `seed` always make the same instances.
"""

from __future__ import annotations

import json
import random
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Schema = dict[str, Any]
    Leaves = Callable[[Schema, Any], Iterable[Any]]

LEAST = 400
"""So many instances at least, of every schema."""

SURE = 10
"""So many are always among them; the first ones are examples that should be valid."""

LONGEST = 100_000
"""Longer texts are not tried: there is one limit above, of 16 MB for what a volume driver says of a connection."""

VALUES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("values.yaml").read_text(encoding="utf-8"))
WRONG: list[Any] = VALUES["wrong"]
TEXTS: list[str] = [*VALUES["texts"], *("a" * length for length in (60, 61, 255, 256)), "9" * 30]
KEYS: list[str] = [*VALUES["keys"], "a" * 255, "a" * 256]
QUERY_NAMES: list[str] = VALUES["query-names"]
FORMATS: dict[str, list[str]] = {
    name: values
    for format_, values in VALUES["formats"].items()
    for name in (format_, *VALUES["same-format"].get(format_, ()))
}

_MERGED = ("$ref", "allOf", "anyOf", "oneOf", "$defs", "$schema")


def bodies(document: Any, seed: str, most: int | None = None) -> list[Any]:
    """Request bodies around a schema: its examples, its limits, and each with one thing changed; else random ones.

    At least `LEAST`, and as many as there are limits, but not more than `most`.
    """
    return _chosen(Shapes(document), seed, most)


def queries(document: Any, seed: str, most: int | None = None) -> list[Any]:
    """Queries around a schema, as mappings of name to the list of values; as many as of bodies."""
    return _chosen(QueryShapes(document), seed, most)


def _chosen(shapes: Shapes, seed: str, most: int | None) -> list[Any]:
    """All that is at a limit, a sample of the mistakes, and as many mixtures as it takes."""
    source = random.Random(seed)
    found = list(_distinct(shapes.around(shapes.document, limits)).values())
    others = list(shapes.around(shapes.document, mistakes))
    wanted = max(LEAST - len(found), len(found) // 2)
    found = list(_distinct([*found, *source.sample(others, min(wanted, len(others)))]).values())
    if most is not None:
        return [*found[:SURE], *source.sample(found[SURE:], max(0, min(most, len(found)) - SURE))]
    known = _distinct(found)
    for _ in range(20 * LEAST):
        if len(known) >= LEAST:
            break
        known |= _distinct([shapes.mixture(source, found)])
    return list(known.values())


def _distinct(values: Iterable[Any]) -> dict[str, Any]:
    return {json.dumps(value): value for value in values}


def merged(first: Schema, second: Schema) -> Schema:
    """What both schemas say together, as far as it matters for making examples."""
    result = {**first, **second}
    for keyword in ("properties", "patternProperties"):
        if keyword in first and keyword in second:
            result[keyword] = {**first[keyword], **second[keyword]}
    if "required" in first and "required" in second:
        result["required"] = [*first["required"], *second["required"]]
    return result


class Shapes:
    """The values that a schema (a document, with what it refers to) suggests."""

    def __init__(self, document: Any) -> None:
        self.document = document

    def alternatives(self, schema: Any) -> list[Schema]:
        """A schema as plain ones, each of one type, or of none that it names: unions and references are followed."""
        if not isinstance(schema, dict):
            return [] if schema is False else [{}]
        parts = [{key: value for key, value in schema.items() if key not in _MERGED}]
        if "$ref" in schema:
            target = self.document["$defs"][schema["$ref"].removeprefix("#/$defs/")]
            parts = [merged(other, part) for part in parts for other in self.alternatives(target)]
        for part in schema.get("allOf", ()):
            parts = [merged(one, other) for one in parts for other in self.alternatives(part)]
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                branches = [other for branch in schema[keyword] for other in self.alternatives(branch)]
                parts = [merged(one, other) for one in parts for other in branches]
        return [
            {**part, "type": type_} if type_ else part
            for part in parts
            for type_ in (part["type"] if isinstance(part.get("type"), list) else [part.get("type")])
        ]

    def example(self, schema: Any, *, full: bool = True) -> Any:
        """A value that an alternative accepts, if it can be one that is no list; `full`: with all that may be there."""
        found = sorted(self.alternatives(schema), key=lambda alternative: alternative.get("type") == "array")
        return self._example(found[0], full) if found else None

    def _example(self, schema: Schema, full: bool) -> Any:
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return min((value for value in schema["enum"] if _is_of(value, schema)), key=repr, default=None)
        match schema.get("type", "object" if "properties" in schema else None):
            case "object":
                return self._object(schema, full)
            case "array" if full and "prefixItems" in schema:
                return [self.example(part) for part in schema["prefixItems"]][: schema.get("maxItems")]
            case "array":
                items = schema.get("prefixItems", [schema.get("items", {})])[0]
                count = max(schema.get("minItems", 0), int(full and schema.get("maxItems") != 0))
                return [self.example(items, full=full) for _ in range(count)]
            case "integer" | "number":
                return max(1, schema.get("minimum", 1))
            case "boolean":
                return True
            case "null":
                return None
            case _:
                return text(schema)

    def _object(self, schema: Schema, full: bool) -> dict[str, Any]:
        required = schema.get("required", ())
        value = {
            name: self.example(part, full=full)
            for name, part in schema.get("properties", {}).items()
            if part is not False and (full or name in required)
        }
        if full and not value:
            value = {name: self.example(part) for name, part in self._open(schema)}
        return value

    def _open(self, schema: Schema) -> Iterator[tuple[str, Any]]:
        """A key, and the schema of its value, for each kind of key that is not named."""
        for pattern, part in schema.get("patternProperties", {}).items():
            yield next((key for key in KEYS if re.search(pattern, key)), "a"), part
        if isinstance(schema.get("additionalProperties"), dict):
            yield "other", schema["additionalProperties"]

    def around(self, schema: Any, leaves: Leaves) -> Iterator[Any]:
        """Examples of all alternatives, each with one value, at any depth, replaced by what `leaves` gives for it.

        Where these are the limits, objects and lists also have one thing more, less, or too many.
        """
        for alternative in self.alternatives(schema):
            example = self._example(alternative, True)
            if isinstance(example, dict):
                yield from self._objects(alternative, example, leaves)
            elif isinstance(example, list):
                yield from self._arrays(alternative, example, leaves)
            yield from leaves(alternative, example)

    def _objects(self, schema: Schema, example: dict[str, Any], leaves: Leaves) -> Iterator[Any]:
        yield example
        properties = {**schema.get("properties", {}), **dict(self._open(schema))}
        if leaves is limits:
            yield from (self._example(schema, False), {})
            yield from ({**example, key: "a"} for key in ("unknown", "a", *schema.get("patternProperties", ())))
            yield from ({key: example[key] for key in example if key != dropped} for dropped in example)
            for key in KEYS if list(self._open(schema)) else ():
                yield from ({**example, key: self.example(part)} for _, part in self._open(schema))
        for name, part in properties.items():
            yield from ({**example, name: value} for value in self.around(part, leaves))

    def _arrays(self, schema: Schema, example: list[Any], leaves: Leaves) -> Iterator[Any]:
        items = schema.get("prefixItems", [schema.get("items", {})])[0]
        yield from ([value, *example[1:]] for value in self.around(items, leaves))
        if leaves is limits:
            yield from (example, [], [*example, *example])
            if example:
                yield [*example, {"other": []}]
                for limit in (schema.get("minItems"), schema.get("maxItems")):
                    for count in (limit - 1, limit, limit + 1) if limit else ():
                        yield [_numbered(example[0], number) for number in range(count)]

    def mixture(self, source: random.Random, found: list[Any]) -> Any:
        """A body with two changes: parts of two of those found put together, or a random value somewhere in one."""
        one, other = source.choice(found), source.choice(found)
        if isinstance(one, dict) and isinstance(other, dict) and source.random() < 0.5:
            return _crossed(source, one, other)
        return _with_random(source, one)


class QueryShapes(Shapes):
    """The same for a query, in which every value is a list of texts."""

    def around(self, schema: Any, leaves: Leaves) -> Iterator[Any]:
        """Every parameter alone with each text that `leaves` gives, repeated, and beside all the others."""
        query = self.alternatives(schema)[0]
        needed = {name: self.example(query["properties"][name]) for name in query.get("required", ())}
        if leaves is limits:
            everything = {name: [_text(item) for item in value] for name, value in self._object(query, True).items()}
            yield from ({}, needed, everything)
            yield from ({**needed, name: ["a"]} for name in QUERY_NAMES)
        for name, part in [*query.get("properties", {}).items(), *self._open(query)]:
            values = [
                _text(value)
                for alternative in self.alternatives(part)
                for item in self.alternatives(alternative.get("items", {}))
                for value in leaves(item, self._example(item, True))
                if isinstance(value, str | int | float) and value != "\ud800"  # which no query string can have
            ]
            yield from ({**needed, name: [value]} for value in values)
            if leaves is limits:
                good = values[0] if values else "a"
                yield from ({**needed, name: [good, other]} for other in (good, "", "a", "-1"))

    def mixture(self, source: random.Random, found: list[Any]) -> Any:
        """The parameters of two queries together, or one more with any text."""
        one = {**source.choice(found), **source.choice(found)}
        return {**one, source.choice([*one, *QUERY_NAMES]): [source.choice(TEXTS).replace("\ud800", "")]}


def text(schema: Schema) -> str:
    """A text that a schema should accept, from those at hand."""
    return _fitting(*(schema.get(keyword) for keyword in ("format", "pattern", "minLength", "maxLength")))


@cache
def _fitting(format_: str | None, pattern: str | None, least: int | None, most: int | None) -> str:
    fitting = [
        value
        for value in (*FORMATS.get(format_ or "", ("",))[:1], "a", "1", *TEXTS)
        if re.search(pattern or "", value) and (least or 0) <= len(value) <= (len(value) if most is None else most)
    ]
    return next((value for value in fitting if value or len(fitting) == 1), "a")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _is_of(value: Any, schema: Schema) -> bool:
    return "type" not in schema or isinstance(value, bool) == (schema["type"] == "boolean")


def limits(schema: Schema, example: Any) -> Iterator[Any]:
    """The example of a plain schema, its words, and what is around its limits."""
    yield example
    yield from sorted(schema.get("enum", ()), key=repr)
    bounds = [schema[keyword] for keyword in ("minimum", "maximum", "exclusiveMinimum") if keyword in schema]
    numbers = sorted({number + step for number in bounds for step in (-1, 0, 1)})
    yield from numbers if schema.get("type") in ("integer", "number") else map(str, numbers)
    if isinstance(example, str):
        yield from (f"{example}\n", example.swapcase(), f"{example} ", "")
        yield from FORMATS.get(schema.get("format", ""), ())
        one = example[-1:] or "a"
        for length in (schema.get("minLength", 1), schema.get("maxLength", 1)):
            yield from (one * count for count in (length - 1, length, length + 1) if 0 <= count <= LONGEST)
            yield "é" * min(length, LONGEST)  # which is two bytes


def mistakes(_: Schema, __: Any) -> Iterator[Any]:
    """Values of every type, and texts of every form."""
    yield from WRONG
    yield from TEXTS


def _numbered(value: Any, number: int) -> Any:
    """The value again, but another one if it is text."""
    return f"{value}{number}" if isinstance(value, str) else value


def _crossed(source: random.Random, one: Any, other: Any) -> Any:
    """Two values of the same form as one: for each key of either, the value of one of them."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return source.choice([one, other])
    if set(one) == set(other) and len(one) == 1:
        return {key: _crossed(source, one[key], other[key]) for key in one}
    return {key: source.choice([side for side in (one, other) if key in side])[key] for key in {**one, **other}}


def _with_random(source: random.Random, value: Any) -> Any:
    """The value with a random one put somewhere into it."""
    if isinstance(value, dict) and value and source.random() < 0.8:
        key = source.choice(list(value))
        return {**value, key: _with_random(source, value[key])}
    if isinstance(value, list) and value and source.random() < 0.8:
        return [_with_random(source, value[0]), *value[1:]]
    return _random(source, 2)


def _random(source: random.Random, depth: int) -> Any:
    kind = source.random()
    if depth and kind < 0.3:
        return {source.choice(KEYS): _random(source, depth - 1) for _ in range(source.randint(0, 2))}
    if depth and kind < 0.5:
        return [_random(source, depth - 1) for _ in range(source.randint(0, 2))]
    return source.choice([*WRONG, *TEXTS])

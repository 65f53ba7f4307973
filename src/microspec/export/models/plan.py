"""The types that schemas describe.

A schema here is one of a document (`microspec.schema.standalone`): what it refers to is looked up in `schemas` by the
text of the reference. A type never excludes a value that its schema accepts; what it leaves open, its notes say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...schema.cases import kind_of
from ...schema.merged import Merged, parts
from ...schema.walk import UNIONS
from ...values.distinct import distinct
from ...values.frozen import EMPTY, frozendict
from .names import class_name, field_names
from .types import Alias, Anything, Choice, Field, Items, Listed, Members, Object, Option, Plain, Table
from .words import counts, is_portable, limits, notes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ...schema.walk import Schema
    from .types import Type

_ANNOTATIONS = frozenset(("$comment", "$schema", "description", "title"))
_DESCRIBING = frozenset(("$ref", "type", "enum", "const", "properties", "items", "allOf", "oneOf", "anyOf"))
_PLAIN = ("string", "integer", "number", "boolean", "null")
_MOST_OPTIONS = 64
"""So many options has a union at most, with all unions in it and beside it multiplied out. What is left of them is a
condition: a type leaves it open."""


_BEFORE = "#/$defs/"


def reference(name: str) -> str:
    """What refers to the schema with a name."""
    return f"{_BEFORE}{name}"


def plain_name(reference: str) -> str:
    """The name of the schema that a reference leads to."""
    return reference.removeprefix(_BEFORE)


def is_named(name: str, schema: Schema, schemas: Mapping[str, Schema]) -> bool:
    """Whether a schema is the one that has a name, not one in it that is called the same."""
    return schemas.get(reference(name)) is schema


class Planner:
    """Makes types of schemas. Of what has a name, it makes one type."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self._named: dict[str, Alias | Object | Anything] = {}

    def named(self, reference: str) -> Alias | Object | Anything:
        """The type of what a reference leads to: an `Object`, or an `Alias` for any other type."""
        found = self._named.get(reference)
        if found is None:
            self._named[reference] = Anything()  # a list of itself: what is in it is any value
            name, schema = plain_name(reference), self._schemas[reference]
            made = self.type(schema, name)
            if isinstance(made, Object) and made.name == name:
                found = made
            else:
                described = Merged(schema, self._schemas).description
                found = Alias(name=name, schema=schema, target=made, description=described)
            self._named[reference] = found
        return found

    def is_named(self, type_: Alias | Object) -> bool:
        """Whether the specification has the name of a type."""
        return is_named(type_.name, type_.schema, self._schemas)

    def type(self, schema: Any, name: str, room: int = _MOST_OPTIONS) -> Type:
        """The type of the values of a schema. `name` is for an object in it that has none of its own.

        `room` is for so many options of a union.
        """
        if not isinstance(schema, frozendict):
            return Anything()
        if "$ref" in schema and schema.keys() <= {"$ref", *_ANNOTATIONS}:
            return self.named(schema["$ref"])
        found = self._parts(schema)
        options = self._options(found, name, room)
        if options:
            return self._choice(options)
        kinds, values = _kinds(found), _values(found)
        if values is not None:
            fitting = distinct(value for value in values if kinds is None or _is_of(value, kinds))
            if fitting and all(value is None or isinstance(value, (str, int)) for value in fitting):
                return Listed(values=fitting)
        if not kinds:
            return Anything(notes=notes(found, ""))
        if len(kinds) == 1:
            return self._of_kind(kinds[0], schema, found, name)
        several = []
        for kind in kinds:
            one = frozendict(allOf=(frozendict(type=kind), schema))
            several.append(Option(type=self._of_kind(kind, one, found, class_name(name, kind)), schema=one))
        return Choice(options=tuple(several))

    def object(self, schema: Schema, name: str) -> Type:
        """The type of what is known to be an object: unions in its schema are conditions, or were multiplied out."""
        return self._object(schema, self._parts(schema), name)

    def _parts(self, schema: Schema) -> list[Schema]:
        return [part for part in parts(schema, self._schemas) if part.keys() - _ANNOTATIONS]

    # -------------------------------------------------------------------------------------------- unions

    def _options(self, found: Sequence[Schema], name: str, room: int) -> list[Option]:
        """The options of the first union that says more than a condition; each with all that stands beside it."""
        for number, part in enumerate(found):
            for keyword in UNIONS:
                branches = part.get(keyword, ())
                if not 0 < len(branches) <= room or not any(map(_describes, branches)):
                    continue
                rest = part.delete(keyword)
                beside = [bare for each in (*found[:number], rest, *found[number + 1 :]) if (bare := _bare(each))]
                described = [branch for branch in branches if branch is not False]
                names = [f"{name}{count}" if len(described) > 1 else name for count in range(1, len(described) + 1)]
                left = room // len(branches)
                return [self._option(beside, *each, left) for each in zip(described, names, strict=True)]
        return []

    def _option(self, beside: Sequence[Schema], branch: Any, name: str, room: int = _MOST_OPTIONS) -> Option:
        schema = frozendict(allOf=(*beside, branch)) if beside else branch
        return Option(type=self.type(schema, name, room), schema=schema)

    def _choice(self, options: Sequence[Option]) -> Type:
        flat: dict[Type, Option] = {}
        for option in options:
            is_plain = isinstance(option.type, Choice) and not option.type.by
            for each in option.type.options if isinstance(option.type, Choice) and is_plain else (option,):
                flat.setdefault(each.type, each)
        if any(isinstance(found, Anything) for found in flat):
            return Anything()
        if len(flat) == 1:
            return next(iter(flat))
        chosen = tuple(flat.values())
        return Choice(options=chosen, by=self._discriminator(chosen))

    def _discriminator(self, options: Sequence[Option]) -> str | None:
        """The property that tells the objects of a union apart: each requires it, and has other texts of it."""
        if not all(isinstance(option.type, Object) for option in options):
            return None
        constants = [dict(self._constants(option.schema)) for option in options]
        for name in constants[0]:
            sets = [found.get(name, ()) for found in constants]
            if all(sets) and len({value for values in sets for value in values}) == sum(map(len, sets)):
                return name
        return None

    def _constants(self, schema: Any) -> Iterator[tuple[str, Sequence[str]]]:
        form = Merged(schema, self._schemas)
        for name in sorted(form.required & form.properties.keys()):
            values = _values(list(parts(form.properties[name], self._schemas)))
            if values and all(isinstance(value, str) for value in values):
                yield name, values

    # ------------------------------------------------------------------------------------- values of a kind

    def _of_kind(self, kind: str, schema: Schema, found: Sequence[Schema], name: str) -> Type:
        if kind == "object":
            return self._object(schema, found, name)
        if kind == "array":
            items = [part["items"] for part in found if "items" in part and "prefixItems" not in part]
            of = self.type(items[-1], class_name(name, "item")) if items else Anything()
            return Items(of=of, limits=limits(found, kind), notes=notes(found, kind))
        return Plain(kind=kind, limits=limits(found, kind), notes=notes(found, kind))

    def _object(self, schema: Schema, found: Sequence[Schema], name: str) -> Type:
        form = Merged(schema, self._schemas)
        listed = [each for each in form.properties.values() if each is not False]
        patterns = form.keywords.get("patternProperties", EMPTY)
        is_open = form.keywords.get("additionalProperties", True) is not False
        if listed or not (is_open or patterns):
            return Object(name=name, schema=schema, _members=self._once(form, found, name))
        pattern = next(iter(patterns)) if len(patterns) == 1 and not is_open else None
        pattern = pattern if pattern is not None and is_portable(pattern) else None
        told = notes(found, "object", known=("patternProperties",) if pattern or not patterns else ())
        limited = limits(found, "object")
        return Table(of=self._others(form, name), pattern=pattern, limits=limited, notes=told)

    def _once(self, form: Merged, found: Sequence[Schema], name: str) -> Any:
        """What makes the members of an object, when they are first asked for: an object may be in itself."""
        made: list[Members] = []

        def members() -> Members:
            if not made:
                made.append(self._members(form, found, name))
            return made[0]

        return members

    def _members(self, form: Merged, found: Sequence[Schema], name: str) -> Members:
        listed = {each: schema for each, schema in form.properties.items() if schema is not False}
        types = {each: self.type(schema, class_name(name, each)) for each, schema in listed.items()}
        is_open = form.keywords.get("additionalProperties", True) is not False
        others = self._others(form, name) if is_open or "patternProperties" in form.keywords else None
        taken = {each for type_ in (*types.values(), others) if type_ for each in names_in(type_)}
        attributes = field_names(listed, taken)
        fields = tuple(
            Field(
                name=each,
                attribute=attributes[each],
                type=types[each],
                required=each in form.required,
                description=schema.get("description") if isinstance(schema, frozendict) else None,
            )
            for each, schema in listed.items()
        )
        unlisted = sorted(form.required - listed.keys())
        told = [f"Must have {each!r}." for each in unlisted]
        told += counts(found)
        return Members(
            listed=fields,
            others=others,
            description=form.description,
            notes=(*told, *notes(found, "object")),
        )

    def _others(self, form: Merged, name: str) -> Type:
        """The type of the properties that are not listed."""
        schemas = list(form.keywords.get("patternProperties", EMPTY).values())
        additional = form.keywords.get("additionalProperties", True)
        schemas += [] if additional is False else [additional]
        value_name = class_name(name, "value")
        if len(schemas) == 1:
            return self.type(schemas[0], value_name)
        return self._choice([self._option((), schema, value_name) for schema in schemas])


def names_in(type_: Type) -> Iterator[str]:
    """The names that an annotation of a type has in it."""
    if isinstance(type_, (Alias, Object)):
        yield type_.name
    elif isinstance(type_, (Items, Table)):
        yield from names_in(type_.of)
    elif isinstance(type_, Choice):
        for option in type_.options:
            yield from names_in(option.type)


def _describes(branch: Any) -> bool:
    return isinstance(branch, frozendict) and bool(branch.keys() & _DESCRIBING)


def _bare(part: Schema) -> Schema:
    """A part without what it refers to and consists of, which are parts of their own."""
    return frozendict({key: value for key, value in part.items() if key not in ("$ref", "allOf", *_ANNOTATIONS)})


def _kinds(found: Sequence[Schema]) -> tuple[str, ...] | None:
    """The JSON types that all parts leave, in the order in which the last one names them; None if none is named."""
    kinds: tuple[str, ...] | None = None
    for part in found:
        if "type" in part:
            named = (part["type"],) if isinstance(part["type"], str) else tuple(part["type"])
            known = kinds
            kinds = named if known is None else tuple(kind for kind in _common(named, known))
    if kinds and "number" in kinds:
        kinds = tuple(kind for kind in kinds if kind != "integer")
    return kinds


def _common(some: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    for kind in some:
        if kind in others or (kind == "integer" and "number" in others):
            yield kind
        elif kind == "number" and "integer" in others:
            yield "integer"


def _values(found: Sequence[Schema]) -> tuple[Any, ...] | None:
    """The values that the last part with such a list names; None if no part does."""
    for part in reversed(found):
        if "const" in part:
            return (part["const"],)
        if "enum" in part:
            return tuple(part["enum"])
    return None


def _is_of(value: Any, kinds: Sequence[str]) -> bool:
    kind = kind_of(value)
    return kind in kinds or (kind == "integer" and "number" in kinds)

"""The description of types: what `plan` makes of schemas, and what classes and written code are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...schema.cases import JSON_TYPES, kind_of
from ...values.frozen import EMPTY, Value, frozendict

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...schema.walk import Schema


class Type(Value):
    """The type of a value. `limits` are the keywords that Python can check; `notes` say the others in words."""

    limits: frozendict[str, Any] = EMPTY
    notes: tuple[str, ...] = ()

    @property
    def kinds(self) -> frozenset[str]:
        """The JSON types that a value may have; a ``number`` is one that is no integer (`microspec.schema.cases`)."""
        raise NotImplementedError


class Anything(Type):
    """Any JSON value."""

    @property
    def kinds(self) -> frozenset[str]:
        return JSON_TYPES


class Plain(Type):
    """A string, a number, a boolean or null. A ``number`` may be a whole one."""

    kind: str

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset({self.kind, "integer"} if self.kind == "number" else {self.kind})


class Listed(Type):
    """One of some values, each of which Python can write as a literal: strings, whole numbers, booleans and null."""

    values: tuple[Any, ...]

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(map(kind_of, self.values))


class Items(Type):
    """An array whose items have a type."""

    of: Type

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset({"array"})


class Table(Type):
    """An object that is used as a map: names of a pattern (None: any), and values of a type."""

    of: Type
    pattern: str | None = None

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset({"object"})


class Choice(Type):
    """A union. Of its `options`, `by` tells apart the objects: a property that each of them has another constant of."""

    options: tuple[Option, ...]
    by: str | None = None

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset().union(*(option.type.kinds for option in self.options))


class Option(Value):
    """A type that a union has, and the schema of its values."""

    type: Type
    schema: Schema


class Alias(Type):
    """A type that the specification has a name for, and that is no object with properties."""

    name: str
    schema: Schema
    target: Type
    description: str | None = None

    @property
    def kinds(self) -> frozenset[str]:
        return self.target.kinds


class Object(Type):
    """An object with properties: a class. `name` is that of the specification, or says where the object is."""

    name: str
    schema: Schema
    _members: Callable[[], Members]

    _uncompared = ("_members",)

    @property
    def members(self) -> Members:
        """Its properties, and what else it may have."""
        return self._members()

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset({"object"})


class Field(Value):
    """A property: its `name` in JSON and in Python (`attribute`), its type, and whether every object has it."""

    name: str
    attribute: str
    type: Type
    required: bool
    description: str | None = None


class Members(Value):
    """The properties of an object. `others` is the type of properties that are not listed; None if there are none."""

    listed: tuple[Field, ...]
    others: Type | None
    description: str | None = None
    notes: tuple[str, ...] = ()

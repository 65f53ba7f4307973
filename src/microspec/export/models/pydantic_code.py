"""Models as written code: classes that depend on pydantic alone, which checks as much as it can say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .style import Style
from .text import Expression, Group, Union, docstring, laid, pattern, quoted
from .types import Anything, Choice, Listed, Object, Plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .layout import Named
    from .types import Field, Table, Type

_PLAIN = {"integer": ("StrictInt",), "number": ("StrictInt", "StrictFloat"), "boolean": ("StrictBool",)}

_ARGUMENTS = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_length",
    "maxItems": "max_length",
    "minProperties": "min_length",
    "maxProperties": "max_length",
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "pattern": "pattern",
}
"""What pydantic calls the limits."""


class Models(Style):
    """Writes pydantic models."""

    BASE = '''\
"""What the models of all modules have in common."""

from typing import Annotated, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

__all__ = ["Closed", "Omissible", "Open"]


class Closed(BaseModel):
    """An object that may have no other properties than those of its fields."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, protected_namespaces=(), allow_inf_nan=False)


class Open(Closed):
    """An object that may have other properties."""

    model_config = ConfigDict(extra="allow")


T = TypeVar("T")


def _not_null(value: object) -> object:
    if value is None:
        raise ValueError("must not be null; leave it out")
    return value


Omissible: TypeAlias = Annotated[T | None, BeforeValidator(_not_null)]
"""A field that may be absent, but not null. It is None if it is absent."""
'''

    def class_(self, name: str, type_: Object) -> Iterator[str]:
        members = type_.members
        yield f"class {name}({self.use('.base', 'Closed' if members.others is None else 'Open')}):"
        about = docstring(self.about(type_), "    ")
        yield from about
        for number, field in enumerate(members.listed):
            yield from ("",) if about and not number else ()
            yield from self._field(name, field)
            yield from docstring(self.said(field), "    ")
        if not about and not members.listed:
            yield "    pass"

    def _field(self, name: str, field: Field) -> Iterator[str]:
        expression = self.annotation(field.type)
        default = "" if field.required else " = None"
        if not field.required:
            if "null" in field.type.kinds:
                is_said = isinstance(field.type, Anything) or self._shows_null(field.type)
                expression = expression if is_said else Union([expression, "None"])
            else:
                expression = Group(f"{self.use('.base', 'Omissible')}[", [expression], "]")
        if field.name != field.attribute:
            alias = f"{self.use('pydantic', 'Field')}(alias={quoted(field.name)})"
            expression = Group(f"{self.use('typing', 'Annotated')}[", [expression, alias], "]")
        if self._is_late(field.type):
            expression = self.in_quotes(expression)
            self._unfinished.add(name)
        yield from laid(f"{field.attribute}: ", expression, default, "    ")

    def _shows_null(self, type_: Type) -> bool:
        """Whether None is written in the annotation of a type, not behind a name."""
        if isinstance(type_, Choice):
            return any(self._shows_null(option.type) for option in type_.options)
        return (isinstance(type_, Listed) and None in type_.values) or (
            isinstance(type_, Plain) and type_.kind == "null"
        )

    def plain(self, type_: Type) -> Expression:
        if not isinstance(type_, Plain):
            return self.use("typing", "Any")
        if type_.kind in _PLAIN:
            names = [self.use("pydantic", name) for name in _PLAIN[type_.kind]]
            return Union(names) if len(names) > 1 else names[0]
        return "None" if type_.kind == "null" else "str"

    def limited(self, type_: Type, expression: Expression) -> Expression:
        said = {_ARGUMENTS[keyword]: _value(keyword, value) for keyword, value in type_.limits.items()}
        if isinstance(type_, Choice) and type_.by:
            said["discriminator"] = quoted(_attribute(type_))
        if not said:
            return expression
        arguments = [f"{name}={value}" for name, value in said.items()]
        field = Group(f"{self.use('pydantic', 'Field')}(", arguments, ")")
        return Group(f"{self.use('typing', 'Annotated')}[", [expression, field], "]")

    def key(self, type_: Table) -> Expression:
        if type_.pattern is None:
            return "str"
        field = f"{self.use('pydantic', 'Field')}(pattern={pattern(type_.pattern)})"
        return Group(f"{self.use('typing', 'Annotated')}[", ["str", field], "]")

    def ending(self, types: Sequence[Named]) -> Iterator[str]:
        """Classes that name later ones are finished when all are there."""
        late = [name for name in map(self.layout.name, types) if name in self._unfinished]
        if late:
            yield from ("", "")
            yield from (f"{name}.model_rebuild()" for name in late)


def _value(keyword: str, value: object) -> str:
    return pattern(str(value)) if keyword == "pattern" else repr(value)


def _attribute(choice: Choice) -> str:
    first = choice.options[0].type
    assert isinstance(first, Object)
    return next(field.attribute for field in first.members.listed if field.name == choice.by)

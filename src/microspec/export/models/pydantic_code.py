"""Models as written code: classes that depend on pydantic alone, which checks as much as it can say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...schema.formats import WORDS, patterns
from .layout import BASE, PATTERNS
from .names import numbered
from .style import Style
from .text import Expression, Group, Union, docstring, laid, pattern, quoted
from .types import Anything, Choice, Listed, Object, Plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .layout import Layout, Named
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
}
"""What pydantic calls the limits."""


_BASE = '''\
"""What the models of all modules have in common."""

from ipaddress import ip_address
from typing import Annotated, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
)

__all__ = ["Closed", "Omissible", "Open", "address", "also"]


class Closed(BaseModel):
    """An object that may have no other properties than those of its fields."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        protected_namespaces=(),
        allow_inf_nan=False,
    )


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


def address(*versions: int) -> AfterValidator:
    """What checks that a string is an IP address of one of these versions."""

    def checked(text: str) -> str:
        if ip_address(text).version not in versions:
            raise ValueError("must be an IP address of version " + " or ".join(map(str, versions)))
        return text

    return AfterValidator(checked)


def also(pattern: str) -> AfterValidator:
    """A second regular expression that a string has to match: a field has only one."""
    adapter: TypeAdapter[str] = TypeAdapter(Annotated[str, Field(pattern=pattern)])
    return AfterValidator(adapter.validate_python)
'''

_SHORT = 60
"""A longer regular expression has a name."""


def _of_formats() -> dict[str, str]:
    """The regular expressions of formats, and what they are called. Some formats have one in common, or two."""
    found: dict[str, str] = {}
    for format_ in ("printable", *WORDS):
        for text, ending in zip(patterns(format_), ("", "_ENDS"), strict=False):
            found.setdefault(text, f"{format_.replace('-', '_').upper()}{ending}")
    return found


class Models(Style):
    """Writes pydantic models."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout)
        self._patterns: dict[str, str] = {}
        self._formats = _of_formats()

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
        said = {_ARGUMENTS[word]: repr(value) for word, value in type_.limits.items() if word in _ARGUMENTS}
        first, *others = map(self._pattern, type_.limits.get("pattern", ("",)))
        said |= {"pattern": first} if "pattern" in type_.limits else {}
        if isinstance(type_, Choice) and type_.by:
            said["discriminator"] = quoted(_attribute(type_))
        marks: list[Expression] = []
        if said:
            arguments = [f"{name}={value}" for name, value in said.items()]
            marks.append(Group(f"{self.use('pydantic', 'Field')}(", arguments, ")"))
        marks += [f"{self.use('.base', 'also')}({other})" for other in others]  # a field has one pattern
        if "format" in type_.limits:
            versions = ", ".join(each.removeprefix("ipv") for each in type_.limits["format"])
            marks.append(f"{self.use('.base', 'address')}({versions})")
        return Group(f"{self.use('typing', 'Annotated')}[", [expression, *marks], "]") if marks else expression

    def key(self, type_: Table) -> Expression:
        if type_.pattern is None:
            return "str"
        field = f"{self.use('pydantic', 'Field')}(pattern={self._pattern(type_.pattern)})"
        return Group(f"{self.use('typing', 'Annotated')}[", ["str", field], "]")

    def _pattern(self, text: str) -> str:
        """A regular expression: as a literal if it is short, or else the name that it has in the module of patterns."""
        if len(text) <= _SHORT:
            return pattern(text)
        if text not in self._patterns:
            base = self._formats.get(text, "PATTERN")
            taken = {*self._patterns.values()}
            self._patterns[text] = next(name for name in numbered(base) if name not in taken)
        return self.use(f".{PATTERNS}", self._patterns[text])

    def support(self) -> dict[str, str]:
        """The texts of the modules that the others use."""
        if not self._patterns:
            return {BASE: _BASE}
        named = sorted((name, text) for text, name in self._patterns.items())
        lines = ['"""Regular expressions that are too long to be written where they are used."""', ""]
        lines += laid("__all__ = ", Group("[", [quoted(name) for name, _ in named], "]"))
        for name, text in named:
            lines += ["", f"{name} = {pattern(text)}"]
        return {BASE: _BASE, PATTERNS: "\n".join([*lines, ""])}

    def ending(self, types: Sequence[Named]) -> Iterator[str]:
        """Classes that name later ones are finished when all are there."""
        late = [name for name in map(self.layout.name, types) if name in self._unfinished]
        if late:
            yield from ("", "")
            yield from (f"{name}.model_rebuild()" for name in late)


def _attribute(choice: Choice) -> str:
    first = choice.options[0].type
    assert isinstance(first, Object)
    return next(field.attribute for field in first.members.listed if field.name == choice.by)

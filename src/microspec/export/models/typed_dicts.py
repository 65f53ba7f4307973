"""TypedDicts as written code, which depends on nothing. They say what is there, and nothing is checked."""

from __future__ import annotations

from keyword import iskeyword
from typing import TYPE_CHECKING

from .names import ANNOTATIONS
from .style import Style
from .text import WIDTH, Expression, Group, docstring, laid, quoted
from .types import Plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .types import Field, Members, Object, Type

_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


class TypedDicts(Style):
    """Writes TypedDicts: as classes, or as calls where a class cannot say a name."""

    def class_(self, name: str, type_: Object) -> Iterator[str]:
        members = type_.members
        kind = self.use("typing", "TypedDict")
        if not all(_is_sayable(field.name) for field in members.listed):
            yield from self._call(name, kind, members)
            yield from docstring(self.about(type_))
            return
        yield f"class {name}({kind}):"
        about = docstring(self.about(type_), "    ")
        yield from about
        for number, field in enumerate(members.listed):
            yield from ("",) if about and not number else ()
            yield from laid(f"{field.name}: ", self._member(field), "", "    ")
            yield from docstring(self.said(field), "    ")
        if not about and not members.listed:
            yield "    pass"

    def _call(self, name: str, kind: str, members: Members) -> Iterator[str]:
        yield f"{name} = {kind}("
        yield f"    {quoted(name)},"
        yield "    {"
        for field in members.listed:
            yield from (f"        # {line}" for line in _comment(self.said(field)))
            yield from laid(f"{quoted(field.name)}: ", self._member(field), ",", "        ")
        yield "    },"
        yield ")"

    def _member(self, field: Field) -> Expression:
        expression = self.annotation(field.type)
        if self._is_late(field.type):
            expression = self.in_quotes(expression)
        return expression if field.required else Group(f"{self.use('typing', 'NotRequired')}[", [expression], "]")

    def plain(self, type_: Type) -> Expression:
        return _PLAIN[type_.kind] if isinstance(type_, Plain) else self.use("typing", "Any")


def _is_sayable(name: str) -> bool:
    """Whether a class can have this name in its body, where it hides nothing that annotations need."""
    return (
        name.isidentifier() and name.isascii() and not (iskeyword(name) or name.startswith("_") or name in ANNOTATIONS)
    )


def _comment(paragraphs: list[str]) -> list[str]:
    """Paragraphs as the lines of a comment."""
    import textwrap

    return [line for paragraph in paragraphs for line in textwrap.wrap(_printable(paragraph), WIDTH - 10)]


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)

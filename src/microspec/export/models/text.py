"""Python as text: literals, docstrings, and expressions that are broken into lines where they are too long."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WIDTH = 88
"""No line is longer, unless one word is. It is the width that most formatters have."""

_INDENT = "    "


class Group(NamedTuple):
    """An expression in brackets: what is before the items, and after them."""

    before: str
    items: Sequence[Expression]
    after: str


class Union(NamedTuple):
    """Alternatives: expressions with a bar between."""

    items: Sequence[Expression]


Expression = str | Group | Union


def flat(expression: Expression) -> str:
    """An expression on one line."""
    if isinstance(expression, str):
        return expression
    if isinstance(expression, Union):
        return " | ".join(map(flat, expression.items))
    return f"{expression.before}{', '.join(map(flat, expression.items))}{expression.after}"


def laid(before: str, expression: Expression, after: str = "", margin: str = "") -> Iterator[str]:
    """The lines of an expression, with a text before and after it. Only the first line has no margin yet."""
    line = f"{margin}{before}{flat(expression)}{after}"
    if len(line) <= WIDTH or isinstance(expression, str) or not expression.items:
        yield line
        return
    within = margin + _INDENT
    if isinstance(expression, Union):
        yield f"{margin}{before}("
        for number, item in enumerate(expression.items):
            yield from laid("| " if number else "", item, "", within)
        yield f"{margin}){after}"
        return
    yield f"{margin}{before}{expression.before}"
    comma = "," if len(expression.items) > 1 else ""  # after a single one, it would make a tuple
    for item in expression.items:
        yield from laid("", item, comma, within)
    yield f"{margin}{expression.after}{after}"


def quoted(text: str) -> str:
    """A text as a literal, in double quotes."""
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    if character in '\\"':
        return f"\\{character}"
    if character.isprintable():
        return character
    return ascii(character)[1:-1]


def literal(value: object) -> str:
    """A string, a number, a boolean or None as a literal."""
    return quoted(value) if isinstance(value, str) else repr(value)


def pattern(text: str) -> str:
    """A regular expression as a literal: a raw one, if it can be."""
    is_raw = text.isprintable() and '"' not in text and "\\" in text and not text.endswith("\\")
    return f'r"{text}"' if is_raw else quoted(text)


def docstring(paragraphs: Iterable[str], margin: str = "") -> list[str]:
    """The lines of a docstring; none if there is nothing to say. Lines in a paragraph stay if it has several."""
    words = [_said(paragraph) for paragraph in paragraphs if paragraph]
    if not words:
        return []
    wrapped: list[str] = []
    for number, said in enumerate(words):
        wrapped += [""] if number else []
        for line in said.split("\n"):
            wrapped += _wrapped(line, WIDTH - len(margin) - 6) or [""]
    if len(wrapped) == 1:
        return [f'{margin}"""{wrapped[0]}"""']
    return [f'{margin}"""{wrapped[0]}', *(f"{margin}{line}".rstrip() for line in wrapped[1:]), f'{margin}"""']


def _wrapped(line: str, width: int) -> list[str]:
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _said(text: str) -> str:
    """A text as it is in a docstring: nothing in it ends the docstring, or means something else there."""
    said = ""
    for place, character in enumerate(text):
        is_harmless = character == "\n" or (character == '"' and text[place + 1 : place + 3] not in ("", '""'))
        said += character if is_harmless else _escaped(character)
    return said

"""The blocks of an answer for people, and their form without colors and columns.

Blocks are texts with styles, hanging lines, tables and trees. `microspec.render.terminal` lays them out for a terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .escaping import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    Piece = str | tuple[str, str]


class Text:
    """Text on one line, with foreign characters made visible: a style, and pieces, each with one more style."""

    def __init__(self, text: str = "", style: str = "") -> None:
        self.style = style
        self.pieces = [(plain(text), "")] if text else []

    @classmethod
    def assemble(cls, *parts: Piece | Text) -> Text:
        """A text made of parts: texts, some with a style."""
        made = cls()
        for part in parts:
            if isinstance(part, Text):
                made.append_text(part)
            else:
                made.append(part) if isinstance(part, str) else made.append(*part)
        return made

    def append(self, text: str, style: str = "") -> Text:
        """Append a text."""
        if text:
            self.pieces.append((plain(text), style))
        return self

    def append_text(self, text: Text) -> Text:
        """Append another text with its styles."""
        self.pieces += [(piece, f"{text.style} {style}".strip()) for piece, style in text.pieces]
        return self

    def __str__(self) -> str:
        return "".join([text for text, _ in self.pieces])

    def lines(self, *, ascii_only: bool) -> Iterator[str]:
        """The one line that this is."""
        del ascii_only
        yield str(self)


class Hanging:
    """A line that begins where its text does, and if it is too long continues at a given column."""

    def __init__(self, text: Text, hang: int) -> None:
        self.text, self.hang = text, hang

    def lines(self, *, ascii_only: bool) -> Iterator[str]:
        """The line, if there is enough space."""
        return self.text.lines(ascii_only=ascii_only)


def hung(hang: int, *parts: Piece | Text) -> Hanging:
    """A hanging line made of parts."""
    return Hanging(Text.assemble(*parts), hang)


class Group:
    """Blocks, one below the other."""

    def __init__(self, *blocks: Block) -> None:
        self.blocks = blocks

    def lines(self, *, ascii_only: bool) -> Iterator[str]:
        """The lines of all of them."""
        for block in self.blocks:
            yield from block.lines(ascii_only=ascii_only)


class Table:
    """Rows of texts below the names of their columns; the texts of the column `broken` may take several lines."""

    def __init__(self, *columns: str, broken: str = "") -> None:
        self.columns, self.broken = columns, broken
        self.rows: list[tuple[Text, ...]] = []

    def add_row(self, *cells: Text) -> None:
        """Add a row: a text for each column."""
        self.rows.append(cells)

    def lines(self, *, ascii_only: bool) -> Iterator[str]:
        """A line for the names, and one for each row."""
        del ascii_only
        rows = [self.columns, *([str(cell) for cell in row] for row in self.rows)]
        widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            yield "  ".join([text + " " * (width - cells(text)) for text, width in zip(row, widths, strict=True)])


class Tree:
    """A block with branches below it."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.branches: list[Tree] = []

    def add(self, block: Block) -> Tree:
        """Add a branch."""
        self.branches.append(Tree(block))
        return self.branches[-1]

    def lines(self, *, ascii_only: bool) -> Iterator[str]:
        """The lines of the block and of its branches, with guides before these."""
        yield from self.block.lines(ascii_only=ascii_only)
        along, below, at, last = _ASCII_GUIDES if ascii_only else _GUIDES
        for branch in self.branches:
            is_last = branch is self.branches[-1]
            for number, line in enumerate(branch.lines(ascii_only=ascii_only)):
                if number == 0:
                    yield f"{last if is_last else at}{line}"
                else:
                    yield f"{below if is_last else along}{line}"


_GUIDES = ("│   ", "    ", "├── ", "└── ")
_ASCII_GUIDES = ("|   ", "    ", "+-- ", "`-- ")

Block = Text | Hanging | Group | Table | Tree
"""All kinds of answers."""


def paragraphs(text: str, indent: int = 0, style: str = "") -> list[Hanging]:
    """A description, which may have several lines."""
    return [hung(indent, (f"{'':{indent}}{line}", style)) for line in text.removesuffix("\n").split("\n")]


def cells(text: str) -> int:
    """The number of columns of a text, if each character takes one or two."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(character) else 1 + (east_asian_width(character) in "WF") for character in text)

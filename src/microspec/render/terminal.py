"""Lays out answers for a terminal, with Rich: with colors, in a number of columns. Importing Rich is slow."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich import text, tree
from rich.console import Console
from rich.console import Group as RichGroup
from rich.table import Table as RichTable

from .blocks import Group, Hanging, Table, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import ConsoleOptions, RenderableType

    from .blocks import Block, Tree

_NARROWEST = 20
"""A text has at least this many columns, however far it is indented."""


def lines(answer: Block, *, styled: bool, width: int, encoding: str) -> list[str]:
    """The lines of an answer, at most `width` columns wide; with styles as escape sequences, or without."""
    buffer = io.TextIOWrapper(io.BytesIO(), encoding, errors="backslashreplace", newline="\n")
    console = Console(
        file=buffer,
        color_system="auto" if styled else None,
        force_terminal=styled,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        width=width,
    )
    console.print(_made(answer))
    buffer.seek(0)
    return buffer.read().split("\n")


@contextmanager
def bar(total: int | None) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error: the bytes that are done, and the total if it is known. It disappears at the
    end."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda size: progress.advance(task, size)


def _made(block: Block) -> RenderableType:
    """The Rich object for a block."""
    if isinstance(block, Text):
        return _text(block)
    if isinstance(block, Hanging):
        return _Hanging(_text(block.text), block.hang)
    if isinstance(block, Group):
        return RichGroup(*map(_made, block.blocks))
    if isinstance(block, Table):
        table = RichTable(box=None, pad_edge=False, header_style="dim", show_edge=False)
        for column in block.columns:
            table.add_column(column, no_wrap=column != block.broken, overflow="fold")
        for row in block.rows:
            table.add_row(*map(_text, row))
        return table
    return _tree(block)


def _text(value: Text) -> text.Text:
    return text.Text.assemble(*value.pieces, style=value.style)


def _tree(value: Tree) -> tree.Tree:
    made = tree.Tree(_made(value.block))
    made.children = [*map(_tree, value.branches)]
    return made


class _Hanging:
    """A line as described in `Hanging`."""

    def __init__(self, line: text.Text, hang: int) -> None:
        self._line, self._hang = line, hang

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[text.Text]:
        body = self._line[len(self._line) - len(self._line.plain.lstrip(" ")) :]
        width = max(options.max_width - self._hang, _NARROWEST)
        for number, line in enumerate(body.wrap(console, width, overflow="fold")):
            line.rstrip()
            yield text.Text.assemble(" " * (self._hang if number else len(self._line) - len(body)), line)

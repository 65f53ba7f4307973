"""Prints answers as text, JSON or in another format of a command. It imports only the renderer that it needs."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..render.escaping import plain as escaped
from . import streams

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..render.blocks import Block

WIDEST = 100
"""At most this many columns of a terminal are used, because longer lines are hard to read."""


class Output:
    """Prints the answer of a command in its format."""

    def __init__(self, format: str) -> None:  # noqa: A002  # the option's name
        self.format = format

    def show(self, *, plain: Callable[[Any], Any], text: Callable[[Any], Any], **others: Callable[[Any], str]) -> None:
        """Print the answer with the module that renders the format: plain data, text, or another."""
        if self.format == "json":
            from ..render import plain as renderer

            self.write(streams.as_json(plain(renderer)))
        elif self.format in others:
            self.write(others[self.format](import_module(f"..render.{self.format}", __package__)))
        else:
            from ..render import text as text_renderer

            self.write(rendered(text(text_renderer)))

    def write(self, text: str) -> None:
        """Print a finished text."""
        streams.write(text, self.format)

    def note(self, line: object) -> None:
        """Print a line next to an answer for people. Formats for programs already contain it."""
        if self.format != "json":
            streams.note(f"{escaped(str(line))}\n")


def is_terminal() -> bool:
    """Whether the output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def rendered(answer: Block) -> str:
    """An answer as text: with colors and wrapped lines on a terminal, plain elsewhere and if NO_COLOR is set."""
    encoding = (sys.stdout.encoding if sys.stdout is not None else None) or "utf-8"
    styled = is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in ("dumb", "unknown")
    if is_terminal():
        from shutil import get_terminal_size

        from ..render import terminal

        width = min(WIDEST, get_terminal_size().columns)
        lines = terminal.lines(answer, styled=styled, width=width, encoding=encoding)
    else:
        lines = [*answer.lines(ascii_only=not encoding.lower().startswith("utf"))]
    whole = lines if styled else map(str.rstrip, lines)
    return "\n".join(whole).rstrip("\n") + "\n"

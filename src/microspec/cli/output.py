"""Answers, printed as text, JSON or what else a command has; only what is printed is imported."""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..render.escaping import plain as escaped
from . import streams

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType

WIDEST = 100
"""So many columns are used of a terminal: longer lines are hard to read."""

_UNBROKEN = 10_000
"""The width away from a terminal: lines are not broken there, so that they can be searched."""


class Output:
    """Prints the answer of a command in its format."""

    def __init__(self, format: str) -> None:  # noqa: A002  # the option's name
        self.format = format

    def show(self, *, plain: Callable[[Any], Any], text: Callable[[Any], Any], **others: Callable[[Any], str]) -> None:
        """Print what one of these makes with the module that renders the format: plain data, text, or another."""
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
        """Say a line beside an answer for people. What programs read has all that there is to say."""
        if self.format != "json":
            streams.note(f"{escaped(str(line))}\n")


def is_terminal() -> bool:
    """Whether somebody looks at what is printed."""
    return sys.stdout is not None and sys.stdout.isatty()


def rendered(answer: RenderableType) -> str:
    """An answer as text: with colours and broken lines on a terminal, plain elsewhere and if NO_COLOR is set."""
    from rich.console import Console

    wanted = is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in ("dumb", "unknown")
    encoding = sys.stdout.encoding if sys.stdout is not None else "utf-8"
    buffer = io.TextIOWrapper(io.BytesIO(), encoding, errors="backslashreplace", newline="\n")
    console = Console(
        file=buffer,
        color_system="auto" if wanted else None,
        force_terminal=wanted,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        width=_width(),
    )
    console.print(answer)
    buffer.seek(0)
    lines = buffer.read().rstrip("\n").split("\n")
    return "".join(f"{line if wanted else line.rstrip()}\n" for line in lines)


def _width() -> int:
    """How many columns there are for a line."""
    if not is_terminal():
        return _UNBROKEN
    from shutil import get_terminal_size

    return min(WIDEST, get_terminal_size().columns)

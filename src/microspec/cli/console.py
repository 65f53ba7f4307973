"""The one way to print: whatever is foreign in it has been escaped, and no line of it is a command to CI."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
from click.exceptions import NoArgsIsHelpError

from ..render.escaping import dumped, plain, without_commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WIDE = 10_000
"""The width away from a terminal: lines are not broken there, so that they can be searched."""


def say(text: str) -> None:
    """Print an answer, which a module of `render` has written and which ends as it is to end."""
    click.echo(without_commands(text), nl=False)


def say_json(value: Any) -> None:
    """Print a JSON value."""
    say(f"{dumped(value, indent=2)}\n")


def say_commands(text: str) -> None:
    """Print workflow commands, as `render.annotations` writes them."""
    click.echo(text, nl=False)


def show(answer: Any) -> None:
    """Print what Rich renders: in colours on a terminal, as plain text elsewhere."""
    from rich.console import Console

    as_it_is: dict[str, Any] = {"highlight": False, "markup": False, "emoji": False}
    console = Console(**as_it_is)
    if not console.is_terminal:
        console = Console(**as_it_is, width=_WIDE, no_color=True)
    with console.capture() as captured:
        console.print(answer)
    if console.is_terminal:
        click.echo(without_commands(captured.get()), nl=False, color=True)
        return
    say("".join(f"{line.rstrip()}\n" for line in captured.get().rstrip("\n").split("\n")))


def complain(*lines: object) -> None:
    """Print lines on standard error."""
    click.echo(_lines(lines), nl=False, err=True)


def _lines(values: Iterable[object]) -> str:
    return without_commands("".join(f"{plain(str(value))}\n" for value in values))


class Misuse(click.UsageError):
    """Misuse, or input that cannot be used: one line or several, of which each is about one thing."""

    def __init__(self, *lines: object) -> None:
        super().__init__(_lines(lines).removesuffix("\n"))


@contextmanager
def escaped() -> Iterator[None]:
    """In a block, make what click itself says of arguments fit to be printed: it tells them as they are."""
    try:
        yield
    except (Misuse, NoArgsIsHelpError):
        raise
    except click.ClickException as error:
        vars(error)["message"] = plain(error.message)
        raise

"""What the commands share: options, completion, and the ways of printing an answer."""

from __future__ import annotations

import functools
import os
from errno import EINVAL
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from ..http.errors import InvalidDocument
from ..values.errors import InvalidVersion, InvalidVersionSet
from ..values.files import opened
from ..values.reading import Unreadable, json_value, text
from ..values.spoken import spoken_range
from ..values.version import Version, VersionRange, VersionSet
from .console import say, say_json, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..authoring.sources import Sources
    from ..history import History
    from ..http.discovery import Document

    F = Callable[..., Any]


class Session:
    """The specification that a command is about: the bundled one, or a folder."""

    def __init__(self, spec: str | None) -> None:
        self.spec = spec

    @functools.cached_property
    def history(self) -> History:
        """The history of the specification."""
        from .. import load

        return load() if self.spec is None else load(self.spec)

    @property
    def folder(self) -> Path:
        """The folder of the specification."""
        from ..loading import folder_of

        return Path(folder_of("compute" if self.spec is None else self.spec))

    @property
    def given(self) -> str | None:
        """The folder that was named; None for a specification that is bundled."""
        from ..loading import is_bundled

        return None if self.spec is None or is_bundled(self.spec) else str(self.folder)

    def read(self) -> Sources:
        """Read the files anew, for what is wrong with them and for where things are written."""
        from ..authoring.tree import read_tree

        return read_tree(self.folder)


class Output:
    """Prints an answer as ``text``, ``json`` or what else a command has; only what is printed is imported."""

    def __init__(self, format: str) -> None:  # noqa: A002  # the option's name
        self.format = format

    def show(self, *, plain: Callable[[Any], Any], text: Callable[[Any], Any], **others: Callable[[Any], str]) -> None:
        """Print what one of these makes with the module that renders the format: plain data, text, or another."""
        if self.format == "json":
            from ..render import plain as renderer

            say_json(plain(renderer))
        elif self.format in others:
            say(others[self.format](import_module(f"..render.{self.format}", __package__)))
        else:
            from ..render import text as text_renderer

            show(text(text_renderer))


def common(*others: str) -> Callable[[F], F]:
    """The options of every command; the command gets a session and an output for them. `others`: further formats."""
    formats = click.Choice(["text", "json", *others])

    def decorate(function: F) -> F:
        @click.option(
            "--spec",
            type=click.Path(file_okay=False),
            metavar="NAME|DIR",
            help="Another specification: a bundled one, or a folder.",
        )
        @click.option("--format", "format_", type=formats, default="text", show_default=True)
        @functools.wraps(function)
        def command(*args: Any, spec: str | None, format_: str, **kwargs: Any) -> Any:
            return function(Session(spec), Output(format_), *args, **kwargs)

        return command

    return decorate


COMMON = common()
"""The options of a command that has no further formats."""


def ELEMENT(function: F) -> F:  # noqa: N802
    """The options that name one element of an operation."""
    for option in (
        click.option("--status", type=int, help="A status; with --response, the answer meant."),
        click.option("--response", metavar="POINTER", help="A field of an answer, as a JSON pointer; * is any item."),
        click.option("--query", metavar="NAME", help="A query parameter."),
        click.option("--request", metavar="POINTER", help="A field of the request body, as a JSON pointer."),
    ):
        function = option(function)
    return function


class FileType(click.File):
    """A file on the command line, or - for standard input. A pipe under a name is none: it might have no end."""

    def __init__(self) -> None:
        super().__init__("rb")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> IO[bytes]:
        """The file, opened."""
        if value == "-":
            return super().convert(value, param, ctx)
        try:
            file = opened(Path(value))
        except OSError as error:
            hint = " (- is standard input)" if error.errno == EINVAL else ""
            self.fail(f"{value!r}: {error.strerror or error}{hint}", param, ctx)
        if ctx is not None:
            ctx.call_on_close(file.close)
        return file


class VersionType(click.ParamType[Version]):
    """A microversion on the command line."""

    name = "version"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Version:
        """The version that the text spells."""
        try:
            return Version.of(value)
        except InvalidVersion as error:
            self.fail(str(error), param, ctx)


def version_option(name: str, text: str) -> Callable[[F], F]:
    """An option that takes a version."""
    return click.option(name, type=VersionType(), metavar="VERSION", help=f"{text[0].upper()}{text[1:]}.")


class SpokenType(click.ParamType["VersionSet | Document"]):
    """What a cloud speaks, on the command line: versions, such as 2.1-2.79, or a file with its version document."""

    name = "range"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> VersionSet | Document:
        """The versions that the text spells, or the document in the file of that name."""
        from ..http import discovery

        try:
            if not os.path.exists(value):  # noqa: PTH110  # Path.exists raises some OSErrors
                return VersionSet(value)
            with opened(Path(value)) as file:
                return discovery.parse(read_json(file))
        except OSError as error:
            self.fail(f"{value!r}: {error.strerror or error}", param, ctx)
        except InvalidDocument as error:
            self.fail(f"{value} is not a version document: {error}", param, ctx)
        except InvalidVersionSet as error:
            self.fail(str(error), param, ctx)


class RangeType(click.ParamType[VersionRange]):
    """The same, where it has to be one range with two ends."""

    name = "range"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> VersionRange:
        """The range that the text spells, or that the document in the file of that name has."""
        try:
            return spoken_range(SpokenType().convert(value, param, ctx))
        except InvalidVersionSet as error:
            self.fail(str(error), param, ctx)


def server_option(function: F) -> F:
    """The option that takes the range of the cloud."""
    words = f"{WHAT_A_CLOUD_SPEAKS}; by default all that are described."
    return click.option("--server", type=RangeType(), metavar="RANGE", help=words)(function)


WHAT_A_CLOUD_SPEAKS = "What the cloud speaks: versions, such as 2.1-2.79, or a file with its version document"


def operation_argument(name: str, *, features: bool = False) -> Callable[[F], F]:
    """An argument that takes an operation (or a feature), and completes."""
    return click.argument(name, shell_complete=complete_with(*(("features",) if features else ()), "operations"))


def complete_with(*kinds: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Completes the names of ``features`` and ``operations`` of the bundled specification."""

    def complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
        from .. import load

        history = load()
        known: dict[str, Iterable[str]] = {"features": history.features, "operations": history.known}
        return [name for kind in kinds for name in known[kind] if name.startswith(incomplete)]

    return complete


def read_json(file: IO[bytes]) -> Any:
    """The JSON value in a file. What is none is misuse."""
    name = getattr(file, "name", "<stdin>")
    try:
        return json_value(text(file.read()))
    except Unreadable as error:
        place = f"{name}:{error.line}:{error.column}" if error.line else name
        raise click.UsageError(f"{place}: {error.reason}") from error

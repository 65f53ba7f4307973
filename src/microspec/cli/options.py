"""The options and arguments that commands share."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import click

from .output import Output
from .session import Session, complete_with
from .types import ChoiceType, FileType, IntegerType, RangeType, SpecificationType, SpokenType, VersionType

if TYPE_CHECKING:
    from collections.abc import Callable

    F = Callable[..., Any]


def common(*others: str, default: str = "text") -> Callable[[F], F]:
    """The options of every command; the command gets a session and an output for them. `others`: further formats.

    A command that writes nothing for people has no text, and another `default`.
    """
    formats = ChoiceType([*(["text"] if default == "text" else []), "json", *others])

    def decorate(function: F) -> F:
        @click.option(
            "--spec",
            type=SpecificationType(),
            metavar="NAME|DIR",
            is_eager=True,  # the names of versions are those of this specification
            expose_value=False,
            callback=_begin,
            help="Another specification: the name of a bundled one, or a folder.",
        )
        @click.option(
            "--format", "format_", type=formats, default=default, show_default=True, help="The output format."
        )
        @functools.wraps(function)
        def command(*args: Any, format_: str, **kwargs: Any) -> Any:
            session = click.get_current_context().find_object(Session)
            return function(session, Output(format_), *args, **kwargs)

        return command

    return decorate


def _begin(ctx: click.Context, _: click.Parameter, spec: str | None) -> None:
    ctx.obj = Session(spec, ctx.meta.get(_RELEASE))


_RELEASE = "release"


def release_option(default: str) -> Callable[[F], F]:
    """The option for the release that the session answers for."""
    return click.option(
        "--release",
        metavar="RELEASE",
        is_eager=True,  # latest is the highest version of this release
        expose_value=False,
        callback=_of_release,
        shell_complete=complete_with("releases"),
        help=f"The release whose facts answer; by default {default}.",
    )


def _of_release(ctx: click.Context, _: click.Parameter, release: str | None) -> None:
    if release is not None:
        ctx.meta[_RELEASE] = release.lower()
        if isinstance(ctx.obj, Session):  # --spec came first
            ctx.obj.release = release.lower()


RELEASE = release_option("the newest")
"""The option of a command that does not ask about a cloud."""

RELEASE_OF_SERVER = release_option("the first that supports the highest version of --server")
"""The option of a command that asks about a cloud."""


COMMON = common()
"""The options of a command that has no further formats."""


def ELEMENT(function: F) -> F:  # noqa: N802
    """The options that name one element of an operation."""
    for option in (
        click.option(
            "--status", type=IntegerType(100, 599), help="A status; with --response, the status of the answer."
        ),
        click.option(
            "--response", metavar="POINTER", help="A field of an answer, as a JSON pointer; * stands for any item."
        ),
        click.option("--query", metavar="NAME", help="A query parameter."),
        click.option("--request", metavar="POINTER", help="A field of the request body, as a JSON pointer."),
    ):
        function = option(function)
    return function


def version_option(name: str, text: str, more: str = "") -> Callable[[F], F]:
    """An option for a version. Its help consists of the text, the forms of a version, and more."""
    words = f"{text} (2.37, latest, or a release){more}."
    return click.option(name, type=VersionType(), metavar="VERSION", help=words)


def body_option(text: str) -> Callable[[F], F]:
    """The option for a file with the body of a request."""
    return click.option("--body", type=FileType(), metavar="FILE", help=f"{text}; - is standard input.")


def server_option(*, required: bool = False) -> Callable[[F], F]:
    """The option for the versions of the cloud; if it is not required, it must be one range with two ends."""
    words = "The versions of the cloud (2.1-2.79), a release, or a file with its version document"
    type_ = SpokenType() if required else RangeType()
    also = "" if required else "; by default all described versions"
    return click.option("--server", type=type_, required=required, metavar="RANGE", help=f"{words}{also}.")


def operation_argument(name: str, *more: str, required: bool = True) -> Callable[[F], F]:
    """An argument for an operation, or a name of `more` kinds."""
    return click.argument(name, required=required, shell_complete=complete_with(*more, "operations"))


def query_of(text: str) -> dict[str, list[str]]:
    """A query string as the values of its parameters."""
    from urllib.parse import parse_qs

    return parse_qs(text.removeprefix("?"), keep_blank_values=True)

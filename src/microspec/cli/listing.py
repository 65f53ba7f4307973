"""The commands that list names: operations, features, behaviors and schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .group import NO, main
from .options import COMMON, RELEASE, version_option
from .session import complete_with

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..values.version import Version
    from .output import Output
    from .session import Session

    F = Callable[..., Any]


def _listing(kind: str) -> Callable[[F], F]:
    """The options of the commands that list names of a kind."""

    def decorate(function: F) -> F:
        filtered = click.argument("text", metavar="[PART]", required=False, shell_complete=complete_with(kind))
        return filtered(version_option("--at", "Only names at this version")(RELEASE(COMMON(function))))

    return decorate


@main.command(examples=["microspec operations", "microspec operations tags --at 2.26"])
@_listing("operations")
def operations(session: Session, out: Output, text: str | None, at: Version | None) -> None:
    """List the operations, with the versions that have them.

    With PART, list only those whose names contain it, in any case.
    """
    _show(out, "operations", session.history.known, text, session, at)


@main.command(examples=["microspec features", "microspec features tags --at wallaby"])
@_listing("features")
def features(session: Session, out: Output, text: str | None, at: Version | None) -> None:
    """List the features, with the versions that have them.

    With PART, list only those whose names contain it, in any case.
    """
    _show(out, "features", session.history.features, text, session, at)


@main.command(examples=["microspec behaviors", "microspec behaviors network --at 2.37"])
@_listing("behaviors")
def behaviors(session: Session, out: Output, text: str | None, at: Version | None) -> None:
    """List the behaviors, with the versions that have them.

    A behavior is a change that no schema shows. Those that only other releases have are listed as "never".

    With PART, list only those whose names contain it, in any case.
    """
    _show(out, "behaviors", session.history.behaviors, text, session, at)


@main.command(examples=["microspec schemas", "microspec schemas server --at latest"])
@_listing("schemas")
def schemas(session: Session, out: Output, text: str | None, at: Version | None) -> None:
    """List the named schemas, with the versions that have them.

    With PART, list only those whose names contain it, in any case.
    """
    from ..questions.names import known_schemas

    _show(out, "schemas", known_schemas(session.history._source), text, session, at)


def _show(
    out: Output, kind: str, known: Mapping[str, Any], text: str | None, session: Session, at: Version | None
) -> None:
    """List the names that contain a text and exist at a version."""
    version = session.history[at].version if at is not None else None
    found = {
        name: item
        for name, item in known.items()
        if (text or "").lower() in name.lower() and (version is None or version in item.availability)
    }
    out.show(
        plain=lambda r: {"at": str(at) if at else None, "part": text, kind: r.listed(kind, found)},
        text=lambda r: r.listed(kind, found),
    )
    if not found:
        raise click.exceptions.Exit(NO)

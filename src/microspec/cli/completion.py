"""Completion in a shell: the names that there are in the specification that a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..values.errors import MicrospecError
from .session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import click


def session_of(ctx: click.Context | None) -> Session:
    """The session of a command whose arguments are read."""
    found = ctx.find_object(Session) if ctx else None
    return found or Session(None)


def known(ctx: click.Context, *kinds: str) -> list[str]:
    """The names of some kinds of things; none where the specification cannot be read."""
    try:
        return [name for kind in kinds for name in _names(session_of(ctx), kind)]
    except (MicrospecError, OSError):
        return []


def complete_with(*kinds: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Completes names of these kinds."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        return [name for name in known(ctx, *kinds) if name.startswith(incomplete)]

    return complete


def _names(session: Session, kind: str) -> Iterable[str]:
    history = session.history
    if kind == "versions":
        return [*session.names, *map(str, history.versions)]
    if kind == "features":
        return history.features
    if kind == "operations":
        return history.known
    if kind == "definitions":
        return history.at(history.max_version).definitions
    if kind == "resources":
        return dict.fromkeys(item.resource for item in history.at(history.max_version).definitions.values())
    return dict.fromkeys(history._source.timelines()[kind].names)

"""The commands that ask a history: its versions, an operation at a version, its history, and when something exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..values.errors import InvalidVersion, suggestion
from ..values.locator import is_operation
from .group import NO, main
from .options import COMMON, ELEMENT, RELEASE, operation_argument, version_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..history import History
    from ..model.microversion import Release
    from ..values.version import Version, VersionSet
    from .output import Output
    from .session import Session


@main.command(examples=["microspec versions", "microspec versions --search keypair"])
@click.option(
    "--search", metavar="TEXT", help="Only versions that mention TEXT in a title, feature, behavior or change."
)
@COMMON
def versions(session: Session, out: Output, search: str | None) -> None:
    """List the microversions, each with its first release.

    With --search, list only the versions that mention TEXT, and the lines that do.
    """
    history = session.history
    if search is None:
        out.show(plain=lambda r: r.versions(history), text=lambda r: r.versions(history))
        return
    found = {item.version: lines for item in history if (lines := item.mentions(search))}
    out.show(plain=lambda r: r.versions(history, found), text=lambda r: r.mentions(history, found))
    if not found:
        raise click.exceptions.Exit(NO)


@main.command(examples=['microspec show "POST /servers" --at 2.53', "microspec show 2.37"])
@operation_argument("what", "versions")
@version_option("--at", "The version of the operation", "; by default the highest")
@RELEASE
@COMMON
def show(session: Session, out: Output, what: str, at: Version | None) -> None:
    """Show an operation at a version, or what a version changes.

    WHAT is an operation ("POST /servers") or a version (2.37, latest, or a release for its highest version).
    """
    history = session.history
    if not is_operation(what):
        item = history[_version(session, what)]
        if at is not None:
            raise click.UsageError(f"--at needs an operation; {what} is a version")
        out.show(plain=lambda r: r.microversion(item), text=lambda r: r.microversion(item))
        return
    api = history.at(at or session.latest)
    operation = api[history._source.key(what)]
    when = history.availability(operation.key)
    out.show(
        plain=lambda r: {"version": str(api.version), **r.operation(operation, when)},
        text=lambda r: r.operation(operation, api, history),
    )


def _version(session: Session, what: str) -> Version:
    """The version for a text. Raises UsageError."""
    try:
        return session.version(what)
    except InvalidVersion as error:
        if what[:1].isdigit():
            raise
        source = session.history._source
        if source.feature(what) is not None or source.behavior(what) is not None:
            source.key(what)  # which explains the text, and where to ask about it
        known = "an operation (such as 'GET /servers') nor a version (such as 2.37, latest, or a release)"
        raise click.UsageError(f"{what!r} is neither {known}{session.hint(what)}") from error


@main.command(examples=['microspec history "POST /servers" --request "/server/networks/*/tag"'])
@operation_argument("operation")
@ELEMENT
@RELEASE
@COMMON
def history(session: Session, out: Output, operation: str, **element: Any) -> None:
    """Show when an operation, or a part of it, changed, and why.

    Each step names its version, its release, and the change that caused it. The steps of an operation include changes
    to the behaviors that affect it.
    """
    spec = session.history
    key = spec._source.key(operation)
    when = spec.availability(key, **element)
    found = spec.history(key, **element)
    near = spec.nearby(key, **element)
    what, gone = _named(key, element), _gone(spec, key)
    out.show(
        plain=lambda r: {
            "element": what,
            **r.availability(when),
            "gone_since_release": gone.key if gone else None,
            "nearby": [*near],
            "events": r.events(found),
        },
        text=lambda r: r.events(f"{what}  {when}", found, spec.min_version in when, _meant(element, near), gone),
    )
    if not when:
        raise click.exceptions.Exit(NO)


@main.command(
    examples=["microspec when server-tags", 'microspec when "POST /servers" --request /server/tags --at train'],
)
@operation_argument("what", "features", "behaviors")
@ELEMENT
@version_option("--at", "Ask only about this version", "; the exit status is the answer")
@RELEASE
@COMMON
def when(session: Session, out: Output, what: str, at: Version | None, **element: Any) -> None:
    """Show which versions have a feature, behavior, operation or field.

    WHAT is a feature (server-tags), a behavior (crash-dump-states) or an operation ("POST /servers"). The options name
    a part of the operation.
    """
    spec = session.history
    text: str | None = None
    hint: str | None = None
    gone: Release | None = None
    near: tuple[str, ...] = ()
    if is_operation(what):
        what = spec._source.key(what)
        found, near = spec.availability(what, **element), spec.nearby(what, **element)
        gone, hint = _gone(spec, what), _meant(element, near)
    elif any(value is not None for value in element.values()):
        raise click.UsageError(f"{what!r} is not an operation; --request, --query, --response and --status need one")
    else:
        found = spec.availability(what)
        text, hint = _said(spec, what, found)
    name = _named(what, element)
    there = spec[at].version in found if at is not None else None
    out.show(
        plain=lambda r: {
            "element": name,
            **r.availability(found),
            "gone_since_release": gone.key if gone else None,
            "nearby": [*near],
            "at": str(at) if at else None,
            "there": there,
        },
        text=lambda r: r.availability(name, found, spec, text, hint, gone),
    )
    if there is False or not found:
        raise click.exceptions.Exit(NO)


def _said(spec: History, name: str, when: VersionSet) -> tuple[str, str | None]:
    """The text of a feature or a behavior, and the other releases of a behavior that this release does not have."""
    if spec._source.feature(name) is not None:
        return spec.features[name].text, None
    if when:  # its text is cheaper to read than all that is known of it
        return spec.at(when.ranges[-1].last or spec.max_version).behaviors[name].text, None
    from ..render.words import elsewhere

    known = spec.behaviors[name]
    return known.text, f"in other releases: {marks}" if (marks := elsewhere(known)) else None


def _gone(spec: History, key: str) -> Release | None:
    """The release that removed an operation, so that it answers 410 at every version."""
    known = spec.known[key].gone_since_release
    return spec.releases[known] if known else None


def _meant(element: dict[str, Any], near: Sequence[str]) -> str | None:
    """What an element that never existed may have meant, in words."""
    asked = next((value for value in element.values() if isinstance(value, str)), "")
    return suggestion(asked, near)


def _named(what: str, element: dict[str, Any]) -> str:
    """An operation and the requested element of it, in words."""
    given = " ".join(f"{name} {value}" for name, value in element.items() if value is not None)
    return f"{what} {given}" if given else what

"""The commands that ask a history, check a body, and make something of a specification.

Each reads its arguments, asks the library one thing and prints the answer.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import parse_qs

import click

from ..authoring.errors import SpecificationError
from ..schema.errors import ValidationError
from ..values.errors import suggestion
from .console import complain, say_json
from .group import NO, main
from .options import COMMON, ELEMENT, FileType, Output, Session, operation_argument, read_json, version_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..schema.errors import Violation
    from ..values.version import Version, VersionSet


@main.command()
@click.option("--search", metavar="TEXT", help="Only what is about TEXT: titles, features, behaviors and changes.")
@COMMON
def versions(session: Session, out: Output, search: str | None) -> None:
    """List the microversions, with the release that first speaks each; or search what they say."""
    history = session.history
    if search is None:
        out.show(plain=lambda r: r.versions(history), text=lambda r: r.versions(history))
        return
    found = [(item, lines) for item in history if (lines := item.mentions(search))]
    out.show(plain=lambda r: r.mentions(found), text=lambda r: r.mentions(found))
    if not found:
        raise click.exceptions.Exit(NO)


@main.command()
@operation_argument("what")
@version_option("--at", "the version to show the operation at; by default the highest")
@COMMON
def show(session: Session, out: Output, what: str, at: Version | None) -> None:
    """Show an operation ("POST /servers") as it is at a version, or a microversion (2.37) and its changes."""
    history = session.history
    if what[:1].isdigit():
        item = history[what]
        out.show(plain=lambda r: r.microversion(item), text=lambda r: r.microversion(item))
        return
    api = history.at(at or history.max_version)
    operation = api[history._source.key(what)]
    out.show(
        plain=lambda r: {"version": str(api.version), **r.operation(operation, history.availability(operation.key))},
        text=lambda r: r.operation(operation, api, history),
    )


@main.command()
@operation_argument("operation")
@ELEMENT
@COMMON
def history(session: Session, out: Output, operation: str, **element: Any) -> None:
    """Tell the life of an operation, or of one element of it: what came and went when, and why."""
    spec = session.history
    key = spec._source.key(operation)
    when = spec.availability(key, **element)
    found = spec.history(key, **element)
    what = _named(key, element)
    near = spec.nearby(key, **element)
    out.show(
        plain=lambda r: {"element": what, **r.availability(when), "nearby": [*near], "events": r.events(found)},
        text=lambda r: r.events(f"{what}  {when}", found, spec.min_version in when, _meant(element, near)),
    )
    if not when:
        raise click.exceptions.Exit(NO)


@main.command()
@operation_argument("what", features=True)
@ELEMENT
@version_option("--at", "ask about this version only: the exit status is the answer")
@COMMON
def when(session: Session, out: Output, what: str, at: Version | None, **element: Any) -> None:
    """Tell at which versions a feature (server-tags), an operation or an element of it is there."""
    spec = session.history
    text: str | None = None
    near: tuple[str, ...] = ()
    if " " in what or "/" in what:
        what = spec._source.key(what)
        found, near = spec.availability(what, **element), spec.nearby(what, **element)
    elif any(value is not None for value in element.values()):
        raise click.UsageError(f"{what!r} is a feature; --request and the like are about an operation")
    else:
        spec.supports(what, spec.max_version)
        found, text = spec.features[what].availability, spec.features[what].text
    name = _named(what, element)
    answer = found if at is None else _answer(found, spec[at].version)
    out.show(
        plain=lambda r: {
            "element": name,
            **r.availability(found),
            "nearby": [*near],
            **({"at": str(at), "there": answer} if at else {}),
        },
        text=lambda r: r.availability(name, found, spec, text, _meant(element, near)),
    )
    if not answer:
        raise click.exceptions.Exit(NO)


@main.command()
@operation_argument("operation")
@click.argument("body", type=FileType(), required=False)
@click.option("--query", "text", metavar="QUERY", help='Check a query string such as "limit=5&name=a", instead or too.')
@version_option("--at", "the version; by default the highest")
@COMMON
def validate(
    session: Session, out: Output, operation: str, body: IO[bytes] | None, text: str | None, at: Version | None
) -> None:
    """Check a request body (a file, or - for standard input) or a query string against an operation.

    If it is refused, tells everything that is wrong, and the versions at which it would be accepted.
    """
    if body is None and text is None:
        raise click.UsageError("give a file with a request body, or --query")
    history = session.history
    found = history.at(at or history.max_version)[history._source.key(operation)]
    given: dict[str, Any] = {}
    if body is not None:
        given["body"] = read_json(body)
    if text is not None:
        given["query"] = parse_qs(text.removeprefix("?"), keep_blank_values=True)
    errors: list[Violation] = []
    for part, check in (("body", found.validate_request), ("query", found.validate_query)):
        try:
            if part in given:
                check(given[part])
        except ValidationError as error:
            errors += error.errors
    accepted = history.versions_for(found.key, **given)
    out.show(
        plain=lambda r: {**r.verdict(errors), "accepted_at": r.availability(accepted)},
        text=lambda r: r.verdict(found.key, str(found.version), errors, accepted),
    )
    if errors:
        raise click.exceptions.Exit(NO)


@main.command()
@COMMON
def lint(session: Session, out: Output) -> None:
    """Check a specification: says nothing if all is well, else everything that is wrong, located."""
    try:
        session.read()
    except SpecificationError as error:
        found = error.diagnostics
        out.show(plain=lambda r: r.diagnostics(found), text=lambda r: r.diagnostics(found))
        complain(f"{len(found)} mistake{'' if len(found) == 1 else 's'}")
        raise click.exceptions.Exit(NO) from None
    if out.format == "json":
        out.show(plain=lambda r: r.diagnostics([]), text=lambda r: r.diagnostics([]))


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@COMMON
def build(session: Session, out: Output, folder: Path) -> None:
    """Compile a specification into a folder, which microspec.load and --spec then read without YAML.

    A folder that is there already is replaced if it is empty, or as this command wrote it.
    """
    from ..authoring.build import write_artifact

    try:
        history = write_artifact(session.folder, folder)
    except OSError as error:
        raise click.UsageError(f"{folder} cannot be written: {error.strerror or error}") from error
    out.show(plain=lambda r: r.versions(history), text=lambda r: r.built(history, folder))


@main.command()
@operation_argument("operation")
@click.option("--query", "part", flag_value="query", help="Print the schema of the query.")
@click.option("--response", "part", flag_value="response", help="Print the schema of an answer.")
@click.option("--request", "part", flag_value="request", default=True, help="Print the schema of the request body.")
@click.option("--status", type=int, help="The answer meant by --response; by default the first successful one.")
@version_option("--at", "the version; by default the highest")
@COMMON
def schema(session: Session, out: Output, operation: str, part: str, status: int | None, at: Version | None) -> None:
    """Print the JSON Schema 2020-12 of a request, a query or an answer at a version.

    In place of an operation, the name of a kind of file (service, common, resource, version,
    suppressions) prints the JSON Schema of the specification language, for editors.
    """
    del out  # JSON Schema is JSON in either format
    if " " not in operation and "/" not in operation:
        say_json(_language_schema(operation))
        return
    history = session.history
    found = history.at(at or history.max_version)[history._source.key(operation)]
    if part == "query":
        document: dict[str, Any] | None = found.query_schema()
    else:
        document = found.request_schema() if part == "request" else found.response_schema(status)
    if document is None:
        complain(f"{found.key} has no {part} body at {found.version}")
        raise click.exceptions.Exit(NO)
    say_json(document)


def _language_schema(kind: str) -> dict[str, Any]:
    from ..authoring.documents import language_schema

    return language_schema(kind)


def _answer(found: VersionSet, at: Version) -> bool:
    return at in found


def _meant(element: dict[str, Any], near: Sequence[str]) -> str | None:
    """What may have been meant by an element that there never was, in words."""
    asked = next((value for value in element.values() if isinstance(value, str)), "")
    return suggestion(asked, near)


def _named(what: str, element: dict[str, Any]) -> str:
    """An operation and the element of it that was asked for, in words."""
    given = " ".join(f"{name} {value}" for name, value in element.items() if value is not None)
    return f"{what} {given}" if given else what

"""The command that checks a request against an operation."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import click

from ..schema.errors import ValidationError
from .group import NO, main
from .options import COMMON, RELEASE, operation_argument, query_of, version_option
from .types import FileType, read_json

if TYPE_CHECKING:
    from ..schema.errors import Violation
    from ..values.version import Version
    from .output import Output
    from .session import Session


@main.command(
    examples=[
        'microspec validate "POST /servers" body.json --at 2.52',
        'microspec validate "GET /servers" --query "limit=5&name=a"',
    ],
)
@operation_argument("operation")
@click.argument("body", type=FileType(), required=False)
@click.option(
    "--query", "text", metavar="QUERY", help='Check a query string such as "limit=5&name=a", alone or with the body.'
)
@version_option("--at", "The version", "; by default the highest")
@RELEASE
@COMMON
def validate(
    session: Session, out: Output, operation: str, body: IO[bytes] | None, text: str | None, at: Version | None
) -> None:
    """Check a request body or query against an operation.

    BODY is a file with JSON, or - for standard input. If the request is refused, prints everything that is wrong with
    it. Also prints the versions that accept it.
    """
    if body is None and text is None:
        raise click.UsageError("give a file with a request body, or --query")
    history = session.history
    found = history.at(at or session.latest)[history._source.key(operation)]
    given: dict[str, Any] = {}
    if body is not None:
        given["body"] = read_json(body)
    if text is not None:
        given["query"] = query_of(text)
    errors: dict[str, tuple[Violation, ...]] = {}
    for part, check in (("body", found.validate_request), ("query", found.validate_query)):
        try:
            if part in given:
                check(given[part])
        except ValidationError as error:
            errors[part] = error.errors
    reads_body = body is None or found.request_validator() is not None
    accepted = history.versions_for(found.key, **given)
    out.show(
        plain=lambda r: {
            "operation": found.key,
            "version": str(found.version),
            "reads_body": reads_body,
            **r.verdict(errors),
            "accepted_at": r.availability(accepted),
        },
        text=lambda r: r.verdict(found.key, str(found.version), errors, accepted, reads_body=reads_body),
    )
    if errors:
        raise click.exceptions.Exit(NO)

"""The command that explains why a request fails."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import click

from .group import NO, main
from .options import COMMON, RELEASE_OF_SERVER, body_option, operation_argument, server_option
from .session import LATEST, complete_with
from .types import IntegerType, read_json

if TYPE_CHECKING:
    from ..values.version import VersionRange
    from .output import Output
    from .session import Session


@main.command(
    examples=[
        'microspec explain "GET /servers/b1/tags" --at 2.25',
        'microspec explain "POST /servers" --at 2.40 --body body.json',
    ],
)
@operation_argument("request")
@click.option(
    "--at",
    "asked",
    metavar="VERSION",
    default=LATEST,
    show_default=True,
    shell_complete=complete_with("versions"),
    help="The version that the request asks for: a version, a release, or any text that was sent.",
)
@click.option("--status", type=IntegerType(100, 599), help="The status that the cloud answered with.")
@body_option("A file with the request body")
@server_option()
@RELEASE_OF_SERVER
@COMMON
def explain(
    session: Session,
    out: Output,
    request: str,
    asked: str,
    status: int | None,
    body: IO[bytes] | None,
    server: VersionRange | None,
) -> None:
    """Explain why a request fails, and what to do instead.

    REQUEST is an operation ("GET /servers/{server_id}") or a request as it is sent ("GET /servers/b1?limit=1"). The
    version can explain the statuses 400, 404, 406 and 410. Exits with 1 if the request fails.
    """
    given: dict[str, Any] = {"body": read_json(body)} if body is not None else {}
    version = str(session.names[asked.lower()]) if asked != LATEST and asked.lower() in session.names else asked
    found = session.history.explain(request, version, status, server=server, release=session.release, **given)
    out.show(plain=lambda r: r.explanation(found), text=lambda r: r.explanation(found))
    if not found.works:
        raise click.exceptions.Exit(NO)

"""The command that explains why a request is answered with an error."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import click

from .group import NO, main
from .options import COMMON, FileType, Output, Session, operation_argument, read_json, server_option

if TYPE_CHECKING:
    from ..values.version import VersionRange


@main.command()
@operation_argument("request")
@click.option("--at", "asked", metavar="VERSION", default="latest", help="What is asked for; by default latest.")
@click.option("--status", type=click.IntRange(100, 599), help="The status that was answered.")
@click.option("--body", type=FileType(), help="The request body: a file, or - for standard input.")
@server_option
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
    """Explain why a request is answered with an error (404, 410, 400, 406), and what to do instead.

    REQUEST is an operation ("GET /servers/{server_id}") or what is sent ("GET /servers/b1?limit=1"). Exits
    1 if something stands against it.
    """
    given: dict[str, Any] = {"body": read_json(body)} if body is not None else {}
    found = session.history.explain(request, asked, status, server=server, **given)
    out.show(plain=lambda r: r.explanation(found), text=lambda r: r.explanation(found))
    if not found.works:
        raise click.exceptions.Exit(NO)

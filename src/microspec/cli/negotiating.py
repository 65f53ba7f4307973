"""The command that chooses the version to request from a server."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import click

from .group import NO, main
from .options import COMMON, RELEASE_OF_SERVER, body_option, operation_argument, query_of, server_option
from .session import complete_with
from .types import ChoiceType, SpokenType, read_json

if TYPE_CHECKING:
    from ..values.spoken import Spoken
    from .output import Output
    from .session import Session


@main.command(
    examples=[
        "microspec negotiate --server 2.1-2.79 --needs server-tags",
        'microspec negotiate "POST /servers" --server train --body body.json',
    ],
)
@operation_argument("operation", required=False)
@server_option(required=True)
@click.option(
    "--client",
    type=SpokenType(),
    metavar="RANGE",
    help="The versions of the client; by default all described versions.",
)
@click.option(
    "--needs",
    multiple=True,
    metavar="NAME",
    help="A feature or a behavior that is needed. Can be repeated.",
    shell_complete=complete_with("features", "behaviors"),
)
@body_option("A file with the request body")
@click.option("--query", metavar="QUERY", help='The query string of the request, such as "limit=5&name=a".')
@click.option(
    "--response", multiple=True, metavar="POINTER", help="A field that is read from the answer. Can be repeated."
)
@click.option(
    "--prefer",
    type=ChoiceType(["highest", "lowest"]),
    default="highest",
    show_default=True,
    help="Which of the fitting versions to choose.",
)
@RELEASE_OF_SERVER
@COMMON
def negotiate(
    session: Session, out: Output, server: Spoken, body: IO[bytes] | None, query: str | None, **asked: Any
) -> None:
    """Choose the version to request from a cloud, and show why.

    OPERATION is the operation to call. A version fits if it has the features, the operation and the fields that are
    read from the answer, and if it accepts the request and ignores no part of it.
    """
    if body is not None:
        asked["body"] = read_json(body)
    if query is not None:
        asked["query"] = query_of(query)
    found = session.history.negotiation(server=server, release=session.release, **asked)
    out.show(plain=lambda r: r.negotiation(found), text=lambda r: r.negotiation(found))
    if found.version is None:
        raise click.exceptions.Exit(NO)

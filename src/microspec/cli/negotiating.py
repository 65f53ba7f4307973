"""The command that says which version a client asks a server for."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any
from urllib.parse import parse_qs

import click

from .group import NO, main
from .options import COMMON, WHAT_A_CLOUD_SPEAKS, FileType, Output, Session, SpokenType, complete_with, read_json

if TYPE_CHECKING:
    from ..values.spoken import Spoken


@main.command()
@click.option("--server", required=True, type=SpokenType(), metavar="RANGE", help=f"{WHAT_A_CLOUD_SPEAKS}.")
@click.option("--client", metavar="RANGE", help="What the client speaks; by default all that is described.")
@click.option(
    "--needs", multiple=True, metavar="NAME", help="A feature or a behavior.", shell_complete=complete_with("features")
)
@click.option("--operation", help="What is called.", shell_complete=complete_with("operations"))
@click.option("--body", type=FileType(), help="The body of the request: a file, or - for standard input.")
@click.option("--query", metavar="QUERY", help='The query string of the request, such as "limit=5&name=a".')
@click.option("--response", multiple=True, metavar="POINTER", help="A field that is read from the answer.")
@click.option("--prefer", type=click.Choice(["highest", "lowest"]), default="highest", show_default=True)
@COMMON
def negotiate(
    session: Session, out: Output, server: Spoken, body: IO[bytes] | None, query: str | None, **asked: Any
) -> None:
    """Tell which version a client asks a cloud for, so that all that it needs is there; and why not a higher one.

    A version fits if it has the features, the operation and what is read from the answer, and if it accepts the
    request and looks at all of it.
    """
    if body is not None:
        asked["body"] = read_json(body)
    if query is not None:
        asked["query"] = parse_qs(query.removeprefix("?"), keep_blank_values=True)
    found = session.history.negotiation(server=server, **asked)
    out.show(plain=lambda r: r.negotiation(found), text=lambda r: r.negotiation(found))
    if found.version is None:
        raise click.exceptions.Exit(NO)

"""The command that writes what a specification says in forms for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from .group import main
from .options import COMMON, Output, Session


@main.command()
@click.option(
    "--tables",
    type=click.Path(file_okay=False),
    help="A folder for tables (docs/tables.md) as JSON, with a JSON Schema each.",
)
@COMMON
def export(session: Session, out: Output, tables: str | None) -> None:
    """Write what there is at which versions, for SDKs in other languages.

    A folder that is there already is replaced if it is empty, or as this command wrote it.
    """
    if not tables:
        raise click.UsageError("say what to export, and where to: --tables DIR")
    from ..export.tables import write_tables

    history = session.history
    try:
        files = [str(path) for path in write_tables(history, Path(tables))]
    except OSError as error:
        raise click.UsageError(f"{tables} cannot be written: {error.strerror or error}") from error
    out.show(plain=lambda r: r.written(files), text=lambda r: r.written(files))

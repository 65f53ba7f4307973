"""The command that writes the types of a version as Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .group import main
from .options import COMMON, RELEASE
from .streams import reason
from .types import FolderType, VersionType

if TYPE_CHECKING:
    from pathlib import Path

    from ..values.version import Version
    from .output import Output
    from .session import Session


@main.command(examples=["microspec models 2.53 --out compute_2_53", "microspec models 2.53 --out types --typed-dicts"])
@click.argument("version", type=VersionType())
@click.option(
    "--out", "folder", type=FolderType(), required=True, help="The folder to write to, which becomes a package."
)
@click.option("--typed-dicts", is_flag=True, help="Write TypedDicts, which need no other package and check nothing.")
@RELEASE
@COMMON
def models(session: Session, out: Output, version: Version, folder: Path, typed_dicts: bool) -> None:
    """Write the types of all bodies at a version as Python.

    Writes a package of pydantic models, a module for each resource (docs/models.md). An existing folder is only
    replaced if it is empty, or unchanged since this command wrote it.
    """
    from ..export.models.package import write_models

    history = session.history
    try:
        files = [str(path) for path in write_models(history, history.at(version), folder, typed_dicts=typed_dicts)]
    except OSError as error:
        raise click.UsageError(f"{folder} cannot be written: {reason(error)}") from error
    out.show(plain=lambda r: r.written(files), text=lambda r: r.written(files))

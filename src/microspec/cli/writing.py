"""The commands that write files for authors: a new specification, a new version, and formatted files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .group import NO, main
from .options import COMMON
from .streams import reason
from .types import FolderType, NumberType, SourceType

if TYPE_CHECKING:
    from pathlib import Path

    from ..values.version import Version
    from .output import Output
    from .session import Session


@main.command(examples=["microspec init parcels --service parcel-tracking"])
@click.argument("folder", type=FolderType())
@click.option("--service", required=True, metavar="NAME", help="The type of the service, such as parcel-tracking.")
@COMMON
def init(session: Session, out: Output, folder: Path, service: str) -> None:
    """Start a specification: a small one, to be changed.

    Writes a folder that passes lint, with one resource as an example. The names of the headers are derived from the
    name of the service. FOLDER must not exist, or must be empty.
    """
    from ..authoring.starting import start_specification

    if session.spec is not None:
        raise click.UsageError("--spec has no meaning here; FOLDER is the specification")
    done = start_specification(folder, service)
    out.show(plain=lambda r: r.started(done), text=lambda r: r.started(done))
    out.note(f"next: change {folder}/baseline, then microspec new --spec {folder}")


@main.command(examples=["microspec new --spec spec"])
@click.argument("version", type=NumberType(), required=False)
@COMMON
def new(session: Session, out: Output, version: Version | None) -> None:
    """Start the next version.

    Writes its file, in which the title, the description and a feature are missing. Until you add them, lint reports
    these places. VERSION can only be the next number, which is also the default.
    """
    from ..authoring.starting import start_version

    done = start_version(session.folder, version)
    out.show(plain=lambda r: r.started(done), text=lambda r: r.started(done))
    out.note(f"next: write the title, the description and a feature, then microspec lint --spec {done.spec}")


@main.command(examples=["microspec fmt --spec spec", "microspec fmt --check spec/versions/1.2.yaml"])
@click.argument("files", type=SourceType(), nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a file would change.")
@COMMON
def fmt(session: Session, out: Output, files: tuple[Path, ...], check: bool) -> None:
    """Write files of a specification in one style.

    Orders keys, and lays out lists, quotes and long lines, without changing their meaning. Comments stay. FILES are
    files or folders; by default, all files of the specification. Prints the files that change. Writes nothing if one of
    them is not valid YAML.
    """
    from ..authoring.formatting import format_files

    if files and session.spec is not None:
        raise click.UsageError("give files or --spec, not both")
    try:
        found = format_files(files or (session.folder,), check=check)
    except OSError as error:
        raise click.UsageError(f"{error.filename} cannot be formatted: {reason(error)}") from error
    if found or out.format == "json":
        out.show(plain=lambda r: r.formatted(found), text=lambda r: r.formatted(found))
    if check and found:
        out.note(f"{len(found)} {'file is' if len(found) == 1 else 'files are'} not formatted; run microspec fmt")
        raise click.exceptions.Exit(NO)

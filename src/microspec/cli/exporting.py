"""The commands that write a specification for other programs: schemas, OpenAPI, tables, a compiled form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..render.escaping import plain as escaped
from ..values.locator import is_operation
from .group import No, main
from .options import COMMON, RELEASE, common, operation_argument, version_option
from .session import complete_with
from .streams import as_json, note, reason
from .types import FolderType, IntegerType, TargetType, VersionType

if TYPE_CHECKING:
    from pathlib import Path

    from ..values.version import Version
    from .output import Output
    from .session import Session


@main.command(examples=["microspec build compiled --spec spec"])
@click.argument("folder", type=FolderType())
@COMMON
def build(session: Session, out: Output, folder: Path) -> None:
    """Compile a specification, so that it can be read without YAML.

    Writes the result to FOLDER, where microspec.load and --spec can read it. An existing folder is only replaced if it
    is empty, or unchanged since this command wrote it.
    """
    from ..authoring.build import write_artifact

    try:
        history = write_artifact(session.folder, folder)
    except OSError as error:
        raise click.UsageError(f"{folder} cannot be written: {reason(error)}") from error
    out.show(plain=lambda r: r.built(history, folder), text=lambda r: r.built(history, folder))


@main.command(examples=["microspec export --tables tables"])
@click.option(
    "--tables", type=FolderType(), help="The folder to write to: JSON files (docs/tables.md), each with a JSON Schema."
)
@COMMON
def export(session: Session, out: Output, tables: Path | None) -> None:
    """Write tables of operations, fields and their versions.

    SDKs in other languages can use the tables. An existing folder is only replaced if it is empty, or unchanged since
    this command wrote it.
    """
    if not tables:
        raise click.UsageError("there is nothing to export; give --tables DIR")
    from ..export.tables import write_tables

    history = session.history
    try:
        files = [str(path) for path in write_tables(history, tables)]
    except OSError as error:
        raise click.UsageError(f"{tables} cannot be written: {reason(error)}") from error
    out.show(plain=lambda r: r.written(files), text=lambda r: r.written(files))


@main.command(
    examples=[
        "microspec openapi 2.53 --resource keypairs",
        "microspec openapi train --format yaml --out compute.yaml",
        "microspec openapi --all --out compute.json",
    ]
)
@click.argument("version", type=VersionType(), required=False)
@click.option(
    "--all", "is_all", is_flag=True, help="All versions in one document, in the form of OpenStack's generator."
)
@click.option(
    "--resource",
    "resources",
    multiple=True,
    metavar="NAME",
    shell_complete=complete_with("resources"),
    help="Only the operations of a resource; repeatable.",
)
@click.option("--out", "out_", type=TargetType(), metavar="FILE", help="The file to write; by default standard output.")
@RELEASE
@common("yaml", default="json")
def openapi(
    session: Session, out: Output, version: Version | None, is_all: bool, resources: tuple[str, ...], out_: Path | None
) -> None:
    """Write the API at a version as an OpenAPI 3.1 document.

    VERSION is 2.53, latest, or a release for its highest version; by default the highest. docs/openapi.md describes the
    document, and shows what to do with it. Operations that are gone in the newest release are left out, unless
    --release names an older one; with --all, they are deprecated. An existing FILE is only replaced if it is empty, or
    this command wrote it.
    """
    if is_all:
        from ..export.openapi.cumulative import cumulative

        if version is not None:
            raise click.UsageError("give a version or --all, not both")
        made = cumulative(session.history, resources=resources)
    else:
        from ..export.openapi.document import document

        made = document(session.history.at(version or session.latest), resources=resources)
    _write_document(made, out, out_)


def _write_document(value: dict[str, Any], out: Output, file: Path | None) -> None:
    """Write a document to a file or to standard output, as JSON or YAML."""
    if out.format == "yaml":
        from ..authoring.yaml import block

        text = block(value)
    else:
        text = as_json(value)
    if file is None:
        out.write(text)
        return
    from ..export.openapi.document import GENERATOR
    from ..values.files import writing_own

    try:
        with writing_own(file, GENERATOR.encode(), GENERATOR) as part:
            part.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{file} cannot be written: {reason(error)}") from error
    note(f"wrote {escaped(str(file))}\n")


@main.command(examples=['microspec schema "POST /servers" --at 2.53', "microspec schema version"])
@operation_argument("what")
@click.option("--request", "part", flag_value="request", help="Print the schema of the request body (the default).")
@click.option("--query", "part", flag_value="query", help="Print the schema of the query.")
@click.option("--response", "part", flag_value="response", help="Print the schema of an answer.")
@click.option(
    "--status",
    type=IntegerType(100, 599),
    help="With --response, the status of the answer; by default the first successful one.",
)
@version_option("--at", "The version", "; by default the highest")
@RELEASE
@COMMON
def schema(session: Session, out: Output, what: str, part: str | None, status: int | None, at: Version | None) -> None:
    """Print the JSON Schema of a request, a query or an answer.

    WHAT is an operation ("POST /servers"), or a kind of file (service, common, resource, version, suppressions). The
    schema of a kind of file describes the specification language, for editors. All schemas are JSON Schema 2020-12,
    and are printed as JSON in either format.
    """
    if not is_operation(what):
        unused = {
            "--spec": session.spec,
            "--release": session.release,
            "--at": at,
            "--status": status,
            f"--{part}": part,
        }
        if given := [name for name, value in unused.items() if value is not None]:
            raise click.UsageError(f"{given[0]} needs an operation; {what!r} is not one")
        from ..authoring.keys import language_schema

        out.write(as_json(language_schema(what)))
        return
    if status is not None and part != "response":
        raise click.UsageError("--status needs --response; only an answer has a status")
    history = session.history
    found = history.at(at or session.latest)[history._source.key(what)]
    document: dict[str, Any] | None
    if part == "query":
        document = found.query_schema()
    else:
        document = found.response_schema(status) if part == "response" else found.request_schema()
    if document is None:
        raise No(f"{found.key} has no {part or 'request'} body at {found.version}")
    out.write(as_json(document))

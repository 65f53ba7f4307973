"""The commands for authors: lint, check that released versions do not change, and renumber a version."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from typing import IO, TYPE_CHECKING

import click

from ..authoring.errors import SpecificationError
from ..values.words import counted
from .group import NO, main
from .options import COMMON, common
from .types import FileType, NumberType, suppressions_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..authoring.sources import Sources
    from ..diff.suppressions import Applied
    from ..values.diagnostics import Diagnostic
    from ..values.version import Version
    from .output import Output
    from .session import Session


@main.command(examples=["microspec lint --spec spec"])
@COMMON
def lint(session: Session, out: Output) -> None:
    """Check a specification for mistakes.

    Prints every mistake with its file and line, or nothing if there are no mistakes.
    """
    found: Sequence[Diagnostic] = ()
    try:
        session.read()
    except SpecificationError as error:
        found = error.diagnostics
    if found or out.format == "json":
        out.show(plain=lambda r: r.linted(found), text=lambda r: r.diagnostics(found))
    _conclude(out, "mistake", found)


@main.command(examples=["microspec check --base HEAD --spec spec"])
@click.option("--base", required=True, metavar="REV|DIR", help="The git revision or the folder to compare with.")
@click.option(
    "--suppressions", type=FileType(), metavar="FILE", help="A file of accepted findings; - is standard input."
)
@common("github")
def check(session: Session, out: Output, base: str, suppressions: IO[bytes] | None) -> None:
    """Check that released versions have not changed since a revision.

    All versions up to the highest one that a release of the base supports are released. They may be reworded, but must
    not change meaning. Later versions may change, if each change has a reason. The specification must pass lint, too.
    """
    from ..authoring.check import check

    accepted = suppressions_in(suppressions)
    old = _read_base(base, session.folder)
    try:
        new = session.read()
    except SpecificationError as error:
        _report(out, "mistake", error.diagnostics)
    else:
        found = check(new, old, accepted, today=date.today())
        _report(out, "violation", found.violations, found.applied)


@main.command(examples=["microspec renumber 1.5 1.6 --spec spec --base origin/main"])
@click.argument("old", type=NumberType())
@click.argument("new", type=NumberType())
@click.option("--base", metavar="REV|DIR", help="A revision or a folder whose versions are taken, too.")
@COMMON
def renumber(session: Session, out: Output, old: Version, new: Version, base: str | None) -> None:
    """Give an unreleased version another number.

    Changes the name of the file from OLD to NEW, and the number in it. The rest of the specification may have mistakes
    at this point. Lines of the file that still mention the old number are listed, but not changed.
    """
    from ..authoring.git import base_tree
    from ..authoring.renumber import renumber

    with base_tree(base, session.folder) if base is not None else nullcontext() as folder:
        done = renumber(session.folder, old, new, folder)
    out.show(plain=lambda r: r.renumbered(done), text=lambda r: r.renumbered(done))


def _read_base(base: str, spec: Path) -> Sources:
    """The base, which must not have mistakes, unless they are harmless: lint was once less strict."""
    from ..authoring.diagnostics import HARMLESS
    from ..authoring.errors import BaseError
    from ..authoring.git import base_tree
    from ..authoring.tree import read_tree

    with base_tree(base, spec) as folder:
        try:
            return read_tree(folder, HARMLESS)
        except SpecificationError as error:
            first = str(error.diagnostics[0]).removeprefix(f"{folder}/")
            raise BaseError(base, f"it has mistakes ({len(error.diagnostics)}); the first: {first}") from error


def _report(out: Output, noun: str, found: Sequence[Diagnostic], applied: Applied | None = None) -> None:
    """Print the violations and the notes on suppressions; exit with the status for them."""
    notes = applied.notes if applied else ()
    if out.format == "github":
        from ..render import annotations

        out.write(annotations.diagnostics(found) + annotations.diagnostics(notes, "warning"))
    else:
        if found or out.format == "json":
            out.show(plain=lambda r: r.checked(found, applied), text=lambda r: r.diagnostics(found))
        for item in notes:
            out.note(item)
    _conclude(out, noun, found)


def _conclude(out: Output, noun: str, found: Sequence[Diagnostic]) -> None:
    """Print the number of mistakes, and exit with the status for it."""
    if found:
        out.note(counted(len(found), noun))
        raise click.exceptions.Exit(NO)

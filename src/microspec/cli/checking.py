"""The commands for those who write a specification together: nothing released changes, no number is taken twice."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from typing import IO, TYPE_CHECKING

import click

from ..authoring.errors import SpecificationError
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

    Says nothing if all is well, else everything that is wrong, each at its line.
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
@click.option("--base", required=True, metavar="REV|DIR", help="What to compare with: a git revision, or a folder.")
@click.option(
    "--suppressions", type=FileType(), metavar="FILE", help="A file of findings that are accepted; - is standard input."
)
@common("github")
def check(session: Session, out: Output, base: str, suppressions: IO[bytes] | None) -> None:
    """Check that nothing released has changed since a revision.

    What was released at the base still means the same, and lint has nothing to say. Versions up to the highest
    that a release of the base speaks may be told in other words, and mean what they did. Later ones may change,
    and say why.
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
@click.option("--base", metavar="REV|DIR", help="The revision or folder that has taken the number: its versions count.")
@COMMON
def renumber(session: Session, out: Output, old: Version, new: Version, base: str | None) -> None:
    """Give a version that is not released another number.

    The file of the version OLD becomes that of NEW: its name, and the number in it. The tree may be broken at
    that moment. Lines of the file that still speak of the old number are listed, not changed.
    """
    from ..authoring.git import base_tree
    from ..authoring.renumber import renumber

    with base_tree(base, session.folder) if base is not None else nullcontext() as folder:
        done = renumber(session.folder, old, new, folder)
    out.show(plain=lambda r: r.renumbered(done), text=lambda r: r.renumbered(done))


def _read_base(base: str, spec: Path) -> Sources:
    """The base. One that has mistakes itself is none."""
    from ..authoring.errors import BaseError
    from ..authoring.git import base_tree
    from ..authoring.tree import read_tree

    with base_tree(base, spec) as folder:
        try:
            return read_tree(folder)
        except SpecificationError as error:
            first = str(error.diagnostics[0]).removeprefix(f"{folder}/")
            raise BaseError(base, f"it has mistakes ({len(error.diagnostics)}), first: {first}") from error


def _report(out: Output, noun: str, found: Sequence[Diagnostic], applied: Applied | None = None) -> None:
    """Print what is wrong, and what there is to say of suppressions; exit with the status for it."""
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
    """Say how much is wrong, and exit with the status for it."""
    if found:
        out.note(f"{len(found)} {noun}{'' if len(found) == 1 else 's'}")
        raise click.exceptions.Exit(NO)

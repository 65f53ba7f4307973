"""The commands for those who write a specification together: nothing released changes, no number is taken twice."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..authoring.errors import SpecificationError
from .console import complain, say_commands
from .group import NO, main
from .options import COMMON, Output, Session, VersionType, common

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..authoring.sources import Sources
    from ..diff.suppressions import Applied, Suppression
    from ..values.diagnostics import Diagnostic
    from ..values.version import Version


@main.command()
@click.option("--base", required=True, metavar="REV|DIR", help="What to compare with: a git revision, or a folder.")
@click.option(
    "--suppressions", type=click.Path(path_type=Path, dir_okay=False), help="A file of findings that are accepted."
)
@common("github")
def check(session: Session, out: Output, base: str, suppressions: Path | None) -> None:
    """Check that what was released at a base still means the same, and all that lint checks.

    Versions up to the highest that a release of the base speaks may be told in other words, and mean
    what they did. Later ones may change, and say why.
    """
    from ..authoring.check import check

    accepted: tuple[Suppression, ...] = ()
    if suppressions is not None:
        from ..authoring.suppressions import read

        accepted = read(suppressions)
    old = _read_base(base, session.folder)
    try:
        new = session.read()
    except SpecificationError as error:
        _report(out, "mistake", error.diagnostics)
    else:
        found = check(new, old, accepted, today=date.today())
        _report(out, "violation", found.violations, found.applied)


@main.command()
@click.argument("old", type=VersionType())
@click.argument("new", type=VersionType())
@click.option("--base", metavar="REV|DIR", help="The revision or folder that has taken the number: its versions count.")
@COMMON
def renumber(session: Session, out: Output, old: Version, new: Version, base: str | None) -> None:
    """Give the version OLD, which is not released, the number NEW: its file name, and the number in it.

    The tree may be broken at that moment. Lines of the file that still speak of the old number are
    listed, not changed.
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

        say_commands(annotations.diagnostics(found) + annotations.diagnostics(notes, "warning"))
    elif found or out.format == "json":
        out.show(plain=lambda r: r.checked(found, applied), text=lambda r: r.diagnostics(found))
    if out.format == "text":
        complain(*notes)
    if found:
        complain(f"{len(found)} {noun}{'' if len(found) == 1 else 's'}")
        raise click.exceptions.Exit(NO)

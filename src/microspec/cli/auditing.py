"""The command that finds the calls in recorded traffic that cannot work."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from stat import S_ISREG
from typing import IO, TYPE_CHECKING

import click

from .group import MISUSE, NO, main
from .options import RELEASE_OF_SERVER, common, server_option
from .types import FileType, IntegerType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..values.version import VersionRange
    from .output import Output
    from .session import Session


@main.command(examples=["microspec audit calls.txt --server 2.1-2.79"])
@click.argument("files", nargs=-1, required=True, type=FileType())
@server_option()
@click.option(
    "--jobs",
    type=IntegerType(1, 256),
    default=1,
    show_default=True,
    help="The number of processes that read the files.",
)
@RELEASE_OF_SERVER
@common("markdown")
def audit(session: Session, out: Output, files: tuple[IO[bytes], ...], server: VersionRange | None, jobs: int) -> None:
    """Find recorded calls that cannot work, and show what would.

    FILES are HAR, JSON lines, or tables of calls ("POST /servers 2.52", one on each line); - is standard input. A call
    without a version counts as the lowest version; latest means the highest version of the cloud.
    """
    from .recordings import audited

    with _progress(files) as advance:
        found = audited(files, session, server, jobs, advance)
    out.show(plain=lambda r: r.audit(found), text=lambda r: r.audit(found), markdown=lambda r: r.audit(found))
    for problem in found.problems:
        out.note(problem)
    if found.problems or found.findings:
        raise click.exceptions.Exit(MISUSE if found.problems else NO)


@contextmanager
def _progress(files: Sequence[IO[bytes]]) -> Iterator[Callable[[int], object]]:
    """A progress bar on standard error, if that is a terminal: the bytes done, and the total if it is known."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield _pass
        return
    from ..render.terminal import bar

    sizes = [_size(file) for file in files]
    with bar(None if None in sizes else sum(filter(None, sizes))) as advance:
        yield advance


def _pass(size: int) -> None:
    """Show nothing."""


def _size(file: IO[bytes]) -> int | None:
    """The size of a file in bytes; None for anything but a regular file."""
    try:
        found = os.fstat(file.fileno())
    except OSError:  # it is not a file of the operating system
        return None
    return found.st_size if S_ISREG(found.st_mode) else None

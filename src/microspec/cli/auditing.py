"""The command that finds the calls in recorded traffic that cannot work."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import click

from ..http.errors import TrafficError
from .console import complain
from .group import NO, main
from .options import FileType, Output, Session, common, server_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..http.errors import Problem
    from ..http.traffic import Call, Recording
    from ..values.version import VersionRange

MISUSE = 2
"""The exit status of what cannot be read."""


@main.command()
@click.argument("files", nargs=-1, required=True, type=FileType())
@server_option
@common("markdown")
def audit(session: Session, out: Output, files: tuple[IO[bytes], ...], server: VersionRange | None) -> None:
    """Find the calls in recorded traffic that cannot work, and tell why and what would.

    FILES are HAR, JSON lines, or tables of calls ("POST /servers 2.52", one a line); - is standard input.
    A call without a version is at the lowest, latest is the highest of the cloud.
    """
    recordings = [session.history.recording(file) for file in files]
    problems: list[Problem] = []
    found = session.history.audit(_calls(recordings, problems), server)
    elsewhere = sum(recording.elsewhere for recording in recordings)
    out.show(
        plain=lambda r: {**r.audit(found), "elsewhere": elsewhere},
        text=lambda r: r.audit(found, elsewhere),
        markdown=lambda r: r.audit(found, elsewhere),
    )
    problems += found.problems
    complain(*problems)
    if problems or found.findings:
        raise click.exceptions.Exit(MISUSE if problems else NO)


def _calls(recordings: list[Recording], problems: list[Problem]) -> Iterator[Call]:
    """The calls of all recordings; what cannot be read is put aside."""
    for recording in recordings:
        try:
            yield from recording
        except TrafficError as error:
            problems += error.problems

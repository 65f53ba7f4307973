"""The command that finds the calls in recorded traffic that cannot work."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import click

from ..http.errors import Place, Problem, TrafficError
from .group import MISUSE, NO, main
from .options import common, server_option
from .types import FileType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..http.traffic import Call, Recording
    from ..values.version import VersionRange
    from .output import Output
    from .session import Session


@main.command(section="Check", examples=["microspec audit calls.txt --server 2.1-2.79"])
@click.argument("files", nargs=-1, required=True, type=FileType())
@server_option()
@common("markdown")
def audit(session: Session, out: Output, files: tuple[IO[bytes], ...], server: VersionRange | None) -> None:
    """Find recorded calls that cannot work, and tell what would.

    FILES are HAR, JSON lines, or tables of calls ("POST /servers 2.52", one a line); - is standard input.
    A call without a version is at the lowest, latest is the highest of the cloud.
    """
    recordings = [session.history.recording(file) for file in files]
    problems: list[Problem] = []
    found = session.history.audit(_calls(recordings, problems), server)
    elsewhere = sum(recording.elsewhere for recording in recordings)
    problems += found.problems
    out.show(
        plain=lambda r: r.audit(found, elsewhere, problems),
        text=lambda r: r.audit(found, elsewhere),
        markdown=lambda r: r.audit(found, elsewhere),
    )
    for problem in problems:
        out.note(problem)
    if problems or found.findings:
        raise click.exceptions.Exit(MISUSE if problems else NO)


def _calls(recordings: list[Recording], problems: list[Problem]) -> Iterator[Call]:
    """The calls of all recordings; what cannot be read is put aside, also a recording without any call."""
    for recording in recordings:
        is_empty = True
        try:
            for call in recording:
                is_empty = False
                yield call
        except TrafficError as error:
            problems += error.problems
        else:
            if is_empty and not recording.elsewhere:
                place = Place(file=recording.name, number=1)
                problems.append(Problem(place=place, reason="no call is recorded here"))

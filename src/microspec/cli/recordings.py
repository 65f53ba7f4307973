"""Audits recordings block by block, in this process or in several. The result is the same."""

from __future__ import annotations

from collections import deque
from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
from functools import partial
from io import BytesIO
from multiprocessing import get_context
from typing import IO, TYPE_CHECKING

from ..http.errors import Place, Problem
from ..http.traffic import MAX_PROBLEMS, blocks
from ..questions.audit import Audit
from .group import Refusal
from .session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from ..http.traffic import Block
    from ..values.version import VersionRange


class _File:
    """A recording, and the counts so far."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.file, self.name = file, name
        self.calls = self.problems = 0

    @property
    def is_none(self) -> bool:
        """Whether it has so many mistakes that it is not a recording; the rest is not read."""
        return self.problems >= MAX_PROBLEMS

    def add(self, audit: Audit) -> None:
        """Add the counts of one more block."""
        self.calls += audit.calls + audit.elsewhere
        self.problems += len(audit.problems)


def audited(
    files: Sequence[IO[bytes]],
    session: Session,
    server: VersionRange | None,
    jobs: int,
    advance: Callable[[int], object],
) -> Audit:
    """The audit of recordings, by a number of processes. `advance` gets the number of bytes of each block."""
    recordings = [_File(file, session.history.recording(file).name) for file in files]
    whole = session.history.audit([], server, release=session.release)
    done = _here if jobs == 1 else partial(_elsewhere, jobs)
    for file, block, audit in done(_blocks(recordings), session, server):
        advance(len(block.content))
        if not file.is_none:
            file.add(audit)
            whole = Audit.merged([whole, audit])
    empty = [file.name for file in recordings if not file.calls and not file.problems]
    problems = (Problem(place=Place(file=name, number=1), reason="the file contains no calls") for name in empty)
    return whole.replace(problems=(*whole.problems, *problems))


def _blocks(files: Iterable[_File]) -> Iterator[tuple[_File, Block]]:
    for file in files:
        for block in blocks(file.file, file.name):
            yield file, block
            if file.is_none:
                break


def _here(
    parts: Iterable[tuple[_File, Block]], session: Session, server: VersionRange | None
) -> Iterator[tuple[_File, Block, Audit]]:
    for file, block in parts:
        yield file, block, _audit(session, server, block)


def _elsewhere(
    jobs: int, parts: Iterable[tuple[_File, Block]], session: Session, server: VersionRange | None
) -> Iterator[tuple[_File, Block, Audit]]:
    """The same by other processes; a few blocks are read ahead for them. Raises Refusal if one of them dies."""
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (session.spec, session.release))
    waiting: deque[tuple[_File, Block, Future[Audit]]] = deque()
    try:
        for part in parts:
            waiting.append((*part, pool.submit(_audit_there, server, part[1])))
            while len(waiting) > 2 * jobs:
                yield _result(*waiting.popleft())
        while waiting:
            yield _result(*waiting.popleft())
    except BrokenProcessPool as error:
        raise Refusal("a worker process was killed; is there enough memory?") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _result(file: _File, block: Block, future: Future[Audit]) -> tuple[_File, Block, Audit]:
    return file, block, future.result()


def _audit(session: Session, server: VersionRange | None, block: Block) -> Audit:
    """The audit of one block."""
    recording = session.history.recording(BytesIO(block.content), block.name, first=block.first)
    return session.history.audit(recording, server, release=session.release)


_sessions: list[Session] = []
"""The session of a worker process."""


def _begin(spec: str | None, release: str | None) -> None:
    _sessions.append(Session(spec, release))


def _audit_there(server: VersionRange | None, block: Block) -> Audit:
    return _audit(_sessions[0], server, block)

"""Many inputs for a surface, spread over processes, and what comes of them: kept in a file, to be gone on with.

The inputs of a surface are tried in blocks, each in a process of its own: so one that ends or never answers takes
nothing with it, and what a process keeps from earlier inputs has an end.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import resource
import shutil
import tempfile
import time
import traceback
from collections import Counter
from contextlib import chdir, suppress
from dataclasses import asdict, dataclass, field
from multiprocessing import connection
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from .surfaces.base import Wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from multiprocessing.sharedctypes import Synchronized

    from .surfaces.base import Surface

MEGABYTES = 200
"""The most memory that an input may take."""

PATIENCE = 60
"""After so many seconds without an answer a process is ended."""

BLOCK = 4_000
"""So many inputs are in a block, of a surface of weight 1."""

SIZES = (1_000, 10_000, 100_000, 1_000_000)
"""The classes of sizes, in bytes: each up to one of these."""

SHOWN = 1_000
"""So many characters of an input, and of what is wrong with one, are told."""

_fork = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Finding:
    """One input with which something is wrong: its number, the kind, and what happened in words, and where."""

    number: int
    kind: str
    text: str
    where: str = ""


@dataclass
class Most:
    """The inputs of one class of sizes: how many, and the longest run and the most memory, with their numbers."""

    count: int = 0
    seconds: float = 0.0
    slowest: int = 0
    megabytes: float = 0.0
    largest: int = 0

    def add(self, other: Most) -> None:
        """Take the inputs of another one, too."""
        self.count += other.count
        if other.seconds > self.seconds:
            self.seconds, self.slowest = other.seconds, other.slowest
        if other.megabytes > self.megabytes:
            self.megabytes, self.largest = other.megabytes, other.largest


@dataclass
class Result:
    """What came of the inputs of a surface from `first` to `last`, without the last: a line of the file."""

    surface: str
    seed: int
    first: int
    last: int
    sizes: dict[str, Most] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    growth: float = 0.0
    """How many megabytes the process has grown, at its highest."""

    def line(self) -> str:
        """The line of the file."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def of(cls, line: str) -> Result:
        """What a line says. Raises ValueError for one that was not written to its end."""
        given = json.loads(line)
        given["sizes"] = {name: Most(**most) for name, most in given["sizes"].items()}
        given["findings"] = [Finding(**finding) for finding in given["findings"]]
        return cls(**given)


def made(surface: Surface, seed: int, number: int) -> Any:
    """The input of a number."""
    return surface.make(Random(f"{surface.name} {seed} {number}"))


# ------------------------------------------------------------------------------------------ one input


@dataclass
class Tried:
    """What came of one input: its size, the time and the memory that it took, and a finding, if there is one."""

    size: int
    seconds: float
    megabytes: float
    outcomes: tuple[str, ...] = ()
    finding: Finding | None = None


def tried(surface: Surface, number: int, given: Any) -> Tried:
    """Put one input to a surface, and measure it."""
    size, finding = surface.size(given), None
    outcomes: tuple[str, ...] = ()
    _forget_peak()
    before, started = _peak(), time.process_time()
    answer: Any = None
    try:
        answer = surface.call(given)
    except Exception as error:  # all that is not documented
        finding = _crash(number, error)
    seconds, megabytes = time.process_time() - started, _peak() - before
    if finding is None:
        try:
            outcomes = tuple(surface.check(given, answer))
        except Wrong as error:
            finding = Finding(number, "wrong", str(error)[:SHOWN])
        except Exception as error:
            finding = _crash(number, error)
    bound = surface.bound(given)
    if finding is None and seconds > bound:  # there may have been something else to do: the second time counts
        started = time.process_time()
        surface.check(given, surface.call(given))
        seconds = min(seconds, time.process_time() - started)
        if seconds > bound:
            finding = Finding(number, "slow", f"{size:,} bytes took {seconds:.1f} s")
    if finding is None and megabytes > MEGABYTES:
        finding = Finding(number, "memory", f"{size:,} bytes took {megabytes:.0f} MB")
    return Tried(size, seconds, megabytes, outcomes, finding)


def _crash(number: int, error: Exception) -> Finding:
    """An exception that is not documented, and the innermost line of the library that it came through."""
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if f"{os.sep}microspec{os.sep}" in frame.filename
    ]
    where = f"{frames[-1].filename.rpartition(f'{os.sep}microspec{os.sep}')[2]}:{frames[-1].name}" if frames else ""
    return Finding(number, "crash", f"{type(error).__name__}: {error}"[:SHOWN], f"{type(error).__name__} in {where}")


def _peak() -> float:
    """The most memory that the process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _forget_peak() -> None:
    """Begin anew with the peak, where the system lets a process do so (Linux)."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


# ------------------------------------------------------------------------------------------- one block


def block(surface: Surface, seed: int, first: int, last: int, at: Callable[[int], None]) -> Result:
    """Try the inputs from one number to another, without the last; `at` is called with each before it is tried."""
    result = Result(surface.name, seed, first, last)
    outcomes = Counter[str]()
    start = _peak()
    highest = start
    for number in range(first, last):
        at(number)
        one = tried(surface, number, made(surface, seed, number))
        name = next((f"{size:,}" for size in SIZES if one.size <= size), f"over {SIZES[-1]:,}")
        most = Most(1, one.seconds, number, one.megabytes, number)
        result.sizes.setdefault(name, Most()).add(most)
        outcomes.update(one.outcomes)
        if one.finding is not None:
            result.findings.append(one.finding)
        highest = max(highest, _peak())
    result.growth, result.outcomes = highest - start, dict(outcomes)
    return result


def _process(
    surface: Surface, seed: int, first: int, last: int, current: Synchronized[int], send: Any, folder: Path
) -> None:
    """What a process does: one block, in a folder of its own."""
    with chdir(folder):
        surface.begin(folder)
        send.send(block(surface, seed, first, last, lambda number: setattr(current, "value", number)))


class _Running:
    """A block in a process."""

    def __init__(self, surface: Surface, seed: int, first: int, last: int) -> None:
        self.surface, self.seed, self.first, self.last = surface, seed, first, last
        self.current: Synchronized[int] = _fork.Value("q", first - 1)
        self.receive, send = _fork.Pipe(duplex=False)
        self._folder = Path(tempfile.mkdtemp(prefix="microspec-fuzz-"))
        arguments = (surface, seed, first, last, self.current, send, self._folder)
        self.process = _fork.Process(target=_process, args=arguments)
        self.process.start()
        send.close()
        self._seen, self._since = first - 1, time.monotonic()

    def is_stuck(self, patience: float) -> bool:
        """Whether it has been at one input for too long."""
        if self.current.value != self._seen:
            self._seen, self._since = self.current.value, time.monotonic()
        return time.monotonic() - self._since > patience

    def result(self) -> Result | None:
        """What it has sent; None if it ended before it could."""
        with suppress(EOFError, OSError):
            if self.receive.poll():
                found: Result = self.receive.recv()
                self._ended()
                return found
        return None

    def end(self) -> None:
        """End it, whatever it does."""
        self.process.kill()
        self._ended()

    def _ended(self) -> None:
        self.process.join()
        shutil.rmtree(self._folder, ignore_errors=True)


# ------------------------------------------------------------------------------------------- all blocks


class Session:
    """The inputs of some surfaces with a seed, so many of each; `file` has what came of those that were tried.

    `signature` tells the code that is tried: results of other code do not count.
    """

    def __init__(
        self,
        surfaces: Mapping[str, Surface],
        counts: Mapping[str, int],
        seed: int,
        file: Path,
        signature: str,
        *,
        patience: float = PATIENCE,
    ) -> None:
        self.surfaces, self.counts, self.seed, self.file = surfaces, counts, seed, file
        self.patience = patience
        self.results: list[Result] = []
        head = json.dumps({"signature": signature}) + "\n"
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
        if lines[:1] == [head]:
            for line in lines[1:]:
                with suppress(ValueError):  # the last one, if the session was ended while it was written
                    self.results.append(Result.of(line))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(head + "".join(result.line() for result in self.results), encoding="utf-8")

    def of(self, name: str) -> list[Result]:
        """The results of a surface with the seed of the session."""
        return [result for result in self.results if (result.surface, result.seed) == (name, self.seed)]

    def done(self, name: str) -> int:
        """How many inputs of a surface were tried."""
        return sum(result.last - result.first for result in self.of(name))

    def missing(self) -> Iterator[tuple[str, int, int]]:
        """The blocks that are to be tried: a surface, the first number, and the one after the last."""
        for name, count in self.counts.items():
            tried_ = sorted((result.first, result.last) for result in self.of(name))
            size = max(1, BLOCK // self.surfaces[name].weight)
            first = 0
            for begin, end in (*tried_, (count, count)):
                for start in range(first, min(begin, count), size):
                    yield name, start, min(start + size, begin, count)
                first = max(first, end)

    def run(self, processes: int, tell: Callable[[str], None], *, until: float | None = None) -> None:
        """Try what is missing; `until` is when to stop, by the monotonic clock."""
        waiting = sorted(self.missing(), key=lambda part: part[1] / self.counts[part[0]])  # some of each surface first
        for name in dict.fromkeys(name for name, *_ in waiting):
            self.surfaces[name].prepare()
        gc.collect()
        gc.freeze()  # what is loaded is there to stay: looking through it would count as the time of some input
        running: list[_Running] = []
        try:
            while waiting or running:
                is_over = until is not None and time.monotonic() > until
                while waiting and not is_over and len(running) < processes:
                    name, first, last = waiting.pop(0)
                    running.append(_Running(self.surfaces[name], self.seed, first, last))
                if not running:
                    break
                connection.wait([item.receive for item in running], timeout=0.2)
                for item in list(running):
                    waiting[:0] = self._settle(item, running, tell)
        finally:
            gc.unfreeze()
            for item in running:
                item.end()

    def _settle(
        self, item: _Running, running: list[_Running], tell: Callable[[str], None]
    ) -> list[tuple[str, int, int]]:
        """Keep what a process has found, if it has ended. Returns what has to be tried again."""
        name, number = item.surface.name, item.current.value
        result = item.result()
        if result is not None:
            running.remove(item)
            self._keep(result, tell)
            return []
        if item.is_stuck(self.patience):
            finding = Finding(number, "hung", f"there is no answer after {self.patience:g} s")
        elif not item.process.is_alive():
            finding = Finding(number, "died", f"the process ended with {item.process.exitcode}")
        else:
            return []
        item.end()
        running.remove(item)
        if number < item.first:
            raise RuntimeError(f"{name} cannot begin: {finding.text}")
        self._keep(Result(name, self.seed, number, number + 1, findings=[finding]), tell)
        return [(name, *part) for part in ((item.first, number), (number + 1, item.last)) if part[0] < part[1]]

    def _keep(self, result: Result, tell: Callable[[str], None]) -> None:
        self.results.append(result)
        with self.file.open("a", encoding="utf-8") as file:
            file.write(result.line())
        tell(f"{result.surface}: {self.done(result.surface):,} of {self.counts[result.surface]:,}")
        for finding in {(finding.kind, finding.where): finding for finding in reversed(result.findings)}.values():
            tell(f"  {finding.kind}: {finding.text.splitlines()[0] if finding.text else ''}"[:300])
            tell(f"  to repeat it: {command(result.surface, finding.number, result.seed)}")


def command(name: str, number: int, seed: int) -> str:
    """The command line that tries one input again."""
    return f"nox -s fuzz -- --repeat {name} {number}{f' --seed {seed}' if seed else ''}"


def total(results: Iterable[Result]) -> tuple[dict[str, Most], Counter[str], list[Finding], float]:
    """What came of several blocks together: by size, the outcomes, the findings, and the most that a process grew."""
    sizes: dict[str, Most] = {}
    outcomes: Counter[str] = Counter()
    findings: list[Finding] = []
    growth = 0.0
    for result in results:
        for name, most in result.sizes.items():
            sizes.setdefault(name, Most()).add(most)
        outcomes.update(result.outcomes)
        findings += result.findings
        growth = max(growth, result.growth)
    return sizes, outcomes, sorted(findings, key=lambda finding: finding.number), growth

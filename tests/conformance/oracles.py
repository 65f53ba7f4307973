"""Programs that run in environments of their own and say what is decorated, declared or decided there."""

from __future__ import annotations

import json
import os
import subprocess
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE = Path(__file__).parent


class Oracle:
    """A module of this package, run by another interpreter with some arguments."""

    def __init__(self, python: str, module: str, *arguments: str) -> None:
        self._command = [python, "-m", f"conformance.{module}", *arguments]
        self._environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": str(HERE.parent)}

    def facts(self) -> Any:
        """What it says without being asked."""
        command = [*self._command, "facts"]
        run = subprocess.run(command, env=self._environment, stdout=subprocess.PIPE, encoding="utf-8", check=True)
        return json.loads(run.stdout)

    def run(self, given: str) -> str:
        """What it says if this is its standard input."""
        run = subprocess.run(
            self._command, env=self._environment, input=given, stdout=subprocess.PIPE, encoding="utf-8", check=True
        )
        return run.stdout

    def ask(self, questions: Sequence[Any], stem: Path) -> Answers:
        """Start answering, in a process for each processor, beside whatever else goes on; None is no question."""
        asked = [json.dumps(question) + "\n" for question in questions if question is not None]
        number = os.cpu_count() or 1
        shards = [Shard(self, asked[first::number], stem.with_name(f"{stem.name}-{first}")) for first in range(number)]
        return Answers(shards, [question is not None for question in questions])

    def start(self, source: Path, target: Path) -> subprocess.Popen[bytes]:
        """Start a process that answers the questions of a file."""
        with source.open("rb") as asked, target.open("wb") as answers:
            command = [*self._command, "verdicts"]
            return subprocess.Popen(command, env=self._environment, stdin=asked, stdout=answers)


class Answer(NamedTuple):
    """A letter of `places` for each version that the release knows, and what is wrong at each, if that is told."""

    letters: str
    places: list[list[str]]


class Shard:
    """Some of the questions to an oracle, and the process that answers them; `stem` is the name of its files."""

    def __init__(self, oracle: Oracle, lines: list[str], stem: Path) -> None:
        source, self._answers = (stem.with_name(f"{stem.name}.{word}") for word in ("questions", "answers"))
        source.write_text("".join(lines), encoding="utf-8")
        self._process = oracle.start(source, self._answers)

    def __iter__(self) -> Iterator[Answer]:
        """The answers, once there are all."""
        if self._process.wait():
            raise RuntimeError(f"the oracle failed with status {self._process.returncode}")
        with self._answers.open(encoding="utf-8") as file:
            yield from (Answer(*json.loads(line)) for line in file)


class Answers:
    """The verdicts of an oracle, from shards that have the questions in turn; `asked`: which questions they have."""

    def __init__(self, shards: list[Shard], asked: list[bool]) -> None:
        self._shards, self._asked = shards, asked

    def __iter__(self) -> Iterator[Answer]:
        """One for each question; with no letters, if it was not asked."""
        turns = cycle(map(iter, self._shards))
        for asked in self._asked:
            yield next(next(turns)) if asked else Answer("", [])

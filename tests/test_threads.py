"""Threads: whatever eight of them ask of a history of which nothing is known yet, they get the answers of one."""

from __future__ import annotations

import random
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakValueDictionary

import pytest

import microspec
from conformance.instances import bodies
from microspec.authoring.tree import load_tree
from microspec.loading import bundled_path
from microspec.model.api import Directory
from microspec.model.routing import Router
from microspec.schema import validator as validators

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from microspec.history import History

THREADS = 8


class At(NamedTuple):
    """What is there at a version?"""

    version: str

    def ask(self, history: History) -> Any:
        api = history.at(self.version)
        return list(api.operations), len(api.schemas), len(api.behaviors)


class Availability(NamedTuple):
    """When is an element there?"""

    operation: str
    part: str
    value: Any

    def ask(self, history: History) -> Any:
        return str(history.availability(self.operation, **{self.part: self.value}))


class Accepts(NamedTuple):
    """Is a body accepted?"""

    version: str
    operation: str
    body: Any

    def ask(self, history: History) -> Any:
        return history.at(self.version)[self.operation].accepts_request(self.body)


Question = At | Availability | Accepts


def questions(history: History, every: int) -> Iterator[Question]:
    """One version of so many, and bodies for each operation that takes one there; every status of every operation."""
    last: dict[str, list[Any]] = {}
    documents: dict[str, Any] = {}
    for version in map(str, history.versions[::every]):
        yield At(version)
        for key, operation in history.at(version).operations.items():
            document = operation.request_schema()
            if document is not None:
                if documents.get(key) != document:
                    documents[key] = document
                    last[key] = [*last.get(key, ())[-4:], *bodies(document, key, 12)]
                yield from (Accepts(version, key, body) for body in random.Random(version + key).sample(last[key], 2))
    for key, known in history.known.items():
        operation = history.at(max(v for v in history.versions if v in known.availability))[key]
        yield from (Availability(key, "status", status) for status in operation.success_statuses)
        yield from (Availability(key, "query", name) for place, name in operation.parameters if place == "query")
        for pointer in ("/server/tags", "/server", "/server/networks/*/tag"):
            yield Availability(key, "request", pointer)


@pytest.mark.parametrize(
    ("every", "rounds", "seconds"), [(10, 5, 0), pytest.param(1, 20, 30, marks=pytest.mark.explore)]
)
def test_eight_threads_get_the_answers_of_one(
    compute: History, monkeypatch: pytest.MonkeyPatch, every: int, rounds: int, seconds: int
) -> None:
    """For so many rounds and seconds at least, about one version of so many."""
    asked = list(questions(compute, every))
    one = microspec.load(Path(compute._origin.folder))  # type: ignore[attr-defined]
    expected = [question.ask(one) for question in asked]
    verdicts = [answer for question, answer in zip(asked, expected, strict=True) if isinstance(question, Accepts)]
    assert min(verdicts.count(True), verdicts.count(False)) > len(verdicts) / 10

    def ask_some(history: History, seed: str, number: int, start: threading.Barrier) -> list[int]:
        """Ask some of the questions; the places of those with another answer than expected."""
        places = random.Random(seed).sample(range(len(asked)), number)
        start.wait()
        return [place for place in places if asked[place].ask(history) != expected[place]]

    def ask_all(pool: ThreadPoolExecutor, cold: History, seed: int, number: int) -> None:
        if seed % 20 == 0:
            monkeypatch.setattr(validators, "SHARED", WeakValueDictionary())  # others go on sharing theirs
        start = threading.Barrier(THREADS)
        tasks = [pool.submit(ask_some, cold, f"{seed} {n}", number, start) for n in range(THREADS)]
        assert [asked[place] for task in tasks for place in task.result()] == []

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads take turns as often as they can
    try:
        with ThreadPoolExecutor(THREADS) as pool:
            end = time.monotonic() + seconds
            ask_all(pool, load_tree(Path(bundled_path("compute"))), 0, 40)
            done = 0
            while done < rounds or time.monotonic() < end:
                done += 1
                ask_all(pool, microspec.load(Path(one._origin.folder)), done, 10)  # type: ignore[attr-defined]
    finally:
        sys.setswitchinterval(interval)


def test_threads_share_what_is_made_once(compute: History, monkeypatch: pytest.MonkeyPatch) -> None:
    known = compute.known
    together = threading.Barrier(THREADS)
    make = Router.__init__

    def slowly(router: Router, keys: Iterable[str]) -> None:
        make(router, keys)
        together.wait(60)  # all of them find that there is none yet

    monkeypatch.setattr(Router, "__init__", slowly)
    directory = Directory(lambda: known)
    with ThreadPoolExecutor(THREADS) as pool:
        routers = list(pool.map(lambda _: directory.router, range(THREADS)))
    assert all(router is directory.router for router in routers)


def test_threads_leave_to_the_process_what_it_is_warned_of(compute: History) -> None:
    """The names that servers are listed by are regular expressions, of which Python may have something to say."""
    operation = compute.at("2.53")["GET /servers"]
    before = list(warnings.filters)

    def ask(number: int) -> bool:
        return operation.accepts_query({"name": [f"web-{number}[[a]"]})

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(THREADS) as pool:
            assert all(pool.map(ask, range(5000)))
    finally:
        sys.setswitchinterval(interval)
    assert warnings.filters == before

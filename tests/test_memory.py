"""A history that nobody holds any more is gone, with all that was worked out for it."""

from __future__ import annotations

import gc
import io
import tracemalloc
import weakref
from typing import TYPE_CHECKING, Any

import pytest

import microspec
from microspec.authoring.build import write_artifact
from microspec.http.traffic import Call
from microspec.schema.validator import SHARED
from microspec.values.frozen import freeze
from test_audit import MANY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from microspec import History

OPERATION = "POST /books"
BODY = {"book": {"title": 1, "shelf": 2}}


def use(history: History) -> list[weakref.ref[Any]]:
    """Ask a history all kinds of questions. Returns what it and its parts can be seen to go by."""
    for version in history.versions:
        operation = history.at(version)[OPERATION]
        operation.accepts_request(BODY)
        operation.accepts_query({})
        operation.accepts_response(None, 201)
    history.availability(OPERATION, request="/book/title")
    history.history(OPERATION, request="/book/authors/*/tag")
    assert str(history.explain(f"{OPERATION}?limit=1", "1.1", body=BODY))
    assert str(history.explain("DELETE /books/b1", "1.1"))
    history.at("1.1").match("POST", "/books")
    history.audit([Call(method="POST", path="/books", body=freeze(BODY)), Call(method="GET", path="/nowhere")])
    history.versions_for(OPERATION, body=BODY)
    history.negotiation(server=("1.1", "1.4"), operation=OPERATION, body=BODY, response=["/title"])
    assert history.diff("1.1", "1.4").judged("strict")
    api = history.at("1.1")
    return [weakref.ref(each) for each in (history, history._source, api, api[OPERATION].request_validator())]


@pytest.mark.parametrize("compiled", [False, True])
def test_a_history_that_nobody_holds_is_gone(library: Path, tmp_path: Path, compiled: bool) -> None:
    folder, common = library, library / "baseline" / "common.yaml"
    common.write_text(common.read_text().replace("maxLength: 200", "maxLength: 217"))  # as in no other test
    if compiled:
        folder = tmp_path / "compiled"
        write_artifact(library, folder)
    before = len(SHARED)
    left = use(microspec.load(folder))
    gc.collect()
    assert [each() for each in left] == [None] * len(left)
    assert len(SHARED) <= before


def test_a_validator_is_there_as_long_as_its_operation(library: Path) -> None:
    history = microspec.load(library)
    operation = history.at("1.1")[OPERATION]
    parameter = next(item for item in history.at("1.1")["DELETE /books/{book_id}"].parameters.values())
    assert operation.request_validator() is history.at("1.1")[OPERATION].request_validator()
    assert operation.parameter_validator(parameter) is operation.parameter_validator(parameter)
    again = microspec.load(library).at("1.1")[OPERATION]
    assert again.request_validator() is operation.request_validator()


@pytest.mark.explore
@pytest.mark.parametrize("made", MANY.values(), ids=MANY)
def test_what_calls_have_of_their_own_is_not_kept(compute: History, made: Callable[[int], str]) -> None:
    """Each call differs from all before; what is kept of them has bounds, which the first thousands fill."""

    def audit(first: int, last: int) -> None:
        compute.audit(compute.recording(io.BytesIO("\n".join(map(made, range(first, last))).encode()), "calls"))

    audit(0, 12_000)
    gc.collect()
    tracemalloc.start()
    audit(12_000, 14_000)
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 200_000

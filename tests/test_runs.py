"""Runs of versions: what is true of the first version of a run is true of all, and one question to each is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exploring import share
from microspec import VersionSet, load
from microspec.questions.runs import Run, Runs
from microspec.questions.trial import Trial
from microspec.schema import walk
from microspec.schema.fields import Fields
from microspec.schema.pointer import parse_pointer
from microspec.values.frozen import freeze, frozendict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from microspec.history import History

KEYS = [(key,) for key in load()._source.known()]


def is_the_same_at_every_version_of_a_run(history: History, key: str) -> None:
    source = history._source
    for version, run in zip(source.versions, Runs(source).of(key), strict=True):
        api = source.at(version)
        assert (run is not None) == (key in api)
        if run is not None:
            assert Run(api, key).content() == run.content(), version


@pytest.mark.parametrize("key", share(KEYS, 20, lambda case: case[0], always=[("POST /servers",)]))
def test_an_operation_is_the_same_at_every_version_of_a_run(compute: History, key: str) -> None:
    is_the_same_at_every_version_of_a_run(compute, key)


def test_runs_of_a_folder(library: Path) -> None:
    history = load(library)
    for key in history._source.known():
        is_the_same_at_every_version_of_a_run(history, key)


@pytest.mark.parametrize("key", ["POST /servers", "GET /servers", "GET /os-networks"])
def test_no_two_runs_are_alike(compute: History, key: str) -> None:
    runs = compute._source.kept(Runs).distinct(key)
    assert len({run.content() for run in runs}) == len(runs) > 0
    covered = sum(run.places for run in runs)
    assert compute._source.kept(Runs).versions(covered) == compute.availability(key)


# ----------------------------------------------------------------------------------- requests, version by version

WITH_BODIES = [key for (key,) in KEYS if any(run.fields for run in load()._source.kept(Runs).distinct(key))]
VALUES: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers(-1, 70_000) | st.sampled_from(["", "a", "auto", "none", "x" * 300])
)


def names(key: str) -> list[str]:
    """The names of fields that an operation knows anywhere at any version."""
    found: dict[str, None] = {}
    for run in load()._source.kept(Runs).distinct(key):
        for schema in walk.closure(run.operation._content.schema_names(), run._api.schemas).values():
            found |= dict.fromkeys(name for part in parts(schema) for name in part.get("properties", ()))
    return [*found, "unknown"]


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """A schema and all that stand in it."""
    if isinstance(schema, dict):
        yield schema
        for item in walk.subschemas(schema):
            yield from parts(item)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, Any]:
    """An operation, and a body made of the names that it knows."""
    key = draw(st.sampled_from(WITH_BODIES))
    known = st.sampled_from(names(key))
    inner = st.recursive(
        VALUES, lambda below: st.lists(below, max_size=2) | st.dictionaries(known, below, max_size=4), max_leaves=8
    )
    outer = key.partition("#")[2] or draw(known)
    return key, draw(st.just({outer: draw(inner)}) | inner)


@given(requests())
def test_what_accepts_a_body_does_so_version_by_version(request_: tuple[str, Any]) -> None:
    key, body = request_
    compute = load()
    accepting = [v for v in compute.versions if key in compute.at(v) and compute.at(v)[key].accepts_request(body)]
    found = compute.versions_for(key, body=body)
    assert [version for version in compute.versions if version in found] == accepting


@given(requests())
def test_what_is_looked_at_is_what_a_schema_describes(request_: tuple[str, Any]) -> None:
    key, body = request_
    source = load()._source
    trial = Trial(source, key, {"body": body})
    action = "".join(f"/{name}" for name in [key.partition("#")[2]] if name)
    for run in source.kept(Runs).distinct(key):
        content = run._api.definitions[run.operation.alias_of or key]
        root = frozendict({"$ref": content.request}) if content.request else False
        sent = {pointer for pointer in pointers(body) if pointer != action}
        known = {pointer for pointer in sent if walk.find(root, parse_pointer(pointer), run._api.schemas)}
        assert {name for _, name in trial.looked_at(run)} == known
        if trial.is_looked_at(run):
            assert known == sent


def pointers(body: Any, at: str = "") -> Iterator[str]:
    """The pointers to all that is in a body; items of arrays are ``*``."""
    items = body.items() if isinstance(body, dict) else (("*", item) for item in body) if isinstance(body, list) else ()
    for name, item in items:
        yield f"{at}/{name.replace('~', '~0').replace('/', '~1')}"
        yield from pointers(item, f"{at}/{name.replace('~', '~0').replace('/', '~1')}")


def test_names_that_nobody_knows_are_not_kept() -> None:
    schema = freeze({"type": "object", "properties": {"a": {}}, "patternProperties": {"^b": {"properties": {"c": {}}}}})
    fields = Fields(schema, {})
    assert [fields.depth([name, "c"]) for name in ("a", "b", "x", "bb")] == [1, 2, 0, 2]
    assert all(fields.depth([f"b{number}"]) for number in range(1_000))
    assert not any(fields.depth([f"x{number}"]) for number in range(1_000))
    assert len(fields.top._below) == 1
    assert len(fields._levels) == 4


def test_sets_of_places_are_sets_of_versions(compute: History) -> None:
    versions = compute._source.kept(Runs).versions
    assert versions(0) == VersionSet()
    assert str(versions(0b1011)) == "2.1-2.2, 2.4"
    assert str(versions(1 << len(compute.versions) - 1)) == f"{compute.max_version}-"

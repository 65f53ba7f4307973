"""The fold over whole histories: the bundled one, and generated ones."""

from __future__ import annotations

import pickle
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microspec import UnknownVersion, Version
from microspec.history import History
from microspec.model.api import Api
from microspec.model.changes import AddProperty, AddSchema, Change, RemoveProperty
from microspec.model.definition import Definition, Response
from microspec.model.fold import Folded
from microspec.model.microversion import Microversion, Service
from microspec.values.frozen import EMPTY, frozendict

if TYPE_CHECKING:
    from microspec.schema.walk import Schema

TEXT: Schema = frozendict(type="string")
OPERATION = Definition(
    method="POST",
    path="/things",
    resource="things",
    summary="Make a thing",
    audience="any",
    request="Thing",
    responses=frozendict({(200, None): Response(status=200, body="Thing")}),
)
BASELINE = Api(
    version=Version("0.0"),
    definitions=frozendict({OPERATION.key: OPERATION}),
    schemas=frozendict(Thing=frozendict(type="object", additionalProperties=False)),
)


@st.composite
def toggles(draw: st.DrawFn) -> list[set[str]]:
    """For each version, the properties that come or go in it."""
    return draw(st.lists(st.sets(st.sampled_from("abc")), min_size=1, max_size=12))


def history_of(toggled: list[set[str]]) -> History:
    """A history in which the properties of Thing come and go as told."""
    present: set[str] = set()
    microversions = []
    for minor, names in enumerate(toggled, start=1):
        changes: list[Change] = []
        for name in sorted(names):
            target = f"Thing.{name}"
            changes.append(
                RemoveProperty(target=target) if name in present else AddProperty(target=target, schema=TEXT)
            )
        present ^= names
        microversions.append(
            Microversion(version=Version((1, minor)), title="t", description="d", changes=tuple(changes))
        )
    service = Service(service_type="things", title="Things", standard_header="X", legacy_header=None, releases=EMPTY)
    return History(Folded(service, BASELINE, tuple(microversions)))


@given(toggles(), st.sampled_from("abc"))
def test_intervals_agree_with_every_version(toggled: list[set[str]], name: str) -> None:
    history = history_of(toggled)
    for part in ("request", "response"):
        when = history.availability("POST /things", **{part: f"/{name}"})  # type: ignore[arg-type]
        for version in history.versions:
            properties = history.at(version).schemas["Thing"].get("properties", EMPTY)
            assert (version in when) == (name in properties)


@given(toggles(), st.sampled_from("abc"))
def test_a_life_tells_every_coming_and_going(toggled: list[set[str]], name: str) -> None:
    history = history_of(toggled)
    events = history.history("POST /things", request=f"/{name}")
    expected = [version for version, names in zip(history.versions, toggled, strict=True) if name in names]
    assert [event.version for event in events] == expected
    assert [event.effect for event in events] == [("added", "removed")[i % 2] for i in range(len(events))]


@given(toggles(), st.data())
def test_folding_on_from_a_version_is_folding_from_the_start(toggled: list[set[str]], data: st.DataObject) -> None:
    history = history_of(toggled)
    middle = data.draw(st.integers(0, len(toggled) - 1))
    api = history.at(history.versions[middle])
    for microversion in list(history)[middle + 1 :]:
        api = microversion.apply(api)
    assert api == history.at(history.max_version)


def test_every_version_of_the_compute_api_follows_from_the_one_before(compute: History) -> None:
    for before, version in zip(compute.versions, compute.versions[1:], strict=False):
        assert compute[version].apply(compute.at(before)) == compute.at(version)


def test_folding_shares_structure(compute: History) -> None:
    for before, version in zip(compute.versions, compute.versions[1:], strict=False):
        old, new = compute.at(before), compute.at(version)
        touched = {change.target.partition(".")[0] for change in compute[version].changes}
        for name, schema in new.schemas.items():
            assert name in touched or schema is old.schemas[name]
        for key, definition in new.definitions.items():
            assert key in touched or definition is old.definitions[key]


def test_an_api_is_one_value(compute: History) -> None:
    assert compute.at("2.53") is compute.at(Version("2.53"))
    api = compute.at("2.53")
    assert pickle.loads(pickle.dumps(api)) == api
    assert list(api.fields()) == ["version", "definitions", "schemas", "behaviors"]
    with pytest.raises(AttributeError):
        api.version = Version("2.1")  # type: ignore[misc]
    with pytest.raises(TypeError):
        api.schemas["Tag"]["type"] = "integer"  # type: ignore[misc]


def test_threads_get_the_same_api() -> None:
    history = history_of([{"a"}, {"b"}, {"a", "c"}])
    found: list[Api] = []
    threads = [threading.Thread(target=lambda: found.append(history.at("1.3"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(api is found[0] for api in found)
    assert len(found) == 8


@pytest.mark.parametrize("version", ["2.0", "1.99", "3.1", "2.999"])
def test_versions_outside_of_the_history(compute: History, version: str) -> None:
    with pytest.raises(UnknownVersion, match=r"outside the range of the specification, 2\.1 to"):
        compute.at(version)


def test_a_failing_change_leaves_the_history_alone() -> None:
    change = AddSchema(target="Thing", schema=TEXT)
    microversion = Microversion(version=Version("1.1"), title="t", description="d", changes=(change,))
    with pytest.raises(Exception, match="already exists"):
        microversion.apply(BASELINE)
    assert BASELINE.schemas["Thing"]["type"] == "object"

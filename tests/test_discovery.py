"""Version documents: those that services answer are read, mistakes are located, and what is written is read again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from microspec import InvalidDocument, InvalidVersionSet, Version, VersionRange, VersionSet, discovery
from microspec.http.discovery import Document, Endpoint, Link, MediaType

if TYPE_CHECKING:
    from microspec.history import History

VECTORS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "vectors" / "discovery.yaml").read_text())
URL = "http://openstack.example.com"


def vectors(kind: str) -> list[dict[str, Any]]:
    """The vectors of documents that are well formed (``form``), or that are not (``errors``)."""
    return [vector for vector in VECTORS if kind in vector]


def as_set(microversions: VersionRange | None) -> VersionSet:
    """A range, or the empty set for none."""
    return VersionSet([microversions] if microversions else [])


@pytest.mark.parametrize("vector", vectors("form"), ids=lambda vector: vector["name"])
def test_documents_are_read(vector: dict[str, Any]) -> None:
    found = discovery.parse(vector["document"])
    assert found.form == vector["form"]
    ranges = {endpoint.id: as_set(endpoint.microversions) for endpoint in found.endpoints}
    assert ranges == {name: VersionSet(text) for name, text in vector["endpoints"].items()}
    assert as_set(found.microversions) == VersionSet(vector["microversions"])
    assert discovery.parse(discovery.emit(found)) == found


@pytest.mark.parametrize("vector", vectors("errors"), ids=lambda vector: str(vector["name"]))
def test_mistakes_are_located(vector: dict[str, Any]) -> None:
    with pytest.raises(InvalidDocument) as raised:
        discovery.parse(vector["document"])
    assert sorted(error.pointer for error in raised.value.errors) == vector["errors"]
    assert all(error.pointer in str(raised.value) for error in raised.value.errors)


def test_a_number_is_told_from_a_version() -> None:
    with pytest.raises(InvalidDocument, match=r"/version/version is not a microversion: .* a number loses"):
        discovery.parse({"version": {"id": "v2.1", "version": 2.10, "min_version": "2.1"}})


def test_an_endpoint_has_an_address_and_media_types() -> None:
    (endpoint,) = discovery.parse(VECTORS[1]["document"]).endpoints
    assert endpoint.href == f"{URL}/v2.1/"
    assert endpoint.status == "CURRENT"
    assert endpoint.updated == "2013-07-23T11:33:21Z"
    assert endpoint.media_types[0].base == "application/json"
    assert Endpoint(id="v2.1").href is None


def test_nova_answers_by_path() -> None:
    root = discovery.nova(("2.1", "2.104"), URL)
    assert [endpoint.href for endpoint in root.endpoints] == [f"{URL}/v2/", f"{URL}/v2.1/"]
    assert discovery.emit(discovery.nova(("2.1", "2.104"), f"{URL}/", "/v2.1")) == VECTORS[1]["document"]
    assert discovery.emit(discovery.nova(("2.1", "2.104"), URL, "/v2/")) == VECTORS[2]["document"]
    assert discovery.emit(discovery.nova(("2.1", "2.104"), URL, "/servers/detail")) == VECTORS[3]["document"]
    with pytest.raises(InvalidVersionSet, match="with an end"):
        discovery.nova(VersionRange("2.1", None), URL)


@pytest.mark.parametrize("path", ["/", "/v2/", "/v2.1/"])
def test_what_nova_answers_obeys_its_own_specification(compute: History, path: str) -> None:
    document = discovery.emit(discovery.nova((compute.min_version, compute.max_version), URL, path))
    operation = "GET /" if path == "/" else "GET /versions/{version_id}"
    compute.at("2.1")[operation].validate_response(document)


TEXTS = st.text(max_size=8)
MAYBE = st.none() | TEXTS
VERSIONS = st.tuples(st.integers(0, 3), st.integers(0, 200)).map(Version)
RANGES = st.builds(lambda a, b: VersionRange(min(a, b), max(a, b)), VERSIONS, VERSIONS)
ENDPOINTS = st.builds(
    Endpoint,
    id=st.text(min_size=1, max_size=8),
    status=MAYBE,
    microversions=st.none() | RANGES,
    updated=MAYBE,
    links=st.lists(st.builds(Link, href=TEXTS, rel=MAYBE, type=MAYBE), max_size=3).map(tuple),
    media_types=st.lists(st.builds(MediaType, base=TEXTS, type=TEXTS), max_size=2).map(tuple),
)
LISTS = st.builds(
    Document,
    form=st.sampled_from(["versions", "choices"]),
    endpoints=st.lists(ENDPOINTS, min_size=1, max_size=4, unique_by=lambda endpoint: endpoint.id).map(tuple),
)
SINGLE = st.builds(Document, form=st.just("version"), endpoints=st.tuples(ENDPOINTS))


@given(LISTS | SINGLE)
def test_what_is_written_is_read_again(document: Document) -> None:
    assert discovery.parse(discovery.emit(document)) == document


KEYS = st.sampled_from(
    ["versions", "version", "choices", "values", "id", "min_version", "max_version", "links", "href"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.sampled_from(["", "v2.1", "2.1", "2.79"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
)


@given(JSON)
def test_any_value_is_a_document_or_a_located_mistake(value: Any) -> None:
    try:
        document = discovery.parse(value)
    except InvalidDocument as error:
        found = {item.pointer for item in error.errors}
    else:
        assert document.endpoints
        return
    assert all(pointer in pointers(value) for pointer in found)


def pointers(value: Any, pointer: str = "") -> set[str]:
    """The pointers to everything in a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {pointer}.union(*(pointers(item, f"{pointer}/{key}") for key, item in items))

"""Negotiation: which version is asked for, why not another, and that it is what trying every version finds."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import microspec
from highest import HIGHEST, vectors
from microspec import (
    InvalidElement,
    InvalidVersion,
    InvalidVersionSet,
    UnknownName,
    UnknownOperation,
    Unsupported,
    VersionRange,
    VersionSet,
    discovery,
    headers,
)
from microspec.questions.negotiation import Limit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from microspec import Version
    from microspec.history import History

VECTORS: list[dict[str, Any]] = vectors("negotiation.yaml")
REQUESTS: list[dict[str, Any]] = vectors("requests.yaml")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vectors(compute: History, vector: dict[str, Any]) -> None:
    found = compute.negotiation(**vector["ask"])
    assert str(found.version) == vector.get("version", "None")
    reasons = "\n".join(map(str, found.reasons))
    assert [text for text in vector.get("reasons", ()) if text not in reasons] == []
    assert vector.get("reasons") != [] or not reasons
    if "unsupported" not in vector:
        assert compute.negotiate(**vector["ask"]) == found.version
        return
    with pytest.raises(Unsupported) as raised:
        compute.negotiate(**vector["ask"])
    assert [text for text in vector["unsupported"] if text not in str(raised.value)] == []
    assert raised.value.limits == found.limits
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)
    assert not found.reasons


def test_a_limit_of_ones_own_can_be_told_too() -> None:
    limit = Limit(kind="feature", name="server-tags", versions=VersionSet("2.26-"), note="ask your operator")
    assert str(limit) == "feature server-tags: 2.26-; ask your operator"
    assert str(Unsupported([limit])).endswith(f"\n  {limit}")


def test_a_folded_history_is_asked_in_the_same_way(library: Path) -> None:
    books = microspec.load(library)
    tagged = {"book": {"title": "t", "authors": [{"name": "n", "tag": "g"}]}}
    found = books.negotiation(server=("1.1", "1.3"), operation="POST /books", body=tagged)
    assert str(found.version) == "1.2"
    assert [str(reason) for reason in found.reasons] == [
        "not 1.4-: server: 1.1-1.3 (up to Acorn)",
        "not 1.3: body: 1.2 (Acorn or later), 1.4- (Birch or later); "
        "at 1.3 /book/authors/0/tag is not a known property",
    ]
    assert str(books.negotiate(server=("1.1", "1.4"), needs=["lists-sorted"], prefer="lowest")) == "1.4"


DOCUMENT = discovery.nova(("2.1", "2.79"), "http://a")


@pytest.mark.parametrize(
    "server",
    [
        ("2.1", "2.79"),
        ["2.1", "2.79"],
        "2.1-2.79",
        ">=2.1,<2.80",
        VersionRange("2.1", "2.79"),
        VersionSet("2.1-2.79"),
        DOCUMENT,
        DOCUMENT.current,
    ],
    ids=str,
)
def test_what_a_server_speaks_may_be_said_in_many_ways(compute: History, server: Any) -> None:
    assert str(compute.negotiate(server=server)) == "2.79"
    assert compute.explain("GET /servers", "2.80", server=server).server == VersionRange("2.1", "2.79")
    assert str(headers.requested({"OpenStack-API-Version": "compute latest"}, server=server)) == "2.79"
    assert discovery.nova(server, "http://a") == DOCUMENT


@pytest.mark.parametrize(
    "server", [discovery.emit(DOCUMENT), [], (), ("2.1",), ("2.1", "2.2", "2.3"), 2.79, [2.1, 2.79], Ellipsis], ids=repr
)
def test_what_no_server_speaks_is_told(compute: History, server: Any) -> None:
    asked: list[Callable[[], Any]] = [
        lambda: compute.negotiate(server=server),
        lambda: compute.negotiate(server="2.1-2.79", client=server),
        lambda: compute.explain("GET /servers", "2.1", server=server),
        lambda: headers.requested({}, server=server),
        lambda: discovery.nova(server, "http://a"),
    ]
    for ask in asked:
        with pytest.raises((InvalidVersionSet, InvalidVersion)) as raised:
            ask()
        assert len(str(raised.value)) < 500


@pytest.mark.parametrize(
    "server", ["2.1-", "2.1-2.5, 2.7-2.9", "never", discovery.nova("2.1", "http://a", "/v2/")], ids=str
)
def test_where_one_range_is_meant_it_has_both_ends(compute: History, server: Any) -> None:
    for ask in (
        lambda: compute.explain("GET /servers", "2.1", server=server),
        lambda: headers.requested({}, server=server),
    ):
        with pytest.raises(InvalidVersionSet, match=r"with an end|names no microversions"):
            ask()


@pytest.mark.parametrize("query", [{"tags": "a"}, {"tags": [5]}, {"tags": None}, "tags=a", [("tags", "a")]], ids=str)
def test_a_query_maps_names_to_lists(compute: History, query: Any) -> None:
    asked: list[Callable[[], Any]] = [
        lambda: compute.versions_for("GET /servers", query=query),
        lambda: compute.negotiate(server="2.1-2.79", operation="GET /servers", query=query),
        lambda: compute.explain("GET /servers", "2.1", query=query),
    ]
    for ask in asked:
        with pytest.raises(InvalidElement, match="list"):
            ask()


@pytest.mark.parametrize("path", ["/v2/", "/servers"])
def test_a_document_may_name_no_microversions(compute: History, path: str) -> None:
    document = discovery.nova(("2.1", "2.79"), "http://a", path)
    with pytest.raises(Unsupported, match="server: never; its version document names no microversions"):
        compute.negotiate(server=document)


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"needs": ["server-tag"]}, UnknownName, "did you mean server-tags"),
        ({"needs": "server-tag"}, UnknownName, "no feature or behavior 'server-tag'"),
        ({"operation": "GET /serverz"}, UnknownOperation, "did you mean GET /servers"),
        ({"needs": [None]}, InvalidElement, "a name or a pointer must be a string"),
        ({"operation": "GET /servers", "response": [5]}, InvalidElement, "a name or a pointer must be a string"),
        ({"body": None}, InvalidElement, "'body': body, query and response need an operation"),
        ({"query": {}}, InvalidElement, "'query': body, query and response need an operation"),
        ({"response": ["/server/tags"]}, InvalidElement, "need an operation"),
        ({"operation": "GET /servers", "response": ["servers"]}, InvalidElement, "must start with a slash"),
        ({"prefer": "newest"}, InvalidElement, "must be 'highest' or 'lowest'"),
        ({"client": ("2.9", "2.1")}, microspec.InvalidVersionSet, "from the lower"),
        ({"client": ("2.1", 2.9)}, microspec.InvalidVersion, "a number loses"),
    ],
    ids=str,
)
def test_misuse_is_told(compute: History, asked: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        compute.negotiate(server=("2.1", "2.79"), **asked)


# ---------------------------------------------------------------------------------------------- cost

SERVER = {"name": "a", "flavorRef": "1", "imageRef": "70a599e0-31e7-49b7-b260-868f441e862b", "networks": "auto"}


def nested(depth: int) -> Any:
    """A value in so many objects."""
    value: Any = "x"
    for _ in range(depth):
        value = {"n": value}
    return value


@pytest.mark.parametrize(
    "body",
    [
        {"server": SERVER, "os:scheduler_hints": {f"h{number}": "x" for number in range(5000)}},
        {"server": SERVER, "os:scheduler_hints": {"h": nested(3000)}},
        {"server": {**SERVER, "metadata": {f"m{number}": "x" for number in range(1000)}}},
    ],
    ids=["names that are free", "deep in what is free", "names that match a pattern"],
)
def test_what_names_are_free_costs_little(compute: History, looked_up: list[str], body: Any) -> None:
    found = compute.negotiation(server="2.1-2.79", operation="POST /servers", body=body)
    assert str(found.version) == "2.79"
    assert [reason.limit.kind for reason in found.reasons] == ["server"]
    assert len(looked_up) < 100  # to look for each name at every version took minutes


def test_what_is_asked_is_as_it_was_then(compute: History) -> None:
    """The limits are worked out later than the answer: what was given may have been changed in between."""
    body: dict[str, Any] = {"server": {**SERVER, "networks": [{"uuid": SERVER["imageRef"], "tag": "blue"}]}}
    query = {"limit": ["1"]}
    asked: list[dict[str, Any]] = [
        {"server": "2.1-2.41", "operation": "POST /servers", "body": body},
        {"server": "2.1-2.41", "operation": "GET /servers", "query": query},
    ]
    expected = [compute.negotiation(**item).limits for item in asked]
    found = [compute.negotiation(**item) for item in asked]
    body["server"]["networks"][0]["tag"] = {}
    body["surplus"] = None
    query["limit"][0] = "none"
    query["surplus"] = []
    assert [item.limits for item in found] == expected


# ---------------------------------------------------------------------------------------------- laws


def fits(history: History, version: Version, asked: dict[str, Any]) -> bool:
    """Whether a version has all that is asked for; found by trying it."""
    if not all(version in VersionRange(*asked[side]) for side in ("server", "client")):
        return False
    if not all(history.supports(need, version) for need in asked["needs"]):
        return False
    if "operation" not in asked:
        return True
    key = asked["operation"]
    if key not in history.at(version) or not history.at(version)[key].accepts_request(asked.get("body")):
        return False
    sent = fields(asked.get("body")) - {f"/{key.partition('#')[2]}"}  # the key of an action is how it is found
    known = [history.availability(key, request=pointer) for pointer in sent]
    return all(version in when for when in known if when)


def fields(value: Any, pointer: str = "") -> set[str]:
    """The pointers to all fields of a body."""
    if isinstance(value, list):
        return {found for item in value for found in fields(item, f"{pointer}/*")}
    if not isinstance(value, dict):
        return set()
    below = {f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}": item for key, item in value.items()}
    return set(below).union(*(fields(item, path) for path, item in below.items()))


MINORS = st.integers(1, HIGHEST.minor)
RANGES = st.tuples(MINORS, MINORS).map(lambda pair: [f"2.{minor}" for minor in sorted(pair)])
NEEDS = st.lists(st.sampled_from(sorted(microspec.load().features)), max_size=2)
CALLS = st.sampled_from([{name: item[name] for name in ("operation", "body")} for item in REQUESTS if "body" in item])


@given(RANGES, RANGES, NEEDS, CALLS | st.just({}), st.sampled_from(["highest", "lowest"]))
def test_the_answer_is_what_trying_every_version_finds(
    server: list[str], client: list[str], needs: list[str], call: dict[str, Any], prefer: Any
) -> None:
    history = microspec.load()
    asked: dict[str, Any] = {"server": server, "client": client, "needs": needs, **call}
    expected = [version for version in history.versions if fits(history, version, asked)]
    found = history.negotiation(**asked, prefer=prefer)
    assert found.version == (None if not expected else expected[-1] if prefer == "highest" else expected[0])
    common = VersionSet.all()
    for limit in found.limits:
        common &= limit.versions
    assert [version for version in history.versions if version in common] == expected
    ruled_out = VersionSet(item for reason in found.reasons for item in reason.versions)
    preferred = [v for v in history.versions if found.version and (v > found.version) == (prefer == "highest")]
    assert all(version in ruled_out for version in preferred if version != found.version)

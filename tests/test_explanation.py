"""Explanations: what becomes of requests and why, and that they agree with what validation and routing say."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from highest import vectors
from microspec import InvalidElement, InvalidVersion, NoSuchRoute, load
from microspec.render import plain

if TYPE_CHECKING:
    from microspec.history import History

VECTORS: list[dict[str, Any]] = vectors("explanations.yaml")
REQUESTS: list[dict[str, Any]] = vectors("requests.yaml")
NAMES = [f"{vector['request']} {vector['at']} {vector.get('status', '')}".strip() for vector in VECTORS]


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_explanations(compute: History, vector: dict[str, Any]) -> None:
    given_: dict[str, Any] = {key: vector[key] for key in ("status", "body") if key in vector}
    given_ |= {"server": vector["server"]} if "server" in vector else {}
    found = compute.explain(vector["request"], vector["at"], **given_)
    assert found.operation == vector.get("operation")
    assert found.refusal == vector.get("refusal")
    assert found.works == ("refusal" not in vector)
    assert found.status == vector.get("status", vector.get("refusal"))
    assert str(found.works_at) == vector["works_at"]
    assert (found.instead or "").startswith(vector["instead"]) if "instead" in vector else found.instead is None
    pattern = ".*".join(map(re.escape, vector.get("says", ())))
    assert re.search(pattern, str(found), re.IGNORECASE), str(found)
    assert [words for words in vector.get("silent", ()) if words.lower() in str(found).lower()] == []
    json.dumps(plain.explanation(found))


@pytest.mark.parametrize("request_", ["servers", "GET", "GET servers", "", "server-tags"])
def test_what_is_no_request(compute: History, request_: str) -> None:
    with pytest.raises(InvalidElement, match="METHOD /path"):
        compute.explain(request_, "2.1")


def test_an_action_has_to_be_told(compute: History) -> None:
    with pytest.raises(InvalidElement, match="a server action needs its name after #, or a body"):
        compute.explain("POST /servers/b1/action", "2.1")


@pytest.mark.parametrize("version", [2.10, 0.0, 2, b"2.1"])
def test_a_version_is_no_number(compute: History, version: Any) -> None:
    with pytest.raises(InvalidVersion, match="pass a string such as"):
        compute.explain("GET /servers", version)


@pytest.mark.parametrize("value", ["x", 5], ids=["taken", "refused"])
def test_many_names_cost_little(compute: History, looked_up: list[str], value: Any) -> None:
    many = {f"m{number}": value for number in range(500)}
    server = {"name": "a", "flavorRef": "1", "imageRef": "", "networks": "auto", "metadata": many}
    found = compute.explain("POST /servers", "2.79", body={"server": server, "os:scheduler_hints": many})
    assert len(looked_up) < 100
    assert len(found.violations) == len(found.reasons) == (500 if value == 5 else 0)


VERSIONS = st.sampled_from([str(version) for version in load().versions])
ROUTER = load()._source.directory.router
KEYS = [
    key for key in load().known if len(list(ROUTER.find(*key.partition("#")[0].split(" ")))) == 1
]  # those whose path is that of no other operation, as PUT /os-services/disable is
BODIES = [vector for vector in REQUESTS if "body" in vector]


@given(st.sampled_from(BODIES), VERSIONS)
def test_it_works_where_the_operation_takes_the_body(vector: dict[str, Any], version: str) -> None:
    compute, key, body = load(), vector["operation"], vector["body"]
    found = compute.explain(key, version, body=body)
    api = compute.at(version)
    assert found.works == (key in api and api[key].accepts_request(body))
    assert found.works_at == compute.versions_for(key, body=body)
    assert found.works == (version in found.works_at)


@given(st.sampled_from(KEYS), VERSIONS, VERSIONS)
def test_it_works_where_the_request_means_an_operation(key: str, version: str, last: str) -> None:
    compute = load()
    target, _, action = key.partition("#")
    method, _, path = target.partition(" ")
    body = {action: None} if action else None
    release = compute[last].release
    status = None
    try:
        match = compute.at(version).match(method, path, body, release=release.key if release else None)
        assert match.operation.key == key
    except NoSuchRoute as error:
        status = error.status
    if compute[version].version > compute[last].version and target not in ("GET /", "GET /versions/{version_id}"):
        status = 406
    found = compute.explain(key, version, server=("2.1", last))
    assert (found.operation, found.refusal) == (key, status)


@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH"]),
    st.text("/abc{}?#=&%1", max_size=12),
    st.text(max_size=5),
)
def test_whatever_is_asked_is_answered_or_refused(method: str, path: str, version: str) -> None:
    compute = load()
    try:
        found = compute.explain(f"{method} /{path}", version)
    except InvalidElement:
        return
    assert str(found)
    assert found.works == (found.refusal is None)

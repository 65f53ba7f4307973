"""Validation: verdicts at every version, violations in words, and values from hell."""

from __future__ import annotations

import contextlib
import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from microspec import ValidationError
from microspec.errors import Violation
from microspec.validation import validator

if TYPE_CHECKING:
    from microspec.history import History
    from microspec.model import Operation

REQUESTS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "vectors" / "requests.yaml").read_text())


@pytest.mark.parametrize("vector", REQUESTS, ids=lambda vector: vector["name"])
def test_requests_at_every_version(compute: History, vector: dict[str, Any]) -> None:
    given_ = {part: vector[part] for part in ("body", "query") if part in vector}
    accepted = compute.versions_for(vector["operation"], **given_)
    assert str(accepted) == vector["accepted"]
    for version in compute.versions:
        api = compute.at(version)
        if vector["operation"] not in api:
            assert version not in accepted
            continue
        operation = api[vector["operation"]]
        verdict = all(
            (operation.accepts_request if part == "body" else operation.accepts_query)(value)
            for part, value in given_.items()
        )
        assert verdict == (version in accepted)


GOOD: dict[str, Any] = {
    "server": {
        "name": "a",
        "flavorRef": "1",
        "networks": [{"uuid": "7b0cae8d-1a0f-4b6f-8f8f-1c1f2d3e4f5a"}],
        "min_count": 1,
        "metadata": {"key": "value"},
        "accessIPv4": "192.0.2.1",
        "user_data": "aGk=",
        "tags": ["blue"],
        "config_drive": "yes",
        "description": None,
    }
}


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("name", "x" * 300, ["/server/name maxLength must be at most 255 characters, has 300"]),
        ("name", "", ["/server/name minLength must be at least 1 character, has 0", "/server/name pattern"]),
        ("name", " a", ["/server/name pattern must be printable characters, with no space at either end"]),
        ("name", 1, ["/server/name type must be a string, is 1"]),
        ("nam", "a", ["/server/nam additionalProperties is not known here; did you mean name?"]),
        ("flavorRef", None, ["/server/flavorRef type must be a string or an integer, is null"]),
        ("networks", "some", ['/server/networks oneOf must be an array or one of "none", "auto", is "some"']),
        ("networks", [{"uuid": "x"}], ['/server/networks/0/uuid pattern must be a UUID, is "x"']),
        ("min_count", "0", ['/server/min_count anyOf must be a whole number from 1 on, or its digits as text, is "0"']),
        ("min_count", True, ["/server/min_count anyOf must be a whole number from 1 on"]),
        ("metadata", {"a/b": "c"}, ["/server/metadata/a~1b additionalProperties is not known here"]),
        ("accessIPv4", "localhost", ['/server/accessIPv4 format must be an IPv4 address, is "localhost"']),
        ("user_data", "a", ['/server/user_data pattern must be base64, is "a"']),
        ("tags", ["a,b"], ["/server/tags/0 pattern must be a text that matches ^[^,/]*$"]),
        ("tags", ["a"] * 51, ["/server/tags maxItems must be at most 50 items, has 51"]),
        ("config_drive", 1, ["/server/config_drive type must be a boolean or a string, is 1"]),
        ("config_drive", "maybe", ["/server/config_drive enum must be one of true,"]),
    ],
)
def test_violations_in_words(compute: History, path: str, value: Any, expected: list[str]) -> None:
    body = copy.deepcopy(GOOD)
    operation = compute.at("2.53")["POST /servers"]
    operation.validate_request(body)
    body["server"][path] = value
    with pytest.raises(ValidationError) as raised:
        operation.validate_request(body)
    found = [f"{item.pointer} {item.keyword} {item.message}" for item in raised.value.errors]
    assert len(found) == len(expected), found
    for line, words in zip(sorted(found), sorted(expected), strict=True):
        assert line.startswith(words)


@pytest.mark.parametrize("key", ["0", "00", "7", "007", "+5", "-1", "18446744073709551616", "a"])
def test_keys_that_look_like_numbers(compute: History, key: str) -> None:
    operation = compute.at("2.53")["PUT /flavors/{flavor_id}/os-extra_specs/{flavor_extra_spec_key}"]
    with pytest.raises(ValidationError) as raised:
        operation.validate_request({key: None})
    assert [item.pointer for item in raised.value.errors] == [f"/{key}"]


def test_all_violations_are_reported(compute: History) -> None:
    body = {"server": {"name": 1, "networks": 2, "colour": 3}, "colour": 4}
    with pytest.raises(ValidationError) as raised:
        compute.at("2.88")["POST /servers"].validate_request(body)
    assert {item.pointer for item in raised.value.errors} == {
        "/server/name",
        "/server/networks",
        "/server/colour",
        "/colour",
        "/server",
    }
    assert "/server must have 'flavorRef'" in str(raised.value)


def test_queries(compute: History) -> None:
    operation = compute.at("2.75")["GET /servers"]
    operation.validate_query({"limit": ["5"], "tags": ["a,b"], "name": ["web.*"]})
    with pytest.raises(ValidationError) as raised:
        operation.validate_query({"limit": ["-1"], "colour": ["blue"], "name": ["("]})
    assert {item.pointer: item.message for item in raised.value.errors} == {
        "/limit/0": 'must be a whole number from 0 on, or its digits as text, is "-1"',
        "/name/0": 'must be a regular expression, and not empty, is "("',
        "/colour": "is not known here",
    }


def test_no_body_where_none_is_looked_at(compute: History) -> None:
    operation = compute.at("2.53")["GET /servers"]
    assert operation.accepts_request(None)
    assert operation.accepts_request({"anything": object()})
    operation.validate_request({"anything": 1})


def nested(depth: int) -> Any:
    """Lists in lists."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


HELL: dict[str, Any] = {
    "lone surrogate": "\ud800",
    "lone surrogate as a key": {"\ud800": 1},
    "NaN": float("nan"),
    "infinity": float("inf"),
    "huge number": 10**5000,
    "100,000 nested lists": nested(100_000),
    "50 MB of text": "x" * 50_000_000,
    "a set": {1, 2},
    "bytes": b"x",
    "a number as a key": {1: 2},
    "an object": object(),
}


@pytest.mark.parametrize("name", HELL)
@pytest.mark.parametrize("place", ["body", "server", "name", "metadata", "networks", "os:scheduler_hints"])
def test_values_from_hell(compute: History, name: str, place: str) -> None:
    value = HELL[name]
    body: Any = {"server": dict(GOOD["server"])}
    if place == "body":
        body = value
    elif place in ("server", "os:scheduler_hints"):
        body[place] = value
    else:
        body["server"][place] = value
    for version in ("2.1", "2.36", "2.88"):
        operation = compute.at(version)["POST /servers"]
        assert operation.accepts_request(body) is False
        with pytest.raises(ValidationError) as raised:
            operation.validate_request(body)
        assert raised.value.errors
        for item in raised.value.errors:
            assert item.pointer == "" or item.pointer.startswith("/")
            assert len(item.message) < 500
            str(item).encode()


def violations(operation: Operation, body: Any) -> tuple[Violation, ...]:
    """What is wrong with a body; nothing if it is accepted."""
    try:
        operation.validate_request(body)
    except ValidationError as error:
        return error.errors or (Violation(pointer="", keyword="", message="an error that says nothing"),)
    return ()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300)
@given(data=st.data())
def test_any_json_value_gets_a_verdict(compute: History, data: st.DataObject) -> None:
    version = data.draw(st.sampled_from(compute.versions))
    operations = compute.at(version).operations
    operation = operations[data.draw(st.sampled_from(sorted(operations)))]
    body = data.draw(json_values)
    assert operation.accepts_request(body) == (violations(operation, body) == ())
    query = data.draw(st.dictionaries(st.text(max_size=5), st.lists(st.text(max_size=5), max_size=2), max_size=2))
    assert isinstance(operation.accepts_query(query), bool)


def test_validators_are_shared_between_versions(compute: History) -> None:
    names = {id(compute.at(version)["POST /servers"].request_validator()) for version in compute.versions}
    bodies = {json.dumps(compute.at(version)["POST /servers"].request_schema()) for version in compute.versions}
    assert len(names) == len(bodies) < 15
    assert validator.cache_info().currsize < 1000


def test_every_schema_compiles_on_the_linear_engine(compute: History) -> None:
    for version in compute.versions:
        for operation in compute.at(version).operations.values():
            operation.accepts_request(None)
            operation.accepts_query({})
            for status in operation.success_statuses:
                with contextlib.suppress(ValidationError):
                    operation.validate_response({}, status)


def test_of_two_forms_of_an_answer_the_nearer_one_is_explained(compute: History) -> None:
    with pytest.raises(ValidationError) as raised:
        compute.at("2.69")["GET /servers"].validate_response({"servers": [{"id": 7, "name": "web", "links": []}]})
    found = [str(violation) for violation in raised.value.errors]
    assert found == ["/servers/0/id must be a string, is 7", "/servers/0/links must be at least 2 items, has 0"]


def test_an_answer_without_a_body_has_none(compute: History) -> None:
    attach = "POST /servers/{server_id}/os-volume_attachments"
    compute.at("2.101")[attach].validate_response(None)
    with pytest.raises(ValidationError, match="the answer has no body"):
        compute.at("2.101")[attach].validate_response({"volumeAttachment": {}})
    with pytest.raises(ValidationError, match="must be an object, is null"):
        compute.at("2.100")[attach].validate_response(None)


def test_an_answer_with_a_body_in_some_cases_may_have_none(compute: History) -> None:
    evacuate = compute.at("2.1")["POST /servers/{server_id}/action#evacuate"]
    evacuate.validate_response(None, 200)
    evacuate.validate_response({"adminPass": "secret"}, 200)
    with pytest.raises(ValidationError):
        evacuate.validate_response({"password": "secret"}, 200)


def accepted(compute: History, operation: str, changed: dict[str, Any], name: str) -> str:
    """The versions at which an answer is as described, with one of its fields changed."""
    found = []
    for version in compute.versions:
        api = compute.at(version)
        if operation in api:
            with contextlib.suppress(ValidationError):
                api[operation].validate_response({name: {**sample(api[operation], name), **changed}})
                found.append(version)
    return str(compute.source.set_of(found))


def sample(operation: Operation, name: str) -> dict[str, Any]:
    """An answer with a value for each field that must be there."""
    values: dict[str, Any] = {"string": "a", "integer": 1, "boolean": True, "array": [], "object": {}, "number": 1}
    document = operation.response_schema()
    assert document is not None

    def resolved(node: Any) -> Any:
        while "$ref" in node:
            node = document["$defs"][node["$ref"].removeprefix("#/$defs/")]
        return node

    def made(node: Any) -> Any:
        node = resolved(node)
        if "const" in node or "enum" in node:
            return node.get("const", node.get("enum", [None])[0])
        if "anyOf" in node or "oneOf" in node:
            return made((node.get("anyOf") or node["oneOf"])[0])
        kind = node["type"] if isinstance(node["type"], str) else node["type"][0]
        if kind == "object":
            return {key: made(node["properties"][key]) for key in node.get("required", ())}
        if kind == "array":
            items = resolved(node.get("items", {"type": "string"}))
            relations = resolved(items.get("properties", {}).get("rel", {})).get("enum", [None] * 9)
            count = node.get("minItems", 0)
            return [{**made(items), "rel": relations[n]} if "href" in str(items) else made(items) for n in range(count)]
        if node.get("format") == "loose-uuid":
            return "7b0cae8d-1a0f-4b6f-8f8f-1c1f2d3e4f5a"
        return "http://example.org/" if node.get("format") == "uri" else values[kind]

    whole = resolved(document)["properties"][name]
    return dict(made(whole))


def test_the_swap_of_a_flavor_becomes_a_number(compute: History) -> None:
    assert accepted(compute, "GET /flavors/{flavor_id}", {"swap": ""}, "flavor") == "2.1-2.74"
    assert accepted(compute, "GET /flavors/{flavor_id}", {"swap": 0}, "flavor") == "2.1-"


def test_the_cpu_info_of_a_hypervisor_is_text_an_object_and_gone(compute: History) -> None:
    operation = "GET /os-hypervisors/{hypervisor_id}"
    assert accepted(compute, operation, {"cpu_info": "{}"}, "hypervisor") == "2.1-2.27"
    assert accepted(compute, operation, {"cpu_info": {}}, "hypervisor") == "2.28-2.87"


def test_objects_made_of_parts_are_closed(compute: History) -> None:
    for version in compute.versions:
        document = compute.at(version)["GET /servers/{server_id}"].response_schema()
        assert document is not None
        assert document["$defs"]["Server"]["additionalProperties"] is False
        assert "ServerCore" not in document["$defs"]
        assert "unevaluatedProperties" not in json.dumps(document)

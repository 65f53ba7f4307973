"""Validation: verdicts at every version, violations in words, and values from hell."""

from __future__ import annotations

import contextlib
import copy
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import microspec
from exploring import examples
from microspec import ValidationError
from microspec.schema import refusal
from microspec.schema.errors import Violation
from microspec.schema.messages import message, pattern_words
from microspec.schema.refusal import MOST_VIOLATIONS
from microspec.schema.standalone import Document
from microspec.schema.validator import validator
from microspec.schema.walk import subschemas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from microspec.history import History
    from microspec.model.operation import Operation

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
        ("name", "x" * 300, ["/server/name maxLength must have at most 255 characters, has 300"]),
        ("name", "", ["/server/name minLength must not be empty"]),
        ("name", " a", ["/server/name pattern must be printable characters, with no space at either end"]),
        ("name", 1, ["/server/name type must be a string, not 1"]),
        ("nam", "a", ["/server/nam additionalProperties is not a known property; did you mean name?"]),
        ("flavorRef", None, ["/server/flavorRef type must be a string or an integer, not null"]),
        ("networks", "some", ['/server/networks oneOf must be an array or one of "none", "auto", not "some"']),
        ("networks", [{"uuid": "x"}], ['/server/networks/0/uuid pattern must be a UUID, not "x"']),
        (
            "min_count",
            "0",
            ['/server/min_count anyOf must be an integer of at least 1, or a string of its digits, not "0"'],
        ),
        ("min_count", True, ["/server/min_count anyOf must be an integer of at least 1"]),
        ("metadata", {"a/b": "c"}, ["/server/metadata/a~1b additionalProperties has a name that must be 1 to"]),
        ("accessIPv4", "localhost", ['/server/accessIPv4 format must be an IPv4 address, not "localhost"']),
        ("user_data", "a", ['/server/user_data pattern must be base64, not "a"']),
        ("tags", ["a,b"], ['/server/tags/0 pattern must be characters other than "," and "/", not "a,b"']),
        ("tags", ["a"] * 51, ["/server/tags maxItems must have at most 50 items, has 51"]),
        ("config_drive", 1, ["/server/config_drive enum must be one of true,"]),
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


@pytest.mark.parametrize(
    ("value", "pointer"),
    [({"": ["a"]}, "//0"), ({"": {"": ["a"]}}, "///0"), ({"a": {"": ["a"]}}, "/a//0"), ({"": {"a": ["a"]}}, "//a/0")],
)
def test_keys_that_are_empty(value: Any, pointer: str) -> None:
    any_depth = '{"A": {"additionalProperties": {"$ref": "#/$defs/A"}, "items": {"type": "null"}}}'
    text = f'{{"$ref": "#/$defs/A", "$defs": {any_depth}}}'
    with pytest.raises(ValidationError) as raised:
        validator(Document(root=text, definitions=())).check(value)
    assert [error.pointer for error in raised.value.errors] == [pointer]


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
        "/limit/0": 'must be an integer of at least 0, or a string of its digits, not "-1"',
        "/name/0": 'must be a non-empty regular expression, not "("',
        "/colour": "is not a known parameter",
    }


EXTRA_SPECS = "POST /flavors/{flavor_id}/os-extra_specs"


def test_every_wrong_name_is_told(compute: History) -> None:
    specs = {"hw:aa": "1", "hw:bb": "2", "hw:cpu_cores": "1", "hw:cpu_polic": "x", "trait:fast": "required", "a": "b"}
    found = told(compute, EXTRA_SPECS, {"extra_specs": specs})
    assert found == {
        "/extra_specs/hw:aa": "is not a known property",
        "/extra_specs/hw:bb": "is not a known property",
        "/extra_specs/hw:cpu_polic": "is not a known property; "
        "did you mean hw:cpu_policy, hw:cpu_thread_policy or hw:cpu_sockets?",
        "/extra_specs/trait:fast": "has a name that must be as described "
        "(Capital letters, digits and underscores after the colon)",
    }
    one = told(compute, "PUT /flavors/{flavor_id}/os-extra_specs/{flavor_extra_spec_key}", {"hw:pm": "1"})
    assert one == {"/hw:pm": "is not a known property; did you mean hw:pmu or hw:pmem?"}


def test_wrong_names_of_a_pattern(compute: History) -> None:
    body = {"server": {**GOOD["server"], "metadata": {"k" * 300: "a", "c/d": "a", "": "a"}}}
    words = 'has a name that must be 1 to 255 ASCII letters, digits, "-", "_", ":", "." and spaces, '
    assert told(compute, "POST /servers", body) == {
        f"/server/metadata/{'k' * 300}": f"{words}has 300",
        "/server/metadata/c~1d": f'{words}not "c/d"',
        "/server/metadata/": f"{words}has 0",
    }


@pytest.mark.parametrize(
    ("operation", "body", "expected"),
    [
        (
            EXTRA_SPECS,
            {"extra_specs": {"hw_rng:allowed": "perhaps", "hw:tpm_version": float("nan")}},
            {
                "/extra_specs/hw_rng:allowed": "must be as described (One of 1, t, true, y, yes, on, 0, f, false, n, "
                'no and off, in any case and with blanks around it), not "perhaps"',
                "/extra_specs/hw:tpm_version": 'must be one of "1.2", "2.0", not NaN, which is not JSON',
            },
        ),
        (
            "POST /servers/{server_id}/action#rebuild",
            {"rebuild": {"imageRef": "x", "trusted_image_certificates": ["a", "b", "a"]}},
            {
                "/rebuild/imageRef": 'must be a UUID, not "x"',
                "/rebuild/trusted_image_certificates": 'must have unique items; "a" is repeated',
            },
        ),
        (
            "POST /os-keypairs",
            {"keypair": {"name": "a/b", "type": 1}},
            {
                "/keypair/name": 'must be one or more ASCII letters, digits, "_", "-" and spaces, not "a/b"',
                "/keypair/type": 'must be one of "ssh", "x509", not 1',
            },
        ),
        (
            "POST /servers/{server_id}/action#os-getConsoleOutput",
            {"os-getConsoleOutput": {"length": [1, 2]}},
            {
                "/os-getConsoleOutput/length": "must be an integer of at least -1, or a string of its digits, or null, "
                "not an array with 2 items"
            },
        ),
        ("POST /servers", {"server": None}, {"/server": "must be an object, not null"}),
    ],
)
def test_more_violations_in_words(compute: History, operation: str, body: Any, expected: dict[str, str]) -> None:
    assert told(compute, operation, body) == expected


def told(compute: History, operation: str, body: Any) -> dict[str, str]:
    """What is wrong with a body at 2.88: words by pointer, the last of them if there are several."""
    return {item.pointer: item.message for item in violations(compute.at("2.88")[operation], body)}


def test_a_wrong_network_is_not_a_union_too(compute: History) -> None:
    found = violations(compute.at("2.35")["POST /os-networks"], {"network": None})
    assert [str(item) for item in found] == ["/network must be an object, not null"]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("^[^,/]*$", 'characters other than "," and "/"'),
        ("^[a-z0-9]+$", "one or more lowercase ASCII letters and digits"),
        ("^[A-F_]{2,3}$", '2 to 3 uppercase ASCII letters from A to F and "_"'),
        (r"^[\-a-zA-Z ]*$", 'ASCII letters, "-" and spaces'),
        (r"^[\s]*$", None),
        (r"^[\u0020-\u00ff]*$", None),
        ("^[ -~]*$", None),
        ("[a-z]*", None),
        ("^[a-z]*|[0-9]*$", None),
        ("^-?[0-9]+$", None),
    ],
)
def test_patterns_in_words(pattern: str, words: str | None) -> None:
    assert pattern_words(pattern) == words


def test_no_text_is_only_said_to_match_a_pattern(compute: History) -> None:
    documents = {
        json.dumps(document): document
        for version in compute.versions
        for operation in compute.at(version).operations.values()
        for document in (operation.request_schema(), operation.query_schema())
    }
    found = [node for document in documents.values() for node in with_patterns(document)]
    assert found
    assert {node["pattern"] for node in found if "that matches" in message("pattern", node, "?")} == set()


def with_patterns(node: Any) -> Iterator[dict[str, Any]]:
    """The schemas in a document with a pattern that a message may be about: the digits of a number are told as numbers,
    and names by the one that is near."""
    if isinstance(node, dict) and node.get("format") != "decimal":
        if "pattern" in node:
            yield node
        for below in (*node.get("$defs", {}).values(), *subschemas({**node, "propertyNames": True, "if": True})):
            yield from with_patterns(below)


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


MORE = Violation(pointer="", keyword="", message="may have more violations, which are not listed", part="request")


def test_values_that_contain_themselves(compute: History) -> None:
    operation = compute.at("2.88")["POST /servers"]
    body: dict[str, Any] = {"server": dict(GOOD["server"])}
    body["server"]["metadata"] = {"all": [body]}
    assert not operation.accepts_request(body)
    assert [str(item) for item in violations(operation, body)] == ["/server/metadata/all/0 contains itself"]
    shared = {"name": "a"}
    assert violations(operation, {"server": {**GOOD["server"], "security_groups": [shared, shared]}}) == ()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (10**5000, "is a number with too many digits"),
        ("\ud800", "contains a lone surrogate"),
        ({"\ud800": 1}, "has a key that contains a lone surrogate"),
        ({1: 1}, "has a key that is not a string, but int"),
        ({1}, "is not a JSON value, but set"),
        (float("inf"), "must be a string, not Infinity, which is not JSON"),
        (nested(300), "must be a string, not an array with 1 item"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isascii() else type(value).__name__,
)
def test_what_is_not_json_is_located(compute: History, value: Any, words: str) -> None:
    body = {"server": {**GOOD["server"], "networks": [{"uuid": value}]}}
    found = [item for item in violations(compute.at("2.88")["POST /servers"], body) if item != MORE]
    assert [str(item) for item in found] == [f"/server/networks/0/uuid {words}"]


@pytest.mark.parametrize(
    ("value", "violation"),
    [
        ("1", None),
        ("2.0", None),
        ("1E+3", None),
        ("0", "not 0"),
        ("1.5", "not 1.5"),
        ("NaN", "not NaN, which is not JSON"),
        ("-Infinity", "not -Infinity, which is not JSON"),
    ],
)
def test_a_decimal_is_the_number_that_it_is(compute: History, value: str, violation: str | None) -> None:
    operation = compute.at("2.88")["POST /servers"]
    body = {"server": {**GOOD["server"], "min_count": Decimal(value)}}
    assert operation.accepts_request(body) is (violation is None)
    told = f"/server/min_count must be an integer of at least 1, or a string of its digits, {violation}"
    assert [str(item) for item in violations(operation, body)] == ([told] if violation else [])
    body["server"]["name"] = None
    assert "/server/name" in {item.pointer for item in violations(operation, body)}


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ({"tags": [1] * 600_000}, ["/server/tags must have at most 50 items, has 600000", "/server/tags/0 must be a "]),
        ({"networks": [1] * 600_000}, ["/server/networks/0 must be an object, not 1"]),
        ({"metadata": {str(number): 1 for number in range(600_000)}}, ["/server/metadata/0 must be a string, not 1"]),
        ({f"a{number}": 1 for number in range(600_000)}, ["/server/a0 is not a known property"]),
    ],
    ids=lambda value: next(iter(value), None),
)
def test_of_very_much_that_is_wrong_the_beginning_is_told(compute: History, part: Any, told: list[str]) -> None:
    found = violations(compute.at("2.88")["POST /servers"], {"server": {**GOOD["server"], **part}})
    assert [str(item)[: len(words)] for item, words in zip(found, told, strict=False)] == told
    assert MOST_VIOLATIONS / 2 < len(found) <= MOST_VIOLATIONS + 1
    assert found[-1] == MORE


def test_what_is_wrong_at_the_end_of_a_large_value_is_found(compute: History) -> None:
    operation = compute.at("2.88")["POST /servers"]
    network = {"uuid": "7b0cae8d-1a0f-4b6f-8f8f-1c1f2d3e4f5a"}
    parts: list[tuple[dict[str, Any], str]] = [
        ({"networks": [network] * 20_000 + [{"uuid": 1}]}, "/server/networks/20000/uuid must be a string, not 1"),
        ({"metadata": {**{str(n): "a" for n in range(20_000)}, "b": 1}}, "/server/metadata/b must be a string, not 1"),
    ]
    for part, words in parts:
        found = violations(operation, {"server": {**GOOD["server"], **part}})
        assert list(map(str, found)) == [words, str(MORE)]


def test_much_that_is_wrong_takes_little_memory() -> None:
    code = """
import microspec, resource
operation = microspec.load().at("2.88")["POST /servers"]
operation.accepts_request({})
resource.setrlimit(resource.RLIMIT_DATA, (400 << 20, 400 << 20))
try:
    operation.validate_request({"server": {"tags": [1] * 600_000}})
except microspec.ValidationError as error:
    print(len(error.errors))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.strip() == str(MOST_VIOLATIONS + 1)


@given(data=st.data())
def test_what_is_told_of_a_part_is_so_of_the_whole(compute: History, data: st.DataObject) -> None:
    operation = compute.at("2.88")["POST /servers"]
    items = st.lists(st.sampled_from([*GOOD["server"]["networks"], "a", 1, None, {}, {"uuid": 1}]), max_size=9)
    lists = st.sampled_from(["networks", "tags", "security_groups", "block_device_mapping_v2", "name", "new"])
    body = {"server": {**GOOD["server"], **data.draw(st.dictionaries(lists, items, max_size=3))}}
    whole = violations(operation, body)
    lengths = data.draw(st.sampled_from([(1,), (2,), (5,)]))
    with mock.patch.multiple(refusal, _MOST_VALUES=0, _LENGTHS=lengths):
        part = violations(operation, body)
    assert set(part) - {MORE} <= set(whole)
    assert bool(set(part) - {MORE}) == bool(whole)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@examples(3)
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
    assert found == ["/servers/0/id must be a string, not 7", "/servers/0/links must have at least 2 items, has 0"]


def test_an_answer_without_a_body_has_none(compute: History) -> None:
    attach = "POST /servers/{server_id}/os-volume_attachments"
    compute.at("2.101")[attach].validate_response(None)
    with pytest.raises(ValidationError, match="this answer has no body"):
        compute.at("2.101")[attach].validate_response({"volumeAttachment": {}})
    with pytest.raises(ValidationError, match="must be an object, not null"):
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
    return str(compute._source.set_of(found))


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


@pytest.mark.parametrize(
    ("pattern", "name", "is_there"),
    [
        ("^(a+)+$", "a" * 30, True),
        ("^(a+)+$", "a" * 30 + "b", False),  # which takes Python's regular expressions some minutes
        ("^a$", "a\n", False),  # which Python takes for a match
    ],
)
def test_patterns_of_names_mean_the_same_in_all_questions(
    library: Path, pattern: str, name: str, is_there: bool
) -> None:
    books = library / "baseline" / "books.yaml"
    rule = f"  BookRequest:\n    type: object\n    patternProperties: {{{json.dumps(pattern)}: {{type: string}}}}\n"
    books.write_text(books.read_text().replace("  BookRequest:\n    type: object\n", rule))
    history = microspec.load(library)
    body = {"book": {"title": "a"}, name: "b"}
    assert bool(history.versions_for("POST /books", body=body)) == is_there
    assert bool(history.availability("POST /books", request=f"/{name}")) == is_there
    assert bool(history.negotiation(server="1.1-1.4", operation="POST /books", body=body).version) == is_there
    assert history.explain("POST /books", "1.1", body=body).works == is_there

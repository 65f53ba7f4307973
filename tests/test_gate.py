"""The gate: what it admits and refuses, in all forms in which a server can ask; and what it does with answers."""

from __future__ import annotations

import json
import logging
import pickle
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import microspec
from exploring import examples
from microspec import InvalidVersionSet, UnknownName, Version
from microspec.server import Gate, Refused

VERSION = {"OpenStack-API-Version": "compute 2.37"}

SMALL: dict[str, Any] = {
    "server": {"name": "a", "imageRef": "70a599e0-31e7-49b7-b260-868f441e862b", "flavorRef": "1", "networks": "auto"}
}


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate(microspec.load())


def refused(gate: Gate, *request: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        gate.admit(*request)
    return caught.value


def fault(refusal: Refused) -> Any:
    """What the body of a refusal says."""
    assert dict(refusal.headers)["Content-Length"] == str(len(refusal.body))
    (found,) = json.loads(refusal.body).values()
    return found


# ----------------------------------------------------------------------------------------------- what is admitted


HEADERS: dict[str, Any] = {
    "a mapping": VERSION,
    "pairs of text": [*VERSION.items()],
    "pairs of bytes": [(b"openstack-api-version", b"compute 2.37"), (b"content-type", b"application/json")],
    "a WSGI environ": {
        "REQUEST_METHOD": "POST",
        "HTTP_OPENSTACK_API_VERSION": "compute 2.37",
        "CONTENT_TYPE": "application/json",
    },
    "a list of values": {
        "OpenStack-API-Version": ["identity 3.1", "compute 2.37"],
        "content-type": ["application/json"],
    },
}


@pytest.mark.parametrize("form", HEADERS)
def test_headers_in_every_form(gate: Gate, form: str) -> None:
    admitted = gate.admit("POST", "/servers", HEADERS[form], "", json.dumps(SMALL).encode())
    assert admitted.version == Version("2.37")
    assert admitted.operation.key == "POST /servers"
    assert admitted.operation.version == Version("2.37")
    assert admitted.body == SMALL


def test_paths_and_queries_as_text_and_as_bytes(gate: Gate) -> None:
    for path, query in (("/servers/é/metadata/k", "a=b&a=%C3%A9"), ("/servers/é/metadata/k".encode(), b"a=b&a=%C3%A9")):
        admitted = gate.admit("GET", path, {}, query)
        assert admitted.path_parameters == {"server_id": "é", "key": "k"}
        assert admitted.query == {}  # nothing that the operation knows


def test_what_a_version_does_not_know_is_dropped_from_the_query(gate: Gate) -> None:
    query = "limit=5&colour=blue&tags=a&tags=b"
    assert gate.admit("GET", "/servers", {}, query).query == {"limit": ["5"]}
    headers = {"OpenStack-API-Version": "compute 2.26"}
    assert gate.admit("GET", "/servers", headers, query).query == {"limit": ["5"], "tags": ["a", "b"]}
    assert refused(gate, "GET", "/servers", {"OpenStack-API-Version": "compute 2.75"}, query).status == 400


def test_typed_values(gate: Gate) -> None:
    admitted = gate.admit("GET", "/os-hypervisors/7", {}, "")
    assert admitted.path_values == {"hypervisor_id": 7}
    admitted = gate.admit("GET", "/servers", {}, "limit=5&sort_key=display_name&sort_key=uuid&deleted=1&marker=5")
    assert admitted.query_values == {"limit": 5, "sort_key": ("display_name", "uuid"), "deleted": "1", "marker": "5"}
    headers = {"OpenStack-API-Version": "compute 2.53"}
    assert gate.admit("GET", "/os-hypervisors", headers, "with_servers=YES").query_values == {"with_servers": True}
    assert gate.admit("GET", "/os-hypervisors", headers, "with_servers=0").query_values == {"with_servers": False}


def test_version_documents_depend_on_no_version(gate: Gate) -> None:
    admitted = gate.admit("GET", "/", {"OpenStack-API-Version": "compute 9.9"})
    assert admitted.operation.key == "GET /"
    assert gate.answer(admitted, 200, {}, b"{}") == (200, [], b"{}")


def test_the_versions_and_the_release_of_a_server(gate: Gate) -> None:
    compute = microspec.load()
    train = Gate(compute, versions="2.1-2.79")
    assert train.admit("GET", "/os-agents", {}).operation.key == "GET /os-agents"
    assert refused(gate, "GET", "/os-agents", {}).status == 410
    assert train.admit("GET", "/servers", {"OpenStack-API-Version": "compute latest"}).version == Version("2.79")
    assert Gate(compute, release="train").admit("GET", "/os-agents", {}).version == Version("2.1")
    assert fault(refused(train, "GET", "/servers", {"OpenStack-API-Version": "compute 2.80"}))["code"] == 406
    newer = Gate(compute, versions="2.1-2.200")  # newer than the specification
    assert newer.admit("GET", "/servers", {"OpenStack-API-Version": "compute 2.150"}).version == Version("2.150")


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"release": "trian"}, UnknownName),
        ({"errors": "xml"}, UnknownName),
        ({"answers": "fix"}, UnknownName),
        ({"versions": "2.1-2.5, 2.7"}, InvalidVersionSet),
    ],
)
def test_options_that_there_are_not(options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        Gate(microspec.load(), **options)


# ------------------------------------------------------------------------------------------------ what is refused


REQUESTS = {
    "no operation": (404, ("GET", "/nothing", {})),
    "another method": (404, ("PATCH", "/servers", {})),
    "not at this version": (404, ("GET", "/servers/b1/tags", VERSION | {"OpenStack-API-Version": "compute 2.25"})),
    "gone": (410, ("GET", "/os-agents", {})),
    "no version": (400, ("GET", "/servers", {"OpenStack-API-Version": "compute 2"})),
    "out of range": (406, ("GET", "/servers", {"OpenStack-API-Version": "compute 2.105"})),
    "another media type": (415, ("GET", "/servers", {"Content-Type": "text/xml"})),
    "an id that cannot be one": (400, ("GET", "/os-aggregates/x", {})),
    "an id that cannot be one, where nothing says so": (404, ("GET", "/os-hypervisors/x", {})),
    "a wrong query": (400, ("GET", "/servers", {}, "limit=x")),
    "a query that is not UTF-8": (400, ("GET", "/servers", {}, "name=%ff")),
    "bytes of a query that are not UTF-8": (400, ("GET", "/servers", {}, b"name=\xff")),
    "a path that is not UTF-8": (400, ("GET", b"/servers/\xff", {})),
    "too many parameters": (400, ("GET", "/servers", {}, "&".join(f"a{n}=" for n in range(100_000)))),
    "no body": (400, ("POST", "/servers", {})),
    "a wrong body": (400, ("POST", "/servers", VERSION, "", b'{"server": {"name": "a", "flavorRef": "1"}}')),
    "not JSON": (400, ("POST", "/servers", {}, "", b"{")),
    "not UTF-8": (400, ("POST", "/servers", {}, "", b'{"server": "\xff"}')),
    "a key twice": (400, ("POST", "/servers", {}, "", b'{"server": 1, "server": 2}')),
    "a lone surrogate": (400, ("POST", "/servers", {}, "", b'{"server": "\\ud800"}')),
    "NaN": (400, ("POST", "/servers", {}, "", b'{"server": NaN}')),
    "too deep": (400, ("POST", "/servers", {}, "", b"[" * 100_000)),
    "a number without end": (400, ("POST", "/servers", {}, "", b"9" * 10_000)),
    "too large": (413, ("POST", "/servers", {}, "", b" " * 114_689)),
    "no such action": (400, ("POST", "/servers/b1/action", {}, "", b'{"stop": null}')),
    "two actions": (400, ("POST", "/servers/b1/action", {}, "", b'{"os-stop": null, "os-start": null}')),
}


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("errors", ["nova", "api-sig", "own"])
def test_a_refusal_is_ready_to_be_sent(name: str, errors: Any) -> None:
    status, request = REQUESTS[name]
    form = (lambda refusal: {"oops": refusal.message, "at": str(refusal.version)}) if errors == "own" else errors
    refusal = refused(Gate(microspec.load(), errors=form), *request)
    assert refusal.status == status
    body = json.loads(refusal.body)
    headers = dict(refusal.headers)
    assert (headers["Content-Type"], headers["Content-Length"]) == ("application/json", str(len(refusal.body)))
    if errors == "nova":
        (found,) = body.values()
        assert (found["code"], found["message"]) == (status, refusal.message)
    elif errors == "api-sig":
        (found,) = body["errors"]
        assert (found["status"], found["detail"]) == (status, refusal.message)
        assert ("min_version" in found) == (status == 406)
    else:
        assert body == {"oops": refusal.message, "at": str(refusal.version)}
    if refusal.version is not None:
        assert headers["OpenStack-API-Version"] == f"compute {refusal.version}"
    assert pickle.loads(pickle.dumps(refusal)) == refusal
    assert str(refusal) == f"{status}: {refusal.message}"


def test_a_refusal_says_what_explain_says(gate: Gate) -> None:
    compute = microspec.load()
    body = {"server": {"name": "a", "flavorRef": "1", "networks": [{"tag": "a"}]}}
    refusal = refused(gate, "POST", "/servers", VERSION, "", json.dumps(body).encode())
    explanation = compute.explain("POST /servers", "2.37", body=body, server="2.1-2.104")
    assert refusal.violations == explanation.violations
    assert all(reason.text[1:].rstrip(".") in refusal.message for reason in explanation.reasons)
    assert explanation.advice in refusal.message
    plain = refused(Gate(compute, hints=False), "POST", "/servers", VERSION, "", json.dumps(body).encode())
    assert plain.message == "; ".join(map(str, explanation.violations))
    assert "2.42" in refusal.message
    assert "2.42" not in plain.message


def test_violations_have_what_an_author_needs_for_words_of_his_own(gate: Gate) -> None:
    body = {"server": {"name": "", "flavorRef": "1", "networks": "auto", "imageref": 5, "max_count": 0}}
    refusal = refused(gate, "POST", "/servers", VERSION, "", json.dumps(body).encode())
    found = {(item.pointer, item.keyword): item for item in refusal.violations}
    assert {item.part for item in refusal.violations} == {"request"}
    unknown = found["/server/imageref", "additionalProperties"]
    assert (unknown.name, unknown.value, unknown.expected) == ("imageref", 5, False)
    number = found["/server/max_count", "anyOf"]
    assert (number.value, number.expected[0], number.name) == (0, {"type": "integer", "minimum": 1}, None)
    assert [item.keyword for item in refusal.violations if item.pointer == "/server/name"] == ["minLength"]
    (missing,) = refused(gate, "POST", "/servers", VERSION, "", b"{}").violations
    assert (missing.keyword, missing.name, missing.value) == ("required", "server", microspec.ABSENT)
    (query,) = refused(gate, "GET", "/servers", {}, "limit=x").violations
    assert (query.part, query.pointer, query.value) == ("query", "/limit/0", "x")
    (path,) = refused(gate, "GET", "/os-aggregates/x", {}).violations
    assert (path.part, path.pointer, path.value) == ("path", "{aggregate_id}", "x")


def test_one_violation_is_the_main_one() -> None:
    operation = microspec.load().at("2.37")["POST /servers"]
    body = {"server": {"name": 5, "networks": [{"tag": ""}], "metadata": {"a": 1}}, "other": 1}
    with pytest.raises(microspec.ValidationError) as caught:
        operation.validate_request(body)
    assert caught.value.main.pointer == "/other"
    assert caught.value.main in caught.value.errors


# ------------------------------------------------------------------------------------------------------- answers


def answering(answers: Any, version: str = "2.1") -> tuple[Gate, Any]:
    gate = Gate(microspec.load(), answers=answers)
    headers = {"OpenStack-API-Version": f"compute {version}"}
    return gate, gate.admit("GET", "/os-keypairs", headers)


KEYPAIRS = {
    "keypairs": [{"keypair": {"name": "a", "fingerprint": "f", "public_key": "k", "type": "ssh"}}],
}
OLD = {"keypairs": [{"keypair": {"name": "a", "fingerprint": "f", "public_key": "k"}}]}


def test_an_answer_gets_the_headers_of_its_version() -> None:
    gate, admitted = answering("off", "2.10")
    own = [("Content-Type", "x"), ("openstack-api-version", "compute 1"), ("Vary", "Accept")]
    status, headers, body = gate.answer(admitted, 200, own, b"not JSON")
    assert (status, body) == (200, b"not JSON")
    assert headers == [
        ("Content-Type", "x"),
        ("Vary", "Accept"),
        ("OpenStack-API-Version", "compute 2.10"),
        ("X-OpenStack-Nova-API-Version", "2.10"),
        ("Vary", "OpenStack-API-Version"),
        ("Vary", "X-OpenStack-Nova-API-Version"),
    ]


def test_pruning_leaves_out_what_the_version_does_not_have() -> None:
    gate, admitted = answering("prune")
    given_body = json.dumps(KEYPAIRS).encode()
    status, headers, body = gate.answer(admitted, 200, {"Content-Length": str(len(given_body))}, given_body)
    assert (status, json.loads(body)) == (200, OLD)
    assert [value for name, value in headers if name == "Content-Length"] == [str(len(body))]
    gate, admitted = answering("prune", "2.2")
    assert gate.answer(admitted, 200, {}, given_body)[2] is given_body


@pytest.mark.parametrize("answers", ["warn", "error", "prune"])
@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b'{"keypairs": 5}'), (200, b"{"), (200, b""), (418, b"{}"), (404, b'{"oops": 1}')],
    ids=["a wrong type", "not JSON", "no body", "a status that is not described", "another form of error"],
)
def test_an_answer_that_is_not_as_described(
    answers: str, status: int, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    gate, admitted = answering(answers)
    with caplog.at_level(logging.WARNING, "microspec.server"):
        sent, _, content = gate.answer(admitted, status, {}, body)
    (record,) = caplog.records
    assert "GET /os-keypairs at 2.1" in record.getMessage()
    if answers == "warn":
        assert (sent, content) == (status, body)
    else:
        assert (sent, list(json.loads(content))) == (500, ["computeFault"])  # never a 400: the client is not to blame


def test_errors_of_the_server_pass() -> None:
    gate, admitted = answering("error")
    assert gate.answer(admitted, 503, {}, b"<html>")[0] == 503
    refusal = gate.refuse(400, "No.", admitted)
    assert gate.answer(admitted, 400, refusal.headers, refusal.body)[:1] == (400,)


# ---------------------------------------------------------------------------------------------------- lenience


def test_a_lenient_gate_drops_unknown_properties() -> None:
    gate = Gate(microspec.load(), lenient=True)
    body: dict[str, Any] = {"server": {**SMALL["server"], "colour": "blue", "metadata": {"a": "b"}}, "more": 1}
    del body["server"]["networks"]
    admitted = gate.admit("POST", "/servers", {}, "", json.dumps(body).encode())
    expected = {key: value for key, value in body["server"].items() if key != "colour"}
    assert admitted.body == {"server": expected}
    assert refused(gate, "POST", "/servers", {}, "", b'{"server": {"name": 5}}').status == 400


# ---------------------------------------------------------------------------------------- one verdict, whoever asks


def keys() -> list[str]:
    return sorted(microspec.load().known)


@examples(200)
@given(st.data())
def test_the_gate_and_explain_agree(data: st.DataObject) -> None:
    """What is admitted is what `explain` calls valid; and a refusal has its status."""
    compute = microspec.load()
    key = data.draw(st.sampled_from(keys()))
    version = str(data.draw(st.sampled_from(compute.versions)))
    method, _, path = key.partition("#")[0].partition(" ")
    word = data.draw(st.sampled_from(["1", "x", "70a599e0-31e7-49b7-b260-868f441e862b"]))
    path = "/".join(word if step.startswith("{") else step for step in path.split("/"))
    action = key.partition("#")[2]
    body = {action: None} if action else data.draw(st.sampled_from([None, {}, SMALL]))
    query = data.draw(st.sampled_from([{}, {"limit": ["5"]}, {"colour": ["blue"]}]))
    explanation = compute.explain(
        f"{method} {path}", version, body=body if method in ("POST", "PUT") else None, query=query
    )
    content = None if body is None else json.dumps(body).encode()
    text = "&".join(f"{name}={value}" for name, (value,) in query.items())
    try:
        admitted = Gate(compute).admit(method, path, {"OpenStack-API-Version": f"compute {version}"}, text, content)
    except Refused as refusal:
        verdict: Any = (refusal.status, refusal.operation)
    else:
        verdict = (None, admitted.operation.key)
    assert verdict == (explanation.refusal, explanation.operation)


def test_its_memory_does_not_grow_with_the_number_of_requests(gate: Gate) -> None:
    body = json.dumps(SMALL).encode()

    def requests(number: int) -> None:
        for n in range(number):
            headers = {"OpenStack-API-Version": f"compute 2.{n % 104 + 1}", "X-Request": str(n)}
            try:
                gate.admit("POST", "/servers", headers, f"q{n}={n}", body)
                gate.admit("GET", f"/servers/{n}", headers)
            except Refused:
                pass

    requests(500)
    tracemalloc.start()
    requests(200)
    before, _ = tracemalloc.get_traced_memory()
    requests(2_000)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 300_000


# ------------------------------------------------------------------------------------ what is beside it in the model


def test_operations_by_the_authors_own_names() -> None:
    api = microspec.load().at("2.60")
    assert api.find("get", "/servers/{id}").key == "GET /servers/{server_id}"
    assert api.find("GET", "/servers/detail").key == "GET /servers/detail"
    assert api.find("POST", "/servers/{uuid}/action", "rebuild").key == "POST /servers/{server_id}/action#rebuild"
    for method, path, action in (
        ("GET", "/servers/b1", None),
        ("GET", "/nothing/{id}", None),
        ("POST", "/servers/{id}/action", "rebuil"),
        ("GET", "/servers/{id}/topology", None),
    ):
        with pytest.raises(microspec.UnknownOperation):
            api.find(method, path, action)


def test_one_answer_for_a_key_at_a_version_and_a_release() -> None:
    compute = microspec.load()
    assert compute.at("2.30").refusal("GET /servers/{server_id}/tags") is None
    assert compute.at("2.20").refusal("GET /servers/{server_id}/tags") == 404
    assert compute.at("2.20").refusal("GET /os-agents") == 410
    assert compute.at("2.20").refusal("GET /os-agents", release="train") is None
    with pytest.raises(microspec.UnknownOperation):
        compute.at("2.20").refusal("GET /nothing")


def test_parameters_that_an_operation_knows() -> None:
    operation = microspec.load().at("2.26")["GET /servers"]
    assert operation.known_query({"tags": ["a"], "tagz": ["b"], "_x": ["c"]}) == {"tags": ["a"], "_x": ["c"]}
    assert operation.parameter("query", "_x").name == "^_"
    with pytest.raises(UnknownName, match="limit"):
        operation.parameter("query", "limt")


def test_statuses_of_its_own() -> None:
    operation = microspec.load().at("2.26")["DELETE /servers/{server_id}/tags"]
    assert operation.own_statuses == (204, 404, 409)
    assert {401, 403} <= set(operation.error_statuses)
    assert not operation.accepts_response(None, 299)


def test_all_is_warm_before_the_first_user(monkeypatch: pytest.MonkeyPatch, library: Any) -> None:
    from microspec.schema import validator

    history = microspec.load(library)
    history.warm("1.2-1.3")
    made: list[Any] = []
    monkeypatch.setattr(validator.Validator, "__init__", lambda *given: made.append(given))
    operation = history.at("1.2")["POST /books"]
    operation.accepts_request({})
    operation.accepts_query({})
    assert made == []


def test_versions_are_versions(gate: Gate) -> None:
    assert isinstance(gate.admit("GET", "/servers", {}).version, Version)
    assert repr(gate.admit("GET", "/servers", {})) == "<Admitted GET /servers at 2.1>"

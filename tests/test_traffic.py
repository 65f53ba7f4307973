"""Recorded traffic: what is read of each form, which calls are the service's, and what cannot be read."""

from __future__ import annotations

import base64
import contextlib
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from microspec import TrafficError, load
from microspec.http.lines import MAX_LINE
from microspec.http.traffic import MAX_PROBLEMS, Call
from microspec.values import ABSENT
from microspec.values.frozen import freeze

if TYPE_CHECKING:
    from microspec.history import History

VECTORS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "vectors" / "traffic.yaml").read_text())


def read(content: str | bytes, name: str = "calls.jsonl") -> list[Call]:
    """The calls in a file with this content."""
    content = content if isinstance(content, bytes) else content.encode()
    return list(load().recording(io.BytesIO(content), name))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["line"][:60])
def test_lines(compute: History, vector: dict[str, Any]) -> None:
    recording = compute.recording(io.BytesIO(vector["line"].encode()), "calls")
    if "problem" in vector:
        with pytest.raises(TrafficError) as raised:
            list(recording)
        (problem,) = raised.value.problems
        assert vector["problem"] in problem.reason
        return
    assert list(recording) == ([Call(**freeze(vector["call"]))] if "call" in vector else [])
    assert recording.elsewhere == bool(vector.get("elsewhere"))


def test_mistakes_are_located_and_told_together() -> None:
    recording = load().recording(io.BytesIO(b"# a table\nGET /servers\n\nGET\n\xff\nGET /flavors 2.1\n"), "calls")
    found: list[Call] = []
    with pytest.raises(TrafficError) as raised:
        found.extend(recording)
    assert [str(call.place) for call in found] == ["calls:2", "calls:6"]
    assert str(raised.value).splitlines() == [
        "calls:4: the line is neither a JSON object nor METHOD /path VERSION",
        "calls:5: not UTF-8: byte 0 is 0xff",
    ]


def entry(url: str = "https://example.org/v2.1/servers", **more: Any) -> dict[str, Any]:
    """An entry of a HAR file."""
    request = {"method": "GET", "url": url, "headers": [{"name": "OpenStack-API-Version", "value": "compute 2.53"}]}
    return {"request": {**request, **more.pop("request", {})}, **more}


def har(*entries: Any) -> str:
    """A HAR file."""
    return json.dumps({"log": {"version": "1.2", "entries": entries}})


def test_har() -> None:
    text = base64.b64encode(b'{"servers": []}').decode()
    answered = entry(
        "https://example.org/v2.1/servers?limit=1",
        response={"status": 200, "content": {"text": text, "encoding": "base64"}},
        comment="the first page",
    )
    posted = entry(request={"method": "POST", "postData": {"mimeType": "application/json", "text": '{"server": {}}'}})
    unknown_body = entry(request={"method": "POST", "bodySize": 12})
    page = entry(response={"status": 502, "content": {"text": "<html>"}})
    aborted = entry(response={"status": 0})
    calls = read("\ufeff" + har(answered, entry("https://example.org/image/v2/images", request={"headers": []}), posted,
                                unknown_body, page, aborted), "s.har")  # fmt: skip
    first, second, third, fourth, fifth = calls
    assert first == Call(
        method="GET", path="/servers", query=freeze({"limit": ["1"]}), version="2.53", body=None,
        status=200, response=freeze({"servers": []}), note="the first page",
    )  # fmt: skip
    assert [str(call.place) for call in calls[:2]] == ["s.har, entry 1", "s.har, entry 3"]
    assert second.body == {"server": {}}
    assert third.body is ABSENT
    assert (fourth.status, fourth.response) == (502, ABSENT)
    assert fifth.status is None


ENCODED = base64.b64encode(b'{"server": {}}').decode()


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        ({"method": "POST"}, ABSENT),
        ({"method": "POST", "bodySize": -1}, ABSENT),
        ({"method": "POST", "bodySize": 0}, None),
        ({"method": "POST", "bodySize": 512, "postData": {"mimeType": "application/json"}}, ABSENT),
        ({"method": "POST", "bodySize": 512, "postData": {"mimeType": "application/json", "text": ""}}, ABSENT),
        ({"method": "POST", "bodySize": 0, "postData": {"mimeType": "application/json", "text": ""}}, None),
        ({"method": "POST", "bodySize": -1, "postData": {"mimeType": "application/json", "text": ""}}, None),
        ({"method": "POST", "postData": {"mimeType": "text/plain", "params": [{"name": "a", "value": "b"}]}}, ABSENT),
        ({"method": "POST", "bodySize": -1, "postData": {"text": ENCODED, "encoding": "base64"}}, {"server": {}}),
        (
            {"method": "POST", "postData": {"text": f"{ENCODED[:8]}\n{ENCODED[8:]}", "encoding": "base64"}},
            {"server": {}},
        ),
        ({"method": "POST", "bodySize": 0, "postData": {"text": "{}"}}, {}),
        ({"method": "GET", "postData": {"mimeType": "application/json"}}, ABSENT),
        ({"method": "GET", "bodySize": 2}, ABSENT),
        ({"method": "GET", "bodySize": -1}, None),
        ({"method": "delete", "bodySize": -1}, None),
        ({"method": "DELETE", "postData": None}, None),
    ],
    ids=lambda value: "absent" if value is ABSENT else str(value),
)
def test_bodies_in_har(request_: dict[str, Any], body: Any) -> None:
    (call,) = read(har(entry(request=request_)), "s.har")
    assert call.body == body
    assert (call.body is ABSENT) == (body is ABSENT)


@pytest.mark.parametrize(
    ("headers", "version"),
    [
        ([{"name": "OpenStack-API-Version", "value": "compute 2.53"}], "2.53"),
        ([{"name": "OpenStack-API-Version", "value": ["compute 2.53"]}], "2.53"),
        ({"OpenStack-API-Version": "compute 2.53"}, "2.53"),
        ({"openstack-api-version": ["volume 3.1", "compute 2.53"]}, "2.53"),
        ([], None),
        (None, None),
    ],
    ids=str,
)
def test_headers_in_har(headers: Any, version: str | None) -> None:
    (call,) = read(har(entry(request={"headers": headers})), "s.har")
    assert call.version == version


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[]", "a HAR file is not an object"),
        ("{}", "'log' is not an object"),
        ('{"log": {}}', "no list 'entries'"),
        ("{", "not JSON"),
        (har(1), "an entry is not an object"),
        (har({}), "'request' is not an object"),
        (har({"request": {}}), "a request needs 'method' and 'url'"),
        (har(entry(request={"postData": {"text": "a=b"}})), "not JSON"),
        (har(entry(request={"postData": 1})), "'postData' is not an object"),
        (har(entry(request={"postData": {"text": 1}})), "the 'text' of 'postData' is not a string"),
        (har(entry(request={"postData": {"text": "a", "encoding": "base64"}})), "not base64"),
        (har(entry(request={"postData": {"text": "/w==", "encoding": "base64"}})), "not UTF-8"),
        (har(entry(request={"headers": "OpenStack-API-Version: compute 2.53"})), "neither an object nor a list"),
        (har(entry(request={"headers": ["OpenStack-API-Version"]})), "a header is not an object"),
        (har(entry(request={"headers": [{"value": "2.53"}]})), "a header needs a 'name'"),
        (har(entry(request={"headers": {"OpenStack-API-Version": 2.53}})), "is not a string"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 5_000, "too many digits"),
    ],
)
def test_what_is_no_har(content: str, words: str) -> None:
    with pytest.raises(TrafficError, match=words):
        read(content, "s.har")


def test_bounds() -> None:
    line = b'{"method": "GET", "url": "/servers", "body": "' + b"x" * MAX_LINE
    with pytest.raises(TrafficError, match="longer than"):
        read(line)
    with pytest.raises(TrafficError) as raised:
        read("nonsense\n" * 100_000)
    assert len(raised.value.problems) == MAX_PROBLEMS
    deep = '{"method": "GET", "url": "/servers", "body": ' + "[" * 100_000
    with pytest.raises(TrafficError, match="nested too deeply"):
        read(deep)


@given(st.binary(max_size=200) | st.text(max_size=200), st.sampled_from(["calls", "s.har"]))
def test_whatever_is_given_is_read_or_refused(content: str | bytes, name: str) -> None:
    content = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    with contextlib.suppress(TrafficError):
        assert all(call.place for call in read(content, name))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
CALLS = st.builds(
    lambda values, path: Call(path=path, **values),
    st.fixed_dictionaries(
        {"method": st.sampled_from(["GET", "POST", "PUT", "DELETE"])},
        optional={
            "version": st.text(min_size=1),
            "body": JSON.map(freeze),
            "status": st.integers(100, 599),
            "response": JSON.map(freeze),
            "note": st.text(),
        },
    ),
    st.sampled_from(["/", "/servers", "/servers/b1/action"]),
)


@given(st.lists(CALLS, max_size=4))
def test_json_lines_say_all_of_a_call(calls: list[Call]) -> None:
    lines = []
    for call in calls:
        given_ = {name: value for name, value in call.__dict__.items() if name != "path"}
        lines.append(json.dumps({**given_, "url": f"https://example.org/v2.1{call.path}"}))
    assert read("\n".join(lines)) == calls

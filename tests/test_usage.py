"""What a client uses: how it is written down, how it is taken from recorded calls, and whom findings concern."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from microspec.diff import usage
from microspec.diff.findings import Finding
from microspec.diff.rules import RULES
from microspec.http.errors import TrafficError
from microspec.values.errors import UnknownName

if TYPE_CHECKING:
    from microspec.history import History

VECTORS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "vectors" / "usage.yaml").read_text(encoding="utf-8")
)

PARTS = ("request", "response", "query", "path", "header", "status", "response-header", "error-body", "behavior")


def read(compute: History, content: str | bytes, name: str = "mine.txt") -> usage.Uses:
    """What a file says, for a client that moves from 2.60 to 2.88."""
    data = content.encode() if isinstance(content, str) else content
    return usage.read(BytesIO(data), compute._source, compute.at("2.60"), compute.at("2.88"), name)


def finding(text: str) -> Finding:
    """The finding with an id."""
    rule, *words = text.split(" ")
    place = next((number for number, word in enumerate(words) if word in PARTS), len(words))
    operation = " ".join(words[:place]) or None
    part, name = words[place] if place < len(words) else "", " ".join(words[place + 1 :])
    if not part:
        part = {"operation": "operation", "audience": "audience"}.get(rule.partition("-")[0], "unknown-query")
    part = rule.partition("-")[0] if part == "status" else part
    return Finding(rule=rule, operation=operation, resource=None, part=part, name="" if name == "/" else name)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["why"])
def test_whom_a_finding_concerns(compute: History, vector: dict[str, Any]) -> None:
    lines = "\n".join(vector["uses"])
    old, new = compute.at("2.60"), compute.at("2.88")
    client = usage.Uses(
        [use for line in lines.splitlines() for use in written(compute, line)],
        usage.operations_of_behaviors(old, new),
    )
    for expected, ids in ((True, vector.get("concerned", ())), (False, vector.get("not", ()))):
        for text in ids:
            assert finding(text).id == text
            assert finding(text).rule in RULES
            assert client.concern(finding(text)) is expected, text


def written(compute: History, line: str) -> list[usage.Use]:
    """What a line says, if all that it names were there."""
    try:
        return list(read(compute, line))
    except TrafficError:
        method, path, part, name = line.split(" ", 3)
        return [usage.Use(operation=f"{method} {path}", part=part, name=name)]


def test_everybody_is_thought_of() -> None:
    named = {rule for vector in VECTORS for rule in (*vector.get("concerned", ()), *vector.get("not", ()))}
    assert usage.BY_RULE.keys() <= RULES.keys()
    required = {rule for rule in RULES if "required" in rule and RULES[rule].direction == "request"}
    assert required - {"parameter-optional"} <= usage.BY_RULE.keys()
    assert {"callers", "senders", "users"} == {*usage.BY_RULE.values(), *usage.BY_PART.values()}
    assert {"callers", "senders"} == {
        usage.BY_RULE[text.split()[0]] for text in named if text.split()[0] in usage.BY_RULE
    }


def test_every_part_is_thought_of(compute: History) -> None:
    first, last = compute.min_version, compute.max_version
    found = [*compute.diff(first, last).findings, *compute.diff(last, first).findings]
    assert {item.part for item in found} <= usage.BY_PART.keys()


def test_who_uses_everything_is_concerned_by_everything(compute: History) -> None:
    for old, new in (("2.60", "2.88"), ("2.88", "2.60")):
        client = read(compute, "\n".join({**compute.at(old).definitions, **compute.at(new).definitions}))
        assert all(client.concern(item) for item in compute.diff(old, new).findings)


# ------------------------------------------------------------------------------------------- lists


def test_a_list_is_read(compute: History) -> None:
    client = read(
        compute,
        """
        # what our client does
        POST /servers request /server/tags
        get /servers/detail 2.60
        GET /servers query limit
        GET /servers/b1 response /server/addresses/*/*/addr
        POST /servers/b1/action#rebuild request /
        """,
    )
    assert [(use.operation, use.part, use.name) for use in client] == [
        ("POST /servers", "request", "/server/tags"),
        ("GET /servers/detail", None, ""),
        ("GET /servers", "query", "limit"),
        ("GET /servers/{server_id}", "response", "/server/addresses/*/*/addr"),
        ("POST /servers/{server_id}/action#rebuild", "request", ""),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"POST /servers request /server/tgas", "POST /servers has no request /server/tgas at 2.60 or 2.88; did you"),
        (b"GET /servers query limt", "has no query limt at 2.60 or 2.88; did you mean limit"),
        (b"GET /serverz", "there is no operation 'GET /serverz'; did you mean GET /servers"),
        (
            b"POST /servers/{server_id}/action#rebiuld",
            "there is no action 'rebiuld' on POST /servers/{server_id}/action; did you mean rebuild",
        ),
        (b"POST /servers requests /server", "'requests' is not one of request, query, response"),
        (b"POST /servers request", "the pointer after 'request' is missing"),
        (b"GET /servers query", "the parameter after 'query' is missing"),
        (b"POST /servers request server/tags", "a JSON pointer must start"),
        (b"servers", "expected METHOD /path"),
        (b"GET \xff", "not UTF-8: byte 4 is 0xff"),
    ],
)
def test_every_mistake_is_located(compute: History, line: bytes, words: str) -> None:
    with pytest.raises(TrafficError) as caught:
        read(compute, b"GET /servers\n\n" + line + b"\nGET /nowhere\n")
    first, second = map(str, caught.value.problems)
    assert first.startswith("mine.txt:3: ")
    assert words in first
    assert second.startswith("mine.txt:4: ")


# ---------------------------------------------------------------------------------------- recordings

CALL = {
    "method": "POST",
    "url": "/servers",
    "version": "2.60",
    "body": {"server": {"name": "a", "networks": [{"uuid": "b"}], "metadata": {}}},
    "response": {"server": {"id": "c", "links": []}},
}


def test_recorded_calls_use_what_is_in_them(compute: History) -> None:
    client = read(compute, json.dumps(CALL))
    assert {(use.part, use.name) for use in client} == {
        ("path", ""),
        ("request", "/server/name"),
        ("request", "/server/networks/*/uuid"),
        ("request", "/server/metadata"),
        ("response", "/server/id"),
        ("response", "/server/links"),
    }


def test_what_was_not_recorded_may_be_anything(compute: History) -> None:
    client = read(compute, "# ours\n\n" + json.dumps({"method": "GET", "url": "/servers/b1?fields=id"}))
    assert {(use.part, use.name) for use in client} == {
        ("path", ""), ("query", "fields"), ("request", ""), ("response", "")
    }  # fmt: skip
    assert client.concern(finding("response-property-removed GET /servers/{server_id} response /server/status"))


def test_a_har_file_is_a_recording(compute: History) -> None:
    request = {"method": "GET", "url": "https://compute.example.org/v2.1/os-keypairs", "headers": [], "bodySize": 0}
    har = {"log": {"entries": [{"request": request}]}}
    client = read(compute, json.dumps(har, indent=1), "session.har")
    assert {use.operation for use in client} == {"GET /os-keypairs"}


NOTHING = [
    ("", "mine.txt", "nothing is used: no operation is listed"),
    ("# ours\n\n", "mine.txt", "nothing is used: no operation is listed"),
    ("# calls\n", "session.jsonl", "nothing is used: no operation is listed"),
    ('{"log": {"entries": []}}', "session.har", "nothing is used: no call matches an operation"),
    (json.dumps({"method": "GET", "url": "https://example.org/image/v2/images"}), "session.jsonl",
     "nothing is used: no call matches an operation; calls to other services: 1"),
    ("\n".join(json.dumps({"method": "GET", "url": f"/{name}"}) for name in "abcd"), "session.jsonl",
     "nothing is used: no call matches an operation; unmatched: GET /a, GET /b, GET /c"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "name", "words"), NOTHING)
def test_who_uses_nothing_is_refused(compute: History, content: str, name: str, words: str) -> None:
    with pytest.raises(TrafficError) as caught:
        read(compute, content, name)
    assert str(caught.value) == f"{name}:1: {words}"


def test_calls_of_no_operation_are_told(compute: History) -> None:
    lines = [json.dumps({"method": "GET", "url": url}) for url in ("/nowhere", "/servers", "/nowhere")]
    client = read(compute, "\n".join(lines))
    assert client.unknown == ("GET /nowhere",)


@pytest.mark.parametrize("levels", [1, 10, 300])
def test_a_long_name_is_not_written_for_all_that_is_in_it(compute: History, levels: int) -> None:
    """Else a megabyte of traffic makes gigabytes of pointers."""
    name = "k" * (100_000 // levels)
    body = f'{{"{name}": ' * levels + json.dumps({f"k{i}": 1 for i in range(1_000)}) + "}" * levels
    client = read(compute, f'{{"method": "POST", "url": "/servers", "version": "2.60", "body": {body}}}', "mine.jsonl")
    assert sum(len(use.name) for use in client) < 200_000


def test_mistakes_of_a_recording_are_located(compute: History) -> None:
    with pytest.raises(TrafficError, match=r"mine\.txt:2: a call needs 'url'"):
        read(compute, json.dumps(CALL) + '\n{"method": "GET"}\n')


# ---------------------------------------------------------------------------------------- selections


@pytest.mark.parametrize(
    ("name", "holds", "not_"),
    [
        ("server-groups", "request-required-property-added POST /os-server-groups request /server_group/policy",
         "request-property-added POST /servers request /server/host"),
        ("POST /servers", "request-property-added POST /servers request /server/host",
         "response-property-added PUT /servers/{server_id} response /server/server_groups"),
        ("requested-host", "request-property-added POST /servers request /server/host",
         "request-property-added POST /servers request /server/trusted_image_certificates"),
        ("server-groups", "behavior-added behavior rules-only-for-anti-affinity",
         "behavior-added behavior requested-host-by-policy"),
    ],
)  # fmt: skip
def test_what_is_asked_about(compute: History, name: str, holds: str, not_: str) -> None:
    selection = usage.Selection([name], compute.at("2.60"), compute.at("2.88"), compute.features)
    found = {item.id: item for item in compute.diff("2.60", "2.88").findings}
    assert selection.holds(found[holds])
    assert not selection.holds(found[not_])


def test_what_there_is_not_cannot_be_asked_about(compute: History) -> None:
    with pytest.raises(UnknownName, match="did you mean server-groups"):
        usage.Selection(["server-gruops"], compute.at("2.60"), compute.at("2.88"), compute.features)

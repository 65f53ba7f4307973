"""Audits: which findings recorded calls give, and that they agree with the explanation of each call."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickle
import pty
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from highest import after
from microspec import Audit, InvalidElement, TrafficError, VersionSet, load
from microspec.cli import main, recordings
from microspec.http import lines as lines_
from microspec.http import traffic
from microspec.http.errors import Place
from microspec.http.traffic import Call
from microspec.values.frozen import freeze

if TYPE_CHECKING:
    from collections.abc import Callable

    from microspec.history import History
    from microspec.values.version import VersionRange

VECTORS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "vectors" / "audits.yaml").read_text())


def cloud(text: str | None) -> VersionRange | None:
    """The range of a cloud."""
    return VersionSet(text).ranges[0] if text else None


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_findings(compute: History, vector: dict[str, Any]) -> None:
    recording = compute.recording(io.BytesIO(vector["calls"].encode()), "calls")
    found = compute.audit(recording, cloud(vector.get("server")))
    assert found.calls == len(vector["calls"].splitlines())
    told = [(item.kind, item.operation, item.asked, item.count) for item in found.findings]
    assert told == [tuple(expected[:4]) for expected in vector["findings"]]
    for finding, expected in zip(found.findings, vector["findings"], strict=True):
        assert re.search(".*".join(map(re.escape, expected[4:])), str(finding.reason))


CALLS = st.builds(
    lambda request, version, note: Call(method="GET", path=request, version=version, note=note),
    st.sampled_from(["/servers", "/os-networks", "/servers/b1/tags", "/nothing", "/os-cells", "/servers/b1/topology"]),
    st.sampled_from([None, "latest", "2.1", "2.30", "2.79", "2.90", "2.01", "2.999"]),
    st.none() | st.sampled_from(["one", "another"]),
)


@given(st.lists(CALLS, max_size=12), st.sampled_from([None, "2.1-2.79", "2.30-2.90"]))
def test_what_is_refused_is_what_does_not_work(calls: list[Call], server: str | None) -> None:
    compute, range_ = load(), cloud(server)
    found = compute.audit(calls, range_)
    refused = [call for call in calls if not compute.explain(call.request, call.version, server=range_).works]
    assert sum(finding.count for finding in found.of("refused")) == len(refused)
    assert {note for finding in found.of("refused") for note in finding.notes} == {c.note for c in refused if c.note}


MIXED = st.one_of(
    CALLS,
    st.builds(
        lambda version, field, status, note: Call(
            method="POST", path="/servers", version=version, status=status, note=note, body=freeze({"server": field})
        ),
        st.sampled_from([None, "2.1", "2.40", "2.57", "2.90"]),
        st.sampled_from([{"tags": ["a"]}, {"personality": []}, {"first": 1}, {"second": 1}, {"networks": "auto"}, {}]),
        st.sampled_from([None, 202, 400, 418]),
        st.none() | st.sampled_from(["one", "another"]),
    ),
    st.builds(
        lambda status, response: Call(method="GET", path="/servers", status=status, response=freeze(response)),
        st.sampled_from([200, 404, 503]),
        st.sampled_from([{"servers": []}, {"servers": 1}, {"servers": [{"id": 1}]}, {}]),
    ),
    st.builds(lambda number: Call(method="POST", path=f"/servers/{number}/action"), st.integers(0, 3)),
)


@given(st.lists(MIXED, max_size=40), st.data())
def test_parts_are_merged_to_the_whole_in_any_order(calls: list[Call], data: st.DataObject) -> None:
    compute = load()
    placed = [
        call.replace(place=Place(file=data.draw(st.sampled_from("ab")), number=number))
        for number, call in enumerate(calls, 1)
    ]
    parts: list[list[Call]] = [[], [], []]
    for call in placed:
        parts[data.draw(st.integers(0, 2))].append(call)
    audits = data.draw(st.permutations([compute.audit(part) for part in parts]))
    whole = compute.audit(placed)
    assert Audit.merged(audits) == whole
    first, second, third = audits
    assert Audit.merged([Audit.merged([first, second]), third]) == whole
    assert pickle.loads(pickle.dumps(whole)) == whole


def test_only_audits_of_one_cloud_are_merged(compute: History) -> None:
    audits = [compute.audit([], cloud("2.1-2.79")), compute.audit([])]
    for some in (audits, []):
        with pytest.raises(InvalidElement, match="at least one audit, and all must be of the same cloud"):
            Audit.merged(some)


def test_the_first_calls_of_a_finding_are_named(compute: History) -> None:
    calls = [
        Call(method="POST", path="/servers", body=freeze({"server": {f"f{number % 30}": 1}}), version="2.1")
        for number in range(1_000)
    ]
    found = compute.audit(calls)
    finding = next(item for item in found.findings if "f0" in str(item.reason))
    assert (finding.count, len(finding.cases), str(finding.versions)) == (1_000, 10, "2.1")
    assert finding.elements == tuple(f"/server/f{number}" for number in range(10))
    assert found.wrong["refused"] == 1_000


def run(*arguments: str, given_: str = "") -> tuple[int, str, str]:
    """The exit status and output of a command."""
    result = CliRunner().invoke(main, ["audit", *arguments], input=given_, catch_exceptions=False)
    return result.exit_code, result.stdout, result.stderr


def test_exit_statuses(tmp_path: Path) -> None:
    assert run("-", given_="GET /servers 2.1\n")[0] == 0
    assert run("-", given_="GET /os-networks 2.40\n")[0] == 1
    status, printed, errors = run("-", given_="GET /os-networks 2.40\nGET\nPOST /servers/b1/action\n")
    assert status == 2
    assert "removed in 2.36" in printed
    assert [line.partition(": ")[0] for line in errors.splitlines()] == ["<stdin>:2", "<stdin>:3"]
    assert run(str(tmp_path / "nowhere"))[0] == 2
    assert run()[0] == 2
    assert run("-", "--server", "2.1-2.999", given_=f"GET /servers {after(1)}\n")[0] == 0
    assert run("-", "--server", "2.x", given_="")[0] == 2


def test_nothing_is_said_of_a_body_that_was_not_recorded(tmp_path: Path) -> None:
    request = {
        "method": "POST",
        "url": "https://example.org/v2.1/servers",
        "headers": [{"name": "OpenStack-API-Version", "value": "compute 2.90"}],
        "bodySize": 512,
        "postData": {"mimeType": "application/json"},
    }
    file = tmp_path / "session.har"
    file.write_text(json.dumps({"log": {"entries": [{"request": request, "response": {"status": 202}}]}}))
    assert run(str(file))[0] == 0
    file.write_text(file.read_text().replace("512", "0"))
    status, printed, _ = run(str(file))
    assert (status, "answered with 202" in printed) == (1, True)


def test_formats(tmp_path: Path) -> None:
    file = tmp_path / "calls.txt"
    file.write_text("GET /servers/b1/topology\nGET https://example.org/image/v2/images\n")
    _, text, _ = run(str(file), "--server", "2.1-2.79")
    assert re.match(r"1 call on a cloud with 2\.1-2\.79 +1 to other services$", text.splitlines()[0])
    answer = json.loads(run(str(file), "--format", "json")[1])
    assert (answer["calls"], answer["elsewhere"]) == (1, 1)
    assert answer["findings"][0]["places"] == [f"{file}:1"]
    assert answer["findings"][0]["explanation"]["works_at"]["versions"] == "2.78-"
    page = run(str(file), "--format", "markdown")[1]
    assert "## Calls that cannot work: 1" in page
    assert "| `GET /servers/{server_id}/topology` | 2.1 | 1 | 404 | added in 2.78" in page


def test_repeated_slashes_are_one_slash(tmp_path: Path) -> None:
    file = tmp_path / "calls.txt"
    file.write_text("GET https://example.org/v2.1//servers//b1/tags 2.26\nGET /v2.1//abc//servers 2.1\n")
    status, text, _ = run(str(file))
    assert (status, text.splitlines()[0].split(" on ")[0]) == (0, "2 calls")
    file.write_text("GET https://example.org/v2.1//servers//b1/tags 2.25\n")
    assert (
        json.loads(run(str(file), "--format", "json")[1])["findings"][0]["explanation"]["works_at"]["versions"]
        == "2.26-"
    )


def test_several_files_are_one_audit(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("GET /os-networks 2.40\n")
    _, answer, _ = run(str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--format", "json")
    (finding,) = json.loads(answer)["findings"]
    assert finding["count"] == 2


# -------------------------------------------------------------------------------------- blocks and processes

LINES = st.lists(
    st.sampled_from(
        [b"GET /servers 2.1", b"GET /os-networks 2.40", b"", b"# none", b"what is this", b'{"method": 1}', b"\xff"]
    ),
    max_size=30,
)


@given(LINES, st.sampled_from([b"\n", b""]), st.integers(1, 60))
def test_blocks_are_read_as_the_whole_is(lines: list[bytes], end: bytes, size: int) -> None:
    content = b"\n".join(lines) + end
    compute = load()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(traffic, "_BLOCK", size)
        parts = [*traffic.blocks(io.BytesIO(content), "calls")]
    assert b"".join(part.content for part in parts) == content
    audits = [compute.audit(compute.recording(io.BytesIO(p.content), p.name, first=p.first)) for p in parts]
    whole = compute.audit(compute.recording(io.BytesIO(content), "calls"))
    assert Audit.merged([*audits, compute.audit([])]) == whole


def test_nothing_is_read_after_a_line_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "_BLOCK", 20)
    monkeypatch.setattr(lines_, "MAX_LINE", 50)
    file = io.BytesIO(b"GET /servers 2.1\n" + b"x" * 80 + b"\nGET /servers 2.1\n")
    (block,) = traffic.blocks(file, "calls")
    found = load().audit(load().recording(io.BytesIO(block.content), "calls"))
    assert [str(problem.place) for problem in found.problems] == ["calls:2"]
    assert found.calls == 1


def recorded(folder: Path, number: int) -> Path:
    """A recording with so many calls, more than one in two of which cannot work."""
    lines = [f"GET /os-networks 2.{version % 80 + 1}" for version in range(number)]
    lines += ["nothing", "GET /servers/b1/action", *(f"GET /servers/b{version}" for version in range(number // 2))]
    file = folder / "calls.txt"
    file.write_text("\n".join(lines) + "\n")
    return file


def test_several_processes_find_what_one_does(tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "_BLOCK", 20_000)
    file = recorded(tmp_path, 6_000)
    assert file.stat().st_size > 5 * traffic._BLOCK
    one = run(str(file), "--format", "json", "--server", "2.1-2.79")
    assert run(str(file), "--format", "json", "--server", "2.1-2.79", "--jobs", "2") == one
    assert one[0] == 2
    assert json.loads(one[1])["calls"] == 9_001
    assert run(str(file), "--jobs", "0")[0] == 2
    file.write_text("GET /books 1.1\n")
    assert run(str(file), "--spec", str(library), "--jobs", "2")[0] == 0


def ended(*_: object) -> None:
    """What a process does that has not enough memory."""
    os._exit(9)


def test_a_process_that_is_ended_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "_audit_there", ended)
    status, printed, errors = run(str(recorded(tmp_path, 10)), "--jobs", "2")
    assert (status, printed) == (2, "")
    assert "a worker process was killed" in errors


def test_a_file_of_mistakes_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "_BLOCK", 1_000)
    (tmp_path / "a").write_text("nothing\n" * 10_000 + "GET /os-networks 2.40\n")
    (tmp_path / "b").write_text("GET /os-networks 2.40\n")
    status, printed, errors = run(str(tmp_path / "a"), str(tmp_path / "b"))
    assert (status, len(errors.splitlines())) == (2, traffic.MAX_PROBLEMS)
    assert printed.startswith("1 call\n")


def test_a_bar_is_for_terminals(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("microspec")
    main_end, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color"}
    file = recorded(tmp_path, 1_000)
    command = [str(program), "audit", str(file)]
    shown = subprocess.run(command, stdout=subprocess.PIPE, stderr=terminal, env=environment, check=False)
    os.close(terminal)
    assert b"kB" in os.read(main_end, 100_000)
    os.close(main_end)
    quiet = subprocess.run(command, capture_output=True, check=False)
    assert quiet.stdout == shown.stdout
    assert quiet.stderr.splitlines() == [
        f"{command[-1]}:1001: the line is neither a JSON object nor METHOD /path VERSION".encode()
    ]


# ----------------------------------------------------------------------------------- hostile recordings

MEGABYTE = 1_000_000
BIG: dict[str, Callable[[int], dict[str, Any]]] = {
    "a parameter again and again": lambda size: {"url": "/servers?" + "&".join(["x=1"] * (size // 4))},
    "a parameter of a known name again and again": lambda size: {
        "url": "/servers?" + "&".join(["name=1"] * (size // 7))
    },
    "unknown parameters": lambda size: {"url": "/servers?" + "&".join(f"x{i}=1" for i in range(size // 8))},
    "segments": lambda size: {"url": "/a" * (size // 2)},
    "segments before the version": lambda size: {"url": f"https://example.org{'/a' * (size // 2)}/v2.1/servers"},
    "escapes in a path": lambda size: {"url": f"/servers/{'%41' * (size // 3)}"},
    "keys of a body": lambda size: {"method": "POST", "body": {"server": {f"k{i}": 1 for i in range(size // 10)}}},
}
"""Calls that are long in one way. What is quadratic in any takes minutes for a megabyte."""


@pytest.mark.parametrize("made", BIG.values(), ids=BIG)
def test_the_time_grows_with_the_size(compute: History, made: Callable[[int], dict[str, Any]]) -> None:
    def seconds(size: int) -> float:
        text = json.dumps({"method": "GET", "url": "/servers", "version": "2.1", **made(size)}).encode()
        start = time.process_time()
        compute.audit(compute.recording(io.BytesIO(text), "calls"))
        return time.process_time() - start

    seconds(100)
    assert seconds(MEGABYTE) < 10


MANY: dict[str, Callable[[int], str]] = {
    "other ids": lambda number: f"GET /servers/{number}",
    "other actions": lambda number: f"POST /servers/{number}/action#reboot",
    "other paths that lead nowhere": lambda number: f"GET /{number}",
    "other versions": lambda number: f"GET /servers 2.{number}",
    "other notes": lambda number: json.dumps({"method": "GET", "url": "/nowhere", "note": str(number)}),
    "other queries": lambda number: f"GET /servers?limit={number}",
    "other fields": lambda number: json.dumps(
        {"method": "POST", "url": "/servers", "body": {"server": {f"a{number}": 1}}}
    ),
    "other answers": lambda number: json.dumps({"method": "GET", "url": "/servers", "status": 100 + number}),
    "other things in answers": lambda number: json.dumps(
        {"method": "GET", "url": "/servers", "status": 200, "response": {f"a{number}": 1}}
    ),
    "nothing": lambda _: "",
}
"""Lines that differ in one way."""


@pytest.mark.parametrize("made", MANY.values(), ids=MANY)
def test_many_short_lines_are_read_in_seconds(compute: History, made: Callable[[int], str]) -> None:
    text = "\n".join(map(made, range(5_000))).encode()
    start = time.process_time()
    compute.audit(compute.recording(io.BytesIO(text), "calls"))
    assert time.process_time() - start < 8  # it was a minute, and for some three


HALF = "\ud800"


@pytest.mark.parametrize(
    "call",
    [
        {"url": f"/servers/{HALF}"},
        {"url": f"/servers?{HALF}={HALF}"},
        {"url": f"https://compute.{HALF}/v2/servers"},
        {"url": f"/{HALF}"},
        {"version": HALF},
        {"headers": {HALF: HALF, "OpenStack-API-Version": f"compute {HALF}"}},
        {"note": HALF, "url": "/os-networks", "version": "2.90"},
        {"method": "POST", "body": {HALF: HALF}},
        {"status": 200, "response": {HALF: HALF}},
        {"method": HALF},
        {HALF: HALF},
    ],
    ids=ascii,
)
@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_half_a_character_is_no_fault_of_ours(call: dict[str, Any], format_: str) -> None:
    status, printed, errors = run(
        "-", "--format", format_, given_=json.dumps({"method": "GET", "url": "/servers", **call})
    )
    assert status in (0, 1, 2)
    assert (status == 2) == bool(json.loads(printed)["problems"] if format_ == "json" else errors)
    assert printed
    (printed + errors).encode()


WRONG = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([10**400, HALF, "", "\x00", "/servers", "GET", "2.90", "[]", "base64"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "value", "text", "encoding", "status", HALF, "server"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
KEYS = ["method", "url", "version", "headers", "body", "status", "response", "note"]
HAR_KEYS = ["method", "url", "headers", "postData", "bodySize"]


@given(st.dictionaries(st.sampled_from(KEYS), WRONG, max_size=3), st.sampled_from(["text", "json", "markdown"]))
def test_wrong_types_in_lines(call: dict[str, Any], format_: str) -> None:
    given_ = json.dumps({"method": "GET", "url": "/servers", **call})
    assert run("-", "--format", format_, given_=given_)[0] in (0, 1, 2)


@given(
    st.dictionaries(st.sampled_from(HAR_KEYS), WRONG, max_size=3),
    st.dictionaries(st.sampled_from(["request", "response", "comment"]), WRONG, max_size=1),
)
def test_wrong_types_in_har(request: dict[str, Any], entry: dict[str, Any]) -> None:
    whole = {"request": {"method": "GET", "url": "/servers", **request}, **entry}
    content = json.dumps({"log": {"entries": [whole]}}).encode()
    compute = load()
    with contextlib.suppress(TrafficError):
        compute.audit(compute.recording(io.BytesIO(content), "calls.har"))

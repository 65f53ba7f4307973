"""The commands: what they print, how they exit, and that no traceback gets out."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from microspec import discovery
from microspec.cli import main


def run(*arguments: str) -> Result:
    """A command, run in this process. Its exceptions are not caught."""
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ["versions"],
        ["show", "POST /servers", "--at", "2.37"],
        ["show", "2.37"],
        ["diff", "2.60", "2.88"],
        ["history", "POST /servers", "--request", "/server/networks/*/tag"],
        ["when", "server-tags"],
        ["when", "POST /os-keypairs", "--status", "201"],
        ["explain", "GET /servers?colour=blue", "--at", "2.74"],
        ["lint"],
        ["negotiate", "--server", "2.1-2.79", "--needs", "server-tags", "--needs", "server-topology"],
    ],
    ids=" ".join,
)
def test_every_answer_is_text_or_json(arguments: list[str]) -> None:
    text = run(*arguments)
    assert text.exit_code == 0
    assert "\x1b" not in text.output
    assert all(line == line.rstrip() for line in text.output.splitlines())
    answer = run(*arguments, "--format", "json")
    assert answer.exit_code == 0
    json.loads(answer.output)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["show", "GET /os-hypervisors/statistics", "--at", "2.88"], 1, "removed in 2.88"),
        (["show", "GET /serverz"], 2, "did you mean GET /servers"),
        (["show", "2.999"], 2, "outside the range of the specification"),
        (["show", "POST /servers", "--at", "2.01"], 2, "not a microversion"),
        (["diff", "2.1", "newest"], 2, "'newest' is not a microversion"),
        (["when", "server-tag"], 2, "did you mean server-tags"),
        (["when", "server-tags", "--at", "2.25"], 1, "2.26-"),
        (["when", "server-tags", "--request", "/server"], 2, "is not an operation"),
        (["history", "POST /servers", "--request", "/server/nothing"], 1, "never existed"),
        (["history", "POST /servers", "--request", "server"], 2, "must start with a slash"),
        (["history", "POST /servers", "--request", "/a", "--query", "b"], 2, "name only one element"),
        (["schema", "GET /servers"], 1, "has no request body"),
        (
            ["schema", "GET /servers", "--response", "--status", "299"],
            2,
            "GET /servers has no status '299'; known: 200",
        ),
        (["validate", "POST /servers"], 2, "give a file"),
        (["validate", "POST /servers", "nowhere.json"], 2, "nowhere.json: no such file"),
        (["schema", "novel"], 2, "no kind of file"),
        (["lint", "--spec", "./nowhere"], 2, "--spec: ./nowhere: no such folder"),
        (["versions", "--spec", "./nowhere"], 2, "no such folder"),
        (["versions", "--search", "quantum entanglement"], 1, "no version mentions it"),
        (["versions", "--search", "shelved-servers-take-volumes"], 0, "2.20  Shelved servers accept volumes"),
        (["negotiate", "--server", "2.1-2.72", "--needs", "server-topology"], 1, "2.78- (Train or later)"),
        (["negotiate", "--server", "2.1-2.79", "--needs", "server-tag"], 2, "did you mean server-tags"),
        (["negotiate", "--server", "2.1-2.79", "--query", "limit=1"], 2, "need an operation"),
        (["negotiate", "GET /serverz", "--server", "2.1-2.79"], 2, "did you mean GET /servers"),
        (["negotiate", "--needs", "server-tags"], 2, "--server is missing"),
        (["explain", "GET /os-networks", "--at", "2.40"], 1, "Instead: The Network service"),
        (["explain", "GET /servers", "--status", "409"], 0, "lists no 409 for this operation"),
        (["explain", "GET /servers", "--at", "2.80", "--server", "2.1-2.79"], 1, "the cloud does not support 2.80"),
        (["explain", "GET /servers", "--server", "2.1-"], 2, "one range with an end"),
        (["explain", "GET /servers", "--server", "2.x"], 2, "not a set of microversions"),
        (["explain", "GET /servers", "--server", "2.1-2.999"], 0, "the specification does not have 2.999 yet"),
        (["explain", "POST /servers/b1/action"], 2, "a server action needs its name"),
        (["explain", "server-tags"], 2, "a request must be METHOD /path"),
        (["conjure"], 2, "there is no command 'conjure'"),
        (["show"], 2, "WHAT is missing"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_exit_statuses(arguments: list[str], status: int, words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == status
    assert words in result.output
    assert "Traceback" not in result.output


BODY = '{"server": {"name": "a", "flavorRef": "1", "networks": "none", "tags": ["blue"]}}'


def test_validate_tells_where_a_body_would_be_accepted(tmp_path: Path) -> None:
    file = tmp_path / "body.json"
    file.write_text(BODY)
    refused = run("validate", "POST /servers", str(file), "--at", "2.51")
    assert refused.exit_code == 1
    assert refused.output.splitlines() == [
        "refused by POST /servers at 2.51",
        "  /server/tags  is not a known property",
        "accepted at: 2.52-",
    ]
    assert run("validate", "POST /servers", str(file), "--at", "2.52").exit_code == 0


def test_validate_reads_standard_input_and_queries() -> None:
    result = CliRunner().invoke(
        main, ["validate", "POST /servers", "-", "--at", "2.52", "--format", "json"], input=BODY
    )
    assert json.loads(result.output)["valid"] is True
    result = run("validate", "GET /servers", "--query", "colour=blue", "--at", "2.75", "--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.output)["accepted_at"]["versions"] == "2.1-2.74"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (b"{", "<stdin>:1:2: not JSON"),
        (b"\xff", "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"NaN", "NaN is not JSON"),
        (b'{"server": %s}' % (b"9" * 5_000), "<stdin>: a number has too many digits"),
    ],
)
def test_validate_refuses_what_is_not_json(given: bytes, words: str) -> None:
    result = CliRunner().invoke(main, ["validate", "POST /servers", "-"], input=given, catch_exceptions=False)
    assert result.exit_code == 2
    assert words in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["negotiate", "POST /servers", "--server", "2.1-2.88", "--body"],
        ["negotiate", "--server"],
        ["explain", "POST /servers", "--body"],
        ["audit"],
        ["diff", "2.1", "2.88", "--uses"],
    ],
    ids=" ".join,
)
def test_no_command_falls_over_a_long_number(arguments: list[str], tmp_path: Path) -> None:
    file = tmp_path / "calls.json"
    file.write_text("9" * 5_000)
    result = run(*arguments, str(file))
    assert result.exit_code == 2
    assert "a number has too many digits" in result.output


def test_negotiate_reads_documents_bodies_and_queries(tmp_path: Path) -> None:
    cloud, body = tmp_path / "cloud.json", tmp_path / "body.json"
    cloud.write_text(json.dumps(discovery.emit(discovery.nova(("2.1", "2.60"), "http://cloud.example"))))
    body.write_text(BODY)
    result = run("negotiate", "POST /servers", "--server", str(cloud), "--body", str(body))
    assert result.output.splitlines() == ["ask for 2.60", "  not 2.61-: server: 2.1-2.60 (up to Queens)"]
    lowest = ["--prefer", "lowest", "--client", "2.1-2.96"]
    result = run("negotiate", "GET /servers", "--server", str(cloud), "--query", "?tags=a", *lowest)
    assert result.output.splitlines()[0] == "ask for 2.26"
    topology = ["GET /servers/{server_id}/topology", "--response", "/nodes/*/memory_mb"]
    result = run("negotiate", "--server", str(cloud), *topology, "--format", "json")
    assert result.exit_code == 1
    answer = json.loads(result.output)
    assert answer["version"] is None
    assert [(limit["kind"], limit["versions"], limit["releases"]) for limit in answer["limits"]] == [
        ("server", "2.1-2.60", ["queens"]),
        ("operation", "2.78-", ["train"]),
        ("response", "2.78-", ["train"]),
    ]


def test_negotiate_locates_mistakes_in_a_document(tmp_path: Path) -> None:
    cloud = tmp_path / "cloud.json"
    cloud.write_text('{"version": {"id": "v2.1", "version": "2.60"}}')
    result = run("negotiate", "--server", str(cloud))
    assert result.exit_code == 2
    assert "cloud.json is not a version document: /version must have 'min_version' too" in result.output
    cloud.write_text("{")
    assert "cloud.json:1:2: not JSON" in run("negotiate", "--server", str(cloud)).output


@pytest.mark.parametrize(("path", "status", "words"), [("/v2.1/", 1, "only 2.1-2.60"), ("/v2/", 2, "no microversions")])
def test_explain_reads_documents(tmp_path: Path, path: str, status: int, words: str) -> None:
    cloud = tmp_path / "cloud.json"
    cloud.write_text(json.dumps(discovery.emit(discovery.nova(("2.1", "2.60"), "http://cloud.example", path))))
    result = run("explain", "GET /servers", "--at", "2.61", "--server", str(cloud))
    assert (result.exit_code, words in result.output) == (status, True)


def test_explain_reads_a_body() -> None:
    arguments = ["explain", "POST /servers/b1/action", "--at", "2.100", "--body", "-", "--format", "json"]
    given = '{"evacuate": {"host": "h", "force": true}}'
    result = CliRunner().invoke(main, arguments, input=given, catch_exceptions=False)
    assert result.exit_code == 1
    answer = json.loads(result.output)
    assert answer["works_at"]["versions"] == "2.29-2.67"
    assert [item["location"]["file"] for item in answer["reasons"]] == ["versions/2.68.yaml"]


def test_history_tells_the_saga() -> None:
    result = run("history", "POST /servers", "--request", "/server/networks/*/tag")
    lines = result.output.splitlines()
    assert lines[0].endswith("2.32-2.36, 2.42-")
    assert [line.split()[1] for line in lines if line.startswith(("  + ", "  - "))] == ["2.32", "2.37", "2.42"]
    assert "2.42 brings it back" in result.output


@pytest.mark.parametrize("command", ["when", "history"])
@pytest.mark.parametrize(
    ("operation", "gone"),
    [("GET /os-agents", "wallaby"), ("GET /os-agents --response /agents", "wallaby"), ("GET /servers", None)],
)
def test_an_operation_that_is_gone_says_so_last(command: str, operation: str, gone: str | None) -> None:
    operation, *element = operation.split(" --response ")
    arguments = [command, operation, *(word for pointer in element for word in ("--response", pointer))]
    last = run(*arguments).output.splitlines()[-1]
    assert (last == "  removed in Wallaby (23.0.0): answers 410 at every version") is (gone is not None)
    assert json.loads(run(*arguments, "--format", "json").output)["gone_since_release"] == gone


def test_show_marks_what_is_new() -> None:
    result = run("show", "POST /os-keypairs", "--at", "2.2")
    (new,) = [line for line in result.output.splitlines() if "type  one of ssh, x509" in line and "*" not in line]
    assert "new in 2.2" in new
    assert "201  KeypairCreateResponse  new in 2.2" in result.output


def test_schema_prints_standard_json_schema() -> None:
    document = json.loads(run("schema", "POST /os-keypairs", "--at", "2.1").output)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    query = json.loads(run("schema", "GET /servers", "--query").output)
    assert query["properties"]["tags"]["type"] == "array"
    answer = json.loads(run("schema", "GET /os-keypairs", "--response", "--status", "200").output)
    assert "KeypairListing" in answer["$defs"]


@pytest.mark.parametrize("kind", ["service", "common", "resource", "version"])
def test_schema_of_the_language(kind: str) -> None:
    document = json.loads(run("schema", kind).output)
    assert document["additionalProperties"] is False


def test_lint_lists_mistakes_as_json(library: Path) -> None:
    (library / "versions" / "1.2.yaml").write_text("microversion: 1.2\n")
    result = run("lint", "--spec", str(library), "--format", "json")
    assert result.exit_code == 1
    found: list[dict[str, Any]] = json.loads(result.stdout)["diagnostics"]
    assert {item["code"] for item in found} >= {"float"}
    assert all(item["location"]["line"] >= 1 for item in found)


def microspec(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The installed program, in a process of its own."""
    program = Path(sys.executable).with_name("microspec")
    return subprocess.run(
        [program, *arguments], capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


def test_the_program_completes_in_a_shell() -> None:
    result = microspec(_MICROSPEC_COMPLETE="bash_complete", COMP_WORDS="microspec when server-t", COMP_CWORD="2")
    assert "plain,server-tags" in result.stdout
    words = "microspec negotiate --needs server-t"
    result = microspec(_MICROSPEC_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD="3")
    assert "plain,server-tags" in result.stdout
    assert "complete" in microspec(_MICROSPEC_COMPLETE="bash_source").stdout


def test_the_interpreter_runs_it_as_a_module() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "microspec", "show", "2.999"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert result.stderr == microspec("show", "2.999").stderr


def test_to_import_the_program_does_not_run_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import microspec.__main__", "versions"], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""


def test_a_closed_pipe_is_no_error() -> None:
    program = Path(sys.executable).with_name("microspec")
    result = subprocess.run(
        ["bash", "-c", f"'{program}' show 'POST /servers' | head -n 1"], capture_output=True, text=True, check=False
    )
    assert result.stdout.startswith("POST /servers")
    assert "Traceback" not in result.stderr


def test_colours_are_for_terminals() -> None:
    program = Path(sys.executable).with_name("microspec")
    main_end, terminal = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "CI")}
    subprocess.run([program, "show", "2.2"], stdout=terminal, env={**environment, "TERM": "xterm-256color"}, check=True)
    os.close(terminal)
    printed = os.read(main_end, 100_000)
    os.close(main_end)
    assert b"\x1b[" in printed
    assert "\x1b[" not in microspec("show", "2.2").stdout

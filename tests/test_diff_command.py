"""The command diff: what it is asked, what it leaves out, how it exits, and that mistakes are located."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from microspec.cli import main
from microspec.cli.diffing import FORMATS
from microspec.diff.rules import POLICIES, SEVERITIES

LIBRARY = Path(__file__).parent / "library"


def run(*arguments: str) -> Result:
    """The command, run in this process. Its exceptions are not caught."""
    return CliRunner().invoke(main, ["diff", *arguments], catch_exceptions=False)


def ids(*arguments: str) -> list[str]:
    """The ids of the findings that are told."""
    return [finding["id"] for finding in json.loads(run(*arguments, "--format", "json").stdout)["findings"]]


# ------------------------------------------------------------------------------------- exit statuses


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["2.60", "2.88"], 0),
        (["2.60", "2.88", "--fail-on", "none"], 0),
        (["2.60", "2.88", "--fail-on", "breaking"], 1),
        (["2.60", "2.61", "--fail-on", "breaking"], 0),
        (["2.60", "2.61", "--fail-on", "any"], 1),
        (["2.60", "2.60", "--fail-on", "any"], 0),
        (["2.60", "2.88", "--fail-on", "breaking", "--policy", "none"], 0),
        (["2.60", "2.61", "--fail-on", "breaking", "--policy", "strict"], 1),
        (["2.60", "2.61", "--fail-on", "breaking", "--rule", "response-property-added=breaking"], 1),
        (["2.60", "2.61", "--fail-on", "breaking", "--rule", "response-property-added=undecidable"], 1),
        (["2.63", "2.64", "--fail-on", "breaking", "--only", "keypairs"], 0),
        (["2.63", "2.64", "--fail-on", "breaking", "--only", "keypairs", "--only", "server-groups"], 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.parametrize("format_", FORMATS)
def test_the_answer_is_the_exit_status(arguments: list[str], status: int, format_: str) -> None:
    assert run(*arguments, "--format", format_).exit_code == status


def test_what_is_undecidable_is_not_compatible() -> None:
    asked = ["2.84", "2.85", "--only", "PUT /servers/{server_id}/os-volume_attachments/{volume_id}"]
    document = json.loads(run(*asked, "--format", "json").stdout)
    assert (document["counts"]["breaking"], document["verdict"]) == (0, "undecidable")
    assert run(*asked, "--fail-on", "breaking").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "give two versions, or --against"),
        (["2.60"], "give two versions, or --against"),
        (["2.60", "newest"], "'newest' is not a microversion"),
        (["2.60", "2.999"], "outside the range of the specification"),
        (["2.60", "2.88", "--at", "2.61"], "--at needs --against"),
        (["2.60", "2.88", "--against", "spec"], "give either two versions or --against"),
        (["--against", "./nowhere"], "--against: ./nowhere: no such folder"),
        (["2.60", "2.88", "--policy", "lax"], "'lax' is not one of"),
        (["2.60", "2.88", "--rule", "operation-added"], "'operation-added' is not RULE=SEVERITY"),
        (["2.60", "2.88", "--rule", "operation-added=braking"], "did you mean breaking"),
        (["2.60", "2.88", "--rule", "operation-aded=breaking"], "did you mean operation-added"),
        (["2.60", "2.88", "--only", "server-tag"], "did you mean server-tags"),
        (["2.60", "2.88", "--only", "GET /serverz"], "did you mean GET /servers"),
        (["2.60", "2.88", "--only", "post /servers/b1/action#rebuld"], "no action 'rebuld'"),
        (["2.60", "2.88", "--only", "GET /servers?limit=1"], "a query string is not part of an operation"),
        (["2.60", "2.88", "--uses", "nowhere.txt"], "nowhere.txt: no such file"),
        (["2.60", "2.88", "--suppressions", "nowhere.yaml"], "nowhere.yaml: no such file"),
        (["2.60", "2.88", "--by-version", "--format", "sarif"], "cannot be combined with"),
        (["2.60", "2.88", "--by-version", "--format", "github"], "cannot be combined with"),
        (["--against", "spec", "--by-version"], "cannot be combined with"),
        (["2.60", "2.88", "--format", "pdf"], "'pdf' is not one of"),
        (["2.60", "2.88", "--max-length", "65000"], "--max-length needs --format markdown, not text"),
        (["2.60", "2.88", "--format", "html", "--max-length", "9"], "--max-length needs --format markdown"),
        (
            ["2.60", "2.88", "--format", "markdown", "--max-length", "0"],
            "--max-length: '0' is not an integer of at least 1",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_misuse_is_told(arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.output


# ---------------------------------------------------------------------------------------- narrowing


def test_only_what_is_asked_about() -> None:
    groups = ids("2.60", "2.88", "--only", "server-groups")
    assert {item.split()[-1] for item in groups if item.startswith("behavior")} == {
        "rules-only-for-anti-affinity",
        "anti-affinity-allows-one-by-default",
    }
    assert all("/os-server-groups" in item for item in groups if not item.startswith("behavior"))
    assert len(groups) < len(ids("2.60", "2.88"))
    both = ids("2.60", "2.88", "--only", "server-groups", "--only", "requested-host")
    assert set(both) == set(groups) | set(ids("2.60", "2.88", "--only", "requested-host"))
    shown = ids("2.60", "2.88", "--only", "GET /servers/{server_id}")
    assert shown == ids("2.60", "2.88", "--only", "get /servers/b1")
    assert shown


def test_only_what_a_client_uses(tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("GET /os-hypervisors/detail response /hypervisors/*/vcpus\nGET /flavors query limit\n")
    assert [item for item in ids("2.60", "2.88", "--uses", str(mine)) if not item.startswith("behavior")] == [
        "unknown-query-rejected GET /flavors",
        "response-property-removed GET /os-hypervisors/detail response /hypervisors/*/vcpus",
    ]
    text = run("2.60", "2.88", "--uses", str(mine)).stdout
    assert f"only what {mine} uses" in text
    assert "Instead: The inventories and usages of the Placement service." in text


def test_narrowing_twice_is_narrower(tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("GET /flavors\nGET /os-keypairs\n")
    found = ids("2.74", "2.75", "--uses", str(mine), "--only", "keypairs")
    assert found == ["unknown-query-rejected GET /os-keypairs"]


def test_calls_of_no_operation_are_told(tmp_path: Path) -> None:
    mine = tmp_path / "mine.jsonl"
    mine.write_text('{"method": "GET", "url": "/nowhere"}\n{"method": "GET", "url": "/servers"}\n')
    result = run("2.74", "2.75", "--uses", str(mine))
    assert result.exit_code == 0
    assert result.stderr == "calls that match no operation: GET /nowhere\n"


@pytest.mark.parametrize("content", ["", '{"method": "GET", "url": "/nowhere"}\n'])
def test_a_recording_that_failed_passes_nothing(tmp_path: Path, content: str) -> None:
    mine = tmp_path / "mine.jsonl"
    mine.write_text(content)
    result = run("2.60", "2.88", "--uses", str(mine), "--fail-on", "any")
    assert result.exit_code == 2
    assert f"{mine}:1: nothing is used: no " in result.output
    assert result.stdout == ""


def test_mistakes_in_a_list_are_located(tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("GET /flavors\nPOST /servers request /server/tgas\nGET /nowhere\n")
    result = run("2.60", "2.88", "--uses", str(mine))
    assert result.exit_code == 2
    assert f"{mine}:2: POST /servers has no request /server/tgas" in result.output
    assert f"{mine}:3: " in result.output


def test_versions_on_the_way_are_narrowed_too() -> None:
    steps = json.loads(run("2.62", "2.65", "--only", "server-groups", "--by-version", "--format", "json").stdout)[
        "by_version"
    ]
    assert [(step["version"], bool(step["findings"])) for step in steps] == [
        ("2.63", False), ("2.64", True), ("2.65", False)
    ]  # fmt: skip


def test_going_back_takes_features_away() -> None:
    onward, back = (
        json.loads(run(*pair, "--by-version", "--format", "json").stdout)["by_version"]
        for pair in (("2.73", "2.74"), ("2.74", "2.73"))
    )
    assert onward[0]["features"] == back[0]["removed_features"] != {}
    assert onward[0]["removed_features"] == back[0]["features"] == {}


# -------------------------------------------------------------------------------------- suppressions


def test_suppressed_findings_do_not_count(tmp_path: Path) -> None:
    known = tmp_path / "known.yaml"
    finding = "request-property-removed POST /servers/{server_id}/action#evacuate request /evacuate/force"
    known.write_text(
        "suppressions:\n"
        f'  "{finding}": {{reason: Nobody forces., expires: "2999-01-01"}}\n'
        '  "operation-removed GET /flavors": {reason: It was said., expires: "2999-01-01"}\n'
        '  "operation-removed GET /limits": {reason: It was said., expires: "2001-01-01"}\n'
    )
    asked = ["2.67", "2.68", "--only", "POST /servers/{server_id}/action#evacuate", "--fail-on", "breaking"]
    assert run(*asked).exit_code == 1
    result = run(*asked, "--suppressions", str(known))
    assert result.exit_code == 0
    assert "SUPPRESSED" in result.output
    document = json.loads(run(*asked, "--suppressions", str(known), "--format", "json").stdout)
    assert finding not in [item["id"] for item in document["findings"]]
    assert [(item["finding"]["id"], item["reason"]) for item in document["suppressed"]] == [(finding, "Nobody forces.")]
    assert [item["id"] for item in document["unused_suppressions"]] == ["operation-removed GET /flavors"]
    assert [item["id"] for item in document["expired_suppressions"]] == ["operation-removed GET /limits"]


@pytest.mark.parametrize("format_", FORMATS)
def test_suppressions_that_are_over_are_told(tmp_path: Path, format_: str) -> None:
    known = tmp_path / "known.yaml"
    known.write_text('suppressions:\n  operation-removed GET /limits: {reason: It was said., expires: "2001-01-01"}\n')
    result = run("2.67", "2.68", "--suppressions", str(known), "--format", format_)
    assert "operation-removed GET /limits" in result.output
    assert "known.yaml" in result.output
    assert ("known.yaml" in result.stderr) == (format_ in ("text", "sarif"))


# --------------------------------------------------------------------------------- two specifications


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The library without a field that it had."""
    folder = Path(shutil.copytree(LIBRARY, tmp_path / "other"))
    file = folder / "versions" / "1.4.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("maxLength: 60", "maxLength: 6"), encoding="utf-8")
    return folder


def test_two_specifications_are_compared(other: Path) -> None:
    asked = ["--spec", str(LIBRARY), "--against", str(other)]
    document = json.loads(run(*asked, "--format", "json").stdout)
    assert (document["old"], document["new"]) == ("1.4", "1.4")
    assert {item["rule"] for item in document["findings"]} == {"request-limit-narrowed", "response-limit-narrowed"}
    assert run(*asked, "--fail-on", "breaking").exit_code == 1
    assert run(*asked, "--at", "1.3", "--fail-on", "any").exit_code == 0
    assert run(*asked, "--only", "books", "--fail-on", "any").exit_code == 1
    assert run(*asked, "--only", "author-tags").exit_code == 2  # without causes, there are no features


@pytest.mark.parametrize("compiled", [False, True])
def test_places_are_in_the_folder_of_the_specification(tmp_path: Path, compiled: bool) -> None:
    folder = tmp_path / "spec"
    if compiled:
        built = CliRunner().invoke(main, ["build", "--spec", str(LIBRARY), str(folder)])
        assert built.exit_code == 0
    else:
        shutil.copytree(LIBRARY, folder)
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        printed = run("1.3", "1.4", "--spec", "spec", "--format", "github").stdout
    finally:
        os.chdir(here)
    assert "file=spec/versions/1.4.yaml,line=" in printed
    assert "file=spec/spec" not in printed


# ---------------------------------------------------------------------------------------- completion


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("microspec diff --rule operation-rem", ["plain,operation-removed=compatible"]),
        ("microspec diff --only server-gr", ["plain,server-groups", "plain,server-group-rules"]),
        ("microspec diff --format sa", ["plain,sarif"]),
    ],
)
def test_options_complete_in_a_shell(words: str, expected: list[str]) -> None:
    environment = {"_MICROSPEC_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    result = CliRunner().invoke(main, prog_name="microspec", env=environment)
    assert set(expected) <= set(result.output.splitlines())


# ------------------------------------------------------------------------------------------ the page

PAGE = (Path(__file__).parents[1] / "docs" / "diff.md").read_text(encoding="utf-8")


def block(language: str, start: str) -> str:
    """The code block of the page in a language that starts like this."""
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return next(text for text in found if text.startswith(start))


def test_the_page_names_every_option_and_format() -> None:
    options = [name for parameter in main.commands["diff"].params for name in parameter.opts if name.startswith("--")]
    missing = [name for name in options if name not in PAGE and name != "--format"]
    assert missing == []
    assert all(f"| `{name}` |" in PAGE for name in (*FORMATS, *SEVERITIES))
    assert all(f"| `{name}`" in PAGE for name in POLICIES)


def test_the_files_in_the_page_are_of_the_form(tmp_path: Path) -> None:
    (tmp_path / "client.txt").write_text(block("text", "# what our client does"))
    (tmp_path / "known.yaml").write_text(block("yaml", "suppressions:"))
    files = ["--uses", str(tmp_path / "client.txt"), "--suppressions", str(tmp_path / "known.yaml")]
    result = run("2.60", "2.88", *files, "--format", "json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["findings"]
    suppressed = json.loads(run("2.60", "2.88", *files[2:], "--format", "json").stdout)["suppressed"]
    assert len(suppressed) == 1


# ----------------------------------------------------------------------------------------- terminals


def test_only_a_terminal_needs_rich() -> None:
    code = "import sys; from microspec.cli import main; main(['diff', '2.67', '2.68'], standalone_mode=False)"
    result = subprocess.run(
        [sys.executable, "-c", f"{code}; print('rich' in sys.modules)"], capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1] == "False"
    assert "\x1b" not in result.stdout


def test_a_terminal_gets_colours_and_whole_words() -> None:
    main_end, terminal = pty.openpty()
    program = Path(sys.executable).with_name("microspec")
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "CI")}
    environment |= {"TERM": "xterm-256color", "COLUMNS": "60"}
    subprocess.run([program, "diff", "2.67", "2.68"], stdout=terminal, env=environment, check=True)
    os.close(terminal)
    printed = os.read(main_end, 100_000).decode()
    os.close(main_end)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", printed).splitlines()
    assert "\x1b[1;31mBREAKING" in printed
    assert "" in [line.strip() for line in lines]
    first = next(number for number, line in enumerate(lines) if "versions/2.68.yaml:19" in line)
    assert lines[first + 1].startswith("      ")
    assert all(len(line) <= 60 for line in lines)

"""The grammar of the command line: names of versions, standard input, what contradicts itself, lists, and the help."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from microspec import History, VersionSet, cli, discovery
from microspec.cli import main
from microspec.cli.group import COMMANDS, summary

ROOT = Path(__file__).parents[1]
BODY = '{"server": {"name": "a", "flavorRef": "1", "networks": "none", "tags": ["blue"]}}'


def run(*arguments: str, given: str | None = None) -> Result:
    """A command, run in this process. Its exceptions are not caught."""
    return CliRunner().invoke(main, arguments, input=given, catch_exceptions=False)


def answer(*arguments: str) -> Any:
    """What a command prints as JSON."""
    return json.loads(run(*arguments, "--format", "json").stdout)


# ------------------------------------------------------------------------------------------------ versions


def test_releases_and_latest_are_versions(compute: History) -> None:
    latest = str(compute.max_version)
    assert answer("show", "POST /servers", "--at", "wallaby")["version"] == "2.88"
    assert answer("show", "POST /servers", "--at", "latest")["version"] == latest
    assert answer("show", "Train")["version"] == "2.79"
    assert answer("show", "latest")["version"] == latest
    found = answer("diff", "train", "ussuri")
    assert (found["old"], found["new"]) == ("2.79", "2.87")
    assert answer("diff", "2.60", "latest")["new"] == latest
    assert answer("when", "server-tags", "--at", "wallaby")["at"] == "2.88"
    assert answer("explain", "GET /servers", "--at", "wallaby")["version"] == "2.88"
    assert answer("validate", "GET /servers", "--query", "limit=1", "--at", "stein")["version"] == "2.72"
    assert (
        run("schema", "POST /servers", "--at", "stein").output == run("schema", "POST /servers", "--at", "2.72").output
    )


@pytest.mark.parametrize(
    ("server", "versions"),
    [
        ("train", "2.1-2.79"),
        ("2.26-train", "2.26-2.79"),
        ("ussuri-wallaby", "2.87-2.88"),
        ("2.1-2.4, 2.6-train", "2.1-2.4, 2.6-2.79"),
        (">=2.26,<2.53", "2.26-2.52"),
    ],
)
def test_a_cloud_speaks_a_release(server: str, versions: str) -> None:
    limits = answer("negotiate", "--server", server, "--client", server)["limits"]
    assert [(limit["kind"], limit["versions"]) for limit in limits] == [("server", versions), ("client", versions)]


def test_the_latest_of_a_cloud_is_its_highest() -> None:
    topology = ["explain", "GET /servers/{server_id}/topology", "--at", "latest"]
    assert answer(*topology, "--server", "train")["works"]
    assert not answer(*topology, "--server", "stein")["works"]
    assert answer("negotiate", "--server", "latest") == answer("negotiate", "--server", "2.1-latest")


def test_versions_have_the_names_of_their_specification(library: Path) -> None:
    (release, *_) = answer("versions", "--spec", str(library))["releases"]
    assert run("show", "GET /books", "--at", release, "--spec", str(library)).exit_code == 0
    assert run("show", "GET /books", "--spec", str(library), "--at", "wallaby").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "POST /servers", "--at", "trian"], "or a release; did you mean train"),
        (["diff", "2.1", "ussurri"], "did you mean ussuri"),
        (["show", "trian"], "'trian' is neither an operation"),
        (["negotiate", "--server", "trian"], "a release or a file; did you mean train"),
        (["negotiate", "--server", "2.1-trian"], "not a set of microversions"),
        (["renumber", "latest", "2.106"], "'latest' is not a microversion"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_name_that_there_is_not(arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.output


# ------------------------------------------------------------------------------------------- standard input

CLOUD = json.dumps(discovery.emit(discovery.nova(("2.1", "2.60"), "http://cloud.example")))
SUPPRESSIONS = "suppressions:\n  operation-added GET /a: {reason: Known., expires: '9999-12-31'}\n"


@pytest.mark.parametrize(
    ("arguments", "given", "words"),
    [
        (["validate", "POST /servers", "-", "--at", "2.52"], BODY, "accepted by"),
        (["negotiate", "POST /servers", "--server", "2.1-2.60", "--body", "-"], BODY, "ask for 2.60"),
        (["negotiate", "--server", "-"], CLOUD, "ask for 2.60"),
        (["negotiate", "--server", "2.1-2.80", "--client", "-"], CLOUD, "ask for 2.60"),
        (["explain", "GET /servers", "--at", "2.52", "--server", "-"], CLOUD, "the request is valid"),
        (["explain", "POST /servers", "--at", "2.52", "--body", "-"], BODY, "the request is valid"),
        (["audit", "-"], "GET /servers 2.1\n", "no findings"),
        (["diff", "2.74", "2.75", "--uses", "-"], "GET /servers\n", "only what <stdin> uses"),
        (["diff", "2.74", "2.75", "--suppressions", "-"], SUPPRESSIONS, "<stdin>:2:3: unused-suppression"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_every_file_may_be_standard_input(arguments: list[str], given: str, words: str) -> None:
    result = run(*arguments, given=given)
    assert result.exit_code == 0, result.output
    assert words in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["audit", "-", "-"],
        ["negotiate", "POST /servers", "--server", "-", "--body", "-"],
        ["diff", "2.1", "2.2", "--uses", "-", "--suppressions", "-"],
    ],
    ids=" ".join,
)
def test_standard_input_is_read_once(arguments: list[str]) -> None:
    result = run(*arguments, given=CLOUD)
    assert result.exit_code == 2
    assert "standard input can be read only once" in result.output


def test_an_empty_recording_is_an_error(tmp_path: Path) -> None:
    for name, content in (("a.txt", ""), ("b.txt", "# nothing\n"), ("c.har", '{"log": {"entries": []}}')):
        file = tmp_path / name
        file.write_text(content)
        result = run("audit", str(file))
        assert result.exit_code == 2
        assert result.stderr == f"{file}:1: the file contains no calls\n"
        assert answer("audit", str(file))["problems"] == [
            {"place": f"{file}:1", "reason": "the file contains no calls"}
        ]
    elsewhere = tmp_path / "d.txt"
    elsewhere.write_text("GET https://example.org/image/v2/images\n")
    assert run("audit", str(elsewhere)).exit_code == 0


# ------------------------------------------------------------------------------- what contradicts itself


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "2.37", "--at", "2.40"], "--at needs an operation; 2.37 is a version"),
        (["show", "POST /servers", "--at", "2.1", "--at", "2.5"], "--at is given more than once"),
        (["when", "server-tags", "--query", "tags"], "'server-tags' is not an operation; --request, --query"),
        (["schema", "POST /servers", "--request", "--query"], "--request and --query contradict each other"),
        (["schema", "POST /servers", "--status", "202"], "--status needs --response"),
        (["schema", "GET /servers", "--query", "--status", "200"], "--status needs --response"),
        (["schema", "version", "--at", "2.1"], "--at needs an operation; 'version' is not one"),
        (["schema", "version", "--spec", "spec"], "--spec needs an operation"),
        (["schema", "version", "--response"], "--response needs an operation"),
        (["negotiate", "--server", "2.1-2.79", "--body", "-"], "need an operation"),
        (["negotiate", "--server", "2.1-2.79", "--response", "/server"], "need an operation"),
        (["negotiate", "--server", "2.1-2.79", "--server", "train"], "--server is given more than once"),
        (["diff", "2.60", "2.88", "--at", "2.61"], "--at needs --against"),
        (["diff", "2.60", "--against", "spec"], "give either two versions or --against"),
        (["versions", "--format", "json", "--format", "text"], "--format is given more than once"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_contradicts_itself_is_misuse(arguments: list[str], words: str) -> None:
    result = run(*arguments, given="{}")
    assert result.exit_code == 2
    assert words in result.output


# --------------------------------------------------------------------------------------------------- lists


def test_lists_of_what_there_is(compute: History) -> None:
    operations = answer("operations")
    assert [item["name"] for item in operations["operations"]] == [*compute.known]
    assert all(item["versions"] == str(compute.known[item["name"]].availability) for item in operations["operations"])
    features = answer("features")["features"]
    assert {item["name"]: item["text"] for item in features} == {f.name: f.text for f in compute.features.values()}
    at = compute.at("2.37")
    assert {item["name"] for item in answer("operations", "--at", "2.37")["operations"]} == {*at.definitions}
    assert {item["name"] for item in answer("behaviors", "--at", "2.37")["behaviors"]} == {*at.behaviors}
    assert {item["name"] for item in answer("schemas", "--at", "2.37")["schemas"]} == {*at.schemas}
    first = compute.at(compute.min_version)
    found = {item["name"]: item["versions"] for item in answer("schemas")["schemas"]}
    assert {name for name, versions in found.items() if first.version in VersionSet(versions)} == {*first.schemas}
    names = {name for version in compute.versions for name in compute.at(version).schemas}
    assert found.keys() == names


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["features", "CREATE-tags"], "server-create-tags  2.52-  A server can be tagged in the request that"),
        (["operations", "topology", "--at", "train"], "GET /servers/{server_id}/topology  2.78-"),
        (["operations", "GET /os-fixed-ips"], "GET /os-fixed-ips/{fixed_ip}  2.1-2.35  removed in rocky"),
        (["behaviors", "automatic-network-reused"], 'automatic-network-reused  2.37-  "auto" uses a network'),
        (["schemas", "servercore"], "ServerCore  2.1-  What every view of a server has"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_lists_have_a_filter(arguments: list[str], line: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 0
    assert result.output.startswith(line)
    assert len(result.output.splitlines()) <= 2


@pytest.mark.parametrize("kind", ["operations", "features", "behaviors", "schemas"])
def test_a_list_of_nothing_is_a_no(kind: str) -> None:
    result = run(kind, "quantum")
    assert (result.exit_code, result.output) == (1, "no name matches\n")
    assert answer(kind, "quantum") == {"at": None, "part": "quantum", kind: []}


# -------------------------------------------------------------------------------------------- completion


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("microspec when server-t", "plain,server-tags"),
        ("microspec when crash-dump-s", "plain,crash-dump-states"),
        ("microspec negotiate --needs automatic-network-r", "plain,automatic-network-reused"),
        ("microspec negotiate --server tra", "plain,train"),
        ("microspec show --at wal", "plain,wallaby"),
        ("microspec show lat", "plain,latest"),
        ("microspec diff 2.60 2.8", "plain,2.88"),
        ("microspec operations GET", "plain,GET /servers"),
        ("microspec features server-create", "plain,server-create-tags"),
        ("microspec behaviors automatic-network-r", "plain,automatic-network-reused"),
        ("microspec schemas ServerCor", "plain,ServerCore"),
        ("microspec validate --at", ""),
        ("microspec features --spec nowhere x", ""),
        ("microspec feat", "plain,features"),
    ],
)
def test_completion(words: str, expected: str) -> None:
    program = Path(sys.executable).with_name("microspec")
    number = str(len(words.split()) - 1)
    environment = {**os.environ, "_MICROSPEC_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": number}
    done = subprocess.run([program], capture_output=True, text=True, env=environment, check=True)
    assert expected in done.stdout
    assert done.stderr == ""


# -------------------------------------------------------------------------------------------------- help


def test_the_help_has_a_whole_line_for_each_command() -> None:
    text = run("--help").output
    lines = text.splitlines()
    assert [line.removesuffix(":") for line in lines if line.removesuffix(":") in COMMANDS] == [*COMMANDS]
    for name, command in main.commands.items():
        (line,) = (line for line in lines if line.startswith(f"  {name} "))
        assert line.endswith(f" {summary(command)}")
        assert summary(command).endswith(".")
        assert len(line) <= 80
    assert "..." not in text.partition("Ask:")[2]


def test_each_command_is_in_the_module_that_the_table_says() -> None:
    for modules in COMMANDS.values():
        for module, names in modules.items():
            found = import_module(f"microspec.cli.{module}")
            assert {*names} <= {name for name, item in vars(found).items() if isinstance(item, click.Command)}
            assert all(main.commands[name] is getattr(found, name) for name in names)
    there = {path.stem for path in Path(str(cli.__file__)).parent.glob("*ing.py")}
    assert {module for modules in COMMANDS.values() for module in modules} == there
    assert len(main.commands) == len(main.commands._imported)


def imported(*arguments: str, **environment: str) -> set[str]:
    """What the program imports for a command line."""
    code = (
        "import sys\nfrom microspec.__main__ import run\ntry: run()\nfinally: sys.stderr.write(' '.join(sys.modules))"
    )
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})
    assert done.stdout
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("format_", ["text", "json"])
@pytest.mark.parametrize("arguments", [["when", "server-tags"], ["when", "GET /servers", "--query", "tags"]])
def test_a_command_imports_what_it_needs(arguments: list[str], format_: str) -> None:
    found = imported(*arguments, "--format", format_)
    assert not found & {"rich", "pydantic", "yaml", "jsonschema_rs", "hypothesis", "packaging", "hashlib", "pathlib"}
    assert ("json" in found) == ("microspec.render.plain" in found) == (format_ == "json")
    assert of_the_command_line(found) == {"asking"}
    assert not {name for name in found if name.startswith(("microspec.diff", "microspec.export", "microspec.http"))}


@pytest.mark.parametrize(
    ("words", "modules"), [("when server-t", {"asking"}), ("feat", {"listing"}), ("diff 2.60 --ru", {"diffing"})]
)
def test_completion_imports_what_it_needs(words: str, modules: set[str]) -> None:
    given = {"COMP_WORDS": f"microspec {words}", "COMP_CWORD": str(len(words.split()))}
    found = imported(_MICROSPEC_COMPLETE="bash_complete", **given)
    assert not found & {"rich", "pydantic", "yaml", "jsonschema_rs"}
    assert of_the_command_line(found) == modules


def of_the_command_line(found: set[str]) -> set[str]:
    """The modules of commands among others."""
    return {name.rpartition(".")[2] for name in found if re.fullmatch(r"microspec\.cli\.\w+ing", name)}


@pytest.mark.parametrize("name", main.commands)
def test_every_command_and_option_says_what_it_is(name: str) -> None:
    command = main.commands[name]
    text = run(name, "--help").output
    assert command.examples
    assert all(f"\n  {example}\n" in text for example in command.examples)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert parameter.help.endswith(".")


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the examples name: those of a client, and a repository with a specification."""
    folder = tmp_path_factory.mktemp("workshop")
    (folder / "body.json").write_text(BODY)
    (folder / "calls.txt").write_text("GET /servers 2.52\n")
    shutil.copytree(ROOT / "tests" / "library", folder / "spec")
    version = 'microversion: "1.5"\ntitle: T\ndescription: D\nfeatures: {%s: F.}\nchanges: []\n'
    file = folder / "spec" / "versions" / "1.5.yaml"
    identity = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | identity

    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True)

    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "The library")
    file.write_text(version % "theirs")
    git("add", "-A")
    git("commit", "-qm", "Take 1.5")
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    git("reset", "-q", "--hard", "HEAD~1")
    file.write_text(version % "mine")
    return folder


@pytest.mark.parametrize(
    "example", [example for command in main.commands.values() for example in command.examples], ids=str
)
def test_the_examples_run(example: str, workshop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shutil.copytree(workshop, tmp_path / "workshop"))
    program, *arguments = shlex.split(example)
    assert program == "microspec"
    result = run(*arguments)
    assert result.exit_code in (0, 1), result.output
    assert "Usage:" not in result.output
    assert result.output or re.match("microspec (lint|check|fmt)", example)

"""What is printed: JSON that obeys the schema of its command, and text with hanging indents that fits a page."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from microspec.cli import main
from microspec.render import terminal
from microspec.render.blocks import Block, Group, Hanging, Table, Text, Tree
from microspec.render.shape import COMMANDS

ROOT = Path(__file__).parents[1]
PROGRAM = Path(sys.executable).with_name("microspec")


# ------------------------------------------------------------------------------------------------------ JSON

ASKED = [
    "versions",
    "versions --search 'key pair'",
    "versions --search quantum",
    "operations --at 2.37",
    "operations quantum",
    "features",
    "behaviors",
    "schemas server --at latest",
    "show 2.37",
    "show latest",
    "show 'POST /servers' --at 2.53",
    "show 'GET /servers/{server_id}/tags'",
    "show 'GET /os-networks' --at 2.1",
    "history 'POST /servers' --request '/server/networks/*/tag'",
    "history 'GET /servers'",
    "when server-tags",
    "when 'GET /servers' --query tags --at 2.25",
    "validate 'POST /servers' body.json --at 2.51",
    "validate 'GET /servers' --query limit=5",
    "negotiate --server train --needs server-tags",
    "negotiate 'POST /servers' --server 2.1-2.40 --body body.json",
    "negotiate 'GET /os-networks' --server 2.1-latest --prefer lowest",
    "explain 'POST /servers' --at 2.40 --body body.json",
    "explain 'GET /servers/b1?limit=1' --at 2.999 --server train",
    "explain 'GET /nowhere'",
    "audit calls.txt --server train",
    "diff 2.60 2.88 --by-version",
    "lint --spec spec",
    "lint --spec broken",
    "check --base base --spec spec",
    "check --base base --spec changed --suppressions accepted.yaml",
    "renumber 1.5 1.6 --spec spec --base base",
    "init started --service parcels",
    "new 1.6 --spec spec",
    "fmt --check spec",
    "build compiled --spec spec",
    "export --tables tables --spec spec",
    "models 1.4 --out models --spec spec",
    "show 'GET /serverz'",
    "show 'GET /os-networks'",
    "versions --spec broken",
    "conjure",
]
"""Command lines, with all that commands can print as JSON; schema prints a JSON Schema."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the command lines name."""
    (tmp_path / "body.json").write_text(
        '{"server": {"name": "a", "flavorRef": "1", "networks": "none", "tags": ["b"]}}'
    )
    (tmp_path / "calls.txt").write_text(
        "GET /servers 2.52\nGET /os-networks 2.40\nGET\nGET /servers?colour=blue 2.60\n"
    )
    (tmp_path / "accepted.yaml").write_text(
        "suppressions:\n"
        "  success-status-altered DELETE /books/{book_id} status /: {reason: It was., expires: '9999-12-31'}\n"
        "  operation-added GET /nowhere: {reason: Known., expires: '9999-12-31'}\n"
        "  operation-removed GET /nowhere: {reason: Known., expires: '2001-12-31'}\n"
    )
    for name in ("spec", "base", "broken", "changed"):
        shutil.copytree(ROOT / "tests" / "library", tmp_path / name)
    version = 'microversion: "1.5"\ntitle: T\ndescription: Unlike 1.5.\nfeatures: {a: F.}\nchanges: []\n'
    (tmp_path / "spec" / "versions" / "1.5.yaml").write_text(version)
    (tmp_path / "base" / "versions" / "1.5.yaml").write_text(version.replace("a: F", "b: F"))
    (tmp_path / "broken" / "versions" / "1.2.yaml").write_text("microversion: 1.2\n")
    for file, old, new in (
        ("baseline/books.yaml", "id: {type: string}", "id: {type: integer}"),
        ("versions/1.4.yaml", "{from: 204, to: 202}", "{from: 204, to: 205}"),
    ):
        path = tmp_path / "changed" / file
        path.write_text(path.read_text().replace(old, new))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", ASKED)
def test_what_is_printed_as_json_obeys_its_schema(command: str, folder: Path) -> None:
    del folder
    result = run(*shlex.split(command), "--format", "json")
    assert result.stderr == ""
    printed = json.loads(result.stdout)
    assert isinstance(printed, dict)
    name = "error" if "error" in printed else command.split(maxsplit=1)[0]
    schema = json.loads((ROOT / "docs" / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    assert [error.message for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(printed)] == []


def test_every_command_has_a_schema() -> None:
    assert {*COMMANDS, "diff", "openapi", "schema"} == {*main.commands}
    assert {command.split()[0] for command in ASKED} >= {*COMMANDS, "diff"}
    document = json.loads(run("schema", "POST /servers", "--format", "json").stdout)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def run(*arguments: str) -> Result:
    """A command, run in this process. Its exceptions are not caught."""
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


# ---------------------------------------------------------------------------------------------------- text


def on_a_terminal(*arguments: str, **environment: str) -> str:
    """What a command writes to a terminal."""
    reader, terminal = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CI", "FORCE_COLOR")}
    process = subprocess.Popen([PROGRAM, *arguments], stdout=terminal, env={**kept, "TERM": "xterm", **environment})
    os.close(terminal)
    printed = b""
    while True:
        try:
            part = os.read(reader, 65_536)
        except OSError:  # how Linux tells the end
            break
        if not part:
            break
        printed += part
    os.close(reader)
    process.wait()
    return printed.decode().replace("\r\n", "\n")


def plain(text: str) -> str:
    """A text without styles."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


LONG = [
    ["show", "2.37"],
    ["show", "POST /servers", "--at", "2.53"],
    ["history", "POST /servers", "--request", "/server/networks/*/tag"],
    ["behaviors", "network"],
    ["features", "tags"],
    ["versions"],
    ["versions", "--search", "network"],
    ["explain", "GET /os-networks"],
    ["negotiate", "POST /servers", "--server", "2.1-2.79", "--response", "/server/nowhere"],
    ["diff", "2.36", "2.37"],
]


@pytest.mark.parametrize("arguments", LONG, ids=" ".join)
def test_no_line_is_wider_than_a_page(arguments: list[str]) -> None:
    for columns, widest in (("200", 100), ("60", 60)):
        printed = on_a_terminal(*arguments, COLUMNS=columns)
        assert "\x1b[" in printed
        assert max(map(len, plain(printed).splitlines())) <= widest
        words = [re.sub(r"[^\w]", "", text) for text in (plain(printed), run(*arguments).output)]
        assert words[0] == words[1]


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
@pytest.mark.parametrize("arguments", [LONG[0], LONG[1], LONG[-1]], ids=" ".join)
def test_a_terminal_is_plain_if_that_is_asked_for(arguments: list[str], environment: dict[str, str]) -> None:
    printed = on_a_terminal(*arguments, COLUMNS="200", **environment)
    assert "\x1b" not in printed
    styled = plain(on_a_terminal(*arguments, COLUMNS="200"))
    assert printed.splitlines() == [line.rstrip() for line in styled.splitlines()]


@pytest.mark.parametrize("arguments", LONG, ids=" ".join)
def test_what_is_no_terminal_gets_whole_lines_without_styles(arguments: list[str]) -> None:
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": "40"}
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, env=environment, check=False)
    assert done.stdout == run(*arguments).output
    assert "\x1b" not in done.stdout


def test_what_goes_on_is_indented() -> None:
    lines = plain(on_a_terminal("show", "2.37", COLUMNS="70")).splitlines()
    entries = [number for number, line in enumerate(lines) if re.match("  [-+!~] ", line)]
    assert len(entries) == 12
    after = [line for number, line in enumerate(lines) if number > entries[0] and number not in entries and line]
    assert len(after) >= 10
    after.remove("  in other releases")
    assert all(re.match("    [^ ]", line) for line in after)
    described = lines[1 : lines.index("")]
    assert len(described) >= 3
    assert all(re.match("  [^ ]", line) for line in described)
    lines = plain(on_a_terminal("diff", "2.36", "2.37", COLUMNS="70")).splitlines()
    starts = run("diff", "2.36", "2.37").output.splitlines()
    more = [line for line in lines if line and not any(start.startswith(line) for start in starts)]
    assert len(more) >= 10
    assert all(line.startswith("  ") for line in more)


WORDS = st.text(st.sampled_from("ab é→日本ﬀ"), max_size=12)
TEXTS = st.builds(Text, WORDS, st.sampled_from(["", "bold"]))
TABLES = st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=4)


def table(rows: list[tuple[Text, Text, Text]]) -> Table:
    """A table of these rows."""
    made = Table("one", "two", "three", broken="three")
    for row in rows:
        made.add_row(*row)
    return made


def tree(block: Block, below: list[Tree]) -> Tree:
    """A tree with these branches."""
    made = Tree(block)
    made.branches = below
    return made


LINES = TEXTS | st.builds(Hanging, TEXTS, st.integers(0, 8))
TREES = st.recursive(LINES.map(Tree), lambda trees: st.builds(tree, LINES, st.lists(trees, max_size=3)))


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@given(st.recursive(LINES | TABLES.map(table) | TREES, lambda blocks: st.builds(Group, blocks, blocks)))
def test_what_is_laid_out_without_rich_is_as_rich_lays_it_out(encoding: str, block: Block) -> None:
    """But for its colours, and where it breaks lines."""
    ascii_only = encoding == "ascii"
    found = [line.encode(encoding, "backslashreplace").decode(encoding) for line in block.lines(ascii_only=ascii_only)]
    laid_out = terminal.lines(block, styled=False, width=10_000, encoding=encoding)
    assert "\n".join(map(str.rstrip, found)).rstrip("\n") == "\n".join(map(str.rstrip, laid_out)).rstrip("\n")


def test_alternatives_have_one_style() -> None:
    lines = run("show", "POST /servers", "--at", "2.53").output.splitlines()
    number = next(number for number, line in enumerate(lines) if line.endswith(" networks*"))
    assert "├── either  NetworkRequestList  array of object" in lines[number + 1]
    assert "└── or  NetworkMode  one of none, auto" in lines[number + 6]
    assert [line for line in lines if re.search("─ (either|or) ", line)] == [lines[number + 1], lines[number + 6]]
    inline = next(line for line in lines if "imageRef" in line)
    assert 'imageRef  either string, loose-uuid, or ""  The id of the image' in inline
    assert any("same_host  either string, or array of string, loose-uuid  " in line for line in lines)


def test_a_schema_that_is_an_array_of_itself_has_an_end(library: Path) -> None:
    (library / "versions" / "1.5.yaml").write_text(
        'microversion: "1.5"\ntitle: T\ndescription: D\nfeatures: {shelves-in-shelves: F.}\nchanges:\n'
        "  - add-schema: Shelves\n    schema: {type: array, items: {$ref: Shelves}}\n    why: They nest.\n"
        "  - add-property: Book.shelves\n    schema: {$ref: Shelves}\n    why: They nest.\n"
    )
    result = run("show", "GET /books", "--spec", str(library))
    assert result.exit_code == 0, result.output
    assert "shelves  array of Shelves" in result.output

"""Text of specifications, recordings, files and arguments that a terminal, a reader or CI would be misled by.

Whatever is printed, in every format and on standard error, has no control character but newlines and tabs, nothing that
turns the direction of writing, and no workflow command but annotations of ours.
"""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from microspec.cli import main
from microspec.render import escaping

BAD = (
    "\u05d0\u00e9 \x1b[31mred\x9b1m \x07\x08\r\n::add-mask::x\n \u00a0::stop-commands::y\u2028::z "
    "\u202eabc\u2069 ##[group]w ##vso[a]"
)
"""Something of each kind. The letters at its start are harmless, and stay."""

QUOTED = json.dumps(BAD)  # as YAML has it, too
VERSION = f"""\
microversion: "1.5"
title: {QUOTED}
description: {QUOTED}
features:
  nasty: {QUOTED}
behaviors:
  odd:
    operations: [GET /books]
    text: {QUOTED}
removed-features:
  author-tags: {QUOTED}
changes:
  - add-property: "Author.::add-mask::x"
    schema: {{type: string, description: {QUOTED}, enum: ["::x", "##[group]"]}}
    feature: nasty
    why: {QUOTED}
  - remove-property: Author.tag
    feature: author-tags
    instead: {QUOTED}
    why: {QUOTED}
  - alter-response: DELETE /books/{{book_id}}
    status: {{from: 202, to: 204}}
    why: {QUOTED}
"""

SUPPRESSIONS = f"""\
suppressions:
  property-removed GET /nowhere request /::x: {{reason: {QUOTED}, expires: "9999-12-31"}}
  property-removed GET /gone request /::x: {{reason: {QUOTED}, expires: "2020-01-01"}}
"""

FOLDER = "\x1b[2J\n::add-mask::folder"
"""The name of a folder, too, is foreign."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a hostile specification, one with mistakes, recordings, and a file of suppressions."""
    here = tmp_path_factory.mktemp("hostile")
    spec = here / FOLDER
    shutil.copytree(Path(__file__).parent / "library", spec)
    (spec / "versions" / "1.5.yaml").write_text(VERSION)
    service = (spec / "service.yaml").read_text().replace('"1.4"', '"1.5"')
    service = service.replace("name: Birch", 'name: "B|rch \u202e `code` [a](b) <i>"')
    (spec / "service.yaml").write_text(service.replace("title: Library", f"title: {QUOTED}"))
    broken = here / f"{FOLDER} broken"
    shutil.copytree(spec, broken)
    wrong = VERSION.replace("Author.tag", '"Author.::\\x1b"').replace("status: {from: 202", f"{QUOTED}: {{from: 202")
    (broken / "versions" / "1.5.yaml").write_text(f"{wrong}{QUOTED}: {QUOTED}\n")
    (here / "accepted.yaml").write_text(SUPPRESSIONS)
    (here / "wrong.yaml").write_text(f"suppressions: {{{QUOTED}: {QUOTED}}}\n{QUOTED}: 1\n")
    call = {"method": "GET", "url": f"/books/{BAD}/loans?{BAD}=1", "version": "1.5", "note": BAD}
    calls: list[dict[str, Any]] = [
        call,
        {**call, "url": "/books?odd=1", "status": 299, "response": {BAD: BAD}},
        {**call, "method": "POST", "url": "/books", "body": {"book": {BAD: BAD, "title": BAD}, BAD: 1}},
        {**call, "url": f"/{BAD}", "version": BAD},
        {**call, "url": "/b\ud800oks", "version": "\udfff", "note": "\ud800"},
        {**call, "url": f"https://[{BAD}", "method": "\ud800"},
        {**call, BAD: 1},
    ]
    (here / "::calls\n::add-mask::b\x1b").write_text("".join(f"{json.dumps(item)}\n" for item in calls))
    (here / "table").write_text(f"GET /books/{BAD.splitlines()[0].replace(' ', '')} 1.5\n{BAD}\n")
    entries = [{"request": {"method": BAD, "url": f"/{BAD}", "headers": {BAD: 1}}, "comment": BAD}]
    entries += [{"request": {"method": "GET", "url": f"/{BAD}", "headers": []}, "comment": BAD}]
    (here / "::x\n::y.har").write_text(json.dumps({"log": {"entries": entries}}))
    (here / "body.json").write_text(json.dumps({BAD: BAD, "book": {"title": 1, BAD: BAD, "authors": BAD}}))
    (here / "uses").write_text(f"GET /books\nGET /{BAD[:3]}\x1b\nGET /books query \x1b[1m\n")
    return here


CALLS, HAR = "::calls\n::add-mask::b\x1b", "::x\n::y.har"
OF_SPEC = ("--spec", FOLDER)
ASKED: list[tuple[str, ...]] = [
    ("versions",),
    ("versions", "--search", "red"),
    ("versions", "--search", BAD),
    ("show", "1.5"),
    ("show", "POST /books"),
    ("show", BAD),
    ("show", f"GET /{BAD}"),
    ("show", "POST /books", "--at", BAD),
    ("history", "POST /books", "--request", "/book/authors/*/::add-mask::x"),
    ("history", "POST /books", "--request", "/book/authors/*/tag"),
    ("history", "POST /books", "--request", f"/{BAD}"),
    ("history", "POST /books", "--query", BAD),
    ("history", f"GET {BAD}"),
    ("when", "nasty"),
    ("when", BAD),
    ("when", "POST /books", "--response", f"/{BAD}"),
    ("when", "POST /books", "--status", BAD),
    ("validate", "POST /books", "body.json"),
    ("validate", "GET /books", "--query", f"{BAD}={BAD}"),
    ("validate", "POST /books", BAD),
    ("validate", f"POST {BAD}", "body.json"),
    ("negotiate", "--server", "1.1-1.5", "--needs", BAD),
    ("negotiate", "--server", BAD),
    ("negotiate", "--server", CALLS),
    ("negotiate", "--server", "1.1-1.5", "--client", BAD),
    ("negotiate", "POST /books", "--server", "1.1-1.5", "--body", "body.json"),
    ("negotiate", f"GET {BAD}", "--server", "1.1-1.5"),
    ("negotiate", "GET /books", "--server", "1.1-1.5", "--response", BAD),
    ("explain", "POST /books", "--body", "body.json", "--at", "1.5"),
    ("explain", f"GET /{BAD}?{BAD}", "--at", "1.5"),
    ("explain", BAD),
    ("explain", "GET /books", "--at", BAD),
    ("explain", "DELETE /books/1", "--status", "404"),
    ("audit", CALLS),
    ("audit", HAR, "table"),
    ("audit", BAD),
    ("audit", CALLS, "--server", BAD),
    ("schema", "POST /books"),
    ("schema", BAD),
    ("schema", f"GET {BAD}"),
    ("export", "--tables", "tables \x1b\n::x"),
    ("models", "1.5", "--out", "models \x1b\n::x"),
    ("models", BAD, "--out", "models"),
    ("build", "built \x1b\n::x"),
    ("build", CALLS),
    ("openapi",),
    ("openapi", BAD),
    ("openapi", "--resource", BAD),
    ("openapi", "--out", "document \x1b\n::x"),
    ("openapi", "--out", CALLS),
    ("lint",),
    ("lint", "--spec", f"{FOLDER} broken"),
    ("show", "1.5", "--spec", f"{FOLDER} broken"),
    ("lint", "--spec", BAD),
    ("check", "--base", FOLDER),
    ("check", "--base", str(Path(__file__).parent / "library")),
    ("check", "--base", FOLDER, "--suppressions", "accepted.yaml"),
    ("check", "--base", FOLDER, "--suppressions", "wrong.yaml"),
    ("check", "--base", f"{FOLDER} broken"),
    ("check", "--base", BAD),
    ("check", "--base", FOLDER, "--spec", f"{FOLDER} broken"),
    ("renumber", "1.5", "1.4"),
    ("renumber", BAD, BAD),
    ("init", BAD, "--service", BAD),
    ("init", FOLDER, "--service", "a"),
    ("new", BAD),
    ("new", "--spec", f"{FOLDER} broken"),
    ("fmt", "--check", FOLDER),
    ("fmt", f"{FOLDER} broken"),
    ("fmt", BAD),
    ("diff", "1.4", "1.5", "--policy", "strict"),
    ("diff", "1.4", "1.5", "--suppressions", "accepted.yaml"),
    ("diff", "1.3", "1.5", "--by-version"),
    ("diff", "1.4", "1.5", "--uses", CALLS),
    ("diff", "1.4", "1.5", "--uses", "uses"),
    ("diff", "1.4", BAD),
    ("diff", "1.4", "1.5", "--only", BAD),
    ("diff", "1.4", "1.5", "--rule", BAD),
    ("diff", "1.4", "1.5", "--rule", f"{BAD}=breaking"),
    ("diff", "--against", str(Path(__file__).parent / "library"), "--at", "1.4"),
    (BAD,),
    ("show", "1.5", f"--{BAD}"),
    (f"--{BAD}",),
    ("show", "1.5", BAD),
    ("show", "1.5", "--format", BAD),
]

FORMATS = {
    "audit": ("text", "json", "markdown"),
    "check": ("text", "json", "github"),
    "diff": ("text", "json", "markdown", "sarif", "github", "html"),
    "openapi": ("json", "yaml"),
}


def unsafe(text: str) -> list[str]:
    """The characters of a text that no output may have."""
    directions = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return [
        c for c in text if (unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c not in "\n\t") or c in directions
    ]


ANNOTATION = re.compile(r"::(error|warning|notice) (file=[^:]*,line=\d+,col=\d+,)?title=[^:]*::.*")


def harmless(text: str, *, annotations: bool = False) -> bool:
    """Whether an output has nothing that a terminal or CI obeys."""
    lines = [line for line in text.split("\n") if not (annotations and ANNOTATION.fullmatch(line))]
    commands = [line for line in lines if line.lstrip().startswith("::") or re.search(r"##\w*\[", line)]
    return not unsafe(text) and not commands


def run(place: Path, *arguments: str, **more: Any) -> Result:
    """What a command of these tests prints, in their folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        return CliRunner().invoke(main, arguments, **more)


@pytest.mark.parametrize("arguments", ASKED, ids=lambda arguments: escaping.plain(" ".join(arguments))[:60])
def test_nothing_that_is_printed_is_obeyed(place: Path, arguments: tuple[str, ...]) -> None:
    told = set()
    for format_ in FORMATS.get(arguments[0], ("text", "json")):
        spec = () if "--spec" in arguments or arguments[0] not in main.commands else OF_SPEC
        chosen = ("--format", format_) if arguments[0] in main.commands and "--format" not in arguments else ()
        if "--by-version" in arguments and format_ in ("sarif", "github"):
            continue
        done = run(place, *arguments, *spec, *chosen)
        assert isinstance(done.exception, SystemExit | None), done.exc_info
        assert harmless(done.stdout, annotations=format_ == "github"), done.stdout
        assert harmless(done.stderr), done.stderr
        told.add(done.stdout + done.stderr)
    assert told != {""} or arguments[0] in ("lint", "check")


@pytest.mark.parametrize("arguments", [("show", "1.5"), ("diff", "1.4", "1.5"), ("audit", CALLS)], ids=" ".join)
def test_nor_is_it_on_a_terminal(place: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """There Rich writes colours, and breaks lines."""
    for module in ("output", "diffing"):
        monkeypatch.setattr(f"microspec.cli.{module}.is_terminal", lambda: True)
    done = run(place, *arguments, *OF_SPEC, env={"TERM": "xterm", "COLUMNS": "9"})
    colourless = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    assert colourless != done.stdout
    assert harmless(colourless), colourless


def test_what_is_shown_says_what_was_there(place: Path) -> None:
    shown = "\u05d0\u00e9 \\x1b[31mred\\x9b1m \\x07\\x08\\r\\n::add-mask::x\\n"
    done = run(place, "history", "POST /books", "--request", "/book/authors/*/tag", *OF_SPEC)
    assert shown in done.stdout
    assert r"\u2028::z \u202eabc\u2069 #\x23[group]w #\x23vso[a]" in done.stdout
    done = run(place, "show", "1.5", *OF_SPEC)
    assert "\n  \\x3a:add-mask::x\n" in done.stdout  # a description may have several lines
    assert f"there is no command {BAD!r}".replace("##", r"#\x23") in run(place, BAD).stderr
    assert json.loads(run(place, "show", "1.5", *OF_SPEC, "--format", "json").stdout)["title"] == BAD


def test_errors_have_a_line_for_each_mistake(place: Path) -> None:
    done = run(place, "diff", "1.4", "1.5", "--suppressions", "wrong.yaml", *OF_SPEC)
    assert done.exit_code == 2
    lines = done.stderr.removeprefix("Error: ").splitlines()
    assert len(lines) > 1
    assert all(line.startswith("wrong.yaml:") for line in lines)


TEXTS = st.text(st.characters() | st.sampled_from([*BAD, "\ud800", "\udfff", "#", "[", ":", "|", "`", "\\", "<"]))


@given(TEXTS)
def test_every_language_escapes(text: str) -> None:
    for escaped in (escaping.plain, escaping.markdown, escaping.code, escaping.html, escaping.command):
        assert not unsafe(escaped(text))
        assert "\n" not in escaped(text)
        assert harmless(escaping.without_commands(f"  {escaped(text)}\n{escaped(text)}"))
    assert harmless(escaping.without_commands(escaping.dumped([text, {text: [text]}], indent=2)))
    assert json.loads(escaping.dumped(text)) == text
    assert escaping.plain(escaping.plain(text)) == escaping.plain(text)


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"], exclude_characters="#"), min_size=1))
def test_what_can_be_seen_stays(text: str) -> None:
    assert escaping.plain(text) == text


def test_only_one_module_prints() -> None:
    folder = Path(escaping.__file__).parents[1]
    printing = [
        path
        for path in folder.rglob("*.py")
        if re.search(r"(?<!console\.)\bprint\(|click\.(s?echo|secho)\(|sys\.std(out|err)\.write", path.read_text())
    ]
    assert printing == [folder / "cli" / "streams.py"]

"""Files that cannot be used, output that cannot be written, and what an encoding does not have: no traceback, ever."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from microspec import History
from microspec.cli import main

PROGRAM = Path(sys.executable).with_name("microspec")
LONG = "a" * 300
FULL = Path("/dev/full")
BROKEN = Path("/proc/self/mem")
"""A file that is there, and of which no byte can be read."""

needs_full = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The program, in a process of its own."""
    return subprocess.run(
        [PROGRAM, *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
    )


# ------------------------------------------------------------------------------------------------- files

FILES = [
    ["validate", "POST /servers", "{}"],
    ["negotiate", "POST /servers", "--server", "2.1-2.79", "--body", "{}"],
    ["negotiate", "--server", "{}/"],
    ["explain", "POST /servers", "--body", "{}"],
    ["audit", "{}"],
    ["diff", "2.1", "2.2", "--uses", "{}"],
    ["diff", "2.1", "2.2", "--suppressions", "{}"],
    ["check", "--base", "HEAD", "--suppressions", "{}"],
]
"""Everything that takes a file."""

FOLDERS = [
    ["versions", "--spec", "{}"],
    ["lint", "--spec", "{}"],
    ["diff", "--against", "{}"],
    ["export", "--tables", "{}"],
    ["models", "2.53", "--out", "{}"],
    ["build", "{}"],
]
"""Everything that takes a folder."""


def refused(arguments: list[str], name: str) -> str:
    """What is said of a file or a folder that cannot be used, as text; as JSON it is the same."""
    arguments = [argument.replace("{}", name) for argument in arguments]
    text, told = (CliRunner().invoke(main, [*arguments, *more]) for more in ([], ["--format", "json"]))
    assert (text.exit_code, told.exit_code) == (2, 2), text.output
    assert text.stdout == told.stderr == ""
    error = json.loads(told.stdout)["error"]
    assert error["status"] == 2
    assert error["message"] in text.stderr
    return str(error["message"])


@pytest.mark.parametrize("arguments", FILES, ids=" ".join)
def test_a_file_that_cannot_be_used_is_misuse(arguments: list[str], tmp_path: Path) -> None:
    assert "no such file" in refused(arguments, str(tmp_path / "nowhere"))
    assert "the name is too long" in refused(arguments, LONG)
    assert "not a valid file name" in refused(arguments, "a\0b")
    if "{}/" not in arguments:
        assert "this is a folder, not a file" in refused(arguments, str(tmp_path))
        assert f"{BROKEN}: input/output error" in refused(arguments, str(BROKEN))


@pytest.mark.parametrize("arguments", FOLDERS, ids=" ".join)
def test_a_folder_that_cannot_be_used_is_misuse(arguments: list[str], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert "this is a file, not a folder" in refused(arguments, str(file))
    assert "a part of the path is a file, not a folder" in refused(arguments, str(file / "below"))
    assert "the name is too long" in refused(arguments, LONG)
    assert "not a valid folder name" in refused(arguments, "a\0b")
    assert "the name of a folder cannot be empty" in refused(arguments, "")


# ------------------------------------------------------------------------------------------------ output

ANSWERS: list[tuple[list[str], int]] = [
    (["versions"], 0),
    (["show", "2.37"], 0),
    (["show", "POST /servers"], 0),
    (["show", "2.37", "--format", "json"], 0),
    (["diff", "2.36", "2.37"], 0),
    (["diff", "2.36", "2.37", "--format", "json"], 0),
    (["schema", "POST /servers"], 0),
    (["explain", "GET /os-networks"], 1),
    (["--help"], 0),
    (["show", "--help"], 0),
    (["--version"], 0),
]


@needs_full
@pytest.mark.parametrize(("arguments", "status"), ANSWERS, ids=str)
def test_a_full_disk_is_told(arguments: list[str], status: int) -> None:
    with FULL.open("wb") as full:
        done = subprocess.run([PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE, check=False)
        assert done.returncode == 2
        assert done.stderr == b"Error: standard output cannot be written: no space left on device\n"
        done = subprocess.run([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=full, check=False)
    assert done.returncode == status
    assert done.stdout


@needs_full
def test_a_message_that_cannot_be_written_is_misuse(library: Path) -> None:
    (library / "versions" / "1.2.yaml").write_text("microversion: 1.2\n")
    with FULL.open("wb") as full:
        for arguments in (["show", "GET /serverz"], ["lint", "--spec", str(library)], ["conjure"]):
            assert (
                subprocess.run([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=full, check=False).returncode == 2
            )
        done = subprocess.run([PROGRAM, "show", "2.2"], stdout=full, stderr=full, check=False)
    assert done.returncode == 2


@pytest.mark.parametrize(("arguments", "status"), ANSWERS, ids=str)
def test_a_closed_pipe_ends_it_quietly(arguments: list[str], status: int) -> None:
    del status
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([PROGRAM, *arguments], stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (2, b"")


@pytest.mark.parametrize("closed", ["<&-", "2>&-", ">&-"])
def test_a_closed_stream_is_no_traceback(closed: str) -> None:
    command = f"'{PROGRAM}' validate 'POST /servers' - {closed}"
    done = subprocess.run(["bash", "-c", command], input=b"{}", capture_output=True, check=False)
    assert done.returncode == {"<&-": 2, "2>&-": 1, ">&-": 2}[closed]
    words = {"<&-": b"standard input is closed", "2>&-": b"", ">&-": b"standard output cannot be written: it is closed"}
    assert words[closed] in done.stderr
    assert b"Traceback" not in done.stderr


# ---------------------------------------------------------------------------------------------- encodings


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
@pytest.mark.parametrize(("arguments", "status"), ANSWERS, ids=str)
def test_what_an_encoding_does_not_have_is_escaped(arguments: list[str], status: int, encoding: str) -> None:
    done = run(*arguments, PYTHONIOENCODING=f"{encoding}:strict")
    assert (done.returncode, done.stderr) == (status, b"")
    printed = done.stdout.decode(encoding)
    whole = answer(*arguments).decode()
    assert ("\\u2192" in printed) == ("→" in whole and encoding != "utf-8")
    if "json" in arguments or arguments[0] == "schema":
        assert json.loads(printed) == json.loads(whole)


@cache
def answer(*arguments: str) -> bytes:
    """What is printed as UTF-8."""
    return run(*arguments, PYTHONIOENCODING="utf-8").stdout


@pytest.mark.parametrize("format_", ["json", "sarif", "html"])
def test_what_programs_read_is_utf_8(format_: str, library: Path) -> None:
    file = library / "versions" / "1.3.yaml"
    file.write_text(file.read_text().replace("title: ", "title: Größe 😀 ", 1), encoding="utf-8")
    arguments = ["diff", "1.2", "1.3", "--spec", str(library), "--by-version", "--format", format_]
    arguments.remove("--by-version") if format_ == "sarif" else None
    done = run(*arguments, PYTHONIOENCODING="cp1252")
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    whole = run(*arguments, PYTHONIOENCODING="utf-8").stdout.decode()
    if format_ == "html":
        assert done.stdout.decode() == whole.encode("ascii", "xmlcharrefreplace").decode()
    else:
        assert json.loads(done.stdout) == json.loads(whole)


def test_a_name_that_is_no_text_is_escaped() -> None:
    done = subprocess.run([PROGRAM, "history", b"GET /\xff"], capture_output=True, check=False)
    assert done.returncode == 2
    assert b"\\udcff" in done.stderr


# -------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["show", "GET /serverz"], 2, "did you mean GET /servers"),
        (["show", "GET /os-hypervisors/statistics"], 1, "removed in 2.88"),
        (["show", "2.999"], 2, "outside the range of the specification"),
        (["show"], 2, "WHAT is missing"),
        (["schema", "GET /servers"], 1, "has no request body"),
        (["versions", "--spec", "./nowhere"], 2, "no such folder"),
        (["when", "server-tags", "--nonsense"], 2, "there is no option '--nonsense'"),
        (["conjure"], 2, "there is no command 'conjure'"),
        (["check", "--base", "nowhere"], 2, "cannot compare with 'nowhere'"),
        (["audit", "-"], 2, None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_errors_are_json_where_json_is_asked_for(arguments: list[str], status: int, words: str | None) -> None:
    for asked in (["--format", "json"], ["--format=json"]):
        result = CliRunner().invoke(main, [*arguments, *asked], input="", catch_exceptions=False)
        assert (result.exit_code, result.stderr) == (status, "")
        answer = json.loads(result.stdout)
        if words is not None:
            assert answer["error"]["status"] == status
            assert words in answer["error"]["message"]


def test_an_error_of_a_specification_has_its_diagnostics(library: Path) -> None:
    (library / "versions" / "1.2.yaml").write_text("microversion: 1.2\n")
    result = CliRunner().invoke(main, ["versions", "--spec", str(library), "--format", "json"])
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert "float" in {item["code"] for item in error["diagnostics"]}


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (RuntimeError("who knows"), "a bug in microspec: RuntimeError at "),
        (RecursionError("too deep"), "a bug in microspec: RecursionError at "),
        (KeyboardInterrupt(), "interrupted"),
        (OSError(5, "Input/output error"), "a file: input/output error"),
        (OSError(13, "Permission denied", "spec"), "spec: permission denied"),
    ],
    ids=repr,
)
def test_whatever_happens_is_no_traceback(raised: BaseException, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> Any:
        raise raised

    monkeypatch.setattr(History, "diff", fails)
    result = CliRunner().invoke(main, ["diff", "2.1", "2.2"])
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_the_help_is_there_without_arguments() -> None:
    result = CliRunner().invoke(main, [])
    assert result.exit_code == 2
    assert "Ask:" in result.stderr

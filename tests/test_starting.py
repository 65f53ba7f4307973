"""What `microspec init` and `microspec new` write: what passes lint, what is left to the author, what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import microspec
from microspec.authoring.errors import SpecificationError
from microspec.authoring.formatting import format_files
from microspec.authoring.tree import read_tree
from microspec.cli import main


def run(*arguments: object) -> Result:
    """A command, run in this process. Its exceptions are not caught."""
    return CliRunner().invoke(main, [*map(str, arguments)], catch_exceptions=False)


def content(folder: Path) -> dict[str, bytes]:
    """All files in a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def started(tmp_path: Path) -> Path:
    """A specification that was just started."""
    assert run("init", tmp_path / "spec", "--service", "parcel-tracking").exit_code == 0
    return tmp_path / "spec"


@pytest.mark.parametrize("service", ["a", "parcel-tracking", "a-service-with-a-name-that-makes-every-line-much-longer"])
def test_a_new_specification_passes_lint_and_is_formatted(tmp_path: Path, service: str) -> None:
    spec = tmp_path / "deep" / "spec"
    result = run("init", spec, "--service", service)
    assert result.exit_code == 0
    names = ["service.yaml", "baseline/common.yaml", "baseline/notes.yaml", "versions/1.1.yaml"]
    assert result.stdout == "".join(f"wrote {spec}/{name}\n" for name in names)
    assert f"microspec new --spec {spec}" in " ".join(result.stderr.split())
    assert sorted(content(spec)) == sorted(names)
    assert run("lint", "--spec", spec).output == ""
    assert format_files([spec], check=True) == []


def test_headers_have_the_name_of_the_service(started: Path) -> None:
    history = microspec.load(started)
    assert "Parcel-Tracking-API-Version" in history.at("1.1").common.headers
    assert not [name for name, text in content(started).items() if re.search(rb"SERVICE-|NEW-", text)]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run("init", tmp_path / "empty", "--service", "a").exit_code == 0
    before = content(tmp_path)
    again = run("init", tmp_path / "empty", "--service", "b")
    assert (again.exit_code, "it is not empty" in again.output) == (2, True)
    assert content(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["spec", "--service", "Parcel"], "'Parcel' is not a valid service name"),
        (["spec", "--service", "a b"], "lower-case words joined by hyphens"),
        (["spec", "--service", "a", "--spec", "compute"], "--spec has no meaning here"),
        ([".", "--service", "a"], "it is the current folder"),
        (["file", "--service", "a"], "this is a file, not a folder"),
        (["spec"], "--service is missing"),
    ],
)
def test_a_specification_that_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.chdir(tmp_path)
    result = run("init", *arguments)
    assert (result.exit_code, words in result.output) == (2, True), result.output
    assert content(tmp_path) == {"file": b""}


@pytest.mark.parametrize("method", ["write_text", "rename", "mkdir"])
def test_no_specification_is_written_by_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    def fail(self: Path, *_: object, **__: object) -> object:
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, method, fail)
    result = run("init", tmp_path / "spec", "--service", "a")
    monkeypatch.undo()
    assert (result.exit_code, "No space left on device" in result.output) == (2, True)
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------------------ a version


def missing(spec: Path) -> list[tuple[str, str]]:
    """The texts at the places that lint reports: a key each, and what it has."""
    with pytest.raises(SpecificationError) as caught:
        read_tree(spec)
    found = []
    for item in caught.value.diagnostics:
        line = Path(item.location.file).read_text().splitlines()[item.location.line - 1]
        found.append((line[: item.location.column - 1].strip(), line[item.location.column - 1 :]))
    return found


@pytest.mark.parametrize("number", [(), ("1.2",)])
def test_a_new_version_lints_but_for_what_its_author_says(started: Path, number: tuple[str, ...]) -> None:
    result = run("new", *number, "--spec", started)
    path = started / "versions" / "1.2.yaml"
    assert (result.exit_code, result.stdout) == (0, f"wrote {path}\n")
    assert "microspec lint --spec" in result.stderr
    assert format_files([started], check=True) == []
    assert missing(started) == [("title:", '""'), ("description:", '""'), ("new-feature:", '""')]
    path.write_text(path.read_text().replace('""', "Something."))
    assert run("lint", "--spec", started).output == ""


def test_the_examples_in_a_new_version_are_changes(started: Path) -> None:
    run("new", "--spec", started)
    path = started / "versions" / "1.2.yaml"
    head, _, examples = path.read_text().replace('""', "Something.").partition("changes: []\n")
    path.write_text(f"{head}changes:\n{re.sub('^#', '', examples.partition(chr(10))[2], flags=re.MULTILINE)}")
    assert run("lint", "--spec", started).output == ""
    assert len(microspec.load(started)["1.2"].changes) == 2


def test_versions_are_started_one_after_the_other(started: Path) -> None:
    for number in ("1.2", "1.3", "1.4"):
        answer = json.loads(run("new", "--spec", started, "--format", "json").stdout)
        file = f"{started}/versions/{number}.yaml"
        assert answer == {"spec": str(started), "version": number, "files": [file]}


def test_the_first_version_can_be_started(started: Path) -> None:
    (started / "versions" / "1.1.yaml").unlink()
    assert run("new", "--spec", started).exit_code == 0
    assert (started / "versions" / "1.1.yaml").is_file()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("1.1", "1.1 already exists; the next version is 1.2"),
        ("1.3", "1.3 is not the next version, which is 1.2"),
        ("1.0", "1.0 is not the next version, which is 1.2"),
        ("2.0", "2.0 is not the next version, which is 1.2"),
        ("latest", "'latest' is not a microversion"),
    ],
)
def test_a_version_that_is_refused(started: Path, number: str, words: str) -> None:
    before = content(started)
    result = run("new", number, "--spec", started)
    assert (result.exit_code, words in result.output) == (2, True), result.output
    assert content(started) == before


@pytest.mark.parametrize("part", ["service.yaml", "versions/1.1.yaml"])
def test_a_folder_that_is_no_specification(started: Path, part: str) -> None:
    (started / part).unlink()
    if part.startswith("versions"):
        (started / "versions").rmdir()
    before = content(started)
    result = run("new", "--spec", started)
    assert result.exit_code == 2
    assert "No such file" in result.output
    assert content(started) == before

"""Where a specification is looked for: what is the name of a bundled service, and what is a path."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import microspec
from microspec import SpecificationError, UnknownName, headers
from microspec.cli import main


@pytest.fixture
def here(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with one specification in ``books`` and another that has the name of a bundled service."""
    folder = tmp_path / "here"
    for name in ("books", "nested/books", "compute"):
        shutil.copytree(library, folder / name)
    (folder / "plain").write_text("a file")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("spec", ["books", "nested/books", "./books", "books/", "./compute", "{here}/books"])
def test_a_text_is_a_path_if_it_has_a_separator_or_is_the_name_of_a_folder(here: Path, spec: str) -> None:
    assert microspec.load(spec.format(here=here)).service_type == "library"


def test_a_bundled_service_wins_over_a_folder_of_its_name(here: Path) -> None:
    assert microspec.load("compute").service_type == "compute"
    assert microspec.load(Path("compute")).service_type == "library"
    assert microspec.load(here / "compute").service_type == "library"


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("spec", "hint"),
    [("nova", "known: compute"), ("comptue", r"did you mean compute\?"), ("", "known"), ("plain", "known")],
)
def test_a_name_that_is_neither_says_both(spec: str, hint: str) -> None:
    with pytest.raises(UnknownName, match=f"there is no bundled service or folder '{spec}'; {hint}"):
        microspec.load(spec)
    result = CliRunner().invoke(main, ["versions", "--spec", spec])
    assert result.exit_code == 2
    told = {"": "the name of a folder cannot be empty", "plain": "plain: this is a file, not a folder"}
    assert told.get(spec, f"there is no bundled service or folder '{spec}'") in result.output


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("spec", ["./nova", "nested/nova", "nova/"])
def test_a_path_that_leads_nowhere_is_told_as_one_mistake(spec: str) -> None:
    with pytest.raises(SpecificationError, match=f"^{Path(spec)}:1:1: missing-file there is no such folder$"):
        microspec.load(spec)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("spec", [f"./{'a' * 300}", f"nested/{'a/' * 3000}", "./a\0b", "./\ud800"])
def test_a_path_that_no_file_can_have_is_one_that_leads_nowhere(spec: str) -> None:
    for path in (spec, Path(spec)):
        with pytest.raises(SpecificationError) as caught:
            microspec.load(path)
        assert {item.code for item in caught.value.diagnostics} == {"missing-file"}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["versions", "--spec", "books"], 0, "1.4"),
        (["versions", "--spec", "./compute"], 0, "1.4"),
        (["versions", "--spec", "compute"], 0, "2.37"),
        (["lint", "--spec", "books"], 0, ""),
        (["lint", "--spec", "nova"], 2, "there is no bundled service or folder 'nova'"),
        (["diff", "--spec", "books", "--against", "./compute"], 0, "books → ./compute"),
        (["diff", "--spec", "books", "--against", "nova"], 2, "there is no bundled service or folder 'nova'"),
        (["diff", "--spec", "compute", "--against", "compute"], 0, "the bundled specification"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_the_command_line_goes_the_same_way(arguments: list[str], status: int, words: str) -> None:
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert (result.exit_code, words in result.output) == (status, True), result.output


def test_headers_name_bundled_services_and_read_no_folder(here: Path) -> None:
    assert (here / "books").is_dir()
    with pytest.raises(UnknownName, match="there is no bundled service 'books'; known: compute"):
        headers.requested({}, "books")
    assert headers.requested({}, "Compute") == microspec.load().min_version

"""What the loader says of mistakes: each vector exactly, all together in one run, and files from hell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import microspec
from exploring import examples
from microspec import SpecificationError
from microspec.authoring.diagnostics import CODES
from microspec.authoring.lint import Lint

if TYPE_CHECKING:
    from microspec.values.diagnostics import Diagnostic

HERE = Path(__file__).parent
VECTORS: list[dict[str, Any]] = yaml.safe_load((HERE / "vectors" / "diagnostics.yaml").read_text())


def make(mistake: dict[str, Any], root: Path) -> None:
    """Make the mistake of a vector in a specification."""
    for name, old, new in [mistake[key] for key in ("edit", "with") if key in mistake]:
        text = (root / name).read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        (root / name).write_text(text.replace(old, new))
    if "write" in mistake:
        name, text = mistake["write"]
        (root / name).write_text(text)
    if "remove" in mistake:
        (root / mistake["remove"]).unlink()


def diagnostics(root: Path) -> list[Diagnostic]:
    """All that the loader says of a specification."""
    try:
        microspec.load(root)
    except SpecificationError as error:
        return list(error.diagnostics)
    return []


def place(diagnostic: Diagnostic, root: Path) -> str:
    """Where a diagnostic points to, from the root of the specification."""
    return str(diagnostic.location).removeprefix(f"{root}/")


def test_the_library_is_sound(library: Path) -> None:
    assert diagnostics(library) == []


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_one_mistake(vector: dict[str, Any], library: Path) -> None:
    make(vector, library)
    found = diagnostics(library)
    assert [[place(item, library), item.code] for item in found] == [item[:2] for item in vector["expect"]]
    for item, (_, _, words) in zip(found, vector["expect"], strict=True):
        assert words in str(item)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_what_is_not_checked_again_in_another_release_has_no_other_mistakes(
    vector: dict[str, Any], library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(vector, library)
    found = diagnostics(library)
    monkeypatch.setattr(Lint, "_area", lambda *_: None)  # so that all is checked again
    assert diagnostics(library) == found


def test_all_mistakes_of_a_tree_are_reported_in_one_run(library: Path) -> None:
    together = [vector for vector in VECTORS if vector.get("together")]
    expected = {tuple(item[:2]) for vector in together for item in vector["expect"]}
    assert len(expected) >= 20
    for vector in together:
        make(vector, library)
    found = {(place(item, library), item.code) for item in diagnostics(library)}
    assert found == expected


def test_every_code_is_in_the_table_and_has_a_vector() -> None:
    generated = {"too-large", "too-many-mistakes", "not-utf8", "too-deep", "unreadable"}
    assert {item[1] for vector in VECTORS for item in vector["expect"]} | generated == set(CODES)


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        (b"a: 1\nb: caf\xe9\n", "not-utf8", 2, 7),
        (b"\xff\xfea\x00", "not-utf8", 1, 1),
        (b"a: " + b"[" * 100_000, "too-deep", 1, 63),
        (b"a: " + b"{a: " * 100_000, "too-deep", 1, 240),
        (b"x" * 50_000_000, "too-large", 1, 1),
    ],
    ids=["latin-1", "utf-16", "deep lists", "deep mappings", "50 MB"],
)
def test_files_from_hell(library: Path, content: bytes, code: str, line: int, column: int) -> None:
    (library / "baseline" / "hell.yaml").write_bytes(content)
    (found,) = diagnostics(library)
    assert (found.code, found.location.line, found.location.column) == (code, line, column)


def test_a_file_that_cannot_be_read(library: Path) -> None:
    (library / "baseline" / "folder.yaml").mkdir()
    (found,) = diagnostics(library)
    assert (found.code, place(found, library)) == ("unreadable", "baseline/folder.yaml:1:1")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    nowhere, file = tmp_path / "nowhere", tmp_path / "file"
    file.touch()
    assert [*map(str, diagnostics(nowhere))] == [f"{nowhere}:1:1: missing-file there is no such folder"]
    assert [*map(str, diagnostics(file))] == [f"{file}:1:1: missing-file this is a file, not a folder"]


@settings(examples(2), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_file_whatever_ends_in_a_traceback(library: Path, data: st.DataObject) -> None:
    """Random bytes, and random edits to real files, give diagnostics or a history and nothing else."""
    path = data.draw(st.sampled_from(sorted(library.rglob("*.yaml"))))
    original = path.read_bytes()
    lines = original.split(b"\n")
    number = data.draw(st.integers(0, len(lines) - 1))
    piece = data.draw(st.binary(max_size=20) | st.text(":-{}[]&*!#|>'\"? \n\tab10", max_size=12).map(str.encode))
    lines[number] = data.draw(st.sampled_from([piece, lines[number] + piece, piece + lines[number]]))
    path.write_bytes(b"\n".join(lines))
    try:
        for item in diagnostics(library):
            assert item.code in CODES
            assert item.location.line >= 1
    finally:
        path.write_bytes(original)


def test_a_specification_without_versions(library: Path) -> None:
    for path in (library / "versions").iterdir():
        path.unlink()
    found = [item for item in diagnostics(library) if item.code == "missing-file"]
    assert [str(item) for item in found] == [
        f"{library}/versions:1:1: missing-file there is no version file (add the file of the first version)"
    ]


def test_a_pattern_that_is_nested_too_deeply(library: Path) -> None:
    path = library / "baseline" / "common.yaml"
    pattern = "(" * 5_000 + ")" * 5_000
    path.write_text(path.read_text().replace("Title: {type: string,", f'Title: {{type: string, pattern: "{pattern}",'))
    (found,) = diagnostics(library)
    assert found.code == "wrong-pattern"
    assert len(found.message) < 200


@pytest.mark.filterwarnings("error")
def test_a_pattern_of_which_python_warns(library: Path) -> None:
    path = library / "baseline" / "common.yaml"
    path.write_text(path.read_text().replace("Title: {type: string,", 'Title: {type: string, pattern: "[a||b]",'))
    assert microspec.load(library).at("1.1").schemas["Title"]["pattern"] == "[a||b]"


@pytest.mark.parametrize("character", ["\\t", "\\n", "\\e", "\\0", "\\x7f", "\\N", "\\L", "\\r"])
@pytest.mark.parametrize(
    ("file", "old", "new", "where", "code"),
    [
        ("baseline/books.yaml", "GET /books:", '"GET /b*oks":', "5:3", "wrong-key"),
        ("baseline/books.yaml", "DELETE /books/{book_id}:", '"DELETE /books/{b*k_id}":', "18:3", "wrong-key"),
        ("baseline/books.yaml", "shelf:", '"sh*lf":', "43:7", "wrong-key"),
        ("baseline/books.yaml", "[title]", '["t*tle"]', "44:16", "wrong-value"),
        ("baseline/books.yaml", "LoanListing:", '"Loan*Listing":', "67:3", "wrong-key"),
        ("baseline/common.yaml", "marker:", '"m*rker":', "13:5", "wrong-key"),
        ("baseline/common.yaml", "book_id:", '"b*k_id":', "5:5", "wrong-key"),
        ("service.yaml", "standard: Library-API-Version", 'standard: "Library*Version"', "4:21", "wrong-value"),
        ("service.yaml", "acorn:", '"ac*rn":', "6:3", "wrong-key"),
        ("service.yaml", "name: Acorn", 'name: "Ac*rn"', "6:17", "wrong-value"),
        ("service.yaml", "version: 2.0.0", 'version: "2*0"', "7:49", "wrong-value"),
        ("versions/1.4.yaml", "author-tags:", '"author*tags":', "5:3", "wrong-key"),
        ("versions/1.4.yaml", "lists-sorted:", '"lists*sorted":', "7:3", "wrong-key"),
        ("versions/1.4.yaml", "[GET /books]", '["GET /b*oks"]', "8:18", "wrong-value"),
        ("versions/1.4.yaml", "add-property: Author.tag", 'add-property: "Author.t*g"', "11:19", "wrong-value"),
        ("versions/1.4.yaml", "alter-operation: GET /books", 'alter-operation: "GET /b*"', "15:22", "wrong-value"),
    ],
)
def test_no_name_has_a_control_character(
    library: Path, character: str, file: str, old: str, new: str, where: str, code: str
) -> None:
    """What is wrong is the character, and where the name stands."""
    text = (library / file).read_text()
    assert old in text
    (library / file).write_text(text.replace(old, new.replace("*", character), 1))
    found = [item for item in diagnostics(library) if "contains a control character" in item.message]
    assert [(place(item, library), item.code) for item in found] == [(f"{file}:{where}", code)]


def test_half_a_character_is_none(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With either of the parsers, which see it at different columns."""
    path = library / "versions" / "1.4.yaml"
    path.write_text(path.read_text().replace("why: It had been lost by mistake.", 'why: "It was \\ud800 lost."'))
    for parser in (microspec.authoring.yaml._FAST, yaml.SafeLoader):
        monkeypatch.setattr("microspec.authoring.yaml._FAST", parser)
        (found,) = diagnostics(library)
        assert (found.location.file, found.location.line, found.code) == (str(path), 14, "yaml-syntax")


def test_a_gap_is_one_diagnostic(library: Path) -> None:
    (library / "versions" / "1.1000000.yaml").write_text(
        (library / "versions" / "1.4.yaml").read_text().replace('"1.4"', '"1.1000000"')
    )
    found = [item.message for item in diagnostics(library) if item.code == "gap"]
    assert found == ["there is no file for any of 1.5 to 1.999999 before 1.1000000"]

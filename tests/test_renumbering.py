"""Another number for a version: what is changed in which files, what is refused, and that nothing is done by half."""

from __future__ import annotations

import contextlib
import json
import shutil
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import microspec
from microspec import Version
from microspec.authoring.errors import RenumberingError, SpecificationError
from microspec.authoring.renumber import renumber
from microspec.authoring.tree import read_tree
from microspec.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

MINE = """# My version. It was 1.5 from the start, and 1.5.1 is none.
microversion: "1.5"  # not 1.50, nor 11.5
title: 'Birth'
description: >-
    Since 1.5 an author has a year of birth.
features: {births: An author has a year of birth.}
changes:
  - add-property: Author.born
    schema: {type: string, maxLength: 9}
    why: Readers like the old.\r
"""
THEIRS = MINE.replace("born", "died").replace("births", "deaths")


def versions(spec: Path) -> dict[str, bytes]:
    """The version files that are not the library's own."""
    own = {f"1.{number}.yaml" for number in range(1, 5)}
    return {path.name: path.read_bytes() for path in (spec / "versions").iterdir() if path.name not in own}


def put(spec: Path, **files: str) -> None:
    """Write version files; a name is v1_5 for 1.5.yaml."""
    for name, text in files.items():
        (spec / "versions" / f"{name.removeprefix('v').replace('_', '.', 1)}.yaml").write_bytes(text.encode())


def numbered(text: str, number: str) -> str:
    """A version file with another number in it."""
    return text.replace('microversion: "1.5"', f'microversion: "{number}"')


def base_of(library: Path, text: str) -> Path:
    """The state of another branch, in which 1.5 is another version."""
    base = Path(shutil.copytree(library, library.parent / "base"))
    put(base, v1_5=text)
    return base


def test_only_the_number_changes(library: Path) -> None:
    put(library, v1_5=THEIRS)
    put(library, **{"v1_5-mine": MINE})
    done = renumber(library, Version("1.5"), Version("1.6"))
    assert versions(library) == {"1.5.yaml": THEIRS.encode(), "1.6.yaml": numbered(MINE, "1.6").encode()}
    assert (done.source.name, done.target.name) == ("1.5-mine.yaml", "1.6.yaml")
    assert [(item.location.line, item.location.column, item.text) for item in done.mentions] == [
        (1, 22, "# My version. It was 1.5 from the start, and 1.5.1 is none."),
        (5, 11, "Since 1.5 an author has a year of birth."),
    ]
    assert str(microspec.load(library).max_version) == "1.6"


@pytest.mark.parametrize("quote", ["'", '"'])
def test_the_quotes_stay(library: Path, quote: str) -> None:
    text = MINE.replace('microversion: "1.5"', f"microversion:   {quote}1.6{quote}")
    put(library, v1_6=text)
    renumber(library, Version("1.6"), Version("1.5"))
    assert versions(library) == {"1.5.yaml": text.replace("1.6", "1.5").encode()}


@pytest.mark.parametrize(("others", "old", "new"), [({}, "1.6", "1.5"), ({"v1_5": THEIRS}, "1.5", "1.6")])
def test_who_may_read_the_file_stays(library: Path, others: dict[str, str], old: str, new: str) -> None:
    put(library, v1_6=numbered(MINE, old), **others)
    (library / "versions" / "1.6.yaml").chmod(0o640)
    done = renumber(library, Version(old), Version(new))
    assert (done.target.name, stat.S_IMODE(done.target.stat().st_mode)) == (f"{new}.yaml", 0o640)


def test_a_file_that_has_the_name_already_but_not_the_number(library: Path) -> None:
    put(library, v1_5=THEIRS, v1_6=MINE)
    renumber(library, Version("1.5"), Version("1.6"))
    assert versions(library) == {"1.5.yaml": THEIRS.encode(), "1.6.yaml": numbered(MINE, "1.6").encode()}
    assert str(microspec.load(library).max_version) == "1.6"


def test_gaps_are_closed_one_after_the_other(library: Path) -> None:
    put(library, v1_6=numbered(MINE, "1.6"), v1_7=numbered(THEIRS, "1.7"))
    renumber(library, Version("1.6"), Version("1.5"))
    renumber(library, Version("1.7"), Version("1.6"))
    assert list(versions(library)) == ["1.5.yaml", "1.6.yaml"]
    assert str(microspec.load(library).max_version) == "1.6"


def test_a_branch_makes_room_for_the_number_that_another_has_taken(library: Path) -> None:
    put(library, v1_5=MINE)
    base = base_of(library, THEIRS)
    renumber(library, Version("1.5"), Version("1.6"), base)
    assert versions(library) == {"1.6.yaml": numbered(MINE, "1.6").encode()}


def test_a_number_that_was_released_elsewhere_in_the_meantime(library: Path) -> None:
    put(library, v1_5=MINE)
    base = base_of(library, THEIRS)
    service = base / "service.yaml"
    service.write_text(service.read_text().replace('max-version: "1.4"', 'max-version: "1.5"'))
    shutil.copy(service, library / "service.yaml")
    renumber(library, Version("1.5"), Version("1.6"), base)
    assert list(versions(library)) == ["1.6.yaml"]


def nothing(spec: Path) -> None:
    """Leave it at that."""
    del spec


def unreleased(spec: Path) -> None:
    """No version is out yet."""
    text = (spec / "service.yaml").read_text()
    (spec / "service.yaml").write_text(text[: text.index("releases:")] + "releases: {}\n")


@pytest.mark.parametrize(
    ("prepare", "old", "new", "reason"),
    [
        (nothing, "1.6", "1.7", "there is no file {spec}/versions/1.6.yaml"),
        (nothing, "1.5", "1.5", "1.5 already exists"),
        (nothing, "1.5", "1.6", "1.5 would be missing before it"),
        (nothing, "1.5", "1.8", "1.7 would be missing before it"),
        (nothing, "1.5", "2.0", "1.5 would be missing before it"),
        (nothing, "1.5", "2.1", "2.0 would be missing before it"),
        (nothing, "1.5", "1.0", "1.0 is released, and a released version must not change"),
        (unreleased, "1.5", "1.0", "the first version is 1.1"),
        (unreleased, "1.1", "1.6", "1.1 would be missing, but higher versions exist"),
        (nothing, "1.4", "1.6", "1.4 is released, and a released version must not change"),
        (lambda spec: put(spec, v1_6=THEIRS), "1.5", "1.4", "1.4 already exists"),
        (lambda spec: put(spec, v1_6=numbered(THEIRS, "1.6")), "1.5", "1.6", "1.6 already exists"),
        (lambda spec: put(spec, v1_6=numbered(THEIRS, "1.6")), "1.5", "1.7", "1.5 would be missing, but"),
        (lambda spec: (spec / "versions" / "1.3.yaml").unlink(), "1.5", "1.3", "1.3 is released"),
        (lambda spec: put(spec, v1_5=MINE + THEIRS), "1.5", "1.6", "has 1.5 and 1.5, but must have"),
        (lambda spec: put(spec, v1_5="title: x\n"), "1.5", "1.6", 'has no number, but must have microv'),
        (lambda spec: put(spec, v1_5="microversion: 1.5\n"), "1.5", "1.6", "has no number, but must have"),
        (lambda spec: put(spec, v1_6=MINE, v1_7=MINE), "1.5", "1.8", "several files have this number: 1.6.yaml, 1.7"),
        (lambda spec: put(spec, v1_5=MINE, v1_7=MINE), "1.5", "1.8", "1.7 would be missing before it"),
        (lambda spec: (spec / "service.yaml").write_text("service: x\n"), "1.5", "1.6", "the releases cannot be"),
        (lambda spec: (spec / "versions" / "1.6.yaml").mkdir(), "1.5", "1.6", "versions/1.6.yaml: Is a directory"),
    ],
)  # fmt: skip
def test_what_is_refused_changes_nothing(
    library: Path, prepare: Callable[[Path], object], old: str, new: str, reason: str
) -> None:
    put(library, v1_5=MINE)
    prepare(library)
    before = {path: path.read_bytes() for path in library.rglob("*") if path.is_file()}
    with pytest.raises(RenumberingError) as caught:
        renumber(library, Version(old), Version(new))
    assert reason.format(spec=library) in str(caught.value)
    assert str(caught.value).startswith(f"{old} cannot become {new}: ")
    assert before == {path: path.read_bytes() for path in library.rglob("*") if path.is_file()}


@pytest.mark.parametrize("old", ["1.1", "1.3", "1.4", "1.5"])
@pytest.mark.parametrize("new", ["1.0", "1.1", "1.3", "1.5", "1.6", "1.7", "2.0", "2.1"])
@pytest.mark.parametrize("added", [(), ("1.5",), ("1.5", "1.6"), ("1.6",)], ids=str)
def test_what_was_without_a_gap_stays_so(library: Path, added: tuple[str, ...], old: str, new: str) -> None:
    unreleased(library)
    for number in added:
        put(library, **{f"v{number.replace('.', '_')}": numbered(MINE.replace("born", f"n{number[-1]}"), number)})
    before = gaps(library)
    with contextlib.suppress(RenumberingError):
        renumber(library, Version(old), Version(new))
        assert gaps(library) <= before


def gaps(spec: Path) -> int:
    """In how many places a number is missing, as lint tells it."""
    try:
        read_tree(spec)
    except SpecificationError as error:
        return sum(item.code == "gap" for item in error.diagnostics)
    return 0


BOTH = "<<<<<<< HEAD\ntitle: Birth\n||||||| base\n=======\ntitle: Death\n>>>>>>> theirs\n"
"""A conflict, as git writes it if it is asked for the base as well."""


@pytest.mark.parametrize(
    ("title", "line", "marker"),
    [
        (BOTH, 3, "<<<<<<<"),
        (BOTH.replace("\n", "\r\n"), 3, "<<<<<<<"),
        (BOTH.replace("<<<<<<<", "<<<<<<<<<<"), 3, "<<<<<<<<<<"),
        (BOTH[BOTH.index("|") :], 3, "|||||||"),
        ("title: Birth\n=======\n", 4, "======="),
        ("title: Birth\n>>>>>>> theirs\n", 4, ">>>>>>>"),
    ],
)
def test_a_merge_that_is_not_finished_is_refused(library: Path, title: str, line: int, marker: str) -> None:
    text = MINE.replace("title: 'Birth'\n", title)
    put(library, v1_5=text)
    with pytest.raises(RenumberingError) as caught:
        renumber(library, Version("1.5"), Version("1.6"), base_of(library, THEIRS))
    place = f"{library}/versions/1.5.yaml:{line}:1"
    assert f"{place}: the merge is not finished, {marker} is left; take your own side" in str(caught.value)
    assert versions(library) == {"1.5.yaml": text.encode()}


def test_what_only_looks_like_a_merge(library: Path) -> None:
    text = MINE.replace("    Since 1.5", "    <<<<<<< HEAD\n    =======\n    Since 1.5") + "#======\n# >>>>>>> x\n"
    put(library, v1_6=numbered(text, "1.6"))
    renumber(library, Version("1.6"), Version("1.5"))
    assert versions(library) == {"1.5.yaml": text.encode()}


@pytest.mark.parametrize("method", ["write_bytes", "replace", "chmod", "unlink"])
def test_nothing_is_done_by_half(library: Path, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    put(library, v1_6=numbered(MINE, "1.6"))
    before = versions(library)
    real = getattr(Path, method)

    def fail(self: Path, *arguments: object, **keywords: object) -> object:
        if method != "unlink" or self.name == "1.6.yaml":
            raise OSError(28, "No space left on device", str(self))
        return real(self, *arguments, **keywords)

    monkeypatch.setattr(Path, method, fail)
    with pytest.raises(RenumberingError, match="No space left on device"):
        renumber(library, Version("1.6"), Version("1.5"))
    assert versions(library) == before


# --------------------------------------------------------------------------------------------- the command


def test_the_command(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(library, v1_6=numbered(MINE, "1.6"))
    monkeypatch.chdir(library)
    result = CliRunner().invoke(main, ["renumber", "1.6", "1.7", "--spec", "."], catch_exceptions=False)
    assert result.exit_code == 2
    assert "1.6 cannot become 1.7: 1.6 would be missing before it" in result.output
    result = CliRunner().invoke(main, ["renumber", "1.6", "1.5", "--spec", "."], catch_exceptions=False)
    assert result.exit_code == 0
    assert result.output == "renamed versions/1.6.yaml to versions/1.5.yaml\n"
    assert CliRunner().invoke(main, ["renumber", "1.5", "1.05", "--spec", "."]).exit_code == 2


def test_the_command_amid_a_merge(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(library)

    def git(*arguments: str, fine: bool = True) -> None:
        subprocess.run(
            ["git", "-c", "user.name=A", "-c", "user.email=a@b", *arguments], check=fine, capture_output=True
        )

    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "The library")
    for branch, text in (("mine", MINE), ("theirs", THEIRS)):
        git("checkout", "-qb", branch, "main")
        put(library, v1_5=text)
        git("add", "-A")
        git("commit", "-qm", branch)
    git("checkout", "-q", "mine")
    git("merge", "theirs", fine=False)
    merged = versions(library)
    arguments = ["renumber", "1.5", "1.6", "--spec", ".", "--base", "MERGE_HEAD", "--format", "json"]
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 2
    assert "versions/1.5.yaml:6:1: the merge is not finished, <<<<<<< is left" in result.output
    assert versions(library) == merged
    git("checkout", "--ours", "versions/1.5.yaml")
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    answer = json.loads(result.output)
    assert [item["location"]["line"] for item in answer.pop("mentions")] == [1, 5]
    files = {"source": "versions/1.5.yaml", "target": "versions/1.6.yaml"}
    assert answer == {"old": "1.5", "new": "1.6", **files}
    git("checkout", "--theirs", "versions/1.5.yaml")
    assert versions(library) == {"1.5.yaml": THEIRS.encode(), "1.6.yaml": numbered(MINE, "1.6").encode()}
    assert str(microspec.load(library).max_version) == "1.6"

"""The check that nothing released changes: every kind of edit exactly, bases in git, and what the command prints."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner

from microspec.authoring import diagnostics
from microspec.authoring.check import CODES, Checked, CheckViolation, check
from microspec.authoring.errors import BaseError, SpecificationError
from microspec.authoring.git import base_tree
from microspec.authoring.tree import read_tree
from microspec.cli import main
from microspec.diff import semantic
from microspec.diff.diff import of_apis
from microspec.diff.suppressions import Suppression

if TYPE_CHECKING:
    from click.testing import Result

    from microspec.diff.diff import Diff
    from microspec.model.api import Api
    from microspec.values.diagnostics import Diagnostic

HERE = Path(__file__).parent
VECTORS: list[dict[str, Any]] = yaml.safe_load((HERE / "vectors" / "check.yaml").read_text())
TODAY = date(2026, 6, 1)

NEXT = """microversion: "1.5"
title: Birth
description: An author has a year of birth.
features:
  births: An author has a year of birth.
changes:
  - add-property: Author.born
    schema: {type: string, maxLength: 9}
    why: Readers like the old.
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The library as it was: 1.1 to 1.4 are released, 1.5 is not."""
    folder = Path(shutil.copytree(HERE / "library", tmp_path / "base"))
    (folder / "versions" / "1.5.yaml").write_text(NEXT)
    return folder


@pytest.fixture
def spec(base: Path) -> Path:
    """The library as it is now, to be changed at will."""
    return Path(shutil.copytree(base, base.parent / "spec"))


@pytest.fixture
def repository(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository, with the library in its folder ``api/spec``. It is the working directory."""
    root = base.parent / "repository"
    shutil.copytree(base, root / "api" / "spec")
    monkeypatch.chdir(root)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    git("init", "-q", "-b", "main")
    commit("The library")
    return root


def git(*arguments: str) -> str:
    """What a git command prints."""
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *identity, *arguments], check=True, capture_output=True, text=True).stdout


def commit(message: str) -> None:
    """Commit all there is."""
    git("add", "-A")
    git("commit", "-q", "-m", message)


def edit(file: Path, old: str, new: str) -> None:
    """Put a text in the place of another that stands there once."""
    text = file.read_text()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    file.write_text(text.replace(old, new))


def make(vector: dict[str, Any], root: Path) -> None:
    """Make the edits of a vector."""
    edits = vector.get("edit", [])
    for name, old, new in edits if edits and isinstance(edits[0], list) else [edits] if edits else []:
        edit(root / name, old, new)
    if "write" in vector:
        name, text = vector["write"]
        (root / name).write_text(text)
    for name in vector.get("remove", []):
        (root / name).unlink()


def checked(spec: Path, base: Path, *suppressions: Suppression) -> Checked:
    """What a check says."""
    return check(read_tree(spec), read_tree(base), suppressions, today=TODAY)


def violations(spec: Path, base: Path) -> tuple[Diagnostic, ...]:
    """What is wrong: violations, or mistakes where the specification has such."""
    try:
        return checked(spec, base).violations
    except SpecificationError as error:
        return error.diagnostics


def run(*arguments: str) -> Result:
    """The command, run in this process. Its exceptions are not caught."""
    return CliRunner().invoke(main, ["check", *arguments], catch_exceptions=False)


# ------------------------------------------------------------------------------------------ what it says


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_one_edit(vector: dict[str, Any], spec: Path, base: Path) -> None:
    make(vector, spec)
    found = violations(spec, base)
    told = [
        [str(item.location).removeprefix(f"{spec}/"), item.code, str(versions) if versions else None]
        for item in found
        for versions in [getattr(item, "versions", None)]
    ]
    assert told == [item[:3] for item in vector.get("expect", [])]
    assert all(words in str(item) for item, (*_, words) in zip(found, vector.get("expect", []), strict=True))
    ids = [finding.id for item in found if isinstance(item, CheckViolation) for finding in item.findings]
    assert ids == vector.get("findings", [])


def test_every_code_has_a_vector() -> None:
    found = {item[1] for vector in VECTORS for item in vector.get("expect", [])}
    assert found - set(CODES) <= set(diagnostics.CODES)
    assert found >= set(CODES)


def test_all_violations_come_together(spec: Path, base: Path) -> None:
    edit(spec / "service.yaml", 'max-version: "1.2"', 'max-version: "1.3"')
    edit(spec / "baseline" / "books.yaml", "id: {type: string}", "id: {type: integer}")
    edit(spec / "versions" / "1.4.yaml", "lists-sorted:", "sorted-lists:")
    edit(spec / "versions" / "1.5.yaml", "    why: Readers like the old.\n", "")
    codes = [item.code for item in violations(spec, base)]
    assert codes == ["released-change", "release-change", "released-change", "released-change", "no-reason"]


def test_a_change_that_is_written_for_several_parameters(spec: Path, base: Path) -> None:
    """It is told at what is otherwise in it, also where the names of the parameters are a list."""
    change = "  - {add-parameter: GET /books, query: [size, color], schema: {type: string}, why: So.}\n"
    for root in (spec, base):
        edit(root / "versions" / "1.2.yaml", "changes:\n", f"changes:\n{change}")
    edit(spec / "versions" / "1.2.yaml", "schema: {type: string}, why: So.", "schema: {type: integer}, why: So.")
    (found,) = checked(spec, base).violations
    assert str(found.location).removeprefix(f"{spec}/") == "versions/1.2.yaml:7:70"
    assert {item.name for item in found.findings} == {"size", "color"}


def test_what_is_in_an_object_without_a_name(spec: Path, base: Path) -> None:
    change = "  - {add-property: LoanListing.loans.*.day, schema: {type: string}, why: So.}\n"
    for root in (spec, base):
        edit(root / "versions" / "1.2.yaml", "changes:\n", f"changes:\n{change}")
    edit(spec / "versions" / "1.2.yaml", "schema: {type: string}, why: So.", "schema: {type: integer}, why: So.")
    (found,) = checked(spec, base).violations
    assert str(found.location).removeprefix(f"{spec}/") == "versions/1.2.yaml:7:60"
    assert {item.name for item in found.findings} == {"/loans/*/day"}


def test_nothing_is_released_before_the_first_release(spec: Path, base: Path) -> None:
    for root in (spec, base):
        text = (root / "service.yaml").read_text()
        (root / "service.yaml").write_text(text[: text.index("releases:")] + "releases: {}\n")
    edit(spec / "baseline" / "books.yaml", "id: {type: string}", "id: {type: integer}")
    assert violations(spec, base) == ()


def test_a_correction_can_be_accepted(spec: Path, base: Path) -> None:
    edit(spec / "baseline" / "books.yaml", "summary: Remove a book\n    audience: admin", "summary: Remove a book")
    finding = "audience-widened DELETE /books/{book_id}"
    assert [[item.id for item in v.findings] for v in checked(spec, base).violations] == [[finding]]
    accepted = Suppression(id=finding, reason="Readers always could.", expires=TODAY)
    found = checked(spec, base, accepted)
    assert found.violations == ()
    assert [item.suppression for item in found.applied.suppressed] == [accepted]
    late = checked(spec, base, accepted.replace(expires=date(2026, 5, 31)))
    assert [item.code for item in late.violations] == ["released-change"]
    assert [item.code for item in late.applied.notes] == ["expired-suppression"]


def test_a_name_that_moves_to_another_file_is_no_change(spec: Path, base: Path) -> None:
    edit(spec / "baseline" / "books.yaml", "  Genre: {type: string, enum: [novel, poem]}\n", "")
    with (spec / "baseline" / "common.yaml").open("a") as file:
        file.write("  Genre: {type: string, enum: [novel, poem]}\n")
    assert violations(spec, base) == ()


def test_what_is_the_same_is_not_looked_at(spec: Path, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[set[str]] = []

    def counting(old: Api, new: Api) -> Diff:
        compared.append({*old.definitions, *new.definitions})
        return of_apis(old, new)

    monkeypatch.setattr(semantic, "of_apis", counting)
    assert violations(spec, base) == ()
    assert compared == []
    edit(spec / "baseline" / "books.yaml", "loans: {type: array", "loans: {maxItems: 1, type: array")
    assert len(violations(spec, base)) == 1
    assert compared == [{"GET /books/{book_id}/loans"}] * 2, "once for 1.1 and 1.2, and once for the cause"


# ------------------------------------------------------------------------------------------------- bases


def test_a_base_is_a_revision_or_a_folder(repository: Path, base: Path) -> None:
    assert run("--base", "HEAD", "--spec", "api/spec").exit_code == 0
    edit(repository / "api" / "spec" / "baseline" / "books.yaml", "id: {type: string}", "id: {type: integer}")
    commit("Count books")
    assert run("--base", "HEAD", "--spec", "api/spec").exit_code == 0
    for revision in ("HEAD~1", str(base)):
        result = run("--base", revision, "--spec", "api/spec")
        assert result.exit_code == 1
        assert result.stdout.startswith("api/spec/baseline/books.yaml:57:18: released-change schema Book ")
        assert result.stderr == "1 violation\n"


def test_a_base_in_another_form_of_the_same_repository(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git("tag", "-a", "v1", "-m", "The first")
    for revision in ("main", "v1", git("rev-parse", "HEAD").strip(), "HEAD^{/library}"):
        assert run("--base", revision, "--spec", "api/spec").exit_code == 0
    git("worktree", "add", "-q", "../other")
    monkeypatch.setenv("GIT_DIR", str(repository / "nowhere"))  # as git sets it for its hooks
    assert run("--base", "main", "--spec", "../other/api/spec").exit_code == 0
    monkeypatch.chdir(repository / "api" / "spec")
    assert run("--base", "main", "--spec", ".").exit_code == 0


def test_the_root_of_a_repository_can_be_the_specification(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(base)
    git("init", "-q")
    commit("The library")
    assert run("--base", "HEAD", "--spec", ".").exit_code == 0


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize(("old", "new"), [("api/spec", "spec"), ("api", "a b/ü/api"), ("api/spec", "api/spec/spec")])
def test_a_folder_that_was_renamed_is_found(repository: Path, old: str, new: str, committed: bool) -> None:
    (repository / "other").mkdir()
    (repository / "other" / "service.yaml").write_text("of another service\n" * 20)
    commit("Something else")
    shutil.move(repository / old, repository / "moved")
    (repository / new).parent.mkdir(parents=True, exist_ok=True)
    shutil.move(repository / "moved", repository / new)
    shutil.move(repository / "other", repository / "another")
    spec = repository / new / "spec" if old == "api" else repository / new
    edit(spec / "baseline" / "books.yaml", "id: {type: string}", "id: {type: integer}")
    edit(spec / "service.yaml", "title: Library", "title: A library")
    git("add", "-A")
    if committed:
        commit("Move")
    result = run("--base", "HEAD~1" if committed else "HEAD", "--spec", str(spec))
    assert result.stderr == "1 violation\n"
    assert ": released-change schema Book changed meaning at 1.1-1.4, already released" in result.stdout


def test_the_root_can_become_a_folder_and_a_folder_the_root(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(base)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")  # names as they are seen from a folder do not mislead
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "diff.relative")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")
    git("init", "-q")
    commit("The library")
    (base / "spec").mkdir()
    git("mv", "service.yaml", "baseline", "versions", "spec")
    assert run("--base", "HEAD", "--spec", "spec").exit_code == 0
    commit("Move")
    git("mv", "spec/service.yaml", "spec/baseline", "spec/versions", ".")
    assert run("--base", "HEAD~1", "--spec", ".").exit_code == 0
    assert run("--base", "HEAD", "--spec", ".").exit_code == 0


def test_attributes_for_archives_hide_nothing(repository: Path) -> None:
    (repository / ".gitattributes").write_text("**/1.4.yaml export-ignore\n*.yaml export-subst\n")
    commit("Leave 1.4 out of archives")
    edit(repository / "api" / "spec" / "versions" / "1.4.yaml", "{from: 204, to: 202}", "{from: 204, to: 205}")
    result = run("--base", "HEAD", "--spec", "api/spec")
    assert result.exit_code == 1
    assert result.stdout.startswith("api/spec/versions/1.4.yaml:19:29: released-change ")


def test_links_are_followed_inside_the_specification_only(repository: Path) -> None:
    spec = repository / "api" / "spec"
    (spec / "shelf").mkdir()
    (spec / "baseline" / "books.yaml").rename(spec / "shelf" / "books.yaml")
    (spec / "baseline" / "books.yaml").symlink_to("../shelf/books.yaml")
    commit("Link inside")
    with base_tree("HEAD", spec) as folder:
        assert (folder / "baseline" / "books.yaml").read_text() == (spec / "shelf" / "books.yaml").read_text()


@pytest.mark.parametrize(
    ("links", "words"),
    [
        (
            {"baseline/books.yaml": "../../../../outside.yaml"},
            "baseline/books.yaml is a symbolic link to a path outside",
        ),
        ({"baseline/books.yaml": "/etc/passwd"}, "baseline/books.yaml is a symbolic link to a path outside"),
        ({"baseline/books.yaml": "../../service.yaml"}, "baseline/books.yaml is a symbolic link to a path outside"),
        (
            {"a/b": "..", "baseline/books.yaml": "../a/b/../x"},
            "baseline/books.yaml is a symbolic link to a path outside",
        ),
        ({"baseline": "../other"}, "baseline is a symbolic link to a path outside the specification"),
        ({"baseline/books.yaml": "books.yaml"}, "first: baseline/books.yaml:1:1: unreadable"),
        ({"baseline/books.yaml": "nowhere"}, "first: baseline/books.yaml:1:1: unreadable"),
        ({"baseline/books.yaml": "."}, "first: baseline/books.yaml:1:1: unreadable"),
        ({"baseline": "baseline"}, "first: baseline:1:1: missing-file"),
        ({"baseline": "service.yaml"}, "first: baseline:1:1: missing-file"),
        ({"versions": "x" * 300}, "first: versions:1:1: missing-file"),
        ({"versions/1.2.yaml": "x" * 300}, "first: versions/1.2.yaml:1:1: unreadable"),
    ],
)
def test_links_that_lead_nowhere_or_out(repository: Path, links: dict[str, str], words: str) -> None:
    spec = repository / "api" / "spec"
    for name, target in links.items():
        place = spec / name
        place.parent.mkdir(exist_ok=True)
        if place.is_dir():
            shutil.rmtree(place)
        place.unlink(missing_ok=True)
        place.symlink_to(target)
    commit("Link")
    result = run("--base", "HEAD", "--spec", "api/spec")
    assert result.exit_code == 2
    assert words in result.output


def tree(*entries: tuple[str, str, bytes]) -> str:
    """The name of a tree that git itself would not write: of mode, name and the name of each entry's object."""
    content = b"".join(f"{mode} {name}\0".encode() + blob for mode, name, blob in entries)
    command = ["git", "hash-object", "-t", "tree", "-w", "--literally", "--stdin"]
    return subprocess.run(command, input=content, check=True, capture_output=True).stdout.decode().strip()


def blob(content: bytes) -> bytes:
    """The name of an object with a content, which is written."""
    made = subprocess.run(["git", "hash-object", "-w", "--stdin"], input=content, check=True, capture_output=True)
    return bytes.fromhex(made.stdout.decode())


def test_a_tree_that_git_would_not_write(repository: Path) -> None:
    """No file of it is written outside of the copy."""
    service = ("100644", "service.yaml", blob(b"service: a"))
    evil = bytes.fromhex(tree(("100644", "written", blob(b"evil"))))
    link = ("120000", "a", blob(os.fsencode(repository.parent)))
    for entries in (
        [("40000", "..", evil), service],
        [link, ("40000", "a", evil), service],
        [("120000", "a", blob(b"b\0c")), service],
        [("120000", "a", blob(b"")), service],
        [("100644", "a", bytes(19) + b"1"), service],
        [("100644", "a" * 300, blob(b"long")), service],
    ):
        top = tree(("40000", "api", bytes.fromhex(tree(("40000", "spec", bytes.fromhex(tree(*entries)))))))
        base = git("commit-tree", "-m", "Evil", top).strip()
        with pytest.raises(BaseError), base_tree(base, repository / "api" / "spec"):
            pass
        assert not (repository.parent / "written").exists()


def test_the_copy_of_a_revision_does_not_stay(repository: Path) -> None:
    with base_tree("HEAD", repository / "api" / "spec") as folder:
        assert (folder / "versions" / "1.5.yaml").read_text() == NEXT
    assert not folder.exists()


@pytest.mark.parametrize(
    ("given", "spec", "words"),
    [
        ("nowhere", "api/spec", "neither a folder with a service.yaml nor a revision of the repository"),
        ("--output=x", "api/spec", "neither a folder with a service.yaml nor a revision"),
        ("", "api/spec", "neither a folder with a service.yaml nor a revision"),
        ("HEAD:api", "api/spec", "neither a folder with a service.yaml nor a revision"),
        ("first", "api/spec", "the revision has no api/spec/service.yaml, and git does not detect a renamed one"),
        ("HEAD", "{tmp}/base", "/base is not in a git repository (git: fatal: not a git repository"),
        ("broken", "api/spec", "it has mistakes (1); the first: service.yaml:2:8: ambiguous-scalar"),
    ],
)
def test_bases_that_cannot_be_had(repository: Path, given: str, spec: str, words: str) -> None:
    git("checkout", "-q", "--orphan", "first")
    git("rm", "-rfq", ".")
    git("commit", "-q", "--allow-empty", "-m", "Nothing")
    git("checkout", "-q", "main")
    git("checkout", "-q", "-b", "broken")
    edit(repository / "api" / "spec" / "service.yaml", "title: Library", "title: yes")
    commit("Break it")
    git("checkout", "-q", "main")
    result = run(f"--base={given}", "--spec", spec.format(tmp=repository.parent))
    assert result.exit_code == 2
    assert f"cannot compare with {given!r}: " in result.output
    assert words in result.output


def test_a_base_may_have_harmless_mistakes(spec: Path, base: Path) -> None:
    """An earlier lint did not report them. The new specification must not have them."""
    edit(base / "baseline" / "common.yaml", "  Title:", "  Unused: {type: string}\n  Title:")
    edit(base / "baseline" / "common.yaml", "{description: The id of the book., type: string}", "{type: string}")
    assert run("--base", str(base), "--spec", str(spec)).exit_code == 0
    result = run("--base", str(spec), "--spec", str(base))
    assert result.exit_code == 1
    assert "unused-schema" in result.stdout
    assert "undescribed-parameter" in result.stdout


@pytest.mark.parametrize(
    ("given", "spec", "words"),
    [
        ("a" * 300, "api/spec", "neither a folder with a service.yaml nor a revision"),
        (f"/{'a' * 300}", "api/spec", "neither a folder with a service.yaml nor a revision"),
        ("a\0b", "api/spec", "no folder and no revision can have this name"),
        ("\ud800", "api/spec", "no folder and no revision can have this name"),
        ("HEAD", "a" * 300, f"{'a' * 300} is not a folder"),
    ],
)
def test_names_that_no_file_can_have(repository: Path, given: str, spec: str, words: str) -> None:
    with pytest.raises(BaseError, match=words), base_tree(given, repository / spec):
        pass


def test_a_machine_without_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    with pytest.raises(BaseError, match="git is needed, but is not on the path"), base_tree("HEAD", repository):
        pass


# ------------------------------------------------------------------------------------------------ output


def test_a_base_must_be_given() -> None:
    assert run().exit_code == 2


def test_mistakes_are_what_lint_says(spec: Path, base: Path) -> None:
    edit(spec / "baseline" / "books.yaml", "id: {type: string}", "id: {typ: string}")
    result = run("--base", str(base), "--spec", str(spec))
    assert result.exit_code == 1
    lint = CliRunner().invoke(main, ["lint", "--spec", str(spec)])
    assert result.stdout == lint.stdout
    assert result.stderr == lint.stderr == "1 mistake\n"


SUPPRESSIONS = """suppressions:
  behavior-removed behavior lists-sorted:
    reason: They never were.
    expires: "9999-12-31"
  operation-removed GET /books:
    reason: It will go.
    expires: "9999-12-31"
  behavior-added behavior sorted-lists:
    reason: It was late.
    expires: "2020-01-01"
"""


@pytest.fixture
def rename(repository: Path) -> None:
    """A behavior gets another name, and there is a file of suppressions."""
    edit(repository / "api" / "spec" / "versions" / "1.4.yaml", "lists-sorted:", "sorted-lists:")
    (repository / "accepted.yaml").write_text(SUPPRESSIONS)


ARGUMENTS = ("--base", "HEAD", "--spec", "api/spec", "--suppressions", "accepted.yaml")


@pytest.mark.usefixtures("rename")
def test_text() -> None:
    result = run(*ARGUMENTS)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "api/spec/versions/1.4.yaml:7:3: released-change behavior sorted-lists changed meaning at 1.4, already released"
        " (revert it, or describe it in 1.5)",
        "  behavior-added behavior sorted-lists",
    ]
    assert result.stderr.splitlines() == [
        "accepted.yaml:5:3: unused-suppression there is no finding operation-removed GET /books (remove it)",
        "accepted.yaml:8:3: expired-suppression the suppression of behavior-added behavior sorted-lists expired after"
        " 2020-01-01 (review it again)",
        "1 violation",
    ]


@pytest.mark.usefixtures("rename")
def test_json() -> None:
    result = run(*ARGUMENTS, "--format", "json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    (found,) = answer["violations"]
    assert found == {
        "code": "released-change",
        "message": "behavior sorted-lists changed meaning at 1.4, already released",
        "hint": "revert it, or describe it in 1.5",
        "location": {"file": "api/spec/versions/1.4.yaml", "line": 7, "column": 3},
        "versions": "1.4",
        "findings": ["behavior-added behavior sorted-lists"],
    }
    assert answer["suppressed"] == ["behavior-removed behavior lists-sorted"]
    assert [item["code"] for item in answer["suppressions"]] == ["unused-suppression", "expired-suppression"]


@pytest.mark.usefixtures("rename")
def test_github(repository: Path) -> None:
    expected = [
        "::error file=api/spec/versions/1.4.yaml,line=7,col=3,title=released-change::behavior sorted-lists changed"
        " meaning at 1.4, already released (revert it, or describe it in 1.5)%0Abehavior-added behavior sorted-lists",
        "::warning file=accepted.yaml,line=5,col=3,title=unused-suppression::there is no finding operation-removed GET"
        " /books (remove it)",
        "::warning file=accepted.yaml,line=8,col=3,title=expired-suppression::the suppression of behavior-added"
        " behavior sorted-lists expired after 2020-01-01 (review it again)",
    ]
    assert run(*ARGUMENTS, "--format", "github").stdout.splitlines() == expected
    absolute = ("--base", "HEAD", "--spec", str(repository / "api" / "spec"), "--suppressions", "accepted.yaml")
    assert run(*absolute, "--format", "github").stdout.splitlines() == expected


def test_nothing_is_said_if_all_is_well(repository: Path) -> None:
    del repository
    for format_ in ("text", "github"):
        assert run("--base", "HEAD", "--spec", "api/spec", "--format", format_).output == ""
    answer = json.loads(run("--base", "HEAD", "--spec", "api/spec", "--format", "json").output)
    assert answer == {"violations": [], "suppressed": [], "suppressions": []}


def test_suppressions_that_cannot_be_read(repository: Path) -> None:
    (repository / "accepted.yaml").write_text("suppressions:\n  operation-gone GET /books: {reason: x}\n")
    result = run(*ARGUMENTS)
    assert result.exit_code == 2
    assert "accepted.yaml:2:3: unknown-name there is no rule operation-gone" in result.output
    assert "accepted.yaml:2:30: missing-key the key 'expires' is missing" in result.output

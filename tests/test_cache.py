"""The cache: a folder is compiled once, answers from there as it would itself, and nobody has to look after it."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import time
from errno import ENOSPC
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

import microspec
from microspec import ArtifactError, SpecificationError
from microspec.artifact import TEXTS
from microspec.artifact.reader import Compiled
from microspec.authoring import build, cache
from microspec.authoring.tree import load_tree
from microspec.cli import main
from microspec.loading import bundled_path
from microspec.model.fold import Folded
from microspec.values.files import MANIFEST, name_of_unfinished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from microspec import Finding, History, Location

PROGRAM = Path(sys.executable).with_name("microspec")


@pytest.fixture(autouse=True)
def entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the entries of a cache that is not there yet."""
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache" / "trees"


@pytest.fixture
def folds(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that are folded from now on, each time that they are."""
    found: list[Path] = []

    def noted(root: Path) -> History:
        found.append(root)
        return load_tree(root)

    monkeypatch.setattr("microspec.authoring.tree.load_tree", noted)
    monkeypatch.setattr("microspec.authoring.build.load_tree", noted)
    return found


def replace(library: Path, old: str, new: str) -> None:
    """Edit the specification."""
    path = library / "versions" / "1.2.yaml"
    path.write_text(path.read_text().replace(old, new))


def genres(history: History) -> Any:
    """What 1.2 says, which needs another text than the index."""
    return history.at("1.2").schemas["Genre"]["enum"]


def assert_same(found: History, folded: History) -> None:
    """Compare all answers, places in files too."""
    assert list(found) == list(folded)
    assert (found.service, found.features, found.known) == (folded.service, folded.features, folded.known)
    for one, other in zip(found, folded, strict=True):
        assert one.location == other.location
        assert [change.location for change in one.changes] == [change.location for change in other.changes]
    for version in folded.versions:
        assert found.at(version) == folded.at(version)
    first, last = folded.min_version, folded.max_version
    findings, expected = found.diff(first, last).findings, folded.diff(first, last).findings
    assert findings == expected
    assert [places(item) for item in findings] == [places(item) for item in expected]


def places(finding: Finding) -> list[Location | None]:
    """Where the causes of a finding are written."""
    return [cause.location for cause in finding.causes]


@pytest.mark.parametrize("name", ["{}", "books", "./books", "books/", "../here/books", "."])
def test_answers_are_those_of_a_fold(
    name: str, library: Path, folds: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = library.parent / "here" / "books"
    shutil.copytree(library, folder)
    monkeypatch.chdir(folder if name == "." else folder.parent)
    path = Path(name.format(folder))
    first, second = microspec.load(path), microspec.load(path)
    assert folds == [path]
    assert isinstance(second._source, Compiled)
    for history in (first, second):
        assert_same(history, load_tree(path))


@pytest.mark.explore
def test_answers_of_the_compute_api_are_those_of_a_fold() -> None:
    path = Path(bundled_path("compute"))
    for _ in range(2):
        assert_same(microspec.load(path), load_tree(path))


def test_equal_folders_have_one_entry_and_places_of_their_own(library: Path, folds: list[Path], entries: Path) -> None:
    other = Path(shutil.copytree(library, library.parent / "other"))
    microspec.load(library)
    assert str(microspec.load(other)["1.3"].location) == f"{other}/versions/1.3.yaml:1:15"
    assert folds == [library]
    assert len([*entries.iterdir()]) == 1


def test_what_is_edited_is_folded_again(library: Path, folds: list[Path], entries: Path) -> None:
    assert "essay" in genres(microspec.load(library))
    replace(library, "essay", "diary")
    assert "diary" in genres(microspec.load(library))
    replace(library, "diary", "essay")
    assert "essay" in genres(microspec.load(library))
    assert len(folds) == len([*entries.iterdir()]) == 2


def test_another_version_of_the_code_has_entries_of_its_own(
    library: Path, folds: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    microspec.load(library)
    monkeypatch.setattr(cache, "FORMAT", "microspec 0")
    microspec.load(library)
    monkeypatch.setattr(cache, "rooms", lambda _: [str(Path(__file__).parent)])
    microspec.load(library)
    assert len(folds) == 3


@pytest.mark.parametrize("given", ["a file", "a rest", "hidden"])
def test_what_does_not_belong_there_is_seen(given: str, library: Path, folds: list[Path]) -> None:
    microspec.load(library)
    name = {"a file": "versions/2.yaml.orig", "a rest": "baseline/notes", "hidden": "versions/.2.yaml.swp"}[given]
    (library / name).write_text("")
    if given == "hidden":
        microspec.load(library)
    else:
        with pytest.raises(SpecificationError, match="stray-file"):
            microspec.load(library)
    assert len(folds) == 1 + (given != "hidden")


# -------------------------------------------------------------------------------------------- what is not kept


def test_mistakes_are_not_kept(
    library: Path, folds: list[Path], entries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("it waits for an entry that there is not"))
    replace(library, "microversion:", "microvision:")
    for _ in range(2):
        with pytest.raises(SpecificationError):
            microspec.load(library)
    assert len(folds) == 2
    assert [*entries.iterdir()] == []


def test_lint_reads_the_files(library: Path) -> None:
    microspec.load(library)
    monkeypatch = pytest.MonkeyPatch()
    with monkeypatch.context() as patch:
        patch.setattr(cache, "load", lambda *_: pytest.fail("it reads the cache"))
        assert CliRunner().invoke(main, ["lint", "--spec", str(library)], catch_exceptions=False).exit_code == 0


def test_a_folder_that_changes_while_it_is_read_is_not_kept(
    library: Path, entries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if it is again what it was."""
    real = build.compiled

    def edited(spec: Path, **named: Any) -> Any:
        made = real(spec, **named)
        replace(library, "essay", "diary")
        replace(library, "diary", "essay")
        return made

    monkeypatch.setattr(build, "compiled", edited)
    assert isinstance(microspec.load(library)._source, Folded)
    assert [*entries.iterdir()] == []


# -------------------------------------------------------------------------------------- entries that are no good


@pytest.mark.parametrize(
    ("name", "damage"),
    [*((name, "half") for name in TEXTS), *product(("index", "schemas"), ("another", "gone", "a folder"))],
)
def test_a_damaged_entry_is_made_again(name: str, damage: str, library: Path, entries: Path) -> None:
    microspec.load(library).diff("1.1", "1.2")
    (entry,) = entries.iterdir()
    whole = (entry / name).read_bytes()
    (entry / name).unlink()
    if damage == "a folder":
        (entry / name).mkdir()
    elif damage != "gone":
        (entry / name).write_bytes(whole[: len(whole) // 2] if damage == "half" else whole.replace(b"a", b"b"))
    found = microspec.load(library)
    assert_same(found, load_tree(library))
    found.at("1.2")["POST /books"].request_schema()
    found.availability("POST /books", request="/title")
    assert found._origin.text(name)  # type: ignore[attr-defined]
    assert (entry / name).read_bytes() == whole


def test_what_only_a_diff_needs_is_put_there_by_the_first_one(library: Path, entries: Path) -> None:
    found, folded = microspec.load(library), load_tree(library)
    (entry,) = entries.iterdir()
    assert {path.name for path in entry.iterdir()} == {*TEXTS, MANIFEST} - {"deltas"}
    replace(library, "essay", "diary")  # the diff is of what was loaded
    assert found.diff("1.1", "1.4").findings == folded.diff("1.1", "1.4").findings
    assert {path.name for path in entry.iterdir()} == {*TEXTS, MANIFEST}


def test_a_diff_of_an_entry_that_cannot_be_written_is_worked_out(
    library: Path, entries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    found = microspec.load(library)
    monkeypatch.setattr(os, "replace", full)
    assert found.diff("1.1", "1.4").findings == load_tree(library).diff("1.1", "1.4").findings
    monkeypatch.undo()
    assert "deltas" not in {path.name for entry in entries.iterdir() for path in entry.iterdir()}


@pytest.mark.parametrize("writable", [True, False])
def test_an_entry_may_go_while_it_is_used(
    writable: bool, library: Path, entries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used, changed = microspec.load(library), microspec.load(library)
    shutil.rmtree(entries)
    if not writable:
        monkeypatch.setattr(Path, "write_bytes", full)
    assert "essay" in genres(used)
    assert_same(used, load_tree(library))
    assert entries.exists()
    shutil.rmtree(entries)
    replace(library, "essay", "diary")
    with pytest.raises(ArtifactError, match="load it again"):
        genres(changed)
    replace(library, "microversion:", "microvision:")
    with pytest.raises(ArtifactError, match="load it again"):
        genres(changed)


def full(*_: object) -> None:
    """Writing to a disk without room."""
    raise OSError(ENOSPC, "No space left on device")


# ---------------------------------------------------------------------------------- caches that cannot be used


@pytest.fixture(params=["a device", "a file", "no home", "full", "of another", "open to all", "a link to nowhere"])
def unusable(
    request: pytest.FixtureRequest, entries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A cache that cannot be used."""
    entries.parent.mkdir()
    if request.param == "a device":
        monkeypatch.setenv(cache.VARIABLE, os.devnull)
    elif request.param == "a file":
        entries.write_text("in the way")
    elif request.param == "no home":
        monkeypatch.delenv(cache.VARIABLE)
        monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **__: "~/.cache/microspec")
        monkeypatch.chdir(tmp_path)
    elif request.param == "full":
        monkeypatch.setattr(Path, "write_bytes", full)
    elif request.param == "of another":
        entries.mkdir()
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    elif request.param == "open to all":
        entries.mkdir()
        entries.chmod(0o777)
    else:
        entries.symlink_to("nowhere")
    yield entries
    if entries.is_dir():
        assert [*entries.iterdir()] == []
    assert not (tmp_path / "~").exists()


@pytest.mark.usefixtures("unusable")
def test_a_cache_that_cannot_be_used_costs_only_time(library: Path, folds: list[Path]) -> None:
    for _ in range(2):
        assert_same(microspec.load(library), load_tree(library))
    assert len(folds) == 2
    done = CliRunner().invoke(main, ["versions", "--spec", str(library)], catch_exceptions=False)
    assert (done.exit_code, done.stderr) == (0, "")


def test_a_cache_that_cannot_be_written_is_read(
    library: Path, folds: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    microspec.load(library)
    for name in ("utime", "makedirs", "rename"):
        monkeypatch.setattr(os, name, full)
    assert_same(microspec.load(library), load_tree(library))
    assert len(folds) == 1


def test_an_entry_is_for_its_user_alone(library: Path, entries: Path) -> None:
    before = os.umask(0)
    try:
        microspec.load(library)
    finally:
        os.umask(before)
    (entry,) = entries.iterdir()
    assert [stat.S_IMODE(path.stat().st_mode) for path in (entries, entry)] == [0o700, 0o700]


def test_the_cache_is_where_the_system_has_caches(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in (None, ""):
        monkeypatch.delenv(cache.VARIABLE) if value is None else monkeypatch.setenv(cache.VARIABLE, value)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / f"caches{value}"))
        monkeypatch.setattr("platformdirs.user_cache_dir", lambda name, appauthor: f"{tmp_path}/{name}-{appauthor}")
        assert cache._cache() == f"{tmp_path}/microspec-False/trees"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(cache.VARIABLE, "mine")
    microspec.load(library)
    assert (tmp_path / "mine" / "trees").is_dir()


# --------------------------------------------------------------------------------------------------- looking after


def test_entries_that_are_not_used_go(library: Path, entries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 3)
    words = ["essay", "diary", "zine", "map", "atlas"]
    made: list[Path] = []
    for number, (old, new) in enumerate(zip(["essay", *words], words, strict=False)):
        replace(library, old, new)
        microspec.load(library)
        (entry,) = {*entries.iterdir()} - {*made}
        made.append(entry)
        os.utime(entry, (number, number))
        if new == "map":
            replace(library, "map", "diary")
            microspec.load(library)  # which uses it
            replace(library, "diary", "map")
    assert {*entries.iterdir()} == {made[1], made[3], made[4]}


def test_what_was_never_finished_goes(library: Path, entries: Path) -> None:
    entries.mkdir(0o700, parents=True)
    left, begun, foreign = entries / name_of_unfinished(), entries / name_of_unfinished(), entries / "mine"
    for path in (left, begun, foreign):
        path.mkdir()
        (path / "index").touch()
    long_ago = time.time() - cache.ABANDONED - 60
    for path in (left, foreign):
        os.utime(path, (long_ago, long_ago))
    microspec.load(library)
    assert not left.exists()
    assert begun.exists()
    assert foreign.exists()


def test_many_processes_share_a_cache(library: Path, entries: Path) -> None:
    code = (
        "import sys, microspec\n"
        "for _ in range(3):\n"
        "    assert 'essay' in microspec.load(sys.argv[1]).at('1.2').schemas['Genre']['enum']"
    )
    started = [subprocess.Popen([sys.executable, "-c", code, str(library)]) for _ in range(3)]
    while any(process.poll() is None for process in started):  # others remove entries meanwhile
        for entry in entries.glob("[!.]*") if entries.exists() else ():
            shutil.rmtree(entry, ignore_errors=True)
        time.sleep(0.02)
    assert [process.wait() for process in started] == [0, 0, 0]
    microspec.load(library)
    assert [len(path.name) for path in entries.iterdir()] == [40]


def test_a_process_that_was_killed_leaves_no_half(library: Path, entries: Path) -> None:
    code = (
        "import os, sys, microspec\n"
        "from pathlib import Path\n"
        "calls, real = int(sys.argv[2]), Path.write_bytes\n"
        "def killed(*given):\n"
        "    global calls\n"
        "    calls -= 1\n"
        "    if calls < 0: os._exit(9)\n"
        "    return real(*given)\n"
        "Path.write_bytes = killed\n"
        "microspec.load(sys.argv[1])"
    )
    for calls in (0, len(TEXTS) - 2):
        done = subprocess.run([sys.executable, "-c", code, str(library), str(calls)], check=False)
        assert done.returncode == 9
    assert all(path.name.startswith(MANIFEST) for path in entries.iterdir())
    assert "essay" in genres(microspec.load(library))


@pytest.mark.parametrize("arguments", [["versions"], ["when", "author-tags"], ["diff", "1.1", "1.4"]], ids=" ".join)
def test_the_second_time_nothing_is_folded(arguments: list[str], library: Path) -> None:
    command = [*arguments, "--spec", str(library)]
    first = subprocess.run([PROGRAM, *command], capture_output=True, text=True, check=True)
    code = (
        "import sys\nfrom microspec.__main__ import run\ntry: run()\nfinally: sys.stderr.write(' '.join(sys.modules))"
    )
    second = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=True)
    assert second.stdout == first.stdout
    assert first.stderr == ""
    found = set(second.stderr.split())
    assert not found & {"yaml", "pydantic", "jsonschema_rs", "hashlib", "microspec.authoring.tree", "rich"}

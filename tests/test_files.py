"""Folders are written whole or not at all, and over nothing but what the same command wrote; no pipe is waited for."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import microspec
from microspec import ArtifactError, loading
from microspec.artifact import read
from microspec.artifact.reader import Compiled
from microspec.authoring.build import write_artifact
from microspec.cli import main
from microspec.model.fold import Folded
from microspec.values.files import MANIFEST, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from click.testing import Result

COMMANDS = {"build": ["build"], "export": ["export", "--tables"], "models": ["models", "1.4", "--out"]}


@pytest.fixture(params=COMMANDS)
def write(request: pytest.FixtureRequest, library: Path) -> Callable[[Path | str], Result]:
    """Run one of the commands that write a folder."""
    arguments = [*COMMANDS[request.param], "--spec", str(library)]
    return lambda folder: CliRunner().invoke(main, [*arguments[:-2], str(folder), *arguments[-2:]])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder to write, alone in another one."""
    (tmp_path / "alone").mkdir()
    return tmp_path / "alone" / "folder"


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    """All that is in a folder: the modes, and the contents of files."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in [folder, *folder.rglob("*")]
    }


def refused(result: Result, words: str) -> bool:
    """Whether a command has refused to write, in these words."""
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    return words in result.output


def test_a_folder_is_made_and_made_again(write: Callable[[Path], Result], folder: Path) -> None:
    assert write(folder / "deep" / "in").exit_code == 0
    (folder / "empty").mkdir()
    (folder / "empty").chmod(0o750)
    assert write(folder / "empty").exit_code == 0
    assert stat.S_IMODE((folder / "empty").stat().st_mode) == 0o750
    first = state(folder / "empty")
    file = next(path for path in (folder / "empty").iterdir() if path.name != MANIFEST)
    file.unlink()
    assert write(folder / "empty").exit_code == 0
    assert state(folder / "empty") == first
    assert {path.name for path in folder.iterdir()} == {"deep", "empty"}


def test_a_link_to_a_folder_stays(write: Callable[[Path], Result], folder: Path) -> None:
    (folder.parent / "link").symlink_to("folder")
    for _ in range(2):
        assert write(folder.parent / "link").exit_code == 0
    assert (folder / MANIFEST).is_file()
    assert (folder.parent / "link").is_symlink()


@pytest.mark.parametrize("name", ["model", "index", "fields.json", "notes.txt", ".releases.json.part", "a\nb"])
@pytest.mark.parametrize("kind", ["file", "folder", "link", "pipe"])
def test_what_others_wrote_stays(write: Callable[[Path], Result], folder: Path, name: str, kind: str) -> None:
    folder.mkdir()
    (folder.parent / "other").write_text("mine")
    make(folder / name, kind)
    before = state(folder.parent)
    assert refused(write(folder), f"it contains {name!r}, which microspec ")
    assert state(folder.parent) == before


@pytest.mark.parametrize("kind", ["file", "folder", "link", "pipe"])
@pytest.mark.parametrize("added", [True, False])
def test_what_was_put_into_a_written_folder_stays(
    write: Callable[[Path], Result], folder: Path, kind: str, added: bool
) -> None:
    (folder.parent / "other").write_text("mine")
    assert write(folder).exit_code == 0
    if added:
        make(folder / "notes.txt", kind)
        words = "it contains 'notes.txt', which microspec "
    else:
        file = max(folder.iterdir())
        file.unlink()
        make(file, kind)
        words = f"{file.name!r} in it has changed since microspec "
    before = state(folder.parent)
    assert refused(write(folder), words)
    assert state(folder.parent) == before


def make(path: Path, kind: str) -> None:
    """Put something of a user there."""
    if kind == "file":
        path.write_text("mine")
    elif kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to("../other")
    else:
        os.mkfifo(path)


def test_one_command_does_not_replace_what_another_wrote(library: Path, folder: Path) -> None:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, [*arguments, str(folder), "--spec", str(library)])

    assert run("build").exit_code == 0
    before = state(folder)
    assert refused(run("export", "--tables"), "which microspec export did not write")
    assert state(folder) == before
    assert refused(CliRunner().invoke(main, ["build", str(library), "--spec", str(library)]), "it contains 'baseline'")


def test_the_current_folder_is_not_replaced(
    write: Callable[[Path | str], Result], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "below").mkdir(parents=True)
    monkeypatch.chdir(folder / "below")
    before = state(folder.parent)
    for name in (".", "..", folder, folder / "below"):
        assert refused(write(name), "cannot be written: it is the current folder, or contains it; choose another one")
    assert write("").exit_code == 2
    assert state(folder.parent) == before


@pytest.mark.skipif(not Path("/dev/shm").is_mount(), reason="nothing is mounted there")
def test_what_is_mounted_is_not_replaced(write: Callable[[Path | str], Result]) -> None:
    assert refused(write("/dev/shm"), "cannot be written: it is a mount point; choose a folder inside it")
    assert [*Path("/dev").glob(f"{MANIFEST}*")] == []


def test_a_file_in_the_way_stays(write: Callable[[Path], Result], folder: Path) -> None:
    folder.write_text("mine")
    assert write(folder).exit_code == 2
    assert refused(write(folder / "below"), "a part of the path is a file, not a folder")
    assert [*folder.parent.iterdir()] == [folder]
    assert folder.read_text() == "mine"


@pytest.mark.parametrize("is_there", [True, False])
def test_a_specification_with_mistakes_leaves_everything(
    write: Callable[[Path], Result], library: Path, folder: Path, is_there: bool
) -> None:
    if is_there:
        folder.mkdir()
    (library / "versions" / "1.2.yaml").write_text("microversion: 1.2\n")
    before = state(folder.parent)
    assert refused(write(folder), "the specification has mistakes")
    assert state(folder.parent) == before


@pytest.mark.parametrize("method", ["write_bytes", "write_text", "rename", "mkdir", "chmod"])
def test_nothing_is_half_written(
    write: Callable[[Path], Result], library: Path, folder: Path, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever call fails, the first one or a later one."""
    assert write(folder).exit_code == 0
    path = library / "versions" / "1.2.yaml"
    path.write_text(path.read_text().replace("essay", "diary"))
    before = state(folder.parent)
    real = getattr(Path, method)
    for number in range(3):
        calls = iter([False] * number)

        def fail(self: Path, *arguments: object, calls: Iterator[bool] = calls, **keywords: object) -> object:
            if next(calls, True):
                raise OSError(28, "No space left on device", str(self))
            return real(self, *arguments, **keywords)

        monkeypatch.setattr(Path, method, fail)
        result = write(folder)
        monkeypatch.setattr(Path, method, real)
        if result.exit_code == 0:
            break
        assert refused(result, "cannot be written: no space left on device")
        if method == "rename":  # nothing can be put back where nothing can be renamed
            continue
        assert state(folder.parent) == before
    else:
        assert method in ("write_bytes", "rename")


def test_a_folder_that_cannot_be_put_in_its_place_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(folder, "a test") as texts:
        texts["a"] = "former"
    real = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name.startswith(MANIFEST) and (self / "a").read_text() == "new":
            raise OSError(5, "Input/output error", str(self))
        return real(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    before = state(folder.parent)
    with pytest.raises(OSError, match="Input/output error"), writing(folder, "a test") as texts:
        texts["a"] = "new"
    assert state(folder.parent) == before


def test_folders_are_written_side_by_side(folder: Path) -> None:
    """Each is whole at any time: of one writer, and with its manifest."""

    def put(number: int) -> None:
        for _ in range(40):
            with writing(folder, "a test") as texts:
                texts.update({f"{name}": f"{number}" for name in range(8)})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(4)))
    contents = {path.read_text() for path in folder.iterdir() if path.name != MANIFEST}
    assert len(contents) == 1
    assert [*folder.parent.iterdir()] == [folder]
    put(9)


# ---------------------------------------------------------------------------------- what is compiled in a checkout

LOAD = """
import sys, os, subprocess
from pathlib import Path
import microspec
from microspec import loading
library = Path(sys.argv[1])
loading._CHECKOUT, loading._INSTALLED = str(library), str(library / "nowhere")
def genres():
    return " ".join(microspec.load().at("1.2").schemas["Genre"]["enum"])
"""

OLDER = """
from microspec.authoring import build
real, compiled = Path.__dict__, build.compiled
calls = int(sys.argv[2])

def slowly(spec):
    made = compiled(spec)
    path = library / "versions" / "1.2.yaml"
    path.write_text(path.read_text().replace("diary", "zine"))
    subprocess.run([sys.executable, "-c", sys.argv[3], sys.argv[1]], check=True)
    for name in ("write_bytes", "write_text", "rename", "chmod"):
        setattr(Path, name, killed(getattr(Path, name)))
    return made

def killed(function):
    def call(*arguments, **keywords):
        global calls
        calls -= 1
        if calls < 0:
            os._exit(9)
        return function(*arguments, **keywords)
    return call

build.compiled = slowly
genres()
"""


def replace(library: Path, old: str, new: str) -> None:
    """Edit the specification."""
    path = library / "versions" / "1.2.yaml"
    path.write_text(path.read_text().replace(old, new))


@pytest.mark.parametrize("calls", [9, 18, 19, 20, 21])
def test_an_older_compile_that_is_killed_leaves_no_stale_answers(
    library: Path, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has read a file before an edit, another process has read it after that, and it writes last, if at all."""
    replace(library, "essay", "diary")
    arguments = [str(library), str(calls), f"{LOAD}assert 'zine' in genres()"]
    subprocess.run([sys.executable, "-c", f"{LOAD}{OLDER}", *arguments], check=False)
    monkeypatch.setattr(loading, "_CHECKOUT", str(library))
    monkeypatch.setattr(loading, "_INSTALLED", str(library / "nowhere"))
    assert "zine" in loading._opened(loading.bundled_path("compute")).at("1.2").schemas["Genre"]["enum"]


def test_many_processes_compile_a_checkout(library: Path) -> None:
    for old, new in (("essay", "diary"), ("diary", "zine")):
        replace(library, old, new)
        code = f"{LOAD}assert {new!r} in genres()\nassert microspec.load().availability('GET /books', query='limit')"
        started = [subprocess.Popen([sys.executable, "-c", code, str(library)]) for _ in range(3)]
        assert [process.wait(60) for process in started] == [0, 0, 0]
    assert [path.name for path in library.iterdir() if path.name.startswith(MANIFEST)] == []


def test_what_is_in_the_hidden_folder_is_replaced(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is nobody's but the package's, and may be of another format, or damaged."""
    monkeypatch.setattr(loading, "_CHECKOUT", str(library))
    monkeypatch.setattr(loading, "_INSTALLED", str(library / "nowhere"))
    (library / ".compiled" / "below").mkdir(parents=True)
    (library / ".compiled" / "index").write_text("microspec 1\t")
    assert isinstance(loading._opened(loading.bundled_path("compute"))._source, Compiled)
    assert not (library / ".compiled" / "below").exists()
    (library / ".compiled" / "index").write_text("damaged")
    assert isinstance(loading._opened(loading.bundled_path("compute"))._source, Compiled)
    shutil.rmtree(library / ".compiled")
    (library / ".compiled").symlink_to("elsewhere/at/all")
    assert isinstance(loading._opened(loading.bundled_path("compute"))._source, Compiled)
    (library / ".compiled").unlink()
    (library / ".compiled").write_text("in the way")
    assert isinstance(loading._opened(loading.bundled_path("compute"))._source, Folded)


def test_a_folder_that_is_just_being_replaced_is_waited_for(library: Path, tmp_path: Path) -> None:
    write_artifact(library, tmp_path / "made")
    history = microspec.load(tmp_path / "made")
    (tmp_path / "made").rename(tmp_path / "aside")
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(lambda: history.at("1.2").schemas["Genre"])
        time.sleep(0.02)
        (tmp_path / "aside").rename(tmp_path / "made")
        assert asked.result()
    shutil.rmtree(tmp_path / "made")
    with pytest.raises(ArtifactError, match="cannot be read"):
        history["1.3"]


# ----------------------------------------------------------------------------------------------- what is no file


@pytest.fixture
def patience() -> Iterator[None]:
    """No more than some seconds."""

    def fail(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"waits for a pipe ({number}, {frame})")

    former = signal.signal(signal.SIGALRM, fail)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, former)


def put_pipe(path: Path) -> str:
    os.mkfifo(path)
    return "it is a pipe, not a file"


def put_socket(path: Path) -> str:
    here = Path.cwd()
    os.chdir(path.parent)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)
    os.chdir(here)
    return "it is a socket, not a file"


def put_device(path: Path) -> str:
    path.symlink_to("/dev/zero")
    return "it is a device, not a file"


NO_FILES = pytest.mark.parametrize("put", [put_pipe, put_socket, put_device])


@NO_FILES
@pytest.mark.parametrize("name", ["service.yaml", "baseline/common.yaml", "baseline/more.yaml", "versions/1.5.yaml"])
@pytest.mark.usefixtures("patience")
def test_lint_does_not_wait(library: Path, name: str, put: Callable[[Path], str]) -> None:
    (library / name).unlink(missing_ok=True)
    words = put(library / name)
    result = CliRunner().invoke(main, ["lint", "--spec", str(library)])
    assert result.exit_code == 1
    assert f"{library / name}:1:1: unreadable the file cannot be read: {words}" in result.output
    for arguments in (["renumber", "1.4", "1.5", "--spec", str(library)], ["fmt", str(library)]):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 2
        assert isinstance(result.exception, SystemExit)


@NO_FILES
@pytest.mark.usefixtures("patience")
def test_a_build_reads_nothing_beside_the_specification(library: Path, put: Callable[[Path], str]) -> None:
    (library / "drafts").mkdir()
    put(library / "drafts" / "1.5.yaml")
    put(library / "notes.yaml")
    (library / "drafts" / "folder.yaml").mkdir()
    assert CliRunner().invoke(main, ["build", str(library.parent / "made"), "--spec", str(library)]).exit_code == 0


@NO_FILES
@pytest.mark.parametrize(
    "arguments",
    [
        ["audit"],
        ["validate", "POST /servers"],
        ["explain", "POST /servers", "--body"],
        ["negotiate", "POST /servers", "--server", "2.1-2.90", "--body"],
        ["negotiate", "--server"],
        ["explain", "GET /servers", "--server"],
        ["diff", "2.1", "2.2", "--uses"],
        ["diff", "2.1", "2.2", "--suppressions"],
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("patience")
def test_no_command_waits(arguments: list[str], tmp_path: Path, put: Callable[[Path], str]) -> None:
    words = put(tmp_path / "file")
    result = CliRunner().invoke(main, [*arguments, str(tmp_path / "file")])
    assert refused(result, words), result.output


def test_standard_input_can_be_a_pipe() -> None:
    command = [sys.executable, "-m", "microspec", "validate", "POST /os-keypairs", "-", "--at", "2.1"]
    given = '{"keypair": {"name": "a"}}'
    assert subprocess.run(command, input=given, text=True, capture_output=True, check=False).returncode == 0


@NO_FILES
@pytest.mark.parametrize("name", ["index", "schemas", "elements"])
@pytest.mark.usefixtures("patience")
def test_no_artifact_is_waited_for(library: Path, tmp_path: Path, name: str, put: Callable[[Path], str]) -> None:
    write_artifact(library, tmp_path / "made")
    (tmp_path / "made" / name).unlink()
    put(tmp_path / "made" / name)
    with pytest.raises(ArtifactError):
        loading._compiled(str(tmp_path / "made")).at("1.1").schemas["Genre"], read(str(tmp_path / "made"), name)


def test_a_link_that_leads_nowhere_does_not_matter(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As editors make them, beside the file that is edited."""
    monkeypatch.setattr(loading, "_CHECKOUT", str(library))
    monkeypatch.setattr(loading, "_INSTALLED", str(library / "nowhere"))
    (library / ".#service.yaml").symlink_to("me@here.1234")
    assert isinstance(loading._opened(loading.bundled_path("compute"))._source, Compiled)

"""Writes files completely or not at all, and opens files without waiting for other programs."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from contextlib import contextmanager, suppress
from errno import EACCES, EBUSY, EEXIST, EINVAL, ENOTDIR, ENOTEMPTY, EPERM
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader


MANIFEST = ".microspec"
"""The file that says which command wrote a folder, and what: a digest and a name on each line."""

_NO_FILES = {stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket", stat.S_IFCHR: "device", stat.S_IFBLK: "device"}


def opened(path: Path) -> BufferedReader:
    """A file to read. Raises OSError, also for a pipe, a socket or a device, which might never end."""
    kind = _NO_FILES.get(stat.S_IFMT(path.stat().st_mode))
    if kind is not None:
        raise OSError(EINVAL, f"it is a {kind}, not a file", str(path))
    return path.open("rb")


@contextmanager
def writing_file(path: Path) -> Iterator[Path]:
    """A file in the same folder, for the block to write; it then replaces `path`.

    Raises OSError for a file that cannot be written. If anything is raised, the old file stays unchanged.
    """
    part = path.with_name(name_of_unfinished())
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def writing_own(path: Path, mark: bytes, command: str) -> Iterator[Path]:
    """A file in the same folder, for the block to write; then it takes the place of `path`, or of what that leads to.

    A file that is there is only replaced if it is empty, or has the mark near its beginning, with which everything
    begins that the command writes.

    Raises OSError for a file that cannot be written or is not to be replaced, before the block runs if that can be
    known. If anything is raised, what was there is as it was.
    """
    place = Path(os.path.realpath(path))
    with suppress(FileNotFoundError), opened(place) as file:
        begin = file.read(_BEGIN)
        if begin and mark not in begin:
            raise PermissionError(EPERM, f"it is there, and {command} did not write it", str(path))
    with writing_file(place) as part:
        yield part


_BEGIN = 1_000
"""So many bytes of a file are its beginning."""


@contextmanager
def writing(folder: Path, command: str | None = None, mode: int = 0o777) -> Iterator[dict[str, str | bytes]]:
    """Make a folder of files: their contents by name, as the block leaves them. Text is written as UTF-8.

    It replaces a folder that is empty, or that the same command wrote, according to its `MANIFEST`. Without a command,
    it replaces any folder; this is for folders that nothing else writes to. The files are written next to the folder,
    which is then replaced as a whole, even if other processes write the same one. A new folder gets this mode.

    Raises OSError for a folder that cannot be written or must not be replaced, if possible before the block runs. If
    anything is raised, the old folder stays unchanged.
    """
    place = Path(os.path.realpath(folder))
    _check(place, command)
    made = next((above for above in place.parents if above.exists()), place) / name_of_unfinished()
    made.mkdir(mode)
    try:
        contents: dict[str, str | bytes] = {}
        yield contents
        for name, content in contents.items():
            (made / name).write_bytes(content.encode() if isinstance(content, str) else content)
        said = (command or "", *_lines(made))
        (made / MANIFEST).write_text("".join(f"{line}\n" for line in said), encoding="utf-8")
        if not _is_the_same(made, place):
            _put(made, place, command)
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def writing_new(folder: Path) -> Iterator[dict[str, str]]:
    """Make a folder of files that does not exist yet, or is empty: their contents by path, as the block leaves them.

    Raises OSError for a folder that cannot be written, or is not empty, if possible before the block runs. If anything
    is raised, the old folder stays unchanged.
    """
    place = Path(os.path.realpath(folder))
    with suppress(FileNotFoundError):
        place.stat()
        if objection := _objection(place, None):
            raise objection
        if any(place.iterdir()):
            raise OSError(ENOTEMPTY, "it is not empty", str(place))
    made = next((above for above in place.parents if above.exists()), place) / name_of_unfinished()
    made.mkdir()
    try:
        contents: dict[str, str] = {}
        yield contents
        for name, content in contents.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_text(content, encoding="utf-8")
        place.parent.mkdir(parents=True, exist_ok=True)
        made.rename(place)  # fails if something has appeared there in the meantime
    finally:
        shutil.rmtree(made, ignore_errors=True)


def name_of_unfinished() -> str:
    """A name for a file or folder that is not in its place yet."""
    return f"{MANIFEST}-{os.urandom(8).hex()}"


def _lines(folder: Path) -> list[str]:
    """The lines of a manifest of a folder."""
    return [_line(path) for path in sorted(folder.iterdir()) if path.name != MANIFEST]


def _line(path: Path) -> str:
    content = _content(path)
    return f"{_NO_FILE if content is None else hashlib.sha256(content).hexdigest()}  {path.name}"


_NO_FILE = "-"
"""Stands for anything that is not a file. No manifest has it, because even an empty file has a digest."""


def _content(path: Path) -> bytes | None:
    """The bytes of a regular file; None for anything else, including a link to a file."""
    with suppress(OSError):
        if stat.S_ISREG(path.lstat().st_mode):
            return path.read_bytes()
    return None


def _is_the_same(made: Path, place: Path) -> bool:
    """Whether a folder already has the same content, for example because another process has made the same."""
    with suppress(OSError):
        said = (made / MANIFEST).read_text(encoding="utf-8")
        return _content(place / MANIFEST) == said.encode() and _lines(place) == said.splitlines()[1:]
    return False


def _check(place: Path, command: str | None) -> None:
    """Raise OSError for a folder that cannot be replaced, or contains what the command did not write."""
    with suppress(FileNotFoundError):
        before = _identity(place)
        objection = _objection(place, command)
        if objection is not None and _identity(place) == before:  # or else another process has just replaced it
            raise objection


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_ino, status.st_ctime_ns


def _objection(place: Path, command: str | None) -> OSError | None:
    if not place.is_dir():
        return NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), str(place))
    if Path(os.path.realpath("")).is_relative_to(place):
        return OSError(EBUSY, "it is the current folder, or contains it; choose another one", str(place))
    if place.is_mount():
        return OSError(EBUSY, "it is a mount point; choose a folder inside it", str(place))
    if not os.access(place, os.W_OK):
        return PermissionError(EACCES, os.strerror(EACCES), str(place))
    return _foreign(place, command)


def _foreign(folder: Path, command: str | None) -> OSError | None:
    """The error for anything in a folder that the command did not write."""
    if command is None:
        return None
    author, *said = (_content(folder / MANIFEST) or b"").decode(errors="replace").splitlines() or [""]
    names = {line.partition("  ")[2] for line in said} if author == command else set()
    for path in sorted(folder.iterdir()):
        if path.name not in {*names, MANIFEST}:
            return PermissionError(EPERM, f"it contains {path.name!r}, which {command} did not write", str(folder))
    for line in _lines(folder):
        if line not in said:
            name = line.partition("  ")[2]
            return PermissionError(EPERM, f"{name!r} in it has changed since {command} wrote it", str(folder))
    return None


def _put(made: Path, place: Path, command: str | None) -> None:
    """Move a folder to its place, and remove what was there."""
    place.parent.mkdir(parents=True, exist_ok=True)
    is_there = False
    while not is_there:
        former = made.with_name(name_of_unfinished())
        try:
            with suppress(FileNotFoundError):
                place.rename(former)
                made.chmod(stat.S_IMODE(former.stat().st_mode))
                if objection := _foreign(former, command):
                    raise objection
            made.rename(place)
            is_there = True
        except BaseException as error:
            if getattr(error, "errno", None) not in (EEXIST, ENOTEMPTY):
                with suppress(OSError):
                    former.rename(place)
                raise
            # another process has moved its own folder there in the meantime
        shutil.rmtree(former, ignore_errors=True)

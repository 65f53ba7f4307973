"""The cache of compiled specifications: a folder is compiled once, and read from the user's cache folder the next time.

An entry is a compiled specification. Its name is a digest of the names and contents of all files that the loader would
read, and of the code that compiles them, so an entry is never out of date. If the cache cannot be used, only time is
lost.
"""

from __future__ import annotations

import os
import stat

from ..artifact import FORMAT, Index, body, refusal
from ..artifact.errors import ArtifactError
from ..history import History
from .checkout import rooms, signature

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from hashlib import blake2b

    from ..model.source import Source

    Look = tuple[str, list[tuple[int, ...]]]
    """The state of a folder: a digest of its files, and their sizes and times."""

VARIABLE = "MICROSPEC_CACHE_DIR"
"""The environment variable that names another folder for the cache."""

MOST = 32
"""The cache has at most this many entries; beyond that, the least recently used ones are removed."""

ABANDONED = 3600
"""A process that has not finished writing an entry after this many seconds will not finish it."""

_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_DIGITS = 40
_BLOCK = 1 << 20


def load(folder: str, package: str, model: Callable[[Index], Source]) -> History:
    """The history of a folder of YAML, from the cache if possible; if it is not there, it is added.

    `package` is the folder of the code that compiles it, `model` makes the source of an index. The answers are those of
    `load_tree`, including locations in files. Raises `SpecificationError`; a specification with mistakes is not cached.
    """
    cache, look = _cache(), _look(folder, package)
    if cache is None or look is None:
        return _folded(folder)
    entry = _Entry(folder, package, cache, look, model)
    try:
        if entry.is_there:
            return entry.opened()
    except ArtifactError:
        pass  # it is damaged
    history, texts = entry.make()
    try:
        if texts is not None:
            return entry.opened()
    except ArtifactError:
        pass  # it could not be written
    return _folded(folder) if history is None else history


def _folded(folder: str) -> History:
    from pathlib import Path

    from .tree import load_tree

    return load_tree(Path(folder))


class _Entry:
    """The entry of a folder in the cache."""

    def __init__(self, folder: str, package: str, cache: str, look: Look, model: Callable[[Index], Source]) -> None:
        self._folder, self._package, self._cache, self._look, self._model = folder, package, cache, look, model
        self._path = f"{cache}/{look[0]}"

    @property
    def is_there(self) -> bool:
        """Whether the entry exists."""
        return os.path.isdir(self._path)  # noqa: PTH112

    def opened(self) -> History:
        """The history in the entry. Raises `ArtifactError` if there is none, or none that can be used."""
        from pathlib import Path

        root = str(Path(self._folder, "_"))[:-1]  # the prefix of the names of files, as in the loader
        history = History(_Cached(self._path, self._model, root, self.again))
        try:  # noqa: SIM105  # contextlib takes long to import
            os.utime(self._path)
        except OSError:
            pass  # then it seems to be unused
        return history

    def make(self) -> tuple[History | None, dict[str, str] | None]:
        """Compile the folder, and write the entry. Returns its history and the texts, as far as possible.

        Raises `SpecificationError`. If the folder changes in the meantime, nothing is written, because the result may
        mix two states.
        """
        from pathlib import Path

        from ..values.files import writing
        from .build import compiled

        history: History | None = None
        texts: dict[str, str] | None = None
        try:
            os.makedirs(self._cache, 0o700, exist_ok=True)  # noqa: PTH103
            if _is_trusted(self._cache):
                with writing(Path(self._path), mode=0o700) as kept:
                    history, made = compiled(Path(self._folder), with_deltas=False)
                    if not self._is_unchanged():
                        raise _Changed
                    texts = made
                    kept.update(made)
                _make_room(self._cache)
        except (OSError, _Changed):
            pass
        return history, texts

    def again(self) -> dict[str, str] | None:
        """The texts, compiled once more; None if the folder has changed, or the entry cannot be written."""
        from .errors import SpecificationError

        try:
            return self.make()[1] if self._is_unchanged() else None
        except SpecificationError:
            return None

    def _is_unchanged(self) -> bool:
        return _look(self._folder, self._package) == self._look


class _Changed(Exception):
    """A folder has changed."""


class _Cached(Index):
    """An entry. Texts that are damaged, or were removed after it was opened, are compiled again."""

    def __init__(
        self,
        folder: str,
        model: Callable[[Index], Source],
        root: str,
        again: Callable[[], dict[str, str] | None],
    ) -> None:
        super().__init__(folder, model, root)
        self._again = again

    def _read(self, name: str) -> str:
        try:
            return super()._read(name)
        except ArtifactError as error:
            if name == "deltas":
                return self._deltas()
            texts = self._again()
            if texts is None:
                reason = f"{name} can no longer be read, and the files have changed; load it again"
                raise refusal(self.folder, reason) from error
            for other, text in texts.items():
                self._texts.setdefault(other, body(text))
            return self._texts[name]

    def _deltas(self) -> str:
        """What each microversion changes: it is worked out for the first diff, and written next to the other texts."""
        from ..artifact.writer import deltas

        text = deltas(self.source, self._digest)
        beside = f"{self.folder}/.deltas-{os.urandom(8).hex()}"
        try:
            with open(beside, "xb") as file:  # noqa: PTH123
                file.write(text.encode())
            os.replace(beside, f"{self.folder}/deltas")  # noqa: PTH105
        except OSError:
            pass  # then it is worked out again the next time
        return body(text)


def _cache() -> str | None:
    """The folder of the entries, whether it exists or not; None if no location is known."""
    place = os.environ.get(VARIABLE)
    if not place:
        from platformdirs import user_cache_dir

        place = user_cache_dir("microspec", appauthor=False)
        if not os.path.isabs(place):  # noqa: PTH117  # there is no home
            return None
    cache = os.path.abspath(f"{place}/trees")  # noqa: PTH100
    return None if os.path.lexists(cache) and not _is_trusted(cache) else cache


def _is_trusted(path: str) -> bool:
    """Whether this is a folder that only this user can write."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return False
    if not hasattr(os, "geteuid"):  # on such systems, the folders of a user are private
        return stat.S_ISDIR(status.st_mode)
    is_own = status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return is_own and stat.S_ISDIR(status.st_mode)


def _look(folder: str, package: str) -> Look | None:
    """The current state of a folder; None for one that cannot be read, which the loader reports."""
    found = _digest()
    found.update(f"{FORMAT}\n{signature(*rooms(package))}".encode(errors="surrogateescape"))
    times: list[tuple[int, ...]] = []
    try:
        names = [*_files(folder)]
        for name in names:
            content, status = _content(f"{folder}/{name}") if name.endswith(".yaml") else (b"", None)
            found.update(os.fsencode(f"{name}\n{len(content)}\n") + content)
            if status is not None:
                times.append((status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))
    except (OSError, ValueError):
        return None
    return found.hexdigest(), times


def _files(folder: str) -> list[str]:
    """The files that the loader reads or reports as stray, by their names in the folder."""
    found = ["service.yaml"]
    for below in ("baseline", "versions"):
        names = sorted(os.listdir(f"{folder}/{below}"))  # noqa: PTH208
        found += [f"{below}/{name}" for name in names if name.endswith(".yaml") or not name.startswith(".")]
    return found


def _content(path: str) -> tuple[bytes, os.stat_result]:
    """The bytes of a file. Raises OSError, also for anything but a regular file."""
    file = os.open(path, _READING)
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(f"{path} is not a file")
        found = b""
        while more := os.read(file, _BLOCK):
            found += more
        return found, status
    finally:
        os.close(file)


def _digest() -> blake2b:
    """A new digest. Importing `hashlib` takes longer than reading all files."""
    try:
        from _blake2 import blake2b
    except ImportError:
        from hashlib import blake2b
    return blake2b(digest_size=_DIGITS // 2)


def _make_room(cache: str) -> None:
    """Remove the least recently used entries, and unfinished ones."""
    import shutil
    from time import time

    from ..values.files import MANIFEST, name_of_unfinished

    used = []
    with os.scandir(cache) as found:
        for item in found:
            when = item.stat().st_mtime
            if len(item.name) == _DIGITS:
                used.append((when, item.path))
            elif item.name.startswith(f"{MANIFEST}-") and when < time() - ABANDONED:
                shutil.rmtree(item.path, ignore_errors=True)
    for _, path in sorted(used, reverse=True)[MOST:]:
        gone = f"{cache}/{name_of_unfinished()}"
        os.rename(path, gone)  # noqa: PTH104  # at once, so that no process sees half of it
        shutil.rmtree(gone, ignore_errors=True)

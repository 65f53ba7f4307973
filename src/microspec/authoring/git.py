"""Gets the state of a specification at a revision of its git repository."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import BaseError

if TYPE_CHECKING:
    from collections.abc import Iterator


_OF_ANOTHER_PLACE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""The variables in which git passes its hooks their repository; here, the repository of the folder counts."""


@contextmanager
def base_tree(base: str, spec: Path) -> Iterator[Path]:
    """The folder of a base: the folder of that name, or a copy of `spec` as it is at the git revision.

    If it had another name there, git's detection of renames finds it. The copy is removed afterwards. Raises
    `BaseError` if there is neither.
    """
    if os.path.isfile(Path(base) / "service.yaml"):  # noqa: PTH113  # Path.is_file raises some OSErrors
        yield Path(base)
        return
    if not os.path.isdir(spec):  # noqa: PTH112
        raise BaseError(base, f"{spec} is not a folder")
    top, tree = _tree(base, spec)
    with tempfile.TemporaryDirectory(prefix="microspec-") as folder:
        _copy(base, top, tree, Path(folder).resolve())
        yield Path(folder)


def _copy(revision: str, top: Path, tree: str, folder: Path) -> None:
    """Write the files of a tree to a folder: as they were committed, whatever attributes are set for archives."""
    listed = os.fsdecode(_git(revision, top, "ls-tree", "-r", "-z", "--full-tree", tree, failing="git cannot read it"))
    entries = [entry.partition("\t") for entry in listed.split("\0") if entry]
    files = [(path, *about.split()) for about, _, path in entries if about.split()[1] == "blob"]
    wanted = "".join(f"{name}\n" for *_, name in files).encode()
    blobs = _git(revision, top, "cat-file", "--batch", failing="git cannot read it", given=wanted)
    links: list[tuple[str, bytes]] = []
    start = 0
    for path, mode, _, _ in files:
        head, _, _ = blobs[start : start + _LONGEST_HEAD].partition(b"\n")
        start += len(head) + 1
        size = head.rpartition(b" ")[2]
        if not size.isdigit():
            raise BaseError(revision, f"git does not have the content of {path}")
        content = blobs[start : start + int(size)]
        start += len(content) + 1
        if mode == _LINK:
            links.append((path, content))
        else:
            _put(revision, folder, path, content)
    for path, content in links:  # after the files, so that no file is written through a link
        _put(revision, folder, path, content, is_link=True)
    for path, _ in links:
        if not Path(os.path.realpath(folder / path)).is_relative_to(folder):
            raise BaseError(revision, f"{path} is a symbolic link to a path outside the specification")


def _put(revision: str, folder: Path, path: str, content: bytes, *, is_link: bool = False) -> None:
    """Write a file, or a symbolic link, of a tree."""
    place = folder / path
    if ".." in place.parts or not place.is_relative_to(folder):
        raise BaseError(revision, f"it has a path {path}, which is outside the specification")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if is_link:
            place.symlink_to(os.fsdecode(content))
        else:
            place.write_bytes(content)
    except OSError as error:
        raise BaseError(revision, f"{path} cannot be copied: {error.strerror or error}") from error
    except ValueError as error:
        raise BaseError(revision, f"{path} is a symbolic link whose target is not a valid name") from error


_LONGEST_HEAD = 200
"""The line before a blob has its name, its kind and its size, and is shorter than this many bytes."""

_LINK = "120000"
"""The mode of a symbolic link. Its content is its target."""


def _tree(revision: str, spec: Path) -> tuple[Path, str]:
    """The folder of the repository, and the tree of the specification at a revision."""
    here = ("rev-parse", "--show-toplevel", "--show-prefix")
    where = os.fsdecode(_git(revision, spec, *here, failing=f"{spec} is not in a git repository"))
    top, prefix = where.split("\n")[:2]
    file = f"{prefix}service.yaml"
    find = ("rev-parse", "--verify", "--quiet", "--end-of-options")
    reason = "it is neither a folder with a service.yaml nor a revision of the repository"
    commit = os.fsdecode(_git(revision, spec, *find, f"{revision}^{{commit}}", failing=reason)).strip()
    reason = f"the revision has no {file}, and git does not detect a renamed one"
    try:
        _git(revision, spec, *find, f"{commit}:{file}", failing=reason)
    except BaseError:
        renamed = _renamed(revision, spec, commit)
        if file not in renamed:
            raise
        file = renamed[file]
    return Path(top), f"{commit}:{file.removesuffix('service.yaml')}"


def _renamed(revision: str, folder: Path, commit: str) -> dict[str, str]:
    """The service files that were renamed since a commit, as detected by git, with their old names."""
    only = ("--find-renames", "--diff-filter=R", "--no-relative", "--name-status", "-z")
    files = ":(top,glob)**/service.yaml"
    found = os.fsdecode(_git(revision, folder, "diff", *only, commit, "--", files, failing="git cannot read it"))
    _, *names = found.split("\0")  # repeatedly a score, the old name and the new one
    return dict(zip(names[1::3], names[::3], strict=True))


def _git(revision: str, folder: Path, *arguments: str, failing: str, given: bytes | None = None) -> bytes:
    """The output of a git command with the input `given`.

    If it fails, raises `BaseError` with the words of `failing`, and those of git, if there are any.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER_PLACE}
    try:
        done = subprocess.run(
            ["git", "-C", folder, *arguments], input=given, capture_output=True, env=environment, check=False
        )
    except FileNotFoundError as error:
        raise BaseError(revision, "git is needed, but is not on the path") from error
    except OSError as error:
        raise BaseError(revision, f"git cannot be run: {error.strerror or error}") from error
    except ValueError as error:
        raise BaseError(revision, "no folder and no revision can have this name") from error
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise BaseError(revision, f"{failing} (git: {words[0]})" if words else failing)
    return done.stdout

"""The state of a specification at a revision of the git repository that it is in."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import BaseError

if TYPE_CHECKING:
    from collections.abc import Iterator

_OF_ANOTHER_PLACE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""What git tells its hooks of the repository that they run in; the one meant is that of the folder."""


@contextmanager
def base_tree(base: str, spec: Path) -> Iterator[Path]:
    """The folder of a base: the folder of that name, or a copy of `spec` as it is at the git revision.

    The copy is gone afterwards. Raises `BaseError` if there is neither.
    """
    if (Path(base) / "service.yaml").is_file():
        yield Path(base)
        return
    if not spec.is_dir():
        raise BaseError(base, f"{spec} is not a folder")
    archive = _archive(base, spec)
    with tempfile.TemporaryDirectory(prefix="microspec-") as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        yield Path(folder)


def _archive(revision: str, spec: Path) -> bytes:
    """The folder at a revision, as a tar archive."""
    prefix = _git(revision, spec, "rev-parse", "--show-prefix", failing=f"{spec} is in no git repository")
    name = prefix.decode(errors="surrogateescape").strip().rstrip("/")
    find = ("rev-parse", "--verify", "--quiet", "--end-of-options")
    reason = "it is neither a folder with a service.yaml nor a revision of the repository"
    commit = _git(revision, spec, *find, f"{revision}^{{commit}}", failing=reason).decode().strip()
    _git(revision, spec, *find, f"{commit}:{name}", failing=f"there is no folder {name} at that revision")
    return _git(revision, spec, "archive", "--format=tar", commit, failing="git cannot read it")


def _git(revision: str, folder: Path, *arguments: str, failing: str) -> bytes:
    """What a git command prints. If it fails, says so in the words given, and in git's own if it has any."""
    environment = {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER_PLACE}
    try:
        done = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, env=environment, check=False)
    except OSError as error:
        raise BaseError(revision, f"git cannot be run: {error.strerror or error}") from error
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise BaseError(revision, f"{failing} (git: {words[0]})" if words else failing)
    return done.stdout

"""Compiles a folder of YAML to an artifact."""

from __future__ import annotations

import gc
import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..artifact import FORMAT
from ..artifact.writer import artifact
from ..values.files import opened, writing
from .tree import load_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..history import History


def write_artifact(spec: Path, folder: Path) -> History:
    """Compile the specification in the folder `spec`, and write the texts to `folder`. Returns its history.

    Raises `SpecificationError` for a specification with mistakes. Raises OSError, before any work, for a folder that
    cannot be written, or contains other files; then nothing is written.
    """
    with writing(folder, "microspec build") as texts:
        history, made = compiled(spec)
        texts.update(made)
    return history


def compiled(spec: Path, *, with_deltas: bool = True) -> tuple[History, dict[str, str]]:
    """The history in a folder, and the texts of its artifact. Raises `SpecificationError`."""
    with _without_collecting():
        history = load_tree(spec)
        return history, artifact(history._source, spec, digest_of(spec), with_deltas=with_deltas)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Disable garbage collection: all objects live to the end, and searching them takes ever longer."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def digest_of(spec: Path) -> str:
    """A digest of the names and contents of the files of a specification."""
    found = hashlib.sha256(FORMAT.encode())
    files = [path for pattern in ("service.yaml", "baseline/*.yaml", "versions/*.yaml") for path in spec.glob(pattern)]
    for path in sorted(files):
        with opened(path) as file:
            content = file.read()
        found.update(f"{path.relative_to(spec).as_posix()} {len(content)}\n".encode() + content)
    return found.hexdigest()

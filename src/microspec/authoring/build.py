"""From a folder of YAML to its compiled artifact."""

from __future__ import annotations

import gc
import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..artifact import FORMAT, TEXTS
from ..artifact.writer import artifact
from ..values.files import writing
from .tree import load_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..history import History


def write_artifact(spec: Path, folder: Path) -> History:
    """Compile the specification in the folder `spec`, and put the texts into `folder`. Returns its history.

    Raises `SpecificationError` for a specification with mistakes, and before any work OSError for a folder
    that cannot be written; then nothing is.
    """
    with writing(folder) as texts, _without_collecting():
        history = load_tree(spec)
        made = artifact(history._source, spec, digest_of(spec))
        texts.update((name, made[name]) for name in reversed(TEXTS))  # the index last: with it the artifact is there
    return history


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Look for no garbage: what is made lives to the end, and looking through all of it takes ever longer."""
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
    for path in sorted(spec.rglob("*.yaml")):
        content = path.read_bytes()
        found.update(f"{path.relative_to(spec).as_posix()} {len(content)}\n".encode() + content)
    return found.hexdigest()

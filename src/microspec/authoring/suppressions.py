"""Reading a file of suppressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..diff.suppressions import Suppression
from .errors import SuppressionsError

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path, content: bytes | None = None) -> tuple[Suppression, ...]:
    """The suppressions in a file, in order; `content` is its content if it is already known.

    Raises `SuppressionsError` with all mistakes in it.
    """
    from . import files
    from .documents import SuppressionsDocument

    reading = files.read(path, SuppressionsDocument, content)
    found = reading.file
    if reading.diagnostics or found is None:
        raise SuppressionsError(sorted(reading.diagnostics, key=lambda d: (d.location.key, d.code)))
    return tuple(
        Suppression(
            id=key,
            reason=given.reason,
            expires=given.expires,
            location=found.location("suppressions", key, of_key=True),
        )
        for key, given in found.document.suppressions.items()
    )

"""Reading a file of suppressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..diff.suppressions import Suppression
from .errors import SuppressionsError

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path) -> tuple[Suppression, ...]:
    """The suppressions in a file, in its order. Raises `SuppressionsError` with all that is wrong with it."""
    from . import files
    from .documents import SuppressionsDocument

    reading = files.read(path, SuppressionsDocument)
    file = reading.file
    if reading.diagnostics or file is None:
        raise SuppressionsError(sorted(reading.diagnostics, key=lambda d: (d.location.key, d.code)))
    return tuple(
        Suppression(
            id=name,
            reason=given.reason,
            expires=given.expires,
            location=file.location("suppressions", name, of_key=True),
        )
        for name, given in file.document.suppressions.items()
    )

"""Immutable values, versions and sets of them, equality of JSON values, and the base of all errors."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"

    def __reduce__(self) -> str:
        return "ABSENT"  # the one of this module, wherever it is unpickled


ABSENT: Any = _Absent()
"""What is not given, where None is a value."""

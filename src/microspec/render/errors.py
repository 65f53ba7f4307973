"""The error about reports that are too long."""

from __future__ import annotations

from ..values.errors import MicrospecError


class LengthError(MicrospecError, ValueError):
    """A report that cannot be short enough: the characters that are `allowed`, and `needed` for its summary."""

    allowed: int
    needed: int

    def __init__(self, allowed: int, needed: int) -> None:
        super().__init__(allowed, needed)
        self.allowed, self.needed = allowed, needed

    def __str__(self) -> str:
        return f"a length of {self.allowed} characters is too short; the summary needs {self.needed}"

"""The errors about specifications, suppressions, bases, renumbering, starting and formatting."""

from __future__ import annotations

from ..values.diagnostics import Mistakes
from ..values.errors import MicrospecError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..values.version import Version


class SpecificationError(Mistakes):
    """A specification that cannot be read: `diagnostics` lists all mistakes, in file order."""


class SuppressionsError(Mistakes):
    """A file of suppressions that cannot be read: `diagnostics` lists all mistakes, in file order."""


class BaseError(MicrospecError, ValueError):
    """A base that a specification cannot be compared with: the `base` as it was given, and the `reason`."""

    base: str
    reason: str

    def __init__(self, base: str, reason: str) -> None:
        super().__init__(base, reason)
        self.base, self.reason = base, reason

    def __str__(self) -> str:
        return f"cannot compare with {self.base!r}: {self.reason}"


class RenumberingError(MicrospecError, ValueError):
    """A version that cannot be renumbered: the `old` number, the `new` one, and the `reason`."""

    old: Version
    new: Version
    reason: str

    def __init__(self, old: Version, new: Version, reason: str) -> None:
        super().__init__(old, new, reason)
        self.old, self.new, self.reason = old, new, reason

    def __str__(self) -> str:
        return f"{self.old} cannot become {self.new}: {self.reason}"


class StartingError(MicrospecError, ValueError):
    """A specification or a version that cannot be started: the `reason`."""

    reason: str

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class FormattingError(Mistakes):
    """Files that cannot be formatted, since they cannot be read: `diagnostics` lists why. None was written."""

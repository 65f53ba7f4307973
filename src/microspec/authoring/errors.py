"""The errors about specifications, and about what they are compared with and renumbered to."""

from __future__ import annotations

from ..values.diagnostics import Mistakes
from ..values.errors import MicrospecError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..values.version import Version


class SpecificationError(Mistakes):
    """A specification that cannot be read: `diagnostics`, all that is wrong with it, in file order."""


class SuppressionsError(Mistakes):
    """A file of suppressions that cannot be read: `diagnostics`, all that is wrong with it, in file order."""


class BaseError(MicrospecError, ValueError):
    """What a specification was to be compared with cannot be had: the `base` as it was given, and the `reason`."""

    base: str
    reason: str

    def __init__(self, base: str, reason: str) -> None:
        super().__init__(base, reason)
        self.base, self.reason = base, reason

    def __str__(self) -> str:
        return f"cannot compare with {self.base!r}: {self.reason}"


class RenumberingError(MicrospecError, ValueError):
    """A version that cannot have another number: the `old` one, the `new` one, and the `reason`."""

    old: Version
    new: Version
    reason: str

    def __init__(self, old: Version, new: Version, reason: str) -> None:
        super().__init__(old, new, reason)
        self.old, self.new, self.reason = old, new, reason

    def __str__(self) -> str:
        return f"{self.old} cannot become {self.new}: {self.reason}"

"""The error of a negotiation without a result."""

from __future__ import annotations

from ..values.errors import MicrospecError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .negotiation import Limit


class Unsupported(MicrospecError, LookupError):
    """No version fits: `limits` lists all requirements, each with the versions that meet it."""

    limits: tuple[Limit, ...]

    def __init__(self, limits: Sequence[Limit]) -> None:
        super().__init__(limits)
        self.limits = tuple(limits)

    def __str__(self) -> str:
        return "\n  ".join(["no version meets all requirements:", *map(str, self.limits)])

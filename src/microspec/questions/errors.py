"""Every error that microspec raises. Each carries its data; the message is made of them.

All of them are `MicrospecError`; where Python has a fitting class of its own (KeyError, ValueError),
they are that as well, so that callers need not know this module.
"""

from __future__ import annotations

from ..values.errors import MicrospecError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .negotiation import Limit


class Unsupported(MicrospecError, LookupError):
    """There is no version that fits: `limits`, everything that was asked for, each with the versions that have it."""

    def __init__(self, limits: Sequence[Limit]) -> None:
        super().__init__(limits)
        self.limits = tuple(limits)

    def __str__(self) -> str:
        return "\n  ".join(["no version has all that is needed:", *map(str, self.limits)])

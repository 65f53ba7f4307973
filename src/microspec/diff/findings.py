"""Differences as a caller sees them: one finding for one fact at one place.

The rule of a finding (`microspec.diff.rules`) says what happened, and its causes say why. Findings are net: a change
that a later one undid is `Cancelled`.
"""

from __future__ import annotations

from ..values.frozen import Value
from .rules import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..model.microversion import Cause
    from .vocabulary import Direction


class Finding(Value):
    """One difference.

    `rule` says what happened, in the past tense. `operation` says where; None means every operation. `part` is the part
    of the operation, and `name` the place in that part: a JSON pointer, a parameter, a status, a behavior. `before` and
    `after` are the values that differ, if there are any. `causes` are the changes that caused it, oldest first.
    """

    rule: str
    operation: str | None
    resource: str | None
    part: str
    name: str = ""
    before: Any = None
    after: Any = None
    causes: tuple[Cause, ...] = ()

    @property
    def id(self) -> str:
        """The unique id of the finding in a diff: its rule, and its place."""
        return " ".join(filter(None, (self.rule, self.operation, self.element)))

    @property
    def element(self) -> str:
        """What the finding is about within its operation, in words: "request /server/tags", "query limit"."""
        return _element(self.part, self.name)

    @property
    def direction(self) -> Direction:
        """Whether its rule is about requests, answers, or both."""
        return RULES[self.rule].direction

    @property
    def instead(self) -> str | None:
        """The replacement of what was removed, if the specification names one."""
        found = [getattr(cause.change, "instead", None) for cause in self.causes]
        return next((text for text in reversed(found) if text), None)


class Cancelled(Value):
    """A place where later changes undid earlier ones. `causes` are all of them."""

    operation: str | None
    resource: str | None
    part: str
    name: str
    causes: tuple[Cause, ...]

    @property
    def element(self) -> str:
        """What it is about within its operation, as in `Finding`."""
        return _element(self.part, self.name)


_PARTS = {"success": "status", "error": "status"}
_WHOLE = ("operation", "audience", "unknown-query")
"""The parts that concern an operation as a whole."""


def _element(part: str, name: str) -> str:
    return "" if part in _WHOLE else f"{_PARTS.get(part, part)} {name}".rstrip()

"""What differs, as a caller meets it: one finding for one fact about one place.

What happened there is its rule (`microspec.diff.rules`), why it did are its causes. Findings are net: what came
and went between two versions is `Cancelled`.
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

    `rule` says what happened, in the past tense; `operation` where, None if at every one; `part` in
    which part of it, and `name` at what within that: a JSON pointer, a parameter, a status, a
    behavior. `before` and `after` are the values that differ, where there are such. `causes` are the
    changes that did it, oldest first.
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
        """What names this finding and no other of a diff: its rule, and where it is."""
        return " ".join(filter(None, (self.rule, self.operation, self.element)))

    @property
    def element(self) -> str:
        """What the finding is about within its operation, in words: "request /server/tags", "query limit"."""
        return _element(self.part, self.name)

    @property
    def direction(self) -> Direction:
        """Whether it is met in what is sent, in what comes back, or in both: that of its rule."""
        return RULES[self.rule].direction

    @property
    def instead(self) -> str | None:
        """What to use in place of what was removed, if the specification says."""
        found = [getattr(cause.change, "instead", None) for cause in self.causes]
        return next((text for text in reversed(found) if text), None)


class Cancelled(Value):
    """A place at which changes had no effect in the end, since others undid them; `causes` are all of them."""

    operation: str | None
    resource: str | None
    part: str
    name: str
    causes: tuple[Cause, ...]

    @property
    def element(self) -> str:
        """What it is about within its operation, as for a finding."""
        return _element(self.part, self.name)


_PARTS = {"success": "status", "error": "status"}
_WHOLE = ("operation", "audience", "unknown-query")
"""The parts that are of an operation as a whole."""


def _element(part: str, name: str) -> str:
    return "" if part in _WHOLE else f"{_PARTS.get(part, part)} {name}".rstrip()

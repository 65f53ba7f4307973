"""Known and accepted findings, by their ids, each with a reason and a last day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..values.diagnostics import Diagnostic, Location
from ..values.frozen import Value

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from .judgement import Judgement


CODES: dict[str, str] = {
    "expired-suppression": "The last day of the suppression has passed, so it no longer suppresses anything.",
    "unused-suppression": "The suppression matches no finding.",
}
"""Every code of a note about suppressions, and its meaning. The reference page is generated from this table."""


class Suppression(Value):
    """An accepted finding: its `id` (that of `Finding`), the `reason`, and the last day of the suppression."""

    id: str
    reason: str
    expires: date
    location: Location | None = None

    _uncompared = ("location",)


class Suppressed(Value):
    """A suppressed judgement, and its suppression."""

    judgement: Judgement
    suppression: Suppression


class Applied(Value):
    """The result of suppressions: the judgements that are `kept`, and those that are `suppressed`.

    `expired` are the suppressions whose last day has passed, which suppress nothing; `unused` are the others without a
    finding.
    """

    kept: tuple[Judgement, ...]
    suppressed: tuple[Suppressed, ...] = ()
    unused: tuple[Suppression, ...] = ()
    expired: tuple[Suppression, ...] = ()

    @property
    def notes(self) -> tuple[Diagnostic, ...]:
        """The notes on suppressions that are expired or unused, each with its location."""
        found = [
            _note(
                item,
                "expired-suppression",
                f"the suppression of {item.id} expired after {item.expires}",
                "review it again",
            )
            for item in self.expired
        ]
        found += [
            _note(item, "unused-suppression", f"there is no finding {item.id}", "remove it") for item in self.unused
        ]
        return tuple(sorted(found, key=lambda note: note.location.key))


def _note(item: Suppression, code: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(location=item.location or Location(file="?"), code=code, message=message, hint=hint)


def apply(judgements: Iterable[Judgement], suppressions: Iterable[Suppression], today: date) -> Applied:
    """Separate the judgements of findings that are suppressed on a day; both parts keep their order."""
    suppressions, judgements = tuple(suppressions), tuple(judgements)
    valid = {item.id: item for item in suppressions if today <= item.expires}
    matched = {item.finding.id for item in judgements}
    return Applied(
        kept=tuple(item for item in judgements if item.finding.id not in valid),
        suppressed=tuple(
            Suppressed(judgement=item, suppression=valid[item.finding.id])
            for item in judgements
            if item.finding.id in valid
        ),
        unused=tuple(item for item in valid.values() if item.id not in matched),
        expired=tuple(item for item in suppressions if today > item.expires),
    )

"""What each microversion of a source changes: read from the artifact if possible, or else worked out."""

from __future__ import annotations

from ..values.frozen import freeze
from .deltas import Delta, OperationDeltas, of_microversion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ..model.microversion import Cause
    from ..model.source import Source
    from ..values.version import Version
    from .deltas import Deltas


class Steps:
    """The deltas of the microversions of a source, each worked out once."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._deltas: dict[Version, Deltas] = {}

    def of(self, version: Version) -> Deltas:
        """The deltas of an existing microversion."""
        found = self._deltas.get(version)
        if found is None:
            microversion = self._source.microversion(version)
            rows = self._source.delta_rows(version)
            made = (
                read(rows, microversion.causes) if rows else of_microversion(microversion, self._source.before(version))
            )
            found = self._deltas.setdefault(version, made)
        return found


def read(rows: Sequence[Any], causes: Sequence[Cause]) -> Deltas:
    """The inverse of `rows`: deltas from JSON; `causes` are those of the microversion."""
    facts = [*map(freeze, rows[0]), None]  # the last, number -1, stands for nothing
    return {
        operation: OperationDeltas(
            resource,
            (
                ((part, name), Delta(facts[before], facts[after], tuple(causes[number] for number in numbers)))
                for part, name, before, after, numbers in places
            ),
        )
        for operation, (resource, places) in rows[1].items()
    }


def rows(deltas: Deltas) -> tuple[list[Any], dict[str, Any]]:
    """Deltas as JSON: the facts in them, and for each operation its resource and its places.

    A place is its part and name, the numbers of the facts before and after (-1: none), and those of its causes.
    """
    facts: dict[Any, int] = {None: -1}
    operations = {
        operation: [
            of_operation.resource,
            [
                [*place, *(facts.setdefault(fact, len(facts) - 1) for fact in (delta.before, delta.after)),
                 [cause.number for cause in delta.causes]]
                for place, delta in of_operation.items()
            ],
        ]
        for operation, of_operation in deltas.items()
    }  # fmt: skip
    return [fact for fact in facts if fact is not None], operations

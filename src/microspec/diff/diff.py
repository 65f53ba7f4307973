"""Everything that differs between two versions of an API, or between two specifications."""

from __future__ import annotations

from _thread import allocate_lock

from ..values import Frozen, put
from ..values.frozen import frozendict, kept
from .deltas import between, by_operation, composed, merged, reversed_
from .facts import EVERYWHERE
from .judgement import judge
from .steps import Steps
from .telling import Teller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

    from ..model.api import Api
    from ..model.source import Source
    from ..values.version import Version, VersionLike
    from .deltas import Deltas, OperationDeltas
    from .findings import Cancelled, Finding
    from .judgement import Judgement
    from .rules import Policy


class Diff(Frozen):
    """All differences from the API at `old` to the API at `new`, in the order of the specification.

    `findings` are net. `by_version` has the findings of each microversion in between. `cancelled` has the changes that
    later ones undid. `breaking` has the findings that are breaking by the policy ``wire``.
    """

    old: Final[Version]  # type: ignore[misc]  # put in __init__
    new: Final[Version]  # type: ignore[misc]
    findings: Final[tuple[Finding, ...]]  # type: ignore[misc]
    cancelled: Final[tuple[Cancelled, ...]]  # type: ignore[misc]
    _deltas: Deltas
    _steps: tuple[tuple[Version, Deltas], ...]
    _teller: Teller

    def __init__(
        self, old: Version, new: Version, deltas: Deltas, steps: Iterable[tuple[Version, Deltas]], teller: Teller
    ) -> None:
        put(self, "old", old)
        put(self, "new", new)
        findings, cancelled = teller.tell(deltas)
        put(self, "findings", findings)
        put(self, "cancelled", cancelled)
        put(self, "_deltas", deltas)
        put(self, "_steps", tuple(steps))
        put(self, "_teller", teller)

    @kept
    def by_version(self) -> frozendict[Version, tuple[Finding, ...]]:
        """The findings of each microversion between the two, against the one before it (on the way back: after it)."""
        return frozendict({version: self._teller.tell(deltas)[0] for version, deltas in self._steps})

    @kept
    def breaking(self) -> tuple[Finding, ...]:
        """The findings that break a caller by the policy ``wire``."""
        return tuple(item.finding for item in self.judged() if item.severity == "breaking")

    def then(self, later: Diff) -> Diff:
        """The diff from the first of its versions to the last of the other's, which begins where this one ends."""
        if later.old != self.new:
            raise ValueError(f"a diff to {self.new} is not followed by one from {later.old}")
        deltas, steps = composed((self._deltas, later._deltas)), (*self._steps, *later._steps)
        return Diff(self.old, later.new, deltas, steps, self._teller)

    def judged(self, policy: Policy | str = "wire") -> tuple[Judgement, ...]:
        """Every finding with its severity by a policy. Raises UnknownName for an unknown policy."""
        return judge(self.findings, policy)

    def __repr__(self) -> str:
        return f"<Diff {self.old} to {self.new}: {len(self.findings)} findings>"


_KEPT = 256
"""The composed deltas of this many operations are kept, enough for a few diffs between distant versions."""


class Diffs:
    """The diffs between the versions of a source. What each microversion changes is worked out, or read, once.

    Few microversions change an operation, so many diffs share their findings about it; the last ones are kept.
    """

    def __init__(self, source: Source) -> None:
        self._source, self._steps, self._teller = source, Steps(source), Teller()
        self._merged: dict[tuple[int, ...], OperationDeltas] = {}  # by identity: the steps live as long as this
        self._lock = allocate_lock()

    def between(self, old: VersionLike, new: VersionLike) -> Diff:
        """The diff of two versions. Raises InvalidVersion or UnknownVersion."""
        source = self._source
        from_, to = source.number(old), source.number(new)
        steps = [(version, self._step(version)) for version in source.versions[min(from_, to) + 1 : max(from_, to) + 1]]
        found = by_operation(deltas for _, deltas in steps)
        deltas = {name: self._over(found[name]) for name in (EVERYWHERE, *source.known()) if name in found}
        if to < from_:
            deltas, steps = reversed_(deltas), [(version, reversed_(step)) for version, step in reversed(steps)]
        return Diff(source.versions[from_], source.versions[to], deltas, steps, self._teller)

    def _over(self, steps: list[OperationDeltas]) -> OperationDeltas:
        """The deltas of an operation over some microversions; those over several are kept."""
        if len(steps) == 1:
            return steps[0]
        key = tuple(map(id, steps))
        with self._lock:
            found = self._merged.pop(key, None) or merged(steps)
            self._merged[key] = found  # as the newest
            self._teller.keep(found)
            if len(self._merged) > _KEPT:
                self._teller.forget(self._merged.pop(next(iter(self._merged))))
        return found

    def _step(self, version: Version) -> Deltas:
        deltas = self._steps.of(version)
        self._teller.remember(deltas)
        return deltas


def of_apis(old: Api, new: Api) -> Diff:
    """The diff of any two APIs, such as those of two specifications at one version. Its findings have no causes."""
    return Diff(old.version, new.version, between(old, new), (), Teller())

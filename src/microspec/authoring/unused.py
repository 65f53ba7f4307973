"""Which schemas nothing uses: at any version, or from some version on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..model.changes import AddSchema, RemoveSchema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Set

    from ..model.api import Api
    from ..model.changes import Change
    from ..model.microversion import Microversion
    from ..values.diagnostics import Location


class Life(NamedTuple):
    """A schema from where it is defined or added until it is removed; it may be added again, for another life."""

    name: str
    begin: Location


class Orphan(NamedTuple):
    """A schema that is there but no longer used after a microversion, which made its changes to `before`."""

    life: Life
    before: Api
    microversion: Microversion


class Lives:
    """The lives of all schemas, in one release after the other. `named` is where those of the baseline are defined.

    A schema is used if it is at any version of any release, and no orphan if it is used at its last version in any.
    A time without use between two uses does not count.
    """

    def __init__(self, named: Mapping[tuple[str, str], Location]) -> None:
        self._defined = {name: Life(name, location) for (kind, name), location in named.items() if kind == "schema"}
        self._lives: dict[Life, None] = dict.fromkeys(self._defined.values())
        self._used: set[Life] = set()
        self._used_at_the_end: set[Life] = set()
        self._orphans: dict[Life, Orphan] = {}
        self._present: dict[str, Life] = {}
        self._left: dict[str, Orphan] = {}

    def begin(self, used: Set[str]) -> None:
        """Begin a release. `used` are the schemas that are used in the baseline."""
        self._present, self._left = dict(self._defined), {}
        self._used.update(self._present[name] for name in used if name in self._present)

    def make(self, change: Change, place: Location) -> None:
        """Take note of a change that was made."""
        if isinstance(change, AddSchema):
            self._present[change.target] = life = Life(change.target, place)
            self._lives[life] = None
        elif isinstance(change, RemoveSchema):
            self._end(change.target)

    def step(
        self, before: Api, microversion: Microversion, was_used: Set[str], used: Set[str], *, are_made: bool
    ) -> None:
        """Take note of what a microversion has brought into use and out of it.

        Where not all of its changes could be made, the missing one may have been to remove a schema, so it leaves none.
        """
        added = {change.target for change in microversion.changes if isinstance(change, AddSchema)}
        for name in (used - was_used) | (used & added):
            self._left.pop(name, None)
            if name in self._present:
                self._used.add(self._present[name])
        for name in was_used - used if are_made else ():
            if name in self._present:
                self._left[name] = Orphan(self._present[name], before, microversion)

    def end(self) -> None:
        """End a release."""
        for name in list(self._present):
            self._end(name)

    def _end(self, name: str) -> None:
        life = self._present.pop(name, None)
        if life is None:
            return
        if name in self._left:
            self._orphans.setdefault(life, self._left.pop(name))
        else:
            self._used_at_the_end.add(life)

    def never_used(self) -> Iterator[Life]:
        """The schemas that nothing uses at any version."""
        return (life for life in self._lives if life not in self._used)

    def orphans(self) -> Iterator[Orphan]:
        """The schemas that a version leaves behind without a use."""
        return (orphan for life, orphan in self._orphans.items() if life not in self._used_at_the_end)

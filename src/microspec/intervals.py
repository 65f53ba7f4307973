"""The interval form of a history: each element with the versions in which it holds.

Versions are counted here: 0 is the baseline, 1 the first microversion. `Timeline.select` picks what
holds at a version instead of replaying what led there, and what two versions have in common is one object.
"""

from __future__ import annotations

from _collections_abc import Mapping
from _thread import allocate_lock

from .frozen import frozendict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, TypeVar

    from .microversion import Microversion
    from .model import Api

    V = TypeVar("V")
else:
    V = object

KINDS = ("definitions", "schemas", "behaviors")
"""The fields of an `Api` that changes change."""

_LOCK = allocate_lock()
_NOT_YET: Any = object()


class Lazy:
    """A value that is worked out when it is first used, and is the same object from then on."""

    __slots__ = ("_make", "_value")

    def __init__(self, value: Any = _NOT_YET, make: Callable[[], Any] | None = None) -> None:
        self._value, self._make = value, make

    @property
    def value(self) -> Any:
        """The value."""
        if self._value is _NOT_YET and self._make is not None:
            value = self._make()
            with _LOCK:
                if self._value is _NOT_YET:
                    self._value, self._make = value, None
        return self._value

    def __reduce__(self) -> tuple[type[Lazy], tuple[Any]]:
        return (Lazy, (self.value,))


class Timeline:
    """The elements of one kind over all versions, in columns.

    The element `names[i]` has the value number `i` from version `first[i]` to version `last[i]`; an
    element that changes stands there once for each of its values, in a row, from the oldest to the newest.
    """

    __slots__ = ("_decode", "_newest", "_values", "first", "last", "names")

    def __init__(
        self,
        names: Sequence[str],
        first: Sequence[int],
        last: Sequence[int],
        values: list[Any] | None = None,
        decode: Callable[[int], Any] | None = None,
    ) -> None:
        self.names, self.first, self.last, self._decode = names, first, last, decode
        self._values = [_NOT_YET] * len(names) if values is None else values
        self._newest: dict[object, int] = {}

    def value(self, place: int) -> Any:
        """The value number `place`: always the same object."""
        found = self._values[place]
        if found is _NOT_YET and self._decode is not None:
            made = self._decode(place)
            with _LOCK:
                if self._values[place] is _NOT_YET:
                    self._values[place] = made
                found = self._values[place]
        return found

    def select(self, number: int) -> Selection[Any]:
        """What holds at a version."""
        return Selection(self, number)

    def tables(self, versions: int) -> Iterator[dict[str, Any]]:
        """What holds at each of so many versions in turn: one and the same table, which changes on the way."""
        begins: dict[int, list[int]] = {}
        ends: dict[int, list[str]] = {}
        for place, name in enumerate(self.names):
            begins.setdefault(self.first[place], []).append(place)
            ends.setdefault(self.last[place] + 1, []).append(name)
        table: dict[str, Any] = {}
        for number in range(versions):
            for name in ends.get(number, ()):
                del table[name]
            table.update((self.names[place], self.value(place)) for place in begins.get(number, ()))
            yield table

    def names_at(self, number: int) -> Iterator[str]:
        """The names of what holds at a version, in order."""
        columns = zip(self.names, self.first, self.last, strict=True)
        return (name for name, first, last in columns if first <= number <= last)

    def place(self, name: object, number: int) -> int | None:
        """The number of the value that an element has at a version; None if it is not there."""
        newest = self._newest
        if not newest:
            newest = self._newest = {name: place for place, name in enumerate(self.names)}
        place = newest.get(name, -1)
        while place >= 0 and self.names[place] == name:
            if self.first[place] <= number:
                return place if number <= self.last[place] else None
            place -= 1
        return None

    def __reduce__(self) -> tuple[type[Timeline], tuple[Any, ...]]:
        values = [self.value(place) for place in range(len(self.names))]
        return (Timeline, (self.names, self.first, self.last, values))


class Selection(Mapping[str, V]):
    """The elements of one kind that hold at a version, by name: immutable, decoded as far as they are used.

    It is a view of the timeline, so that a version costs nothing but what it changes.
    """

    __slots__ = ("_number", "_timeline")

    def __init__(self, timeline: Timeline, number: int) -> None:
        self._timeline, self._number = timeline, number

    def __getitem__(self, key: str) -> V:
        place = self._timeline.place(key, self._number)
        if place is None:
            raise KeyError(key)
        return self._timeline.value(place)  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[str]:
        return self._timeline.names_at(self._number)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        return self._timeline.place(key, self._number) is not None

    def set(self, key: str, value: V) -> frozendict[str, V]:
        """A new mapping in which `key` has `value`."""
        return frozendict({**self, key: value})

    def delete(self, key: str) -> frozendict[str, V]:
        """A new mapping without `key`. Raises KeyError if it is not there."""
        return frozendict(self).delete(key)

    def __hash__(self) -> int:
        return hash(frozenset(self))

    def __repr__(self) -> str:
        return f"<Selection of {len(self)}>"


Timelines = dict[str, Timeline]
"""By kind."""


def fold(baseline: Api, microversions: tuple[Microversion, ...]) -> Timelines:
    """The interval form of a baseline and what follows. Raises PreconditionError if a change cannot be applied."""
    apis = [baseline]
    for microversion in microversions:
        apis.append(microversion.apply(apis[-1]))
    return {kind: _timeline([getattr(api, kind) for api in apis]) for kind in KINDS}


def _timeline(tables: list[Mapping[str, Any]]) -> Timeline:
    """The timeline of the elements in a table for each version."""
    spans: dict[str, list[list[Any]]] = {}
    for number, table in enumerate(tables):
        for name, value in table.items():
            of_name = spans.setdefault(name, [])
            if of_name and of_name[-1][1] == number - 1 and (of_name[-1][2] is value or of_name[-1][2] == value):
                of_name[-1][1] = number
            else:
                of_name.append([number, number, value])
    rows = [(name, *span) for name, of_name in spans.items() for span in of_name]
    names, first, last, values = ([row[column] for row in rows] for column in range(4))
    return Timeline(names, first, last, values)

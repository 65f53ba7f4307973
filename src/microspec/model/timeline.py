"""The interval form of a history: each element with the versions in which it exists.

Versions are numbered here: 0 is the baseline, 1 the first microversion. `Timeline.select` picks the elements of a
version, instead of replaying the changes before it. Elements that two versions have in common are the same objects.
"""

from __future__ import annotations

from _collections_abc import Mapping
from _thread import allocate_lock

from ..values import Frozen, put, same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, TypeVar

    V = TypeVar("V")
    Columns = tuple[Sequence[str], Sequence[int], Sequence[int]]
    """Names, first and last versions."""
else:
    V = object


TABLES = ("definitions", "schemas", "behaviors")
"""The fields of an `Api` that changes change."""

_LOCK = allocate_lock()
_NOT_YET: Any = object()


class Lazy:
    """A value that is worked out when it is first used; the same object is returned from then on."""

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

    def __eq__(self, other: object) -> bool:
        return same(self.value, other.value) if isinstance(other, Lazy) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.value)

    def __reduce__(self) -> tuple[type[Lazy], tuple[Any]]:
        return (Lazy, (self.value,))


class Timeline:
    """The elements of one kind over all versions, in columns.

    The element `names[i]` has the value number `i` from version `first[i]` to version `last[i]`. An element that
    changes is listed once for each of its values, consecutively, from the oldest to the newest.
    """

    __slots__ = ("_columns", "_decode", "_search", "_values")

    def __init__(self, columns: Lazy, values: dict[int, Any], decode: Callable[[int], Any] | None = None) -> None:
        self._columns, self._values, self._decode = columns, values, decode
        self._search: tuple[dict[object, int], Columns] | None = None

    @classmethod
    def of(cls, names: Sequence[str], first: Sequence[int], last: Sequence[int], values: Sequence[Any]) -> Timeline:
        """The timeline of these elements."""
        return cls(Lazy((names, first, last)), dict(enumerate(values)))

    @classmethod
    def reading(cls, columns: Callable[[], Columns], decode: Callable[[int], Any]) -> Timeline:
        """The timeline of a compiled artifact: names, first and last versions, and each value by its number."""
        return cls(Lazy(make=columns), {}, decode)

    @property
    def names(self) -> Sequence[str]:
        """The names of the elements."""
        return self._columns.value[0]  # type: ignore[no-any-return]

    @property
    def first(self) -> Sequence[int]:
        """The first versions."""
        return self._columns.value[1]  # type: ignore[no-any-return]

    @property
    def last(self) -> Sequence[int]:
        """The last versions."""
        return self._columns.value[2]  # type: ignore[no-any-return]

    def value(self, place: int) -> Any:
        """The value number `place`: always the same object."""
        found = self._values.get(place, _NOT_YET)
        if found is _NOT_YET and self._decode is not None:
            found = self._values.setdefault(place, self._decode(place))
        return found

    def select(self, number: int) -> Selection[Any]:
        """The elements at a version."""
        return Selection(self, number)

    def tables(self, versions: int) -> Iterator[dict[str, Any]]:
        """The elements at each of a number of versions in turn: always the same table, which changes on the way."""
        begins: dict[int, list[int]] = {}
        ends: dict[int, list[str]] = {}
        names, first, last = self._columns.value
        for place, name in enumerate(names):
            begins.setdefault(first[place], []).append(place)
            ends.setdefault(last[place] + 1, []).append(name)
        table: dict[str, Any] = {}
        for number in range(versions):
            for name in ends.get(number, ()):
                del table[name]
            table.update((names[place], self.value(place)) for place in begins.get(number, ()))
            yield table

    def names_at(self, number: int) -> Iterator[str]:
        """The names of the elements at a version, in order."""
        columns = zip(*self._columns.value, strict=True)
        return (name for name, first, last in columns if first <= number <= last)

    def place(self, name: object, number: int) -> int | None:
        """The number of the value that an element has at a version; None if it does not exist."""
        search = self._search
        if search is None:
            columns = self._columns.value
            search = self._search = ({name: place for place, name in enumerate(columns[0])}, columns)
        newest, (names, first, last) = search
        place = newest.get(name, -1)
        while place >= 0 and names[place] == name:
            if first[place] <= number:
                return place if number <= last[place] else None
            place -= 1
        return None

    def until(self, name: str, number: int) -> int:
        """The last version up to which an element stays the same as at a version; it must exist there."""
        place = self.place(name, number)
        if place is None:
            raise KeyError(name)
        return self.last[place]

    def __reduce__(self) -> tuple[type[Timeline], tuple[Any, ...]]:
        return (Timeline, (self._columns, {place: self.value(place) for place in range(len(self.names))}))


class Selection(Mapping[str, V], Frozen):
    """The elements of one kind at a version, by name: immutable, decoded on demand.

    It is a view of the timeline, so that a version only costs what it changes.
    """

    __slots__ = ("_number", "_timeline")
    _timeline: Timeline
    _number: int

    def __init__(self, timeline: Timeline, number: int) -> None:
        put(self, "_timeline", timeline)
        put(self, "_number", number)

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

    def __hash__(self) -> int:
        return hash(frozenset(self))

    def __repr__(self) -> str:
        return f"<Selection of {len(self)}>"


Timelines = dict[str, Timeline]
"""By kind."""

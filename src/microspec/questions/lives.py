"""The life of an element of an operation, from version to version and from change to change.

An element depends on a few definitions and schemas. Only points at which one of these changes have to be looked at. The
states between two changes of one version are read from the rows of the source (`Source.rows`), so that no change is
applied again.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from ..model.definition import Definition
from ..model.draft import DefinitionDraft, SchemaDraft
from ..model.located import look
from ..model.microversion import Event
from ..model.references import References, names_in
from ..values import same
from ..values.frozen import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from ..model.located import Look
    from ..model.microversion import Cause
    from ..model.source import Source
    from ..model.vocabulary import Effect
    from ..values.locator import Locator

    Point = tuple[int, int]
    """A version, counted from 1, and the number of one of its changes, or 0."""
    Points = Mapping[str, Sequence[Point]]
    """Where each definition and each schema changes."""
    Between = dict[tuple[str, Point], tuple[Any, tuple[str, ...]]]
    """A definition or a schema after a change that is not its last in the version, and the names in it."""


class Lives:
    """The lives of the elements of a source. It keeps the points of change, but no answers."""

    def __init__(self, source: Source) -> None:
        self._source, self._references = source, References()
        self._common = source.baseline().common
        self._points: dict[str, Points] = {}
        self._causes: dict[int, tuple[Cause, ...]] = {}
        self._between: Between = {}

    def spans(self, locator: Locator) -> Iterator[tuple[int, int]]:
        """The first and the last place in `Source.versions` of each range that has an element."""
        points, end = self._kept("versions"), len(self._source.versions)
        agenda, state = _Agenda(points), _State(self._source, points, self._references, {})
        state.point, found = (1, 0), None
        while (number := state.point[0]) <= end:
            if found is None or not all(_lead_alike(*pair, locator, found.steps) for pair in state.altered(found.way)):
                found = look(locator, state.value, state.value, lambda _: (), self._common)
            state.point = agenda.next(found, state.point) or (end + 1, 0)
            if found.values:
                yield number - 1, state.point[0] - 2

    def events(self, locator: Locator) -> Iterator[Event]:
        """What each change did to an element, if anything."""
        points = self._kept("changes")
        agenda, state = _Agenda(points), _State(self._source, points, self._references, self._between)
        before = look(locator, state.value, state.value, state.further, self._common)
        while (point := agenda.next(before, state.point)) is not None:
            cause = self._cause(*point)
            _, name = cause.change._about
            is_held = before.refers_to(name)
            known = state.further(name) if is_held else ()
            state.point = point
            after = before
            leads = name in before.way and cause.change._may_lead_elsewhere(locator, before.steps)
            if leads or (is_held and state.further(name) != known):
                after = look(locator, state.value, state.value, state.further, self._common)
            if is_held or not after.is_same(before):
                effect: Effect = "added" if not before.values else "altered" if after.values else "removed"
                yield Event(**cause.fields(), effect=effect)
            before = after

    def _cause(self, number: int, place: int) -> Cause:
        """A change of a version, counted from 1, with all that is known about it."""
        found = self._causes.get(number)
        if found is None:
            found = self._causes[number] = self._source.microversion(self._source.versions[number - 1]).causes
        return found[place]

    def _kept(self, of: str) -> Points:
        if of not in self._points:
            self._points[of] = self._of_versions() if of == "versions" else self._of_changes()
        return self._points[of]

    def _of_versions(self) -> Points:
        found: dict[str, set[Point]] = {}
        for kind in ("definitions", "schemas"):
            line = self._source.timelines()[kind]
            for name, first, last in zip(line.names, line.first, line.last, strict=True):
                found.setdefault(name, set()).update(((first, 0), (last + 1, 0)))
        end = len(self._source.versions)
        return {name: sorted(point for point in points if point[0] <= end) for name, points in found.items()}

    def _of_changes(self) -> Points:
        found: dict[str, list[Point]] = {}
        for number, version in enumerate(self._source.versions, 1):
            for place, change in enumerate(self._source.microversion(version).changes):
                kind, name = change._about
                if kind != "behaviors":
                    found.setdefault(name, []).append((number, place))
        return found


def _lead_alike(old: Any, new: Any, locator: Locator, steps: Collection[str]) -> bool:
    """Whether the next state of a definition or a schema leads to the same element; `steps` are those on the way."""
    if old is None or new is None:
        return False
    if isinstance(old, Definition):
        if not locator.name or old.alias_of != new.alias_of:
            return False
        if locator.request is not None:
            return bool(old.request == new.request)
        if locator.query is not None:
            return same(*(of.parameters.get(("query", locator.query)) for of in (old, new)))
        return same(old.responses, new.responses)
    for keyword in old.keys() | new.keys():
        if keyword not in _BY_NAME and not _is_as_it_was(old.get(keyword), new.get(keyword)):
            return False
    was, becomes = old.get("properties", EMPTY), new.get("properties", EMPTY)
    for step in steps:
        if not _is_as_it_was(was.get(step), becomes.get(step)):
            return False
        if step in was and (step in old.get("required", ())) != (step in new.get("required", ())):
            return False
    return True


def _is_as_it_was(old: Any, new: Any) -> bool:
    return old is new or same(old, new)


_BY_NAME = ("properties", "required", "enum")
"""The keywords that lead to an element only by its steps."""


class _Agenda:
    """The points still to be looked at, as far as they concern what an element depends on."""

    def __init__(self, points: Points) -> None:
        self._points = points
        self._known: set[str] = set()
        self._left: list[Point] = []
        self._last: Look | None = None

    def next(self, found: Look, after: Point) -> Point | None:
        """The next point at which something changes that an element depends on, given its state at a point."""
        if found is not self._last:
            self._last = found
            names = found.way.keys() - self._known
            for held in found.held:
                names |= held.keys() - self._known
            if names:
                self._known |= names
                more = {point for name in names for point in self._points.get(name, ()) if point > after}
                self._left = sorted(more.union(self._left), reverse=True)
        while self._left:
            point = self._left.pop()
            if point > after:
                return point
        return None


class _State:
    """The definitions and schemas after the change at a `point`, which only moves forward; at first, before all
        changes.

    The key of an operation contains a space; the name of a schema does not.
    """

    def __init__(self, source: Source, points: Points, references: References, between: Between) -> None:
        self.point: Point = (0, 0)
        self._between = between
        self._source, self._points, self._references = source, points, references
        self._lines = source.timelines()
        self._known: dict[str, tuple[Point, Any, tuple[str, ...]]] = {}
        self._drafts: dict[tuple[str, int], tuple[int, SchemaDraft | DefinitionDraft | None]] = {}

    def value(self, name: str) -> Any:
        """The definition or the schema with a name; None if there is none."""
        return self._now(name)[1]

    def further(self, name: str) -> tuple[str, ...]:
        """The names of the schemas that it refers to."""
        return self._now(name)[2]

    def altered(self, names: Iterable[str]) -> Iterator[tuple[Any, Any]]:
        """Those of some values that were asked for and have changed, before and after."""
        for name in names:
            known = self._known[name]
            if known[0] <= self.point:
                yield known[1], self.value(name)

    def _now(self, name: str) -> tuple[Point, Any, tuple[str, ...]]:
        """The last point of a state, the value with a name, and the names in it."""
        known = self._known.get(name)
        if known is None or known[0] <= self.point:
            own = self._points.get(name, ())
            following = bisect_right(own, self.point)
            end = own[following] if following < len(own) else _NEVER
            known = self._known[name] = (end, *self._found(name, own, following))
        return known

    def _found(self, name: str, own: Sequence[Point], following: int) -> tuple[Any, tuple[str, ...]]:
        number, _ = self.point
        first, last = bisect_left(own, (number, 0)), bisect_left(own, (number + 1, 0))
        if first < following < last:
            key = (name, own[following - 1])
            found = self._between.get(key)
            if found is None:
                value = self._drafted(name, [place for _, place in own[first:following]])
                found = value, () if value is None else names_in(value)
                if last - first <= _KEPT:
                    self._between[key] = found
            return found
        value = self._at(name, number - 1 if following < last else number)
        return value, () if value is None else self._references.of(value)

    def _at(self, name: str, number: int) -> Any:
        line = self._lines[_kind(name)]
        place = line.place(name, number)
        return None if place is None else line.value(place)

    def _drafted(self, name: str, changes: Sequence[int]) -> Any:
        """The value with a name after each of these consecutive changes of a version."""
        number, _ = self.point
        done, draft = self._drafts.get((name, number), (0, None))
        if not done:
            value = self._at(name, number - 1)
            draft = None if value is None else _taken_apart(name, value)
        rows = self._source.rows(self._source.versions[number - 1])
        for change in changes[done:]:
            verb, *arguments = rows[change]
            if verb == "put":
                draft = _taken_apart(name, arguments[0])
            elif verb == "delete":
                draft = None
            else:
                getattr(draft, verb)(*arguments)
        self._drafts[name, number] = len(changes), draft
        return None if draft is None else draft.whole()


_NEVER = (1 << 60, 0)

_KEPT = 64
"""The states of an element within one version are kept if it has at most this many changes there."""


def _kind(name: str) -> str:
    return "definitions" if " " in name else "schemas"


def _taken_apart(name: str, value: Any) -> SchemaDraft | DefinitionDraft:
    return DefinitionDraft(value, []) if " " in name else SchemaDraft(value, [])

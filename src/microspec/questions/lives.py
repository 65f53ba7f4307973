"""What becomes of an element of an operation, from version to version and from change to change.

An element hangs on a few definitions and schemas. Between two points at which one of these is otherwise there is
nothing to look at; what each is between two changes of one version is read from the rows that the source has of it
(`Source.rows`), so that no change is made again.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from ..model.draft import DefinitionDraft, SchemaDraft
from ..model.located import look
from ..model.microversion import Event
from ..model.references import References
from ..schema.walk import references

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from ..model.located import Look
    from ..model.source import Source
    from ..model.vocabulary import Effect
    from ..values.locator import Locator

    Point = tuple[int, int]
    """A version, counted from 1, and the number of one of its changes, or 0."""
    Points = Mapping[str, Sequence[Point]]
    """Where each definition and each schema is otherwise than before."""


class Lives:
    """What becomes of the elements of a source. It keeps where things change, and nothing of what was asked."""

    def __init__(self, source: Source) -> None:
        self._source, self._references = source, References()
        self._points: dict[str, Points] = {}

    def spans(self, locator: Locator) -> Iterator[tuple[int, int]]:
        """The places in `Source.versions` between which there is an element, the first and the last."""
        agenda, end = _Agenda(self._kept("versions")), len(self._source.versions)
        number = 1
        while number <= end:
            selected = {kind: line.select(number) for kind, line in self._source.timelines().items()}
            found = look(locator, selected["definitions"].get, selected["schemas"].get, lambda _: ())
            since, number = number, (agenda.next(found, (number, 0)) or (end + 1, 0))[0]
            if found.values:
                yield since - 1, number - 2

    def events(self, locator: Locator) -> Iterator[Event]:
        """What each change did to an element, where it did anything."""
        points = self._kept("changes")
        agenda, state = _Agenda(points), _State(self._source, points, self._references)
        before = look(locator, state.definition, state.schema, state.further)
        while (point := agenda.next(before, state.point)) is not None:
            cause = self._source.microversion(self._source.versions[point[0] - 1]).causes[point[1]]
            _, name = cause.change._about
            is_held = before.refers_to(name)
            known = state.further(name) if is_held else ()
            state.point = point
            after = before
            if name in before.way or (is_held and state.further(name) != known):
                after = look(locator, state.definition, state.schema, state.further)
            if is_held or not after.is_same(before):
                effect: Effect = "added" if not before.values else "altered" if after.values else "removed"
                yield Event(**cause.fields(), effect=effect)
            before = after

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


class _Agenda:
    """The points that are still to be looked at, as far as they concern what an element hangs on."""

    def __init__(self, points: Points) -> None:
        self._points = points
        self._known: set[str] = set()
        self._left: list[Point] = []

    def next(self, found: Look, after: Point) -> Point | None:
        """The next point after one at which what an element hangs on is otherwise, given how it is there."""
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
    """What definitions and schemas are after the change at a `point`; at first, before all changes."""

    def __init__(self, source: Source, points: Points, references: References) -> None:
        self.point: Point = (0, 0)
        self._source, self._points, self._references = source, points, references
        self._lines = source.timelines()
        self._drafts: dict[tuple[str, int], tuple[int, SchemaDraft | DefinitionDraft | None]] = {}
        self._wholes: dict[str, tuple[Point, Any]] = {}

    def definition(self, key: str) -> Any:
        """A definition; None if there is none."""
        return self._found("definitions", key)[0]

    def schema(self, name: str) -> Any:
        """A schema; None if there is none."""
        return self._found("schemas", name)[0]

    def further(self, name: str) -> tuple[str, ...]:
        """The names in a schema."""
        schema, lasts = self._found("schemas", name)
        if schema is None:
            return ()
        return self._references.of(schema) if lasts else tuple(sorted(references(schema)))

    def _found(self, kind: str, name: str) -> tuple[Any, bool]:
        """What has a name, and whether it is so at any version, not only between two changes of one."""
        number, change = self.point
        own = self._points.get(name, ())
        first, last = bisect_left(own, (number, 0)), bisect_left(own, (number + 1, 0))
        done = bisect_right(own, (number, change)) - first
        if 0 < done < last - first:
            return self._drafted(kind, name, [place for _, place in own[first : first + done]]), False
        return self._at(kind, name, number - 1 if done == 0 < last - first else number), True

    def _at(self, kind: str, name: str, number: int) -> Any:
        line = self._lines[kind]
        place = line.place(name, number)
        return None if place is None else line.value(place)

    def _drafted(self, kind: str, name: str, changes: Sequence[int]) -> Any:
        """What has a name after these of the changes of a version, which come one after the other."""
        number = self.point[0]
        done, draft = self._drafts.get((name, number), (0, None))
        if not done:
            value = self._at(kind, name, number - 1)
            draft = None if value is None else _taken_apart(kind, value)
        rows = self._source.rows(self._source.versions[number - 1])
        for change in changes[done:]:
            verb, *arguments = rows[change]
            if verb == "put":
                draft = _taken_apart(kind, arguments[0])
            elif verb == "delete":
                draft = None
            else:
                getattr(draft, verb)(*arguments)
        self._drafts[name, number] = len(changes), draft
        point = (number, changes[-1])
        if self._wholes.get(name, (None, None))[0] != point:
            self._wholes[name] = point, None if draft is None else draft.whole()
        return self._wholes[name][1]


def _taken_apart(kind: str, value: Any) -> SchemaDraft | DefinitionDraft:
    return SchemaDraft(value, []) if kind == "schemas" else DefinitionDraft(value, [])

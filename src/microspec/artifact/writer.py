"""Writing the compiled artifact of a specification: `microspec.artifact` says what is in it.

The same sources give the same bytes: everything is written in the order of the specification, and
nothing of the machine, the time or the place of the sources is written.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from ..diff.steps import Steps, rows
from ..model.definition import query_name
from ..model.standards import Made
from ..model.timeline import TABLES
from ..questions.presence import elements
from ..schema.standalone import is_put_together
from . import FORMAT, sealed
from .codec import encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..model.source import Source
    from ..model.timeline import Timeline
    from ..schema.standalone import Standard
    from ..values.diagnostics import Location


def artifact(source: Source, root: Path, digest: str) -> dict[str, str]:
    """The texts of the artifact of a source by name; `root` is the folder that files are named from."""
    texts = {kind: _Lines(len(FORMAT) + len(digest) + 2) for kind in (*TABLES, "parts", "finished")}
    timelines = source.timelines()
    spans = {f"{kind}-spans": _columns(timelines[kind], texts[kind], texts["parts"]) for kind in TABLES}
    made: dict[str, Iterable[str]] = {
        "index": _index(source),
        "features": (f"{item.name}\t{item.availability}\t{_line(item.text)}" for item in source.features().values()),
        "operations": _operations(source),
        "elements": (f"{key} {part} {name}\t{when}" for key, part, name, when in elements(source)),
        "common": (f"service\t{encode(source.service())}", f"common\t{encode(source.baseline().common)}"),
        "microversions": _microversions(source, root),
        "deltas": _deltas(source),
        **spans,
        "standards": list(_spans(_standards(source), texts["finished"])),
        **texts,
    }
    return {
        name: sealed("".join(f"{line}\n" for line in (f"{FORMAT}\t{digest}", *lines))) for name, lines in made.items()
    }


class _Lines:
    """The lines of a text, equal ones once; the first begins at the place `start`."""

    def __init__(self, start: int) -> None:
        self._places: dict[str, int] = {}
        self._end = start

    def place(self, line: str) -> int:
        """The place at which a line begins; it is the last one if there is none like it yet."""
        found = self._places.get(line)
        if found is None:
            found = self._places[line] = self._end
            self._end += len(line) + 1
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)


def _index(source: Source) -> Iterator[str]:
    yield f"service\t{source.service_type}"
    yield f"versions\t{' '.join(map(str, source.versions))}"
    yield from (f"feature {feature.name}\t{feature.availability}" for feature in source.features().values())


def _operations(source: Source) -> Iterator[str]:
    for key, known in source.known().items():
        yield f"{key}\t{known.availability}\t{known.gone_since_release or ''}\t{_line(known.instead or '')}"


def _line(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def _columns(timeline: Timeline, values: _Lines, parts: _Lines) -> list[str]:
    """The columns of a timeline; its values are put among the lines of their kind, and what they are made of."""
    places = [values.place(encode(timeline.value(place), parts.place)) for place in range(len(timeline.names))]
    numbers = {"first": timeline.first, "last": timeline.last, "starts": places}
    columns = (f"{name}\t{' '.join(map(str, column))}" for name, column in numbers.items())
    return ["\t".join(("names", *timeline.names)), *columns]


def _standards(source: Source) -> Iterator[tuple[str, int, int, Standard]]:
    """Each schema and each query in standard keywords, with the first and the last version in which it is so."""
    every = [Made(api) for api in (source.baseline(), *map(source.at, source.versions))]
    for kind, called in (("schemas", str), ("definitions", query_name)):
        timeline = source.timelines()[kind]
        for key, first, last in zip(timeline.names, timeline.first, timeline.last, strict=True):
            name = called(key)
            if not is_put_together(every[first].schema(name)):
                yield name, first, last, every[first][name]
            else:  # it changes whenever one of its parts does
                made = [(number, every[number][name]) for number in range(first, last + 1)]
                for standard, same in groupby(made, itemgetter(1)):
                    numbers = [number for number, _ in same]
                    yield name, numbers[0], numbers[-1], standard


def _spans(rows: Iterable[tuple[str, int, int, Standard]], finished: _Lines) -> Iterator[str]:
    """A line for each name in rows: first and last version, and place, of all its rows."""
    spans: dict[str, list[int]] = {}
    for name, first, last, standard in rows:
        place = finished.place(f"{' '.join(standard.names)}\t{standard.text}")
        spans.setdefault(name, []).extend((first, last, place))
    yield from (f"{name}\t{' '.join(map(str, numbers))}" for name, numbers in spans.items())


def _microversions(source: Source, root: Path) -> Iterator[str]:
    for version in source.versions:
        item = source.microversion(version)
        changes = tuple(change.replace(location=_within(root, change.location)) for change in item.changes)
        item = item.replace(changes=changes, location=_within(root, item.location))
        yield f"{version}\t{encode(item)}"


def _within(root: Path, location: Location | None) -> Location | None:
    """The same place, its file named from the folder of the specification."""
    return location and location.replace(file=Path(location.file).relative_to(root).as_posix())


def _deltas(source: Source) -> Iterator[str]:
    steps = Steps(source)
    for version in source.versions:
        facts, operations = rows(steps.of(version))
        yield f"{version}\t{encode(facts)}\t{encode(operations)}"

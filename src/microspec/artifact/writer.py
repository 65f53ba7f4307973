"""Writes the compiled artifact of a specification. `microspec.artifact` describes its content.

The same sources give the same bytes. Everything is written in the order of the specification, and nothing depends on
the machine, the time or the path of the sources.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from ..diff.deltas import of_microversion
from ..diff.steps import rows
from ..model.definition import query_name
from ..model.standards import Made
from ..model.timeline import TABLES
from ..questions.presence import elements
from ..schema.standalone import is_put_together
from . import first_line, keyed, quoted, sealed
from .codec import encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..model.source import Source
    from ..model.timeline import Timeline
    from ..schema.standalone import Standard
    from ..values.diagnostics import Location


def artifact(source: Source, root: Path, digest: str, *, with_deltas: bool = True) -> dict[str, str]:
    """The texts of the artifact of a source by name; `root` is the folder that files are named from.

    The differences of each microversion take most of the time, and only a diff needs them: `deltas` can write them
    later.
    """
    texts = {kind: _Lines(len(first_line(kind, digest))) for kind in (*TABLES, "parts", "finished")}
    timelines = source.timelines()
    spans = {f"{kind}-spans": _columns(timelines[kind], texts[kind], texts["parts"]) for kind in TABLES}
    made: dict[str, Iterable[str]] = {
        "index": _index(source),
        "features": (_line(item.name, item.availability, item.text) for item in source.features().values()),
        "operations": _operations(source),
        "elements": (_line((key, f"{part} {name}"), when) for key, part, name, when in elements(source)),
        "common": (
            _json("service", source.service()),
            _json("common", source.baseline().common),
            _json("periods", tuple(source.periods)),
        ),
        "microversions": _microversions(source, root),
        "rows": list(_rows(source, texts["parts"])),
        **spans,
        "standards": list(_spans(_standards(source), texts["finished"])),
        **texts,
    }
    if with_deltas:
        made["deltas"] = _deltas(source)
    return {name: _text(name, digest, lines) for name, lines in made.items()}


def deltas(source: Source, digest: str) -> str:
    """The text ``deltas`` of an artifact that was written without it."""
    return _text("deltas", digest, _deltas(source))


def _text(name: str, digest: str, lines: Iterable[str]) -> str:
    return sealed(first_line(name, digest) + "".join(f"{line}\n" for line in lines))


def _line(key: str | tuple[str, ...], *fields: object) -> str:
    """A line of names and other texts, each quoted."""
    names = (key,) if isinstance(key, str) else key
    return keyed(*names) + "\t".join(quoted(str(field)) for field in fields)


def _json(key: str, *values: object) -> str:
    """A line of values."""
    return keyed(key) + "\t".join(map(encode, values))


class _Lines:
    """The lines of a text, without repetition; the first begins at position `start`."""

    def __init__(self, start: int) -> None:
        self._places: dict[str, int] = {}
        self._end = start

    def place(self, line: str) -> int:
        """The position of a line, which is appended if it is new."""
        found = self._places.get(line)
        if found is None:
            found = self._places[line] = self._end
            self._end += len(line) + 1
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)


def _index(source: Source) -> Iterator[str]:
    yield _line("service", source.service_type)
    yield _line("versions", " ".join(map(str, source.versions)))
    yield from (_line(("feature", item.name), item.availability) for item in source.features().values())
    yield from (_line(("behavior", item.name), item.availability) for item in source.behaviors().values())


def _operations(source: Source) -> Iterator[str]:
    for key, known in source.known().items():
        yield _line(key, known.availability, known.gone_since_release or "", known.instead or "")


def _columns(timeline: Timeline, values: _Lines, parts: _Lines) -> list[str]:
    """The columns of a timeline; its values are added to the lines of their kind, and their parts to the lines of
    parts."""
    places = [values.place(encode(timeline.value(place), parts.place)) for place in range(len(timeline.names))]
    numbers = {"first": timeline.first, "last": timeline.last, "starts": places}
    columns = (_line(name, " ".join(map(str, column))) for name, column in numbers.items())
    return [_line("names", *timeline.names), *columns]


def _standards(source: Source) -> Iterator[tuple[str, int, int, Standard]]:
    """Each schema and each query in standard keywords, with the first and the last version of each form."""
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
    """A line for each name in rows: first version, last version and position of each of its rows."""
    spans: dict[str, list[int]] = {}
    for name, first, last, standard in rows:
        place = finished.place(keyed(*standard.names) + standard.text)
        spans.setdefault(name, []).extend((first, last, place))
    yield from (_line(name, " ".join(map(str, numbers))) for name, numbers in spans.items())


def _microversions(source: Source, root: Path) -> Iterator[str]:
    for version in source.versions:
        item = source.microversion(version)
        changes, elsewhere = (
            tuple(change.replace(location=_within(root, change.location)) for change in each)
            for each in (item.changes, item.elsewhere)
        )
        item = item.replace(changes=changes, elsewhere=elsewhere, location=_within(root, item.location))
        yield _json(str(version), item)


def _within(root: Path, location: Location | None) -> Location | None:
    """The same location, with its file relative to the folder of the specification."""
    return location and location.replace(file=Path(location.file).relative_to(root).as_posix())


def _deltas(source: Source) -> Iterator[str]:
    for version in source.versions:
        yield _json(str(version), *rows(of_microversion(source.microversion(version), source.before(version))))


def _rows(source: Source, parts: _Lines) -> Iterator[str]:
    """What the changes of each microversion do, if several are about one element."""
    for version in source.versions:
        abouts = [change._about for change in source.microversion(version).changes]
        several = {about for about, number in Counter(abouts).items() if number > 1}
        of_version = source.rows(version) if several else {}
        wanted = {number: of_version[number] for number, about in enumerate(abouts) if about in several}
        yield keyed(str(version)) + encode(wanted, parts.place)

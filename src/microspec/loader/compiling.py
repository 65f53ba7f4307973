"""Writing the compiled artifact of a specification: see `microspec.compiled` for what is in it.

The same sources give the same bytes: everything is written in the order of the specification, and
nothing of the machine, the time or the place of the sources is written.
"""

from __future__ import annotations

import gc
import hashlib
from contextlib import contextmanager, suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ..codec import encode
from ..compiled import FORMAT, TEXTS, checksum
from ..intervals import KINDS
from ..inventory import elements
from ..standard import Made, is_put_together, query_name
from .tree import load_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ..errors import Location
    from ..history import History, Source
    from ..intervals import Timeline
    from ..standard import Standard


def write_artifact(spec: Path, folder: Path) -> History:
    """Compile the specification in the folder `spec`, and put the texts into `folder`. Returns its history.

    Each file is put in place whole or not at all, whoever else writes the same. Raises `SpecificationError`
    for a specification with mistakes, and before any work OSError for a folder that cannot be written; then
    nothing is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix=".parts-", dir=folder) as parts:
            with _without_collecting():
                history = load_tree(spec)
                texts = artifact(history, spec, digest_of(spec))
            for name in reversed(TEXTS):  # the index last: with it the artifact is there
                part = Path(parts, name)
                part.write_text(texts[name], encoding="utf-8", newline="\n")
                part.replace(folder / name)
    finally:
        with suppress(OSError):
            folder.rmdir()  # if there is nothing in it
    return history


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Look for no garbage: what is made lives to the end, and looking through all of it takes ever longer."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def digest_of(spec: Path) -> str:
    """A digest of the names and contents of the files of a specification."""
    found = hashlib.sha256(FORMAT.encode())
    for path in sorted(spec.rglob("*.yaml")):
        content = path.read_bytes()
        found.update(f"{path.relative_to(spec).as_posix()} {len(content)}\n".encode() + content)
    return found.hexdigest()


def artifact(history: History, spec: Path, digest: str) -> dict[str, str]:
    """The texts of the artifact by name."""
    texts = {kind: _Lines(len(FORMAT) + len(digest) + 2) for kind in (*KINDS, "parts", "finished")}
    columns = [f"common\t{encode(history.baseline.common)}"]
    for kind, timeline in history.source.timelines().items():
        values = map(timeline.value, range(len(timeline.names)))
        columns += _columns(kind, timeline, [texts[kind].place(encode(v, texts["parts"].place)) for v in values])
    made: dict[str, Iterable[str]] = {
        "index": _index(history),
        "elements": (f"{key} {part} {name}\t{when}" for key, part, name, when in elements(history)),
        "microversions": _microversions(history.source, spec),
        "deltas": _deltas(history.source),
        "model": columns,
        "standards": list(_spans(_standards(history), texts["finished"])),
        **texts,
    }
    return {
        name: sealed("".join(f"{line}\n" for line in (f"{FORMAT}\t{digest}", *lines))) for name, lines in made.items()
    }


def sealed(text: str) -> str:
    """A text whose first line has the digest, with the last line that tells whether it is as it was written."""
    digest = text[: text.index("\n")].partition("\t")[2]
    return f"{text}end\t{digest}\t{checksum(text.encode())}\n"


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


def _index(history: History) -> Iterator[str]:
    yield f"service\t{history.service_type}"
    yield f"versions\t{' '.join(map(str, history.versions))}"
    for feature in history.features.values():
        yield f"feature {feature.name}\t{feature.availability}\t{' '.join(feature.text.split())}"
    for key, known in history.source.known().items():
        instead = " ".join((known.instead or "").split())
        yield f"operation {key}\t{known.availability}\t{known.gone_since_release or ''}\t{instead}"


def _columns(kind: str, timeline: Timeline, places: list[int]) -> Iterator[str]:
    yield f"{kind} names\t" + "\t".join(timeline.names)
    for column, numbers in (("first", timeline.first), ("last", timeline.last), ("starts", places)):
        yield f"{kind} {column}\t{' '.join(map(str, numbers))}"


def _standards(history: History) -> Iterator[tuple[str, int, int, Standard]]:
    """Each schema and each query in standard keywords, with the first and the last version in which it is so."""
    every = [Made(api) for api in (history.baseline, *map(history.at, history.versions))]
    for kind, called in (("schemas", str), ("definitions", query_name)):
        timeline = history.source.timelines()[kind]
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


def _microversions(source: Source, spec: Path) -> Iterator[str]:
    yield f"service\t{encode(source.service())}"
    for version in source.versions:
        item = source.microversion(version)
        changes = tuple(change.replace(location=_within(spec, change.location)) for change in item.changes)
        item = item.replace(changes=changes, location=_within(spec, item.location))
        yield f"{version}\t{encode(item)}"


def _within(spec: Path, location: Location | None) -> Location | None:
    """The same place, its file named from the folder of the specification."""
    return location and location.replace(file=Path(location.file).relative_to(spec).as_posix())


def _deltas(source: Source) -> Iterator[str]:
    for version in source.versions:
        facts: dict[Any, int] = {None: -1}
        operations = {
            operation: [
                deltas.resource,
                [
                    [*place, *(facts.setdefault(fact, len(facts) - 1) for fact in (delta.before, delta.after)),
                     [cause.number for cause in delta.causes]]
                    for place, delta in deltas.items()
                ],
            ]
            for operation, deltas in source.deltas(version).items()
        }  # fmt: skip
        yield f"{version}\t{encode([fact for fact in facts if fact is not None])}\t{encode(operations)}"

"""Writing the compiled artifact of a specification: see `microspec.compiled` for what is in it.

The same sources give the same bytes: everything is written in the order of the specification, and
nothing of the machine, the time or the place of the sources is written.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ..codec import encode
from ..compiled import FORMAT, TEXTS
from ..inventory import elements
from .tree import load_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import Any

    from ..history import History, Source


def write_artifact(spec: Path, folder: Path) -> History:
    """Compile the specification in the folder `spec`, and put the texts into `folder`. Returns its history.

    Each file is put in place whole or not at all. Raises `SpecificationError` for a specification with
    mistakes; then nothing is written.
    """
    history = load_tree(spec)
    texts = artifact(history, spec, digest_of(spec))
    folder.mkdir(parents=True, exist_ok=True)
    for name in reversed(TEXTS):  # the index last: with it the artifact is there
        part = folder / f".{name}.part"
        part.write_text(texts[name], encoding="utf-8", newline="\n")
        part.replace(folder / name)
    return history


def digest_of(spec: Path) -> str:
    """A digest of the names and contents of the files of a specification."""
    found = hashlib.sha256(FORMAT.encode())
    for path in sorted(spec.rglob("*.yaml")):
        content = path.read_bytes()
        found.update(f"{path.relative_to(spec).as_posix()} {len(content)}\n".encode() + content)
    return found.hexdigest()


def artifact(history: History, spec: Path, digest: str) -> dict[str, str]:
    """The texts of the artifact by name."""
    source = history.source
    values, starts = _values(source, len(FORMAT) + len(digest) + 2)
    made: dict[str, Iterable[str]] = {
        "index": _index(history),
        "elements": _elements(history),
        "model": _model(source, starts),
        "values": values,
        "microversions": _microversions(source, spec),
        "deltas": _deltas(source),
    }
    return {name: "\n".join([f"{FORMAT}\t{digest}", *lines, f"end\t{digest}", ""]) for name, lines in made.items()}


def _index(history: History) -> Iterator[str]:
    yield f"service\t{history.service_type}"
    yield f"versions\t{' '.join(map(str, history.versions))}"
    for feature in history.features.values():
        yield f"feature {feature.name}\t{feature.availability}\t{' '.join(feature.text.split())}"
    for key, known in history.source.known().items():
        instead = " ".join((known.instead or "").split())
        yield f"operation\t{key}\t{known.availability}\t{known.gone_since_release or ''}\t{instead}"


def _values(source: Source, position: int) -> tuple[list[str], dict[str, list[int]]]:
    """The lines of all values, equal ones once, and for each kind the positions at which its values start."""
    lines = [f"common\t{encode(source.baseline().common)}"]
    position += len(lines[0]) + 1
    known: dict[str, int] = {}
    starts: dict[str, list[int]] = {}
    for kind, timeline in source.timelines().items():
        for place in range(len(timeline.names)):
            text = encode(timeline.value(place))
            if text not in known:
                known[text] = position
                lines.append(text)
                position += len(text) + 1
            starts.setdefault(kind, []).append(known[text])
    return lines, starts


def _model(source: Source, starts: dict[str, list[int]]) -> Iterator[str]:
    for kind, timeline in source.timelines().items():
        yield f"{kind} names\t" + "\t".join(timeline.names)
        columns = (("first", timeline.first), ("last", timeline.last), ("starts", starts.get(kind, [])))
        for column, numbers in columns:
            yield f"{kind} {column}\t{' '.join(map(str, numbers))}"


def _microversions(source: Source, spec: Path) -> Iterator[str]:
    yield f"service\t{encode(source.service())}"
    root = encode(f"{spec}/")[1:-1]
    for version in source.versions:
        yield f"{version}\t{encode(source.microversion(version)).replace(root, '')}"


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


def _elements(history: History) -> Iterator[str]:
    """The versions of every field, parameter and status of every operation."""
    return (f"{key} {part} {name}\t{versions}" for key, part, name, versions in elements(history))

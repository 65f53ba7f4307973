"""Small JSON files that list which versions have what: enough for an SDK in any language to choose a version.

Each file has its JSON Schema next to it. Versions are text, because as numbers 2.10 and 2.1 would be equal. The
versions that have something are a list of pairs: the first and the last version of each range. The last is null if the
range has no end.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..questions.presence import elements
from ..questions.requirements import requirements
from ..values.files import writing
from . import shape
from .schemas import schema_of

if TYPE_CHECKING:
    from pathlib import Path

    from ..history import History
    from ..values.version import VersionSet


def write_tables(history: History, folder: Path) -> list[Path]:
    """Make a folder of the tables of a history and their schemas. Returns the files.

    Raises OSError for a folder that cannot be written, or contains other files; then nothing is written.
    """
    with writing(folder, "microspec export") as texts:
        texts.update((f"{name}.json", f"{_lines(table, _DEPTHS[name])}\n") for name, table in tables(history).items())
        texts.update((f"{name}.schema.json", f"{json.dumps(schema(name), indent=2)}\n") for name in _DEPTHS)
    return [folder / name for name in texts]


_DEPTHS = {"releases": 2, "features": 2, "behaviors": 2, "operations": 2, "fields": 4, "requests": 5}
"""The depth of each table, so that everything with versions is on a separate line."""


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema 2020-12 of a table."""
    return schema_of(shape.Tables.__annotations__[name])


def tables(history: History) -> shape.Tables:
    """The tables by name."""
    return {
        "releases": {**_head(history, "releases"), "releases": _releases(history)},
        "features": {**_head(history, "features"), "features": _features(history)},
        "behaviors": {**_head(history, "behaviors"), "behaviors": _behaviors(history)},
        "operations": {**_head(history, "operations"), "operations": _operations(history)},
        "fields": {**_head(history, "fields"), "fields": _fields(history)},
        "requests": {**_head(history, "requests"), "requests": _requests(history)},
    }


def _head(history: History, name: str) -> shape.Head:
    return {
        "$schema": f"{name}.schema.json",
        "service": history.service_type,
        "min_version": str(history.min_version),
        "max_version": str(history.max_version),
    }


def _releases(history: History) -> list[shape.Release]:
    return [
        {
            "key": release.key,
            "name": release.name,
            "version": release.version,
            "series": release.series,
            "max_version": str(release.max_version),
        }
        for release in history.releases.values()
    ]


def _features(history: History) -> dict[str, shape.Feature]:
    return {
        feature.name: {"text": feature.text, "versions": _ranges(feature.availability)}
        for feature in history.features.values()
    }


def _behaviors(history: History) -> dict[str, shape.Behavior]:
    found: dict[str, shape.Behavior] = {}
    for name, behavior in history.behaviors.items():
        if not behavior.availability:
            continue  # it holds in other releases only
        found[name] = {"text": behavior.text, "versions": _ranges(behavior.availability)}
        if behavior.operations:
            found[name]["operations"] = list(behavior.operations)
    return found


def _operations(history: History) -> dict[str, shape.Operation]:
    found: dict[str, shape.Operation] = {}
    for key, known in history.known.items():
        found[key] = {"versions": _ranges(known.availability)}
        if known.gone_since_release:
            found[key]["gone_since"] = known.gone_since_release
        if known.instead:
            found[key]["instead"] = known.instead
    return found


def _fields(history: History) -> dict[str, shape.Parts]:
    found: dict[str, shape.Parts] = {}
    for operation, part, name, versions in elements(history._source):
        found.setdefault(operation, {}).setdefault(part, {})[name] = _ranges(versions)
    return found


def _requests(history: History) -> dict[str, shape.Request]:
    found: dict[str, shape.Request] = {}
    for operation, place, runs in requirements(history._source):
        request = found.setdefault(operation, {})
        versions = [pair for run in runs for pair in _ranges(run)]
        match place:
            case "request", "values", pointer, type_:
                request.setdefault("request", {}).setdefault("values", {}).setdefault(pointer, {})[type_] = versions
            case "request", kind, pointer:
                request.setdefault("request", {}).setdefault(kind, {})[pointer] = versions
            case "query", kind, name:
                request.setdefault("query", {}).setdefault(kind, {})[name] = versions
            case "query", kind:
                request.setdefault("query", {})[kind] = versions
    return found


def _ranges(versions: VersionSet) -> shape.Versions:
    return [(str(item.first), str(item.last) if item.last else None) for item in versions]


def _lines(value: Any, depth: int, margin: str = "\n") -> str:
    """JSON with a line for each member down to a depth, so that a change shows as one line in a comparison."""
    is_list = isinstance(value, list) and isinstance(next(iter(value), None), dict)
    if depth == 0 or not (is_list or isinstance(value, dict)):
        return json.dumps(value, ensure_ascii=False)
    within = f"{margin}  "
    if is_list:
        return f"[{','.join(f'{within}{_lines(item, depth - 1, within)}' for item in value)}{margin}]"
    members = (f"{within}{json.dumps(name)}: {_lines(item, depth - 1, within)}" for name, item in value.items())
    return f"{{{','.join(members)}{margin}}}"

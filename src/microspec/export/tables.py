"""What there is at which versions, as small JSON files: enough for an SDK in any language to choose a version.

Each file stands beside its JSON Schema. Versions are text, since as numbers 2.10 and 2.1 would be one; where
something is there is a list of pairs, the first version and the last, which is null where there is no end.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..questions.presence import elements
from ..questions.requirements import TYPES, requirements
from ..values.files import writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..history import History
    from ..model.definition import Behavior
    from ..values.version import VersionSet


def write_tables(history: History, folder: Path) -> list[Path]:
    """Write the tables of a history and their schemas into a folder, which is made. Returns the files.

    After an OSError, files that were there are as they were.
    """
    with writing(folder) as texts:
        texts.update((f"{name}.json", f"{_lines(table, _DEPTHS[name])}\n") for name, table in tables(history).items())
        texts.update((f"{name}.schema.json", f"{json.dumps(schema(name), indent=2)}\n") for name in _ENTRIES)
    return [folder / name for name in texts]


def tables(history: History) -> dict[str, dict[str, Any]]:
    """The tables by name."""
    head = {
        "service": history.service_type,
        "min_version": str(history.min_version),
        "max_version": str(history.max_version),
    }
    return {name: {"$schema": f"{name}.schema.json", **head, name: make(history)} for name, make in _MADE.items()}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema 2020-12 of a table."""
    version = {"type": "string", "pattern": r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$"}
    ends = {"prefixItems": [_VERSION, {"anyOf": [_VERSION, {"type": "null"}]}], "minItems": 2, "maxItems": 2}
    head = {"$schema": _TEXT, "service": _TEXT, "min_version": _VERSION, "max_version": _VERSION}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_object({**head, name: _ENTRIES[name]}),
        "$defs": {
            "version": {**version, "description": "MAJOR.MINOR; the minor counts up by one, so 2.10 follows 2.9."},
            "versions": {
                "description": "The first and the last version of each range; null where a range has no end.",
                "type": "array",
                "items": {"type": "array", **ends},
            },
        },
    }


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _map(values: Any, description: str) -> dict[str, Any]:
    return {"type": "object", "description": description, "additionalProperties": values}


_VERSION = {"$ref": "#/$defs/version"}
_VERSIONS = {"$ref": "#/$defs/versions"}
_TEXT = {"type": "string"}

_PARTS = {
    "request": "By JSON pointer into the body of a request, in which * is any item of an array.",
    "query": "By name of a parameter; one that begins with ^ is a regular expression, which names match.",
    "response": "By JSON pointer into the body of a successful answer.",
    "status": "By status of an answer, except those that any operation may give.",
}

_REQUESTS = """\
What decides, beside the fields that there are, whether an operation takes a request. Where the rules for \
values change, values has the ranges of versions with one rule each; the rules themselves are in the schemas."""

_BODY = _object(
    {
        "required": _map(
            _VERSIONS, 'Fields that have to be there, if the object is there that they are in; "" is the body itself.'
        ),
        "open": _map(_VERSIONS, 'Objects that may have fields of other names, too; "" is the body itself.'),
        "values": _map(
            {"type": "object", "propertyNames": {"enum": list(TYPES)}, "additionalProperties": _VERSIONS},
            "Fields that take other values, or values of other types, at some versions than at others, by type of "
            "JSON (every number is a number). At other versions values of this type are refused. Types that are not "
            "here, and fields, have one rule wherever the field is, or change with the object that they are in.",
        ),
    },
    optional=("required", "open", "values"),
)
_QUERY = _object(
    {
        "required": _map(_VERSIONS, "Parameters that have to be given."),
        "closed": {**_VERSIONS, "description": "Where parameters of other names are refused; else they are ignored."},
        "values": _map(_VERSIONS, "Parameters that take other values at some versions than at others."),
    },
    optional=("required", "closed", "values"),
)

_ENTRIES: dict[str, Any] = {
    "releases": {
        "type": "array",
        "description": "The releases of the software, oldest first.",
        "items": _object({**dict.fromkeys(("key", "name", "series", "version"), _TEXT), "max_version": _VERSION}),
    },
    "features": _map(_object({"text": _TEXT, "versions": _VERSIONS}), "Capabilities by name."),
    "behaviors": _map(
        _object(
            {"text": _TEXT, "versions": _VERSIONS, "operations": {"type": "array", "items": _TEXT}},
            optional=("operations",),
        ),
        "Changes that no field shows, by name; with the operations that they are about, without them about all.",
    ),
    "operations": _map(
        _object({"versions": _VERSIONS, "gone_since": _TEXT, "instead": _TEXT}, optional=("gone_since", "instead")),
        "By METHOD /path, and #action for an action. gone_since: the release that answers 410 at every version.",
    ),
    "fields": _map(
        _object({part: _map(_VERSIONS, text) for part, text in _PARTS.items()}, optional=tuple(_PARTS)),
        "What operations consist of, by operation.",
    ),
    "requests": _map(_object({"request": _BODY, "query": _QUERY}, optional=("request", "query")), _REQUESTS),
}
"""The schema of what is special to each table."""

_DEPTHS = {"releases": 2, "features": 2, "behaviors": 2, "operations": 2, "fields": 4, "requests": 5}
"""How deep each table goes, so that whatever has versions of its own is on a line of its own."""


def _releases(history: History) -> list[dict[str, str]]:
    return [{name: str(value) for name, value in release.fields().items()} for release in history.releases.values()]


def _features(history: History) -> dict[str, Any]:
    return {
        feature.name: {"text": feature.text, "versions": _ranges(feature.availability)}
        for feature in history.features.values()
    }


def _behaviors(history: History) -> dict[str, Any]:
    timeline = history.source.timelines()["behaviors"]
    spans: dict[str, list[tuple[int, int]]] = {}
    found: dict[str, Any] = {}
    for place, name in enumerate(timeline.names):
        behavior: Behavior = timeline.value(place)
        spans.setdefault(name, []).append((timeline.first[place] - 1, timeline.last[place] - 1))
        found[name] = {"text": behavior.text, "versions": _ranges(history.source.between(spans[name]))}
        if behavior.operations:
            found[name]["operations"] = behavior.operations
    return found


def _operations(history: History) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, known in history.source.known().items():
        more = {"gone_since": known.gone_since_release, "instead": known.instead}
        found[key] = {"versions": _ranges(known.availability), **{name: text for name, text in more.items() if text}}
    return found


def _fields(history: History) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for operation, part, name, versions in elements(history.source):
        found.setdefault(operation, {}).setdefault(part, {})[name] = _ranges(versions)
    return found


def _requests(history: History) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for operation, place, runs in requirements(history.source):
        table = found.setdefault(operation, {})
        for step in place[:-1]:
            table = table.setdefault(step, {})
        table[place[-1]] = [pair for versions in runs for pair in _ranges(versions)]
    return found


_MADE: dict[str, Callable[[History], Any]] = {
    "releases": _releases,
    "features": _features,
    "behaviors": _behaviors,
    "operations": _operations,
    "fields": _fields,
    "requests": _requests,
}


def _ranges(versions: VersionSet) -> list[list[str | None]]:
    return [[str(item.first), str(item.last) if item.last else None] for item in versions]


def _lines(value: Any, depth: int, margin: str = "\n") -> str:
    """JSON with a line for each member down to a depth, so that a change is a line of a comparison."""
    is_list = isinstance(value, list) and isinstance(next(iter(value), None), dict)
    if depth == 0 or not (is_list or isinstance(value, dict)):
        return json.dumps(value, ensure_ascii=False)
    within = f"{margin}  "
    if is_list:
        return f"[{','.join(f'{within}{_lines(item, depth - 1, within)}' for item in value)}{margin}]"
    members = (f"{within}{json.dumps(name)}: {_lines(item, depth - 1, within)}" for name, item in value.items())
    return f"{{{','.join(members)}{margin}}}"

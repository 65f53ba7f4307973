"""The schemas of an API as OpenAPI 3.1 takes them: JSON Schema 2020-12, with Markdown in the descriptions.

References and formats are standard keywords, as in all our documents (`microspec.schema.standalone`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ...schema import walk
from ...schema.cases import kind_of
from ...schema.standalone import Standard, standard
from ...values.frozen import EMPTY
from . import text
from .lifetimes import Lifetimes, extension

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...model.api import Api
    from ...model.source import Source
    from ...values.version import VersionSet
    from .lifetimes import Path

PLACE = "#/components/schemas/"
"""Where the schemas of a document are."""


class Schemas:
    """The schemas of all versions of a source, each made once for all versions at which it is the same."""

    def __init__(self, source: Source) -> None:
        self._lifetimes = source.kept(Lifetimes)
        self._made: dict[tuple[str, str], Standard] = {}
        self._inline: dict[str, Standard] = {}

    def named(self, api: Api, name: str) -> Standard:
        """A schema of an API by its name. Its properties say since when they are there."""
        found = api._standards[name]
        made = self._made.get((name, found.text))
        if made is None:
            paths = self._lifetimes.paths(name)
            described = _described(json.loads(found.text), (), paths, paths.get(()))
            made = self._made[name, found.text] = _placed(described, found.names)
        return made

    def plain(self, api: Api, name: str) -> Any:
        """The same as a plain JSON value, whose properties say nothing of versions."""
        found = api._standards[name]
        return value_of(_placed(_described(json.loads(found.text), None, EMPTY, None), found.names))

    def inline(self, api: Api, schema: Any) -> Standard:
        """A schema without a name, as of a parameter."""
        found = standard(schema, api.schemas)
        made = self._inline.get(found.text)
        if made is None:
            made = _placed(_described(json.loads(found.text), None, EMPTY, None), found.names)
            self._inline[found.text] = made
        return made


def _described(schema: Any, path: Path | None, paths: Mapping[Path, VersionSet], around: VersionSet | None) -> Any:
    """A schema with Markdown for its descriptions; `around` are the versions that have the object around it.

    `path` leads to it from the schema that it is in, where `paths` says when what is there.
    """
    if not isinstance(schema, dict):
        return {} if schema else {"not": {}}  # the same in words that every tool knows
    schema = _with_types_inside(schema)
    made: dict[str, Any] = {}
    here = around if path is None else paths.get(path)
    for keyword, value in schema.items():
        if keyword == "properties" and path is not None:
            made[keyword] = {
                name: _described(item, (*path, keyword, name), paths, here) for name, item in value.items()
            }
        elif keyword == "items" and path is not None:
            made[keyword] = _described(value, (*path, keyword), paths, here)
        elif keyword == "description":
            made[keyword] = text.escaped(value)
        elif keyword in _OPENNESS and isinstance(value, bool):
            made[keyword] = value
        else:
            made |= walk.with_subschemas({keyword: value}, lambda item: _described(item, None, EMPTY, None))
    types = schema.get("type", "")
    types = [types] if isinstance(types, str) else types
    if schema.get("format") in EXAMPLES and "string" in types:
        made["examples"] = [EXAMPLES[schema["format"]]]
    if "array" in types and "items" not in made:
        made["items"] = {}  # which some generators ask for
    if len(types) > 1 and "enum" in made and "anyOf" not in made:
        made |= {"anyOf": _by_type(made.pop("type"), made.pop("enum"))}
    if path and path[-2:-1] == ("properties",) and here is not None and here != around:
        made["description"] = text.sentences(made.get("description", ""), text.since(here))
        made["x-openstack"] = extension(here)
    return made


EXAMPLES = {
    "loose-date-time": "2030-01-31T12:00:00Z",
    "loose-uuid": "9168b536-cd40-4630-b43f-b259807c6e87",
    "cidr": "192.0.2.0/24",
    "base64": "bWljcm9zcGVj",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
}
"""A value of each format that is not any text. Mocks answer with it; renderers show it."""

_OPENNESS = ("additionalProperties", "unevaluatedProperties")
"""The keywords under which every tool knows true and false."""


def _with_types_inside(schema: dict[str, Any]) -> dict[str, Any]:
    """A union whose alternatives have no types of their own, with its type inside of them: mocks ask each for it."""
    options = schema.get("anyOf", ())
    if "type" not in schema or not options or not all(isinstance(item, dict) for item in options):
        return schema
    if any(item.keys() & {"type", "$ref"} for item in options):
        return schema
    rest = {keyword: value for keyword, value in schema.items() if keyword != "type"}
    return {**rest, "anyOf": [{"type": schema["type"], **item} for item in options]}


def _by_type(types: list[str], values: list[Any]) -> list[dict[str, Any]]:
    """Words of several types, as an alternative for each type: most generators know no others."""
    found: list[dict[str, Any]] = []
    for type_ in types:
        of_type = [value for value in values if type_ in (kind_of(value), *_ALSO.get(kind_of(value), ()))]
        found += [{"type": type_, "enum": of_type}] if of_type else []
    return found or [{"not": {}}]


_ALSO = {"integer": ("number",)}
"""The types that a value of a type is of, too."""


def _placed(schema: Any, names: tuple[str, ...]) -> Standard:
    """A schema as text, with references to where a document has its schemas."""
    made = json.dumps(schema, separators=(",", ":"))
    return Standard(text=made.replace('"$ref":"#/$defs/', f'"$ref":"{PLACE}'), names=names)


def value_of(made: Standard) -> Any:
    """A schema as plain dicts and lists."""
    return json.loads(made.text)

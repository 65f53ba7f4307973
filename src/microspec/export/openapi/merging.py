"""Schemas of several versions as one schema, in which ``x-openstack`` says the versions of what is not always there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ...values.version import VersionSet
from . import text
from .lifetimes import extension

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Version = tuple[VersionSet, Any]
    """A schema as plain JSON, with the versions that have it."""

_PUT_TOGETHER = {
    *("properties", "patternProperties", "required", "additionalProperties", "items", "description", "x-openstack"),
}
"""The keywords in which schemas may differ, and still be one."""


def merged(schemas: Iterable[Version]) -> Any:
    """One schema that accepts what any of these accepts; they are in order, the newest last.

    If they differ only in properties and items, it has all of them. If not, it is ``anyOf`` of the schemas, each with
    its versions.
    """
    found = _distinct(schemas)
    values = [value for _, value in found]
    if len(found) == 1:
        return values[0]
    if all(isinstance(value, dict) for value in values) and len({*map(_rest, values)}) == 1:
        return _one(found)
    return {
        "anyOf": [saying(value, extension(when)) for when, value in found],
        "x-openstack": {"discriminator": "microversion"},
    }


def _distinct(schemas: Iterable[Version]) -> list[Version]:
    """The schemas that differ, each with all of its versions."""
    by_text: dict[str, Version] = {}
    for when, value in schemas:
        text = json.dumps(value, sort_keys=True)
        before = by_text.pop(text, (VersionSet(), value))[0]
        by_text[text] = (before | when, value)
    return list(by_text.values())


def _rest(value: dict[str, Any]) -> str:
    """What has to be the same in schemas that are to be one."""
    kept = {keyword: item for keyword, item in value.items() if keyword not in _PUT_TOGETHER}
    return json.dumps([kept, "items" in value], sort_keys=True)


def _one(found: Sequence[Version]) -> dict[str, Any]:
    """Schemas that differ only in what can be put together."""
    made: dict[str, Any] = {**found[-1][1]}
    for keyword in ("properties", "patternProperties"):
        names = dict.fromkeys(name for _, value in reversed(found) for name in value.get(keyword, ()))
        if names:
            made[keyword] = {name: merged(_each(found, keyword, name)) for name in names}
    if "items" in made:
        made["items"] = merged(_each(found, "items"))
    if any("additionalProperties" in value for _, value in found):
        made["additionalProperties"] = _openness(found)
    always = [{*value.get("required", ())} for _, value in found]
    required = sorted(set.intersection(*always))
    made.pop("required", None)
    made |= {"required": required} if required else {}
    for name, value in made.get("properties", {}).items():
        having = [
            (when, names)
            for names, (when, one) in zip(always, found, strict=True)
            if one.get("properties", {}).get(name, False) is not False
        ]
        if isinstance(value, dict) and having and len(having) < len(found):
            is_required = name not in required and all(name in names for _, names in having)
            made["properties"][name] = _partly(value, VersionSet([r for when, _ in having for r in when]), is_required)
    return made


def _partly(value: dict[str, Any], when: VersionSet, is_required: bool) -> dict[str, Any]:
    """A property that only some versions have; `is_required`: all of them require it."""
    words = text.sentences(value.get("description", ""), text.since(when))
    said = {**value.get("x-openstack", {}), **extension(when), **({"required": True} if is_required else {})}
    return {**value, "description": words, "x-openstack": said}


def _each(found: Sequence[Version], *path: str) -> list[Version]:
    """What is at the end of a path in each schema that has it."""
    parts = []
    for when, value in found:
        for step in path:
            value = value.get(step, _ABSENT) if isinstance(value, dict) else _ABSENT  # noqa: PLW2901
        if value is not _ABSENT:
            parts.append((when, value))
    return parts


_ABSENT = object()


def _openness(found: Sequence[Version]) -> Any:
    """What is said of properties that have no name."""
    said = [(when, value.get("additionalProperties", True)) for when, value in found]
    if any(value is True for _, value in said):
        return True
    schemas = [(when, value) for when, value in said if value is not False]
    return merged(schemas) if schemas else False


def saying(value: Any, said: dict[str, Any]) -> dict[str, Any]:
    """A schema that also says this under ``x-openstack``."""
    schema = value if isinstance(value, dict) else {} if value else {"not": {}}
    return {**schema, "x-openstack": {**schema.get("x-openstack", {}), **said}}

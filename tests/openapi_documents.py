"""Reads OpenAPI documents as a program would: references, actions, and the versions that they say."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import microspec
from microspec import Version, VersionRange, VersionSet, openapi

if TYPE_CHECKING:
    from collections.abc import Iterator

    from microspec import Api

JSON = "application/json"


@cache
def document_of(api: Api) -> dict[str, Any]:
    """The document of an Api, made once for all tests; they do not change it."""
    return openapi.document(api)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The operations by ``METHOD /path``."""
    for path, methods in document["paths"].items():
        yield from ((f"{method.upper()} {path}", operation) for method, operation in methods.items())


def keys(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The operations by their keys, actions too; an action has the parameters and answers of all of its path."""
    found: dict[str, dict[str, Any]] = {}
    for route, operation in operations(document):
        actions = operation["x-openstack"].get("actions", {})
        found |= {f"{route}#{action}": operation for action in actions} if actions else {route: operation}
    return found


def resolved(value: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to; what is no reference is itself."""
    while "$ref" in value:
        target: Any = document
        for step in value["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        value = target
    return value


def everything(value: Any) -> Iterator[dict[str, Any]]:
    """All objects in a JSON value."""
    stack = [value]
    while stack:
        current = stack.pop()
        if isinstance(current, dict):
            yield current
            stack += current.values()
        elif isinstance(current, list):
            stack += current


def references(value: Any) -> set[str]:
    """All references in a JSON value."""
    return {item["$ref"] for item in everything(value) if isinstance(item.get("$ref"), str)}


def versions(said: dict[str, Any]) -> VersionSet:
    """The versions that an ``x-openstack`` says."""
    ranges = said.get("ranges") or [[said["min-ver"], said.get("max-ver")]]
    return VersionSet([VersionRange(Version(first), Version(last) if last else None) for first, last in ranges])


def branches(schema: Any, document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schemas that together describe a value."""
    stack, seen = [schema], {""}
    while stack:
        current = stack.pop()
        if not isinstance(current, dict):
            continue
        yield current
        if current.get("$ref", "") not in seen:
            seen.add(current["$ref"])
            stack.append(resolved({"$ref": current["$ref"]}, document))
        for keyword in ("anyOf", "oneOf", "allOf"):
            stack += current.get(keyword, ())


def find(schema: Any, pointer: str, document: dict[str, Any]) -> list[Any]:
    """The schemas at a JSON pointer into a value, through references and unions; ``*`` is any item."""
    level = [schema]
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        level = [step for found in level for branch in branches(found, document) for step in _steps(branch, name)]
    return level


def _steps(schema: dict[str, Any], name: str) -> Iterator[Any]:
    if name in schema.get("properties", {}):
        yield schema["properties"][name]
    elif name == "*":
        yield from (schema[keyword] for keyword in ("items", "additionalProperties") if keyword in schema)
        yield from schema.get("patternProperties", {}).values()


def at(text: str) -> Api:
    """The bundled compute API at a version."""
    return microspec.load().at(text)

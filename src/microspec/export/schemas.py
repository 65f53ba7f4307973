"""Generates JSON Schemas of the JSON output from its types.

An object is a TypedDict, described by its docstring. ``Annotated`` adds what Python's types do not say. It is read from
the left: a text is the description; `Pattern` and `Named` are below.
"""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, Union, get_args, get_origin, is_typeddict

from ..schema.walk import DIALECT


class Pattern(NamedTuple):
    """Marks a string that must match a regular expression."""

    regex: str


class Named(NamedTuple):
    """Marks a type that schemas define once, under this name, and refer to. A TypedDict needs no mark."""

    name: str


def schema_of(kind: Any) -> dict[str, Any]:
    """The JSON Schema 2020-12 of a type. Raises KeyError for an unsupported type."""
    definitions: dict[str, Any] = {}
    root = _schema(kind, definitions)
    return {"$schema": DIALECT, **root, "$defs": {name: definitions[name] for name in sorted(definitions)}}


def _schema(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of a type; named types go to the definitions."""
    origin, arguments = get_origin(kind), get_args(kind)
    if is_typeddict(kind):
        return _defined(kind.__name__, _object(kind, definitions), definitions)
    if origin is Annotated:
        made = _schema(arguments[0], definitions)
        for mark in kind.__metadata__:
            if isinstance(mark, Named):
                made = _defined(mark.name, made, definitions)
            elif isinstance(mark, Pattern):
                made = {**made, "pattern": mark.regex}
            else:
                made = {"description": mark, **made}
        return made
    if origin is NotRequired:
        return _schema(arguments[0], definitions)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, UnionType):
        return {"anyOf": [_schema(item, definitions) for item in arguments]}
    if origin is list:
        return {"type": "array", "items": _schema(arguments[0], definitions)}
    if origin is tuple:
        items = [_schema(item, definitions) for item in arguments]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if origin is dict:
        names, values = (_schema(item, definitions) for item in arguments)
        limited = {} if arguments[0] is str else {"propertyNames": names}
        return {"type": "object", **limited, "additionalProperties": values}
    return {} if kind is Any else {"type": {str: "string", int: "integer", bool: "boolean", NoneType: "null"}[kind]}


def _object(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of a TypedDict, which has no other keys."""
    return {
        "description": " ".join((kind.__doc__ or "").split()),
        "type": "object",
        "properties": {name: _schema(item, definitions) for name, item in kind.__annotations__.items()},
        "required": sorted(kind.__required_keys__),
        "additionalProperties": False,
    }


def _defined(name: str, schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    definitions[name] = schema
    return {"$ref": f"#/$defs/{name}"}

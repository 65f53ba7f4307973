"""Values and numbers in a few words."""

from __future__ import annotations

from typing import Any

from ..values.frozen import frozendict


def counted(number: int, noun: str) -> str:
    """A number of things."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def said_of(schema: Any) -> str | None:
    """What a schema says of itself."""
    return schema.get("description") if isinstance(schema, frozendict) else None


def short(value: Any) -> str:
    """A value as it is written in YAML, on one line."""
    import json

    if isinstance(value, str):
        return value if value else '""'
    if value is None:
        return "nothing"
    if isinstance(value, frozendict) and set(value) == {"$ref"}:
        return str(value["$ref"])
    return json.dumps(value, ensure_ascii=False, default=str)

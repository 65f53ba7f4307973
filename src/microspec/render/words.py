"""Values and changes in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..values.frozen import frozendict

if TYPE_CHECKING:
    from ..model.behaviors import KnownBehavior
    from ..model.changes import Change


def releases(change: Change) -> str:
    """The releases in which a change holds; empty if it holds in all."""
    marks = {"since": change.since_release, "until": change.until_release}
    return ", ".join(f"{word} {key}" for word, key in marks.items() if key is not None)


def elsewhere(behavior: KnownBehavior) -> str:
    """The other releases that have a behavior; nothing if there are none."""
    added = (change for change in behavior.elsewhere if change.verb == "add-behavior")
    return "; ".join(dict.fromkeys(map(releases, added)))


def said_of(schema: Any) -> str | None:
    """The description of a schema."""
    return schema.get("description") if isinstance(schema, frozendict) else None


def text_of(change: Change) -> str | None:
    """The text that a change gives a behavior."""
    text = getattr(change, "text", None)
    return getattr(text, "after", text)


def short(value: Any) -> str:
    """A value in YAML, on one line."""
    import json

    if isinstance(value, str):
        return value if value else '""'
    if value is None:
        return "nothing"
    if isinstance(value, frozendict) and set(value) == {"$ref"}:
        return str(value["$ref"])
    return json.dumps(value, ensure_ascii=False, default=str)

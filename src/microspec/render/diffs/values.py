"""Values of findings in words: what was before, and what is after."""

from __future__ import annotations

from typing import Any

from ...values.words import bounded

MANY = 24
"""A longer list of values is shortened, with its length."""

_LONGEST = 40
"""A longer text, such as a pattern, is shortened."""

_SHORT = 24
"""A longer pattern is not shown, because nobody can read it."""

_KEYWORDS = {
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "pattern": "matches {}",
    "format": "format {}",
    "enum": "one of {}",
    "alias_of": "alias of {}",
    "gone_since_release": "removed in {}",
    "propertyNames": "names: {}",
}

_BOUNDS = {
    "minimum": ("maximum", ""),
    "minLength": ("maxLength", "character"),
    "minItems": ("maxItems", "item"),
    "minProperties": ("maxProperties", "property"),
}
"""The lower limits, each with its upper limit, and the noun for what it counts."""

_ABOVE = {upper: lower for lower, (upper, _) in _BOUNDS.items()}
_FEW = 2
"""More conditions are only counted."""

_TYPES = 6
"""The number of types; all of them together mean anything."""


def change(rule: str, before: Any, after: Any) -> str:
    """The old and the new value, as far as they are informative: ``a → b``, or only one of them."""
    tell = _types if "-type-" in rule else _conditions if "-constraint-" in rule else words
    if rule.startswith("unknown-query") or ("-openness-" in rule and len((*(before or ()), *(after or ()))) > 2):
        return ""  # the rule says it, or nobody can read it
    old, new = tell(before), tell(after)
    if before is not None and after is not None:
        return f"{old or 'anything'} → {new or 'anything'}"
    return old or new


def words(value: Any) -> str:
    """A value of a finding on one line; empty for one that adds nothing to its rule."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return _of_mapping(value)
    if isinstance(value, (tuple, list)):
        shown = list(dict.fromkeys(words(item) for item in value[:MANY]))
        return ", ".join(shown) + (f", … ({len(value)} in all)" if len(value) > MANY else "")
    text = str(value)
    return (f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text) or '""'


def _conditions(value: Any) -> str:
    return f"{len(value)} conditions" if isinstance(value, tuple) and len(value) > _FEW else words(value)


def _types(value: Any) -> str:
    found = (value,) if isinstance(value, str) else tuple(value or ())
    return "anything" if len(found) == _TYPES else " or ".join(found)


def _of_mapping(value: dict[str, Any]) -> str:
    if "unlisted" in value:
        if value["unlisted"] is False:
            return "others by pattern" if value["names"] else "no others"
        return "any others" if value["unlisted"] is True else "others of one kind"
    said = []
    for key, item in value.items():
        if key == "type":
            said.append(_types(item))
        elif key == "pattern" and len(item) > _SHORT:
            said.append("matches a pattern")
        elif key in _BOUNDS:
            upper, noun = _BOUNDS[key]
            said.append(bounded(item, value.get(upper), noun))
        elif key in _ABOVE:
            said += [bounded(None, item, _BOUNDS[_ABOVE[key]][1])] if _ABOVE[key] not in value else []
        elif key != "description":
            said.append(_KEYWORDS.get(key, f"{key} {{}}").format(words(item)))
    return ", ".join(said)

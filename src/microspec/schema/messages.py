"""Violations in words. Each message is the end of a sentence whose subject is the value.

A message depends only on the value, the schema that it violates, and the violated keyword. It does not depend on how
the violation was found. References are looked up in the `document`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

from ..values.errors import nearest
from ..values.words import counted
from .formats import WORDS, patterns
from .walk import subschemas

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Node = dict[str, Any]


_SHOWN = 60
"""A longer value is shortened in a message."""

_DESCRIBED = 200
"""So is a longer description."""


def message(keyword: str, node: Node, value: Any) -> str:
    """What a value violates: a keyword of a schema."""
    say = _MESSAGES.get(keyword)
    return say(node, value) if say else f"violates {keyword}"


def union(options: Sequence[Node], value: Any, document: Node) -> str:
    """That a value matches none of the options of a union; without options, that it matches more than one."""
    if not options:
        return "must match exactly one of several forms, but matches more than one"
    described = dict.fromkeys(_described(option, document) for option in options)
    return f"must be {' or '.join(described)}, not {_shown(value)}"


def unexpected(name: str, node: Node, document: Node, noun: str) -> str:
    """What is wrong with a property that an object may not have. The property, called a `noun`, is the subject."""
    hint = nearest(name, names(node, document))
    if hint:
        return f"is not a known {noun}; {hint}"
    allowed = list(node.get("patternProperties", ()))
    words = pattern_words(allowed[0]) if len(allowed) == 1 else None
    return f"has a name that must be {words}, {_instead(allowed[0], name)}" if words else f"is not a known {noun}"


def wrong_name(name: str, keyword: str, node: Node, known: Sequence[str], noun: str) -> str:
    """What is wrong with the name of a property that violates a keyword. The property is the subject."""
    hint = nearest(name, known)
    if hint:
        return f"is not a known {noun}; {hint}"
    if "description" in node:
        return f"has a name that must be {_as_described(node)}"
    return f"is not a known {noun}" if keyword in _OF_WHICH else f"has a name that {message(keyword, node, name)}"


_OF_WHICH = ("enum", "const", "anyOf", "oneOf", "not")
"""The keywords that a name violates by being a different name."""


def names(node: Node, document: Node) -> list[str]:
    """The listed names of the properties of an object, including those of its parts."""
    found, stack = list[str](), [node]
    while stack:
        current = followed(stack.pop(), document)
        if not isinstance(current, dict):
            continue
        found += current.get("properties", ())
        stack += current.get("allOf", ())
        found += _listed(current.get("propertyNames"), document)
        if "$ref" in current:
            stack.append({"$ref": current["$ref"]})
    return list(dict.fromkeys(found))


def _listed(node: Any, document: Node) -> Iterator[str]:
    node = followed(node, document)
    if isinstance(node, dict):
        yield from (name for name in node.get("enum", ()) if isinstance(name, str))
        for below in subschemas({key: value for key, value in node.items() if key not in ("if", "not")}):
            yield from _listed(below, document)


def followed(node: Any, document: Node) -> Any:
    """The schema that a schema refers to, if it is only a reference."""
    while isinstance(node, dict) and "$ref" in node and set(node) <= {"$ref", "description"}:
        node = document["$defs"][node["$ref"].removeprefix("#/$defs/")]
    return node


# ------------------------------------------------------------------------------------------- patterns


def _pattern(node: Node, value: str) -> str:
    return f"must be {_matching(node)}, {_instead(node['pattern'], value)}"


def _matching(node: Node) -> str:
    """What a string that matches a pattern is: in words for the pattern, or as its schema is described."""
    pattern = node["pattern"]
    format_ = str(node.get("$comment") or node.get("format"))
    if pattern in patterns(format_):
        return WORDS[format_]
    described = _as_described(node) if "description" in node else f"a string that matches {pattern}"
    return pattern_words(pattern) or described


def _as_described(node: Node) -> str:
    text = node["description"].removesuffix(".")
    return f"as described ({text if len(text) <= _DESCRIBED else f'{text[:_DESCRIBED]}…'})"


def pattern_words(pattern: str) -> str | None:
    """What a string that matches a pattern is; None if the pattern says more than which characters are allowed."""
    match = re.fullmatch(_OF_CHARACTERS, pattern)
    if match is None:
        return None
    parts = re.findall(r"\\?(.)(?:-\\?(.))?", match["inside"], re.DOTALL)
    ranges = _ranges([first + last for first, last in parts if last])
    if ranges is None:
        return None
    others = [" " if first == " " else _shown(first) for first, last in parts if not last]
    words = _listing([*ranges, *("spaces" if text == " " else text for text in dict.fromkeys(others))])
    if match["but"]:
        return f"{_NUMBERS[match['sign']]}characters other than {words}" if match["sign"] else None
    number = _NUMBERS[match["sign"]] if match["sign"] else f"{match['low']} to {match['high']} "
    return f"{number}{words}"


_OF_CHARACTERS = (
    r"\^\[(?P<but>\^?)(?P<inside>(?:[^\\\]\[]|\\[^a-zA-Z0-9])+)\]"
    r"(?:(?P<sign>[*+])|\{(?P<low>[0-9]+),(?P<high>[0-9]+)\})\$"
)
"""The patterns of strings of certain characters, such as ^[a-z_]+$."""

_NUMBERS = {"*": "", "+": "one or more "}


def _ranges(ranges: Sequence[str]) -> list[str] | None:
    """Ranges of characters (each its first and last) in words, if there are words for all of them."""
    found = []
    for both in ranges:
        if both == "09":
            found.append("digits")
        elif not (both.isascii() and both.isalpha() and both[0].islower() == both[1].islower()):
            return None
        elif both.islower() or both.swapcase() not in ranges:
            kind = "" if both.swapcase() in ranges else "lowercase " if both.islower() else "uppercase "
            found.append(f"{kind}ASCII letters{'' if both.lower() == 'az' else f' from {both[0]} to {both[1]}'}")
    return found


def _listing(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _instead(pattern: str, value: str) -> str:
    """What a string is instead: its length, if that is what is wrong."""
    match = re.fullmatch(_OF_CHARACTERS, pattern)
    if match and match["high"] and not int(match["low"]) <= len(value) <= int(match["high"]):
        return f"has {len(value)}"
    return f"not {_shown(value)}"


# ------------------------------------------------------------------------------------- other keywords


def _count(keyword: str, word: str, noun: str) -> Callable[[Node, Any], str]:
    def say(node: Node, value: Any) -> str:
        if not value and node[keyword] == 1:
            return "must not be empty"
        return f"must have {word} {counted(node[keyword], noun)}, has {len(value)}"

    return say


def _bound(keyword: str, word: str) -> Callable[[Node, Any], str]:
    return lambda node, value: f"must be {word} {node[keyword]}, not {_shown(value)}"


def _decimal(node: Node, value: Any) -> str:
    types = {option.get("type"): option for option in node["anyOf"]}
    number: Node = types.get("integer") or types.get("number") or {}
    low, high = number.get("minimum"), number.get("maximum")
    if low is not None and high is not None:
        bounds = f" from {low} to {high}"
    else:
        bounds = f" of at least {low}" if low is not None else f" of at most {high}" if high is not None else ""
    null = ", or null" if "null" in types else ""
    return f"must be an integer{bounds}, or a string of its digits{null}, not {_shown(value)}"


def _twice(_: Node, value: Sequence[Any]) -> str:
    import json

    seen = set()
    for item in value:
        text = json.dumps(item, sort_keys=True)
        if text in seen:
            return f"must have unique items; {_shown(item)} is repeated"
        seen.add(text)
    return "must have unique items"


_MESSAGES: dict[str, Callable[[Node, Any], str]] = {
    "type": lambda node, value: f"must be {_type_words(node.get('type'))}, not {_shown(value)}",
    "enum": lambda node, value: f"must be {_one_of(node['enum'])}, not {_shown(value)}",
    "const": lambda node, value: f"must be {_shown(node['const'])}, not {_shown(value)}",
    "maxLength": _count("maxLength", "at most", "character"),
    "minLength": _count("minLength", "at least", "character"),
    "maxItems": _count("maxItems", "at most", "item"),
    "minItems": _count("minItems", "at least", "item"),
    "maxProperties": _count("maxProperties", "at most", "property"),
    "minProperties": _count("minProperties", "at least", "property"),
    "maximum": _bound("maximum", "at most"),
    "minimum": _bound("minimum", "at least"),
    "exclusiveMaximum": _bound("exclusiveMaximum", "below"),
    "exclusiveMinimum": _bound("exclusiveMinimum", "above"),
    "uniqueItems": _twice,
    "pattern": _pattern,
    "format": lambda node, value: f"must be {WORDS.get(node['format'], node['format'])}, not {_shown(value)}",
    "anyOf": _decimal,
    "falseSchema": lambda *_: "is not allowed",
    "not": lambda *_: "matches a schema that it must not match",
}


def _type_words(types: Any) -> str:
    listed = [types] if isinstance(types, str) else list(types or ())
    return " or ".join("null" if name == "null" else f"{'an' if name[0] in 'aio' else 'a'} {name}" for name in listed)


def _one_of(values: Sequence[Any]) -> str:
    return f"one of {', '.join(map(_shown, values))}" if len(values) != 1 else _shown(values[0])


def _described(node: Node, document: Node) -> str:
    """A branch of a union in a few words."""
    node = followed(node, document)
    if "enum" in node:
        return _one_of(node["enum"])
    if "const" in node:
        return _shown(node["const"])
    if node.get("format") in WORDS:
        return WORDS[node["format"]]
    return _type_words(node.get("type")) or "something else"


def _shown(value: Any) -> str:
    """A value as JSON, shortened if it is long; of an array or object, only its size."""
    if value and isinstance(value, dict):
        return f"an object with {counted(len(value), 'property')}"
    if value and isinstance(value, (list, tuple)):
        return f"an array with {counted(len(value), 'item')}"
    import json

    if isinstance(value, (float, Decimal)) and not isfinite(value):
        return f"{value if isinstance(value, Decimal) else json.dumps(value)}, which is not JSON"
    if isinstance(value, Decimal):
        text = str(value)
    else:
        text = json.dumps(value[: _SHOWN + 1] if isinstance(value, str) else value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"

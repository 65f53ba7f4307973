"""What a schema says of a value: what pydantic can check (limits), and what it cannot, in words (notes)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ...schema.formats import WORDS
from ...values.frozen import frozendict
from ...values.words import bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ...schema.walk import Schema

_LIMITS = {
    "string": ("minLength", "maxLength"),
    "integer": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}
"""The keywords of each kind that pydantic can check as they are."""

_OTHERS = {
    "string": (),
    "integer": ("multipleOf",),
    "number": ("multipleOf",),
    "array": ("uniqueItems", "prefixItems", "contains"),
    "object": ("propertyNames", "patternProperties", "dependentRequired", "dependentSchemas"),
}
_OF_ANY_KIND = ("not", "if", "anyOf", "oneOf")

_LONGEST_PATTERN = 240
"""A longer pattern is not written out in words: nobody would read it."""


def limits(parts: Sequence[Schema], kind: str) -> frozendict[str, Any]:
    """The keywords that pydantic can check: of several, the strictest; of patterns, all."""
    found: dict[str, Any] = {}
    for keyword in _LIMITS.get(kind, ()):
        values = [part[keyword] for part in parts if keyword in part]
        if values:
            found[keyword] = max(values) if keyword.lower().find("min") >= 0 else min(values)
    if kind == "string":
        patterns = dict.fromkeys(pattern for pattern, _ in _patterns(parts) if is_portable(pattern))
        found |= {"pattern": (*patterns,)} if patterns else {}
        addresses = [formats for part in parts if (formats := _addresses(part))]
        found |= {"format": addresses[-1]} if addresses else {}
    return frozendict(found)


def _addresses(part: Schema) -> tuple[str, ...]:
    """The kinds of IP addresses that a part takes, if it says so."""
    formats = tuple(str(each.get("format")) for each in part.get("anyOf", (part,)) if isinstance(each, dict))
    return formats if all(format_ in ("ipv4", "ipv6") for format_ in formats) else ()


def notes(parts: Sequence[Schema], kind: str, *, known: Iterable[str] = ()) -> tuple[str, ...]:
    """What pydantic cannot check, a sentence each. `known` are keywords that the type says already."""
    return tuple(dict.fromkeys(_notes(parts, kind, {*known})))


def _notes(parts: Sequence[Schema], kind: str, known: set[str]) -> Iterator[str]:
    if kind == "string":
        yield from _of_texts(parts)
    for part in parts:
        for keyword in (*_OTHERS.get(kind, ()), *_OF_ANY_KIND):
            if keyword in part and keyword not in known and part[keyword] is not False:
                say = _SENTENCES.get(keyword, _further)
                yield say(keyword, part[keyword])


def _of_texts(parts: Sequence[Schema]) -> Iterator[str]:
    formats = [part["format"] for part in parts if "format" in part]
    for format_ in formats:
        yield _DECIMAL if format_ == "decimal" else f"Must be {WORDS.get(format_, f'of the format {format_}')}."
    for pattern, format_ in _patterns(parts):
        if not is_portable(pattern) and format_ not in WORDS and "decimal" not in formats:
            yield f"Must match {pattern if len(pattern) <= _LONGEST_PATTERN else 'the pattern of its schema'}."


_DECIMAL = "A string consists of decimal digits, with the same limits."


def counts(parts: Sequence[Schema]) -> Iterator[str]:
    """How many properties an object with fields may have, in words."""
    found = limits(parts, "object")
    low, high = found.get("minProperties") or None, found.get("maxProperties")
    if low is not None or high is not None:
        yield f"Must have {bounded(low, high, 'property')}."


def _patterns(parts: Sequence[Schema]) -> Iterator[tuple[str, str]]:
    """The patterns, each with the format that it is made of, if it is."""
    for part in parts:
        if "pattern" in part:
            yield part["pattern"], str(part.get("$comment") or part.get("format", ""))


_ALIKE = re.compile(r"\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\[\\s\\S\]|\(\?:")
"""What all dialects of regular expressions understand alike, although it looks like what they differ in."""

_OF_ONE_DIALECT = re.compile(r"\\[0-9A-Za-z]|\(\?|&&|--|~~")
"""What they differ in: classes such as \\d and \\s, groups, sets of characters."""


def is_portable(pattern: str) -> bool:
    """Whether a pattern means the same in pydantic's regular expressions as in JSON Schema's."""
    return not _OF_ONE_DIALECT.search(_ALIKE.sub("x", pattern))


def _unique(_: str, __: Any) -> str:
    return "Items must be unique."


def _multiple(_: str, value: Any) -> str:
    return f"Must be a multiple of {value}."


def _union(keyword: str, branches: Any) -> str:
    """A union that is a condition: often it only says which properties there have to be."""
    needed = [branch.get("required") if isinstance(branch, dict) else None for branch in branches]
    if all(needed) and all(set(branch) == {"required"} for branch in branches):
        number = "exactly one" if keyword == "oneOf" else "at least one"
        choices = "; or ".join(" and ".join(names or ()) for names in needed)
        return f"Must have {number} of these: {choices}."
    formats = [branch.get("format") if isinstance(branch, dict) else None for branch in branches]
    if all(format_ in WORDS for format_ in formats):
        return f"Must be {' or '.join(WORDS[str(format_)] for format_ in formats)}."
    return _further(keyword, branches)


def _names(_: str, __: Any) -> str:
    return "The names of properties are checked, too."


def _further(keyword: str, _: Any) -> str:
    return f"The schema has a further condition ({keyword})."


_SENTENCES: dict[str, Callable[[str, Any], str]] = {
    "uniqueItems": _unique,
    "multipleOf": _multiple,
    "anyOf": _union,
    "oneOf": _union,
    "propertyNames": _names,
}

"""The formats of the language that JSON Schema has no keyword for, each as standard keywords.

Where Nova checks a format with Python code, the pattern here accepts the same strings, in a form that a linear-time
engine supports: no look-around, no back-references. Patterns are anchored; unlike in Python, their ``$`` does not match
before a trailing newline (docs/conformance.md).
"""

from __future__ import annotations

from _thread import allocate_lock

from .printable import SPACES, character_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = rf"{_OCTET}(?:\.{_OCTET}){{3}}"


def name(*, spaces_at_ends: bool = False, without: str = "") -> tuple[str, str]:
    """Printable characters, at least one of them not a space; spaces at the ends only if allowed.

    Two patterns, since one would hold the long class of printable characters three times.
    """
    printable_only = f"^[{character_class(without=without)}]*$"
    if spaces_at_ends:
        return (printable_only, f"[^{SPACES}]")
    return (printable_only, rf"^[^{SPACES}](?:[\s\S]*[^{SPACES}])?$")


def printable() -> str:
    """Printable characters and spaces, or nothing."""
    return f"^[{character_class()}]*$"


def loose_uuid() -> str:
    """32 hexadecimal digits; hyphens, urn: and uuid: anywhere, braces at the ends: what oslo's is_uuid_like accepts."""
    inside, outside = "(?:-|urn:|uuid:)*", "(?:[{}]|urn:|uuid:)*"
    return f"^{outside}{inside}(?:[0-9a-fA-F]{inside}){{32}}{outside}$"


def base64() -> str:
    """What Python's lenient decoder accepts: it skips characters outside the alphabet, but padding must be right."""
    data, junk, void = "[A-Za-z0-9+/]", r"[\x00-*,\-.:-@\[-`{-\x7f]", r"[\x00-*,\-.:-<>-@\[-`{-\x7f]"
    pair = f"{junk}*{data}{junk}*{data}{void}*"
    third = f"(?:={void}*)?{data}{void}*"
    rest = r"=[\x00-\x7f]*"
    return f"^(?:{pair}{third}{data})*(?:{junk}*|{pair}={void}*{rest}|{pair}{third}{rest})$"


def loose_date_time() -> str:
    """An ISO 8601 date, optionally without a day, a time or a zone: what the iso8601 package accepts."""
    leap = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
    year = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
    short, long_ = ("0[13578]|1[02]", "0?[13578]|1[02]")
    dates = []
    for separator, one in (("-", "?"), ("", "")):
        day31, day30 = f"(?:0{one}[1-9]|[12][0-9]|3[01])", f"(?:0{one}[1-9]|[12][0-9]|30)"
        day29, day28 = f"(?:0{one}[1-9]|[12][0-9])", f"(?:0{one}[1-9]|1[0-9]|2[0-8])"
        months31 = long_ if separator else short
        dates += [
            f"{year}{separator}(?:{months31}){separator}{day31}",
            f"{year}{separator}(?:0{one}[469]|11){separator}{day30}",
            f"{year}{separator}0{one}2{separator}{day28}",
            f"{leap}{separator}0{one}2{separator}{day29}",
        ]
    seconds = "(?::?(?:[0-5][0-9]|[0-9])(?:[.,][0-9]+)?)?"
    zone = "(?:Z|[-+](?:[01][0-9]|2[0-3])(?::?(?:[0-5][0-9])?)?)?"
    time = f"[ T](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?{seconds}{zone}"
    return f"^(?:{year}(?:-(?:0?[1-9]|1[0-2]))?|(?:{'|'.join(dates)})(?:{time})?)$"


def cidr() -> str:
    """An IPv4 or IPv6 network, as an address and the length of its prefix; for IPv4 also a netmask or hostmask."""
    masks = [_dotted((0xFFFFFFFF << bits) & 0xFFFFFFFF) for bits in range(33)]
    masks += [_dotted((1 << bits) - 1) for bits in range(33)]
    return f"^(?:{_IPV4}/(?:0*(?:[12]?[0-9]|3[0-2])|{'|'.join(masks)})|{_ipv6()}/0*(?:[1-9]?[0-9]|1[01][0-9]|12[0-8]))$"


def _dotted(value: int) -> str:
    return r"\.".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))


def _ipv6() -> str:
    group = "[0-9a-fA-F]{1,4}"
    last = f"(?:{group}:{group}|{_IPV4})"
    forms = [f"(?:{group}:){{6}}{last}"]
    for before in range(8):
        head = f"(?:(?:{group}:){{0,{before - 1}}}{group})?" if before > 1 else f"(?:{group})?" if before else ""
        after = 5 - before
        tail = f"(?:{group}:){{{after}}}{last}" if after >= 0 else group if after == -1 else ""
        forms.append(f"{head}::{tail}")
    return f"(?:{'|'.join(forms)})"


_PATTERNS: dict[str, Callable[[], str | tuple[str, ...]]] = {
    "name": name,
    "name-with-spaces": lambda: name(spaces_at_ends=True),
    "az-name": lambda: name(without=":"),
    "az-name-with-spaces": lambda: name(spaces_at_ends=True, without=":"),
    "printable": printable,
    "loose-uuid": loose_uuid,
    "loose-date-time": loose_date_time,
    "base64": base64,
    "cidr": cidr,
}

WORDS: dict[str, str] = {
    "name": "printable characters, with no space at either end",
    "name-with-spaces": "printable characters, not only spaces",
    "az-name": "printable characters without a colon, with no space at either end",
    "az-name-with-spaces": "printable characters without a colon, not only spaces",
    "printable": "printable characters",
    "loose-uuid": "a UUID",
    "loose-date-time": "an ISO 8601 date and time",
    "base64": "base64",
    "cidr": "a network such as 192.0.2.0/24",
    "python-regex": "a non-empty regular expression",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "uri": "a URI",
}
"""What the values of a format are, to end the sentence "must be …"."""

_made: dict[str, tuple[str, ...]] = {}


def patterns(format_: str) -> tuple[str, ...]:
    """The patterns that together define a format; none if it is a standard format, or not a format of strings."""
    if format_ not in _made and format_ in _PATTERNS:
        made = _PATTERNS[format_]()
        _made[format_] = (made,) if isinstance(made, str) else made
    return _made.get(format_, ())


def lower_format(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that has a `format`, with the same meaning in standard keywords; the format stays as an annotation."""
    if schema["format"] == "decimal":
        return lower_decimal(schema)
    found = list(patterns(schema["format"]))
    if not found:
        return schema
    first = {} if "pattern" in schema else {"pattern": found.pop(0)}
    more = [{"$comment": schema["format"], "pattern": pattern} for pattern in found]
    return {**schema, **first, **({"allOf": [*schema.get("allOf", ()), *more]} if more else {})}


def is_python_regex(text: str) -> bool:
    """Whether a text is a regular expression that Python compiles, and not empty. No pattern can express that.

    It is parsed, not compiled: compiling one case-insensitive character class takes milliseconds, and a text may have
    many.
    """
    import re
    import warnings

    try:
        return bool(text) and _can_look_behind(parsed(text))
    except Warning:  # only a warning, in a process that turns warnings into errors
        with _ONE_AT_A_TIME, warnings.catch_warnings():  # this affects the whole process
            warnings.simplefilter("ignore")
            return is_python_regex(text)
    except (re.error, OverflowError, RecursionError, MemoryError, ValueError):
        return False


_ONE_AT_A_TIME = allocate_lock()


def parsed(text: str) -> Any:
    """A regular expression as Python itself parses it."""
    from re import _parser  # type: ignore[attr-defined]

    return _parser.parse(text)


def _can_look_behind(parsed: Any) -> bool:
    """Whether every look-behind of a parsed expression has a fixed width, which only compiling would check."""
    waiting = [parsed]
    while waiting:
        item = waiting.pop()
        if hasattr(item, "getwidth"):
            waiting += item.data
        elif isinstance(item, (list, tuple)):
            waiting += item
            if item and str(item[0]) in ("ASSERT", "ASSERT_NOT") and item[1][0] < 0:
                shortest, longest = item[1][1].getwidth()
                if shortest != longest:
                    return False
    return True


# ------------------------------------------------------------------------------------ numbers as text


def lower_decimal(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with ``format: decimal`` as a union: the number, or its digits within the same bounds."""
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    lowest, highest = schema.get("minimum"), schema.get("maximum")
    bounds: dict[str, Any] = {key: schema[key] for key in ("minimum", "maximum") if key in schema}
    options: list[dict[str, Any]] = [{"type": type_, **bounds} for type_ in types if type_ in ("integer", "number")]
    options += [{"type": "string", "pattern": digits(lowest, highest)}] if "string" in types else []
    options += [{"type": type_} for type_ in types if type_ not in ("integer", "number", "string")]
    kept = {key: value for key, value in schema.items() if key not in ("type", "minimum", "maximum")}
    return {**kept, "anyOf": options}


def digits(lowest: int | None, highest: int | None) -> str:
    """The pattern for the integers from `lowest` to `highest` (None: no limit), written in decimal.

    Leading zeros are allowed, a minus sign only if there are negative numbers.
    """
    parts = []
    if lowest is None or lowest < 0:
        below = _magnitudes(0 if highest is None or highest >= 0 else -highest, None if lowest is None else -lowest)
        parts.append(f"-0*(?:{below})")
    if highest is None or highest >= 0:
        parts.append(f"0*(?:{_magnitudes(max(lowest or 0, 0), highest)})")
    return f"^(?:{'|'.join(parts)})$"


def _magnitudes(low: int, high: int | None) -> str:
    """The alternatives for the digits of the numbers from `low` to `high`, without leading zeros."""
    found = []
    if high is None:
        high = int("9" * len(str(low)))
        found.append(f"[1-9][0-9]{{{len(str(low))},}}")
    for length in range(len(str(low)), len(str(high)) + 1):
        first = max(low, 10 ** (length - 1) if length > 1 else 0)
        last = min(high, 10**length - 1)
        found += _same_length(str(first), str(last))
    return "|".join(found)


def _same_length(low: str, high: str) -> list[str]:
    """Patterns for the numbers between two that have the same number of digits."""
    rest = len(low) - 1
    if not low or low == high:
        return [low]
    if set(low[1:]) <= {"0"} and set(high[1:]) <= {"9"}:
        return [_digit(low[0], high[0]) + _any_digits(rest)]
    if low[0] == high[0]:
        return [low[0] + tail for tail in _same_length(low[1:], high[1:])]
    found = [low[0] + tail for tail in _same_length(low[1:], "9" * rest)]
    if int(high[0]) - int(low[0]) > 1:
        found.append(_digit(str(int(low[0]) + 1), str(int(high[0]) - 1)) + _any_digits(rest))
    return [*found, *(high[0] + tail for tail in _same_length("0" * rest, high[1:]))]


def _digit(first: str, last: str) -> str:
    return first if first == last else f"[{first}-{last}]"


def _any_digits(number: int) -> str:
    return "" if not number else "[0-9]" if number == 1 else f"[0-9]{{{number}}}"

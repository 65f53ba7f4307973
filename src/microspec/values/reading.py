"""Reads bytes as text and as JSON, or says in words why they cannot be read."""

from __future__ import annotations

import json
from typing import Any


class Unreadable(Exception):
    """Content that cannot be read: the `reason` in words, and its `line` and `column`, from 1, if they are known."""

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(reason, line, column)
        self.reason, self.line, self.column = reason, line, column

    def __str__(self) -> str:
        return f"{self.reason} at line {self.line} column {self.column}" if self.line else self.reason


def text(content: bytes) -> str:
    """Bytes of UTF-8 as text, without the byte order mark that browsers write. Raises `Unreadable`."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8: byte {error.start} is 0x{content[error.start]:02x}") from error


def json_value(content: str, *, strict: bool = False) -> Any:
    """The JSON value in a text. Raises `Unreadable`, also for what only Python accepts as JSON, such as NaN.

    If `strict`, it also raises for what JSON parsers disagree about: a key that is repeated in an object, and a lone
    surrogate.
    """
    try:
        value = (_STRICT if strict else _PLAIN).decode(content)
    except json.JSONDecodeError as error:
        raise Unreadable(f"not JSON: {error.msg}", error.lineno, error.colno) from error
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error
    except ValueError as error:  # any other ValueError of json.loads comes from int()
        raise Unreadable("a number has too many digits") from error
    if strict and "\\u" in content and not _is_text(value):
        raise Unreadable("a text contains a lone surrogate")
    return value


def json_object(value: Any, what: str) -> dict[str, Any]:
    """A JSON value that must be an object; `what` names it in messages. Raises `Unreadable`."""
    if not isinstance(value, dict):
        raise Unreadable(f"{what} is not an object")
    return value


def _no_constant(name: str) -> Any:
    raise Unreadable(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of its members. Raises `Unreadable` if two have the same key."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise Unreadable(f"the key {repeated!r} is repeated")
    return found


def _is_text(value: Any) -> bool:
    """Whether all texts in a JSON value can be encoded."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


_PLAIN = json.JSONDecoder(parse_constant=_no_constant)
_STRICT = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_unique)

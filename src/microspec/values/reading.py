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


def json_value(content: str) -> Any:
    """The JSON value in a text. Raises `Unreadable`, also for what only Python accepts as JSON, such as NaN."""
    try:
        return json.loads(content, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Unreadable(f"not JSON: {error.msg}", error.lineno, error.colno) from error
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error
    except ValueError as error:  # any other ValueError of json.loads comes from int()
        raise Unreadable("a number has too many digits") from error


def json_object(value: Any, what: str) -> dict[str, Any]:
    """A JSON value that must be an object; `what` names it in messages. Raises `Unreadable`."""
    if not isinstance(value, dict):
        raise Unreadable(f"{what} is not an object")
    return value


def _no_constant(name: str) -> Any:
    raise Unreadable(f"{name} is not JSON")

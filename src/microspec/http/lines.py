"""Calls, one on each line: JSON lines, and tables (``POST /servers 2.52``). docs/traffic.md describes both."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from ..values.reading import Unreadable, json_object, json_value, text

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE = 16 << 20
"""The longest line, in bytes."""


def lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file, read one at a time. Raises `Unreadable` at one that is too long."""
    while line := file.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE:
            raise Unreadable(f"the line is longer than {MAX_LINE} bytes; the rest of the file was not read")
        yield line


def call(line: bytes) -> dict[str, Any] | None:
    """The call in a line, by the names of the fields of `Call`, or with its headers unread; None if there is none.

    Raises `Unreadable`.
    """
    content = text(line).strip()
    if not content or content.startswith("#"):
        return None
    return _of_json(content) if content.startswith("{") else _of_table(content)


def _of_json(content: str) -> dict[str, Any]:
    entry = json_object(json_value(content), "a line")
    unknown = set(entry) - set(_KEYS)
    if unknown:
        raise Unreadable(f"unknown keys {', '.join(map(repr, sorted(unknown)))}; a call has {', '.join(_KEYS)}")
    if "headers" in entry and "version" in entry:
        raise Unreadable("a call has 'version' or 'headers', not both")
    for key, kind in _KEYS.items():
        is_flag = isinstance(entry.get(key), bool) and kind is not object  # in Python, a bool is an int
        if is_flag or (key in entry and not isinstance(entry[key], kind)):
            raise Unreadable(f"{key!r} has the wrong type")
    for key in ("method", "url"):
        if key not in entry:
            raise Unreadable(f"a call needs {key!r}")
    return {**entry, "method": entry["method"].upper()}


_KEYS: dict[str, Any] = {
    "method": str,
    "url": str,
    "version": str | None,
    "headers": dict,
    "body": object,
    "status": int | None,
    "response": object,
    "note": str,
}
"""The keys of a call in JSON lines, with the types of their values."""


def _of_table(content: str) -> dict[str, Any]:
    """A line of a table: method, path with ``#action``, and perhaps a version."""
    method, *rest = content.split()
    if not rest or len(rest) > 2 or not method.isalpha() or "/" not in rest[0]:
        raise Unreadable("the line is neither a JSON object nor METHOD /path VERSION")
    url, _, action = rest[0].partition("#")
    version = rest[1] if len(rest) == 2 else None
    return {"method": method.upper(), "url": url, "action": action or None, "version": version}

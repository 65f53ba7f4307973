"""HAR files, as browsers record them: http://www.softwareishard.com/blog/har-12-spec/.

A file is one JSON value and is read at once, so it may not be longer than `MAX_HAR`.
"""

from __future__ import annotations

from base64 import b64decode
from typing import IO, Any

from ..values import ABSENT
from ..values.reading import Unreadable, json_object, json_value, text

MAX_HAR = 256 << 20
"""The longest HAR file, in bytes."""


def entries(file: IO[bytes]) -> list[Any]:
    """The entries in a file, unread. Raises `Unreadable` for a file that is not HAR."""
    content = file.read(MAX_HAR + 1)
    if len(content) > MAX_HAR:
        raise Unreadable(f"the file is larger than {MAX_HAR} bytes")
    found = json_object(json_object(json_value(text(content)), "a HAR file").get("log"), "'log'").get("entries")
    if not isinstance(found, list):
        raise Unreadable("'log' has no list 'entries', so this is not a HAR file")
    return found


def call(entry: Any) -> dict[str, Any]:
    """The call in an entry, by the names of the fields of `Call`, with its headers unread. Raises `Unreadable`."""
    entry = json_object(entry, "an entry")
    request = json_object(entry.get("request"), "'request'")
    method, url = request.get("method"), request.get("url")
    if not isinstance(method, str) or not isinstance(url, str):
        raise Unreadable("a request needs 'method' and 'url'")
    found: dict[str, Any] = {"method": method.upper(), "url": url, "headers": request.get("headers")}
    found["body"] = _sent(request)
    response = entry.get("response")
    if isinstance(response, dict):
        status = response.get("status")
        found["status"] = status if isinstance(status, int) and status >= 100 else None
        found |= _answer(response.get("content"))
    if isinstance(entry.get("comment"), str):
        found["note"] = entry["comment"]
    return found


def _sent(request: dict[str, Any]) -> Any:
    """The body of a request in HAR; `ABSENT` if it was sent but not recorded, or if that is uncertain."""
    data, size = request.get("postData"), request.get("bodySize")
    sent = json_object(data, "'postData'") if data is not None else {}
    given = sent.get("text")
    if not isinstance(given, str | None):
        raise Unreadable("the 'text' of 'postData' is not a string")
    if given:
        return json_value(_content(given, sent.get("encoding")))
    is_said = isinstance(size, int) and size >= 0  # HAR has -1 for an unknown size
    is_empty = size == 0 if is_said else given == "" or (data is None and request["method"].upper() in _BODILESS)
    return None if is_empty else ABSENT


_BODILESS = ("GET", "DELETE")
"""The methods that by default send no body."""


def _content(given: str, encoding: Any) -> str:
    """The text of a body. HAR defines base64 for responses only, but recorders write it for requests, too."""
    if encoding != "base64":
        return given
    try:
        return text(b64decode("".join(given.split()), validate=True))
    except ValueError as error:
        raise Unreadable(f"not base64: {error}") from error


def _answer(content: Any) -> dict[str, Any]:
    """The body of an answer, if it exists and is JSON: a proxy may answer with HTML instead."""
    if not isinstance(content, dict) or not isinstance(content.get("text"), str):
        return {}
    try:
        return {"response": json_value(_content(content["text"], content.get("encoding")))}
    except Unreadable:
        return {}

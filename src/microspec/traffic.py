"""Recorded traffic: the calls of a service that are in a HAR file, in JSON lines, or in a table of calls.

The forms are described in docs/traffic.md. Lines are read one at a time, as they are asked for, and a
HAR file, which is one JSON value, at once; neither may be longer than the bounds below. A file is read
to its end whatever is wrong in it: then `TrafficError` tells all of it.
"""

from __future__ import annotations

import json
from base64 import b64decode
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from .errors import Place, Problem, TrafficError
from .frozen import EMPTY, Value, freeze, frozendict
from .headers import asked
from .history import ABSENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .history import History

MAX_LINE = 16 << 20
"""The longest line, in bytes."""

MAX_HAR = 256 << 20
"""The longest HAR file, in bytes."""

MAX_PROBLEMS = 100
"""So many mistakes of one file are told; then it is no recording of traffic, and the rest of it is not read."""


class Call(Value):
    """One request, and its answer where that was recorded.

    `path` is below the version of the service (``/servers/b1``), with no project id stripped; it may
    be a template (``/servers/{server_id}``). `query` maps names to the values given. `version` is the
    microversion asked for as it was sent, which need not be one; None if none was sent. `body` and
    `response` are JSON values, None for no body, `ABSENT` where it is not known; `action` is the server
    action where a table names it in place of a body. `status` is None where it is not known. `note` is
    what the recording says about the call, such as who makes it.
    """

    method: str
    path: str
    action: str | None = None
    query: frozendict[str, tuple[str, ...]] = EMPTY
    version: str | None = None
    body: Any = ABSENT
    status: int | None = None
    response: Any = ABSENT
    note: str | None = None
    place: Place | None = None

    _uncompared = ("place",)

    @property
    def request(self) -> str:
        """Method and path, with ``#action`` where it is named."""
        return f"{self.method} {self.path}{f'#{self.action}' if self.action else ''}"

    def __str__(self) -> str:
        return f"{self.request}{f' {self.version}' if self.version else ''}"


class Recording:
    """The calls in a file. To be iterated over once; raises `TrafficError` at the end if not all could be read.

    `file` is open for bytes, `name` is what it is called in places (by default its own name), and
    `history` is the service whose calls are meant. `elsewhere` counts the calls to other services that
    were passed over so far.
    """

    def __init__(self, file: IO[bytes], history: History, name: str | None = None) -> None:
        self._file, self._history = file, history
        self.name = name or str(getattr(file, "name", "<stdin>"))
        self.elsewhere = 0
        self._collections = frozenset(key.split("/")[1].partition("#")[0] for key in history.source.known()) - {""}
        self._problems: list[Problem] = []

    def __iter__(self) -> Iterator[Call]:
        is_har = self.name.lower().endswith((".har", ".json"))
        parse: Callable[[Any], dict[str, Any] | None] = self._entry if is_har else self._line
        for place, content in self._entries() if is_har else self._lines():
            try:
                entry = parse(content)
                call = self._call(place, entry) if entry else None
            except _Unreadable as problem:
                self._tell(place, str(problem))
            else:
                if call is not None:
                    yield call
            if len(self._problems) >= MAX_PROBLEMS:
                break
        if self._problems:
            raise TrafficError(self._problems)

    def _tell(self, place: Place, reason: str) -> None:
        self._problems.append(Problem(place=place, reason=reason))

    def _call(self, place: Place, entry: dict[str, Any]) -> Call | None:
        """The call in an entry, None for one of another service, and for what a browser asks ahead of a call."""
        if entry["method"] == "OPTIONS":
            return None
        found = self._root(entry.pop("url"), entry.get("version") is not None)
        if found is None:
            self.elsewhere += 1
            return None
        path, query = found
        try:
            return Call(path=path, query=query, place=place, **{name: freeze(value) for name, value in entry.items()})
        except RecursionError as error:
            raise _Unreadable("nested too deeply to be read") from error

    def _root(self, url: str, named: bool) -> tuple[str, frozendict[str, tuple[str, ...]]] | None:
        """The path below the version of the service, and the query; None if the URL is of another service.

        A URL without a host is the service's. One with a host is if the call names a version of it
        (`named`), if there is a segment such as ``v2.1``, which is the first microversion, or if there is a
        segment of the major version alone and the service's type is a part of the host or of the path before.
        Behind what paths of the service begin with (`_collections`) nothing is a version: a flavor may be called v2.
        """
        try:
            parts = urlsplit(url)
            host = parts.hostname
            query: dict[str, tuple[str, ...]] = {}
            for name, value in parse_qsl(parts.query, keep_blank_values=True):
                query[name] = (*query.get(name, ()), value)
        except ValueError as error:
            raise _Unreadable(f"{url!r} is not a URL: {error}") from error
        first = self._history.min_version
        segments = parts.path.split("/")
        roots = {f"v{first}": True, f"v{first.major}": named or not host}
        for number, segment in enumerate(segments):
            before = [*(host or "").split("."), *segments[:number]]
            if segment in roots and (roots[segment] or self._history.service_type in before):
                return "/".join(["", *segments[number + 1 :]]) or "/", frozendict(query)
            if segment in self._collections:
                break
        return (parts.path or "/", frozendict(query)) if named or not host else None

    # ------------------------------------------------------------------------------------------ lines

    def _lines(self) -> Iterator[tuple[Place, bytes]]:
        number = 0
        while line := self._file.readline(MAX_LINE + 1):
            number += 1
            place = Place(file=self.name, number=number)
            if len(line) > MAX_LINE:
                self._tell(place, f"the line is longer than {MAX_LINE} bytes; what follows was not read")
                return
            yield place, line

    def _line(self, line: bytes) -> dict[str, Any] | None:
        text = _text(line).strip()
        if not text or text.startswith("#"):
            return None
        return self._json_line(text) if text.startswith("{") else _row(text)

    def _json_line(self, text: str) -> dict[str, Any]:
        entry = _object(_json(text), "a line")
        unknown = set(entry) - set(_KEYS)
        if unknown:
            raise _Unreadable(f"a call has no {', '.join(map(repr, sorted(unknown)))}; it has {', '.join(_KEYS)}")
        if "headers" in entry and "version" in entry:
            raise _Unreadable("a call has either 'version' or 'headers'")
        for key, kind in _KEYS.items():
            is_flag = isinstance(entry.get(key), bool) and kind is not object  # to Python it is a whole number
            if is_flag or (key in entry and not isinstance(entry[key], kind)):
                raise _Unreadable(f"{key!r} is of the wrong type")
        for key in ("method", "url"):
            if key not in entry:
                raise _Unreadable(f"a call needs {key!r}")
        headers = entry.pop("headers", None)
        if headers is not None:
            entry["version"] = self._version(headers)
        return {**entry, "method": entry["method"].upper()}

    # -------------------------------------------------------------------------------------------- HAR

    def _entries(self) -> Iterator[tuple[Place, Any]]:
        try:
            content = self._file.read(MAX_HAR + 1)
            if len(content) > MAX_HAR:
                raise _Unreadable(f"the file is longer than {MAX_HAR} bytes")
            entries = _object(_object(_json(_text(content)), "a HAR file").get("log"), "'log'").get("entries")
            if not isinstance(entries, list):
                raise _Unreadable("'log' has no list of 'entries': this is not HAR")
        except _Unreadable as problem:
            self._tell(Place(file=self.name, number=1), str(problem))
            return
        for number, entry in enumerate(entries, 1):
            yield Place(file=self.name, number=number, unit="entry"), entry

    def _entry(self, value: Any) -> dict[str, Any]:
        entry = _object(value, "an entry")
        request = _object(entry.get("request"), "'request'")
        method, url = request.get("method"), request.get("url")
        if not isinstance(method, str) or not isinstance(url, str):
            raise _Unreadable("a request needs 'method' and 'url'")
        found: dict[str, Any] = {"method": method.upper(), "url": url}
        found["version"] = self._version(request.get("headers"))
        found["body"] = _sent(request)
        response = entry.get("response")
        if isinstance(response, dict):
            status = response.get("status")
            found["status"] = status if isinstance(status, int) and status >= 100 else None
            found |= _answer(response.get("content"))
        if isinstance(entry.get("comment"), str):
            found["note"] = entry["comment"]
        return found

    def _version(self, headers: Any) -> str | None:
        """The version that headers ask for, as it was sent."""
        return asked(_pairs(headers), self._history.service_type, self._history.service.legacy_header)


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


class _Unreadable(Exception):
    """What is wrong with one entry, in words."""


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")  # browsers write a byte order mark
    except UnicodeDecodeError as error:
        raise _Unreadable(f"not UTF-8: byte {error.start} is 0x{content[error.start]:02x}") from error


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _Unreadable(f"not JSON: {error.msg} at line {error.lineno} column {error.colno}") from error
    except RecursionError as error:
        raise _Unreadable("nested too deeply to be read") from error
    except ValueError as error:  # what json.loads raises beside these comes from int()
        raise _Unreadable("has a number with too many digits to be read") from error


def _no_constant(name: str) -> Any:
    raise _Unreadable(f"{name} is not JSON")


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Unreadable(f"{what} is not an object")
    return value


def _pairs(headers: Any) -> Iterator[tuple[str, str]]:
    """Names and values of headers: from an object by name, in which a list is several values, or as HAR lists them."""
    if not isinstance(headers, dict | list | None):
        raise _Unreadable("'headers' is neither an object nor a list")
    pairs: Iterable[tuple[Any, Any]] = headers.items() if isinstance(headers, dict) else map(_pair, headers or ())
    for name, given in pairs:
        if not isinstance(name, str):
            raise _Unreadable("a header needs a 'name'")
        for value in given if isinstance(given, list) else [given]:
            if not isinstance(value, str):
                raise _Unreadable(f"the value of the header {name!r} is not text")
            yield name, value


def _pair(header: Any) -> tuple[Any, Any]:
    found = _object(header, "a header")
    return found.get("name"), found.get("value")


def _sent(request: dict[str, Any]) -> Any:
    """The body of a request in HAR; `ABSENT` if it was sent but not recorded, or if that cannot be told."""
    data, size = request.get("postData"), request.get("bodySize")
    sent = _object(data, "'postData'") if data is not None else {}
    text = sent.get("text")
    if not isinstance(text, str | None):
        raise _Unreadable("the 'text' of 'postData' is not text")
    if text:
        return _json(_content(text, sent.get("encoding")))
    is_said = isinstance(size, int) and size >= 0  # HAR has -1 for what is not known
    is_empty = size == 0 if is_said else text == "" or (data is None and request["method"].upper() in _BODILESS)
    return None if is_empty else ABSENT


_BODILESS = ("GET", "DELETE")
"""The methods that send no body, if nothing else is said."""


def _content(text: str, encoding: Any) -> str:
    """The text of a body. HAR has base64 for answers only, but recorders write it for requests, too."""
    if encoding != "base64":
        return text
    try:
        return _text(b64decode("".join(text.split()), validate=True))
    except ValueError as error:
        raise _Unreadable(f"not base64: {error}") from error


def _answer(content: Any) -> dict[str, Any]:
    """The body of an answer, if it is there and is JSON: others send HTML in the service's place."""
    if not isinstance(content, dict) or not isinstance(content.get("text"), str):
        return {}
    try:
        return {"response": _json(_content(content["text"], content.get("encoding")))}
    except _Unreadable:
        return {}


def _row(text: str) -> dict[str, Any]:
    """A line of a table: method, path with ``#action``, and perhaps a version."""
    method, *rest = text.split()
    if not rest or len(rest) > 2 or not method.isalpha() or "/" not in rest[0]:
        raise _Unreadable("this is neither a JSON object nor METHOD /path VERSION")
    url, _, action = rest[0].partition("#")
    version = rest[1] if len(rest) == 2 else None
    return {"method": method.upper(), "url": url, "action": action or None, "version": version}

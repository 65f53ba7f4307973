"""Recorded traffic: the calls to a service in a HAR file, in JSON lines, or in a table of calls.

docs/traffic.md describes the formats. Lines are read one at a time, when they are needed. A HAR file is one JSON
value, and is read at once. A file with mistakes is read to its end; then `TrafficError` lists them all.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, Literal, NamedTuple, Protocol
from urllib.parse import parse_qs, urlsplit

from ..values import ABSENT
from ..values.frozen import EMPTY, Value, freeze, frozendict
from ..values.reading import Unreadable, json_object
from . import har, lines
from .errors import Place, Problem, TrafficError
from .headers import asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..values.version import Version


MAX_PROBLEMS = 100
"""After this many mistakes in one file, it is not a recording of traffic, and the rest is not read."""


class Described(Protocol):
    """The service whose calls are read."""

    @property
    def service_type(self) -> str: ...
    @property
    def min_version(self) -> Version: ...
    @property
    def legacy_header(self) -> str | None: ...
    def known(self) -> Iterable[str]:
        """The keys of all operations that ever existed."""


class Call(Value):
    """One request, and its answer if that was recorded.

    `path` starts after the version of the service (``/servers/b1``). A project id in it stays. It may be a template
    (``/servers/{server_id}``). `query` maps each name to its values. `version` is the microversion as it was sent,
    valid or not; None if none was sent. `body` and `response` are JSON values: None means no body, `ABSENT` an unknown
    one. `action` is the server action, if a table names it instead of a body. `status` is None if it is unknown.
    `note` is what the recording says about the call, such as who makes it.
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
        """Method and path, with ``#action`` if it is named."""
        return f"{self.method} {self.path}{f'#{self.action}' if self.action else ''}"

    def __str__(self) -> str:
        return f"{self.request}{f' {self.version}' if self.version else ''}"


class Recording:
    """The calls in a file. You can iterate over them once. Raises `TrafficError` at the end if some could not be read.

    `file` is open for bytes. `name` is its name in places, by default its own. `service` is the service whose calls are
    read. `first` is the number of the first line, for a part of a longer file. `elsewhere` counts the calls to other
    services that were skipped so far.
    """

    name: str
    elsewhere: int

    def __init__(self, file: IO[bytes], service: Described, name: str | None = None, first: int = 1) -> None:
        self._file, self._service, self._first = file, service, first
        self.name = name or str(getattr(file, "name", "<stdin>"))
        self.elsewhere = 0
        self._collections = frozenset(key.split("/")[1].partition("#")[0] for key in service.known()) - {""}
        self._problems: list[Problem] = []

    def __iter__(self) -> Iterator[Call]:
        is_har = _is_har(self.name)
        unit: Literal["line", "entry"] = "entry" if is_har else "line"
        read = har.call if is_har else lines.call
        for number, content in enumerate(self._contents(is_har=is_har), self._first):
            try:
                entry = read(content)
                if entry is None or entry["method"] == "OPTIONS":  # a browser's preflight request
                    continue
                call = self._call(Place(file=self.name, number=number, unit=unit), entry)
            except Unreadable as problem:
                self._tell(Place(file=self.name, number=number, unit=unit), str(problem))
            else:
                if call is not None:
                    yield call
            if len(self._problems) >= MAX_PROBLEMS:
                break
        if self._problems:
            raise TrafficError(self._problems)

    def _contents(self, *, is_har: bool) -> Iterator[Any]:
        """The entries or lines of the file."""
        number = self._first
        try:
            for content in har.entries(self._file) if is_har else lines.lines(self._file):
                yield content
                number += 1
        except Unreadable as problem:
            self._tell(Place(file=self.name, number=number), str(problem))

    def _tell(self, place: Place, reason: str) -> None:
        self._problems.append(Problem(place=place, reason=reason))

    def _call(self, place: Place, entry: dict[str, Any]) -> Call | None:
        """The call in an entry, None for one of another service."""
        if "headers" in entry:
            entry["version"] = self._version(entry.pop("headers"))
        url = entry.pop("url")
        found = (url, EMPTY) if self._is_own(url) else self._root(url, entry.get("version") is not None)
        if found is None:
            self.elsewhere += 1
            return None
        path, query = found
        try:
            entry.update((name, freeze(entry[name])) for name in ("body", "response") if name in entry)
        except RecursionError as error:
            raise Unreadable("nested too deeply") from error
        return Call(path=path, query=query, place=place, **entry)

    def _is_own(self, url: str) -> bool:
        """Whether it is just a path of the service, which needs no further parsing, as in most tables."""
        if url[:1] != "/" or "?" in url or "#" in url or not url.isprintable():
            return False
        return url.split("/", 2)[1] in self._collections

    def _root(self, url: str, named: bool) -> tuple[str, frozendict[str, tuple[str, ...]]] | None:
        """The path below the version of the service, and the query; None if the URL is of another service.

        A URL without a host belongs to the service. A URL with a host does if the call names a version of the service
        (`named`); if it has a segment such as ``v2.1``, the first microversion; or if it has a segment with only the
        major version, and the service's type is a part of the host or of the path before it. After the first words of
        the service's paths (`_collections`), a segment is not a version: a flavor may be called v2.
        """
        try:
            parts = urlsplit(url)
            host = parts.hostname
            query = frozendict(
                {name: tuple(values) for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            )
        except ValueError as error:
            raise Unreadable(f"{url!r} is not a URL: {error}") from error
        first = self._service.min_version
        segments = parts.path.split("/")
        roots = {f"v{first}": True, f"v{first.major}": named or not host}
        is_ours = self._service.service_type in (host or "").split(".")
        for number, segment in enumerate(segments):
            if segment in roots and (roots[segment] or is_ours):
                return "/".join(["", *segments[number + 1 :]]) or "/", query
            if segment in self._collections:
                break
            is_ours = is_ours or segment == self._service.service_type
        return (parts.path or "/", query) if named or not host else None

    def _version(self, headers: Any) -> str | None:
        """The version that headers ask for, as it was sent."""
        return asked(_pairs(headers), self._service.service_type, self._service.legacy_header)


class Block(NamedTuple):
    """A part of a recording that can be read separately: whole lines, and the number of the first; or a HAR file."""

    name: str
    first: int
    content: bytes


def blocks(file: IO[bytes], name: str) -> Iterator[Block]:
    """The blocks of a recording (see `Recording`), read one at a time."""
    if _is_har(name):
        yield Block(name, 1, file.read(har.MAX_HAR + 1))
        return
    first = 1
    while content := file.read(_BLOCK):
        last = b"" if content.endswith(b"\n") else file.readline(lines.MAX_LINE + 1)
        yield Block(name, first, content + last)
        if len(last) > lines.MAX_LINE:
            return  # the block has a line that is too long; nothing after it is read
        first += content.count(b"\n") + last.count(b"\n")


_BLOCK = 1 << 20
"""A block has this many bytes, and the rest of its last line."""


def _is_har(name: str) -> bool:
    return name.lower().endswith((".har", ".json"))


def _pairs(headers: Any) -> Iterator[tuple[str, str]]:
    """Names and values of headers: from an object by name, in which a list means several values, or from a HAR list."""
    if not isinstance(headers, dict | list | None):
        raise Unreadable("'headers' is neither an object nor a list")
    pairs: Iterable[tuple[Any, Any]] = headers.items() if isinstance(headers, dict) else map(_pair, headers or ())
    for name, given in pairs:
        if not isinstance(name, str):
            raise Unreadable("a header needs a 'name'")
        for value in given if isinstance(given, list) else [given]:
            if not isinstance(value, str):
                raise Unreadable(f"the value of the header {name!r} is not a string")
            yield name, value


def _pair(header: Any) -> tuple[Any, Any]:
    found = json_object(header, "a header")
    return found.get("name"), found.get("value")

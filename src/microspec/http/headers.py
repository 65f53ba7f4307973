"""The headers that ask for a microversion and name the one that answered, read and written as Nova does.

``OpenStack-API-Version: compute 2.37`` is the header of all services (the microversion specification). Some services
also have an older header, such as ``X-OpenStack-Nova-API-Version: 2.37``. The headers are read as Nova's code reads
them (`nova.api.openstack.wsgi`), and the bodies of refusals are those that it sends.
"""

from __future__ import annotations

from _collections_abc import Iterable, Mapping
from types import MappingProxyType

from ..values.spoken import spoken_range
from ..values.version import Version, VersionRange, VersionSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    from ..values.spoken import Spoken
    from ..values.version import VersionLike
    from .errors import RefusedVersion

    K = TypeVar("K")
    V = TypeVar("V")

Headers = Mapping[str, object] | Iterable[tuple[str, object]] | Iterable[tuple[bytes, bytes]]
"""A mapping, or pairs, of names and values: text, bytes, or a list of them for a header that was sent several times."""

STANDARD: str = "OpenStack-API-Version"
"""The header of all services; its value names the service."""

LEGACY: Mapping[str, str] = MappingProxyType({"compute": "X-OpenStack-Nova-API-Version"})
"""The older header of each bundled service, by its type, so that no specification has to be read for it."""


def requested(headers: Headers, service_type: str, server: Spoken, legacy: str | None = None) -> Version:
    """The version that a request asks for.

    The last pair for the service in the standard header decides, or else the last value of the legacy header.
    ``latest`` means the highest version, no header the lowest. `headers` is a mapping, pairs (of text, or of bytes as
    in ASGI), or a WSGI environ; the case of names does not matter. `server` is the range of the server. `legacy` is the
    name of the legacy header of a service that is not bundled, if it has one. A header that was sent several times may
    have a list of values, or several pairs; if two names of a dict differ only in case, one of them decides. If the
    standard header decides, the legacy header is ignored.

    Raises `RefusedVersion`, with status 400 for a malformed version and 406 for one out of range; InvalidElement for a
    header whose value is not text; InvalidVersion and InvalidVersionSet for an invalid `server`.
    """
    try:
        served = _SERVED.get(server) or _served(server)
    except TypeError:  # a list has no hash
        served = _Served(server)
    text = asked(headers, service_type, legacy)
    if text is None:
        return served.first
    found = served.versions.get(text)
    if found is not None:
        return found
    if text == "latest":
        return served.last
    if not _is_version(text):
        message = f"API Version String {text} is of invalid format. Must be of format MajorNum.MinorNum."
        raise _refusal(400, text, message, "badRequest", ())
    first, last = served.first, served.last
    try:
        if first <= (version := Version(text)) <= last:
            return _keep(served.versions, text, version)
    except ValueError:
        pass  # more digits than any version has
    message = f"Version {text} is not supported by the API. Minimum is {first} and maximum is {last}."
    raise _refusal(406, text, message, f"{service_type}Fault", _answered(text, service_type, legacy))


def asked(headers: Headers, service_type: str = "compute", legacy: str | None = None) -> str | None:
    """The text of the version that a request asks for, valid or not; None if there is none. Arguments as for
    `requested`."""
    if type(headers) is dict:
        for spelling in _SPELLINGS:
            if spelling in headers:
                text = headers[spelling]
                if type(text) is str and (found := _own(text, service_type)) is not None:
                    return found
                break
    names = _NAMES.get((service_type, legacy)) or _keep(_NAMES, (service_type, legacy), _Names(service_type, legacy))
    values, older_values = names.values(headers)
    found = _own(",".join(_texts(names.standard, values)), service_type) if values else None
    return _last(_texts(names.older, older_values)) if found is None and older_values else found


def _own(text: str, service_type: str) -> str | None:
    """The value of the last pair for a service in the standard header; None if there is none."""
    seen = _OWN.get((text, service_type))
    if seen is not None:
        return seen
    for pair in reversed(text.split(",")):
        words = pair.split(None, 1)
        if len(words) == 2 and words[0].lower() == service_type.lower():
            found = words[1].strip()
            return _keep(_OWN, (text, service_type), found) if len(text) <= _LONGEST else found
    return None


def _last(texts: list[str]) -> str | None:
    """The value of the legacy header."""
    return texts[-1].rpartition(",")[2].strip() if texts else None


def request(version: VersionLike, service_type: str = "compute", *, legacy: str | None = None) -> dict[str, str]:
    """The headers of a request for a version (or ``latest``): the standard one, and the legacy one if there is one.

    Both, because clouds before Nova's 2.27 only know the legacy header.
    """
    text = version if version == "latest" else Version.of(version)
    return _named(str(text), service_type, legacy)


def response(
    version: VersionLike, service_type: str = "compute", *, legacy: str | None = None
) -> tuple[tuple[str, str], ...]:
    """What is added to the headers of an answer at a version: the version, and ``Vary``.

    Nova adds them at every version, also to errors, with one line for each ``Vary``.
    """
    return _answered(str(Version.of(version)), service_type, legacy)


def _answered(version: str, service_type: str, legacy: str | None) -> tuple[tuple[str, str], ...]:
    named = _named(version, service_type, legacy)
    return (*named.items(), *(("Vary", name) for name in named))


def _named(version: str, service_type: str, legacy: str | None) -> dict[str, str]:
    older = _legacy(service_type, legacy)
    return {STANDARD: f"{service_type} {version}", **({older: version} if older else {})}


def _legacy(service_type: str, legacy: str | None) -> str | None:
    return legacy or LEGACY.get(service_type.lower())


class _Names:
    """The names, in lower case, of the headers in which a service finds its version; the legacy one if it has one."""

    def __init__(self, service_type: str, legacy: str | None) -> None:
        older = _legacy(service_type, legacy)
        self.standard, self.older = STANDARD.lower(), older.lower() if older else ""
        names = (self.standard, self.older or self.standard)
        self._lengths = {len(name) + more for name in names for more in (0, len(_ENVIRON))}

    def values(self, headers: Headers) -> tuple[list[Any], list[Any]]:
        """The values of the two headers, whatever the spelling."""
        found: list[Any] = []
        older_found: list[Any] = []
        lengths, standard, older = self._lengths, self.standard, self.older
        pairs: Iterable[tuple[Any, Any]] = headers.items() if hasattr(headers, "items") else headers
        for name, value in pairs:
            if len(name) in lengths:  # false for most
                plain = _PLAIN.get(name) or _plain(name)
                if plain == standard:
                    found.append(value)
                if plain == older:
                    older_found.append(value)
        return found, older_found


_ENVIRON = "http_"
"""The prefix of the name of a header in a WSGI environ, in lower case."""


def _plain(name: str | bytes) -> str:
    """A name in lower case; that of an environ with hyphens and without its prefix."""
    text = (name.decode("latin-1") if isinstance(name, bytes) else name).lower()
    return text[len(_ENVIRON) :].replace("_", "-") if text.startswith(_ENVIRON) else text


def _spellings(name: str) -> tuple[str, str, str]:
    """A name as in an environ, in lower case, and unchanged."""
    return f"{_ENVIRON}{name.replace('-', '_')}".upper(), name.lower(), name


_SPELLINGS = _spellings(STANDARD)
"""The spellings with which the standard header is looked up in a dict."""

_PLAIN = {
    spelling: name.lower()
    for name in (STANDARD, *LEGACY.values())
    for text in _spellings(name)
    for spelling in (text, text.encode())
}
"""What `_plain` makes of the usual spellings."""


def _texts(name: str, values: list[Any]) -> list[str]:
    """The values of a header; each of them may be a list of values in order."""
    found: list[str] = []
    for value in values:
        if type(value) is bytes:
            found.append(value.decode("latin-1"))
            continue
        for item in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(item, (str, bytes)):
                found.append(item.decode("latin-1") if isinstance(item, bytes) else item)
            else:
                from ..values.errors import InvalidElement

                raise InvalidElement(name, f"the value of a header must be a string or a list of strings, not {item!r}")
    return found


def _is_version(text: str) -> bool:
    """Whether Nova would read it as a version, in or out of range."""
    major, dot, minor = text.partition(".")
    return bool(dot) and major[:1] != "0" and all(_is_number(part) for part in (major, minor))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")


def _refusal(status: int, text: str, message: str, fault: str, headers: tuple[tuple[str, str], ...]) -> RefusedVersion:
    from .errors import RefusedVersion

    return RefusedVersion(status, text, {fault: {"code": status, "message": message}}, headers)


# ------------------------------------------------------------------------------------------- what was seen before


class _Served:
    """The range of a server, and its versions by the text that asked for them."""

    def __init__(self, server: Spoken) -> None:
        served = spoken_range(server)
        self.first, self.last = served.first, served.last or served.first
        self.versions: dict[str, Version] = {}


_MOST = 500
"""At most this many of a kind are remembered before all are forgotten."""

_LONGEST = 200
"""A longer value of a header is not remembered, because any client can send one."""

_NAMES: dict[tuple[str, str | None], _Names] = {}
_OWN: dict[tuple[str, str], str] = {}
_SERVED: dict[Spoken, _Served] = {}


def _keep(seen: dict[K, V], key: K, value: V) -> V:
    if len(seen) >= _MOST:
        seen.clear()
    seen[key] = value
    return value


def _served(server: Spoken) -> _Served:
    """The range of a server. It is remembered if it is given as strings and versions, which are immutable."""
    found = _Served(server)
    parts = server if isinstance(server, tuple) else (server,)
    if all(isinstance(part, (str, Version, VersionRange, VersionSet)) for part in parts):
        _keep(_SERVED, server, found)
    return found

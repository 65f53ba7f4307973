"""The headers that ask for a microversion and tell the one that answered, read and written as Nova does.

``OpenStack-API-Version: compute 2.37`` is the header of all services (the microversion specification);
some have an older one of their own too, Nova ``X-OpenStack-Nova-API-Version: 2.37``. What is read in them
is what Nova's code reads (`nova.api.openstack.wsgi`), and the bodies of refusals are those that it sends.
"""

from __future__ import annotations

from _collections_abc import Iterable, Mapping
from types import MappingProxyType

from ..values.spoken import spoken_range
from ..values.version import Version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ..values.spoken import Spoken
    from ..values.version import VersionLike
    from .errors import RefusedVersion

Headers = Mapping[str, object] | Iterable[tuple[str, object]] | Iterable[tuple[bytes, bytes]]
"""A mapping, or pairs, of names and values: text, bytes, or a list of them for what was sent more than once."""

STANDARD: str = "OpenStack-API-Version"
"""The header of all services, in which each finds its own word."""

LEGACY: Mapping[str, str] = MappingProxyType({"compute": "X-OpenStack-Nova-API-Version"})
"""The older header of a service by its type, for those that are bundled: no specification is read to find it."""


def requested(headers: Headers, service_type: str = "compute", *, server: Spoken, legacy: str | None = None) -> Version:
    """The version that a request asks for.

    The last pair for the service in the standard header decides, else the last value of the legacy
    one; ``latest`` is the highest version, no header the lowest. `headers` is a mapping, pairs (of
    text, or of bytes as in ASGI), or a WSGI environ; names are in any case. `server` is the range that
    is served; `legacy` is the name of the legacy header of a service that is not bundled, if it has one.
    A header that was sent more than once may have a list of values.

    Raises `RefusedVersion`, with status 400 for what is no version and 406 for one out of range;
    InvalidElement for a header whose value is no text; InvalidVersion and InvalidVersionSet for what no
    server speaks.
    """
    served = spoken_range(server)
    first, last = served.first, served.last or served.first
    text = asked(headers, service_type, legacy)
    if text is None:
        return first
    if text == "latest":
        return last
    if not _is_version(text):
        message = f"API Version String {text} is of invalid format. Must be of format MajorNum.MinorNum."
        raise _refusal(400, text, message, "badRequest", ())
    try:
        if first <= (version := Version(text)) <= last:
            return version
    except ValueError:
        pass  # it has more digits than any version
    message = f"Version {text} is not supported by the API. Minimum is {first} and maximum is {last}."
    raise _refusal(406, text, message, f"{service_type}Fault", _answered(text, service_type, legacy))


def asked(headers: Headers, service_type: str = "compute", legacy: str | None = None) -> str | None:
    """What a request asks for as it is written, a version or not; None if nothing. Arguments as for `requested`."""
    older = _legacy(service_type, legacy)
    values: dict[str, list[str]] = {name.lower(): [] for name in (STANDARD, older) if name}
    for name, value in _pairs(headers):
        if name in values:
            values[name] += _texts(name, value)
    for pair in reversed(",".join(values[STANDARD.lower()]).split(",")):
        words = pair.split(None, 1)
        if len(words) == 2 and words[0].lower() == service_type.lower():
            return words[1].strip()
    found = values[older.lower()] if older else None
    return found[-1].rpartition(",")[2].strip() if found else None


def request(version: VersionLike, service_type: str = "compute", *, legacy: str | None = None) -> dict[str, str]:
    """The headers of a request for a version (``latest`` too): the standard one, and the legacy one if there is one.

    Both, since clouds from before Nova's 2.27 know only the legacy one.
    """
    text = version if version == "latest" else Version.of(version)
    return _named(str(text), service_type, legacy)


def response(
    version: VersionLike, service_type: str = "compute", *, legacy: str | None = None
) -> tuple[tuple[str, str], ...]:
    """What is added to the headers of an answer at a version: the version, and what it varies with.

    Nova says so at every version and with errors too, each ``Vary`` in a line of its own.
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


def _pairs(headers: Headers) -> Iterator[tuple[str, Any]]:
    """Names in lower case, and values as they are. In a WSGI environ, headers are what begins with ``HTTP_``."""
    pairs: Iterable[tuple[Any, Any]] = headers.items() if hasattr(headers, "items") else headers
    for name, value in pairs:
        text = (name.decode("latin-1") if isinstance(name, bytes) else name).lower()
        if text.startswith("http_"):
            text = text[5:].replace("_", "-")
        yield text, value


def _texts(name: str, value: Any) -> list[str]:
    """The values of a header, which may have come several times."""
    found = list(value) if isinstance(value, (list, tuple)) else [value]
    for place, item in enumerate(found):
        if isinstance(item, bytes):
            found[place] = item.decode("latin-1")
        elif not isinstance(item, str):
            from ..values.errors import InvalidElement

            raise InvalidElement(name, f"the value of a header is text, or a list of texts, not {item!r}")
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

"""Version documents: which versions of an API a cloud has, and the range of microversions of each.

`parse` reads the answers of services at their root and at the root of a version. `emit` writes them. `nova` makes the
document of Nova. The supported forms are those of Nova, of the microversion discovery guideline of the API working
group (``max_version`` instead of ``version``), and of Keystone (``values``).
"""

from __future__ import annotations

from ..values.frozen import Value
from ..values.spoken import spoken_range
from ..values.version import Version, VersionRange

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Literal

    from ..schema.errors import Violation
    from ..values.spoken import Spoken

    Form = Literal["versions", "version", "choices"]


class Link(Value):
    """An address, its relation to the endpoint (`rel`), and the media type of its content."""

    href: str
    rel: str | None = None
    type: str | None = None


class MediaType(Value):
    """The media type of an endpoint, and the type that it is based on."""

    base: str
    type: str


_ORDINARY = 1
_RANKS = {"CURRENT": 0, "DEPRECATED": 2, "EXPERIMENTAL": 3}
"""The order of preference of endpoints, by status; SUPPORTED and any other status, or none, is `_ORDINARY`."""


class Endpoint(Value):
    """One version of an API: `id` such as ``v2.1``, `status` such as ``CURRENT``.

    `microversions` is their range; None if there are none, or if the document does not say.
    """

    id: str
    status: str | None = None
    microversions: VersionRange | None = None
    updated: str | None = None
    links: tuple[Link, ...] = ()
    media_types: tuple[MediaType, ...] = ()

    @property
    def href(self) -> str | None:
        """The address of the endpoint itself; it may be relative to that of the document, and empty."""
        return next((link.href for link in self.links if link.rel == "self"), None)


class Document(Value):
    """A version document: a list of ``versions``, one ``version``, or ``choices`` (an answer with status 300)."""

    form: Literal["versions", "version", "choices"]
    endpoints: tuple[Endpoint, ...]

    @property
    def current(self) -> Endpoint | None:
        """The endpoint with microversions. If there are several, the CURRENT one, or else the last.

        DEPRECATED and EXPERIMENTAL endpoints come after all others.
        """
        found = [endpoint for endpoint in reversed(self.endpoints) if endpoint.microversions]
        return min(found, key=lambda endpoint: _RANKS.get((endpoint.status or "").upper(), _ORDINARY), default=None)

    @property
    def microversions(self) -> VersionRange | None:
        """The range of microversions of the current endpoint; None if no endpoint names one."""
        return self.current.microversions if self.current else None


def parse(document: Any) -> Document:
    """Read a version document (a JSON value). Unknown keys are ignored.

    Raises `InvalidDocument` with all mistakes, each with the JSON pointer to it.
    """
    reader = _Reader()
    found = reader.document(document)
    if reader.errors:
        from .errors import InvalidDocument

        raise InvalidDocument(reader.errors)
    return found


def emit(document: Document) -> dict[str, Any]:
    """A version document as a JSON value, in Nova's form. `parse` reads it back as an equal document."""
    form, endpoints = document.form, [_written(endpoint, document.form) for endpoint in document.endpoints]
    return {form: endpoints[0] if form == "version" else endpoints}


def nova(microversions: Spoken, url: str, path: str = "/") -> Document:
    """What Nova answers to ``GET path`` below the `url` of the service, if v2.1 has these microversions.

    The root lists the versions. ``/v2.1/`` and ``/v2/`` each have a document. Any other path without a version gets the
    choices. The facts are those of Nova 34 (`nova.api.openstack.compute.versions`). Raises `InvalidVersion` and
    `InvalidVersionSet`, as `microspec.VersionRange` does.
    """
    served = spoken_range(microversions)
    root, place = url.rstrip("/"), path.strip("/")
    if place in _NOVA:
        return Document(form="version", endpoints=(_endpoint(place, f"{root}/{place}/", served, "version"),))
    form: Form = "choices" if place else "versions"
    return Document(form=form, endpoints=tuple(_endpoint(n, f"{root}/{n}/{place}", served, form) for n in _NOVA))


_NOVA = {
    "v2": Endpoint(id="v2.0", status="DEPRECATED", updated="2025-07-04T12:00:00Z"),
    "v2.1": Endpoint(id="v2.1", status="CURRENT", updated="2013-07-23T11:33:21Z"),
}
"""The endpoints of Nova by their part of the address; the first is the legacy one, without microversions."""


def _endpoint(place: str, href: str, served: VersionRange, form: Form) -> Endpoint:
    """An endpoint of Nova, with as much detail as a document of this form has."""
    known = _NOVA[place]
    given: dict[str, Any] = {"links": (Link(href=href, rel="self"),)}
    if form == "version":
        given["links"] += (Link(href="http://docs.openstack.org/", rel="describedby", type="text/html"),)
    if form != "versions":
        media_type = f"application/vnd.openstack.compute+json;version={place.removeprefix('v')}"
        given["media_types"] = (MediaType(base="application/json", type=media_type),)
    if form == "choices":
        return Endpoint(id=known.id, status=known.status, **given)
    return known.replace(**given, microversions=served if place == "v2.1" else None)


def _written(endpoint: Endpoint, form: Form) -> dict[str, Any]:
    written: dict[str, Any] = {"id": endpoint.id, "status": endpoint.status}
    served = endpoint.microversions
    if served or form != "choices":
        written["version"] = str(served.last) if served else ""
        written["min_version"] = str(served.first) if served else ""
    written["updated"] = endpoint.updated
    written["links"] = [_given(link) for link in endpoint.links]
    if endpoint.media_types:
        written["media-types"] = [_given(media_type) for media_type in endpoint.media_types]
    return {key: value for key, value in written.items() if value is not None}


def _given(value: Value) -> dict[str, Any]:
    return {name: field for name, field in value.fields().items() if field is not None}


class _Reader:
    """Reads as much of a document as possible, and collects the mistakes."""

    def __init__(self) -> None:
        self.errors: list[Violation] = []

    def document(self, document: Any) -> Document:
        """The document; its endpoints are those without mistakes."""
        if not self._is(document, dict, ""):
            return Document(form="versions", endpoints=())
        if "versions" in document:
            return Document(form="versions", endpoints=self._endpoints(document["versions"], "/versions"))
        if "choices" in document:
            return Document(form="choices", endpoints=self._endpoints(document["choices"], "/choices"))
        if "id" in document and not isinstance(document.get("version"), dict):  # an endpoint by itself
            return Document(form="version", endpoints=tuple(self._endpoint(document, "")))
        if "version" in document:
            return Document(form="version", endpoints=tuple(self._endpoint(document["version"], "/version")))
        self._wrong("", "required", "must have 'versions', 'version' or 'choices'")
        return Document(form="versions", endpoints=())

    def _endpoints(self, value: Any, pointer: str) -> tuple[Endpoint, ...]:
        if isinstance(value, dict):  # as Keystone writes it
            if "values" not in value:
                self._wrong(pointer, "required", "must be an array, or an object with 'values'")
                return ()
            value, pointer = value["values"], f"{pointer}/values"
        if not self._is(value, list, pointer):
            return ()
        if not value:
            self._wrong(pointer, "minItems", "must have at least one item")
        found: dict[str, Endpoint] = {}
        for number, item in enumerate(value):
            for endpoint in self._endpoint(item, f"{pointer}/{number}"):
                if endpoint.id in found:
                    self._wrong(f"{pointer}/{number}/id", "uniqueItems", f"repeats the id {endpoint.id!r}")
                found[endpoint.id] = endpoint
        return tuple(found.values())

    def _endpoint(self, value: Any, pointer: str) -> Iterator[Endpoint]:
        """The endpoint, if it can be read."""
        if not self._is(value, dict, pointer):
            return
        id_ = self._required(value, "id", pointer)
        if id_ == "":
            self._wrong(f"{pointer}/id", "minLength", "must not be empty")
        status, updated = (self._text(value, key, pointer) for key in ("status", "updated"))
        served = self._microversions(value, pointer)
        links = tuple(
            Link(href=href, rel=self._text(item, "rel", at), type=self._text(item, "type", at))
            for item, at in self._objects(value, "links", pointer)
            if (href := self._required(item, "href", at)) is not None
        )
        key = "media_types" if "media_types" in value else "media-types"
        media_types = tuple(
            MediaType(base=base, type=type_)
            for item, at in self._objects(value, key, pointer)
            if (base := self._required(item, "base", at)) is not None
            and (type_ := self._required(item, "type", at)) is not None
        )
        if id_:
            yield Endpoint(
                id=id_, status=status, microversions=served, updated=updated, links=links, media_types=media_types
            )

    def _microversions(self, value: dict[str, Any], pointer: str) -> VersionRange | None:
        """The range; legacy endpoints have none, expressed by empty strings, by null, or by nothing."""
        count = len(self.errors)
        first = self._version(value, "min_version", pointer)
        lasts = {key: self._version(value, key, pointer) for key in ("max_version", "version")}
        given = {key: last for key, last in lasts.items() if last}
        if len(self.errors) > count:
            return None
        if len(set(given.values())) > 1:
            self._wrong(f"{pointer}/version", "const", f"differs from 'max_version', which is {given['max_version']}")
            return None
        name, last = next(iter(given.items()), ("version", None))
        if not first and not last:
            return None
        if not first or not last:
            self._wrong(pointer, "required", f"must have {name if first else 'min_version'!r} too, or neither")
            return None
        if first > last:
            self._wrong(f"{pointer}/min_version", "maximum", f"must not be above the highest version, {last}")
            return None
        return VersionRange(first, last)

    def _version(self, value: dict[str, Any], key: str, pointer: str) -> Version | None:
        if value.get(key) in (None, ""):
            return None
        try:
            return Version(value[key])
        except ValueError as error:
            reason = getattr(error, "reason", error)
            self._wrong(f"{pointer}/{key}", "pattern", f"is not a microversion: {reason}")
            return None

    def _objects(self, value: dict[str, Any], key: str, pointer: str) -> Iterator[tuple[dict[str, Any], str]]:
        """The objects in a list, which may be missing, with their pointers."""
        items, pointer = value.get(key), f"{pointer}/{key}"
        if items is not None and self._is(items, list, pointer):
            for number, item in enumerate(items):
                if self._is(item, dict, f"{pointer}/{number}"):
                    yield item, f"{pointer}/{number}"

    def _required(self, value: dict[str, Any], key: str, pointer: str) -> str | None:
        found = self._text(value, key, pointer)
        if value.get(key) is None:
            self._wrong(pointer, "required", f"must have {key!r}")
        return found

    def _text(self, value: dict[str, Any], key: str, pointer: str) -> str | None:
        found = value.get(key)
        return found if found is not None and self._is(found, str, f"{pointer}/{key}") else None

    def _is(self, value: Any, kind: type, pointer: str) -> bool:
        if isinstance(value, kind):
            return True
        self._wrong(pointer, "type", f"must be {_KINDS[kind]}, not {_KINDS.get(type(value), type(value).__name__)}")
        return False

    def _wrong(self, pointer: str, keyword: str, message: str) -> None:
        from ..schema.errors import Violation

        self.errors.append(Violation(pointer=pointer, keyword=keyword, message=message))


_KINDS: dict[type, str] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "null",
}

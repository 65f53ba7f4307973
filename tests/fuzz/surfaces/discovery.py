"""Version documents, as clouds of all ages write them, with anything in them changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from microspec import InvalidDocument, InvalidVersion, InvalidVersionSet, VersionSet, discovery
from microspec.values.spoken import spoken, spoken_range

from .. import mutate
from .base import Surface, Wrong

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

KEYSTONE = {"versions": {"values": [{"id": "v3.14", "status": "stable", "updated": "2020", "links": []}]}}
GUIDELINE = {
    "versions": [
        {"id": "v1", "max_version": "1.10", "min_version": "1.1", "status": "CURRENT", "links": []},
        {"id": "v2", "max_version": None, "min_version": "", "status": "EXPERIMENTAL"},
    ]
}
WORDS = (
    *("versions", "version", "choices", "values", "id", "status", "links", "href", "rel", "self", "type", "base"),
    *("min_version", "max_version", "media-types", "media_types", "CURRENT", "DEPRECATED", "2.1", "2.104", "1.0"),
)


class Discovery(Surface):
    """Version documents, put to `discovery.parse`, and what it reads to `discovery.emit`."""

    name = "discovery"
    title = "version documents"

    def __init__(self) -> None:
        self.seeds: list[Any] = [KEYSTONE, GUIDELINE]

    def prepare(self) -> None:
        """The documents of Nova, beside those of others."""
        made = (discovery.nova(("2.1", "2.79"), "http://cloud.example", path) for path in ("/", "/v2.1/", "/v2", "/x"))
        self.seeds = [KEYSTONE, GUIDELINE, *map(discovery.emit, made)]

    def make(self, source: Random) -> Any:
        """A document."""
        return mutate.json(source, source.choice(self.seeds), WORDS)

    def call(self, given: Any) -> Any:
        """What is read, and read again from what is written of it."""
        try:
            found = discovery.parse(given)
        except InvalidDocument as error:
            str(error)
            return None
        again = discovery.parse(discovery.emit(found))
        try:
            spoken_range(found)
        except (InvalidVersion, InvalidVersionSet) as error:
            str(error)
        return found, again, spoken(found)

    def check(self, given: Any, answer: Any) -> Iterable[str]:
        """A document that is written and read again is the same."""
        del given
        if answer is None:
            return ("refused",)
        found, again, served = answer
        if found != again:
            raise Wrong(f"{found!r} is written and read as {again!r}")
        if found.microversions and served != VersionSet([found.microversions]):
            raise Wrong(f"{found.microversions} is spoken as {served}")
        return ("read",)

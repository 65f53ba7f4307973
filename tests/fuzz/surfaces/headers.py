"""The headers of requests: mappings, pairs, bytes and environs, with mutated names and values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import microspec
from microspec import InvalidElement, InvalidVersion, InvalidVersionSet, RefusedVersion, UnknownName

from .. import mutate
from .base import Surface, Wrong

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

NAMES = ("OpenStack-API-Version", "X-OpenStack-Nova-API-Version", "HTTP_OPENSTACK_API_VERSION", "Accept", "Vary")
VALUES = (
    *("compute 2.37", "compute latest", "2.37", "latest", "volume 3.27, compute 2.1", "compute 2.53,compute 2.60"),
    *("", ",", "compute", "COMPUTE  2.10 ", "compute 2.0", "compute 2.999", "compute 02.1", "volume 3.27"),
)
SERVERS = ("2.1-2.79", "2.1-2.104", ("2.1", "2.60"), "2.53", "1.1-3.5", "2.1-", "2.1-2.5, 2.7", "never", "", "x")
TYPES = ("compute", "Compute", "volume", "", "library", "é")


class Headers(Surface):
    """Headers, put to `headers.asked` and `headers.requested`."""

    name = "headers"
    title = "headers of requests, as mappings, pairs, bytes and environs"

    def make(self, source: Random) -> Any:
        """The form of the headers, the pairs in them, the type of the service, the server's range, a legacy name."""
        pairs: list[tuple[str, Any]] = []
        for _ in range(source.choice((0, 1, 1, 2, 3))):
            name, value = source.choice(NAMES), source.choice(VALUES)
            name = mutate.text(source, name) if source.random() < 0.2 else source.choice((name, name.lower()))
            value = mutate.text(source, value, VALUES) if source.random() < 0.8 else value
            pairs.append((name, source.choice(([value, *VALUES[:2]], (), value, value, value, 2.1, None, [1], b"2.1"))))
        if source.random() < mutate.GROWN:
            pairs *= source.randint(100, 10_000)
        service = source.choice(TYPES) if source.random() < 0.3 else "compute"
        server = source.choice(SERVERS) if source.random() < 0.4 else SERVERS[0]
        if isinstance(server, str) and source.random() < 0.1:
            server = mutate.text(source, server)
        legacy = source.choice((None, None, None, *NAMES[1:3], ""))
        return source.choice(("mapping", "pairs", "bytes")), pairs, service, server, legacy

    def call(self, given: Any) -> Any:
        """The version, or the refusal."""
        form, pairs, service, server, legacy = given
        if form == "bytes":
            headers: Any = [(_bytes(name), _bytes(value)) for name, value in pairs]
        else:
            headers = dict(pairs) if form == "mapping" else pairs
        try:
            asked = microspec.headers.asked(headers, service, legacy)
        except InvalidElement as error:
            return str(error), None
        try:
            found = microspec.headers.requested(headers, service, server=server, legacy=legacy)
        except RefusedVersion as error:
            str(error)
            return asked, error
        except (InvalidVersion, InvalidVersionSet, UnknownName) as error:
            return str(error), None
        microspec.headers.response(found, service, legacy=legacy)
        return asked, found

    def check(self, given: Any, answer: Any) -> Iterable[str]:
        """What is asked for and served is answered; a refusal has a body, and one of two statuses."""
        del given
        asked, found = answer
        if isinstance(found, RefusedVersion):
            if found.status not in (400, 406) or len(found.body) != 1 or found.requested != asked:
                raise Wrong(f"the refusal of {asked!r} is {found.status} {found.body}")
            return ("refused",)
        if found is not None and asked not in (None, "latest") and str(found) != asked:
            raise Wrong(f"{asked!r} is asked for and {found} is answered")
        return ("not understood",) if found is None else ("answered",)


def _bytes(value: Any) -> Any:
    """What stands on the wire for a text: what has no bytes of its own is replaced."""
    return value.encode("utf-8", "replace") if isinstance(value, str) else value

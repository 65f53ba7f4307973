"""The paths of a server that belong to a service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..values.errors import UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .gate import Gate

    Unknown = Literal["refuse", "pass"]
    """What a middleware does with a path that the specification does not know."""


class Prefixes:
    """The prefixes below which a service answers. The requests to other paths belong to others.

    `prefix` is one or several beginnings of paths, such as ``/v2.1``; an empty one is for all paths. If `unknown` is
    ``pass``, a path below a prefix belongs to others, too, if the specification does not know it. Raises UnknownName
    for another word.
    """

    def __init__(self, gate: Gate, prefix: str | Iterable[str], unknown: Unknown) -> None:
        if unknown not in ("refuse", "pass"):
            raise UnknownName("treatment of unknown paths", unknown, ("refuse", "pass"))
        self._gate, self._passes = gate, unknown == "pass"
        prefixes = [prefix] if isinstance(prefix, str) else prefix
        self._prefixes = sorted({item.rstrip("/") for item in prefixes}, key=len, reverse=True)

    def below(self, method: str, path: str) -> str | None:
        """The part of a path below its prefix; None if the request belongs to others."""
        for prefix in self._prefixes:
            if path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in ("", "/"):
                found = path[len(prefix) :] or "/"
                return None if self._passes and not self._gate.is_known(method, found) else found
        return None

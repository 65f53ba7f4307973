"""What middleware has in common: a gate, and the paths of a server that belong to the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Literal, TypeVar, Unpack

from ..values.errors import UnknownName
from .gate import Gate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..history import History
    from .gate import Options

    Unknown = Literal["refuse", "pass"]
    """What a middleware does with a path that the specification does not know."""

App = TypeVar("App")


class Front(Generic[App]):
    """A gate in front of an application.

    `prefix` is one or several beginnings of paths, such as ``/v2.1``; an empty one is for all paths. Requests to other
    paths belong to others. If `unknown` is ``pass``, so do requests to paths that the specification does not know.
    Raises UnknownName for another word. The other options are those of `Gate`.
    """

    def __init__(
        self,
        app: App,
        history: History,
        *,
        prefix: str | Iterable[str] = "",
        unknown: Unknown = "refuse",
        **options: Unpack[Options],
    ) -> None:
        if unknown not in ("refuse", "pass"):
            raise UnknownName("treatment of unknown paths", unknown, ("refuse", "pass"))
        self.gate = Gate(history, **options)
        self._app, self._passes = app, unknown == "pass"
        prefixes = [prefix] if isinstance(prefix, str) else prefix
        self._prefixes = sorted({item.rstrip("/") for item in prefixes}, key=len, reverse=True)
        self._version_key = f"{self.gate.service_type}.microversion"

    def _below(self, method: str, path: str) -> str | None:
        """The part of a path below its prefix; None if the request belongs to others."""
        for prefix in self._prefixes:
            if path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in ("", "/"):
                found = path[len(prefix) :] or "/"
                return None if self._passes and not self.gate.is_known(method, found) else found
        return None

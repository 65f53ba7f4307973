"""The headers that carry a microversion: `microspec.http.headers`, for the services that are bundled."""

from __future__ import annotations

from .http.headers import LEGACY, STANDARD, Headers, asked, request, response
from .http.headers import requested as _requested

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .history import History
    from .values.spoken import Spoken
    from .values.version import Version

__all__ = ["LEGACY", "STANDARD", "Headers", "asked", "request", "requested", "response"]

_load: Callable[[str], History] | None = None
"""`load_bundled`, once it is needed."""


def requested(
    headers: Headers, service_type: str = "compute", *, server: Spoken | None = None, legacy: str | None = None
) -> Version:
    """The version that a request asks for; `server` is by default the range of the bundled service of this type.

    Everything else is as in `microspec.http.headers.requested`. Also raises UnknownName for a service that is not
    bundled, if no `server` is given.
    """
    if server is None:
        global _load  # noqa: PLW0603  # the statement that imports takes as long as all the rest
        if _load is None:
            from .loading import load_bundled

            _load = load_bundled
        server = _load(service_type.lower())._source.span
    return _requested(headers, service_type, server, legacy)

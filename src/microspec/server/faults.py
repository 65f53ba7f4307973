"""The bodies of errors: as Nova has them, as the API-SIG recommends, or as a function of the caller's makes them."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from ..values.version import VersionRange
    from .errors import Refused

Errors = Literal["nova", "api-sig"] | Callable[["Refused"], Any]
"""A form of errors: a name, or a function from the refusal (without headers and body) to a JSON value."""

_FAULTS = {
    400: "badRequest",
    401: "unauthorized",
    403: "forbidden",
    404: "itemNotFound",
    405: "badMethod",
    409: "conflictingRequest",
    413: "overLimit",
    415: "badMediaType",
    429: "overLimit",
    501: "notImplemented",
    503: "serviceUnavailable",
}
"""What Nova calls an error, by its status (`nova.api.openstack.wsgi.Fault`). Others are the service's own, such as
``computeFault``."""


_PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}
"""The words of RFC 9110 for statuses that Python named differently before 3.13."""


def phrase(status: int) -> str:
    """The words for a status. Raises ValueError for a status that HTTP does not have."""
    return _PHRASES.get(status) or HTTPStatus(status).phrase


def fault(refused: Refused, service_type: str) -> Any:
    """The body of an error as Nova has it."""
    name = _FAULTS.get(refused.status, f"{service_type}Fault")
    return {name: {"code": refused.status, "message": refused.message}}


def api_sig(refused: Refused, service_type: str, served: VersionRange) -> Any:
    """The body of an error as the guideline of the API-SIG has it.

    A 406 says the range of versions, as the microversion specification asks for.
    """
    title = phrase(refused.status)
    code = f"{service_type}.{title.lower().replace(' ', '-')}"
    error = {"status": refused.status, "code": code, "title": title, "detail": refused.message}
    if refused.status == HTTPStatus.NOT_ACCEPTABLE:
        error |= {"min_version": str(served.first), "max_version": str(served.last)}
    return {"errors": [error]}

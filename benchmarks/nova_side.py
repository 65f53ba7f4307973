"""Nova's own validation, measured in Nova's environment: answers lines on its input, so that it can take turns.

A line names a way and a body; the answer is the CPU time of one call, in seconds. The ways are what
`nova.api.validation` does for every request (a validator is made, and used once), the same validator
made once and kept, which Nova does not do, and a call of a handler that has all of the decorators of Nova's for it.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import bodies
from .measure import per_call

if TYPE_CHECKING:
    from collections.abc import Callable

NOVA, KEPT, HANDLER = "nova", "nova, kept", "nova, handler"

BODIES = {
    "small body": bodies.SMALL,
    "body of ten fields": bodies.TEN,
    "34 kB body": bodies.LARGE,
    "34 kB body of user data": bodies.USER_DATA,
}


def ways() -> dict[str, Callable[[Any], object]]:
    """What is measured: functions that take a body, and raise if it is refused."""
    validators: Any = import_module("nova.api.validation.validators")
    schemas: Any = import_module("nova.api.openstack.compute.schemas.servers")
    schema = schemas.create_v290
    kept = validators._SchemaValidator(schema, False, True)

    def for_each_request(body: Any) -> None:
        validators._SchemaValidator(schema, False, True).validate(body)

    refused: Any = import_module("nova.exception").ValidationError
    called = decorated()
    for function in (for_each_request, kept.validate, called):
        try:
            function(bodies.REJECTED)
        except refused:
            continue
        raise AssertionError("a bad request passes")
    return {NOVA: for_each_request, KEPT: kept.validate, HANDLER: called}


def decorated() -> Callable[[Any], object]:
    """A call of a handler that does nothing, with the decorators for bodies that Nova has on its own for servers."""
    validation: Any = import_module("nova.api.validation")
    versions: Any = import_module("nova.api.openstack.api_version_request")
    servers: Any = import_module("nova.api.openstack.compute.servers")

    class Request:
        api_version_request = versions.APIVersionRequest(bodies.VERSION)

        def is_legacy_v2(self) -> bool:
            return False

    handler: Any = handle
    for schema, *limits in reversed(servers.ServersController.create.request_body_schemas._schemas):
        first, last = (None if limit.is_null() else limit.get_string() for limit in limits)
        handler = validation.schema(schema, first, last)(handler)
    request = Request()
    return lambda body: handler(None, req=request, body=body)


def handle(self: object, req: object, body: object) -> None:  # what a handler takes
    """A handler that does nothing."""


def main() -> None:
    """Answer until the input ends."""
    found = ways()
    measures = {
        f"{way}\t{name}": per_call(function, body) for way, function in found.items() for name, body in BODIES.items()
    }
    print("ready", flush=True)
    for line in sys.stdin:
        print(measures[line.rstrip("\n")](), flush=True)


if __name__ == "__main__":
    main()

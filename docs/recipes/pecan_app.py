"""Key pairs with Pecan. Run ``pecan_app:app`` with any WSGI server."""

from __future__ import annotations

from typing import Any

import pecan
from keypairs import COMPUTE, PREFIX, Keypairs, documentation
from pecan.hooks import PecanHook
from pecan.rest import RestController
from webob import Response

from microspec.server import Admitted, Gate, Refused
from microspec.wsgi import MicroversionMiddleware

keypairs = Keypairs(Gate(COMPUTE))


def admitted() -> Admitted:
    """The request, as the gate has admitted it."""
    found: Admitted = pecan.request.environ["microspec.admitted"]
    return found


def answer(status: int, body: object) -> Any:
    """An answer of the store as one of Pecan."""
    pecan.response.status = status
    return Response(status=status) if body is None else body


class Errors(PecanHook):
    def on_error(self, state: Any, error: Exception) -> Response | None:
        """Answer with an error of a handler."""
        if not isinstance(error, Refused):
            return None
        return Response(status=error.status, body=error.body, content_type="application/json")


class KeypairsController(RestController):
    @pecan.expose("json")
    def get_all(self, **query: str) -> Any:
        return answer(*keypairs.list(admitted()))

    @pecan.expose("json")
    def post(self) -> Any:
        return answer(*keypairs.create(admitted()))

    @pecan.expose("json")
    def get_one(self, name: str, **query: str) -> Any:
        return answer(*keypairs.show(admitted()))

    @pecan.expose("json")
    def delete(self, name: str, **query: str) -> Any:
        return answer(*keypairs.delete(admitted()))


class ActionController:
    @pecan.expose("json", generic=True)
    def action(self) -> Any:
        found = admitted()
        if found.operation.action != "lock":
            raise keypairs.gate.refuse(501, f"{found.operation.action} is not implemented here.", found)
        return answer(*keypairs.lock(found))


class ServersController:
    @pecan.expose()
    def _lookup(self, server_id: str, *rest: str) -> tuple[ActionController, tuple[str, ...]]:
        return ActionController(), rest


class ComputeController:
    servers = ServersController()


pecan.route(ComputeController, "os-keypairs", KeypairsController())


class RootController:
    @pecan.expose("json", content_type="application/json")
    def openapi(self, *version: str) -> dict[str, Any]:
        """The documentation of a version, for any tool that reads OpenAPI."""
        return documentation(".".join(version))

    @pecan.expose("json")
    def healthz(self) -> dict[str, str]:
        """A route of its own, which is not part of the compute API."""
        return {"status": "ok"}


pecan.route(RootController, PREFIX.strip("/"), ComputeController())

app = MicroversionMiddleware(
    pecan.make_app(RootController(), hooks=[Errors()], debug=False), COMPUTE, prefix=PREFIX, answers="prune"
)

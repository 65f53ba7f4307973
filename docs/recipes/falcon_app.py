"""Key pairs with Falcon. Run ``falcon_app:app`` with any WSGI server."""

from __future__ import annotations

import falcon
from keypairs import COMPUTE, PREFIX, Keypairs, documentation

from microspec.server import Admitted, Gate, Refused
from microspec.wsgi import MicroversionMiddleware

keypairs = Keypairs(Gate(COMPUTE))


def admitted(req: falcon.Request) -> Admitted:
    """The request, as the gate has admitted it."""
    found: Admitted = req.env["microspec.admitted"]
    return found


def answer(resp: falcon.Response, status: int, body: object) -> None:
    """Put an answer of the store into one of Falcon."""
    resp.status = falcon.code_to_http_status(status)
    if body is not None:
        resp.media = body


def refuse(req: falcon.Request, resp: falcon.Response, refused: Refused, params: object) -> None:
    """Answer with an error of a handler."""
    resp.status = falcon.code_to_http_status(refused.status)
    resp.data, resp.content_type = refused.body, "application/json"


class Listing:
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        answer(resp, *keypairs.list(admitted(req)))

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        answer(resp, *keypairs.create(admitted(req)))


class Item:
    def on_get(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        answer(resp, *keypairs.show(admitted(req)))

    def on_delete(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        answer(resp, *keypairs.delete(admitted(req)))


class Actions:
    def on_post(self, req: falcon.Request, resp: falcon.Response, server_id: str) -> None:
        found = admitted(req)
        if found.operation.action != "lock":
            raise keypairs.gate.refuse(501, f"{found.operation.action} is not implemented here.", found)
        answer(resp, *keypairs.lock(found))


class Documentation:
    """The documentation of a version, for any tool that reads OpenAPI."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, version: str) -> None:
        resp.media = documentation(version)


class Health:
    """A route of its own, which is not part of the compute API."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.media = {"status": "ok"}


api = falcon.App()
api.add_error_handler(Refused, refuse)
api.add_route(f"{PREFIX}/os-keypairs", Listing())
api.add_route(f"{PREFIX}/os-keypairs/{{name}}", Item())
api.add_route(f"{PREFIX}/servers/{{server_id}}/action", Actions())
api.add_route("/openapi/{version}", Documentation())
api.add_route("/healthz", Health())
app = MicroversionMiddleware(api, COMPUTE, prefix=PREFIX, answers="prune")

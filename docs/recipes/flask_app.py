"""Key pairs with Flask. Run it with ``flask --app flask_app run``."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request
from keypairs import COMPUTE, PREFIX, Keypairs, documentation

from microspec.server import Admitted, Gate, Refused
from microspec.wsgi import MicroversionMiddleware

app = Flask(__name__)
app.wsgi_app = MicroversionMiddleware(app.wsgi_app, COMPUTE, prefix=PREFIX, answers="prune")  # type: ignore[method-assign]
keypairs = Keypairs(Gate(COMPUTE))


@app.errorhandler(Refused)
def refuse(refused: Refused) -> Response:
    """Answer with an error of a handler."""
    return Response(refused.body, refused.status, [*refused.headers])


def admitted() -> Admitted:
    """The request, as the gate has admitted it."""
    found: Admitted = request.environ["microspec.admitted"]
    return found


def answer(status: int, body: object) -> Response:
    """An answer of the store as one of Flask."""
    response = Response() if body is None else jsonify(body)
    response.status_code = status
    return response


@app.get(f"{PREFIX}/os-keypairs")
def list_keypairs() -> Response:
    return answer(*keypairs.list(admitted()))


@app.post(f"{PREFIX}/os-keypairs")
def create_keypair() -> Response:
    return answer(*keypairs.create(admitted()))


@app.get(f"{PREFIX}/os-keypairs/<path:name>")
def show_keypair(name: str) -> Response:
    return answer(*keypairs.show(admitted()))


@app.delete(f"{PREFIX}/os-keypairs/<path:name>")
def delete_keypair(name: str) -> Response:
    return answer(*keypairs.delete(admitted()))


@app.post(f"{PREFIX}/servers/<server_id>/action")
def act_on_server(server_id: str) -> Response:
    found = admitted()
    if found.operation.action != "lock":
        raise keypairs.gate.refuse(501, f"{found.operation.action} is not implemented here.", found)
    return answer(*keypairs.lock(found))


@app.get("/openapi/<version>")
def openapi(version: str) -> Response:
    """The documentation of a version, for any tool that reads OpenAPI."""
    return jsonify(documentation(version))


@app.get("/healthz")
def healthz() -> dict[str, str]:
    """A route of its own, which is not part of the compute API."""
    return {"status": "ok"}

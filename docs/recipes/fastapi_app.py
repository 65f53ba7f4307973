"""Key pairs with FastAPI. Run it with ``uvicorn fastapi_app:app``; its own documentation is at /docs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from keypairs import COMPUTE, PREFIX, Keypairs, documentation

from microspec.asgi import MicroversionMiddleware
from microspec.server import Admitted, Gate, Refused

app = FastAPI(title="Key pairs")
app.add_middleware(MicroversionMiddleware, history=COMPUTE, prefix=PREFIX, answers="prune")
keypairs = Keypairs(Gate(COMPUTE))


@app.exception_handler(Refused)
async def refuse(_: Request, refused: Refused) -> Response:
    """Answer with an error of a handler."""
    return Response(refused.body, refused.status, dict(refused.headers))


def admitted(request: Request) -> Admitted:
    """The request, as the gate has admitted it."""
    found: Admitted = request.scope["microspec.admitted"]
    return found


Request_ = Annotated[Admitted, Depends(admitted)]


def answer(status: int, body: object) -> Response:
    """An answer of the store as one of FastAPI."""
    return Response(status_code=status) if body is None else JSONResponse(body, status)


@app.get(f"{PREFIX}/os-keypairs", summary="List key pairs")
def list_keypairs(request: Request_) -> Response:
    return answer(*keypairs.list(request))


@app.post(f"{PREFIX}/os-keypairs", summary="Create or import a key pair")
def create_keypair(request: Request_) -> Response:
    return answer(*keypairs.create(request))


@app.get(f"{PREFIX}/os-keypairs/{{name}}", summary="Show a key pair")
def show_keypair(request: Request_) -> Response:
    return answer(*keypairs.show(request))


@app.delete(f"{PREFIX}/os-keypairs/{{name}}", summary="Delete a key pair")
def delete_keypair(request: Request_) -> Response:
    return answer(*keypairs.delete(request))


@app.post(f"{PREFIX}/servers/{{server_id}}/action", summary="Lock a server")
def act_on_server(request: Request_) -> Response:
    if request.operation.action != "lock":
        raise keypairs.gate.refuse(501, f"{request.operation.action} is not implemented here.", request)
    return answer(*keypairs.lock(request))


@app.get("/openapi/{version}")
def openapi(version: str) -> dict[str, Any]:
    """The documentation of a version, for any tool that reads OpenAPI."""
    return documentation(version)


@app.get("/healthz")
def healthz() -> dict[str, str]:
    """A route of its own, which is not part of the compute API."""
    return {"status": "ok"}

"""Servers of the key pairs of docs/recipes: bare WSGI and ASGI, and four frameworks. And a client for them."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from microspec import asgi, wsgi
from microspec.server import Gate, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from microspec.server import Admitted

RECIPES = Path(__file__).parents[1] / "docs" / "recipes"

FRAMEWORKS = ("fastapi", "flask", "falcon", "pecan")

OWN_ROUTE, DOCUMENTATION = "/healthz", "/openapi/"


def recipe(name: str) -> Any:
    """A module of the recipes, new."""
    sys.path.insert(0, str(RECIPES))
    try:
        for module in ("keypairs", name):
            sys.modules.pop(module, None)
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(RECIPES))


def own_route(module: Any, path: str) -> bytes | None:
    """The body of a route that is not part of the specification; None for a path without one."""
    if path.startswith(DOCUMENTATION):
        return json.dumps(module.documentation(path.removeprefix(DOCUMENTATION))).encode()
    return b'{"status": "ok"}' if path == OWN_ROUTE else None


def handled(keypairs: Any, admitted: Admitted) -> tuple[int, dict[str, str], bytes]:
    """What the handlers of a store of key pairs answer, as they are called by operation."""
    handlers: dict[str, Callable[[Admitted], tuple[int, Any]]] = {
        "GET /os-keypairs": keypairs.list,
        "POST /os-keypairs": keypairs.create,
        "GET /os-keypairs/{keypair_name}": keypairs.show,
        "DELETE /os-keypairs/{keypair_name}": keypairs.delete,
        "POST /servers/{server_id}/action#lock": keypairs.lock,
    }
    handler = handlers.get(admitted.operation.key)
    try:
        if handler is None:
            raise keypairs.gate.refuse(501, f"{admitted.operation.action} is not implemented here.", admitted)
        status, body = handler(admitted)
    except Refused as refused:
        return refused.status, dict(refused.headers), refused.body
    content = b"" if body is None else json.dumps(body).encode()
    return status, {"Content-Type": "application/json"}, content


def bare_wsgi(**options: Any) -> Any:
    """The key pairs as a WSGI application without a framework."""
    module = recipe("keypairs")
    keypairs = module.Keypairs(Gate(module.COMPUTE))

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        admitted = environ.get("microspec.admitted")
        if admitted is None:
            own = own_route(module, environ["PATH_INFO"])
            start_response("404 Not Found" if own is None else "200 OK", [("Content-Type", "application/json")])
            return [own or b"{}"]
        status, headers, body = handled(keypairs, admitted)
        start_response(f"{status} Whatever", [*headers.items()])
        return [body]

    return wsgi.MicroversionMiddleware(app, module.COMPUTE, prefix=module.PREFIX, **{"answers": "prune", **options})


def bare_asgi(**options: Any) -> Any:
    """The key pairs as an ASGI application without a framework."""
    module = recipe("keypairs")
    keypairs = module.Keypairs(Gate(module.COMPUTE))

    async def app(scope: Any, _: Any, send: Any) -> None:
        admitted = scope.get("microspec.admitted")
        if admitted is None:
            own = own_route(module, scope["path"])
            status, headers, body = (404 if own is None else 200), dict[str, str](), own or b"{}"
        else:
            status, headers, body = handled(keypairs, admitted)
        pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        await send({"type": "http.response.body", "body": body[:1], "more_body": True})
        await send({"type": "http.response.body", "body": body[1:]})

    return asgi.MicroversionMiddleware(app, module.COMPUTE, prefix=module.PREFIX, **{"answers": "prune", **options})


SERVERS: dict[str, Callable[[], Any]] = {
    "wsgi": bare_wsgi,
    "asgi": bare_asgi,
    **{name: lambda name=name: recipe(f"{name}_app").app for name in FRAMEWORKS},  # type: ignore[misc]
}

IS_ASGI = frozenset({"asgi", "fastapi"})
"""The servers that speak ASGI."""


async def call(name: str, app: Any, method: str, path: str, headers: Any, content: bytes | None) -> httpx.Response:
    """The answer of a server to a request."""
    url = f"http://compute.example.com{path}"
    if name in IS_ASGI:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
            return await client.request(method, url, headers=headers, content=content)
    joined: dict[str, str] = {}  # as WSGI servers do it; this client would send the last one alone
    for key, value in headers:
        joined[key.lower()] = f"{joined[key.lower()]}, {value}" if key.lower() in joined else value
    with httpx.Client(transport=httpx.WSGITransport(app=app)) as client:
        return client.request(method, url, headers=joined, content=content)

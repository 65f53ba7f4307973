"""What the gate costs an API server: the same application bare, behind it, and behind the middleware of others."""

from __future__ import annotations

import json
from functools import partial
from importlib import import_module
from importlib.metadata import version
from io import BytesIO
from typing import TYPE_CHECKING, Any

import microspec
from microspec.wsgi import MicroversionMiddleware

from . import bodies, charts
from .measure import Group, Rounds, Row, Target, per_call, said
from .path import ENVIRON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    App = Callable[[dict[str, Any], Any], Iterable[bytes]]

OURS, BARE, PARSE, CORE = "microspec", "the bare application", "microversion_parse", "openapi_core"

LIBRARIES = {PARSE: "microversion-parse", CORE: "openapi-core"}
"""The ways that are other packages, each with the package whose version is told."""

CONTENT = json.dumps(bodies.SMALL).encode()

SENT = {**ENVIRON, "PATH_INFO": "/servers", "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(CONTENT))}

TARGET = Target(12e-6, "≤ 12 µs")

TEXT = f"""\
An application that answers every request with 202 and no body, called as a WSGI server calls it, with a small
accepted *create server* at {bodies.VERSION}. Each time is what a way takes longer than the bare application.
`microspec.wsgi` reads the version, finds the operation, parses the body strictly, validates path, query and body, and
adds the headers of the version to the answer. `microversion_parse` only reads the version and adds headers.
`openapi_core` finds the operation and validates the request by an OpenAPI document that has this operation alone.
"""


def measure(quick: bool) -> Group:
    """Measure."""
    apps: dict[str, App] = {BARE: application, OURS: _ours(), PARSE: _parse(), CORE: _core()}
    for name, app in apps.items():
        if served(app, SENT) != "202 Accepted":
            raise AssertionError(f"{name} refuses the request")
    taken = Rounds({name: per_call(partial(served, app), SENT) for name, app in apps.items()}, 5 if quick else 15)
    bare = taken.median(BARE)
    over = {name: taken.median(name) - bare for name in apps if name != BARE}
    rows = [
        Row(
            _named(name),
            value,
            "s",
            f"{value / over[OURS]:.2g}×",
            *((TARGET, "", "the gate in WSGI") if name == OURS else ()),
        )
        for name, value in over.items()
    ]
    bars = [charts.Bar(name, value, said(value, "s"), name == OURS) for name, value in over.items()]
    columns = ("over the bare application", "CPU time", "÷ microspec")
    return Group("gate", "The gate of a server", TEXT, columns, rows, charts.bars_of_time("CPU time", bars))


def _named(way: str) -> str:
    return f"{way} ({version(LIBRARIES[way])})" if way in LIBRARIES else f"{way}.wsgi"


def served(app: App, environ: dict[str, Any]) -> str:
    """The status that an application answers a request with."""
    told: list[str] = []
    for _ in app({**environ, "wsgi.input": BytesIO(CONTENT)}, lambda status, *_: told.append(status)):
        pass
    return told[0]


def application(_: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answers every request."""
    start_response("202 Accepted", [("Content-Length", "0")])
    return []


def _ours() -> App:
    return MicroversionMiddleware(application, microspec.load())


def _parse() -> App:
    middleware: Any = import_module("microversion_parse.middleware")
    versions = [str(version) for version in reversed(microspec.load().versions)]
    return middleware.MicroversionMiddleware(application, "compute", versions)  # type: ignore[no-any-return]


def _core() -> App:
    """A WSGI application that validates requests by an OpenAPI document."""
    core: Any = import_module("openapi_core")
    werkzeug: Any = import_module("openapi_core.contrib.werkzeug")
    wrappers: Any = import_module("werkzeug.wrappers")
    schema: Any = microspec.load().at(bodies.VERSION)["POST /servers"].request_schema()
    definitions = json.loads(json.dumps(schema["$defs"]).replace("#/$defs/", "#/components/schemas/"))
    name = schema["$ref"].removeprefix("#/$defs/")
    body = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}, "required": True}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Compute", "version": bodies.VERSION},
        "servers": [{"url": "/v2.1"}],
        "paths": {"/servers": {"post": {"requestBody": body, "responses": {"202": {"description": "Accepted"}}}}},
        "components": {"schemas": definitions},
    }
    api = core.OpenAPI.from_dict(document)

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = werkzeug.WerkzeugOpenAPIRequest(wrappers.Request(environ))
        api.validate_request(request)
        return application(environ, start_response)

    return app

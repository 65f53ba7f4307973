"""What Nova answers about versions. Runs where Nova is installed, as `oracle` does.

``python -m conformance.wire`` reads ``{"paths": [...], "headers": [...]}`` and prints as much: for each path
the status and the document of Nova's version controllers, and for each list of headers what becomes of a
request with them: status, headers, and the body, which is the version that a controller is called with.
"""

from __future__ import annotations

import importlib
import json
import logging
import sys
from typing import Any

from . import standins

URL = "http://openstack.example.com"


class Wire:
    """Nova's request, and an application for each place where it answers about versions."""

    def __init__(self) -> None:
        standins.install()
        logging.disable(logging.CRITICAL)
        self._wsgi: Any = importlib.import_module("nova.api.openstack.wsgi")
        versions: Any = importlib.import_module("nova.api.openstack.compute.versions")
        root, below = versions.Versions(), versions.VersionsV2()
        self._places = {"/v2": below, "/v2/": below, "/v2.1": below, "/v2.1/": below}
        self._root = root

        class Echo(self._wsgi.Controller):  # type: ignore[misc, name-defined]  # Nova is not installed here
            def index(self, req: Any) -> dict[str, str]:
                return {"version": req.api_version_request.get_string()}

        self._echo = self._wsgi.Resource(Echo())

    def document(self, path: str) -> list[Any]:
        """Status and document of ``GET path``."""
        application = self._places.get(path, self._root)
        place = path.rstrip("/") if application is not self._root else ""
        request = self._wsgi.Request.blank(path[len(place) :] or "/", base_url=f"{URL}{place}")
        if place == "/v2":
            request.set_legacy_v2()
        answer = request.get_response(application)
        return [answer.status_int, json.loads(answer.body)]

    def answer(self, headers: list[list[str]]) -> list[Any]:
        """Status, headers of versions, and body of a request with these headers."""
        environ: dict[str, Any] = {"wsgiorg.routing_args": ((), {"action": "index"})}
        for name, value in headers:
            key = name if name.startswith("HTTP_") else f"HTTP_{name.upper().replace('-', '_')}"
            environ[key] = f"{environ[key]},{value}" if key in environ else value
        answer = self._wsgi.Request.blank("/", environ=environ).get_response(self._echo)
        told = [[name, value] for name, value in answer.headers.items() if "version" in name.lower() or name == "Vary"]
        return [answer.status_int, told, json.loads(answer.body)]


def main() -> None:
    """Answer the question of the standard input."""
    wire, asked = Wire(), json.load(sys.stdin)
    found = {"paths": list(map(wire.document, asked["paths"])), "headers": list(map(wire.answer, asked["headers"]))}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()

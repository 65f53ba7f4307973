"""What Nova answers around its decorators. Runs where Nova is installed, as `oracle` does.

``python -m conformance.pipeline_oracle`` reads ``{"bodies": [...], "methods": [...], "types": [...]}`` and prints:

- ``actions``: for each body, as text, the key of the action that Nova takes it for, or null for a 400;
- ``types``: for each method, the types of content that are answered with 415;
- ``pipelines``: for each path of the service, the filters that a request goes through, from Nova's api-paste.ini;
- ``statuses``: the statuses of servers, each with the properties that a view of such a server has beside the others.
"""

from __future__ import annotations

import configparser
import importlib
import json
import logging
import sys
from pathlib import Path
from typing import Any

from . import standins

SERVICE = "composite:osapi_compute"
"""The section of api-paste.ini that maps paths to applications."""


class Pipeline:
    """Nova's request, and an application that answers every method."""

    def __init__(self) -> None:
        standins.install()
        logging.disable(logging.CRITICAL)
        self._wsgi: Any = importlib.import_module("nova.api.openstack.wsgi")
        self._exceptions: Any = importlib.import_module("nova.exception")

        class Echo(self._wsgi.Controller):  # type: ignore[misc, name-defined]  # Nova is not installed here
            def index(self, **_: Any) -> dict[str, str]:
                return {}

        self._echo = self._wsgi.Resource(Echo())

    def action(self, body: str) -> str | None:
        """The key of the action that a body is taken for; None is a 400, or a 404 for what has no keys at all."""
        try:
            return str(self._wsgi.action_peek(body))
        except (self._exceptions.MalformedRequestBody, AttributeError, TypeError):
            return None

    def answers(self, method: str, content_type: str) -> int:
        """The status of an answer to a request whose body is said to be of a type."""
        environ = {"wsgiorg.routing_args": ((), {"action": "index"})}
        request = self._wsgi.Request.blank("/", environ=environ, method=method, headers={"Content-Type": content_type})
        return int(request.get_response(self._echo).status_int)

    def pipelines(self) -> dict[str, list[str]]:
        """The filters before the application of each path of the service, with a token of the identity service."""
        parser = configparser.RawConfigParser()
        parser.read_string((Path(sys.prefix) / "etc" / "nova" / "api-paste.ini").read_text(encoding="utf-8"))
        found = {}
        for path, name in parser.items(SERVICE):
            if path.startswith("/"):
                kind = "pipeline" if parser.has_section(f"pipeline:{name}") else "composite"
                said = parser.get(f"{kind}:{name}", "pipeline" if kind == "pipeline" else "keystone")
                found[path] = said.split()[:-1]
        return found

    def statuses(self) -> dict[str, list[str]]:
        """The statuses that servers have, and the properties that depend on them."""
        view: Any = importlib.import_module("nova.api.openstack.compute.views.servers").ViewBuilder
        common: Any = importlib.import_module("nova.api.openstack.common")
        known = sorted({status for states in common._STATE_MAP.values() for status in states.values()} | {"UNKNOWN"})
        given = {"progress": view._progress_statuses, "fault": view._fault_statuses}
        return {status: [name for name, those in given.items() if status in those] for status in known}


def main() -> None:
    """Answer the question of the standard input."""
    pipeline, asked = Pipeline(), json.load(sys.stdin)
    types = {
        method: [one for one in asked["types"] if pipeline.answers(method, one) == 415] for method in asked["methods"]
    }
    found = {
        "actions": list(map(pipeline.action, asked["bodies"])),
        "types": types,
        "pipelines": pipeline.pipelines(),
        "statuses": pipeline.statuses(),
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()

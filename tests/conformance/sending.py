"""Sends instances to the gate of a server, as requests: the verdict that a client meets."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from microspec.server import Gate, Refused

if TYPE_CHECKING:
    from microspec.history import History
    from microspec.model.operation import Operation

SAMPLES = ("1", "b48316c5-71e8-45e4-9884-6c78055b9b13")
"""Values of path parameters, of which the first that is valid is sent."""

LARGE = 10_000_000
"""The decorators of Nova know no limit for the size of a body, which its pipeline has."""

WITH_BODY = ("POST", "PUT")


class Sending:
    """The gate of a server as a release had it, and the requests to it."""

    def __init__(self, history: History) -> None:
        release = history.release.key if history.release else None
        versions = (history.min_version, history.max_version)
        self._gate = Gate(history, versions=versions, release=release, max_body=LARGE)
        self._paths: dict[tuple[str, int], str] = {}

    @staticmethod
    def can_send(operation: Operation, kind: str) -> bool:
        """Whether an instance alone makes a request: a body where one is read, or a query where none is."""
        return kind == ("request" if operation.method in WITH_BODY else "query")

    def is_admitted(self, operation: Operation, kind: str, instance: Any) -> bool:
        """Whether the gate admits a request with an instance to an operation, and means that operation."""
        headers = {"OpenStack-API-Version": f"compute {operation.version}"}
        try:
            query = urlencode(instance, doseq=True) if kind == "query" else ""
        except UnicodeEncodeError:
            return False  # no client can send it
        body = json.dumps(instance).encode() if kind == "request" and instance is not None else None
        try:
            admitted = self._gate.admit(operation.method, self._path(operation), headers, query, body)
        except Refused:
            return False
        return admitted.operation.key == operation.key

    def _path(self, operation: Operation) -> str:
        place = (operation.key, operation.version.minor)
        if place not in self._paths:
            values = {
                parameter.name: next(
                    value for value in SAMPLES if operation.parameter_validator(parameter).accepts(value)
                )
                for parameter in operation.parameters.values()
                if parameter.location == "path"
            }
            self._paths[place] = re.sub(r"\{([^}]*)\}", lambda name: values[name[1]], operation.path)
        return self._paths[place]

"""The key pairs of the recipes: five operations, written once for the newest version of the compute API.

The gate leaves out of the answers what an older version does not have. What it cannot do by leaving something out is
here: the status, and the key pair that versions before 2.92 can generate.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import microspec
from microspec import openapi

if TYPE_CHECKING:
    from microspec.server import Admitted, Gate

PREFIX = "/v2.1"

COMPUTE = microspec.load("compute")


def documentation(version: str) -> dict[str, Any]:
    """What the recipes serve at a version, as an OpenAPI document. Raises InvalidVersion or UnknownVersion."""
    return openapi.document(COMPUTE.at(version), resources=["keypairs"])


Answer = tuple[int, Any]
"""The status and the body of an answer, as a JSON value."""


class Keypairs:
    """Key pairs in memory. `gate` makes the errors."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self._keypairs: dict[str, dict[str, Any]] = {}
        self.locked: dict[str, str | None] = {}

    def list(self, admitted: Admitted) -> Answer:
        """GET /os-keypairs."""
        names = sorted(self._keypairs)
        marker, limit = admitted.query_values.get("marker", ""), admitted.query_values.get("limit", 1_000)
        page = [name for name in names if name > marker][:limit]
        shown = ("name", "fingerprint", "public_key", "type")
        return 200, {"keypairs": [{"keypair": {key: self._keypairs[name][key] for key in shown}} for name in page]}

    def create(self, admitted: Admitted) -> Answer:
        """POST /os-keypairs."""
        given = admitted.body["keypair"]
        name = given["name"]
        if name in self._keypairs:
            raise self.gate.refuse(409, f"Key pair '{name}' already exists.", admitted)
        created = {
            "name": name,
            "public_key": given.get("public_key", f"ssh-ed25519 generated for {name}"),
            "type": given.get("type", "ssh"),
            "user_id": given.get("user_id", "fake"),
        }
        created["fingerprint"] = hashlib.sha256(created["public_key"].encode()).hexdigest()
        self._keypairs[name] = {
            **created,
            "id": len(self._keypairs) + 1,
            "created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f"),
            "updated_at": None,
            "deleted": False,
            "deleted_at": None,
        }
        private = {} if "public_key" in given else {"private_key": "secret"}
        return self._success(admitted), {"keypair": {**created, **private}}

    def show(self, admitted: Admitted) -> Answer:
        """GET /os-keypairs/{keypair_name}."""
        return 200, {"keypair": self._keypair(admitted)}

    def delete(self, admitted: Admitted) -> Answer:
        """DELETE /os-keypairs/{keypair_name}."""
        del self._keypairs[self._keypair(admitted)["name"]]
        return self._success(admitted), None

    def lock(self, admitted: Admitted) -> Answer:
        """POST /servers/{server_id}/action#lock."""
        reason = admitted.body["lock"]
        server = admitted.path_parameters["server_id"]
        self.locked[server] = reason.get("locked_reason") if isinstance(reason, dict) else None
        return self._success(admitted), None

    def _keypair(self, admitted: Admitted) -> dict[str, Any]:
        name = admitted.path_parameters["keypair_name"]
        if name not in self._keypairs:
            raise self.gate.refuse(404, f"Key pair '{name}' does not exist.", admitted)
        return self._keypairs[name]

    @staticmethod
    def _success(admitted: Admitted) -> int:
        """The status of success at the version: 200 or 201, 202 or 204."""
        return admitted.operation.success_statuses[0]

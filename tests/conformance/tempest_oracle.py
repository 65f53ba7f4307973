"""What tempest says of answers. Runs where tempest is installed; knows nothing of microspec, nor of Nova.

``python -m conformance.tempest_oracle NEWEST facts`` prints, as one JSON object, the schemas that its compute
clients check answers with, each with a request that they do so for and the versions: every method is
called at every version up to the minor NEWEST, with the network taken away.
``python -m conformance.tempest_oracle NEWEST verdicts`` answers questions as `oracle` does.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import itertools
import json
import pkgutil
import sys
from typing import TYPE_CHECKING, Any

from . import standins
from .places import ACCEPTED, REFUSED, places

if TYPE_CHECKING:
    from collections.abc import Iterator


class Checked(Exception):
    """The end of a call: what an answer would be checked with."""


class Network:
    """In the place of the network: remembers the request, and answers nothing much."""

    def __init__(self) -> None:
        self.request: tuple[str, str, Any] = ("", "", None)

    def client(self, owner: Any, version: str, *, has_passwords: bool) -> Any:
        """A client that sends its requests here. `has_passwords`: of a cloud that shows those of new servers."""
        client: Any = owner.__new__(owner)
        for method in ("get", "post", "put", "delete"):
            setattr(client, method, functools.partial(self.send, method=method.upper()))
        client.raw_request = self.send
        client.validate_response = self.check
        client.get_headers = lambda: {owner.api_microversion_header_name: version}
        client._get_base_version_url = lambda: ""
        client.enable_instance_password, client.ssh_key_type = has_passwords, "rsa"
        return client

    def send(self, url: str, *more: Any, method: str = "GET", **_: Any) -> tuple[Any, str]:
        """Remember a request with its body, if that is sent."""
        body = more[0] if more and method in ("POST", "PUT") else None
        self.request = (method, f"/{url.partition('?')[0]}", json.loads(body) if body else None)
        return type("Response", (dict,), {"status": 200})(), "{}"

    def check(self, schema: Any, *_: Any) -> None:
        """End the call where the answer would be checked."""
        raise Checked(schema)


class Tempest:
    """The compute clients of tempest: `schemas`, and for each request of theirs the versions that one is for.

    `newest`: the newest minor that is asked for.
    """

    def __init__(self, newest: int) -> None:
        standins.install()
        self._clients = importlib.import_module("tempest.lib.services.compute")
        self._base: Any = importlib.import_module("tempest.lib.services.compute.base_compute_client")
        self._rest = importlib.import_module("tempest.lib.common.rest_client")
        self._numbers: dict[str, int] = {}
        self._validators: dict[int, Any] = {}
        self.schemas: list[Any] = []
        self.uses: dict[str, dict[str, Any]] = {}
        for owner, name in self._methods():
            for minor, has_passwords in itertools.product(range(1, newest + 1), (True, False)):
                self._call(owner, name, minor, has_passwords=has_passwords)

    def _methods(self) -> Iterator[tuple[type, str]]:
        for module in pkgutil.iter_modules(self._clients.__path__):
            for owner in vars(importlib.import_module(f"{self._clients.__name__}.{module.name}")).values():
                if inspect.isclass(owner) and issubclass(owner, self._base.BaseComputeClient):
                    yield from ((owner, name) for name, item in vars(owner).items() if inspect.isfunction(item))

    def _call(self, owner: type, name: str, minor: int, *, has_passwords: bool) -> None:
        network = Network()
        client: Any = network.client(owner, f"2.{minor}", has_passwords=has_passwords)
        self._base.COMPUTE_MICROVERSION = f"2.{minor}"
        parameters = list(inspect.signature(getattr(owner, name)).parameters.values())[1:]
        needed = [item for item in parameters if item.default is item.empty and item.kind is item.POSITIONAL_OR_KEYWORD]
        choices = [item.name for item in parameters if isinstance(item.default, bool)]
        for values in itertools.product([False, True], repeat=len(choices)):
            try:
                getattr(client, name)(*["1" for _ in needed], **dict(zip(choices, values, strict=True)))
            except Checked as found:
                self._use(f"{owner.__name__}.{name}", network.request, minor, found.args[0])
            except (AttributeError, TypeError, ValueError):  # it has no schema at this version, or sends no request
                continue

    def _use(self, method: str, request: tuple[str, str, Any], minor: int, schema: Any) -> None:
        number = self._numbers.setdefault(json.dumps(schema, sort_keys=True), len(self.schemas))
        if number == len(self.schemas):
            self.schemas.append(schema)
        key = json.dumps([method, request, number])
        self.uses.setdefault(key, {"method": method, "request": request, "schema": number, "minors": []})
        if minor not in self.uses[key]["minors"]:
            self.uses[key]["minors"].append(minor)

    def unused(self) -> list[str]:
        """The schemas that no client uses, or only for a request that is made up by its caller."""
        package = importlib.import_module("tempest.lib.api_schema.response.compute")
        return [
            f"{module.name.removeprefix(f'{package.__name__}.')}.{name}"
            for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
            for name, schema in vars(importlib.import_module(module.name)).items()
            if isinstance(schema, dict) and "status_code" in schema
            if json.dumps(schema, sort_keys=True) not in self._numbers
        ]

    def verdict(self, number: int, answer: Any) -> tuple[str, list[str]]:
        """Whether an answer obeys a schema, None being none; if not, what is wrong with it."""
        schema = self.schemas[number].get("response_body")
        if not schema:
            return (REFUSED, ["body "]) if answer else (ACCEPTED, [])
        if number not in self._validators:
            self._validators[number] = self._rest.JSONSCHEMA_VALIDATOR(schema, format_checker=self._rest.FORMAT_CHECKER)
        found = places(self._validators[number], answer)
        return (REFUSED if found else ACCEPTED), found


def main() -> None:
    """Print the facts, or answer the questions of the standard input."""
    newest, command = sys.argv[1:]
    tempest = Tempest(int(newest))
    if command == "facts":
        facts = {"schemas": tempest.schemas, "uses": list(tempest.uses.values()), "unused": tempest.unused()}
        json.dump(facts, sys.stdout)
        return
    for line in sys.stdin:
        question = json.loads(line)
        letter, wrong = tempest.verdict(question["schema"], question["instance"])
        print(json.dumps([letter, [wrong]]))


if __name__ == "__main__":
    main()

"""A cloud that answers everything, in the place of the network, and writes down what it is asked.

Runs where a client is installed. The client's own code does all the rest: authentication, discovery,
negotiation of the version, and the making of requests.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
import sys
import warnings
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

COMPUTE = "https://cloud.example/compute/v2.1"
"""The address of the service; those of others begin otherwise."""

UUID = "7b0cae8d-1a0f-4b6f-8f8f-1c1f2d3e4f5a"
PROJECT = "6f70656e737461636b"

VERSION_HEADERS = ("openstack-api-version", "x-openstack-nova-api-version")

_SERVICES = {"compute": COMPUTE, "image": "https://cloud.example/image", "network": "https://cloud.example/network"}

_MOST_REQUESTS = 20
"""No single call of a client makes more requests; one that does is waiting for something."""


def thing() -> dict[str, Any]:
    """An object that is whatever a client expects, as far as clients look."""
    return {
        "id": UUID, "uuid": UUID, "name": "a", "status": "ACTIVE", "links": [], "binary": "nova-compute", "host": "h",
        "hypervisor_hostname": "h", "tenant_id": PROJECT, "metadata": {}, "volumeId": UUID, "flavor": {"id": "1"},
        "image": {"id": UUID}, "is_public": True, "security_groups": [], "tags": [], "port_id": UUID,
        "project_id": PROJECT, "share_id": UUID, "addresses": {}, "adminPass": "secret",
        "policies": ["affinity"], "policy": "affinity",
    }  # fmt: skip


SINGULAR = (
    "server", "flavor", "aggregate", "keypair", "hypervisor", "service", "server_group", "interfaceAttachment",
    "volumeAttachment", "instanceAction", "tenant_usage", "quota_set", "quota_class_set", "image", "console", "share",
    "remote_console", "migration", "extension", "security_group", "network", "snapshot", "hypervisor_statistics",
    "instance_usage_audit_log", "version", "share_attachment",
)  # fmt: skip
PLURAL = (
    "servers", "flavors", "aggregates", "hypervisors", "services", "server_groups", "interfaceAttachments",
    "volumeAttachments", "instanceActions", "tenant_usages", "images", "migrations", "extensions", "security_groups",
    "availabilityZoneInfo", "networks", "shares", "events", "flavor_access",
)  # fmt: skip


def answer(is_page: bool) -> dict[str, Any]:
    """The body of every answer: all that a client may look for. Nothing is on a page, so that there is but one."""
    return {
        **{key: thing() for key in SINGULAR},
        **{key: [] if is_page else [thing()] for key in PLURAL},
        "keypairs": [] if is_page else [{"keypair": thing()}],
        "limits": {"rate": [], "absolute": {}},
        "metadata": {"a": "b"}, "meta": {"a": "b"}, "extra_specs": {"a": "b"}, "a": "b", "tags": ["blue"],
        "output": "", "password": "", "addresses": {"net": []}, "image_id": UUID, "versions": [], "nodes": [],
    }  # fmt: skip


def _token() -> dict[str, Any]:
    """A token of keystone for a project, with the catalog."""
    catalog = [
        {
            "type": service,
            "name": service,
            "id": UUID,
            "endpoints": [{"id": UUID, "interface": "public", "region": "here", "region_id": "here", "url": url}],
        }
        for service, url in _SERVICES.items()
    ]
    domain = {"id": "default", "name": "Default"}
    return {
        "token": {
            "methods": ["password"],
            "user": {"id": UUID, "name": "a", "domain": domain},
            "project": {"id": PROJECT, "name": "a", "domain": domain},
            "issued_at": "2026-01-02T00:00:00.000000Z",
            "expires_at": "2999-01-02T00:00:00.000000Z",
            "roles": [{"id": UUID, "name": "admin"}],
            "catalog": catalog,
        }
    }


class Cloud:
    """A cloud whose highest version is `last`: the transport of a keystoneauth session, and the record of it."""

    def __init__(self, last: str) -> None:
        self.last = last
        self.calls: list[dict[str, Any]] = []
        self.refusals: list[dict[str, str]] = []
        self.confused: list[str] = []
        self._note = ""
        self._sent = 0

    def session(self) -> Any:
        """A session of keystoneauth, logged in, whose requests end here."""
        access = importlib.import_module("keystoneauth1.access")
        plugins = importlib.import_module("keystoneauth1.identity.access")
        auth = plugins.AccessInfoPlugin(access.create(body=_token(), auth_token="secret"))
        return importlib.import_module("keystoneauth1.session").Session(auth=auth, session=self)

    def request(self, method: str, url: str, **options: Any) -> Any:
        """Answer a request, as `requests.Session.request` does."""
        requests = importlib.import_module("requests")
        response = requests.Response()
        response.request = requests.Request(method, url, params=options.get("params")).prepare()
        response.url, response.status_code = response.request.url, 200
        url = response.url
        response.headers.update({"Content-Type": "application/json", "Location": f"{COMPUTE}/images/{UUID}"})
        if urlsplit(url).path.rstrip("/") == urlsplit(COMPUTE).path:
            version = {"id": "v2.1", "status": "CURRENT", "version": self.last, "min_version": "2.1"}
            body: Any = {"version": {**version, "links": [{"rel": "self", "href": f"{COMPUTE}/"}]}}
        else:
            self._record(method, url, options)
            body = answer(is_page="limit" in parse_qs(urlsplit(url).query))
        response._content = json.dumps(body).encode()
        return response

    def _record(self, method: str, url: str, options: Mapping[str, Any]) -> None:
        if not url.startswith(f"{COMPUTE}/"):
            return
        self._sent += 1
        if self._sent > _MOST_REQUESTS:
            raise RuntimeError(f"{self._note} does not end")
        sent = options.get("headers") or {}
        named = {name: value for name, value in sent.items() if name.lower() in VERSION_HEADERS}
        content = options.get("data") if options.get("json") is None else json.dumps(options["json"])
        body = json.loads(content) if content else None
        self.calls.append({"method": method, "url": url, "headers": named, "body": body, "note": self._note})

    def attempt(self, note: str, function: Callable[[], Any]) -> None:
        """Let a client do something. What was recorded before, in the very same words, is not recorded again."""
        known = [len(self.calls), len(self.refusals)]
        self._attempt(note, function)
        for records, before in ((self.calls, known[0]), (self.refusals, known[1])):
            told_before = [{**item, "note": ""} for item in records[:before]]
            records[before:] = [item for item in records[before:] if {**item, "note": ""} not in told_before]

    def _attempt(self, note: str, function: Callable[[], Any]) -> None:
        """Let a client do something. What it refuses before it sends anything is written down too."""
        self._note, self._sent = note, 0
        try:
            with warnings.catch_warnings(), contextlib.redirect_stdout(sys.stderr):
                warnings.simplefilter("ignore")
                found = function()
                if inspect.isgenerator(found):
                    list(islice(found, 3))
        except Exception as error:
            if self._sent:
                self.confused.append(note)  # the answer was not what it expects, but the request is recorded
                return
            if type(error) in (TypeError, NameError, AttributeError):  # subclasses are refusals of the client's own
                raise RuntimeError(f"{note} is not called as it should be: {error}") from error
            reason = " ".join(str(error).split())
            self.refusals.append({"note": note, "reason": f"{type(error).__name__}: {reason}"})

    def save(self) -> None:
        """Print all as one JSON object."""
        json.dump({"calls": self.calls, "refusals": self.refusals, "confused": self.confused}, sys.stdout)


def variants(
    parameters: Mapping[str, inspect.Parameter],
    value: Callable[[str], Any],
    more: list[dict[str, Any]] | None,
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The arguments that are needed, and with them nothing else, each of the optional ones, and each of `more`."""
    positional = [item for item in parameters.values() if item.kind is not item.VAR_KEYWORD]
    needed = {item.name: value(item.name) for item in positional if item.default is item.empty}
    optional: list[dict[str, Any]] = [
        {item.name: value(item.name)} for item in positional if item.default is not item.empty
    ]
    if any(item.kind is item.VAR_KEYWORD for item in parameters.values()) and more is None:
        raise LookupError("there are no values for what else it takes")
    for added in [{}, *optional, *(more or [])]:
        yield needed, added


def told(name: str, added: Mapping[str, Any]) -> str:
    """A call in words: the name, and the arguments beyond those that are needed; … is what does not matter."""
    return f"{name}({', '.join(['…', *(f'{key}={item!r}' for key, item in added.items())])})".replace(repr(UUID), "…")

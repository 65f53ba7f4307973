"""``python -m peers.record_novaclient 2.79``: what python-novaclient sends to a cloud with this version.

Every function of every manager is called as it is at the version that the command line would negotiate:
the highest that both know; with the arguments that it needs alone and with each of the others. A
function for which there are no arguments here is an error, so that none is forgotten.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from .cloud import UUID, Cloud, told, variants
from .values import BLOCK_DEVICE, value

if TYPE_CHECKING:
    from collections.abc import Mapping

ELSEWHERE = {"glance", "neutron"}
"""Managers of other services."""

NOT_CALLED = {"transform_userdata"}

NOT_BARE = {"flavor_access.list", "volumes.delete_server_volume", "volumes.get_server_volume"}
"""Functions that need one of their optional arguments."""

OTHERS: dict[str, dict[str, Any]] = {
    "agents": {
        "os": "linux", "architecture": "x86", "version": "1", "url": "http://a", "md5hash": "0" * 32,
        "hypervisor": "kvm",
    },
    "server_groups": {"id": UUID},
    "hypervisors": {"marker": "1"},
    "servers": {"security_groups": ["default"], "block_device_mapping_v2": [BLOCK_DEVICE], "private_key": None},
    "server_migrations": {"migration": "1"},
    "quotas": {"force": True},
    "keypairs": {"key": "k"},
    "limits": {"reserved": True},
}  # fmt: skip
"""Values of parameters of one manager alone."""

INSTEAD: dict[str, list[dict[str, Any]]] = {
    "servers.create": [
        {"nics": "none"},
        {"nics": [{"net-id": UUID, "tag": "nic"}]},
        {"block_device_mapping_v2": [{**BLOCK_DEVICE, "tag": "disk"}]},
        {"block_device_mapping_v2": [{**BLOCK_DEVICE, "source_type": "blank", "volume_size": 1, "volume_type": "ssd"}]},
    ],
    "servers.list": [
        {"search_opts": {key: item}}
        for key, item in (
            ("tags", "blue"), ("tags-any", "blue"), ("not-tags", "blue"), ("changes-since", "2026-01-02T00:00:00Z"),
            ("changes-before", "2026-01-02T00:00:00Z"), ("locked", True), ("all_tenants", 1), ("ip6", "2001"),
        )
    ],
    **{
        f"servers.get_{kind}_console": [{"console_type": item} for item in items]
        for kind, items in {
            "vnc": ("novnc", "xvpvnc"), "spice": ("spice-html5",), "rdp": ("rdp-html5",), "serial": ("serial",),
        }.items()
    },
    "servers.get_console_url": [
        {"console_type": kind} for kind in ("novnc", "xvpvnc", "spice-html5", "rdp-html5", "serial", "webmks")
    ],
    "server_groups.create": [{"policy": "anti-affinity", "rules": {"max_server_per_host": 2}}],
    "keypairs.create": [{"key_type": "x509"}],
    "flavor_access.list": [{"flavor": "1"}],
}  # fmt: skip
"""Further combinations of arguments that are worth trying."""


def novaclient(name: str) -> Any:
    """A module of the client."""
    return importlib.import_module(f"novaclient.{name}")


def needed_too(name: str, minor: int) -> dict[str, Any]:
    """Arguments that are needed though the signature has them as optional."""
    if name == "servers.create":
        return {"nics": "auto" if minor >= 37 else [{"net-id": UUID}]}
    return {}


def parameters_of(manager: Any, name: str) -> Mapping[str, inspect.Parameter] | None:
    """The parameters of a function at the version of the client; None if it has none at that version."""
    function = getattr(type(manager), name)
    if hasattr(function, "__id__") or getattr(function, "versioned", False):
        found = novaclient("api_versions").get_substitutions(function, manager.api_version)
        if not found:
            return None
        function = found[-1].func
    return {key: item for key, item in inspect.signature(function).parameters.items() if key != "self"}


def managers(client: Any) -> dict[str, Any]:
    """The managers of compute by the names that the client has for them."""
    base = novaclient("base").Manager
    return {key: item for key, item in vars(client).items() if isinstance(item, base) and key not in ELSEWHERE}


def main() -> None:
    """Record, and print."""
    last = sys.argv[1]
    cloud = Cloud(last)
    known = importlib.import_module("novaclient").API_MAX_VERSION
    minor = min(int(last.partition(".")[2]), known.ver_minor)
    client = novaclient("client").Client(f"2.{minor}", session=cloud.session(), region_name="here")
    for kind, manager in managers(client).items():
        for name in dir(type(manager)):
            function = inspect.getattr_static(type(manager), name)
            own = inspect.isfunction(function) and function.__module__ != "novaclient.base"
            if name.startswith("_") or not own or name in NOT_CALLED:
                continue
            call(cloud, f"{kind}.{name}", manager, minor)
    cloud.save()


def call(cloud: Cloud, full: str, manager: Any, minor: int) -> None:
    """Call one function of a manager in all ways."""
    kind, _, name = full.partition(".")
    bound, parameters = getattr(manager, name), parameters_of(manager, name)
    if parameters is None:
        cloud.attempt(told(full, {}), bound)
        return
    also = {key: item for key, item in needed_too(full, minor).items() if key in parameters}

    def of(key: str) -> Any:
        own = OTHERS.get(kind, {})
        return also[key] if key in also else own[key] if key in own else value(key, minor)

    more = [one for one in INSTEAD.get(full, []) if set(one) <= set(parameters) or "kwargs" in parameters]
    for needed, added in variants(parameters, of, more):
        if not added and full in NOT_BARE:
            continue
        arguments = {**needed, **also, **added}
        cloud.attempt(told(full, added), partial(bound, **arguments))


if __name__ == "__main__":
    main()

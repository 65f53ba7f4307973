"""``python -m peers.record_openstacksdk 2.79``: what openstacksdk sends to a cloud with this version.

Every function of the compute proxy is called, and every function of the resources below it, with the
arguments that it needs alone and with each of the others. A function for which there are no arguments
here is an error, so that none is forgotten.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from functools import partial
from typing import Any

from .cloud import PROJECT, UUID, Cloud, told, variants
from .values import BLOCK_DEVICE, DAY, value

NOT_CALLED = {
    "wait_for_server", "wait_for_status", "wait_for_delete",  # they repeat what get_server sends
}  # fmt: skip

NOT_GIVEN = {"wait", "timeout", "callback", "interval"}
"""Parameters that are about waiting."""

LISTS = {
    "aggregates": "Aggregate", "find_flavor": "Flavor", "find_service": "Service", "flavors": "Flavor",
    "images": "Image", "hypervisors": "Hypervisor", "keypairs": "Keypair", "migrations": "Migration",
    "server_actions": "ServerAction", "server_groups": "ServerGroup", "server_interfaces": "ServerInterface",
    "servers": "Server", "services": "Service", "share_attachments": "ShareMapping", "usages": "Usage",
    "volume_attachments": "VolumeAttachment",
}  # fmt: skip
"""The resources whose query parameters a function takes."""

QUERY: dict[str, Any] = {
    "any_tags": "blue", "auto_disk_config": "AUTO", "compute_host": "h", "created_at": "2026", "deleted_only": True,
    "has_config_drive": True, "hypervisor_hostname_pattern": "h", "id": UUID, "ipv4_address": "192",
    "ipv6_address": "2001", "is_soft_deleted": True, "kernel_id": "k", "launch_index": 0, "launched_at": "2026",
    "locked": True, "locked_by": "admin", "node": "h", "not_any_tags": "blue", "not_tags": "blue",
    "pinned_availability_zone": "zone", "power_state": 1, "progress": 1, "ramdisk_id": "r", "reservation_id": "r-1",
    "root_device_name": "vda", "server_id": UUID, "sort_key": "created_at", "tags": "blue", "task_state": "none",
    "terminated_at": "2026", "type": "snapshot",
    "vm_state": "active", "with_servers": True, "detailed": True, "start": DAY.isoformat(), "end": DAY.isoformat(),
}  # fmt: skip
"""Values of query parameters, where they are not those of parameters of functions."""

SERVER: list[dict[str, Any]] = [
    {"admin_password": "secret"}, {"availability_zone": "zone"}, {"config_drive": True}, {"has_config_drive": True},
    {"description": "d"}, {"disk_config": "AUTO"}, {"host": "h"}, {"hypervisor_hostname": "h"}, {"hostname": "web"},
    {"key_name": "k"}, {"max_count": 2}, {"min_count": 1}, {"metadata": {"a": "b"}}, {"tags": ["blue"]},
    {"personality": [{"path": "/etc/motd", "contents": "aGk="}]}, {"scheduler_hints": {"group": UUID}},
    {"security_groups": [{"name": "default"}]}, {"trusted_image_certificates": [UUID]}, {"user_data": "aGk="},
    {"access_ipv4": "192.0.2.1"}, {"access_ipv6": "2001:db8::1"}, {"networks": "none"}, {"networks": "auto"},
    {"networks": [{"uuid": UUID, "tag": "nic"}]}, {"block_device_mapping": [BLOCK_DEVICE]},
    {"block_device_mapping": [{**BLOCK_DEVICE, "tag": "disk"}]},
    {"block_device_mapping": [{**BLOCK_DEVICE, "source_type": "image", "volume_size": 1, "volume_type": "ssd"}]},
]  # fmt: skip
QUOTAS: list[dict[str, Any]] = [
    {"cores": 4}, {"instances": 4}, {"ram": 512}, {"key_pairs": 4}, {"metadata_items": 4}, {"server_groups": 4},
    {"server_group_members": 4}, {"injected_files": 4}, {"injected_file_content_bytes": 4},
    {"injected_file_path_bytes": 4}, {"floating_ips": 4}, {"fixed_ips": 4}, {"security_groups": 4},
    {"security_group_rules": 4}, {"networks": 4},
]  # fmt: skip
FLAVOR = {"name": "a", "ram": 512, "vcpus": 1, "disk": 1}

MORE: dict[str, list[dict[str, Any]]] = {
    "create_flavor": [
        {"id": "1"}, {"ephemeral": 1}, {"swap": 1}, {"rxtx_factor": 2.0}, {"is_public": False}, {"description": "d"},
    ],
    "update_flavor": [{"description": "d"}],
    "create_aggregate": [{"availability_zone": "zone"}],
    "update_aggregate": [{"name": "a"}, {"availability_zone": "zone"}],
    "set_aggregate_metadata": [{"a": "b"}],
    "set_image_metadata": [{"a": "b"}],
    "create_keypair": [
        {"public_key": "ssh-rsa AAAA"}, {"type": "ssh"}, {"type": "x509"}, {"user_id": UUID},
    ],
    "get_limits": [{"tenant_id": PROJECT}, {"reserved": 1}],
    "create_server": SERVER,
    "update_server": [
        {"name": "a"}, {"description": "d"}, {"hostname": "web"}, {"access_ipv4": "192.0.2.1"},
        {"access_ipv6": "2001:db8::1"}, {"disk_config": "AUTO"},
    ],
    "rebuild_server": [
        {"name": "a"}, {"admin_password": "secret"}, {"preserve_ephemeral": True}, {"access_ipv4": "192.0.2.1"},
        {"access_ipv6": "2001:db8::1"}, {"metadata": {"a": "b"}}, {"user_data": "aGk="}, {"key_name": "k"},
        {"description": "d"}, {"trusted_image_certificates": [UUID]}, {"hostname": "web"},
    ],
    "create_server_interface": [
        {"port_id": UUID}, {"net_id": UUID}, {"net_id": UUID, "fixed_ips": [{"ip_address": "192.0.2.9"}]},
        {"net_id": UUID, "tag": "nic"},
    ],
    "set_server_metadata": [{"a": "b"}],
    "create_server_group": [
        {"policies": ["affinity"]}, {"policy": "affinity"},
        {"policy": "anti-affinity", "rules": {"max_server_per_host": 2}},
    ],
    "update_service": [
        {"status": "disabled"}, {"status": "disabled", "disabled_reason": "why"}, {"is_forced_down": True},
    ],
    "create_volume_attachment": [{"device": "/dev/vdb"}, {"tag": "disk"}, {"delete_on_termination": True}],
    "update_volume_attachment": [{"delete_on_termination": True}],
    "get_usage": [{"limit": 10}],
    "create_server_remote_console": [
        {"protocol": "vnc", "type": "novnc"}, {"protocol": "vnc", "type": "xvpvnc"},
        {"protocol": "mks", "type": "webmks"},
        {"protocol": "spice", "type": "spice-html5"}, {"protocol": "spice", "type": "spice-direct"},
        {"protocol": "serial", "type": "serial"},
    ],
    "update_quota_class_set": QUOTAS,
    "get_quota_set": [{"user_id": UUID}],
    "revert_quota_set": [{"user_id": UUID}],
    "update_quota_set": [*QUOTAS, {"cores": 4, "force": True}],
    "create_share_attachment": [{"tag": "share"}],
}  # fmt: skip
"""The arguments of functions that take any attributes."""

INSTEAD: dict[str, list[dict[str, Any]]] = {
    "create_console": [
        {"console_type": kind} for kind in ("novnc", "xvpvnc", "spice-html5", "rdp-html5", "serial", "webmks")
    ],
    "get_server_console_url": [
        {"console_type": kind} for kind in ("novnc", "xvpvnc", "spice-html5", "rdp-html5", "serial")
    ],
    "live_migrate_server": [{"host": "h"}, {"host": "h", "force": True}],
    "evacuate_server": [{"host": "h"}, {"host": "h", "force": True}, {"host": "h", "force": False}],
}
"""Further combinations of arguments that are worth trying."""

NEEDED: dict[str, dict[str, Any]] = {
    "create_aggregate": {"name": "a"}, "create_flavor": FLAVOR, "create_keypair": {"name": "k"},
    "create_server": {"name": "a", "flavor_id": "1", "image_id": UUID}, "create_server_group": {"name": "a"},
    "create_volume_attachment": {"volume": UUID}, "delete_server_interface": {"server": UUID},
    "get_server_interface": {"server": UUID}, "force_complete_server_migration": {"server": UUID},
    "find_aggregate": {"name_or_id": "1"},
}  # fmt: skip
"""Arguments that are needed though the signature has them as optional, or that are of another kind here."""

NOT_BARE = {"create_server_group", "create_server_remote_console"}
"""Functions that cannot do with these alone."""

BY_HOST = {"disable_service", "enable_service", "update_service_forced_down", "force_service_down"}
"""Functions that below 2.53 take a host and a program in the place of the id of a service."""


def sdk(name: str) -> Any:
    """A module of the SDK."""
    return importlib.import_module(f"openstack.{name}")


def resources() -> dict[str, Any]:
    """The resources of the compute service by name."""
    package, base = sdk("compute.v2"), sdk("resource").Resource
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(package.__path__):
        for name, kind in vars(sdk(f"compute.v2.{module.name}")).items():
            if inspect.isclass(kind) and issubclass(kind, base) and kind.__module__.startswith(package.__name__):
                found[name] = kind
    return found


def further(name: str, found: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The arguments of a function beyond those in its signature; None if there are none here."""
    more = MORE.get(name)
    if name in LISTS:
        mapping = found[LISTS[name]]._query_mapping._mapping
        more = [{key: QUERY[key] if key in QUERY else value(key, 104)} for key in mapping]
    if more is None:
        return INSTEAD.get(name)
    return [*more, *INSTEAD.get(name, ())]


def proxied(cloud: Cloud, compute: Any, found: dict[str, Any], minor: int) -> None:
    """Call every function of the proxy."""
    for name, function in vars(type(compute)).items():
        if name.startswith("_") or not inspect.isfunction(function) or name in NOT_CALLED:
            continue
        parameters = {key: item for key, item in inspect.signature(function).parameters.items() if key != "self"}
        parameters = {key: item for key, item in parameters.items() if key not in NOT_GIVEN}
        more = further(name, found)
        more = [one for one in more if not set(one) & set(parameters)] if more else more
        for needed, added in variants(parameters, lambda key: value(key, minor), more):
            if not added and name in NOT_BARE:
                continue
            by_host = {"service": None, "host": "h", "binary": "nova-compute"} if name in BY_HOST and minor < 53 else {}
            arguments = {**needed, **by_host, **NEEDED.get(name, {}), **added}
            if name == "create_server" and added:
                arguments.setdefault("networks", [{"uuid": UUID}])
            cloud.attempt(told(f"compute.{name}", added), partial(getattr(compute, name), **arguments))


OF_RESOURCES: dict[str, Any] = {
    "specs": {"a": "b"}, "network_id": UUID, "security_group_name": "default", "images": [{"id": UUID}],
    "microversion": None, "user_data": "aGk=",
}  # fmt: skip
"""Values of parameters that only the functions of resources have."""


def direct(cloud: Cloud, compute: Any, found: dict[str, Any], minor: int) -> None:
    """Call every function of the resources; most of them send what one of the proxy sent."""
    for kind in found.values():
        for name, own in vars(kind).items():
            parameters = list(inspect.signature(own).parameters.items()) if inspect.isfunction(own) else []
            if name.startswith("_") or [key for key, _ in parameters[:2]] != ["self", "session"]:
                continue
            if any(
                item.kind is item.VAR_KEYWORD for _, item in parameters
            ):  # fetch and commit, as the proxy calls them
                continue
            resource_id = (
                "1" if kind.__name__ in ("Aggregate", "Flavor", "ServerMigration") else value("hypervisor", minor)
            )
            resource = kind.new(id=UUID if kind.__name__ == "Server" else resource_id, server_id=UUID)

            def of(key: str) -> Any:
                return OF_RESOURCES[key] if key in OF_RESOURCES else value(key, minor)

            for needed, added in variants(dict(parameters[2:]), of, None):
                by_host = {"host": "h", "binary": "nova-compute"} if kind.__name__ == "Service" else {}
                arguments = {**needed, **by_host, **added}
                cloud.attempt(
                    told(f"{kind.__name__}.{name}", added), partial(getattr(resource, name), compute, **arguments)
                )


def main() -> None:
    """Record, and print."""
    last = sys.argv[1]
    cloud, minor = Cloud(last), int(last.partition(".")[2])
    connection = sdk("connection").Connection(session=cloud.session(), region_name="here", compute_api_version="2")
    found = resources()
    proxied(cloud, connection.compute, found, minor)
    direct(cloud, connection.compute, found, minor)
    cloud.save()


if __name__ == "__main__":
    main()

"""Recorded traffic to be measured with: what a few clients ask a cloud, one call a line, always the same."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "https://compute.example.org/v2.1"
VERSIONS = ("2.1", "2.37", "2.79", "2.90")
LINKS = [{"href": f"{HOST}/{kind}", "rel": kind} for kind in ("self", "bookmark")]
FLAVOR = {
    "id": "1",
    "name": "m1.tiny",
    "ram": 512,
    "disk": 1,
    "vcpus": 1,
    "OS-FLV-EXT-DATA:ephemeral": 0,
    "OS-FLV-DISABLED:disabled": False,
    "os-flavor-access:is_public": True,
    "rxtx_factor": 1.0,
    "swap": "",
    "links": LINKS,
    "description": None,
    "extra_specs": {"hw:cpu_policy": "shared"},
}


def lines(number: int) -> Iterator[bytes]:
    """So many lines: about one call in nine cannot work, for one of three reasons."""
    source = Random(1)
    for _ in range(number):
        yield json.dumps(_call(source)).encode() + b"\n"


def _call(source: Random) -> dict[str, Any]:
    server = str(UUID(int=source.getrandbits(128)))
    headers = {
        "OpenStack-API-Version": f"compute {source.choice(VERSIONS)}",
        "Accept": "application/json",
        "User-Agent": "python-openstackclient",
    }
    created = {"name": f"web-{source.randrange(1000)}", "flavorRef": "1", "imageRef": server}
    answer = {"id": server, "links": LINKS, "OS-DCF:diskConfig": "MANUAL", "security_groups": [{"name": "default"}]}
    kinds: list[dict[str, Any]] = [
        {"method": "GET", "url": f"{HOST}/servers/{server}", "headers": headers, "status": 404},
        {
            "method": "GET",
            "url": f"{HOST}/servers/detail?limit={source.randrange(100)}&status=ACTIVE",
            "headers": headers,
        },
        {
            "method": "POST",
            "url": "/servers",
            "version": "2.90",
            "body": {"server": {**created, "networks": "auto", "metadata": {"role": "web"}}},
            "status": 202,
            "response": {"server": {**answer, "adminPass": "secret"}},
        },
        {
            "method": "POST",
            "url": f"/servers/{server}/action",
            "version": "2.26",
            "body": {"reboot": {"type": "SOFT"}},
            "status": 202,
        },
        {
            "method": "GET",
            "url": f"/flavors/{source.randrange(100)}",
            "version": "2.61",
            "status": 200,
            "response": {"flavor": FLAVOR},
        },
        {"method": "DELETE", "url": f"/servers/{server}", "version": "2.1", "status": 204},
        {"method": "GET", "url": "/servers/detail", "headers": headers, "status": 200},
        {"method": "GET", "url": "/os-keypairs", "version": "2.35", "status": 200},
    ]
    wrong: list[dict[str, Any]] = [
        {"method": "GET", "url": "/os-networks", "version": "2.40", "status": 404},
        {"method": "POST", "url": "/servers", "version": "2.1", "body": {"server": {**created, "tags": ["a"]}}},
        {"method": "GET", "url": f"/servers/{server}/tags", "version": "2.10", "status": 404},
    ]
    return source.choice(wrong) if source.random() < 1 / 9 else source.choice(kinds)

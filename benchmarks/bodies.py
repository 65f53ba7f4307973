"""Requests to create a server, as large as clients send them, and what stands for them in other libraries."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

VERSION = "2.90"
"""The version that requests are checked at; the schema of Nova that `nova_side` takes is that of this version."""

SAME = "2.93"
"""A version at which a request to create a server is the same."""

IMAGE = "70a599e0-31e7-49b7-b260-868f441e862b"


def _id(number: int) -> str:
    return f"{number:08x}{IMAGE[8:]}"


SMALL: dict[str, Any] = {"server": {"name": "web-1", "imageRef": IMAGE, "flavorRef": "1", "networks": "auto"}}
"""The least that starts a server from an image."""

TEN: dict[str, Any] = {
    "server": {
        **SMALL["server"],
        "key_name": "laptop",
        "availability_zone": "nova",
        "description": "A server for the web",
        "metadata": {"role": "web"},
        "tags": ["web"],
        "security_groups": [{"name": "default"}],
    }
}
"""Ten fields, as a dashboard or a tool for deployment sends them."""

LARGE: dict[str, Any] = {
    "server": {
        **SMALL["server"],
        "hostname": "web-1",
        "availability_zone": "nova",
        "metadata": {f"setting-{number}": "v" * 200 for number in range(128)},
        "tags": [f"a-tag-of-the-server-{number}" for number in range(50)],
        "security_groups": [{"name": f"group-{number}"} for number in range(4)],
        "networks": [{"uuid": _id(n), "fixed_ip": f"192.0.2.{n}", "tag": f"nic{n}"} for n in range(1, 17)],
        "block_device_mapping_v2": [
            {
                "uuid": _id(n),
                "source_type": "volume",
                "destination_type": "volume",
                "boot_index": n,
                "delete_on_termination": True,
                "tag": f"disk{n}",
            }
            for n in range(16)
        ],
    }
}
"""34 kB of JSON: metadata up to Nova's quota of 128, tags up to the limit of 50, 16 networks, 16 volumes."""

USER_DATA: dict[str, Any] = {
    "server": {**SMALL["server"], "user_data": b64encode(bytes(n * 7 % 256 for n in range(25_200))).decode()}
}
"""34 kB of JSON as well, nearly all of it one text in base64."""

REJECTED: dict[str, Any] = {"server": {**SMALL["server"], "flavorRef": None}}
"""What every way has to refuse, or it does not validate."""


QUERY: dict[str, Any] = {"limit": ["50"], "sort_key": ["created_at"], "sort_dir": ["desc"], "marker": [IMAGE]}
"""The query of a page of a list of servers."""

ANSWER: dict[str, Any] = {
    "server": {
        "id": IMAGE,
        "adminPass": "zK6PcTxvQ7bN",
        "links": [{"rel": rel, "href": f"http://192.0.2.1/{IMAGE}"} for rel in ("self", "bookmark")],
        "OS-DCF:diskConfig": "MANUAL",
        "security_groups": [{"name": "default"}],
    }
}
"""What a cloud answers to a request to create a server."""


def pydantic_adapter() -> Any:
    """A pydantic adapter for the small body, written by hand.

    It is an approximation: of the many fields it knows only those of this body, a name is any text
    without spaces at its ends, and a UUID is Python's.
    """
    from typing import Annotated, Literal
    from uuid import UUID

    from pydantic import ConfigDict, StringConstraints, TypeAdapter, create_model

    text = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^\S(.*\S)?$")]
    closed = ConfigDict(extra="forbid")
    image: Any = UUID | Literal[""]
    networks: Any = Literal["auto", "none"] | list[dict[str, Any]]
    server = create_model(
        "Server",
        __config__=closed,
        name=(text, ...),
        imageRef=(image, ...),
        flavorRef=(str | int, ...),
        networks=(networks, ...),
    )
    return TypeAdapter(create_model("Request", __config__=closed, server=(server, ...)))

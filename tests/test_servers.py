"""Dialogues over HTTP with servers behind the gate: WSGI, ASGI and four frameworks give the same answers."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from serving import IS_ASGI, SERVERS, call

if TYPE_CHECKING:
    import httpx

DIALOGUES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "vectors" / "http.yaml").read_text())


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue["name"])
def test_a_dialogue(server: str, dialogue: dict[str, Any]) -> None:
    app = SERVERS[server]()
    for step in dialogue["steps"]:
        if step.get("bare") and server not in ("wsgi", "asgi"):
            continue  # the frameworks route the path themselves, and have no such route
        method, _, path = step["request"].partition(" ")
        response = asyncio.run(call(server, app, method, path, headers(step), content(step)))
        check(response, step["expect"])


def headers(step: dict[str, Any]) -> list[tuple[str, str]]:
    """The headers of a request, as pairs."""
    given = step.get("headers", {})
    version = [("OpenStack-API-Version", f"compute {step['version']}")] if "version" in step else []
    kind = [("Content-Type", "application/json")] if "body" in step else []
    return [*version, *kind, *(given.items() if isinstance(given, dict) else map(tuple, given))]


def content(step: dict[str, Any]) -> bytes | None:
    """The body of a request."""
    if "body" in step:
        return json.dumps(step["body"]).encode()
    if "repeat" in step:
        sign, times = step["repeat"]
        return str(sign * times).encode()
    return step["raw"].encode() if "raw" in step else None


def check(response: httpx.Response, expected: dict[str, Any]) -> None:
    """Compare an answer with what is expected of it."""
    text = response.text
    assert response.status_code == expected["status"], text
    for name, value in expected.get("headers", {}).items():
        assert response.headers.get_list(name) == [value], (name, text)
    for name, values in expected.get("lists", {}).items():
        assert response.headers.get_list(name) == values
    for name in expected.get("without", ()):
        assert name not in response.headers
    if "body" in expected:
        assert has(response.json(), expected["body"]), text
    for pointer in expected.get("lacks", ()):
        assert not leads(response.json(), pointer), (pointer, text)
    if "message" in expected:
        (fault,) = response.json().values()
        assert expected["message"] in fault["message"]
    if response.status_code == 204:
        assert not response.content


def has(value: Any, part: Any) -> bool:
    """Whether a JSON value has all that a part of it says. Lists are whole."""
    if isinstance(part, dict):
        return isinstance(value, dict) and all(key in value and has(value[key], item) for key, item in part.items())
    if isinstance(part, list):
        return isinstance(value, list) and len(value) == len(part) and all(map(has, value, part))
    return bool(value == part)


def leads(value: Any, pointer: str) -> bool:
    """Whether a pointer leads to something."""
    for step in pointer.split("/")[1:]:
        key: Any = int(step) if isinstance(value, list) else step
        if (isinstance(value, dict) and key not in value) or not isinstance(value, (dict, list)):
            return False
        value = value[key]
    return True


@pytest.mark.parametrize("server", SERVERS)
def test_a_thousand_requests_at_once_are_not_mixed_up(server: str) -> None:
    """Requests at all versions, fifty at a time: each answer is that of its own request and version."""
    app = SERVERS[server]()
    names = [f"key-{number}" for number in range(8)]
    for name in names:
        body = json.dumps({"keypair": {"name": name, "public_key": "ssh-ed25519 AAAA"}}).encode()
        kind = [("Content-Type", "application/json")]
        assert asyncio.run(call(server, app, "POST", "/v2.1/os-keypairs", kind, body)).status_code == 200

    async def one(number: int) -> None:
        version, name = f"2.{number % 104 + 1}", names[number % len(names)]
        sent = [("OpenStack-API-Version", f"compute {version}")]
        response = await call(server, app, "GET", f"/v2.1/os-keypairs/{name}", sent, None)
        assert response.status_code == 200
        assert response.headers.get_list("openstack-api-version") == [f"compute {version}"]
        assert response.headers.get_list("x-openstack-nova-api-version") == [version]
        assert response.headers.get_list("vary") == ["OpenStack-API-Version", "X-OpenStack-Nova-API-Version"]
        keypair = response.json()["keypair"]
        assert (keypair["name"], "type" in keypair) == (name, version != "2.1")

    if server in IS_ASGI:

        async def every() -> None:
            limit = asyncio.Semaphore(50)

            async def limited(number: int) -> None:
                async with limit:
                    await one(number)

            await asyncio.gather(*map(limited, range(1_000)))

        asyncio.run(every())
    else:
        with ThreadPoolExecutor(50) as pool:
            list(pool.map(lambda number: asyncio.run(one(number)), range(1_000)))

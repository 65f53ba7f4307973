"""What a user gets to hold: an object of each class that questions are answered with, found by asking."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest

import microspec
from microspec import discovery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from microspec import History

CALLS = b"""\
{"method": "GET", "url": "/servers", "version": "2.1"}
{"method": "GET", "url": "/servers/b1/tags", "version": "2.25", "note": "refused"}
{"method": "GET", "url": "/servers?tags=blue", "version": "2.25"}
{"method": "GET", "url": "/servers", "version": "2.30", "status": 418}
{"method": "POST", "url": "/servers/b1/action", "version": "2.30"}
"""


def answers(history: History) -> Iterator[object]:
    """An answer to each question that there is to a history, and the kinds of change that no version of it has."""
    newest = history.at(history.max_version)
    yield from (history, *history, newest, history.baseline)
    yield newest.match("GET", "/servers/b1")
    for operation in newest.operations.values():
        yield from (operation, operation.request_validator(), operation.query_validator())
    yield history.availability("GET /servers")
    yield history.history("POST /servers", request="/server/tags")
    diff = history.diff("2.1", history.max_version)
    yield from (diff, diff.judged(microspec.Policy(name="strict")), microspec.Policy())
    yield history.explain("GET /servers/b1/tags", "2.25", server="2.1-2.30")
    body = {"server": {"name": "web", "networks": 1}}
    yield history.negotiation(server="2.1-2.300", operation="POST /servers", body=body)
    yield history.negotiation(server="2.1-2.72", needs=["server-tags"])
    calls = list(history.recording(io.BytesIO(CALLS), "calls"))
    yield from (calls, history.audit(calls, "2.1-2.79"))
    yield from (item.changes for item in history)
    yield microspec.AlterBehavior(target="slow", text=microspec.Alteration(before="It waits.", after="It hurries."))
    yield from (microspec.RemoveSchema(target="Tag"), microspec.RemoveParameter(target="GET /servers", query="tags"))
    yield from (discovery.nova("2.1-2.79", "https://compute.example.com", "/v2.1/"), microspec.ABSENT)


def mistakes(history: History, folder: Path) -> Iterator[microspec.MicrospecError]:
    """The errors that carry values of their own; `folder` is a specification with a mistake."""
    with pytest.raises(microspec.SpecificationError) as of_specification:
        microspec.load(folder)
    with pytest.raises(microspec.ValidationError) as of_value:
        history.at("2.1")["POST /servers"].validate_request({})
    with pytest.raises(microspec.TrafficError) as of_traffic:
        list(history.recording(io.BytesIO(b"GET"), "calls"))
    yield from (of_specification.value, of_value.value, of_traffic.value)


def instances(*roots: object) -> dict[type, object]:
    """An object of each class of ours that can be reached from others by attributes, items and keys.

    Of each class a few are looked into, since not all have all.
    """
    found: dict[type, list[object]] = {}
    queue: deque[Any] = deque(roots)
    while queue:
        value = queue.popleft()
        if isinstance(value, Mapping):
            queue.extend((*value.keys(), *value.values()))
        elif isinstance(value, (list, tuple)):
            queue.extend(value)
        if type(value).__module__.startswith("microspec."):
            others = found.setdefault(type(value), [])
            others.append(value)
            if len(others) <= FEW and not isinstance(value, Mapping):
                queue.extend(of_value(value).values())
    return {kind: values[0] for kind, values in found.items()}


FEW = 20


def of_value(value: object) -> dict[str, Any]:
    """The public attributes of an object, without its methods."""
    names = (name for name in dir(value) if not name.startswith("_"))
    return {name: found for name in names if not callable(found := getattr(value, name))}

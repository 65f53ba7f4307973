"""What happens around Nova's decorators: how an action is found, and the answers of any operation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from microspec import Version, VersionSet

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator

    from .nova import Nova
    from .ours import Ours
    from .plan import Shown

TYPES = ("application/json", "application/vnd.openstack.compute+json", "application/xml", "text/html", "text/plain")
METHODS = ("GET", "POST", "PUT", "DELETE")

FILTERS = {"authtoken": 401, "sizelimit": 413}
"""What the filters of a pipeline answer."""

ANY = (400, 403, 406)
"""What any operation with microversions answers: to a malformed version, by policy, and to an unknown version."""

REQUEST_ID = ("compute_req_id", "X-OpenStack-Request-Id")
"""A filter that reads a header, and the header."""

PIPELINE = frozenset({413, 415})
"""The statuses of the pipeline that no decorator names."""

ROOTS = {"GET /": ("/", "/v2.1")}
"""Operations with paths of their own in the pipelines; all others are below ``/v2.1/``."""

BELOW = "/v2.1/+"


def problems(ours: Ours, nova: Nova, samples: Iterable[Shown], counts: Counter[str]) -> Iterator[str]:
    """Everything in which we and Nova differ. `counts`: how much is compared is added to it."""
    actions = {key: key.partition("#")[2] for key in ours.operations if "#" in key}
    bodies = {
        action: [
            "",
            "{}",
            "[]",
            "null",
            *map(json.dumps, ({action: None, "other": 1}, {"other": None}, {action: None})),
        ]
        for action in actions.values()
    }
    asked = list(dict.fromkeys(body for those in bodies.values() for body in those))
    given = {"bodies": asked, "methods": METHODS, "types": TYPES}
    said = json.loads(nova.run("pipeline_oracle", json.dumps(given)))
    taken = dict(zip(asked, said["actions"], strict=True))
    for key, action in actions.items():
        yield from _of_action(ours, nova, key, {body: taken[body] == action for body in bodies[action]}, counts)
    yield from _of_statuses(ours, nova, said, counts)
    yield from _of_servers(ours, nova, said["statuses"], samples, counts)


def _of_action(ours: Ours, nova: Nova, key: str, meant: dict[str, bool], counts: Counter[str]) -> Iterator[str]:
    """Of an action: whether its schema refuses all bodies that Nova does not take for it."""
    if ours.is_gone(key):
        return
    for body, is_meant in meant.items():
        operations = () if is_meant else ours.operations[key].items()
        counts["keys"] += len(operations)
        minors = [minor for minor, operation in operations if operation.accepts_request(json.loads(body or "null"))]
        if minors:
            said = f"Nova {nova.release} does not take {body or 'no body'} for {key}"
            yield f"{said}; ours accepts it at {_versions(minors)}"


def _of_statuses(ours: Ours, nova: Nova, said: dict[str, Any], counts: Counter[str]) -> Iterator[str]:
    """Of every operation: whether it lists what its pipeline answers, and whether that has a history."""
    for key, operations in ours.operations.items():
        if ours.is_gone(key):
            continue
        refused = {415} if said["types"][key.partition(" ")[0]] else set[int]()
        passed = {name for path in ROOTS.get(key, (BELOW,)) for name in said["pipelines"][path]}
        known = {status for name, status in FILTERS.items() if name in passed}
        route = nova.route(key)
        differing: dict[tuple[str, int], list[int]] = {}
        for minor, operation in operations.items():
            expected = refused | (known | set(ANY) if operation.definition.microversioned else known & PIPELINE)
            listed = set(operation.error_statuses)
            counts["filters"] += len(expected)
            more = listed & PIPELINE - expected - (route.errors_at(minor) if route else set())
            for verb, statuses in (("answers", expected - listed), ("does not answer", more)):
                for status in statuses:
                    differing.setdefault((verb, status), []).append(minor)
        name, header = REQUEST_ID
        without = [
            minor
            for minor, operation in operations.items()
            if operation.definition.microversioned and ("header", header) not in operation.parameters
        ]
        if name in passed and without:
            yield f"Nova {nova.release} reads {header} of {key}; ours does not list it at {_versions(without)}"
        for (verb, status), minors in sorted(differing.items()):
            yield f"Nova {nova.release} {verb} {key} with {status}; ours says otherwise at {_versions(minors)}"
        for status in sorted({status for operation in operations.values() for status in operation.error_statuses}):
            listing = [minor for minor, operation in operations.items() if status in operation.error_statuses]
            has = ours.history.availability(key, status=status)
            if [minor for minor in operations if f"2.{minor}" in has] != listing:
                yield f"{key} answers {status} at {_versions(listing)}, and its availability is {has}"


def _versions(minors: Iterable[int]) -> VersionSet:
    return VersionSet([Version(f"2.{minor}") for minor in minors])


def _of_servers(
    ours: Ours, nova: Nova, statuses: dict[str, list[str]], samples: Iterable[Shown], counts: Counter[str]
) -> Iterator[str]:
    """Of the views of servers in Nova's samples: whether ours accepts them with every status that a server has."""
    fault = {"code": 500, "created": "2026-01-31T12:00:00Z", "message": "No valid host was found."}
    values = {"progress": 0, "fault": fault}
    for release, (key, kind, minors, instance) in samples:
        if release != nova.release or kind != "response" or not ours.accepts(key, kind, minors[0], instance):
            continue
        for wrap, server in _servers(instance):
            counts["statuses of servers"] += len(statuses)
            for status, names in statuses.items():
                plain = {name: value for name, value in server.items() if name not in values}
                view = wrap({**plain, "status": status, **{name: values[name] for name in names}})
                if not ours.accepts(key, kind, minors[0], view):
                    yield f"{key} at 2.{minors[0]} answers with a server that is {status}, which ours refuses"


def _servers(instance: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The servers in an answer that have a status, each with a function that puts another one in its place."""
    if not isinstance(instance, dict):
        return
    server = instance.get("server")
    if isinstance(server, dict) and "updated" in server:
        yield lambda other: {**instance, "server": other}, server
    for server in instance.get("servers", ())[:1]:
        if isinstance(server, dict) and "updated" in server:
            yield lambda other: {**instance, "servers": [other]}, server

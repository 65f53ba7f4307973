"""The proof that findings about requests are true: bodies are put to both versions of what a diff speaks of.

Over all operations and all neighbouring versions whose request differs, there is a body that the one
takes and the other refuses exactly where the diff has a finding that breaks callers.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

import microspec
from conformance import instances

if TYPE_CHECKING:
    from collections.abc import Iterator

    from microspec.model import Operation
    from microspec.version import Version

COMPUTE = microspec.load()


def narrowed() -> Iterator[tuple[str, Version, Version]]:
    """Every operation and pair of neighbours, in both directions, whose validators of the body are not the same."""
    for pair in pairwise(COMPUTE.versions):
        for old, new in (pair, pair[::-1]):
            before, after = COMPUTE.at(old).operations, COMPUTE.at(new).operations
            for key in before:
                if key in after and before[key].request_validator() is not after[key].request_validator():
                    yield key, old, new


def bodies(operation: Operation, seed: str) -> list[Any]:
    """Bodies around what an operation takes; those with many keys also key by key, since there may be one only."""
    found = instances.bodies(operation.request_schema() or {}, seed)
    return [*found, *({key: body[key]} for body in found if isinstance(body, dict) and len(body) > 1 for key in body)]


@pytest.mark.parametrize(
    ("key", "old", "new"), [pytest.param(*case, id=f"{case[0]} {case[1]} {case[2]}") for case in narrowed()]
)
def test_a_body_is_refused_later_exactly_where_a_finding_says_so(key: str, old: Version, new: Version) -> None:
    before, after = COMPUTE.at(old)[key], COMPUTE.at(new)[key]
    tried = [body for operation in (before, after) for body in bodies(operation, f"{key} {old} {new}")]
    refused = [body for body in tried if before.accepts_request(body) and not after.accepts_request(body)]
    breaking = [
        finding.id
        for finding in COMPUTE.diff(old, new).breaking
        if finding.operation == (before.alias_of or key) and finding.part == "request"
    ]
    assert bool(refused) == bool(breaking), (refused[:3], breaking)

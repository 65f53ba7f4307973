"""The proof that findings about requests are true: bodies are put to both versions of what a diff speaks of.

Over all operations and all neighbouring versions whose request differs, there is a body that the one
takes and the other refuses at exactly the places where the diff has a finding that breaks callers.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

import microspec
from conformance import instances
from exploring import share
from microspec.schema.errors import ValidationError
from microspec.schema.pointer import parse_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from microspec.model.operation import Operation
    from microspec.values.version import Version

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


def is_readable(body: Any) -> bool:
    """Whether a body can be sent at all; of one that cannot, nothing else is told."""
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def refusals(operation: Operation, body: Any) -> list[list[str]]:
    """Where a body is not as an operation wants it: the steps to each place, ``*`` for any item."""
    with pytest.raises(ValidationError) as refused:
        operation.validate_request(body)
    pointers = (error.pointer for error in refused.value.errors)
    return [["*" if step.isdecimal() else step for step in parse_pointer(pointer)] for pointer in pointers]


def is_about(name: str, steps: list[str]) -> bool:
    """Whether a place is in what a finding names, whose steps may be patterns; or is the object that lacks it."""
    named = parse_pointer(name)
    pairs = zip(named, steps, strict=False)
    return len(named) <= len(steps) + 1 and all(
        one in (other, "*") or (one.startswith("^") and re.search(one, other)) for one, other in pairs
    )


CASES = list(narrowed())
FIRST = {key: (key, old, new) for key, old, new in reversed(CASES)}
"""The first case of each operation."""


@pytest.mark.parametrize(
    ("key", "old", "new"), share(CASES, 6, lambda case: " ".join(map(str, case)), always=[*FIRST.values(), *CASES[-2:]])
)
def test_a_body_is_refused_later_exactly_where_a_finding_says_so(key: str, old: Version, new: Version) -> None:
    before, after = COMPUTE.at(old)[key], COMPUTE.at(new)[key]
    tried = [body for operation in (before, after) for body in bodies(operation, f"{key} {old} {new}")]
    refused = [body for body in tried if before.accepts_request(body) and not after.accepts_request(body)]
    refused = [body for body in refused if is_readable(body)]
    where = [refusals(after, body) for body in refused]
    breaking = [
        finding
        for finding in COMPUTE.diff(old, new).breaking
        if finding.operation == (before.alias_of or key) and finding.part == "request"
    ]
    for body, places in zip(refused, where, strict=True):
        assert any(is_about(finding.name, steps) for finding in breaking for steps in places), (body, places)
    listed = [finding for finding in breaking if "/^" not in finding.name]  # bodies need not have a name that matches
    unmet = [f.id for f in listed if not any(is_about(f.name, steps) for places in where for steps in places)]
    assert not unmet

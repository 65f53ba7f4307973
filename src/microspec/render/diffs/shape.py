"""The shape of ``microspec diff --format json``, of which docs/schemas/diff.json is made."""

# Not `from __future__ import annotations`: the JSON Schema is made of the annotations.

from typing import Any, Literal, TypedDict

from ..shape import Location

Severity = Literal["breaking", "undecidable", "compatible"]


class Cause(TypedDict):
    """A change that did it: what it does (`verb`) to what (`target`), in which microversion and release, and why."""

    version: str
    release: str | None
    verb: str
    target: str
    feature: str | None
    why: str | None
    location: Location | None


class Finding(TypedDict):
    """One difference, judged.

    `id` names it and no other, also in a file of suppressions. `direction` says whether it is met in what is
    sent, in what comes back, or in both. `operation` is null where it holds for every one; `part` says in which
    part of it, `name` at what within that: a JSON pointer, a parameter, a status, a behavior. `instead` is what
    to use in place of what went.
    """

    id: str
    rule: str
    severity: Severity
    direction: Literal["request", "response", "both"]
    operation: str | None
    resource: str | None
    part: str
    name: str
    before: Any
    after: Any
    instead: str | None
    causes: list[Cause]


class Suppressed(TypedDict):
    """A finding that does not count: why not, and the last day on which it does not."""

    finding: Finding
    reason: str
    expires: str


class Suppression(TypedDict):
    """A suppression that suppresses nothing."""

    id: str
    reason: str
    expires: str
    location: Location | None


class Cancelled(TypedDict):
    """A place that was changed on the way and is the same in the end."""

    operation: str | None
    resource: str | None
    part: str
    name: str
    causes: list[Cause]


class Rule(TypedDict):
    """A rule that has findings: what it means, and what a caller does about it."""

    summary: str
    why: str
    advice: str


class Step(TypedDict):
    """A microversion on the way, with the features that come and go with it and its findings against the one before."""

    version: str
    release: str | None
    title: str
    features: dict[str, str]
    removed_features: dict[str, str]
    findings: list[Finding]


class Counts(TypedDict):
    """How many findings there are of each severity."""

    breaking: int
    undecidable: int
    compatible: int


class Diff(TypedDict):
    """What differs between two versions of an API, or two specifications of it, and what it means for a caller.

    `verdict` is the worst severity there is, `headline` what all formats say in words: how many changes there
    are, and how many findings make them. `by_version` is null unless it is asked for.
    """

    service: str
    old: str
    new: str
    title: str
    policy: str
    overrides: dict[str, Severity]
    verdict: Severity
    headline: str
    counts: Counts
    findings: list[Finding]
    suppressed: list[Suppressed]
    unused_suppressions: list[Suppression]
    expired_suppressions: list[Suppression]
    cancelled: list[Cancelled]
    by_version: list[Step] | None
    rules: dict[str, Rule]

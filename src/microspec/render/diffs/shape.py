"""The shape of ``microspec diff --format json``. docs/schemas/diff.json is generated from it."""

# Not `from __future__ import annotations`: the JSON Schema is made of the annotations.

from typing import Any, Literal, TypedDict

from ..shape import Location

Severity = Literal["breaking", "undecidable", "compatible"]


class Cause(TypedDict):
    """A change that caused it: what it does (`verb`) to what (`target`), in which microversion and release, and why."""

    version: str
    release: str | None
    verb: str
    target: str
    feature: str | None
    why: str | None
    location: Location | None


class Finding(TypedDict):
    """One difference, judged.

    `id` is unique, and also identifies the finding in a file of suppressions. `direction` says whether the
    difference is in requests, in answers, or in both. `operation` is null if it holds for every operation. `part` is
    the part of the operation, and `name` the place in that part: a JSON pointer, a parameter, a status, a behavior.
    `instead` is what to use in place of something that was removed.
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
    """A suppressed finding: the reason, and the last day of the suppression."""

    finding: Finding
    reason: str
    expires: str


class Suppression(TypedDict):
    """A suppression that matches no finding."""

    id: str
    reason: str
    expires: str
    location: Location | None


class Cancelled(TypedDict):
    """A place that changed in between, but is the same in the end."""

    operation: str | None
    resource: str | None
    part: str
    name: str
    causes: list[Cause]


class Rule(TypedDict):
    """A rule that has findings: what it means, and what a caller should do."""

    summary: str
    why: str
    advice: str


class Step(TypedDict):
    """A microversion in between: the features that it adds and removes, and its own findings."""

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

    `verdict` is the worst severity of all findings. `headline` is the same sentence as in all formats: how many
    changes there are, and how many findings they stand for. `by_version` is null unless it was requested.
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

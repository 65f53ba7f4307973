"""The shapes of what commands print with ``--format json``, of which the files in docs/schemas are made.

That of ``microspec diff`` is in `microspec.render.diffs.shape`; what ``microspec schema`` prints is a JSON Schema.
"""

# Not `from __future__ import annotations`: the JSON Schemas are made of the annotations.

from typing import Annotated, Any, Literal, TypedDict

from ..model.vocabulary import Audience, Effect, ParameterLocation, UnknownQuery
from ..questions.vocabulary import AuditKind, LimitKind

JsonSchema = Annotated[dict[str, Any], "A JSON Schema 2020-12 that refers to nothing outside of it."]


class Range(TypedDict):
    """The versions from the first to the last, both included; `last` is null where there is no end."""

    first: str
    last: str | None


class Availability(TypedDict):
    """Versions, as text (`2.32-2.36, 2.42-`, or `never`) and as ranges."""

    versions: str
    ranges: list[Range]


class Location(TypedDict):
    """A place in a file. Lines and columns count from 1."""

    file: str
    line: int
    column: int


class Diagnostic(TypedDict):
    """One thing that is wrong in a file. `code` is one of those in docs/reference/diagnostics.md."""

    code: str
    message: str
    hint: str | None
    location: Location


class Problem(TypedDict):
    """What has gone wrong, in words, with the exit status, and what is wrong in files if that is the reason."""

    message: str
    status: Literal[1, 2]
    diagnostics: list[Diagnostic]


class Error(TypedDict):
    """What any command prints in place of an answer that it cannot give."""

    error: Problem


class Change(TypedDict):
    """A change of a microversion: what it does (`verb`) to what (`target`).

    `fields` has the other keys of the change, as docs/reference/changes.md lists them.
    """

    verb: str
    target: str
    feature: str | None
    why: str | None
    location: Location | None
    fields: dict[str, Any]


# --------------------------------------------------------------------------------------------- what there is


class Release(TypedDict):
    """A release of the software. `version` is that of its first package, `series` its number or year."""

    name: str
    version: str
    series: str
    max_version: str


class VersionLine(TypedDict):
    """A microversion and the first release that has it. `lines` is what it says of what is searched for, else empty."""

    version: str
    release: str | None
    title: str
    lines: list[str]


class Service(TypedDict):
    """A service and its range of microversions."""

    service: str
    min_version: str
    max_version: str


class Versions(Service):
    """The microversions of a service, or those that speak of something, and its releases by their keys."""

    versions: list[VersionLine]
    releases: dict[str, Release]


class Listing(TypedDict):
    """What is listed: all, or what is there at a version (`at`), and has a `part` in its name."""

    at: str | None
    part: str | None


class OperationLine(Availability):
    """An operation: the release that answers 410 from then on at every version, and what to use in its place."""

    name: str
    gone_since_release: str | None
    instead: str | None


class Operations(Listing):
    """The operations, with the versions that have them."""

    operations: list[OperationLine]


class FeatureLine(Availability):
    """A feature."""

    name: str
    text: str


class Features(Listing):
    """The features, with the versions that have them."""

    features: list[FeatureLine]


class BehaviorLine(Availability):
    """A behavior, and the operations that it is about; none if it is about all."""

    name: str
    text: str
    operations: list[str]


class Behaviors(Listing):
    """The behaviors that no schema shows, with the versions that have them."""

    behaviors: list[BehaviorLine]


class SchemaLine(Availability):
    """A named schema, and what is said of it."""

    name: str
    text: str | None


class Schemas(Listing):
    """The named schemas, with the versions that have them."""

    schemas: list[SchemaLine]


# --------------------------------------------------------------------------------------- one thing, and when


class Behavior(TypedDict):
    """A behavior that a version brings. `statuses` are those that it answers with, each with when."""

    name: str
    text: str
    operations: list[str]
    statuses: dict[str, str]


class Microversion(TypedDict):
    """One microversion: its features and behaviors by name, and its changes."""

    version: str
    release: str | None
    title: str
    description: str
    features: dict[str, str]
    removed_features: dict[str, str]
    behaviors: dict[str, Behavior]
    changes: list[Change]


class Parameter(TypedDict):
    """A parameter; `schema` describes one value of it. A name that is a pattern is a regular expression."""

    name: str
    location: ParameterLocation
    schema: dict[str, Any] | bool
    required: bool
    repeatable: bool
    audience: Audience | None
    name_is_pattern: bool


class Response(TypedDict):
    """An answer, the condition under which it is given, the schemas of its headers, and of its body."""

    status: int
    when: str | None
    headers: dict[str, Any]
    body: JsonSchema | None


class Operation(TypedDict):
    """An operation at a version."""

    operation: str
    version: str
    summary: str
    description: str | None
    resource: str
    audience: Audience
    availability: Availability
    gone_since_release: str | None
    instead: str | None
    alias_of: str | None
    unknown_query: UnknownQuery
    parameters: list[Parameter]
    request: JsonSchema | None
    responses: list[Response]


class Event(TypedDict):
    """A step in the life of an element: what happened to it, and the change that did it."""

    version: str
    release: str | None
    effect: Effect
    change: Change


class History(Availability):
    """The life of an operation or of a part of it, oldest first; what is there from the start has no event.

    `nearby` are the names that may have been meant by one that never was.
    """

    element: str
    nearby: list[str]
    events: list[Event]


class When(Availability):
    """The versions that have something. `there` is whether the version `at` does; both are null if none is given.

    `nearby` are the names that may have been meant by one that never was.
    """

    element: str
    nearby: list[str]
    at: str | None
    there: bool | None


# ------------------------------------------------------------------------------------------------- requests


class Violation(TypedDict):
    """One thing wrong with a value: the JSON pointer to it, the keyword that it violates, and in words."""

    pointer: str
    keyword: str
    message: str


class Flaw(Violation):
    """One thing wrong with a part of a request."""

    part: Literal["body", "query"]


class Verdict(TypedDict):
    """Whether a request obeys an operation at a version, what is wrong with it, and where it is accepted.

    `reads_body` is false where a body was given to an operation that reads none.
    """

    operation: str
    version: str
    reads_body: bool
    valid: bool
    errors: list[Flaw]
    accepted_at: Availability


class Limit(Availability):
    """One thing that decides which versions fit, and a release for each of its ranges.

    That is the first release that speaks it, or of what somebody speaks the last that is in it. Of a body or query
    that is refused, `errors` says why, and `refused_at` where.
    """

    kind: LimitKind
    name: str
    releases: list[str | None]
    refused_at: str | None
    errors: list[Violation]
    note: str | None


Exclusion = TypedDict("Exclusion", {"kind": LimitKind, "name": str, "not": Availability})
Exclusion.__doc__ = "What rules out which of the versions that would have been preferred."


class Negotiation(TypedDict):
    """The version to ask for, null if none fits; all that was asked for, and why it is not a preferred one."""

    version: str | None
    prefer: Literal["highest", "lowest"]
    limits: list[Limit]
    reasons: list[Exclusion]


class Reason(TypedDict):
    """One reason, with the microversion that made it so, its first release and the place, where one did."""

    text: str
    version: str | None
    release: str | None
    location: Location | None


class Explanation(TypedDict):
    """Why a request is answered as it is, and what to do.

    `refusal` is the status of the error that is certain, `status` the one that is explained; `ignored` are the parts
    that have no effect. `works_at` are the versions that take the request, `effective_at` those that look at all of
    it, and `works_here` those of the latter that the cloud has.
    """

    request: str
    version: str
    operation: str | None
    works: bool
    refusal: int | None
    status: int | None
    reasons: list[Reason]
    ignored: list[Reason]
    errors: list[Violation]
    instead: str | None
    works_at: Availability
    effective_at: Availability
    works_here: Availability
    since_release: str | None


class AuditFinding(TypedDict):
    """Calls that the same is wrong with: at which versions, how many, and of the first of them what, where and why."""

    kind: AuditKind
    operation: str
    versions: str
    count: int
    elements: list[str]
    places: list[str]
    notes: list[str]
    reason: Reason
    explanation: Explanation


class Unread(TypedDict):
    """A place in a recording, and why what stands there cannot be read."""

    place: str
    reason: str


class Audit(TypedDict):
    """The calls that something is wrong with, and how many calls there are, also to other services."""

    calls: int
    elsewhere: int
    server: str | None
    wrong: dict[AuditKind, int]
    findings: list[AuditFinding]
    problems: list[Unread]


# ------------------------------------------------------------------------------------------- specifications


class Lint(TypedDict):
    """Everything that is wrong with a specification; nothing if all is well."""

    diagnostics: list[Diagnostic]


class CheckViolation(Diagnostic):
    """One thing that is wrong, with the released versions that show it, and the ids of what a caller would notice."""

    versions: str | None
    findings: list[str]


class Check(TypedDict):
    """What a check comes to: violations, the ids that were suppressed, and what there is to say of suppressions."""

    violations: list[CheckViolation]
    suppressed: list[str]
    suppressions: list[Diagnostic]


class Mention(TypedDict):
    """A line that still speaks of the old number."""

    location: Location
    text: str


class Renumbered(TypedDict):
    """A version file that got another number: its path before and now, and what still speaks of the old one."""

    old: str
    new: str
    source: str
    target: str
    mentions: list[Mention]


class Built(Service):
    """A specification that was compiled, and the folder that it was put into."""

    folder: str


class Written(TypedDict):
    """The files that were written."""

    files: list[str]


COMMANDS: dict[str, Any] = {
    "audit": Audit,
    "behaviors": Behaviors,
    "build": Built,
    "check": Check,
    "explain": Explanation,
    "export": Written,
    "features": Features,
    "history": History,
    "lint": Lint,
    "negotiate": Negotiation,
    "operations": Operations,
    "renumber": Renumbered,
    "schemas": Schemas,
    "show": Operation | Microversion,
    "validate": Verdict,
    "versions": Versions,
    "when": When,
}
"""What each command prints. Any may print an `Error` instead."""

"""The shapes of what commands print with ``--format json``. The files in docs/schemas are generated from them.

That of ``microspec diff`` is in `microspec.render.diffs.shape`; what ``microspec schema`` prints is a JSON Schema.
"""

# Not `from __future__ import annotations`: the JSON Schemas are made of the annotations.

from typing import Annotated, Any, Literal, TypedDict

from ..model.vocabulary import Audience, Effect, ParameterLocation, UnknownQuery
from ..questions.vocabulary import AuditKind, LimitKind

JsonSchema = Annotated[dict[str, Any], "A self-contained JSON Schema 2020-12."]


class Range(TypedDict):
    """The versions from the first to the last, both included. `last` is null if there is no end."""

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
    """One mistake in a file. docs/reference/diagnostics.md lists the codes."""

    code: str
    message: str
    hint: str | None
    location: Location


class Problem(TypedDict):
    """The error, in words, and the exit status. `diagnostics` lists mistakes in files, if they are the reason."""

    message: str
    status: Literal[1, 2]
    diagnostics: list[Diagnostic]


class Error(TypedDict):
    """What any command prints if it cannot answer."""

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
    """A microversion and the first release that has it. `lines` are its lines that mention the searched text."""

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
    """The microversions of a service, or those that mention a text, and the releases by their keys."""

    versions: list[VersionLine]
    releases: dict[str, Release]


class Listing(TypedDict):
    """The filter of a listing: all names, or those at a version (`at`), and those that contain a text (`part`)."""

    at: str | None
    part: str | None


class OperationLine(Availability):
    """An operation, the release from which on it answers 410 at every version, and what to use instead."""

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
    """A behavior and its operations; an empty list means all operations."""

    name: str
    text: str
    operations: list[str]


class Behaviors(Listing):
    """The behaviors (changes that no schema shows), with the versions that have them.

    Those that hold in other releases only are included; their `versions` are `never`.
    """

    behaviors: list[BehaviorLine]


class SchemaLine(Availability):
    """A named schema and its description."""

    name: str
    text: str | None


class Schemas(Listing):
    """The named schemas, with the versions that have them."""

    schemas: list[SchemaLine]


# --------------------------------------------------------------------------------------- one thing, and when


class Behavior(TypedDict):
    """A behavior and its operations; an empty list means all operations.

    `statuses` are the statuses that it causes, and when; `about` names elements.
    """

    name: str
    text: str
    operations: list[str]
    statuses: dict[str, str]
    about: list[str]


class AddedBehavior(Behavior):
    """A behavior that a version adds.

    It holds from `since_release` to `until_release`, both included; null is no limit.
    """

    since_release: str | None
    until_release: str | None


class Microversion(TypedDict):
    """One microversion: its features and behaviors by name, and its changes, as of one release.

    `elsewhere` are the changes, and the behaviors that are added, in other releases only.
    """

    version: str
    release: str | None
    title: str
    description: str
    features: dict[str, str]
    removed_features: dict[str, str]
    behaviors: dict[str, AddedBehavior]
    changes: list[Change]
    elsewhere: list[Change]


class Parameter(TypedDict):
    """A parameter. `schema` describes one of its values. A name that is a pattern is a regular expression."""

    name: str
    location: ParameterLocation
    schema: dict[str, Any] | bool
    required: bool
    repeatable: bool
    audience: Audience | None
    name_is_pattern: bool


class Response(TypedDict):
    """An answer: its status, its condition, the schema of its body and the schemas of its headers."""

    status: int
    when: str | None
    headers: dict[str, Any]
    body: JsonSchema | None


class Operation(TypedDict):
    """An operation at a version. `behaviors` are those that affect it there."""

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
    behaviors: list[Behavior]


class Event(TypedDict):
    """A step in the life of an element: what happened, and the change that caused it."""

    version: str
    release: str | None
    effect: Effect
    change: Change


class History(Availability):
    """The history of an operation or of a part of it, oldest first. What exists from the start has no event.

    From `gone_since_release` on, the operation answers 410 at every version. If the name never existed, `nearby` are
    the names that may have been meant.
    """

    element: str
    gone_since_release: str | None
    nearby: list[str]
    events: list[Event]


class When(Availability):
    """The versions that have something. `there` says whether the version `at` has it; both are null without `--at`.

    From `gone_since_release` on, the operation answers 410 at every version. If the name never existed, `nearby` are
    the names that may have been meant.
    """

    element: str
    gone_since_release: str | None
    nearby: list[str]
    at: str | None
    there: bool | None


# ------------------------------------------------------------------------------------------------- requests


class Violation(TypedDict):
    """One mistake in a value: the JSON pointer to it, the keyword that it violates, and a message."""

    pointer: str
    keyword: str
    message: str


class Flaw(Violation):
    """One mistake in a part of a request."""

    part: Literal["body", "query"]


class Verdict(TypedDict):
    """Whether an operation accepts a request at a version, what is wrong with it, and which versions accept it.

    `reads_body` is false if a body was given, but the operation reads none.
    """

    operation: str
    version: str
    reads_body: bool
    valid: bool
    errors: list[Flaw]
    accepted_at: Availability


class Limit(Availability):
    """One requirement, the versions that meet it, and a release for each range of these versions.

    This is the first release that supports the range. For the range of a server or a client, it is the last release in
    the range. If a body or a query is refused, `errors` says why, and `refused_at` at which version.
    """

    kind: LimitKind
    name: str
    releases: list[str | None]
    refused_at: str | None
    errors: list[Violation]
    note: str | None


Exclusion = TypedDict("Exclusion", {"kind": LimitKind, "name": str, "not": Availability})
Exclusion.__doc__ = "The requirement that rules out versions which would have been preferred, and these versions."


class Negotiation(TypedDict):
    """The version to request (null if none fits), all requirements, and why no preferred version fits."""

    version: str | None
    prefer: Literal["highest", "lowest"]
    limits: list[Limit]
    reasons: list[Exclusion]


class Reason(TypedDict):
    """One reason. If a microversion caused it, that version, its first release and the place in its file.

    `behavior` is the name of the behavior that says so, if it is one.
    """

    text: str
    version: str | None
    release: str | None
    location: Location | None
    behavior: str | None


class Explanation(TypedDict):
    """Why a request gets its answer, and what to do.

    `refusal` is the status of the error that is certain, and `status` the one that is explained. `ignored` are the
    parts of the request that have no effect. `works_at` are the versions that accept the request. `effective_at` are
    those of them that ignore nothing in it, and `works_here` those of these that the cloud has. `since_release` is the
    first release that has one of these, and `release` the release of the cloud, whose facts answer.
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
    release: str | None


class AuditFinding(TypedDict):
    """Calls with the same problem: the versions, their number, and for the first calls what is wrong, and where."""

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
    """A place in a recording, and why it cannot be read."""

    place: str
    reason: str


class Audit(TypedDict):
    """The calls with problems, and the number of calls, including calls to other services.

    `release` is the release of the cloud, whose facts decide.
    """

    calls: int
    elsewhere: int
    server: str | None
    release: str | None
    wrong: dict[AuditKind, int]
    findings: list[AuditFinding]
    problems: list[Unread]


# ------------------------------------------------------------------------------------------- specifications


class Lint(TypedDict):
    """All mistakes in a specification; an empty list if all is well."""

    diagnostics: list[Diagnostic]


class CheckViolation(Diagnostic):
    """One violation, with the released versions that it affects, and the ids of what a caller would notice."""

    versions: str | None
    findings: list[str]


class Check(TypedDict):
    """The result of a check: violations, the ids that were suppressed, and notes on suppressions."""

    violations: list[CheckViolation]
    suppressed: list[str]
    suppressions: list[Diagnostic]


class Mention(TypedDict):
    """A line that still mentions the old number."""

    location: Location
    text: str


class Started(TypedDict):
    """A specification or a version that was started: its folder, the number of the version, and the new files."""

    spec: str
    version: str
    files: list[str]


class Formatted(TypedDict):
    """The files that were not formatted. With `--check`, they still are not."""

    files: list[str]


class Renumbered(TypedDict):
    """A renumbered version file: its path before and now, and the lines that still mention the old number."""

    old: str
    new: str
    source: str
    target: str
    mentions: list[Mention]


class Built(Service):
    """A compiled specification, and the folder that it was written to."""

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
    "fmt": Formatted,
    "history": History,
    "init": Started,
    "lint": Lint,
    "models": Written,
    "negotiate": Negotiation,
    "new": Started,
    "operations": Operations,
    "renumber": Renumbered,
    "schemas": Schemas,
    "show": Operation | Microversion,
    "validate": Verdict,
    "versions": Versions,
    "when": When,
}
"""What each command prints. Any may print an `Error` instead."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true
"""The public interface as the code of a user sees it: checked by mypy and pyright, strictly, and run.

Only what is public is imported. `assert_type` says what each method and attribute is; `not_allowed`, which is
not run, has what a type checker has to refuse: an ignored error that there is not is one itself.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, assert_type

import microspec
from microspec import (
    ABSENT,
    AddBehavior,
    AddEnumValue,
    AddOperation,
    AddParameter,
    AddProperty,
    AddResponse,
    AddSchema,
    Alteration,
    AlterBehavior,
    AlterOperation,
    AlterParameter,
    AlterProperty,
    AlterResponse,
    AlterSchema,
    Api,
    ArtifactError,
    Audience,
    Audit,
    AuditCase,
    AuditFinding,
    AuditKind,
    Behavior,
    Call,
    CallPart,
    Cancelled,
    Cause,
    Change,
    Common,
    Definition,
    Deviation,
    Diagnostic,
    Diff,
    Direction,
    Effect,
    Event,
    Exclusion,
    Explanation,
    Feature,
    Finding,
    History,
    Holds,
    InvalidDocument,
    InvalidElement,
    InvalidVersion,
    InvalidVersionSet,
    Judgement,
    Known,
    KnownBehavior,
    Limit,
    LimitKind,
    Location,
    Match,
    MicrospecError,
    Microversion,
    Negotiation,
    NoSuchRoute,
    Operation,
    Parameter,
    ParameterKey,
    ParameterLocation,
    Place,
    Policy,
    PreconditionError,
    Problem,
    Reason,
    Recording,
    RefusedVersion,
    Release,
    RemoveBehavior,
    RemoveEnumValue,
    RemoveOperation,
    RemoveParameter,
    RemoveProperty,
    RemoveResponse,
    RemoveSchema,
    RequestPart,
    Resource,
    Response,
    ResponseKey,
    Rule,
    Schema,
    Sense,
    Service,
    Severity,
    Speaker,
    SpecificationError,
    Spoken,
    TrafficError,
    UnknownName,
    UnknownOperation,
    UnknownQuery,
    UnknownVersion,
    Unsupported,
    ValidationError,
    Validator,
    Version,
    VersionLike,
    VersionRange,
    VersionSet,
    Violation,
    decorators,
    discovery,
    frozendict,
    headers,
    load,
    models,
    openapi,
    wsgi,
)
from microspec.server import Admitted, Gate, Refused

if TYPE_CHECKING:
    from pathlib import Path

# ------------------------------------------------------------------------------------------------- versions


def versions(version: Version, range_: VersionRange, set_: VersionSet) -> None:
    assert_type(Version("2.37"), Version)
    assert_type(Version(version), Version)
    assert_type(Version.of("2.37"), Version)
    likes: list[VersionLike] = ["2.37", version, (2, 37)]
    for like in likes:
        assert_type(Version(like), Version)
        assert_type(Version.of(like), Version)
        assert_type(VersionRange(like, like), VersionRange)
        assert_type(like in range_, bool)
        assert_type(like in set_, bool)
    assert_type((version.major, version.minor), tuple[int, int])
    assert_type(version.key, tuple[int, int])
    assert_type(version.next, Version)
    assert_type(version.previous, Version | None)
    assert_type(version < Version("2.38"), bool)
    assert_type(version >= Version("2.38"), bool)
    assert_type(sorted([version]), list[Version])

    assert_type(VersionRange("2.1", version), VersionRange)
    assert_type(VersionRange(version, None), VersionRange)
    assert_type(range_.first, Version)
    assert_type(range_.last, Version | None)
    assert_type("2.37" in range_, bool)

    assert_type(VersionSet("2.32-2.36, 2.42-"), VersionSet)
    assert_type(VersionSet([version, range_]), VersionSet)
    assert_type(VersionSet.all(), VersionSet)
    assert_type(set_.ranges, tuple[VersionRange, ...])
    assert_type(list(set_), list[VersionRange])
    assert_type(version in set_, bool)
    assert_type(set_ & set_ | set_ - set_, VersionSet)
    assert_type(set_.complement(), VersionSet)


def mappings(table: frozendict[str, int]) -> None:
    as_dict: dict[str, int] = table
    assert_type(table.set("one", 1), frozendict[str, int])
    assert_type(table.delete("one"), frozendict[str, int])
    assert_type(as_dict.get("one"), int | None)
    assert_type({table: hash(table)}, dict[frozendict[str, int], int])


# -------------------------------------------------------------------------------------------------- history


def history(compute: History) -> None:
    assert_type(load(), History)
    assert_type(compute.service_type, str)
    assert_type(compute.service, Service)
    assert_type(compute.versions, tuple[Version, ...])
    assert_type((compute.min_version, compute.max_version), tuple[Version, Version])
    assert_type(compute.releases, frozendict[str, Release])
    assert_type(compute.features, frozendict[str, Feature])
    assert_type(compute.behaviors, frozendict[str, KnownBehavior])
    assert_type(compute.known, frozendict[str, Known])
    likes: list[VersionLike] = ["2.37", Version("2.37"), (2, 37)]
    for like in likes:
        assert_type(compute[like], Microversion)
        assert_type(compute.at(like), Api)
        assert_type(compute.supports("server-tags", like), bool)
        assert_type(compute.diff((2, 36), like), Diff)
    assert_type(list(compute), list[Microversion])
    assert_type(len(compute), int)
    assert_type(compute.baseline, Api)
    assert_type(compute.at(Version("2.37")), Api)
    assert_type(compute.supports("server-tags", "2.37"), bool)
    assert_type(compute.supports("crash-dump-states", "2.37", release="train"), bool)
    assert_type(compute.availability("POST /servers", request="/server/tags"), VersionSet)
    assert_type(compute.availability("crash-dump-states"), VersionSet)
    assert_type(compute.nearby("POST /servers", request="/server/tag"), tuple[str, ...])
    assert_type(compute.history("POST /servers", response="/server/id", status=202), tuple[Event, ...])
    assert_type(compute.versions_for("GET /servers", query={"limit": ["1"]}), VersionSet)


def releases(compute: History) -> None:
    assert_type(compute.release, Release | None)
    assert_type(compute.as_of("train"), History)
    assert_type(compute.at("2.53", release="train"), Api)
    assert_type(compute.negotiate(server="2.1-2.79", release="train"), Version)
    assert_type(compute.negotiation(server="2.1-2.79", release="train"), Negotiation)
    assert_type(compute.explain("GET /servers", "2.53", release="train"), Explanation)
    assert_type(compute.audit([], release="train"), Audit)


def service(found: Service, release: Release, feature: Feature) -> None:
    assert_type((found.service_type, found.title, found.standard_header), tuple[str, str, str])
    assert_type(found.legacy_header, str | None)
    assert_type(found.releases, frozendict[str, Release])
    assert_type((release.key, release.name, release.version, release.series), tuple[str, str, str, str])
    assert_type(release.max_version, Version)
    assert_type((feature.name, feature.text, feature.availability), tuple[str, str, VersionSet])


def known(found: Known) -> None:
    assert_type(found.availability, VersionSet)
    assert_type((found.instead, found.gone_since_release), tuple[str | None, str | None])


def microversion(found: Microversion, api: Api) -> None:
    assert_type(found.version, Version)
    assert_type((found.title, found.description), tuple[str, str])
    assert_type((found.features, found.removed_features), tuple[frozendict[str, str], frozendict[str, str]])
    assert_type(found.behaviors, frozendict[str, Behavior])
    assert_type((found.changes, found.elsewhere), tuple[tuple[Change, ...], tuple[Change, ...]])
    assert_type(found.written, tuple[Change, ...])
    assert_type(found.causes, tuple[Cause, ...])
    assert_type(found.release, Release | None)
    assert_type(found.location, Location | None)
    assert_type(found.mentions("tag"), list[str])
    assert_type(found.apply(api), Api)
    assert_type(found.replace(title="Another"), Microversion)
    assert_type(found.fields(), dict[str, Any])


def event(found: Event, cause: Cause) -> None:
    effect: Effect = found.effect
    assert_type(effect, Literal["added", "removed", "altered"])
    for each in (found, cause):
        assert_type(each.version, Version)
        assert_type(each.number, int)
        assert_type(each.release, Release | None)
        assert_type(each.change, Change)
        assert_type(each.why, str | None)
        assert_type(each.location, Location | None)


# ------------------------------------------------------------------------------------------- the API at a version


def api(found: Api) -> None:
    assert_type(found.version, Version)
    assert_type(found.definitions, Mapping[str, Definition])
    assert_type(found.schemas, Mapping[str, Schema])
    assert_type(found.behaviors, Mapping[str, Behavior])
    assert_type(found.operations, Mapping[str, Operation])
    assert_type(found.known, frozendict[str, Known])
    assert_type(found.common, Common)
    assert_type(found["POST /servers"], Operation)
    assert_type(list(found), list[str])
    assert_type(len(found), int)
    assert_type("POST /servers" in found, bool)
    assert_type(found.match("POST", "/servers/b1/action", {"reboot": {}}, release="wallaby"), Match)
    assert_type(found.replace(version=Version("2.1")), Api)


def match(found: Match) -> None:
    assert_type(found.operation, Operation)
    assert_type(found.path_parameters, frozendict[str, str])


def operation(found: Operation) -> None:
    assert_type((found.key, found.version), tuple[str, Version])
    assert_type((found.method, found.path, found.action), tuple[str, str, str | None])
    assert_type((found.resource, found.summary, found.description), tuple[str, str, str | None])
    assert_type((found.gone_since_release, found.instead), tuple[str | None, str | None])
    assert_type(found.alias_of, str | None)
    assert_type(found.behaviors, frozendict[str, Behavior])
    audience: Audience = found.audience
    unknown_query: UnknownQuery = found.unknown_query
    assert_type((audience, unknown_query), tuple[Audience, Literal["ignored", "rejected"]])
    assert_type(found.parameters, frozendict[ParameterKey, Parameter])
    assert_type(found.responses, tuple[Response, ...])
    assert_type((found.success_statuses, found.error_statuses), tuple[tuple[int, ...], tuple[int, ...]])
    assert_type(found.own_statuses, tuple[int, ...])
    assert_type(found.definition, Definition)
    assert_type(found.request_schema(), dict[str, Any] | None)
    assert_type(found.query_schema(), dict[str, Any])
    assert_type(found.response_schema(found.success_statuses[0]), dict[str, Any] | None)


def validation(found: Operation, parameter: Parameter) -> None:
    assert_type(found.accepts_request, Callable[[Any], bool])
    assert_type(found.accepts_query, Callable[[Mapping[str, Sequence[str]]], bool])
    assert_type(found.accepts_request({}), bool)
    assert_type(found.accepts_response({}), bool)
    assert_type(found.request_validator(), Validator | None)
    assert_type(found.response_validator(), Validator | None)
    validators: list[Validator] = [found.query_validator(), found.parameter_validator(parameter)]
    for validator in validators:
        assert_type(validator.accepts, Callable[[Any], bool])
        try:
            validator.check({"limit": 1})
        except ValidationError as error:
            assert_type(error.errors, tuple[Violation, ...])
            assert_type(error.main, Violation)
        assert_type(validator.prune({"limit": 1}), Any)
    checks: list[Callable[[], None]] = [
        lambda: found.validate_request(1),
        lambda: found.validate_query({"limit": ["x"]}),
        lambda: found.validate_response(1),
    ]
    for check in checks:
        try:
            check()
        except ValidationError as error:
            violations(error.errors)


def violations(found: Sequence[Violation]) -> None:
    for violation in found:
        assert_type((violation.pointer, violation.keyword, violation.message), tuple[str, str, str])
        assert_type((violation.part, violation.name), tuple[CallPart | None, str | None])
        assert_type((violation.expected, violation.value, violation.depth), tuple[Any, Any, int])


def definition(found: Definition) -> None:
    assert_type(found.key, str)
    assert_type((found.method, found.path, found.action), tuple[str, str, str | None])
    assert_type((found.resource, found.summary, found.description), tuple[str, str, str | None])
    assert_type((found.audience, found.unknown_query), tuple[Audience, UnknownQuery])
    assert_type(found.parameters, frozendict[tuple[ParameterLocation, str], Parameter])
    assert_type(found.responses, frozendict[ResponseKey, Response])
    assert_type((found.request, found.alias_of), tuple[str | None, str | None])
    assert_type((found.gone_since_release, found.instead), tuple[str | None, str | None])
    assert_type(found.microversioned, bool)
    assert_type(found.schema_names(), Iterator[str])


def parameter(found: Parameter) -> None:
    location: ParameterLocation = found.location
    assert_type((location, found.name), tuple[Literal["query", "path", "header"], str])
    key: ParameterKey = found.key
    assert_type(key, tuple[ParameterLocation, str])
    schema: Schema = found.schema
    assert_type(schema, frozendict[str, Any])
    assert_type((found.required, found.repeatable, found.name_is_pattern), tuple[bool, bool, bool])
    assert_type(found.audience, Audience | None)


def response(found: Response) -> None:
    key: ResponseKey = found.key
    assert_type(key, tuple[int, str | None])
    assert_type((found.status, found.when, found.body), tuple[int, str | None, str | None])
    assert_type(found.decided_by, tuple[RequestPart, ...])
    assert_type(found.headers, frozendict[str, Schema])


def behavior(found: Behavior) -> None:
    assert_type((found.name, found.text, found.operations), tuple[str, str, tuple[str, ...]])
    assert_type(found.about, tuple[str, ...])
    statuses: frozendict[int, Holds] = found.statuses
    assert_type(statuses, frozendict[int, Literal["since", "before", "always"]])


def known_behavior(found: KnownBehavior) -> Behavior:
    assert_type((found.availability, found.forms), tuple[VersionSet, frozendict[VersionSet, Behavior]])
    assert_type((found.events, found.elsewhere), tuple[tuple[Event, ...], tuple[Change, ...]])
    return found


def common(found: Common) -> None:
    assert_type(found.resources, frozendict[str, Resource])
    assert_type([(item.title, item.description) for item in found.resources.values()], list[tuple[str, str | None]])
    assert_type(found.parameters, frozendict[ParameterKey, Parameter])
    assert_type(found.headers, frozendict[str, Schema])
    assert_type(found.responses, frozendict[ResponseKey, Response])
    assert_type(found.error_body, str | None)


# --------------------------------------------------------------------------------------------------- changes


def change(found: Change, before: Api) -> Api:  # noqa: PLR0915  # there are as many kinds
    """What a change says: the same for all kinds, and what each kind adds."""
    assert_type((found.verb, found.noun, found.target, found.element), tuple[str, str, str, str])
    assert_type((found.why, found.feature, found.location), tuple[str | None, str | None, Location | None])
    assert_type((found.since_release, found.until_release), tuple[str | None, str | None])
    match found:
        case AddOperation():
            assert_type(found.definition, Definition)
        case AlterOperation():
            assert_type(found.request, Alteration[str | None] | None)
            assert_type(found.unknown_query, Alteration[UnknownQuery] | None)
            assert_type(found.audience, Alteration[Audience] | None)
            assert_type(found.summary, Alteration[str] | None)
            assert_type(found.description, Alteration[str | None] | None)
            assert_type(found.definition_in(before), Definition)
        case RemoveOperation() | RemoveProperty():
            assert_type(found.instead, str | None)
        case AddParameter():
            assert_type(found.parameter_key, ParameterKey)
            assert_type((found.schema, found.required, found.repeatable), tuple[Schema, bool, bool])
            assert_type(found.audience, Audience | None)
        case AlterParameter():
            assert_type(found.schema, Alteration[Schema] | None)
            assert_type(found.required, Alteration[bool] | None)
            assert_type(found.repeatable, Alteration[bool] | None)
            assert_type(found.audience, Alteration[Audience | None] | None)
        case RemoveParameter():
            assert_type((found.query, found.path, found.header), tuple[str | None, str | None, str | None])
        case AddResponse():
            assert_type((found.status, found.when, found.body), tuple[int, str | None, str | None])
            assert_type(found.headers, frozendict[str, Schema])
        case AlterResponse():
            assert_type(found.status, int | Alteration[int])
            assert_type(found.body, Alteration[str | None] | None)
            assert_type(found.headers, Alteration[frozendict[str, Schema]] | None)
        case RemoveResponse():
            assert_type((found.status, found.when), tuple[int, str | None])
        case AddSchema():
            assert_type(found.schema, Schema)
        case AlterSchema():
            assert_type((found.keywords.before, found.keywords.after), tuple[Schema, Schema])
            assert_type((found.schema_name, found.schema_in(before)), tuple[str, Schema])
        case AddProperty():
            assert_type((found.schema_name, found.schema_path), tuple[str, str])
            assert_type((found.schema, found.required), tuple[Schema, bool])
        case AlterProperty():
            assert_type(found.schema, Alteration[Schema] | None)
            assert_type(found.required, Alteration[bool] | None)
        case AddEnumValue() | RemoveEnumValue():
            assert_type(found.value, Any)
        case AddBehavior():
            assert_type((found.text, found.operations), tuple[str, tuple[str, ...]])
            assert_type((found.statuses, found.behavior), tuple[frozendict[int, Holds], Behavior])
            assert_type(found.about, tuple[str, ...])
        case AlterBehavior():
            assert_type(found.text, Alteration[str] | None)
            assert_type(
                (found.operations, found.about),
                tuple[Alteration[tuple[str, ...]] | None, Alteration[tuple[str, ...]] | None],
            )
            assert_type(found.statuses, Alteration[frozendict[int, Holds]] | None)
            assert_type(found.altered(before.behaviors[found.target]), Behavior)
        case RemoveSchema() | RemoveBehavior():
            pass
        case _:
            raise AssertionError(found.verb)
    after = found.apply(before)
    assert_type(after, Api)
    try:
        found.apply(after)
    except PreconditionError as error:
        assert_type((error.code, error.reason, error.hint), tuple[str, str, str | None])
    return after


# ----------------------------------------------------------------------------------------------------- diffs


def diff(found: Diff, later: Diff) -> None:
    assert_type((found.old, found.new), tuple[Version, Version])
    assert_type(found.findings, tuple[Finding, ...])
    assert_type(found.cancelled, tuple[Cancelled, ...])
    assert_type(found.by_version, frozendict[Version, tuple[Finding, ...]])
    assert_type(found.breaking, tuple[Finding, ...])
    assert_type(found.then(later), Diff)
    severities: dict[str, Severity] = {"response-property-added": "undecidable"}
    policy = Policy(name="strict", overrides=severities)
    assert_type(policy.name, str)
    assert_type(policy.overrides, frozendict[str, Severity])
    assert_type(policy.severity("response-property-added"), Severity)
    assert_type(found.judged(policy), tuple[Judgement, ...])
    assert_type(found.judged("none"), tuple[Judgement, ...])


def judgement(found: Judgement) -> None:
    severity: Severity = found.severity
    assert_type(severity, Literal["breaking", "compatible", "undecidable"])
    assert_type((found.finding, found.rule), tuple[Finding, Rule])


def rule(found: Rule) -> None:
    sense: Sense = found.sense
    direction: Direction = found.direction
    assert_type(sense, Literal["widens", "narrows", "both", "neither", "unsure"])
    assert_type(direction, Literal["request", "response", "both"])
    assert_type((found.wire, found.strict, found.severity("wire")), tuple[Severity, Severity, Severity])
    assert_type((found.id, found.summary, found.why, found.advice), tuple[str, str, str, str])
    assert_type(found.mirror, str | None)


def finding(found: Finding) -> None:
    assert_type((found.id, found.rule, found.element), tuple[str, str, str])
    assert_type((found.operation, found.resource, found.instead), tuple[str | None, str | None, str | None])
    assert_type((found.part, found.name), tuple[str, str])
    assert_type(found.before, Any)
    assert_type(found.after, Any)
    assert_type(found.direction, Direction)
    assert_type(found.causes, tuple[Cause, ...])


def cancelled(found: Cancelled) -> None:
    assert_type((found.operation, found.resource), tuple[str | None, str | None])
    assert_type((found.part, found.name, found.element), tuple[str, str, str])
    assert_type(found.causes, tuple[Cause, ...])


# ----------------------------------------------------------------------------------- which version to ask for


class Endpoint:
    """A class of the user's that can say which microversions it speaks."""

    @property
    def microversions(self) -> VersionRange | None:
        return VersionRange("2.1", "2.79")


def negotiation(compute: History, prefer: Literal["highest", "lowest"] = "highest") -> Negotiation:
    speaker: Speaker = Endpoint()
    assert_type(speaker.microversions, VersionRange | None)
    spoken: list[Spoken] = [
        *("2.1-2.79", ("2.1", Version("2.79")), ["2.1", "2.79"], VersionRange("2.1", "2.79"), VersionSet("2.1-2.79")),
        *((2, 79), Version("2.79"), ((2, 1), (2, 79)), [(2, 1), (2, 79)], ("2.1", (2, 79))),
        *(speaker, discovery.nova("2.1-2.79", "https://compute.example.com")),
    ]
    for server in spoken:
        assert_type(compute.negotiate(server=server, needs=["server-tags"], prefer=prefer), Version)
    try:
        compute.negotiate(server="2.1-2.25", needs=["server-tags"])
    except Unsupported as error:
        assert_type(error.limits, tuple[Limit, ...])
    found = compute.negotiation(
        server="2.1-2.79", client="2.1-2.96", operation="GET /servers", query={"tags": ["a"]}, response=["/servers"]
    )
    assert_type(found, Negotiation)
    assert_type(found.version, Version | None)
    assert_type(found.prefer, Literal["highest", "lowest"])
    assert_type(found.limits, tuple[Limit, ...])
    assert_type(found.reasons, tuple[Exclusion, ...])
    return found


def limit(found: Limit) -> None:
    kind: LimitKind = found.kind
    words: tuple[LimitKind, LimitKind] = (kind, "specification")
    assert_type((words[0], found.name, found.versions), tuple[LimitKind, str, VersionSet])
    assert_type(found.releases, tuple[Release | None, ...])
    assert_type((found.refused_at, found.note), tuple[Version | None, str | None])
    assert_type(found.violations, tuple[Violation, ...])
    assert_type((found.title, found.when, found.detail), tuple[str, str, str])


def exclusion(found: Exclusion) -> None:
    assert_type((found.versions, found.limit), tuple[VersionSet, Limit])


# ------------------------------------------------------------------------------------------ why a request fails


def explanation(compute: History) -> Explanation:
    assert_type(compute.explain("GET /servers", None), Explanation)
    assert_type(compute.explain("GET /servers", Version("2.1"), 404, ABSENT, server="2.1-2.79"), Explanation)
    found = compute.explain("POST /servers", "2.1", body={}, query={"dry_run": ["1"]})
    assert_type((found.request, found.version, found.at), tuple[str, str, Version | None])
    assert_type((found.operation, found.instead), tuple[str | None, str | None])
    assert_type((found.refusal, found.status, found.works), tuple[int | None, int | None, bool])
    assert_type((found.reasons, found.ignored), tuple[tuple[Reason, ...], tuple[Reason, ...]])
    assert_type(found.violations, tuple[Violation, ...])
    assert_type((found.works_at, found.effective_at, found.works_here), tuple[VersionSet, VersionSet, VersionSet])
    assert_type((found.since, found.server), tuple[Release | None, VersionRange | None])
    assert_type(found.release, Release | None)
    assert_type((found.headline, found.advice), tuple[str, str])
    return found


def reason(found: Reason) -> None:
    assert_type((found.text, found.version), tuple[str, Version | None])
    assert_type((found.release, found.location), tuple[Release | None, Location | None])
    assert_type(found.behavior, str | None)


# ---------------------------------------------------------------------------------------------------- traffic


def traffic(compute: History) -> Audit:
    recording: Recording = compute.recording(io.BytesIO(b"GET /servers/b1/tags 2.25\n"), "calls")
    assert_type(recording.name, str)
    calls = list(recording)
    assert_type(calls, list[Call])
    assert_type(recording.elsewhere, int)
    mine = Call(method="GET", path="/servers", version="2.1", place=Place(file="mine", number=1, unit="entry"))
    assert_type(compute.audit([*calls, mine]), Audit)
    return compute.audit(iter(calls), server="2.1-2.79")


def call(found: Call) -> None:
    assert_type((found.method, found.path, found.request), tuple[str, str, str])
    assert_type((found.action, found.version, found.note), tuple[str | None, str | None, str | None])
    assert_type(found.query, frozendict[str, tuple[str, ...]])
    assert_type(found.body, Any)
    assert_type(found.response, Any)
    assert_type((found.status, found.place), tuple[int | None, Place | None])


def audit(found: Audit) -> None:
    assert_type((found.calls, found.elsewhere), tuple[int, int])
    assert_type(found.server, VersionRange | None)
    assert_type(found.release, Release | None)
    assert_type(found.findings, tuple[AuditFinding, ...])
    assert_type(found.problems, tuple[Problem, ...])
    assert_type(found.wrong, frozendict[AuditKind, int])
    assert_type(Audit.merged([found, found]), Audit)
    kinds: tuple[AuditKind, ...] = ("refused", "ignored", "unexpected")
    for kind in kinds:
        assert_type(found.of(kind), tuple[AuditFinding, ...])


def audit_finding(found: AuditFinding) -> None:
    assert_type(found.kind, AuditKind)
    assert_type(found.explanation, Explanation)
    assert_type(found.reason, Reason)
    assert_type((found.versions, found.count), tuple[VersionSet, int])
    assert_type((found.operation, found.asked), tuple[str, str])
    assert_type((found.notes, found.places, found.elements), tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]])
    assert_type(found.cases, tuple[AuditCase, ...])


def audit_case(found: AuditCase) -> None:
    assert_type((found.element, found.call), tuple[str, Call])


def problem(found: Problem) -> None:
    place: Place = found.place
    assert_type((place.file, place.number), tuple[str, int])
    assert_type(place.unit, Literal["line", "entry"])
    assert_type(found.reason, str)


def diagnostic(found: Diagnostic) -> None:
    location: Location = found.location
    assert_type((location.file, location.line, location.column), tuple[str, int, int])
    assert_type(location.key, tuple[str, int, int])
    assert_type((found.code, found.message, found.hint), tuple[str, str, str | None])


# --------------------------------------------------------------------------------------- headers and documents


def wire(version: Version) -> None:
    assert_type((headers.STANDARD, headers.LEGACY), tuple[str, Mapping[str, str]])
    assert_type(headers.request(version, "compute", legacy=None), dict[str, str])
    assert_type(headers.response("2.37"), tuple[tuple[str, str], ...])
    assert_type(headers.request((2, 37)), dict[str, str])
    given: list[headers.Headers] = [
        {"OpenStack-API-Version": "compute 2.37"},
        {"OpenStack-API-Version": ["compute 2.37"]},
        [("OpenStack-API-Version", "compute 2.37")],
        [(b"openstack-api-version", b"compute 2.37")],
        headers.request(version),
        headers.response(version),
    ]
    for each in given:
        assert_type(headers.requested(each, server="2.1-2.79"), Version)
        assert_type(headers.asked(each), str | None)
    try:
        headers.requested(given[0], "compute", server=("2.1", "2.2"))
    except RefusedVersion as error:
        assert_type((error.status, error.requested, error.body), tuple[int, str, dict[str, Any]])
        assert_type(error.headers, tuple[tuple[str, str], ...])


def of_bodies(found: Operation) -> None:
    for model in (models.request(found), models.response(found), models.response(found, found.success_statuses[0])):
        assert model is None or assert_type(model.model_json_schema(), dict[str, Any])
    keypair = models.request(found)
    if keypair is not None:
        body = keypair.model_validate({"keypair": {"name": "mine"}})
        assert_type(body.model_dump(by_alias=True, exclude_unset=True), dict[str, Any])


def document(found: discovery.Document) -> None:
    assert_type(discovery.parse(discovery.emit(found)), discovery.Document)
    assert_type(discovery.emit(found), dict[str, Any])
    assert_type(found.form, Literal["versions", "version", "choices"])
    assert_type(found.endpoints, tuple[discovery.Endpoint, ...])
    assert_type(found.current, discovery.Endpoint | None)
    assert_type(found.microversions, VersionRange | None)
    for endpoint in found.endpoints:
        assert_type((endpoint.id, endpoint.href), tuple[str, str | None])
        assert_type((endpoint.status, endpoint.updated), tuple[str | None, str | None])
        assert_type(endpoint.microversions, VersionRange | None)
        assert_type(endpoint.links, tuple[discovery.Link, ...])
        assert_type(endpoint.media_types, tuple[discovery.MediaType, ...])
        for link in endpoint.links:
            assert_type((link.href, link.rel, link.type), tuple[str, str | None, str | None])
        for media_type in endpoint.media_types:
            assert_type((media_type.base, media_type.type), tuple[str, str])
    assert_type(discovery.Link(href="/v2.1/"), discovery.Link)
    assert_type(discovery.MediaType(base="application/json", type="text"), discovery.MediaType)


def gated(compute: History, api: Api) -> None:
    listing = api.find("GET", "/servers")
    assert_type(listing, Operation)
    assert_type(api.refusal("GET /servers", release="wallaby"), int | None)
    assert_type(listing.known_query({"limit": ["1"]}), dict[str, list[str]])
    assert_type(listing.knows_parameter("limit"), bool)
    assert_type(listing.parameter("query", "limit"), Parameter)
    assert_type(listing.prune({"servers": []}), Any)
    listing.warm()
    api.warm()
    compute.warm("2.1-2.2")
    gate = Gate(compute, versions=("2.1", "2.79"), errors=lambda refused: {"error": refused.message}, answers="warn")
    admitted = gate.admit("GET", "/servers", {"OpenStack-API-Version": "compute 2.26"}, "limit=5", None)
    assert_type(admitted, Admitted)
    assert_type((admitted.version, admitted.operation), tuple[Version, Operation])
    assert_type((admitted.path_parameters, admitted.query), tuple[Mapping[str, str], Mapping[str, list[str]]])
    assert_type((admitted.path_values, admitted.query_values), tuple[frozendict[str, Any], frozendict[str, Any]])
    assert_type(admitted.body, Any)
    assert_type(gate.answer(admitted, 200, {"X": "y"}, b"{}"), tuple[int, list[tuple[str, str]], bytes])
    try:
        gate.admit("GET", "/nothing", [(b"openstack-api-version", b"compute 2.26")])
    except Refused as refusal:
        assert_type((refusal.status, refusal.headers, refusal.body), tuple[int, tuple[tuple[str, str], ...], bytes])
        assert_type((refusal.message, refusal.version, refusal.operation), tuple[str, Version | None, str | None])
        assert_type(refusal.violations, tuple[Violation, ...])
    wsgi.MicroversionMiddleware(lambda environ, start: [], compute, prefix="/v2.1", release="wallaby", hints=False)


def contract(compute: History, api: Api) -> None:
    assert_type(openapi.cumulative(compute, resources={"keypairs"}), dict[str, Any])
    assert_type(openapi.document(api), dict[str, Any])
    assert openapi.document(api, resources=["servers", "flavors"])["info"]["version"] == str(api.version)


# ------------------------------------------------------------------------------------------- handlers of a server


class ApiVersion:
    """The version of a request, as services in Nova's style have it."""

    def get_string(self) -> str:
        return "2.25"


class Request:
    """A request of such a service."""

    api_version_request = ApiVersion()


class Fault(Exception):
    """The exception that the service turns into an answer."""


def refused(deviation: Deviation) -> Fault:
    assert_type((deviation.status, deviation.reason, deviation.operation), tuple[int, str, str])
    assert_type((deviation.version, deviation.part), tuple[Version, CallPart | None])
    violations(deviation.violations)
    return Fault(str(deviation))


def served(req: Request, tag: str) -> str:
    return f"PUT /servers/{{server_id}}/tags/{tag}"


def gone(req: Request) -> None: ...


def handlers(compute: History) -> None:
    answers: list[decorators.Answers] = ["error", "warn", "off"]
    service = decorators.Decorators(compute, error=refused, answers=lambda: answers[0], applies=bool, dumps=repr)
    decorators.Decorators(answers="warn")

    @service.available("PUT /servers/{server_id}/tags/{tag}")
    @decorators.available(served)
    @service.query("POST /servers")
    @decorators.query("POST /servers")
    @service.response("POST /servers")
    @decorators.response("POST /servers")
    def update(req: Request, tag: str) -> int:
        return len(tag)

    @service.schema("POST /servers")
    @decorators.schema("POST /servers")
    def create(req: Request, body: object) -> object:
        return body

    with suppress(Fault):
        assert_type(update(Request(), "blue"), int)
    with suppress(Fault):
        assert_type(create(Request(), body=None), object)


# ----------------------------------------------------------------------------------------------------- errors


def message(
    error: (
        ArtifactError | Deviation | InvalidDocument | InvalidElement | InvalidVersion | InvalidVersionSet | NoSuchRoute
        | PreconditionError | RefusedVersion | SpecificationError | TrafficError | UnknownName | UnknownOperation
        | UnknownVersion | Unsupported | ValidationError
    ),
) -> str:  # fmt: skip
    """What a user is told."""
    return str(error)


def errors(compute: History, folder: Path) -> list[type[MicrospecError]]:
    """Every error that a user can run into, with what it carries. Returns the classes of those that were raised."""
    api = compute.at("2.1")
    asked: list[Callable[[], object]] = [
        lambda: Version("2.01"),
        lambda: VersionSet("latest"),
        lambda: compute.at("3.1"),
        lambda: api["GET /nothing"],
        lambda: compute.availability("GET /servers", request="no pointer"),
        lambda: compute.supports("nothing", "2.1"),
        lambda: api.match("GET", "/nothing"),
        lambda: api["POST /servers"].validate_request(None),
        lambda: compute["2.2"].apply(compute.at("2.2")),
        lambda: compute.negotiate(server="2.1", needs=["server-tags"]),
        lambda: headers.requested({"OpenStack-API-Version": "compute 3.1"}),
        lambda: discovery.parse({}),
        lambda: list(compute.recording(io.BytesIO(b"GET"), "calls")),
        lambda: decorators.available("GET /os-cells")(gone)(Request()),
        lambda: load(folder / "mistakes"),
        lambda: load(folder / "damaged"),
    ]
    raised: list[type[MicrospecError]] = []
    for question in asked:
        try:
            question()
        except MicrospecError as error:
            raised.append(type(error))
            match error:
                case InvalidVersion():
                    assert_type((error.value, error.reason), tuple[object, str])
                case InvalidVersionSet():
                    assert_type((error.text, error.reason), tuple[object, str])
                case UnknownVersion():
                    assert_type((error.version, error.first, error.last), tuple[Version, Version, Version])
                case UnknownOperation():
                    assert_type((error.operation, error.version), tuple[str, Version | None])
                    assert_type((error.availability, error.instead), tuple[VersionSet, str | None])
                    assert_type(error.known, tuple[str, ...])
                case InvalidElement():
                    assert_type((error.text, error.reason), tuple[str, str])
                case UnknownName():
                    assert_type((error.kind, error.name, error.known), tuple[str, str, tuple[str, ...]])
                    assert_type(error.owner, str | None)
                case NoSuchRoute():
                    assert_type((error.status, error.reason, error.operation), tuple[int, str, str | None])
                case InvalidDocument() | ValidationError():
                    violations(error.errors)
                case TrafficError():
                    assert_type(error.problems, tuple[Problem, ...])
                    problem(error.problems[0])
                case SpecificationError():
                    assert_type(error.diagnostics, tuple[Diagnostic, ...])
                    diagnostic(error.diagnostics[0])
                case Deviation():
                    assert_type(refused(error), Fault)
                case ArtifactError():
                    assert_type((error.folder, error.reason), tuple[str, str])
                case PreconditionError() | Unsupported() | RefusedVersion():  # what they carry is looked at elsewhere
                    assert_type(message(error), str)
                case _:
                    raise
    return raised


# ------------------------------------------------------------------------------------------------------- all of it


def use(folder: Path) -> list[type[MicrospecError]]:
    """Run all of the above, with what a history answers. `folder` is as `errors` wants it."""
    compute = load("compute")
    versions(Version("2.37"), VersionRange("2.1", "2.79"), VersionSet("2.26-"))
    mappings(frozendict({"one": 1, "two": 2}))
    history(compute)
    releases(compute)
    service(compute.service, compute.releases["wallaby"], compute.features["server-tags"])
    known(compute.known["GET /os-networks"])
    current = compute.baseline
    for each in compute:
        for cause in each.causes:
            current = change(cause.change, current)
    microversion(compute["2.2"], compute.at("2.1"))
    happened = compute.history("POST /servers", request="/server/networks/*/tag")
    event(happened[0], compute["2.32"].causes[0])

    newest = compute.at(compute.max_version)
    api(newest)
    match(newest.match("GET", "/servers/b1"))
    for found in newest.operations.values():
        operation(found)
        definition(found.definition)
        for each_parameter in found.parameters.values():
            parameter(each_parameter)
        for each_response in found.responses:
            response(each_response)
    validation(newest["POST /servers"], newest["GET /servers"].parameters["query", "limit"])
    for each_behavior in newest.behaviors.values():
        behavior(each_behavior)
    common(newest.common)

    found_diff = compute.diff("2.1", "2.60")
    diff(found_diff, compute.diff("2.60", "2.88"))
    for judged in found_diff.judged():
        judgement(judged)
        rule(judged.rule)
        finding(judged.finding)
    for each_cancelled in found_diff.cancelled:
        cancelled(each_cancelled)

    negotiated = negotiation(compute)
    for each_limit in negotiated.limits:
        limit(each_limit)
    for each_exclusion in negotiated.reasons:
        exclusion(each_exclusion)
    for each_reason in explanation(compute).reasons:
        reason(each_reason)
    audited = traffic(compute)
    audit(audited)
    for each_finding in audited.findings:
        audit_finding(each_finding)
        for each_case in each_finding.cases:
            audit_case(each_case)
            call(each_case.call)
    handlers(compute)
    wire(Version("2.37"))
    of_bodies(compute.at("2.53")["POST /os-keypairs"])
    document(discovery.nova("2.1-2.79", "https://compute.example.com", "/v2.1/"))
    contract(compute, compute.at("2.37"))
    gated(compute, compute.at("2.37"))
    return errors(compute, folder)


# ------------------------------------------------------------------------------------------- what is refused


def not_allowed(compute: History, found: Diff, table: frozendict[str, int]) -> None:
    """What a type checker refuses. It is not run."""
    print(microspec.Nothing)  # type: ignore[attr-defined]
    compute.at(2.37)  # type: ignore[arg-type]
    compute.service_type = "volume"  # type: ignore[misc]
    compute.diff("2.1", "2.2").old = Version("2.1")  # type: ignore[misc]
    found.findings[0].rule = "another"  # type: ignore[misc]
    found.judged(policy=1)  # type: ignore[arg-type]
    Version("2.1").minor = 2  # type: ignore[misc]
    Call(method="GET", url="/servers")  # type: ignore[call-arg]
    Policy(overrides={"response-property-added": "bad"})  # type: ignore[dict-item]
    compute.negotiate(server="2.1-2.79", prefer="newest")  # type: ignore[arg-type]
    table["one"] = 2  # type: ignore[misc]
    del table["one"]  # type: ignore[misc]
    table |= {"one": 2}  # type: ignore[misc]
    table.clear()  # type: ignore[misc]
    table.update(one=2)  # type: ignore[misc]
    table.setdefault("one", 2)  # type: ignore[misc]
    table.popitem()  # type: ignore[misc]
    compute.releases.pop("wallaby")  # type: ignore[misc]

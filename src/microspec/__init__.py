"""Microversioned APIs as data: what an API is at each version, what changed, and since when.

    >>> import microspec
    >>> compute = microspec.load()
    >>> str(compute.availability("POST /servers", request="/server/networks/*/tag"))
    '2.32-2.36, 2.42-'

All that is public is named here. A name is imported when it is first used: to import the package costs 0.03 of
a bare start of Python, to import all of its names five bare starts.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from . import discovery, headers
    from .artifact.errors import ArtifactError
    from .authoring.errors import SpecificationError
    from .diff.diff import Diff
    from .diff.findings import Cancelled, Finding
    from .diff.judgement import Judgement
    from .diff.rules import Policy, Rule
    from .diff.vocabulary import Direction, Sense, Severity
    from .history import History
    from .http.errors import InvalidDocument, Place, Problem, RefusedVersion, TrafficError
    from .http.traffic import Call, Recording
    from .model.api import Api, Known, Match
    from .model.changes import (
        AddBehavior,
        AddEnumValue,
        AddOperation,
        AddParameter,
        AddProperty,
        AddResponse,
        AddSchema,
        Alteration,
        AlterOperation,
        AlterParameter,
        AlterProperty,
        AlterResponse,
        AlterSchema,
        Change,
        RemoveBehavior,
        RemoveEnumValue,
        RemoveOperation,
        RemoveParameter,
        RemoveProperty,
        RemoveResponse,
        RemoveSchema,
    )
    from .model.definition import Behavior, Common, Definition, Parameter, Response
    from .model.errors import NoSuchRoute, PreconditionError, UnknownOperation, UnknownVersion
    from .model.microversion import Cause, Event, Feature, Microversion, Release, Service
    from .model.operation import Operation
    from .model.vocabulary import Audience, Effect, Holds, ParameterKey, ParameterLocation, ResponseKey, UnknownQuery
    from .questions.audit import Audit, AuditFinding
    from .questions.errors import Unsupported
    from .questions.explanation import Explanation, Reason
    from .questions.negotiation import Exclusion, Limit, Negotiation
    from .questions.vocabulary import AuditKind, LimitKind
    from .schema.errors import ValidationError, Violation
    from .schema.validator import Validator
    from .schema.walk import Schema
    from .values import ABSENT
    from .values.diagnostics import Diagnostic, Location
    from .values.errors import InvalidElement, InvalidVersion, InvalidVersionSet, MicrospecError, UnknownName
    from .values.frozen import frozendict
    from .values.spoken import Speaker, Spoken
    from .values.version import Version, VersionRange, VersionSet

__version__ = "0.1.0"

__all__ = [
    "ABSENT",
    "AddBehavior",
    "AddEnumValue",
    "AddOperation",
    "AddParameter",
    "AddProperty",
    "AddResponse",
    "AddSchema",
    "AlterOperation",
    "AlterParameter",
    "AlterProperty",
    "AlterResponse",
    "AlterSchema",
    "Alteration",
    "Api",
    "ArtifactError",
    "Audience",
    "Audit",
    "AuditFinding",
    "AuditKind",
    "Behavior",
    "Call",
    "Cancelled",
    "Cause",
    "Change",
    "Common",
    "Definition",
    "Diagnostic",
    "Diff",
    "Direction",
    "Effect",
    "Event",
    "Exclusion",
    "Explanation",
    "Feature",
    "Finding",
    "History",
    "Holds",
    "InvalidDocument",
    "InvalidElement",
    "InvalidVersion",
    "InvalidVersionSet",
    "Judgement",
    "Known",
    "Limit",
    "LimitKind",
    "Location",
    "Match",
    "MicrospecError",
    "Microversion",
    "Negotiation",
    "NoSuchRoute",
    "Operation",
    "Parameter",
    "ParameterKey",
    "ParameterLocation",
    "Place",
    "Policy",
    "PreconditionError",
    "Problem",
    "Reason",
    "Recording",
    "RefusedVersion",
    "Release",
    "RemoveBehavior",
    "RemoveEnumValue",
    "RemoveOperation",
    "RemoveParameter",
    "RemoveProperty",
    "RemoveResponse",
    "RemoveSchema",
    "Response",
    "ResponseKey",
    "Rule",
    "Schema",
    "Sense",
    "Service",
    "Severity",
    "Speaker",
    "SpecificationError",
    "Spoken",
    "TrafficError",
    "UnknownName",
    "UnknownOperation",
    "UnknownQuery",
    "UnknownVersion",
    "Unsupported",
    "ValidationError",
    "Validator",
    "Version",
    "VersionRange",
    "VersionSet",
    "Violation",
    "discovery",
    "frozendict",
    "headers",
    "load",
]

_WHERE = """
artifact.errors: ArtifactError
authoring.errors: SpecificationError
diff.diff: Diff
diff.findings: Cancelled Finding
diff.judgement: Judgement
diff.rules: Policy Rule
diff.vocabulary: Direction Sense Severity
history: History
http.errors: InvalidDocument Place Problem RefusedVersion TrafficError
http.traffic: Call Recording
model.api: Api Known Match
model.changes: Alteration Change
model.changes: AddBehavior AddEnumValue AddOperation AddParameter AddProperty AddResponse AddSchema AlterOperation
model.changes: AlterParameter AlterProperty AlterResponse AlterSchema RemoveBehavior RemoveEnumValue
model.changes: RemoveOperation RemoveParameter RemoveProperty RemoveResponse RemoveSchema
model.definition: Behavior Common Definition Parameter Response
model.errors: NoSuchRoute PreconditionError UnknownOperation UnknownVersion
model.microversion: Cause Event Feature Microversion Release Service
model.operation: Operation
model.vocabulary: Audience Effect Holds ParameterKey ParameterLocation ResponseKey UnknownQuery
questions.audit: Audit AuditFinding
questions.errors: Unsupported
questions.explanation: Explanation Reason
questions.negotiation: Exclusion Limit Negotiation
questions.vocabulary: AuditKind LimitKind
schema.errors: ValidationError Violation
schema.validator: Validator
schema.walk: Schema
values: ABSENT
values.diagnostics: Diagnostic Location
values.errors: InvalidElement InvalidVersion InvalidVersionSet MicrospecError UnknownName
values.frozen: frozendict
values.spoken: Speaker Spoken
values.version: Version VersionRange VersionSet
"""
"""The module of each public name; the others are modules themselves."""


def load(spec: str | Path = "compute") -> History:
    """The history of a service: of a bundled one by its name, or of a folder by its path.

    The folder holds YAML, or what `microspec build` made of it. Raises UnknownName for a name that is
    not bundled, `SpecificationError` for YAML with mistakes (all of them), `ArtifactError` for an
    artifact that is not whole.
    """
    from .loading import load_service

    return load_service(spec)


if not TYPE_CHECKING:  # a type checker would take any name for one that there is

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        for line in _WHERE.splitlines():
            module, _, names = line.partition(": ")
            if name in names.split():
                found = globals()[name] = getattr(__import__(f"{__name__}.{module}", fromlist=(name,)), name)
                return found
        __import__(f"{__name__}.{name}")
        return globals()[name]


def __dir__() -> list[str]:
    return sorted(__all__)

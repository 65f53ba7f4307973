"""The types of what the package offers; `__init__.py` imports each name when it is first used."""

from pathlib import Path

from . import decorators, discovery, headers, models, openapi
from .artifact.errors import ArtifactError
from .authoring.errors import SpecificationError
from .decorators import Deviation
from .diff.diff import Diff
from .diff.findings import Cancelled, Finding
from .diff.judgement import Judgement
from .diff.rules import Policy, Rule
from .diff.vocabulary import Direction, Sense, Severity
from .history import History
from .http.errors import InvalidDocument, Place, Problem, RefusedVersion, TrafficError
from .http.traffic import Call, Recording
from .model.api import Api, Known, Match
from .model.behaviors import KnownBehavior
from .model.changes import (
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
    Change,
    RemoveBehavior,
    RemoveEnumValue,
    RemoveOperation,
    RemoveParameter,
    RemoveProperty,
    RemoveResponse,
    RemoveSchema,
)
from .model.definition import Behavior, Common, Definition, Parameter, Resource, Response
from .model.errors import NoSuchRoute, PreconditionError, UnknownOperation, UnknownVersion
from .model.microversion import Cause, Event, Feature, Microversion, Release, Service
from .model.operation import Operation
from .model.vocabulary import (
    Audience,
    Effect,
    Holds,
    ParameterKey,
    ParameterLocation,
    RequestPart,
    ResponseKey,
    UnknownQuery,
)
from .questions.audit import Audit, AuditCase, AuditFinding
from .questions.errors import Unsupported
from .questions.explanation import Explanation, Reason
from .questions.negotiation import Exclusion, Limit, Negotiation
from .questions.vocabulary import AuditKind, LimitKind
from .schema.errors import ValidationError, Violation
from .schema.validator import Validator
from .schema.vocabulary import CallPart
from .schema.walk import Schema
from .values import ABSENT
from .values.diagnostics import Diagnostic, Location
from .values.errors import InvalidElement, InvalidVersion, InvalidVersionSet, MicrospecError, UnknownName
from .values.frozen import frozendict
from .values.spoken import Speaker, Spoken
from .values.version import Version, VersionLike, VersionRange, VersionSet

__version__: str

__all__ = [
    "ABSENT",
    "AddBehavior",
    "AddEnumValue",
    "AddOperation",
    "AddParameter",
    "AddProperty",
    "AddResponse",
    "AddSchema",
    "AlterBehavior",
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
    "AuditCase",
    "AuditFinding",
    "AuditKind",
    "Behavior",
    "Call",
    "CallPart",
    "Cancelled",
    "Cause",
    "Change",
    "Common",
    "Definition",
    "Deviation",
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
    "KnownBehavior",
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
    "RequestPart",
    "Resource",
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
    "VersionLike",
    "VersionRange",
    "VersionSet",
    "Violation",
    "decorators",
    "discovery",
    "frozendict",
    "headers",
    "load",
    "models",
    "openapi",
]

def load(spec: str | Path = "compute") -> History: ...

"""Microversioned APIs as data: what an API is at each version, what changed, and since when.

    >>> import microspec
    >>> compute = microspec.load()
    >>> str(compute.availability("POST /servers", request="/server/networks/*/tag"))
    '2.32-2.36, 2.42-'

All public names are listed here. A name is imported when it is first used. Importing the package takes 0.03 of the time
that Python takes to start; importing all of its names takes five times as long as that start.
"""

__version__ = "0.1.0"

_WHERE = """
artifact.errors: ArtifactError
authoring.errors: SpecificationError
decorators: Deviation
diff.diff: Diff
diff.findings: Cancelled Finding
diff.judgement: Judgement
diff.rules: Policy Rule
diff.vocabulary: Direction Sense Severity
history: History
http.errors: InvalidDocument Place Problem RefusedVersion TrafficError
http.traffic: Call Recording
model.api: Api Known Match
model.behaviors: KnownBehavior
model.changes: Alteration Change
model.changes: AddBehavior AddEnumValue AddOperation AddParameter AddProperty AddResponse AddSchema AlterOperation
model.changes: AlterBehavior AlterParameter AlterProperty AlterResponse AlterSchema RemoveBehavior RemoveEnumValue
model.changes: RemoveOperation RemoveParameter RemoveProperty RemoveResponse RemoveSchema
model.definition: Behavior Common Definition Parameter Resource Response
model.errors: NoSuchRoute PreconditionError UnknownOperation UnknownVersion
model.microversion: Cause Event Feature Microversion Release Service
model.operation: Operation
model.vocabulary: Audience Effect Holds ParameterKey ParameterLocation RequestPart ResponseKey UnknownQuery
questions.audit: Audit AuditCase AuditFinding
questions.errors: Unsupported
questions.explanation: Explanation Reason
questions.negotiation: Exclusion Limit Negotiation
questions.vocabulary: AuditKind LimitKind
schema.errors: ValidationError Violation
schema.validator: Validator
schema.vocabulary: CallPart
schema.walk: Schema
values: ABSENT
values.diagnostics: Diagnostic Location
values.errors: InvalidElement InvalidVersion InvalidVersionSet MicrospecError UnknownName
values.frozen: frozendict
values.spoken: Speaker Spoken
values.version: Version VersionLike VersionRange VersionSet
"""
"""The module of each public name."""

_MODULES = ("decorators", "discovery", "headers", "models", "openapi")
"""The public names that are modules."""


def load(spec: "str | Path" = "compute") -> "History":  # noqa: F821  # named in the stub: this file imports nothing
    """The history of a service: of a bundled one by its name, or of a folder by its path.

    A `Path` is always a path. A string is a path if it has a separator (``./mine``), or if a folder has this name and
    no bundled service does. The folder contains YAML, or the result of `microspec build`. Raises UnknownName for a
    string that is neither, `SpecificationError` for YAML with mistakes (all of them), and `ArtifactError` for a damaged
    artifact.
    """
    from .loading import load_service

    return load_service(spec)


def __getattr__(name: str) -> object:
    if name == "__all__":
        return __dir__()
    if name in _MODULES:
        __import__(f"{__name__}.{name}")
        return globals()[name]
    for line in _WHERE.splitlines():
        module, _, names = line.partition(": ")
        if name in names.split():
            found = globals()[name] = getattr(__import__(f"{__name__}.{module}", fromlist=(name,)), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    names = [name for line in _WHERE.splitlines() for name in line.partition(": ")[2].split()]
    return sorted([*names, *_MODULES, "load"])

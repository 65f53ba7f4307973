"""Values of the model as plain JSON data: what the command line prints with ``--format json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..model.changes import AddBehavior
from ..values.frozen import Value, frozendict, thaw
from ..values.version import Version, VersionSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from ..authoring.renumber import Renumbered
    from ..authoring.starting import Started
    from ..diff.suppressions import Applied
    from ..history import History
    from ..model.changes import Change
    from ..model.microversion import Event, Microversion
    from ..model.operation import Operation
    from ..questions.audit import Audit
    from ..questions.explanation import Explanation, Reason
    from ..questions.negotiation import Limit, Negotiation
    from ..schema.errors import Violation
    from ..values.diagnostics import Diagnostic, Location
    from . import shape


def availability(value: VersionSet) -> shape.Availability:
    """A version set: as text, and as ranges, whose `last` is null if they have no end."""
    return {
        "versions": str(value),
        "ranges": [{"first": str(item.first), "last": str(item.last) if item.last else None} for item in value],
    }


def location(value: Location | None) -> shape.Location | None:
    """A place in a file."""
    return _place(value) if value else None


def _place(value: Location) -> shape.Location:
    return {"file": value.file, "line": value.line, "column": value.column}


def change(value: Change) -> shape.Change:
    """A change: its verb and target, and the keys that it has."""
    fields = value.fields()
    return {
        "verb": value.verb,
        "target": value.target,
        "feature": value.feature,
        "why": value.why,
        "location": location(value.location),
        "fields": {name: _json(item) for name, item in fields.items() if item is not None and name not in _BASIC},
    }


_BASIC = ("target", "feature", "why", "location", "definition")


def error(message: str, status: int, diagnostics_: Iterable[Diagnostic]) -> shape.Error:
    """The JSON that is printed instead of an answer."""
    return {"error": {"message": message, "status": 1 if status == 1 else 2, "diagnostics": diagnostics(diagnostics_)}}


def microversion(value: Microversion) -> shape.Microversion:
    """A microversion with everything in it."""
    return {
        "version": str(value.version),
        "release": value.release.key if value.release else None,
        "title": value.title,
        "description": value.description,
        "features": dict(value.features),
        "removed_features": dict(value.removed_features),
        "behaviors": {item.target: _added(item) for item in value.changes if isinstance(item, AddBehavior)},
        "changes": [change(item) for item in value.changes if item.verb != "add-behavior"],
        "elsewhere": [change(item) for item in value.elsewhere],
    }


def _added(value: AddBehavior) -> Any:
    marks = {"since_release": value.since_release, "until_release": value.until_release}
    return {**_json(value.behavior.fields()), **marks}


def versions(history: History, found: Mapping[Version, list[str]] | None = None) -> shape.Versions:
    """The service, its releases, and its microversions: all, or those that mention a text, with the lines that do."""
    return {
        **_service(history),
        "versions": [
            {
                "version": str(item.version),
                "release": item.release.key if item.release else None,
                "title": item.title,
                "lines": found[item.version] if found else [],
            }
            for item in history
            if found is None or item.version in found
        ],
        "releases": {
            release.key: {
                "name": release.name,
                "version": release.version,
                "series": release.series,
                "max_version": str(release.max_version),
            }
            for release in history.releases.values()
        },
    }


def _service(history: History) -> shape.Service:
    return {
        "service": history.service_type,
        "min_version": str(history.min_version),
        "max_version": str(history.max_version),
    }


def listed(kind: str, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Everything of a kind by name, each with the versions that have it."""
    return [{"name": name, **availability(item.availability), **_LINES[kind](item)} for name, item in found.items()]


_LINES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "operations": lambda item: {"gone_since_release": item.gone_since_release, "instead": item.instead},
    "features": lambda item: {"text": item.text},
    "behaviors": lambda item: {"text": item.text, "operations": list(item.operations)},
    "schemas": lambda item: {"text": _said_of(item.schema)},
}


def _said_of(schema: Any) -> str | None:
    """The description of a schema."""
    return schema.get("description") if isinstance(schema, frozendict) else None


def operation(value: Operation, when: VersionSet) -> dict[str, Any]:
    """An operation at a version, with self-contained schemas."""
    return {
        "operation": value.key,
        "summary": value.summary,
        "description": value.description,
        "resource": value.resource,
        "audience": value.audience,
        "availability": availability(when),
        "gone_since_release": value.gone_since_release,
        "instead": value.instead,
        "alias_of": value.alias_of,
        "unknown_query": value.unknown_query,
        "parameters": [_json(parameter.fields()) for parameter in value.parameters.values()],
        "request": value.request_schema(),
        "responses": [
            {
                "status": response.status,
                "when": response.when,
                "headers": thaw(response.headers),
                "body": value.response_schema(response.status) if response.body else None,
            }
            for response in value.responses
        ],
        "behaviors": [_json(behavior.fields()) for behavior in value.behaviors.values()],
    }


def events(values: Iterable[Event]) -> list[shape.Event]:
    """The steps in the life of an element."""
    return [
        {
            "version": str(event.version),
            "release": event.release.key if event.release else None,
            "effect": event.effect,
            "change": change(event.change),
        }
        for event in values
    ]


def verdict(errors: Mapping[str, Sequence[Violation]]) -> dict[str, Any]:
    """Whether a request is accepted, and what is wrong with each part of it."""
    found = [{"part": part, **_flaw(item)} for part, violations in errors.items() for item in violations]
    return {"valid": not found, "errors": found}


def negotiation(value: Negotiation) -> shape.Negotiation:
    """The version to ask for (null if none fits), all requirements, and why not a preferred version."""
    return {
        "version": str(value.version) if value.version else None,
        "prefer": value.prefer,
        "limits": [_limit(limit) for limit in value.limits],
        "reasons": [
            {"kind": reason.limit.kind, "name": reason.limit.name, "not": availability(reason.versions)}
            for reason in value.reasons
        ],
    }


def _flaw(item: Violation) -> shape.Violation:
    return {"pointer": item.pointer, "keyword": item.keyword, "message": item.message}


def _limit(value: Limit) -> shape.Limit:
    return {
        "kind": value.kind,
        "name": value.name,
        **availability(value.versions),
        "releases": [release.key if release else None for release in value.releases],
        "refused_at": str(value.refused_at) if value.refused_at else None,
        "errors": [_flaw(item) for item in value.violations],
        "note": value.note,
    }


def written(files: list[str]) -> shape.Written:
    """The files that were written."""
    return {"files": files}


def explanation(value: Explanation) -> shape.Explanation:
    """Why a request gets its answer, and what to do."""
    return {
        "request": value.request,
        "version": value.version,
        "operation": value.operation,
        "works": value.works,
        "refusal": value.refusal,
        "status": value.status,
        "reasons": [_reason(item) for item in value.reasons],
        "ignored": [_reason(item) for item in value.ignored],
        "errors": [_flaw(item) for item in value.violations],
        "instead": value.instead,
        "works_at": availability(value.works_at),
        "effective_at": availability(value.effective_at),
        "works_here": availability(value.works_here),
        "since_release": value.since.key if value.since else None,
        "release": value.release.key if value.release else None,
    }


def audit(value: Audit) -> shape.Audit:
    """The calls with problems, and the parts that cannot be read."""
    return {
        "calls": value.calls,
        "elsewhere": value.elsewhere,
        "server": str(value.server) if value.server else None,
        "release": value.release.key if value.release else None,
        "wrong": {kind: value.wrong[kind] for kind in value.wrong},
        "findings": [
            {
                "kind": item.kind,
                "operation": item.operation,
                "versions": str(item.versions),
                "count": item.count,
                "elements": list(item.elements),
                "places": list(item.places),
                "notes": list(item.notes),
                "reason": _reason(item.reason),
                "explanation": explanation(item.explanation),
            }
            for item in value.findings
        ],
        "problems": [{"place": str(item.place), "reason": item.reason} for item in value.problems],
    }


def _reason(value: Reason) -> shape.Reason:
    return {
        "text": value.text,
        "version": str(value.version) if value.version else None,
        "release": value.release.key if value.release else None,
        "location": location(value.location),
        "behavior": value.behavior,
    }


def diagnostics(values: Iterable[Diagnostic]) -> list[shape.Diagnostic]:
    """The mistakes in files."""
    return [_diagnostic(item) for item in values]


def _diagnostic(item: Diagnostic) -> shape.Diagnostic:
    return {"code": item.code, "message": item.message, "hint": item.hint, "location": _place(item.location)}


def linted(values: Iterable[Diagnostic]) -> shape.Lint:
    """The mistakes in a specification."""
    return {"diagnostics": diagnostics(values)}


def checked(values: Iterable[Diagnostic], applied: Applied | None = None) -> shape.Check:
    """The result of a check, the mistakes or the violations, and the outcome of the suppressions."""
    return {
        "violations": [_violation(item) for item in values],
        "suppressed": [item.suppression.id for item in applied.suppressed] if applied else [],
        "suppressions": diagnostics(applied.notes if applied else ()),
    }


def _violation(item: Diagnostic) -> shape.CheckViolation:
    versions, findings = getattr(item, "versions", None), getattr(item, "findings", ())
    return {
        **_diagnostic(item),
        "versions": str(versions) if versions else None,
        "findings": [finding.id for finding in findings],
    }


def built(history: History, folder: Path) -> shape.Built:
    """A specification that was compiled."""
    return {**_service(history), "folder": str(folder)}


def started(value: Started) -> shape.Started:
    """A specification or a version that was started."""
    return {"spec": str(value.spec), "version": str(value.version), "files": [str(path) for path in value.files]}


def formatted(files: Sequence[Path]) -> shape.Formatted:
    """The files that formatting changes."""
    return {"files": [str(path) for path in files]}


def renumbered(value: Renumbered) -> shape.Renumbered:
    """A renumbered version file."""
    return {
        "old": str(value.old),
        "new": str(value.new),
        "source": str(value.source),
        "target": str(value.target),
        "mentions": [{"location": _place(item.location), "text": item.text} for item in value.mentions],
    }


def _json(value: Any) -> Any:
    """Any value of the model in plain JSON types."""
    if isinstance(value, (Version, VersionSet)):
        return str(value)
    if isinstance(value, Value):
        return _json(value.fields())
    if isinstance(value, dict):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(item) for item in value]
    return value

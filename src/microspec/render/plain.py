"""Values of the model as plain JSON data: what the command line prints with ``--format json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..values.frozen import Value, thaw
from ..values.version import Version, VersionSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..authoring.renumber import Renumbered
    from ..diff.suppressions import Applied
    from ..history import History
    from ..model.changes import Change
    from ..model.microversion import Event, Feature, Microversion
    from ..model.operation import Operation
    from ..questions.audit import Audit
    from ..questions.explanation import Explanation, Reason
    from ..questions.negotiation import Limit, Negotiation
    from ..schema.errors import Violation
    from ..values.diagnostics import Diagnostic, Location


def availability(value: VersionSet) -> dict[str, Any]:
    """A version set: as text, and as ranges whose `last` is null where they are open."""
    ranges = [{"first": str(item.first), "last": str(item.last) if item.last else None} for item in value]
    return {"versions": str(value), "ranges": ranges}


def location(value: Location | None) -> dict[str, Any] | None:
    """A place in a file."""
    return {"file": value.file, "line": value.line, "column": value.column} if value else None


def change(value: Change) -> dict[str, Any]:
    """A change: its verb and target, and the keys that it has."""
    own = {name: _json(field) for name, field in value.fields().items() if field is not None and name not in _BASIC}
    return {"verb": value.verb, "target": value.target, **own, "why": value.why, "location": location(value.location)}


_BASIC = ("target", "why", "location", "definition")


def microversion(value: Microversion) -> dict[str, Any]:
    """A microversion with everything in it."""
    return {
        "version": str(value.version),
        "release": value.release.key if value.release else None,
        "title": value.title,
        "description": value.description,
        "features": dict(value.features),
        "removed_features": dict(value.removed_features),
        "behaviors": {name: _json(behavior.fields()) for name, behavior in value.behaviors.items()},
        "changes": [change(item) for item in value.changes if item.verb != "add-behavior"],
    }


def versions(history: History) -> dict[str, Any]:
    """The service, its releases, and a line for each microversion."""
    return {
        "service": history.service_type,
        "min_version": str(history.min_version),
        "max_version": str(history.max_version),
        "versions": [
            {"version": str(item.version), "release": item.release.key if item.release else None, "title": item.title}
            for item in history
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


def mentions(found: Iterable[tuple[Microversion, list[str]]]) -> list[dict[str, Any]]:
    """The microversions that speak of something, and what they say."""
    return [{"version": str(item.version), "title": item.title, "lines": lines} for item, lines in found]


def feature(value: Feature) -> dict[str, Any]:
    """A feature and when it is there."""
    return {"feature": value.name, "text": value.text, **availability(value.availability)}


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
    }


def events(values: Iterable[Event]) -> list[dict[str, Any]]:
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


def verdict(errors: Iterable[Violation]) -> dict[str, Any]:
    """Whether a value obeys its schema, and what is wrong with it."""
    found = [_json(item) for item in errors]
    return {"valid": not found, "errors": found}


def negotiation(value: Negotiation) -> dict[str, Any]:
    """The version to ask for (null if none fits), everything that was asked for, and why not a preferred one."""
    return {
        "version": str(value.version) if value.version else None,
        "prefer": value.prefer,
        "limits": [_limit(limit) for limit in value.limits],
        "reasons": [
            {"kind": reason.limit.kind, "name": reason.limit.name, "not": availability(reason.versions)}
            for reason in value.reasons
        ],
    }


def _limit(value: Limit) -> dict[str, Any]:
    return {
        "kind": value.kind,
        "name": value.name,
        **availability(value.versions),
        "releases": [release.key if release else None for release in value.releases],
        "refused_at": str(value.refused_at) if value.refused_at else None,
        "errors": [_json(item) for item in value.violations],
        "note": value.note,
    }


def written(files: list[str]) -> dict[str, Any]:
    """The files that were written."""
    return {"files": files}


def explanation(value: Explanation) -> dict[str, Any]:
    """Why a request is answered as it is, and what to do."""
    return {
        "request": value.request,
        "version": value.version,
        "operation": value.operation,
        "works": value.works,
        "refusal": value.refusal,
        "status": value.status,
        "reasons": [_reason(item) for item in value.reasons],
        "ignored": [_reason(item) for item in value.ignored],
        "errors": verdict(value.violations)["errors"],
        "instead": value.instead,
        "works_at": availability(value.works_at),
        "effective_at": availability(value.effective_at),
        "works_here": availability(value.works_here),
        "since_release": value.since.key if value.since else None,
    }


def audit(value: Audit) -> dict[str, Any]:
    """The calls that something is wrong with."""
    return {
        "calls": value.calls,
        "server": str(value.server) if value.server else None,
        "findings": [
            {
                "kind": item.kind,
                "operation": item.operation,
                "version": item.explanation.version,
                "count": item.count,
                "places": [str(call.place) for call in item.calls],
                "notes": list(item.notes),
                "reasons": [_reason(reason) for reason in item.reasons],
                "explanation": explanation(item.explanation),
            }
            for item in value.findings
        ],
    }


def _reason(value: Reason) -> dict[str, Any]:
    return {
        "text": value.text,
        "version": str(value.version) if value.version else None,
        "release": value.release.key if value.release else None,
        "location": location(value.location),
    }


def diagnostics(values: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """What is wrong with a specification."""
    return [
        {"code": item.code, "message": item.message, "hint": item.hint, "location": location(item.location)}
        for item in values
    ]


def checked(values: Iterable[Diagnostic], applied: Applied | None = None) -> dict[str, Any]:
    """What a check found, lint's mistakes or its own violations, and what came of the suppressions."""
    found = []
    for item, told in zip(values := list(values), diagnostics(values), strict=True):
        versions, findings = getattr(item, "versions", None), getattr(item, "findings", ())
        more = {"versions": str(versions) if versions else None, "findings": [finding.id for finding in findings]}
        found.append({**told, **more})
    return {
        "violations": found,
        "suppressed": [item.suppression.id for item in applied.suppressed] if applied else [],
        "suppressions": diagnostics(applied.notes if applied else ()),
    }


def renumbered(value: Renumbered) -> dict[str, Any]:
    """A version file that got another number."""
    mentions = [{"location": location(item.location), "text": item.text} for item in value.mentions]
    files = {"source": str(value.source), "target": str(value.target)}
    return {"old": str(value.old), "new": str(value.new), **files, "mentions": mentions}


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

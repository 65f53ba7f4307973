"""Differences as JSON, in the shape of `microspec.render.diffs.shape`: one finding on each line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..escaping import dumped
from .grouping import instead
from .report import placed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...diff.judgement import Judgement
    from ...diff.suppressions import Suppression
    from ...model.microversion import Cause
    from ...values.diagnostics import Location
    from ..shape import Location as Place
    from . import shape
    from .report import Report, Step


def write(report: Report) -> str:
    """A report as a JSON document."""
    parts = []
    for key, value in data(report).items():
        if isinstance(value, list) and value:
            items = ",\n".join(f"  {dumped(item)}" for item in value)
            parts.append(f"{dumped(key)}: [\n{items}\n]")
        else:
            parts.append(f"{dumped(key)}: {dumped(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def data(report: Report) -> shape.Diff:
    """A report as plain data."""
    write_ = _Writer(report)
    applied, counts = report.applied, report.counts
    counted = [*applied.kept, *(item.judgement for item in applied.suppressed)]
    counted += [item for step in report.steps or () for item in step.judgements]
    rules = {item.rule.id: item.rule for item in counted}
    return {
        "service": report.service,
        "old": str(report.old),
        "new": str(report.new),
        "title": report.title,
        "policy": report.policy.name,
        "overrides": dict(report.policy.overrides),
        "verdict": report.verdict,
        "headline": report.headline,
        "counts": {
            "breaking": counts["breaking"],
            "undecidable": counts["undecidable"],
            "compatible": counts["compatible"],
        },
        "findings": write_.findings(applied.kept),
        "suppressed": [
            {
                "finding": write_.finding(item.judgement),
                "reason": item.suppression.reason,
                "expires": item.suppression.expires.isoformat(),
            }
            for item in applied.suppressed
        ],
        "unused_suppressions": write_.suppressions(applied.unused),
        "expired_suppressions": write_.suppressions(applied.expired),
        "cancelled": [
            {
                "operation": item.operation,
                "resource": item.resource,
                "part": item.part,
                "name": item.name,
                "causes": write_.causes(item.causes),
            }
            for item in report.cancelled
        ],
        "by_version": None if report.steps is None else [write_.step(step) for step in report.steps],
        "rules": {
            rule.id: {
                "summary": rule.summary,
                "why": rule.why,
                "advice": rule.advice,
            }
            for rule in sorted(rules.values(), key=lambda rule: rule.id)
        },
    }


class _Writer:
    """Writes the parts of findings. Causes that several findings share are written once."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._causes: dict[tuple[object, int], shape.Cause] = {}

    def findings(self, judgements: Iterable[Judgement]) -> list[shape.Finding]:
        return [self.finding(item) for item in judgements]

    def finding(self, item: Judgement) -> shape.Finding:
        found = item.finding
        return {
            "id": found.id,
            "rule": found.rule,
            "severity": item.severity,
            "direction": item.rule.direction,
            "operation": found.operation,
            "resource": found.resource,
            "part": found.part,
            "name": found.name,
            "before": found.before,
            "after": found.after,
            "instead": instead(found, self._report.api),
            "causes": self.causes(found.causes),
        }

    def causes(self, values: Iterable[Cause]) -> list[shape.Cause]:
        return [self._cause(value) for value in values]

    def _cause(self, value: Cause) -> shape.Cause:
        key = (value.version, value.number)
        found = self._causes.get(key)
        if found is None:
            found = self._causes[key] = {
                "version": str(value.version),
                "release": value.release.name if value.release else None,
                "verb": value.change.verb,
                "target": value.change.target,
                "feature": value.change.feature,
                "why": value.why,
                "location": self._location(value.location),
            }
        return found

    def _location(self, value: Location | None) -> Place | None:
        found = placed(value, self._report.folder)
        return {"file": found.file, "line": found.line, "column": found.column} if found else None

    def suppressions(self, values: Iterable[Suppression]) -> list[shape.Suppression]:
        return [
            {
                "id": item.id,
                "reason": item.reason,
                "expires": item.expires.isoformat(),
                "location": {"file": item.location.file, "line": item.location.line, "column": item.location.column}
                if item.location
                else None,
            }
            for item in values
        ]

    def step(self, step: Step) -> shape.Step:
        item = step.microversion
        return {
            "version": str(item.version),
            "release": item.release.name if item.release else None,
            "title": item.title,
            "features": dict(step.brings),
            "removed_features": dict(step.takes),
            "findings": self.findings(step.judgements),
        }

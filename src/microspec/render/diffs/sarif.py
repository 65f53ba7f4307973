"""Differences as SARIF 2.1.0: one result for each finding, at the line of the change that caused it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..escaping import dumped
from .grouping import instead
from .report import placed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...diff.findings import Finding
    from ...diff.judgement import Judgement
    from ...diff.rules import Rule
    from ...diff.suppressions import Suppression
    from ...diff.vocabulary import Severity
    from ...model.microversion import Cause
    from ...values.diagnostics import Location
    from ...values.version import Version
    from .report import Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVELS: dict[Severity, str] = {"breaking": "error", "undecidable": "warning", "compatible": "note"}


def write(report: Report) -> str:
    """A report as a SARIF log with one run."""
    judged: list[tuple[Judgement, Suppression | None]] = [(item, None) for item in report.applied.kept]
    judged += [(item.judgement, item.suppression) for item in report.applied.suppressed]
    rules = {item.rule.id: item.rule for item, _ in judged}
    numbers = {rule: number for number, rule in enumerate(rules)}
    driver = {
        "name": "microspec",
        "version": report.program,
        "rules": [_rule(rule, report.policy.severity(rule.id)) for rule in rules.values()],
    }
    places = _Places(report.folder)
    results = [
        {"ruleIndex": numbers[item.rule.id], **_result(item, suppression, report, places)}
        for item, suppression in judged
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return dumped({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _rule(rule: Rule, severity: Severity) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.why},
        "defaultConfiguration": {"level": _LEVELS[severity]},
        **({"help": {"text": rule.advice}} if rule.advice else {}),
    }


def _result(item: Judgement, suppression: Suppression | None, report: Report, places: _Places) -> dict[str, Any]:
    finding = item.finding
    first, *others = [*places.of(finding)] or [{}]
    logical = {"fullyQualifiedName": " ".join(filter(None, (finding.operation, finding.element)))}
    result: dict[str, Any] = {
        "ruleId": item.rule.id,
        "level": _LEVELS[item.severity],
        "message": {"text": _message(item, report)},
        "locations": [{**first, "logicalLocations": [logical]}],
        "partialFingerprints": {"findingId/v1": finding.id},
    }
    if others:
        result["relatedLocations"] = others
    if suppression:
        accepted = {"kind": "external", "status": "accepted", "justification": suppression.reason}
        result["suppressions"] = [accepted]
    return result


def _message(item: Judgement, report: Report) -> str:
    """What happened, where, why, and what to do."""
    finding = item.finding
    where = " ".join(filter(None, (finding.operation or "every operation", finding.element)))
    whys = dict.fromkeys(f"{cause.version}: {cause.why}" for cause in finding.causes if cause.why)
    replacement = instead(finding, report.api)
    advice = f"Instead: {replacement}" if replacement else ""
    return " ".join(filter(None, (f"{where}: {item.rule.summary}", *whys, item.rule.advice, advice)))


class _Places:
    """The locations of causes, each made once, because findings share them."""

    def __init__(self, folder: str | None) -> None:
        self._folder = folder
        self._made: dict[tuple[Version, int], dict[str, Any]] = {}

    def of(self, finding: Finding) -> Iterator[dict[str, Any]]:
        """The locations of the causes of a finding, the one with the reason first."""
        for cause in sorted(finding.causes, key=lambda cause: (cause.why is None, cause.version, cause.number)):
            location = placed(cause.location, self._folder)
            if location:
                key = (cause.version, cause.number)
                yield self._made.get(key) or self._made.setdefault(key, _place(cause, location))


def _place(cause: Cause, location: Location) -> dict[str, Any]:
    said = f"{cause.version}: {cause.change.verb} {cause.change.target}"
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(location.file, errors="backslashreplace"), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": location.line, "startColumn": location.column},
        },
        "message": {"text": f"{said}: {cause.why}" if cause.why else said},
    }

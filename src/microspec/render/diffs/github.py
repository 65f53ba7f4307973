"""Differences as annotations of a GitHub workflow: one for each group, at the line of the change that caused it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..annotations import annotation, diagnostics

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...diff.vocabulary import Severity
    from .report import Report, Source

_LEVELS: dict[Severity, str] = {"breaking": "error", "undecidable": "warning", "compatible": "notice"}


def write(report: Report) -> str:
    """A report as workflow commands, the worst first: GitHub shows ten of each level of a step."""
    return "".join(f"{line}\n" for line in _annotations(report)) + diagnostics(report.applied.notes, "warning")


def _annotations(report: Report) -> Iterator[str]:
    for group in report.groups:
        names = ", ".join(item.name or item.detail for item in group.named)
        text = " ".join(filter(None, (f"{names}:" if names else "", group.rule.summary, group.advice)))
        yield _annotation(group.severity, group.rule.id, [text, *map(str, group.places)], group.sources)
    for told in report.behaviors:
        yield _annotation(told.severity, told.rule.id, [f"{told.name}: {told.text}", *told.operations], told.sources)


def _annotation(severity: Severity, rule: str, lines: Sequence[str], sources: Sequence[Source]) -> str:
    """One annotation, at the location of the first source that has one; its text names all sources."""
    whys = (f"{source}: {' '.join(source.whys) or source.title}" for source in sources)
    location = next((source.location for source in sources if source.location), None)
    return annotation(_LEVELS[severity], f"{severity}: {rule}", (*lines, *whys), location)

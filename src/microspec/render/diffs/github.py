"""Differences as annotations of a GitHub workflow: one for each group, at the line of the change that caused it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...rules import Severity
    from .report import Report, Source

_LEVELS: dict[Severity, str] = {"breaking": "error", "undecidable": "warning", "compatible": "notice"}


def write(report: Report) -> str:
    """A report as workflow commands, the worst first: GitHub shows ten of each level of a step."""
    return "".join(f"{line}\n" for line in _commands(report))


def _commands(report: Report) -> Iterator[str]:
    for group in report.groups:
        names = ", ".join(item.name or item.detail for item in group.named)
        text = [
            f"{names}:" if names else "",
            group.rule.summary,
            group.advice,
            *(f"\n{place}" for place in group.places),
        ]
        yield _command(group.severity, group.rule.id, text, group.sources)
    for told in report.behaviors:
        where = [f"\n{operation}" for operation in told.operations]
        yield _command(told.severity, told.rule.id, [f"{told.name}:", told.text, *where], told.sources)


def _command(severity: Severity, rule: str, text: Sequence[str], sources: Sequence[Source]) -> str:
    """One annotation. Sources that have no file, or come second, are told in its text."""
    whys = [f"\n{source}: {' '.join(source.whys) or source.title}" for source in sources]
    properties = {"title": f"{severity}: {rule}"}
    located = next((source for source in sources if source.file), None)
    if located:
        properties = {"file": str(located.file), "line": str(located.line), "col": str(located.column), **properties}
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = " ".join(filter(None, (*text, *whys))).replace(" \n", "\n")
    return f"::{_LEVELS[severity]} {given}::{_message(message)}"


def _message(text: str) -> str:
    """Text as the command takes it after its properties."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Text as the command takes it in a property."""
    return _message(text).replace(":", "%3A").replace(",", "%2C")

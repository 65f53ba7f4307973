"""Differences as text: lines with an indentation and styled pieces, plain without a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..escaping import plain
from .report import WORST_FIRST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...diff.vocabulary import Severity
    from .report import Block, Group, Report, Source, Step, Told

STYLES: dict[Severity, str] = {"breaking": "red", "undecidable": "yellow", "compatible": "green"}

_DETAILED = 4
"""At most this many names are shown with their values; more are listed without values."""


class Line(NamedTuple):
    """A line: its indentation, and its pieces, each with a style (or none)."""

    indent: int
    pieces: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return " " * self.indent + "".join(text for text, _ in self.pieces)


def _line(indent: int, *pieces: tuple[str, str] | str) -> Line:
    styled = (piece if isinstance(piece, tuple) else (piece, "") for piece in pieces)
    return Line(indent, tuple((plain(text), style) for text, style in styled))


def lines(report: Report) -> Iterator[Line]:
    """All lines of a report."""
    yield _line(0, (f"{report.title}: ", "bold"), (report.verdict, f"bold {STYLES[report.verdict]}"))
    yield _line(0, report.headline)
    if report.narrowed:
        yield _line(0, f"only {report.narrowed}")
    for severity in WORST_FIRST:
        by_resource = report.of(severity)
        if by_resource:
            yield from _heading(severity, STYLES[severity])
        for resource, blocks in by_resource.items():
            yield _line(0, (resource, "bold"))
            for block in blocks:
                yield from _block(block)
    if report.behaviors:
        yield from _heading("behaviors", "cyan")
        for told in report.behaviors:
            yield from _told(told)
    yield from _asides(report)
    for step in report.steps or ():
        yield from _step(step)


def _heading(text: str, style: str) -> Iterator[Line]:
    yield _line(0, "")
    yield _line(0, (text.upper(), f"bold {style}"))


def _block(block: Block) -> Iterator[Line]:
    for source in block.sources:
        yield _line(2, (str(source), "bold"), f"  {source.title}")
    told: tuple[str, ...] = ()
    for group in block.groups:
        yield from _group(group)
        for source in group.sources:
            yield from _reason(source, again=source.whys == told)
            told = source.whys


def _reason(source: Source, *, again: bool) -> Iterator[Line]:
    """The location of a reason, and the reason unless it was just shown."""
    if source.place or not again:
        yield _line(6, (source.place, "dim"), "" if again else f"  {' '.join(source.whys)}")


def _group(group: Group) -> Iterator[Line]:
    yield _line(4, (group.rule.id, STYLES[group.severity]), *((": ", (names(group), "bold")) if group.named else ()))
    for place in group.places:
        yield _line(6, str(place))
    if group.advice:
        yield _line(6, ("do: ", "bold"), group.advice)


def names(group: Group) -> str:
    """What a group is about: a few names with their values, or many without."""
    if len(group.named) > _DETAILED:
        return ", ".join(item.name for item in group.named)
    return ", ".join(f"{item.name} ({item.detail})" if item.name and item.detail else item.name or item.detail
                     for item in group.named)  # fmt: skip


def _told(told: Told) -> Iterator[Line]:
    yield _line(2, (told.rule.id, STYLES[told.severity]), ": ", (told.name, "bold"), f"  {told.text}")
    for operation in told.operations:
        yield _line(4, operation)
    for source in told.sources:
        yield _line(4, (f"{source}  {source.place}", "dim"))


def _asides(report: Report) -> Iterator[Line]:
    """What does not count: changes that were undone in between, and suppressed findings."""
    if report.undone:
        yield from _heading("changed in between, but the same in the end", "dim")
        for item in report.undone:
            versions = ", ".join(map(str, item.versions))
            yield _line(2, (item.element or "the operation", "bold"), f"  {versions}")
            yield from (_line(4, operation) for operation in item.operations)
    if report.applied.suppressed:
        yield from _heading("suppressed", "dim")
        for suppressed in report.applied.suppressed:
            accepted = suppressed.suppression
            yield _line(2, accepted.id, f"  until {accepted.expires}: {accepted.reason}")


def _step(step: Step) -> Iterator[Line]:
    item = step.microversion
    yield _line(0, "")
    yield _line(0, (f"{item.version}  {item.title}", "bold"), (f"  {item.release or 'no release yet'}", "dim"))
    for sign, style, features in (("+", "green", step.brings), ("-", "red", step.takes)):
        yield from (_line(2, (f"{sign} ", style), (name, "bold"), f"  {text}") for name, text in features.items())
    for group in step.groups:
        yield _line(2, (group.severity, STYLES[group.severity]), f" {group.rule.id}", f": {names(group)}"
                    if group.named else "")  # fmt: skip
        yield from (_line(4, f"{place}") for place in group.places)
    for told in step.behaviors:
        yield _line(2, ("! ", "cyan"), (told.name, "bold"), f"  {told.text}")


def write(report: Report) -> str:
    """A report as plain text."""
    return "".join(f"{line}".rstrip() + "\n" for line in lines(report))

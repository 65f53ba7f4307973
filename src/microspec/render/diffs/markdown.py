"""Differences as Markdown, for a comment on a pull request: required actions first, the rest folded."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from ...diff.rules import SEVERITIES
from ...values.words import counted
from ..errors import LengthError
from ..escaping import code, html, markdown
from .report import UNSEEN, WORST_FIRST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ...diff.vocabulary import Severity
    from .report import Block, Group, Named, Place, Report, Source, Step, Told

_SHORT = 6
"""A longer list is folded."""


class _Section(NamedTuple):
    """A section that is shown or left out as a whole: its heading, its name, its text, and its weight.

    Neighbors share a heading.
    """

    heading: str
    name: str
    weight: int
    text: str


def write(report: Report, max_length: int | None = None) -> str:
    """A report as Markdown, of at most `max_length` characters.

    If it is too long, whole sections are left out, the least severe first and of these the longest, and it says so.
    Raises `LengthError` if not even the summary fits.
    """
    needed = 0
    for text in _ever_shorter(report):
        needed = len(text)
        if max_length is None or needed <= max_length:
            return text
    raise LengthError(max_length or 0, needed)


def _ever_shorter(report: Report) -> Iterator[str]:
    """A report, with one section fewer each time."""
    summary = f"# {markdown(report.title)}: {report.verdict}\n\n{_summary(report)}"
    table = "\n".join(_table(report))
    sections = tuple(_sections(report))
    lightest = sorted(sections, key=lambda section: (section.weight, -len(section.text)))
    for number in range(len(sections) + 1):
        gone = frozenset(lightest[:number])
        told = [section for section in sections if section not in gone]
        yield _joined([summary, table, _left_out(section for section in sections if section in gone), *_headed(told)])
    everything = _left_out([_section("All the rest", "", 0, ())])
    yield _joined([summary, table, everything])
    yield _joined([summary, everything])


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _headed(sections: Iterable[_Section]) -> Iterator[str]:
    for heading, below in groupby(sections, key=lambda section: section.heading):
        yield f"## {heading}" if heading else ""
        yield from (section.text for section in below)


def _left_out(sections: Iterable[_Section]) -> str:
    """What is left out, and how to see it."""
    told = []
    for heading, below in groupby(sections, key=lambda section: section.heading):
        names = ", ".join(markdown(section.name) for section in below if section.name)
        told.append(": ".join(filter(None, (heading.lower(), names))))
    ways = "To see it, run `microspec diff` without `--max-length`, or with `--only NAME` for one resource"
    return f"**Left out to save space:** {'; '.join(told)}. {ways}." if told else ""


def _sections(report: Report) -> Iterator[_Section]:
    """All sections. The weight of a section is its severity; what does not count, or is repeated, weighs less."""
    for severity in WORST_FIRST:
        for resource, blocks in report.of(severity).items():
            content = [line for block in blocks for line in _block(block)]
            if severity == "compatible":
                number = sum(len(block.groups) for block in blocks)
                lines = [*_details(f"{html(resource)}: {counted(number, 'change')}", content)]
            else:
                lines = [f"### {markdown(resource)}", "", *content]
            yield _section(severity.capitalize(), resource, SEVERITIES.index(severity), lines)
    if report.behaviors:
        worst = max(SEVERITIES.index(told.severity) for told in report.behaviors)
        summary = f"{counted(len(report.behaviors), 'behavior')} {UNSEEN}"
        content = [line for told in report.behaviors for line in _told(told)]
        yield _section("Behaviors", "", worst, _details(summary, content))
    yield from _asides(report)
    if report.steps:
        yield _section("Version by version", "", -2, [line for step in report.steps for line in _step(step)])


def _section(heading: str, name: str, weight: int, lines: Iterable[str]) -> _Section:
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    return _Section(heading, name, weight, text)


def _summary(report: Report) -> str:
    return f"**{markdown(report.headline)}**" + (f" Only {markdown(report.narrowed)}." if report.narrowed else "")


def _table(report: Report) -> Iterator[str]:
    """The number of changes of each severity, by resource."""
    resources = {group.resource: dict.fromkeys(WORST_FIRST, 0) for group in report.groups}
    for group in report.groups:
        resources[group.resource][group.severity] += 1
    if resources or report.behaviors:
        yield f"| resource | {' | '.join(WORST_FIRST)} |"
        yield "|---|" + "--:|" * len(WORST_FIRST)
    for resource, numbers in sorted(resources.items(), key=lambda item: [-n for n in item[1].values()]):
        yield _row(markdown(resource), numbers)
    if report.behaviors:
        yield _row("behaviors", {key: sum(told.severity == key for told in report.behaviors) for key in WORST_FIRST})


def _row(name: str, numbers: Mapping[Severity, int]) -> str:
    return f"| {name} | {' | '.join(str(number or '') for number in numbers.values())} |"


def _details(summary: str, content: Iterable[str], indent: str = "") -> Iterator[str]:
    """A folded section; `summary` is HTML."""
    yield f"{indent}<details><summary>{summary}</summary>"
    yield from ("", *(f"{indent}{line}" if line else "" for line in content), "", f"{indent}</details>")


def _block(block: Block) -> Iterator[str]:
    for source in block.sources:
        yield f"**{markdown(str(source))}** {markdown(source.title)}  "
    yield ""
    told: tuple[Source, ...] = ()
    for group in block.groups:
        yield from _group(group, told)
        told = group.sources
    yield ""


def _group(group: Group, told: Sequence[Source]) -> Iterator[str]:
    """An item of a list: what happened, what to do, why, and where. Reasons that were just `told` are not repeated."""
    few = len(group.named) <= _SHORT
    names = ", ".join(_named(item) for item in group.named) if few else f"{len(group.named)} names"
    places = [_where(place) for place in group.places]
    where = [" and ".join(places)] if len(places) <= 2 else []
    yield f"- **{group.rule.id.replace('-', ' ')}**: {' in '.join(filter(None, [names, *where]))}".rstrip(": ") + "  "
    if group.severity != "compatible":
        yield f"  {markdown(group.rule.summary)} {markdown(group.advice)}  "
    whys = {source.whys for source in told}
    for source in group.sources:
        words = ["" if source.whys in whys else markdown(" ".join(source.whys)), _place(source)]
        yield f"  {' '.join(filter(None, words))}"
    if not few:
        yield from _details("the names", [f"- {_named(item)}" for item in group.named], "  ")
        yield ""
    if not where:
        yield from _listed(places)


def _listed(places: Sequence[str]) -> Iterator[str]:
    items = [f"- {place}" for place in places]
    if len(items) > _SHORT:
        yield from _details(f"at {len(items)} places", items, "  ")
        yield ""
    else:
        yield from (f"  {item}" for item in items)
        yield ""


def _named(item: Named) -> str:
    name = code(item.name) if item.name else ""
    return " ".join(filter(None, (name, markdown(f"({item.detail})" if name else item.detail) if item.detail else "")))


def _where(place: Place) -> str:
    operation = code(place.operation) if place.operation else "every operation"
    part = place.part if place.part in _TOLD else ""
    return " ".join(filter(None, (operation, part, f"at {code(place.holder)}" if place.holder else "")))


_TOLD = ("path", "header", "error-body")
"""The parts of an operation that the rule does not name."""


def _place(source: Source) -> str:
    return f"({code(source.place)})" if source.place else ""


def _told(told: Told) -> Iterator[str]:
    versions = ", ".join(str(source.version) for source in told.sources)
    places = " ".join(_place(source) for source in told.sources)
    effect = "" if told.rule.id == "behavior-added" else f" ({told.rule.id.rpartition('-')[2]})"
    severity = "" if told.severity == "compatible" else f" *{told.severity}*"
    where = f" For {', '.join(map(code, told.operations))}." if told.operations else ""
    text = f"{markdown(told.text or told.name)}{where} {places}".rstrip()
    yield f"- **{versions or markdown(told.name)}**{effect}{severity}: {text}"


def _asides(report: Report) -> Iterator[_Section]:
    """What does not count."""
    if report.undone:
        name = "changed in between, but the same in the end"
        items = [
            f"- {code(item.element or 'the operation')} in {', '.join(map(code, item.operations))}: "
            f"{', '.join(map(str, item.versions))}"
            for item in report.undone
        ]
        yield _section("", name, -1, _details(f"{counted(len(items), 'element')} {name}", items))
    if report.applied.suppressed:
        items = [
            f"- {code(item.suppression.id)} until {item.suppression.expires}: {markdown(item.suppression.reason)}"
            for item in report.applied.suppressed
        ]
        yield _section("", "suppressed", -1, _details(f"{len(items)} suppressed", items))
    if report.applied.notes:
        name = "Suppressions to review"
        notes = (
            f"- {code(f'{note.location.file}:{note.location.line}')} {markdown(note.message)}"
            for note in report.applied.notes
        )
        yield _section("", name.lower(), SEVERITIES.index("undecidable"), (f"**{name}**", "", *notes))


def _step(step: Step) -> Iterator[str]:
    item = step.microversion
    yield from (
        "",
        f"### {item.version} {markdown(item.title)} ({markdown(str(item.release or 'no release yet'))})",
        "",
    )
    for word, features in (("new", step.brings), ("gone", step.takes)):
        yield from (f"- {word}: **{markdown(name)}** {markdown(text)}" for name, text in features.items())
    for group in step.groups:
        names = ", ".join(code(named.name) for named in group.named if named.name)
        places = ", ".join(map(code, group.operations))
        yield f"- {group.severity}: {group.rule.id.replace('-', ' ')}{f' {names}' if names else ''} in {places}"
    yield from (f"- {markdown(told.text or told.name)}" for told in step.behaviors)

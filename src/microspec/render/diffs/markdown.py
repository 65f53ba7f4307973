"""Differences as Markdown, fit for a comment on a pull request: what has to be done first, the rest to unfold."""

from __future__ import annotations

import re
from html import escape as html
from typing import TYPE_CHECKING

from .report import WORST_FIRST, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ...rules import Severity
    from .report import Block, Group, Named, Place, Report, Source, Step, Told

_SHORT = 6
"""A longer list has to be unfolded."""

_DONE: dict[Severity, str] = {
    "breaking": "{} to adapt to",
    "undecidable": "{} to look at, since it cannot be told what it means",
    "compatible": "{} that may stay unnoticed",
}

_SPECIAL = str.maketrans(
    {**{character: f"\\{character}" for character in "\\`*_[]~|"}, "<": "&lt;", ">": "&gt;", "&": "&amp;"}
    | {"@": "&#64;", "#": "&#35;", "\n": " "}  # which would call for somebody, or for another discussion
)


def write(report: Report) -> str:
    """A report as Markdown."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_report(report)) + "\n")


def _report(report: Report) -> Iterator[str]:
    yield f"# {_text(report.title)}: {report.verdict}"
    yield ""
    yield _summary(report)
    yield ""
    yield from _table(report)
    for severity in WORST_FIRST:
        by_resource = report.of(severity)
        if by_resource:
            yield from ("", f"## {severity.capitalize()}")
        for resource, blocks in by_resource.items():
            content = [line for block in blocks for line in _block(block)]
            yield ""
            if severity == "compatible":
                number = sum(len(block.groups) for block in blocks)
                yield from _details(f"{html(resource)}: {plural(number, 'change')}", content)
            else:
                yield from (f"### {_text(resource)}", "", *content)
    if report.behaviors:
        yield from ("", "## Behaviors", "")
        summary = f"{plural(len(report.behaviors), 'behavior')} that no schema shows"
        yield from _details(summary, [line for told in report.behaviors for line in _told(told)])
    yield from _asides(report)
    if report.steps:
        yield from ("", "## Version by version")
    for step in report.steps or ():
        yield from _step(step)
    yield from (
        "",
        f"<sub>{plural(len(report.applied.kept), 'finding')}, judged by the policy {report.policy.name}.</sub>",
    )


def _summary(report: Report) -> str:
    numbers = {severity: sum(group.severity == severity for group in report.groups) for severity in WORST_FIRST}
    told = [_DONE[severity].format(plural(number, "change")) for severity, number in numbers.items() if number]
    told += [plural(len(report.behaviors), "behavior") + " that no schema shows"] if report.behaviors else []
    words = "; ".join(told) or "Nothing differs"
    return f"**{words}.**" + (f" Only {_text(report.narrowed)}." if report.narrowed else "")


def _table(report: Report) -> Iterator[str]:
    """How many changes there are of each severity, by resource."""
    resources = {group.resource: dict.fromkeys(WORST_FIRST, 0) for group in report.groups}
    for group in report.groups:
        resources[group.resource][group.severity] += 1
    if resources:
        yield f"| resource | {' | '.join(WORST_FIRST)} |"
        yield "|---|" + "--:|" * len(WORST_FIRST)
    for resource, numbers in sorted(resources.items(), key=lambda item: [-n for n in item[1].values()]):
        yield f"| {_text(resource)} | {' | '.join(str(number or '') for number in numbers.values())} |"


def _details(summary: str, content: Iterable[str], indent: str = "") -> Iterator[str]:
    """Something to unfold; `summary` is HTML."""
    yield f"{indent}<details><summary>{summary}</summary>"
    yield from ("", *(f"{indent}{line}" if line else "" for line in content), "", f"{indent}</details>")


def _block(block: Block) -> Iterator[str]:
    for source in block.sources:
        yield f"**{_text(str(source))}** {_text(source.title)}  "
    yield ""
    told: tuple[Source, ...] = ()
    for group in block.groups:
        yield from _group(group, told)
        told = group.sources
    yield ""


def _group(group: Group, told: Sequence[Source]) -> Iterator[str]:
    """An item of a list: what happened, what to do, why, and where. A reason that was just `told` is not again."""
    few = len(group.named) <= _SHORT
    names = ", ".join(_named(item) for item in group.named) if few else f"{len(group.named)} names"
    places = [_where(place) for place in group.places]
    where = [" and ".join(places)] if len(places) <= 2 else []
    yield f"- **{group.rule.id.replace('-', ' ')}**: {' in '.join(filter(None, [names, *where]))}".rstrip(": ") + "  "
    if group.severity != "compatible":
        yield f"  {_text(group.rule.summary)} {_text(group.advice)}  "
    whys = {source.whys for source in told}
    for source in group.sources:
        words = ["" if source.whys in whys else _text(" ".join(source.whys)), _place(source)]
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
    name = _code(item.name) if item.name else ""
    return " ".join(filter(None, (name, _text(f"({item.detail})" if name else item.detail) if item.detail else "")))


def _where(place: Place) -> str:
    operation = _code(place.operation) if place.operation else "every operation"
    part = place.part if place.part in _TOLD else ""
    return " ".join(filter(None, (operation, part, f"at {_code(place.holder)}" if place.holder else "")))


_TOLD = ("path", "header", "error-body")
"""The parts of an operation that the rule does not name."""


def _place(source: Source) -> str:
    return f"({_code(source.place)})" if source.place else ""


def _told(told: Told) -> Iterator[str]:
    versions = ", ".join(str(source.version) for source in told.sources)
    places = " ".join(_place(source) for source in told.sources)
    effect = "" if told.rule.id == "behavior-added" else f" ({told.rule.id.rpartition('-')[2]})"
    severity = "" if told.severity == "compatible" else f" *{told.severity}*"
    where = f" For {', '.join(map(_code, told.operations))}." if told.operations else ""
    text = f"{_text(told.text or told.name)}{where} {places}".rstrip()
    yield f"- **{versions or _text(told.name)}**{effect}{severity}: {text}"


def _asides(report: Report) -> Iterator[str]:
    """What does not count."""
    if report.undone:
        summary = f"{plural(len(report.undone), 'element')} changed on the way, and the same in the end"
        items = [
            f"- {_code(item.element or 'the operation')} in {', '.join(map(_code, item.operations))}: "
            f"{', '.join(map(str, item.versions))}"
            for item in report.undone
        ]
        yield from ("", *_details(summary, items))
    if report.applied.suppressed:
        items = [
            f"- {_code(item.suppression.id)} until {item.suppression.expires}: {_text(item.suppression.reason)}"
            for item in report.applied.suppressed
        ]
        yield from ("", *_details(f"{len(items)} suppressed", items))
    if report.applied.notes:
        notes = (
            f"- {_code(f'{note.location.file}:{note.location.line}')} {_text(note.message)}"
            for note in report.applied.notes
        )
        yield from ("", "**Suppressions to look at**", "", *notes)


def _step(step: Step) -> Iterator[str]:
    item = step.microversion
    yield from ("", f"### {item.version} {_text(item.title)} ({item.release or 'no release yet'})", "")
    for word, features in (("new", step.brings), ("gone", step.takes)):
        yield from (f"- {word}: **{_text(name)}** {_text(text)}" for name, text in features.items())
    for group in step.groups:
        names = ", ".join(_code(named.name) for named in group.named if named.name)
        places = ", ".join(map(_code, group.operations))
        yield f"- {group.severity}: {group.rule.id.replace('-', ' ')}{f' {names}' if names else ''} in {places}"
    yield from (f"- {_text(told.text or told.name)}" for told in step.behaviors)


def _text(text: str) -> str:
    """Text in which no character means anything."""
    return text.translate(_SPECIAL)


def _code(text: str) -> str:
    """Text as a span of code, also if there are backticks in it."""
    flat = " ".join(text.split("\n"))
    if "`" not in flat:
        return f"`{flat}`"
    fence = "`" * (max(map(len, re.findall("`+", flat))) + 1)
    return f"{fence} {flat} {fence}"

"""Renders the model for people: lines, tables and trees, which a terminal shows with colors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..model.changes import AddBehavior
from ..values.words import counted
from .blocks import Group, Hanging, Table, Text, hung, paragraphs
from .words import elsewhere, releases, said_of, short, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from ..authoring.renumber import Renumbered
    from ..authoring.starting import Started
    from ..history import History
    from ..model.api import Api
    from ..model.changes import Change
    from ..model.microversion import Event, Microversion, Release
    from ..model.operation import Operation
    from ..questions.audit import Audit
    from ..questions.explanation import Explanation
    from ..questions.negotiation import Limit, Negotiation
    from ..schema.errors import Violation
    from ..values.diagnostics import Diagnostic
    from ..values.version import Version, VersionSet
    from .blocks import Block
    from .diffs.lines import Line

_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "altered": ("~", "yellow")}
_FEW = 3
"""At most this many places of calls are named."""


def versions(history: History) -> Block:
    """All microversions, each with the first release that supports it."""
    table = Table("version", "release", "title", broken="title")
    last = None
    for item in history:
        release = item.release.name if item.release and item.release is not last else ""
        last = item.release
        table.add_row(*map(Text, (str(item.version), release, item.title)))
    return table


def mentions(history: History, found: Mapping[Version, list[str]]) -> Block:
    """The microversions that mention a text, and the lines that do."""
    lines: list[Block] = []
    for version, said in found.items():
        item = history[version]
        lines.append(_heading(f"{item.version}  {item.title}", item.release.name if item.release else ""))
        lines += [hung(4, f"  {line}") for line in said if line != item.title]
    return Group(*lines) if lines else Text("no version mentions it", "red")


def listed(kind: str, found: Mapping[str, Any]) -> Block:
    """Names of a kind, one on each line, with the versions that have it and a description."""
    lines = []
    for name, item in found.items():
        about = _ABOUT[kind](item)
        lines.append(hung(4, (name, "bold"), (f"  {item.availability}", "cyan"), f"  {about}" if about else ""))
    return Group(*lines) if lines else Text("no name matches", "red")


_ABOUT: dict[str, Callable[[Any], str | None]] = {
    "operations": lambda item: f"removed in {item.gone_since_release}" if item.gone_since_release else None,
    "features": lambda item: item.text,
    "behaviors": lambda item: f"in other releases: {marks}  {item.text}" if (marks := elsewhere(item)) else item.text,
    "schemas": lambda item: said_of(item.schema),
}


def built(history: History, folder: Path) -> Block:
    """The confirmation that a specification was compiled, and its folder."""
    return Text(f"{history.service_type} {history.min_version} to {history.max_version} compiled into {folder}")


def written(files: list[str]) -> Block:
    """The files that were written, one on each line."""
    return Group(*map(Text, files))


def microversion(item: Microversion) -> Block:
    """What one microversion adds, removes and changes, and why."""
    lines: list[Block] = [_heading(f"{item.version}  {item.title}", item.release.name if item.release else "")]
    lines += [*paragraphs(item.description, 2), Text()]
    for name, text in item.features.items():
        lines.append(_entry("+", "green", name, text))
    for name, text in item.removed_features.items():
        lines.append(_entry("-", "red", name, text))
    behaviors = [change for change in item.changes if isinstance(change, AddBehavior)]
    lines += map(_behavior, behaviors)
    changes = [change for change in item.changes if change not in behaviors]
    for heading, listed in (("", changes), ("  in other releases", item.elsewhere)):
        if listed:
            lines.append(Text(heading, "dim"))
        lines.extend(_behavior(each) if isinstance(each, AddBehavior) else _change(each) for each in listed)
    return Group(*lines)


def _behavior(change: AddBehavior) -> Block:
    return _entry("!", "cyan", change.target, change.text, releases(change))


def _change(change: Change) -> Block:
    effect = {"add": "added", "remove": "removed", "alter": "altered"}[change.verb.partition("-")[0]]
    sign, style = _SIGNS[effect]
    line = Text.assemble((f"  {sign} ", style), f"{change.element}")
    if when := releases(change):
        line.append(f"  {when}", "cyan")
    detail = _detail(change)
    if detail:
        line.append(f"  {detail}", "dim")
    if text := text_of(change):
        line.append(f"  {text}")
    if change.why:
        line.append(f"  {change.why}", "italic")
    return Hanging(line, 4)


def _detail(change: Change) -> str:
    """The old and new values of an alteration; the text of a behavior is shown separately."""
    parts = []
    for name, value in change.fields().items():
        if name != "text" and hasattr(value, "before") and hasattr(value, "after"):
            parts.append(f"{name.replace('_', ' ')}: {short(value.before)} → {short(value.after)}")
    return ", ".join(parts)


def availability(
    what: str,
    when: VersionSet,
    history: History,
    text: str | None = None,
    hint: str | None = None,
    gone: Release | None = None,
) -> Block:
    """The versions and releases that have something; if none ever had, a hint at what may have been meant.

    `gone` is the release that removed the operation, so that it answers 410 at every version.
    """
    lines: list[Block] = [hung(2, (what, "bold"), f"  {text}" if text else "")]
    table = Table("versions", "first release", "last release")
    for item in when:
        first = history._source.release(item.first)
        last = history._source.release(item.last) if item.last else None
        until = str(last or ("" if item.last else f"before {gone}" if gone else "still there"))
        table.add_row(*map(Text, (str(item), str(first or ""), until)))
    lines.append(table if when else _never("never", hint))
    lines += [_gone(gone)] if gone else []
    return Group(*lines)


def _gone(release: Release) -> Block:
    return hung(4, (f"  removed in {release} ({release.version}): answers 410 at every version", "red"))


def _never(words: str, hint: str | None) -> Block:
    return hung(4, (words, "red"), f"; {hint}" if hint else "")


def events(
    what: str, values: Sequence[Event], at_first: bool, hint: str | None = None, gone: Release | None = None
) -> Block:
    """The life of an element, oldest first; for one that never existed, a hint at what may have been meant.

    `gone` is the release that removed the operation, so that it answers 410 at every version.
    """
    lines: list[Block] = [hung(2, (what, "bold"))]
    if at_first:
        lines.append(Text("  exists since the first version"))
    for event in values:
        sign, style = _SIGNS[event.effect]
        release = event.release.name if event.release else "no release yet"
        head = Text.assemble((f"  {sign} {event.version} ", style), (f"{release}: ", "dim"), f"{event.effect}")
        head.append(f" by {event.change.verb} {event.change.target}", "dim")
        head.append(f" {when}" if (when := releases(event.change)) else "", "dim")
        lines.append(Hanging(head, 4))
        lines += [hung(6, f"      {words}") for words in _words(event.change) if words]
        lines += [hung(6, (f"      {event.location}", "dim"))] if event.location else []
    if not values and not at_first:
        lines.append(_never("  never existed", hint))
    lines += [_gone(gone)] if gone else []
    return Group(*lines)


def _words(change: Change) -> tuple[str | None, ...]:
    return _detail(change), text_of(change), change.why


def styled(lines: Iterable[Line]) -> Block:
    """Lines of text with their styles; a line that is too long continues with a deeper indentation."""
    return Group(*(hung(line.indent + 2, " " * line.indent, *line.pieces) for line in lines))


def verdict(
    operation: str, version: str, errors: Mapping[str, Sequence[Violation]], accepted: VersionSet, *, reads_body: bool
) -> Block:
    """Whether a request is accepted at a version, what is wrong with each part of it, and which versions accept it.

    `reads_body` is whether the operation reads the body that was given.
    """
    unread = "" if reads_body else ", which reads no body"
    if not errors:
        return hung(2, (f"accepted by {operation} at {version}{unread}", "green"))
    lines = [hung(2, (f"refused by {operation} at {version}{unread}", "red"))]
    for part, found in errors.items():
        lines += [hung(4, (f"  {item.pointer or f'the {part}'}", "bold"), f"  {item.message}") for item in found]
    lines.append(hung(2, f"accepted at: {accepted}"))
    return Group(*lines)


def negotiation(value: Negotiation) -> Block:
    """The version to ask for and why not a preferred one; or that none fits, with all requirements."""
    if value.version is None:
        lines = [hung(2, ("no version meets all requirements", "red"))]
        return Group(*lines, *(hung(4, "  ", (limit.title, "bold"), _after(limit)) for limit in value.limits))
    lines = [hung(2, "ask for ", (str(value.version), "bold green"))]
    for reason in value.reasons:
        lines.append(hung(4, f"  not {reason.versions}: ", (reason.limit.title, "bold"), _after(reason.limit)))
    return Group(*lines)


def _after(limit: Limit) -> str:
    return str(limit).removeprefix(limit.title)


def explanation(value: Explanation) -> Block:
    """Why a request gets its answer, and what to do."""
    lines = [hung(2, (value.headline, "green" if value.works else "red"))]
    for reason in (*value.reasons, *value.ignored):
        lines.append(hung(4, f"  {reason.text}"))
        lines += [hung(6, (f"    {', '.join(reason._origin)}", "dim"))] if reason._origin else []
    lines += [hung(2, value.advice)] if value.advice else []
    return Group(*lines)


def audit(value: Audit) -> Block:
    """The calls with problems, by kind."""
    from ..questions.audit import TITLES

    head = f"{counted(value.calls, 'call')}{f' on a cloud with {value.server}' if value.server else ''}"
    lines: list[Block] = [_heading(head, f"{value.elsewhere} to other services" if value.elsewhere else "")]
    for kind, words in TITLES.items():
        findings = value.of(kind)
        if findings:
            lines.append(_heading(words, str(value.wrong[kind])))
        for finding in findings:
            why = finding.explanation
            answer = f"  {why.refusal}" if why.refusal else ""
            line = Text.assemble("  ", (finding.operation, "bold"), f" at {finding.asked}{answer}")
            line.append(f"  {counted(finding.count, 'time')}" if finding.count > 1 else "", "dim")
            lines.append(Hanging(line, 4))
            lines += [hung(6, (f"    {item}", "dim")) for item in finding.notes or finding.places[:_FEW]]
            lines.append(hung(6, f"    {finding.reason}"))
            if finding.versions and len(finding.elements) > 1:
                lines.append(hung(6, f"    the same for {', '.join(finding.elements[1:])}"))
            lines += [hung(6, (f"    {why.advice}", "green"))] if why.advice else []
    if not value.findings:
        lines.append(Text("no findings", "green"))
    return Group(*lines)


def diagnostics(values: Iterable[Diagnostic]) -> Block:
    """The mistakes in a specification, one on each line; below each, what a caller notices."""
    lines = []
    for item in values:
        hint = f" ({item.hint})" if item.hint else ""
        lines.append(hung(2, f"{item.location}: ", (item.code, "red"), f" {item.message}", (hint, "dim")))
        lines += [hung(4, f"  {finding.id}") for finding in getattr(item, "findings", ())]
    return Group(*lines)


def started(value: Started) -> Block:
    """The files that were written, one on each line."""
    return Group(*(hung(2, f"wrote {path}") for path in value.files))


def formatted(files: Sequence[Path]) -> Block:
    """The files that formatting changes, one on each line."""
    return Group(*(hung(2, str(path)) for path in files))


def renumbered(value: Renumbered) -> Block:
    """The new name of a version file, and the lines in it that still mention the old number."""
    lines = [hung(2, f"renamed {value.source} to {value.target}")]
    lines += [hung(2, f"{item.location}: still mentions {value.old}: {item.text}") for item in value.mentions]
    return Group(*lines)


def operation(value: Operation, api: Api, history: History) -> Block:
    """An operation as a tree: parameters, request, answers, with what is new at the version marked."""
    from .operations import OperationTree

    return OperationTree(value, api, history).render()


# ------------------------------------------------------------------------------------------------ pieces


def _heading(text: str, note: str) -> Block:
    return Text.assemble((text, "bold"), (f"  {note}" if note else "", "dim"))


def _entry(sign: str, style: str, name: str, text: str, when: str = "") -> Block:
    return hung(4, (f"  {sign} ", style), (name, "bold"), (f"  {when}" if when else "", "cyan"), f"  {text}")

"""The history as Markdown: what the specification says, version by version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.changes import AddBehavior
from ..questions.audit import TITLES
from .escaping import code, markdown
from .words import releases, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..history import History
    from ..model.changes import Change
    from ..model.microversion import Microversion
    from ..questions.audit import Audit, AuditFinding


def coverage(history: History) -> str:
    """A page that lists for each microversion its description, features, behaviors and changes."""
    lines = [
        f"# {markdown(history.service.title)}, version by version",
        "",
        "Everything that the specification says about each microversion. Generated; do not edit.",
    ]
    for item in history:
        lines += _version(item)
    return "\n".join(lines) + "\n"


def audit(value: Audit) -> str:
    """The calls with problems, in a table for each kind of finding."""
    where = f" on a cloud with {value.server}" if value.server else ""
    lines = [f"{value.calls} calls{where}; {value.elsewhere} more to other services."]
    for kind, words in TITLES.items():
        findings = value.of(kind)
        if findings:
            lines += ["", f"## {words}: {value.wrong[kind]}", ""]
            lines += ["| call | versions | times | answer | why | instead |", "|---|---|---|---|---|---|"]
            lines += [_finding(finding) for finding in findings]
    return "\n".join(lines) + "\n"


def _finding(finding: AuditFinding) -> str:
    why = finding.explanation
    call = "<br>".join([code(finding.operation), *map(markdown, finding.notes)])
    others = finding.elements[1:] if finding.versions else ()
    reasons = [str(finding.reason), *([f"the same for {', '.join(others)}"] if others else [])]
    reason = "<br>".join(map(markdown, reasons))
    cells = (call, markdown(finding.asked), finding.count, why.refusal or "", reason, markdown(why.advice))
    return f"| {' | '.join(map(str, cells))} |"


def _version(item: Microversion) -> Iterator[str]:
    yield ""
    yield f"## {item.version}: {markdown(item.title)}"
    yield ""
    yield f"*{markdown(item.release.name if item.release else 'No release yet')}.* {markdown(item.description)}"
    entries = [f"- feature **{markdown(name)}**: {markdown(text)}" for name, text in item.features.items()]
    entries += [
        f"- feature **{markdown(name)}** ends: {markdown(text)}" for name, text in item.removed_features.items()
    ]
    every = (*item.changes, *item.elsewhere)
    entries += [_behavior(change) for change in every if isinstance(change, AddBehavior)]
    entries += [_change(change) for change in every if not isinstance(change, AddBehavior)]
    if entries:
        yield ""
        yield from entries


def _behavior(change: AddBehavior) -> str:
    where = f" ({', '.join(map(code, change.operations))})" if change.operations else ""
    return f"- behavior **{markdown(change.target)}**{_when(change)}: {markdown(change.text)}{where}"


def _change(change: Change) -> str:
    text = f": {markdown(text)}" if (text := text_of(change)) else ""
    why = f": {markdown(change.why)}" if change.why else ""
    return f"- {change.verb.partition('-')[0]} {_code(change)}{_when(change)}{text}{why}"


def _when(change: Change) -> str:
    when = releases(change)
    return f" ({when})" if when else ""


def _code(change: Change) -> str:
    noun, _, rest = change.element.partition(change.target)
    return f"{markdown(noun)}{code(change.target)}{markdown(rest)}"

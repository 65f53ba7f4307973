"""The page of the documentation that tells what clients send and cannot work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from microspec.questions.audit import TITLES
from microspec.render.escaping import code, markdown

from .audits import CLOUDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .audits import Client, Refusal, Row
    from .confirm import Confirmation

INTRODUCTION = """\
# What clients send

`nox -s audit` installs {clients}, and lets them call every function that they have
for the compute API, on clouds whose highest version is {clouds}. It audits what they send: which calls
the cloud certainly refuses, why, and which versions would accept the same request. A client negotiates its versions
itself; python-novaclient uses the highest version that both sides support, as its command line does. Arguments are
plausible: those that a function requires, and each of the others in addition to them.

{calls:,} different calls were recorded. The decorators of Nova 34.0.0 confirm each verdict ({decorators:,}): that a
call works or does not, and that a request which a client itself refuses would work. The exceptions are calls whose
version is outside the range of the cloud, which is checked earlier ({range:,}), calls to an older release that has
what Nova has removed since ({removed:,}) or that checks differently ({release:,}; as of the newest release, both
agree), and calls that Nova's code judges below its decorators ({code:,}). Decorators cannot show that a part of a
request has no effect. A verdict that is not confirmed fails the run. Generated; do not edit.
"""

HEADS = ("call", "operation", "asked at", "answer", "why", "would work")


def page(clients: list[Client], confirmation: Confirmation, expected: list[dict[str, Any]]) -> str:
    """The page."""
    *most, last = CLOUDS
    lines = [
        INTRODUCTION.format(
            clients=" and ".join(f"{client.name} {client.release}" for client in clients),
            clouds=f"{', '.join(most)} or {last}",
            calls=sum(client.calls for client in clients),
            **confirmation.counts,
        )
    ]
    for client in clients:
        lines += _client(client)
    lines += [
        "",
        "## Expected",
        "",
        "Faults of openstacksdk that were known beforehand; the run fails if one is not found.",
        "",
    ]
    lines += [f"- {item['claim']} `{item['call']}` on a cloud that ends with {item['cloud']}." for item in expected]
    return "\n".join(lines) + "\n"


def _client(client: Client) -> Iterator[str]:
    yield f"## {client.name} {client.release}"
    rows_of = {kind: [row for row in client.rows.values() if row.finding.kind == kind] for kind in TITLES}
    here: list[Row] = []
    nowhere: list[Row] = []
    for row in rows_of["refused"]:
        (here if row.finding.explanation.works_here else nowhere).append(row)
    tables = {
        "Calls at a version that cannot work, though the cloud has one that does": here,
        "Calls that work at no version of the cloud": nowhere,
        TITLES["ignored"]: rows_of["ignored"],
    }
    for title, rows in tables.items():
        yield f"\n### {title}\n"
        yield _line(HEADS)
        yield _line(["---"] * len(HEADS))
        yield from map(_row, rows)
    yield "\n### Calls that the client refuses itself, though the cloud has versions that take them\n"
    yield f"It refuses {client.refused} calls, all clouds together. Of these would work:\n"
    yield _line(["call", "it says", "operation", "would work"])
    yield _line(["---"] * 4)
    yield from map(_refusal, client.refusals.values())
    yield ""


def _row(row: Row) -> str:
    why = row.finding.explanation
    others = row.finding.elements[1:]
    same = f"; the same for {', '.join(others)}" if others else ""
    reason = f"{row.finding.reason}{same}" if why.at else "not supported by the cloud"
    asked = f"{', '.join(row.versions)} on clouds up to {', '.join(row.clouds)}"
    would = [f"instead: {why.instead}"] if why.instead else []
    if why.effective_at:
        would.append(f"at {why.effective_at}")
    else:
        would.append(f"taken at {why.works_at}, without effect" if why.works_at else "never")
    return _line(
        [
            "<br>".join(map(code, row.notes)),
            code(row.finding.operation),
            asked,
            str(why.refusal or ""),
            markdown(reason),
            "" if why.works else markdown("; ".join(would)),
        ]
    )


def _refusal(refusal: Refusal) -> str:
    clouds: dict[str, list[str]] = {}
    for last, versions in refusal.works.items():
        clouds.setdefault(str(versions), []).append(last)
    works = "; ".join(f"at {versions} on clouds up to {', '.join(lasts)}" for versions, lasts in clouds.items())
    return _line([code(refusal.note), markdown(refusal.reason), code(str(refusal.explanation.operation)), works])


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"

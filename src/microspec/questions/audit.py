"""Which of the calls that a client makes cannot work on a cloud, why, and what would work."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ..http.errors import Place, Problem
from ..schema.errors import ValidationError
from ..values import ABSENT
from ..values.errors import InvalidElement
from ..values.frozen import Value
from .explanation import Reason, Routes, explain

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from ..http.traffic import Call
    from ..model.source import Source
    from ..values.version import VersionRange
    from .explanation import Explanation
    from .vocabulary import AuditKind


TITLES: dict[AuditKind, str] = {
    "refused": "Calls that cannot work",
    "ignored": "Calls of which a part has no effect",
    "unexpected": "Calls that were answered otherwise than the API is described",
}
"""The kinds of findings, in words."""

_KEPT = 10_000
"""So many different calls are remembered, not to be judged twice."""


class AuditFinding(Value):
    """Something wrong with calls: those with one operation, one version and the same reasons.

    `explanation` is that of the first of them, `reasons` says what is wrong. `count` is how many there are,
    `calls` the first of them, and the first with each further note.
    """

    kind: AuditKind
    explanation: Explanation
    reasons: tuple[Reason, ...]
    calls: tuple[Call, ...]
    count: int

    @property
    def operation(self) -> str:
        """The operation, or the request where there is none."""
        return self.explanation.operation or self.explanation.request

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes of the calls, each once."""
        return tuple(dict.fromkeys(call.note for call in self.calls if call.note))


class Audit(Value):
    """The findings about the `calls` (their number) that were looked at, on a cloud that has the versions of `server`.

    `problems` are the calls that do not tell what they mean: a server action without its name.
    """

    calls: int
    findings: tuple[AuditFinding, ...]
    problems: tuple[Problem, ...]
    server: VersionRange | None

    def of(self, kind: AuditKind) -> tuple[AuditFinding, ...]:
        """The findings of a kind."""
        return tuple(finding for finding in self.findings if finding.kind == kind)


def audit(source: Source, calls: Iterable[Call], server: VersionRange | None = None) -> Audit:
    """Judge calls, one at a time, by what a cloud with these versions answers; by default one with all."""
    routes = Routes(source)
    judge = lru_cache(maxsize=_KEPT)(lambda call: tuple(_judged(source, routes, call, server)))
    found: dict[Hashable, _Gathered] = {}
    problems: list[Problem] = []
    count = 0
    for call in calls:
        count += 1
        try:
            judged = judge(call.replace(note=None) if call.note else call)
        except InvalidElement as error:
            place = call.place or Place(file="", number=count)
            problems.append(Problem(place=place, reason=str(error)))
            continue
        for kind, explanation, reasons in judged:
            key = (kind, explanation.operation or explanation.request, call.version, reasons)
            if key not in found:
                found[key] = _Gathered(kind, explanation, reasons)
            found[key].add(call)
    order = list(TITLES)
    findings = sorted((item.finding() for item in found.values()), key=lambda finding: order.index(finding.kind))
    return Audit(calls=count, findings=tuple(findings), problems=tuple(problems), server=server)


class _Gathered:
    """The calls of a finding, as they are gathered."""

    def __init__(self, kind: AuditKind, explanation: Explanation, reasons: tuple[Reason, ...]) -> None:
        self._kind, self._explanation, self._reasons = kind, explanation, reasons
        self._first: Call | None = None
        self._by_note: dict[str, Call] = {}
        self._count = 0

    def add(self, call: Call) -> None:
        """Count a call, and keep it if it is the first or has a note that is new."""
        self._count += 1
        self._first = self._first or call
        if call.note:
            self._by_note.setdefault(call.note, call)

    def finding(self) -> AuditFinding:
        """All of them as a finding."""
        first = () if self._first is None or self._first.note else (self._first,)
        return AuditFinding(
            kind=self._kind,
            explanation=self._explanation,
            reasons=self._reasons,
            calls=(*first, *self._by_note.values()),
            count=self._count,
        )


def _judged(
    source: Source, routes: Routes, call: Call, server: VersionRange | None
) -> Iterator[tuple[AuditKind, Explanation, tuple[Reason, ...]]]:
    """What is wrong with one call."""
    why = explain(source, call.request, call.version, body=call.body, query=call.query, server=server, routes=routes)
    answered = call.status is not None and call.status < 400
    if not why.works and answered:
        yield "unexpected", why, (Reason(text=f"{call.status} was answered; {_refused(why)}"), *why.reasons)
    elif not why.works:
        yield "refused", why, why.reasons
    else:
        if why.ignored:
            yield "ignored", why, why.ignored
        wrong = tuple(_wrong_answer(source, call, why))
        if wrong:
            yield "unexpected", why, wrong


def _refused(why: Explanation) -> str:
    return f"by its version, path, query and body, it is refused with {why.refusal}"


def _wrong_answer(source: Source, call: Call, why: Explanation) -> Iterator[Reason]:
    """What contradicts the description of the API in the answer to a call that works."""
    if call.status in (None, 304) or call.status >= 500 or why.at is None or why.operation is None:
        return  # a failure of the cloud, or of what is in between, says nothing of the API; nor what a cache has
    operation = source.at(why.at)[why.operation]
    known = (*operation.success_statuses, *operation.error_statuses)
    if call.status not in known:
        yield Reason(text=f"{call.status} is not one of its statuses: {', '.join(map(str, known))}")
    elif call.status < 400 and call.response is not ABSENT:
        try:
            operation.validate_response(call.response, call.status)
        except ValidationError as error:
            yield from (Reason(text=f"in the answer {violation}") for violation in error.errors)

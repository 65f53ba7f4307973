"""Which of the calls that a client makes cannot work on a cloud, why, and what would work.

Calls are judged one at a time. Only the first few calls of each finding are kept. A recording can be judged in parts:
`Audit.merged` combines their audits, in any order.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ..http.errors import Place, Problem, TrafficError
from ..http.traffic import Recording
from ..schema.errors import ValidationError
from ..values import ABSENT
from ..values.errors import InvalidElement
from ..values.frozen import Value, frozendict
from ..values.version import VersionSet
from .explanation import Reason, Wrong, explained, refusals, without_effect
from .judgement import Case, Flaw, Judge, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..http.traffic import Call
    from ..model.microversion import Release
    from ..model.source import Source
    from ..values.version import VersionRange
    from .explanation import Explanation
    from .runs import Run
    from .vocabulary import AuditKind


TITLES: dict[AuditKind, str] = {
    "refused": "Calls that cannot work",
    "ignored": "Calls of which a part has no effect",
    "unexpected": "Calls whose answer contradicts the specification",
}
"""The kinds of findings, in words."""

MOST_CALLS = 10
"""At most this many calls of a finding are listed: the first ones with different notes or requests."""

MOST_PROBLEMS = 100
"""At most this many problems of a file are listed."""


class Fault(NamedTuple):
    """What the calls of one finding have in common.

    `operation` is its key; for an unknown path, it is the part of the path that is known. `part`, `element` and `rule`
    are as in `Wrong`, but `element` leaves out names that no version knows. `version` and `place` are those of the
    change that caused the problem. The specification limits how many faults there can be, however many calls there are.
    """

    kind: AuditKind
    operation: str
    part: str
    element: str
    rule: str
    version: str
    place: str


Order = tuple[str, int, str, str]
"""The order of cases: by file, number, element, and note or call."""


class AuditCase(Value):
    """A call of a finding, and the `element` that is wrong in it: a pointer, a parameter, a status or a version."""

    element: str
    call: Call


class AuditFinding(Value):
    """Calls with the same problem, whatever ids are in their paths and whatever versions they asked for.

    `reason` says what is wrong with the first call, and `explanation` explains that call. `versions` are the versions
    that the calls were judged by, and `count` is the number of calls. `cases` are the first calls (at most
    `MOST_CALLS`) that differ in what is wrong, in their note, or without notes in their request.
    """

    kind: AuditKind
    reason: Reason
    versions: VersionSet
    count: int
    cases: tuple[AuditCase, ...]
    explanation: Explanation
    _fault: Fault

    @property
    def operation(self) -> str:
        """The operation, or the request if there is none."""
        return self.explanation.operation or self.explanation.request

    @property
    def asked(self) -> str:
        """The versions, as text. If they were refused: those that the first calls asked for."""
        return str(self.versions) if self.versions else ", ".join(self.elements)

    @property
    def places(self) -> tuple[str, ...]:
        """The places of the first calls, without repetition."""
        return tuple(dict.fromkeys(str(case.call.place) for case in self.cases))

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes of the first calls, without repetition."""
        return tuple(dict.fromkeys(case.call.note for case in self.cases if case.call.note))

    @property
    def elements(self) -> tuple[str, ...]:
        """What is wrong in the first calls, without repetition. Several elements are names that no version knows."""
        return tuple(dict.fromkeys(case.element for case in self.cases))


class Audit(Value):
    """What is wrong with the calls of a client, on a cloud that has the versions in `server` (None: all versions).

    `release` is the release of the cloud, whose facts decide; None if there are no releases.
    `calls` is the number of calls, and `elsewhere` the number of calls to other services, which were skipped. `wrong`
    is the number of calls with findings, for each kind of finding. `problems` are the lines of recordings that could
    not be read, and server actions without a name: of each file the first (at most `MOST_PROBLEMS`).
    """

    calls: int
    elsewhere: int
    wrong: frozendict[AuditKind, int]
    findings: tuple[AuditFinding, ...]
    problems: tuple[Problem, ...]
    server: VersionRange | None
    release: Release | None

    def of(self, kind: AuditKind) -> tuple[AuditFinding, ...]:
        """The findings of a kind."""
        return tuple(finding for finding in self.findings if finding.kind == kind)

    @classmethod
    def merged(cls, audits: Iterable[Audit]) -> Audit:
        """The audit of the calls of several audits of the same cloud. The order of the audits does not matter.

        The first calls are those that come first by the name of their file, and by their number in it. Raises
        InvalidElement if the audits are of different clouds, or if there are none.
        """
        every = tuple(audits)
        if len({(audit.server, audit.release) for audit in every}) != 1:
            raise InvalidElement("merged", "needs at least one audit, and all must be of the same cloud")
        found: dict[Fault, AuditFinding] = {}
        for finding in (finding for audit in every for finding in audit.findings):
            known = found.get(finding._fault)
            found[finding._fault] = _together(known, finding) if known else finding
        return cls(
            calls=sum(audit.calls for audit in every),
            elsewhere=sum(audit.elsewhere for audit in every),
            wrong=frozendict({kind: sum(audit.wrong[kind] for audit in every) for kind in TITLES}),
            findings=_in_order(found.values()),
            problems=_first(problem for audit in every for problem in audit.problems),
            server=every[0].server,
            release=every[0].release,
        )


def audit(
    source: Source, calls: Iterable[Call], server: VersionRange | None = None, release: str | None = None
) -> Audit:
    """Judges calls, one at a time, by what a cloud of this release with these versions (by default, all) would answer.

    Without a release, the highest version determines the release.
    """
    source = source.of_cloud(server.last if server else None, release)
    auditor = _Auditor(source, server, is_known=bool(server or release))
    problems: tuple[Problem, ...] = ()
    try:
        for call in calls:
            auditor.take(call)
    except TrafficError as error:
        problems = error.problems
    return auditor.audit(problems, calls.elsewhere if isinstance(calls, Recording) else 0)


# ------------------------------------------------------------------------------------------ one call after another


class _Auditor:
    """The findings about the calls so far."""

    def __init__(self, source: Source, server: VersionRange | None, *, is_known: bool) -> None:
        self._judge = source.kept(Judge)
        self._cloud = self._judge.cloud(server)
        self._server = self._cloud.served if is_known else None
        self._lowest = str(self._cloud.served.first)
        self._found: dict[Fault, _Gathered] = {}
        self._wrong = dict.fromkeys(TITLES, 0)
        self._problems: list[Problem] = []
        self._count = 0

    def take(self, call: Call) -> None:
        """Judge one more call."""
        self._count += 1
        try:
            case = self._case(call)
        except InvalidElement as error:
            problem = Problem(place=self._place(call), reason=str(error))
            if sum(other.place.file == problem.place.file for other in self._problems) < MOST_PROBLEMS:
                self._problems.append(problem)
            return
        counted: set[Fault] = set()
        for kind, wrong in _wrong(case, call):
            fault = _fault(self._judge, case, kind, wrong)
            gathered = self._found.get(fault)
            if gathered is None:
                gathered = self._found[fault] = _Gathered()
            gathered.add(call, self._place(call), wrong)
            if fault not in counted:
                counted.add(fault)
                gathered.count += 1
                gathered.places |= 0 if case.at is None else 1 << case.at
        for kind in {fault.kind for fault in counted}:
            self._wrong[kind] += 1

    def audit(self, problems: Iterable[Problem], elsewhere: int) -> Audit:
        """All findings."""
        return Audit(
            calls=self._count,
            elsewhere=elsewhere,
            wrong=frozendict(self._wrong),
            findings=_in_order(self._finding(fault, gathered) for fault, gathered in self._found.items()),
            problems=_first([*self._problems, *problems]),
            server=self._server,
            release=self._judge.source.releases.get(self._judge.source.current or ""),
        )

    def _finding(self, fault: Fault, gathered: _Gathered) -> AuditFinding:
        cases, wrong = gathered.first()
        versions = self._judge.source.versions
        call = cases[0].call
        version = call.version or self._lowest
        return AuditFinding(
            kind=fault.kind,
            reason=wrong.reason(),
            versions=VersionSet([item for place, item in enumerate(versions) if gathered.places >> place & 1]),
            count=gathered.count,
            cases=cases,
            explanation=explained(self._case(call), call.request, version, server=self._server),
            _fault=fault,
        )

    def _case(self, call: Call) -> Case:
        request = Request(call.method, call.path, call.action or "", call.query, call.body)
        return Case(self._judge, request, call.version or self._lowest, self._cloud)

    def _place(self, call: Call) -> Place:
        """The place of a call in its file; a call that was not read from a file gets a number."""
        return call.place or Place(file="", number=self._count)


class _Gathered:
    """Gathers the calls of a finding: their number, the places of their versions, and the first ones."""

    def __init__(self) -> None:
        self.count = self.places = 0
        self._first: dict[tuple[str, str], tuple[Order, AuditCase, Wrong]] = {}
        self._last: Order | None = None

    def add(self, call: Call, place: Place, wrong: Wrong) -> None:
        """Keep a call if it is one of the first."""
        if self._last is not None and (place.file, place.number) > self._last[:2]:
            return
        label = (wrong.element, call.note or str(call))
        order = (place.file, place.number, *label)
        if self._last is not None and order >= self._last:
            return
        if label in self._first and self._first[label][0] <= order:
            return
        self._first[label] = (order, AuditCase(element=wrong.element, call=call.replace(place=place)), wrong)
        if len(self._first) > MOST_CALLS:
            del self._first[max(self._first, key=lambda each: self._first[each][0])]
        if len(self._first) == MOST_CALLS:
            self._last = max(order for order, *_ in self._first.values())

    def first(self) -> tuple[tuple[AuditCase, ...], Wrong]:
        """The first calls, and what is wrong with the very first."""
        found = sorted(self._first.values(), key=lambda item: item[0])
        return tuple(case for _, case, _ in found), found[0][2]


def _order(case: AuditCase) -> Order:
    place = case.call.place or Place(file="", number=0)
    return (place.file, place.number, *_label(case))


def _label(case: AuditCase) -> tuple[str, str]:
    return (case.element, case.call.note or str(case.call))


def _together(one: AuditFinding, other: AuditFinding) -> AuditFinding:
    """Two findings merged."""
    cases: dict[tuple[str, str], AuditCase] = {}
    for case in sorted((*one.cases, *other.cases), key=_order):
        cases.setdefault(_label(case), case)
    first = one if _order(one.cases[0]) <= _order(other.cases[0]) else other
    return first.replace(
        versions=one.versions | other.versions,
        count=one.count + other.count,
        cases=tuple(cases.values())[:MOST_CALLS],
    )


def _in_order(findings: Iterable[AuditFinding]) -> tuple[AuditFinding, ...]:
    """Findings by kind, and by the place of their first call."""
    kinds = list(TITLES)
    return tuple(sorted(findings, key=lambda item: (kinds.index(item.kind), _order(item.cases[0]), item._fault)))


def _first(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The first problems of each file."""
    files: dict[str, list[Problem]] = {}
    for problem in sorted(problems, key=lambda problem: (problem.place.file, problem.place.number)):
        files.setdefault(problem.place.file, []).append(problem)
    return tuple(problem for found in files.values() for problem in found[:MOST_PROBLEMS])


# ---------------------------------------------------------------------------------------------- what is wrong with one


def _wrong(case: Case, call: Call) -> Iterator[tuple[AuditKind, Wrong]]:
    """What is wrong with one call."""
    if case.refusal is None:
        for wrong in without_effect(case):
            yield "ignored", wrong
        if call.status is not None and case.way is not None:
            for wrong in _wrong_answer(case.way.run, call, call.status):
                yield "unexpected", wrong
    elif call.status is None or call.status >= 400:
        for wrong in refusals(case):
            yield "refused", wrong
    else:
        judged = "judging by its version, path, query and body, it is refused"
        text = f"answered with {call.status}; {judged} with {case.refusal}"
        for wrong in refusals(case):
            yield "unexpected", wrong._replace(reason=partial(_with, text, wrong.reason))


def _with(text: str, reason: Callable[[], Reason]) -> Reason:
    """A reason, after another text."""
    made = reason()
    return made.replace(text=f"{text}: {made.text}")


def _wrong_answer(run: Run, call: Call, status: int) -> Iterator[Wrong]:
    """What contradicts the description of the API in the answer to a call that works."""
    if status == 304 or status >= 500:
        return  # a failure of the cloud or of a proxy says nothing about the API, nor does a cached answer
    operation = run.operation
    if status not in run.statuses:
        known = (*operation.success_statuses, *operation.error_statuses)
        text = f"the specification does not list {status}, only {', '.join(map(str, known))}"
        yield Wrong("status", str(status), "", None, partial(Reason, text=text))
    elif status < 400 and call.response is not ABSENT and not operation.accepts_response(call.response, status):
        try:
            operation.validate_response(call.response, status)
        except ValidationError as error:
            for violation in error.errors:
                element = Flaw("response", violation).element
                reason = partial(Reason, text=f"in the answer, {violation}")
                yield Wrong("response", element, violation.keyword, None, reason)


def _fault(judge: Judge, case: Case, kind: AuditKind, wrong: Wrong) -> Fault:
    """What is wrong, in names of the specification: nothing in it comes from a single call."""
    key, part, event, element = case.operation, wrong.part, wrong.event, wrong.element
    if part in ("version", "path") or (part == "status" and len(element) != 3):
        element = ""
    elif part == "response" and case.way:
        element = case.way.run.answers.known_part(element)
    elif key:
        element = judge.runs.known_part(key, part, element)
    version, place = (str(event.version), str(event.location)) if event else ("", "")
    return Fault(kind, key or judge.stem(case.request), part, element, wrong.rule, version, place)

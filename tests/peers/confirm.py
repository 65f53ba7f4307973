"""Every verdict about a recorded call, confirmed against the decorators of Nova."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from conformance.nova import Question
from conformance.places import ABSENT, ACCEPTED, CRASHED, REFUSED
from microspec.values import ABSENT as UNKNOWN
from microspec.values.frozen import thaw

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.nova import Nova
    from microspec.history import History
    from microspec.http.traffic import Call
    from microspec.questions.explanation import Explanation

_STATUSES = {ABSENT: 404, REFUSED: 400, ACCEPTED: None}


class Case(NamedTuple):
    """A call, and what is said to become of it."""

    call: Call
    explanation: Explanation


class Confirmation:
    """What Nova's decorators say of calls. `disagreements`: where they say otherwise; `counts`: how it was confirmed.

    - ``decorators``: they say the same;
    - ``range``: the version is not one of the cloud's, which Nova compares before all else;
    - ``code``: what has a form of its own here is one route of Nova's, whose code tells them apart;
    - ``removed``: this Nova has removed it (410), the cloud is of an older release;
    - ``release``: this Nova is newer than the cloud, and ours says the same as of the newest release.
    """

    def __init__(self, nova: Nova, aliases: dict[str, str], history: History, cases: list[Case], folder: Path) -> None:
        self._nova, self._aliases, self._known, self._history = nova, aliases, history.known, history
        self.disagreements: list[str] = []
        self.counts = dict.fromkeys(("decorators", "range", "code", "removed", "release"), 0)
        asked = [(case, question) for case in cases for question in _questions(case)]
        answers: dict[int, dict[str, str]] = {}
        for (case, question), answer in zip(asked, nova.ask([item for _, item in asked], folder), strict=True):
            answers.setdefault(id(case), {})[question.kind] = answer.letters
        for case in cases:
            how = self._confirmed(case, answers.get(id(case), {}))
            if how is not None:
                self.counts[how] += 1

    def _confirmed(self, case: Case, answers: dict[str, str]) -> str | None:
        """How a verdict is confirmed; None if it is not."""
        why = case.explanation
        route = self._nova.route(why.operation) if why.operation else None
        if why.at is None or why.operation is None:
            return "range" if why.refusal in (400, 406) else self._disagree(case, "is not asked")
        if route is None:
            return self._disagree(case, "has no such route")
        if route.gone:
            if why.refusal == 410:
                return "decorators"
            since = self._known[why.operation].gone_since_release
            return "removed" if since else self._disagree(case, "answers 410")
        statuses = [_STATUSES[answer] for answer in answers.values() if answer in _STATUSES]
        theirs = next((status for status in statuses if status), None) if route.exists(why.at.minor) else 404
        if CRASHED in answers.values():
            return self._disagree(case, "fails")
        if theirs == why.refusal:
            return "decorators"
        if why.operation in self._aliases and why.refusal == 404:
            return "code"
        if theirs == self._as_of_the_newest(case.call).refusal:
            return "release"
        return self._disagree(case, f"answers {theirs}" if theirs else "takes it")

    def _as_of_the_newest(self, call: Call) -> Explanation:
        newest = [*self._history.releases][-1]
        return self._history.explain(call.request, call.version, body=call.body, query=call.query, release=newest)

    def _disagree(self, case: Case, nova: str) -> str | None:
        call, why = case
        self.disagreements.append(f"{call} ({call.note}): Nova {nova}, ours {why.refusal or 'takes it'}")
        return None


def _questions(case: Case) -> list[Question]:
    """What there is to ask of a call: its query, and its body where a body is read."""
    call, why = case
    if why.at is None or why.operation is None:
        return []
    query: dict[str, Any] = {name: list(values) for name, values in call.query.items()}
    found = [Question(why.operation, "query", (why.at.minor,), query)]
    if call.method in ("POST", "PUT") and call.body is not UNKNOWN:
        found.append(Question(why.operation, "request", (why.at.minor,), thaw(call.body)))
    return found

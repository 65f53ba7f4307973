"""Puts everything to both sides, and tells what differs."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from .differences import WORDS, Difference
from .nova import KINDS, shape
from .oracle import ACCEPTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .differences import Entry
    from .nova import Answers, Nova, Question, Route
    from .ours import Ours
    from .plan import Plan


class Comparison:
    """Everything that was compared: how much of it (`counts`, by release), and what differs.

    `unmeant`: the differences that no entry of `entries` explains; `problems`: what was not compared at all,
    though it should have been, and entries and cases that explain nothing.
    """

    def __init__(self, ours: Ours, novas: list[Nova], entries: list[Entry]) -> None:
        self._ours, self._novas, self.entries = ours, novas, entries
        self.counts: dict[str, Counter[str]] = {nova.release: Counter() for nova in novas}
        self.explained: dict[str, Counter[str]] = {nova.release: Counter() for nova in novas}
        self.unmeant: list[Difference] = []
        self.problems: list[str] = []

    def _take(self, differences: Iterable[Difference]) -> None:
        for difference in differences:
            entry = next((entry for entry in self.entries if entry.matches(difference, self._accepts)), None)
            if entry is None:
                self.unmeant.append(difference)
            else:
                self.explained[difference.release][entry.id] += 1

    def _accepts(self, difference: Difference, instance: Any) -> bool:
        return self._ours.accepts(difference.operation, difference.aspect, difference.minor, instance)

    def facts(self) -> None:
        """Compare what decorators say of operations: whether they exist, and the statuses of their answers."""
        for nova in self._novas:
            self._take(self._facts(nova))

    def _facts(self, nova: Nova) -> Iterator[Difference]:
        names: dict[str, list[str]] = defaultdict(list)
        for key in self._ours.operations:
            route = nova.route(key)
            names[shape(route.key) if route else shape(key)].append(key)
        counts = self.counts[nova.release]
        for form in dict.fromkeys([*nova.routes, *names]):
            route, keys = nova.routes.get(form), names.get(form, [])
            counts["operations"] += max(len(keys), 1)
            if (route is not None and route.gone) or any(self._ours.is_gone(key) for key in keys):
                counts["gone"] += len(keys)
                yield from self._gone(nova, route, keys)
                continue
            counts["schemas"] += _schemas(route, self._ours.minors[-1])
            for minor in [minor for minor in self._ours.minors if minor <= nova.max_minor]:
                present = [key for key in keys if minor in self._ours.operations[key]]
                here = route is not None and route.exists(minor)
                counts["pairs"] += max(len(present), int(here))
                if here != bool(present):
                    name = keys[0] if keys else str(route and route.key)
                    said = {True: "present", False: "absent"}
                    yield Difference(nova.release, name, minor, "existence", said[here], said[bool(present)])
                elif route is not None:
                    for key in present:
                        yield from self._statuses(nova, route, key, minor)

    def _gone(self, nova: Nova, route: Route | None, keys: list[str]) -> Iterator[Difference]:
        """Of what is gone, Nova still has the route, at every version; ours says since which release."""
        theirs = route is not None and route.gone
        said = {True: "gone", False: "not gone"}
        for key in keys or [route.key if route else ""]:
            mine = key in self._ours.operations and self._ours.is_gone(key)
            if mine != theirs:
                yield Difference(nova.release, key, 1, "existence", said[theirs], said[mine])

    def _statuses(self, nova: Nova, route: Route, key: str, minor: int) -> Iterator[Difference]:
        mine = self._ours.own_statuses(key, minor)
        for aspect, theirs in (("status", [route.status_at(minor)]), ("errors", sorted(route.errors_at(minor)))):
            own = [status for status in mine if (status >= 400) == (aspect == "errors")]
            if own != theirs:
                yield Difference(nova.release, key, minor, aspect, _listed(theirs), _listed(own))

    def verdicts(self, plan: Plan, answers: list[Answers]) -> None:
        """Compare what becomes of bodies and queries; our verdicts are made while the oracles work."""
        mine = [self._ours.verdicts(question) for question in plan.questions]
        for nova, theirs in zip(self._novas, answers, strict=True):
            self._take(self._verdicts(nova, plan, zip(plan.questions, theirs, mine, strict=True)))

    def _verdicts(self, nova: Nova, plan: Plan, answered: Iterable[tuple[Question, str, str]]) -> Iterator[Difference]:
        accepted: dict[tuple[str, str, int], bool] = {}
        counts = self.counts[nova.release]
        counts["samples"] = sum(minors[0] <= nova.max_minor for _, _, minors, _ in plan.samples)
        for (key, kind, minors, instance), theirs, mine in answered:
            counts["instances"] += bool(theirs)
            counts["verdicts"] += len(theirs)
            for minor, one, other in zip(minors, theirs, mine, strict=False):  # an older release knows less versions
                accepted[key, kind, minor] = accepted.get((key, kind, minor), False) or one == ACCEPTED
                if one != other:
                    yield Difference(nova.release, key, minor, kind, WORDS[one], WORDS[other], instance)
        never = [item for item, ever in accepted.items() if not ever]
        self.problems += [f"Nova {nova.release} accepts no {kind} of {key} at 2.{minor}" for key, kind, minor in never]

    def finish(self) -> None:
        """See whether every case of every entry was there for something."""
        for entry in self.entries:
            for number, case in enumerate(entry.cases, 1):
                if not case.matched and not case.is_idle(self._novas):
                    self.problems.append(f"case {number} of {entry.id} in differences.yaml matches nothing")


def _schemas(route: Route | None, last: int) -> int:
    """How many schemas of bodies and queries a route has up to a version."""
    spans = [span for kind in KINDS for span in route.schemas[kind]] if route else []
    return sum(span.value is not None and span.first <= last for span in spans)


def _listed(statuses: list[int]) -> str:
    return " ".join(map(str, statuses))

"""Puts everything to both sides, and tells what differs."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from .differences import Difference
from .nova import shape
from .pipeline import PIPELINE
from .places import ACCEPTED, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .differences import Entry
    from .nova import Nova, Question, Route
    from .oracles import Answer, Answers
    from .ours import Ours
    from .plan import Plan


class Comparison:
    """Everything that was compared: how much of it (`counts`, by release), and what differs.

    `ours`: what microspec says of each release.
    `unmeant`: the differences that no entry of `entries` explains; `problems`: what was not compared at all,
    though it should have been, and entries and cases that explain nothing.
    """

    def __init__(self, ours: Mapping[str, Ours], novas: list[Nova], entries: list[Entry]) -> None:
        self._ours, self._novas, self.entries = ours, novas, entries
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.explained: dict[str, Counter[str]] = defaultdict(Counter)
        self.unmeant: list[Difference] = []
        self.problems: list[str] = []

    def take(self, differences: Iterable[Difference]) -> None:
        """Count differences that are meant, and keep those that are not."""
        for difference in differences:
            entry = next((entry for entry in self.entries if entry.matches(difference, self._accepts)), None)
            if entry is None:
                self.unmeant.append(difference)
            else:
                self.explained[difference.release][entry.id] += 1

    def _accepts(self, difference: Difference, instance: Any) -> bool:
        """Whether ours accepts an instance; of an answer, whether at least this one thing is not wrong with it."""
        ours = self._ours[difference.release]
        if difference.place:
            return difference.place not in ours.places(difference.operation, difference.minor, instance)
        return ours.accepts(difference.operation, difference.aspect, difference.minor, instance)

    def facts(self) -> None:
        """Compare what decorators say of operations: whether they exist, and the statuses of their answers."""
        for nova in self._novas:
            self.take(self._facts(nova))

    def _facts(self, nova: Nova) -> Iterator[Difference]:
        ours = self._ours[nova.release]
        names: dict[str, list[str]] = defaultdict(list)
        for key in ours.operations:
            route = nova.route(key)
            names[shape(route.key) if route else shape(key)].append(key)
        counts = self.counts[nova.release]
        for form in dict.fromkeys([*nova.routes, *names]):
            route, keys = nova.routes.get(form), names.get(form, [])
            counts["operations"] += max(len(keys), 1)
            if (route is not None and route.gone) or any(ours.is_gone(key) for key in keys):
                counts["gone"] += len(keys)
                yield from self._gone(nova, route, keys)
                continue
            for kind, spans in route.schemas.items() if route else ():
                spoken = [span for span in spans if span.value is not None and span.first <= ours.minors[-1]]
                counts[f"schemas of a {kind}"] += len(spoken)
            for minor in [minor for minor in ours.minors if minor <= nova.max_minor]:
                present = [key for key in keys if minor in ours.operations[key]]
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
        ours = self._ours[nova.release]
        said = {True: "gone", False: "not gone"}
        for key in keys or [route.key if route else ""]:
            mine = key in ours.operations and ours.is_gone(key)
            if mine != theirs:
                yield Difference(nova.release, key, 1, "existence", said[theirs], said[mine])

    def _statuses(self, nova: Nova, route: Route, key: str, minor: int) -> Iterator[Difference]:
        mine = self._ours[nova.release].own_statuses(key, minor)
        for aspect, theirs in (("status", [route.status_at(minor)]), ("errors", sorted(route.errors_at(minor)))):
            own = [status for status in mine if (status >= 400) == (aspect == "errors")]
            own = [status for status in own if status in theirs or status not in PIPELINE]  # those have no decorators
            if own != theirs:
                yield Difference(nova.release, key, minor, aspect, _listed(theirs), _listed(own))

    def samples(self, plan: Plan) -> None:
        """See whether ours accepts all samples of answers, whatever decorators say of them."""
        for release, (key, kind, minors, instance) in plan.samples:
            self.counts[release][f"samples of a {kind}"] += 1
            if kind == "response" and not self._ours[release].accepts(key, kind, minors[0], instance):
                found = Difference(release, key, minors[0], "sample", "shown", "refused", instance)
                self.take(self._placed(found, []))

    def verdicts(self, plan: Plan, answers: list[Answers]) -> None:
        """Compare what becomes of bodies, queries and answers; our verdicts are made while the oracles work."""
        for nova, theirs in zip(self._novas, answers, strict=True):
            ours = self._ours[nova.release]
            mine = [ours.verdicts(question._replace(minors=nova.minors(question))) for question in plan.questions]
            self.take(self._verdicts(nova, zip(plan.questions, theirs, mine, strict=True)))

    def _verdicts(self, nova: Nova, answered: Iterable[tuple[Question, Answer, str]]) -> Iterator[Difference]:
        accepted: dict[tuple[str, str, int], bool] = {}
        counts = self.counts[nova.release]
        for (key, kind, minors, instance), (theirs, places), mine in answered:
            counts[f"instances of a {kind}"] += bool(theirs)
            counts[f"verdicts on a {kind}"] += len(theirs)
            for number, (minor, one, other) in enumerate(zip(minors, theirs, mine, strict=False)):
                accepted[key, kind, minor] = accepted.get((key, kind, minor), False) or one == ACCEPTED
                if one != other:
                    found = Difference(nova.release, key, minor, kind, WORDS[one], WORDS[other], instance)
                    yield from self._placed(found, places[number] if places else []) if kind == "response" else [found]
        never = [item for item, ever in accepted.items() if not ever]
        self.problems += [f"Nova {nova.release} accepts no {kind} of {key} at 2.{minor}" for key, kind, minor in never]

    def _placed(self, found: Difference, theirs: list[str]) -> Iterator[Difference]:
        """A difference for each thing that is wrong with an answer. `theirs`: what Nova finds wrong."""
        mine = (
            self._ours[found.release].places(found.operation, found.minor, found.instance)
            if found.ours == "refused"
            else theirs
        )
        yield from (found._replace(place=place) for place in mine or [""])

    def finish(self) -> None:
        """See whether every case of every entry was there for something."""
        self.problems += [
            f"case {number} of {entry.id!r} matches nothing: {what}"
            for entry in self.entries
            for number, case in enumerate(entry.cases, 1)
            for what in case.unmatched(self._novas)
        ]


def _listed(statuses: list[int]) -> str:
    return " ".join(map(str, statuses))

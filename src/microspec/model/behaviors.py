"""Behaviors over all versions: each step of each behavior, and what is known of a behavior by name."""

from __future__ import annotations

from itertools import pairwise

from ..values import same
from ..values.frozen import Value, frozendict
from .changes import AddBehavior, AlterBehavior, BehaviorChange
from .definition import Behavior
from .microversion import Event

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ..values.version import VersionSet
    from .changes import Change
    from .microversion import Microversion
    from .vocabulary import Effect

    Span = tuple[int, int]
    """The first and the last version, counted from 0."""


class Step(Value):
    """A change to a behavior in version `number` (from 1): the event, and the behavior before and after it, if any."""

    number: int
    event: Event
    before: Behavior | None
    after: Behavior | None


class KnownBehavior(Behavior):
    """A behavior over all versions. Its text, operations, statuses and subjects (`about`) are the newest ones.

    `availability` are the versions that have it. `forms` maps versions to the behavior as it is at them, oldest first.
    `events` are the changes that added, altered and removed it, oldest first. `elsewhere` are those that hold in other
    releases only. If it holds in other releases only, it has no versions and no forms; the text is the one there.
    """

    availability: VersionSet
    forms: frozendict[VersionSet, Behavior]
    events: tuple[Event, ...]
    elsewhere: tuple[Change, ...]


def steps(baseline: Mapping[str, Behavior], microversions: Iterable[Microversion]) -> tuple[Step, ...]:
    """Every change to a behavior, oldest first. `baseline` are the behaviors before the first version."""
    now: dict[str, Behavior | None] = {**baseline}
    found: list[Step] = []
    for number, item in enumerate(microversions, 1):
        for cause in item.causes:
            change = cause.change
            if not isinstance(change, BehaviorChange):
                continue
            before = after = now.get(change.target)
            if isinstance(change, AddBehavior):
                after = change.behavior
            elif before is not None:
                after = change.altered(before) if isinstance(change, AlterBehavior) else None
            effect: Effect = "added" if before is None else "altered" if after else "removed"
            event = Event(**cause.fields(), effect=effect)
            found.append(Step(number=number, event=event, before=before, after=after))
            now[change.target] = after
    return tuple(found)


def known(
    baseline: Mapping[str, Behavior],
    microversions: Sequence[Microversion],
    taken: Iterable[Step],
    between: Callable[[Iterable[Span]], VersionSet],
) -> frozendict[str, KnownBehavior]:
    """Every behavior of any release by name, in the order in which they were added.

    `taken` are the `steps` of the same arguments. `between` makes a set of versions.
    """
    states: dict[str, list[tuple[int, Behavior | None]]] = {name: [(0, form)] for name, form in baseline.items()}
    events: dict[str, list[Event]] = {}
    newest = {**baseline}
    for step in taken:
        name, number = step.event.change.target, step.number - 1
        of_name = states.setdefault(name, [])
        if of_name and of_name[-1][0] == number:
            of_name.pop()  # no version has what is between two of its changes
        if not of_name or not same(of_name[-1][1], step.after):
            of_name.append((number, step.after))
        events.setdefault(name, []).append(step.event)
        newest[name] = step.after or newest[name]
    names = dict.fromkeys(baseline)
    elsewhere: dict[str, list[Change]] = {}
    for item in microversions:
        names |= dict.fromkeys(change.target for change in item.written if isinstance(change, AddBehavior))
        for change in item.elsewhere:
            if isinstance(change, BehaviorChange):
                elsewhere.setdefault(change.target, []).append(change)
            if isinstance(change, AddBehavior):
                newest.setdefault(change.target, change.behavior)
    found: dict[str, KnownBehavior] = {}
    for name in names:
        begun = [*states.get(name, ()), (len(microversions), None)]
        spans = [((first, end - 1), form) for (first, form), (end, _) in pairwise(begun) if form is not None]
        found[name] = KnownBehavior(
            **newest[name].fields(),
            availability=between(span for span, _ in spans),
            forms=frozendict({between([span]): form for span, form in spans}),
            events=tuple(events.get(name, ())),
            elsewhere=tuple(elsewhere.get(name, ())),
        )
    return frozendict(found)

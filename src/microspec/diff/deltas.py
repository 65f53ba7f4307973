"""What each microversion changes, place by place, and which of its changes caused that.

A `Delta` is a place with its facts before and after. The deltas of consecutive microversions are composed into the
deltas between distant versions. If a place gets its old fact back, it does not differ, but its changes are kept.
"""

from __future__ import annotations

from itertools import chain

from ..model.timeline import TABLES
from ..values import Frozen, put, same
from ..values.frozen import frozendict
from . import facts as facts_
from .attribution import NOTHING, reached, reached_by, schema_of, users
from .pairing import Pairing, is_only_labelled_anew

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..model.api import Api
    from ..model.microversion import Cause, Microversion
    from .facts import Fact, Facts, Place

    Draft = dict[Place, "Delta"]
    """The deltas of an operation while they are collected."""
    Deltas = dict[str, "OperationDeltas"]
    """Deltas by operation; those of no single operation are under `facts.EVERYWHERE`."""


class Delta(Frozen):
    """A difference at a place; None stands for nothing before or after."""

    __slots__ = ("after", "before", "causes")
    before: Fact | None
    after: Fact | None
    causes: tuple[Cause, ...]

    def __init__(self, before: Fact | None, after: Fact | None, causes: tuple[Cause, ...] = ()) -> None:
        put(self, "before", before)
        put(self, "after", after)
        put(self, "causes", causes)

    def because(self, causes: Iterable[Cause]) -> Delta:
        """The same with more causes."""
        return Delta(self.before, self.after, all_causes([self.causes, causes], backwards=False))

    def then(self, later: Delta) -> Delta:
        """This delta followed by another one."""
        return Delta(self.before, later.after, (*self.causes, *later.causes))

    def reversed(self) -> Delta:
        """The way back."""
        return Delta(self.after, self.before, self.causes[::-1])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Delta):
            return NotImplemented
        return (self.before, self.after, self.causes) == (other.before, other.after, other.causes)

    def __hash__(self) -> int:
        return hash((self.before, self.after))

    def __repr__(self) -> str:
        return f"Delta({self.before!r}, {self.after!r}, {self.causes!r})"


class OperationDeltas(frozendict["Place", Delta]):
    """The deltas of one operation by place. `resource` is the resource of the operation.

    `backwards` says that they lead from a later version to an earlier one, `labelled` that places may have internal
    steps.
    """

    __slots__ = ("backwards", "labelled", "resource")
    backwards: bool
    labelled: bool
    resource: str | None

    def __init__(
        self,
        resource: str | None,
        deltas: Mapping[Place, Delta] | Iterable[tuple[Place, Delta]],
        *,
        backwards: bool = False,
        labelled: bool | None = None,
    ) -> None:
        super().__init__(deltas)
        put(self, "resource", resource)
        put(self, "backwards", backwards)
        put(self, "labelled", _is_labelled(self) if labelled is None else labelled)


def _is_labelled(places: Iterable[Place]) -> bool:
    return any("/~" in name for _, name in places)


def between(old: Api, new: Api) -> Deltas:
    """The deltas between any two APIs, without their history."""
    apis = [_in_full(old), _in_full(new)]
    schemas, operations = _changed(*apis)
    concerned = reached(schemas | operations, users(apis))
    everywhere = ({**facts_.of_behaviors(api), **facts_.of_common(api)} for api in apis)
    found = {facts_.EVERYWHERE: _differing(*everywhere)}
    for name in dict.fromkeys([*old.definitions, *new.definitions]):
        if name in concerned:
            found[name] = _differing(*(facts_.of_operation(name, api) for api in apis))
    return {name: OperationDeltas(_resource(name, *apis), deltas) for name, deltas in found.items() if deltas}


def _in_full(api: Api) -> Api:
    """An Api with plain tables, because all of their elements are read repeatedly."""
    return api.replace(**{kind: frozendict(getattr(api, kind)) for kind in TABLES})


def _resource(operation: str, *apis: Api) -> str | None:
    """The resource of an operation."""
    definitions = (api.definitions.get(operation) for api in apis)
    return next((definition.resource for definition in definitions if definition), None)


def _differing(old: Facts, new: Facts) -> Draft:
    deltas: Draft = {}
    for place in dict.fromkeys([*old, *new]):
        before, after = (facts[place][0] if place in facts else None for facts in (old, new))
        if before != after:
            deltas[place] = Delta(before, after)
    return deltas


def of_microversion(microversion: Microversion, before: Api) -> Deltas:
    """The deltas of a microversion, each with its causes; `before` is the API that it changes."""
    apis = [_in_full(before), _in_full(microversion.apply(before))]
    causes = microversion.causes
    found: dict[str, Draft] = {}
    states: dict[str, Sequence[Facts]] = {}
    of_behaviors: dict[str, list[Cause]] = {}
    for cause in causes:
        if cause.change.noun == "behavior":
            of_behaviors.setdefault(cause.change.target, []).append(cause)
    if of_behaviors:
        states[facts_.EVERYWHERE] = [facts_.of_behaviors(api) for api in apis]
        deltas = _differing(*states[facts_.EVERYWHERE])
        found[facts_.EVERYWHERE] = {place: delta.because(of_behaviors[place[1]]) for place, delta in deltas.items()}
    for operation in reached_by(causes, *apis):
        deltas = _differing(*operation.states)
        if deltas:
            made = operation.made(deltas)
            states[operation.name] = operation.states
            found[operation.name] = {place: delta.because(made[place]) for place, delta in deltas.items()}
    _explain_silent(causes, found, states)
    for deltas in found.values():
        _explain_whole(deltas)
        _explain_labels(deltas)
    _explain_by_users(causes, found, apis)
    return {
        name: OperationDeltas(_resource(name, apis[-1], apis[0]), deltas) for name, deltas in found.items() if deltas
    }


def _changed(old: Api, new: Api) -> tuple[set[str], set[str]]:
    """The names of the schemas and operations that a change altered."""
    return _differing_names(old.schemas, new.schemas), _differing_names(old.definitions, new.definitions)


def _differing_names(old: Mapping[str, object], new: Mapping[str, object]) -> set[str]:
    """The names whose values differ."""
    if old is new:
        return set()
    return {name for name in {*old, *new} if not same(old.get(name), new.get(name))}


def _explain_silent(causes: Sequence[Cause], found: Mapping[str, Draft], states: Mapping[str, Sequence[Facts]]) -> None:
    """Add changes without a visible effect of their own to the deltas at their targets.

    A schema is only visible while something refers to it.
    """
    silent = _silent(causes, found)
    for operation, deltas in found.items() if silent else ():
        for place, delta in deltas.items():
            names = {name for facts in states[operation] for name in facts.get(place, NOTHING)[1] if name in silent}
            if names:
                deltas[place] = delta.because(cause for name in names for cause in silent[name])


def _explain_by_users(causes: Sequence[Cause], found: Mapping[str, Draft], apis: Sequence[Api]) -> None:
    """Add changes of schemas that no delta shows to the deltas of the changes of what refers to these schemas."""
    silent = _silent(causes, found)
    by_user: dict[str, list[Cause]] = {}
    of_each = users(apis) if silent else {}
    for name in silent:
        for user in of_each.get(name, ()):
            by_user.setdefault(user, []).extend(silent[name])
    for deltas in found.values() if by_user else ():
        for place, delta in deltas.items():
            altered = {cause.change._about[1] for cause in delta.causes} & by_user.keys()
            if altered:
                deltas[place] = delta.because(cause for user in altered for cause in by_user[user])


def _silent(causes: Sequence[Cause], found: Mapping[str, Draft]) -> dict[str, list[Cause]]:
    """The changes of schemas that cause no delta that a reader is shown, by the name of the schema."""
    shown = [
        delta
        for deltas in found.values()
        for delta in deltas.values()
        if not is_only_labelled_anew(delta.before, delta.after)
    ]
    told = {cause.number for delta in shown for cause in delta.causes}
    silent: dict[str, list[Cause]] = {}
    for cause in causes:
        name = schema_of(cause.change)
        if cause.number not in told and name is not None:
            silent.setdefault(name, []).append(cause)
    return silent


def _explain_whole(deltas: Draft) -> None:
    """Add the causes of all parts to what was added or removed, because only the whole is reported."""
    more: dict[Place, list[tuple[Cause, ...]]] = {}
    for (part, name), delta in deltas.items():
        around = [(part, name[:end]) for end, character in enumerate(name) if character == "/"]
        for place in (("operation", ""), *around):
            whole = deltas.get(place)
            if whole is not None and (whole.before is None or whole.after is None):
                more.setdefault(place, []).append(delta.causes)
        for above, label in facts_.forms_on_the_way(name):
            whole = deltas.get((part, above))
            if whole is not None and (label in facts_.labels(whole.before)) != (label in facts_.labels(whole.after)):
                more.setdefault((part, above), []).append(delta.causes)
    for place, causes in more.items():
        deltas[place] = deltas[place].because(chain.from_iterable(causes))


def paired(deltas: OperationDeltas) -> OperationDeltas:
    """Deltas in which the same form of a value has the same label before and after, as far as that is decidable."""
    found = _pairing(deltas) if deltas.labelled else None
    if found is None:
        return deltas
    made: Draft = {}
    old, new = found.sides
    for place, causes in found.causes.items():
        before, after = old.get(place), new.get(place)
        given = deltas.get(place)
        if given is not None and given.before is before and given.after is after and given.causes is causes:
            made[place] = given
        elif before != after or causes:
            made[place] = Delta(before, after, all_causes([causes], backwards=deltas.backwards))
    return OperationDeltas(deltas.resource, made, backwards=deltas.backwards, labelled=True)


def _pairing(deltas: Mapping[Place, Delta]) -> Pairing | None:
    """The forms of both sides, paired; None if each has its label already."""
    found = Pairing(
        {place: delta.before for place, delta in deltas.items() if delta.before is not None},
        {place: delta.after for place, delta in deltas.items() if delta.after is not None},
        {place: delta.causes for place, delta in deltas.items()},
    )
    return found if found.pair() else None


def _explain_labels(deltas: Draft) -> None:
    """Remove the causes where only the label of a form differs, and with it the place."""
    found = _pairing(deltas) if _is_labelled(deltas) else None
    if found is None:
        return
    old, new = found.sides
    for place, origins in found.origins.items():
        if old.get(place) == new.get(place):
            for origin in origins:
                if origin in deltas:
                    deltas[origin] = Delta(deltas[origin].before, deltas[origin].after)


def all_causes(given: Iterable[Iterable[Cause]], *, backwards: bool) -> tuple[Cause, ...]:
    """The causes of several deltas, without repetition, in order."""
    found = {(cause.version, cause.number): cause for causes in given for cause in causes}
    return tuple(found[place] for place in sorted(found, reverse=backwards))


def composed(steps: Iterable[Deltas]) -> Deltas:
    """The composed deltas of consecutive microversions, from before the first to after the last.

    Places that are the same in the end are included, with equal facts.
    """
    return {operation: merged(found) for operation, found in by_operation(steps).items()}


def by_operation(steps: Iterable[Deltas]) -> dict[str, list[OperationDeltas]]:
    """The deltas of each operation, step by step."""
    together: dict[str, list[OperationDeltas]] = {}
    for step in steps:
        for operation, deltas in step.items():
            together.setdefault(operation, []).append(deltas)
    return together


def merged(steps: Sequence[OperationDeltas]) -> OperationDeltas:
    """The deltas of an operation from before the first step to after the last."""
    if len(steps) == 1:
        return steps[0]
    found: Draft = dict(steps[0])
    for deltas in steps[1:]:
        for place, delta in deltas.items():
            found[place] = found[place].then(delta) if place in found else delta
    labelled = any(deltas.labelled for deltas in steps)
    return OperationDeltas(steps[0].resource, found, backwards=steps[0].backwards, labelled=labelled)


def reversed_(deltas: Deltas) -> Deltas:
    """The way back."""
    return {
        operation: OperationDeltas(
            places.resource,
            ((place, delta.reversed()) for place, delta in places.items()),
            backwards=not places.backwards,
            labelled=places.labelled,
        )
        for operation, places in deltas.items()
    }

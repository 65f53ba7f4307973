"""Pairs the forms of an object or array before and after, if their labels differ.

A value with several forms has places below their labels; a form without a name has a label made of its properties.
Here, labels of one side are replaced by those of the other.
"""

from __future__ import annotations

from ..schema.cases import is_name
from ..schema.pointer import escape
from ..values import same
from .facts import FORM, forms_on_the_way, labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ..model.microversion import Cause
    from .facts import Fact, Place

    Side = dict[Place, Fact]
    """The facts before, or after, at the places that differ."""


class Pairing:
    """The facts before and after, with the causes of all differences.

    After `pair`, the same form has the same label on both sides, as far as that is decidable; `origins` are the
    original places of relabelled ones.
    """

    def __init__(self, old: Side, new: Side, causes: dict[Place, tuple[Cause, ...]]) -> None:
        self.sides, self.causes = (old, new), causes
        self.origins: dict[Place, tuple[Place, ...]] = {}
        self._known: set[tuple[Place, str]] = set()

    def pair(self) -> bool:
        """Relabel forms, the outer ones first; returns whether any label has changed."""
        renamed = False
        while found := self._next():
            self._known.add(found)
            for number, was, label in list(self._renamed(*found)):
                self._rename(number, *found, was, label)
                renamed = True
        return renamed

    def _next(self) -> tuple[Place, str] | None:
        """The next place, and a kind with several forms there whose labels differ from before."""
        old, new = self.sides
        holding = {(part, name.rpartition("/")[0]) for part, name in self.causes if f"/{FORM}" in name}
        unions = {(part, above) for part, name in holding for above, _ in forms_on_the_way(name)}
        for place in sorted(union for union in unions if union in old and union in new):
            for kind in ("array", "object"):
                before, after = labels(old[place], kind), labels(new[place], kind)
                if before and after and before.keys() != after.keys() and (place, kind) not in self._known:
                    return place, kind
        return None

    def _renamed(self, place: Place, kind: str) -> Iterator[tuple[int, str | None, str]]:
        """The labels to change: the side, the old label (None: no label), and the new one."""
        old, new = (labels(side[place], kind) for side in self.sides)
        for number, (one, others) in enumerate(((old, new), (new, old))):
            if len(one) == 1 < len(others):
                (label,) = one
                yield number, None, label if label in others else self._equal(place, kind, number) or label
                return
        gone, come = sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys())
        if len(gone) == len(come) == 1 < len(old) and not (is_name(gone[0]) and is_name(come[0])):
            yield 1, come[0], gone[0]

    def _equal(self, place: Place, kind: str, single: int) -> str | None:
        """The label of the form on the other side that is equal to the only one on this side."""
        own, others = self.sides[single], self.sides[1 - single]
        (alternative,) = labels(own[place], kind).values()
        below = _below(own, place, kind, None)
        for label, other in labels(others[place], kind).items():
            if same(_unlabelled(alternative), _unlabelled(other)) and below == _below(others, place, kind, label):
                return label
        return None

    def _rename(self, number: int, place: Place, kind: str, was: str | None, label: str) -> None:
        """Replace a label; what was added and removed without a label belongs to it as well."""
        part, above = place
        side = self.sides[number]
        start = f"{above}/{FORM}{escape(label)}"
        for found, steps in _places(self.causes, place, kind, was):
            to = (part, f"{start}{steps}")
            self.origins[to] = (*self.origins.get(to, (to,)), *self.origins.pop(found, (found,)))
            self.causes[to] = (*self.causes.get(to, ()), *self.causes.pop(found))
            if found in side:
                side[to] = side.pop(found)
        kinds = side[place]["kinds"]
        changed = tuple(
            form.set("form", label) if was is None or form.get("form", "") == was else form for form in kinds[kind]
        )
        side[place] = side[place].set("kinds", kinds.set(kind, changed))


def is_only_labelled_anew(before: Fact | None, after: Fact | None) -> bool:
    """Whether two facts differ only in the label of the only form of a kind, which no reader is shown."""
    return before is not None and after is not None and same(_without_single(before), _without_single(after))


def _without_single(fact: Fact) -> dict[str, Any]:
    """A fact without the labels of forms that are the only ones of their kind."""
    kinds = fact.get("kinds", {})
    plain = {kind: [_unlabelled(forms[0])] if len(forms) == 1 else [*forms] for kind, forms in kinds.items()}
    return {**fact, "kinds": plain}


def _unlabelled(alternative: Fact) -> dict[str, Any]:
    return {key: value for key, value in alternative.items() if key != "form"}


def _below(side: Side, place: Place, kind: str, label: str | None) -> dict[str, Fact]:
    """The facts of a form, by the steps to them."""
    return {steps: side[found] for found, steps in _places(side, place, kind, label)}


def _places(known: Iterable[Place], place: Place, kind: str, label: str | None) -> list[tuple[Place, str]]:
    """The places of a form, or of the only form, which has no label; each with the steps from there."""
    start = place[1] if label is None else f"{place[1]}/{FORM}{escape(label)}"
    below, other, end = f"{start}/", f"{start}/{FORM}", len(start)
    found = [
        (each, each[1][end:])
        for each in known
        if each[1].startswith(below) and each[0] == place[0] and not each[1].startswith(other)
    ]
    return [(each, steps) for each, steps in found if (steps == "/*" or steps.startswith("/*/")) == (kind == "array")]

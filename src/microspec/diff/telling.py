"""Turns deltas into findings: the rule for each place, and which places are part of another finding."""

from __future__ import annotations

from functools import lru_cache

from ..model.changes import EnumChange
from ..schema.pointer import escape, unescape
from ..values import same
from ..values.distinct import key as identity
from ..values.distinct import missing, text
from ..values.frozen import EMPTY, frozendict
from .deltas import OperationDeltas, all_causes, paired
from .effects import Effect, audience, effects, types
from .facts import FORM, OTHERS, PATTERN, labels, shown, status_name, taken
from .findings import Cancelled, Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, TypeVar

    from ..model.microversion import Cause
    from .deltas import Delta, Deltas
    from .facts import Fact

    Told = tuple[tuple[Finding, ...], tuple[Cancelled, ...]]
    """The findings at an operation, and what was cancelled there."""
    T = TypeVar("T", "Finding", "Cancelled")


class Teller:
    """Turns deltas into findings, and keeps the findings of lasting deltas, such as those of a microversion.

    Most places that differ between two versions were changed by one microversion in between, and share its findings.
    """

    def __init__(self) -> None:
        # By identity: the deltas live as long as this.
        self._told: dict[int, tuple[OperationDeltas, Told | None]] = {}
        self._made: dict[int, tuple[Delta, tuple[Finding, ...] | None]] = {}

    def remember(self, deltas: Deltas) -> None:
        """Mark these deltas as lasting."""
        for of_operation in deltas.values():
            if id(of_operation) in self._told:
                return  # already marked
            self.keep(of_operation)
            self._made |= {id(delta): (delta, None) for delta in of_operation.values()}

    def keep(self, deltas: OperationDeltas) -> None:
        """Keep the findings of these deltas of an operation from now on."""
        self._told.setdefault(id(deltas), (deltas, None))

    def forget(self, deltas: OperationDeltas) -> None:
        """No longer keep them."""
        self._told.pop(id(deltas), None)

    def tell(self, deltas: Deltas) -> Told:
        """The findings about all operations, and what was cancelled at them."""
        told = [self._of(operation, found) for operation, found in deltas.items()]
        return tuple(item for found, _ in told for item in found), tuple(item for _, found in told for item in found)

    def _of(self, operation: str, deltas: OperationDeltas) -> Told:
        _, told = self._told.get(id(deltas), (None, None))
        if told is None:
            told = self._tell(operation, deltas)
            if id(deltas) in self._told:
                self._told[id(deltas)] = (deltas, told)
        return told

    def _tell(self, operation: str, deltas: OperationDeltas) -> Told:
        key, resource = operation or None, deltas.resource
        whole = deltas.get(("operation", ""))
        if whole and (whole.before is None or whole.after is None):
            deltas = OperationDeltas(resource, {("operation", ""): whole}, labelled=False)
        deltas = paired(deltas)
        findings: list[Finding] = []
        cancelled: list[Cancelled] = []
        for (part, name), delta in deltas.items():
            around = _around(part, name, deltas)
            is_alone = not around and not (part == "query" and _UNKNOWN in deltas)
            lasting, known = self._made.get(id(delta), (None, None))
            if known is not None and is_alone:
                findings += known
            elif delta.before == delta.after:
                inside = any(outer.before == outer.after for outer, _ in around)
                if delta.causes and (whole is None or delta is whole) and not inside:
                    at = unescape(name) if part in _STATUSES else shown(name)
                    cancelled.append(
                        Cancelled(operation=key, resource=resource, part=part, name=at, causes=delta.causes)
                    )
            elif not is_alone:
                if not any(_holds_otherwise(outer, steps) for outer, steps in around):
                    made = _made(key, part, name, delta, deltas)
                    if not delta.causes:  # only the label of a form differs: the cause is reported for the whole
                        causes = all_causes([outer.causes for outer, _ in around], backwards=deltas.backwards)
                        made = tuple(finding.replace(causes=causes) for finding in made)
                    findings += made
            else:
                made = _made(
                    key, part, name, delta, deltas
                )  # nothing else is a part of it: it is the same in every diff
                if lasting:
                    self._made[id(delta)] = (delta, made)
                findings += made
        if not deltas.labelled:
            return tuple(findings), tuple(cancelled)
        return _once(findings, backwards=deltas.backwards), _once(cancelled, backwards=deltas.backwards)


def _once(found: list[T], *, backwards: bool) -> tuple[T, ...]:
    """Findings that are the same for several forms of a value are merged, with the causes of all."""
    together: dict[tuple[str, str, str], list[T]] = {}
    for item in found:
        together.setdefault((getattr(item, "rule", ""), item.part, item.name), []).append(item)
    if len(together) == len(found):
        return tuple(found)
    return tuple(
        min(items, key=_as_its_mirror).replace(causes=all_causes([i.causes for i in items], backwards=backwards))
        for items in together.values()
    )


def _as_its_mirror(item: Finding | Cancelled) -> str:
    """A key that is the same for a finding and its mirror."""
    return "".join(sorted((text(getattr(item, "before", None)), text(getattr(item, "after", None)))))


def _made(operation: str | None, part: str, name: str, delta: Delta, deltas: OperationDeltas) -> tuple[Finding, ...]:
    """The findings about a place."""
    return tuple(
        Finding(
            rule=rule,
            operation=operation,
            resource=deltas.resource,
            part=part,
            name=place,
            before=effect.before,
            after=effect.after,
            causes=_makers(delta.causes, effect),
        )
        for rule, place, effect in _rules(part, name, delta, deltas)
    )


def _makers(causes: tuple[Cause, ...], effect: Effect) -> tuple[Cause, ...]:
    """The causes of a place that brought an effect; for changes to listed values, those of the values concerned."""
    values = effect.before or effect.after
    if effect.what != "enum-value" or values is None or len(causes) == 1:
        return causes
    known = set(map(identity, values))
    made = [c for c in causes if not isinstance(c.change, EnumChange) or identity(c.change.value) in known]
    return tuple(made) or causes


_UNKNOWN = ("unknown-query", "")

_WORDS = frozenset({"summary", "description"})
"""The wording of an operation or a behavior, which only readers of the specification notice."""


def _around(part: str, name: str, deltas: OperationDeltas) -> list[tuple[Delta, str]]:
    """The places around a value that differ, too, each with the steps from there to the value."""
    found = []
    above, slash, _ = name.rpartition("/")
    while slash:
        if (part, above) in deltas:
            found.append((deltas[part, above], name[len(above) + 1 :]))
        above, slash, _ = above.rpartition("/")
    return found


def _holds_otherwise(delta: Delta, steps: str) -> bool:
    """Whether something was added or removed, or cannot have such content on one side, so that its content is part of
    that."""
    if delta.before is None or delta.after is None:
        return delta.before is not delta.after
    if steps[0] not in "~*":
        return ("object" in delta.before["kinds"]) != ("object" in delta.after["kinds"])
    label, step = _first(steps)
    kind = "array" if step == "*" else "object"
    before, after = labels(delta.before, kind), labels(delta.after, kind)
    if not before or not after:
        return bool(before) != bool(after)
    if label is not None and (label in before) != (label in after):
        return True
    old, new = _form(before, label), _form(after, label)
    if kind == "array":
        return (old.get("maxItems") == 0) != (new.get("maxItems") == 0)
    return step.startswith(OTHERS) and _describes(old) != _describes(new)


def _first(steps: str) -> tuple[str | None, str]:
    """The form that steps begin with, if they name one, and the step that follows."""
    step, _, others = steps.partition("/")
    if not step.startswith(FORM):
        return None, step
    return unescape(step[len(FORM) :]), others.partition("/")[0]


def _form(forms: Mapping[str, Fact], label: str | None) -> Fact:
    """The form with a label; the only one, if none is given."""
    return forms.get(label, EMPTY) if label is not None else next(iter(forms.values()), EMPTY)


def _describes(form: Fact) -> bool:
    """Whether unlisted properties are described."""
    return any(part["unlisted"] for part in form.get("open", ()))


# ------------------------------------------------------------------------------------- names of the rules

_SUBJECTS = {
    "request": "request", "response": "response", "error-body": "response", "response-header": "response",
    "query": "parameter", "path": "parameter", "header": "parameter",
}  # fmt: skip
"""The prefix of the rules about the values in a part of an operation."""

_STATUSES = ("success", "error")
"""The parts that hold statuses."""

_SENT = ("request", "query", "path", "header")
"""The parts among these that a caller sends."""


def _rules(part: str, name: str, delta: Delta, deltas: OperationDeltas) -> Iterator[tuple[str, str, Effect]]:
    """What happened at a place: the rule, the name of the place (of a status: the status), and the effect."""
    if part in _STATUSES:
        for effect, status in _of_statuses(delta.before or EMPTY, delta.after or EMPTY):
            yield f"{part}-{effect.what}-{effect.how}", status, effect
    elif part in _SUBJECTS:
        for effect in _of_place(part, name, delta, deltas):
            subject = _SUBJECTS[part] if effect.what or part != "response-header" else part
            yield "-".join(filter(None, (subject, effect.what, effect.how))), _seen(name, delta), effect
    else:
        for effect in _of_whole(part, delta.before, delta.after):
            yield f"{effect.what}-{effect.how}", name, effect


def _of_statuses(before: Fact, after: Fact) -> Iterator[tuple[Effect, str]]:
    """The statuses that came and went; one of success that took the place of another in the same case is altered."""
    old, new = before.get("statuses", ()), after.get("statuses", ())
    gone, come = missing(old, new), missing(new, old)
    if len(gone) == len(come) == 1 and gone[0][1] == come[0][1] and gone[0][0] < 400:
        yield Effect(what="status", how="altered", before=gone[0][0], after=come[0][0]), gone[0][1] or ""
        return
    for key in gone:
        yield Effect(what="status", how="removed", before=key[0]), status_name(*key)
    for key in come:
        yield Effect(what="status", how="added", after=key[0]), status_name(*key)


def _of_whole(part: str, before: Fact | None, after: Fact | None) -> Iterator[Effect]:
    """The differences of an operation as a whole, or of a behavior."""
    if before is None or after is None:
        yield Effect(what=part, how="added" if before is None else "removed")
    elif part == "audience":
        yield audience(before["audience"], after["audience"])
    elif part == "unknown-query":
        yield Effect(what=part, how=after["unknown"], before=before["unknown"], after=after["unknown"])
    else:
        differing = [key for key in dict.fromkeys([*before, *after]) if not same(before.get(key), after.get(key))]
        if set(differing) <= _WORDS:
            yield Effect(what="description", how="altered")
        else:
            old, new = (frozendict({k: fact[k] for k in differing if k in fact}) for fact in (before, after))
            yield Effect(what=part, how="altered", before=old, after=new)


def _of_place(part: str, name: str, delta: Delta, deltas: OperationDeltas) -> tuple[Effect, ...]:
    """The differences of a value: in its existence, or in what it may be."""
    item, sent = _item(part, name, delta), part in _SENT
    before, after = delta.before, delta.after
    if before is not None and after is not None:
        if bool(before["kinds"]) == bool(after["kinds"]):
            return effects(before, after, item)
        return _possible(after if after["kinds"] else before, item, "added" if after["kinds"] else "removed", sent)
    added = before is None
    there = after if added else before
    if there is None:
        return ()
    otherwise = _otherwise(part, name, there, deltas, added=added)
    if there["kinds"]:
        return _presence(there, item, "added" if added else "removed", otherwise, sent)
    return _possible(there, item, "removed" if added else "added", sent) if otherwise else ()


def _possible(there: Fact, item: str, how: str, sent: bool) -> tuple[Effect, ...]:
    """The effect that a value is newly allowed at a place, or no longer allowed."""
    if item == "property":
        return _presence(there, item, how, None, sent)
    return (Effect(what="constraint", how="removed" if how == "added" else "added"),)


@lru_cache(maxsize=16384)
def _presence(there: Fact, item: str, how: str, otherwise: str | None, sent: bool) -> tuple[Effect, ...]:
    """The effect that a value was added or removed, which may only mean that its description was."""
    values = {"after" if how == "added" else "before": brief(there)} if there["kinds"] else {}
    if otherwise == "told":
        return ()
    if otherwise:
        described = Effect(what=item, how="described" if how == "added" else "undescribed", **values)
        if otherwise == "described":
            described = Effect(what="constraint", how="altered", **values)
        needed = Effect(what=item, how="required" if how == "added" else "optional")
        return (described, needed) if there["required"] else (described,)
    if sent and there["required"] and item in ("", "property"):
        return (Effect(what=f"required-{item}" if item else "required", how=how, **values),)
    return (Effect(what=item, how=how, **values),)


def _seen(name: str, delta: Delta) -> str:
    """The ordinary name of a place; with its pattern if other properties are accepted as well."""
    pattern = _pattern(delta) if f"/{PATTERN}" in name else None
    if pattern is not None:
        return f"{shown(name).removesuffix('/*')}/{escape(pattern)}"
    return shown(name)


def _pattern(delta: Delta) -> str | None:
    """The pattern of the names of properties at a place, if others are accepted as well."""
    found = (fact["pattern"] for fact in (delta.before, delta.after) if fact and "pattern" in fact)
    return next((pattern for pattern in found if isinstance(pattern, str)), None)


def _item(part: str, name: str, delta: Delta) -> str:
    """The word for a place in the ids of rules; empty if the part is enough."""
    if "/" not in name:
        return "body" if part in ("request", "response", "error-body") else ""
    if not name.endswith("/*"):
        return "property"
    return "item" if _pattern(delta) is None else "property"


def _otherwise(part: str, name: str, there: Fact, deltas: OperationDeltas, *, added: bool) -> str | None:
    """What happens to a value that is not listed: ``taken``, ``described`` (by a rule), None if it is refused.

    Or ``told``: reported for the object around it.
    """
    above, slash, step = name.rpartition("/")
    if not slash:
        unknown = deltas.get(_UNKNOWN) if part == "query" else None
        around = (unknown.before if added else unknown.after) if unknown else None
        taken_there = around["unknown"] == "ignored" if around else "otherwise" in there
        return "taken" if taken_there else None
    object_, _, rule = above.rpartition("/")
    if rule.startswith((PATTERN, OTHERS)):
        return "taken" if "pattern" in there else "told"
    if step == "*":
        return "taken"  # an undescribed value may be anything
    label = unescape(rule[len(FORM) :]) if rule.startswith(FORM) else None
    parent = deltas.get((part, above if label is None else object_))
    if parent is None:
        found: str | None = there.get("otherwise")
        return found
    other, here = (parent.before, parent.after) if added else (parent.after, parent.before)
    step = unescape(step)
    rules = taken(_form(labels(other, "object"), label).get("open", ()), step)
    if not rules:
        return None if rules is None else "taken"
    alike = taken(_form(labels(here, "object"), label).get("open", ()), step) or ()
    return "taken" if there.get("otherwise") == "taken" and set(rules) <= set(alike) else "described"


def brief(fact: Fact) -> frozendict[str, Any]:
    """A value in one line: its type, and if it has only one form, its keywords."""
    kinds: Mapping[str, Any] = fact["kinds"]
    names = types(kinds)
    told: dict[str, Any] = {"type": names if len(names) > 1 else next(iter(names), None)}
    alternatives = {item for kind in kinds.values() for item in kind}
    if len(names) == len(alternatives) == 1:
        told |= {key: value for key, value in next(iter(alternatives)).items() if key not in ("form", "open")}
    return frozendict(told)

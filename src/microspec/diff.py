"""What differs between two APIs, as findings. What they mean for a caller is judged by `microspec.rules`.

A finding is one fact about one place: what happened there is its rule, why it did are its causes.
Findings are net: what came and went between two versions is listed apart, as cancelled.
"""

from __future__ import annotations

from functools import cached_property, lru_cache

from . import schemas as json_schema
from .comparison import Effect, audience, effects, types
from .deltas import OperationDeltas, all_causes, between, composed, paired, reversed_
from .facts import EVERYWHERE, FORM, OTHERS, PATTERN, labels, shown, taken
from .frozen import EMPTY, Value, frozendict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, Literal, TypeVar

    from .deltas import Delta, Deltas
    from .facts import Fact
    from .microversion import Cause
    from .model import Api
    from .rules import Judgement, Policy
    from .version import Version

    Direction = Literal["request", "response", "both"]
    T = TypeVar("T", "Finding", "Cancelled")


class Finding(Value):
    """One difference.

    `rule` says what happened, in the past tense; `operation` where, None if at every one; `part` in
    which part of it, and `name` at what within that: a JSON pointer, a parameter, a status, a
    behavior. `before` and `after` are the values that differ, where there are such. `causes` are the
    changes that did it, oldest first.
    """

    rule: str
    operation: str | None
    resource: str | None
    part: str
    name: str = ""
    before: Any = None
    after: Any = None
    causes: tuple[Cause, ...] = ()

    @property
    def id(self) -> str:
        """What names this finding and no other of a diff: its rule, and where it is."""
        return " ".join(filter(None, (self.rule, self.operation, self.element)))

    @property
    def element(self) -> str:
        """What the finding is about within its operation, in words: "request /server/tags", "query limit"."""
        return _element(self.part, self.name)

    @property
    def direction(self) -> Direction:
        """Whether it is met in what is sent, in what comes back, or in both: that of its rule."""
        from .rules import RULES

        return RULES[self.rule].direction

    @property
    def instead(self) -> str | None:
        """What to use in place of what was removed, if the specification says."""
        found = [getattr(cause.change, "instead", None) for cause in self.causes]
        return next((text for text in reversed(found) if text), None)


class Cancelled(Value):
    """A place at which changes had no effect in the end, since others undid them; `causes` are all of them."""

    operation: str | None
    resource: str | None
    part: str
    name: str
    causes: tuple[Cause, ...]

    @property
    def element(self) -> str:
        """What it is about within its operation, as for a finding."""
        return _element(self.part, self.name)


_PARTS = {"success": "status", "error": "status"}
_WHOLE = ("operation", "audience", "unknown-query")
"""The parts that are of an operation as a whole."""


def _element(part: str, name: str) -> str:
    return "" if part in _WHOLE else f"{_PARTS.get(part, part)} {name or '/'}"


class Diff:
    """All differences from the API at `old` to the API at `new`, in the order of the specification.

    `findings` are net; `by_version` has those of each microversion on the way, `cancelled` what had no
    effect in the end, `breaking` the findings that break a caller by the policy ``wire``.
    """

    def __init__(self, old: Version, new: Version, deltas: Deltas, steps: Iterable[tuple[Version, Deltas]]) -> None:
        self.old, self.new, self._deltas, self._steps = old, new, deltas, tuple(steps)
        self.findings = _findings(deltas)
        told = (_told(operation, places)[1] for operation, places in deltas.items())
        self.cancelled: tuple[Cancelled, ...] = tuple(item for cancelled in told for item in cancelled)

    @cached_property
    def by_version(self) -> frozendict[Version, tuple[Finding, ...]]:
        """The findings of each microversion between the two, against the one before it (on the way back: after it)."""
        return frozendict({version: _findings(deltas) for version, deltas in self._steps})

    @cached_property
    def breaking(self) -> tuple[Finding, ...]:
        """The findings that break a caller by the policy ``wire``."""
        return tuple(item.finding for item in self.judged() if item.severity == "breaking")

    def then(self, later: Diff) -> Diff:
        """The diff from the first of its versions to the last of the other's, which begins where this one ends."""
        if later.old != self.new:
            raise ValueError(f"a diff to {self.new} is not followed by one from {later.old}")
        return Diff(self.old, later.new, composed((self._deltas, later._deltas)), (*self._steps, *later._steps))

    def judged(self, policy: Policy | str = "wire") -> tuple[Judgement, ...]:
        """Every finding with its severity by a policy. Raises UnknownName for a policy that there is not."""
        from .rules import judge

        return judge(self.findings, policy)

    def __repr__(self) -> str:
        return f"<Diff {self.old} to {self.new}: {len(self.findings)} findings>"


def along(steps: Sequence[tuple[Version, Deltas]], old: Version, new: Version, order: Iterable[str]) -> Diff:
    """The diff that comes of the deltas of the microversions between two versions, `steps` in rising order.

    `order` is that of the operations.
    """
    deltas = composed(deltas for _, deltas in steps)
    deltas = {name: deltas[name] for name in (EVERYWHERE, *order) if name in deltas}
    if new < old:
        return Diff(old, new, reversed_(deltas), [(version, reversed_(step)) for version, step in reversed(steps)])
    return Diff(old, new, deltas, steps)


def of_apis(old: Api, new: Api) -> Diff:
    """The diff of any two APIs, such as those of two specifications at one version. Its findings have no causes."""
    return Diff(old.version, new.version, between(old, new), ())


# ---------------------------------------------------------------------------------------------- findings


def _findings(deltas: Deltas) -> tuple[Finding, ...]:
    return tuple(finding for operation, places in deltas.items() for finding in _told(operation, places)[0])


def _told(operation: str, deltas: OperationDeltas) -> tuple[tuple[Finding, ...], tuple[Cancelled, ...]]:
    """The findings and what was cancelled at an operation; worked out once."""
    if deltas.kept is None:
        deltas.kept = _tell(operation, deltas)
    told: tuple[tuple[Finding, ...], tuple[Cancelled, ...]] = deltas.kept
    return told


def _tell(operation: str, deltas: OperationDeltas) -> tuple[tuple[Finding, ...], tuple[Cancelled, ...]]:
    key, resource = operation or None, deltas.resource
    whole = deltas.get(("operation", ""))
    if whole and (whole.before is None or whole.after is None):
        deltas = OperationDeltas(resource, {("operation", ""): whole}, labelled=False)
    deltas = paired(deltas)
    findings: list[Finding] = []
    cancelled: list[Cancelled] = []
    for (part, name), delta in deltas.items():
        around = _around(part, name, deltas)
        if delta.before == delta.after:
            inside = any(outer.before == outer.after for outer, _ in around)
            if delta.causes and (whole is None or delta is whole) and not inside:
                at = shown(name)
                cancelled.append(Cancelled(operation=key, resource=resource, part=part, name=at, causes=delta.causes))
        elif around or (part == "query" and _UNKNOWN in deltas):
            if not any(_holds_otherwise(outer, steps) for outer, steps in around):
                made = _made(key, part, name, delta, deltas)
                if not delta.causes:  # only the label of a form is another: what made it so is told of the whole
                    causes = all_causes([outer.causes for outer, _ in around], backwards=deltas.backwards)
                    made = [finding.replace(causes=causes) for finding in made]
                findings += made
        else:  # nothing else has a part in it, so that it is the same in every diff
            if delta.kept is None:
                delta.kept = _made(key, part, name, delta, deltas)
            findings += delta.kept
    if not deltas.labelled:
        return tuple(findings), tuple(cancelled)
    return _once(findings, backwards=deltas.backwards), _once(cancelled, backwards=deltas.backwards)


def _once(found: list[T], *, backwards: bool) -> tuple[T, ...]:
    """What is told of several forms of a value in the same words is told once, with the causes of all."""
    together: dict[tuple[str, str, str], list[T]] = {}
    for item in found:
        together.setdefault((getattr(item, "rule", ""), item.part, item.name), []).append(item)
    if len(together) == len(found):
        return tuple(found)
    return tuple(
        min(items, key=_in_one_order).replace(causes=all_causes([i.causes for i in items], backwards=backwards))
        for items in together.values()
    )


def _in_one_order(item: Finding | Cancelled) -> str:
    """What is alike for a finding and for its mirror."""
    return "".join(sorted((repr(getattr(item, "before", None)), repr(getattr(item, "after", None)))))


def _made(operation: str | None, part: str, name: str, delta: Delta, deltas: OperationDeltas) -> list[Finding]:
    """The findings about a place."""
    return [
        Finding(
            rule=rule,
            operation=operation,
            resource=deltas.resource,
            part=part,
            name=place,
            before=effect.before,
            after=effect.after,
            causes=delta.causes,
        )
        for rule, place, effect in _rules(part, name, delta, deltas)
    ]


_UNKNOWN = ("unknown-query", "")


def _around(part: str, name: str, deltas: OperationDeltas) -> list[tuple[Delta, str]]:
    """What a value stands in that is otherwise, too, each with the steps that lead from it to the value."""
    found = []
    above, slash, _ = name.rpartition("/")
    while slash:
        if (part, above) in deltas:
            found.append((deltas[part, above], name[len(above) + 1 :]))
        above, slash, _ = above.rpartition("/")
    return found


def _holds_otherwise(delta: Delta, steps: str) -> bool:
    """Whether something came or went, or does not hold such values on one side: what is in it is part of that."""
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
    return json_schema.unescape(step[len(FORM) :]), others.partition("/")[0]


def _form(forms: Mapping[str, Fact], label: str | None) -> Fact:
    """The form with a label; the only one, if none is given."""
    return forms.get(label, EMPTY) if label is not None else next(iter(forms.values()), EMPTY)


def _describes(form: Fact) -> bool:
    """Whether something is said of the properties whose names are not known."""
    return any(part["unlisted"] for part in form.get("open", ()))


# ------------------------------------------------------------------------------------- names of the rules

_SUBJECTS = {
    "request": "request", "response": "response", "error-body": "response", "response-header": "response",
    "query": "parameter", "path": "parameter", "header": "parameter",
}  # fmt: skip
"""What the rules about the values in a part of an operation begin with."""

_SENT = ("request", "query", "path", "header")
"""The parts among these that a caller sends."""


def _rules(part: str, name: str, delta: Delta, deltas: OperationDeltas) -> Iterator[tuple[str, str, Effect]]:
    """What happened at a place: the rule, the name of the place (of a status: the status), and the effect."""
    if part in ("success", "error"):
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
    gone, come = [key for key in old if key not in new], [key for key in new if key not in old]
    if len(gone) == len(come) == 1 and gone[0][1] == come[0][1] and gone[0][0] < 400:
        yield Effect(what="status", how="altered", before=gone[0][0], after=come[0][0]), gone[0][1] or ""
        return
    for key in gone:
        yield Effect(what="status", how="removed", before=key[0]), _status(*key)
    for key in come:
        yield Effect(what="status", how="added", after=key[0]), _status(*key)


def _status(status: int, when: str | None) -> str:
    return f"{status} when: {when}" if when else str(status)


def _of_whole(part: str, before: Fact | None, after: Fact | None) -> Iterator[Effect]:
    """What is otherwise of an operation as a whole, or of a behavior."""
    if before is None or after is None:
        yield Effect(what=part, how="added" if before is None else "removed")
    elif part == "audience":
        yield audience(before["audience"], after["audience"])
    elif part == "unknown-query":
        yield Effect(what=part, how=after["unknown"], before=before["unknown"], after=after["unknown"])
    else:
        differing = [key for key in dict.fromkeys([*before, *after]) if before.get(key) != after.get(key)]
        if differing == ["description"]:
            yield Effect(what="description", how="altered")
        else:
            old, new = (frozendict({k: fact[k] for k in differing if k in fact}) for fact in (before, after))
            yield Effect(what=part, how="altered", before=old, after=new)


def _of_place(part: str, name: str, delta: Delta, deltas: OperationDeltas) -> tuple[Effect, ...]:
    """What is otherwise of a value: that it is there at all, or what it may be."""
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
    """That something may stand at a place, or may not any more."""
    if item == "property":
        return _presence(there, item, how, None, sent)
    return (Effect(what="constraint", how="removed" if how == "added" else "added"),)


@lru_cache(maxsize=16384)
def _presence(there: Fact, item: str, how: str, otherwise: str | None, sent: bool) -> tuple[Effect, ...]:
    """That a value came or went, which may only mean that something is said of it, or nothing any more."""
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
    """The name of a place as everybody knows it; a pattern is named where other properties are taken as well."""
    pattern = _pattern(delta) if f"/{PATTERN}" in name else None
    if pattern is not None:
        return f"{shown(name).removesuffix('/*')}/{json_schema.escape(pattern)}"
    return shown(name)


def _pattern(delta: Delta) -> str | None:
    """The pattern of the names of properties that a place is about, where others are taken as well."""
    found = (fact["pattern"] for fact in (delta.before, delta.after) if fact and "pattern" in fact)
    return next((pattern for pattern in found if isinstance(pattern, str)), None)


def _item(part: str, name: str, delta: Delta) -> str:
    """What a place is called in the names of rules; nothing where the part says it all."""
    if "/" not in name:
        return "body" if part in ("request", "response", "error-body") else ""
    if not name.endswith("/*"):
        return "property"
    return "item" if _pattern(delta) is None else "property"


def _otherwise(part: str, name: str, there: Fact, deltas: OperationDeltas, *, added: bool) -> str | None:
    """What is true of a value where it is not described: ``taken``, ``described`` (by a rule), None if it is refused.

    Or ``told``: at the object that it stands in.
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
        return "taken"  # what nothing is said of may be anything
    label = json_schema.unescape(rule[len(FORM) :]) if rule.startswith(FORM) else None
    parent = deltas.get((part, above if label is None else object_))
    if parent is None:
        found: str | None = there.get("otherwise")
        return found
    other, here = (parent.before, parent.after) if added else (parent.after, parent.before)
    step = json_schema.unescape(step)
    rules = taken(_form(labels(other, "object"), label).get("open", ()), step)
    if not rules:
        return None if rules is None else "taken"
    alike = taken(_form(labels(here, "object"), label).get("open", ()), step) or ()
    return "taken" if there.get("otherwise") == "taken" and set(rules) <= set(alike) else "described"


def brief(fact: Fact) -> frozendict[str, Any]:
    """What a value may be, in a line: its type, and where there is one way only what is said of it."""
    kinds: Mapping[str, Any] = fact["kinds"]
    names = types(kinds)
    told: dict[str, Any] = {"type": names if len(names) > 1 else next(iter(names), None)}
    alternatives = {item for kind in kinds.values() for item in kind}
    if len(names) == len(alternatives) == 1:
        told |= {key: value for key, value in next(iter(alternatives)).items() if key not in ("form", "open")}
    return frozendict(told)

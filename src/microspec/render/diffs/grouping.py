"""Merges equal findings, and sorts them.

Findings are equal if they have the same rule, severity and reason, whatever their names and places are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...diff.judgement import judge
from ...diff.suppressions import apply
from ...values.frozen import EMPTY
from .report import BODY, WORST_FIRST, Group, Named, Place, Report, Source, Step, Told, Undone, placed
from .values import change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from ...diff.diff import Diff
    from ...diff.findings import Cancelled, Finding
    from ...diff.judgement import Judgement
    from ...diff.rules import Policy
    from ...diff.suppressions import Suppression
    from ...history import History
    from ...model.api import Api
    from ...model.microversion import Cause, Microversion
    from ...values.version import Version


class Reporter:
    """Makes reports of what differs between the APIs `old` and `new`.

    `policy` judges, except what `suppressions` accept `today`; findings that fail `holds` are left out. `folder` is
    that of the specification, if it has one.
    """

    def __init__(
        self,
        history: History,
        old: Api,
        new: Api,
        *,
        policy: Policy,
        suppressions: Iterable[Suppression],
        today: date,
        holds: Callable[[Finding | Cancelled], bool],
        folder: str | None,
    ) -> None:
        self._history, self._new, self._folder = history, new, folder
        self._policy, self._suppressions, self._today, self._holds = policy, suppressions, today, holds
        self._back = new.version < old.version
        self._behaviors = {**old.behaviors, **new.behaviors}
        self._microversions: dict[Version, Microversion] = {}

    def report(self, diff: Diff, title: str, narrowed: str | None, *, program: str, by_version: bool) -> Report:
        """The report of a diff; the other arguments are as in `Report`."""
        applied = apply(judge(filter(self._holds, diff.findings), self._policy), self._suppressions, self._today)
        steps = (self._step(version, findings) for version, findings in diff.by_version.items()) if by_version else ()
        cancelled = tuple(filter(self._holds, diff.cancelled))
        return Report(
            service=self._history.service_type,
            old=diff.old,
            new=diff.new,
            title=title,
            policy=self._policy,
            narrowed=narrowed,
            applied=applied,
            cancelled=cancelled,
            groups=self.groups(applied.kept),
            behaviors=self.behaviors(applied.kept),
            undone=undone(cancelled),
            steps=tuple(steps) if by_version else None,
            folder=self._folder,
            api=self._new,
            program=program,
        )

    def groups(self, judgements: Iterable[Judgement]) -> tuple[Group, ...]:
        """Findings folded, in order. Behaviors are not among them."""
        same: dict[object, dict[tuple[str, str], dict[Place, list[Judgement]]]] = {}
        for item in judgements:
            finding = item.finding
            if finding.part != "behavior":
                name, place = _name_and_place(finding.part, finding.name, finding.operation)
                key = (item.severity, finding.rule, instead(finding, self._new), _reason(finding.causes))
                names = same.setdefault(key, {})
                label = (name, change(finding.rule, finding.before, finding.after))
                names.setdefault(label, {}).setdefault(place, []).append(item)
        found = [group for names in same.values() for group in self._folded(names)]
        order = {name: number for number, name in enumerate(dict.fromkeys((SEVERAL, *(g.resource for g in found))))}
        found.sort(key=lambda g: (WORST_FIRST.index(g.severity), order[g.resource], g.versions))
        return tuple(found)

    def _folded(self, names: Mapping[tuple[str, str], Mapping[Place, list[Judgement]]]) -> Iterator[Group]:
        """The groups of findings with the same reason: names at the same places are merged.

        So are a whole body and the same body in the field of another one, whose name is then a part of the place.
        """
        by_places: dict[frozenset[Place], list[tuple[str, str]]] = {}
        for label, places in names.items():
            by_places.setdefault(frozenset(places), []).append(label)
        alone: dict[str, list[str]] = {}
        for labels in by_places.values():
            name, detail = labels[0]
            if len(labels) == 1 and name:
                alone.setdefault(detail, []).append(name)
            else:
                named = [Named(name=name, detail=detail) for name, detail in labels if name or detail]
                yield self._group([item for label in labels for item in names[label].items()], named)
        for detail, found in alone.items():
            if len(found) > 1 and not _UNNAMED.isdisjoint(found):
                items = [(place.below(name), items) for name in found for place, items in names[name, detail].items()]
                yield self._group(items, [Named(name="", detail=detail)] if detail else [])
            else:
                yield from (
                    self._group(names[name, detail].items(), [Named(name=name, detail=detail)]) for name in found
                )

    def _group(self, items: Iterable[tuple[Place, list[Judgement]]], named: Iterable[Named]) -> Group:
        places = [place for place, _ in items]
        judgements = [judgement for _, found in items for judgement in found]
        findings = tuple(item.finding for item in judgements)
        return Group(
            rule=judgements[0].rule,
            severity=judgements[0].severity,
            resource=_resource(findings),
            named=tuple(named),
            places=tuple(dict.fromkeys(places)),
            sources=self._sources(findings),
            instead=instead(findings[0], self._new),
        )

    def _sources(self, findings: Iterable[Finding]) -> tuple[Source, ...]:
        """The microversions that caused findings, each with its reasons."""
        by_version: dict[Version, dict[int, Cause]] = {}
        for finding in findings:
            for cause in finding.causes:
                by_version.setdefault(cause.version, {})[cause.number] = cause
        return tuple(self._source(version, causes.values()) for version, causes in sorted(by_version.items()))

    def _source(self, version: Version, causes: Iterable[Cause]) -> Source:
        microversion = self._microversions.get(version) or self._history[version]
        self._microversions[version] = microversion
        ordered = sorted(causes, key=lambda cause: (cause.why is None, cause.change.noun == "schema", cause.number))
        said = [cause.why for cause in ordered]
        if not any(said):
            said = [_of_feature(microversion, cause.change.feature) for cause in ordered]
        return Source(
            version=version,
            title=microversion.title,
            release=microversion.release.name if microversion.release else None,
            whys=tuple(dict.fromkeys(text for text in said if text)),
            location=placed(ordered[0].location, self._folder),
            back=self._back,
        )

    def behaviors(self, judgements: Iterable[Judgement]) -> tuple[Told, ...]:
        """The behaviors that were added, removed and altered, by microversion."""
        found = []
        for item in judgements:
            if item.finding.part == "behavior":
                behavior = self._behaviors.get(item.finding.name)
                found.append(
                    Told(
                        name=item.finding.name,
                        rule=item.rule,
                        severity=item.severity,
                        text=(item.finding.after or EMPTY).get("text") or (behavior.text if behavior else ""),
                        operations=behavior.operations if behavior else (),
                        sources=self._sources([item.finding]),
                    )
                )
        return tuple(sorted(found, key=lambda told: [source.version for source in told.sources]))

    def _step(self, version: Version, findings: Iterable[Finding]) -> Step:
        """What a microversion does, or what undoing it does."""
        item = self._history[version]
        brings, takes = (item.features, item.removed_features)[:: -1 if self._back else 1]
        judgements = judge(filter(self._holds, findings), self._policy)
        return Step(
            microversion=item,
            brings=brings,
            takes=takes,
            judgements=judgements,
            groups=self.groups(judgements),
            behaviors=self.behaviors(judgements),
        )


def instead(finding: Finding, new: Api) -> str | None:
    """What to use instead of what was removed, if the specification says so, and the new API has it."""
    if not finding.rule.endswith(_GONE):
        return None
    found = finding.instead
    if found is None and finding.part == "operation" and finding.operation:
        known = new.known.get(finding.operation)
        found = known.instead if known else None
    return found if found not in new.known or found in new.definitions else None


def undone(cancelled: Iterable[Cancelled]) -> tuple[Undone, ...]:
    """What had no effect in the end, merged."""
    found: dict[tuple[str, tuple[Version, ...]], dict[str, None]] = {}
    for item in cancelled:
        versions = tuple(sorted({cause.version for cause in item.causes}))
        found.setdefault((item.element, versions), {})[item.operation or "every operation"] = None
    return tuple(
        Undone(element=element, operations=tuple(operations), versions=versions)
        for (element, versions), operations in found.items()
    )


_GONE = ("removed", "undescribed", "operation-altered")
"""The ends of the ids of rules about things that may have a replacement."""

_UNNAMED = frozenset({BODY, "*"})
"""The names of a body, and of its items or values, which have no name."""

_BODIES = ("request", "response", "error-body")
_NAMELESS = ("operation", "audience", "unknown-query", "success", "error")
"""The parts that a place does not mention, because the rule does."""


def _name_and_place(part: str, name: str, operation: str | None) -> tuple[str, Place]:
    """What a finding is about, in short, and its place."""
    holder, _, last = name.rpartition("/")
    while holder and last.partition("/")[0] == "*":  # the items of what?
        holder, _, above = holder.rpartition("/")
        last = f"{above}/{last}"
    label = last.replace("~1", "/").replace("~0", "~") or (BODY if part in _BODIES else "")
    return label, Place(operation=operation, part="" if part in _NAMELESS else part, holder=holder)


def _reason(causes: Iterable[Cause]) -> frozenset[object]:
    """The key by which the causes of two findings are the same for a reader: microversions, and the features or
    reasons."""
    return frozenset((cause.version, cause.change.feature or cause.why) for cause in causes)


def _of_feature(microversion: Microversion, feature: str | None) -> str | None:
    """What a microversion says about a feature that it adds or removes."""
    return microversion.features.get(feature or "") or microversion.removed_features.get(feature or "")


SEVERAL, EVERYWHERE = "several resources", "everywhere"
"""The names for groups that do not belong to one resource."""


def _resource(findings: Iterable[Finding]) -> str:
    resources = {finding.resource or EVERYWHERE for finding in findings}
    return next(iter(resources)) if len(resources) == 1 else SEVERAL

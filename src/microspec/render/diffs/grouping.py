"""What a diff tells people: its findings folded into as few lines as say the same, and put in order.

Findings that say the same are one `Group`: those of one rule and one severity that have the same reason,
whatever their names and places are. Every format for people shows the same groups in the same order:
by severity, the worst first, then by resource, then by microversion.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ...frozen import Value
from ...rules import SEVERITIES
from .values import change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ...diff import Cancelled, Finding
    from ...errors import Location
    from ...history import History
    from ...microversion import Cause, Microversion
    from ...model import Api
    from ...rules import Judgement, Policy, Rule, Severity
    from ...suppressions import Applied
    from ...version import Version

WORST_FIRST: tuple[Severity, ...] = SEVERITIES[::-1]

SEVERAL = "several resources"
EVERYWHERE = "everywhere"
BODY = "the body"


class Place(Value):
    """Where something is: an operation (None: every one), and the pointer or the part in which it stands."""

    operation: str | None
    part: str
    holder: str

    def below(self, name: str) -> Place:
        """The place of something that is here by this name."""
        return self.replace(holder=f"{self.holder}/{name}" if name != BODY else self.holder)

    def __str__(self) -> str:
        where = f"{self.part} {self.holder}" if self.holder else self.part
        return " ".join(filter(None, (self.operation or "every operation", where)))


class Named(Value):
    """What a group is about at its places: a name, and in words what it was or is."""

    name: str
    detail: str


class Source(Value):
    """Why something is otherwise: a microversion, its title, the reasons written there and the first line of them."""

    version: Version
    title: str
    release: str | None
    whys: tuple[str, ...]
    file: str | None
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.version} ({self.release or 'no release yet'})"


class Group(Value):
    """Findings that say the same, as one.

    `named` are the names that they are about, `places` where: each name is at each place. `sources` are
    the microversions that caused it, oldest first; `instead` says what to use in place of what went.
    """

    rule: Rule
    severity: Severity
    resource: str
    findings: tuple[Finding, ...]
    named: tuple[Named, ...]
    places: tuple[Place, ...]
    sources: tuple[Source, ...]
    instead: str | None

    @property
    def title(self) -> str:
        """What happened, in the words of the rule's id."""
        return self.rule.id.replace("-", " ")

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that it is about, each once."""
        return tuple(dict.fromkeys(place.operation or "every operation" for place in self.places))


class Block(Value):
    """The groups of one resource that the same microversions caused, of which `sources` is told once."""

    sources: tuple[Source, ...]
    groups: tuple[Group, ...]


class Told(Value):
    """A behavior that came, went or changed: what it is in words, and the operations it is about (none: all)."""

    name: str
    rule: Rule
    severity: Severity
    text: str
    operations: tuple[str, ...]
    finding: Finding
    sources: tuple[Source, ...]


class Undone(Value):
    """What came and went on the way: the element, the operations where, and the microversions that did it."""

    element: str
    operations: tuple[str, ...]
    versions: tuple[Version, ...]


class Step(Value):
    """What one microversion on the way does: the features that come and go with it, and its findings."""

    microversion: Microversion
    brings: Mapping[str, str]
    takes: Mapping[str, str]
    judgements: tuple[Judgement, ...]
    groups: tuple[Group, ...]
    behaviors: tuple[Told, ...]


class Report(Value):
    """Everything that is told of a diff.

    `title` says what is compared, `narrowed` what it was narrowed to, if it was. `applied` has the
    judgements that count and those that are suppressed; `groups` and `behaviors` are made of those that
    count. `steps` is there if the way is told microversion by microversion. `folder` is that of the
    specification, if it has one, and `api` is the new side; `program` is the version of what made the report.
    """

    service: str
    old: Version
    new: Version
    title: str
    policy: Policy
    narrowed: str | None
    applied: Applied
    cancelled: tuple[Cancelled, ...]
    groups: tuple[Group, ...]
    behaviors: tuple[Told, ...]
    undone: tuple[Undone, ...]
    steps: tuple[Step, ...] | None
    folder: str | None
    api: Api
    program: str

    @property
    def counts(self) -> dict[Severity, int]:
        """How many findings there are of each severity, the worst first."""
        found = dict.fromkeys(WORST_FIRST, 0)
        for item in self.applied.kept:
            found[item.severity] += 1
        return found

    @property
    def verdict(self) -> Severity:
        """The worst severity of all findings; compatible if there is none."""
        return next((severity for severity, number in self.counts.items() if number), "compatible")

    def of(self, severity: Severity) -> dict[str, list[Block]]:
        """The groups of a severity by resource, and by the microversions that caused them."""
        found: dict[str, list[Block]] = {}
        chosen = (group for group in self.groups if group.severity == severity)
        for (resource, _), groups in groupby(chosen, key=lambda group: (group.resource, _versions(group))):
            together = tuple(groups)
            found.setdefault(resource, []).append(Block(sources=together[0].sources, groups=together))
        return found


def file_of(location: Location, folder: str | None) -> str:
    """The path of a file of a specification, which is in a folder if it is not the bundled one."""
    if folder is None or location.file.startswith(f"{folder}/"):
        return location.file
    return f"{folder}/{location.file}"


class Reporter:
    """Makes reports. `old` and `new` are the APIs compared; `folder` is that of the specification, if it has one."""

    def __init__(self, history: History, old: Api, new: Api, folder: str | None = None) -> None:
        self._history, self._new, self._folder = history, new, folder
        self._behaviors = {**new.behaviors, **old.behaviors}
        self._microversions: dict[Version, Microversion] = {}

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
        found.sort(key=lambda g: (WORST_FIRST.index(g.severity), order[g.resource], _versions(g)))
        return tuple(found)

    def _folded(self, names: Mapping[tuple[str, str], Mapping[Place, list[Judgement]]]) -> Iterator[Group]:
        """The groups of findings with the same reason: the names that are at the same places are one.

        So is what differs in its name only, which then is a part of the place.
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
            if len(found) > 1 and (detail or BODY in found):
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
            findings=findings,
            named=tuple(named),
            places=tuple(dict.fromkeys(places)),
            sources=self._sources(findings),
            instead=instead(findings[0], self._new),
        )

    def _sources(self, findings: Iterable[Finding]) -> tuple[Source, ...]:
        """The microversions that caused findings, each with the reasons that it gives."""
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
        location = ordered[0].location
        return Source(
            version=version,
            title=microversion.title,
            release=microversion.release.name if microversion.release else None,
            whys=tuple(dict.fromkeys(text for text in said if text)),
            file=file_of(location, self._folder) if location else None,
            line=location.line if location else 1,
            column=location.column if location else 1,
        )

    def behaviors(self, judgements: Iterable[Judgement]) -> tuple[Told, ...]:
        """The behaviors that came, went and changed, by microversion."""
        found = []
        for item in judgements:
            if item.finding.part == "behavior":
                behavior = self._behaviors.get(item.finding.name)
                found.append(
                    Told(
                        name=item.finding.name,
                        rule=item.rule,
                        severity=item.severity,
                        text=behavior.text if behavior else "",
                        operations=behavior.operations if behavior else (),
                        finding=item.finding,
                        sources=self._sources([item.finding]),
                    )
                )
        return tuple(sorted(found, key=lambda told: [source.version for source in told.sources]))

    def step(self, version: Version, judgements: tuple[Judgement, ...], *, backwards: bool) -> Step:
        """What a microversion does, or what going back before it does."""
        item = self._history[version]
        brings, takes = (item.features, item.removed_features)[:: -1 if backwards else 1]
        return Step(
            microversion=item,
            brings=brings,
            takes=takes,
            judgements=judgements,
            groups=self.groups(judgements),
            behaviors=self.behaviors(judgements),
        )


def _versions(group: Group) -> list[Version]:
    return [source.version for source in group.sources]


def instead(finding: Finding, new: Api) -> str | None:
    """What to use in place of what went, if that is said, and is there in the new API."""
    if not finding.rule.endswith(_GONE):
        return None
    found = finding.instead
    if found is None and finding.part == "operation" and finding.operation:
        known = new.directory.known.get(finding.operation)
        found = known.instead if known else None
    return found if found not in new.directory.known or found in new.definitions else None


def do(group: Group) -> str:
    """What a caller has to do; nothing where nothing has to be done."""
    advice = group.rule.advice if group.severity != "compatible" else ""
    return " ".join(filter(None, (advice, f"Instead: {group.instead}" if group.instead else "")))


def plural(number: int, noun: str) -> str:
    """A number of things."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def undone(cancelled: Iterable[Cancelled]) -> tuple[Undone, ...]:
    """What had no effect in the end, folded."""
    found: dict[tuple[str, tuple[Version, ...]], dict[str, None]] = {}
    for item in cancelled:
        versions = tuple(sorted({cause.version for cause in item.causes}))
        found.setdefault((item.element, versions), {})[item.operation or "every operation"] = None
    return tuple(
        Undone(element=element, operations=tuple(operations), versions=versions)
        for (element, versions), operations in found.items()
    )


_GONE = ("removed", "undescribed", "operation-altered")
"""The ends of the rules of what something else may take the place of."""

_BODIES = ("request", "response", "error-body")
_NAMELESS = ("operation", "audience", "unknown-query", "success", "error")
"""The parts that a place is not said to be in, since the rule says it."""


def _name_and_place(part: str, name: str, operation: str | None) -> tuple[str, Place]:
    """What a finding is about, in short, and where that is."""
    holder, _, last = name.rpartition("/")
    while holder and last.partition("/")[0] == "*":  # the items of what?
        holder, _, above = holder.rpartition("/")
        last = f"{above}/{last}"
    label = last.replace("~1", "/").replace("~0", "~") or (BODY if part in _BODIES else "")
    return label, Place(operation=operation, part="" if part in _NAMELESS else part, holder=holder)


def _reason(causes: Iterable[Cause]) -> frozenset[object]:
    """What makes the causes of two findings the same for a reader: microversions, and the features or whys."""
    return frozenset((cause.version, cause.change.feature or cause.why) for cause in causes)


def _of_feature(microversion: Microversion, feature: str | None) -> str | None:
    """What a microversion says of a feature that comes or goes with it."""
    return microversion.features.get(feature or "") or microversion.removed_features.get(feature or "")


def _resource(findings: Iterable[Finding]) -> str:
    resources = {finding.resource or EVERYWHERE for finding in findings}
    return next(iter(resources)) if len(resources) == 1 else SEVERAL

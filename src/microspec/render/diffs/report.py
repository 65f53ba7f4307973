"""The content of a diff, as all formats for people show it.

Equal findings are one `Group`. Groups are sorted by severity (the worst first), then by resource, then by
microversion. `microspec.render.diffs.grouping` makes them.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ...diff.rules import SEVERITIES
from ...values.frozen import Value
from ...values.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...diff.findings import Cancelled
    from ...diff.judgement import Judgement
    from ...diff.rules import Policy, Rule
    from ...diff.suppressions import Applied
    from ...diff.vocabulary import Severity
    from ...model.api import Api
    from ...model.microversion import Microversion
    from ...values.diagnostics import Location
    from ...values.version import Version

WORST_FIRST: tuple[Severity, ...] = SEVERITIES[::-1]

_DONE: dict[Severity, str] = {
    "breaking": "to adapt to",
    "undecidable": "to review",
    "compatible": "that need no action",
}
"""What to do about changes of a severity."""

UNSEEN = "that no schema shows"
"""What behaviors are."""

BODY = "the body"
"""The name of a whole body."""


class Place(Value):
    """The location of something: an operation (None: every one), and the pointer or the part that contains it."""

    operation: str | None
    part: str
    holder: str

    def below(self, name: str) -> Place:
        """The place of something with this name."""
        return self.replace(holder=f"{self.holder}/{name}" if name != BODY else self.holder)

    def __str__(self) -> str:
        where = f"{self.part} {self.holder}" if self.holder else self.part
        return " ".join(filter(None, (self.operation or "every operation", where)))


class Named(Value):
    """What a group is about at its places: a name, and its old and new value in words."""

    name: str
    detail: str


class Source(Value):
    """The cause of a difference: a microversion, its title, the reasons in it and the location of the first.

    `back` is whether the microversion is undone, on the way to an earlier version.
    """

    version: Version
    title: str
    release: str | None
    whys: tuple[str, ...]
    location: Location | None
    back: bool

    @property
    def place(self) -> str:
        """The file and the line, if they are known."""
        return f"{self.location.file}:{self.location.line}" if self.location else ""

    def __str__(self) -> str:
        return f"{'before ' if self.back else ''}{self.version} ({self.release or 'no release yet'})"


class Group(Value):
    """Equal findings, merged.

    `named` are the names that they are about, and `places` their places: each name is at each place. `sources` are the
    microversions that caused them, oldest first. `instead` says what to use instead of what was removed.
    """

    rule: Rule
    severity: Severity
    resource: str
    named: tuple[Named, ...]
    places: tuple[Place, ...]
    sources: tuple[Source, ...]
    instead: str | None

    @property
    def versions(self) -> list[Version]:
        """The microversions that caused it, oldest first."""
        return [source.version for source in self.sources]

    @property
    def advice(self) -> str:
        """What a caller has to do; empty if nothing."""
        said = self.rule.advice if self.severity != "compatible" else ""
        return " ".join(filter(None, (said, f"Instead: {self.instead}" if self.instead else "")))

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that it is about, without repetition."""
        return tuple(dict.fromkeys(place.operation or "every operation" for place in self.places))


class Block(Value):
    """The groups of one resource that the same microversions caused, which share `sources`."""

    sources: tuple[Source, ...]
    groups: tuple[Group, ...]


class Told(Value):
    """A behavior that was added, removed or altered: its text, and its operations (none: all)."""

    name: str
    rule: Rule
    severity: Severity
    text: str
    operations: tuple[str, ...]
    sources: tuple[Source, ...]


class Undone(Value):
    """A change that was undone in between: the element, the operations, and the microversions."""

    element: str
    operations: tuple[str, ...]
    versions: tuple[Version, ...]


class Step(Value):
    """What one microversion in between does: the features that it adds and removes, and its findings."""

    microversion: Microversion
    brings: Mapping[str, str]
    takes: Mapping[str, str]
    judgements: tuple[Judgement, ...]
    groups: tuple[Group, ...]
    behaviors: tuple[Told, ...]


class Report(Value):
    """The whole content of a diff.

    `title` says what is compared, and `narrowed` to what the report is restricted, if it is. `applied` has the
    judgements that count and those that are suppressed; `groups` and `behaviors` are made of those that count. `steps`
    exists if the report also shows each microversion. `folder` is that of the specification, if it has one, `api` is
    the new side, and `program` is the version of microspec.
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
        """The number of findings of each severity, the worst first."""
        found = dict.fromkeys(WORST_FIRST, 0)
        for item in self.applied.kept:
            found[item.severity] += 1
        return found

    @property
    def verdict(self) -> Severity:
        """The worst severity of all findings; compatible if there is none."""
        return next((severity for severity, number in self.counts.items() if number), "compatible")

    @property
    def headline(self) -> str:
        """The first line of every format: the number of changes of each severity, and of their findings.

        A change is a group, or a behavior.
        """
        told = []
        for severity, number in self.counts.items():
            behaviors = sum(item.severity == severity for item in self.behaviors)
            changes = counted(behaviors + sum(group.severity == severity for group in self.groups), "change")
            among = f", among them {counted(behaviors, 'behavior')} {UNSEEN}" if behaviors else ""
            told += [f"{changes} {_DONE[severity]} ({counted(number, f'{severity} finding')}{among})"] if number else []
        overrides = (f"{rule}={severity}" for rule, severity in self.policy.overrides.items())
        judged = " and ".join((f"Judged by the policy {self.policy.name}", *overrides))
        return f"{'; '.join(told)}. {judged}." if told else "Nothing differs."

    def of(self, severity: Severity) -> dict[str, list[Block]]:
        """The groups of a severity by resource, and by the microversions that caused them."""
        found: dict[str, list[Block]] = {}
        chosen = (group for group in self.groups if group.severity == severity)
        for (resource, _), groups in groupby(chosen, key=lambda group: (group.resource, group.versions)):
            together = tuple(groups)
            found.setdefault(resource, []).append(Block(sources=together[0].sources, groups=together))
        return found


def placed(location: Location | None, folder: str | None) -> Location | None:
    """A location in a specification, with its folder; the bundled one has none."""
    if location is None or folder is None or location.file.startswith(f"{folder}/"):
        return location
    return location.replace(file=f"{folder}/{location.file}")

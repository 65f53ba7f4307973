"""What is told of a diff, as every format for people tells it.

Findings that say the same are one `Group`; groups stand in one order: by severity, the worst first, then by
resource, then by microversion. `microspec.render.diffs.grouping` makes them.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ...diff.rules import SEVERITIES
from ...values.frozen import Value

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
"""What is done about changes of a severity."""

UNSEEN = "that no schema shows"
"""What behaviors are."""

BODY = "the body"
"""What the whole of a body is called."""


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
    """Why something is otherwise: a microversion, its title, the reasons written there and the place of the first.

    `back` is whether the microversion is taken back, on the way to an earlier one.
    """

    version: Version
    title: str
    release: str | None
    whys: tuple[str, ...]
    location: Location | None
    back: bool

    @property
    def place(self) -> str:
        """The file and the line, if there is a place."""
        return f"{self.location.file}:{self.location.line}" if self.location else ""

    def __str__(self) -> str:
        return f"{'before ' if self.back else ''}{self.version} ({self.release or 'no release yet'})"


class Group(Value):
    """Findings that say the same, as one.

    `named` are the names that they are about, `places` where: each name is at each place. `sources` are
    the microversions that caused it, oldest first; `instead` says what to use in place of what went.
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
        """What a caller has to do; nothing where nothing has to be done."""
        said = self.rule.advice if self.severity != "compatible" else ""
        return " ".join(filter(None, (said, f"Instead: {self.instead}" if self.instead else "")))

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

    @property
    def headline(self) -> str:
        """What every format says first: how many changes there are of each severity, and how many findings make them.

        A change is a group, or a behavior.
        """
        told = []
        for severity, number in self.counts.items():
            behaviors = sum(item.severity == severity for item in self.behaviors)
            changes = plural(behaviors + sum(group.severity == severity for group in self.groups), "change")
            among = f", among them {plural(behaviors, 'behavior')} {UNSEEN}" if behaviors else ""
            told += [f"{changes} {_DONE[severity]} ({plural(number, f'{severity} finding')}{among})"] if number else []
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
    """A place in a specification, with the folder that it is in; the bundled one has none."""
    if location is None or folder is None or location.file.startswith(f"{folder}/"):
        return location
    return location.replace(file=f"{folder}/{location.file}")


def plural(number: int, noun: str) -> str:
    """A number of things."""
    return f"{number} {noun}{'' if number == 1 else 's'}"

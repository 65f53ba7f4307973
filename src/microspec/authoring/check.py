"""Checks that released versions still mean what they meant in an earlier state of the specification, the base.

Versions up to the highest one that a release of the base supports may be reworded, but must not change meaning. Later
versions may change, as long as each change has a reason.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ..diff.judgement import judge
from ..diff.semantic import differences, value_at
from ..diff.suppressions import apply
from ..model.changes import AddBehavior, SchemaChange
from ..values import same
from ..values.diagnostics import Diagnostic, Location
from ..values.frozen import Value
from ..values.version import VersionSet

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from datetime import date
    from typing import Any

    from ..diff.findings import Finding
    from ..diff.semantic import Difference
    from ..diff.suppressions import Applied, Suppression
    from ..model.changes import Change
    from ..model.microversion import Feature, Release
    from ..model.source import Source
    from ..values.version import Version
    from .sources import Sources


CODES: dict[str, str] = {
    "released-change": "A released version changed meaning.",
    "released-feature": "A feature was added to, or removed from, a released version.",
    "released-gone": "A released version is no longer described.",
    "release-change": "An existing release is missing, was changed, or has a new release listed before it.",
    "service-change": "The type of the service, its headers or its first version changed.",
    "no-reason": "A change of a new version has no reason.",
}
"""Every code of a violation and its meaning. The reference page is generated from this table."""

ELEMENTS = {
    "definitions": "operation",
    "schemas": "schema",
    "behaviors": "behavior",
    "common": "what all operations share",
}
"""The names of the kinds of elements, by the fields of an API."""


class CheckViolation(Diagnostic):
    """One forbidden difference from the base: `code` is a key of `CODES`.

    `versions` are the released versions whose meaning changed, None if the violation is not about versions; `findings`
    are what a caller would notice, each at the first version that shows it.
    """

    versions: VersionSet | None = None
    findings: tuple[Finding, ...] = ()


class Checked(Value):
    """All violations, in the order of the files, and the outcome of the suppressions."""

    violations: tuple[CheckViolation, ...]
    applied: Applied


def check(new: Sources, old: Sources, suppressions: Sequence[Suppression] = (), *, today: date) -> Checked:
    """Compare a specification with its base. A finding that is suppressed today is not a violation."""
    return _Check(new, old).run(suppressions, today)


class _Check:
    def __init__(self, new: Sources, old: Sources) -> None:
        self.new, self.old = new, old
        highest = max((release.max_version for release in old.history.releases.values()), default=None)
        self.released = [v for v in old.history.versions if highest is not None and v <= highest]
        self.violations: list[CheckViolation] = []

    def run(self, suppressions: Sequence[Suppression], today: date) -> Checked:
        self._check_service()
        self._check_releases()
        self._check_reasons()
        found: list[tuple[str | None, list[Difference]]] = []
        if self.new.history.min_version == self.old.history.min_version:
            self._check_numbers()
            self._check_features()
            found = [*self._differences()]
        applied = apply(judge(item.finding for _, items in found for item in items), suppressions, today)
        kept = {item.finding.id for item in applied.kept}
        for release, items in found:
            self._report_changes([item for item in items if item.finding.id in kept], release)
        ordered = sorted(self.violations, key=lambda item: (item.location.key, item.code, item.message))
        return Checked(violations=tuple(ordered), applied=applied)

    def _report(self, location: Location, code: str, message: str, hint: str, **more: Any) -> None:
        self.violations.append(CheckViolation(location=location, code=code, message=message, hint=hint, **more))

    @property
    def _instead(self) -> str:
        highest = self.new.history.max_version
        return f"revert it, or describe it in {highest if highest not in self.released else highest.next}"

    # ---------------------------------------------------------------------------------- the service

    def _check_service(self) -> None:
        old, new = self.old.history, self.new.history
        for what, before, after, path in (
            ("type", old.service_type, new.service_type, ("service",)),
            ("first version", str(old.min_version), str(new.min_version), ("min-version",)),
            ("header", old.service.standard_header, new.service.standard_header, ("headers", "standard")),
            ("legacy header", old.service.legacy_header, new.service.legacy_header, ("headers", "legacy")),
        ):
            if before != after:
                message = f"the {what} of the service changed from {before or 'none'} to {after or 'none'}"
                self._report(self.new.in_service(*path), "service-change", message, "revert it")

    def _check_releases(self) -> None:
        old, new = self.old.history.releases, self.new.history.releases
        for key, release in old.items():
            if key not in new:
                place, hint = self.new.in_service("releases"), "put it back"
                self._report(place, "release-change", f"release {key} is missing", hint)
                continue
            for field, name in (("max_version", "max-version"), ("version", "version"), ("series", "series")):
                before, after = getattr(release, field), getattr(new[key], field)
                if before != after:
                    message = f"the {name} of release {key} changed from {before} to {after}"
                    self._report(self.new.in_service("releases", key, name), "release-change", message, "revert it")
        for key in _added_before(list(new.values()), old):
            message = f"release {key} is new, but listed before an existing release"
            self._report(self.new.in_service("releases", key), "release-change", message, "list it after the others")

    def _check_reasons(self) -> None:
        old = self.old.history
        for version in self.new.history.versions:
            item = self.new.history[version]
            if version in self.released or (version in old.versions and old[version] == item):
                continue
            for change in item.written:
                if not change.why and not isinstance(change, AddBehavior):
                    message = f"{change.verb} {change.target} has no reason"
                    self._report(_place(change), "no-reason", message, "add a why")

    # --------------------------------------------------------------------------------- the versions

    def _check_numbers(self) -> None:
        gone = [version for version in self.released if version not in self.new.history.versions]
        if gone:
            message = f"{VersionSet(gone)} is released but no longer described"
            place = Location(file=str(self.new.root / "versions"))
            self._report(place, "released-gone", message, "put the files back", versions=VersionSet(gone))

    def _check_features(self) -> None:
        old, new = self.old.history.features, self.new.history.features
        for name in dict.fromkeys([*old, *new]):
            before, after = (_versions(features.get(name)) for features in (old, new))
            there = [v for v in self.released if v in self.new.history.versions and (v in before) != (v in after)]
            if not there:
                continue
            first, when = there[0], VersionSet(there)
            message = f"feature {name} {'is missing' if first in before else 'is new'} at {when}"
            place = self.new.in_version(first, "features", name)
            self._report(place, "released-feature", message, self._instead, versions=when)

    # ---------------------------------------------------------------------------------- the meaning

    def _differences(self) -> Iterator[tuple[str | None, list[Difference]]]:
        """The differences, release by release: in the newest one that both have, and in older ones what is new."""
        old, new = self.old.history._source, self.new.history._source
        both = [version for version in self.released if version in new.versions]
        releases = [key for key in old.releases if key in new.releases]
        begins = {*old.periods, *new.periods}
        last = [key for key, following in pairwise(releases) if following in begins]
        known: set[tuple[str, str, str, Version]] = set()
        for release in reversed([*last, *releases[-1:]]) or [None]:
            spoken = both
            if release in last:
                spoken = [version for version in both if version <= old.releases[release].max_version]
            found = []
            for item in differences(*(self._as_of(release)), spoken):
                about = (item.finding.id, item.kind, item.name)
                versions = tuple(version for version in item.versions if (*about, version) not in known)
                known |= {(*about, version) for version in versions}
                found += [item.replace(versions=versions)] if versions else []
            yield (release if release in last else None), found

    def _as_of(self, release: str | None) -> tuple[Source, Source]:
        """The old and the new source as of a release of both; without one, as of the newest that both have."""
        old, new = self.old.history._source, self.new.history._source
        key = release or next((key for key in reversed(old.releases) if key in new.releases), None)
        return (old.as_of(key), new.as_of(key)) if key else (old, new)

    def _report_changes(self, found: Iterable[Difference], release: str | None) -> None:
        by_place: dict[tuple[Location, str, str], list[tuple[Finding, list[Version]]]] = {}
        for item in found:
            for together in VersionSet(item.versions):
                versions = [version for version in item.versions if version in together]
                place = self._place_of(item, versions[0], release)
                by_place.setdefault((place, item.kind, item.name), []).append((item.finding, versions))
        words = f" in {self.old.history.releases[release]}" if release else ""
        for (place, kind, name), shown in by_place.items():
            when = VersionSet([version for _, versions in shown for version in versions])
            self._report(
                place,
                "released-change",
                f"{ELEMENTS[kind]}{f' {name}' if name else ''} changed meaning at {when}{words}, already released",
                self._instead,
                versions=when,
                findings=tuple({finding.id: finding for finding, _ in shown}.values()),
            )

    def _place_of(self, item: Difference, version: Version, release: str | None) -> Location:
        """The location of an addition to a version in the new tree, or where something is missing."""
        if item.kind == "common":
            return self.new.in_common(self.old)
        near = item.finding.name.rpartition("/")[2]
        number = self._since(item, version, release)
        if not number:
            section = "operations" if item.kind == "definitions" else "schemas"
            return self.new.in_baseline(self.old, section, item.name, near)
        version = self.old.history.versions[number - 1]
        before = [_unreasoned(change) for change in self.old.history[version].written]
        about = [change for change in self.new.history[version].written if _is_about(change, item.name)]
        other = next((change for change in about if _unreasoned(change) not in before), None)
        if other is not None:
            return self.new.in_change(self.old, version, other, near)
        return self.new.in_version(version, "behaviors" if item.kind == "behaviors" else "changes", item.name)

    def _since(self, item: Difference, version: Version, release: str | None) -> int:
        """The number of the version, up to the given one, at which an element began to differ; 0 for the baseline."""
        number = self.old.history.versions.index(version) + 1
        while number:
            before, after = (value_at(source, item.kind, item.name, number - 1) for source in self._as_of(release))
            if same(before, after):
                break
            number -= 1
        return number


def _added_before(releases: Sequence[Release], known: Container[str]) -> Iterator[str]:
    """The new releases that are listed before a known one."""
    last = max((number for number, release in enumerate(releases) if release.key in known), default=-1)
    return (release.key for release in releases[: last + 1] if release.key not in known)


def _versions(feature: Feature | None) -> VersionSet:
    return feature.availability if feature else VersionSet()


def _is_about(change: Change, name: str) -> bool:
    return name == (change.schema_name if isinstance(change, SchemaChange) else change.target)


def _unreasoned(change: Change) -> Change:
    return change.replace(why=None, feature=None)


def _place(change: Change) -> Location:
    return change.location or Location(file="?")

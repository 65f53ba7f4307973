"""The core of a history: its versions, the API at each of them, and the source of the facts."""

from __future__ import annotations

from _thread import allocate_lock

from ..values.version import Version, VersionRange, VersionSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, TypeVar

    from ..schema.standalone import Standards
    from ..values.frozen import frozendict
    from ..values.version import VersionLike
    from .api import Api, Directory, Known
    from .behaviors import KnownBehavior, Step
    from .draft import Row
    from .microversion import Feature, Microversion, Release, Service
    from .timeline import Timelines

    T = TypeVar("T")


class Source:
    """The source of the facts of a history. Each fact is worked out, or read, on demand.

    What all sources share is here; a subclass folds changes (`microspec.model.fold`), or reads a compiled artifact
    (`microspec.artifact.reader`). Safe to share between threads.
    """

    service_type: str
    numbers: dict[str, int]
    """The place of each version among all, by its text, in order."""

    def __init__(self, service_type: str, versions: Iterable[str]) -> None:
        self.service_type = service_type
        self.numbers = {version: number for number, version in enumerate(versions)}
        self._versions: tuple[Version, ...] | None = None
        self._keys: tuple[tuple[int, int], ...] | None = None
        self._span: tuple[str, str] | None = None
        self._releases: frozendict[str, Release] | None = None
        self._directory: Directory | None = None
        self._apis: dict[VersionLike, Api] = {}
        """The APIs by `Version`, and by the texts that were asked for."""
        self._kept: dict[Any, Any] = {}
        self._lock = allocate_lock()
        self._current: str | None = None
        self._family: dict[str | None, Source] = {}
        """The sources of the same history by the release that each answers for."""

    def kept(self, make: Callable[[Source], T]) -> T:
        """What functions have made of this source: once each, and kept as long as the source."""
        if make not in self._kept:
            self._kept.setdefault(make, make(self))
        return self._kept[make]  # type: ignore[no-any-return]

    @property
    def source(self) -> Source:
        """Itself."""
        return self

    @property
    def is_outdated(self) -> bool:
        """Whether a question failed because the artifact was rebuilt after it was loaded."""
        return False

    # ------------------------------------------------------------------------- what each source has its own way of

    def service(self) -> Service:
        """The facts that hold at every version."""
        raise NotImplementedError

    def microversion(self, version: Version) -> Microversion:
        """One existing microversion."""
        raise NotImplementedError

    def feature(self, name: str) -> VersionSet | None:
        """The versions that have a feature; None if no feature ever had that name."""
        raise NotImplementedError

    def features(self) -> frozendict[str, Feature]:
        """All features, in the order in which they were added."""
        raise NotImplementedError

    def behavior(self, name: str) -> VersionSet | None:
        """The versions that have a behavior; None if no release has one of that name."""
        found = self.behaviors().get(name)
        return found.availability if found else None

    def behaviors(self) -> frozendict[str, KnownBehavior]:
        """All behaviors of any release, in the order in which they were added."""
        return self.kept(_known_behaviors)

    def behavior_steps(self) -> tuple[Step, ...]:
        """Every change to a behavior, oldest first."""
        return self.kept(_behavior_steps)

    def named(self, name: str) -> VersionSet:
        """The versions that have the feature or the behavior of a name. Raises UnknownName."""
        found = self.feature(name)
        if found is None:
            found = self.behavior(name)
        if found is None:
            from ..values.errors import UnknownName

            raise UnknownName("feature or behavior", name, [*self.features(), *self.behaviors()])
        return found

    def known(self) -> frozendict[str, Known]:
        """Every operation that ever existed."""
        raise NotImplementedError

    def element(self, operation: str, element: str) -> VersionSet | None:
        """The versions of an element of an operation, if they are already known; None if not."""
        raise NotImplementedError

    def baseline(self) -> Api:
        """The baseline, which the first microversion changes."""
        raise NotImplementedError

    def timelines(self) -> Timelines:
        """The interval form of the API."""
        raise NotImplementedError

    def delta_rows(self, version: Version, /) -> Sequence[Any] | None:
        """The compiled deltas of a microversion, for `microspec.diff.steps`; None if they were not compiled."""
        raise NotImplementedError

    def rows(self, version: Version, /) -> Mapping[int, Row]:
        """What each change of a microversion does, by its number, at least if several are about one element."""
        raise NotImplementedError

    def folded(self, release: str, /) -> Source:
        """The source of the same history, folded as of another release."""
        raise NotImplementedError

    def finished(self, number: int, /) -> Standards | None:
        """The `Standards` of a version, counted from 1, if they were made beforehand."""
        raise NotImplementedError

    # ----------------------------------------------------------------------------------------------- the versions

    @property
    def versions(self) -> tuple[Version, ...]:
        """All versions, in order."""
        if self._versions is None:
            self._versions = tuple(map(Version, self.numbers))
        return self._versions

    @property
    def min_version(self) -> Version:
        """The lowest version."""
        return self.versions[0]

    @property
    def max_version(self) -> Version:
        """The highest version that is described."""
        return self.versions[-1]

    @property
    def span(self) -> tuple[str, str]:
        """The lowest version and the highest, as texts."""
        if self._span is None:
            self._span = (str(self.min_version), str(self.max_version))
        return self._span

    @property
    def releases(self) -> frozendict[str, Release]:
        """The releases by their name in lower case, oldest first."""
        if self._releases is None:
            self._releases = self.service().releases
        return self._releases

    def release(self, version: Version) -> Release | None:
        """The first release that supports a version; None if none does yet."""
        return next((release for release in self.releases.values() if version <= release.max_version), None)

    @property
    def current(self) -> str | None:
        """The key of the release that it answers for; None if there are no releases."""
        return self._current or next(reversed(self.releases), None)

    @property
    def spoken(self) -> Version:
        """The highest version that the release supports; for the newest release, the highest that is described."""
        current = self.current
        if current is None or current == next(reversed(self.releases)):
            return self.max_version
        return max(self.min_version, min(self.releases[current].max_version, self.max_version))

    @property
    def periods(self) -> tuple[str, ...]:
        """The releases, oldest first, with each of which some change begins or ceases to hold."""
        raise NotImplementedError

    def as_of(self, release: str) -> Source:
        """The source of the same history as of a release: cached. Raises UnknownName.

        Releases between which no change begins or ceases to hold share their facts, which are worked out once.
        """
        found = self._family.get(release)
        if found is not None:
            return found
        if release not in self.releases:
            from ..values.errors import UnknownName

            raise UnknownName("release", release, self.releases)
        self._family.setdefault(self.current, self)
        return self if release == self.current else self._family.setdefault(release, self._made_as_of(release))

    @property
    def newest(self) -> Source:
        """The source of the same history as of the newest release."""
        key = next(reversed(self.releases), None)
        return self if key is None else self.as_of(key)

    def of_cloud(self, highest: Version | None, release: str | None = None) -> Source:
        """The source as of the release of a cloud. Raises UnknownName.

        This is `release` if it is given, or else the first release that supports the highest version of the cloud, or
        the newest if none does. If neither is given, it is this source.
        """
        if release is None and highest is not None:
            first = self.release(highest)
            if first is None:
                return self.newest
            release = first.key
        return self if release is None else self.as_of(release)

    def _made_as_of(self, release: str) -> Source:
        period = self._period(release)
        for source in [*self._family.values()]:
            if self._period(source.current) == period:
                made = object.__new__(type(source))
                own: dict[str, Any] = {
                    "_current": release,
                    "_apis": {},
                    "_directory": None,
                    "_kept": {},
                    "_lock": allocate_lock(),
                }
                made.__dict__.update(source.__dict__, **own)
                return made
        return self.folded(release)

    def _period(self, release: str | None) -> int:
        """The number of `periods` that have begun with a release."""
        keys = [*self.releases]
        return sum(keys.index(begin) <= keys.index(release) for begin in self.periods) if release else 0

    @property
    def legacy_header(self) -> str | None:
        """The older header in which a version is asked for, if the service has one."""
        return self.service().legacy_header

    def number(self, version: VersionLike) -> int:
        """The place of a version in `versions`. Raises InvalidVersion or UnknownVersion."""
        found = self.numbers.get(_text(version))
        if found is None:
            from .errors import UnknownVersion

            raise UnknownVersion(Version.of(version), self.min_version, self.max_version)
        return found

    def at(self, version: VersionLike) -> Api:
        """The API at a version: immutable, cached. Raises InvalidVersion or UnknownVersion."""
        try:
            found = self._apis.get(version)
        except TypeError:  # a value without a hash is not a version
            found = None
        if found is None:
            place = self.number(version)
            own = self.versions[place]
            made = self._apis[own] if own in self._apis else self._select(place)
            with self._lock:
                found = self._apis.setdefault(own, made)
                if isinstance(version, str):
                    self._apis[version] = found
        return found

    def _select(self, place: int) -> Api:
        from .timeline import Lazy

        version, number = self.versions[place], place + 1
        selected = {kind: timeline.select(number) for kind, timeline in self.timelines().items()}
        finished = Lazy(make=_Finished(self, number))
        return self.baseline().replace(version=version, _directory=self.directory, _finished=finished, **selected)

    def before(self, version: Version) -> Api:
        """The API before a microversion."""
        number = self.numbers[str(version)]
        return self.baseline().replace(**{kind: line.select(number) for kind, line in self.timelines().items()})

    @property
    def directory(self) -> Directory:
        """Every operation that ever existed, and the releases."""
        if self._directory is None:
            from .api import Directory

            made = Directory(
                self.known,
                lambda: tuple(self.releases),
                lambda: self.current,
                lambda version, release: self.as_of(release).at(version),
                self.kept,
            )
            with self._lock:
                self._directory = self._directory or made
        return self._directory

    def key(self, operation: str) -> str:
        """The key of the operation that is meant; `microspec.model.asked` says how it may be written.

        Raises UnknownOperation for an operation that never existed.
        """
        known = self.known()
        if operation in known:
            return operation
        from ..values.locator import is_operation

        if not is_operation(operation):
            for kind, versions in (("feature", self.feature(operation)), ("behavior", self.behavior(operation))):
                if versions is not None:
                    from .errors import UnknownOperation

                    way = f"it is a {kind}: `microspec when {operation}` and `History.{kind}s` list its versions"
                    raise UnknownOperation(operation, None, VersionSet(), way)
        from .asked import key

        return key(operation, self.directory.router, known)

    # ------------------------------------------------------------------------------------------- sets of versions

    def where(self, holds: Callable[[Api], bool]) -> VersionSet:
        """The versions at which something holds for the API."""
        return self.set_of([version for version in self.versions if holds(self.at(version))])

    def places(self, versions: VersionSet) -> list[range]:
        """The places in `versions` of the versions in a set."""
        if self._keys is None:
            self._keys = tuple(version.key for version in self.versions)
        return versions.places(self._keys)

    def set_of(self, versions: Sequence[Version]) -> VersionSet:
        """The set of these versions (in order), without an end if it includes the highest of all."""
        ranges: list[VersionRange | Version] = [*versions]
        if versions and versions[-1] == self.versions[-1]:
            ranges.append(VersionRange(versions[-1], None))
        return VersionSet(ranges)

    def between(self, spans: Iterable[tuple[int, int]]) -> VersionSet:
        """The set of the versions between places in `versions`, both included, without an end in the same case."""
        last = len(self.versions) - 1
        return VersionSet([VersionRange(self.versions[a], None if b == last else self.versions[b]) for a, b in spans])


def _behavior_steps(source: Source) -> tuple[Step, ...]:
    from .behaviors import steps

    return steps(source.baseline().behaviors, map(source.microversion, source.versions))


def _known_behaviors(source: Source) -> frozendict[str, KnownBehavior]:
    from .behaviors import known

    microversions = [*map(source.microversion, source.versions)]
    return known(source.baseline().behaviors, microversions, source.behavior_steps(), source.between)


class _Finished:
    """Calls `Source.finished` for a version. A separate function for each version would be five times as large."""

    __slots__ = ("_number", "_source")

    def __init__(self, source: Source, number: int) -> None:
        self._source, self._number = source, number

    def __call__(self) -> Standards | None:
        return self._source.finished(self._number)


def _text(version: VersionLike) -> str:
    """The text of a version. Anything but a string must be a version."""
    return version if isinstance(version, str) else str(Version.of(version))

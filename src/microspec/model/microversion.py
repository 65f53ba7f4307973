"""The parts of a history: microversions, releases, features, and the events of an element."""

from __future__ import annotations

from ..values.frozen import EMPTY, Value, frozendict, kept

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..values.diagnostics import Location
    from ..values.version import Version, VersionSet
    from .api import Api
    from .changes import Change
    from .definition import Behavior
    from .vocabulary import Effect


class Release(Value):
    """A release of the software. `series` is its number or year, and `version` the version of its first package."""

    key: str
    name: str
    version: str
    series: str
    max_version: Version

    def __str__(self) -> str:
        return self.name


class Service(Value):
    """The facts about a service that are the same at every version: its type, its version headers, its releases."""

    service_type: str
    title: str
    standard_header: str
    legacy_header: str | None
    releases: frozendict[str, Release]


class Microversion(Value):
    """One microversion: what it adds, removes and changes, and why.

    `changes` are the changes that hold in the release that its history answers for (`History.release`). `elsewhere` are
    the changes that hold in other releases only. `features` and `removed_features` map each name to a sentence.
    `release` is the first release that supports the version; None if there is none yet. `location` is its file.
    """

    version: Version
    title: str
    description: str
    features: frozendict[str, str] = EMPTY
    removed_features: frozendict[str, str] = EMPTY
    changes: tuple[Change, ...] = ()
    release: Release | None = None
    location: Location | None = None
    elsewhere: tuple[Change, ...] = ()
    _places: tuple[int, ...] = ()
    """The places of the changes in `elsewhere` among all changes."""

    _uncompared = ("location",)

    @property
    def written(self) -> tuple[Change, ...]:
        """All changes in the order in which they are written, for all releases."""
        found = [*self.changes]
        for place, change in zip(self._places, self.elsewhere, strict=True):
            found.insert(place, change)
        return tuple(found)

    def _as_of(self, release: str | None, releases: Sequence[str]) -> Microversion:
        """The same microversion as of a release; `releases` are the keys of all releases, oldest first."""
        written = self.written
        places = tuple(n for n, change in enumerate(written) if not change._holds_in(release, releases))
        if places == self._places:
            return self
        return self.replace(
            changes=tuple(change for n, change in enumerate(written) if n not in places),
            elsewhere=tuple(written[n] for n in places),
            _places=places,
        )

    @property
    def behaviors(self) -> frozendict[str, Behavior]:
        """The behaviors that the version adds, by name."""
        from .changes import AddBehavior

        return frozendict({item.target: item.behavior for item in self.changes if isinstance(item, AddBehavior)})

    @kept
    def causes(self) -> tuple[Cause, ...]:
        """Its changes, each as a cause of differences."""
        return tuple(
            Cause(version=self.version, number=number, release=self.release, change=change)
            for number, change in enumerate(self.changes)
        )

    def mentions(self, text: str) -> list[str]:
        """The lines of this version that contain a text, in any case: title, features, behaviors and changes."""
        lines = [self.title, self.description]
        lines += [f"feature {name}: {words}" for name, words in self.features.items()]
        lines += [f"feature {name} ends: {words}" for name, words in self.removed_features.items()]
        for change in self.written:
            words = change.why or getattr(change, "text", "")
            lines.append(f"{change.verb} {change.target}{f': {words}' if words else ''}")
        return [line for line in lines if text.lower() in line.lower()]

    def apply(self, api: Api) -> Api:
        """The API after this microversion, from the API before it."""
        from .draft import Draft

        draft = Draft(api)
        for change in self.changes:
            change._make(draft)
        return draft.api().replace(version=self.version)

    def __repr__(self) -> str:
        return f"<Microversion {self.version}: {self.title}>"


def periods(microversions: Iterable[Microversion], releases: Sequence[str]) -> tuple[str, ...]:
    """The releases, oldest first, with each of which some change begins or ceases to hold.

    All releases between two of them have the same changes. `releases` are the keys of all releases, oldest first.
    """
    found = set()
    for change in (change for item in microversions for change in item.written):
        if change.since_release is not None:
            found.add(releases.index(change.since_release))
        if change.until_release is not None:
            found.add(releases.index(change.until_release) + 1)
    return tuple(key for place, key in enumerate(releases) if place and place in found)


class Feature(Value):
    """A named capability: what it is, and the versions that have it."""

    name: str
    text: str
    availability: VersionSet


class Cause(Value):
    """A change as a cause: change `number` of a microversion, and the first release that has it."""

    version: Version
    number: int
    release: Release | None
    change: Change

    @property
    def why(self) -> str | None:
        """The reason written with the change."""
        return self.change.why

    @property
    def location(self) -> Location | None:
        """Where the change is written."""
        return self.change.location


class Event(Cause):
    """One step in the history of an element: what happened (`effect`), and the change that caused it."""

    effect: Effect

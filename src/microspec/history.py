"""The history of an API: a baseline and the microversions that change it, and the questions about it."""

from __future__ import annotations

import threading

from . import schemas as json_schema
from .errors import InvalidElement, UnknownName, UnknownOperation, UnknownVersion
from .frozen import EMPTY, Value, frozendict
from .version import Version, VersionRange, VersionSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any, Literal

    from .changes import Change
    from .diff import Diff
    from .errors import Location
    from .model import Api, Behavior, Definition, Directory
    from .schemas import Schema

    Effect = Literal["added", "removed", "altered"]


ABSENT: Any = object()
"""What is not given, where None is a value."""


class Release(Value):
    """A release of the software. `series` is its number or year, `version` that of its first package."""

    key: str
    name: str
    version: str
    series: str
    max_version: Version

    def __str__(self) -> str:
        return self.name


class Service(Value):
    """What is true of the service at every version: its type, its version headers, its releases."""

    service_type: str
    title: str
    standard_header: str
    legacy_header: str | None
    releases: frozendict[str, Release]


class Microversion(Value):
    """One microversion: what it brings, takes away and changes, and why.

    `features` and `removed_features` map names to a sentence each; `release` is the first one that
    speaks the version, None while there is none; `location` is its file.
    """

    version: Version
    title: str
    description: str
    features: frozendict[str, str] = EMPTY
    removed_features: frozendict[str, str] = EMPTY
    changes: tuple[Change, ...] = ()
    release: Release | None = None
    location: Location | None = None

    @property
    def behaviors(self) -> frozendict[str, Behavior]:
        """The behaviors that the version brings, by name."""
        from .changes import AddBehavior
        from .model import Behavior

        return frozendict(
            {
                change.target: Behavior(name=change.target, text=change.text, operations=change.operations)
                for change in self.changes
                if isinstance(change, AddBehavior)
            }
        )

    def apply(self, api: Api) -> Api:
        """The API after this microversion, from the API before it."""
        for change in self.changes:
            api = change.apply(api)
        return api.replace(version=self.version)

    def __repr__(self) -> str:
        return f"<Microversion {self.version}: {self.title}>"


class Feature(Value):
    """A named capability: what it is, and the versions that have it."""

    name: str
    text: str
    availability: VersionSet


class Event(Value):
    """One step in the life of an element: what happened to it (`effect`), and the change that did it."""

    version: Version
    release: Release | None
    effect: Effect
    change: Change

    @property
    def why(self) -> str | None:
        """The reason written with the change."""
        return self.change.why

    @property
    def location(self) -> Location | None:
        """Where the change is written."""
        return self.change.location


class History:
    """A service and all its microversions: answers for any version. Safe to share between threads.

    Made by `microspec.load`. `compute["2.37"]` is a `Microversion`, `compute.at("2.37")` the `Api`;
    `versions` are all of them in order, and `baseline` is what the first one starts from.
    """

    def __init__(self, service: Service, baseline: Api, microversions: tuple[Microversion, ...]) -> None:
        self._service, self.baseline = service, baseline
        self._microversions = {microversion.version: microversion for microversion in microversions}
        self.versions = tuple(self._microversions)
        self._apis: dict[Version, Api] = {}
        self._lock = threading.RLock()

    # ------------------------------------------------------------------------------------- the service

    @property
    def service_type(self) -> str:
        """The type of the service in the catalog, such as ``compute``."""
        return self._service.service_type

    @property
    def title(self) -> str:
        """What the service is called."""
        return self._service.title

    @property
    def service(self) -> Service:
        """What is true at every version."""
        return self._service

    @property
    def min_version(self) -> Version:
        """The lowest microversion."""
        return self.versions[0]

    @property
    def max_version(self) -> Version:
        """The highest microversion that is described."""
        return self.versions[-1]

    @property
    def releases(self) -> frozendict[str, Release]:
        """The releases by their name in lower case, oldest first."""
        return self._service.releases

    # ------------------------------------------------------------------------------------- the versions

    def __getitem__(self, version: str | Version) -> Microversion:
        version = Version.of(version)
        try:
            return self._microversions[version]
        except KeyError:
            raise UnknownVersion(version, self.min_version, self.max_version) from None

    def __iter__(self) -> Iterator[Microversion]:
        return iter(self._microversions.values())

    def __len__(self) -> int:
        return len(self._microversions)

    def at(self, version: str | Version) -> Api:
        """The API at a version: immutable, cached. Raises InvalidVersion or UnknownVersion."""
        version = self[version].version
        with self._lock:
            if version not in self._apis:
                self._resolve()
            return self._apis[version]

    def _resolve(self) -> None:
        """Fold everything, once. Each version shares with the one before it all that it does not change."""
        apis: dict[Version, Api] = {}
        api = self.baseline
        for microversion in self:
            api = microversion.apply(api)
            apis[microversion.version] = api
        directory = self._directory(apis)
        self._apis = {version: api.replace(directory=directory) for version, api in apis.items()}

    def _directory(self, apis: dict[Version, Api]) -> Directory:
        from .changes import RemoveOperation
        from .model import Directory, Known

        present: dict[str, list[Version]] = {}
        last: dict[str, Definition] = {}
        for version, api in apis.items():
            for key, definition in api.definitions.items():
                present.setdefault(key, []).append(version)
                last[key] = definition
        removals = [change for item in self for change in item.changes if isinstance(change, RemoveOperation)]
        instead = {change.target: change.instead for change in removals}
        known = {
            key: Known(availability=self._set_of(versions), instead=instead.get(key), definition=last[key])
            for key, versions in present.items()
        }
        return Directory(known=frozendict(known), releases=tuple(self.releases))

    def _set_of(self, versions: list[Version]) -> VersionSet:
        """The set of these versions, open to the future where it holds at the highest of all."""
        ranges: list[VersionRange | Version] = [*versions]
        if versions and versions[-1] == self.max_version:
            ranges.append(VersionRange(self.max_version, None))
        return VersionSet(ranges)

    def _where(self, holds: Callable[[Api], bool]) -> VersionSet:
        return self._set_of([version for version in self.versions if holds(self.at(version))])

    # ------------------------------------------------------------------------------------- the questions

    @property
    def features(self) -> frozendict[str, Feature]:
        """All features by name, in the order in which they came."""
        texts: dict[str, str] = {}
        present: dict[str, list[Version]] = {}
        current: set[str] = set()
        for microversion in self:
            texts.update({name: text for name, text in microversion.features.items() if name not in texts})
            current = (current | set(microversion.features)) - set(microversion.removed_features)
            for name in current:
                present.setdefault(name, []).append(microversion.version)
        return frozendict(
            {
                name: Feature(name=name, text=text, availability=self._set_of(present[name]))
                for name, text in texts.items()
            }
        )

    def supports(self, feature: str, version: str | Version) -> bool:
        """Whether a version has a feature. Raises UnknownName for a feature that there never was."""
        features = self.features
        if feature not in features:
            raise UnknownName("feature", feature, features)
        return self[version].version in features[feature].availability

    def availability(
        self,
        operation: str,
        *,
        request: str | None = None,
        query: str | None = None,
        response: str | None = None,
        status: int | None = None,
    ) -> VersionSet:
        """The versions at which an operation, or one element of it, exists.

        `request` and `response` are JSON pointers into the body (``*``: any array item), `query` the
        name of a parameter, `status` an HTTP status; with `response` it says which answer is meant, by
        default any successful one. Raises UnknownOperation for an operation that there never was,
        InvalidElement for what is no pointer, and if more than one element is asked for. An element
        that there never was has the empty set.
        """
        view = self._view(operation, request=request, query=query, response=response, status=status)
        return self._where(lambda api: view(api) is not None)

    def history(
        self,
        operation: str,
        *,
        request: str | None = None,
        query: str | None = None,
        response: str | None = None,
        status: int | None = None,
    ) -> tuple[Event, ...]:
        """The life of an operation or of one element of it: every change that touched it, oldest first.

        Arguments as for `availability`. What was there at the first version has no event of its own.
        """
        view = self._view(operation, request=request, query=query, response=response, status=status)
        events: list[Event] = []
        api = self.baseline
        before = view(api)
        for microversion in self:
            for change in microversion.changes:
                api = change.apply(api)
                after = view(api)
                if before != after:
                    effect: Effect = "added" if before is None else "removed" if after is None else "altered"
                    events.append(
                        Event(version=microversion.version, release=microversion.release, effect=effect, change=change)
                    )
                before = after
        return tuple(events)

    def versions_for(
        self, operation: str, *, body: Any = ABSENT, query: Mapping[str, Sequence[str]] | None = None
    ) -> VersionSet:
        """The versions at which an operation takes a request with this body (a JSON value) and this query.

        What is not given is not looked at. Raises UnknownOperation for an operation that there never was.
        """
        self._must_be_known(operation)
        verdicts: dict[int, bool] = {}  # of validators, since many versions share one

        def takes(api: Api) -> bool:
            found = api.operations.get(operation)
            if found is None:
                return False
            checks = [(found.request_validator(), body)] if body is not ABSENT else []
            checks += [(found.query_validator(), query)] if query is not None else []
            for validator, value in checks:
                if validator is not None and id(validator) not in verdicts:
                    verdicts[id(validator)] = validator.accepts(value)
            return all(validator is None or verdicts[id(validator)] for validator, _ in checks)

        return self._where(takes)

    def _must_be_known(self, operation: str) -> None:
        known = self.at(self.max_version).directory.known
        if operation not in known:
            raise UnknownOperation(operation, None, VersionSet(), known=known)

    def _view(
        self, operation: str, *, request: str | None, query: str | None, response: str | None, status: int | None
    ) -> Callable[[Api], Any]:
        """A function from an Api to all that is true of an element there, or None where it is not there."""
        self._must_be_known(operation)
        if sum(element is not None for element in (request, query, response)) > 1:
            raise InvalidElement(operation, "ask for one element at a time: request, query or response")

        def view(api: Api) -> Any:
            definition = api.definitions.get(operation)
            if definition is None:
                return None
            if definition.alias_of:
                definition = api.definitions.get(definition.alias_of, definition)
            if request is not None:
                return _at_pointer(_body(definition.request), request, api)
            if query is not None:
                return _with_closure(definition.parameters.get(("query", query)), api)
            if response is not None:
                bodies = [r.body for r in definition.responses.values() if _meant(r.status, status)]
                found = [_at_pointer(_body(body), response, api) for body in dict.fromkeys(bodies)]
                return tuple(item for item in found if item is not None) or None
            if status is not None:
                answers = tuple(r for r in definition.responses.values() if r.status == status)
                return answers or None
            return (definition, json_schema.closure(definition.schema_names(), api.schemas))

        for pointer in (request, response):
            if pointer is not None:
                json_schema.parse_pointer(pointer)
        return view

    def diff(self, old: str | Version, new: str | Version) -> Diff:
        """What differs between two versions."""
        from .diff import diff

        return diff(self.at(old), self.at(new))

    def __repr__(self) -> str:
        return f"<History of {self.service_type}: {self.min_version} to {self.max_version}>"


def _meant(actual: int, asked: int | None) -> bool:
    return actual == asked if asked is not None else actual < 400


def _body(name: str | None) -> Schema | None:
    return frozendict({"$ref": name}) if name else None


def _at_pointer(schema: Schema | None, pointer: str, api: Api) -> Any:
    found = json_schema.find(schema, json_schema.parse_pointer(pointer), api.schemas) if schema else ()
    if not found:
        return None
    names = frozenset().union(*(json_schema.references(schema) for schema, _ in found))
    return (frozenset(found), json_schema.closure(names, api.schemas))


def _with_closure(parameter: Any, api: Api) -> Any:
    if parameter is None:
        return None
    return (parameter, json_schema.closure(json_schema.references(parameter.schema), api.schemas))

"""The history of an API: a service, its microversions, and the questions about them."""

from __future__ import annotations

from _thread import allocate_lock

from .version import Version, VersionRange, VersionSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any, Literal

    from .deltas import Deltas
    from .diff import Diff
    from .explanation import Explanation
    from .frozen import frozendict
    from .intervals import Timelines
    from .microversion import Effect, Event, Feature, Microversion, Release, Service
    from .model import Api, Directory, Known
    from .negotiation import Negotiation
    from .request import Part
    from .standard import Standards
    from .version import Spoken


ABSENT: Any = object()
"""What is not given, where None is a value."""


class Source:
    """Where a history has its facts from. Each is worked out, or read, when it is first asked for."""

    service_type: str
    numbers: dict[str, int]
    """The place of each version among all, by its text, in order."""
    is_outdated = False
    """Whether there was no answer because it has been built anew since it was loaded."""
    _versions: tuple[Version, ...] | None = None

    @property
    def versions(self) -> tuple[Version, ...]:
        """All versions, in order."""
        if self._versions is None:
            self._versions = tuple(map(Version, self.numbers))
        return self._versions

    def service(self) -> Service:
        """What is true at every version."""
        raise NotImplementedError

    def microversion(self, version: Version) -> Microversion:
        """One microversion, which there is."""
        raise NotImplementedError

    def feature(self, name: str) -> VersionSet | None:
        """The versions that have a feature; None if there never was one of that name."""
        raise NotImplementedError

    def features(self) -> frozendict[str, Feature]:
        """All features, in the order in which they came."""
        raise NotImplementedError

    def known(self) -> frozendict[str, Known]:
        """Every operation that there ever was."""
        raise NotImplementedError

    def element(self, operation: str, element: str) -> VersionSet | None:
        """The versions of an element of an operation, where they are known without looking; None if not."""
        raise NotImplementedError

    def baseline(self) -> Api:
        """What the first microversion starts from."""
        raise NotImplementedError

    def timelines(self) -> Timelines:
        """The interval form of the API."""
        raise NotImplementedError

    def deltas(self, version: Version) -> Deltas:
        """What a microversion makes otherwise, place by place."""
        raise NotImplementedError

    def before(self, version: Version) -> Api:
        """The API that a microversion changes."""
        number = self.numbers[str(version)]
        return self.baseline().replace(**{kind: line.select(number) for kind, line in self.timelines().items()})

    def finished(self, number: int, /) -> Standards | None:
        """The `Standards` of a version, counted from 1, if they were made beforehand."""
        raise NotImplementedError

    def set_of(self, versions: Sequence[Version]) -> VersionSet:
        """The set of these versions (in order), open to the future where it holds at the highest of all."""
        ranges: list[VersionRange | Version] = [*versions]
        if versions and versions[-1] == self.versions[-1]:
            ranges.append(VersionRange(versions[-1], None))
        return VersionSet(ranges)

    def between(self, spans: Iterable[tuple[int, int]]) -> VersionSet:
        """The set of the versions between places in `versions`, both included, open in the same way."""
        last = len(self.versions) - 1
        return VersionSet([VersionRange(self.versions[a], None if b == last else self.versions[b]) for a, b in spans])


class History:
    """A service and all its microversions: answers for any version. Safe to share between threads.

    Made by `microspec.load`. `compute["2.37"]` is a `Microversion`, `compute.at("2.37")` the `Api`;
    `versions` are all of them in order, and `baseline` is what the first one starts from. `source` is
    where it has its facts from.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._apis: dict[str, Api] = {}
        self._lock = allocate_lock()

    # ------------------------------------------------------------------------------------- the service

    @property
    def service_type(self) -> str:
        """The type of the service in the catalog, such as ``compute``."""
        return self.source.service_type

    @property
    def service(self) -> Service:
        """What is true at every version: title, headers, releases."""
        return self.source.service()

    @property
    def versions(self) -> tuple[Version, ...]:
        """All microversions, in order."""
        return self.source.versions

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
        return self.service.releases

    # ------------------------------------------------------------------------------------- the versions

    def _number(self, version: str | Version) -> int:
        """The place of a version in `versions`. Raises InvalidVersion or UnknownVersion."""
        found = self.source.numbers.get(_text(version))
        if found is None:
            from .errors import UnknownVersion

            raise UnknownVersion(Version.of(version), self.min_version, self.max_version)
        return found

    def __getitem__(self, version: str | Version) -> Microversion:
        return self.source.microversion(self.versions[self._number(version)])

    def __iter__(self) -> Iterator[Microversion]:
        return map(self.source.microversion, self.versions)

    def __len__(self) -> int:
        return len(self.versions)

    @property
    def baseline(self) -> Api:
        """What the first microversion starts from."""
        return self.source.baseline()

    def at(self, version: str | Version) -> Api:
        """The API at a version: immutable, cached. Raises InvalidVersion or UnknownVersion."""
        text = _text(version)
        found = self._apis.get(text)
        if found is None:
            made = self._select(self._number(text))
            with self._lock:
                found = self._apis.setdefault(text, made)
        return found

    def _select(self, place: int) -> Api:
        from .intervals import Lazy

        version, number = self.versions[place], place + 1
        selected = {kind: timeline.select(number) for kind, timeline in self.source.timelines().items()}
        finished = Lazy(make=lambda: self.source.finished(number))
        return self.source.baseline().replace(version=version, directory=self._directory, finished=finished, **selected)

    @property
    def _directory(self) -> Directory:
        from .model import Directory

        found: Directory | None = self.__dict__.get("_made_directory")
        if found is None:
            found = self.__dict__.setdefault(
                "_made_directory", Directory(self.source.known, lambda: tuple(self.releases))
            )
        return found

    def _where(self, holds: Callable[[Api], bool]) -> VersionSet:
        return self.source.set_of([version for version in self.versions if holds(self.at(version))])

    # ------------------------------------------------------------------------------------- the questions

    @property
    def features(self) -> frozendict[str, Feature]:
        """All features by name, in the order in which they came."""
        return self.source.features()

    def supports(self, feature: str, version: str | Version) -> bool:
        """Whether a version has a feature. Raises UnknownName for a feature that there never was."""
        found = self.source.feature(feature)
        if found is None:
            from .errors import UnknownName

            raise UnknownName("feature", feature, self.features)
        self._number(version)
        return version in found

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
        from .element import Element

        element = Element(operation, request=request, query=query, response=response, status=status)
        found = self.source.element(operation, element.name)
        if found is None:
            self._must_be_known(operation)
            found = self._where(lambda api: element.of(api) is not None)
        return found

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
        from .element import Element
        from .microversion import Event

        element = Element(operation, request=request, query=query, response=response, status=status)
        self._must_be_known(operation)
        events: list[Event] = []
        api = self.baseline
        before = element.of(api)
        for microversion in self:
            for cause in microversion.causes:
                api = cause.change.apply(api)
                after = element.of(api)
                if before != after:
                    effect: Effect = "added" if before is None else "removed" if after is None else "altered"
                    events.append(Event(**cause.fields(), effect=effect))
                before = after
        return tuple(events)

    def versions_for(
        self, operation: str, *, body: Any = ABSENT, query: Mapping[str, Sequence[str]] | None = None
    ) -> VersionSet:
        """The versions at which an operation takes a request with this body (a JSON value) and this query.

        What is not given is not looked at. Raises UnknownOperation for an operation that there never was,
        InvalidElement for a query that does not map names to lists of values.
        """
        from .request import Request

        self._must_be_known(operation)
        return self._where(Request(self, operation, _given(body, query)).is_accepted)

    def negotiate(
        self,
        *,
        server: Spoken,
        client: Spoken | None = None,
        needs: Iterable[str] = (),
        operation: str | None = None,
        body: Any = ABSENT,
        query: Mapping[str, Sequence[str]] | None = None,
        response: Iterable[str] = (),
        prefer: Literal["highest", "lowest"] = "highest",
    ) -> Version:
        """The version to ask for: arguments as for `negotiation`. Raises `Unsupported` if there is none."""
        found = self.negotiation(
            server=server,
            client=client,
            needs=needs,
            operation=operation,
            body=body,
            query=query,
            response=response,
            prefer=prefer,
        )
        if found.version is None:
            from .errors import Unsupported

            raise Unsupported(found.limits)
        return found.version

    def negotiation(
        self,
        *,
        server: Spoken,
        client: Spoken | None = None,
        needs: Iterable[str] = (),
        operation: str | None = None,
        body: Any = ABSENT,
        query: Mapping[str, Sequence[str]] | None = None,
        response: Iterable[str] = (),
        prefer: Literal["highest", "lowest"] = "highest",
    ) -> Negotiation:
        """Which version to ask for, and why not a higher (or a lower) one.

        `server` and `client` are what each speaks, said as for `VersionSet.spoken`. `needs` are names of features and
        behaviors; `operation` is what is called, with its `body` (a JSON value) and `query` (name to
        list of values); `response` are JSON pointers to what the caller reads in the answer.

        A version fits if the operation is there, accepts the request and looks at all of it (some
        versions take and ignore what they do not know), and answers with these fields. Raises
        UnknownOperation, UnknownName for a need that there never was, InvalidElement for a body, a
        query or a pointer without an operation, InvalidVersion and InvalidVersionSet.
        """
        from .negotiation import Negotiation

        if operation is not None:
            self._must_be_known(operation)
        return Negotiation(
            self,
            server=server,
            client=client,
            needs=needs,
            operation=operation,
            given=_given(body, query),
            response=response,
            prefer=prefer,
        )

    def _must_be_known(self, operation: str) -> None:
        known = self.source.known()
        if operation not in known:
            from .errors import UnknownOperation

            raise UnknownOperation(operation, None, VersionSet(), known=known)

    def explain(
        self,
        operation: str,
        version: str | Version | None,
        status: int | None = None,
        body: Any = ABSENT,
        *,
        query: Mapping[str, Sequence[str]] | None = None,
        server: Spoken | None = None,
    ) -> Explanation:
        """Why a request is answered with an error (404, 410, 400, 406), and what to do instead.

        `operation` is its key or a request as it is sent (``GET /servers/b1?limit=1``). `version` is what
        is asked for, well formed or not; None is the lowest. `status` is an answer that was seen, to be
        explained; without it only what is certain is told. `body` is a JSON value (None: no body) and
        `query` maps names to lists of values; what is not given is not looked at. `server` is what the
        cloud speaks, said as for `VersionRange.bounded`, which also tells its release; by default all
        versions and the newest release. A cloud may be newer than what is described: then its versions
        are taken to be as the newest that is.

        Raises InvalidElement for what is no request and no query, InvalidVersion for a version that is a
        number, InvalidVersion and InvalidVersionSet for what no cloud speaks.
        """
        from .explanation import explain

        return explain(self, operation, version, status, body, query=query, server=server)

    def diff(self, old: str | Version, new: str | Version) -> Diff:
        """What differs between two versions, net and by microversion. Raises InvalidVersion or UnknownVersion."""
        from .diff import along

        from_, to = self._number(old), self._number(new)
        between = self.versions[min(from_, to) + 1 : max(from_, to) + 1]
        steps = [(version, self.source.deltas(version)) for version in between]
        return along(steps, self.versions[from_], self.versions[to], self.source.known())

    def __repr__(self) -> str:
        return f"<History of {self.service_type}: {self.min_version} to {self.max_version}>"


def _text(version: str | Version) -> str:
    """A version as it is written. What is no text has to be a version."""
    return version if isinstance(version, str) else str(Version.of(version))


def _given(body: Any, query: Mapping[str, Sequence[str]] | None) -> dict[Part, Any]:
    """What is given of a request."""
    from .request import checked_query

    return {
        **({} if body is ABSENT else {"body": body}),
        **({} if query is None else {"query": checked_query(query)}),
    }

"""The history of an API: a service, its microversions, and the questions about them.

A façade: each method imports one room below when it is first called. It asks the index before the model. In a process
that asks one question, that saves 0.05 of the time that Python takes to start.
"""

from __future__ import annotations

from .values import ABSENT, Frozen, put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import IO, Any, Literal, Protocol

    from .diff.diff import Diff, Diffs
    from .http.traffic import Call, Recording
    from .model.api import Api, Known
    from .model.behaviors import KnownBehavior
    from .model.microversion import Event, Feature, Microversion, Release, Service
    from .model.source import Source
    from .questions.audit import Audit
    from .questions.explanation import Explanation
    from .questions.negotiation import Negotiation
    from .questions.trial import Part
    from .values.frozen import frozendict
    from .values.spoken import Spoken
    from .values.version import Version, VersionLike, VersionSet

    class Origin(Protocol):
        """The source of the first answers: a `Source`, or the index of a compiled one."""

        @property
        def service_type(self) -> str: ...
        @property
        def source(self) -> Source: ...
        @property
        def numbers(self) -> dict[str, int]: ...
        @property
        def is_outdated(self) -> bool: ...
        def named(self, name: str, /) -> VersionSet: ...
        def element(self, operation: str, element: str, /) -> VersionSet | None: ...


class History(Frozen):
    """A service and all its microversions. It answers questions about any version. Safe to share between threads.

    `microspec.load` makes it. `compute["2.37"]` is a `Microversion`, and `compute.at("2.37")` the `Api` at it.
    `versions` lists all versions in order. `baseline` is the API before the changes of the first one.

    Some facts hold only in some releases of the software. A history answers for one release, by default the newest.
    `as_of` gives the same history as of another release.
    """

    _origin: Origin
    """The source of its facts."""

    def __init__(self, origin: Origin) -> None:
        put(self, "_origin", origin)

    @property
    def _source(self) -> Source:
        """The core of the history, which answers all questions."""
        return self._origin.source

    # ------------------------------------------------------------------------------------- the service

    @property
    def service_type(self) -> str:
        """The type of the service in the catalog, such as ``compute``."""
        return self._origin.service_type

    @property
    def service(self) -> Service:
        """The facts that are the same at every version: title, headers, releases."""
        return self._source.service()

    @property
    def versions(self) -> tuple[Version, ...]:
        """All microversions, in order."""
        return self._source.versions

    @property
    def min_version(self) -> Version:
        """The lowest microversion."""
        return self._source.min_version

    @property
    def max_version(self) -> Version:
        """The highest microversion that is described."""
        return self._source.max_version

    @property
    def releases(self) -> frozendict[str, Release]:
        """The releases by their names in lower case, oldest first."""
        return self._source.releases

    # ------------------------------------------------------------------------------------- the versions

    def __getitem__(self, version: VersionLike) -> Microversion:
        return self._source.microversion(self.versions[self._source.number(version)])

    def __iter__(self) -> Iterator[Microversion]:
        return map(self._source.microversion, self.versions)

    def __len__(self) -> int:
        return len(self.versions)

    @property
    def baseline(self) -> Api:
        """The API before the changes of the first microversion."""
        return self._source.baseline()

    def at(self, version: VersionLike, release: str | None = None) -> Api:
        """The API at a version: immutable, cached. Raises InvalidVersion or UnknownVersion.

        `release` is the key of a release, as for `as_of`.
        """
        if release is not None:
            return self._source.as_of(release).at(version)
        return self._origin.source.at(version)

    @property
    def release(self) -> Release | None:
        """The release that all answers are for, the newest by default; None if there are no releases."""
        return self.releases.get(self._source.current or "")

    def as_of(self, release: str) -> History:
        """The same history as of a release: without the changes that do not hold in this release.

        It has all versions, but the release only supports those up to its `max_version`. `release` is the key of a
        release. The result is cached. Its first answer may take longer (0.1 s for the compute API), because it is
        folded, not read. Raises UnknownName.
        """
        source = self._source.as_of(release)
        return self if source is self._source else source.kept(History)

    def warm(self, versions: Spoken | None = None) -> None:
        """Get ready for requests: compile all validators of requests and queries, and the router.

        Without it, the first request to each operation does so. `versions` are the versions to prepare, in any form of
        `Spoken`; the default is all versions. Raises InvalidVersion or InvalidVersionSet.
        """
        from .values.spoken import spoken

        wanted = None if versions is None else spoken(versions)
        for version in self.versions:
            if wanted is None or version in wanted:
                self.at(version).warm()

    # ------------------------------------------------------------------------------------- the questions

    @property
    def known(self) -> frozendict[str, Known]:
        """Every operation that ever existed, by key: when it exists, and what replaces it."""
        return self._source.known()

    @property
    def features(self) -> frozendict[str, Feature]:
        """All features by name, in the order in which they were added."""
        return self._source.features()

    @property
    def behaviors(self) -> frozendict[str, KnownBehavior]:
        """All behaviors by name, in the order in which they were added: when each holds, and what changed about it.

        Those that hold in other releases only are included; they have no versions.
        """
        return self._source.behaviors()

    def supports(self, name: str, version: VersionLike, release: str | None = None) -> bool:
        """Whether a version has a feature or a behavior.

        `release` is the key of a release, as for `as_of`. A behavior that holds in other releases only is never there.
        Raises UnknownName for a feature or behavior that no release ever had, and for an unknown release.
        """
        if release is not None:
            return self.as_of(release).supports(name, version)
        found = self._origin.named(name)
        if not isinstance(version, str):
            from .values.version import Version

            version = str(Version.of(version))
        if version not in self._origin.numbers:
            self._source.number(version)
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
        """The versions at which an operation, or one element of it, exists; or those that have a feature or a behavior.

        `operation` is an operation, or the name of a feature or a behavior, which has no elements. `request` and
        `response` are JSON pointers into the body (``*`` is any array item). `query` is the name of a parameter.
        `status` is an HTTP status; with `response`, it selects the answer, by default any successful one. An element
        that never existed has the empty set; `nearby` suggests names for it. An operation that is gone from a release
        on keeps the versions that it had in older releases (`Known.gone_since_release` names the release). A behavior
        that holds in other releases only has the empty set.

        Here, and in all other methods, you can write an operation as it is sent: ``get /servers/b1`` means
        ``GET /servers/{server_id}``.

        Raises UnknownOperation for an operation that never existed, and UnknownName for any other name that never
        existed. Raises InvalidElement for an invalid pointer, for more than one element, for an element of a feature or
        a behavior, and for an operation with a query string.
        """
        from .values.locator import Locator, is_operation

        locator = Locator(operation, request=request, query=query, response=response, status=status)
        if not is_operation(operation):
            if locator.name:
                from .values.errors import InvalidElement

                raise InvalidElement(operation, "request, query, response and status need an operation")
            return self._origin.named(operation)
        found = self._origin.element(operation, locator.name)
        if found is None:
            from .questions.presence import availability

            found = availability(self._source, locator)
        return found

    def nearby(
        self,
        operation: str,
        *,
        request: str | None = None,
        query: str | None = None,
        response: str | None = None,
        status: int | None = None,
    ) -> tuple[str, ...]:
        """Suggestions for an element that never existed: pointers or parameters, the nearest first.

        Arguments as for `availability`. There are at most three, and none if the element exists at any version.
        """
        from .questions.nearby import nearby
        from .values.locator import Locator

        locator = Locator(operation, request=request, query=query, response=response, status=status)
        return nearby(self._source, locator)

    def history(
        self,
        operation: str,
        *,
        request: str | None = None,
        query: str | None = None,
        response: str | None = None,
        status: int | None = None,
    ) -> tuple[Event, ...]:
        """All changes to an operation, or to one element of it, oldest first.

        `operation` is an operation; the other arguments are those of `availability`. An element that exists at the
        first version has no event for that. Changes to the behaviors that affect an operation are changes to the
        operation as a whole. For the events of a behavior itself, see `behaviors`.

        Raises UnknownOperation for an operation that never existed, and InvalidElement as `availability` does.
        """
        from .questions.presence import history
        from .values.locator import Locator

        locator = Locator(operation, request=request, query=query, response=response, status=status)
        return history(self._source, locator)

    def versions_for(
        self, operation: str, *, body: Any = ABSENT, query: Mapping[str, Sequence[str]] | None = None
    ) -> VersionSet:
        """The versions at which an operation accepts a request with this body (a JSON value) and this query.

        A part that is not given is not checked. Raises UnknownOperation for an operation that never existed, and
        InvalidElement for a query that does not map names to lists of values.
        """
        from .questions.runs import Runs, where
        from .questions.trial import Trial

        trial = Trial(self._source, self._source.key(operation), _given(body, query))
        return self._source.kept(Runs).versions(where(trial.accepting))

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
        release: str | None = None,
    ) -> Version:
        """The version to request. Arguments as for `negotiation`. Raises `Unsupported` if no version fits."""
        from .questions.negotiation import Negotiation

        found = Negotiation(
            self._source,
            server=server,
            client=client,
            needs=needs,
            operation=operation,
            given=_given(body, query),
            response=response,
            prefer=prefer,
            release=release,
        )
        if found.version is None:
            from .questions.errors import Unsupported

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
        release: str | None = None,
    ) -> Negotiation:
        """Which version to request, and why not a higher (or a lower) one.

        `server` and `client` are the versions that each supports, in any form of `Spoken`. `needs` are names of
        features and behaviors. `operation` is the operation to call, with its `body` (a JSON value) and its `query`
        (name to list of values). `response` are JSON pointers to the fields that the caller reads in the answer.

        `release` is the key of the release of the server. By default it is the first release that supports the server's
        highest version, or the newest if none does. It decides which facts hold; `server` decides which versions exist.

        A version fits if the operation exists, accepts the request, ignores nothing in it (some versions accept and
        ignore what they do not know), and answers with these fields.

        Raises UnknownOperation, UnknownName for a need or a release that never existed, InvalidVersion and
        InvalidVersionSet. Raises InvalidElement for a body, a query or a pointer without an operation.
        """
        from .questions.negotiation import Negotiation
        from .questions.trial import own_body

        own = own_body(body)  # the reasons are worked out later, when the caller may have changed it
        return Negotiation(
            self._source,
            server=server,
            client=client,
            needs=needs,
            operation=operation,
            given=_given(own, query),
            response=response,
            prefer=prefer,
            release=release,
        )

    def explain(
        self,
        operation: str,
        version: VersionLike | None,
        status: int | None = None,
        body: Any = ABSENT,
        *,
        query: Mapping[str, Sequence[str]] | None = None,
        server: Spoken | None = None,
        release: str | None = None,
    ) -> Explanation:
        """Why a request is answered with an error (404, 410, 400, 406), and what to do instead.

        `operation` is a key, or a request as it is sent (``GET /servers/b1?limit=1``). `version` is the version that it
        asks for, well formed or not; None is the lowest. `status` is the status of an answer to explain; without it,
        only certain errors are explained. `body` is a JSON value (None means no body), and `query` maps names to lists
        of values; a part that is not given is not checked. `server` has the versions of the cloud, in any form of
        `Spoken`. `release` is the key of its release. If only one is given, it determines the other: a cloud supports
        all versions of its release, and its release is the first one that supports its highest version (the newest, if
        none does). The default is all versions and the release of this history. If a cloud is newer than the
        specification, its newer versions are treated like the newest described one.

        Raises UnknownName for an unknown release, InvalidElement for an invalid request or query, InvalidVersion for a
        version that is a number, and InvalidVersion or InvalidVersionSet for an invalid `server`.
        """
        from .questions.explanation import explain

        return explain(self._source, operation, version, status, body, query=query, server=server, release=release)

    def diff(self, old: VersionLike, new: VersionLike) -> Diff:
        """What differs between two versions, net and by microversion. Raises InvalidVersion or UnknownVersion."""
        found: Diffs | None = self.__dict__.get("_diffs")
        if found is None:
            from .diff.diff import Diffs

            found = self.__dict__.setdefault("_diffs", Diffs(self._source))
        return found.between(old, new)

    def recording(self, file: IO[bytes], name: str | None = None, *, first: int = 1) -> Recording:
        """The calls in a file (HAR, JSON lines or a table) that is open for bytes. You can iterate over them once.

        `name` is the name of the file in messages. Its ending decides whether the file is HAR. The default is the
        file's own name. `first` is the number of the first line, for a part of a longer file.
        """
        from .http.traffic import Recording

        return Recording(file, self._source, name, first)

    def audit(self, calls: Iterable[Call], server: Spoken | None = None, *, release: str | None = None) -> Audit:
        """Which of these calls (`recording` reads them) cannot work on a cloud, and why.

        `server` has the versions of the cloud, and `release` is the key of its release; the defaults are as for
        `explain`. Raises InvalidVersion or InvalidVersionSet for an invalid `server`, and UnknownName for an unknown
        release.
        """
        from .questions.audit import audit
        from .values.spoken import spoken_range

        return audit(self._source, calls, None if server is None else spoken_range(server), release)

    def __repr__(self) -> str:
        return f"<History of {self.service_type}: {self.min_version} to {self.max_version}>"


def _given(body: Any, query: Mapping[str, Sequence[str]] | None) -> dict[Part, Any]:
    """The given parts of a request."""
    from .questions.trial import own_query

    return {**({} if body is ABSENT else {"body": body}), **({} if query is None else {"query": own_query(query)})}

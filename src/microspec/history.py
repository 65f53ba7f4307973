"""The history of an API: a service, its microversions, and the questions about them.

A façade: each method opens one room below, when it is first asked. It asks the index before the model: of a process
that asks one question, that saves 0.05 of a bare start of Python.
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
        """What answers the first questions alone: a `Source`, or the index of a compiled one."""

        @property
        def service_type(self) -> str: ...
        @property
        def source(self) -> Source: ...
        @property
        def numbers(self) -> dict[str, int]: ...
        @property
        def is_outdated(self) -> bool: ...
        def feature(self, name: str, /) -> VersionSet | None: ...
        def element(self, operation: str, element: str, /) -> VersionSet | None: ...


class History(Frozen):
    """A service and all its microversions: answers for any version. Safe to share between threads.

    Made by `microspec.load`. `compute["2.37"]` is a `Microversion`, `compute.at("2.37")` the `Api`;
    `versions` are all of them in order, and `baseline` is what the first one starts from.
    """

    _origin: Origin
    """Where it has its facts from."""

    def __init__(self, origin: Origin) -> None:
        put(self, "_origin", origin)

    @property
    def _source(self) -> Source:
        """The core of the history, which all questions are put to."""
        return self._origin.source

    # ------------------------------------------------------------------------------------- the service

    @property
    def service_type(self) -> str:
        """The type of the service in the catalog, such as ``compute``."""
        return self._origin.service_type

    @property
    def service(self) -> Service:
        """What is true at every version: title, headers, releases."""
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
        """The releases by their name in lower case, oldest first."""
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
        """What the first microversion starts from."""
        return self._source.baseline()

    def at(self, version: VersionLike) -> Api:
        """The API at a version: immutable, cached. Raises InvalidVersion or UnknownVersion."""
        return self._origin.source.at(version)

    # ------------------------------------------------------------------------------------- the questions

    @property
    def known(self) -> frozendict[str, Known]:
        """Every operation that there ever was, by key: when it is there, and what to use after it."""
        return self._source.known()

    @property
    def features(self) -> frozendict[str, Feature]:
        """All features by name, in the order in which they came."""
        return self._source.features()

    def supports(self, feature: str, version: VersionLike) -> bool:
        """Whether a version has a feature. Raises UnknownName for a feature that there never was."""
        found = self._origin.feature(feature)
        if found is None:
            from .values.errors import UnknownName

            raise UnknownName("feature", feature, self.features)
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
        """The versions at which an operation, or one element of it, exists.

        `request` and `response` are JSON pointers into the body (``*``: any array item), `query` the
        name of a parameter, `status` an HTTP status; with `response` it says which answer is meant, by
        default any successful one. Raises UnknownOperation for an operation that there never was,
        InvalidElement for what is no pointer, and if more than one element is asked for. An element
        that there never was has the empty set; `nearby` says what may have been meant.

        An operation may be written as it is sent, here and wherever one is asked for: ``get /servers/b1`` is
        ``GET /servers/{server_id}``, and InvalidElement is raised for one with a query.
        """
        from .values.locator import Locator

        locator = Locator(operation, request=request, query=query, response=response, status=status)
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
        """What may have been meant by an element that there never was: pointers or parameters, the nearest first.

        Arguments as for `availability`. At most three; nothing if the element is there at any version.
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
        """The life of an operation or of one element of it: every change that touched it, oldest first.

        Arguments as for `availability`. What was there at the first version has no event of its own.
        """
        from .questions.presence import biography
        from .values.locator import Locator

        locator = Locator(operation, request=request, query=query, response=response, status=status)
        return biography(self._source, locator)

    def versions_for(
        self, operation: str, *, body: Any = ABSENT, query: Mapping[str, Sequence[str]] | None = None
    ) -> VersionSet:
        """The versions at which an operation takes a request with this body (a JSON value) and this query.

        What is not given is not looked at. Raises UnknownOperation for an operation that there never was,
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
    ) -> Negotiation:
        """Which version to ask for, and why not a higher (or a lower) one.

        `server` and `client` are what each speaks, in any form of `Spoken`. `needs` are names of features and
        behaviors; `operation` is what is called, with its `body` (a JSON value) and `query` (name to
        list of values); `response` are JSON pointers to what the caller reads in the answer.

        A version fits if the operation is there, accepts the request and looks at all of it (some
        versions take and ignore what they do not know), and answers with these fields. Raises
        UnknownOperation, UnknownName for a need that there never was, InvalidElement for a body, a
        query or a pointer without an operation, InvalidVersion and InvalidVersionSet.
        """
        from .questions.negotiation import Negotiation

        return Negotiation(
            self._source,
            server=server,
            client=client,
            needs=needs,
            operation=operation,
            given=_given(body, query),
            response=response,
            prefer=prefer,
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
    ) -> Explanation:
        """Why a request is answered with an error (404, 410, 400, 406), and what to do instead.

        `operation` is its key or a request as it is sent (``GET /servers/b1?limit=1``). `version` is what
        is asked for, well formed or not; None is the lowest. `status` is an answer that was seen, to be
        explained; without it only what is certain is told. `body` is a JSON value (None: no body) and
        `query` maps names to lists of values; what is not given is not looked at. `server` is what the
        cloud speaks, in any form of `Spoken`, which also tells its release; by default all
        versions and the newest release. A cloud may be newer than what is described: then its versions
        are taken to be as the newest that is.

        Raises InvalidElement for what is no request and no query, InvalidVersion for a version that is a
        number, InvalidVersion and InvalidVersionSet for what no cloud speaks.
        """
        from .questions.explanation import explain

        return explain(self._source, operation, version, status, body, query=query, server=server)

    def diff(self, old: VersionLike, new: VersionLike) -> Diff:
        """What differs between two versions, net and by microversion. Raises InvalidVersion or UnknownVersion."""
        found: Diffs | None = self.__dict__.get("_diffs")
        if found is None:
            from .diff.diff import Diffs

            found = self.__dict__.setdefault("_diffs", Diffs(self._source))
        return found.between(old, new)

    def recording(self, file: IO[bytes], name: str | None = None, *, first: int = 1) -> Recording:
        """The calls in a file (HAR, JSON lines or a table), open for bytes: to be iterated over once.

        `name` is what the file is called in messages, and decides by its ending whether it is HAR; by default it
        is the file's own. `first` is the number of its first line, if it is a part of another file.
        """
        from .http.traffic import Recording

        return Recording(file, self._source, name, first)

    def audit(self, calls: Iterable[Call], server: Spoken | None = None) -> Audit:
        """Which of some calls (`recording` reads them) cannot work on a cloud, and why.

        `server` is what the cloud speaks, by default all versions. Raises InvalidVersion and InvalidVersionSet
        for what no cloud speaks.
        """
        from .questions.audit import audit
        from .values.spoken import spoken_range

        return audit(self._source, calls, None if server is None else spoken_range(server))

    def __repr__(self) -> str:
        return f"<History of {self.service_type}: {self.min_version} to {self.max_version}>"


def _given(body: Any, query: Mapping[str, Sequence[str]] | None) -> dict[Part, Any]:
    """What is given of a request, as it is now: its owner may change it later."""
    from .questions.trial import own_body, own_query

    return {
        **({} if body is ABSENT else {"body": own_body(body)}),
        **({} if query is None else {"query": own_query(query)}),
    }

"""Which microversion a client asks a server for, and why not another one.

Everything that is asked for is a `Limit`: the versions that have it. The answer is the highest (or the lowest) version
in all of them. Trying the request at a version is slow, so it stops at the first answer; the limits are worked out in
full only when the reasons are asked for.
"""

from __future__ import annotations

from ..values import Frozen, put
from ..values.frozen import Value, kept
from ..values.spoken import spoken
from ..values.version import VersionRange, VersionSet
from .runs import Runs, where
from .trial import Trial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any, Final, Literal

    from ..model.microversion import Release
    from ..model.source import Source
    from ..schema.errors import Violation
    from ..values.spoken import Spoken
    from ..values.version import Version
    from .trial import Part
    from .vocabulary import LimitKind


SPEAKERS = ("server", "client", "specification")
"""The kinds of limits that say what someone supports; the others say what is needed."""


class Limit(Value):
    """One thing that decides which versions fit.

    `kind` and `name` say what it is; `versions` have it. `releases` has a release of the software for each range of
    them: the first that supports it; for a range that someone supports (`SPEAKERS`), the last whose highest version is
    in it. For a body or a query that is refused, `violations` says why, and `refused_at` at which version. `note` has
    anything else worth knowing.
    """

    kind: LimitKind
    name: str
    versions: VersionSet
    releases: tuple[Release | None, ...] = ()
    refused_at: Version | None = None
    violations: tuple[Violation, ...] = ()
    note: str | None = None

    @property
    def title(self) -> str:
        """What it is, in words."""
        return self.kind if self.kind in (*SPEAKERS, "body", "query") else f"{self.kind} {self.name}"

    @property
    def when(self) -> str:
        """The versions, with releases if they are known."""
        if not self.releases:
            return str(self.versions)
        form = "{} (up to {})" if self.kind in SPEAKERS else "{} ({} or later)"
        pairs = zip(self.versions, self.releases, strict=True)
        return ", ".join(form.format(item, release) if release else str(item) for item, release in pairs)

    @property
    def detail(self) -> str:
        """Why something is refused, and anything else worth knowing; may be empty."""
        why = f"at {self.refused_at} {'; '.join(map(str, self.violations))}" if self.violations else ""
        return "; ".join(part for part in (why, self.note) if part)

    def __str__(self) -> str:
        return f"{self.title}: {self.when}{f'; {self.detail}' if self.detail else ''}"


class Exclusion(Value):
    """Why a better version than the answer does not fit: `limit` rules out these `versions`."""

    versions: VersionSet
    limit: Limit

    def __str__(self) -> str:
        return f"not {self.versions}: {self.limit}"


class Negotiation(Frozen):
    """What was asked for, and the answer: made by `History.negotiation`.

    `version` is the version to ask for, None if none fits. Safe to share between threads.
    """

    version: Final[Version | None]  # type: ignore[misc]  # put in __init__
    prefer: Final[Literal["highest", "lowest"]]  # type: ignore[misc]
    _source: Source
    _trial: Trial
    _limits: tuple[Limit, ...]

    def __init__(
        self,
        source: Source,
        *,
        server: Spoken,
        client: Spoken | None,
        needs: Iterable[str],
        operation: str | None,
        given: Mapping[Part, Any],
        response: Iterable[str],
        prefer: Literal["highest", "lowest"],
        release: str | None,
    ) -> None:
        speaker = _spoken("server", server)
        source = source.of_cloud(speaker.versions.ranges[-1].last if speaker.versions else None, release)
        put(self, "_source", source)
        put(self, "prefer", prefer)
        if operation is not None:
            operation = source.key(operation)
        pointers = _listed(response)
        if prefer not in ("highest", "lowest"):
            raise _misuse(prefer, "prefer must be 'highest' or 'lowest'")
        if operation is None and (given or pointers):
            raise _misuse(next(iter((*given, *pointers))), "body, query and response need an operation")
        put(self, "_limits", tuple(self._asked(speaker, client, needs, operation, pointers)))
        put(self, "_trial", Trial(source, operation or "", given))
        place = next(filter(self._fits, self._candidates(self._limits)), None)
        put(self, "version", None if place is None else source.versions[place])

    def _asked(
        self,
        server: Limit,
        client: Spoken | None,
        needs: Iterable[str],
        operation: str | None,
        pointers: Iterable[str],
    ) -> Iterator[Limit]:
        """The limits that are known without the request."""
        speakers = [server, *([_spoken("client", client)] if client is not None else [])]
        yield from speakers
        if _is_wider(_common(speakers), self._source):
            yield _spoken("specification", (self._source.min_version, self._source.max_version))
        yield from map(self._need, _listed(needs))
        if operation is not None:
            yield self._existence(operation)
            for pointer in pointers:
                yield self._answer(operation, pointer)

    @kept
    def limits(self) -> tuple[Limit, ...]:
        """Everything that was asked for, each with the versions that have it; what server and client support comes
        first."""
        found = [*self._limits, *(self._part(part) for part in self._trial.given), *self._looked_past()]
        return tuple(limit.replace(releases=tuple(self._releases(limit))) for limit in found)

    @kept
    def reasons(self) -> tuple[Exclusion, ...]:
        """Why the answer is not higher (or not lower): which limit rules out which versions.

        Empty if there is no answer, or if it is the highest (or lowest) version of all.
        """
        found: list[Exclusion] = []
        left = self._preferred()
        for limit in self.limits:
            if ruled_out := left - limit.versions:
                found.append(Exclusion(versions=ruled_out, limit=limit))
            if limit.kind in (*SPEAKERS, "operation"):  # versions without it need no further reason
                left &= limit.versions
        return tuple(found)

    def __repr__(self) -> str:
        return f"<Negotiation: {self.version or 'no version'}>"

    def _preferred(self) -> VersionSet:
        """The versions that would have been better than the answer."""
        if self.version is None:
            return VersionSet()
        if self.prefer == "highest":
            is_known_to_end = all(limit.kind != "specification" for limit in self._limits)
            is_last = is_known_to_end and self.version == self._source.max_version
            return VersionSet([] if is_last else [VersionRange(self.version.next, None)])
        lower = [version for version in self._source.versions if version < self.version]
        return VersionSet([VersionRange(lower[0], lower[-1])] if lower else [])

    def _candidates(self, limits: Iterable[Limit]) -> Iterator[int]:
        """The places of the versions that are in all of the limits, the preferred one first."""
        ranges = self._source.places(_common(limits))
        ordered = ranges if self.prefer == "lowest" else [places[::-1] for places in reversed(ranges)]
        return (place for places in ordered for place in places)

    def _fits(self, place: int) -> bool:
        """Whether a version accepts the request, and ignores no part of it."""
        if not self._trial.given:
            return True
        run = self._trial.at(place)
        return run is not None and self._trial.is_accepted(run) and not self._trial.looked_past(run)

    # ------------------------------------------------------------------------------------- the limits

    def _need(self, name: str) -> Limit:
        kind: LimitKind = "behavior" if self._source.feature(name) is None else "feature"
        return Limit(kind=kind, name=name, versions=self._source.named(name))

    def _existence(self, operation: str) -> Limit:
        known = self._source.known()[operation]
        versions, notes = known.availability, [f"instead: {known.instead}"] if known.instead else []
        if known.gone_since_release and self._source.directory.is_gone(known):
            release = self._source.releases[known.gone_since_release]
            versions, notes = VersionSet(), [f"removed in {release}, which answers 410 at every version", *notes]
        return Limit(kind="operation", name=operation, versions=versions, note="; ".join(notes) or None)

    def _answer(self, operation: str, pointer: str) -> Limit:
        from ..values.locator import Locator
        from .presence import availability

        locator = Locator(operation, response=pointer)
        when = availability(self._source, locator)
        note = None
        if not when:
            from ..values.errors import suggestion
            from .nearby import nearby

            note = suggestion(pointer, nearby(self._source, locator))
        return Limit(kind="response", name=pointer, versions=when, note=note)

    def _part(self, part: Part) -> Limit:
        """The versions that accept the body, or the query; and why the preferred one that does not refuses it."""
        runs = self._source.kept(Runs)
        operation = self._trial.operation
        accepting = runs.versions(where(run for run in runs.distinct(operation) if self._trial.accepts(part, run)))
        limit = Limit(kind=part, name=operation, versions=accepting)
        for limits in (self._limits, [item for item in self._limits if item.kind in (*SPEAKERS, "operation")]):
            for place in self._candidates(limits):
                version = self._source.versions[place]
                if version == self.version:
                    return limit
                run = self._trial.at(place)
                if run is not None and not self._trial.accepts(part, run):
                    return limit.replace(refused_at=version, violations=self._trial.violations(part, run))
        return limit

    def _looked_past(self) -> Iterator[Limit]:
        """The fields and parameters that some version accepts and ignores."""
        runs = self._source.kept(Runs)
        accepting = self._trial.accepting if self._trial.given else ()
        for sent in dict.fromkeys(sent for run in accepting for sent in self._trial.looked_past(run)):
            part, name = sent
            kind: LimitKind = "parameter" if part == "query" else "field"
            yield Limit(kind=kind, name=name, versions=runs.versions(self._trial.when[sent]))

    def _releases(self, limit: Limit) -> Iterator[Release | None]:
        releases = self._source.releases.values()
        for item in limit.versions:
            if limit.kind in SPEAKERS:
                yield next(
                    (release for release in reversed(releases) if item.last and release.max_version in item), None
                )
            else:
                yield next((release for release in releases if release.max_version >= item.first), None)


def _common(limits: Iterable[Limit]) -> VersionSet:
    """The versions that are in all of the limits."""
    first, *others = limits
    common = first.versions
    for limit in others:
        common &= limit.versions
    return common


def _is_wider(versions: VersionSet, source: Source) -> bool:
    """Whether there are versions that the specification does not have yet, or no longer has."""
    if not versions:
        return False
    first, last = versions.ranges[0].first, versions.ranges[-1].last
    return last is None or last > source.max_version or first < source.min_version


def _spoken(kind: LimitKind, value: Spoken) -> Limit:
    """What a server or a client supports, as a limit."""
    versions = spoken(value)
    is_silent = not versions and hasattr(value, "microversions")
    note = "its version document names no microversions" if is_silent else None
    return Limit(kind=kind, name=str(versions), versions=versions, note=note)


def _listed(names: Iterable[str]) -> tuple[str, ...]:
    found = (names,) if isinstance(names, str) else tuple(names)
    for name in found:
        if not isinstance(name, str):
            raise _misuse(name, "a name or a pointer must be a string")
    return found


def _misuse(text: Any, reason: str) -> Exception:
    from ..values.errors import InvalidElement

    return InvalidElement(text, reason)

"""Why a service answers a request as it does, and what to do instead.

Some answers are certain: the version, route, path, query and body decide whether a request gets a 400, 404, 406 or 410.
Others depend on the cloud, such as a 409, or a 404 for a server that does not exist. If such a status was observed, the
explanation comes from the answers and the behaviors in the specification.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs

from ..model.asked import read
from ..values import ABSENT
from ..values.frozen import Value
from ..values.locator import Locator
from ..values.spoken import spoken_range
from ..values.version import Version, VersionRange, VersionSet
from .judgement import Case, Judge, Request
from .presence import availability, biography
from .runs import Runs
from .trial import own_body, own_query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ..model.definition import Behavior, Response
    from ..model.microversion import Event, Release
    from ..model.operation import Operation
    from ..model.source import Source
    from ..schema.errors import Violation
    from ..values.diagnostics import Location
    from ..values.spoken import Spoken
    from ..values.version import VersionLike
    from .judgement import Flaw


class Reason(Value):
    """One reason, in words. If a microversion caused it: that version, its first release, and the place in its file.

    `behavior` is the name of the behavior whose text it is, if it is one.
    """

    text: str
    version: Version | None = None
    release: Release | None = None
    location: Location | None = None
    behavior: str | None = None

    @property
    def _origin(self) -> tuple[str, ...]:
        """What it comes from, in words: behavior, version, release and place, as far as they are known."""
        named = f"behavior {self.behavior}" if self.behavior else None
        return tuple(str(item) for item in (named, self.version, self.release, self.location) if item)

    def __str__(self) -> str:
        where = ", ".join(item for item in self._origin if item not in self.text)
        return f"{self.text.rstrip('.')}{f' ({where})' if where else ''}"


class Explanation(Value):
    """How a service answers a request at a version, and why. Most fields are worked out when you first read them.

    `request` and `version` are as they were given. `at` is the version that answers, None if the version is refused. If
    the cloud is newer than the specification, it is the newest version that is described. `operation` is the key of the
    operation, None if there is none.

    `refusal` is the status of the error that is certain, None if the request is valid. `status` is the one that is
    explained: the status that was observed, or else the refusal. `reasons` are the reasons for it, `violations` what is
    wrong with the path, query and body. `instead` says what to use instead of an operation that was removed.

    `works_at` are the versions that would accept the same request, `since` is the first release that has one of them,
    and `server` is the range of the cloud, None if it was not given. `release` is the release of the cloud, whose facts
    answer; None if there are no releases. `ignored` are the parts of a valid request without
    effect: query parameters that the version does not know, and fields that it ignores but other versions do not.
    `effective_at` are the versions in `works_at` that ignore nothing.
    """

    request: str
    version: str
    at: Version | None
    operation: str | None
    refusal: int | None
    status: int | None
    reasons: tuple[Reason, ...]
    violations: tuple[Violation, ...]
    instead: str | None
    works_at: VersionSet
    effective_at: VersionSet
    since: Release | None
    server: VersionRange | None
    release: Release | None
    ignored: tuple[Reason, ...]

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """A field that is worked out when it is first read."""
            rest = self.__dict__.get("_rest")
            if rest is None or name not in self._fields:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            return self.__dict__.setdefault(name, getattr(rest, name)())

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self._fields}

    @property
    def works(self) -> bool:
        """Whether the request is valid."""
        return self.refusal is None

    @property
    def works_here(self) -> VersionSet:
        """Those of the versions at which it would work, with all of its parts, that the cloud has."""
        return self._here(self.effective_at)

    def _here(self, versions: VersionSet) -> VersionSet:
        return versions & VersionSet([self.server]) if self.server else versions

    @property
    def advice(self) -> str:
        """What to do, in words; nothing where the request is valid."""
        if self.works:
            return ""
        if self.works_here:
            when = f"It works at {self.works_here}."
        elif taken := self._here(self.works_at):
            when = f"It is accepted at {taken}, but a part of it has no effect there."
        elif self.effective_at:
            when = f"It works at {self.effective_at}, which requires {self.since} or later."
        else:
            when = "It works at no version."
        return f"{sentence(f'Instead: {self.instead}')} {when}" if self.instead else when

    @property
    def headline(self) -> str:
        """What becomes of the request, in one sentence."""
        asked = f"{self.request} at {self.version}"
        if self.status != self.refusal:
            certain = "is valid" if self.works else f"is refused with {self.refusal}"
            judged = f"judging by its version, path, query and body, it {certain}"
            return f"{asked} was answered with {self.status}; {judged}."
        return f"{asked}: the request is valid." if self.works else f"{asked} is answered with {self.status}."

    def __str__(self) -> str:
        reasons = (sentence(str(reason)) for reason in (*self.reasons, *self.ignored))
        return " ".join([self.headline, *reasons, *filter(None, [self.advice])])


def sentence(text: str) -> str:
    """A text as a sentence, with a capital letter and a sign at its end."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}{'' if text.endswith('?') else '.'}"


def explain(
    source: Source,
    request: str,
    version: VersionLike | None,
    status: int | None = None,
    body: Any = ABSENT,
    *,
    query: Mapping[str, Sequence[str]] | None = None,
    server: Spoken | None = None,
    release: str | None = None,
) -> Explanation:
    """Why a request gets the answer that it gets; `History.explain` describes the arguments."""
    served = None if server is None else spoken_range(server)
    judge = source.of_cloud(served.last if served else None, release).kept(Judge)
    cloud = judge.cloud(served)
    asked = read(request)
    given = None if query is None else own_query(query)
    if asked.query:
        given = parse_qs(asked.query, keep_blank_values=True)
    text = version if isinstance(version, str) else str(cloud.served.first if version is None else Version.of(version))
    sent = Request(asked.method, asked.path, asked.action, given, body if body is ABSENT else own_body(body))
    return explained(Case(judge, sent, text, cloud), request, text, status, cloud.served if served or release else None)


def explained(
    case: Case, request: str, version: str, status: int | None = None, server: VersionRange | None = None
) -> Explanation:
    """The explanation of a case; `request` and `version` are as they were given."""
    versions = case.source.versions
    found = Explanation.__new__(Explanation)
    found.__dict__.update(
        request=request,
        version=version,
        at=None if case.at is None else versions[case.at],
        operation=case.operation,
        refusal=case.refusal,
        status=case.refusal if status is None else status,
        server=server,
        release=case.source.releases.get(case.source.current or ""),
        _rest=_Rest(case, status, is_cloud_known=server is not None),
    )
    return found


class _Rest:
    """Works out the remaining fields of an explanation on demand: one method for each, with its name."""

    def __init__(self, case: Case, status: int | None, *, is_cloud_known: bool) -> None:
        self._case, self._status, self._is_cloud_known = case, status, is_cloud_known

    def reasons(self) -> tuple[Reason, ...]:
        case, source = self._case, self._case.source
        found: list[Reason] = []
        if self._status is not None and self._status != case.refusal:
            found += _documented(case, self._status, is_cloud_known=self._is_cloud_known)
        found += (wrong.reason() for wrong in refusals(case))
        asked = case.asked.version
        if asked is not None and asked != source.versions[case.asked.place]:
            judged_by = source.versions[case.asked.place]
            found.append(Reason(text=f"the specification does not have {asked} yet; it is judged as {judged_by}"))
        return tuple(dict.fromkeys(found))

    def violations(self) -> tuple[Violation, ...]:
        return tuple(flaw.violation for flaw in self._case.flaws)

    def instead(self) -> str | None:
        case, source = self._case, self._case.source
        known = source.known().get(case.operation or "")
        is_away = case.refusal in (404, 410) and not case.flaws
        if known is None or not is_away:
            return None
        begins = known.availability.ranges[0].first if known.availability else None
        begins_later = case.at is not None and begins is not None and source.versions[case.at] < begins
        return None if begins_later else known.instead

    def works_at(self) -> VersionSet:
        return self._case.versions(self._case.works_at)

    def effective_at(self) -> VersionSet:
        return self._case.versions(self._case.effective_at)

    def since(self) -> Release | None:
        effective = self.effective_at()
        return self._case.source.microversion(effective.ranges[0].first).release if effective else None

    def ignored(self) -> tuple[Reason, ...]:
        return tuple(wrong.reason() for wrong in without_effect(self._case))


# --------------------------------------------------------------------------------------------- reasons


class Wrong(NamedTuple):
    """One thing that is wrong with a request, or one part of it without effect.

    `part` is the part of the request, and `element` what is wrong in it: a parameter, a pointer, or a name in the path.
    `rule` is the keyword that it violates, `event` the change that caused the problem, and `reason` says it in words.
    """

    part: str
    element: str
    rule: str
    event: Event | None
    reason: Callable[[], Reason]


def refusals(case: Case) -> Iterator[Wrong]:
    """Why a request is refused: each thing that is wrong, with the microversion that made it so."""
    key, source, status = case.operation, case.source, str(case.refusal)
    if case.refusal is None:
        return
    if key is None or case.at is None:
        part, element = ("version", case.version) if case.at is None else ("path", str(case.request))
        yield Wrong(part, element, status, None, lambda: Reason(text=case.text))
        return
    at = source.versions[case.at]
    if case.refusal == 410:
        yield Wrong("operation", key, status, None, lambda: _gone(source, key))
    elif case.way is None:
        event = _cause(_events(source, key), availability(source, Locator(key)), at, "")
        yield Wrong("operation", key, status, event, partial(_reason, "" if event else case.text, event, at))
    traced: set[str] = set()
    for flaw in case.flaws:
        traced.add(flaw.element)
        event = _cause_of_flaw(case, key, flaw, at) if len(traced) <= _TRACED else None
        yield Wrong(flaw.part, flaw.element, flaw.violation.keyword, event, partial(_reason, flaw.violation, event, at))


def _gone(source: Source, key: str) -> Reason:
    """That a release has removed an operation."""
    known = source.known()[key]
    release = source.releases[known.gone_since_release or ""]
    gone = f"removed in {release} ({release.version}) at every version"
    return Reason(text=f"{gone}; older clouds have it at {known.availability}", release=release)


_TRACED = 20
"""The cause is looked up for at most this many locations in a request. If more are wrong, or without effect, the cause
is not a microversion."""


def without_effect(case: Case) -> Iterator[Wrong]:
    """The parts of a valid request that the operation accepts without looking at them."""
    if case.refusal is not None or case.way is None or case.at is None:
        return
    key, at = case.way.run.operation.key, case.source.versions[case.at]
    for number, (part, name) in enumerate(case.unknown(case.way)):
        when, events = _life(case, key, part, name) if number < _TRACED else (None, ())
        event = _cause(events, when, at, f"{part} {name}") if when else None
        what = f"{'the query parameter ' if part == 'query' else ''}{name} is accepted, but has no effect"
        where = "" if event else " at any version" if when is not None and not when else " at this version"
        yield Wrong(part, name, "", event, partial(_reason, f"{what}{where}", event, at))


def _reason(wrong: object, event: Event | None, at: Version) -> Reason:
    """What is wrong, in words, with what an event adds."""
    what = str(wrong)
    if event is None:
        return Reason(text=what)
    if event.effect == "altered":
        when = f"{'since' if at >= event.version else 'before'} {event.version}"
    else:
        when = f"{event.effect} in {event.version}"
    instead = getattr(event.change, "instead", None) if what else None
    words = [
        f"{what}: {when}" if what else when,
        *([event.why.rstrip(".")] if event.why else []),
        *([f"instead: {instead.rstrip('.')}"] if instead else []),
    ]
    return _from(event, ". ".join(words))


def _from(event: Event, text: str, behavior: str | None = None) -> Reason:
    """A reason that an event causes."""
    return Reason(text=text, version=event.version, release=event.release, location=event.location, behavior=behavior)


def _cause_of_flaw(case: Case, key: str, flaw: Flaw, at: Version) -> Event | None:
    """The event in the life of an element that makes a request wrong here, if another version accepts it."""
    violation = flaw.violation
    if flaw.part not in ("query", "request"):
        return None
    when, events = _life(case, key, flaw.part, flaw.element)
    if when and at not in when:
        return _cause(events, when, at, violation.pointer)
    if flaw.part == "query" and not when:  # unknown everywhere: what matters is since when that is refused
        events = tuple(item for item in _events(case.source, key) if getattr(item.change, "unknown_query", None))
    if not events:
        return None
    return _cause(events, case.versions(case.works_at), at, f"{violation.pointer} {violation.message}")


def _cause(events: Sequence[Event], when: VersionSet, at: Version, about: str) -> Event | None:
    """The last event up to a version, or else the first one after it, at which `when` begins or ends.

    Of several at one version, the one whose target is named in `about`. If `when` is empty, only an event up to the
    version, with such a target, counts.
    """
    words = set(re.findall(r"[\w:.-]+", about))
    named = [event for event in events if event.change.target.rpartition(".")[2] in words]
    if not when:
        return next((event for event in reversed(named) if event.version <= at), None)
    borders = {item.first for item in when} | {item.last.next for item in when if item.last}
    found = [event for event in events if event.version in borders]
    before = [event for event in found if event.version <= at]
    nearest = before[-1].version if before else found[0].version if found else None
    there = [event for event in found if event.version == nearest]
    return next((event for event in there if event in named), next(iter(there), None))


def _life(case: Case, key: str, part: str, name: str) -> tuple[VersionSet, tuple[Event, ...]]:
    """The versions that have an element of the query or of the request, and its events."""
    return case.source.kept(_Lives).of(key, part, name)


def _events(source: Source, key: str) -> tuple[Event, ...]:
    """The events of an operation."""
    return source.kept(_Lives).events(key)


class _Lives:
    """The lives of operations and of their elements. The last ones that were asked for are kept."""

    def __init__(self, source: Source) -> None:
        runs = source.kept(Runs)

        @lru_cache(maxsize=512)
        def lived(key: str, part: str, name: str) -> tuple[VersionSet, tuple[Event, ...]]:
            element: dict[str, Any] = {part: name}
            return availability(source, Locator(key, **element)), biography(source, Locator(key, **element))

        def of(key: str, part: str, name: str) -> tuple[VersionSet, tuple[Event, ...]]:
            if runs.known_part(key, part, name) == name:
                return lived(key, part, name)
            return VersionSet(), ()  # not kept: the number of unknown names is unlimited

        self.of = of
        self.events = lru_cache(maxsize=512)(lambda key: biography(source, Locator(key)))


# ------------------------------------------------------------------------------------ what is described

_ORDINARY = {
    400: "something in the request breaks a rule that no schema shows",
    403: "a policy or a quota does not allow it",
    404: "something that the request names does not exist",
    409: "something that the request names is in a state that does not allow it",
    501: "the hypervisor cannot do it",
}
"""What an error means where the specification lists its status without a condition."""


def _documented(case: Case, status: int, *, is_cloud_known: bool) -> Iterator[Reason]:
    """What the specification says about a status: the answers of an operation, and the behaviors that list it."""
    found = is_listed = False
    source, key = case.source, case.operation
    api = source.at(source.min_version if case.at is None else source.versions[case.at])
    if key is not None and key in api:
        operation = api[key]
        common = api.common.responses
        own = [item for item in operation.responses if item.status == status]
        for response in sorted(own, key=lambda item: item.key in common):
            is_listed = True
            if response.decided_by:
                texts = _undecided(case, operation, response, is_cloud_known=is_cloud_known)
            else:
                ordinary = _ORDINARY.get(status, "the specification lists this status without a condition")
                texts = iter([response.when or ordinary])
            for text in texts:
                found = True
                yield Reason(text=text)
        keys = (key, operation.alias_of)
        stated = [(event, behavior) for event, behavior in _stated(source, api.version) if behavior._affects(keys)]
        stated.sort(key=lambda item: not item[1].operations)  # those of all operations only if nothing else explains it
        for event, behavior in stated:
            if found and not behavior.operations:
                break
            holds, in_force = behavior.statuses.get(status), event.version <= api.version
            if holds and {"since": in_force, "before": not in_force, "always": True}[holds]:
                found = True
                until = f"before {event.version}, which changes this: " if holds == "before" else ""
                yield _from(event, f"{until}{behavior.text}", behavior.name)
    if not found and is_listed:
        yield Reason(text=f"none of the reasons that the specification gives for a {status} applies here")
    elif not found:
        yield Reason(text=f"the specification lists no {status} for this operation")


def _undecided(case: Case, operation: Operation, response: Response, *, is_cloud_known: bool) -> Iterator[str]:
    """The possible reasons for an answer among the parts of a request that decide it: those that were not given.

    A version that is malformed is refused for certain, so only the range of the cloud may be the reason.
    """
    if "version" in response.decided_by and response.status == 406 and case.at is not None and not is_cloud_known:
        yield "the version may be outside the range of the cloud, which was not given"
    takes_query = operation.unknown_query == "rejected" or any(place == "query" for place, _ in operation.parameters)
    if "query" in response.decided_by and case.request.query is None and takes_query:
        yield "the query may be wrong; it was not given"
    if "request" in response.decided_by and case.request.body is ABSENT and operation.request_validator() is not None:
        yield "the body may be wrong; it was not given"


def _stated(source: Source, at: Version) -> Iterable[tuple[Event, Behavior]]:
    """Each behavior as last stated up to a version, or as first stated after it, with the change that states it."""
    found: dict[str, tuple[Event, Behavior]] = {}
    for step in source.behavior_steps():
        name, version = step.event.change.target, step.event.version
        if step.after is None:
            if version <= at:
                found.pop(name, None)
        elif version <= at or name not in found or found[name][0].version == version:
            found[name] = step.event, step.after
    return found.values()

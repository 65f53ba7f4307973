"""Why a service answers a request as it does, and what to do instead.

Certain is what version, route, path, query and body decide: 400, 404, 406 and 410. What depends on the
cloud (a 409, a 404 for a server that there is not) is told, for a status that was seen, from the answers
and the behaviors that the specification describes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, unquote

from ..http.errors import RefusedVersion
from ..http.headers import STANDARD, requested
from ..model.asked import read
from ..model.errors import NoSuchRoute
from ..schema.errors import ValidationError, Violation
from ..schema.patterns import matches
from ..schema.pointer import parse_pointer
from ..values import ABSENT
from ..values.errors import InvalidElement, did_you_mean
from ..values.frozen import Value
from ..values.locator import Locator
from ..values.spoken import spoken_range
from ..values.version import Version, VersionRange, VersionSet
from .presence import availability, biography
from .trial import Trial, own_query

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from ..model.api import Api
    from ..model.definition import Behavior
    from ..model.microversion import Event, Microversion, Release
    from ..model.operation import Operation
    from ..model.source import Source
    from ..model.vocabulary import Holds
    from ..schema.validator import Validator
    from ..values.diagnostics import Location
    from ..values.spoken import Spoken
    from ..values.version import VersionLike
    from .trial import Sent


class Reason(Value):
    """One reason, in words; with the microversion that made it so, its first release and the place, where one did."""

    text: str
    version: Version | None = None
    release: Release | None = None
    location: Location | None = None

    def __str__(self) -> str:
        known = (str(item) for item in (self.version, self.release, self.location) if item)
        where = ", ".join(item for item in known if item not in self.text)
        return f"{self.text.rstrip('.')}{f' ({where})' if where else ''}"


class Explanation(Value):
    """What becomes of a request at a version, and why.

    `request` and `version` are as they were given. `at` is the version that is meant (on a cloud that is newer
    than what is described, the newest that is stands for it), `operation` the key of the operation; None if
    there is none. `refusal` is the status of the error that is certain, None if
    the request is valid; `status` is the one that is explained: that which was seen, else
    the refusal. `reasons` are its reasons, `violations` what is wrong with path, query and body. `instead`
    is what to use in place of an operation that has ended, where that is written down. `works_at` are the
    versions that would take the same request, `since` is the first release that knows one of them, and
    `server` the range of the cloud, None where it was not said. `ignored` are the parts of a request that
    are taken and have no effect: query parameters that the version does not know, and fields that are not
    looked at though other versions do; `effective_at` are those of `works_at` at which there are none.
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
    ignored: tuple[Reason, ...] = ()

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
            when = f"It is accepted at {taken}, where a part of it has no effect."
        elif self.effective_at:
            when = f"It works at {self.effective_at}, which requires {self.since} or later."
        else:
            when = "It works at no version."
        return f"{_sentence(f'Instead: {self.instead}')} {when}" if self.instead else when

    @property
    def headline(self) -> str:
        """What becomes of the request, in one sentence."""
        asked = f"{self.request} at {self.version}"
        if self.status != self.refusal:
            certain = "it is valid" if self.works else f"it is refused with {self.refusal}"
            return f"{asked} was answered with {self.status}; by its version, path, query and body, {certain}."
        return f"{asked}: the request is valid." if self.works else f"{asked} is answered with {self.status}."

    def __str__(self) -> str:
        reasons = (_sentence(str(reason)) for reason in (*self.reasons, *self.ignored))
        return " ".join([self.headline, *reasons, *filter(None, [self.advice])])


def _sentence(text: str) -> str:
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
    routes: Routes | None = None,
) -> Explanation:
    """Why a request is answered as it is; `History.explain` says what the arguments are.

    `routes` are those of the source, to be given with each of many requests.
    """
    routes = routes or Routes(source)
    served, release = _served(source, server)
    asked = version if isinstance(version, str) else str(served.first if version is None else Version.of(version))
    given = _Request(source, request, body, query)
    found = given.routes(routes, release)
    taken = [route for route in found if given.takes(route)]
    effective = [route for route in taken if not given.unknown(route.operation)]
    wanted, verdict = _at(source, asked, served)
    judged_by = _described(source, wanted or served.first)
    place = source.numbers[str(judged_by)]
    route = next((route for route in found if place in route.places), None)
    there = source.at(judged_by)
    meant = given.verdict(there, route) if route else given.nowhere(there, release, routes)
    at = judged_by if wanted is not None or not meant.is_microversioned else None
    verdict = meant if at is not None else verdict._replace(operation=meant.operation)
    reasons: list[Reason] = []
    if status is not None and status != verdict.refusal:
        reasons += _documented(source, verdict.operation, at, status)
    works_at, effective_at = routes.versions(taken), routes.versions(effective)
    if verdict.refusal is not None:
        reasons += _reasons(source, verdict, at, works_at)
    if wanted is not None and wanted != judged_by:
        reasons.append(Reason(text=f"{wanted} is not described yet; it is judged as {judged_by}"))
    known = source.known().get(verdict.operation or "")
    is_away = verdict.refusal in (404, 410) and not verdict.flaws
    has_ended = known is not None and is_away and not _begins_later(known.availability, at)
    return Explanation(
        request=request,
        version=asked,
        at=at,
        operation=verdict.operation,
        refusal=verdict.refusal,
        status=verdict.refusal if status is None else status,
        reasons=tuple(dict.fromkeys(reasons)),
        violations=tuple(flaw.violation for flaw in verdict.flaws),
        instead=known.instead if known and has_ended else None,
        works_at=works_at,
        effective_at=effective_at,
        since=source.microversion(effective_at.ranges[0].first).release if effective_at else None,
        server=served if server else None,
        ignored=tuple(_ignored(source, given, at, route)) if verdict.refusal is None and at and route else (),
    )


def _served(source: Source, server: Spoken | None) -> tuple[VersionRange, str | None]:
    """The range of the cloud, and the release that it is at least of; the newest (None) where nothing is said."""
    if server is None:
        return VersionRange(source.min_version, source.max_version), None
    served = spoken_range(server)
    release = source.microversion(_described(source, served.last or served.first)).release
    return served, release.key if release else None


def _described(source: Source, version: Version) -> Version:
    """The version itself, or the one that stands for it if it is none of those described: clouds may be newer."""
    if str(version) in source.numbers:
        return version
    return max((item for item in source.versions if item <= version), default=source.min_version)


def _begins_later(availability: VersionSet, at: Version | None) -> bool:
    return at is not None and bool(availability) and at < availability.ranges[0].first


# --------------------------------------------------------------------------------------- what is certain


class _Flaw(NamedTuple):
    """What is wrong with one part of a request: ``query``, ``request`` (the body), or a ``{name}`` in the path."""

    part: str
    violation: Violation

    @property
    def element(self) -> str:
        """The parameter, or the pointer to the field, in which any item of an array is ``*``."""
        pointer = self.violation.pointer
        if self.part == "query":
            return parse_pointer(pointer)[0] if pointer else ""
        return re.sub(r"/\d+(?=/|$)", "/*", pointer)


class _Verdict(NamedTuple):
    """What becomes of a request at one version: the operation, and the status and text of its refusal.

    It `is_microversioned` if the version that is asked for is looked at first; for a path that leads nowhere it is not.
    """

    operation: str | None = None
    refusal: int | None = None
    text: str = ""
    flaws: tuple[_Flaw, ...] = ()
    is_microversioned: bool = True


def _at(source: Source, asked: str, served: VersionRange) -> tuple[Version | None, _Verdict]:
    """The version that is asked for; None and a verdict where it is refused."""
    try:
        return requested([(STANDARD, f"{source.service_type} {asked}")], source.service_type, server=served), _Verdict()
    except RefusedVersion as error:
        if error.status == 400:
            text = f"{asked!r} is not a microversion, which is MAJOR.MINOR in plain digits, such as 2.37"
        else:
            text = f"{asked} is not among the versions of the cloud, {served}"
        return None, _Verdict(refusal=error.status, text=text)


class Route(NamedTuple):
    """The places in `Source.versions` at which the same template of a path is answered by the same operation.

    `operation` is that of the first of them. At all of them it has the same validators; `path` are those of the names
    in the path.
    """

    template: str
    operation: Operation
    path: tuple[tuple[str, Validator], ...]
    places: tuple[int, ...]


class Routes:
    """Where requests lead to, kept for many requests of the same path, whatever the values in it are."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._routes: dict[Hashable, tuple[Route, ...]] = {}
        self._versions: dict[tuple[int, ...], VersionSet] = {}
        self._hinted = 0

    def find(
        self, method: str, path: str, templates: tuple[str, ...], body: Any, release: str | None
    ) -> tuple[Route, ...]:
        """The routes at all versions; the arguments are as for `Api._answering`."""
        known = self._source.directory.known
        action = next(iter(body)) if isinstance(body, dict) and len(body) == 1 else None
        keys = tuple(key for item in templates for key in (item, f"{item}#{action}") if key in known)
        if not keys:
            return ()
        if (keys, release) not in self._routes:
            self._routes[keys, release] = tuple(self._found(method, path, templates, body, release))
        return self._routes[keys, release]

    def _found(
        self, method: str, path: str, templates: tuple[str, ...], body: Any, release: str | None
    ) -> Iterator[Route]:
        same: dict[tuple[str, str, tuple[Any, ...]], list[int]] = {}
        for place, version in enumerate(self._source.versions):
            api = self._source.at(version)
            try:
                template, key = api._answering(method, path, templates, body, release)
            except NoSuchRoute:
                continue
            operation = api[key]
            own = [item for item in operation.parameters.values() if item.location == "path"]
            named = tuple((item.name, operation.parameter_validator(item)) for item in own)
            validators = (named, operation.query_validator(), operation.request_validator())
            same.setdefault((template, key, validators), []).append(place)
        for (template, key, validators), places in same.items():
            operation = self._source.at(self._source.versions[places[0]])[key]
            yield Route(template, operation, validators[0], tuple(places))

    def versions(self, routes: Iterable[Route]) -> VersionSet:
        """The versions of some routes."""
        places = tuple(sorted(place for route in routes for place in route.places))
        if places not in self._versions:
            self._versions[places] = self._source.set_of([self._source.versions[place] for place in places])
        return self._versions[places]

    def hint(self, request: str) -> str:
        """The operations that one which leads nowhere may mean, as the end of a sentence."""
        self._hinted += 1
        return did_you_mean(request, self._source.directory.known) if self._hinted <= _HINTED else ""


_HINTED = 100
"""For so many requests of a recording the nearest operation is looked for, which takes a millisecond."""


class _Request:
    """A request, to be judged at any version."""

    def __init__(self, source: Source, text: str, body: Any, query: Mapping[str, Sequence[str]] | None) -> None:
        asked = read(text)
        self._method, self._path = asked.method, asked.path
        self._query = None if query is None else own_query(query)
        if asked.query:
            self._query = parse_qs(asked.query, keep_blank_values=True)
        self._body, self._action = body, asked.action
        self._source = source
        self._verdicts: dict[tuple[str, Validator], bool] = {}
        self._unknown: dict[tuple[str, Validator, Validator | None], tuple[Sent, ...]] = {}
        self._bodies: dict[str, Trial] = {}
        directory = source.directory
        self._known = directory.known
        self._values = dict(directory.router.find(self._method, self._path))
        if body is ABSENT and not asked.action and self._values and self._known.keys().isdisjoint(self._values):
            raise InvalidElement(text, "name the action after #, or give the body")

    def routes(self, routes: Routes, release: str | None) -> tuple[Route, ...]:
        """Where it leads to at all versions, on a cloud of a release."""
        return routes.find(self._method, self._path, tuple(self._values), self._named, release)

    def takes(self, route: Route) -> bool:
        """Whether it is valid at the versions of a route."""
        return self._names_action() and all(self._accepts(*check) for check in self._checks(route))

    def unknown(self, operation: Operation) -> tuple[Sent, ...]:
        """What the operation does not look at there: query parameters, and fields that it has at other versions."""
        key = (operation.key, operation.query_validator(), operation.request_validator())
        if key not in self._unknown:
            self._unknown[key] = (*self._unknown_query(operation), *self._unknown_fields(operation))
        return self._unknown[key]

    def _unknown_query(self, operation: Operation) -> Iterator[Sent]:
        if not self._query:
            return
        found = [item for item in operation.parameters.values() if item.location == "query"]
        names = {item.name for item in found if not item.name_is_pattern}
        patterns = [item.name for item in found if item.name_is_pattern]
        for name in self._query:
            if name not in names and not any(matches(pattern, name) for pattern in patterns):
                yield "query", name

    def _unknown_fields(self, operation: Operation) -> list[Sent]:
        if self._body is ABSENT:
            return []
        key = operation.key
        sent = self._bodies.setdefault(key, Trial(self._source, key, {"body": self._body}))
        return sent.looked_past(self._source.at(operation.version))

    def _accepts(self, part: str, validator_: Validator, value: Any) -> bool:
        """The verdict about a part, which many versions share as they share validators."""
        key = (part, validator_)
        if key not in self._verdicts:
            self._verdicts[key] = validator_.accepts(value)
        return self._verdicts[key]

    def verdict(self, api: Api, route: Route) -> _Verdict:
        """What becomes of it there, with everything that is wrong."""
        flaws = tuple(self._flaws(route))
        operation = api[route.operation.key]
        refusal = _status(operation, flaws) if flaws else None
        return _Verdict(operation.key, refusal, "", flaws, operation.definition.microversioned)

    def nowhere(self, api: Api, release: str | None, routes: Routes) -> _Verdict:
        """Why it leads nowhere there."""
        try:
            api._answering(self._method, self._path, tuple(self._values), self._named, release)
        except NoSuchRoute as error:
            is_path = error.status == 404 and not error.operation
            hint = routes.hint(f"{self._method} {self._path}") if is_path else ""
            return _Verdict(error.operation, error.status, f"{error.reason}{hint}", is_microversioned=not is_path)
        raise AssertionError("it leads somewhere, but has no route")

    @property
    def _named(self) -> Any:
        """The body, or one with the action that is named in its place."""
        return {self._action: None} if self._action else self._body

    def _names_action(self) -> bool:
        """Whether the body, where it is known, is that of the action, where one is named."""
        if not self._action or self._body is ABSENT:
            return True
        return isinstance(self._body, dict) and set(self._body) == {self._action}

    def _checks(self, route: Route) -> Iterator[tuple[str, Validator, Any]]:
        """What there is to validate: the part, and its validator and value. A name in braces stands for any value."""
        operation = route.operation
        for name, validator_ in route.path:
            value = unquote(self._values[route.template].get(name, "{}"))
            if not value.startswith("{"):
                yield f"{{{name}}}", validator_, value
        if self._query is not None:
            yield "query", operation.query_validator(), self._query
        body = operation.request_validator()
        if body is not None and self._body is not ABSENT:
            yield "request", body, self._body

    def _flaws(self, route: Route) -> Iterator[_Flaw]:
        if not self._names_action():
            message = f"must have {self._action!r}, and nothing else"
            yield _Flaw("request", Violation(pointer="", keyword="required", message=message))
        for part, item, value in self._checks(route):
            try:
                item.check(value, "parameter" if part == "query" else "property")
            except ValidationError as error:
                for violation in error.errors:
                    is_path = part.startswith("{")
                    yield _Flaw(part, violation.replace(pointer=part) if is_path else violation)


def _status(operation: Operation, flaws: Sequence[_Flaw]) -> int:
    """The status of a wrong request: 404 for an id that cannot be one, unless the operation lists a plain 400."""
    is_listed = any(item == (400, None) for item in operation.definition.responses)
    return 404 if flaws[0].part.startswith("{") and not is_listed else 400


# --------------------------------------------------------------------------------------------- reasons


def _reasons(source: Source, verdict: _Verdict, at: Version | None, works_at: VersionSet) -> Iterator[Reason]:
    """Why a request is refused: each thing that is wrong, with the microversion that made it so."""
    key = verdict.operation
    if key is None or at is None:
        yield Reason(text=verdict.text)
        return
    if verdict.refusal == 410:
        known = source.known()[key]
        release = source.releases[known.gone_since_release or ""]
        yield Reason(
            text=f"removed in {release} ({release.version}) at every version; "
            f"older clouds have it at {known.availability}",
            release=release,
        )
    elif not verdict.flaws:
        event = _cause(_events(source, key), availability(source, Locator(key)), at, "")
        yield _reason("", event, at) if event else Reason(text=verdict.text)
    traced: set[str] = set()
    for flaw in verdict.flaws:
        traced.add(flaw.element)
        event = _cause_of_flaw(source, key, flaw, at, works_at) if len(traced) <= _TRACED else None
        yield _reason(str(flaw.violation), event, at) if event else Reason(text=str(flaw.violation))


_TRACED = 20
"""In so many places of a request it is looked for what made them wrong, or of no effect: where more are, no
microversion did."""


def _reason(what: str, event: Event, at: Version) -> Reason:
    """What is wrong, with what an event says to it."""
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
    text = ". ".join(words)
    return Reason(text=text, version=event.version, release=event.release, location=event.location)


def _cause_of_flaw(source: Source, key: str, flaw: _Flaw, at: Version, works_at: VersionSet) -> Event | None:
    """The event in the life of an element that makes a request wrong here, where another version takes it."""
    violation = flaw.violation
    if flaw.part not in ("query", "request"):
        return None
    when, events = _life(source, key, flaw.part, flaw.element)
    if when and at not in when:
        return _cause(events, when, at, violation.pointer)
    if flaw.part == "query" and not when:  # nobody knows it: what matters is since when that is refused
        events = tuple(item for item in _events(source, key) if getattr(item.change, "unknown_query", None))
    return _cause(events, works_at, at, f"{violation.pointer} {violation.message}")


def _cause(events: Sequence[Event], when: VersionSet, at: Version, about: str) -> Event | None:
    """The last event up to a version, else the first one after it, that lies where `when` begins or ends.

    Of several at one version, the one whose target is named in `about`. Where `when` is empty, only an
    event up to the version and with such a target is taken.
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


def _ignored(source: Source, given: _Request, at: Version, route: Route) -> Iterator[Reason]:
    """The parts of a request that an operation takes at a version without looking at them."""
    operation = route.operation
    for number, (part, name) in enumerate(given.unknown(operation)):
        when, events = _life(source, operation.key, part, name) if number < _TRACED else (None, ())
        event = _cause(events, when, at, f"{part} {name}") if when else None
        what = f"{'the query parameter ' if part == 'query' else ''}{name} is accepted and has no effect"
        where = "at any version" if when is not None and not when else "here"
        yield _reason(what, event, at) if event else Reason(text=f"{what} {where}")


def _life(source: Source, key: str, part: str, name: str) -> tuple[VersionSet, tuple[Event, ...]]:
    """When an element of the query or of the request is there, and what happened to it."""
    return source.kept(_Lives).of(key, part, name)


def _events(source: Source, key: str) -> tuple[Event, ...]:
    """What happened to an operation."""
    return source.kept(_Lives).events(key)


class _Lives:
    """The lives of the operations of a source and of their elements, each of which takes a walk through all changes."""

    def __init__(self, source: Source) -> None:
        def of(key: str, part: str, name: str) -> tuple[VersionSet, tuple[Event, ...]]:
            element: dict[str, Any] = {part: name}
            when = availability(source, Locator(key, **element))
            return when, biography(source, Locator(key, **element)) if when else ()

        self.of = lru_cache(maxsize=512)(of)
        self.events = lru_cache(maxsize=512)(lambda key: biography(source, Locator(key)))


# ------------------------------------------------------------------------------------ what is described

_ORDINARY = {
    400: "something in the request is against a rule that no schema shows",
    403: "a policy or a quota does not allow it",
    404: "something that the request names does not exist",
    409: "the state of what the request names does not allow it",
    501: "the hypervisor cannot do it",
}
"""What an error means where the specification lists its status without a condition."""


def _documented(source: Source, key: str | None, at: Version | None, status: int) -> Iterator[Reason]:
    """What the specification says of a status: the answers that an operation has, and the behaviors that it is of."""
    found = False
    api = source.at(at or source.min_version)
    if key is not None and key in api:
        operation = api[key]
        common = api.common.responses
        own = [item for item in operation.responses if item.status == status]
        for response in sorted(own, key=lambda item: item.key in common):
            found = True
            yield Reason(text=response.when or _ORDINARY.get(status, "it is one of its answers"))
        keys = {key, operation.alias_of}
        for item in map(source.microversion, source.versions):
            for name, behavior in item.behaviors.items():
                holds = behavior.statuses.get(status) if keys & set(behavior.operations) else None
                in_force, to_come = name in api.behaviors, item.version > api.version
                if holds and {"since": in_force, "before": to_come, "always": in_force or to_come}[holds]:
                    found = True
                    yield _of_behavior(item, behavior, holds)
    if not found:
        yield Reason(text=f"the specification lists no {status} for this operation")


def _of_behavior(item: Microversion, behavior: Behavior, holds: Holds) -> Reason:
    (change,) = [change for change in item.changes if (change.verb, change.target) == ("add-behavior", behavior.name)]
    text = f"otherwise from {item.version} on: {behavior.text}" if holds == "before" else behavior.text
    return Reason(text=text, version=item.version, release=item.release, location=change.location)

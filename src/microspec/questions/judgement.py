"""The verdict on a request, as far as version, route, path, query and body decide it.

A `Case` is a request at a version on a cloud. It is judged when it is created. Everything else, such as what is wrong
with it and which versions would accept it, is worked out on demand.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from ..http.errors import RefusedVersion
from ..http.headers import STANDARD, requested
from ..model.api import Nowhere
from ..schema.errors import ValidationError, Violation
from ..schema.pointer import parse_pointer
from ..values import ABSENT
from ..values.errors import InvalidElement, did_you_mean
from ..values.frozen import kept
from ..values.version import Version, VersionRange, VersionSet
from .runs import Runs
from .trial import Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence, Set

    from ..model.source import Source
    from ..schema.validator import Validator
    from ..schema.vocabulary import CallPart
    from .runs import Run
    from .trial import Sent


class Request(NamedTuple):
    """A request: `action` is the server action, if it is named; `query` is None and `body` `ABSENT` if unknown."""

    method: str
    path: str
    action: str = ""
    query: Mapping[str, Sequence[str]] | None = None
    body: Any = ABSENT

    def __str__(self) -> str:
        return f"{self.method} {self.path}{f'#{self.action}' if self.action else ''}"


_PARTS: dict[str, CallPart] = {"query": "query", "request": "request"}
"""The parts of a request; any other is the name of a path parameter in braces."""


class Flaw(NamedTuple):
    """What is wrong with one part of a request: ``query``, ``request`` (the body), or a ``{name}`` in the path."""

    part: str
    violation: Violation

    @property
    def element(self) -> str:
        """The parameter, or the pointer to the field, with ``*`` for any item of an array."""
        pointer = self.violation.pointer
        if self.part == "query":
            return parse_pointer(pointer)[0] if pointer else ""
        return _NUMBER.sub("/*", pointer)


_NUMBER = re.compile(r"/\d+(?=/|$)")


class Way(NamedTuple):
    """A path template, the run of the operation that answers there, and the places where it does, as a bit mask."""

    template: str
    run: Run
    places: int


class Ways:
    """The way of a request at each place in `Source.versions`, None where nothing answers."""

    def __init__(self, at: tuple[Way | None, ...]) -> None:
        self.at = at
        self.distinct = tuple(way for way in dict.fromkeys(at) if way is not None)


class Asked(NamedTuple):
    """The version that a request asks for.

    `version` is None if it is refused, with the status `refusal` and a `text`. `place` is the place in
    `Source.versions` of the version that judges the request. If the cloud is newer than the specification, that is the
    newest version that is described. If the version is refused, it is the lowest.
    """

    version: Version | None
    place: int
    refusal: int | None = None
    text: str = ""


class Cloud:
    """A cloud of the release that a source answers for, and the range of versions that it serves."""

    def __init__(self, source: Source, served: VersionRange) -> None:
        self.served = served
        self._source = source
        self._remembered = lru_cache(maxsize=_KEPT)(self._asked)

    def asked(self, text: str) -> Asked:
        """The version that a text asks for."""
        return self._remembered(text) if len(text) < _LONG else self._asked(text)

    def _asked(self, text: str) -> Asked:
        source, served = self._source, self.served
        try:
            header = [(STANDARD, f"{source.service_type} {text}")]
            version = requested(header, source.service_type, server=served)
        except RefusedVersion as error:
            place = self._source.numbers[str(described(source, served.first))]
            if error.status == 400:
                why = f"{text!r} is not a microversion (MAJOR.MINOR in plain digits, such as 2.37)"
            else:
                why = f"the cloud does not support {text}, only {served}"
            return Asked(None, place, error.status, why)
        return Asked(version, source.numbers[str(described(source, version))])


_KEPT, _LONG = 100, 100
"""At most this many texts of versions, and clouds, are remembered, and no text that is longer."""


def described(source: Source, version: Version) -> Version:
    """The version itself. If the specification does not have it, because the cloud is newer: the nearest lower one."""
    if str(version) in source.numbers:
        return version
    return max((item for item in source.versions if item <= version), default=source.min_version)


class Judge:
    """What all requests to a source share."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.runs = source.kept(Runs)
        self.known = source.directory.known
        self.router = source.directory.router
        self._ways: dict[Hashable, Ways] = {}
        self.cloud = lru_cache(maxsize=_KEPT)(self._cloud)

    def _cloud(self, served: VersionRange | None) -> Cloud:
        """The cloud that serves a range. If the range is unknown: one with all versions that the release supports."""
        return Cloud(
            self.source, VersionRange(self.source.min_version, self.source.spoken) if served is None else served
        )

    def ways(self, templates: tuple[str, ...], action: str | None) -> Ways:
        """The ways of a request whose path matches some templates, and whose body names an action."""
        if action is not None and not any(f"{template}#{action}" in self.known for template in templates):
            action = None  # the number of unknown actions is unlimited
        found = self._ways.get((templates, action))
        if found is None:
            found = self._ways[templates, action] = Ways(tuple(self._at_each_place(templates, action)))
        return found

    def stem(self, request: Request) -> str:
        """The longest beginning of a request that the service knows: its method, and the first words of its path."""
        method = request.method if request.method in self._methods else ""
        stem, words = "", self._words
        for segment in request.path.split("/")[1:]:
            step = segment if segment in words else "{}"
            if step not in words:
                break
            stem, words = f"{stem}/{step}", words[step]
        return f"{method} {stem}"

    @kept
    def _methods(self) -> Set[str]:
        return {key.partition(" ")[0] for key in self.known}

    @kept
    def _words(self) -> dict[str, Any]:
        """The first words of all paths, and for each word those that can follow it. Names are ``{}``."""
        words: dict[str, Any] = {}
        for key in self.known:
            below = words
            for segment in key.partition("#")[0].partition(" ")[2].split("/")[1:]:
                below = below.setdefault("{}" if segment.startswith("{") else segment, {})
        return words

    def _at_each_place(self, templates: tuple[str, ...], action: str | None) -> Iterator[Way | None]:
        """The way at each place, by the same rules as `Api.match`."""
        body = {} if action is None else {action: None}
        leading: dict[tuple[str, Run], int] = {}
        found: list[tuple[str, Run] | None] = []
        for place, version in enumerate(self.source.versions):
            answering = self.source.at(version)._answering("", "", templates, body)
            if isinstance(answering, Nowhere):
                found.append(None)
                continue
            template, key = answering
            run = self.runs.of(key)[place]
            assert run is not None, "an operation that answers has a run"
            found.append((template, run))
            leading[template, run] = leading.get((template, run), 0) | 1 << place
        ways = {way: Way(*way, places) for way, places in leading.items()}
        return (ways[way] if way else None for way in found)


class Case:
    """A request at a version on a cloud, with its verdict.

    `version` is the version as it was given. `at` is the place in `Source.versions` of the version that judges the
    request, None if the version is refused. `way` leads to the operation that answers, None if nothing does.
    `operation` is the key of the operation, None if there is none. `refusal` is the status of the certain error,
    None if the request is valid.

    Raises InvalidElement for a server action without a name or a body.
    """

    def __init__(self, judge: Judge, request: Request, asked: str, cloud: Cloud) -> None:
        self.source, self.request, self.version, self.asked = judge.source, request, asked, cloud.asked(asked)
        self._judge, self._given = judge, (request, asked)
        self._place, self._segments = judge.router.place(request.method, request.path)
        self._templates = tuple(self._place.templates)
        self._verdicts: dict[tuple[str, Validator], bool] = {}
        self._trials: dict[str, Trial] = {}
        body, place = request.body, self.asked.place
        if body is ABSENT and not request.action and self._templates and judge.known.keys().isdisjoint(self._templates):
            raise InvalidElement(str(request), "a server action needs its name after #, or a body")
        action = request.action or (next(iter(body)) if isinstance(body, dict) and len(body) == 1 else None)
        self._ways = judge.ways(self._templates, action) if self._templates else None
        self.way = self._ways.at[place] if self._ways else None
        if self.way is not None:
            self.operation: str | None = self.way.run.operation.key
            refusal = self._refusal(self.way)
            is_microversioned = self.way.run.operation.definition.microversioned
        else:
            self.operation, refusal = self._nowhere.operation or None, self._nowhere.status
            is_microversioned = self._is_known
        self.at = place if self.asked.version is not None or not is_microversioned else None
        self.refusal = refusal if self.at is not None else self.asked.refusal

    # ------------------------------------------------------------------------------- at the version that is asked for

    def takes(self, way: Way) -> bool:
        """Whether the request is valid there."""
        return self._wrong_part(way) is None

    def _wrong_part(self, way: Way) -> str | None:
        """The first part that is wrong."""
        if not self._names_action():
            return "request"
        for part, validator, value in self._checks(way):
            verdict = self._verdicts.get((part, validator))
            if verdict is None:
                verdict = self._verdicts[part, validator] = validator.accepts(value)
            if not verdict:
                return part
        return None

    def _refusal(self, way: Way) -> int | None:
        """The status of a wrong request: 404 for an id that cannot be one, unless the operation lists a plain 400."""
        part = self._wrong_part(way)
        if part is None:
            return None
        is_listed = any(item == (400, None) for item in way.run.operation.definition.responses)
        return 404 if part.startswith("{") and not is_listed else 400

    @kept
    def flaws(self) -> tuple[Flaw, ...]:
        """Everything that is wrong with the path, query and body; nothing if the version is refused."""
        return tuple(self._flaws(self.way)) if self.way and self.refusal and self.at is not None else ()

    def _flaws(self, way: Way) -> Iterator[Flaw]:
        if not self._names_action():
            message = f"must have {self.request.action!r} as its only property"
            yield Flaw("request", Violation(pointer="", keyword="required", message=message, part="request"))
        for part, validator, value in self._checks(way):
            try:
                validator.check(value, _PARTS.get(part, "path"))
            except ValidationError as error:
                for violation in error.errors:
                    yield Flaw(part, violation if part in _PARTS else violation.replace(pointer=part))

    @property
    def text(self) -> str:
        """Why it is refused, if the version is refused or nothing answers."""
        if self.at is None:
            return self.asked.text
        return f"{self._nowhere.reason()}{'' if self._is_known else self._hint}"

    @kept
    def _nowhere(self) -> Nowhere:
        """Why nothing answers."""
        request, source = self.request, self.source
        body = {request.action: None} if request.action else request.body
        api = source.at(source.versions[self.asked.place])
        found = api._answering(request.method, request.path, self._templates, body)
        assert isinstance(found, Nowhere), "a request without a way has no operation"
        return found

    @property
    def _is_known(self) -> bool:
        """Whether some version answers such a path. If not, the service does not even check the version."""
        return self._nowhere.status != 404 or bool(self._nowhere.operation)

    @property
    def _hint(self) -> str:
        """A hint at the operations that may be meant, as the end of a sentence."""
        return did_you_mean(f"{self.request.method} {self.request.path}", self._judge.known)

    def _names_action(self) -> bool:
        """Whether the body contains the named action and nothing else; true if either is unknown."""
        action, body = self.request.action, self.request.body
        if not action or body is ABSENT:
            return True
        return isinstance(body, dict) and set(body) == {action}

    def _checks(self, way: Way) -> Iterator[tuple[str, Validator, Any]]:
        """The parts to validate, each with its validator and value. A name in braces stands for any valid value."""
        request, operation = self.request, way.run.operation
        values = self._place.values(way.template, self._segments) if way.run.path else {}
        for name, validator in way.run.path:
            value = unquote(values.get(name, "{}"))
            if not value.startswith("{"):
                yield f"{{{name}}}", validator, value
        if request.query is not None:
            yield "query", operation.query_validator(), request.query
        if request.body is not ABSENT:
            body = operation.request_validator()
            if body is not None:
                yield "request", body, request.body

    # ------------------------------------------------------------------------------------------- at all versions

    def versions(self, places: int) -> VersionSet:
        """The versions at these places."""
        return self._judge.runs.versions(places)

    @kept
    def works_at(self) -> int:
        """The places of the versions that accept it. Above the versions of the release, the newest release decides."""
        return self._where(Case.takes)

    @kept
    def effective_at(self) -> int:
        """Those of these places where all parts of the request have an effect."""
        return self._where(lambda case, way: case.takes(way) and not case.unknown(way))

    def _where(self, holds: Callable[[Case, Way], bool]) -> int:
        """The places at which something holds, above the highest version of the release in the newest release."""
        end = self.source.number(described(self.source, self.source.spoken)) + 1
        places = self._within((1 << end) - 1, holds)
        if end < len(self.source.versions):
            places |= self._in_newest._within(-1 << end, holds)
        return places

    def _within(self, places: int, holds: Callable[[Case, Way], bool]) -> int:
        """Those of some places at which something holds."""
        ways = self._ways.distinct if self._ways else ()
        return places & sum(way.places for way in ways if way.places & places and holds(self, way))

    @kept
    def _in_newest(self) -> Case:
        """The same request, judged as of the newest release."""
        judge = self.source.newest.kept(Judge)
        case = Case(judge, *self._given, judge.cloud(None))
        case._verdicts.update(self._verdicts)
        return case

    def unknown(self, way: Way) -> tuple[Sent, ...]:
        """What is ignored there: unknown query parameters, and fields that only other versions know."""
        run, query = way.run, self.request.query
        names: list[Sent] = [("query", name) for name in query if not run.knows_parameter(name)] if query else []
        if not isinstance(self.request.body, (dict, list, tuple)):
            return tuple(names)
        key = run.operation.key
        if key not in self._trials:
            self._trials[key] = Trial(self.source, key, {"body": self.request.body})
        return (*names, *self._trials[key].looked_past(run))

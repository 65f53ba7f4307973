"""The gate of an API server: admits or refuses requests, and makes answers those of the version.

The fast way asks for a verdict on each part of a request. Only a request that is refused is judged in full, as
`History.explain` does it.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, Literal, TypedDict
from urllib.parse import quote

from ..http.errors import RefusedVersion
from ..http.headers import requested, response
from ..model.api import Nowhere
from ..questions.explanation import explained, sentence
from ..questions.judgement import Case, Judge, Request
from ..schema.errors import ValidationError
from ..values.errors import UnknownName
from ..values.frozen import EMPTY
from ..values.reading import Unreadable
from ..values.spoken import spoken_range
from . import content
from .admitted import Admitted
from .errors import Refused
from .faults import Errors, api_sig, fault
from .typed import Types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ..history import History
    from ..http.headers import Headers
    from ..model.api import Api
    from ..model.operation import Operation
    from ..model.routing import Place
    from ..schema.errors import Violation
    from ..values.spoken import Spoken
    from ..values.version import Version

    Answers = Literal["off", "warn", "error", "prune"]
    """What happens to the answers of the server: nothing, or a check."""

    Sent = tuple[int, list[tuple[str, str]], bytes]
    """An answer: status, headers, body."""

    class Options(TypedDict, total=False):
        """The options of a `Gate`."""

        versions: Spoken | None
        release: str | None
        errors: Errors
        hints: bool
        answers: Answers
        max_body: int
        lenient: bool


_LOG = logging.getLogger("microspec.server")

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
"""The methods whose bodies are read (`nova.api.openstack.wsgi`). Bodies of others are ignored."""


class Gate:
    """Admits or refuses the requests to a service. Safe to share between threads.

    `history` is the specification of the service. `versions` are the versions that the server speaks, in any form of
    `Spoken`; the default is all versions that the release speaks. `release` is the key of the release whose facts hold;
    the default is the first release that speaks the highest version, or the newest.

    `errors` is the form of the bodies of errors: ``nova``, ``api-sig``, or a function from `Refused` to a JSON value.
    `hints` says whether messages tell since and until which version something works, and what to do instead.

    `answers` says what `answer` does with an answer that is not as the version describes it: ``off`` does not look,
    ``warn`` logs a warning (logger ``microspec.server``), ``error`` answers 500, and ``prune`` first leaves out what
    the version does not have, and then does as ``error``. `max_body` is the largest body in bytes, 114,688 as in Nova.
    A `lenient` gate takes unknown properties out of request bodies instead of refusing them, as Nova's ``/v2`` does.

    Raises UnknownName for an unknown release or option, and InvalidVersion or InvalidVersionSet for `versions`.
    """

    def __init__(
        self,
        history: History,
        *,
        versions: Spoken | None = None,
        release: str | None = None,
        errors: Errors = "nova",
        hints: bool = True,
        answers: Answers = "off",
        max_body: int = 114_688,
        lenient: bool = False,
    ) -> None:
        _check("form of errors", errors, ("nova", "api-sig"))
        _check("treatment of answers", answers, ("off", "warn", "error", "prune"))
        served = None if versions is None else spoken_range(versions)
        self._source = source = history._source.of_cloud(served.last if served else None, release)
        self._judge = source.kept(Judge)
        self._cloud = self._judge.cloud(served)
        self._span = self._cloud.served
        self._service = service = source.service()
        self._legacy = service.legacy_header
        self._router = source.directory.router
        self._errors, self._hints, self._answers = errors, hints, answers
        self._max_body, self._lenient = max_body, lenient
        self._media_types = {"application/json", f"application/vnd.openstack.{service.service_type}+json"}
        self._at: dict[Version, _At] = {}

    # ------------------------------------------------------------------------------------------------ requests

    def admit(
        self,
        method: str,
        path: str | bytes,
        headers: Headers,
        query_string: str | bytes = "",
        body: bytes | None = None,
    ) -> Admitted:
        """The request, if an operation accepts it. Raises `Refused`.

        `path` is the path below the version, with or without a project id, and without percent-encoding (as WSGI and
        ASGI have it). `headers` are a mapping, a list of pairs, or a WSGI environ. `query_string` is as it was sent.
        `body` are the bytes of the body; None or empty for no body.
        """
        if body is not None and len(body) > self._max_body:
            raise self.too_large()
        try:
            path = content.path_of(path)
        except Unreadable as error:
            raise self._refused(400, str(error)) from None
        place, words = self._router.place(method, path)
        if not place.templates:
            raise self._refused(404, f"nothing answers {method} {path}")
        at = self._version(headers, place)
        media_type = content.content_type(headers)
        if media_type not in self._media_types and media_type not in (None, "text/plain"):
            message = f"the content type must be application/json, not {media_type}"
            raise self._refused(415, message, at.version)
        try:
            value = content.body_of(body) if method in _WITH_BODY else None
            query = content.query_of(query_string) if query_string else {}
        except Unreadable as error:
            raise self._refused(400, str(error), at.version) from None
        plan, values = at.plan(place, words, method, path, value)
        if plan is None:
            raise self._judged(at, method, path, query, value)
        if not plan.ignores_none(query):
            query = plan.operation.known_query(query)
        if self._lenient:
            value = plan.pruned(value)
        if not plan.accepts(values, query, value):
            raise self._judged(at, method, path, query, value)
        return Admitted(at.version, plan.operation, values, query, value, plan.types)

    def is_known(self, method: str, path: str | bytes) -> bool:
        """Whether the specification has an operation for a method and a path at any version."""
        try:
            return bool(self._router.place(method, content.path_of(path))[0].templates)
        except Unreadable:
            return False

    def refuse(self, status: int, message: str, admitted: Admitted | None = None) -> Refused:
        """An error of the server's own, such as 404 or 409, with a body in the form of the gate's: raise it or send it.

        `admitted` is the request, if it was admitted.
        """
        if admitted is None:
            return self._refused(status, message)
        return self._refused(status, message, admitted.version, admitted.operation.key)

    def too_large(self) -> Refused:
        """The refusal of a body that is too large, for a server that stops reading it."""
        return self._refused(413, f"the body is larger than {self._max_body:,} bytes")

    @staticmethod
    def reads_body(method: str) -> bool:
        """Whether the bodies of requests with this method are read. Others are ignored."""
        return method in _WITH_BODY

    @property
    def service_type(self) -> str:
        """The type of the service, such as ``compute``."""
        return self._service.service_type

    @property
    def max_body(self) -> int:
        """The size of the largest body that is admitted, in bytes."""
        return self._max_body

    def _version(self, headers: Headers, place: Place) -> _At:
        """What answers at the version that a request asks for. Raises `Refused`."""
        try:
            version = requested(headers, self._service.service_type, self._span, self._legacy)
        except RefusedVersion as error:
            if not self._is_microversioned(place):
                version = self._span.first
            else:
                (message,) = (item["message"] for item in error.body.values())
                raise self._refused(error.status, message, headers=error.headers) from None
        found = self._at.get(version)
        return found or self._at.setdefault(version, _At(self, version))

    def _is_microversioned(self, place: Place) -> bool:
        api = self._source.at(self._span.first)
        return any(key not in api or api[key].definition.microversioned for key in place.templates)

    def _judged(self, at: _At, method: str, path: str, query: Mapping[str, Sequence[str]], body: Any) -> Refused:
        """The refusal of a request, with all that is wrong with it."""
        case = Case(self._judge, Request(method, quote(path), "", query, body), str(at.version), self._cloud)
        found = explained(case, f"{method} {path}", str(at.version), server=self._span)
        status = found.refusal or 400
        if self._hints:
            words = [sentence(reason.text) for reason in found.reasons]
            message = " ".join(filter(None, [*words, found.advice]))
        else:
            message = "; ".join(map(str, found.violations)) or _PLAIN.get(status, case.text)
        return self._refused(status, message, at.version, found.operation, found.violations)

    def _refused(
        self,
        status: int,
        message: str,
        version: Version | None = None,
        operation: str | None = None,
        violations: Sequence[Violation] = (),
        headers: Iterable[tuple[str, str]] = (),
    ) -> Refused:
        refused = Refused(status, message, version, operation, violations)
        body = json.dumps(self._fault(refused)).encode()
        own = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        versions = self._at[version].headers if version in self._at else ()
        return Refused(status, message, version, operation, violations, (*own, *headers, *versions), body)

    def _fault(self, refused: Refused) -> Any:
        if callable(self._errors):
            return self._errors(refused)
        if self._errors == "nova":
            return fault(refused, self._service.service_type)
        return api_sig(refused, self._service.service_type, self._span)

    # ------------------------------------------------------------------------------------------------- answers

    @property
    def reads_answers(self) -> bool:
        """Whether `answer` looks at bodies: if not, it may be given an empty one."""
        return self._answers != "off"

    def answer(
        self,
        admitted: Admitted,
        status: int,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: bytes = b"",
    ) -> Sent:
        """The answer to a request: with the headers of the version, and checked as `answers` says.

        `headers` is a mapping or pairs of text. Headers of the version that the server has set itself are replaced.
        """
        pairs = headers.items() if hasattr(headers, "items") else headers
        sent = [*pairs]
        if self._answers != "off" and status < 500:
            body, wrong = self._checked(admitted.operation, status, body)
            if wrong:
                _LOG.warning("%s at %s answered %d: %s", admitted.operation.key, admitted.version, status, wrong)
                if self._answers != "warn":
                    refused = self._refused(500, "The server has given an answer that this version does not have.")
                    status, sent, body = refused.status, [*refused.headers], refused.body
            sent = [(name, value) for name, value in sent if name.lower() != "content-length"]
            if body or status not in (204, 304):
                sent.append(("Content-Length", str(len(body))))
        return status, self.with_version(admitted, sent), body

    def with_version(self, admitted: Admitted, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """The headers of an answer with those of the version, instead of any that the server has set itself."""
        at = self._at[admitted.version]
        sent = [item for item in headers if item[0].lower() not in at.names and item not in at.headers]
        if admitted.operation.definition.microversioned:
            sent += at.headers
        return sent

    def _checked(self, operation: Operation, status: int, body: bytes) -> tuple[bytes, str]:
        """The body of an answer, pruned if the gate does that; and what is wrong with it, in words."""
        try:
            value = content.body_of(body)
            if self._answers == "prune":
                pruned = operation.prune(value, status)
                return body if pruned is value else b"" if pruned is None else json.dumps(pruned).encode(), ""
            operation.validate_response(value, status)
        except (Unreadable, UnknownName, ValidationError) as error:
            return body, str(error)
        return body, ""


def _check(kind: str, value: object, known: tuple[str, ...]) -> None:
    if value not in known and not callable(value):
        raise UnknownName(kind, str(value), known)


_PLAIN = {404: "The resource could not be found.", 410: "This operation is gone."}
"""What is said without hints where an operation is missing."""


# ---------------------------------------------------------------------------------------------- what is kept


class _At:
    """What a gate has for one version: the headers of answers, and the plans of the operations that were asked for."""

    def __init__(self, gate: Gate, version: Version) -> None:
        self.version = version
        described = gate._source.versions[gate._cloud.asked(str(version)).place]
        self._api: Api = gate._source.at(described)
        self.headers = response(version, gate._service.service_type, legacy=gate._legacy)
        self.names = {name.lower() for name, _ in self.headers if name != "Vary"}
        self._plans: dict[Place | tuple[str, str], _Plan] = {}

    def plan(
        self, place: Place, words: Sequence[str], method: str, path: str, body: Any
    ) -> tuple[_Plan | None, Mapping[str, str]]:
        """The plan of the operation that answers a request, and its path parameters; None if nothing answers."""
        found = self._plans.get(place)
        if found is not None:
            return found, place.values(found.template, words)
        answering = self._api._answering(method, path, place.templates, body)
        if isinstance(answering, Nowhere):
            return None, EMPTY
        template, key = answering
        plan = self._plans.get(answering)
        if plan is None:
            plan = self._plans.setdefault(answering, _Plan(self._api.operations[key], template))
        if len(place.templates) == 1 and template == key:  # neither the body nor another template decides
            self._plans[place] = plan
        return plan, place.values(template, words)


class _Plan:
    """How the requests to one operation at one version are checked."""

    def __init__(self, operation: Operation, template: str) -> None:
        self.operation, self.template = operation, template
        self.types = Types(operation)
        self._accepts_body = operation.accepts_request
        self._accepts_query = operation.accepts_query
        self._needs_query = not operation.accepts_query({})
        self._ignores = operation.unknown_query == "ignored"
        self._path: list[tuple[str, Callable[[Any], bool]]] = [
            (item.name, operation.parameter_validator(item).accepts)
            for item in operation.parameters.values()
            if item.location == "path" and not _is_any_text(item.schema)
        ]

    def ignores_none(self, query: Mapping[str, Sequence[str]]) -> bool:
        """Whether nothing in a query is ignored."""
        return not query or not self._ignores or all(map(self.operation.knows_parameter, query))

    def pruned(self, body: Any) -> Any:
        """A request body without unknown properties."""
        validator = self.operation.request_validator()
        return validator.prune(body) if validator else body

    def accepts(self, values: Mapping[str, str], query: Mapping[str, Sequence[str]], body: Any) -> bool:
        """Whether the operation accepts the parts of a request."""
        for name, accepts in self._path:
            if not accepts(values[name]):
                return False
        if (query or self._needs_query) and not self._accepts_query(query):
            return False
        return self._accepts_body(body)


def _is_any_text(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "string" and schema.keys() <= {"type", "description"}

"""Decorators for handlers in the style of Nova, Manila and Cinder: each checks a part of every call at its version.

    @available("PUT /servers/{server_id}/tags/{tag}")
    @schema("PUT /servers/{server_id}/tags/{tag}")
    def update(self, req, server_id, id, body): ...

A handler is a function with a parameter `req`, whose `api_version_request` has the method `get_string`. What takes a
stack of decorators there, one for each range of versions, is one decorator here. No web framework is imported.
"""

from __future__ import annotations

import json
from functools import wraps
from inspect import Parameter, signature
from logging import getLogger
from typing import Literal

from .loading import load_bundled
from .schema.errors import ValidationError
from .values import Frozen, put
from .values.errors import MicrospecError
from .values.frozen import kept
from .values.version import Version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, ParamSpec, TypeVar

    from .history import History
    from .model.operation import Operation
    from .schema.errors import Violation
    from .schema.vocabulary import CallPart

    P = ParamSpec("P")
    R = TypeVar("R")

__all__ = ["Answers", "Decorators", "available", "query", "response", "schema"]

Answers = Literal["error", "warn", "off"]
"""What happens to an answer that deviates: an error, a line in the log, or nothing, because it is not checked."""

_LOG = getLogger(__name__)


class Deviation(MicrospecError):
    """A call that deviates from the specification.

    `status` is the status to answer with: 404 for an operation that does not exist at the version, 410 for one that is
    gone, 400 for an invalid request or query, and 500 for an invalid answer, which is the server's own mistake.
    `reason` is in words. `operation` is the key of the operation, and `version` the version of the request. `part` is
    what is invalid, and `violations` are the mistakes in it; None and nothing for an operation that is not there.
    """

    status: int
    reason: str
    operation: str
    version: Version
    part: CallPart | None
    violations: tuple[Violation, ...]

    def __init__(
        self,
        status: int,
        reason: str,
        operation: str,
        version: Version,
        part: CallPart | None = None,
        violations: Sequence[Violation] = (),
    ) -> None:
        self.status, self.reason, self.operation, self.version = status, reason, operation, version
        self.part, self.violations = part, tuple(violations)
        super().__init__(status, reason, operation, version, part, self.violations)

    def __str__(self) -> str:
        return self.reason


class Decorators(Frozen):
    """The decorators of one service. `Decorators()` has those of the bundled compute API, and so has this module.

    `service` is the history that describes the service, as of the release that the handlers are of.

    `error` turns a `Deviation` into the exception to raise, which is one that the service translates into an answer.
    By default, the deviation itself is raised.

    `answers` is what happens to an answer that deviates, or a function that returns it, which is called for each
    answer: an option of the service may decide.

    `applies` is whether a request is one that the history describes. Any other reaches the handler unchecked: in Nova,
    those of the legacy endpoint, ``/v2``. By default, every request is.

    `dumps` writes what a handler returns as JSON, as the service does when it sends it. By default that is
    `json.dumps`; a service whose handlers return dates or identifiers as objects has a function of its own.
    """

    _service: History | None
    _error: Callable[[Deviation], BaseException]
    _answers: Callable[[], Answers]
    _applies: Callable[[Any], bool] | None
    _dumps: Callable[[Any], str | bytes]
    _operations: dict[tuple[str, str], Operation]

    def __init__(
        self,
        service: History | None = None,
        *,
        error: Callable[[Deviation], BaseException] | None = None,
        answers: Answers | Callable[[], Answers] = "error",
        applies: Callable[[Any], bool] | None = None,
        dumps: Callable[[Any], str | bytes] = json.dumps,
    ) -> None:
        put(self, "_service", service)
        put(self, "_error", error or _itself)
        put(self, "_answers", answers if callable(answers) else lambda: answers)
        put(self, "_applies", applies)
        put(self, "_dumps", dumps)
        put(self, "_operations", {})

    @kept
    def _history(self) -> History:
        return self._service or load_bundled("compute")

    # ------------------------------------------------------------------------------------- the decorators

    def available(self, operation: str | Callable[..., str]) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Refuse calls at versions at which an operation does not exist (404), and all calls if it is gone (410).

        `operation` is the key of the operation that the handler serves. A handler of several operations has a function
        that returns the key; it takes the arguments of the handler. Raises UnknownOperation for a key that never
        existed.
        """
        key = self._key(operation)

        def decorate(handler: Callable[P, R]) -> Callable[P, R]:
            request = _argument(handler, "req")

            @wraps(handler)
            def checked(*args: P.args, **kwargs: P.kwargs) -> R:
                self._operation(key(*args, **kwargs), request(args, kwargs))
                return handler(*args, **kwargs)

            return checked

        return decorate

    def schema(self, operation: str | Callable[..., str]) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Refuse calls whose request body, the parameter `body` of the handler, is invalid at the version (400).

        `operation` is as for `available`, and so is what happens where it does not exist.
        """
        key = self._key(operation)

        def decorate(handler: Callable[P, R]) -> Callable[P, R]:
            request, body = _argument(handler, "req"), _argument(handler, "body")

            @wraps(handler)
            def checked(*args: P.args, **kwargs: P.kwargs) -> R:
                found = self._operation(key(*args, **kwargs), request(args, kwargs))
                if found is not None:
                    self._check_body(found, body(args, kwargs))
                return handler(*args, **kwargs)

            return checked

        return decorate

    def query(self, operation: str | Callable[..., str]) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Refuse calls whose query, the `GET` of the request, is invalid at the version (400).

        Where a version accepts and ignores parameters that it does not know, these are deleted from the query, so that
        the handler does not see them: Nova does the same. The query is a multidict like that of WebOb, with a method
        `dict_of_lists`. `operation` is as for `available`, and so is what happens where it does not exist.
        """
        key = self._key(operation)

        def decorate(handler: Callable[P, R]) -> Callable[P, R]:
            request = _argument(handler, "req")

            @wraps(handler)
            def checked(*args: P.args, **kwargs: P.kwargs) -> R:
                asked = request(args, kwargs)
                found = self._operation(key(*args, **kwargs), asked)
                if found is not None:
                    self._check_query(found, asked)
                return handler(*args, **kwargs)

            return checked

        return decorate

    def response(self, operation: str | Callable[..., str]) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Check what a handler returns (500), if answers are checked at all.

        That is a JSON value, an object whose `obj` is one, or an object whose `body` is JSON as bytes. If it has a
        `status_int`, the answer must be described for this status; a handler that returns an error is not checked. An
        answer without a status may be that of any successful one. `operation` is as for `available`, and so is what
        happens where it does not exist.
        """
        key = self._key(operation)

        def decorate(handler: Callable[P, R]) -> Callable[P, R]:
            request = _argument(handler, "req")

            @wraps(handler)
            def checked(*args: P.args, **kwargs: P.kwargs) -> R:
                found = self._operation(key(*args, **kwargs), request(args, kwargs))
                answer = handler(*args, **kwargs)
                if found is not None:
                    self._check_answer(found, answer)
                return answer

            return checked

        return decorate

    # ------------------------------------------------------------------------------------- what they do

    def _key(self, operation: str | Callable[..., str]) -> Callable[..., str]:
        """A function that returns the key, which is looked up once if it is always the same."""
        if callable(operation):
            return operation
        key = self._history._source.key(operation)
        return lambda *_, **__: key

    def _operation(self, key: str, request: Any) -> Operation | None:
        """The operation at the version of a request. Raises what `error` makes of it if it is not there.

        None for a request that the history does not describe.
        """
        if self._applies is not None and not self._applies(request):
            return None
        text = request.api_version_request.get_string()
        found = self._operations.get((key, text))
        if found is None:
            found = self._found(key, Version(text))
            self._operations[found.key, text] = found  # not by `key`, which may have an identifier in it
        return found

    def _found(self, key: str, version: Version) -> Operation:
        history = self._history
        key, api = history._source.key(key), history.at(version)
        status = api.refusal(key)
        if status is not None:
            gone = f"{key} is gone since {history.known[key].gone_since_release}"
            raise self._error(Deviation(status, gone if status == 410 else str(api._absent(key)), key, version))
        return api[key]

    def _check_body(self, found: Operation, given: Any) -> None:
        if not found.accepts_request(given):
            raise self._error(_invalid(found, "request", found.validate_request, given))

    def _check_query(self, found: Operation, request: Any) -> None:
        try:
            given: Mapping[str, list[str]] = request.GET.dict_of_lists()
        except UnicodeDecodeError:
            raise self._error(_deviation(found, "query", "is not UTF-8")) from None
        if not found.accepts_query(given):
            raise self._error(_invalid(found, "query", found.validate_query, given))
        if found.unknown_query == "ignored":
            for name in given:
                if not found.knows_parameter(name):
                    del request.GET[name]

    def _check_answer(self, found: Operation, answer: Any) -> None:
        wanted = self._answers()
        if wanted == "off":
            return
        status = getattr(answer, "status_int", None)
        if status is not None and status >= 400:
            return
        if status is not None and status not in found.success_statuses:
            deviation = _deviation(found, "response", f"has the status {status}, which is not described")
        else:
            body = self._written(answer)
            statuses = found.success_statuses if status is None else (status,)
            if any(found.accepts_response(body, each) for each in statuses):
                return
            deviation = _invalid(found, "response", lambda value: found.validate_response(value, status), body)
        if wanted == "error":
            raise self._error(deviation)
        _LOG.warning("%s", deviation)

    def _written(self, answer: Any) -> Any:
        """The body of an answer as its reader will see it; None if there is none."""
        if hasattr(answer, "obj"):
            text = self._dumps(answer.obj)
        elif isinstance(body := getattr(answer, "body", None), bytes):
            text = body
        else:
            text = self._dumps(answer)
        return json.loads(text) if text else None


def _itself(deviation: Deviation) -> BaseException:
    return deviation


def _invalid(operation: Operation, part: CallPart, check: Callable[[Any], None], given: Any) -> Deviation:
    """That a part of a call is invalid, with all mistakes in it."""
    try:
        check(given)
    except ValidationError as error:
        return _deviation(operation, part, f"is invalid: {error}", error.errors)
    raise AssertionError(f"{part} of {operation.key} is refused without a reason")


def _deviation(operation: Operation, part: CallPart, what: str, violations: Sequence[Violation] = ()) -> Deviation:
    key, version = operation.key, operation.version
    reason = f"{_NAMED[part]} of {key} at {version} {what}"
    return Deviation(500 if part == "response" else 400, reason, key, version, part, violations)


_NAMED: dict[CallPart, str] = {"request": "the body", "query": "the query", "response": "the answer"}
"""The parts in messages."""


def _argument(handler: Callable[..., Any], name: str) -> Callable[[tuple[Any, ...], dict[str, Any]], Any]:
    """A function that gets an argument of a call of a handler; None if the call has none of this name.

    Raises TypeError for a handler that has no such parameter.
    """
    parameters = signature(handler).parameters
    if name not in parameters and not any(item.kind is Parameter.VAR_KEYWORD for item in parameters.values()):
        raise TypeError(f"{handler.__qualname__} has no parameter {name!r}")
    if name not in parameters or parameters[name].kind is Parameter.KEYWORD_ONLY:
        return lambda _, kwargs: kwargs.get(name)
    position = [*parameters].index(name)

    def argument(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if name in kwargs:
            return kwargs[name]
        return args[position] if position < len(args) else None

    return argument


_COMPUTE = Decorators()
available, schema, query, response = _COMPUTE.available, _COMPUTE.schema, _COMPUTE.query, _COMPUTE.response

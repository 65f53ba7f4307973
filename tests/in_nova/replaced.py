"""Puts our decorators in the place of Nova's. Runs where Nova is installed, before its controllers are imported.

Each handler of an operation gets one decorator of each kind, in the place of a stack: it is asked at the versions at
which one of the stack would be. Nova's own stay on functions that serve no operation, such as those that its tests
define, and for requests that are not described, those of the legacy endpoint ``/v2``. They also leave their attributes,
which some tests look at.
"""

from __future__ import annotations

import importlib
import re
from collections import Counter
from functools import cache, wraps
from inspect import signature, unwrap
from typing import TYPE_CHECKING, Any

import microspec
from microspec.decorators import Decorators

from . import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from microspec.decorators import Answers, Deviation

KINDS = {
    "schema": ("nova.api.validation", "schema"),
    "query": ("nova.api.validation", "query_schema"),
    "response": ("nova.api.validation", "response_body_schema"),
    "available": ("nova.api.openstack.wsgi", "api_version"),
}
"""The decorators of ours, each with the module and the name of that of Nova's which it replaces."""

ANSWERS: dict[str, Answers] = {"error": "error", "warn": "warn", "ignore": "off"}
"""What Nova's option for answers says, in our words."""

MARK = "microspec_kinds"
"""The attribute that has the kinds of our decorators on a function."""

stacks: dict[str, dict[Any, list[Any]]] = {kind: {} for kind in KINDS}
"""The ranges of versions of Nova's decorators, by kind and by the function that they decorate."""


calls: Counter[str] = Counter()
"""How many calls of handlers went through our decorators, and how many through Nova's since they are not described."""


def counts() -> dict[str, dict[str, int]]:
    """For each kind, how many handlers have a decorator of ours, how many of Nova's they had, and where those are left.

    These are left on functions of Nova's API that serve no operation of ours.
    """
    served = _keys()
    return {
        kind: {
            "handlers": sum(function in served for function in found),
            "replaced": sum(len(spans) for function, spans in found.items() if function in served),
            "left": sum(function.__module__.startswith("nova.api.") for function in found if function not in served),
        }
        for kind, found in stacks.items()
    }


def install() -> None:
    """Replace the decorators."""
    nova = _Nova()
    decorators = Decorators(
        error=nova.error, answers=nova.answers, dumps=importlib.import_module("oslo_serialization.jsonutils").dumps
    )
    for kind, (module, name) in KINDS.items():
        place: Any = importlib.import_module(module)
        setattr(place, name, _replacement(kind, getattr(decorators, kind), getattr(place, name)))


class _Nova:
    """What a service in Nova's style says to our decorators."""

    def __init__(self) -> None:
        self._exceptions: Any = importlib.import_module("nova.exception")
        self._errors: Any = importlib.import_module("webob.exc")
        self._options: Any = importlib.import_module("nova.conf").CONF

    def error(self, deviation: Deviation) -> Exception:
        """The exception that Nova turns into an answer."""
        if deviation.status == 404:
            found = self._exceptions.VersionNotFoundForAPIMethod(version=deviation.version)
        elif deviation.status == 410:
            found = self._errors.HTTPGone(explanation=str(deviation))
        else:
            found = self._exceptions.ValidationError(detail=words.of(deviation))
        assert isinstance(found, Exception)
        return found

    def answers(self) -> Answers:
        """What becomes of an answer that deviates, which is an option of Nova."""
        return ANSWERS[self._options.api.response_validation]


def _replacement(kind: str, ours: Callable[[Any], Any], theirs: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator that takes the arguments of Nova's."""

    versions: Any = importlib.import_module("nova.api.openstack.api_version_request").APIVersionRequest

    def replacement(*args: Any, **kwargs: Any) -> Callable[[Any], Any]:
        limits = signature(theirs).bind(*args, **kwargs).arguments
        span = (versions(limits.get("min_version")), versions(limits.get("max_version")))
        return lambda function: _decorated(kind, ours, function, theirs(*args, **kwargs)(function), span)

    return replacement


def _decorated(kind: str, ours: Callable[[Any], Any], function: Any, by_theirs: Any, span: Any) -> Any:
    """A function with our decorator, if it has none of this kind yet; or with Nova's, for what is not described."""
    handler: Any = unwrap(function)
    kinds: frozenset[str] = getattr(function, MARK, frozenset())
    spans = stacks[kind].setdefault(handler, [])
    spans.append(span)
    by_ours = function
    if kind not in kinds:
        by_ours = ours(lambda *args, **kwargs: _key(handler, args, kwargs))(function)

    @wraps(by_theirs)
    def chosen(*args: Any, **kwargs: Any) -> Any:
        request = kwargs["req"] if "req" in kwargs else args[1]
        is_ours = handler in _keys()
        if is_ours and not _is_described(request):
            calls["legacy"] += 1
            is_ours = False
        if is_ours and (kind == "available" or _is_in(spans, request)):
            calls["ours"] += 1
            return by_ours(*args, **kwargs)
        return by_theirs(*args, **kwargs)

    setattr(chosen, MARK, kinds | {kind})
    return chosen


def _is_described(request: Any) -> bool:
    """Whether a request is not one of the legacy endpoint ``/v2``, nor of its version."""
    version = request.api_version_request
    return not request.is_legacy_v2() and (version.ver_major, version.ver_minor) >= (2, 1)


def _is_in(spans: list[Any], request: Any) -> bool:
    """Whether one of Nova's decorators is for the version of a request."""
    return any(request.api_version_request.matches(*span) for span in spans)


# ------------------------------------------------------------------------------------- the operations of handlers


def _key(handler: Any, args: Any, kwargs: Any) -> str:
    """The operation that a call of a handler is for: that of its route, or one with an argument in the path."""
    key = _keys()[handler]
    given = signature(handler).bind_partial(*args, **kwargs).arguments
    names = re.findall(r"\{([^}]*)\}", _routes()[key])
    literal = re.sub(r"\{[^}]*\}$", lambda _: str(given.get(names[-1] if names else "", "")), key)
    return literal if literal in microspec.load().known else key


@cache
def _keys() -> dict[Any, str]:
    """The keys of our operations by the functions that serve them."""
    return {unwrap(function): key for key, _, function in _served()}


@cache
def _routes() -> dict[str, str]:
    """The paths of Nova's routes by our keys."""
    return {key: path for key, path, _ in _served()}


@cache
def _served() -> tuple[tuple[str, str, Any], ...]:
    """Our key, Nova's path and the function of each operation that Nova routes."""
    ours = {_shape(key): key for key in microspec.load().known}
    return tuple((ours[_shape(key)], path, function) for key, path, function in _handlers() if _shape(key) in ours)


def _handlers() -> Iterator[tuple[str, str, Any]]:
    routes: Any = importlib.import_module("nova.api.openstack.compute.routes")
    for path, methods in routes.ROUTE_LIST:
        if isinstance(methods, str):  # a redirection
            continue
        for method, (factory, name) in methods.items():
            main, others = factory.args
            if name != "action":
                yield f"{method} {path}", path, getattr(main, name)
                continue
            for owner in (main, *others):
                for action, text in owner.wsgi_actions.items():
                    yield f"{method} {path}#{action}", path, getattr(owner, text)


def _shape(key: str) -> str:
    """A key without the names of its path parameters."""
    return re.sub(r"\{[^}]*\}", "{}", key)

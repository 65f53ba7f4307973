"""What Nova says. Runs where Nova is installed; see `standins` for what else need not be.

``python -m conformance.oracle facts`` prints what the decorators of every route say, as one JSON object.
``python -m conformance.oracle verdicts`` reads questions, one JSON object per line, and answers each
with a line of one letter per version asked for: see `ACCEPTED` and its neighbours. A question goes
through Nova's own decorators, all of them, around a handler that does nothing.
"""

from __future__ import annotations

import enum
import importlib
import json
import logging
import re
import sys
import types
import unicodedata
import warnings
from typing import TYPE_CHECKING, Any

from . import standins

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ACCEPTED, REFUSED, CRASHED, ABSENT = "arc-"
"""Verdicts: the handler would run; 400; 500; there is no such operation at this version (404)."""

SAID = ("request", "query", "errors", "statuses")
"""What decorators say, each for a range of versions."""

BODY_SCHEMA = "request_body_schema"
QUERY_SCHEMAS = ("request_query_schema", "query_params_schema")
"""What Nova's decorators call the schemas that they close over; the last is Nova 23's name."""


class Nova:
    """The modules of Nova that are asked, with what would disturb the answers switched off."""

    def __init__(self) -> None:
        standins.install()
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        self.routes = importlib.import_module("nova.api.openstack.compute.routes")
        self.versions = importlib.import_module("nova.api.openstack.api_version_request")
        self.exceptions = importlib.import_module("nova.exception")
        self.wsgi = importlib.import_module("nova.api.openstack.wsgi")
        self.validation: Any = importlib.import_module("nova.api.validation")
        self.multidict = importlib.import_module("webob.multidict")
        self.max_minor = int(self.versions._MAX_API_VERSION.split(".")[1])
        configuration = importlib.import_module("nova.conf").CONF
        if "response_validation" in configuration.api:  # there is no response that could be validated
            configuration.set_override("response_validation", "ignore", "api")
        self.kind = "request"
        self._validate_one_kind()
        self._keep_validators()

    def _validate_one_kind(self) -> None:
        """Skip the schemas that the question is not about: bodies for a query, queries for a body."""
        validate = self.validation._schema_validation_helper

        def one_kind(*args: Any, is_body: bool = True, **more: Any) -> Any:
            return validate(*args, is_body=is_body, **more) if is_body == (self.kind == "request") else False

        self.validation._schema_validation_helper = one_kind

    def _keep_validators(self) -> None:
        """Make one validator per schema, instead of one per request."""
        module = self.validation.validators
        make = module._SchemaValidator
        kept: dict[tuple[int, bool], KeptValidator] = {}

        def keep(schema: Any, relax: bool = False, is_body: bool = True) -> KeptValidator:
            key = (id(schema), is_body)  # the schemas live as long as Nova's modules
            if key not in kept:
                kept[key] = KeptValidator(make(schema, relax, is_body))
            return kept[key]

        module._SchemaValidator = keep

    def minor(self, version: Any, default: int) -> int:
        """The minor of a version as Nova's decorators keep it: text, None, or an object that may be null."""
        if version is None or (isinstance(version, self.versions.APIVersionRequest) and version.is_null()):
            return default
        return int(version.ver_minor if hasattr(version, "ver_minor") else version.split(".")[1])

    def request(self, minor: int, query: dict[str, list[str]]) -> Any:
        """As much of a request as decorators look at."""
        nova = self

        class Request:
            api_version_request = nova.versions.APIVersionRequest(f"2.{minor}")
            GET = nova.multidict.MultiDict([(name, value) for name, values in query.items() for value in values])

            def is_legacy_v2(self) -> bool:
                return False

        return Request()


class KeptValidator:
    """A validator of Nova's that remembers its last verdict: the same instance comes at several versions in turn."""

    def __init__(self, validator: Any) -> None:
        self._validate = validator.validate
        self._is_body = validator.is_body
        self._last: Any = self
        self._error: Exception | None = None

    def validate(self, target: Any) -> None:
        """Raise what Nova's validator raises."""
        if target is not self._last and (self._is_body or target != self._last):  # a query is made anew, of texts only
            self._last, self._error = target, None
            try:
                self._validate(target)
            except Exception as error:
                self._error = error.with_traceback(None)
        if self._error is not None:
            raise self._error


class Handler:
    """A function of a controller: what its decorators say, from `first` to `last` (minors, included).

    `helpers`: handlers for those methods that it calls and that have decorators of their own.
    """

    def __init__(self, nova: Nova, function: Any, first: int, last: int, methods: Mapping[str, Any]) -> None:
        self.first, self.last = first, last
        self.said: dict[str, list[tuple[int, int, Any]]] = {kind: [] for kind in SAID}
        self._nova, self._call = nova, function
        layer = function
        while hasattr(layer, "__wrapped__"):
            self._read(layer)
            outer, layer = layer, layer.__wrapped__
        self._read(layer)
        if layer is function:
            self._call = _nothing
        else:
            _replace(outer, layer)
        called = [methods.get(name) for name in layer.__code__.co_names if name.startswith("_")]
        decorated = [item for item in called if isinstance(item, types.FunctionType) and hasattr(item, "__wrapped__")]
        self.helpers = [Handler(nova, item, 1, nova.max_minor, {}) for item in decorated]
        for kind, values in self.said.items():
            values += [item for helper in self.helpers for item in helper.said[kind]]
            clipped = [(max(low, self.first), min(high, self.last), value) for low, high, value in values]
            self.said[kind] = sorted((item for item in clipped if item[0] <= item[1]), key=lambda item: item[:2])

    def call(self, request: Any, body: Any) -> None:
        """Let a request through the decorators; raises what they raise."""
        for handler in (self, *self.helpers):
            handler._call(None, req=request, body=body)

    def _read(self, layer: Any) -> None:
        closure = dict(zip(layer.__code__.co_freevars, layer.__closure__ or (), strict=True))
        values = {name: cell.cell_contents for name, cell in closure.items()}
        first, last = self._nova.minor(values.get("min_version"), 1), self._last(values.get("max_version"))
        if BODY_SCHEMA in values:
            self.said["request"].append((first, last, values[BODY_SCHEMA]))
        elif "errors" in values:
            errors = values["errors"]
            self.said["errors"].append((first, last, sorted([errors] if isinstance(errors, int) else errors)))
        elif queries := [values[name] for name in QUERY_SCHEMAS if name in values]:
            self.said["query"].append((first, last, queries[0]))
        elif "min_version" in values and "response_body_schema" not in values:
            self.first, self.last = max(self.first, first), min(self.last, last)
        if not self.said["statuses"]:
            self._read_statuses(layer)

    def _read_statuses(self, layer: Any) -> None:
        if hasattr(layer, "wsgi_codes"):
            codes = layer.wsgi_codes._codes
            self.said["statuses"] = [(self._nova.minor(a, 1), self._last(b), code) for code, a, b in codes]
        elif hasattr(layer, "wsgi_code"):
            self.said["statuses"] = [(1, self._nova.max_minor, layer.wsgi_code)]

    def _last(self, version: Any) -> int:
        return self._nova.minor(version, self._nova.max_minor)


def _nothing(*_args: Any, **_kwargs: Any) -> None:
    """What runs in the place of a handler."""


def _replace(layer: Any, inner: Any) -> None:
    """Put `_nothing` in the place of the function that a decorator wraps."""
    for cell in layer.__closure__:
        if cell.cell_contents is inner:
            cell.cell_contents = _nothing


def _actions(controller: type) -> Iterator[tuple[str, str]]:
    """The keys of the actions of a controller, with the names of their methods."""
    yield from getattr(controller, "wsgi_actions", {}).items()


class Operation:
    """A route with a method, and for an action its key: its handlers, which share the versions among them."""

    def __init__(self, nova: Nova, method: str, path: str, action: str | None, controller: type, name: str) -> None:
        self.method, self.path, self.action = method, path, action
        self._nova = nova
        self.handlers = sorted(_handlers(nova, controller, name), key=lambda handler: handler.first)

    @property
    def key(self) -> str:
        """The method and path of the route, and ``#action``."""
        return f"{self.method} {self.path}{f'#{self.action}' if self.action else ''}"

    def facts(self) -> dict[str, Any]:
        """What the decorators say, in terms of JSON; ranges are minors, both included."""
        errors = [status for handler in self.handlers for _, _, codes in handler.said["errors"] for status in codes]
        return {
            "key": self.key,
            "gone": set(errors) == {410},
            "ranges": [[handler.first, handler.last] for handler in self.handlers],
            **{kind: [item for handler in self.handlers for item in handler.said[kind]] for kind in SAID},
        }

    def verdict(self, kind: str, minor: int, instance: Any) -> str:
        """What becomes of a request with this body, or this query as a mapping of name to values."""
        nova = self._nova
        nova.kind = kind
        if kind == "request" and self.action and not self._is_peeked(instance):
            return REFUSED
        for handler in self.handlers:
            if handler.first <= minor <= handler.last:
                request = nova.request(minor, instance if kind == "query" else {})
                try:
                    handler.call(request, instance if kind == "request" else None)
                except nova.exceptions.VersionNotFoundForAPIMethod:
                    return ABSENT
                except nova.exceptions.ValidationError:
                    return REFUSED
                except Exception:  # whatever it is, a caller sees 500
                    return CRASHED
                return ACCEPTED
        return ABSENT

    def _is_peeked(self, body: Any) -> bool:
        """Whether Nova, looking into the body, finds that it is for this action."""
        try:
            return bool(self._nova.wsgi.action_peek(json.dumps(body)) == self.action)
        except (self._nova.exceptions.MalformedRequestBody, AttributeError, TypeError):
            return False


def _handlers(nova: Nova, controller: type, name: str) -> Iterator[Handler]:
    for owner in controller.__mro__:
        versioned = vars(owner).get("versioned_methods") or {}  # Nova 23 keeps a list of functions by name
        if name in versioned:
            for method in versioned[name]:
                last = nova.minor(method.end_version, nova.max_minor)
                yield Handler(nova, method.func, nova.minor(method.start_version, 1), last, vars(owner))
            return
        if name in vars(owner):
            yield Handler(nova, vars(owner)[name], 1, nova.max_minor, vars(owner))
            return


def operations(nova: Nova) -> Iterator[Operation]:
    """Everything that is routed."""
    for path, methods in nova.routes.ROUTE_LIST:
        if isinstance(methods, str):  # a redirection
            continue
        for method, (factory, name) in methods.items():
            main, others = factory.args
            actions = {key: (owner, text) for owner in (main, *others) for key, text in _actions(owner)}
            if name == "action":
                for key, (owner, text) in actions.items():
                    if key not in ("create", "update", "delete"):  # those have routes of their own
                        yield Operation(nova, method, path, key, owner, text)
            else:  # in Nova 23 a route may lead to an "action" of a controller beside the main one
                owner, text = (main, name) if hasattr(main, name) else actions[name]
                yield Operation(nova, method, path, None, owner, text)


def _plain(value: Any) -> Any:
    """What json cannot write itself."""
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, re.Pattern):
        return value.pattern
    return str(value)


def main() -> None:
    """Print the facts, or answer the questions of the standard input."""
    nova = Nova()
    found = {operation.key: operation for operation in operations(nova)}
    if sys.argv[1] == "facts":
        facts = [operation.facts() for operation in found.values()]
        said = {"max_minor": nova.max_minor, "unicode": unicodedata.unidata_version, "operations": facts}
        json.dump(said, sys.stdout, default=_plain)
        return
    for line in sys.stdin:
        question = json.loads(line)
        ask = found[question["operation"]].verdict
        print("".join(ask(question["kind"], minor, question["instance"]) for minor in question["minors"]))


if __name__ == "__main__":
    main()

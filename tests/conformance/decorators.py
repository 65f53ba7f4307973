"""What the decorators of Nova's controllers say and do. Runs where Nova is installed, as part of `oracle`."""

from __future__ import annotations

import importlib
import logging
import re
import types
import warnings
from typing import TYPE_CHECKING, Any

from . import standins

if TYPE_CHECKING:
    from collections.abc import Mapping

SAID = ("request", "query", "errors", "statuses")
"""What decorators say, each for a range of versions."""

BODY_SCHEMA = "request_body_schema"
QUERY_SCHEMAS = ("request_query_schema", "query_params_schema")
"""What Nova's decorators call the schemas that they close over; the last is Nova 23's name."""

CHECK, CHECKED = "_check_extra_specs_value", "extra_specs"
"""The method that looks at extra specs after the decorators, as a schema would; and where in some bodies they are."""


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
        extra_specs = importlib.import_module("nova.api.validation.extra_specs.validators")
        self.extra_specs = list(extra_specs.VALIDATORS.values())
        for known in self.extra_specs:  # there are more patterns than Python remembers
            known.name_regex = re.compile(known.name_regex)
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
            _replace(outer, layer, _checking(nova, layer, methods))
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
    """A handler that takes everything."""


def _checking(nova: Nova, function: Any, methods: Mapping[str, Any]) -> Any:
    """What runs in the place of a handler: nothing but its check of extra specs, if it has one."""
    if CHECK not in function.__code__.co_names:
        return _nothing
    is_inside = CHECKED in function.__code__.co_consts

    def check(_: Any, req: Any, body: Any) -> None:
        if nova.kind == "request":
            methods[CHECK](None, req, body[CHECKED] if is_inside else body)

    return check


def _replace(layer: Any, inner: Any, other: Any) -> None:
    """Put another function in the place of that which a decorator wraps."""
    for cell in layer.__closure__:
        if cell.cell_contents is inner:
            cell.cell_contents = other

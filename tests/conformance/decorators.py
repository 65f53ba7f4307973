"""What the decorators of Nova's controllers say and do. Runs where Nova is installed, as part of `oracle`."""

from __future__ import annotations

import importlib
import logging
import re
import types
import warnings
from typing import TYPE_CHECKING, Any

from . import standins
from .places import places

if TYPE_CHECKING:
    from collections.abc import Mapping

SAID = ("request", "query", "response", "errors", "statuses")
"""What decorators say, each for a range of versions."""

BODY_SCHEMA = "request_body_schema"
RESPONSE_SCHEMA = "response_body_schema"
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
        self.has_responses = "response_validation" in configuration.api
        if self.has_responses:
            configuration.set_override("response_validation", "error", "api")
            self._keep_answers()
        self.kind, self.instance = "request", None
        self.places: list[str] = []
        self._validate_one_kind()
        self._keep_validators()

    def ask(self, kind: str, instance: Any) -> None:
        """Have decorators look at an instance of one kind, and at nothing else."""
        self.kind, self.instance, self.places = kind, instance, []

    def _keep_answers(self) -> None:
        """Take an answer as it is; each of the decorators, one per version, would write it and read it again."""
        self.wsgi.JSONDictSerializer.serialize = lambda _, data: data
        self.validation.jsonutils = types.SimpleNamespace(loads=lambda data: data)

    def _validate_one_kind(self) -> None:
        """Skip the schemas that the question is not about: those of bodies for a query, and so on."""
        validate = self.validation._schema_validation_helper

        def one_kind(*args: Any, is_body: bool = True, **more: Any) -> Any:
            is_response = self.has_responses and "relax_additional_properties" not in more
            kind = "query" if not is_body else "response" if is_response else "request"
            return validate(*args, is_body=is_body, **more) if kind == self.kind else False

        self.validation._schema_validation_helper = one_kind

    def _keep_validators(self) -> None:
        """Make one validator per schema, instead of one per request."""
        module = self.validation.validators
        make = module._SchemaValidator
        kept: dict[tuple[int, bool], KeptValidator] = {}

        def keep(schema: Any, relax: bool = False, is_body: bool = True) -> KeptValidator:
            key = (id(schema), is_body)  # the schemas live as long as Nova's modules
            if key not in kept:
                kept[key] = KeptValidator(self, make(schema, relax, is_body))
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

    def __init__(self, nova: Nova, validator: Any) -> None:
        self._nova, self._validator = nova, validator
        self._last: Any = self
        self._error: Exception | None = None
        self._places: list[str] = []

    def validate(self, target: Any) -> None:
        """Raise what Nova's validator raises. Of an answer, leave where it is wrong in `Nova.places`."""
        if self._nova.instance is not self._last:
            self._last, self._error, self._places = self._nova.instance, None, []
            try:
                self._validate(target)
            except Exception as error:
                self._error = error.with_traceback(None)
        self._nova.places = self._places
        if self._error is not None:
            raise self._error

    def _validate(self, target: Any) -> None:
        if self._nova.kind == "response":  # Nova's own method tells one of all that is wrong
            self._places = places(self._validator.validator, target)
            if self._places:
                raise self._nova.exceptions.ValidationError(detail=self._places[0])
        else:
            self._validator.validate(target)


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
            _replace(outer, layer, _handler(nova, layer, methods))
        called = [methods.get(name) for name in layer.__code__.co_names if name.startswith("_")]
        decorated = [item for item in called if isinstance(item, types.FunctionType) and hasattr(item, "__wrapped__")]
        self.helpers = [Handler(nova, item, 1, nova.max_minor, {}) for item in decorated]
        for kind, values in self.said.items():
            values += [item for helper in self.helpers for item in helper.said[kind]]
            clipped = [(max(low, self.first), min(high, self.last), value) for low, high, value in values]
            self.said[kind] = sorted((item for item in clipped if item[0] <= item[1]), key=lambda item: item[:2])

    def call(self, request: Any) -> None:
        """Let a request or a response through the decorators; raises what they raise."""
        body = self._nova.instance if self._nova.kind == "request" else None
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
        elif RESPONSE_SCHEMA in values:
            self.said["response"].append((first, last, values[RESPONSE_SCHEMA]))
        elif "min_version" in values:
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
    """What a handler that is not decorated does."""


def _handler(nova: Nova, function: Any, methods: Mapping[str, Any]) -> Any:
    """What runs in the place of a handler: it answers what is asked about; and checks extra specs, if it does."""
    checks = CHECK in function.__code__.co_names
    is_inside = CHECKED in function.__code__.co_consts

    def handle(_: Any, req: Any, body: Any) -> Any:
        if checks and nova.kind == "request":
            methods[CHECK](None, req, body[CHECKED] if is_inside else body)
        return nova.instance if nova.kind == "response" else None

    return handle


def _replace(layer: Any, inner: Any, other: Any) -> None:
    """Put another function in the place of that which a decorator wraps."""
    for cell in layer.__closure__:
        if cell.cell_contents is inner:
            cell.cell_contents = other

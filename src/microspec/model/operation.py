"""An operation of an API at one version: its definition, with the names in it looked up, and its validators."""

from __future__ import annotations

from ..values import Frozen, put
from ..values.frozen import frozendict, kept
from .definition import TEXT, Parameter, path_names, query_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, Final, TypeVar

    from ..schema.standalone import Document, Standard
    from ..schema.validator import Validator
    from ..schema.walk import Schema
    from ..values.version import Version
    from .definition import Behavior, Definition, Response, Tables
    from .vocabulary import Audience, ParameterKey, ParameterLocation, UnknownQuery

    V = TypeVar("V")


class Operation(Frozen):
    """An operation of an `Api`: its definition, with the names in it looked up.

    `Api.operations` makes it. The attributes are those of `Definition`, which is decoded when the first one is used.
    All versions together have many thousands of operations, so each holds little until it is used.
    """

    __slots__ = ("__dict__", "__weakref__", "_api", "_definition", "key")
    _api: Tables
    _definition: Definition | None
    key: Final[str]  # type: ignore[misc]  # put in __init__
    """``METHOD /path``, and ``#action`` for a server action."""

    def __init__(self, api: Tables, key: str) -> None:
        put(self, "_api", api)
        put(self, "key", key)
        put(self, "_definition", None)

    @property
    def version(self) -> Version:
        """The version of its API."""
        return self._api.version

    @property
    def definition(self) -> Definition:
        """What the specification says about it."""
        if self._definition is None:  # not `kept`, which would make a dict for each of many thousands of operations
            put(self, "_definition", self._api.definitions[self.key])
        return self._definition  # type: ignore[return-value]  # mypy does not know that it was put

    @property
    def _content(self) -> Definition:
        """The same; for an alias, that of the operation that it is an alias of."""
        return self._api.definitions[self.alias_of] if self.alias_of else self.definition

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.definition.method

    @property
    def path(self) -> str:
        """The path, with names in braces."""
        return self.definition.path

    @property
    def action(self) -> str | None:
        """The key in the body that selects it, if it is a server action."""
        return self.definition.action

    @property
    def resource(self) -> str:
        """The name of the resource that it belongs to."""
        return self.definition.resource

    @property
    def summary(self) -> str:
        """What it does, in a few words."""
        return self.definition.summary

    @property
    def description(self) -> str | None:
        """More about what it does."""
        return self.definition.description

    @property
    def audience(self) -> Audience:
        """Who may call it by default policy."""
        return self.definition.audience

    @property
    def gone_since_release(self) -> str | None:
        """The release from which on it answers 410 at every version."""
        return self.definition.gone_since_release

    @property
    def instead(self) -> str | None:
        """What to use instead, if it is gone."""
        return self.definition.instead

    @property
    def alias_of(self) -> str | None:
        """The operation that it is an alias of."""
        return self.definition.alias_of

    @property
    def unknown_query(self) -> UnknownQuery:
        """What happens to query parameters that are not listed."""
        return self._content.unknown_query

    @kept
    def parameters(self) -> frozendict[ParameterKey, Parameter]:
        """Its parameters, including the headers of every operation and all names in the path."""
        common = {key: parameter for key, parameter in self._api.common.parameters.items() if self._takes(parameter)}
        given = {**common, **self._content.parameters}
        plain: dict[ParameterKey, Parameter] = {
            ("path", name): Parameter(name=name, location="path", schema=TEXT, required=True)
            for name in path_names(self.path)
        }
        return frozendict({**plain, **given})

    def parameter(self, location: ParameterLocation, name: str) -> Parameter:
        """The parameter with a name, or whose pattern matches it. Raises UnknownName."""
        found = self.parameters.get((location, name))
        if found is None:
            from ..schema.patterns import matches

            patterns = (item for item in self.parameters.values() if item.location == location and item.name_is_pattern)
            found = next((item for item in patterns if matches(item.name, name)), None)
        if found is None:
            from ..values.errors import UnknownName

            known = [item.name for item in self.parameters.values() if item.location == location]
            raise UnknownName(f"{location} parameter", name, known, self.key)
        return found

    def _takes(self, parameter: Parameter) -> bool:
        if parameter.location == "path":
            return f"{{{parameter.name}}}" in self.path
        return self.definition.microversioned

    @kept
    def responses(self) -> tuple[Response, ...]:
        """Its answers by status, including those that any operation may give. Errors have their common body."""
        body = self._api.common.error_body
        every = [r.replace(body=body) if body and r.status >= 400 and not r.body else r for r in self._listed()]
        return tuple(sorted(every, key=lambda r: (r.status, r.when or "")))

    @kept
    def _statuses(self) -> frozenset[int]:
        return frozenset(response.status for response in self._listed())

    def _listed(self) -> Iterable[Response]:
        """Its answers as they are listed, and those that any operation may give."""
        common = self._api.common.responses if self.definition.microversioned else {}
        return {**common, **self._content.responses}.values()

    @property
    def own_statuses(self) -> tuple[int, ...]:
        """The statuses that it lists itself, in order: those of `responses` without the common ones."""
        return tuple(sorted({response.status for response in self._content.responses.values()}))

    @property
    def success_statuses(self) -> tuple[int, ...]:
        """The statuses below 400 that it may answer with, in order."""
        return tuple(sorted(status for status in self._statuses if status < 400))

    @property
    def error_statuses(self) -> tuple[int, ...]:
        """The statuses of 400 and above that it may answer with, in order."""
        return tuple(sorted(status for status in self._statuses if status >= 400))

    @kept
    def behaviors(self) -> frozendict[str, Behavior]:
        """The behaviors that affect it, by name, including those that affect all operations."""
        keys = (self.key, self.alias_of)
        return frozendict({name: item for name, item in self._api.behaviors.items() if item._affects(keys)})

    def request_schema(self) -> dict[str, Any] | None:
        """The self-contained JSON Schema 2020-12 of the request body, or None if it ignores bodies."""
        document = self._request_document()
        return document.value() if document else None

    def query_schema(self) -> dict[str, Any]:
        """The self-contained JSON Schema 2020-12 of the query, as an object that maps each name to a list of values."""
        return self._query_document().value()

    def response_schema(self, status: int | None = None) -> dict[str, Any] | None:
        """The self-contained JSON Schema 2020-12 of an answer's body, or None if it has none.

        `status` is by default the lowest success status. If several answers have this status, the schema accepts the
        body of any of them. Raises UnknownName for a status that the operation never answers with.
        """
        document = self._answer_document(status)
        return document.value() if document else None

    def _request_document(self) -> Document | None:
        """The document of `request_schema` and of the validator of requests."""
        return self._document(self._request) if self._request else None

    @kept
    def _request(self) -> Standard | None:
        from ..schema.standalone import any_of

        return any_of([self._content.request]) if self._content.request else None

    def _query_document(self) -> Document:
        """The document of `query_schema` and of the validator of queries."""
        return self._document(self._query)

    @kept
    def _query(self) -> Standard:
        return self._api._standards[query_name(self._content.key)]

    def _answer_document(self, status: int | None) -> Document | None:
        """The document of `response_schema` and of the validator of answers."""
        names = dict.fromkeys(response.body for response in self._answers(status) if response.body)
        from ..schema.standalone import any_of

        return self._document(any_of(names)) if names else None

    def _parameter_document(self, parameter: Parameter) -> Document:
        """The document of the validator of a parameter."""
        from ..schema.standalone import standard

        return self._document(standard(parameter.schema, self._api.schemas))

    def _answers(self, status: int | None) -> list[Response]:
        status = self.success_statuses[0] if status is None else status
        found = [response for response in self.responses if response.status == status]
        if not found:
            known = map(str, sorted(self._statuses))
            from ..values.errors import UnknownName

            raise UnknownName("status", str(status), known, self.key)
        return found

    def _document(self, root: Standard) -> Document:
        from ..schema.standalone import document

        return document(root, self._api._standards)

    # ------------------------------------------------------------------------------------- validation

    def validate_request(self, body: Any) -> None:
        """Check a request body (a JSON value; None for no body). Raises `ValidationError` with all violations.

        A number may be a `decimal.Decimal`, as from `json.loads` with ``parse_float=Decimal``.
        """
        if self._of_requests is not None:
            self._of_requests.check(body)

    @kept
    def accepts_request(self) -> Callable[[Any], bool]:
        """Whether `validate_request` would accept a body. This is the fast way: a function of the engine."""
        return self._of_requests.accepts if self._of_requests else _anything

    def validate_query(self, query: Mapping[str, Sequence[str]]) -> None:
        """Check a query string, as a mapping of name to the list of its values. Raises `ValidationError`."""
        self._of_queries.check(query, "query")

    @kept
    def accepts_query(self) -> Callable[[Mapping[str, Sequence[str]]], bool]:
        """Whether `validate_query` would accept a query. This is the fast way, like `accepts_request`."""
        return self._of_queries.accepts

    def validate_response(self, body: Any, status: int | None = None) -> None:
        """Check the body of an answer (None for no body). Raises `ValidationError`, or UnknownName for the status."""
        if self.accepts_response(body, status):
            return
        validator = self.response_validator(status)
        if validator is None:
            from ..schema.errors import ValidationError, Violation

            message = "must be absent, because this answer has no body"
            raise ValidationError([Violation(pointer="", keyword="type", message=message, part="response", value=body)])
        validator.check(body, "response")

    def accepts_response(self, body: Any, status: int | None = None) -> bool:
        """Whether `validate_response` would pass: false, too, for a status that the operation never answers with."""
        if status is not None and status not in self._statuses:
            return False
        if body is None and not all(response.body for response in self._answers(status)):
            return True
        validator = self.response_validator(status)
        return validator is not None and validator.accepts(body)

    def prune(self, body: Any, status: int | None = None) -> Any:
        """The body of an answer without what this version does not have: the way from the newest form to an older one.

        Properties that the schema of the answer does not know are left out, at any depth, also in lists and unions.
        The body itself does not change. The result is None if the answer has no body at this version. Raises
        `ValidationError` for what cannot be mended by leaving something out (another type or value, a missing
        property), and UnknownName for the status.
        """
        validator = self.response_validator(status)
        pruned = validator.prune(body) if validator else None
        self.validate_response(pruned, status)
        return pruned

    def known_query(self, query: Mapping[str, V]) -> dict[str, V]:
        """A query (name to values) without the parameters that the operation does not know."""
        return {name: values for name, values in query.items() if self.knows_parameter(name)}

    def knows_parameter(self, name: str) -> bool:
        """Whether the operation has a query parameter with this name."""
        from ..schema.patterns import matches

        names, patterns = self._query_names
        return name in names or any(matches(pattern, name) for pattern in patterns)

    @kept
    def _query_names(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """The names of its query parameters, and those that are patterns."""
        found = [item for item in self.parameters.values() if item.location == "query"]
        names = frozenset(item.name for item in found if not item.name_is_pattern)
        return names, tuple(item.name for item in found if item.name_is_pattern)

    def warm(self) -> None:
        """Compile the validators of requests before they are needed."""
        _ = self.accepts_request, self.accepts_query, self._query_names
        for parameter in self.parameters.values():
            if parameter.location == "path":
                self.parameter_validator(parameter)

    def request_validator(self) -> Validator | None:
        """The validator of the request body, or None if it ignores bodies. Operations with the same schema share it."""
        return self._of_requests

    def query_validator(self) -> Validator:
        """The validator of the query. Operations and versions with the same schema share it."""
        return self._of_queries

    @kept
    def _of_requests(self) -> Validator | None:
        document = self._request_document()
        return _validator(document) if document else None

    @kept
    def _of_queries(self) -> Validator:
        return _validator(self._query_document())

    def response_validator(self, status: int | None = None) -> Validator | None:
        """The validator of an answer's body, or None if it has none. Raises UnknownName for the status."""
        if status not in self._of_answers:
            document = self._answer_document(status)
            self._of_answers.setdefault(status, _validator(document) if document else None)
        return self._of_answers[status]

    def parameter_validator(self, parameter: Parameter) -> Validator:
        """The validator of one value of a parameter."""
        found = self._of_parameters.get(parameter.schema)
        if found is None:
            made = _validator(self._parameter_document(parameter))
            found = self._of_parameters.setdefault(parameter.schema, made)
        return found

    @kept
    def _of_parameters(self) -> dict[Schema, Validator]:
        return {}

    @kept
    def _of_answers(self) -> dict[int | None, Validator | None]:
        return {}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Operation):
            return NotImplemented
        return self.definition == other.definition and self._closure() == other._closure()

    def __hash__(self) -> int:
        return hash(self.definition)

    def _closure(self) -> frozendict[str, Schema]:
        from ..schema.walk import closure

        return closure(self._content.schema_names(), self._api.schemas)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Operation, (self._api, self.key))

    def __repr__(self) -> str:
        return f"<Operation {self.key} at {self._api.version}>"


def _validator(document: Document) -> Validator:
    from ..schema.validator import validator

    return validator(document)


def _anything(_: Any) -> bool:
    return True

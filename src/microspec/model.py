"""The concrete API at one version: operations, parameters, responses, schemas, behaviors.

All of it is immutable. An `Api` is what the changes of a microversion turn into the next `Api`
(`microspec.changes`), and what every tool reads.
"""

from __future__ import annotations

from _collections_abc import Mapping

from . import schemas as json_schema
from .frozen import EMPTY, Value, frozendict, kept
from .intervals import Lazy
from .version import VersionSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, TypeVar

    from .errors import UnknownOperation
    from .intervals import Selection
    from .routing import Router
    from .schemas import Schema
    from .standard import Document, Standard, Standards
    from .validation import Validator
    from .version import Version
    from .vocabulary import Audience, Holds, ParameterLocation, UnknownQuery

    V = TypeVar("V")
    Table = frozendict[str, V] | Selection[V]
    ParameterKey = tuple[ParameterLocation, str]
    ResponseKey = tuple[int, str | None]


TEXT: frozendict[str, Any] = frozendict({"type": "string"})
"""The schema of a name in a path of which nothing else is said."""


class Parameter(Value):
    """A query, path or header parameter. `schema` describes one value of it.

    `required`: without it the request is refused; one in the path always is. `repeatable`: it may be
    given more than once. `audience`: who may use it, if not everybody who
    may call the operation. `name_is_pattern`: the name is a regular expression that names match.
    """

    name: str
    location: ParameterLocation
    schema: Schema
    required: bool = False
    repeatable: bool = False
    audience: Audience | None = None
    name_is_pattern: bool = False

    @property
    def key(self) -> ParameterKey:
        """Where it is given and what it is called: unique within an operation."""
        return (self.location, self.name)


class Response(Value):
    """An answer: `status`, the `when` under which it is given (None: the ordinary case of its status).

    `body` is the name of its schema, None for an answer without a body; `headers` maps the names of
    the headers that are part of the contract to the schemas of their values.
    """

    status: int
    when: str | None = None
    body: str | None = None
    headers: frozendict[str, Schema] = EMPTY

    @property
    def key(self) -> ResponseKey:
        """Status and condition: unique within an operation."""
        return (self.status, self.when)


class Definition(Value):
    """What the specification says of an operation. The names in it are looked up in the `Api`.

    `request`: name of the schema of the request body; None where no body is looked at.
    `unknown_query`: what happens to query parameters that are not listed.
    `gone_since_release`: the release from which the operation answers 410 at every version.
    `alias_of`: the operation that this one is a second name of, at each version as it is there.
    `microversioned`: whether it looks at the version asked for, as all do but the version documents.
    """

    method: str
    path: str
    action: str | None = None
    resource: str
    summary: str
    description: str | None = None
    audience: Audience
    parameters: frozendict[ParameterKey, Parameter] = EMPTY
    unknown_query: UnknownQuery = "ignored"
    request: str | None = None
    responses: frozendict[ResponseKey, Response] = EMPTY
    gone_since_release: str | None = None
    instead: str | None = None
    alias_of: str | None = None
    microversioned: bool = True

    @property
    def key(self) -> str:
        """``METHOD /path``, and ``#action`` for a server action."""
        return f"{self.method} {self.path}{f'#{self.action}' if self.action else ''}"

    def schema_names(self) -> Iterator[str]:
        """The names of the schemas that it uses directly."""
        if self.request:
            yield self.request
        for response in self.responses.values():
            if response.body:
                yield response.body
            for schema in response.headers.values():
                yield from json_schema.references(schema)
        for parameter in self.parameters.values():
            yield from json_schema.references(parameter.schema)


class Behavior(Value):
    """A change that no schema shows. `operations`: the keys it speaks of; empty where it is of all.

    `statuses`: those with which the operations answer because of it, each with when they do.
    """

    name: str
    text: str
    operations: tuple[str, ...] = ()
    statuses: frozendict[int, Holds] = EMPTY


class Operation:
    """An operation of an `Api`: its definition, with the names in it looked up.

    Made by `Api.operations`; the attributes are those of `Definition`, which is decoded for the first of them.
    Of all versions there are many thousands, so that each holds little until it is used.
    """

    __slots__ = ("__dict__", "__weakref__", "_api", "_definition", "key")

    def __init__(self, api: Api, key: str) -> None:
        self._api, self.key = api, key
        self._definition: Definition | None = None

    @property
    def version(self) -> Version:
        """The version that it is of."""
        return self._api.version

    @property
    def definition(self) -> Definition:
        """What the specification says of it."""
        if self._definition is None:
            self._definition = self._api.definitions[self.key]
        return self._definition

    @property
    def _content(self) -> Definition:
        """The same, of the operation that it is a second name of, if it is one."""
        return self._api.definitions[self.alias_of] if self.alias_of else self.definition

    @property
    def method(self) -> str:
        """The method of HTTP."""
        return self.definition.method

    @property
    def path(self) -> str:
        """The path, with names in braces."""
        return self.definition.path

    @property
    def action(self) -> str | None:
        """The key in the body that names it, if it is a server action."""
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
        """The release from which it answers 410 at every version."""
        return self.definition.gone_since_release

    @property
    def instead(self) -> str | None:
        """What to use where it is gone."""
        return self.definition.instead

    @property
    def alias_of(self) -> str | None:
        """The operation that it is a second name of."""
        return self.definition.alias_of

    @property
    def unknown_query(self) -> UnknownQuery:
        """What happens to query parameters that are not listed."""
        return self._content.unknown_query

    @property
    def parameters(self) -> frozendict[ParameterKey, Parameter]:
        """Its parameters, with the headers that every operation has, and all names in the path."""
        common = {key: parameter for key, parameter in self._api.common.parameters.items() if self._takes(parameter)}
        given = {**common, **self._content.parameters}
        names = [segment[1:-1] for segment in self.path.split("/") if segment.startswith("{")]
        plain: dict[ParameterKey, Parameter] = {
            ("path", name): Parameter(name=name, location="path", schema=TEXT, required=True) for name in names
        }
        return frozendict({**plain, **given})

    def _takes(self, parameter: Parameter) -> bool:
        if parameter.location == "path":
            return f"{{{parameter.name}}}" in self.path
        return self.definition.microversioned

    @kept
    def responses(self) -> tuple[Response, ...]:
        """Its answers, by status; those that any operation may give are among them, errors with their common body."""
        common = self._api.common.responses if self.definition.microversioned else {}
        every = {**common, **self._content.responses}
        body = self._api.common.error_body
        every = {k: r.replace(body=body) if body and r.status >= 400 and not r.body else r for k, r in every.items()}
        return tuple(sorted(every.values(), key=lambda r: (r.status, r.when or "")))

    @property
    def success_statuses(self) -> tuple[int, ...]:
        """The statuses below 400 with which it may answer, in order."""
        return tuple(sorted({response.status for response in self.responses if response.status < 400}))

    @property
    def error_statuses(self) -> tuple[int, ...]:
        """The statuses from 400 with which it may answer, in order."""
        return tuple(sorted({response.status for response in self.responses if response.status >= 400}))

    def request_schema(self) -> dict[str, Any] | None:
        """The self-contained JSON Schema 2020-12 of the request body, or None if no body is looked at."""
        document = self.request_document()
        return document.value() if document else None

    def query_schema(self) -> dict[str, Any]:
        """The self-contained JSON Schema 2020-12 of the query, as an object of name to list of values."""
        return self.query_document().value()

    def response_schema(self, status: int | None = None) -> dict[str, Any] | None:
        """The self-contained JSON Schema 2020-12 of an answer's body, or None if it has none.

        `status`: by default the lowest success status. Raises UnknownName for a status the operation
        never answers with. Where several answers share the status, any of their bodies will do.
        """
        root = self._answer(status)
        return self._document(root).value() if root else None

    def request_document(self) -> Document | None:
        """What `request_schema` is made of, and the validator of requests."""
        return self._document(self._request) if self._request else None

    @kept
    def _request(self) -> Standard | None:
        from .standard import any_of

        return any_of([self._content.request]) if self._content.request else None

    def query_document(self) -> Document:
        """What `query_schema` is made of, and the validator of queries."""
        return self._document(self._query)

    @kept
    def _query(self) -> Standard:
        from .standard import query_name

        return self._api.standards[query_name(self._content.key)]

    def _answer(self, status: int | None) -> Standard | None:
        names = dict.fromkeys(response.body for response in self._answers(status) if response.body)
        from .standard import any_of

        return any_of(names) if names else None

    def _answers(self, status: int | None) -> list[Response]:
        status = self.success_statuses[0] if status is None else status
        found = [response for response in self.responses if response.status == status]
        if not found:
            known = map(str, sorted({response.status for response in self.responses}))
            from .errors import UnknownName

            raise UnknownName(f"status of {self.key}", str(status), known)
        return found

    def _document(self, root: Standard) -> Document:
        from .standard import document

        return document(root, self._api.standards)

    # ------------------------------------------------------------------------------------- validation

    def validate_request(self, body: Any) -> None:
        """Check a request body (a JSON value; None for no body). Raises `ValidationError` with all that is wrong."""
        if self._of_requests is not None:
            self._of_requests.check(body)

    @kept
    def accepts_request(self) -> Callable[[Any], bool]:
        """Whether `validate_request` would pass for a body: the fast way, a function with nothing in between."""
        return self._of_requests.accepts if self._of_requests else _anything

    def validate_query(self, query: Mapping[str, Sequence[str]]) -> None:
        """Check a query string, as a mapping of name to the list of its values. Raises `ValidationError`."""
        self._of_queries.check(query)

    @kept
    def accepts_query(self) -> Callable[[Mapping[str, Sequence[str]]], bool]:
        """Whether `validate_query` would pass for a query: the fast way, like `accepts_request`."""
        return self._of_queries.accepts

    def validate_response(self, body: Any, status: int | None = None) -> None:
        """Check the body of an answer (None for no body). Raises `ValidationError`, or UnknownName for the status."""
        if self.accepts_response(body, status):
            return
        validator = self.response_validator(status)
        if validator is None:
            from .errors import ValidationError, Violation

            raise ValidationError(
                [Violation(pointer="", keyword="type", message="must not be there: the answer has no body")]
            )
        validator.check(body)

    def accepts_response(self, body: Any, status: int | None = None) -> bool:
        """Whether `validate_response` would pass. Raises UnknownName for the status."""
        if body is None and not all(response.body for response in self._answers(status)):
            return True
        validator = self.response_validator(status)
        return validator is not None and validator.accepts(body)

    def request_validator(self) -> Validator | None:
        """The validator of the request body, or None if no body is looked at; one for all that share the schema."""
        return self._of_requests

    def query_validator(self) -> Validator:
        """The validator of the query; one for all operations and versions that share the schema."""
        return self._of_queries

    @kept
    def _of_requests(self) -> Validator | None:
        return self._validator(self._request) if self._request else None

    @kept
    def _of_queries(self) -> Validator:
        return self._validator(self._query)

    def response_validator(self, status: int | None = None) -> Validator | None:
        """The validator of an answer's body, or None if it has none. Raises UnknownName for the status."""
        if status not in self._of_answers:
            root = self._answer(status)
            self._of_answers.setdefault(status, self._validator(root) if root else None)
        return self._of_answers[status]

    def parameter_validator(self, parameter: Parameter) -> Validator:
        """The validator of one value of a parameter."""
        from .standard import standard

        return self._validator(standard(parameter.schema, self._api.schemas))

    @kept
    def _of_answers(self) -> dict[int | None, Validator | None]:
        return {}

    def _validator(self, root: Standard) -> Validator:
        from .validation import validator

        return validator(self._document(root))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Operation):
            return NotImplemented
        return self.definition == other.definition and self._closure() == other._closure()

    def __hash__(self) -> int:
        return hash(self.definition)

    def _closure(self) -> frozendict[str, Schema]:
        return json_schema.closure(self._content.schema_names(), self._api.schemas)

    def __repr__(self) -> str:
        return f"<Operation {self.key} at {self._api.version}>"


class Operations(Mapping[str, Operation]):
    """The operations of an Api by key, each made when it is first asked for."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._made: dict[str, Operation] = {}

    def __getitem__(self, key: str) -> Operation:
        found = self._made.get(key)
        if found is None:
            if key not in self._api.definitions:
                raise KeyError(key)
            found = self._made.setdefault(key, Operation(self._api, key))
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._api.definitions)

    def __len__(self) -> int:
        return len(self._api.definitions)

    def __contains__(self, key: object) -> bool:
        return key in self._api.definitions


def _anything(_: Any) -> bool:
    return True


class Known(Value):
    """What is known of an operation over all versions: when it exists, what to use after it, since when it is gone."""

    availability: VersionSet
    instead: str | None = None
    gone_since_release: str | None = None


class Match(Value):
    """The operation that a request means, and the values of the names in its path."""

    operation: Operation
    path_parameters: frozendict[str, str]


class Directory:
    """Every operation that there ever was, and the releases in order; the same for all versions of a history."""

    def __init__(
        self,
        known: Callable[[], frozendict[str, Known]] = lambda: EMPTY,
        releases: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        self._known, self._releases = known, releases

    @property
    def known(self) -> frozendict[str, Known]:
        """The operations by key."""
        return self._known()

    @property
    def releases(self) -> tuple[str, ...]:
        """The keys of the releases, oldest first."""
        return self._releases()

    @kept
    def router(self) -> Router:
        """Finds operations by path."""
        from .routing import Router

        return Router(self.known)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_fixed_directory, (self.known, self.releases))


def _fixed_directory(known: frozendict[str, Known], releases: tuple[str, ...]) -> Directory:
    return Directory(lambda: known, lambda: releases)


class Common(Value):
    """What holds for every operation at every version.

    `resources` maps the name of a resource to its title; `parameters`, `headers` and `responses` are
    those of every operation and every answer; `error_body` is the schema of the body of an error.
    """

    resources: frozendict[str, str] = EMPTY
    parameters: frozendict[ParameterKey, Parameter] = EMPTY
    headers: frozendict[str, Schema] = EMPTY
    responses: frozendict[ResponseKey, Response] = EMPTY
    error_body: str | None = None


class Api(Value):
    """The API at one version. `api["POST /servers"]` is an `Operation`; to go through it gives their keys.

    `definitions`, `schemas` and `behaviors` are by name; `shared` holds what is `common` to all operations.
    """

    version: Version
    definitions: Table[Definition] = EMPTY
    schemas: Table[Schema] = EMPTY
    behaviors: Table[Behavior] = EMPTY
    shared: Lazy = Lazy(Common())
    directory: Directory = Directory()
    """Every operation there ever was. Takes no part in equality."""
    finished: Lazy = Lazy(None)
    """The `standards`, if they were made beforehand. Takes no part in equality."""

    _uncompared = ("directory", "shared", "finished")

    @property
    def common(self) -> Common:
        """What holds for every operation at every version."""
        return self.shared.value  # type: ignore[no-any-return]

    @kept
    def operations(self) -> Mapping[str, Operation]:
        """The operations by key, in the order of the specification."""
        return Operations(self)

    @kept
    def standards(self) -> Standards:
        """The schemas, and those of the queries, as they go into self-contained documents."""
        from .standard import Made

        return self.finished.value or Made(self)

    def replace(self, **values: Any) -> Api:
        """A copy in which the fields given have other values. What is finished of this one is not of the copy."""
        return Api(**{**self.fields(), "finished": Lazy(None), **values})

    def _key(self) -> tuple[Any, ...]:
        return (*super()._key(), self.common)

    def __getitem__(self, key: str) -> Operation:
        try:
            return self.operations[key]
        except KeyError:
            raise self._unknown(key) from None

    def _unknown(self, key: str) -> UnknownOperation:
        from .errors import UnknownOperation

        known = self.directory.known.get(key)
        if known is None:
            return UnknownOperation(key, self.version, VersionSet(), known=self.definitions)
        return UnknownOperation(key, self.version, known.availability, known.instead)

    def match(self, method: str, path: str, body: Any = None, *, release: str | None = None) -> Match:
        """The operation that a request means: by method and path (with or without a leading project id).

        A server action is told by the one key of `body`. `release` is the release of the cloud, by
        default the latest: it decides which operations are gone. Raises `NoSuchRoute` with what the
        service answers otherwise: 404 for a path, or an operation that is not there at this version,
        400 for an action that there is not, 410 for what is gone.
        """
        from .errors import NoSuchRoute

        found = list(self.directory.router.find(method, path))
        templates = {template for template, _ in found}
        absent: NoSuchRoute | None = None
        for template, values in found:
            key = self._with_action(template, body)
            known = self.directory.known.get(key)
            if known is None:
                raise NoSuchRoute(400, f"there is no action {key.partition('#')[2]!r} on {path}")
            if self._is_gone(known, release):
                raise NoSuchRoute(410, f"{key} is gone since {known.gone_since_release}", key)
            if key in self.definitions:
                return Match(operation=self.operations[key], path_parameters=frozendict(values))
            absent = absent or NoSuchRoute(404, str(self._unknown(key)), key)
            if known.instead not in templates:  # what took its place may answer the same request
                break
        raise absent or NoSuchRoute(404, f"nothing answers {method} {path}")

    def _with_action(self, template: str, body: Any) -> str:
        """The key of the operation with this path: with the action that the body names, where the path has actions."""
        if template in self.directory.known:
            return template
        if not isinstance(body, dict) or len(body) != 1:
            from .errors import NoSuchRoute

            raise NoSuchRoute(400, "the body of an action is an object with one key, the name of the action")
        return f"{template}#{next(iter(body))}"

    def _is_gone(self, known: Known, release: str | None) -> bool:
        since = known.gone_since_release
        if since is None:
            return False
        releases = self.directory.releases
        if release is not None and release not in releases:
            from .errors import UnknownName

            raise UnknownName("release", release, releases)
        return release is None or releases.index(release) >= releases.index(since)

    def __contains__(self, key: object) -> bool:
        return key in self.definitions

    def __iter__(self) -> Iterator[str]:
        return iter(self.definitions)

    def __len__(self) -> int:
        return len(self.definitions)

    def __repr__(self) -> str:
        return f"<Api at {self.version}: {len(self.definitions)} operations>"

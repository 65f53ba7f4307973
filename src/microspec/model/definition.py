"""What the specification says about operations: parameters, answers, behaviors, and what all operations share.

The names of schemas in it are looked up in an `Api` (`microspec.model.api`).
"""

from __future__ import annotations

from ..values.frozen import EMPTY, Value, frozendict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from typing import Any, Protocol

    from ..schema.standalone import Standards
    from ..schema.walk import Schema
    from ..values.version import Version
    from .vocabulary import Audience, Holds, ParameterKey, ParameterLocation, RequestPart, ResponseKey, UnknownQuery

    class Tables(Protocol):
        """Looks up the names in a definition: an `Api`."""

        @property
        def version(self) -> Version: ...
        @property
        def definitions(self) -> Mapping[str, Definition]: ...
        @property
        def schemas(self) -> Mapping[str, Schema]: ...
        @property
        def behaviors(self) -> Mapping[str, Behavior]: ...
        @property
        def common(self) -> Common: ...
        @property
        def _standards(self) -> Standards: ...


TEXT: frozendict[str, Any] = frozendict({"type": "string"})
"""The default schema of a path parameter."""


QUERY = "query "
"""The prefix of the name of the schema of a query. No other schema name contains a space."""


def query_name(key: str) -> str:
    """The name of the schema of the query of an operation in `Standards`."""
    return f"{QUERY}{key}"


def path_names(path: str) -> list[str]:
    """The names in a path, in order: of ``/servers/{server_id}/tags``, ``server_id``."""
    return [word[1:-1] for word in path.split("/") if word.startswith("{")]


class Parameter(Value):
    """A query, path or header parameter. `schema` describes one value of it.

    `required`: a request without it is refused; a path parameter is always required. `repeatable`: it may be given
    several times. `audience`: who may use it; None means all callers of the operation. `name_is_pattern`: its name is a
    regular expression that matches the names of parameters.
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
        """Its location and its name: unique within an operation."""
        return (self.location, self.name)


class Response(Value):
    """An answer: its `status`, and the condition `when` it is given (None: the ordinary case of the status).

    `body` is the name of its schema; None for an answer without a body. `headers` maps the names of the headers that
    are part of the contract to the schemas of their values. `decided_by`: the parts of a request that decide whether it
    is given, if the specification judges all of them; empty if it does not.
    """

    status: int
    when: str | None = None
    body: str | None = None
    headers: frozendict[str, Schema] = EMPTY
    decided_by: tuple[RequestPart, ...] = ()

    @property
    def key(self) -> ResponseKey:
        """Status and condition: unique within an operation."""
        return (self.status, self.when)


class Definition(Value):
    """What the specification says about an operation. The names in it are looked up in the `Api`.

    `request`: the name of the schema of the request body; None if the operation ignores bodies.
    `unknown_query`: what happens to query parameters that are not listed.
    `gone_since_release`: the release from which on the operation answers 410 at every version.
    `alias_of`: the operation that this one is an alias of; the two are the same at each version.
    `microversioned`: whether it depends on the requested version. Only version documents do not.
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
        from ..schema.walk import references

        if self.request:
            yield self.request
        for response in self.responses.values():
            if response.body:
                yield response.body
            for schema in response.headers.values():
                yield from references(schema)
        for parameter in self.parameters.values():
            yield from references(parameter.schema)


class Behavior(Value):
    """A change that no schema shows. `operations`: the keys of its operations; empty if it affects all.

    `statuses`: the statuses that it causes, and when. `about`: the names of the elements that it is about
    (``Schema``, ``Schema.property``, ``Schema=value``, ``METHOD /path``, ``METHOD /path?parameter``).
    """

    name: str
    text: str
    operations: tuple[str, ...] = ()
    statuses: frozendict[int, Holds] = EMPTY
    about: tuple[str, ...] = ()

    def _affects(self, operations: Collection[str | None]) -> bool:
        """Whether it affects one of these operations."""
        return not self.operations or any(key in operations for key in self.operations)


class Resource(Value):
    """What operations have in common that belong together: a `title`, and a `description` if there is one."""

    title: str
    description: str | None = None


class Common(Value):
    """What holds for every operation at every version.

    `resources` maps names to resources. Every operation has the `parameters` and `responses`, and every answer the
    `headers`. `error_body` is the schema of the body of an error.
    """

    resources: frozendict[str, Resource] = EMPTY
    parameters: frozendict[ParameterKey, Parameter] = EMPTY
    headers: frozendict[str, Schema] = EMPTY
    responses: frozendict[ResponseKey, Response] = EMPTY
    error_body: str | None = None

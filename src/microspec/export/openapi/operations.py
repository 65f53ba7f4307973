"""The operations of an API at one version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...schema import walk
from ...values.frozen import frozendict
from . import text
from .answers import JSON, Answers
from .lifetimes import extension
from .parameters import parameter, query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ...model.api import Api
    from ...model.definition import Behavior, Parameter, Response
    from ...model.operation import Operation
    from ...schema.walk import Schema
    from ...values.version import VersionSet
    from .components import Components
    from .shared import Shared


class Operations:
    """Writes the operations of one document."""

    def __init__(self, api: Api, shared: Shared, components: Components, versions: dict[str, dict[str, Any]]) -> None:
        self.api, self.shared, self.components = api, shared, components
        self.answers = Answers(api.common, components, lambda status: shared.error(api, status))
        self._headers = versions
        """The schemas of the version headers by name."""
        self._behaviors: dict[str, list[str]] = {}
        for value in api.behaviors.values():
            for key in value.operations:
                self._behaviors.setdefault(key, []).append(value.name)

    def written(self, operation: Operation) -> dict[str, Any]:
        """An operation that is not a server action."""
        made: dict[str, Any] = {
            "tags": [operation.resource],
            "summary": text.escaped(operation.summary),
            "description": self.described(operation),
            "operationId": self.shared.ids[operation.key],
        }
        made["parameters"] = self.parameters([operation])
        if operation._content.request:
            made["requestBody"] = self.body(operation._content.request)
        made["responses"] = self.responses([operation])
        if operation.audience == "anonymous":
            made["security"] = []
        made["x-openstack"] = {**self.said(operation), "query": query(operation, self.components)}
        return {name: value for name, value in made.items() if value != ""}

    def when(self, operation: Operation) -> VersionSet:
        """The versions that have an operation."""
        return self.api.known[operation.key].availability

    def said(self, operation: Operation) -> dict[str, Any]:
        """What is said of an operation as data."""
        made = {**extension(self.when(operation)), "audience": operation.audience}
        return {**made, **({"alias-of": operation.alias_of} if operation.alias_of else {})}

    def described(self, operation: Operation) -> str:
        """An operation in words: what it does, since when, for whom, and its behaviors."""
        return text.paragraphs(
            text.escaped(operation.description or ""),
            text.sentences(
                f"Another name for `{operation.alias_of}`." if operation.alias_of else "",
                self._since(self.when(operation)),
                text.for_whom(operation.audience),
            ),
            self.behaviors(operation),
        )

    def _since(self, when: VersionSet) -> str:
        """Since when there is something, if it is not there at every version."""
        return "" if when == self.shared.every_version else text.since(when)

    def behaviors(self, operation: Operation) -> list[str]:
        """What no schema shows, as a list."""
        keys = filter(None, [operation.key, operation.alias_of])
        found = dict.fromkeys(name for key in keys for name in self._behaviors.get(key, ()))
        return behaviors([self.api.behaviors[name] for name in found], self.shared, self.when(operation))

    def parameters(self, operations: Iterable[Operation]) -> list[dict[str, Any]]:
        """The parameters of an operation, or of all actions of a path."""
        made: dict[Any, dict[str, Any]] = {}
        for operation in operations:
            for key, value in operation.parameters.items():
                if not value.name_is_pattern and key not in made:
                    made[key] = self._parameter(operation, value)
        return list(made.values())

    def _parameter(self, operation: Operation, value: Parameter) -> dict[str, Any]:
        if self.api.common.parameters.get(value.key) is value:
            return self.components.refer("parameters", value.name, lambda: self._common(value))
        content = operation.alias_of or operation.key
        when = self.shared.lifetimes.parameter(content, value.key)
        is_worth_saying = value.location == "query" and when != self.api.known[content].availability
        return parameter(value, self.components, when if is_worth_saying else None)

    def _common(self, value: Parameter) -> dict[str, Any]:
        made = parameter(value, self.components)
        return {**made, **(self._headers.get(value.name, {}) if value.location == "header" else {})}

    def body(self, name: str) -> dict[str, Any]:
        """The body of a request by the name of its schema."""
        required = not accepts_null(frozendict({"$ref": name}), self.api.schemas)
        return {"required": required, "content": {JSON: {"schema": self.components.schema(name)}}}

    def responses(self, operations: Iterable[Operation]) -> dict[str, Any]:
        """The answers by status of an operation, or of all actions of a path."""
        found: dict[int, list[tuple[Response, str | None]]] = {}
        has_headers = False
        for operation in operations:
            has_headers |= operation.definition.microversioned
            for response in operation.responses:
                found.setdefault(response.status, []).append((response, operation.action))
        return {
            str(status): self.answers.of_status(given, has_headers=has_headers)
            for status, given in sorted(found.items())
        }


def behaviors(found: Iterable[Behavior], shared: Shared, whole: VersionSet) -> list[str]:
    """Some behaviors, as a list with a title, of what is there in `whole`; nothing if there are none."""
    items = []
    for value in found:
        when = shared.lifetimes.behavior(value.name)
        items.append(text.behavior(value, None if when == whole else when))
    return ["**Behavior**", "", *items] if items else []


def accepts_null(schema: Any, schemas: Mapping[str, Schema], inside: frozenset[str] = frozenset()) -> bool:
    """Whether a schema accepts null, which stands for a request without a body."""
    if not isinstance(schema, dict):
        return schema is not False
    reference = schema.get("$ref")
    if reference in inside or (reference and not accepts_null(schemas[reference], schemas, inside | {reference})):
        return False
    types = schema.get("type", "null")
    if "null" not in ([types] if isinstance(types, str) else types):
        return False
    if None not in schema.get("enum", (None,)) or schema.get("const") is not None:
        return False
    parts = {
        keyword: [accepts_null(item, schemas, inside) for item in schema.get(keyword, ())] for keyword in walk.PARTS
    }
    return all(parts["allOf"]) and all(any(parts[keyword]) for keyword in walk.UNIONS if parts[keyword])

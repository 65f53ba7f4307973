"""Names one element of an operation (a field, a parameter, a status, or all of it), and finds it in any Api."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .api import Api


class Locator:
    """The name of one element of an operation. Raises InvalidElement for what is no name of one.

    `name` is how the element is called in the index: nothing for the operation itself.
    """

    def __init__(
        self,
        operation: str,
        *,
        request: str | None = None,
        query: str | None = None,
        response: str | None = None,
        status: int | None = None,
    ) -> None:
        self.operation, self.request, self.query = operation, request, query
        self.response, self.status = response, status
        if sum(element is not None for element in (request, query, response)) > 1:
            from ..values.errors import InvalidElement

            raise InvalidElement(operation, "ask for one element at a time: request, query or response")
        for pointer in (request, response):
            if pointer is not None and pointer[:1] not in ("", "/"):
                from ..values.errors import InvalidElement

                raise InvalidElement(pointer, "this is not a JSON pointer, which starts with a slash")
        parts = {"request": request, "query": query, "response": response, "status": status}
        self.name = " ".join(f"{part} {value}" for part, value in parts.items() if value is not None)

    def of(self, api: Api) -> Any:
        """All that is true of the element in an Api, or None if it is not there."""
        from ..schema.walk import closure

        definition = api.definitions.get(self.operation)
        if definition is None:
            return None
        if definition.alias_of:
            definition = api.definitions.get(definition.alias_of, definition)
        if self.request is not None:
            return _at_pointer(definition.request, self.request, api)
        if self.query is not None:
            return _with_closure(definition.parameters.get(("query", self.query)), api)
        if self.response is not None:
            bodies = [r.body for r in definition.responses.values() if _meant(r.status, self.status)]
            found = [_at_pointer(body, self.response, api) for body in dict.fromkeys(bodies)]
            return tuple(item for item in found if item is not None) or None
        if self.status is not None:
            return tuple(r for r in definition.responses.values() if r.status == self.status) or None
        return (definition, closure(definition.schema_names(), api.schemas))


def _meant(actual: int, asked: int | None) -> bool:
    return actual == asked if asked is not None else actual < 400


def _at_pointer(body: str | None, pointer: str, api: Api) -> Any:
    from ..schema.pointer import parse_pointer
    from ..schema.walk import closure, find, references
    from ..values.frozen import frozendict

    found = find(frozendict({"$ref": body}), parse_pointer(pointer), api.schemas) if body else ()
    if not found:
        return None
    names = frozenset().union(*(references(item) for item, _ in found))
    return (frozenset(found), closure(names, api.schemas))


def _with_closure(parameter: Any, api: Api) -> Any:
    from ..schema.walk import closure, references

    return (parameter, closure(references(parameter.schema), api.schemas)) if parameter is not None else None

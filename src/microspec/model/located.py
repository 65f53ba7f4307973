"""One element of an operation, as it is in an Api."""

from __future__ import annotations

from ..schema.pointer import tokens
from ..schema.walk import closure, find, references
from ..values.frozen import frozendict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..values.locator import Locator
    from .api import Api


def located(locator: Locator, api: Api) -> Any:
    """All that is true of the named element in an Api, or None if it is not there."""
    definition = api.definitions.get(locator.operation)
    if definition is None:
        return None
    if definition.alias_of:
        definition = api.definitions.get(definition.alias_of, definition)
    if locator.request is not None:
        return _at_pointer(definition.request, locator.request, api)
    if locator.query is not None:
        return _with_closure(definition.parameters.get(("query", locator.query)), api)
    if locator.response is not None:
        bodies = [r.body for r in definition.responses.values() if _meant(r.status, locator.status)]
        found = [_at_pointer(body, locator.response, api) for body in dict.fromkeys(bodies)]
        return tuple(item for item in found if item is not None) or None
    if locator.status is not None:
        return tuple(r for r in definition.responses.values() if r.status == locator.status) or None
    return (definition, closure(definition.schema_names(), api.schemas))


def _meant(actual: int, asked: int | None) -> bool:
    return actual == asked if asked is not None else actual < 400


def _at_pointer(body: str | None, pointer: str, api: Api) -> Any:
    found = find(frozendict({"$ref": body}), tokens(pointer), api.schemas) if body else ()
    if not found:
        return None
    names = frozenset().union(*(references(item) for item, _ in found))
    return (frozenset(found), closure(names, api.schemas))


def _with_closure(parameter: Any, api: Api) -> Any:
    return (parameter, closure(references(parameter.schema), api.schemas)) if parameter is not None else None

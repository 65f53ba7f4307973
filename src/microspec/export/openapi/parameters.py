"""The parameters of operations, and the headers of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import text
from .lifetimes import extension

if TYPE_CHECKING:
    from ...model.definition import Parameter
    from ...model.operation import Operation
    from ...schema.walk import Schema
    from ...values.version import VersionSet
    from .components import Components


def parameter(value: Parameter, components: Components, when: VersionSet | None = None) -> dict[str, Any]:
    """A parameter; `when` are the versions that have it, if they are worth saying."""
    schema = components.inline(value.schema)
    words = text.sentences(
        schema.pop("description", ""),
        text.for_whom(value.audience) if value.audience else "",
        text.since(when) if when else "",
    )
    said = {**(extension(when) if when else {}), **({"audience": value.audience} if value.audience else {})}
    made: dict[str, Any] = {"name": value.name, "in": value.location}
    made |= {"description": words} if words else {}
    made |= {"required": True} if value.required or value.location == "path" else {}
    if value.location == "query":
        made |= {"style": "form", "explode": True}
        schema = {"type": "array", "items": schema} if value.repeatable else schema
    return {**made, "schema": schema, **({"x-openstack": said} if said else {})}


def header(schema: Schema, components: Components) -> dict[str, Any]:
    """A header of an answer."""
    made = components.inline(schema)
    words = made.pop("description", "")
    return {**({"description": words} if words else {}), "schema": made}


def query(operation: Operation, components: Components) -> dict[str, Any]:
    """What OpenAPI cannot say of a query: what becomes of other parameters, and parameters by a pattern of names."""
    own = [item for item in operation.parameters.values() if item.location == "query" and item.name_is_pattern]
    patterns = {item.name: parameter(item, components)["schema"] for item in own}
    said = {"additionalProperties": operation.unknown_query == "ignored"}
    return {**said, **({"patternProperties": patterns} if patterns else {})}

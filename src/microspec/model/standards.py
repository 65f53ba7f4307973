"""The schemas of an API and of its queries, in the form in which documents contain them."""

from __future__ import annotations

from ..schema import walk
from ..schema.standalone import Standards, standard
from .definition import QUERY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..schema.standalone import Standard
    from ..schema.walk import Schema
    from .definition import Definition, Parameter, Tables


class Made(Standards):
    """The standard schemas of a folded Api: each is made on demand."""

    def __init__(self, api: Tables) -> None:
        self._api = api
        self._made: dict[str, Standard] = {}

    def __getitem__(self, name: str) -> Standard:
        found = self._made.get(name)
        if found is None:
            found = self._made.setdefault(name, standard(self.schema(name), self._api.schemas))
        return found

    def schema(self, name: str) -> Schema:
        """The schema that one is made from. Raises KeyError for an unknown name."""
        key = name.removeprefix(QUERY)
        return self._api.schemas[name] if key == name else query_schema(self._api.definitions[key])


def query_schema(definition: Definition) -> Schema:
    """The schema of the query of an operation: an object of parameter name to list of values."""
    found = [parameter for parameter in definition.parameters.values() if parameter.location == "query"]
    return walk.normalised(  # type: ignore[no-any-return]
        {
            "type": "object",
            "properties": {p.name: _values(p) for p in found if not p.name_is_pattern},
            "patternProperties": {p.name: _values(p) for p in found if p.name_is_pattern},
            "required": [p.name for p in found if p.required],
            "additionalProperties": definition.unknown_query == "ignored",
        }
    )


def _values(parameter: Parameter) -> dict[str, Any]:
    return {"type": "array", "items": parameter.schema, **({} if parameter.repeatable else {"maxItems": 1})}

"""A request that was admitted, with the values that a handler works with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..values import Frozen, put
from ..values.frozen import EMPTY, frozendict, kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..model.operation import Operation
    from ..values.version import Version
    from .typed import Types


class Admitted(Frozen):
    """A request that an operation accepts at a version.

    `path_parameters` maps the names in the path to texts, and `query` the names of parameters to lists of texts.
    Parameters that the operation does not know are not in it. `body` is the JSON value of the body; None if there is
    none.
    """

    __slots__ = ("__dict__", "_types", "body", "operation", "path_parameters", "query", "version")
    version: Version
    operation: Operation
    path_parameters: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: Any
    _types: Types

    def __init__(
        self,
        version: Version,
        operation: Operation,
        path_parameters: Mapping[str, str],
        query: Mapping[str, list[str]],
        body: Any,
        types: Types,
    ) -> None:
        put(self, "version", version)
        put(self, "operation", operation)
        put(self, "path_parameters", path_parameters)
        put(self, "query", query)
        put(self, "body", body)
        put(self, "_types", types)

    @kept
    def path_values(self) -> frozendict[str, Any]:
        """The path parameters as typed values: an integer or a boolean where the schema has one, otherwise text."""
        return frozendict({name: self._types.path(name, text) for name, text in self.path_parameters.items()})

    @kept
    def query_values(self) -> frozendict[str, Any]:
        """The query as typed values: a tuple if the parameter may be repeated and is, otherwise the value."""
        if not self.query:
            return EMPTY
        found = {}
        for name, texts in self.query.items():
            values = tuple(self._types.query(name, text) for text in texts)
            found[name] = values if len(values) > 1 else values[0]
        return frozendict(found)

    def __repr__(self) -> str:
        return f"<Admitted {self.operation.key} at {self.version}>"

"""The elements of an API by name: what a behavior is about.

A name is ``Schema``, ``Schema.property``, ``METHOD /path`` (with ``#action`` for a server action), or such an operation
and ``?parameter`` for a query parameter. A property of an unnamed object is named by the way to it, ``Schema.a.b``,
in which ``*`` stands for the items of an array, as in the targets of changes.
"""

from __future__ import annotations

from ..values.frozen import EMPTY, frozendict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..schema.walk import Schema
    from .draft import Draft


class Element:
    """An element by its `name`. `owner` is the name of the schema or operation that it is, or is a part of."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_of_operation = " " in name
        self.owner, _, self.part = name.partition("?" if self.is_of_operation else ".")

    @property
    def words(self) -> str:
        """What it is, and its name."""
        if self.is_of_operation:
            return f"query parameter {self.part} of {self.owner}" if self.part else f"operation {self.name}"
        return f"{'property' if self.part else 'schema'} {self.name}"

    def is_in(self, draft: Draft) -> bool:
        """Whether it is there."""
        if self.owner not in draft.table("definitions" if self.is_of_operation else "schemas"):
            return False
        if not self.part:
            return True
        if self.is_of_operation:
            return ("query", self.part) in draft.definition(self.owner).parameters
        return _has(draft.whole_schema(self.owner), self.part)

    def known(self, draft: Draft) -> Iterator[str]:
        """The names of what there is of its kind, among them the one that may have been meant."""
        table = draft.table("definitions" if self.is_of_operation else "schemas")
        if not self.part or self.owner not in table:
            yield from table
        elif self.is_of_operation:
            parameters = draft.definition(self.owner).parameters
            yield from (f"{self.owner}?{name}" for location, name in parameters if location == "query")
        else:
            yield from (f"{self.owner}.{way}" for way in _ways(draft.whole_schema(self.owner)))


def _has(schema: Schema, way: str) -> bool:
    """Whether a schema has a property of a name; or, in what has no name of its own, one that a way leads to."""
    if way in _properties(schema):
        return True
    places = (place for place, character in enumerate(way) if character == ".")
    return any(_has(_below(schema, way[:place]), way[place + 1 :]) for place in places)


def _ways(schema: Schema) -> Iterator[str]:
    """The ways to all properties, as `_has` takes them."""
    properties = _properties(schema)
    yield from properties
    items = ("*",) if isinstance(schema, frozendict) and "items" in schema else ()
    for step in (*properties, *items):
        yield from (f"{step}.{way}" for way in _ways(_below(schema, step)))


def _below(schema: Schema, step: str) -> Schema:
    """The schema to which a step leads: that of a property, or of the items."""
    if step in _properties(schema):
        return _properties(schema)[step]
    return schema.get("items", EMPTY) if step == "*" and isinstance(schema, frozendict) else EMPTY


def _properties(schema: Schema) -> Mapping[str, Schema]:
    return schema.get("properties", EMPTY) if isinstance(schema, frozendict) else EMPTY  # type: ignore[no-any-return]

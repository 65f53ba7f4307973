"""The elements of an API by name: what a behavior is about.

A name is ``Schema``, ``Schema.property``, ``METHOD /path`` (with ``#action`` for a server action), or an operation
with ``?parameter`` for a query parameter. A property of an unnamed object is named by the way to it, ``Schema.a.b``,
in which ``*`` stands for the items of an array, as in the targets of changes. What has an ``enum`` is followed by
``=value`` for one of its values: ``Schema=value``, ``Schema.property=value``, ``METHOD /path?parameter=value``.
"""

from __future__ import annotations

from ..values.frozen import EMPTY, frozendict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from ..schema.walk import Schema
    from .draft import Draft


class Element:
    """An element by its `name`. `owner` is the name of its schema or operation."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_of_operation = " " in name
        self.owner = name.partition("?")[0] if self.is_of_operation else name.partition(".")[0].partition("=")[0]
        self.part = name[len(self.owner) :]

    @property
    def words(self) -> str:
        """Its kind and its name."""
        whole, _, value = self.part.partition("=")
        if self.is_of_operation:
            kind = f"query parameter {whole[1:]} of {self.owner}" if whole else f"operation {self.name}"
        else:
            kind = f"{self.owner}{whole}" if value else f"{'property' if whole else 'schema'} {self.name}"
        return f"enum value {value} of {kind}" if value else kind

    def is_in(self, draft: Draft) -> bool:
        """Whether it exists."""
        if self.owner not in draft.table("definitions" if self.is_of_operation else "schemas"):
            return False
        if not self.part:
            return True
        if self.is_of_operation:
            parameters = draft.definition(self.owner).parameters
            return ("query", self.part[1:]) in parameters or any(
                value in _values(parameters["query", way[1:]].schema)
                for way, value in self._pairs()
                if ("query", way[1:]) in parameters
            )
        schema = draft.whole_schema(self.owner)
        if any(step in _properties(holder) for holder, step in _ends(schema, self.part[1:])):
            return True
        return any(
            value in _values(_below(holder, step) if way else schema)
            for way, value in self._pairs()
            for holder, step in _ends(schema, way[1:])
        )

    def _pairs(self) -> Iterator[tuple[str, str]]:
        """What is before and after each equals sign; the name of a property and a value may both contain some."""
        places = (place for place, character in enumerate(self.part) if character == "=")
        return ((self.part[:place], self.part[place + 1 :]) for place in places)

    def known(self, draft: Draft) -> Iterator[str]:
        """The existing names of its kind, to suggest one that may have been meant."""
        table = draft.table("definitions" if self.is_of_operation else "schemas")
        if not self.part or self.owner not in table:
            yield from table
        elif self.is_of_operation:
            for part, schema in _queries(draft, self.owner).items():
                yield f"{self.owner}{part}"
                yield from (f"{self.owner}{part}={value}" for value in _values(schema))
        else:
            yield from (f"{self.owner}{part}" for part in _parts(draft.whole_schema(self.owner)))


def shown(value: Any) -> str:
    """A value as it is written in YAML, for names and messages."""
    import json

    return json.dumps(value, ensure_ascii=False, default=repr) if not isinstance(value, str) else value


def _queries(draft: Draft, operation: str) -> dict[str, Schema]:
    """The schemas of the query parameters of an operation, by what follows its name in theirs."""
    parameters = draft.definition(operation).parameters.items()
    return {f"?{name}": parameter.schema for (location, name), parameter in parameters if location == "query"}


def _ends(schema: Schema, way: str) -> Iterator[tuple[Schema, str]]:
    """The unnamed schemas in which a way may end, each with its last step."""
    yield schema, way
    for place in (place for place, character in enumerate(way) if character == "."):
        if way[:place] in _steps(schema):
            yield from _ends(_below(schema, way[:place]), way[place + 1 :])


def _parts(schema: Schema) -> Iterator[str]:
    """What follows the name of a schema in the names of all that is in it."""
    yield from (f"={value}" for value in _values(schema))
    yield from (f".{name}" for name in _properties(schema))
    for step in _steps(schema):
        yield from (f".{step}{part}" for part in _parts(_below(schema, step)))


def _steps(schema: Schema) -> tuple[str, ...]:
    """The steps that can be taken from a schema: to its properties, and to its items."""
    items = ("*",) if isinstance(schema, frozendict) and "items" in schema else ()
    return (*_properties(schema), *items)


def _below(schema: Schema, step: str) -> Schema:
    """The schema to which a step leads: that of a property, or of the items."""
    if step in _properties(schema):
        return _properties(schema)[step]
    return schema.get("items", EMPTY) if step == "*" and isinstance(schema, frozendict) else EMPTY


def _properties(schema: Schema) -> Mapping[str, Schema]:
    return schema.get("properties", EMPTY) if isinstance(schema, frozendict) else EMPTY  # type: ignore[no-any-return]


def _values(schema: Schema) -> list[str]:
    """The values of an `enum`, as names have them."""
    return [shown(value) for value in schema.get("enum", ())] if isinstance(schema, frozendict) else []

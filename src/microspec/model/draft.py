"""An Api while changes are made to it: each changed element is taken apart only once."""

from __future__ import annotations

from ..values.distinct import key as identity
from ..values.frozen import EMPTY, frozendict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping
    from typing import Any, Literal

    from ..schema.walk import Schema
    from .api import Api
    from .definition import Behavior, Definition, Parameter, Response
    from .vocabulary import ParameterKey, ResponseKey

    Kind = Literal["definitions", "schemas", "behaviors"]

    Step = str | None
    """A step from a schema to one of its subschemas: the name of a property, or None for the items."""

    Row = tuple[Any, ...]
    """What a change does to an element: ``put`` or ``delete``, or a method of its draft, with the arguments."""


class Draft:
    """The elements of an Api, to be changed. The given Api stays unchanged.

    The cost of a change does not depend on the size of the Api: the table of a kind is copied at its first change, and
    a schema or a definition is taken apart once, and put together when the whole is asked for.
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self._tables: dict[Kind, dict[str, Any]] = {}
        self._apart: dict[tuple[Kind, str], SchemaDraft | DefinitionDraft] = {}
        self.rows: list[Row] = []
        """What each change did to an element."""

    def api(self) -> Api:
        """The Api with all changes; the given one if there were none."""
        for (kind, name), parts in self._apart.items():
            if parts.is_changed:
                self._changed(kind)[name] = parts.whole()
        return self._api.replace(**{k: frozendict(v) for k, v in self._tables.items()}) if self._tables else self._api

    def table(self, kind: Kind) -> Mapping[str, Any]:
        """The elements of a kind by name; for those that were taken apart, only the names."""
        return self._tables[kind] if kind in self._tables else getattr(self._api, kind)

    def put(self, kind: Kind, name: str, value: Schema | Definition | Behavior) -> None:
        """Put an element; it replaces one with the same name."""
        self.rows.append(("put", value))
        self._changed(kind)[name] = value

    def delete(self, kind: Kind, name: str) -> None:
        """Remove an existing element."""
        self.rows.append(("delete",))
        self._apart.pop((kind, name), None)
        del self._changed(kind)[name]

    def schema(self, name: str) -> SchemaDraft:
        """An existing schema, taken apart."""
        found = self._apart.get(("schemas", name))
        if found is None:
            found = self._apart["schemas", name] = SchemaDraft(self.table("schemas")[name], self.rows)
        return found  # type: ignore[return-value]

    def whole_schema(self, name: str) -> Schema:
        """An existing schema, as it is now."""
        found = self._apart.get(("schemas", name))
        return found.whole() if found is not None and found.is_changed else self.table("schemas")[name]  # type: ignore[return-value]

    def definition(self, key: str) -> DefinitionDraft:
        """An existing definition, taken apart."""
        found = self._apart.get(("definitions", key))
        if found is None:
            found = self._apart["definitions", key] = DefinitionDraft(self.table("definitions")[key], self.rows)
        return found  # type: ignore[return-value]

    def _changed(self, kind: Kind) -> dict[str, Any]:
        if kind not in self._tables:
            self._tables[kind] = dict(getattr(self._api, kind))
        return self._tables[kind]


class SchemaDraft:
    """A schema, taken apart as far as it is changed. What is done to it is noted in `rows`.

    Each unnamed schema in it is a draft, too (`below`). What is done to it is noted as done inside this one.
    """

    def __init__(self, schema: Schema, rows: list[Row]) -> None:
        self.is_changed, self._rows = False, rows
        self._above: tuple[SchemaDraft, Step] | None = None
        self._below: dict[Step, SchemaDraft] = {}
        self._keywords: dict[str, Any] = dict(schema)
        self._properties: dict[str, Schema] | None = None
        self._required: set[str] = set()
        self._values: dict[Hashable, Any] | None = None

    def whole(self) -> Schema:
        """The schema as it is now."""
        made = dict(self._keywords)
        if self._is_below_changed(None):
            made["items"] = self._below[None].whole()
        if self._properties is not None:
            properties = {name: self.property_schema(name) for name in self._properties}
            parts = {"properties": frozendict(properties), "required": tuple(sorted(self._required))}
            made.update(parts)
            made = {keyword: value for keyword, value in made.items() if value or keyword not in parts}
        if self._values is not None:
            made["enum"] = tuple(self._values.values())
        return frozendict(made)

    def given(self, keywords: Collection[str]) -> frozendict[str, Any]:
        """Those of the given keywords that it has, with their values."""
        if self._values is not None and "enum" in keywords:
            self._keywords["enum"], self._values = tuple(self._values.values()), None
        if "items" in keywords and (items := self._below.pop(None, None)) is not None:
            self._keywords["items"] = items.whole()
        return frozendict({keyword: self._keywords[keyword] for keyword in keywords if keyword in self._keywords})

    def alter(self, gone: Iterable[str], keywords: Mapping[str, Any]) -> None:
        """Remove some existing keywords, and put others."""
        self._note("alter", tuple(gone), keywords)
        self.given(("enum", "items"))
        for keyword in gone:
            del self._keywords[keyword]
        self._keywords.update(keywords)

    def get(self, keyword: str) -> Any:
        """A keyword that is not a list, or None."""
        return self._keywords.get(keyword)

    @property
    def properties(self) -> dict[str, Schema]:
        """The properties."""
        if self._properties is None:
            self._properties = dict(self._keywords.get("properties", EMPTY))
            self._required = set(self._keywords.get("required", ()))
        return self._properties

    def property_schema(self, name: str) -> Schema:
        """The schema of an existing property."""
        return self._below[name].whole() if self._is_below_changed(name) else self.properties[name]

    def _is_below_changed(self, step: Step) -> bool:
        below = self._below.get(step)
        return below is not None and below.is_changed

    def below(self, step: Step) -> SchemaDraft:
        """The unnamed schema of a property, or of the items, taken apart. It must exist, and be a mapping."""
        found = self._below.get(step)
        if found is None:
            schema = self._keywords["items"] if step is None else self.properties[step]
            found = self._below[step] = SchemaDraft(schema, self._rows)
            found._above = (self, step)
        return found

    def inside(self, step: Step, verb: str, *arguments: Any) -> None:
        """Call one of these methods on the schema below a step."""
        getattr(self.below(step), verb)(*arguments)

    def requires(self, name: str) -> bool:
        """Whether it requires an existing property."""
        return name in self.properties and name in self._required

    def put_property(self, name: str, schema: Schema | None, required: bool) -> None:
        """Give a property a schema; None removes it."""
        self._note("put_property", name, schema, required)
        self._below.pop(name, None)
        if schema is None:
            del self.properties[name]
        else:
            self.properties[name] = schema
        (self._required.add if required else self._required.discard)(name)

    @property
    def values(self) -> dict[Hashable, Any] | None:
        """The values of its `enum` by their keys (`distinct.key`); None if it has no `enum`."""
        if self._values is None and "enum" in self._keywords:
            self._values = {identity(value): value for value in self._keywords["enum"]}
        return self._values

    def put_value(self, value: Any, there: bool) -> None:
        """Allow a value, or no longer allow it; it must have an `enum`."""
        self._note("put_value", value, there)
        if self.values is not None:
            if there:
                self.values[identity(value)] = value
            else:
                del self.values[identity(value)]

    def _note(self, *row: Any) -> None:
        self.is_changed = True
        if self._above is None:
            self._rows.append(row)
        else:
            above, step = self._above
            above._note("inside", step, *row)


class DefinitionDraft:
    """A definition, taken apart as far as it is changed. What is done to it is noted in `rows`."""

    def __init__(self, definition: Definition, rows: list[Row]) -> None:
        self.is_changed, self._rows = False, rows
        self.definition = definition
        """The definition, but without current parameters and responses."""
        self._parameters: dict[ParameterKey, Parameter] | None = None
        self._responses: dict[int, Response] | None = (
            None  # by place, because a response that changes its key keeps its place
        )
        self._places: dict[ResponseKey, int] = {}
        self._end = 0

    def whole(self) -> Definition:
        """The definition as it is now."""
        parts: dict[str, Any] = {}
        if self._parameters is not None:
            parts["parameters"] = frozendict(self._parameters)
        if self._responses is not None:
            parts["responses"] = frozendict({response.key: response for response in self._responses.values()})
        return self.definition.replace(**parts)

    def alter(self, fields: Mapping[str, Any]) -> None:
        """Give fields other values."""
        self._note("alter", frozendict(fields))
        self.definition = self.definition.replace(**fields)

    @property
    def parameters(self) -> dict[ParameterKey, Parameter]:
        """The parameters."""
        if self._parameters is None:
            self._parameters = dict(self.definition.parameters)
        return self._parameters

    def put_parameter(self, key: ParameterKey, parameter: Parameter | None) -> None:
        """Put a parameter; None removes it."""
        self._note("put_parameter", key, parameter)
        if parameter is None:
            del self.parameters[key]
        else:
            self.parameters[key] = parameter

    def response(self, key: ResponseKey) -> Response | None:
        """A response, if it exists."""
        responses = self._by_place
        return responses[self._places[key]] if key in self._places else None

    def put_response(self, key: ResponseKey, response: Response | None) -> None:
        """Put a response; it replaces the one with a key, if there is one. None removes that one."""
        self._note("put_response", key, response)
        responses = self._by_place
        place = self._places.pop(key, self._end)
        if response is None:
            del responses[place]
        else:
            responses[place], self._places[response.key] = response, place
            self._end = max(self._end, place + 1)

    @property
    def _by_place(self) -> dict[int, Response]:
        if self._responses is None:
            known = self.definition.responses
            self._responses, self._end = dict(enumerate(known.values())), len(known)
            self._places = {key: place for place, key in enumerate(known)}
        return self._responses

    def _note(self, *row: Any) -> None:
        self.is_changed = True
        self._rows.append(row)

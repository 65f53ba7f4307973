"""The closed set of kinds of change: what one line of a version file can do to an `Api`.

A kind is one class: its `verb` (the key in YAML), its fields (the other keys), and `apply`, which
checks the precondition and returns the next `Api`. Nothing here knows versions, files or YAML; the
loader reads the fields of a class to know which keys its document has (`microspec.authoring.documents`).

Adding what exists, removing what does not, altering from a value that is not the present one or to
the value it has already: each raises `PreconditionError` and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

from ..schema.walk import Schema
from ..values import same
from ..values.diagnostics import Location
from ..values.frozen import EMPTY, Value, frozendict
from .api import Api
from .definition import Behavior, Definition, Parameter, Response
from .errors import PreconditionError
from .vocabulary import Audience, Holds, ParameterKey, UnknownQuery

T = TypeVar("T")

KINDS: dict[str, type[Change]] = {}
"""Every kind of change by its verb."""


class Alteration(Value, Generic[T]):
    """What a value was and what it becomes (``{from: …, to: …}``)."""

    before: T
    after: T


class Change(Value):
    """One change to one element. `target` names the element, `why` gives the reason.

    `feature` names the feature that the change is part of, `location` is where it was written; both
    are only carried along.
    """

    verb: ClassVar[str]
    noun: ClassVar[str]

    target: str
    why: str | None = None
    feature: str | None = None
    location: Location | None = None

    _uncompared = ("location",)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "verb" in cls.__dict__:
            cls.noun = cls.verb.partition("-")[2].replace("-", " ")
            KINDS[cls.verb] = cls

    @property
    def element(self) -> str:
        """The element in words, such as "property Keypair.type": the same for all kinds about it."""
        return f"{self.noun} {self.target}"

    def apply(self, api: Api) -> Api:
        """The API after this change. Raises `PreconditionError` if it cannot be applied to `api`."""
        raise NotImplementedError

    def _must_not_exist(self, there: bool) -> None:
        if there:
            raise PreconditionError("already-exists", f"{self.element} already exists")

    def _must_exist(self, there: bool, known: Any = ()) -> None:
        if not there:
            raise PreconditionError("not-found", f"there is no {self.element}", self.target, known)

    def _alter(self, record: Any, alterations: dict[str, Alteration[Any] | None]) -> Any:
        """`record` with the alterations that are given carried out, each checked against the present value."""
        values = {}
        for field, alteration in alterations.items():
            if alteration is None:
                continue
            present = getattr(record, field)
            what = f"{field.replace('_', ' ')} of {self.element}"
            if not same(alteration.before, present):
                raise PreconditionError(
                    "not-the-present-value", f"the {what} is {shown(present)}, not {shown(alteration.before)}"
                )
            if same(alteration.before, alteration.after):
                raise PreconditionError("nothing-to-do", f"the {what} is {shown(present)} before and after")
            values[field] = alteration.after
        if not values:
            raise PreconditionError("nothing-to-do", f"nothing of {self.element} is altered")
        return record.replace(**values)


def shown(value: Any) -> str:
    """A value as it stands in YAML, for messages."""
    import json

    return json.dumps(value, ensure_ascii=False, default=repr) if not isinstance(value, str) else value


def _with_item(table: Mapping[str, T], name: str, value: T) -> frozendict[str, T]:
    return frozendict({**table, name: value})


def _without_item(table: Mapping[str, T], name: str) -> frozendict[str, T]:
    return frozendict({key: value for key, value in table.items() if key != name})


# ---------------------------------------------------------------------------------------- operations


class AddOperation(Change):
    """An operation appears."""

    verb = "add-operation"

    definition: Definition

    def apply(self, api: Api) -> Api:
        self._must_not_exist(self.target in api.definitions)
        return api.replace(definitions=_with_item(api.definitions, self.target, self.definition))


class RemoveOperation(Change):
    """An operation goes; `instead` says what serves its callers now."""

    verb = "remove-operation"

    instead: str | None = None

    def apply(self, api: Api) -> Api:
        self._must_exist(self.target in api.definitions, api.definitions)
        return api.replace(definitions=_without_item(api.definitions, self.target))


class OperationChange(Change):
    """A change to something of an operation."""

    def definition_in(self, api: Api) -> Definition:
        """The operation that the change is about."""
        if self.target not in api.definitions:
            raise PreconditionError("not-found", f"there is no operation {self.target}", self.target, api.definitions)
        return api.definitions[self.target]

    def _with(self, api: Api, definition: Definition) -> Api:
        return api.replace(definitions=_with_item(api.definitions, self.target, definition))


class AlterOperation(OperationChange):
    """An operation takes another request body, treats unknown query parameters otherwise, or has another audience."""

    verb = "alter-operation"

    request: Alteration[str | None] | None = None
    unknown_query: Alteration[UnknownQuery] | None = None
    audience: Alteration[Audience] | None = None

    def apply(self, api: Api) -> Api:
        definition = self.definition_in(api)
        altered = {"request": self.request, "unknown_query": self.unknown_query, "audience": self.audience}
        return self._with(api, self._alter(definition, altered))


# ---------------------------------------------------------------------------------------- parameters


class ParameterChange(OperationChange):
    """A change to a parameter, named by one of `query`, `path` and `header`."""

    query: str | None = None
    path: str | None = None
    header: str | None = None

    @property
    def parameter_key(self) -> ParameterKey:
        """Where the parameter is given, and its name."""
        if self.query is not None:
            return ("query", self.query)
        return ("path", self.path) if self.path is not None else ("header", self.header or "")

    @property
    def element(self) -> str:
        return "{} parameter {} of {}".format(*self.parameter_key, self.target)

    def _known(self, api: Api) -> frozendict[ParameterKey, Parameter]:
        return self.definition_in(api).parameters

    def _store(self, api: Api, parameters: frozendict[ParameterKey, Parameter]) -> Api:
        return self._with(api, self.definition_in(api).replace(parameters=parameters))


class AddParameter(ParameterChange):
    """A parameter appears."""

    verb = "add-parameter"

    schema: Schema
    required: bool = False
    repeatable: bool = False
    audience: Audience | None = None

    def apply(self, api: Api) -> Api:
        known = self._known(api)
        self._must_not_exist(self.parameter_key in known)
        location, name = self.parameter_key
        parameter = Parameter(
            name=name,
            location=location,
            schema=self.schema,
            required=self.required or location == "path",
            repeatable=self.repeatable,
            audience=self.audience,
        )
        return self._store(api, known.set(self.parameter_key, parameter))


class RemoveParameter(ParameterChange):
    """A parameter goes."""

    verb = "remove-parameter"

    def apply(self, api: Api) -> Api:
        known = self._known(api)
        self._must_exist(self.parameter_key in known)
        return self._store(api, known.delete(self.parameter_key))


class AlterParameter(ParameterChange):
    """A parameter takes other values, becomes required or repeatable or the reverse, or has another audience."""

    verb = "alter-parameter"

    schema: Alteration[Schema] | None = None
    required: Alteration[bool] | None = None
    repeatable: Alteration[bool] | None = None
    audience: Alteration[Audience | None] | None = None

    def apply(self, api: Api) -> Api:
        known = self._known(api)
        self._must_exist(self.parameter_key in known)
        altered = {
            "schema": self.schema,
            "required": self.required,
            "repeatable": self.repeatable,
            "audience": self.audience,
        }
        return self._store(api, known.set(self.parameter_key, self._alter(known[self.parameter_key], altered)))


# ----------------------------------------------------------------------------------------- responses


class ResponseChange(OperationChange):
    """A change to the answer with a status, under the condition `when` if it has one."""

    when: str | None = None

    def _element(self, status: int) -> str:
        return f"response {status} of {self.target}" + (f" when: {self.when}" if self.when else "")

    def _put(self, api: Api, response: Response, replaced: Response | None = None) -> Api:
        definition = self.definition_in(api)
        kept = {
            (response.key if old is replaced else key): (response if old is replaced else old)
            for key, old in definition.responses.items()
        }
        return self._with(api, definition.replace(responses=frozendict({**kept, response.key: response})))


class AddResponse(ResponseChange):
    """An operation may answer with one more status, or under one more condition."""

    verb = "add-response"

    status: int
    body: str | None = None
    headers: frozendict[str, Schema] = EMPTY

    @property
    def element(self) -> str:
        return self._element(self.status)

    def apply(self, api: Api) -> Api:
        response = Response(status=self.status, when=self.when, body=self.body, headers=self.headers)
        self._must_not_exist(response.key in self.definition_in(api).responses)
        return self._put(api, response)


class RemoveResponse(ResponseChange):
    """An operation does not answer with a status any more, or not under that condition."""

    verb = "remove-response"

    status: int

    @property
    def element(self) -> str:
        return self._element(self.status)

    def apply(self, api: Api) -> Api:
        definition = self.definition_in(api)
        key = (self.status, self.when)
        self._must_exist(key in definition.responses)
        return self._with(api, definition.replace(responses=definition.responses.delete(key)))


class AlterResponse(ResponseChange):
    """An answer gets another status, body or headers. A plain `status` says which answer is meant."""

    verb = "alter-response"

    status: int | Alteration[int]
    body: Alteration[str | None] | None = None
    headers: Alteration[frozendict[str, Schema]] | None = None

    @property
    def _present_status(self) -> int:
        return self.status.before if isinstance(self.status, Alteration) else self.status

    @property
    def element(self) -> str:
        return self._element(self._present_status)

    def apply(self, api: Api) -> Api:
        responses = self.definition_in(api).responses
        present = responses.get((self._present_status, self.when))
        self._must_exist(present is not None)
        status = self.status if isinstance(self.status, Alteration) else None
        altered = self._alter(present, {"status": status, "body": self.body, "headers": self.headers})
        if altered.key != (self._present_status, self.when) and altered.key in responses:
            raise PreconditionError("already-exists", f"{self._element(altered.status)} already exists")
        return self._put(api, altered, replaced=present)


# ------------------------------------------------------------------------------------------- schemas


class AddSchema(Change):
    """A named schema appears."""

    verb = "add-schema"

    schema: Schema

    def apply(self, api: Api) -> Api:
        self._must_not_exist(self.target in api.schemas)
        return api.replace(schemas=_with_item(api.schemas, self.target, self.schema))


class RemoveSchema(Change):
    """A named schema goes. Nothing may refer to it any more."""

    verb = "remove-schema"

    def apply(self, api: Api) -> Api:
        self._must_exist(self.target in api.schemas, api.schemas)
        return api.replace(schemas=_without_item(api.schemas, self.target))


class SchemaChange(Change):
    """A change to something of a named schema."""

    @property
    def schema_name(self) -> str:
        """The name of the schema that the change is about."""
        return self.target

    def schema_in(self, api: Api) -> Schema:
        """The schema that the change is about."""
        if self.schema_name not in api.schemas:
            reason = f"there is no schema {self.schema_name}"
            raise PreconditionError("not-found", reason, self.schema_name, api.schemas)
        return api.schemas[self.schema_name]

    def _with(self, api: Api, schema: Schema) -> Api:
        return api.replace(schemas=_with_item(api.schemas, self.schema_name, schema))


class AlterSchema(SchemaChange):
    """Some keywords of a schema change: `from` has those that are altered or go, `to` those that are altered or come.

    Properties have kinds of their own.
    """

    verb = "alter-schema"

    keywords: Alteration[Schema]

    def apply(self, api: Api) -> Api:
        schema = self.schema_in(api)
        before, after = self.keywords.before, self.keywords.after
        for keyword in ("properties", "required"):
            if keyword in before or keyword in after:
                raise PreconditionError("wrong-kind", f"{keyword} is changed by alter-property and its siblings")
        present = frozendict({keyword: schema[keyword] for keyword in {*before, *after} if keyword in schema})
        if not same(before, present):
            raise PreconditionError(
                "not-the-present-value",
                f"the keywords altered of {self.element} are {shown(present)}, not {shown(before)}",
            )
        if same(before, after):
            raise PreconditionError("nothing-to-do", f"{self.element} is the same before and after")
        kept = {
            keyword: after.get(keyword, value)
            for keyword, value in schema.items()
            if keyword not in before or keyword in after
        }
        return self._with(api, frozendict({**kept, **after}))


class PropertyChange(SchemaChange):
    """A change to a property, ``Schema.property``."""

    @property
    def schema_name(self) -> str:
        return self.target.partition(".")[0]

    @property
    def property_name(self) -> str:
        """The name of the property on the wire."""
        return self.target.partition(".")[2]

    def _put(self, api: Api, value: Schema | None, required: bool) -> Api:
        """The API in which the property has this schema (None: is not there)."""
        schema = self.schema_in(api)
        properties = schema.get("properties", EMPTY)
        properties = (
            properties.delete(self.property_name) if value is None else properties.set(self.property_name, value)
        )
        names = {name for name in schema.get("required", ()) if name != self.property_name}
        if required:
            names.add(self.property_name)
        changed = {**schema, "properties": properties, "required": tuple(sorted(names))}
        return self._with(
            api, frozendict({k: v for k, v in changed.items() if v or k not in ("properties", "required")})
        )


class AddProperty(PropertyChange):
    """An object gets a property."""

    verb = "add-property"

    schema: Schema
    required: bool = False

    def apply(self, api: Api) -> Api:
        schema = self.schema_in(api)
        self._must_not_exist(self.property_name in schema.get("properties", EMPTY))
        if schema.get("type") != "object":
            raise PreconditionError("wrong-kind", f"{self.schema_name} is not an object, it has no properties")
        return self._put(api, self.schema, self.required)


class RemoveProperty(PropertyChange):
    """An object loses a property; `instead` says what serves its readers now."""

    verb = "remove-property"

    instead: str | None = None

    def apply(self, api: Api) -> Api:
        properties = self.schema_in(api).get("properties", EMPTY)
        self._must_exist(self.property_name in properties, [f"{self.schema_name}.{name}" for name in properties])
        return self._put(api, None, required=False)


class _Property(Value):
    schema: Schema
    required: bool


class AlterProperty(PropertyChange):
    """A property takes another schema, or becomes required or optional."""

    verb = "alter-property"

    schema: Alteration[Schema] | None = None
    required: Alteration[bool] | None = None

    def apply(self, api: Api) -> Api:
        schema = self.schema_in(api)
        properties = schema.get("properties", EMPTY)
        self._must_exist(self.property_name in properties, [f"{self.schema_name}.{name}" for name in properties])
        present = _Property(
            schema=properties[self.property_name], required=self.property_name in schema.get("required", ())
        )
        altered = self._alter(present, {"schema": self.schema, "required": self.required})
        return self._put(api, altered.schema, altered.required)


class EnumChange(SchemaChange):
    """A change to the values that a named schema with `enum` allows."""

    value: Any

    @property
    def element(self) -> str:
        return f"enum value {shown(self.value)} of {self.target}"

    def _values(self, api: Api) -> tuple[Any, ...]:
        schema = self.schema_in(api)
        if "enum" not in schema:
            raise PreconditionError("wrong-kind", f"{self.target} has no enum")
        return tuple(schema["enum"])

    def _has(self, values: tuple[Any, ...]) -> bool:
        return any(same(self.value, value) for value in values)


class AddEnumValue(EnumChange):
    """One more value is allowed."""

    verb = "add-enum-value"

    def apply(self, api: Api) -> Api:
        values = self._values(api)
        self._must_not_exist(self._has(values))
        return self._with(api, self.schema_in(api).set("enum", (*values, self.value)))


class RemoveEnumValue(EnumChange):
    """A value is not allowed any more."""

    verb = "remove-enum-value"

    def apply(self, api: Api) -> Api:
        values = self._values(api)
        self._must_exist(self._has(values))
        kept = tuple(value for value in values if not same(value, self.value))
        return self._with(api, self.schema_in(api).set("enum", kept))


# ----------------------------------------------------------------------------------------- behaviors


class AddBehavior(Change):
    """Something is done otherwise that no schema shows."""

    verb = "add-behavior"

    text: str
    operations: tuple[str, ...] = ()
    statuses: frozendict[int, Holds] = EMPTY

    @property
    def behavior(self) -> Behavior:
        """The behavior that is added."""
        return Behavior(name=self.target, text=self.text, operations=self.operations, statuses=self.statuses)

    def apply(self, api: Api) -> Api:
        self._must_not_exist(self.target in api.behaviors)
        for operation in self.operations:
            if operation not in api.definitions:
                reason = f"there is no operation {operation}"
                raise PreconditionError("not-found", reason, operation, api.definitions)
        return api.replace(behaviors=_with_item(api.behaviors, self.target, self.behavior))


class RemoveBehavior(Change):
    """A behavior ends."""

    verb = "remove-behavior"

    def apply(self, api: Api) -> Api:
        self._must_exist(self.target in api.behaviors, api.behaviors)
        return api.replace(behaviors=_without_item(api.behaviors, self.target))

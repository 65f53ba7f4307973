"""pydantic classes of bodies.

The validator of the schema gives the verdict: pydantic is only asked for what a class shows, holds and writes. Values
stay as they are, except that objects become instances and whole numbers become integers, so that what is accepted is
never refused here, and what is written is what was read.
"""

from __future__ import annotations

import copyreg
from _thread import RLock
from collections import deque
from contextvars import ContextVar
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Optional, Self, SupportsIndex, Union, get_origin
from weakref import WeakValueDictionary

from pydantic import BaseModel, ConfigDict, Field, RootModel, create_model, model_validator
from pydantic_core import core_schema

from ...schema.cases import kind_of
from ...schema.errors import ValidationError
from ...schema.validator import validator
from ...values import put, same
from ...values.frozen import freeze
from .documents import Parts, name_of, referring
from .plan import Planner, is_named, plain_name
from .refusals import refusal
from .types import Alias, Choice, Items, Listed, Object, Plain, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic._internal._model_construction import ModelMetaclass
    from pydantic.json_schema import JsonSchemaValue

    from ...schema.standalone import Document
    from ...schema.validator import Validator
    from . import types
    from .types import Members, Option, Type

    Make = Callable[[Any], Any]
    Key = tuple[str, Document, bool]
    """What `model` takes."""
else:
    ModelMetaclass = type(BaseModel)  # it has no public name


class _Kind(ModelMetaclass):
    """The class of the classes, by which pickle knows how to make one again."""


class Checked(BaseModel, metaclass=_Kind):
    """What all models share: the verdict of the schema, and values that do not change."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    if TYPE_CHECKING:  # older releases of pydantic would look for the class, which is not there yet
        _form: ClassVar[_Form]

    @model_validator(mode="wrap")
    @classmethod
    def _verdict(cls, data: Any, _: Any) -> Self:
        if isinstance(data, cls):
            return data
        made = cls.__new__(cls)
        made._take(cls._form.checked(data))
        return made

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        del schema
        return cls._form.json_schema(handler)

    def _take(self, body: Any) -> None:
        """Hold what is in a body that the schema accepts."""
        raise NotImplementedError

    def _hold(self, values: dict[str, Any], others: dict[str, Any] | None) -> None:
        """Hold values by attribute; all else that a model of pydantic has is as if it had made it."""
        defaults = {name: None for name in type(self).model_fields if name not in values}
        put(self, "__dict__", {**defaults, **values})
        put(self, "__pydantic_fields_set__", {*values, *(others or ())})
        put(self, "__pydantic_extra__", others)
        put(self, "__pydantic_private__", None)

    def __eq__(self, other: object) -> bool:
        """Whether two models of one type stand for the same body. A field that is absent is not one that is null."""
        return type(self) is type(other) and same(_raw(self), _raw(other))

    def __hash__(self) -> int:
        return hash(freeze(_raw(self)))

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        """An instance says itself what it is of: picklers such as cloudpickle have a way of their own with classes."""
        if "_form" in type(self).__dict__:
            return (_again, (self._form.key, self.__getstate__()))
        return super().__reduce_ex__(protocol)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        yield from ((name, value) for name, value in super().__repr_args__() if name in self.model_fields_set)


class Body(Checked):
    """An object of an API at a version. `microspec.models` says what it does."""

    def __init__(self, /, **data: Any) -> None:
        form, body = self._form, dict[str, Any]()
        for key, value in data.items():
            name = form.names.get(key, key)
            if name in body:
                raise TypeError(f"{type(self).__name__}() got {name!r} twice, once as {form.attributes[name]}")
            body[name] = value
        self._take(form.checked(body))

    def _take(self, body: Any) -> None:
        form = self._form
        values: dict[str, Any] = {}
        others: dict[str, Any] = {}
        for name, value in body.items():
            attribute = form.attributes.get(name)
            if attribute is None:
                others[name] = value if form.make_other is None else form.make_other(value)
            else:
                make = form.makes[name]
                values[attribute] = value if make is None else make(value)
        self._hold(values, others if form.is_open else None)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy, with other values for some fields if `update` has them. Raises pydantic's ValidationError."""
        if not update:
            return super().model_copy(deep=deep)
        given = {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}
        return type(self)(**{**given, **(self.__pydantic_extra__ or {}), **update})


class Root(Checked, RootModel[Any]):  # type: ignore[metaclass,no-untyped-call]  # its own is for type checkers
    """A body that is no object with properties, or one of several. It is in `root`."""

    def __init__(self, root: Any, /) -> None:
        self._take(self._form.checked(root))

    def _take(self, body: Any) -> None:
        make = self._form.make_root
        self._hold({"root": body if make is None else make(body)}, None)


class _AsIs:
    """Says of a field that pydantic does not look at its values: the schema has accepted them."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        del source, handler
        return core_schema.any_schema()

    def __repr__(self) -> str:
        return "AS_IS"


_AS_IS = _AsIs()


def model(name: str, document: Document, is_object: bool = False) -> type[Checked]:
    """The class of what obeys a document; equal documents of one name have one class, as long as somebody has it.

    `is_object` is whether the schema itself is that of an object, as it was planned: unions in it are conditions.
    """
    key = (name, document, is_object)
    found = _MADE.get(key)
    if found is None:
        with _LOCK:
            found = _MADE.get(key) or _made(key)
    return found


def of_document(document: Document) -> type[Checked]:
    """The class of the body of a request or an answer."""
    found = model(name_of(document), document)
    if not _RECENT or _RECENT[-1] is not found:
        _RECENT.append(found)
    return found


_LOCK = RLock()
_MADE: WeakValueDictionary[Key, type[Checked]] = WeakValueDictionary()
_RECENT: deque[type[Checked]] = deque(maxlen=1024)
"""The classes that were asked for last, so that they are there when they are asked for again."""

_making: set[Key] = set()
"""What is being made: an object may be in itself."""

_late: list[type[Checked]] = []
"""The classes with a field of a type that was not there yet."""


def _made(key: Key) -> type[Checked]:
    """Make a class, and those of what is in it."""
    form = _Form(*key)
    _making.add(key)
    try:
        made = form.model()
    finally:
        _making.discard(key)
    made._form = form
    _MADE[key] = made
    if form.is_late:
        _late.append(made)
    if not _making:  # now all are there that are in one another
        for each in _late:
            for attribute, annotation in each._form.annotations().items():
                each.model_fields[attribute].annotation = annotation
        _late.clear()
    return made


class _Form:
    """What a class is made of. What it takes to hold a body is worked out when the first one comes."""

    def __init__(self, name: str, document: Document, is_object: bool) -> None:
        self.name, self.key = name, (name, document, is_object)
        self._parts = Parts(document)
        planner = Planner(self._parts.schemas)
        self.is_late = False
        """Whether a field got a type that says nothing, because its own was not there yet."""
        self._type = (planner.object if is_object else planner.type)(self._parts.root, name)

    @cached_property
    def _members(self) -> Members:
        assert isinstance(self._type, Object)
        return self._type.members

    def model(self) -> type[Checked]:
        """The class."""
        described = _described(self._type)
        if not isinstance(self._type, Object):
            root: Any = (Annotated[self._annotation(self._type), _AS_IS], ...)
            return create_model(self.name, __base__=Root, __module__=__name__, __doc__=described, root=root)
        fields: dict[str, Any] = {}
        for field in self._members.listed:
            alias = None if field.name == field.attribute else field.name
            told = field.description or _described(field.type)
            said = Field(... if field.required else None, alias=alias, description=told)
            fields[field.attribute] = (Annotated[self._of_field(field), _AS_IS], said)
        return create_model(
            self._type.name,
            __base__=Body,
            __module__=__name__,
            __doc__=described,
            __cls_kwargs__={"extra": "allow" if self.is_open else "forbid"},
            **fields,
        )

    def annotations(self) -> dict[str, Any]:
        """The types of the fields by attribute, once all of them are there."""
        if not isinstance(self._type, Object):
            return {"root": _bare(self._annotation(self._type))}
        return {field.attribute: _bare(self._of_field(field)) for field in self._members.listed}

    def _of_field(self, field: types.Field) -> Any:
        annotation = self._annotation(field.type)
        return annotation if field.required else Optional[annotation]  # noqa: UP045  # it may be None itself

    # ----------------------------------------------------------------------------------------- the verdict

    @cached_property
    def _validator(self) -> Validator:
        return validator(self.key[1])

    def checked(self, data: Any) -> Any:
        """A body that the schema accepts, models in it as what they stand for. Raises pydantic's ValidationError."""
        if self._validator.accepts(data):
            return data
        body = _raw(data)
        try:
            self._validator.check(body)
        except ValidationError as error:
            raise refusal(self.name, error, body) from None
        return body

    def json_schema(self, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema of the specification, in which references lead to the definitions that pydantic writes.

        The outermost model has all that it refers to written, so that each is written once.
        """
        schemas = self._parts.schemas
        root = self._parts.root
        root = schemas[root["$ref"]] if root.keys() == {"$ref"} else root
        kinds = {each: model(plain_name(each), self._parts.of(plain_name(each), schemas[each])) for each in schemas}
        written = _written.get()
        told = {each: _as_definition(kind, written) for each, kind in kinds.items()}
        token = _written.set(written | {*kinds.values()})
        try:
            listed = handler(core_schema.tuple_schema([*told.values()]))
        finally:
            _written.reset(token)
        made: JsonSchemaValue = referring(root, dict(zip(told, listed.get("prefixItems", ()), strict=True)))
        return made

    # ----------------------------------------------------------------------------------------------- fields

    @cached_property
    def attributes(self) -> dict[str, str]:
        """The attributes by name in JSON."""
        return {field.name: field.attribute for field in self._members.listed}

    @cached_property
    def names(self) -> dict[str, str]:
        """The names in JSON by attribute."""
        return {field.attribute: field.name for field in self._members.listed}

    @property
    def is_open(self) -> bool:
        """Whether an object may have other properties than those that are listed."""
        return self._members.others is not None

    @cached_property
    def makes(self) -> dict[str, Make | None]:
        """What makes the value of each property, by its name in JSON; None if it stays as it is."""
        return {field.name: self._make(field.type) for field in self._members.listed}

    @cached_property
    def make_other(self) -> Make | None:
        """The same for properties that are not listed."""
        return self._make(self._members.others) if self._members.others else None

    @cached_property
    def make_root(self) -> Make | None:
        """The same for a body that is no object with properties."""
        return self._make(self._type)

    def _key(self, type_: Object) -> Key:
        """What the class of an object in this one is made of."""
        name, schema = type_.name, type_.schema
        return (name, self._parts.of(name, schema), not is_named(name, schema, self._parts.schemas))

    def _annotation(self, type_: Type) -> Any:
        if isinstance(type_, Object):
            key = self._key(type_)
            if key in _making:
                self.is_late = True
                return Any
            return model(*key)
        if isinstance(type_, Alias):
            return self._annotation(type_.target)
        if isinstance(type_, Plain):
            return _PLAIN[type_.kind]
        if isinstance(type_, Listed):
            return Literal[type_.values]
        if isinstance(type_, Items):
            return list[self._annotation(type_.of)]  # type: ignore[misc]  # it is made at run time
        if isinstance(type_, Table):
            return dict[str, self._annotation(type_.of)]  # type: ignore[misc]
        if isinstance(type_, Choice):
            options: Any = Union[tuple(self._annotation(option.type) for option in type_.options)]  # noqa: UP007
            return Annotated[options, Field(discriminator=self._attribute(type_))] if type_.by else options
        return Any

    def _attribute(self, choice: Choice) -> str:
        """The attribute of the property that tells the options apart."""
        first = choice.options[0].type
        assert isinstance(first, Object)
        return next(field.attribute for field in first.members.listed if field.name == choice.by)

    # ----------------------------------------------------------------------------------------------- values

    def _make(self, type_: Type) -> Make | None:
        """What makes a value of a type from one that the schema accepts; None if it stays as it is."""
        if isinstance(type_, Object):
            return self._instance(type_)
        if isinstance(type_, Alias):
            return self._make(type_.target)
        if isinstance(type_, (Plain, Listed)):
            return _whole if "integer" in type_.kinds and "number" not in type_.kinds else None
        if isinstance(type_, (Items, Table)):
            make = self._make(type_.of)
            return _every(make) if isinstance(type_, Items) else _each(make)
        if isinstance(type_, Choice):
            return self._chosen(type_)
        return None

    def _instance(self, type_: Object) -> Make:
        kind: type[Checked] | None = None

        def make(value: Any) -> Any:
            nonlocal kind
            kind = kind or model(*self._key(type_))
            made = kind.__new__(kind)
            made._take(value)
            return made

        return make

    def _chosen(self, choice: Choice) -> Make | None:
        """What makes a value of the first option that it fits."""
        ways = [(option, self._make(option.type)) for option in choice.options]
        if all(make is None for _, make in ways):
            return None

        def made(value: Any) -> Any:
            kind = _kind(value)
            fitting = [(option, make) for option, make in ways if kind in option.type.kinds]
            if len(fitting) > 1:  # none of them accepts a lone surrogate, which the whole schema may not look at
                fitting = [way for way in fitting if self._accepts(way[0], value)] or fitting
            make = fitting[0][1]
            return value if make is None else make(value)

        return made

    def _accepts(self, option: Option, value: Any) -> bool:
        return validator(self._parts.document(option.schema)).accepts(value)


def _bare(annotation: Any) -> Any:
    """A type without what is said of it, which a field has elsewhere."""
    return annotation.__origin__ if get_origin(annotation) is Annotated else annotation


def _described(type_: Type) -> str | None:
    """What the specification says of a type that it has a name for."""
    if isinstance(type_, Object):
        return type_.members.description
    return type_.description if isinstance(type_, Alias) else None


_PLAIN: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": int | float,
    "boolean": bool,
    "null": None,
}


def _kind(value: Any) -> str:
    if isinstance(value, Decimal):
        return "integer" if value == value.to_integral_value() else "number"
    return kind_of(value)


def _whole(value: Any) -> Any:
    """A whole number as an integer: to JSON Schema, 1.0 is one."""
    return int(value) if isinstance(value, (float, Decimal)) else value


def _every(make: Make | None) -> Make:
    return list if make is None else lambda value: [make(item) for item in value]


def _each(make: Make | None) -> Make:
    return dict if make is None else lambda value: {name: make(item) for name, item in value.items()}


def _raw(value: Any) -> Any:
    """A value with what models in it stand for."""
    if isinstance(value, Checked):
        return value.model_dump(by_alias=True, exclude_unset=True)
    if isinstance(value, dict):
        return {key: _raw(item) for key, item in value.items()}
    return [_raw(item) for item in value] if isinstance(value, (list, tuple)) else value


_written: ContextVar[frozenset[type[Checked]]] = ContextVar("_written", default=frozenset())
"""The models whose schemas are being written, or were, as definitions of the same schema."""


def _as_definition(kind: type[Checked], written: frozenset[type[Checked]]) -> core_schema.CoreSchema:
    """What makes pydantic write the schema of a model as a definition; if it does already, what only refers to it."""
    name = f"{kind.__module__}.{kind.__qualname__}:{id(kind)}"  # as pydantic names it
    if kind in written:
        return core_schema.definition_reference_schema(name)
    return {**kind.__pydantic_core_schema__, "ref": name}


def _again(key: Key, state: Any) -> Checked:
    """An instance that was pickled."""
    kind = model(*key)
    made = kind.__new__(kind)
    made.__setstate__(state)
    return made


def _reduced(kind: _Kind) -> Any:
    form = kind.__dict__.get("_form")
    return (model, form.key) if form else kind.__qualname__


copyreg.pickle(_Kind, _reduced)

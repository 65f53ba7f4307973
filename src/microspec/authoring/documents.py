"""The documents of the language as pydantic models: what a file may contain, and what it means.

Each model turns into a value of `microspec.model` or `microspec.model.changes`. The documents of the kinds
of change are generated from the fields of the kinds, so a new kind needs nothing here. The JSON Schemas for
editors are generated from these models.
"""

from __future__ import annotations

import json
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from types import UnionType
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    WithJsonSchema,
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError, core_schema

from ..diff.rules import RULES
from ..model import changes
from ..model.changes import KINDS, Alteration, Change
from ..model.definition import Definition, Parameter, Response
from ..model.vocabulary import Audience, Holds, ParameterLocation, UnknownQuery
from ..schema.validator import takes_pattern, takes_schema
from ..schema.walk import Schema, normalised, with_subschemas
from ..values.distinct import distinct
from ..values.errors import did_you_mean
from ..values.frozen import EMPTY, freeze, frozendict, thaw
from .yaml import CONTROL

T = TypeVar("T")


def _without_controls(value: str) -> str:
    if CONTROL.search(value):
        raise _mistake("wrong-value", f"{value!r} contains a control character")
    return value


Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
"""A feature, behavior or resource: words in lower case, joined by hyphens."""

SchemaName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]*$")]
"""A schema or a set of query parameters: words run together, each with a capital."""

OperationKey = Annotated[
    str,
    StringConstraints(pattern=r"^(GET|POST|PUT|DELETE|PATCH|HEAD) /[^ #]*(#[A-Za-z_-]+)?$"),
    AfterValidator(_without_controls),
]
"""``METHOD /path``, and ``#action`` for a server action."""

VERSION = r"^[1-9][0-9]{0,8}\.(0|[1-9][0-9]{0,8})$"
VersionText = Annotated[str, StringConstraints(pattern=VERSION)]
"""A microversion; `Version` takes no longer numbers either."""

Sentence = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

Label = Annotated[Sentence, AfterValidator(_without_controls)]
"""What something is called outside of the specification: a release, a header."""

Element = Annotated[str, AfterValidator(_without_controls)]
"""The name of a property or a parameter, or what a change is made to."""

Status = Annotated[int, Field(ge=100, le=599)]
StatusKey = Annotated[str, StringConstraints(pattern=r"^[1-5][0-9][0-9]$")]


def _key(field: str) -> str:
    """The key in YAML of a field of a model."""
    return field.rstrip("_").replace("_", "-")


class Document(BaseModel):
    """A mapping of the language: no other keys, nothing converted, hyphens for underscores."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=_key, defer_build=True)


class ByType:
    """Marks a union of which exactly one member is tried: the one for the type of the value.

    So an error is about what the author meant, not about every other form that the value might have had.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """The union, tagged by the name of the Python type of each member."""
        members = {_python_type(member): handler.generate_schema(member) for member in get_args(source)}
        first = next(iter(members))

        def discriminate(value: Any) -> str:
            name = type(value).__name__
            return name if name in members else first

        return core_schema.tagged_union_schema(members, discriminator=discriminate)


def _python_type(annotation: Any) -> str:
    """The name of the type that values of an annotation have when they come out of YAML."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _python_type(get_args(annotation)[0])
    if origin is Literal:
        return type(get_args(annotation)[0]).__name__
    plain = origin or annotation
    return "dict" if plain in (Alteration, Schema) or issubclass(plain, BaseModel) else str(plain.__name__)


# ------------------------------------------------------------------------------------- JSON Schema


class SchemaDocument(BaseModel):
    """The keywords of JSON Schema 2020-12 that the language has."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    ref: SchemaName | None = Field(default=None, alias="$ref")
    description: Sentence | None = None
    type: Annotated[JsonType | list[JsonType], ByType()] | None = None
    enum: list[Any] | None = None
    const: Any = None
    default: Any = None
    format: str | None = None
    pattern: str | None = None
    minLength: int | None = Field(default=None, ge=0)  # noqa: N815  # JSON Schema's names
    maxLength: int | None = Field(default=None, ge=0)  # noqa: N815
    minimum: int | None = None
    maximum: int | None = None
    exclusiveMinimum: int | None = None  # noqa: N815
    exclusiveMaximum: int | None = None  # noqa: N815
    multipleOf: int | None = Field(default=None, gt=0)  # noqa: N815
    items: SchemaLike | None = None
    prefixItems: list[SchemaLike] | None = None  # noqa: N815
    minItems: int | None = Field(default=None, ge=0)  # noqa: N815
    maxItems: int | None = Field(default=None, ge=0)  # noqa: N815
    uniqueItems: bool | None = None  # noqa: N815
    properties: dict[str, SchemaLike] | None = None
    required: list[Element] | None = None
    patternProperties: dict[str, SchemaLike] | None = None  # noqa: N815
    additionalProperties: SchemaLike | None = None  # noqa: N815
    unevaluatedProperties: SchemaLike | None = None  # noqa: N815
    propertyNames: SchemaLike | None = None  # noqa: N815
    minProperties: int | None = Field(default=None, ge=0)  # noqa: N815
    maxProperties: int | None = Field(default=None, ge=0)  # noqa: N815
    oneOf: list[SchemaLike] | None = None  # noqa: N815
    anyOf: list[SchemaLike] | None = None  # noqa: N815
    allOf: list[SchemaLike] | None = None  # noqa: N815
    not_: SchemaLike | None = Field(default=None, alias="not")
    if_: SchemaLike | None = Field(default=None, alias="if")
    then: SchemaLike | None = None
    else_: SchemaLike | None = Field(default=None, alias="else")

    @model_validator(mode="after")
    def _is_sound(self) -> SchemaDocument:
        """Refuse keys that are there and say nothing, patterns that do not compile, and limits that cross."""
        for name in self.model_fields_set - {"const", "default"}:
            value, key = getattr(self, name), type(self).model_fields[name].alias or name
            if value is None:
                raise _mistake("wrong-value", f"{key!r} is null; leave it out")
            if name in _LISTS and not value:
                raise _mistake("wrong-schema", f"{key!r} is empty")
            is_set = name in ("type", "required", "enum") and isinstance(value, list)
            if is_set and len(distinct(map(freeze, value))) < len(value):
                raise _mistake("wrong-schema", f"{key!r} must have unique items")
        for pattern in (self.pattern, *(self.patternProperties or ())):
            if pattern is not None:
                _check_pattern(pattern)
        for low, high in (
            ("minLength", "maxLength"),
            ("minimum", "maximum"),
            ("minItems", "maxItems"),
            ("minProperties", "maxProperties"),
        ):
            lowest, highest = getattr(self, low), getattr(self, high)
            if lowest is not None and highest is not None and lowest > highest:
                raise _mistake("wrong-schema", f"{low} {lowest} is above {high} {highest}")
        return self

    @model_validator(mode="after")
    def _is_whole(self) -> SchemaDocument:
        """Refuse what leaves out what a whole schema must say."""
        types = [self.type] if isinstance(self.type, str) else (self.type or [])
        if self.format == "decimal" and not {"integer", "number"} & set(types):
            raise _mistake("wrong-schema", "the format decimal needs a type: integer or number, and string")
        if "object" in types and self.additionalProperties is None and self.unevaluatedProperties is None:
            reason = "an object must say whether it allows other properties: additionalProperties: false or true"
            raise _mistake("openness", reason)
        if self.properties is not None and self.required and not (self.allOf or self.patternProperties or self.ref):
            for name in self.required:
                if name not in self.properties:
                    raise _mistake("wrong-schema", f"{name!r} is required but not among the properties")
        return self


def _mistake(code: str, reason: str) -> PydanticCustomError:
    """An error of ours: a diagnostic's code, and words that are not a template."""
    return PydanticCustomError(code, "{reason}", {"reason": reason})


_LISTS = ("type", "enum", "prefixItems", "oneOf", "anyOf", "allOf")
"""The keywords whose lists have at least one item."""


def _check_pattern(pattern: str) -> None:
    """Refuse what Python or the engine does not compile: both meet the pattern."""
    shown = repr(pattern if len(pattern) <= _SHOWN else f"{pattern[:_SHOWN]}…")
    try:
        with warnings.catch_warnings():  # Python warns of what a later version may read otherwise
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except re.error as error:
        raise _mistake("wrong-pattern", f"{shown}: {error}") from error
    except (OverflowError, RecursionError, MemoryError, ValueError) as error:
        reason = f"the pattern {shown} is too large or too deeply nested"
        raise _mistake("wrong-pattern", reason) from error
    if not takes_pattern(pattern):
        reason = f"{shown} is not an ECMA 262 pattern, or uses look-around or back-references"
        raise _mistake("wrong-pattern", reason)


_SHOWN = 60
"""A longer pattern is cut in a message."""


JsonType = Literal["null", "boolean", "integer", "number", "string", "array", "object"]
SchemaLike = Annotated[SchemaDocument | bool, ByType()]


class Via:
    """Marks a value that is checked as a document and then made by `make`, from the value as it was written."""

    def __init__(self, document: Any, make: Callable[[Any, Any], Any]) -> None:
        self.document, self.make = document, make

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """The document's own schema, and the making after it."""
        return core_schema.no_info_wrap_validator_function(
            lambda value, check: self.make(value, check(value)), handler.generate_schema(self.document)
        )


def _schema(value: Any, _: Any) -> Any:
    made = normalised(value)
    if not takes_schema(json.dumps(_without_references(thaw(made)))):
        raise _mistake("wrong-schema", "the validation engine refuses this schema")
    return made


def _without_references(schema: Any) -> Any:
    """A schema to be compiled alone."""
    if not isinstance(schema, dict):
        return schema
    own = {key: value for key, value in schema.items() if key != "$ref"}
    return with_subschemas(own, _without_references)


AnySchema = Annotated[Schema, Via(SchemaLike, _schema)]
"""A JSON Schema, checked and frozen."""

Headers = Annotated[dict[str, AnySchema], AfterValidator(frozendict)]


class KeywordsDocument(SchemaDocument):
    """Some keywords of a schema: what a whole schema must say need not be said."""

    @model_validator(mode="after")
    def _is_whole(self) -> KeywordsDocument:
        return self


SomeKeywords = Annotated[Schema, Via(KeywordsDocument, _schema)]
"""Some keywords of a JSON Schema, checked and frozen."""


class ParameterDocument(SchemaDocument):
    """A parameter: the schema of one value, and what is said of the parameter itself."""

    required: bool = False  # type: ignore[assignment]  # of the parameter, not of properties
    repeatable: bool = False
    audience: Audience | None = None
    name_is_pattern: bool = Field(default=False, alias="name-is-pattern")


MakeParameter = Callable[[ParameterLocation, str], Parameter]


def _parameter(value: Any, document: ParameterDocument) -> MakeParameter:
    own = {"required", "repeatable", "audience", "name-is-pattern"}
    schema = normalised({key: item for key, item in value.items() if key not in own})
    return lambda location, name: Parameter(
        location=location,
        name=name,
        schema=schema,
        required=document.required or location == "path",
        repeatable=document.repeatable,
        audience=document.audience,
        name_is_pattern=document.name_is_pattern,
    )


ParameterMap = dict[str, Annotated[MakeParameter, Via(ParameterDocument, _parameter)]]


# -------------------------------------------------------------------------------------- operations


class ResponseDocument(Document):
    """An answer: the condition under which it is given, the schema of its body, its headers."""

    when: Sentence | None = None
    body: SchemaName | None = None
    headers: Headers = Field(default_factory=dict, validate_default=True)


class ErrorDocument(Document):
    """An error status that is answered under a condition worth telling."""

    status: Status
    when: Sentence


class OperationDocument(Document):
    """An operation."""

    summary: Sentence
    description: Sentence | None = None
    audience: Audience | None = None
    path: ParameterMap = Field(default_factory=dict)
    query: Annotated[ParameterMap | SchemaName, ByType()] = Field(default_factory=dict)
    header: ParameterMap = Field(default_factory=dict)
    unknown_query: UnknownQuery = "ignored"
    request: SchemaName | None = None
    responses: dict[str, Annotated[ResponseDocument | SchemaName | list[ResponseDocument] | None, ByType()]] = Field(
        default_factory=dict
    )
    errors: list[Annotated[Status | ErrorDocument, ByType()]] = Field(default_factory=list)
    gone_since_release: Name | None = None
    instead: Sentence | None = None
    alias_of: OperationKey | None = None
    microversioned: bool = True

    def definition(self, key: str, resource: str, audience: Audience, queries: dict[str, dict[str, Any]]) -> Definition:
        """The operation as a value. `audience` is the resource's; `queries` are the named sets of parameters."""
        method, _, rest = key.partition(" ")
        path, _, action = rest.partition("#")
        query = queries.get(self.query, {}) if isinstance(self.query, str) else self.query
        given: tuple[tuple[ParameterLocation, ParameterMap], ...] = (
            ("path", self.path),
            ("query", query),
            ("header", self.header),
        )
        parameters = [make(location, name) for location, made in given for name, make in made.items()]
        return Definition(
            method=method,
            path=path,
            action=action or None,
            resource=resource,
            summary=self.summary,
            description=self.description,
            audience=self.audience or audience,
            parameters=frozendict({parameter.key: parameter for parameter in parameters}),
            unknown_query=self.unknown_query,
            request=self.request,
            responses=frozendict({response.key: response for response in self._responses()}),
            gone_since_release=self.gone_since_release,
            instead=self.instead,
            alias_of=self.alias_of,
            microversioned=self.microversioned,
        )

    def _responses(self) -> list[Response]:
        found = []
        for status, given in self.responses.items():
            for item in given if isinstance(given, list) else [given]:
                if isinstance(item, ResponseDocument):
                    found.append(
                        Response(status=int(status), when=item.when, body=item.body, headers=frozendict(item.headers))
                    )
                else:
                    found.append(Response(status=int(status), body=item))
        for error in self.errors:
            if isinstance(error, ErrorDocument):
                found.append(Response(status=error.status, when=error.when))
            else:
                found.append(Response(status=error))
        return found

    @model_validator(mode="after")
    def _is_sound(self) -> OperationDocument:
        if not self.responses and self.alias_of is None:
            raise _mistake("missing-key", "an operation needs responses, or alias-of")
        if self.alias_of is not None and (self.responses or self.request or self.query or self.errors):
            raise _mistake("wrong-value", "an alias has the parameters, request and responses of the other operation")
        for status in self.responses:
            if not (status.isdigit() and len(status) == 3):
                raise _mistake("wrong-value", f"{status!r} is not an HTTP status")
        for key, number in Counter(response.key for response in self._responses()).items():
            if number > 1:
                raise _mistake("duplicate-name", f"status {key[0]} is listed twice under the same condition")
        return self


class ResourceDocument(Document):
    """A file of the baseline: a resource with its operations and schemas at the first version.

    `changes` are those that hold in some releases only, already at the first version.
    """

    resource: Name
    title: Sentence
    description: Sentence | None = None
    audience: Audience
    operations: dict[OperationKey, OperationDocument]
    queries: dict[SchemaName, ParameterMap] = Field(default_factory=dict)
    schemas: dict[SchemaName, AnySchema] = Field(default_factory=dict)
    changes: list[Annotated[ChangeDocument, ByVerb(), AfterValidator(_marked)]] = Field(default_factory=list)


class CommonParameters(Document):
    """Parameters of every operation: headers, and what the names in paths stand for."""

    header: ParameterMap = Field(default_factory=dict)
    path: ParameterMap = Field(default_factory=dict)


class CommonDocument(Document):
    """``baseline/common.yaml``: what all operations share."""

    parameters: CommonParameters = Field(default_factory=CommonParameters)
    headers: Headers = Field(default_factory=dict, validate_default=True)
    errors: list[ErrorDocument] = Field(default_factory=list)
    error_body: SchemaName | None = None
    queries: dict[SchemaName, ParameterMap] = Field(default_factory=dict)
    schemas: dict[SchemaName, AnySchema] = Field(default_factory=dict)


class ReleaseDocument(Document):
    """A release of the software: its version number, the year and number of its series, its highest microversion."""

    name: Label
    version: Label
    series: Label
    max_version: VersionText


class HeaderNames(Document):
    """The request headers that carry a microversion."""

    standard: Label
    legacy: Label | None = None


class ServiceDocument(Document):
    """``service.yaml``: the service, how versions are asked for, and the releases."""

    service: Name
    title: Sentence
    min_version: VersionText
    headers: HeaderNames
    releases: dict[Name, ReleaseDocument]


# ----------------------------------------------------------------------------------------- changes


class FromTo(BaseModel, Generic[T]):
    """What a value was, and what it becomes."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    before: T = Field(alias="from")
    after: T = Field(alias="to")


def _alteration(value: Any) -> Any:
    return Alteration(before=value.before, after=value.after) if isinstance(value, FromTo) else value


class ChangeDocument(Document):
    """What every change may say beside its verb and target."""

    why: Sentence | None = None
    feature: Name | None = None
    since_release: Name | None = None
    until_release: Name | None = None

    verb: ClassVar[str]

    @property
    def targets(self) -> list[str]:
        """The elements that the change is made to, as written."""
        target: str | list[str] = getattr(self, "target")  # noqa: B009  # its key differs by verb
        return target if isinstance(target, list) else [target]

    def each(self) -> Iterator[tuple[tuple[str, int], dict[str, Any]]]:
        """The changes that are written as this one: where the name of each is in it, and its fields."""
        given = {name.rstrip("_"): getattr(self, name) for name in self.model_fields_set}
        for position, target in enumerate(self.targets):
            yield (self.verb, position), {**given, "target": target}


def _marked(change: ChangeDocument) -> ChangeDocument:
    """A change that holds in some releases only. What holds in all of them stands in the baseline itself."""
    if change.since_release is None and change.until_release is None:
        raise _mistake("missing-key", "a change in the baseline needs since-release or until-release")
    return change


class AddOperationDocument(OperationDocument, ChangeDocument):
    """An operation appears; the keys are those of an operation in the baseline, and its resource."""

    verb: ClassVar[str] = "add-operation"

    target: Annotated[OperationKey | list[OperationKey], ByType()] = Field(alias="add-operation")
    resource: Name
    audience: Audience


_Parameters = Annotated[Element | list[Element], ByType()] | None


class _OfParameters(ChangeDocument):
    query: _Parameters = None
    path: _Parameters = None
    header: _Parameters = None

    @model_validator(mode="after")
    def _names_some(self) -> _OfParameters:
        given = [names for names in (self.query, self.path, self.header) if names is not None]
        if len(given) != 1 or not given[0]:
            raise _mistake("missing-key", "name the parameters with one of the keys query, path and header")
        return self

    def each(self) -> Iterator[tuple[tuple[str, int], dict[str, Any]]]:
        """One change for each parameter of each operation. Where several parameters are named, their names are told."""
        location = next(key for key in ("query", "path", "header") if getattr(self, key) is not None)
        names = getattr(self, location)
        for place, given in super().each():
            for position, name in enumerate(names if isinstance(names, list) else [names]):
                yield (location, position) if isinstance(names, list) else place, {**given, location: name}


_BASES: dict[type[Change], type[ChangeDocument]] = {changes.ParameterChange: _OfParameters}


def _document_type(annotation: Any) -> Any:
    """The type of a key in a document, from the type of the field of the change."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation is Schema:
        return AnySchema
    if annotation is Any:
        return Annotated[Any, AfterValidator(freeze)]
    if origin is frozendict:
        return Headers
    if origin is Alteration:
        return Annotated[FromTo[_document_type(arguments[0])], AfterValidator(_alteration)]  # type: ignore[misc]
    if origin in (Union, UnionType):
        members = tuple(_document_type(member) for member in arguments)
        return Annotated[Union[members], ByType()]  # noqa: UP007  # members are computed
    return annotation


def _document(kind: type[Change]) -> type[ChangeDocument]:
    """The document model of a kind of change, from its fields."""
    if kind is changes.AddOperation:
        return AddOperationDocument
    base = next((_BASES[parent] for parent in kind.__mro__ if parent in _BASES), ChangeDocument)
    hints = get_type_hints(kind, localns={"ClassVar": ClassVar, "Any": Any})
    fields: dict[str, Any] = {}
    for name in kind._fields:
        if name in base.model_fields or name == "location":
            continue
        if name == "target":
            fields[name] = (Annotated[Element | list[Element], ByType()], Field(alias=kind.verb))
        elif name == "keywords":
            fields[name] = (Annotated[FromTo[SomeKeywords], AfterValidator(_alteration)], ...)
        else:  # the underscore: pydantic has methods of its own called schema and the like
            default = getattr(kind, name, ...)
            fields[f"{name}_"] = (_document_type(hints[name]), None if default == EMPTY else default)
    title = "".join(word.capitalize() for word in kind.verb.split("-"))
    document = create_model(title, __base__=base, __doc__=kind.__doc__, **fields)
    document.verb = kind.verb
    return document


WRITTEN_KINDS = {verb: kind for verb, kind in KINDS.items() if verb != "add-behavior"}
"""The kinds that stand under ``changes:``. Behaviors are added under ``behaviors:``."""

CHANGE_DOCUMENTS = {verb: _document(kind) for verb, kind in WRITTEN_KINDS.items()}


def verb_of(change: Any) -> str | None:
    """The verb with which a change starts, if it is one."""
    return next((key for key in change if key in CHANGE_DOCUMENTS), None) if isinstance(change, dict) else None


class ByVerb:
    """Marks a change: which document it is, its verb says."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """The union of the documents of all kinds, tagged by verb."""
        members = {verb: handler.generate_schema(document) for verb, document in CHANGE_DOCUMENTS.items()}
        return core_schema.tagged_union_schema(members, discriminator=verb_of)


class BehaviorDocument(Document):
    """A change that no schema shows. Without `operations` it is about all of them.

    `statuses` are those with which the operations answer because of it, and when they do.
    """

    text: Sentence
    operations: list[OperationKey] = Field(default_factory=list)
    statuses: dict[StatusKey, Holds] = Field(default_factory=dict)
    since_release: Name | None = None
    until_release: Name | None = None


class VersionDocument(Document):
    """``versions/2.N.yaml``: what one microversion changes."""

    microversion: VersionText
    title: Sentence
    description: Sentence
    features: dict[Name, Sentence] = Field(default_factory=dict)
    removed_features: dict[Name, Sentence] = Field(default_factory=dict)
    behaviors: dict[Name, BehaviorDocument] = Field(default_factory=dict)
    changes: list[Annotated[ChangeDocument, ByVerb()]]


# ------------------------------------------------------------------------------------ suppressions


def _day(value: Any) -> date:
    try:
        found = date.fromisoformat(value)
        if found.isoformat() == value:  # it may be written in other ways, 20270331 for one
            return found
    except (TypeError, ValueError):
        pass
    raise _mistake("wrong-value", f"{value!r} is not a date such as 2027-03-31")


_OPERATION_OF_FINDING = r"[A-Z]+ /[^ ]*"
_ELEMENT_OF_FINDING = r"(path|query|header|request|response|response-header|error-body|status|behavior)( [^ ].*)?"
_FINDING_ID = rf"^[a-z-]+ ({_OPERATION_OF_FINDING}( {_ELEMENT_OF_FINDING})?|{_ELEMENT_OF_FINDING})$"


def _finding_id(value: str) -> str:
    rule = value.partition(" ")[0]
    if rule not in RULES:
        raise _mistake("unknown-name", f"there is no rule {rule}{did_you_mean(rule, RULES)}")
    if not re.match(_FINDING_ID, value):
        example = f"{rule} POST /things request /thing/name"
        raise _mistake("wrong-value", f"{value!r} is not the id of a finding, such as {example}")
    return value


FindingId = Annotated[str, AfterValidator(_finding_id), WithJsonSchema({"type": "string", "pattern": _FINDING_ID})]
"""The id of a finding: its rule, and the operation and the element that it is about."""


class SuppressionDocument(Document):
    """Why a finding is accepted, and the last day on which it is."""

    reason: Sentence
    expires: Annotated[date, BeforeValidator(_day)]


class SuppressionsDocument(Document):
    """A file of suppressions: findings that are known and accepted, by their ids."""

    suppressions: dict[FindingId, SuppressionDocument] = Field(json_schema_extra={"additionalProperties": False})


DOCUMENTS: dict[str, type[Document]] = {
    "service": ServiceDocument,
    "common": CommonDocument,
    "resource": ResourceDocument,
    "version": VersionDocument,
    "suppressions": SuppressionsDocument,
}
"""The kinds of file, for the generated JSON Schemas."""


def language_schema(kind: str) -> dict[str, object]:
    """The JSON Schema of a kind of file (service, common, resource, version, suppressions), for editors.

    Raises UnknownName for another kind.
    """
    from ..schema.walk import DIALECT
    from ..values.errors import UnknownName

    if kind not in DOCUMENTS:
        raise UnknownName("kind of file", kind, DOCUMENTS)
    return {"$schema": DIALECT, **DOCUMENTS[kind].model_json_schema()}

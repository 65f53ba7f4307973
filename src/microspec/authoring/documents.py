"""The documents of the language as pydantic models: what a file may contain, and what it means.

Each model turns into a value of `microspec.model` or `microspec.model.changes`. The documents of the kinds of change
are generated from the fields of the kinds, so a new kind does not need any change here. The JSON Schemas for editors
are generated from these models.
"""

from __future__ import annotations

import json
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from types import NoneType, UnionType
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
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

from ..diff.rules import RULES
from ..model import changes
from ..model.changes import KINDS, Alteration, Change
from ..model.definition import Definition, Parameter, Response
from ..model.vocabulary import Audience, Holds, ParameterLocation, RequestPart, UnknownQuery
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


class Form:
    """Says in YAML's words what a value must be, with examples of it. Pydantic ignores it; diagnostics quote it.

    An obvious form does not need an example.
    """

    def __init__(self, words: str, *examples: Any, is_obvious: bool = False) -> None:
        self.words, self.examples, self.is_obvious = words, examples, is_obvious


NAME = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
Name = Annotated[
    str,
    StringConstraints(pattern=NAME),
    Form("lower-case words joined by hyphens", "red-boxes"),
]
"""A feature, behavior or resource: lower-case words joined by hyphens."""

SchemaName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]*$"),
    Form("a name of letters and digits that starts with a capital", "Box", "BoxListing"),
]
"""A schema or a set of query parameters: words run together, each with a capital letter."""

OperationKey = Annotated[
    str,
    StringConstraints(pattern=r"^(GET|POST|PUT|DELETE|PATCH|HEAD) /[^ #?]*(#[A-Za-z_-]+)?$"),
    AfterValidator(_without_controls),
    Form("a method and a path", "GET /boxes"),
]
"""``METHOD /path``, and ``#action`` for a server action."""

_ELEMENT_NAME = r"^([A-Z][A-Za-z0-9]*([.=].+)?|(GET|POST|PUT|DELETE|PATCH|HEAD) /[^ #?]*(#[A-Za-z_-]+)?(\?.+)?)$"
ElementName = Annotated[
    str,
    StringConstraints(pattern=_ELEMENT_NAME),
    AfterValidator(_without_controls),
    Form(
        "the name of a schema, property, enum value, operation or query parameter",
        "Box.size",
        "Colour=red",
        "GET /boxes?limit",
    ),
]
"""The name of an element in a behavior: ``Schema``, ``Schema.property``, ``Schema=value``, ``METHOD /path`` or
``METHOD /path?parameter``."""

VERSION = r"^[1-9][0-9]{0,8}\.(0|[1-9][0-9]{0,8})$"
VersionText = Annotated[
    str,
    StringConstraints(pattern=VERSION),
    Form("a version in quotes", "2.10"),
]
"""A microversion; `Version` does not accept longer numbers either."""

Sentence = Annotated[
    str, StringConstraints(min_length=1, strip_whitespace=True), Form("text", "Some text.", is_obvious=True)
]

Label = Annotated[Sentence, AfterValidator(_without_controls)]
"""A name from outside the specification: of a release, of a header."""

Element = Annotated[str, AfterValidator(_without_controls)]
"""The name of a property."""

Target = Annotated[str, StringConstraints(min_length=1), AfterValidator(_without_controls)]
"""The target of a change: an element, or a parameter of one."""

NotEmpty = Field(min_length=1)
"""Marks a list that must not be empty."""

Status = Annotated[int, Field(ge=100, le=599), Form("an HTTP status", 404)]
StatusKey = Annotated[str, StringConstraints(pattern=r"^[1-5][0-9][0-9]$"), Form("an HTTP status", 200)]


def by_status(value: dict[str, Holds]) -> frozendict[int, Holds]:
    """The statuses of a behavior, as numbers."""
    return frozendict({int(status): holds for status, holds in value.items()})


Statuses = Annotated[dict[StatusKey, Holds], AfterValidator(by_status)]
"""The statuses of a behavior, and when it causes each, in the form of a change."""


def _key(field: str) -> str:
    """The key in YAML of a field of a model."""
    return field.rstrip("_").replace("_", "-")


class Document(BaseModel):
    """A mapping of the language: no other keys, no conversion, hyphens instead of underscores."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=_key, defer_build=True)

    @model_validator(mode="after")
    def _says_something(self) -> Document:
        """Refuse null for a key that can be left out."""
        for name, field in type(self).model_fields.items():
            if field.default is None and name in self.model_fields_set and getattr(self, name) is None:
                key = field.alias or name
                raise _mistake("wrong-value", f"{key} must not be null: leave it out", key)
        return self


class ByType:
    """Marks a union of which exactly one member is tried: the one for the type of the value.

    So an error is about what the author meant, not about all other forms of the value.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """The union, tagged by the name of the Python type of each member."""
        members = {python_type(member): handler.generate_schema(member) for member in get_args(source)}
        first = next(iter(members))

        def discriminate(value: Any) -> str:
            name = type(value).__name__
            return name if name in members else first

        return core_schema.tagged_union_schema(members, discriminator=discriminate)


def python_type(annotation: Any) -> str:
    """The name of the type of an annotation's values after YAML is parsed."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return python_type(get_args(annotation)[0])
    if origin is Literal:
        return type(get_args(annotation)[0]).__name__
    plain = origin or annotation
    return "dict" if plain in (Alteration, Schema) or issubclass(plain, BaseModel) else str(plain.__name__)


# ------------------------------------------------------------------------------------- JSON Schema


class SchemaDocument(BaseModel):
    """The keywords of JSON Schema 2020-12 in the language."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    form: ClassVar = Form("a mapping of JSON Schema keywords", {"type": "string"}, {"type": "integer"})

    description: Sentence | None = None
    """What the value is, in a sentence."""
    ref: SchemaName | None = Field(default=None, alias="$ref")
    """The name of another schema that the value must also obey."""
    type: Annotated[JsonType | list[JsonType], ByType()] | None = None
    """A JSON type, or a list of them: `null`, `boolean`, `integer`, `number`, `string`, `array`, `object`."""
    const: Any = None
    """The only value that is allowed."""
    enum: list[Any] | None = None
    """The values that are allowed."""
    default: Any = None
    """What the service assumes if the value is not given."""
    format: str | None = None
    """The format of the string; the language adds some formats (see above)."""
    minimum: int | None = None
    """The lowest number that is allowed."""
    exclusiveMinimum: int | None = None  # noqa: N815
    """The number must be greater than this."""
    maximum: int | None = None
    """The highest number that is allowed."""
    exclusiveMaximum: int | None = None  # noqa: N815
    """The number must be less than this."""
    multipleOf: int | None = Field(default=None, gt=0)  # noqa: N815
    """The number must be a multiple of this."""
    pattern: str | None = None
    """A regular expression (ECMA 262, without look-around and back-references) that must match a part of the string."""
    minLength: int | None = Field(default=None, ge=0)  # noqa: N815  # JSON Schema's names
    """The lowest number of characters."""
    maxLength: int | None = Field(default=None, ge=0)  # noqa: N815
    """The highest number of characters."""
    items: SchemaLike | None = None
    """The schema of each item; with `prefixItems`, of each further item."""
    prefixItems: list[SchemaLike] | None = None  # noqa: N815
    """The schemas of the first items, one by one."""
    minItems: int | None = Field(default=None, ge=0)  # noqa: N815
    """The lowest number of items."""
    maxItems: int | None = Field(default=None, ge=0)  # noqa: N815
    """The highest number of items."""
    uniqueItems: bool | None = None  # noqa: N815
    """Whether the items must be unique."""
    allOf: list[SchemaLike] | None = None  # noqa: N815
    """Schemas that the value must obey: its parts."""
    properties: dict[str, SchemaLike] | None = None
    """The schemas of the properties, by name."""
    required: list[Element] | None = None
    """The names of the required properties."""
    patternProperties: dict[str, SchemaLike] | None = None  # noqa: N815
    """The schemas of properties whose names match a regular expression."""
    propertyNames: SchemaLike | None = None  # noqa: N815
    """The schema of the names of properties."""
    minProperties: int | None = Field(default=None, ge=0)  # noqa: N815
    """The lowest number of properties."""
    maxProperties: int | None = Field(default=None, ge=0)  # noqa: N815
    """The highest number of properties."""
    oneOf: list[SchemaLike] | None = None  # noqa: N815
    """Schemas of which the value must obey exactly one."""
    anyOf: list[SchemaLike] | None = None  # noqa: N815
    """Schemas of which the value must obey at least one."""
    not_: SchemaLike | None = Field(default=None, alias="not")
    """A schema that the value must not obey."""
    if_: SchemaLike | None = Field(default=None, alias="if")
    """A schema that decides whether `then` or `else` applies."""
    then: SchemaLike | None = None
    """The schema of values that obey `if`."""
    else_: SchemaLike | None = Field(default=None, alias="else")
    """The schema of values that do not obey `if`."""
    additionalProperties: SchemaLike | None = None  # noqa: N815
    """The schema of all other properties; `false` if none are allowed, `true` if they may be anything."""
    unevaluatedProperties: SchemaLike | None = None  # noqa: N815
    """The same for an object composed of parts, after those of all parts."""

    @model_validator(mode="after")
    def _is_sound(self) -> SchemaDocument:
        """Refuse keys without effect, patterns that do not compile, and limits that contradict each other."""
        for name in self.model_fields_set - {"const", "default"}:
            value, key = getattr(self, name), type(self).model_fields[name].alias or name
            if value is None:
                raise _mistake("wrong-value", f"{key} must not be null: leave it out", key)
            if name in _LISTS and not value:
                raise _mistake("wrong-schema", f"{key} must not be empty", key)
            is_set = name in ("type", "required", "enum") and isinstance(value, list)
            if is_set and len(distinct(map(freeze, value))) < len(value):
                raise _mistake("wrong-schema", f"the items of {key} must be unique", key)
        if self.pattern is not None:
            _check_pattern(self.pattern, "pattern")
        for pattern in self.patternProperties or ():
            _check_pattern(pattern, "patternProperties", pattern, "[key]")
        for low, high in (
            ("minLength", "maxLength"),
            ("minimum", "maximum"),
            ("minItems", "maxItems"),
            ("minProperties", "maxProperties"),
        ):
            lowest, highest = getattr(self, low), getattr(self, high)
            if lowest is not None and highest is not None and lowest > highest:
                raise _mistake("wrong-schema", f"{low} {lowest} is above {high} {highest}", low)
        return self

    @model_validator(mode="after")
    def _is_whole(self) -> SchemaDocument:
        """Refuse a schema that leaves out what a whole schema must say."""
        types = [self.type] if isinstance(self.type, str) else (self.type or [])
        if self.format == "decimal" and not {"integer", "number"} & set(types):
            raise _mistake("wrong-schema", "the format decimal needs a type, such as [integer, string]", "format")
        if "object" in types and self.additionalProperties is None and self.unevaluatedProperties is None:
            reason = "an object must say whether it allows other properties: additionalProperties: false or true"
            raise _mistake("openness", reason)
        if self.properties is not None and self.required and not (self.allOf or self.patternProperties or self.ref):
            for place, name in enumerate(self.required):
                if name not in self.properties:
                    reason = f"{name!r} is required but not among the properties"
                    raise _mistake("wrong-schema", reason, "required", place)
        return self


def _mistake(code: str, reason: str, *at: str | int) -> PydanticCustomError:
    """An error of this package: the code of a diagnostic, its text (not a template), and the keys and indices to its
    place.

    A place that ends with ``[key]`` means a key, not its value.
    """
    return PydanticCustomError(code, "{reason}", {"reason": reason, "at": at})


_LISTS = ("type", "enum", "prefixItems", "oneOf", "anyOf", "allOf")
"""The keywords whose lists must have at least one item."""


def _check_pattern(pattern: str, *at: str) -> None:
    """Refuse patterns that Python or the engine cannot compile, because both use them."""
    shown = repr(pattern if len(pattern) <= _SHOWN else f"{pattern[:_SHOWN]}…")
    try:
        with warnings.catch_warnings():  # Python warns of patterns that may mean something else in a later version
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except re.error as error:
        raise _mistake("wrong-pattern", f"{shown} is not a regular expression: {error}", *at) from error
    except (OverflowError, RecursionError, MemoryError, ValueError) as error:
        reason = f"the pattern {shown} is too large or too deeply nested"
        raise _mistake("wrong-pattern", reason, *at) from error
    if not takes_pattern(pattern):
        reason = f"{shown} is not an ECMA 262 pattern, or uses look-around or back-references"
        raise _mistake("wrong-pattern", reason, *at)


_SHOWN = 60
"""A longer pattern is shortened in a message."""


JsonType = Literal["null", "boolean", "integer", "number", "string", "array", "object"]
SchemaLike = Annotated[SchemaDocument | bool, ByType()]


class Via:
    """Marks a value that is checked as a document and then made by `make`, from the value in the file."""

    def __init__(self, document: Any, make: Callable[[Any, Any], Any]) -> None:
        self.document, self.make = document, make

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """The schema of the document, followed by the call of `make`."""
        return core_schema.no_info_wrap_validator_function(
            lambda value, check: self.make(value, check(value)), handler.generate_schema(self.document)
        )


def _schema(value: Any, _: Any) -> Any:
    made = normalised(value)
    if not takes_schema(json.dumps(_without_references(thaw(made)))):
        raise _mistake("wrong-schema", "the validation engine refuses this schema")
    return made


def _without_references(schema: Any) -> Any:
    """A schema to be compiled by itself."""
    if not isinstance(schema, dict):
        return schema
    own = {key: value for key, value in schema.items() if key != "$ref"}
    return with_subschemas(own, _without_references)


AnySchema = Annotated[Schema, Via(SchemaLike, _schema)]
"""A JSON Schema, checked and frozen."""

Headers = Annotated[dict[str, AnySchema], AfterValidator(frozendict)]


class KeywordsDocument(SchemaDocument):
    """Some keywords of a schema; it may leave out what a whole schema must say."""

    form: ClassVar = Form("a mapping of JSON Schema keywords", {"maxLength": 255}, {"maxLength": 1000})

    @model_validator(mode="after")
    def _is_whole(self) -> KeywordsDocument:
        return self


SomeKeywords = Annotated[Schema, Via(KeywordsDocument, _schema)]
"""Some keywords of a JSON Schema, checked and frozen."""


class ParameterDocument(SchemaDocument):
    """A parameter: the schema of one value, and facts about the parameter itself."""

    required: bool = False  # type: ignore[assignment]  # of the parameter, not of properties
    """Whether requests must give it. Parameters in paths are always required."""
    repeatable: bool = False
    """Whether a query may give it several times."""
    audience: Audience | None = None
    """Who may use it; by default, the callers of the operation."""
    name_is_pattern: bool = Field(default=False, alias="name-is-pattern")
    """Whether the name is a regular expression, which stands for all names that it matches."""


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


def named_sets(query: Any) -> list[str]:
    """The names of sets of query parameters in the `query` of an operation."""
    return query if isinstance(query, list) else [query] if isinstance(query, str) else []


class ResponseDocument(Document):
    """An answer: the condition under which it is given, the schema of its body, its headers."""

    form: ClassVar = Form("a mapping", {"body": "Box"})

    when: Sentence | None = None
    """The condition of the answer, in a sentence."""
    body: SchemaName | None = None
    """The schema of the body; by default, there is no body."""
    headers: Headers = Field(default_factory=dict, validate_default=True)
    """The schemas of its headers, by name, in addition to those in `common.yaml`."""


_Responses = Annotated[list[ResponseDocument], NotEmpty]


class ErrorDocument(Document):
    """An error status with a condition."""

    status: Status
    """The HTTP status, 400 or above."""
    when: Sentence
    """The condition under which it is answered, in a sentence."""


class CommonErrorDocument(ErrorDocument):
    """An error status that any operation may answer with."""

    decided_by: Annotated[list[RequestPart], NotEmpty] = Field(default_factory=list)
    """The parts of the request that decide whether it is answered, if the specification judges them: `version`,
    `query`, `request` (the body). An explanation does not mention the error if these parts are valid."""


class OperationDocument(Document):
    """An operation."""

    form: ClassVar = Form("a mapping", {"summary": "List boxes", "responses": {200: "BoxListing"}})

    summary: Sentence
    """What the operation does, in the imperative."""
    description: Sentence | None = None
    """Details, if there are any."""
    audience: Audience | None = None
    """Who may call it by default policy: `anonymous` (without a token), `any`, `owner`, `reader`, `member`, `manager`,
    `admin` or `service`; by default the audience of the resource."""
    microversioned: bool = True
    """`false` if it ignores the requested version; by default `true`."""
    path: ParameterMap = Field(default_factory=dict)
    """The parameters in the path, by name; by default those of `common.yaml`."""
    query: Annotated[ParameterMap | SchemaName | Annotated[list[SchemaName], NotEmpty], ByType()] = Field(
        default_factory=dict
    )
    """The query parameters, by name; or the name of a set of them (`queries:`), or a list of such names."""
    header: ParameterMap = Field(default_factory=dict)
    """The parameters in headers, by name, in addition to those in `common.yaml`."""
    unknown_query: UnknownQuery = "ignored"
    """What happens to unknown query parameters: `ignored` (the default) or `rejected`."""
    request: SchemaName | None = None
    """The schema of the whole body; without it, the body is ignored."""
    responses: dict[StatusKey, Annotated[ResponseDocument | SchemaName | _Responses | None, ByType()]] = Field(
        default_factory=dict
    )
    """The answers, by status: `null` (no body), a schema, a mapping with `when`, `body` and `headers`, or a list of
    those."""
    errors: list[Annotated[Status | ErrorDocument, ByType()]] = Field(default_factory=list)
    """Its error statuses, in addition to those in `common.yaml`: a status, or a mapping with `status` and `when`."""
    gone_since_release: Name | None = None
    """The release from which on it answers 410 at every version."""
    instead: Sentence | None = None
    """What to use instead, once it is gone."""
    alias_of: OperationKey | None = None
    """The operation that this one is an alias of; the two are the same at each version."""

    def definition(self, key: str, resource: str, audience: Audience, queries: dict[str, dict[str, Any]]) -> Definition:
        """The operation as a value. `audience` is that of the resource; `queries` are the named sets of parameters."""
        method, _, rest = key.partition(" ")
        path, _, action = rest.partition("#")
        query = self.query if isinstance(self.query, dict) else {}
        given: tuple[tuple[ParameterLocation, ParameterMap], ...] = (
            ("path", self.path),
            ("query", query),
            *(("query", queries.get(name, {})) for name in named_sets(self.query)),
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
            raise _mistake("missing-key", "the key 'responses' is missing, or 'alias-of'")
        for own in ("responses", "request", "query", "errors"):
            if self.alias_of is not None and getattr(self, own):
                raise _mistake("wrong-value", f"an alias has the {own} of the other operation: leave it out", own)
        for key, number in Counter(response.key for response in self._responses()).items():
            if number > 1:
                raise _mistake("duplicate-name", f"status {key[0]} is listed twice under the same condition")
        return self


class ResourceDocument(Document):
    """A file of the baseline: a resource with its operations and schemas at the first version."""

    resource: Name
    """The name of the resource: lower-case words joined by hyphens."""
    title: Sentence
    """Its display name."""
    description: Sentence | None = None
    """A description, in a sentence or two."""
    audience: Audience
    """Who may call its operations, unless an operation has its own `audience`; see there for the values."""
    operations: dict[OperationKey, OperationDocument]
    """The operations at the first version, by `METHOD /path`; `{}` if there are none yet."""
    queries: dict[SchemaName, ParameterMap] = Field(default_factory=dict)
    """Sets of query parameters that operations share, by name. Other files may use them."""
    schemas: dict[SchemaName, AnySchema] = Field(default_factory=dict)
    """Schemas, by name. Other files may use them."""
    changes: list[Annotated[ChangeDocument, ByVerb(), A_MARKED_CHANGE, AfterValidator(_marked)]] = Field(
        default_factory=list
    )
    """What holds only in some releases at the first version: changes, each with `since-release` or `until-release`."""


class CommonParameters(Document):
    """Parameters of every operation: headers, and the parameters in paths."""

    form: ClassVar = Form("a mapping", {"path": {"box_id": {"type": "string"}}})

    header: ParameterMap = Field(default_factory=dict)
    """Headers that every request may have, by name."""
    path: ParameterMap = Field(default_factory=dict)
    """The path parameters (names in braces) of all paths, by name."""


class CommonDocument(Document):
    """``baseline/common.yaml``: what all operations share."""

    parameters: CommonParameters = Field(default_factory=CommonParameters)
    """Parameters that all operations have."""
    headers: Headers = Field(default_factory=dict, validate_default=True)
    """The schemas of the headers that all answers have, by name."""
    errors: list[CommonErrorDocument] = Field(default_factory=list)
    """The error statuses that any operation may answer with, each a mapping with `status`, `when` and `decided-by`."""
    error_body: SchemaName | None = None
    """The schema of the body of all errors."""
    queries: dict[SchemaName, ParameterMap] = Field(default_factory=dict)
    """Sets of query parameters, by name, as in a resource."""
    schemas: dict[SchemaName, AnySchema] = Field(default_factory=dict)
    """Schemas, by name, as in a resource."""


class ReleaseDocument(Document):
    """A release of the software: its version number, the year and number of its series, its highest microversion."""

    form: ClassVar = Form("a mapping", {"name": "Acorn", "version": "1.0.0", "series": "2026.1", "max-version": "2.10"})

    name: Label
    """Its display name."""
    series: Label
    """The series that it starts, such as `"2025.1"`."""
    version: Label
    """Its number, such as `31.0.0`."""
    max_version: VersionText
    """The highest microversion that it supports."""


class HeaderNames(Document):
    """The request headers that carry a microversion."""

    standard: Label
    """The header with the type of the service and the version, as in `OpenStack-API-Version: compute 2.1`."""
    legacy: Label | None = None
    """An older header, with the version alone."""


class ServiceDocument(Document):
    """``service.yaml``: the service, how versions are asked for, and the releases."""

    service: Name
    """The type of the service, which requests name in the header: lower-case words joined by hyphens."""
    title: Sentence
    """Its display name."""
    min_version: VersionText
    """The first microversion: the one that the baseline describes."""
    headers: HeaderNames
    """The headers that carry a version."""
    releases: dict[Name, ReleaseDocument]
    """The releases of the software, oldest first, by name in lower case; `{}` before the first one. Their versions are
    released, and must not change."""


# ----------------------------------------------------------------------------------------- changes


class FromTo(BaseModel, Generic[T]):
    """The old and the new value."""

    form: ClassVar = Form("a mapping with from and to")

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    before: T = Field(alias="from")
    after: T = Field(alias="to")


def _alteration(value: Any) -> Any:
    return Alteration(before=value.before, after=value.after) if isinstance(value, FromTo) else value


class ChangeDocument(Document):
    """What every change may say in addition to its verb and target."""

    feature: Name | None = None
    """The feature that the change is part of."""
    since_release: Name | None = None
    """The first release in which it holds; by default all of them."""
    until_release: Name | None = None
    """The last release in which it holds; by default all of them."""
    why: Sentence | None = None
    """The reason, in a sentence."""

    verb: ClassVar[str]
    leading: ClassVar[tuple[str, ...]] = ("target",)
    trailing: ClassVar[tuple[str, ...]] = ("feature", "since_release", "until_release", "why")
    """The fields whose keys come first, and those whose keys come last."""

    @property
    def targets(self) -> list[str]:
        """The elements that the change is made to, as written."""
        target: str | list[str] = getattr(self, "target")  # noqa: B009  # its key differs by verb
        return target if isinstance(target, list) else [target]

    def each(self) -> Iterator[tuple[tuple[str, int], dict[str, Any]]]:
        """The changes that this entry stands for: the place of the name of each, and its fields."""
        given = {name.rstrip("_"): getattr(self, name) for name in self.model_fields_set}
        for position, target in enumerate(self.targets):
            yield (self.verb, position), {**given, "target": target}


def _marked(change: ChangeDocument) -> ChangeDocument:
    """A change that holds only in some releases. What holds in all of them belongs in the baseline itself."""
    if change.since_release is None and change.until_release is None:
        raise _mistake("missing-key", "a change in the baseline needs since-release or until-release")
    return change


class AddOperationDocument(OperationDocument, ChangeDocument):
    """An operation is added; the keys are those of an operation in the baseline, and its resource."""

    verb: ClassVar[str] = "add-operation"
    leading = ("target", "resource", "audience")

    target: Annotated[OperationKey | Annotated[list[OperationKey], NotEmpty], ByType()] = Field(alias="add-operation")
    """The operation that is added, or a list of them."""
    resource: Name
    """The resource that it belongs to."""
    audience: Audience
    """Who may call it by default policy, as in an operation of the baseline; it is required here."""


_Targets = Annotated[Target | Annotated[list[Target], NotEmpty], ByType()]


class _OfParameters(ChangeDocument):
    form: ClassVar = Form("a mapping", {"query": "size"})

    leading = ("target", "query", "path", "header")

    query: _Targets | None = None
    """The name of the query parameter, or a list of them."""
    path: _Targets | None = None
    """The name of the parameter in the path, or a list of them."""
    header: _Targets | None = None
    """The name of the header, or a list of them."""

    @model_validator(mode="after")
    def _names_some(self) -> _OfParameters:
        named = [key for key in ("query", "path", "header") if getattr(self, key) is not None]
        if not named:
            raise _mistake("missing-key", "the key that names the parameter is missing: 'query', 'path' or 'header'")
        if len(named) > 1:
            reason = f"only one key may name the parameter: {named[0]} or {named[1]}"
            raise _mistake("wrong-value", reason, named[1], "[key]")
        return self

    def each(self) -> Iterator[tuple[tuple[str, int], dict[str, Any]]]:
        """One change for each parameter of each operation. If it names several parameters, each change gets one."""
        location = next(key for key in ("query", "path", "header") if getattr(self, key) is not None)
        names = getattr(self, location)
        for place, given in super().each():
            for position, name in enumerate(names if isinstance(names, list) else [names]):
                yield (location, position) if isinstance(names, list) else place, {**given, location: name}


class _OfResponse(ChangeDocument):
    leading = ("target", "status_")


_TARGETS = {"property": "Box.size", "schema": "Box", "enum value": "Box", "behavior": "red-boxes"}
"""Examples of targets by the noun of a kind, if it is not part of an operation."""

_BASES: dict[type[Change], type[ChangeDocument]] = {
    changes.ParameterChange: _OfParameters,
    changes.ResponseChange: _OfResponse,
}


def _document_type(annotation: Any) -> Any:
    """The type of a value in a document, from the type of the value in a change."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation is Schema:
        return AnySchema
    if annotation is Any:
        return Annotated[Any, AfterValidator(freeze)]
    if annotation is str:
        return Sentence
    if origin is frozendict:
        return Statuses if arguments[0] is int else Headers
    if origin is tuple:
        return Annotated[list[ElementName], AfterValidator(tuple)]
    if origin is Alteration:
        return Annotated[FromTo[_document_type(arguments[0])], AfterValidator(_alteration)]  # type: ignore[misc]
    if origin in (Union, UnionType):
        members = tuple(_document_type(member) for member in arguments)
        return Annotated[Union[members], ByType()]  # noqa: UP007  # members are computed
    return annotation


def _key_type(annotation: Any) -> Any:
    """The type of a key of a change, from the type of its field, whose None is that the key is left out."""
    members = [member for member in get_args(annotation) if member is not NoneType]
    is_optional = get_origin(annotation) in (Union, UnionType) and len(members) == 1
    return _document_type(members[0]) | None if is_optional else _document_type(annotation)


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
            form = Form("text or a list", _TARGETS.get(kind.noun, "GET /boxes"))
            fields[name] = (Annotated[_Targets, form], Field(alias=kind.verb))
        elif name == "keywords":
            fields[name] = (Annotated[FromTo[SomeKeywords], AfterValidator(_alteration)], ...)
        else:  # the underscore: pydantic has methods with names such as schema
            default = getattr(kind, name, ...)
            fields[f"{name}_"] = (_key_type(hints[name]), None if default == EMPTY else default)
    title = "".join(word.capitalize() for word in kind.verb.split("-"))
    document = create_model(title, __base__=base, __doc__=kind.__doc__, **fields)
    document.verb = kind.verb
    return document


WRITTEN_KINDS = {verb: kind for verb, kind in KINDS.items() if verb != "add-behavior"}
"""The kinds that are allowed under ``changes:``. Behaviors are added under ``behaviors:``."""

CHANGE_DOCUMENTS = {verb: _document(kind) for verb, kind in WRITTEN_KINDS.items()}


def verb_of(change: Any) -> str | None:
    """The verb with which a change starts, if it is one."""
    return next((key for key in change if key in CHANGE_DOCUMENTS), None) if isinstance(change, dict) else None


A_CHANGE = Form(
    "a mapping that starts with a kind of change", {"add-property": "Box.size", "schema": {"type": "integer"}}
)


A_MARKED_CHANGE = Form(A_CHANGE.words, {**A_CHANGE.examples[0], "until-release": "acorn"})


class ByVerb:
    """Marks a change: its verb selects the document."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """The union of the documents of all kinds, tagged by verb."""
        members = {verb: handler.generate_schema(document) for verb, document in CHANGE_DOCUMENTS.items()}
        return core_schema.tagged_union_schema(members, discriminator=verb_of)


class BehaviorDocument(Document):
    """A change that no schema shows. Without `operations` it affects all of them.

    `statuses` are the statuses that it causes, and when. `about` are the elements that it is about.
    """

    operations: Annotated[list[OperationKey], NotEmpty] = Field(default_factory=list)
    """The operations that it affects; by default all of them."""
    statuses: dict[StatusKey, Holds] = Field(default_factory=dict)
    """The statuses that it causes, and when: `{409: since}` means that the answer is a 409 as long as the behavior
    holds, `before` that it was a 409 only before, `always` that it is a 409 at every version."""
    about: Annotated[list[ElementName], NotEmpty] = Field(default_factory=list)
    """The elements that it is about: `Schema`, `Schema.property`, `Schema=value`, `METHOD /path` or
    `METHOD /path?parameter`."""
    since_release: Name | None = None
    """The first release in which it holds; by default all of them."""
    until_release: Name | None = None
    """The last release in which it holds; by default all of them."""
    text: Sentence
    """What happens, in a sentence or two."""


class VersionDocument(Document):
    """``versions/2.N.yaml``: what one microversion changes."""

    microversion: VersionText
    """The number, in quotes: `"2.10"`. The file has the same name."""
    title: Sentence
    """What changes, in a few words."""
    description: Sentence
    """What changes for a caller, in whole sentences."""
    features: dict[Name, Sentence] = Field(default_factory=dict)
    """The features that it adds: a sentence for each, by name."""
    removed_features: dict[Name, Sentence] = Field(default_factory=dict)
    """The features that it removes: the reason for each, by name."""
    behaviors: dict[Name, BehaviorDocument] = Field(default_factory=dict)
    """The behaviors that it adds, by name."""
    changes: list[Annotated[ChangeDocument, ByVerb(), A_CHANGE]]
    """What changes in operations and schemas, in order; `[]` if nothing does."""


# ------------------------------------------------------------------------------------ suppressions


def _day(value: Any) -> date:
    try:
        found = date.fromisoformat(value)
        if found.isoformat() == value:  # other notations, such as 20270331, are refused
            return found
    except (TypeError, ValueError):
        pass
    raise ValueError


_OPERATION_OF_FINDING = r"[A-Z]+ /[^ ]*"
_ELEMENT_OF_FINDING = r"(path|query|header|request|response|response-header|error-body|status|behavior)( [^ ].*)?"
_FINDING_ID = rf"^[a-z-]+ ({_OPERATION_OF_FINDING}( {_ELEMENT_OF_FINDING})?|{_ELEMENT_OF_FINDING})$"


def _finding_id(value: str) -> str:
    rule = value.partition(" ")[0]
    if not re.match(_FINDING_ID, value):
        raise ValueError
    if rule not in RULES:
        raise _mistake("unknown-name", f"there is no rule {rule}{did_you_mean(rule, RULES)}")
    return value


FindingId = Annotated[
    str,
    AfterValidator(_finding_id),
    WithJsonSchema({"type": "string", "pattern": _FINDING_ID}),
    Form("the id of a finding", "operation-added GET /boxes"),
]
"""The id of a finding: its rule, and the operation and the element that it is about."""


class SuppressionDocument(Document):
    """Why a finding is accepted, and the last day of that."""

    reason: Sentence
    """Why the finding is accepted."""
    expires: Annotated[date, BeforeValidator(_day), Form("a date", "2027-03-31")]
    """The last day on which it is accepted, such as `"2027-03-31"`."""


class SuppressionsDocument(Document):
    """A file of suppressions: known and accepted findings, by their ids."""

    suppressions: dict[FindingId, SuppressionDocument] = Field(json_schema_extra={"additionalProperties": False})
    """The accepted findings, by id."""


DOCUMENTS: dict[str, type[Document]] = {
    "service": ServiceDocument,
    "common": CommonDocument,
    "resource": ResourceDocument,
    "version": VersionDocument,
    "suppressions": SuppressionsDocument,
}
"""The kinds of file, for the generated JSON Schemas."""


class Editors(GenerateJsonSchema):
    """Generates the JSON Schemas for editors, in which a key that can be left out must not be null either."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """The schema of the value. Where null means something, it is a member of a union (`ByType`)."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """The schema of the value, with its default if there is one."""
        made = super().default_schema(schema)
        return {key: value for key, value in made.items() if (key, value) != ("default", None)}

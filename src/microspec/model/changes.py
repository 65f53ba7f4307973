"""The closed set of kinds of change: what one line of a version file can do to an `Api`.

A kind is one class: its `verb` (the key in YAML), its fields (the other keys), and `_make`, which checks the
precondition and makes the change to a `Draft` of an `Api`. Nothing here knows versions, files or YAML. The loader reads
the fields of a class to know the keys of its document (`microspec.authoring.documents`).

A change raises `PreconditionError`, and changes nothing, if it adds what exists, removes what does not exist,
alters from a value that is not the current one, or alters to the current value.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from ..schema.walk import PARTS, Schema
from ..values import same
from ..values.diagnostics import Location
from ..values.distinct import key as identity
from ..values.frozen import EMPTY, Value, frozendict
from .api import Api
from .definition import Behavior, Definition, Parameter, Response
from .draft import DefinitionDraft, Draft, SchemaDraft
from .elements import Element, shown
from .errors import PreconditionError
from .vocabulary import Audience, Holds, ParameterKey, UnknownQuery

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..values.locator import Locator
    from .draft import Kind

T = TypeVar("T")

KINDS: dict[str, type[Change]] = {}
"""Every kind of change by its verb."""


class Alteration(Value, Generic[T]):
    """The old and the new value (``{from: …, to: …}``)."""

    before: T
    after: T


class Change(Value):
    """One change to one element. `target` names the element, `why` gives the reason.

    `feature` names the feature that the change is part of, `location` is where it was written; both are only passed on.
    `since_release` and `until_release` are the keys of the first and the last release in which the change holds;
    without them, it holds in all releases that support its version.
    """

    verb: ClassVar[str]
    noun: ClassVar[str]

    target: str
    """What changes: an operation, `Schema`, `Schema.property`, or the name of a behavior; or a list of them that change
    in the same way."""
    why: str | None = None
    feature: str | None = None
    location: Location | None = None
    since_release: str | None = None
    until_release: str | None = None

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

    @property
    def _about(self) -> tuple[Kind, str]:
        """The kind and the name of the element, or of the element that it is a part of."""
        kinds: dict[str, Kind] = {"behavior": "behaviors", "schema": "schemas"}
        return kinds.get(self.noun, "definitions"), self.target

    def _holds_in(self, release: str | None, releases: Sequence[str]) -> bool:
        """Whether the change holds in a release. `releases` are the keys of all releases, oldest first.

        None stands for the newest release if it has no name: a change with an end does not hold in it.
        """
        since, until = self.since_release, self.until_release
        if since is None and until is None:
            return True
        if release is None:
            return until is None
        place = releases.index(release)
        return (since is None or releases.index(since) <= place) and (until is None or place <= releases.index(until))

    def apply(self, api: Api) -> Api:
        """The API after this change. Raises `PreconditionError` if it cannot be applied to `api`."""
        draft = Draft(api)
        self._make(draft)
        return draft.api()

    def _make(self, draft: Draft) -> None:
        """Make this change. Raises `PreconditionError`, and changes nothing, if it cannot be applied to the draft."""
        raise NotImplementedError

    def _may_lead_elsewhere(self, _locator: Locator, _steps: Container[str], /) -> bool:
        """Whether the change may affect an element whose pointer leads through the target.

        `steps` are the steps of the pointer there.
        """
        return True

    def _must_not_exist(self, there: bool) -> None:
        if there:
            raise PreconditionError("already-exists", f"{self.element} already exists")

    def _must_exist(self, there: bool, known: Any = ()) -> None:
        if not there:
            raise PreconditionError("not-found", f"there is no {self.element}", self.target, known)

    def _alter(self, record: Any, alterations: dict[str, Alteration[Any] | None]) -> Any:
        """`record` with the given alterations, each checked against the present value."""
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
            raise PreconditionError("nothing-to-do", f"the change does not alter {self.element}")
        return record.replace(**values)


# ---------------------------------------------------------------------------------------- operations


class AddOperation(Change):
    """An operation is added."""

    verb = "add-operation"

    definition: Definition

    def _make(self, draft: Draft) -> None:
        self._must_not_exist(self.target in draft.table("definitions"))
        draft.put("definitions", self.target, self.definition)


class RemoveOperation(Change):
    """An operation is removed. `instead` says what to use now."""

    verb = "remove-operation"

    instead: str | None = None
    """What to use instead."""

    def _make(self, draft: Draft) -> None:
        known = draft.table("definitions")
        self._must_exist(self.target in known, known)
        draft.delete("definitions", self.target)


class OperationChange(Change):
    """A change to a part of an operation."""

    def definition_in(self, api: Api) -> Definition:
        """The operation that changes."""
        return self._parts(Draft(api)).definition

    def _parts(self, draft: Draft) -> DefinitionDraft:
        known = draft.table("definitions")
        if self.target not in known:
            raise PreconditionError("not-found", f"there is no operation {self.target}", self.target, known)
        return draft.definition(self.target)


class AlterOperation(OperationChange):
    """The summary, description, request, audience or treatment of unknown query parameters of an operation changes.

    Summary and description are only words: changing them never breaks anything.
    """

    verb = "alter-operation"

    summary: Alteration[str] | None = None
    """What it does, in the imperative."""
    description: Alteration[str | None] | None = None
    """Details; `null` means none."""
    request: Alteration[str | None] | None = None
    """The schema of the body; `null` means none."""
    unknown_query: Alteration[UnknownQuery] | None = None
    """What happens to unknown query parameters: `ignored` or `rejected`."""
    audience: Alteration[Audience] | None = None
    """Who may call it by default policy."""

    def _make(self, draft: Draft) -> None:
        parts = self._parts(draft)
        altered: dict[str, Alteration[Any] | None] = {
            "summary": self.summary,
            "description": self.description,
            "request": self.request,
            "unknown_query": self.unknown_query,
            "audience": self.audience,
        }
        made = self._alter(parts.definition, altered)
        parts.alter({field: getattr(made, field) for field, alteration in altered.items() if alteration})


# ---------------------------------------------------------------------------------------- parameters


class ParameterChange(OperationChange):
    """A change to a parameter, named by one of `query`, `path` and `header`; a file may list several names."""

    query: str | None = None
    path: str | None = None
    header: str | None = None

    @property
    def parameter_key(self) -> ParameterKey:
        """The location of the parameter (``in`` in OpenAPI), and its name."""
        if self.query is not None:
            return ("query", self.query)
        return ("path", self.path) if self.path is not None else ("header", self.header or "")

    def _may_lead_elsewhere(self, locator: Locator, _: Container[str], /) -> bool:
        return not locator.name or self.parameter_key == ("query", locator.query)

    @property
    def element(self) -> str:
        return "{} parameter {} of {}".format(*self.parameter_key, self.target)


class AddParameter(ParameterChange):
    """A parameter is added."""

    verb = "add-parameter"

    schema: Schema
    """The schema of one value."""
    required: bool = False
    """Whether requests must give it; by default `false`."""
    repeatable: bool = False
    """Whether a query may give it several times; by default `false`."""
    audience: Audience | None = None
    """Who may use it; by default, the callers of the operation."""

    def _make(self, draft: Draft) -> None:
        parts = self._parts(draft)
        self._must_not_exist(self.parameter_key in parts.parameters)
        location, name = self.parameter_key
        parameter = Parameter(
            name=name,
            location=location,
            schema=self.schema,
            required=self.required or location == "path",
            repeatable=self.repeatable,
            audience=self.audience,
        )
        parts.put_parameter(self.parameter_key, parameter)


class RemoveParameter(ParameterChange):
    """A parameter is removed."""

    verb = "remove-parameter"

    def _make(self, draft: Draft) -> None:
        parts = self._parts(draft)
        self._must_exist(self.parameter_key in parts.parameters)
        parts.put_parameter(self.parameter_key, None)


class AlterParameter(ParameterChange):
    """The schema or the audience of a parameter changes, or whether it is required or repeatable."""

    verb = "alter-parameter"

    schema: Alteration[Schema] | None = None
    """The schema of one value."""
    required: Alteration[bool] | None = None
    """Whether requests must give it."""
    repeatable: Alteration[bool] | None = None
    """Whether a query may give it several times."""
    audience: Alteration[Audience | None] | None = None
    """Who may use it; `null` means the callers of the operation."""

    def _make(self, draft: Draft) -> None:
        parts = self._parts(draft)
        self._must_exist(self.parameter_key in parts.parameters)
        altered = {
            "schema": self.schema,
            "required": self.required,
            "repeatable": self.repeatable,
            "audience": self.audience,
        }
        parts.put_parameter(self.parameter_key, self._alter(parts.parameters[self.parameter_key], altered))


# ----------------------------------------------------------------------------------------- responses


class ResponseChange(OperationChange):
    """A change to the answer with a status, under the condition `when` if it has one."""

    when: str | None = None
    """The condition of the answer, if it has one."""

    def _may_lead_elsewhere(self, locator: Locator, _: Container[str], /) -> bool:
        return locator.request is None and locator.query is None

    def _element(self, status: int) -> str:
        return f"response {status} of {self.target}" + (f" when: {self.when}" if self.when else "")


class AddResponse(ResponseChange):
    """An operation may answer with one more status, or under one more condition."""

    verb = "add-response"

    status: int
    """The status of the answer."""
    body: str | None = None
    """The schema of the body; by default, there is no body."""
    headers: frozendict[str, Schema] = EMPTY
    """The schemas of its headers, by name."""

    @property
    def element(self) -> str:
        return self._element(self.status)

    def _make(self, draft: Draft) -> None:
        response = Response(status=self.status, when=self.when, body=self.body, headers=self.headers)
        parts = self._parts(draft)
        self._must_not_exist(parts.response(response.key) is not None)
        parts.put_response(response.key, response)


class RemoveResponse(ResponseChange):
    """An operation no longer answers with a status, or no longer under this condition."""

    verb = "remove-response"

    status: int
    """The status of the answer."""

    @property
    def element(self) -> str:
        return self._element(self.status)

    def _make(self, draft: Draft) -> None:
        parts = self._parts(draft)
        key = (self.status, self.when)
        self._must_exist(parts.response(key) is not None)
        parts.put_response(key, None)


class AlterResponse(ResponseChange):
    """The status, the body or the headers of an answer change. A single `status` names the answer."""

    verb = "alter-response"

    status: int | Alteration[int]
    """The status of the answer, or how it changes."""
    body: Alteration[str | None] | None = None
    """The schema of the body; `null` means none."""
    headers: Alteration[frozendict[str, Schema]] | None = None
    """The schemas of its headers, by name: all of them."""

    @property
    def _present_status(self) -> int:
        return self.status.before if isinstance(self.status, Alteration) else self.status

    @property
    def element(self) -> str:
        return self._element(self._present_status)

    def _make(self, draft: Draft) -> None:
        parts = self._parts(draft)
        key = (self._present_status, self.when)
        present = parts.response(key)
        self._must_exist(present is not None)
        status = self.status if isinstance(self.status, Alteration) else None
        altered = self._alter(present, {"status": status, "body": self.body, "headers": self.headers})
        if altered.key != key and parts.response(altered.key) is not None:
            raise PreconditionError("already-exists", f"{self._element(altered.status)} already exists")
        parts.put_response(key, altered)


# ------------------------------------------------------------------------------------------- schemas


class AddSchema(Change):
    """A named schema is added."""

    verb = "add-schema"

    schema: Schema
    """The schema."""

    def _make(self, draft: Draft) -> None:
        self._must_not_exist(self.target in draft.table("schemas"))
        draft.put("schemas", self.target, self.schema)


class RemoveSchema(Change):
    """A named schema is removed. Nothing may refer to it afterwards."""

    verb = "remove-schema"

    def _make(self, draft: Draft) -> None:
        known = draft.table("schemas")
        self._must_exist(self.target in known, known)
        draft.delete("schemas", self.target)


class SchemaChange(Change):
    """A change to a named schema or a part of it."""

    @property
    def schema_name(self) -> str:
        """The name of the schema that changes."""
        return self.target

    @property
    def _about(self) -> tuple[Kind, str]:
        return "schemas", self.schema_name

    def schema_in(self, api: Api) -> Schema:
        """The schema that changes."""
        return self._parts(Draft(api)).whole()

    def _parts(self, draft: Draft) -> SchemaDraft:
        known = draft.table("schemas")
        if self.schema_name not in known:
            reason = f"there is no schema {self.schema_name}"
            raise PreconditionError("not-found", reason, self.schema_name, known)
        if isinstance(known[self.schema_name], bool):
            reason = f"the schema {self.schema_name} is {shown(known[self.schema_name])}, which has no parts"
            raise PreconditionError("wrong-kind", reason)
        return draft.schema(self.schema_name)


class AlterSchema(SchemaChange):
    """Some keywords of a schema change. `from` has the altered and removed ones, `to` the altered and added ones.

    Other kinds change properties.
    """

    verb = "alter-schema"

    keywords: Alteration[Schema]
    """The keywords that change: their old (`from`) and their new values (`to`)."""

    def _make(self, draft: Draft) -> None:
        parts = self._parts(draft)
        before, after = self.keywords.before, self.keywords.after
        for keyword in ("properties", "required"):
            if keyword in before or keyword in after:
                raise PreconditionError(
                    "wrong-kind", f"change {keyword} with add-property, remove-property or alter-property"
                )
        present = parts.given({**before, **after})
        if not same(before, present):
            raise PreconditionError(
                "not-the-present-value",
                f"the altered keywords of {self.element} are {shown(present)}, not {shown(before)}",
            )
        if same(before, after):
            raise PreconditionError("nothing-to-do", f"{self.element} is the same before and after")
        parts.alter([keyword for keyword in before if keyword not in after], after)


class PartChange(SchemaChange):
    """A change to a named schema, or to a part of it: ``Schema.step.step``.

    A step is the name of a property, or ``*`` for the items of an array. It leads into an unnamed schema. Names are
    matched from the left against what exists: a name may contain dots, and the longest match counts.
    """

    @property
    def schema_name(self) -> str:
        return self.target.partition(".")[0]

    @property
    def schema_path(self) -> str:
        """The steps below the schema, such as ``reboot.type``; empty if the change is to the schema itself."""
        return self.target.partition(".")[2]

    @property
    def _last_steps(self) -> tuple[str, ...]:
        """The candidates for the last step: the path, and what follows each of its dots."""
        steps = self.schema_path.split(".")
        return tuple(".".join(steps[first:]) for first in range(len(steps)))

    def _begins_with(self, steps: Container[str]) -> bool:
        """Whether the first step may be one of these."""
        path = self.schema_path
        return any(step in steps for step in (path, *_beginnings(path)))

    def _may_lead_elsewhere(self, _: Locator, steps: Container[str], /) -> bool:
        return self._begins_with(steps)

    def _place(self, parts: SchemaDraft) -> tuple[SchemaDraft, str]:
        """Where the last step starts, and that step. Raises `PreconditionError` if the way leads through a named
        schema."""
        path = self.schema_path
        while path not in parts.properties:
            step = next((step for step in _beginnings(path) if step in parts.properties), None)
            if step is None and path.startswith("*."):
                step = "*"
            below = self._below(parts, step, path[len(step) + 1 :]) if step is not None else None
            if step is None or below is None:
                break
            parts, path = below, path[len(step) + 1 :]
        return parts, path

    def _below(self, parts: SchemaDraft, step: str, path: str) -> SchemaDraft | None:
        """The unnamed object or array that a step leads to, and the path after it; None if there is none."""
        is_property = step in parts.properties
        schema = parts.properties[step] if is_property else parts.get("items") if step == "*" else None
        if not isinstance(schema, dict):
            return None
        here = self.target.removesuffix(f".{path}") if path else self.target
        if "$ref" in schema:
            named = schema["$ref"]
            raise PreconditionError(
                "wrong-kind",
                f"{here} refers to the named schema {named}",
                advice=f"use {named}.{path}" if path else f"use {named}",
            )
        if any(keyword in schema for keyword in PARTS):
            raise PreconditionError(
                "wrong-kind",
                f"{here} is composed of several schemas, so a target cannot lead into it",
                advice="give these schemas names, and use the name of the one that changes",
            )
        if path and "items" not in schema and not _is_object(schema.get("type")):
            return None
        return parts.below(step if is_property else None)


def _beginnings(path: str) -> Iterator[str]:
    """The texts before each dot of a path, the longest first."""
    while "." in path:
        path = path.rpartition(".")[0]
        yield path


def _is_object(kind: Any) -> bool:
    """Whether the `type` of a schema allows objects."""
    return kind == "object" or (isinstance(kind, tuple) and "object" in kind)


class PropertyChange(PartChange):
    """A change to a property: ``Schema.property``, or ``Schema.property.property`` in an unnamed object."""

    def _present(self, holder: SchemaDraft, name: str) -> _Property:
        """The property as it is. Raises `PreconditionError` if it does not exist."""
        if name not in holder.properties:
            above = self.target.removesuffix(name)
            known = [f"{above}{each}" for each in holder.properties]
            raise PreconditionError("not-found", f"there is no {self.element}", self.target, known)
        return _Property(schema=holder.property_schema(name), required=holder.requires(name))


class AddProperty(PropertyChange):
    """A property is added to an object."""

    verb = "add-property"

    schema: Schema
    """The schema of the property."""
    required: bool = False
    """Whether the property must be there; by default `false`."""

    def _make(self, draft: Draft) -> None:
        holder, name = self._place(self._parts(draft))
        self._must_not_exist(name in holder.properties)
        if not _is_object(holder.get("type")):
            above = self.target.removesuffix(f".{name}")
            raise PreconditionError("wrong-kind", f"{above} is not an object, so it has no properties")
        holder.put_property(name, self.schema, self.required)


class RemoveProperty(PropertyChange):
    """A property is removed from an object. `instead` says what to use now."""

    verb = "remove-property"

    instead: str | None = None
    """What to use instead."""

    def _make(self, draft: Draft) -> None:
        holder, name = self._place(self._parts(draft))
        self._present(holder, name)
        holder.put_property(name, None, False)


class _Property(Value):
    schema: Schema
    required: bool


class AlterProperty(PropertyChange):
    """The schema of a property changes, or the property becomes required or optional."""

    verb = "alter-property"

    schema: Alteration[Schema] | None = None
    """The whole schema of the property."""
    required: Alteration[bool] | None = None
    """Whether the property must be there."""

    def _make(self, draft: Draft) -> None:
        holder, name = self._place(self._parts(draft))
        altered = self._alter(self._present(holder, name), {"schema": self.schema, "required": self.required})
        holder.put_property(name, altered.schema, altered.required)


class EnumChange(PartChange):
    """A change to the values that an `enum` allows: of a named schema, or of a part of it (``Schema.property``)."""

    value: Any
    """The value."""

    @property
    def element(self) -> str:
        return f"enum value {shown(self.value)} of {self.target}"

    def _listing(self, draft: Draft) -> tuple[SchemaDraft, dict[Hashable, Any]]:
        """The schema with the `enum`, and the allowed values by their keys."""
        parts = self._parts(draft)
        if self.schema_path:
            holder, step = self._place(parts)
            below = self._below(holder, step, "")
            if below is None:
                raise PreconditionError("not-found", f"there is no property {self.target}")
            parts = below
        if parts.values is None:
            raise PreconditionError("wrong-kind", f"{self.target} has no enum")
        return parts, parts.values


class AddEnumValue(EnumChange):
    """One more value is allowed."""

    verb = "add-enum-value"

    def _make(self, draft: Draft) -> None:
        parts, values = self._listing(draft)
        self._must_not_exist(identity(self.value) in values)
        parts.put_value(self.value, True)


class RemoveEnumValue(EnumChange):
    """A value is no longer allowed."""

    verb = "remove-enum-value"

    def _make(self, draft: Draft) -> None:
        parts, values = self._listing(draft)
        self._must_exist(identity(self.value) in values)
        parts.put_value(self.value, False)


# ----------------------------------------------------------------------------------------- behaviors


class BehaviorChange(Change):
    """A change to a behavior."""

    def _put(self, draft: Draft, behavior: Behavior) -> None:
        """Put a behavior. Raises `PreconditionError` if it names an operation or an element that does not exist."""
        known = draft.table("definitions")
        for operation in behavior.operations:
            if operation not in known:
                raise PreconditionError("not-found", f"there is no operation {operation}", operation, known)
        for name in behavior.about:
            element = Element(name)
            if not element.is_in(draft):
                raise PreconditionError("not-found", f"there is no {element.words}", name, element.known(draft))
        draft.put("behaviors", self.target, behavior)


class AddBehavior(BehaviorChange):
    """Something works differently, but no schema shows it."""

    verb = "add-behavior"

    text: str
    operations: tuple[str, ...] = ()
    statuses: frozendict[int, Holds] = EMPTY
    about: tuple[str, ...] = ()

    @property
    def behavior(self) -> Behavior:
        """The behavior that is added."""
        return Behavior(
            name=self.target,
            text=self.text,
            operations=self.operations,
            statuses=self.statuses,
            about=self.about,
        )

    def _make(self, draft: Draft) -> None:
        self._must_not_exist(self.target in draft.table("behaviors"))
        self._put(draft, self.behavior)


class AlterBehavior(BehaviorChange):
    """The operations, the statuses, the subject or the text of a behavior changes."""

    verb = "alter-behavior"

    operations: Alteration[tuple[str, ...]] | None = None
    """The operations that it affects; an empty list means all of them."""
    statuses: Alteration[frozendict[int, Holds]] | None = None
    """The statuses that it causes, and when: all of them."""
    about: Alteration[tuple[str, ...]] | None = None
    """All elements that it is about."""
    text: Alteration[str] | None = None
    """What happens, in a sentence or two."""

    def altered(self, behavior: Behavior) -> Behavior:
        """A behavior after this change. Raises `PreconditionError` if it is not as the change expects."""
        fields = ("text", "operations", "statuses", "about")
        return self._alter(behavior, {field: getattr(self, field) for field in fields})  # type: ignore[no-any-return]

    def _make(self, draft: Draft) -> None:
        known = draft.table("behaviors")
        self._must_exist(self.target in known, known)
        self._put(draft, self.altered(known[self.target]))


class RemoveBehavior(BehaviorChange):
    """A behavior ends."""

    verb = "remove-behavior"

    def _make(self, draft: Draft) -> None:
        known = draft.table("behaviors")
        self._must_exist(self.target in known, known)
        draft.delete("behaviors", self.target)

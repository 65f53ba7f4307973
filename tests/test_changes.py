"""The laws that every kind of change obeys, with generated inputs.

A kind is known here by its noun: `ELEMENTS` makes, for each noun, an API, an element to add to it
and other values to alter it to. A kind whose noun is missing fails the first test.
"""

from __future__ import annotations

import pickle
from typing import Any, NamedTuple, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microspec.model.api import Api
from microspec.model.changes import (
    KINDS,
    AddBehavior,
    AddEnumValue,
    AddOperation,
    AddParameter,
    AddProperty,
    AddResponse,
    AddSchema,
    Alteration,
    AlterBehavior,
    AlterOperation,
    AlterParameter,
    AlterProperty,
    AlterResponse,
    AlterSchema,
    Change,
    RemoveBehavior,
    RemoveEnumValue,
    RemoveOperation,
    RemoveParameter,
    RemoveProperty,
    RemoveResponse,
    RemoveSchema,
)
from microspec.model.definition import Behavior, Definition, Parameter, Response
from microspec.model.draft import Draft
from microspec.model.elements import shown
from microspec.model.errors import PreconditionError
from microspec.model.vocabulary import Holds
from microspec.schema.walk import normalised
from microspec.values.frozen import EMPTY, frozendict
from microspec.values.version import Version

AUDIENCES = ["anonymous", "any", "owner", "reader", "member", "manager", "admin", "service"]
TEXTS = st.text("abcdef:-", min_size=1, max_size=6)
SCALARS = st.none() | st.booleans() | st.integers(-2, 2) | st.text("ab1", max_size=2)
SCHEMAS = st.recursive(
    st.builds(lambda t, n: {"type": t, "minLength": n}, st.sampled_from(["string", "null"]), st.integers(0, 3))
    | st.builds(lambda v: {"enum": v}, st.lists(SCALARS, min_size=1, max_size=3))
    | st.just({"$ref": "Thing"}),
    lambda inner: (
        st.builds(
            lambda p, r: {
                "type": "object",
                "properties": p,
                "required": [k for k in p if r],
                "additionalProperties": r,
            },
            st.dictionaries(TEXTS, inner, max_size=3),
            st.booleans(),
        )
        | st.builds(lambda items: {"type": "array", "items": items}, inner)
    ),
    max_leaves=5,
).map(normalised)
OBJECTS = SCHEMAS.filter(lambda schema: schema.get("type") == "object")
HEADERS = st.dictionaries(TEXTS, SCHEMAS, max_size=2).map(frozendict)
RESPONSES = st.builds(
    lambda status, when, body, headers: Response(status=status, when=when, body=body, headers=headers),
    st.sampled_from([200, 201, 202, 404, 409]),
    st.none() | TEXTS,
    st.none() | st.just("Thing"),
    HEADERS,
)
PARAMETERS = st.builds(
    lambda name, location, schema, required, repeatable, audience: Parameter(
        name=name, location=location, schema=schema, required=required, repeatable=repeatable, audience=audience
    ),
    TEXTS,
    st.sampled_from(["query", "path", "header"]),
    SCHEMAS,
    st.booleans(),
    st.booleans(),
    st.none() | st.sampled_from(AUDIENCES),
)
DEFINITIONS = st.builds(
    lambda path, audience, parameters, request, responses: Definition(
        method="GET",
        path=f"/{path}",
        resource="things",
        summary="List things",
        audience=audience,
        parameters=frozendict({p.key: p for p in parameters}),
        request=request,
        responses=frozendict({r.key: r for r in responses}),
    ),
    TEXTS,
    st.sampled_from(AUDIENCES),
    st.lists(PARAMETERS, max_size=3),
    st.none() | st.just("Thing"),
    st.lists(RESPONSES, max_size=3),
)
APIS = st.builds(
    lambda definitions, schemas, behaviors: Api(
        version=Version("1.1"),
        definitions=frozendict({d.key: d for d in definitions}),
        schemas=frozendict({f"S{name}".replace(":", ""): schema for name, schema in schemas.items()}),
        behaviors=frozendict({b: Behavior(name=b, text=b) for b in behaviors}),
    ),
    st.lists(DEFINITIONS, max_size=4),
    st.dictionaries(TEXTS, SCHEMAS, max_size=4),
    st.lists(TEXTS, max_size=3),
)


class Element(NamedTuple):
    """An API, what adds an element to it and takes it away, and what alters the element (if anything does)."""

    api: Api
    add: Change
    remove: Change
    alter: Change | None


def altered(draw: st.DrawFn, values: Any, before: Any) -> Alteration[Any]:
    after = draw(values.filter(lambda value: value != before or repr(value) != repr(before)))
    return Alteration(before=before, after=after)


@st.composite
def operations(draw: st.DrawFn) -> Element:
    definition = draw(DEFINITIONS)
    api = draw(APIS.filter(lambda api: definition.key not in api.definitions))
    alter = AlterOperation(
        target=definition.key,
        summary=altered(draw, TEXTS, definition.summary),
        description=altered(draw, st.none() | TEXTS, definition.description),
        audience=altered(draw, st.sampled_from(AUDIENCES), definition.audience),
    )
    return Element(
        api,
        AddOperation(target=definition.key, definition=definition),
        RemoveOperation(target=definition.key, instead="another"),
        alter,
    )


@st.composite
def parameters(draw: st.DrawFn) -> Element:
    definition, parameter = draw(DEFINITIONS), draw(PARAMETERS)
    definition = definition.replace(
        parameters=frozendict({k: p for k, p in definition.parameters.items() if k != parameter.key})
    )
    api = draw(APIS)
    api = api.replace(definitions=frozendict({**api.definitions, definition.key: definition}))
    name: dict[str, Any] = {parameter.location: parameter.name}
    values = {key: getattr(parameter, key) for key in ("schema", "required", "repeatable", "audience")}
    alter = AlterParameter(target=definition.key, schema=altered(draw, SCHEMAS, parameter.schema), **name)
    return Element(
        api,
        AddParameter(target=definition.key, **name, **values),
        RemoveParameter(target=definition.key, **name),
        alter,
    )


@st.composite
def responses(draw: st.DrawFn) -> Element:
    definition, response = draw(DEFINITIONS), draw(RESPONSES)
    kept = {k: r for k, r in definition.responses.items() if k != response.key}
    definition = definition.replace(responses=frozendict(kept))
    api = draw(APIS)
    api = api.replace(definitions=frozendict({**api.definitions, definition.key: definition}))
    status = Alteration(before=response.status, after=299)
    key: dict[str, Any] = {"target": definition.key, "when": response.when}
    return Element(
        api,
        AddResponse(**key, status=response.status, body=response.body, headers=response.headers),
        RemoveResponse(**key, status=response.status),
        AlterResponse(**key, status=status, headers=altered(draw, HEADERS, response.headers)),
    )


@st.composite
def schemas(draw: st.DrawFn) -> Element:
    schema = draw(SCHEMAS)
    api = draw(APIS)
    before = frozendict({k: v for k, v in schema.items() if k in ("type", "enum")})
    after: frozendict[str, Any] = draw(st.sampled_from([frozendict({"type": "number"}), frozendict({"const": 1})]))
    alter = AlterSchema(target="New", keywords=Alteration(before=before, after=after))
    return Element(api, AddSchema(target="New", schema=schema), RemoveSchema(target="New"), alter)


NAMES = st.text("abc:.", min_size=1, max_size=4)
"""The names of properties, which may have dots in them."""


def without(schema: Any, path: str) -> dict[str, Any]:
    """An object without the properties that the first step of a path may be."""

    def stays(name: str) -> bool:
        return not f"{path}.".startswith(f"{name}.")

    return {
        **schema,
        "properties": {name: value for name, value in schema.get("properties", {}).items() if stays(name)},
        "required": [name for name in schema.get("required", ()) if stays(name)],
    }


@st.composite
def nested(draw: st.DrawFn, schema: Any, path: str) -> tuple[Any, str]:
    """A schema in objects and arrays without names, and the path from the outermost to what a path in it leads to."""
    for step in draw(st.lists(NAMES | st.just("*"), max_size=2)):
        path = f"{step}.{path}" if path else step
        if step == "*":
            schema = {"type": "array", "items": schema}
        else:
            outer = without(draw(OBJECTS), path)
            schema = {**outer, "properties": {**outer["properties"], step: schema}}
    return normalised(schema), path


@st.composite
def properties(draw: st.DrawFn) -> Element:
    name, schema = draw(NAMES), draw(SCHEMAS)
    api = draw(APIS)
    owner, path = draw(nested(without(draw(OBJECTS), name), name))
    api = api.replace(schemas=frozendict({**api.schemas, "Owner": owner}))
    required, target = draw(st.booleans()), f"Owner.{path}"
    return Element(
        api,
        AddProperty(target=target, schema=schema, required=required),
        RemoveProperty(target=target),
        AlterProperty(
            target=target,
            schema=altered(draw, SCHEMAS, schema),
            required=Alteration(before=required, after=not required),
        ),
    )


@st.composite
def enum_values(draw: st.DrawFn) -> Element:
    values = draw(st.lists(SCALARS, min_size=2, max_size=4, unique_by=lambda v: (type(v), v)))
    api = draw(APIS)
    schema, path = draw(nested({"enum": values[1:]}, ""))
    api = api.replace(schemas=frozendict({**api.schemas, "Enum": schema}))
    target = f"Enum.{path}" if path else "Enum"
    return Element(
        api,
        AddEnumValue(target=target, value=values[0]),
        RemoveEnumValue(target=target, value=values[0]),
        None,
    )


@st.composite
def behaviors(draw: st.DrawFn) -> Element:
    api = draw(APIS)
    names = st.sampled_from([*api.definitions, *api.schemas, *every_part(api)] or [""])
    operations = st.lists(names.filter(api.definitions.__contains__), max_size=2) if api.definitions else st.just([])
    about = st.lists(names, max_size=2) if api.definitions or api.schemas else st.just([])
    statuses = st.dictionaries(st.sampled_from([404, 409]), st.sampled_from(get_args(Holds))).map(frozendict)
    values: dict[str, st.SearchStrategy[Any]] = {
        "text": TEXTS,
        "operations": operations.map(tuple),
        "statuses": statuses,
        "about": about.map(tuple),
    }
    given = {name: draw(strategy) for name, strategy in values.items()}
    others = {name: draw(strategy) for name, strategy in values.items()}
    alterations: dict[str, Any] = {
        name: Alteration(before=given[name], after=others[name]) for name in values if given[name] != others[name]
    }
    return Element(
        api,
        AddBehavior(target="new-behavior", **given),
        RemoveBehavior(target="new-behavior"),
        AlterBehavior(
            target="new-behavior",
            **(alterations or {"text": altered(draw, TEXTS, given["text"])}),
        ),
    )


def every_part(api: Api) -> list[str]:
    """The names of properties and values of all schemas, and of the query parameters of all operations."""
    found = [f"{name}.{step}" for name, schema in api.schemas.items() for step in schema.get("properties", ())]
    found += [f"{name}={shown(value)}" for name, schema in api.schemas.items() for value in schema.get("enum", ())]
    for key, definition in api.definitions.items():
        found += [f"{key}?{name}" for location, name in definition.parameters if location == "query"]
    return found


ELEMENTS: dict[str, st.SearchStrategy[Element]] = {
    "operation": operations(),
    "parameter": parameters(),
    "response": responses(),
    "schema": schemas(),
    "property": properties(),
    "enum value": enum_values(),
    "behavior": behaviors(),
}

each_noun = pytest.mark.parametrize("noun", ELEMENTS)


def test_every_kind_has_its_laws() -> None:
    assert {kind.noun for kind in KINDS.values()} == set(ELEMENTS)
    verbs = {verb.partition("-")[0] for verb in KINDS}
    assert verbs == {"add", "remove", "alter"}


@each_noun
@given(data=st.data())
def test_add_then_remove_is_the_identity(noun: str, data: st.DataObject) -> None:
    element = data.draw(ELEMENTS[noun])
    assert element.remove.apply(element.add.apply(element.api)) == element.api


@each_noun
@given(data=st.data())
def test_altering_there_and_back_is_the_identity(noun: str, data: st.DataObject) -> None:
    element = data.draw(ELEMENTS[noun])
    if element.alter is None:
        assert f"alter-{noun.replace(' ', '-')}" not in KINDS
        return
    added = element.add.apply(element.api)
    there = element.alter.apply(added)
    assert there != added
    assert inverse(element.alter).apply(there) == added


def inverse(change: Change) -> Change:
    """The alteration back."""
    swapped = {
        name: Alteration(before=value.after, after=value.before)
        for name, value in change.fields().items()
        if isinstance(value, Alteration)
    }
    return change.replace(**swapped)


@each_noun
@given(data=st.data())
def test_applying_never_touches_its_input(noun: str, data: st.DataObject) -> None:
    element = data.draw(ELEMENTS[noun])
    before = pickle.dumps(element.api)
    added = element.add.apply(element.api)
    between = pickle.dumps(added)
    for change in (element.alter, element.remove):
        if change is not None:
            change.apply(added)
    assert pickle.dumps(element.api) == before
    assert pickle.dumps(added) == between


@each_noun
@given(data=st.data())
def test_a_violated_precondition_raises_and_changes_nothing(noun: str, data: st.DataObject) -> None:
    element = data.draw(ELEMENTS[noun])
    added = element.add.apply(element.api)
    refusals = [(element.add, added), (element.remove, element.api)]
    if element.alter is not None:
        refusals += [(element.alter, element.api), (element.alter, element.alter.apply(added))]
    for change, api in refusals:
        before = pickle.dumps(api)
        with pytest.raises(PreconditionError) as raised:
            change.apply(api)
        assert raised.value.code in ("already-exists", "not-found", "not-the-present-value", "wrong-kind")
        assert raised.value.reason
        assert pickle.dumps(api) == before


@each_noun
@given(data=st.data())
def test_what_is_not_changed_is_shared(noun: str, data: st.DataObject) -> None:
    element = data.draw(ELEMENTS[noun])
    after = element.add.apply(element.api)
    for field in ("definitions", "schemas", "behaviors"):
        before, now = getattr(element.api, field), getattr(after, field)
        assert sum(before.get(key) is not now[key] for key in now) <= 1


@pytest.mark.parametrize("kind", [kind for verb, kind in KINDS.items() if verb.startswith("alter-")])
def test_altering_to_the_same_value_is_nothing_to_do(kind: type[Change]) -> None:
    schema = frozendict(type="object", properties=frozendict(a=frozendict(type="string")), additionalProperties=False)
    parameter = Parameter(name="q", location="query", schema=frozendict(type="string"))
    response = Response(status=200)
    definition = Definition(
        method="GET",
        path="/things",
        resource="things",
        summary="List things",
        audience="any",
        parameters=frozendict({parameter.key: parameter}),
        responses=frozendict({response.key: response}),
    )
    api = Api(
        version=Version("1.1"),
        definitions=frozendict({definition.key: definition}),
        schemas=frozendict(Thing=schema),
        behaviors=frozendict(slow=Behavior(name="slow", text="It waits.")),
    )
    same = Alteration(before=frozendict(type="object"), after=frozendict(type="object"))
    arguments: dict[str, dict[str, Any]] = {
        "alter-operation": {"target": "GET /things", "audience": Alteration(before="any", after="any")},
        "alter-parameter": {"target": "GET /things", "query": "q", "required": Alteration(before=False, after=False)},
        "alter-response": {"target": "GET /things", "status": Alteration(before=200, after=200)},
        "alter-schema": {"target": "Thing", "keywords": same},
        "alter-behavior": {"target": "slow", "text": Alteration(before="It waits.", after="It waits.")},
        "alter-property": {"target": "Thing.a", "required": Alteration(before=False, after=False)},
    }
    with pytest.raises(PreconditionError) as raised:
        kind(**arguments[kind.verb]).apply(api)
    assert raised.value.code == "nothing-to-do"


SERVER = normalised(
    {
        "type": "object",
        "properties": {
            "reboot": {
                "type": ["object", "null"],
                "properties": {"type": {"enum": ["SOFT", "HARD"]}, "why": {"type": "string"}},
                "required": ["type"],
                "additionalProperties": False,
            },
            "list": {"type": "array", "items": {"type": "object", "properties": {"name": {"$ref": "Name"}}}},
            "flavor": {"$ref": "Flavor"},
            "hosts": {"anyOf": [{"type": "object", "properties": {"a": True}}, {"type": "null"}]},
            "a.b": {"type": "string"},
            "a": {"type": "object", "properties": {"b": {"type": "null"}}},
            "text": {"type": "string"},
        },
        "additionalProperties": False,
    }
)


def server(*changes: Change) -> Any:
    """The schema of servers after some changes, made to one draft; it has to be that of one change after the other."""
    api = Api(version=Version("1.1"), schemas=frozendict(Server=SERVER, Flavor=SERVER, Name=frozendict(type="string")))
    draft, each = Draft(api), api
    for change in changes:
        change._make(draft)
        each = change.apply(each)
        assert draft.api() == each
    return each.schemas["Server"]


def test_a_step_leads_into_what_has_no_name() -> None:
    text = frozendict(type="string")
    found = server(
        AddEnumValue(target="Server.reboot.type", value="WARM"),
        RemoveProperty(target="Server.reboot.why"),
        AddProperty(target="Server.list.*.id", schema=text, required=True),
        AlterProperty(target="Server.reboot.type", required=Alteration(before=True, after=False)),
    )["properties"]
    assert found["reboot"]["properties"] == {"type": {"enum": ("SOFT", "HARD", "WARM")}}
    assert "required" not in found["reboot"]
    assert found["list"]["items"]["properties"]["id"] is text
    assert found["list"]["items"]["required"] == ("id",)
    assert found["flavor"] is SERVER["properties"]["flavor"]


def test_the_longest_name_counts() -> None:
    found = server(RemoveProperty(target="Server.a.b"))
    assert "a.b" not in found["properties"]
    assert found["properties"]["a"] is SERVER["properties"]["a"]
    assert server(RemoveProperty(target="Server.a.b"), RemoveProperty(target="Server.a.b"))["properties"]["a"] == {
        "type": "object"
    }
    added = AddProperty(target="Server.text.b", schema=frozendict(type="null"))
    assert server(added)["properties"]["text.b"] == {"type": "null"}


def test_what_is_in_a_property_is_altered_with_it() -> None:
    """A property is what the changes before have made of what is in it, and what is in it goes with it."""
    reboot = server(AddEnumValue(target="Server.reboot.type", value="WARM"))["properties"]["reboot"]
    text = frozendict(type="object", properties=frozendict(type=frozendict(enum=(1,))))
    found = server(
        AddEnumValue(target="Server.reboot.type", value="WARM"),
        AlterProperty(target="Server.reboot", schema=Alteration(before=reboot, after=text)),
        AddEnumValue(target="Server.reboot.type", value="COLD"),
        RemoveProperty(target="Server.list"),
    )
    assert found["properties"]["reboot"]["properties"]["type"]["enum"] == (1, "COLD")
    assert "list" not in found["properties"]


def test_items_are_altered_with_their_parts() -> None:
    items = frozendict(type="object", properties=frozendict(name=frozendict(enum=("a",))))
    api = Api(version=Version("1.1"), schemas=frozendict(List=frozendict(type="array", items=items)))
    draft = Draft(api)
    AddEnumValue(target="List.*.name", value="b")._make(draft)
    wider = frozendict(type="object", properties=frozendict(name=frozendict(enum=("a", "b"))))
    keywords: Alteration[Any] = Alteration(before=frozendict(items=wider), after=frozendict(items=items))
    AlterSchema(target="List", keywords=keywords)._make(draft)
    assert draft.api() == api
    AddEnumValue(target="List.*.name", value="c")._make(draft)
    assert draft.api().schemas["List"]["items"]["properties"]["name"]["enum"] == ("a", "c")


@pytest.mark.parametrize(
    ("change", "reason", "hint"),
    [
        (
            RemoveProperty(target="Server.flavor.name"),
            "Server.flavor refers to the named schema Flavor",
            "use Flavor.name",
        ),
        (
            RemoveProperty(target="Server.list.*.name.x"),
            "Server.list.*.name refers to the named schema Name",
            "use Name.x",
        ),
        (
            AddEnumValue(target="Server.flavor", value=1),
            "Server.flavor refers to the named schema Flavor",
            "use Flavor",
        ),
        (
            AddEnumValue(target="Server.list.*.name", value=1),
            "Server.list.*.name refers to the named schema Name",
            "use Name",
        ),
        (AddEnumValue(target="Server.text", value=1), "Server.text has no enum", None),
        (AddEnumValue(target="Server.reboot.kind", value=1), "there is no property Server.reboot.kind", None),
        (AddProperty(target="Server.list.name", schema=EMPTY), "Server.list is not an object", None),
        (RemoveProperty(target="Server.hosts.a"), "Server.hosts is composed of several schemas", "give these"),
        (RemoveProperty(target="Server.reboot.typ"), "there is no property Server.reboot.typ", "Server.reboot.type"),
    ],
)
def test_a_step_that_leads_nowhere(change: Change, reason: str, hint: str | None) -> None:
    with pytest.raises(PreconditionError) as raised:
        server(change)
    assert raised.value.reason.startswith(reason)
    assert hint in (raised.value.hint or "") if hint else raised.value.hint is None


def test_an_answer_keeps_its_body_and_its_headers() -> None:
    headers = frozendict(Location=frozendict(type="string"))
    response = Response(status=200, when="It is new.", body="Thing", headers=headers)
    definition = Definition(
        method="GET",
        path="/things",
        resource="things",
        summary="List things",
        audience="any",
        responses=frozendict({response.key: response}),
    )
    api = Api(version=Version("1.1"), definitions=frozendict({definition.key: definition}))
    status = Alteration(before=200, after=201)
    after = AlterResponse(target=definition.key, status=status, when="It is new.").apply(api)
    (found,) = after.definitions[definition.key].responses.values()
    assert found == response.replace(status=201)


def test_true_is_not_one() -> None:
    api = Api(version=Version("1.1"), schemas=frozendict(Flag=frozendict(enum=(1,))))
    widened = AddEnumValue(target="Flag", value=True).apply(api)
    assert [repr(value) for value in widened.schemas["Flag"]["enum"]] == ["1", "True"]
    with pytest.raises(PreconditionError):
        RemoveEnumValue(target="Flag", value=True).apply(api)
    keywords = Alteration[Any](before=frozendict(enum=(1,)), after=frozendict(enum=(True,)))
    altered_api = AlterSchema(target="Flag", keywords=keywords).apply(api)
    assert repr(altered_api.schemas["Flag"]["enum"]) == "(True,)"


@pytest.mark.parametrize(
    ("name", "reason", "hint"),
    [
        ("Thng", "there is no schema Thng", "Thing"),
        ("Thing.nmae", "there is no property Thing.nmae", "Thing.name"),
        ("Thing.size.hieght", "there is no property Thing.size.hieght", "Thing.size.height"),
        ("Thing.parts.height", "there is no property Thing.parts.height", "Thing.parts.*.height"),
        ("Thing.name.first", "there is no property Thing.name.first", ""),
        ("Flag.name", "there is no property Flag.name", ""),
        ("Nothing.name", "there is no property Nothing.name", ""),
        ("GET /thigs", "there is no operation GET /thigs", "GET /things"),
        ("GET /things?limt", "there is no query parameter limt of GET /things", "GET /things?limit"),
        ("GET /things?X-Way", "there is no query parameter X-Way of GET /things", ""),
        (f"Thing{'.way' * 99}", f"there is no property Thing{'.way' * 99}", ""),  # it is cut at each dot, but once only
        ("Colour=gren", "there is no enum value gren of Colour", "Colour=green"),
        ("Colour.green", "there is no property Colour.green", "Colour=green"),
        ("Colour=1", "there is no enum value 1 of Colour", ""),
        ("Thing=green", "there is no enum value green of Thing", ""),
        ("Thing.size.unit=m", "there is no enum value m of Thing.size.unit", "Thing.size.unit=mm"),
        ("Thing.tags.*=smal", "there is no enum value smal of Thing.tags.*", "Thing.tags.*=small"),
        ("Thing.tags.*", "there is no property Thing.tags.*", ""),
        ("GET /things?sort=nmae", "there is no enum value nmae of query parameter sort of GET /things", "sort=name"),
        ("GET /things?limit=1", "there is no enum value 1 of query parameter limit of GET /things", ""),
    ],
)
def test_a_behavior_is_about_what_there_is(name: str, reason: str, hint: str) -> None:
    lengths = {"height": {"type": "string"}, "unit": {"enum": ["cm", "mm"]}}
    size = {"type": "object", "properties": lengths, "additionalProperties": False}
    properties = {
        "name": {"type": "string"},
        "size": size,
        "parts": {"type": "array", "items": size},
        "tags": {"type": "array", "items": {"enum": ["small", "a=b"]}},
        "a=b": {"type": "string"},
    }
    thing = {"type": "object", "properties": properties}
    parameters = [
        Parameter(name="sort", location="query", schema=normalised({"enum": ["name", "size"]})),
        Parameter(name="limit", location="query", schema=frozendict(type="string")),
        Parameter(name="X-Way", location="header", schema=frozendict(type="string")),
    ]
    definition = Definition(
        method="GET",
        path="/things",
        resource="things",
        summary="List things",
        audience="any",
        parameters=frozendict({parameter.key: parameter for parameter in parameters}),
    )
    api = Api(
        version=Version("1.1"),
        definitions=frozendict({definition.key: definition}),
        schemas=frozendict[str, Any](
            Thing=normalised(thing), Flag=True, Colour=normalised({"enum": ["green", "dark.red", 7, True, None]})
        ),
    )
    there = (
        "Thing",
        "Thing.name",
        "Thing.size.height",
        "Thing.parts.*.height",
        "Flag",
        "GET /things",
        "GET /things?limit",
        "GET /things?sort=size",
        "Colour=green",
        "Colour=dark.red",
        "Colour=7",
        "Colour=true",
        "Colour=null",
        "Thing.size.unit=mm",
        "Thing.parts.*.unit=cm",
        "Thing.tags.*=a=b",
        "Thing.a=b",
    )
    behavior = AddBehavior(target="slow", text="It waits.", about=there)
    after = behavior.apply(api)
    assert after.behaviors["slow"].about == there
    alteration = AlterBehavior(target="slow", about=Alteration(before=there, after=(name,)))
    for change, before in ((behavior.replace(about=(name,)), api), (alteration, after)):
        with pytest.raises(PreconditionError) as raised:
            change.apply(before)
        assert (raised.value.code, raised.value.reason) == ("not-found", reason)
        assert hint in (raised.value.hint or "")

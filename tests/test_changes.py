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
from microspec.model.errors import PreconditionError
from microspec.model.vocabulary import Holds
from microspec.schema.walk import normalised
from microspec.values.frozen import frozendict
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
        target=definition.key, audience=altered(draw, st.sampled_from(AUDIENCES), definition.audience)
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


@st.composite
def properties(draw: st.DrawFn) -> Element:
    owner, name, schema = draw(OBJECTS), draw(TEXTS), draw(SCHEMAS)
    api = draw(APIS)
    owner = normalised(
        {
            **owner,
            "properties": {k: v for k, v in owner.get("properties", {}).items() if k != name},
            "required": [k for k in owner.get("required", ()) if k != name],
        }
    )
    api = api.replace(schemas=frozendict({**api.schemas, "Owner": owner}))
    required, target = draw(st.booleans()), f"Owner.{name}"
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
    api = api.replace(schemas=frozendict({**api.schemas, "Enum": frozendict(enum=tuple(values[1:]))}))
    return Element(
        api,
        AddEnumValue(target="Enum", value=values[0]),
        RemoveEnumValue(target="Enum", value=values[0]),
        None,
    )


@st.composite
def behaviors(draw: st.DrawFn) -> Element:
    api = draw(APIS)
    operations = tuple(draw(st.lists(st.sampled_from(sorted(api.definitions)), max_size=2))) if api.definitions else ()
    return Element(
        api,
        AddBehavior(
            target="new-behavior",
            text="Something else is done.",
            operations=operations,
            statuses=frozendict({409: draw(st.sampled_from(get_args(Holds)))}),
        ),
        RemoveBehavior(target="new-behavior"),
        None,
    )


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
    )
    same = Alteration(before=frozendict(type="object"), after=frozendict(type="object"))
    arguments: dict[str, dict[str, Any]] = {
        "alter-operation": {"target": "GET /things", "audience": Alteration(before="any", after="any")},
        "alter-parameter": {"target": "GET /things", "query": "q", "required": Alteration(before=False, after=False)},
        "alter-response": {"target": "GET /things", "status": Alteration(before=200, after=200)},
        "alter-schema": {"target": "Thing", "keywords": same},
        "alter-property": {"target": "Thing.a", "required": Alteration(before=False, after=False)},
    }
    with pytest.raises(PreconditionError) as raised:
        kind(**arguments[kind.verb]).apply(api)
    assert raised.value.code == "nothing-to-do"


def test_true_is_not_one() -> None:
    api = Api(version=Version("1.1"), schemas=frozendict(Flag=frozendict(enum=(1,))))
    widened = AddEnumValue(target="Flag", value=True).apply(api)
    assert [repr(value) for value in widened.schemas["Flag"]["enum"]] == ["1", "True"]
    with pytest.raises(PreconditionError):
        RemoveEnumValue(target="Flag", value=True).apply(api)
    keywords = Alteration[Any](before=frozendict(enum=(1,)), after=frozendict(enum=(True,)))
    altered_api = AlterSchema(target="Flag", keywords=keywords).apply(api)
    assert repr(altered_api.schemas["Flag"]["enum"]) == "(True,)"

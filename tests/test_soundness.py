"""A diff is sound: whatever is refused, or comes back as it never did, is told, for any schemas of the language.

Schemas are generated, and changed at any place; values are put to both. What only widens, by the way it was
made, breaks nobody who sends, and what means the same is no difference.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exploring import examples
from microspec.diff.diff import of_apis
from microspec.diff.rules import RULES
from microspec.schema.walk import normalised
from microspec.values.frozen import frozendict
from test_rules import api

if TYPE_CHECKING:
    from collections.abc import Callable

    from microspec.diff.diff import Diff
    from microspec.diff.findings import Finding
    from microspec.model.api import Api

Schema = Any

# --------------------------------------------------------------------------------------- generated schemas

NAMES = ("a", "b", "ab")
PATTERNS = ("^a", "^b", "^[ab]+$")
LISTED = ("a", "b", "cc", 0, 1, 2, 1.5, True, False, None)
LIMITS = (
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minItems",
    "maxItems",
)
TYPES = ("string", "integer", "number", "boolean", "null")
NAMED = {
    "Part": {
        "type": "object",
        "properties": {"k": {"type": "integer"}},
        "required": ["k"],
        "additionalProperties": False,
    },
    "Tree": {
        "type": "object",
        "properties": {"a": {"$ref": "Tree"}, "b": {"type": "string"}},
        "additionalProperties": False,
    },
}


@st.composite
def leaves(draw: st.DrawFn) -> Schema:
    """A schema that holds no other."""
    kind = draw(st.sampled_from(("limits", "texts", "listed", "decimal", "two patterns", "named", "bare", "multiple")))
    if kind == "limits":
        types = draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True))
        keywords = draw(st.lists(st.sampled_from(LIMITS[:6]), max_size=2, unique=True))
        return {"type": types, **{keyword: draw(st.integers(0, 3)) for keyword in keywords}}
    if kind == "texts":
        return {"type": "string", "pattern": draw(st.sampled_from(("^[ab]*$", "^[a-z]+$", "^[a-z0-9]*$", "^a")))}
    if kind == "listed":
        values = draw(st.lists(st.sampled_from(LISTED), min_size=1, max_size=3, unique_by=repr))
        return draw(
            st.sampled_from(({"enum": values}, {"const": values[0]}, {"type": "string", "not": {"enum": values}}))
        )
    if kind == "decimal":
        return {"type": ["integer", "string"], "format": "decimal", "minimum": draw(st.integers(0, 2))}
    if kind == "two patterns":
        return {"type": "string", "allOf": [{"pattern": draw(st.sampled_from("abc"))} for _ in "12"]}
    if kind == "named":
        return {"$ref": draw(st.sampled_from(sorted(NAMED)))}
    if kind == "multiple":
        return {"type": "integer", "multipleOf": draw(st.integers(1, 3))}
    return draw(st.sampled_from((True, {}, False)))


def holding(schemas: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    """Schemas that hold others."""
    several = st.lists(schemas, min_size=1, max_size=3)
    openness = st.one_of(st.booleans(), schemas)
    return st.one_of(
        objects(schemas, openness),
        objects(schemas, openness),
        arrays(schemas),
        several.map(lambda branches: {"anyOf": branches}),
        several.map(lambda branches: {"oneOf": branches}),
        st.tuples(schemas, schemas).map(lambda parts: {"allOf": list(parts)}),
        st.tuples(schemas, schemas, schemas).map(lambda parts: dict(zip(("if", "then", "else"), parts, strict=True))),
        st.builds(
            lambda rules, others: {"type": "object", "patternProperties": rules, "additionalProperties": others},
            st.dictionaries(st.sampled_from(PATTERNS), schemas, min_size=1, max_size=2),
            openness,
        ),
    )


@st.composite
def arrays(draw: st.DrawFn, schemas: st.SearchStrategy[Schema]) -> Schema:
    """Arrays with items of one kind, or with some told by their place."""
    made: Schema = {"type": "array", "items": draw(schemas)}
    if draw(st.integers(0, 3)) == 0:
        made["prefixItems"] = draw(st.lists(schemas, min_size=1, max_size=2))
    for keyword in draw(st.lists(st.sampled_from(LIMITS[6:]), max_size=1)):
        made[keyword] = draw(st.integers(0, 2))
    return {**made, **draw(st.sampled_from(({}, {}, {"uniqueItems": True}, {"uniqueItems": False})))}


@st.composite
def objects(draw: st.DrawFn, schemas: st.SearchStrategy[Schema], openness: st.SearchStrategy[Schema]) -> Schema:
    """Objects with listed properties, and with what else there is to say of objects."""
    properties = draw(st.dictionaries(st.sampled_from(NAMES), schemas, max_size=3))
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": draw(openness)}
    made["required"] = [name for name in properties if draw(st.booleans())]
    either = [{"required": ["a"]}, {"required": ["b"]}]
    others: tuple[Schema, ...] = (
        *({} for _ in range(5)),
        {"minProperties": 1},
        {"propertyNames": {"maxLength": 1}},
        {"anyOf": either},
        {"oneOf": either},
        {"patternProperties": {"^a": draw(schemas)}},
        {"if": {"required": ["a"]}, "then": {"required": ["b"]}},
    )
    return {**made, **draw(st.sampled_from(others))}


SCHEMAS = st.recursive(leaves(), holding, max_leaves=5)

MAPS = ("properties", "patternProperties")
LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
SINGLE = ("items", "additionalProperties", "not", "if", "then", "else")


@st.composite
def changed(draw: st.DrawFn, schema: Schema) -> Schema:
    """A schema that is otherwise at one place."""
    deeper = [key for key in (*MAPS, *LISTS, *SINGLE) if isinstance(schema, dict) and key in schema]
    if not deeper or draw(st.integers(0, 3)) == 0:
        return draw(st.one_of(SCHEMAS, limited(schema)))
    key = draw(st.sampled_from(deeper))
    value = schema[key]
    if key in SINGLE:
        return {**schema, key: draw(changed(value))}
    if key in LISTS:
        number = draw(st.integers(0, len(value) - 1))
        ways = (
            [*value[:number], *value[number + 1 :]] or value,
            [*value[:number], draw(SCHEMAS), *value[number:]],
            value[::-1],
            [*value[:number], draw(changed(value[number])), *value[number + 1 :]],
        )
        return {**schema, key: draw(st.sampled_from(ways))}
    name = draw(st.sampled_from([*(NAMES if key == "properties" else PATTERNS), *value]))
    fewer = {other: item for other, item in value.items() if other != name}
    more = {**value, name: draw(changed(value[name]) if name in value else SCHEMAS)}
    made = {**schema, key: draw(st.sampled_from((more, more, fewer)))}
    required = [n for n in made.get("required", ()) if n in made.get("properties", ())]
    return {**made, "required": required} if "required" in made else made


@st.composite
def limited(draw: st.DrawFn, schema: Schema) -> Schema:
    """A schema with one limit more, or another one, or none of what it requires."""
    if not isinstance(schema, dict):
        return {"not": {}} if schema is False else schema
    keyword = draw(st.sampled_from([*(key for key in LIMITS if key in schema), *LIMITS]))
    return draw(st.sampled_from(({**schema, keyword: draw(st.integers(0, 3))}, {**schema, "required": []})))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Schema, Schema]:
    """A schema, and what it is after a change or two."""
    before = draw(SCHEMAS)
    after = draw(changed(before))
    return before, draw(st.one_of(st.just(after), changed(after)))


VALUES = st.recursive(
    st.sampled_from((*LISTED, "", "ab", "abcd", "1", "zz", 3, -1, 0.5)),
    lambda values: st.one_of(
        st.lists(values, max_size=3), st.dictionaries(st.sampled_from((*NAMES, "k", "bb")), values, max_size=3)
    ),
    max_leaves=5,
)


def made(part: str, schema: Schema, named: dict[str, Schema] = NAMED) -> Api:
    """An API in which a schema is that of a field of the request, or of the response."""
    body = {"type": "object", "properties": {"x": schema}, "additionalProperties": False}
    found = api({part: body})
    return found.replace(
        schemas=frozendict({**found.schemas, **{name: normalised(item) for name, item in named.items()}})
    )


def differences(part: str, before: Schema, after: Schema) -> Diff:
    return of_apis(made(part, before), made(part, after))


# ------------------------------------------------------------------------------------------------ the laws

thorough = examples(2)


@thorough
@given(pairs(), st.lists(VALUES, min_size=30, max_size=60))
def test_what_is_refused_is_told(pair: tuple[Schema, Schema], values: list[Any]) -> None:
    before, after = (made("request", schema)["POST /things"] for schema in pair)
    bodies = [{"x": value} for value in values]
    refused = [body for body in bodies if before.accepts_request(body) and not after.accepts_request(body)]
    told = [item.severity for item in differences("request", *pair).judged("wire")]
    assert not refused or {"breaking", "undecidable"} & {*told}, refused[0]


@thorough
@given(pairs(), st.lists(VALUES, min_size=30, max_size=60))
def test_what_comes_back_as_it_never_did_is_told(pair: tuple[Schema, Schema], values: list[Any]) -> None:
    """The policy ``wire`` trusts readers to pass over what they do not know; ``strict`` does not."""
    before, after = (made("request", schema)["POST /things"] for schema in pair)
    bodies = [{"x": value} for value in values]
    unmet = [body for body in bodies if after.accepts_request(body) and not before.accepts_request(body)]
    told = [item.severity for item in differences("response", *pair).judged("strict")]
    assert not unmet or "breaking" in told, unmet[0]


def mirrored(finding: Finding) -> Finding:
    rule = RULES[finding.rule].mirror or finding.rule
    return finding.replace(rule=rule, before=finding.after, after=finding.before)


@pytest.mark.parametrize("wrapped", [lambda schema: schema, lambda schema: {"not": schema}], ids=["is", "is not"])
@pytest.mark.parametrize("keyword", ["const", "enum"])
def test_true_is_not_1(keyword: str, wrapped: Callable[[Schema], Schema]) -> None:
    one, true = (wrapped({keyword: value if keyword == "const" else [value]}) for value in (1, True))
    assert {"breaking", "undecidable"} & {item.severity for item in differences("request", one, true).judged()}


@thorough
@given(pairs())
def test_the_way_back_is_the_mirror_and_an_id_names_one_finding(pair: tuple[Schema, Schema]) -> None:
    there, back = differences("request", *pair).findings, differences("request", *pair[::-1]).findings
    assert {mirrored(finding) for finding in there} == set(back)
    assert len({finding.id for finding in there}) == len(there)


# ----------------------------------------------------------------------------------------- what only widens


@st.composite
def widened(draw: st.DrawFn, schema: Schema) -> Schema:
    """A schema that takes all that another takes, by the way it is made of it."""
    if not isinstance(schema, dict):
        return draw(SCHEMAS) if schema is False else schema
    ways: list[Callable[[], Schema]] = [lambda: {"anyOf": [schema, draw(SCHEMAS)]}]
    if "anyOf" in schema:
        ways.append(lambda: {**schema, "anyOf": [draw(SCHEMAS), *schema["anyOf"]]})
        ways.append(lambda: {**schema, "anyOf": [draw(widened(schema["anyOf"][0])), *schema["anyOf"][1:]]})
    if "enum" in schema:
        ways.append(lambda: {**schema, "enum": [*schema["enum"], "zz"]})
    if schema.get("required"):
        ways.append(lambda: {**schema, "required": schema["required"][1:]})
    for keyword in LIMITS:
        if keyword in schema:
            wider = schema[keyword] + (-1 if "in" in keyword[:3] or "Min" in keyword else 1)
            ways.append(lambda keyword=keyword, wider=wider: {**schema, keyword: max(wider, 0)})  # type: ignore[misc]
            ways.append(lambda keyword=keyword: {k: v for k, v in schema.items() if k != keyword})  # type: ignore[misc]
    for key in ("items", "additionalProperties"):
        if key in schema:
            ways.append(lambda key=key: {**schema, key: draw(widened(schema[key]))})  # type: ignore[misc]
    for name, item in schema.get("properties", {}).items():
        ways.append(
            lambda name=name, item=item: {  # type: ignore[misc]
                **schema,
                "properties": {**schema["properties"], name: draw(widened(item))},
            }
        )
    return draw(st.sampled_from(ways))()


@thorough
@given(st.data())
def test_what_only_widens_breaks_nobody_who_sends(data: st.DataObject) -> None:
    before = data.draw(SCHEMAS)
    after = data.draw(widened(before))
    assert not differences("request", before, after).breaking


# ------------------------------------------------------------------------------------- what means the same


@st.composite
def reworded(draw: st.DrawFn, schema: Schema) -> Schema:
    """A schema that says the same in another way."""
    if not isinstance(schema, dict):
        return schema
    said: Schema = {key: draw(reworded(value)) if key in SINGLE else value for key, value in schema.items()}
    for key in MAPS:
        if key in said:
            said[key] = {name: draw(reworded(item)) for name, item in draw(st.permutations([*said[key].items()]))}
    for key in LISTS:
        if key in said:
            said[key] = [draw(reworded(item)) for item in said[key]]
    for key in ("anyOf", "oneOf", "allOf", "enum", "type", "required"):
        if isinstance(said.get(key), list):
            said[key] = draw(st.permutations(said[key]))
    nothing: tuple[Schema, ...] = ({}, {"minLength": 0}, {"uniqueItems": False}, {"minItems": 0}, {"minProperties": 0})
    return {**draw(st.sampled_from(nothing)), **said}


@thorough
@given(st.data())
def test_what_means_the_same_is_no_difference(data: st.DataObject) -> None:
    schema = data.draw(SCHEMAS)
    assert not differences("request", schema, data.draw(reworded(schema))).findings


def test_a_form_that_is_said_twice_is_one() -> None:
    form: Schema = {"type": "object", "required": ["a"]}
    again: Schema = {**form, "minLength": 0}
    for others in ([], [{"$ref": "Part"}]):
        schemas: list[Schema] = [{"anyOf": [*others, *forms]} for forms in ([form], [form, form], [form, again])]
        for before, after in permutations(schemas, 2):
            assert not differences("request", before, after).findings

"""True is not 1, false is not 0, and 1.0 is 1: wherever a value can stand, and whoever compares it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import microspec
from microspec.artifact import TEXTS
from microspec.artifact.codec import decoder, encode
from microspec.artifact.writer import artifact
from microspec.cli import main
from microspec.diff.diff import of_apis
from microspec.diff.semantic import differences
from microspec.history import History
from microspec.model.api import Api
from microspec.model.changes import AddEnumValue, Alteration, AlterProperty, AlterSchema, RemoveEnumValue
from microspec.model.definition import Definition, Parameter, Response
from microspec.model.errors import PreconditionError
from microspec.model.fold import Folded
from microspec.model.microversion import Microversion, Service
from microspec.schema.walk import normalised
from microspec.values import same
from microspec.values.distinct import common, distinct, in_order, key, missing, text
from microspec.values.frozen import EMPTY, Value, freeze, frozendict
from microspec.values.version import Version

if TYPE_CHECKING:
    from collections.abc import Callable

SCALARS = st.sampled_from([True, False, 1, 0, 1.0, 0.0, 2, 1.5, "1", "true", None])
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=5,
)
PAIRS = st.tuples(SCALARS, SCALARS).flatmap(
    lambda pair: st.sampled_from([pair, ([pair[0]], [pair[1]]), ({"a": [pair[0]]}, {"a": [pair[1]]})])
)
"""Two values that are the same, or nearly so."""


def judge(one: Any, other: Any) -> bool:
    """Whether two values are equal as JSON Schema has it, by the validation engine."""
    return jsonschema_rs.Draft202012Validator({"const": one}).is_valid(other)


# ----------------------------------------------------------------------------------------- the function


@settings(max_examples=500)
@given(JSON | PAIRS.map(lambda pair: pair[0]), JSON | PAIRS.map(lambda pair: pair[1]))
def test_values_are_the_same_as_json_schema_has_it(one: Any, other: Any) -> None:
    equal = judge(one, other)
    a, b = freeze(one), freeze(other)
    assert same(one, other) == same(other, one) == same(a, b) == equal
    assert (key(a) == key(b)) == (text(a) == text(b)) == equal
    assert not equal or hash(key(a)) == hash(key(b))


@given(JSON, JSON)
def test_immutable_values_compare_so_by_themselves(one: Any, other: Any) -> None:
    class Record(Value):
        value: Any

    equal = judge(one, other)
    a, b = freeze(one), freeze(other)
    assert (Record(value=a) == Record(value=b)) == equal
    assert (frozendict(value=a) == frozendict(value=b)) == equal
    assert (frozendict(value=a) != frozendict(value=b)) == (not equal)
    assert ({"value": a} == frozendict(value=b)) == equal
    assert not equal or hash(Record(value=a)) == hash(Record(value=b))
    assert not equal or hash(frozendict(value=a)) == hash(frozendict(value=b))


@given(st.lists(JSON.map(freeze), max_size=5), st.lists(JSON.map(freeze), max_size=5))
def test_sets_of_values(some: list[Any], others: list[Any]) -> None:
    assert [any(same(value, found) for found in distinct(some)) for value in some] == [True] * len(some)
    for values in (distinct(some), in_order(some)):
        assert not any(same(values[i], values[j]) for j in range(len(values)) for i in range(j))
    assert len(distinct(some)) == len(in_order(some))
    assert [text(value) for value in in_order(some)] == [text(value) for value in in_order(reversed(some))]
    assert missing(some, others) == tuple(v for v in some if not any(same(v, other) for other in others))
    assert common(some, others) == tuple(v for v in some if any(same(v, other) for other in others))


# ------------------------------------------------------------------------------ wherever a value can stand

SCHEMAS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "enum": lambda value: {"enum": [value]},
    "enum with others": lambda value: {"enum": ["x", value]},
    "const": lambda value: {"const": value},
    "default": lambda value: {"type": "string", "default": value},
    "items": lambda value: {"type": "array", "items": {"enum": [value]}},
    "place in an array": lambda value: {"type": "array", "prefixItems": [{"const": value}]},
    "union": lambda value: {"anyOf": [{"type": "string", "maxLength": 9}, {"const": value}]},
    "exclusive union": lambda value: {"oneOf": [{"const": value}, {"const": "else"}]},
    "part": lambda value: {"allOf": [{"enum": [value, "x"]}]},
    "condition": lambda value: {"not": {"const": value}},
    "if": lambda value: {"if": {"const": value}, "then": {"const": value}, "else": {"type": "string"}},
    "within": lambda value: {"type": "object", "properties": {"x": {"const": value}}, "additionalProperties": False},
    "other names": lambda value: {"type": "object", "additionalProperties": {"const": value}},
    "pattern": lambda value: {
        "type": "object", "patternProperties": {"^a": {"enum": [value]}}, "additionalProperties": False
    },
}  # fmt: skip
"""Schemas in which a value stands, by where."""

SERVICE = Service(service_type="things", title="Things", standard_header="X", legacy_header=None, releases=EMPTY)
CLOSED = {"type": "object", "additionalProperties": False}


def api_with(schema: dict[str, Any]) -> Api:
    """An API in which a schema stands wherever one can."""
    made = normalised(schema)
    parameter = Parameter(name="q", location="query", schema=made)
    response = Response(status=200, body="Answer", headers=frozendict({"X-Answer": made}))
    definition = Definition(
        method="POST",
        path="/things",
        resource="things",
        summary="Make a thing",
        audience="any",
        request="Thing",
        parameters=frozendict({parameter.key: parameter}),
        responses=frozendict({response.key: response}),
    )
    whole = normalised({**CLOSED, "properties": {"value": schema}})
    return Api(
        version=Version("0.0"),
        definitions=frozendict({definition.key: definition}),
        schemas=frozendict(Thing=whole, Answer=whole),
    )


def history_of(api: Api, *changes: Any) -> History:
    """A history of 1.1, in which nothing changes, and of 1.2, in which these changes do."""
    first = Microversion(version=Version("1.1"), title="t", description="d")
    second = Microversion(version=Version("1.2"), title="t", description="d", changes=tuple(changes))
    return History(Folded(SERVICE, api, (first, second)))


def alteration(target: str, one: dict[str, Any], other: dict[str, Any]) -> AlterProperty:
    """The change of a property from one schema to another."""
    return AlterProperty(target=target, schema=Alteration(before=normalised(one), after=normalised(other)))


WHERE = pytest.mark.parametrize("where", SCHEMAS)


@settings(max_examples=40)
@WHERE
@given(pair=PAIRS)
def test_the_fold(where: str, pair: tuple[Any, Any]) -> None:
    one, other = map(SCHEMAS[where], pair)
    api = api_with(one)
    if judge(*pair):
        with pytest.raises(PreconditionError) as caught:
            alteration("Thing.value", one, other).apply(api)
        assert caught.value.code == "nothing-to-do"
        return
    with pytest.raises(PreconditionError) as caught:
        alteration("Thing.value", other, {"type": "null"}).apply(api)
    assert caught.value.code == "not-the-present-value"
    history = history_of(api, alteration("Thing.value", one, other))
    before, after = (history.at(version).schemas["Thing"]["properties"]["value"] for version in ("1.1", "1.2"))
    assert (text(before), text(after)) == (text(normalised(one)), text(normalised(other)))


@settings(max_examples=40)
@WHERE
@given(pair=PAIRS)
def test_diffs_and_checks(where: str, pair: tuple[Any, Any]) -> None:
    """Of a history, of two APIs, and of two states of one specification."""
    one, other = map(SCHEMAS[where], pair)
    old, new = api_with(one), api_with(other)
    equal = judge(*pair)
    assert (old == new) == equal
    assert (of_apis(old, new).findings == ()) == equal
    sources = history_of(old)._source, history_of(new)._source
    assert (differences(*sources, sources[0].versions) == []) == equal
    if not equal:
        found = {(finding.part, finding.name) for finding in of_apis(old, new).findings}
        assert {part for part, _ in found} == {"request", "response", "query", "response-header"}
        told = history_of(old, *(alteration(f"{name}.value", one, other) for name in ("Thing", "Answer")))
        stepwise = {(finding.part, finding.name) for finding in told.diff("1.1", "1.2").findings}
        assert stepwise == {place for place in found if place[0] in ("request", "response")}


@settings(max_examples=10)
@WHERE
@given(pair=PAIRS)
def test_artifacts(where: str, pair: tuple[Any, Any]) -> None:
    """Each value comes back as what it was, also beside one that Python takes for the same."""
    one, other = map(SCHEMAS[where], pair)
    changes = [] if judge(*pair) else [alteration("Thing.value", one, other)]
    history = history_of(api_with(one), *changes)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in artifact(history._source, Path(folder), "0" * 64).items():
            Path(folder, name).write_text(content, encoding="utf-8", newline="\n")
        assert {path.name for path in Path(folder).iterdir()} == set(TEXTS)
        read = microspec.load(Path(folder))
        for version in ("1.1", "1.2"):
            for name, schema in history.at(version).schemas.items():
                assert text(read.at(version).schemas[name]) == text(schema)
                assert read.at(version)["POST /things"].request_schema() is not None
        ids = [[finding.id for finding in each.diff("1.1", "1.2").findings] for each in (read, history)]
        assert ids[0] == ids[1]
        assert bool(ids[0]) == bool(changes)
    value = freeze({"x": pair[0], "y": [pair[1]]})
    assert json.dumps(decoder()(encode(value))) == json.dumps(value)


@given(st.lists(SCALARS, min_size=1, max_size=4, unique_by=lambda value: text(freeze(value))), SCALARS)
def test_values_of_an_enum(values: list[Any], value: Any) -> None:
    api = Api(version=Version("0.0"), schemas=frozendict(Word=normalised({"enum": values})))
    is_there = any(judge(value, each) for each in values)
    for change, fits in ((AddEnumValue, not is_there), (RemoveEnumValue, is_there)):
        if not fits:
            with pytest.raises(PreconditionError):
                change(target="Word", value=value).apply(api)
        else:
            after = change(target="Word", value=value).apply(api).schemas["Word"]["enum"]
            assert any(judge(value, each) for each in after) != is_there
    keywords = Alteration(before=frozendict(enum=tuple(values)), after=frozendict(enum=(value,)))
    if same(tuple(values), (value,)):
        with pytest.raises(PreconditionError):
            AlterSchema(target="Word", keywords=keywords).apply(api)
    else:
        assert text(AlterSchema(target="Word", keywords=keywords).apply(api).schemas["Word"]["enum"]) == text((value,))


# ------------------------------------------------------------------------------------- as an author meets it


@pytest.mark.parametrize(
    ("old", "new", "is_change"), [("[1]", "[true]", True), ("[0]", "[false]", True), ("[1]", "[1]", False)]
)
def test_an_enum_in_yaml(library: Path, tmp_path: Path, old: str, new: str, is_change: bool) -> None:
    """`check` and `diff --against` see the same, and so does whoever asks at a version."""
    specs = []
    for name, value in (("base", old), ("spec", new)):
        folder = tmp_path / name
        folder.mkdir()
        for path in library.rglob("*.yaml"):
            copy = folder / path.relative_to(library)
            copy.parent.mkdir(exist_ok=True)
            content = path.read_text(encoding="utf-8")
            copy.write_text(content.replace("shelf: {type: string}", f"shelf: {{enum: {value}}}"), encoding="utf-8")
        specs.append(folder)
    base, spec = map(str, specs)
    found = microspec.load(specs[1]).at("1.1").schemas["BookCore"]["properties"]["shelf"]["enum"]
    assert json.dumps(found) == new
    run = CliRunner().invoke
    assert run(main, ["check", "--base", base, "--spec", spec]).exit_code == is_change
    against = ["diff", "--against", base, "--spec", spec, "--at", "1.1", "--fail-on", "breaking"]
    assert run(main, against).exit_code == is_change

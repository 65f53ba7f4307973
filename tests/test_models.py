"""Models of bodies: named, shared and typed as the specification says, and with the verdict of its validators."""

from __future__ import annotations

import copy
import io
import json
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError, create_model

import microspec
from conformance.instances import bodies
from exploring import share
from microspec import models
from microspec.export.models.names import ATTRIBUTES, field_names
from microspec.export.models.runtime import of_document
from microspec.schema.standalone import Document
from microspec.schema.validator import Validator
from microspec.values import same

if TYPE_CHECKING:
    from collections.abc import Callable

    from microspec import History

VERSIONS = ("2.1", "2.37", "2.53", "2.79", "2.104")
SMALL = {"server": {"name": "web", "flavorRef": "1", "networks": "auto"}}


def model_of(found: type[BaseModel] | None) -> Any:
    """A model that there is. Its fields are not known to a type checker."""
    assert found is not None
    return found


def document(root: Any, **definitions: Any) -> Document:
    """The document of a schema, as operations have it."""

    def text(schema: Any) -> str:
        return json.dumps(schema, separators=(",", ":"))

    return Document(root=text(root), definitions=tuple((name, text(definitions[name])) for name in sorted(definitions)))


def made(**definitions: Any) -> Any:
    """The model of the schema that is called Body."""
    return of_document(document({"$ref": "#/$defs/Body"}, **definitions))


def closed(properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False, **more}


def dumped(model: Any) -> Any:
    return model.model_dump(by_alias=True, exclude_unset=True)


@pytest.fixture(scope="module")
def create(compute: History) -> Any:
    """The model of *create server* at 2.96."""
    return model_of(models.request(compute.at("2.96")["POST /servers"]))


# ------------------------------------------------------------------------------------------------------- what it is


def test_models_are_named_and_typed_as_the_specification_says(create: Any) -> None:
    server = create.model_fields["server"].annotation
    assert (create.__name__, server.__name__) == ("ServerCreateRequest", "ServerCreate")
    fields = server.model_fields
    assert fields["name"].annotation is str
    assert fields["name"].is_required()
    assert fields["tags"].annotation == list[str] | None
    assert fields["OS_DCF_diskConfig"].annotation == Literal["AUTO", "MANUAL"] | None
    assert fields["OS_DCF_diskConfig"].alias == "OS-DCF:diskConfig"
    assert fields["min_count"].annotation == int | str | None
    assert fields["metadata"].annotation == dict[str, str] | None
    assert fields["user_data"].description == "Data for the software that sets up the guest, encoded as base64."
    (networks, mode) = fields["networks"].annotation.__args__
    assert networks.__args__[0].__name__ == "NetworkRequest"
    assert mode == Literal["none", "auto"]
    assert networks.__args__[0].__doc__.startswith("One interface, on a network or from an existing port")
    items = fields["security_groups"].annotation.__args__[0]
    assert items.__args__[0].__name__ == "ServerCreateSecurityGroupsItem"


def test_versions_that_do_not_differ_share_models(compute: History, create: Any) -> None:
    def at(version: str) -> Any:
        return model_of(models.request(compute.at(version)["POST /servers"]))

    assert at("2.96") is at("2.95") is create
    older = at("2.89")
    assert older is not create

    def hints(model: Any) -> Any:
        return model.model_fields["os_scheduler_hints"].annotation

    assert hints(older) == hints(create)


def test_a_body_that_is_no_object_is_a_root_model(compute: History) -> None:
    found = model_of(models.response(compute.at("2.53")["POST /servers"]))
    assert found.__name__ == "ServerCreateResponseOrServerReservation"
    model = found.model_validate({"reservation_id": "r-1"})
    assert type(model.root).__name__ == "ServerReservation"
    assert dumped(model) == {"reservation_id": "r-1"}


def test_no_body_has_no_model(compute: History) -> None:
    operation = compute.at("2.53")["DELETE /servers/{server_id}"]
    assert models.request(operation) is None
    assert models.response(operation) is None
    assert model_of(models.response(operation, 404)).__name__ == "ErrorResponse"
    with pytest.raises(microspec.UnknownName):
        models.response(operation, 418)


def test_threads_get_one_class() -> None:
    fresh = document(
        {"$ref": "#/$defs/Body"}, Body=closed({"threads": {"$ref": "#/$defs/Part"}}), Part=closed({"a": {}})
    )
    with ThreadPoolExecutor(8) as pool:
        assert len({*pool.map(lambda _: of_document(fresh), range(32))}) == 1


# ------------------------------------------------------------------------------------------------------- the verdict


def test_a_refusal_is_in_our_words_with_its_location(create: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        create.model_validate({"server": {**SMALL["server"], "networks": [{"uuid": "x"}], "nmae": "{message}"}})
    assert [(error["loc"], error["msg"], error["type"], error["input"]) for error in refused.value.errors()] == [
        (("server", "networks", 0, "uuid"), 'must be a UUID, not "x"', "pattern", "x"),
        (("server", "nmae"), "is not a known property; did you mean name?", "additionalProperties", "{message}"),
    ]
    assert refused.value.title == "ServerCreateRequest"


def test_keywords_are_names_of_python_or_of_json(create: Any) -> None:
    server = create.model_fields["server"].annotation
    one = server(**SMALL["server"], OS_DCF_diskConfig="AUTO")
    assert one == server(**SMALL["server"], **{"OS-DCF:diskConfig": "AUTO"})
    assert dumped(create(server=one)) == {"server": {**SMALL["server"], "OS-DCF:diskConfig": "AUTO"}}
    assert dumped(create.model_validate({"server": one})) == dumped(create(server=one))
    with pytest.raises(ValidationError, match="OS-DCF:diskConfig\n  must be one of"):
        server(**SMALL["server"], OS_DCF_diskConfig="MAYBE")
    with pytest.raises(ValidationError, match="OS_DCF_diskConfig\n  is not a known property"):
        server.model_validate({**SMALL["server"], "OS_DCF_diskConfig": "AUTO"})
    with pytest.raises(TypeError, match="'OS-DCF:diskConfig' twice, once as OS_DCF_diskConfig"):
        server(**SMALL["server"], OS_DCF_diskConfig="AUTO", **{"OS-DCF:diskConfig": "AUTO"})


def test_parts_of_a_body_are_checked_alone(create: Any) -> None:
    server = create.model_fields["server"].annotation
    hints = create.model_fields["os_scheduler_hints"].annotation.__args__[0]
    with pytest.raises(ValidationError, match="must have 'flavorRef'"):
        server(name="web")
    with pytest.raises(ValidationError, match="must be an IPv4 address or an IPv6 address"):
        hints(build_near_host_ip="near")
    assert hints(anything=[1]).anything == [1]


def test_a_model_does_not_change(create: Any) -> None:
    model = create.model_validate(SMALL)
    with pytest.raises(ValidationError, match="frozen"):
        model.server.name = "other"
    copied = model.server.model_copy(update={"name": "other"})
    assert dumped(copied) == {**SMALL["server"], "name": "other"}
    assert model.server.model_copy() == model.server
    with pytest.raises(ValidationError, match="name\n  must be a string, not 1"):
        model.server.model_copy(update={"name": 1})


def test_absent_is_not_null_and_true_is_not_one() -> None:
    model = made(Body=closed({"a": {"type": ["integer", "boolean", "null"]}}))
    values: list[dict[str, Any]] = [{}, {"a": None}, {"a": 1}, {"a": True}, {"a": 0}]
    found = [model.model_validate(value) for value in values]
    assert [[one == other for other in found] for one in found] == [[one is other for other in found] for one in found]
    assert model(a=1.0) == model(a=1)
    assert len({model.model_validate(value) for value in [*values, *values]}) == len(values)
    assert dumped(made(Body=closed({"nothing": {"type": "null"}}))(nothing=None)) == {"nothing": None}
    assert repr(model()) == "Body()"
    assert repr(model(a=None)) == "Body(a=None)"


def test_whole_numbers_become_integers_and_nothing_else_changes() -> None:
    whole, number = {"type": "integer"}, {"type": "number"}
    listed = {"type": "array", "items": {"enum": [1, "1", True]}}
    model = made(Body=closed({"whole": whole, "number": number, "listed": listed, "any": {}}))
    body = {"whole": 1.0, "number": 1.0, "listed": [1.0, "1", True], "any": {"whole": 1.0}}
    found = model.model_validate(body)
    assert repr((found.whole, found.listed)) == "(1, [1, '1', True])"
    assert repr((found.number, found.any)) == "(1.0, {'whole': 1.0})"
    assert same(dumped(found), body)
    decimals = model(whole=Decimal("2.0"), number=Decimal("0.10"))
    assert repr((decimals.whole, decimals.number)) == "(2, Decimal('0.10'))"
    with pytest.raises(ValidationError, match=r"must be an integer, not 1\.5"):
        model(whole=1.5)


def test_a_lone_surrogate_is_taken_where_the_validator_does_not_look_at_it(compute: History) -> None:
    specs = compute.at("2.96")["POST /flavors/{flavor_id}/os-extra_specs"]
    body = {"extra_specs": {"a": "\ud800"}}
    assert specs.accepts_request(body)
    assert model_of(models.request(specs)).model_validate(body).model_dump(exclude_unset=True) == body


def test_a_union_is_discriminated_where_its_schema_is() -> None:
    cat = closed({"kind": {"const": "cat"}, "lives": {"type": "integer"}}, "kind")
    dog = closed({"kind": {"enum": ["dog", "wolf"]}}, "kind")
    pet = {"oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}]}
    model = made(Body=closed({"pet": pet, "pets": {"type": "array", "items": pet}}), Cat=cat, Dog=dog)
    root = made(Body=pet, Cat=cat, Dog=dog)
    assert root.model_fields["root"].discriminator == "kind"
    found = model.model_validate({"pet": {"kind": "cat", "lives": 9.0}, "pets": [{"kind": "wolf"}]})
    assert repr(found) == "Body(pet=Cat(kind='cat', lives=9), pets=[Dog(kind='wolf')])"
    same_kinds = made(Body={"oneOf": [closed({"a": {"type": "integer"}}), closed({"b": {}}, "b")]})
    assert [type(same_kinds(value).root).__name__ for value in ({}, {"a": 1}, {"b": 1})] == ["Body1", "Body1", "Body2"]


def test_an_object_may_be_in_itself() -> None:
    node = closed({"next": {"$ref": "#/$defs/Node"}, "pairs": {"type": "array", "items": {"$ref": "#/$defs/Pair"}}})
    pair = {"type": "object", "properties": {"of": {"$ref": "#/$defs/Node"}}, "additionalProperties": True}
    tree = {"type": "array", "items": {"$ref": "#/$defs/Tree"}}
    model = made(Body=closed({"node": {"$ref": "#/$defs/Node"}, "tree": tree}), Node=node, Pair=pair, Tree=tree)
    found = model.model_validate({"node": {"next": {}, "pairs": [{"of": {"next": {}}}]}, "tree": [[], [[]]]})
    alone: Any = of_document(document({"$ref": "#/$defs/Node"}, Node=node, Pair=pair))
    assert isinstance(found.node, alone)
    assert type(found.node) is type(found.node.next) is type(found.node.pairs[0].of.next)
    assert type(found.node).model_fields["next"].annotation == type(found.node) | None
    assert pickle.loads(pickle.dumps(found)) == found
    assert {*model.model_json_schema()["$defs"]} == {"Node", "Pair", "Tree"}


def test_many_unions_are_not_multiplied_out() -> None:
    """Thirty unions of two options have a thousand million together."""
    unions = [{"anyOf": [{"required": [f"a{n}"], "type": "object"}, {"type": "object"}]} for n in range(30)]
    model = made(Body={"allOf": unions, "type": "object", "properties": {"a": {}}, "additionalProperties": True})
    assert dumped(model.model_validate({"a": 1, "a7": 2})) == {"a": 1, "a7": 2}
    options = [closed({f"b{n}": {"type": "integer"}}, f"b{n}") for n in range(100)]
    assert made(Body={"oneOf": options})({"b7": 2}).root == {"b7": 2}


def test_others_are_typed_too() -> None:
    part = closed({"a": {"type": "integer"}})
    model = made(
        Body={"type": "object", "properties": {"own": {}}, "additionalProperties": {"$ref": "#/$defs/Part"}},
        Part=part,
    )
    found = model.model_validate({"own": 1, "other": {"a": 1}})
    assert type(found.other).__name__ == "Part"
    assert dumped(found) == {"own": 1, "other": {"a": 1}}
    table = made(Body={"type": "object", "additionalProperties": {"$ref": "#/$defs/Part"}}, Part=part)
    assert type(table({"x": {"a": 1}}).root["x"]).__name__ == "Part"


HOSTILE = (
    "class",
    "json",
    "model_fields",
    "_private",
    "",
    "1st",
    "a-b",
    "a_b",
    "a b",
    "ü",
    "list",
    "Part",
    "self",
    "x/y",
)
"""Names that Python cannot say, or that mean something else there."""


def test_every_name_of_a_property_can_be_said() -> None:
    part = closed({"a": {"type": "integer"}})
    properties: dict[str, Any] = {name: {"$ref": "#/$defs/Part"} for name in HOSTILE}
    model = made(Body=closed(properties), Part=part)
    body = {name: {"a": number} for number, name in enumerate(HOSTILE)}
    found = model.model_validate(body)
    assert dumped(found) == body
    names = field_names(HOSTILE, {"Part"})
    assert [getattr(found, names[name]).a for name in HOSTILE] == [*range(len(HOSTILE))]
    assert dumped(model(**{names[name]: value for name, value in body.items()})) == body
    assert (names["a_b"], names["class"], names["1st"], names["list"]) == ("a_b", "class_", "field_1st", "list_")


def test_the_names_that_pydantic_has_are_known() -> None:
    """A newer pydantic may have more; a field of such a name would hide an attribute of the model."""
    assert {name for name in dir(BaseModel) if not name.startswith("_")} <= ATTRIBUTES


# ----------------------------------------------------------------------------------------------------------- pickling


def test_models_are_pickled_and_copied(create: Any) -> None:
    model = create.model_validate({**SMALL, "os:scheduler_hints": {"group": "0" * 32, "x": [1]}})
    for found in (copy.copy(model), copy.deepcopy(model), *_pickled(model)):
        assert found == model
        assert type(found) is create
    assert _pickled(create) == [create] * len(PROTOCOLS)
    assert _pickled(type(model.server)) == [type(model.server)] * len(PROTOCOLS)


PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


def _pickled(value: Any) -> list[Any]:
    return [pickle.loads(pickle.dumps(value, protocol)) for protocol in PROTOCOLS]


class WithoutClasses(pickle.Pickler):
    """A pickler that has its own way with classes, as cloudpickle has, and meets none of ours."""

    def reducer_override(self, found: Any) -> Any:
        assert not (isinstance(found, type) and found.__module__ == of_document.__module__)
        return NotImplemented


def test_instances_do_not_pickle_their_classes(create: Any) -> None:
    model = create.model_validate(SMALL)
    file = io.BytesIO()
    WithoutClasses(file).dump(model)
    assert pickle.loads(file.getvalue()) == model


def test_classes_of_a_user_are_pickled_by_name(create: Any) -> None:
    class Mine(create):  # type: ignore[misc]
        """One of a user."""

    globals()["Mine"] = Mine
    Mine.__qualname__, Mine.__module__ = "Mine", __name__
    found = pickle.loads(pickle.dumps(Mine.model_validate(SMALL)))
    assert type(found) is Mine
    assert dumped(found) == SMALL


def test_another_process_gets_the_same(create: Any) -> None:
    """It has asked for no model, and has no specification but what is pickled."""
    model = create.model_validate(SMALL)
    code = """if True:
        import pickle, sys
        model = pickle.load(sys.stdin.buffer)
        try:
            type(model.server)(name=1)
        except ValueError as error:
            print(len(error.errors()), file=sys.stderr)
        sys.stdout.buffer.write(pickle.dumps(model))
    """
    done = subprocess.run([sys.executable, "-c", code], input=pickle.dumps(model), capture_output=True, check=True)
    assert done.stderr.strip() == b"3"
    found = pickle.loads(done.stdout)
    assert type(found) is create
    assert found == model


# -------------------------------------------------------------------------------------------- beside other models


def test_models_can_be_fields_of_others(create: Any) -> None:
    Job = create_model("Job", body=(create, ...), retries=(int, 0))  # noqa: N806  # it is a class
    job: Any = Job.model_validate({"body": SMALL, "retries": "3"})
    assert job.body.server.name == "web"
    with pytest.raises(ValidationError) as refused:
        Job.model_validate({"body": {"server": {}}, "retries": "x"})
    assert {error["loc"] for error in refused.value.errors()} == {("body", "server"), ("retries",)}
    schema = Job.model_json_schema()
    accepts = Validator(Document(root=json.dumps(schema), definitions=())).accepts
    assert accepts({"body": SMALL})
    assert not accepts({"body": {"server": {**SMALL["server"], "name": ""}}})


def test_adapters_and_json_take_models(create: Any) -> None:
    assert TypeAdapter(list[create]).validate_python([SMALL])[0] == create.model_validate(SMALL)
    model = create.model_validate_json(json.dumps(SMALL))
    assert json.loads(model.model_dump_json(by_alias=True, exclude_unset=True)) == SMALL


# ----------------------------------------------------------------------------------------------------------- agreement


def agree(model: Any, accepts: Callable[[Any], bool], instances: list[Any]) -> None:
    """A model accepts what a validator does, gives it back as it was, and its schema says the same."""
    by_schema = Validator(Document(root=json.dumps(model.model_json_schema()), definitions=())).accepts
    for body in instances:
        try:
            found = model.model_validate(body)
        except ValidationError:
            assert not accepts(body), body
        else:
            assert accepts(body), body
            assert same(dumped(found), body)
        assert by_schema(body) == accepts(body)


KEYS = [(version, key) for version in VERSIONS for key in microspec.load().at(version)]


@pytest.mark.parametrize(("version", "key"), share(KEYS, 60, " ".join))
def test_models_and_validators_agree(compute: History, version: str, key: str) -> None:
    operation = compute.at(version)[key]
    if operation.request_schema():
        instances = bodies(operation.request_schema(), key, 100)
        agree(models.request(operation), operation.accepts_request, instances)
    for status in {response.status for response in operation.responses if response.body}:
        instances = bodies(operation.response_schema(status), key, 50)
        validator = operation.response_validator(status)
        assert validator is not None
        agree(models.response(operation, status), validator.accepts, instances)


NAMES = st.sampled_from(["a", "b-c", "class", "A", "Body"])
LEAVES = st.sampled_from(
    [
        *({"type": kind} for kind in ("string", "integer", "number", "boolean", "null", "array", "object")),
        *({"type": ["object", "null"]}, {"type": ["integer", "string"], "minimum": 2}, {"enum": ["x", 1, None, True]}),
        *({"const": "y"}, {"type": "string", "pattern": "^[a-c]+$", "maxLength": 2}, {}, {"$ref": "#/$defs/Part"}),
        *({"type": "string", "format": "ipv4"}, {"type": "integer", "not": {"const": 3}}, {"$ref": "#/$defs/Name"}),
    ]
)


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    others = st.one_of(st.booleans(), inner)
    properties = st.dictionaries(NAMES, st.one_of(inner, st.just(False)), max_size=3)
    objects = st.builds(
        lambda properties, others, required: {
            "type": "object",
            "properties": properties,
            "additionalProperties": others,
            "required": [name for name in properties if name in required],
        },
        properties,
        others,
        st.sets(NAMES),
    )
    arrays = st.builds(lambda items: {"type": "array", "items": items, "maxItems": 2}, inner)
    unions = st.builds(
        lambda keyword, options, beside: {keyword: options, **beside},
        st.sampled_from(["oneOf", "anyOf"]),
        st.lists(inner, min_size=1, max_size=3),
        st.sampled_from([{}, {"type": "object"}, {"description": "A union."}]),
    )
    whole = st.builds(lambda parts: {"allOf": parts}, st.lists(inner, min_size=1, max_size=2))
    tables = st.builds(lambda of: {"type": "object", "patternProperties": {"^[ab]": of}}, inner)
    return st.one_of(objects, arrays, unions, whole, tables)


SCHEMAS = st.recursive(LEAVES, nested, max_leaves=8)


@given(SCHEMAS, st.integers(0, 99))
def test_models_of_any_schema_agree(schema: Any, number: int) -> None:
    part = closed({"part": {"type": "integer"}, "name": {"$ref": "#/$defs/Name"}}, "part")
    definitions = {"Body": schema, "Part": part, "Name": {"type": "string", "minLength": 1}}
    reached = {name: definitions[name] for name in definitions if name == "Body" or name in json.dumps(schema)}
    if "Part" in reached:
        reached["Name"] = definitions["Name"]
    found = document({"$ref": "#/$defs/Body"}, **reached)
    agree(of_document(found), Validator(found).accepts, bodies(found.value(), str(number), 40))

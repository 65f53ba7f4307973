"""OpenAPI documents of one version: they are valid, and say what the model says."""

from __future__ import annotations

import json
import pickle
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from openapi_spec_validator import OpenAPIV31SpecValidator

import exploring
import microspec
from highest import HIGHEST
from microspec import InvalidElement, UnknownName, openapi
from microspec.export.openapi.naming import Ids
from microspec.export.openapi.schemas import Schemas
from microspec.export.openapi.text import escaped
from microspec.questions.presence import elements
from microspec.schema.walk import normalised
from openapi_documents import JSON, at, document_of, everything, find, keys, operations, references, resolved, versions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from microspec import Api, History, Operation

VERSIONS = ["2.1", "2.36", "2.53", "2.87", str(HIGHEST)]


@pytest.fixture(params=VERSIONS)
def api(request: pytest.FixtureRequest) -> Api:
    """The compute API at some versions."""
    return at(request.param)


@pytest.fixture
def document(api: Api) -> dict[str, Any]:
    """The document of the Api."""
    return document_of(api)


def living(api: Api) -> dict[str, Operation]:
    """The operations that are not gone in the release of the history."""
    return {key: value for key, value in api.operations.items() if not value.gone_since_release}


EVERY = [(str(version),) for version in microspec.load().versions]


@pytest.mark.parametrize("version", exploring.share(EVERY, 52, "".join))
def test_a_document_is_valid(version: str) -> None:
    assert list(OpenAPIV31SpecValidator(document_of(at(version))).iter_errors()) == []


def test_a_document_has_all_operations_and_says_which_are_gone(api: Api, document: dict[str, Any]) -> None:
    assert keys(document).keys() == living(api).keys()
    gone = document["info"]["x-openstack"].get("gone", {})
    assert gone.keys() == api.operations.keys() - living(api).keys()
    assert all(said["gone-since-release"] == api[key].gone_since_release for key, said in gone.items())


def test_an_operation_that_is_gone_is_there_in_the_documents_of_older_releases(compute: History) -> None:
    assert "/os-agents" not in document_of(at("2.79"))["paths"]
    assert "/os-agents" in openapi.document(compute.at("2.79", "train"))["paths"]


def test_names_are_those_of_the_specification_and_all_are_used(api: Api, document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas.keys() <= api.schemas.keys()
    used = references(document)
    there = {f"#/components/{kind}/{name}" for kind, values in document["components"].items() for name in values}
    assert used | {"#/components/securitySchemes/X-Auth-Token"} == there


def test_no_unnamed_object_gets_the_name_of_a_schema(document: dict[str, Any]) -> None:
    """Generators of clients name an object after the schema and the property that it is in."""
    schemas = document["components"]["schemas"]
    given = {name: place for schema in schemas for name, place in unnamed_objects(schema, schemas[schema])}
    assert len(given) > 20
    assert {name: place for name, place in given.items() if name in schemas} == {}


def unnamed_objects(name: str, schema: Any) -> Iterator[tuple[str, str]]:
    """The names that the objects in a schema get, each with where it is."""
    for way, inner in (*schema.get("properties", {}).items(), ("item", schema.get("items"))):
        if isinstance(inner, dict) and "$ref" not in inner:
            own = name + "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", way))
            if inner.get("type") == "object":
                yield own, f"{name}.{way}"
            yield from unnamed_objects(own, inner)


def test_ids_are_unique_and_do_not_change(compute: History) -> None:
    by_route: dict[str, set[str]] = {}
    for version in VERSIONS:
        found = dict(operations(document_of(compute.at(version))))
        assert len({operation["operationId"] for operation in found.values()}) == len(found)
        for route, operation in found.items():
            by_route.setdefault(route, set()).add(operation["operationId"])
            for action, said in operation["x-openstack"].get("actions", {}).items():
                by_route.setdefault(f"{route}#{action}", set()).add(said["operation-id"])
    assert all(len(ids) == 1 for ids in by_route.values())
    assert by_route["GET /servers/{server_id}"] == {"get_servers_by_server_id"}
    assert by_route["POST /servers/{server_id}/action#os-start"] == {"post_servers_by_server_id_action_os-start"}
    assert len({next(iter(ids)) for ids in by_route.values()}) == len(by_route)


def test_ids_stay_when_operations_are_added() -> None:
    keys = ["GET /", "GET /a/{b}", "GET /a/by_b", "POST /a#b", "GET /a b", "GET /a/{b}#c"]
    ids = Ids(keys)
    assert [ids[key] for key in keys] == ["get", "get_a_by_b", "get_a_by_b~2", "post_a_b", "get_a~20b", "get_a_by_b_c"]
    more = Ids([*keys, "GET /a/b~20", "POST /a/b"])
    assert [more[key] for key in keys] == [ids[key] for key in keys]
    assert more["POST /a/b"] == "post_a_b~2"


# ------------------------------------------------------------------------------------- what the model says


def test_operations_say_what_the_model_says(api: Api, document: dict[str, Any]) -> None:
    for key, written in keys(document).items():
        operation = api[key]
        assert _statuses(written, operation) == sorted({response.status for response in operation.responses}), key
        assert written.get("security", True) == ([] if operation.audience == "anonymous" else True)
        assert written["tags"][0] in api.common.resources
        said = written["x-openstack"].get("actions", {}).get(operation.action, written["x-openstack"])
        assert versions(said) == api.known[key].availability
        assert said["audience"] == operation.audience
        patterns = {item.name for item in operation.parameters.values() if item.name_is_pattern}
        assert said["query"].get("patternProperties", {}).keys() == patterns
        assert said["query"]["additionalProperties"] == (operation.unknown_query == "ignored")


def _statuses(written: dict[str, Any], operation: Operation) -> list[int]:
    """The statuses of an operation; of an action, its own and the common ones."""
    every = set(map(int, written["responses"]))
    if operation.action is None:
        return sorted(every)
    own = set(map(int, written["x-openstack"]["actions"][operation.action]["responses"]))
    assert own <= every
    return sorted(own | {status for status, _ in operation._api.common.responses})


def test_parameters_say_what_the_model_says(api: Api, document: dict[str, Any]) -> None:
    for key, written in keys(document).items():
        given = [resolved(item, document) for item in written["parameters"]]
        found = {(item["in"], item["name"]): item for item in given}
        known = {item.key: item for item in api[key].parameters.values() if not item.name_is_pattern}
        assert len(found) == len(given)
        assert found.keys() == known.keys(), key
        for place, item in known.items():
            if item.location != "header":
                assert found[place].get("required", False) == (item.required or item.location == "path")
            is_list = found[place]["schema"].get("type") == "array"
            assert is_list == item.repeatable
            if item.location == "query":
                assert (found[place]["style"], found[place]["explode"]) == ("form", True)
            if item.audience:
                assert found[place]["x-openstack"]["audience"] == item.audience

    asked = resolved({"$ref": "#/components/parameters/OpenStack-API-Version"}, document)
    assert asked["schema"] == {"type": "string", "enum": [f"compute {api.version}"]}
    assert asked.get("required", False) == (str(api.version) != "2.1")
    older = resolved({"$ref": "#/components/parameters/X-OpenStack-Nova-API-Version"}, document)
    assert (older["schema"], older.get("required")) == ({"type": "string", "enum": [str(api.version)]}, None)


def test_answers_have_the_headers_of_the_model(api: Api, document: dict[str, Any]) -> None:
    for key, written in keys(document).items():
        operation = api[key]
        for response in operation.responses:
            found = resolved(written["responses"][str(response.status)], document)
            common = api.common.headers if operation.definition.microversioned else {}
            assert {*common, *response.headers} <= found.get("headers", {}).keys(), (key, response.status)
            if response.body:
                assert JSON in found["content"]
            if response.when:
                assert escaped(response.when) in found["description"]
    assert "Vary" in document["components"]["headers"]


def test_bodies_are_required_where_the_model_requires_them(api: Api, document: dict[str, Any]) -> None:
    for key, written in keys(document).items():
        operation = api[key]
        if not operation.action:
            assert ("requestBody" in written) == (operation.request_validator() is not None), key
            if "requestBody" in written:
                assert written["requestBody"]["required"] == (not operation.accepts_request(None)), key
        else:
            assert written["requestBody"]["required"]


def test_common_errors_are_components(document: dict[str, Any]) -> None:
    shown = document["paths"]["/servers"]["get"]["responses"]
    assert shown["401"] == {"$ref": "#/components/responses/Unauthorized"}
    assert shown["200"]["content"][JSON]["schema"] == {"$ref": "#/components/schemas/ServerListing"}
    written = document["components"]["responses"]["Unauthorized"]
    assert written["description"] == "Unauthorized. The token is missing or invalid."
    assert written["content"][JSON]["schema"] == {"$ref": "#/components/schemas/ErrorResponse"}
    refused = document["paths"]["/os-keypairs"]["post"]["responses"]["403"]["description"]
    assert refused.splitlines() == [
        "Forbidden, for one of these reasons:",
        "",
        "- Policy does not allow the request.",
        "- The quota for key pairs is used up.",
    ]


def test_an_answer_with_several_bodies_says_when_each_is_given() -> None:
    answer = document_of(at("2.53"))["paths"]["/servers"]["post"]["responses"]["202"]
    assert answer["content"][JSON]["schema"]["anyOf"] == [
        {"$ref": "#/components/schemas/ServerCreateResponse"},
        {"$ref": "#/components/schemas/ServerReservation"},
    ]
    said = answer["x-openstack"]["answers"]
    assert said[0] == {"schema": {"$ref": "#/components/schemas/ServerCreateResponse"}}
    assert said[1]["when"].startswith("The request asks for return_reservation_id")
    assert "Location" in answer["headers"]


# ------------------------------------------------------------------------------------------------- actions


def test_actions_of_a_path_are_one_operation() -> None:
    document = document_of(at("2.96"))
    written = document["paths"]["/servers/{server_id}/action"]["post"]
    body = written["requestBody"]["content"][JSON]["schema"]
    assert body["x-openstack"] == {"discriminator": "action"}
    names = {resolved(item, document)["x-openstack"]["action-name"]: item for item in body["oneOf"]}
    actions = written["x-openstack"]["actions"]
    assert names.keys() == actions.keys()
    assert all(said["request"] == names[name] for name, said in actions.items())
    assert written["tags"] == ["servers"]
    crash = actions["trigger_crash_dump"]
    assert crash["operation"] == "POST /servers/{server_id}/action#trigger_crash_dump"
    assert (crash["min-ver"], crash["resource"]) == ("2.17", "server-actions-power")
    assert "### trigger_crash_dump\n\nMake a server crash" in written["description"]
    assert {"204", "202", "200"} < written["responses"].keys()
    accepted = written["responses"]["202"]["description"].splitlines()
    assert accepted[:3] == ["Accepted", "", "- `createImage`, `createBackup`: `ServerSnapshotResponse`"]
    assert accepted[3].startswith("- `lock`, `unlock`, `resize`, ")
    assert accepted[3].endswith(": no body")
    assert actions["confirmResize"]["responses"].keys() == {"204", "400", "404", "409"}
    assert actions["createImage"]["responses"]["202"] == [
        {"schema": {"$ref": "#/components/schemas/ServerSnapshotResponse"}}
    ]


def test_a_resource_whose_actions_are_elsewhere_says_where() -> None:
    tags = {tag["name"]: tag for tag in document_of(at("2.96"))["tags"]}
    assert tags["server-actions-locking"]["x-displayName"] == "Server actions: locking"
    assert "`lock` of `POST /servers/{server_id}/action`" in tags["server-actions-locking"]["description"]
    assert tags["servers"]["description"].startswith("Listing, showing and deleting servers")


# -------------------------------------------------------------------------------------------- words


def test_properties_say_since_when_they_are_there() -> None:
    document = document_of(at("2.53"))
    tag = document["components"]["schemas"]["NetworkRequest"]["properties"]["tag"]
    assert tag["description"].endswith("In 2.32-2.36, 2.42-.")
    assert tag["x-openstack"] == {"min-ver": "2.32", "ranges": [["2.32", "2.36"], ["2.42", None]]}


def test_what_properties_say_holds_for_all_operations(compute: History) -> None:
    """A named schema says when it has a property; an operation may use the schema in some of these versions only."""
    api = at("2.96")
    document = document_of(api)
    same, narrower = 0, []
    for key, part, name, when in elements(compute._source):
        if key not in living(api) or part not in ("request", "response") or api.version not in when:
            continue
        definition = api[key]._content
        answers = [response.body for response in definition.responses.values() if response.status < 400]
        for body in {definition.request} if part == "request" else {*answers}:
            if body is None:
                continue
            for found in find({"$ref": f"#/components/schemas/{body}"}, name, document):
                said = found.get("x-openstack", {}) if isinstance(found, dict) else {}
                if "min-ver" in said:
                    assert when - versions(said) == microspec.VersionSet(), (key, name)
                    if when == versions(said) & api.known[key].availability:
                        same += 1
                    else:
                        narrower.append((key, name))
    assert same > 30 * len(narrower) > 0


def test_behaviors_are_where_they_belong() -> None:
    api = at("2.96")
    document = document_of(api)
    written = keys(document)
    for value in api.behaviors.values():
        for key in {*value.operations} & written.keys():
            assert escaped(value.text) in written[key]["description"]
        if not value.operations:
            assert escaped(value.text) in document["info"]["description"]


def shown(text: str) -> str:
    """What a reader of Markdown sees, on one line."""
    inline = [token for token in MarkdownIt("commonmark").enable("strikethrough").parse(text) if token.type == "inline"]
    assert [token.type for token in inline] in ([], ["inline"])
    children = [child for token in inline for child in token.children or []]
    assert {child.type for child in children} <= {"text", "text_special", "softbreak", "hardbreak"}
    return "".join("\n" if "break" in child.type else child.content for child in children)


TEXTS = st.text(st.sampled_from("ab1 _*`<>[]()#+-=.~&\\|!:/;x"), min_size=1).map(lambda text: " ".join(text.split()))


@given(TEXTS.filter(bool))
def test_text_is_seen_as_it_is_written(text: str) -> None:
    assert shown(escaped(text)) == text


@pytest.mark.parametrize(
    "text", ["1. a", "# a", "- a", "a_b", "_a_", "req-<UUID>", "a & b", "*", "--- a", "1) b", "+ a"]
)
def test_some_texts_are_seen_as_they_are_written(text: str) -> None:
    assert shown(escaped(text)) == text


# --------------------------------------------------------------------------------------------- choices


def test_a_document_of_some_resources_has_theirs_alone() -> None:
    document = openapi.document(at("2.53"), resources=["server-tags", "server-actions-locking"])
    assert keys(document).keys() == {
        key for key, value in living(at("2.53")).items() if value.resource in ("server-tags", "server-actions-locking")
    }
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    assert len(document["components"]["schemas"]) < 20
    with pytest.raises(UnknownName, match="there is no resource 'server-tag'; did you mean server-tags"):
        openapi.document(at("2.53"), resources=["server-tag"])


def test_an_api_without_a_history_has_no_document() -> None:
    with pytest.raises(InvalidElement, match=r"2\.53.*no history"):
        openapi.document(pickle.loads(pickle.dumps(at("2.53"))))


def test_a_document_belongs_to_the_caller(compute: History) -> None:
    first = json.dumps(openapi.document(compute.at("2.53")))
    for item in [*everything(openapi.document(compute.at("2.53")))]:
        item.clear()
    assert json.dumps(openapi.document(compute.at("2.53"))) == first


def test_another_service_has_documents_too(library: Path) -> None:
    history = microspec.load(library)
    for version in history.versions:
        document = openapi.document(history.at(version))
        assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
        assert keys(document).keys() == living(history.at(version)).keys()
        assert re.match(r"Library .*API|.* API", document["info"]["title"])


@pytest.mark.parametrize(
    ("schema", "written"),
    [
        (
            {"type": ["boolean", "string"], "enum": [True, "on"]},
            {"anyOf": [{"type": "boolean", "enum": [True]}, {"type": "string", "enum": ["on"]}]},
        ),
        (
            {"type": ["integer", "number"], "enum": [1, 2.0, 1.5]},
            {"anyOf": [{"type": "integer", "enum": [1, 2.0]}, {"type": "number", "enum": [1, 2.0, 1.5]}]},
        ),
        ({"type": ["null", "string"], "enum": [1]}, {"anyOf": [{"not": {}}]}),
        (
            {"type": "string", "anyOf": [{"format": "ipv4"}, {"const": ""}]},
            {
                "anyOf": [
                    {"type": "string", "format": "ipv4", "examples": ["192.0.2.1"]},
                    {"type": "string", "const": ""},
                ]
            },
        ),
        (
            {"type": "object", "properties": {"a": True, "b": False}, "additionalProperties": False},
            {"type": "object", "properties": {"a": {}, "b": {"not": {}}}, "additionalProperties": False},
        ),
        ({"type": "array", "maxItems": 0}, {"type": "array", "maxItems": 0, "items": {}}),
    ],
    ids=["words", "numbers", "no words", "types", "booleans", "items"],
)
def test_schemas_have_the_forms_that_most_tools_know(
    compute: History, schema: dict[str, Any], written: dict[str, Any]
) -> None:
    found = compute._source.kept(Schemas).inline(compute.at("2.1"), normalised(schema))
    assert json.loads(found.text) == written

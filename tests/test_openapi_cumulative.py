"""The OpenAPI document of all versions: valid, and whoever follows its versions gets the answers of `availability`."""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import exploring
import microspec
from conformance.instances import bodies
from highest import HIGHEST
from microspec import UnknownName, VersionSet, openapi
from microspec.export.openapi.merging import merged
from microspec.questions.presence import elements
from openapi_documents import JSON, at, document_of, keys, operations, references, resolved, versions
from openapi_follower import Follower, number
from openapi_judge import Document

if TYPE_CHECKING:
    from pathlib import Path

    from microspec import History

QUESTIONS = 2_000


@cache
def document() -> dict[str, Any]:
    """The document of the compute API; the tests do not change it."""
    return openapi.cumulative(microspec.load())


@pytest.mark.explore
def test_it_is_valid() -> None:
    assert list(OpenAPIV31SpecValidator(document()).iter_errors()) == []


def test_all_that_it_refers_to_is_there_and_nothing_else() -> None:
    there = {f"#/components/{kind}/{name}" for kind, found in document()["components"].items() for name in found}
    assert references(document()) | {"#/components/securitySchemes/X-Auth-Token"} == there


def test_it_has_every_operation_that_ever_was(compute: History) -> None:
    found = keys(document())
    assert found.keys() == compute.known.keys()
    for key, operation in found.items():
        said = operation["x-openstack"]
        own = said["actions"][key.partition("#")[2]] if "actions" in said else said
        assert versions(own) == compute.availability(key)
        assert own.get("gone-since-release") == compute.known[key].gone_since_release
        if "actions" not in said:
            assert operation.get("deprecated", False) == ("gone-since-release" in own)
            assert ("410" in operation["responses"]) == ("gone-since-release" in own)


def test_ids_are_those_of_the_documents_of_one_version() -> None:
    ids = {route: operation["operationId"] for route, operation in operations(document())}
    assert len(set(ids.values())) == len(ids)
    for version in ("2.1", "2.53", str(HIGHEST)):
        for route, operation in operations(document_of(at(version))):
            assert ids[route] == operation["operationId"]


# ------------------------------------------------------------------------------------- following the versions


@pytest.fixture(scope="module", params=[1, pytest.param(None, marks=pytest.mark.explore)], ids=["", "another seed"])
def questions(request: pytest.FixtureRequest) -> list[tuple[str, str, str, str, bool]]:
    """Random questions about operations, fields, parameters, statuses and versions, with the answers."""
    compute = microspec.load()
    source = random.Random(request.param or exploring.seed(request.config))
    every = list(elements(compute._source))
    asked = ((*source.choice(every), source.choice(compute.versions)) for _ in range(QUESTIONS))
    return [(key, part, name, str(version), version in when) for key, part, name, when, version in asked]


def test_a_program_that_follows_min_and_max_gets_the_answers(questions: list[tuple[str, str, str, str, bool]]) -> None:
    """Unless the document says that there are holes."""
    follower = Follower(document())
    wrong, doubtful = [], 0
    for *question, answer in questions:
        found = follower.has(*question)
        doubtful += follower.has_holes
        if found != answer and not follower.has_holes:
            wrong.append(question)
    assert wrong == []
    assert doubtful < QUESTIONS / 100
    assert 0.2 < sum(answer for *_, answer in questions) / QUESTIONS < 0.9


def test_a_program_that_follows_ranges_gets_all_answers(questions: list[tuple[str, str, str, str, bool]]) -> None:
    follower = Follower(document(), exact=True)
    assert [question for *question, answer in questions if follower.has(*question) != answer] == []


def test_a_request_with_holes_has_a_schema_for_each_span() -> None:
    tag = ("POST /servers", "request", "/server/networks/*/tag")
    follower = Follower(document())
    answers = {version: follower.has(*tag, version) for version in ("2.31", "2.32", "2.36", "2.37", "2.41", "2.42")}
    assert answers == {"2.31": False, "2.32": True, "2.36": True, "2.37": False, "2.41": False, "2.42": True}
    assert not follower.has_holes


# ------------------------------------------------------------------------------------------------- the schemas


def spelt_out(schema: Any, whole: dict[str, Any], inside: tuple[str, ...] = ()) -> Any:
    """A schema with its references written out, without what is said in words and of versions."""
    if isinstance(schema, list):
        return [spelt_out(item, whole, inside) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {
        name: spelt_out(value, whole, inside)
        for name, value in schema.items()
        if name not in ("x-openstack", "$ref") and not (name == "description" and isinstance(value, str))
    }
    reference = schema.get("$ref")
    if isinstance(reference, str):
        name = reference.rpartition("/")[2].partition("_2.")[0]
        target = name if name in inside else spelt_out(resolved({"$ref": reference}, whole), whole, (*inside, name))
        made["referred to"] = target
    return made


def variants(schema: dict[str, Any], version: str) -> list[dict[str, Any]]:
    """The schemas that a body may have at a version, of those that ``oneOf`` lists by versions."""
    said = {**resolved(schema, document()).get("x-openstack", {}), **schema.get("x-openstack", {})}
    low, high = said.get("min-ver", version), said.get("max-ver", version)
    if not number(low) <= number(version) <= number(high):
        return []
    found = resolved(schema, document())
    if "discriminator" in found.get("x-openstack", {}):
        return [item for choice in found["oneOf"] for item in variants(choice, version)]
    return [schema]


@pytest.mark.parametrize("version", ["2.1", "2.30", "2.36", "2.42", "2.53", "2.79", str(HIGHEST)])
def test_a_body_at_a_version_is_that_of_the_document_of_this_version(version: str) -> None:
    one = document_of(at(version))
    every = keys(document())
    compared = 0
    for key, operation in keys(one).items():
        if "requestBody" not in operation:
            continue
        action = key.partition("#")[2]
        found = variants(every[key]["requestBody"]["content"][JSON]["schema"], version)
        if action:
            found = [item for item in found if _action(item) == action]
        (schema,) = found
        expected = operation["requestBody"]["content"][JSON]["schema"]
        if action:
            (expected,) = [item for item in expected["oneOf"] if _action(item, one) == action]
        assert spelt_out(schema, document()) == spelt_out(expected, one), key
        compared += 1
    assert compared > 40


def _action(schema: dict[str, Any], whole: dict[str, Any] | None = None) -> Any:
    said = resolved(schema, whole or document()).get("x-openstack", {})
    return {**said, **schema.get("x-openstack", {})}.get("action-name")


ANSWERS = [
    ("GET /servers/detail", 200),
    ("GET /os-hypervisors/{hypervisor_id}", 200),
    ("GET /flavors/{flavor_id}", 200),
    ("GET /os-keypairs", 200),
    ("GET /os-quota-sets/{tenant_id}", 200),
]


@pytest.mark.parametrize(("key", "status"), ANSWERS, ids=str)
def test_the_one_schema_of_an_answer_accepts_those_of_all_versions(compute: History, key: str, status: int) -> None:
    judge = Document(document())
    accepted = 0
    for version in compute.versions[::20]:
        if version not in compute.availability(key):
            continue
        operation = compute.at(version)[key]
        for body in bodies(operation.response_schema(status), f"{key} {version}", 40):
            if operation.accepts_response(body, status):
                assert judge.accepts(key, "response", status, body), (version, body)
                accepted += 1
    assert accepted > 20


def test_properties_that_come_and_go_say_so() -> None:
    found = document()["components"]["schemas"]["Hypervisor"]
    assert found["properties"]["cpu_info"]["x-openstack"] == {
        "discriminator": "microversion", "min-ver": "2.1", "max-ver": "2.87", "required": True
    }  # fmt: skip
    assert "cpu_info" not in found["required"]
    assert [versions(item["x-openstack"]) for item in found["properties"]["cpu_info"]["anyOf"]] == [
        VersionSet("2.1-2.27"),
        VersionSet("2.28-2.87"),
    ]


def test_holes_are_said() -> None:
    tagged: dict[str, Any] = {"type": "object", "properties": {"tag": {"type": "string"}}}
    plain: dict[str, Any] = {"type": "object"}
    found = merged([(VersionSet("2.32-2.36"), tagged), (VersionSet("2.37-2.41"), plain), (VersionSet("2.42-"), tagged)])
    said = found["properties"]["tag"]["x-openstack"]
    assert said == {"min-ver": "2.32", "ranges": [["2.32", "2.36"], ["2.42", None]]}
    assert found["properties"]["tag"]["description"] == "In 2.32-2.36, 2.42-."


OLD, NEW = VersionSet("2.1-2.5"), VersionSet("2.6-")


@pytest.mark.parametrize(
    ("schemas", "expected"),
    [
        ([(OLD, {"type": "string"}), (NEW, {"type": "string"})], {"type": "string"}),
        (
            [(OLD, {"type": "string"}), (NEW, {"type": "integer"})],
            {
                "anyOf": [
                    {"type": "string", "x-openstack": {"min-ver": "2.1", "max-ver": "2.5"}},
                    {"type": "integer", "x-openstack": {"min-ver": "2.6"}},
                ],
                "x-openstack": {"discriminator": "microversion"},
            },
        ),
        (
            [
                (OLD, {"type": "object", "properties": {"a": True}, "required": ["a"], "additionalProperties": False}),
                (NEW, {"type": "object", "properties": {"b": {}}, "additionalProperties": {"type": "string"}}),
            ],
            {
                "type": "object",
                "properties": {
                    "b": {"description": "Since 2.6.", "x-openstack": {"min-ver": "2.6"}},
                    "a": True,
                },
                "additionalProperties": {"type": "string"},
            },
        ),
        (
            [(OLD, {"type": "array", "items": {"type": "string"}}), (NEW, {"type": "array", "items": False})],
            {
                "type": "array",
                "items": {
                    "anyOf": [
                        {"type": "string", "x-openstack": {"min-ver": "2.1", "max-ver": "2.5"}},
                        {"not": {}, "x-openstack": {"min-ver": "2.6"}},
                    ],
                    "x-openstack": {"discriminator": "microversion"},
                },
            },
        ),
    ],
    ids=["same", "union", "object", "array"],
)
def test_schemas_become_one(schemas: list[tuple[VersionSet, Any]], expected: Any) -> None:
    assert merged(schemas) == expected


# ------------------------------------------------------------------------------------------------- choices


def test_a_document_of_some_resources_has_theirs_alone(compute: History) -> None:
    found = openapi.cumulative(compute, resources=["keypairs", "agents"])
    assert {tag["name"] for tag in found["tags"]} == {"keypairs", "agents"}
    assert list(OpenAPIV31SpecValidator(found).iter_errors()) == []
    agents = found["paths"]["/os-agents"]["get"]
    assert agents["deprecated"]
    assert "Gone: answers 410 at every version from Wallaby on." in agents["description"]
    assert agents["responses"]["410"]["description"] == "Gone. From Wallaby on."
    with pytest.raises(UnknownName, match="there is no resource 'agent'"):
        openapi.cumulative(compute, resources=["agent"])


def test_answers_say_when_and_for_what_they_are_given() -> None:
    answers = document()["paths"]["/servers"]["post"]["responses"]["202"]
    assert answers["description"].splitlines() == [
        "Accepted",
        "",
        "- `ServerCreateResponse`",
        "- `ServerReservation`: The request asks for return_reservation_id.",
    ]
    actions = document()["paths"]["/servers/{server_id}/action"]["post"]["responses"]
    assert "- `createBackup`: no body: The rotation is 0. In 2.1-2.44." in actions["202"]["description"].splitlines()
    assert "Gone. From Wallaby on, for resetNetwork." in actions["410"]["description"]
    bodies = actions["202"]["content"][JSON]["schema"]["oneOf"]
    assert {item["x-openstack"]["action-name"] for item in bodies} == {"createImage", "createBackup", "rebuild"}


def test_a_body_says_when_there_is_its_action() -> None:
    schema = document()["paths"]["/servers/{server_id}/action"]["post"]["requestBody"]["content"][JSON]["schema"]
    bodies = {_action(item): item.get("x-openstack", {}) for item in schema["oneOf"]}
    assert bodies["os-getVNCConsole"] == {"min-ver": "2.1", "max-ver": "2.5"}
    assert bodies["trigger_crash_dump"] == {"min-ver": "2.17"}
    assert bodies["reboot"] == {}


def test_a_query_that_was_once_open_says_both() -> None:
    said = document()["paths"]["/servers"]["get"]["x-openstack"]["query"]
    assert said["discriminator"] == "microversion"
    assert said["oneOf"] == [
        {"additionalProperties": True, "min-ver": "2.1", "max-ver": "2.74"},
        {"additionalProperties": False, "min-ver": "2.75"},
    ]
    assert versions(said["patternProperties"]["^_"]["x-openstack"]) == VersionSet("2.1-")


def test_another_service_has_one_too(library: Path) -> None:
    history = microspec.load(library)
    found = openapi.cumulative(history)
    assert list(OpenAPIV31SpecValidator(found).iter_errors()) == []
    follower = Follower(found, exact=True)
    for key, part, name, when in elements(history._source):
        for version in history.versions:
            assert follower.has(key, part, name, str(version)) == (version in when), (key, part, name, version)

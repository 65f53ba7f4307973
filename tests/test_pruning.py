"""Pruning: an answer in the newest form becomes that of an older version, wherever leaving out is enough."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import microspec
from conformance.instances import bodies
from exploring import examples
from microspec import UnknownName, ValidationError
from microspec.questions.runs import Runs
from microspec.schema.prune import Pruner
from microspec.schema.standalone import Document
from microspec.schema.validator import validator
from microspec.server.manual import manual_changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from microspec import History, Operation


def test_properties_of_closed_objects_are_left_out_at_any_depth() -> None:
    api = microspec.load().at("2.1")
    answer = {"keypairs": [{"keypair": {"name": "a", "fingerprint": "f", "public_key": "k", "type": "ssh"}}], "more": 1}
    before = copy.deepcopy(answer)
    pruned = api["GET /os-keypairs"].prune(answer)
    assert pruned == {"keypairs": [{"keypair": {"name": "a", "fingerprint": "f", "public_key": "k"}}]}
    assert answer == before
    assert api["GET /os-keypairs"].prune(pruned) is pruned


def test_what_leaving_out_cannot_mend_is_an_error_that_names_it() -> None:
    operation = microspec.load().at("2.1")["GET /os-keypairs"]
    with pytest.raises(ValidationError) as caught:
        operation.prune({"keypairs": [{"keypair": {"name": 5, "fingerprint": "f"}}]})
    assert [(item.pointer, item.keyword, item.part) for item in caught.value.errors] == [
        ("/keypairs/0/keypair", "required", "response"),
        ("/keypairs/0/keypair/name", "type", "response"),
    ]
    with pytest.raises(UnknownName):
        operation.prune({}, 201)


def test_an_answer_without_a_body_has_none() -> None:
    attach = microspec.load().at("2.101")["POST /servers/{server_id}/os-volume_attachments"]
    assert attach.prune({"volumeAttachment": {}}, 202) is None


TEXT = {"type": "string"}
CLOSED: dict[str, Any] = {"type": "object", "properties": {"a": TEXT}, "additionalProperties": False}
TREE = {"type": "object", "properties": {"of": {"$ref": "#/$defs/Tree"}}, "additionalProperties": False}


BOTH = {**CLOSED, "properties": {"a": TEXT, "b": TEXT}}
MORE = {"a": "x", "b": 1}


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        (CLOSED, MORE, {"a": "x"}),
        ({**CLOSED, "additionalProperties": True}, MORE, MORE),
        ({**CLOSED, "additionalProperties": CLOSED}, {"b": MORE}, {"b": {"a": "x"}}),
        ({**CLOSED, "patternProperties": {"^x": CLOSED}}, {"xb": MORE, "c": 1}, {"xb": {"a": "x"}}),
        ({"items": CLOSED}, [MORE, {"b": 1}], [{"a": "x"}, {}]),
        ({"prefixItems": [CLOSED], "items": TEXT}, [MORE, MORE], [{"a": "x"}, MORE]),
        ({"anyOf": [TEXT, CLOSED]}, MORE, {"a": "x"}),
        ({"anyOf": [CLOSED, BOTH]}, {"a": "x", "b": "y", "c": 1}, {"a": "x", "b": "y"}),
        ({"oneOf": [{**CLOSED, "required": ["b"]}, CLOSED]}, MORE, {"a": "x"}),
        ({"anyOf": [TEXT, CLOSED]}, 5, 5),
        ({"allOf": [{"properties": {"a": CLOSED}}, {"properties": {"b": CLOSED}}]}, {"a": MORE}, {"a": {"a": "x"}}),
        (
            {"if": {"required": ["t"]}, "then": {"properties": {"v": CLOSED}}},
            {"t": 1, "v": MORE},
            {"t": 1, "v": {"a": "x"}},
        ),
        ({"if": {"required": ["t"]}, "else": {"properties": {"v": CLOSED}}}, {"t": 1, "v": MORE}, {"t": 1, "v": MORE}),
        ({"$ref": "#/$defs/Tree", "$defs": {"Tree": TREE}}, {"of": {"of": {"x": 1}, "y": 1}}, {"of": {"of": {}}}),
        (True, MORE, MORE),
        (CLOSED, "x", "x"),
    ],
)
def test_each_keyword(schema: Any, value: Any, expected: Any) -> None:
    definitions = schema.get("$defs", {}) if isinstance(schema, dict) else {}

    def accepts(part: Any, instance: Any) -> bool:
        document = Document(
            root=json.dumps(part), definitions=tuple((k, json.dumps(v)) for k, v in definitions.items())
        )
        return validator(document).accepts(instance)

    before = copy.deepcopy(value)
    assert Pruner(schema, accepts).prune(value) == expected
    assert value == before


# ------------------------------------------------------------------------------------------- all there is


def answers(operation: Operation, status: int, most: int) -> Iterator[Any]:
    """Valid answers of an operation."""
    schema = operation.response_schema(status)
    found = bodies(schema, operation.key, most) if schema else [None]
    return (body for body in found if is_text(body) and operation.accepts_response(body, status))


def is_text(body: Any) -> bool:
    """Whether a body can be sent: it has no lone surrogate."""
    return json.dumps(body, ensure_ascii=False).encode(errors="ignore").decode() == json.dumps(body, ensure_ascii=False)


def listed(history: History) -> dict[str, list[tuple[int, str]]]:
    """What the page of manual changes lists, by operation: the place of the version, and the pointer in the body."""
    found: dict[str, list[tuple[int, str]]] = {}
    places = {version: place for place, version in enumerate(history.versions)}
    for microversion, findings in manual_changes(history):
        for item in findings:
            found.setdefault(str(item.operation), []).append((places[microversion.version], item.name))
    return found


def unexplained(history: History, key: str, most: int) -> list[str]:
    """The answers that are not valid after pruning although no manual change of the operation explains it."""
    runs = history._source.kept(Runs)
    found = []
    newest = runs.of(key)[-1]
    if newest is None:
        return []
    operation = newest.operation
    changes = listed(history).get(operation.alias_of or key, [])
    for status in operation.success_statuses:
        for body in answers(operation, status, most):
            for run in runs.distinct(key):
                last = run.places.bit_length() - 1
                names = [name for place, name in changes if place > last]
                if status not in run.operation.success_statuses:
                    found += [] if "" in names else [f"{key} at {run.operation.version}: status {status}"]
                    continue
                try:
                    run.operation.prune(body, status)
                except ValidationError as error:
                    for item in error.errors:
                        pointer = "/".join("*" if step.isdigit() else step for step in item.pointer.split("/"))
                        pointer = f"{pointer}/{item.name}" if item.keyword == "required" else pointer
                        if not any(pointer.startswith(name) or name.startswith(pointer) for name in names):
                            found.append(f"{key} at {run.operation.version}: {item}")
    return found


@pytest.mark.explore
def test_every_answer_reaches_every_older_version_or_the_page_lists_why(compute: History) -> None:
    assert [line for key in compute.known for line in unexplained(compute, key, 30)] == []


@examples(25)
@given(st.data())
def test_answers_reach_older_versions(compute: History, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(compute.known)))
    assert unexplained(compute, key, 4) == []

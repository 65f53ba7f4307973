"""The formats of a diff: each is well formed for any pair of versions, and says what the findings say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from click.testing import CliRunner

from microspec.cli import main

if TYPE_CHECKING:
    from microspec.history import History

SCHEMA = Path(__file__).parents[1] / "docs" / "schemas" / "diff.json"

PAIRS = [("2.60", "2.88"), ("2.88", "2.60"), ("2.36", "2.37"), ("2.31", "2.42"), ("2.1", "2.104"), ("2.25", "2.25")]
"""Far apart, backwards, next to each other, with what came and went on the way, the whole, and nothing."""

each_pair = pytest.mark.parametrize(("old", "new"), PAIRS, ids=str)


def printed(*arguments: str, status: int = 0) -> str:
    """What the command prints."""
    result = CliRunner().invoke(main, ["diff", *arguments], catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.stdout


# ---------------------------------------------------------------------------------------------- text


@each_pair
def test_text_names_every_element(compute: History, old: str, new: str) -> None:
    text = printed(old, new)
    for finding in compute.diff(old, new).findings:
        assert finding.rule in text
        assert finding.operation is None or finding.operation in text
        assert finding.name.rpartition("/")[2].replace("~1", "/") in text


def test_text_tells_what_to_do_and_why() -> None:
    assert printed("2.67", "2.68", "--only", "POST /servers/{server_id}/action#evacuate").splitlines() == [
        "compute 2.67 → 2.68: breaking",
        "1 breaking, 0 undecidable, 1 compatible (policy wire)",
        "only POST /servers/{server_id}/action#evacuate",
        "",
        "BREAKING",
        "server-actions-moves",
        "  2.68 (Stein)  Moves are no longer forced",
        "    request-property-removed: force (boolean or string)",
        "      POST /servers/{server_id}/action#evacuate request /evacuate",
        "      do: Do not send it.",
        "      versions/2.68.yaml:16  Resources on the new host cannot be claimed properly without the scheduler.",
        "",
        "BEHAVIORS",
        "  behavior-added: moves-always-checked-by-scheduler"
        "  A host that the request names is always checked by the scheduler.",
        "    POST /servers/{server_id}/action#evacuate",
        "    POST /servers/{server_id}/action#os-migrateLive",
        "    2.68 (Stein)  versions/2.68.yaml:10",
    ]


def test_text_names_a_replacement() -> None:
    text = printed("2.60", "2.88", "--only", "GET /os-hypervisors/{hypervisor_id}/uptime")
    assert "do: Do not call it. Instead: The field uptime of GET /os-hypervisors/{hypervisor_id}." in text


def test_a_replacement_that_is_not_there_is_not_named() -> None:
    onward = printed("2.35", "2.37", "--only", "images")
    assert "Instead" not in printed("2.37", "2.35", "--only", "images")
    assert "BREAKING" in onward


def test_text_tells_what_was_undone_on_the_way() -> None:
    lines = printed("2.32", "2.42").splitlines()
    place = lines.index("  request /server/networks/*/tag  2.37, 2.42")
    assert lines[place + 1] == "    POST /servers"


def test_known_extra_specs_fold_into_a_few_lines() -> None:
    text = printed("2.85", "2.86")
    assert text.count("request-property-described") == 1
    assert len(text.splitlines()) < 70


# ---------------------------------------------------------------------------------------------- json


@pytest.fixture(scope="module")
def schema() -> jsonschema_rs.Draft202012Validator:
    """The published schema, which allows no key that it does not describe."""
    return jsonschema_rs.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


@each_pair
@pytest.mark.parametrize("more", [[], ["--by-version", "--policy", "strict", "--rule", "operation-added=breaking"]])
def test_json_obeys_the_published_schema(
    schema: jsonschema_rs.Draft202012Validator, compute: History, old: str, new: str, more: list[str]
) -> None:
    document: dict[str, Any] = json.loads(printed(old, new, "--format", "json", *more))
    assert [error.message for error in schema.iter_errors(document)] == []
    expected = compute.diff(old, new)
    assert [item["id"] for item in document["findings"]] == [finding.id for finding in expected.findings]
    assert len({item["id"] for item in document["findings"]}) == len(document["findings"])
    assert sum(document["counts"].values()) == len(expected.findings)
    assert {item["rule"] for item in document["findings"]} <= document["rules"].keys()
    assert document["by_version"] is None or [step["version"] for step in document["by_version"]] == [
        str(version) for version in expected.by_version
    ]


def test_json_attributes_each_finding() -> None:
    document = json.loads(printed("2.67", "2.68", "--format", "json"))
    (finding,) = [
        item for item in document["findings"] if item["operation"] == "POST /servers/{server_id}/action#evacuate"
    ]
    (cause,) = finding["causes"]
    assert (cause["version"], cause["release"], cause["verb"]) == ("2.68", "Stein", "remove-property")
    assert cause["location"] == {"file": "versions/2.68.yaml", "line": 16, "column": 22}


def test_the_schema_refuses_what_is_not_described(schema: jsonschema_rs.Draft202012Validator) -> None:
    document = json.loads(printed("2.67", "2.68", "--format", "json"))
    assert schema.is_valid(document)
    document["findings"][0]["colour"] = "blue"
    assert not schema.is_valid(document)

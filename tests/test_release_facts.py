"""What the bundled compute API says of releases, against vectors of known facts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import microspec

COMPUTE = microspec.load()
VECTORS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "vectors" / "releases.yaml").read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["name"]))
def test_what_releases_accept(vector: dict[str, Any]) -> None:
    for release, accepted in vector["accepted"].items():
        found = COMPUTE.as_of(release).versions_for(vector["operation"], body=vector["body"])
        assert str(found or "") == accepted, release


@pytest.mark.parametrize(
    ("operation", "version"),
    [
        ("POST /servers/{server_id}/action#migrate", "2.1"),
        ("POST /servers/{server_id}/action#os-migrateLive", "2.79"),
        ("POST /servers/{server_id}/migrations/{migration_id}/action#force_complete", "2.22"),
        ("GET /servers/{server_id}/migrations", "2.23"),
        ("DELETE /servers/{server_id}/migrations/{migration_id}", "2.24"),
        ("GET /os-migrations", "2.80"),
    ],
)
def test_managers_move_servers_since_flamingo(operation: str, version: str) -> None:
    assert COMPUTE.as_of("epoxy").at(version)[operation].audience == "admin"
    assert COMPUTE.as_of("flamingo").at(version)[operation].audience == "manager"


@pytest.mark.parametrize(
    ("behavior", "version", "without", "there"),
    [
        ("forced-quotas-refused", "2.36", "queens", "pike"),
        ("force-up-waits-for-evacuations", "2.11", "wallaby", "xena"),
        ("service-forced-up-after-evacuations", "2.53", "wallaby", "xena"),
        ("unknown-host-status-by-policy", "2.16", "train", "ussuri"),
        ("flavor-extra-specs-in-servers-by-policy", "2.47", "xena", "yoga"),
        ("own-migrations-for-project-managers", "2.80", "epoxy", "flamingo"),
        ("network-uuid-prefix-refused", "2.37", "ussuri", "train"),
        ("console-tokens-refused", "2.30", "bobcat", "caracal"),
        ("rdp-consoles-refused", "2.6", "bobcat", "caracal"),
        ("bare-metal-rebuild-fails", "2.93", "yoga", "zed"),
        ("unfinished-attachments-hidden", "2.89", "gazpacho", "hibiscus"),
        ("server-with-shares-not-resized", "2.97", "hibiscus", "gazpacho"),
        ("keypairs-sorted-by-name", "2.1", "mitaka", "newton"),
    ],
)
def test_behaviors_of_some_releases(behavior: str, version: str, without: str, there: str) -> None:
    assert behavior not in COMPUTE.as_of(without).at(version).behaviors
    assert behavior in COMPUTE.as_of(there).at(version).behaviors


def test_events_for_no_server_were_not_found_up_to_train() -> None:
    operation = "POST /os-server-external-events"
    assert 404 in COMPUTE.as_of("train").at("2.1")[operation].error_statuses
    assert 404 not in COMPUTE.as_of("ussuri").at("2.1")[operation].error_statuses


def test_quotas_were_reserved_up_to_ocata() -> None:
    reserved = {
        release: COMPUTE.as_of(release).at("2.1").schemas["QuotaUsage"]["properties"]["reserved"]["description"]
        for release in ("ocata", "pike")
    }
    assert reserved["ocata"] != reserved["pike"] == "Always 0; nothing is reserved."


SPEC = Path(__file__).parents[1] / "spec"


@pytest.mark.parametrize("file", sorted(SPEC.rglob("*.yaml")), ids=lambda file: str(file.relative_to(SPEC)))
def test_no_fact_is_about_the_time_at_which_it_was_written(file: Path) -> None:
    words = r"\b(today|nowadays|at present|(newer|older|later|earlier|current|present|recent) (releases?|nova))\b"
    assert re.findall(words, file.read_text(encoding="utf-8"), re.IGNORECASE) == []


@pytest.mark.parametrize(
    ("operation", "status", "when", "without", "there"),
    [
        ("POST /servers/{server_id}/action#shelve", 400, None, "wallaby", "xena"),
        ("POST /servers/{server_id}/action#shelveOffload", 400, None, "wallaby", "xena"),
        ("POST /servers/{server_id}/action#suspend", 400, None, "wallaby", "xena"),
        ("DELETE /servers/{server_id}/os-interface/{port_id}", 400, "The port has an accelerator.", "wallaby", "xena"),
        ("POST /servers/{server_id}/action#unshelve", 403, "The server would exceed the quota.", "antelope", "bobcat"),
    ],
)
def test_errors_of_some_releases(operation: str, status: int, when: str | None, without: str, there: str) -> None:
    errors = {
        release: set(COMPUTE.as_of(release).at("2.1").definitions[operation].responses) for release in (without, there)
    }
    assert (status, when) not in errors[without]
    assert (status, when) in errors[there]


def test_updating_a_server_conflicts_only_about_a_zone() -> None:
    operation = "PUT /servers/{server_id}"
    assert 409 not in COMPUTE.at("2.103")[operation].error_statuses
    assert 409 in COMPUTE.at("2.104")[operation].error_statuses

"""What the bundled compute API says, against vectors of known facts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
import yaml

from microspec import UnknownName, UnknownOperation, ValidationError, Version, VersionSet
from microspec.model.vocabulary import Holds
from microspec.schema.walk import find
from microspec.values.frozen import frozendict

if TYPE_CHECKING:
    from microspec.history import History

AVAILABILITY: list[list[Any]] = yaml.safe_load((Path(__file__).parent / "vectors" / "availability.yaml").read_text())

RELEASES = {
    "kilo": "2.3",
    "liberty": "2.12",
    "mitaka": "2.25",
    "newton": "2.38",
    "ocata": "2.42",
    "pike": "2.53",
    "queens": "2.60",
    "rocky": "2.65",
    "stein": "2.72",
    "train": "2.79",
    "ussuri": "2.87",
    "victoria": "2.87",
    "wallaby": "2.88",
    "xena": "2.90",
    "yoga": "2.90",
    "zed": "2.93",
    "antelope": "2.95",
    "bobcat": "2.95",
    "caracal": "2.96",
    "dalmatian": "2.96",
    "epoxy": "2.100",
    "flamingo": "2.100",
    "gazpacho": "2.103",
    "hibiscus": "2.104",
}


@pytest.mark.parametrize(("operation", "element", "expected"), AVAILABILITY, ids=str)
def test_availability(compute: History, operation: str, element: dict[str, Any], expected: object) -> None:
    assert str(compute.availability(operation, **element)) == str(expected)


@pytest.mark.parametrize(("release", "highest"), RELEASES.items())
def test_a_release_supports_versions_up_to(compute: History, release: str, highest: str) -> None:
    assert str(compute.releases[release].max_version) == highest


def test_releases(compute: History) -> None:
    assert list(compute.releases) == list(RELEASES)
    assert compute["2.4"].release == compute.releases["liberty"]
    assert compute["2.12"].release == compute.releases["liberty"]
    assert compute["2.88"].release == compute.releases["wallaby"]


def test_the_service(compute: History) -> None:
    assert compute.service_type == "compute"
    assert compute.min_version == Version("2.1")
    assert [str(version) for version in compute.versions[:3]] == ["2.1", "2.2", "2.3"]
    assert len(compute.versions) == compute.max_version.minor


def test_every_version_says_what_it_is_for(compute: History) -> None:
    for microversion in compute:
        assert microversion.title
        assert len(microversion.description) > 40
        assert microversion.features or microversion.removed_features or microversion.behaviors


def test_a_behavior_says_when_the_errors_hold_that_it_speaks_of(compute: History) -> None:
    behaviors = [behavior for microversion in compute for behavior in microversion.behaviors.values()]
    assert [
        (behavior.name, status)
        for behavior in behaviors
        for status in re.findall(r"(?<!code )\b[45]\d\d\b", behavior.text)  # events have codes of their own
        if int(status) not in behavior.statuses
    ] == []
    assert {holds for behavior in behaviors for holds in behavior.statuses.values()} == set(get_args(Holds))


def test_every_change_has_a_reason_or_a_feature(compute: History) -> None:
    reasonless = [
        f"{change.location}"
        for microversion in compute
        for change in microversion.changes
        if not (change.why or change.feature or change.verb in ("add-schema", "remove-schema", "add-behavior"))
    ]
    assert reasonless == []


def test_the_tag_saga(compute: History) -> None:
    events = compute.history("POST /servers", request="/server/networks/*/tag")
    assert [(str(event.version), event.effect) for event in events] == [
        ("2.32", "added"),
        ("2.37", "removed"),
        ("2.42", "added"),
    ]
    for event in events:
        assert event.why
        assert event.location
        assert event.location.file.endswith(f"versions/{event.version}.yaml")


def test_an_operation_that_ended_says_so(compute: History) -> None:
    assert "GET /os-hypervisors/statistics" in compute.at("2.87")
    assert "GET /os-hypervisors/statistics" not in compute.at("2.88")
    with pytest.raises(UnknownOperation, match=r"does not exist at 2\.88: removed in 2\.88; instead: ") as raised:
        compute.at("2.88")["GET /os-hypervisors/statistics"]
    assert isinstance(raised.value, KeyError)
    assert raised.value.availability == VersionSet("2.1-2.87")


def test_an_operation_that_is_to_come_says_so(compute: History) -> None:
    with pytest.raises(UnknownOperation, match=r"does not exist at 2\.25: added in 2\.26"):
        compute.at("2.25")["GET /servers/{server_id}/tags"]


def test_an_operation_that_never_was(compute: History) -> None:
    with pytest.raises(UnknownOperation, match="did you mean"):
        compute.availability("POST /server")


def test_every_name_in_a_path_is_described(compute: History) -> None:
    for version in compute.versions:
        for key, operation in compute.at(version).operations.items():
            for name in re.findall(r"\{(\w+)\}", operation.path):
                parameter = operation.parameters["path", name]
                assert parameter.required, key
                assert "description" in parameter.schema or "$ref" in parameter.schema, key


def test_an_api_is_a_collection_of_its_operations(compute: History) -> None:
    api = compute.at("2.53")
    assert list(api) == list(api.operations)
    assert len(api) == len(api.operations)
    with pytest.raises(UnknownOperation, match="no operation 0"):
        api[0]  # type: ignore[index]


def test_features(compute: History) -> None:
    assert compute.supports("server-tags", "2.26")
    assert not compute.supports("server-tags", "2.25")
    assert str(compute.features["block-device-tags"].availability) == "2.32, 2.42-"
    assert str(compute.features["network-tags"].availability) == "2.32-2.36, 2.42-"
    assert str(compute.features["file-injection"].availability) == "2.1-2.56"
    with pytest.raises(UnknownName, match="did you mean server-tags"):
        compute.supports("server-tag", "2.26")


SHOWN = "GET /os-hypervisors/{hypervisor_id}"


def test_diff_of_neighbours(compute: History) -> None:
    findings = compute.diff("2.87", "2.88").findings
    removed = {f.name for f in findings if f.rule == "response-property-removed" and f.operation == SHOWN}
    assert removed == {
        f"/hypervisor/{name}"
        for name in (
            "current_workload",
            "cpu_info",
            "vcpus",
            "vcpus_used",
            "free_disk_gb",
            "local_gb",
            "local_gb_used",
            "disk_available_least",
            "free_ram_mb",
            "memory_mb",
            "memory_mb_used",
            "running_vms",
        )
    }
    added = [f.name for f in findings if f.rule == "response-property-added"]
    assert added == ["/hypervisors/*/uptime", "/hypervisor/uptime"]
    assert {f.operation for f in findings if f.rule == "operation-removed"} == {
        "GET /os-hypervisors/statistics",
        "GET /os-hypervisors/{hypervisor_id}/uptime",
    }
    findings = compute.diff("2.1", "2.2").findings
    assert [(f.before, f.after) for f in findings if f.rule == "success-status-altered"] == [(200, 201), (202, 204)]
    assert [f.name for f in findings if f.rule == "request-property-added"] == ["/keypair/type"]


def test_a_diff_of_a_version_with_itself_is_empty(compute: History) -> None:
    for version in ("2.1", "2.53", "2.88"):
        assert compute.diff(version, version).findings == ()


def test_every_neighbouring_pair_differs_where_its_file_changes_something(compute: History) -> None:
    for before, microversion in zip(compute.versions, list(compute)[1:], strict=False):
        found = compute.diff(before, microversion.version).findings
        assert bool(found) == bool(microversion.changes), microversion.version


def test_every_operation_can_be_resolved_at_every_version(compute: History) -> None:
    for version in compute.versions:
        api = compute.at(version)
        assert list(api.operations) == list(api.definitions)
        for key, operation in api.operations.items():
            assert operation.key == key
            assert operation.success_statuses, key
            assert {401, 403, 406, 413, 415} <= set(operation.error_statuses) or not operation.definition.microversioned


NAMES_OF_ERRORS = {
    400: "badRequest",
    401: "unauthorized",
    403: "forbidden",
    404: "itemNotFound",
    409: "conflictingRequest",
    413: "overLimit",
    415: "badMediaType",
    429: "overLimit",
    501: "notImplemented",
    503: "serviceUnavailable",
}


def test_a_body_of_an_action_has_exactly_its_key(compute: History) -> None:
    """Nova finds an action by the one key of its body, whether it looks at the value or not."""
    for version in ("2.1", "2.56", "2.73", "2.88"):
        for key, operation in compute.at(version).operations.items():
            if operation.action:
                bodies: tuple[Any, ...] = (None, {}, {"other": None}, {operation.action: None, "other": None})
                assert not any(map(operation.accepts_request, bodies)), (version, key)
                assert str(compute.availability(key, request=f"/{operation.action}")) == str(compute.availability(key))


def test_a_server_that_was_rebuilt_has_progress_only_in_some_statuses(compute: History) -> None:
    api = compute.at("2.88")
    found = find(frozendict({"$ref": "ServerRebuildResponse"}), ["server", "progress"], api.schemas)
    assert [required for _, required in found] == [False]


def test_a_request_can_name_the_request_that_it_is_part_of(compute: History) -> None:
    assert ("header", "X-OpenStack-Request-Id") in compute.at("2.1")["GET /servers"].parameters


def test_errors_have_one_body(compute: History) -> None:
    for operation in compute.at("2.88").operations.values():
        for status in operation.error_statuses:
            name = NAMES_OF_ERRORS.get(status, "computeFault")
            operation.validate_response({name: {"code": status, "message": "So it is."}}, status)
    operation = compute.at("2.88")["GET /servers/{server_id}"]
    for body in (
        {},
        {"itemNotFound": {"code": 404}},
        {"itemNotFound": 404},
        {"itemNotFound": {"code": 400, "message": "m"}},
        {"nothing": {"code": 404, "message": "m"}},
    ):
        with pytest.raises(ValidationError):
            operation.validate_response(body, 404)


def test_version_documents_obey_no_microversion(compute: History) -> None:
    for version in compute.versions:
        operation = compute.at(version)["GET /"]
        assert operation.error_statuses == (415,)
        assert not operation.parameters
        assert operation == compute.at("2.1")["GET /"]


def test_schemas_are_self_contained(compute: History) -> None:
    api = compute.at("2.88")
    for operation in api.operations.values():
        for document in (operation.request_schema(), operation.query_schema(), operation.response_schema()):
            if document is not None:
                _resolves(document, document)


def _resolves(node: Any, document: dict[str, Any]) -> None:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            assert node["$ref"].removeprefix("#/$defs/") in document["$defs"]
        for value in node.values():
            _resolves(value, document)
    elif isinstance(node, list):
        for value in node:
            _resolves(value, document)


def test_an_alias_follows_its_original(compute: History) -> None:
    for version in ("2.1", "2.37", "2.88"):
        api = compute.at(version)
        assert api["POST /os-volumes_boot"].request_schema() == api["POST /servers"].request_schema()
        assert api["POST /os-volumes_boot"].success_statuses == api["POST /servers"].success_statuses


def test_a_pointer_that_is_none(compute: History) -> None:
    with pytest.raises(ValueError, match="must start with a slash"):
        compute.availability("POST /servers", request="server/tags")
    with pytest.raises(ValueError, match="name only one element"):
        compute.availability("POST /servers", request="/server", query="limit")


def test_a_status_that_is_not_answered(compute: History) -> None:
    with pytest.raises(UnknownName, match=r"POST /servers has no status '299'"):
        compute.at("2.1")["POST /servers"].response_schema(299)


@pytest.mark.parametrize(
    ("at", "gone", "successor"),
    [
        ("2.37", "device-tags-seen-in-server", None),
        ("2.65", "abortion-of-running-migrations", "waiting-live-migrations-abortable"),
        ("2.68", "evacuation-host-verified", "moves-always-checked-by-scheduler"),
        ("2.68", "live-migration-host-verified", "moves-always-checked-by-scheduler"),
        ("2.75", "hypervisor-servers-on-request", "hypervisor-servers-may-be-empty"),
        ("2.88", "unknown-cpu-is-empty-object", None),
        ("2.90", "extended-attributes-for-administrators", "six-extended-attributes-for-administrators"),
        ("2.91", "unshelve-zone-needs-offloaded-server", "unshelve-host-needs-offloaded-server"),
        ("2.101", "tagged-attachment-needs-driver-support", "tagged-interface-needs-driver-support"),
    ],
)
def test_a_behavior_ends_with_its_subject(compute: History, at: str, gone: str, successor: str | None) -> None:
    before = compute.at(compute.versions[compute.versions.index(Version(at)) - 1]).behaviors
    after = compute.at(at).behaviors
    assert gone in before
    assert gone not in after
    assert [name for name in after if name == successor and name not in before] == [successor] * bool(successor)


@pytest.mark.parametrize(
    ("at", "behavior", "words"),
    [
        ("2.33", "device-tags-seen-in-server", "each tagged network interface"),
        ("2.42", "device-tags-seen-in-server", "each tagged device"),
        ("2.90", "update-and-rebuild-views-by-policy", "except its host name"),
        ("2.104", "zone-pinned-by-request-or-configuration", "unshelved or updated"),
    ],
)
def test_a_behavior_is_restated_with_its_subject(compute: History, at: str, behavior: str, words: str) -> None:
    before = compute.at(compute.versions[compute.versions.index(Version(at)) - 1]).behaviors.get(behavior)
    assert before is None or words not in before.text
    assert words in compute.at(at).behaviors[behavior].text


def test_a_behavior_that_is_in_force_is_of_operations_that_exist(compute: History) -> None:
    for api in map(compute.at, compute.versions):
        for name, behavior in api.behaviors.items():
            assert [key for key in behavior.operations if key not in api.definitions] == [], (str(api.version), name)


@pytest.mark.parametrize(
    ("operation", "version", "words"),
    [
        ("POST /os-keypairs", "2.91", "Create a key pair"),
        ("POST /os-keypairs", "2.92", "Import a public key"),
        ("POST /servers/{server_id}/action#migrate", "2.55", "The scheduler chooses the host, and"),
        ("POST /servers/{server_id}/action#migrate", "2.56", "unless the request names one"),
        ("POST /servers/{server_id}/action#unshelve", "2.90", "the scheduler finds a host."),
        ("POST /servers/{server_id}/action#unshelve", "2.91", "unless the request names one"),
    ],
)
def test_the_words_of_an_operation_are_those_of_the_version(
    compute: History, operation: str, version: str, words: str
) -> None:
    found = compute.at(version)[operation]
    assert words in f"{found.summary}. {found.description or ''}"

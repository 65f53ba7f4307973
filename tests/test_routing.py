"""From requests to operations, and what Nova answers where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from microspec import NoSuchRoute, UnknownName

if TYPE_CHECKING:
    from microspec.history import History


@pytest.mark.parametrize(
    ("version", "method", "path", "body", "operation", "parameters"),
    [
        ("2.1", "GET", "/servers", None, "GET /servers", {}),
        ("2.1", "get", "/servers/b1", None, "GET /servers/{server_id}", {"server_id": "b1"}),
        ("2.1", "GET", "/servers/detail", None, "GET /servers/detail", {}),
        ("2.1", "DELETE", "/servers/detail", None, "DELETE /servers/{server_id}", {"server_id": "detail"}),
        ("2.1", "GET", "/6f70656e-737461636b/servers", None, "GET /servers", {}),
        ("2.1", "GET", "/abc/servers/abc", None, "GET /servers/{server_id}", {"server_id": "abc"}),
        ("2.1", "GET", "/", None, "GET /", {}),
        (
            "2.1",
            "POST",
            "/servers/b1/action",
            {"rebuild": {}},
            "POST /servers/{server_id}/action#rebuild",
            {"server_id": "b1"},
        ),
        (
            "2.1",
            "POST",
            "/abc/servers/b1/action",
            {"os-start": None},
            "POST /servers/{server_id}/action#os-start",
            None,
        ),
        ("2.52", "PUT", "/os-services/disable", {}, "PUT /os-services/disable", {}),
        ("2.53", "PUT", "/os-services/disable", {}, "PUT /os-services/{service_id}", {"service_id": "disable"}),
        ("2.26", "PUT", "/servers/b1/tags/blue", None, "PUT /servers/{server_id}/tags/{tag}", None),
        ("2.1", "POST", "/os-volumes_boot", {}, "POST /os-volumes_boot", {}),
    ],
)
def test_what_a_request_means(
    compute: History, version: str, method: str, path: str, body: Any, operation: str, parameters: dict[str, str] | None
) -> None:
    match = compute.at(version).match(method, path, body)
    assert match.operation.key == operation
    assert parameters is None or match.path_parameters == parameters


@pytest.mark.parametrize(
    ("version", "method", "path", "body", "status", "words"),
    [
        ("2.1", "GET", "/nothing", None, 404, "nothing answers GET /nothing"),
        ("2.1", "GET", "/servers/", None, 404, "nothing answers"),
        ("2.1", "GET", "servers", None, 404, "nothing answers"),
        ("2.1", "PATCH", "/servers", None, 404, "nothing answers"),
        ("2.1", "GET", "/servers.json", None, 404, "nothing answers"),
        ("2.1", "POST", "/servers/b1/action", {"dance": None}, 400, "there is no action 'dance'"),
        ("2.1", "POST", "/servers/b1/action", {"os-start": None, "os-stop": None}, 400, "one key"),
        ("2.1", "POST", "/servers/b1/action", None, 400, "one key"),
        ("2.1", "POST", "/servers/b1/action", [], 400, "one key"),
        ("2.6", "POST", "/servers/b1/action", {"os-getVNCConsole": {}}, 404, "removed in 2.6"),
        ("2.16", "POST", "/servers/b1/action", {"trigger_crash_dump": None}, 404, "added in 2.17"),
        ("2.10", "PUT", "/os-services/force-down", {}, 404, "added in 2.11"),
        ("2.25", "GET", "/servers/b1/tags", None, 404, "added in 2.26"),
        ("2.88", "GET", "/os-hypervisors/statistics", None, 404, "removed in 2.88"),
        ("2.40", "GET", "/os-networks", None, 404, "removed in 2.36"),
        ("2.1", "GET", "/os-cells", None, 410, "gone since"),
        ("2.88", "GET", "/os-cells", None, 410, "gone since"),
        ("2.88", "GET", "/os-fixed-ips/192.0.2.1", None, 410, "gone since rocky"),
        ("2.1", "POST", "/servers/b1/action", {"resetNetwork": None}, 410, "gone since"),
    ],
)
def test_what_no_operation_answers(
    compute: History, version: str, method: str, path: str, body: Any, status: int, words: str
) -> None:
    with pytest.raises(NoSuchRoute, match=words) as raised:
        compute.at(version).match(method, path, body)
    assert raised.value.status == status


def test_what_is_gone_depends_on_the_release(compute: History) -> None:
    api = compute.at("2.1")
    assert api.match("GET", "/os-fping", release="pike").operation.key == "GET /os-fping"
    with pytest.raises(NoSuchRoute) as raised:
        api.match("GET", "/os-fping", release="rocky")
    assert raised.value.status == 410
    assert raised.value.operation == "GET /os-fping"
    with pytest.raises(UnknownName, match="no release 'rocki'; did you mean rocky"):
        api.match("GET", "/os-fping", release="rocki")


def test_every_operation_is_found_by_its_own_path(compute: History) -> None:
    for version in compute.versions:
        api = compute.at(version)
        for key, operation in api.operations.items():
            path = operation.path.replace("{", "x-").replace("}", "")
            body = {operation.action: None} if operation.action else None
            match = api.match(operation.method, path, body, release="kilo")
            assert match.operation.key == key

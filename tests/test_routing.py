"""From requests to operations, and what Nova answers where there is none."""

from __future__ import annotations

import gc
import re
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exploring import examples
from microspec import Match, NoSuchRoute, UnknownName, frozendict
from microspec.model.routing import Place, Router

if TYPE_CHECKING:
    from collections.abc import Iterable

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
        ("2.1", "GET", "/abc/", None, "GET /", {}),
        # slashes, as the URL map of Nova 34.0.0 and its routes take them
        ("2.1", "GET", "//servers", None, "GET /servers", {}),
        ("2.1", "GET", "/servers//b1", None, "GET /servers/{server_id}", {"server_id": "b1"}),
        ("2.1", "GET", "//abc//servers///b1", None, "GET /servers/{server_id}", {"server_id": "b1"}),
        ("2.1", "GET", "//", None, "GET /", {}),
        ("2.1", "POST", "/servers//b1//action", {"rebuild": {}}, "POST /servers/{server_id}/action#rebuild", None),
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
        ("2.1", "GET", "/nothing", None, 404, "no operation matches GET /nothing"),
        ("2.1", "GET", "/servers/", None, 404, "no operation matches"),
        ("2.1", "GET", "/servers//", None, 404, "no operation matches GET /servers//"),
        ("2.1", "GET", "/servers/b1/", None, 404, "no operation matches"),
        ("2.1", "GET", "//abc", None, 404, "no operation matches"),
        ("2.1", "GET", "servers", None, 404, "no operation matches"),
        ("2.1", "GET", "servers//b1", None, 404, "no operation matches"),
        ("2.1", "GET", "", None, 404, "no operation matches"),
        ("2.1", "PATCH", "/servers", None, 404, "no operation matches"),
        ("2.1", "GET", "/servers.json", None, 404, "no operation matches"),
        ("2.1", "POST", "/servers/b1/action", {"dance": None}, 400, "there is no action 'dance'"),
        ("2.1", "POST", "/servers/b1/action", {"os-start": None, "os-stop": None}, 400, "with one property"),
        ("2.1", "POST", "/servers/b1/action", None, 400, "with one property"),
        ("2.1", "POST", "/servers/b1/action", [], 400, "with one property"),
        ("2.6", "POST", "/servers/b1/action", {"os-getVNCConsole": {}}, 404, "removed in 2.6"),
        ("2.16", "POST", "/servers/b1/action", {"trigger_crash_dump": None}, 404, "added in 2.17"),
        ("2.10", "PUT", "/os-services/force-down", {}, 404, "added in 2.11"),
        ("2.25", "GET", "/servers/b1/tags", None, 404, "added in 2.26"),
        ("2.88", "GET", "/os-hypervisors/statistics", None, 404, "removed in 2.88"),
        ("2.40", "GET", "/os-networks", None, 404, "removed in 2.36"),
        ("2.1", "GET", "/os-cells", None, 410, "was removed in"),
        ("2.88", "GET", "/os-cells", None, 410, "was removed in"),
        ("2.88", "GET", "/os-fixed-ips/192.0.2.1", None, 410, "removed in rocky"),
        ("2.1", "POST", "/servers/b1/action", {"resetNetwork": None}, 410, "was removed in"),
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
    for _ in range(2):
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


def test_what_a_path_means_depends_on_the_body_each_time(compute: History) -> None:
    api, path = compute.at("2.1"), "/servers/b1/action"
    for action in ("os-start", "os-stop", "os-start"):
        assert api.match("POST", path, {action: None}).operation.action == action
    with pytest.raises(NoSuchRoute, match="with one property"):
        api.match("POST", path)


def test_a_match_is_a_value(compute: History) -> None:
    match = compute.at("2.1").match("GET", "/servers/b1")
    assert match == Match(operation=match.operation, path_parameters=frozendict(server_id="b1"))
    assert match.replace(path_parameters=frozendict(server_id="b2")) == compute.at("2.1").match("GET", "/servers/b2")
    with pytest.raises(AttributeError):
        match.operation = None  # type: ignore[misc, assignment]
    with pytest.raises(TypeError):
        Match(operation=match.operation)  # type: ignore[call-arg]


# ------------------------------------------------------------------------------------- the tree, and a plain search


def segments(path: str) -> list[str]:
    """What stands between the slashes of a path, or of a key."""
    return re.sub("/+", "/", path).split("/")[1:]


def plain_search(keys: Iterable[str], method: str, path: str) -> list[tuple[str, dict[str, str]]]:
    """What `Router.find` gives, by trying every template."""
    patterns = {key: segments(key) for key in (key.partition("#")[0] for key in keys)}
    words = segments(path)
    first_words = {pattern[0] for pattern in patterns.values()}
    if len(words) > 1 and words[0] not in first_words and re.fullmatch("[0-9a-f-]+", words[0]):
        words = words[1:]
    found = []
    for key, pattern in patterns.items():
        pairs = list(zip(pattern, words, strict=False))
        values = {expected[1:-1]: word for expected, word in pairs if expected.startswith("{")}
        literal = all(expected == word for expected, word in pairs if not expected.startswith("{"))
        if len(pattern) == len(words) and literal and all(values.values()) and key.startswith(f"{method.upper()} "):
            found.append((len(values), key, values))
    return [(key, values) for _, key, values in sorted(found, key=lambda entry: entry[:2])] if path[:1] == "/" else []


METHODS = ("GET", "POST", "get")
WORDS = st.sampled_from(("a", "b", "c", "abc", "x-y", "{", ""))
"""Words of templates; a brace is for a name, and nothing for a slash after a slash or at the end."""


@st.composite
def keys(draw: st.DrawFn) -> str:
    words = draw(st.lists(WORDS, min_size=1, max_size=4))
    named = [f"{{name{place}}}" if word == "{" else word for place, word in enumerate(words)]
    return f"{draw(st.sampled_from(METHODS[:2]))} /{'/'.join(named)}{draw(st.sampled_from(('', '#run')))}"


PATHS = st.lists(st.sampled_from(("a", "b", "abc", "0f-", "x-y", "Ab", "{name0}", "é", "")), max_size=6).map("/".join)


@given(st.lists(keys(), min_size=1, max_size=12), st.lists(st.tuples(st.sampled_from(METHODS), PATHS), min_size=5))
@examples(2)
def test_the_tree_finds_what_a_plain_search_finds(known: list[str], requests: list[tuple[str, str]]) -> None:
    router = Router(known)
    for method, path in requests:
        for given_path in (path, f"/{path}"):
            assert list(router.find(method, given_path)) == plain_search(known, method, given_path)


def test_the_tree_of_the_compute_api_finds_what_a_plain_search_finds(compute: History) -> None:
    router = compute.at("2.1")._directory.router
    words = sorted({word for key in compute.known for word in segments(key.partition("#")[0])} - {""})[::9]
    for method, pair in product(("GET", "PUT"), product(words, words)):
        path = f"/{'/'.join(pair)}"
        assert list(router.find(method, path)) == plain_search(compute.known, method, path)


def test_paths_leave_nothing_in_the_tree(compute: History) -> None:
    def count() -> int:
        gc.collect()
        return sum(isinstance(item, Place) for item in gc.get_objects())

    api, paths = compute.at("2.1"), ("/servers/{}", "/{}/servers", "/{}", "/servers/{}/tags/{}", "/flavors/{}/a/{}")
    counts = []
    for turn in range(2):
        for number, path in product(range(50), paths):
            list(api._directory.router.find("GET", path.format(f"{turn}{number}", number)))
        counts.append(count())
    assert counts[0] == counts[1]


def test_a_tree_is_made_as_far_as_paths_go() -> None:
    """Templates with a word at one place each and names elsewhere have two to the power of 40 places together."""
    depth = 40
    patterns = [["w" if place == word else f"{{n{place}}}" for place in range(depth)] for word in range(depth)]
    router = Router(f"GET /{'/'.join(pattern)}" for pattern in patterns)
    assert len(list(router.find("GET", "/w" * depth))) == depth
    assert [key for key, _ in router.find("GET", f"/w{'/v' * (depth - 1)}")] == [f"GET /{'/'.join(patterns[0])}"]

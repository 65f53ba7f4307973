"""The names that may have been meant: near words, near steps of a pointer or path, steps that were forgotten."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from microspec import UnknownName
from microspec.values.errors import did_you_mean, nearest
from microspec.values.near import MANY, near

if TYPE_CHECKING:
    from microspec import History

POINTERS = ["/server", "/server/name", "/server/tags", "/server/tags/*", "/server/networks", "/server/networks/*"]
POINTERS += ["/server/networks/*/uuid", "/server/networks/*/tag", "/server/flavorRef", "/links/*/href", "/a~1b"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("/server/network", ["/server/networks"]),
        ("/srever/network/0/uid", ["/server/networks/*/uuid"]),
        ("/server/flavorref", ["/server/flavorRef"]),
        ("/server/networks/0/uuid", ["/server/networks/*/uuid"]),
        ("/server/networks/uuid", ["/server/networks/*/uuid"]),
        ("/server/tags/blue", ["/server/tags/*"]),
        ("/links/0/href", ["/links/*/href"]),
        ("/tags", ["/server/tags"]),
        ("/networks/3/tag", ["/server/networks/*/tag"]),
        ("/server/nothing", []),
        ("/nothing/at/all", []),
        ("/server/networks/0/uuid/deeper", []),
        ("/", []),
        ("/" * 1_000, []),
    ],
)
def test_near_pointers(asked: str, found: list[str]) -> None:
    assert near(asked, POINTERS) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("GET /serverz", ["GET /servers"]),
        ("GET /serverz/b1/topolgy", ["GET /servers/{server_id}/topology"]),
        ("GET /servers/7b0cae8d-1a0f-4b6f-8f8f-1c1f2d3e4f5a/topolgy", ["GET /servers/{server_id}/topology"]),
        ("POST /servers/b1", [f"{method} /servers/{{server_id}}" for method in ("GET", "PUT", "DELETE")]),
        ("PATCH /servers", ["GET /servers", "POST /servers"]),
        ("POST /servers/{server_id}/reboot", ["POST /servers/{server_id}/action#reboot"]),
        ("/servers", ["GET /servers", "POST /servers"]),
        ("GET /nothing/at/all", []),
    ],
)
def test_near_operations(compute: History, asked: str, found: list[str]) -> None:
    assert near(asked, compute.known) == found


@pytest.mark.parametrize(
    ("asked", "known", "words"),
    [
        ("server-tag", ["server-tags", "locked"], "did you mean server-tags?"),
        ("rebo", ["reboot", "rebuild"], "did you mean reboot?"),
        ("aab", ["aaa", "bab", "aac"], "did you mean bab, aac or aaa?"),
        ("/tags/0", ["/tags/*"], "did you mean /tags/*? * stands for any item"),
        ("/tags/*/nam", ["/tags/*/name"], "did you mean /tags/*/name?"),
        ("colour", ["limit", "marker"], None),
        ("colour", [], None),
    ],
)
def test_hints(asked: str, known: list[str], words: str | None) -> None:
    assert nearest(asked, known) == words
    assert did_you_mean(asked, known) == (f"; {words}" if words else "")


def test_no_hint_takes_long() -> None:
    names = [f"/{'/'.join(f'step{number}x{depth}' for depth in range(12))}" for number in range(MANY)]
    for asked in (names[0].replace("x", "y"), "/" + "a" * 400_000, "/a" * 200_000, "GET " + "/*" * 200_000):
        start = time.process_time()
        near(asked, names)
        assert time.process_time() - start < 1
        assert near(asked, [*names, "/one/more"]) == []


def test_a_few_names_are_listed_where_none_is_near() -> None:
    assert str(UnknownName("service", "x", ["compute"])) == "there is no service 'x'; known: compute"
    assert str(UnknownName("status", "299", ["200", "404"])) == "there is no status '299'; known: 200, 404"
    assert str(UnknownName("status", "x", [])) == "there is no status 'x'"
    assert str(UnknownName("status", "x", map(str, range(11)))) == "there is no status 'x'"

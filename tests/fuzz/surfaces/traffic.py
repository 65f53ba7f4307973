"""Recorded traffic: HAR, JSON lines and tables, read and audited, and the audit printed."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import microspec
from microspec.render import markdown, plain

from .. import mutate
from .base import SECONDS, Surface, Wrong

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

BODY = {"server": {"name": "a", "flavorRef": "1", "networks": "none", "tags": ["blue"]}}
HAR = {
    "log": {
        "version": "1.2",
        "creator": {"name": "a", "version": "1"},
        "entries": [
            {
                "request": {
                    "method": "POST",
                    "url": "https://compute.example.org/v2.1/0123456789abcdef0123456789abcdef/servers",
                    "headers": [{"name": "OpenStack-API-Version", "value": "compute 2.51"}],
                    "postData": {"mimeType": "application/json", "text": json.dumps(BODY)},
                    "bodySize": 100,
                },
                "response": {"status": 202, "content": {"text": '{"server": {"id": "b1"}}', "encoding": ""}},
                "comment": "creates a server",
            },
            {
                "request": {"method": "GET", "url": "/servers/detail?limit=1&tags=a", "headers": [], "bodySize": 0},
                "response": {"status": 200, "content": {"text": "eyJzZXJ2ZXJzIjogW119", "encoding": "base64"}},
            },
        ],
    }
}
LINES: tuple[dict[str, Any], ...] = (
    {"method": "POST", "url": "/servers", "version": "2.51", "body": BODY, "status": 400, "note": "a"},
    {"method": "POST", "url": "/servers/b1/action", "version": "2.100", "body": {"evacuate": {"force": True}}},
    {"method": "GET", "url": "https://a.example/compute/v2.1/servers?limit=1", "headers": {"Accept": ["a", "b"]}},
    {"method": "GET", "url": "/servers/detail", "version": None, "response": {"servers": []}, "status": 200},
)
TABLE = """\
# what our client does
GET /servers/detail 2.73
POST /servers/{server_id}/action#rebuild 2.54
GET /flavors
DELETE /os-keypairs/mine latest
"""
EACH = 0.00025
"""So many seconds may be taken by each call, where that is more than an input may take."""

MANY_SHARE = 0.002
"""The share of recordings that are one line again and again, each time with another number."""

LIBRARY_SHARE = 0.3
"""The share of recordings of the small library service."""

WORDS = (
    *("GET", "POST", "OPTIONS", "/servers", "/servers/b1/action", "/v2.1/", "?a=1&a=2", "#reboot", "2.104", "latest"),
    *("method", "url", "headers", "version", "body", "status", "response", "note", "log", "entries", "request", "text"),
    *("postData", "bodySize", "content", "encoding", "base64", "name", "value", "comment", "OpenStack-API-Version"),
)

_OF_LIBRARY = {
    "/servers/detail": "/books",
    "/servers/b1/action": "/books/b1/loans",
    "/servers/{server_id}/action#rebuild": "/books/{book_id}/loans",
    "/servers": "/books",
    "/flavors": "/books/b1",
    "OpenStack-API-Version": "Library-API-Version",
    "compute": "library",
    "2.51": "1.2",
    "2.100": "1.4",
    "2.73": "1.3",
    "v2.1": "v1.1",
    '"server': '"book',
    '"name"': '"title"',
}
"""What the small library service says in place of what the compute API says."""

_SERVERS = {"compute": ("2.1", "2.79"), "library": ("1.1", "1.3")}

LIBRARY = Path(__file__).parents[2] / "library"


def _many(source: Random) -> str:
    """A line of one of the forms, in which one place has another number each time."""
    line = source.choice((*map(json.dumps, LINES), *TABLE.splitlines()))
    place = source.choice([place for place, character in enumerate(line) if character.isalnum()])
    many = source.randint(1, mutate.LARGEST // (len(line) + 6))
    return "\n".join(f"{line[:place]}{number}{line[place:]}" for number in range(many))


class Traffic(Surface):
    """Recordings, put to `History.recording` and `History.audit`."""

    name = "traffic"
    title = "recorded traffic: HAR, JSON lines and tables"
    weight = 10

    def prepare(self) -> None:
        """Both specifications, and what an audit needs of them."""
        self.histories = {"compute": microspec.load(), "library": microspec.load(LIBRARY)}
        for service in self.histories:
            for name, content in (("a.har", json.dumps(HAR)), ("a", "\n".join(map(json.dumps, LINES))), ("a", TABLE)):
                self.call((service, name, content.encode()))

    def make(self, source: Random) -> tuple[str, str, bytes]:
        """The service, the name of a file and its content."""
        service = "library" if source.random() < LIBRARY_SHARE else "compute"
        kind = source.choice(("har", "lines", "table"))
        if source.random() < MANY_SHARE:
            kind, found = "lines", _many(source)
        elif kind == "table":
            found = mutate.text(source, TABLE, WORDS)
        elif kind == "har":
            found = json.dumps(mutate.json(source, HAR, WORDS))
        else:
            lines = [source.choice(LINES) for _ in range(source.randint(1, 3))]
            found = "\n".join(json.dumps(mutate.json(source, line, WORDS)) for line in lines)
        if source.random() < 0.3:
            found = mutate.text(source, found, WORDS)
        if service == "library":
            for word, other in _OF_LIBRARY.items():
                found = found.replace(word, other)
        content = found.encode("utf-8", "surrogatepass")
        if source.random() < 0.2:
            content = mutate.content(source, content)
        return service, ("calls.har" if kind == "har" else "calls.txt"), content[: mutate.LARGEST]

    def size(self, given: tuple[str, str, bytes]) -> int:
        """The size of the file."""
        return len(given[2])

    def bound(self, given: tuple[str, str, bytes]) -> float:
        """A recording is judged call by call. There are no more calls than there are places where a method is named."""
        _, name, content = given
        return max(SECONDS, EACH * content.count(b'"method"' if name.endswith(".har") else b"\n"))

    def call(self, given: tuple[str, str, bytes]) -> Any:
        """The audit, which can be printed as data and as Markdown."""
        service, name, content = given
        history = self.histories[service]
        found = history.audit(history.recording(BytesIO(content), name), _SERVERS[service])
        json.dumps(plain.audit(found))
        markdown.audit(found)
        return found

    def check(self, given: tuple[str, str, bytes], answer: Any) -> Iterable[str]:
        """A finding is about calls that were counted."""
        del given
        if any(finding.count > answer.wrong[finding.kind] for finding in answer.findings):
            raise Wrong("a finding has more calls than there are of its kind")
        if any(number > answer.calls for number in answer.wrong.values()):
            raise Wrong("more calls are wrong than there are")
        return (*(("with problems",) if answer.problems else ()), *(("with findings",) if answer.findings else ()))

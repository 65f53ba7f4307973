"""Version documents and headers: what `microspec.discovery` and `microspec.headers` say against what Nova answers."""

from __future__ import annotations

import json
import random
import re
import tarfile
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import yaml

from microspec import MicrospecError, RefusedVersion, Version, discovery, headers

from .wire import URL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from microspec.history import History

    from .nova import Nova

PATHS = ("/", "/v2.1/", "/v2.1", "/v2/", "/v2", "/servers", "/servers/detail", "/v3/servers")

SEEDED = 2000
"""So many headers are made at random, beside those of the vectors."""

VECTORS = Path(__file__).parents[1] / "vectors" / "headers.yaml"


def problems(history: History, nova: Nova, sdist: Path) -> Iterator[str]:
    """Everything in which we and Nova differ, and every document in Nova's source that cannot be read."""
    last = min(history.max_version, Version((2, nova.max_minor)))
    sent = [*_of_vectors(), *_at_random(last)]
    answers = json.loads(nova.run("wire", json.dumps({"paths": PATHS, "headers": sent})))
    served = (history.min_version, last)
    for path, (status, document) in zip(PATHS, answers["paths"], strict=True):
        mine = discovery.nova(served, URL, path)
        if discovery.emit(mine) != document or (status == 300) != (mine.form == "choices"):
            yield f"Nova answers {status} {document} to GET {path}, ours is {discovery.emit(mine)}"
        if discovery.parse(document) != mine:
            yield f"what Nova answers to GET {path} is read as {discovery.parse(document)}"
    for pairs, theirs in zip(sent, answers["headers"], strict=True):
        if theirs != (answer := _answer(pairs, served)):
            yield f"Nova answers {theirs} to the headers {pairs}, ours is {answer}"
    documents = list(_documents(sdist, str(last)))
    if len(documents) < 8:
        yield f"only {len(documents)} version documents were found in {sdist.name}"
    for name, document in documents:
        try:
            if discovery.emit(discovery.parse(document)) != document:
                yield f"{name} is not written as it was read"
        except MicrospecError as error:
            yield f"{name} cannot be read: {error}"


def _answer(pairs: list[list[str]], served: Any) -> list[Any]:
    """What we would answer to a request with these headers."""
    try:
        version = headers.requested([(name, value) for name, value in pairs], "compute", server=served)
    except RefusedVersion as error:
        return [error.status, [list(pair) for pair in error.headers], error.body]
    return [200, [list(pair) for pair in headers.response(version)], {"version": str(version)}]


def _of_vectors() -> Iterator[list[list[str]]]:
    """The headers of the vectors, each value as one, but for what no server passes on as a header."""
    for vector in yaml.safe_load(VECTORS.read_text(encoding="utf-8")):
        given = vector["headers"]
        listed = given.items() if isinstance(given, dict) else given
        pairs = [[name, one] for name, value in listed for one in (value if isinstance(value, list) else [value])]
        if all("-" in name or name.startswith("HTTP_") for name, _ in pairs):
            yield pairs


def _at_random(last: Version) -> Iterator[list[list[str]]]:
    """Headers around the form of a version and of a list of services, where `last` is served; always the same ones."""
    source = random.Random("headers")
    names = ("OpenStack-API-Version", "X-OpenStack-Nova-API-Version")
    words = (
        "compute",
        "Compute",
        "volume",
        "latest",
        "2.1",
        str(last),
        str(last.next),
        "2.0",
        "02.1",
        "2.01",
        "2.",
        ".1",
        "3.1",
    )
    for _ in range(SEEDED):
        value = "".join(source.choice((*words, *words, *" ,,.-+_0129x\t")) for _ in range(source.randint(0, 5)))
        one = [source.choice(names), f"compute {value}" if source.random() < 0.4 else value]
        yield [one] if source.random() < 0.7 else [one, [source.choice(names), source.choice(words)]]


def _documents(sdist: Path, max_version: str) -> Iterator[tuple[str, Any]]:
    """The version documents in Nova's samples, functional tests and guide."""
    with tarfile.open(sdist) as archive:
        for member in archive:
            inside = re.search(r"(/api_samples/versions/.*\.json(\.tpl)?|/api-guide/.*versions\.rst)$", member.name)
            file = archive.extractfile(member) if inside else None
            if file is not None:
                text = file.read().decode("utf-8").replace("%(max_api_version)s", max_version)
                blocks = (
                    [text] if ".json" in member.name else re.findall(r"^ +\{\n(?:.*\n)*?^  \}\n", text, re.MULTILINE)
                )
                yield from ((member.name, json.loads(dedent(block))) for block in blocks)

"""What OpenAPI documents accept, and what our validators accept, is the same, by an independent judge.

The bodies, queries and answers are those of the conformance plan: around every schema, at every limit.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

import exploring
import microspec
from conformance.instances import bodies, queries
from microspec import NoSuchRoute, openapi
from microspec.questions.runs import Runs
from openapi_judge import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from microspec import Api, Operation

MOST = 20
"""So many instances of each schema."""

ERRORS = [
    {"badRequest": {"code": 400, "message": "a"}},
    {"itemNotFound": {"code": 404, "message": "a"}},
    {"itemNotFound": {"code": 400, "message": "a"}},
    {"error": {"code": 401, "title": "a", "message": "a"}},
]
"""Bodies of errors, which have one key: the examples have all of them, and are all refused."""

KEYS = [(key,) for key in microspec.load().known]
ALWAYS = [("POST /servers",), ("POST /servers/{server_id}/action#resize",), ("GET /servers/{server_id}/topology",)]


@cache
def judged(version: str, release: str) -> Document:
    """A document, ready to judge."""
    return Document(openapi.document(microspec.load().at(version, release)))


def release_of(key: str) -> str:
    """The newest release in which an operation is not gone."""
    history = microspec.load()
    releases = list(history.releases)
    gone = history.known[key].gone_since_release
    return releases[releases.index(gone) - 1] if gone else releases[-1]


def operations(key: str) -> Iterator[tuple[Api, Operation, Document]]:
    """An operation at the first version of each run of versions at which it is the same, and the document there."""
    release = release_of(key)
    history = microspec.load().as_of(release)
    for run in history._source.kept(Runs).distinct(key):
        version = run.operation.version
        yield history.at(version), run.operation, judged(str(version), release)


@pytest.mark.parametrize("key", exploring.share(KEYS, 30, "".join, always=ALWAYS))
def test_a_document_accepts_what_the_validators_accept(key: str) -> None:
    seen: set[tuple[str, str]] = set()
    wrong, verdicts = [], {"request": set[bool](), "query": set[bool](), "response": set[bool]()}
    for api, operation, document in operations(key):
        for kind, status, schema, ours, theirs in _sides(api, operation, document):
            if (kind, repr(schema)) in seen:
                continue
            seen.add((kind, repr(schema)))
            made = queries if kind == "query" else bodies
            found = made(schema, f"{key} {kind} {status}", MOST)
            for instance in [*found, *(ERRORS if status >= 400 else ())]:
                verdict = ours(instance)
                verdicts[kind].add(verdict)
                if theirs(instance) != verdict:
                    wrong.append((str(api.version), kind, status, verdict, instance))
    assert wrong == []
    if (key,) in ALWAYS:
        assert all(verdicts[kind] == {True, False} for kind, _ in seen if kind != "query")


def _sides(api: Api, operation: Operation, document: Document) -> Iterator[tuple[str, int, Any, Any, Any]]:
    """What there is to ask: the kind, the status, a schema, and what each side answers."""
    key = operation.key
    request = operation.request_schema()
    if request is not None:
        yield (
            "request",
            0,
            request,
            lambda body: _accepts(api, operation, body),
            lambda b: document.accepts_request(key, b),
        )
    yield (
        "query",
        0,
        operation.query_schema(),
        operation.accepts_query,
        lambda query: document.accepts_query(key, query),
    )
    for status in sorted({response.status for response in operation.responses}):
        schema = operation.response_schema(status)
        if schema is not None:
            yield (
                *("response", status, schema),
                lambda body, status=status: body is not None and operation.accepts_response(body, status),
                lambda body, status=status: body is not None and document.accepts_answer(key, status, body),
            )


def _accepts(api: Api, operation: Operation, body: Any) -> bool:
    """Whether a body is accepted: for an action, by the action that it names."""
    if operation.action is None:
        return operation.accepts_request(body)
    try:
        found = api.match(operation.method, operation.path.replace("{", "").replace("}", ""), body).operation
    except NoSuchRoute:
        return False
    return found.accepts_request(body)

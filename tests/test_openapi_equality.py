"""What OpenAPI documents accept, and what our validators accept, is the same, by an independent judge.

The bodies, queries and answers are those of the conformance plan: around every schema, at every limit.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

import exploring
import microspec
from conformance.instances import bodies, queries
from forms import forms
from microspec import openapi
from microspec.questions.runs import Runs
from microspec.schema.validator import Validator
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
    seen = set[tuple[str, Validator]]()
    wrong, verdicts = [], {"request": set[bool](), "query": set[bool](), "response": set[bool]()}
    for api, operation, document in operations(key):
        for form in forms(api, operation):
            if (form.kind, form.validator) in seen:
                continue
            seen.add((form.kind, form.validator))
            made = queries if form.kind == "query" else bodies
            found = made(form.schema(), f"{key} {form.kind} {form.status}", MOST)
            for instance in [*found, *(ERRORS if form.status >= 400 else ())]:
                verdict = form.accepts(instance)
                verdicts[form.kind].add(verdict)
                if document.accepts(key, form.kind, form.status, instance) != verdict:
                    wrong.append((str(api.version), form.kind, form.status, verdict, instance))
    assert wrong == []
    if (key,) in ALWAYS:
        assert all(verdicts[kind] == {True, False} for kind, _ in seen if kind != "query")

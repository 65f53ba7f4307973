"""Every error can be pickled and copied, and is equal to one of the same data: also one that a worker raises."""

from __future__ import annotations

import copy
import importlib
import pickle
import pkgutil
from multiprocessing import get_context
from typing import TYPE_CHECKING

import pytest

import microspec
from microspec import Location, MicrospecError, Place, Problem, Version, VersionSet, Violation
from microspec.artifact.errors import ArtifactError
from microspec.authoring.errors import (
    BaseError,
    FormattingError,
    RenumberingError,
    SpecificationError,
    StartingError,
    SuppressionsError,
)
from microspec.authoring.yaml import YamlError
from microspec.decorators import Deviation
from microspec.http.errors import InvalidDocument, RefusedVersion, TrafficError
from microspec.model.errors import NoSuchRoute, PreconditionError, UnknownOperation, UnknownVersion
from microspec.questions.errors import Unsupported
from microspec.questions.negotiation import Limit
from microspec.render.errors import LengthError
from microspec.schema.errors import ValidationError
from microspec.server import Refused
from microspec.values.diagnostics import Diagnostic, Mistakes
from microspec.values.errors import InvalidElement, InvalidVersion, InvalidVersionSet, UnknownName
from microspec.values.reading import Unreadable

if TYPE_CHECKING:
    from microspec import History

ONE, TWO = Version("2.1"), Version("2.2")
VIOLATIONS = (Violation(pointer="/a", keyword="type", message="must be a string, not 1"),)
DIAGNOSTICS = (Diagnostic(location=Location(file="a.yaml"), code="gap", message="there is a gap", hint="fill it"),)

ERRORS: list[Exception] = [
    ArtifactError("folder", "it is damaged"),
    Deviation(400, "the body is invalid", "POST /servers", ONE, "request", VIOLATIONS),
    BaseError("HEAD", "there is no such revision"),
    InvalidDocument(VIOLATIONS),
    InvalidElement("text", "it is no pointer"),
    InvalidVersion(2.1, "it is a number"),
    InvalidVersionSet({"a": []}, "it is an object"),
    LengthError(10, 300),
    NoSuchRoute(404, "no operation matches it", "GET /servers"),
    PreconditionError("not-found", "there is none", "did you mean another?"),
    Refused(400, "the body is invalid", ONE, "POST /servers", VIOLATIONS, [("Vary", "X")], b"{}"),
    RefusedVersion(406, "2.999", {"computeFault": {"code": 406, "message": "No."}}, [("Vary", "X")]),
    FormattingError(DIAGNOSTICS),
    StartingError("it is no specification"),
    RenumberingError(ONE, TWO, "there is one already"),
    SpecificationError(DIAGNOSTICS),
    SuppressionsError(DIAGNOSTICS),
    TrafficError((Problem(place=Place(file="a.har", number=3, unit="entry"), reason="it is none"),)),
    UnknownName("feature", "tag", ("tags", "server-tags")),
    UnknownName("status", "299", ("200", "404"), "GET /servers"),
    UnknownOperation("GET /tags", ONE, VersionSet("2.26-"), "GET /servers/{server_id}/tags", ("GET /servers",)),
    UnknownVersion(Version("2.999"), ONE, TWO),
    Unsupported((Limit(kind="server", name="2.1", versions=VersionSet("2.1")),)),
    ValidationError(VIOLATIONS),
    Unreadable("not JSON", 3, 4),
    YamlError(list(DIAGNOSTICS), "text"),
]
"""One of each."""


def named(error: Exception) -> str:
    """The class of an error, for the names of tests."""
    return type(error).__name__


def test_there_is_one_of_each() -> None:
    for module in pkgutil.walk_packages(microspec.__path__, "microspec."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    waiting, known = [MicrospecError], set[type[Exception]]()
    while waiting:
        found = waiting.pop().__subclasses__()
        known.update(found)
        waiting += found
    assert known - {Mistakes} == {type(error) for error in ERRORS if isinstance(error, MicrospecError)}


@pytest.mark.parametrize("error", ERRORS, ids=named)
def test_errors_pickle_copy_and_compare(error: Exception) -> None:
    made = [pickle.loads(pickle.dumps(error, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
    for twin in (*made, copy.copy(error), copy.deepcopy(error), type(error)(*error.args)):
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert vars(twin) == vars(error)
        if isinstance(error, MicrospecError):
            assert twin == error
            assert hash(twin) == hash(error)
    assert error not in [other for other in ERRORS if other is not error]


def ask(operation: str) -> None:
    """What a worker does."""
    microspec.load().at("2.1")[operation]


def test_a_worker_that_raises_does_not_hang_its_pool(compute: History) -> None:
    with get_context("spawn").Pool(1) as pool:
        task = pool.apply_async(ask, ["GET /servers/{server_id}/tags"])
        with pytest.raises(UnknownOperation, match=r"added in 2\.26"):
            task.get(60)
    assert compute.at("2.26")["GET /servers/{server_id}/tags"]

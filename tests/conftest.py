"""What the tests share: the bundled compute API, and a small library service of their own to break."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

import microspec
from microspec.authoring.cache import VARIABLE
from microspec.questions import explanation
from microspec.questions.presence import availability

if TYPE_CHECKING:
    from microspec import History, VersionSet
    from microspec.model.source import Source
    from microspec.values.locator import Locator

settings.register_profile(
    "explore",
    settings.get_profile("default"),  # not what Hypothesis takes for it in CI, which draws the same examples each time
    deadline=None,
    max_examples=300,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("microspec", settings.get_profile("explore"), derandomize=True, max_examples=30)
settings.load_profile("microspec")  # the same examples each time; the session `explore` draws others

HERE = Path(__file__).parent

if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ[VARIABLE] = tempfile.mkdtemp(prefix="microspec-tests-")  # for all processes, as long as the tests run


def pytest_unconfigure() -> None:
    """Remove the cache of the tests, which never touch that of the user."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(os.environ[VARIABLE], ignore_errors=True)


@pytest.fixture(scope="session")
def compute() -> History:
    """The bundled compute API."""
    return microspec.load()


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations of which the life of an element is looked up from now on, which takes a walk over all versions."""
    found: list[str] = []

    def noted(source: Source, locator: Locator) -> VersionSet:
        found.append(locator.operation)
        return availability(source, locator)

    monkeypatch.setattr(explanation, "availability", noted)
    return found


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A copy of the specification of a small lending library, to be changed at will."""
    return Path(shutil.copytree(HERE / "library", tmp_path / "library"))

"""A new version is one new file: in a copy of the checkout one is added and removed, and the tests pass with each."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree

import pytest

import microspec
from highest import HIGHEST, after

if TYPE_CHECKING:
    from microspec.history import History

ROOT = Path(__file__).parents[1]

COPIED = (
    *("spec", "src", "tests", "docs", "benchmarks", ".ci"),
    *(
        "pyproject.toml",
        "hatch_build.py",
        "noxfile.py",
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "LICENSE",
        "SECURITY.md",
    ),
)
"""What there is in a checkout that the tests need."""

MODULES = ("compute", "documentation", "compiled", "tables", "negotiation", "explanation", "audit", "usage")
"""The tests that speak of the compute API and its versions most."""

SLOW = (
    "test_the_recipe_answers_what_is_negotiated",
    "test_what_is_refused_is_what_does_not_work",
    "test_it_works_where_the_operation_takes_the_body",
    "test_it_works_where_the_request_means_an_operation",
    "test_many_names_cost_little",
    "test_checkouts_are_compiled_side_by_side",
)
"""Those of them that are laws over many examples, or are about cost: they take much of the time."""

FORMATS = "test_diff_formats.py::test_json_says_where_each_finding_is_met"
"""One of the tests of what prints the diff of all versions."""

NEW = after(1)

ADDED = """\
microversion: "{version}"
title: Servers have a novelty
description: A server takes a novelty, a text, when it is created, and shows it. All novelties can be listed.
features:
  novelties: A server has a novelty, and those of all servers can be listed.
behaviors:
  novelty-stays:
    operations: [POST /servers]
    statuses: {{409: since}}
    text: A novelty cannot be written twice; the second time the answer is 409.
changes:
  - add-schema: NoveltyListing
    schema:
      type: object
      properties: {{novelties: {{type: array, items: {{type: string}}}}}}
      required: [novelties]
      additionalProperties: false
    feature: novelties
  - add-operation: GET /os-novelties
    resource: servers
    audience: reader
    summary: List the novelties of all servers
    unknown-query: rejected
    responses: {{200: NoveltyListing}}
    errors: [400, 403]
    feature: novelties
  - add-property: ServerCreate.novelty
    schema: {{description: A text., type: string}}
    feature: novelties
    why: What is new is written down.
  - add-property: ServerExtensions.novelty
    schema: {{description: A text., type: [string, "null"]}}
    required: true
    feature: novelties
    why: What is written down can be read.
  - add-parameter: [GET /servers, GET /servers/detail]
    query: novelty
    schema: {{description: A part of it., type: string}}
    repeatable: true
    feature: novelties
    why: What is written down can be found.
  - add-enum-value: NewServerGroupPolicy
    value: novel
    feature: novelties
    why: What is new goes together.
  - add-response: DELETE /servers/{{server_id}}
    status: 423
    when: Its novelty is being read.
    feature: novelties
    why: Nobody should read of a server that there is not.
"""
"""A version with one addition of each kind, to what is asked about most."""


class Outcome(NamedTuple):
    """What became of tests: their names, those that failed, and what was printed."""

    names: set[str]
    failed: list[str]
    printed: str


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the checkout, with nothing in it that was made before."""
    copy = tmp_path / "checkout"
    copy.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    return copy


def run(checkout: Path) -> Outcome:
    """Run the tests of the copy, in a process of their own."""
    report = checkout / "report.xml"
    files = [*(f"test_{name}.py" for name in MODULES), FORMATS]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", f"--junitxml={report}"),
            *(*(f"tests/{name}" for name in files), "-k", f"not ({' or '.join(SLOW)})"),
        ],
        cwd=checkout,
        env={name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON", "COV"))}
        | {"PYTHONPATH": str(checkout / "src")},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    cases = [
        (f"{case.get('classname')}::{case.get('name')}", {part.tag for part in case})
        for case in ElementTree.parse(report).iter("testcase")
    ]
    failed = [name for name, tags in cases if tags & {"failure", "error"}]
    assert bool(failed) == bool(done.returncode)
    assert len(cases) > 500
    return Outcome({name for name, _ in cases}, failed, done.stdout)


def histories(checkout: Path) -> tuple[History, History]:
    """What the files of the copy say, and what its tests have compiled of them."""
    return microspec.load(checkout / "spec"), microspec.load(checkout / "spec" / ".compiled")


def says_all_of_it(history: History) -> None:
    """That all that the new version adds is there from it on, and not before."""
    since = f"{NEW}-"
    assert history.supports("novelties", NEW)
    assert not history.supports("novelties", HIGHEST)
    assert str(history.features["novelties"].availability) == since
    assert str(history.availability("GET /os-novelties")) == since
    assert str(history.availability("GET /os-novelties", response="/novelties/*")) == since
    assert str(history.availability("POST /servers", request="/server/novelty")) == since
    assert str(history.availability("GET /servers/{server_id}", response="/server/novelty")) == since
    assert str(history.availability("GET /servers/detail", query="novelty")) == since
    assert str(history.availability("DELETE /servers/{server_id}", status=423)) == since
    group = {"server_group": {"name": "a", "policy": "novel"}}
    assert str(history.versions_for("POST /os-server-groups", body=group)) == since
    assert "novelty-stays" in history.at(NEW).behaviors
    assert "novelty-stays" not in history.at(HIGHEST).behaviors
    assert history.negotiate(server=("2.1", str(after(2))), needs=["novelties"]) == NEW
    assert [str(event.version) for event in history.history("GET /os-novelties")] == [str(NEW)]
    assert "GET /os-novelties" in {item.operation for item in history.diff(HIGHEST, NEW).findings}


@pytest.mark.explore
def test_a_version_is_one_file(checkout: Path, compute: History) -> None:
    """One is added, and removed again; then the highest one is, which its releases no longer support."""
    folder = checkout / "spec" / "versions"
    (folder / f"{NEW}.yaml").write_text(ADDED.format(version=NEW))
    added = run(checkout)
    assert added.failed == [], added.printed
    for history in histories(checkout):
        assert history.max_version == NEW
        assert history[NEW].release is None
        says_all_of_it(history)

    (folder / f"{NEW}.yaml").unlink()
    whole = run(checkout)
    assert whole.failed == [], whole.printed
    for history in histories(checkout):
        assert history.versions == compute.versions
        assert history.features == compute.features
        assert "GET /os-novelties" not in history.known

    (folder / f"{HIGHEST}.yaml").unlink()
    service = folder.parent / "service.yaml"
    last = compute.versions[-2]
    service.write_text(service.read_text().replace(f'max-version: "{HIGHEST}"', f'max-version: "{last}"'))
    less = run(checkout)
    assert [name for name in less.failed if not (is_about_highest(name) and name in whole.names)] == [], less.printed
    for history in histories(checkout):
        assert history.versions == compute.versions[:-1]
        assert history.releases.keys() == compute.releases.keys()
        assert history.max_version == last == max(release.max_version for release in history.releases.values())


def is_about_highest(name: str) -> bool:
    """Whether a test names the highest version: then it is about what that says, and may fail without it."""
    return re.search(rf"(?<!\d){HIGHEST.major}[._]{HIGHEST.minor}(?!\d)", name) is not None


def test_the_tests_that_are_left_out_are_there() -> None:
    texts = [(ROOT / "tests" / f"test_{name}.py").read_text(encoding="utf-8") for name in MODULES]
    assert all(any(f"def {name}(" in text for text in texts) for name in SLOW)

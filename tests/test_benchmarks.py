"""The benchmarks: what they generate is a specification, and their page says what was measured."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

import pytest

from microspec.authoring.tree import load_tree

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)


def test_generated_specifications_have_no_mistakes(tmp_path: Path) -> None:
    from benchmarks.growth import LIFE, write_tree

    write_tree(tmp_path, versions=LIFE + 5, operations=12)
    history = load_tree(tmp_path)
    assert len(history) == LIFE + 5
    assert len(history.at(history.max_version).operations) == 12
    assert len(history.at(history.max_version).behaviors) == LIFE


def test_bodies_are_accepted_and_refused_as_they_should() -> None:
    from benchmarks import bodies

    import microspec

    operation = microspec.load().at(bodies.VERSION)["POST /servers"]
    for body in (bodies.SMALL, bodies.TEN, bodies.LARGE, bodies.USER_DATA):
        operation.validate_request(body)
    assert len(bodies.TEN["server"]) == 10
    operation.validate_response(bodies.ANSWER)
    microspec.load().at(bodies.VERSION)["GET /servers"].validate_query(bodies.QUERY)
    bodies.pydantic_adapter().validate_python(bodies.SMALL)
    assert not operation.accepts_request(bodies.REJECTED)


def test_a_handler_is_called_as_it_is_measured() -> None:
    from benchmarks import bodies, validation

    from microspec import Deviation

    called = validation.handler()
    called(bodies.SMALL)
    with pytest.raises(Deviation, match=f"at {bodies.VERSION} is invalid"):
        called(bodies.REJECTED)


def test_requests_take_the_path_that_is_measured() -> None:
    from benchmarks import bodies, path

    assert path.accepted()(bodies.SMALL)
    assert not path.accepted()(bodies.REJECTED)
    for form, given in path.HEADERS.items():
        assert str(path.requested(given)) == bodies.VERSION, form
    for template, method, given in path.PATHS:
        assert path.routed(method)(given).operation.key == f"{method} {template}"


def test_the_growth_of_a_specification_is_measured(tmp_path: Path) -> None:
    from benchmarks.children import ask, build
    from benchmarks.growth import LIFE, MEASURES, write_tree

    write_tree(tmp_path / "spec", versions=LIFE, operations=12)
    found = build(str(tmp_path / "spec"), str(tmp_path / "compiled")) | ask(str(tmp_path / "compiled"))
    assert found.keys() == MEASURES.keys()
    assert all(value > 0 for value in found.values())


def test_the_first_validator_is_measured() -> None:
    from benchmarks.children import first

    assert first().keys() == {"import", "first", "engine"}


def test_making_models_is_measured() -> None:
    from benchmarks.children import models

    found = models()
    assert found.keys() == {"first", "second", "all", "written"}
    assert found["second"] < found["first"]


def test_the_page_says_what_was_measured() -> None:
    from benchmarks.charts import Bar, bars, lines
    from benchmarks.measure import Group, Row, Target
    from benchmarks.page import page

    chart = bars("title <&>", [Bar("label", 2, "2x"), Bar("other", 30, "30x", ours=False)])
    rows = [
        Row("fast", 2.0, "x", "5 ms", Target(3, "≤ 3×")),
        Row("slow", 2.0, "x", "", Target(1, "≤ 1×"), "it is hard"),
    ]
    text = page([Group("name", "Title", "A text.\n", ("work", "ratio", "time"), rows, chart)], quick=True)
    assert "| fast | 2.00× | ≤ 3× | met |" in text
    assert "| slow | 2.00× | ≤ 1× | missed by 2.00×: it is hard |" in text
    assert "| fast | 2.00× | 5 ms |" in text
    for svg in (chart, lines("title", {"size": {"a": [(10, 0.1), (100, 1)]}, "other": {"a": [(1, 1), (2, 3)]}})):
        ElementTree.fromstring(svg)


def test_recorded_traffic_is_what_it_is_said_to_be() -> None:
    from benchmarks import recorded

    import microspec

    history = microspec.load()
    found = history.audit(history.recording(io.BytesIO(b"".join(recorded.lines(2_000))), "calls"))
    assert (found.calls, found.elsewhere, found.problems) == (2_000, 0, ())
    assert [finding.kind for finding in found.findings] == ["refused"] * 3
    assert 2_000 / 12 < found.wrong["refused"] < 2_000 / 7


def test_questions_are_measured() -> None:
    from benchmarks import questions

    import microspec

    history = microspec.load()
    rows = [*questions._questions(history, 1), *questions._audits(history, 1, 100)]
    assert {row.work for row in rows if row.target} == {
        questions.REFUSED,
        f"{questions.WORKS} ÷ {questions.ACCEPTED}",
        f"{questions.NEGOTIATED} ÷ {questions.EACH_SCHEMA}",
        f"{questions.AUDITED} ÷ {questions.LOADED}",
    }


def test_documents_are_measured() -> None:
    from benchmarks import documents

    rows = list(documents._rows(1))
    assert {row.work for row in rows if row.target} == {documents.PROCESS, documents.OF_FIRST, documents.OF_SECOND}
    assert all(row.value > 0 for row in rows)

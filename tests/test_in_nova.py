"""What becomes of Nova's unit tests: every lost one has a reason, and every reason is one of a lost one."""

from __future__ import annotations

from typing import Any

import pytest

from in_nova.outcome import DECORATORS, LEAST, Outcome, Reason, page, problems, reasons

LOST = "compute.test_tags.TagsTest.test_names"
PASSED = [f"compute.test_tags.TagsTest.test_{number}" for number in range(LEAST)]
KNOWN = [Reason("names", "They are written differently.", (LOST,))]


def outcome(**changed: Any) -> Outcome:
    """An outcome with nothing wrong in it."""
    nothing_wrong = Outcome(
        passed=PASSED, skipped=[], lost={LOST: "AssertionError: no"}, broken=[], checked=PASSED, legacy=[]
    )
    return nothing_wrong._replace(**changed)


def test_nothing_is_wrong_if_each_lost_test_has_a_reason() -> None:
    assert [*problems(outcome(), KNOWN)] == []


def test_a_lost_test_needs_a_reason() -> None:
    (problem,) = problems(outcome(lost={LOST: "", "compute.test_tags.TagsTest.test_other": "why"}), KNOWN)
    assert problem == "lost without a reason: compute.test_tags.TagsTest.test_other\nwhy"


def test_a_reason_needs_a_lost_test() -> None:
    assert [*problems(outcome(lost={}), KNOWN)] == [f"has a reason, but is not lost: {LOST}"]


def test_a_test_has_one_reason() -> None:
    assert [*problems(outcome(), [*KNOWN, *KNOWN])] == [f"has two reasons: {LOST}"]


def test_of_a_part_only_its_modules_are_judged() -> None:
    part = outcome(passed=[], lost={})
    assert [*problems(part, KNOWN, ["compute.test_flavors"])] == []
    assert [*problems(part, KNOWN, ["compute.test_tags"])] == [f"has a reason, but is not lost: {LOST}"]


def test_enough_tests_have_to_pass() -> None:
    assert [*problems(outcome(passed=PASSED[1:]), KNOWN)] == ["only 4,049 tests pass, of at least 4,050"]


def test_the_page_counts_and_explains() -> None:
    counts = {kind: {"handlers": 120, "replaced": 1209, "left": 3} for kind in DECORATORS}
    text = page("34.0.0", outcome(), KNOWN, counts)
    assert "| pass with microspec's decorators | 4,050 |\n| lost | 1 |\n" in text
    assert "| `validation.query_schema` | 1,209 | `query` | 120 | 3 |" in text
    assert "### names: 1\n\nThey are written differently.\n\n- `compute.test_tags.TagsTest`: `test_names`\n" in text


@pytest.mark.parametrize("reason", reasons(), ids=lambda reason: reason.title)
def test_a_reason_is_a_sentence_about_tests(reason: Reason) -> None:
    assert reason.why.endswith(".")
    assert reason.tests
    assert len(set(reason.tests)) == len(reason.tests)

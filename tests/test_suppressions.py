"""Suppressions: what a file of them may say, every mistake in it, and what they come to on a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import jsonschema_rs
import pytest

from microspec.authoring.errors import SuppressionsError
from microspec.authoring.keys import language_schema
from microspec.authoring.suppressions import read as read_suppressions
from microspec.diff import suppressions

if TYPE_CHECKING:
    from pathlib import Path

    from microspec.history import History

GOOD = """
suppressions:
  request-property-removed POST /servers request /server/networks/*/tag:
    reason: Nobody here tags networks.
    expires: "2027-03-31"
  behavior-added behavior unversioned-lists:
    reason: It is what we want.
    expires: "2026-12-01"
"""
TAG = "request-property-removed POST /servers request /server/networks/*/tag"


def write(folder: Path, text: str) -> Path:
    """A file of suppressions."""
    path = folder / "suppressions.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, text: str) -> list[str]:
    """What is wrong with a file of suppressions, each as line:column: code and message."""
    with pytest.raises(SuppressionsError) as caught:
        read_suppressions(write(folder, text))
    assert str(caught.value) == "\n".join(map(str, caught.value.diagnostics))
    return [str(item).removeprefix(f"{folder}/suppressions.yaml:") for item in caught.value.diagnostics]


def test_a_file_is_read_with_places(tmp_path: Path) -> None:
    first, second = read_suppressions(write(tmp_path, GOOD))
    assert (first.id, first.reason, first.expires) == (TAG, "Nobody here tags networks.", date(2027, 3, 31))
    assert str(first.location) == f"{tmp_path}/suppressions.yaml:3:3"
    assert second.id == "behavior-added behavior unversioned-lists"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("    reason: It is", "    resaon: It is", ["7:5: missing-key", "7:5: unknown-key 'resaon' is not a known"]),
        ('"2027-03-31"', '"2027-02-31"', ["5:14: wrong-value expires must be a date"]),
        ('"2027-03-31"', '"20270331"', ["5:14: wrong-value expires must be a date, such as '2027-03-31'"]),
        ('"2027-03-31"', "20270331", ["5:14: wrong-value expires must be a date"]),
        ('"2027-03-31"', "2027-03-31", ["5:14: ambiguous-scalar"]),
        ('    expires: "2027-03-31"\n', "", ["4:5: missing-key the key 'expires' is missing"]),
        ("Nobody here tags networks.", '""', ["4:13: wrong-value"]),
        ("request-property-removed", "request-property-remved", ["3:3: unknown-name there is no rule request-"]),
        ("behavior unversioned", "behaviour unversioned", ["6:3: wrong-value 'behavior-added behaviour unv"]),
        ("behavior-added behavior unversioned-lists", "behavior-added", ["6:3: wrong-value behavior-added must be"]),
        ("behavior-added behavior unversioned-lists", TAG, [f"6:3: duplicate-key '{TAG}' is repeated"]),
        ("suppressions:", "supressions:", ["2:1: missing-key", "2:1: unknown-key 'supressions' is not a known key"]),
        (GOOD, "suppressions: []\n", ["1:15: wrong-type"]),
        (GOOD, "", ["1:1: empty-file"]),
    ],
)  # fmt: skip
def test_every_mistake_is_located(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    assert GOOD.count(old) == 1
    found = mistakes(tmp_path, GOOD.replace(old, new))
    assert len(found) == len(expected), found
    assert all(line.startswith(words) for line, words in zip(found, expected, strict=True)), found


def test_all_mistakes_come_together(tmp_path: Path) -> None:
    text = GOOD.replace("request-", "reqest-").replace("reason: It", "resaon: It").replace("2027-03-31", "someday")
    assert [line.partition(" ")[0] for line in mistakes(tmp_path, text)] == ["3:3:", "5:14:", "7:5:", "7:5:"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SuppressionsError, match="unreadable"):
        read_suppressions(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize(
    ("day", "kept", "unused", "expired"),
    [
        (date(2026, 12, 1), 0, ["behavior-added behavior unversioned-lists"], []),
        (date(2027, 3, 31), 0, [], ["behavior-added behavior unversioned-lists"]),
        (date(2027, 4, 1), 1, [], [TAG, "behavior-added behavior unversioned-lists"]),
    ],
)
def test_a_suppression_holds_to_its_last_day(
    compute: History, tmp_path: Path, day: date, kept: int, unused: list[str], expired: list[str]
) -> None:
    judgements = compute.diff("2.36", "2.37").judged()
    applied = suppressions.apply(judgements, read_suppressions(write(tmp_path, GOOD)), day)
    assert [item.finding.id for item in applied.kept].count(TAG) == kept
    assert len(applied.kept) + len(applied.suppressed) == len(judgements)
    assert [item.suppression.id for item in applied.suppressed] == [TAG] * (1 - kept)
    assert all(item.judgement.finding.id == item.suppression.id for item in applied.suppressed)
    assert [item.id for item in applied.unused] == unused
    assert [item.id for item in applied.expired] == expired


def test_every_id_of_a_finding_can_be_suppressed(compute: History, tmp_path: Path) -> None:
    found = compute.diff("2.1", compute.max_version).findings
    entries = [f"  {finding.id!r}: {{reason: x, expires: '2027-01-01'}}\n" for finding in found]
    read = read_suppressions(write(tmp_path, f"suppressions:\n{''.join(entries)}"))
    assert [item.id for item in read] == [finding.id for finding in found]


def test_editors_are_told_what_a_file_may_say() -> None:
    check = jsonschema_rs.Draft202012Validator(language_schema("suppressions"))
    entry = {"reason": "x", "expires": "2027-03-31"}
    assert check.is_valid({"suppressions": {TAG: entry}})
    assert not check.is_valid({"suppressions": {"behavior-added": entry}})
    assert not check.is_valid({"suppressions": {TAG: {"reason": "x"}}})
    assert not check.is_valid({})

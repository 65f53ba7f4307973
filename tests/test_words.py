"""Numbers of things in words."""

from __future__ import annotations

import pytest

from microspec.values.words import bounded, counted


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [(0, "item", "0 items"), (1, "item", "1 item"), (1, "property", "1 property"), (2, "property", "2 properties")],
)
def test_a_number_of_things(number: int, noun: str, words: str) -> None:
    assert counted(number, noun) == words


@pytest.mark.parametrize(
    ("low", "high", "noun", "words"),
    [
        (1, None, "character", "at least 1 character"),
        (2, None, "character", "at least 2 characters"),
        (None, 1, "item", "at most 1 item"),
        (None, 50, "item", "at most 50 items"),
        (None, 0, "item", "no items"),
        (0, 0, "property", "no properties"),
        (0, 1, "item", "0-1 item"),
        (1, 1, "property", "1 property"),
        (1, 2, "property", "1-2 properties"),
        (3, 3, "item", "3 items"),
        (-1, None, "", "at least -1"),
        (None, 0, "", "at most 0"),
        (0, 1.5, "", "0-1.5"),
        (0, 0, "", "0"),
    ],
)
def test_limits(low: float | None, high: float | None, noun: str, words: str) -> None:
    assert bounded(low, high, noun) == words

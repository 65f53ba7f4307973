"""Versions and sets of versions: parsing, printing, order, and the algebra of sets."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microspec import (
    InvalidVersion,
    InvalidVersionSet,
    UnknownVersion,
    Version,
    VersionRange,
    VersionSet,
    discovery,
    headers,
)
from microspec.values.spoken import _UNDERSTOOD, spoken, spoken_range

if TYPE_CHECKING:
    from microspec import History, Spoken

MINORS = range(30)
UNIVERSE = [Version((2, minor)) for minor in MINORS]

minors = st.integers(0, 28)
ranges = st.builds(
    lambda a, b, open_: VersionRange(f"2.{min(a, b)}", None if open_ else f"2.{max(a, b)}"),
    minors,
    minors,
    st.booleans(),
)
sets = st.lists(ranges, max_size=5).map(VersionSet)


def members(versions: VersionSet) -> set[Version]:
    """The versions of the small universe that are in the set."""
    return {version for version in UNIVERSE if version in versions}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2",
        "2.",
        ".1",
        "2.01",
        "02.1",
        "2.1_0",
        "2.+5",
        "2.-5",
        " 2.1",
        "2.1 ",
        "2.1.0",
        "v2.1",
        "latest",
        "2.\u0661",
    ],
)
def test_what_is_not_a_version(text: str) -> None:
    with pytest.raises(InvalidVersion, match="not a microversion"):
        Version(text)


@pytest.mark.parametrize("value", [2.1, 2, None, [2, 1], b"2.1"])
def test_what_is_neither_text_nor_a_pair(value: object) -> None:
    with pytest.raises(InvalidVersion, match=r"pass a string such as '2.10' or a pair of integers"):
        Version(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [(2, 10), (0, 0), (2, 999_999_999)])
def test_a_pair_of_integers_is_a_version(value: tuple[int, int]) -> None:
    major, minor = value
    assert Version(value) == Version.of(value) == Version(f"{major}.{minor}")
    assert Version(value).key == value


@pytest.mark.parametrize(
    "value",
    [(), (2,), (2, 1, 1), (2, -1), (-2, 1), (True, 1), (2, True), (2, 1.0), ("2", "1"), (2, None), (2, 10**9)],
)
def test_what_is_no_pair_of_a_version(value: tuple[Any, ...]) -> None:
    with pytest.raises(InvalidVersion, match=r"is not a microversion: a pair must be two integers"):
        Version(value)


def test_a_pair_is_taken_where_a_version_is() -> None:
    assert str(VersionRange((2, 1), (2, 10))) == "2.1-2.10"
    assert str(VersionRange((2, 10), None)) == "2.10-"
    assert (2, 10) in VersionRange("2.9", "2.11")
    assert (2, 1) not in VersionSet("2.9-2.11")
    with pytest.raises(InvalidVersionSet, match=r"'2\.10-2\.9' is not a set of microversions"):
        VersionRange((2, 10), (2, 9))


@pytest.mark.parametrize("value", [(2, 79), [(2, 1), (2, 79)], ((2, 1), (2, 79)), ["2.1"]], ids=repr)
def test_a_set_is_not_made_of_pairs(value: Any) -> None:
    """They would be versions here, and ranges where somebody says what a server speaks."""
    with pytest.raises(InvalidVersionSet, match="or Version and VersionRange objects"):
        VersionSet(value)


@pytest.mark.parametrize(
    ("value", "versions"),
    [
        ((2, 79), "2.79"),
        (Version("2.79"), "2.79"),
        (((2, 1), (2, 79)), "2.1-2.79"),
        ([(2, 1), (2, 79)], "2.1-2.79"),
        (("2.1", (2, 79)), "2.1-2.79"),
        ((Version("2.1"), "2.79"), "2.1-2.79"),
        (["2.1", "2.79"], "2.1-2.79"),
    ],
    ids=repr,
)
def test_what_is_spoken(value: Spoken, versions: str) -> None:
    assert str(spoken(value)) == str(VersionSet([spoken_range(value)])) == versions


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        ((True, 1), InvalidVersion, "two integers"),
        ((2, -1), InvalidVersion, "two integers"),
        (((2, 1), (2, 79.0)), InvalidVersion, "two integers"),
        ((2, "2.79"), InvalidVersion, "2 is not a microversion"),
        ([2, 79], InvalidVersion, "2 is not a microversion"),
        (((2, 1), 79), InvalidVersion, "79 is not a microversion"),
        ((2, 1, 79), InvalidVersionSet, "a pair of versions"),
        (((2, 1), (2, 5), (2, 79)), InvalidVersionSet, "a pair of versions"),
        (((2, 79), (2, 1)), InvalidVersionSet, "from the lower version to the higher"),
        (((2, 79),), InvalidVersionSet, "a pair of versions"),
        (2.79, InvalidVersionSet, "a pair of versions"),
    ],
    ids=repr,
)
def test_what_nobody_speaks(value: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        spoken_range(value)


def test_pairs_answer_every_question_as_texts_do(compute: History) -> None:
    assert compute.at((2, 10)) is compute.at("2.10")
    assert compute[(2, 10)] is compute["2.10"]
    assert [compute.supports("server-tags", (2, minor)) for minor in (2, 20, 26)] == [False, False, True]
    assert compute.diff((2, 1), (2, 10)).new == Version("2.10")
    assert compute.explain("GET /servers/b1/tags", (2, 25), server=((2, 1), (2, 79))) == compute.explain(
        "GET /servers/b1/tags", "2.25", server="2.1-2.79"
    )
    assert compute.negotiate(server=((2, 1), (2, 79)), client=((2, 1), (2, 60))) == Version("2.60")
    assert compute.negotiate(server=(2, 79)) == Version("2.79")
    assert compute.audit([], server=((2, 1), (2, 79))).server == VersionRange("2.1", "2.79")
    with pytest.raises(UnknownVersion, match=r"2\.999 is outside"):
        compute.supports("server-tags", (2, 999))
    with pytest.raises(InvalidVersion, match="two integers"):
        compute.at((2, True))


def test_headers_and_documents_take_pairs() -> None:
    sent = headers.request((2, 10))
    assert sent == headers.request("2.10")
    assert headers.response((2, 10)) == headers.response("2.10")
    assert headers.requested(sent, server=((2, 1), (2, 79))) == Version("2.10")
    assert discovery.nova(((2, 1), (2, 10)), "http://a") == discovery.nova("2.1-2.10", "http://a")


@given(st.integers(0, 99), st.integers(0, 999))
def test_a_version_survives_printing(major: int, minor: int) -> None:
    version = Version((major, minor))
    assert Version(str(version)) == version
    assert pickle.loads(pickle.dumps(version)) == version
    assert copy.deepcopy(version) == version
    assert hash(version) == hash(Version(str(version)))


def test_order_is_by_number() -> None:
    assert Version("2.9") < Version("2.10") < Version("2.100") < Version("3.0")
    assert Version("2.10") != Version("2.1")
    assert Version("2.9").next == Version("2.10")
    assert Version("2.10").previous == Version("2.9")
    assert Version("2.0").previous is None


def test_a_version_does_not_change() -> None:
    version = Version("2.1")
    with pytest.raises(AttributeError):
        version.minor = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("2.32-2.36, 2.42-", "2.32-2.36, 2.42-"),
        ("2.42-,2.32-2.36", "2.32-2.36, 2.42-"),
        ("2.32", "2.32"),
        ("2.1-2.5, 2.6-2.9", "2.1-2.9"),
        ("2.1-2.5, 2.3-", "2.1-"),
        ("never", "never"),
        (">=2.26,<2.53", "2.26-2.52"),
        (">2.26", "2.27-"),
        ("<=2.3,>=2.1", "2.1-2.3"),
        ("==2.5", "2.5"),
        ("!=2.5,>=2.4,<2.7", "2.4, 2.6"),
        ("~=2.90", "2.90-2.*"),
        ("==2.*", "2.0-2.*"),
    ],
)
def test_text_of_a_set(given: str, printed: str) -> None:
    versions = VersionSet(given)
    assert str(versions) == printed
    assert VersionSet(printed) == versions


@pytest.mark.parametrize("text", ["2.5-2.1", "3.1-2.*", "2.1, 3.0-2.*"])
def test_a_range_does_not_run_backwards(text: str) -> None:
    with pytest.raises(InvalidVersionSet, match="does not run from the lower version to the higher one"):
        VersionSet(text)


@pytest.mark.parametrize(
    ("given", "complement"),
    [
        ("2.1-2.999999999", "0.0-2.0, 3.0-"),
        ("2.1-2.*", "0.0-2.0, 3.0-"),
        ("2.999999999", "0.0-2.999999998, 3.0-"),
        ("2.1-999999999.*", "0.0-2.0"),
        ("999999999.999999999", "0.0-999999999.999999998"),
        ("!=2.999999999", "2.999999999"),
        ("<=999999999.999999999", "never"),
        (">999999999.999999999", "0.0-"),
    ],
)
def test_the_far_ends_are_versions(given: str, complement: str) -> None:
    versions = VersionSet(given)
    outside = versions.complement()
    assert outside == VersionSet(complement)
    assert outside.complement() == versions
    for part in (*versions, *outside):
        assert part.last is None or part.first <= part.last
        assert part.first in (versions | outside)


def test_after_the_highest_minor_comes_a_major() -> None:
    assert Version("2.999999999").next == Version("3.0")
    with pytest.raises(InvalidVersion):
        _ = Version("999999999.999999999").next


def test_large_sets_are_put_together_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    even, odd = (VersionSet(map(Version, (f"2.{n}" for n in range(start, 6_000, 2)))) for start in (0, 1))
    made: list[VersionRange] = []
    make = VersionRange._make

    def counted(*ends: Any) -> VersionRange:
        made.append(make(*ends))
        return made[-1]

    monkeypatch.setattr(VersionRange, "_make", counted)
    assert even & odd == even - even == VersionSet()
    assert even - odd == even
    assert str(even | odd) == "2.0-2.5999"
    assert even & VersionSet(",".join(f"!=2.{n}" for n in range(1, 6_000, 2))) == even
    assert len(made) < 100_000


@pytest.mark.parametrize("text", ["", "2", "2.1,", "from 2.1", ">=2", ">=2.1.3", "<", ">=2.26,<"])
def test_what_is_not_a_set(text: str) -> None:
    with pytest.raises(InvalidVersionSet, match="not a set of microversions"):
        VersionSet(text)


@given(sets, sets)
def test_the_algebra_is_that_of_sets(a: VersionSet, b: VersionSet) -> None:
    assert members(a | b) == members(a) | members(b)
    assert members(a & b) == members(a) & members(b)
    assert members(a - b) == members(a) - members(b)
    assert members(a.complement()) == set(UNIVERSE) - members(a)


@given(sets, sets)
def test_equal_sets_are_one_value(a: VersionSet, b: VersionSet) -> None:
    assert (a == b) == (members(a) == members(b) and bool(a - b) == bool(b - a) == False)  # noqa: E712
    assert (a | b) == (b | a)
    assert hash(a | b) == hash(b | a)
    assert a - a == VersionSet()
    assert a.complement().complement() == a


@given(sets)
def test_a_set_survives_printing_and_pickling(a: VersionSet) -> None:
    assert VersionSet(str(a)) == a
    assert pickle.loads(pickle.dumps(a)) == a


@given(sets)
def test_ranges_are_sorted_and_apart(a: VersionSet) -> None:
    for left, right in zip(a.ranges, a.ranges[1:], strict=False):
        assert left.last is not None
        assert left.last.next < right.first


def test_membership_takes_text() -> None:
    assert "2.10" in VersionSet("2.9-2.11")
    assert "2.1" not in VersionSet("2.9-2.11")


def test_what_was_said_before_means_the_same() -> None:
    for value in ("2.1-2.79", ("2.1", "2.79")):
        assert spoken(value) is spoken(value)
        assert str(spoken(value)) == "2.1-2.79"
    assert spoken(((2, 1), (2, 79))) == spoken(("2.1", "2.79"))
    for wrong in (((2.0, 1), (2, 79)), ("2.79", "2.1"), "x", ("2.1", 2.79)):
        for _ in range(2):
            with pytest.raises((InvalidVersion, InvalidVersionSet)):
                spoken(wrong)  # type: ignore[arg-type]
    for number in range(2_000):
        spoken(f"2.1-2.{number + 1}")
    assert len(_UNDERSTOOD) <= 500

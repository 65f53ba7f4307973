"""The formats, held against the Python code that they stand for."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
import sys
import unicodedata
import uuid
import warnings

import jsonschema_rs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exploring import examples
from microspec.schema import formats
from microspec.schema.printable import ranges


def engine(pattern: str) -> jsonschema_rs.Draft202012Validator:
    """A validator of a pattern, on the engine that is linear in time."""
    return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())


def validator(format_: str) -> jsonschema_rs.Draft202012Validator:
    """A validator of a format, on the same engine."""
    document = formats.lower_format({"type": "string", "format": format_})
    assert "pattern" in document
    return jsonschema_rs.Draft202012Validator(document, pattern_options=jsonschema_rs.RegexOptions())


def test_printable_is_what_unicode_14_says() -> None:
    points = {point for first, last in ranges() for point in range(first, last + 1)}
    printable = {
        point
        for point in range(0xFFFF)
        if (kind := unicodedata.category(chr(point)))[0] != "C" and (kind[0] != "Z" or kind == "Zs")
    }
    assert points <= printable  # later editions of Unicode have more characters, and take none away
    assert points == printable or unicodedata.unidata_version != "14.0.0"


NAMES = st.text(st.sampled_from("ab :-]^\\[\u00a0\u3000é\n\t\ud7ff\U0001f600\u200b"), max_size=5)


def _is_printable(text: str) -> bool:
    points = [point for first, last in ranges() for point in (first, last)]
    assert points == sorted(points)
    return all(any(first <= ord(c) <= last for first, last in ranges()) for c in text)


@pytest.mark.parametrize("colon", [True, False])
@examples(2)
@given(text=NAMES)
def test_names(colon: bool, text: str) -> None:
    printable = _is_printable(text) and (colon or ":" not in text)
    at_ends = text[:1].isspace() or text[-1:].isspace()
    kind = "name" if colon else "az-name"
    assert validator(kind).is_valid(text) == (printable and text != "" and not at_ends)
    assert validator(f"{kind}-with-spaces").is_valid(text) == (printable and bool(text.strip()))
    assert validator("printable").is_valid(text) == _is_printable(text)


def _is_uuid_like(text: str) -> bool:
    try:
        plain = text.replace("urn:", "").replace("uuid:", "").strip("{}").replace("-", "").lower()
        return str(uuid.UUID(text)).replace("-", "") == plain
    except ValueError:
        return False


UUID_PIECES = st.sampled_from(["urn:", "uuid:", "{", "}", "-", "0aF9", "12345678", "deadbeef", "g", "_"])


@examples(3)
@given(st.lists(UUID_PIECES, max_size=9).map("".join))
def test_uuids(text: str) -> None:
    for candidate in (text, "{" + "0123456789abcdef" * 2 + "}", text + "0123456789abcdef" * 2, "-" + "a" * 32 + text):
        assert validator("loose-uuid").is_valid(candidate) == _is_uuid_like(candidate), candidate


@examples(5)
@given(st.text(st.sampled_from("aB9+/= \n!-_"), max_size=9))
def test_base64(text: str) -> None:
    try:
        base64.b64decode(text)
        taken = True
    except binascii.Error:
        taken = False
    assert validator("base64").is_valid(text) == taken, text


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("2016", True),
        ("2016-01", True),
        ("2016-1", True),
        ("201601", False),
        ("2016-01-01", True),
        ("20160101", True),
        ("2016-1-1", True),
        ("2016-02-29", True),
        ("2015-02-29", False),
        ("1900-02-29", False),
        ("2000-02-29", True),
        ("2016-04-31", False),
        ("2016-13-01", False),
        ("0000-01-01", False),
        ("2016-01-01T10", True),
        ("2016-01-01 10:00", True),
        ("2016-01-01T10:00:00", True),
        ("2016-01-01T1000", True),
        ("2016-01-01T10:00:00.123456Z", True),
        ("2016-01-01T10:00:00,5+01:00", True),
        ("2016-01-01T10:00:00+0100", True),
        ("2016-01-01T10:00:00+01", True),
        ("2016-01-01T24:00:00", False),
        ("2016-01-01T10:60:00", False),
        ("2016-01-01T10:00:60", False),
        ("2016-01-01T10:00:00+24:00", False),
        ("2016-01-01T", False),
        ("now", False),
        ("", False),
        ("2016-01-01\n", False),
    ],
)
def test_dates(text: str, taken: bool) -> None:
    assert validator("loose-date-time").is_valid(text) == taken


@examples(3)
@given(
    st.ip_addresses().map(str) | st.text("0123456789abf:.", max_size=12),
    st.integers(0, 140).map(str) | st.sampled_from(["255.255.0.0", "0.0.255.255", "255.0.255.0", "", "a", "024"]),
)
def test_networks(address: str, mask: str) -> None:
    text = f"{address}/{mask}"
    try:
        ipaddress.ip_network(text.replace("/024", "/24"), strict=False)
        taken = bool(mask)
    except ValueError:
        taken = False
    assert validator("cidr").is_valid(text) == taken, text
    assert not validator("cidr").is_valid(address)


bounds = st.none() | st.integers(-1200, 1200)


@examples(3)
@given(bounds, bounds, st.integers(-1500, 1500), st.integers(0, 3))
def test_digits(low: int | None, high: int | None, number: int, zeros: int) -> None:
    if low is not None and high is not None and low > high:
        low, high = high, low
    written = f"{'-' if number < 0 else ''}{'0' * zeros}{abs(number)}"
    inside = (low is None or number >= low) and (high is None or number <= high)
    pattern = formats.digits(low, high)
    assert engine(pattern).is_valid(written) == inside, pattern
    assert bool(re.search(pattern, written)) == inside


@pytest.mark.parametrize("text", ["", "-", "+1", " 1", "1 ", "1.0", "1e3", "\u0661", "1\n", "0x1"])
def test_what_is_not_digits(text: str) -> None:
    assert not engine(formats.digits(None, None)).is_valid(text)


def test_a_minus_sign_needs_numbers_below_zero() -> None:
    assert engine(formats.digits(-1, 10)).is_valid("-1")
    assert engine(formats.digits(-1, 10)).is_valid("-0")
    assert not engine(formats.digits(0, 10)).is_valid("-0")


PIECES = [
    *"ab1[]()|*+?{}^$.-&~,:=!<>#",
    *("(?<=", "(?<!", "(?P<n>", "(?P=n)", "(?(1)", "(?i)", "(?x)", "(?i:", "(?>", "(?#c)", "(?L)", "(?<=a|bc)"),
    *(r"\1", r"\d", r"\N{EM DASH}", r"\u0041", r"\x", r"\z", "{2}", "{1,2}", "[[", "--", "&&", "||", "~~", "[^", "a-z"),
]
"""What regular expressions are made of, and what Python warns of in them."""


def compiles(text: str) -> bool:
    """Whether Python compiles a text, whatever it warns of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            re.compile(text)
        except (re.error, OverflowError, RecursionError, ValueError):
            return False
    return True


@examples(10)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join))
@example("(?<=a|b)[[a]]")
@example("[[a](?<=a+)")
@example("(" * 5000)
@example("a{9999999999}")
def test_python_regexes(text: str) -> None:
    """Where warnings are errors, as they are in these tests, Python's own verdict would be an exception."""
    assert formats.is_python_regex(text) == compiles(text)
    assert not formats.is_python_regex("")


def test_a_regex_is_parsed_and_not_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """To compile one class without case takes milliseconds."""
    monkeypatch.setattr(re, "compile", None)
    assert formats.is_python_regex("(?i)" + "[\x01-\U0010fffe]" * 400)


def test_every_format_has_words() -> None:
    named = {*formats._PATTERNS, "python-regex"}
    assert named <= set(formats.WORDS)
    assert sys.intern("decimal") not in formats.WORDS  # its words are made of its bounds

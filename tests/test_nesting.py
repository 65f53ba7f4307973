"""How deep a file may be nested: the same in every style of YAML, with each parser of PyYAML, in every release."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from microspec.authoring import yaml as reading
from microspec.authoring.yaml import MAX_DEPTH, YamlError

if TYPE_CHECKING:
    from pathlib import Path

PARSERS = {"C": getattr(yaml, "CSafeLoader", None), "Python": yaml.SafeLoader}

each_parser = pytest.mark.parametrize(
    "parser", [pytest.param(name, marks=pytest.mark.skipif(not PARSERS[name], reason="not built")) for name in PARSERS]
)

Found = list[tuple[str, int, int, str]]
"""The code, line, column and message of each diagnostic."""


class Reader:
    """Reads texts as files with one of the parsers, or with each."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "text.yaml"

    def told(self, text: str, parser: str) -> Found:
        """What is wrong with a text; nothing if it is read. That it is no mapping, or empty, does not matter here."""
        self.file.write_bytes(text.encode())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reading, "_FAST", PARSERS[parser])
            try:
                reading.read(self.file, "text.yaml")
            except YamlError as error:
                found = [(d.code, d.location.line, d.location.column, d.message) for d in error.diagnostics]
                return [item for item in found if item[0] not in ("wrong-type", "empty-file")]
        return []

    def told_by_each(self, text: str) -> Found:
        """What is wrong with a text. The parsers agree on it."""
        told = [self.told(text, name) for name, parser in PARSERS.items() if parser]
        assert all(found == told[0] for found in told)
        return told[0]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return Reader(tmp_path_factory.mktemp("nesting"))


def too_deep(line: int, column: int) -> Found:
    return [("too-deep", line, column, "nesting is deeper than 60 levels")]


# ----------------------------------------------------------------------------------------------- by example

MANY = 3_000


@each_parser
@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: " + "[" * MANY, 1, 63),
        ("a: " + "[" * 61 + "]" * 61, 1, 63),
        ("a: " + "[" * 400 + "]" * 400, 1, 63),
        ("a: " + "[ " * MANY, 1, 122),
        ("a: " + "[\n " * MANY, 60, 2),
        ("a: " + "[x, " * MANY, 1, 240),
        ("a: " + "[x: " * MANY, 1, 121),
        ("a: " + "{" * MANY, 1, 63),
        ("a: " + "{a: " * MANY, 1, 240),
        ("a: " + "{? " * MANY, 1, 181),
        ("a: " + "{b: [" * MANY, 1, 153),
        ("[" * MANY, 1, 61),
        ("[" * 500 + "]" * 500 + ": 1", 1, 60),
        ("? " * MANY, 1, 121),
        ("- " * MANY, 1, 121),
        ("a:\n- " + "- " * MANY, 2, 119),
        ("".join(f"{' ' * level}a:\n" for level in range(1000)), 61, 61),
        ("a: 'é[[['  # [[[\r\nb: |\n [[[\u2028c: " + "[" * MANY, 4, 63),
    ],
    ids=lambda value: value.strip()[:12] if isinstance(value, str) else None,
)
def test_what_is_too_deep_is_so_at_one_place(reader: Reader, parser: str, text: str, line: int, column: int) -> None:
    found = [item for item in reader.told(text, parser) if item[0] != "wrong-key"]
    assert found == too_deep(line, column)


@each_parser
@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a:\n" + "[" * MANY, 2, 1026),
        ("a:\n" + "[" * 400 + "]" * 400 + "\nb: 1", 3, 1),
        ("a: @" + "[" * MANY, 1, 4),
        ("a: " + "[" * 40 + "@" + "[" * MANY, 1, 44),
        ("a: " + "[" * 990 + "@" + "[" * MANY, 1, 994),  # the parsers read ahead as far as a key may reach
        ("a: " + "[" * 40 + '"\\UFFFFFFFF' + "[" * MANY, 1, 47),
        ("a: " + "[" * MANY + "\nb: \0", 2, 4),
        ("a: b\u2028\x0b: " + "[" * MANY, 2, 1),
    ],
    ids=lambda value: value.strip()[:12] if isinstance(value, str) else None,
)
def test_what_is_wrong_before_it_is_deep(reader: Reader, parser: str, text: str, line: int, column: int) -> None:
    ((code, *place, message),) = reader.told(text, parser)
    assert (code, *place) == ("yaml-syntax", line, column)
    assert "nesting" not in message


@pytest.mark.skipif(not PARSERS["C"], reason="not built")
@pytest.mark.parametrize(
    ("text", "line", "column"), [("a: |\n \tx\n", 2, 2), ("a: {b:, c: 1}\n", 1, 6), ("a: [b:[]]\n", 1, 6)]
)
def test_what_only_the_parser_in_c_minds_is_told(reader: Reader, text: str, line: int, column: int) -> None:
    ((code, *place, _),) = reader.told(text, "C")
    assert (code, *place) == ("yaml-syntax", line, column)
    assert "yaml-syntax" not in {code for code, *_ in reader.told(text, "Python")}


HARMLESS = [
    '"' + "[{" * 600 + '"',
    "'it''s " + "[{" * 600 + "'",
    "1  # " + "[{" * 600,
    "|\n  " + "[{" * 600,
    ">-\n  " + "[\n  " * 1200 + "x",
    "x" + "[{" * 600,
    "x\n  y " + "[{" * 600,
    "[" + "[], {}, " * 200 + "]",
    "{" + "".join(f"k{n}: [], " for n in range(200)) + "}",
]
"""Values in which brackets stand that open nothing, or not for long."""


@each_parser
@pytest.mark.parametrize("value", HARMLESS, ids=lambda value: value[:6])
def test_brackets_that_do_not_nest(reader: Reader, parser: str, value: str) -> None:
    assert reader.told(f"a: {value}\nb: {value}\n", parser) == []


# ------------------------------------------------------------------------------------------------- in general


class Style(NamedTuple):
    """A way to nest: what comes before what is in it, and after; and where in that collections start."""

    before: str
    after: str
    starts: tuple[int, ...] = (0,)


FLOW = [
    Style("[", "]"),
    Style("[ ", " ]"),
    Style("[\n ", "\n ]"),
    Style("[ # [[[\n ", "]"),
    Style("[x, '[', ", ", '{']"),
    Style("[k: ", "]", (0, 1)),
    Style("{", "}"),
    Style("{k: ", "}"),
    Style("{'{': ", ", '[': l}"),
    Style('{"k":', "}"),
    Style("{? ", "}"),
    Style("{? '[' : ", "}"),
]
BLOCK = [Style("- ", ""), Style("? ", ""), Style("k:\n", ""), Style("k: 1\nl:\n", ""), Style("- x\n- ", "")]


class Nested(NamedTuple):
    """A text, and where each of the collections in it starts that stand in each other: line and column."""

    text: str
    places: list[tuple[int, int]]


def nested(block: list[Style], flow: list[Style], harmless: list[str], *, closed: bool) -> Nested:
    """A mapping with harmless values, and with a last one that is nested in styles."""
    text = "".join(f"h{number}: {value}\n" for number, value in enumerate(harmless)) + "deep:\n "
    places = [(1, 1)]
    indent = 1  # that of the line which the text ends with, or of what is nested in it last
    for style in block:
        line, column = text.count("\n") + 1, indent + 1
        places.append((line, column))
        first, *others = style.before.split("\n")
        for piece in others:
            first += f"\n{' ' * indent}{piece}"
        text += first
        indent = len(text) - text.rfind("\n") - 1
        if style.before.endswith("\n"):
            text, indent = f"{text} ", indent + 1
    for style in flow:
        start = len(text)
        text += style.before
        for offset in style.starts:
            before = text[: start + offset]
            places.append((before.count("\n") + 1, len(before) - before.rfind("\n")))
    text += "x"
    if closed:
        text += "".join(style.after for style in reversed(flow))
    return Nested(f"{text}\n", places)


DEPTHS = st.sampled_from([1, 2, 20, 57, 58, 59, 60, 61, 62, 63, 100, 500, 999, 1000, 1001])


@st.composite
def nestings(draw: st.DrawFn) -> Nested:
    """Texts that are nested in any styles, to about the depth that is the bound, and to others."""
    depth = draw(DEPTHS)
    blocks = draw(st.integers(0, min(depth, 70)) | st.sampled_from([0, min(depth, 62)]))
    styles = [draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=4)) for kinds in (BLOCK, FLOW)]
    block, flow = (
        [style[place % len(style)] for place in range(number)]
        for style, number in zip(styles, (blocks, depth - blocks), strict=True)
    )
    harmless = draw(st.lists(st.sampled_from(HARMLESS), max_size=2))
    return nested(block, flow, harmless, closed=draw(st.integers(0, 3)) > 0)


UNUSUAL = {"wrong-key", "duplicate-key", "ambiguous-scalar"}
"""What else there may be to say of the texts: they have collections as keys, and keys without values."""


@given(nestings())
def test_only_the_depth_counts(reader: Reader, made: Nested) -> None:
    found = [item for item in reader.told_by_each(made.text) if item[0] not in UNUSUAL]
    if len(made.places) > MAX_DEPTH:
        assert found == too_deep(*made.places[MAX_DEPTH])
    else:
        assert {item[0] for item in found} <= {"yaml-syntax"}
        assert found == [] or made.text.count("[") + made.text.count("{") > made.text.count("]") + made.text.count("}")


@given(nestings(), st.data())
def test_what_both_parsers_find_broken_is_told_alike(reader: Reader, made: Nested, data: st.DataObject) -> None:
    text = made.text
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text)) | st.integers(max(0, len(text) - 100), len(text)))
        piece = data.draw(st.sampled_from([*"[]{},:-?#'\" \nx@", "", ": ", "\n- ", "\0"]))
        text = text[:place] + piece + text[place + data.draw(st.integers(0, 2)) :]
    told = [reader.told(f"{text}\n", name) for name, parser in PARSERS.items() if parser]
    broken = [found[-1] for found in told if found and found[-1][0] in ("yaml-syntax", "too-deep")]
    if len(broken) == 1 < len(told):  # a corner, like `{a:, b: 1}` and `[a?]`, which one of the parsers reads
        assert broken[0][0] == "yaml-syntax"
    else:  # the column of a value that is empty is that of the brace after it, or of the blank before
        lines = [[(code, line) for code, line, *_ in found] for found in told]
        assert all(found == lines[0] for found in lines)
        assert all(item == broken[0] for item in broken)
    for code, _, _, message in broken:
        assert code == "too-deep" or "nesting" not in message

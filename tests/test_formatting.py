"""What `microspec fmt` makes of files: one style, the same meaning, and nothing of what it cannot read."""

from __future__ import annotations

import json
import random
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml as pyyaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from microspec.authoring import yaml
from microspec.authoring.formatting import WIDTH, formatted
from microspec.cli import main

ROOT = Path(__file__).parents[1]
FILES = sorted(path for folder in ("spec", "tests/library") for path in (ROOT / folder).rglob("*.yaml"))


def run(*arguments: object) -> Result:
    """A command, run in this process. Its exceptions are not caught."""
    return CliRunner().invoke(main, [*map(str, arguments)], catch_exceptions=False)


def fmt(text: str, name: str = "1.2.yaml") -> str:
    """A text in the one style, which does not change when it is formatted again."""
    made = formatted(text.encode(), name, name)
    assert formatted(made.encode(), name, name) == made
    return made


def comments(text: str) -> list[str]:
    """The comments in a text, in alphabetical order."""
    return sorted(comment.text for comment in yaml.comments(text))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_keep_what_they_mean_and_their_comments(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    made = fmt(text, path.name)
    assert pyyaml.safe_load(made) == pyyaml.safe_load(text)
    assert comments(made) == comments(text)


CASES = {
    "keys have the order of their document": (
        "title: T\nmicroversion: '1.2'\nchanges:\n- {why: W., schema: {type: string}, add-schema: A}\n",
        'microversion: "1.2"\ntitle: T\nchanges:\n  - {add-schema: A, schema: {type: string}, why: W.}\n',
    ),
    "names keep the order of the author": (
        "microversion: '1.2'\nfeatures:\n  b: B.\n  a: A.\n",
        'microversion: "1.2"\nfeatures:\n  b: B.\n  a: A.\n',
    ),
    "unknown keys come last": ("b: 1\nmicroversion: '1.2'\n", 'microversion: "1.2"\nb: 1\n'),
    "short lists of names stand on one line": ("a:\n- b\n- c\n", "a: [b, c]\n"),
    "long ones do not": (f"a: [{'b' * 60}, {'c' * 60}]\n", f"a:\n  - {'b' * 60}\n  - {'c' * 60}\n"),
    "operations have a line each": ("a: [GET /b]\n", "a:\n  - GET /b\n"),
    "operations in braces, too": ("a: {b: [GET /b]}\n", "a:\n  b:\n    - GET /b\n"),
    "braces stay": ("a: {b: c,\n    d: [e]}\n", "a: {b: c, d: [e]}\n"),
    "braces that are too long do not": (
        f"a: {{b: {'c' * 60}, d: {'e' * 60}}}\n",
        f"a:\n  b: {'c' * 60}\n  d: {'e' * 60}\n",
    ),
    "lines of a mapping stay": ("a:\n    b: c\n", "a:\n  b: c\n"),
    "lists in lists": ("a:\n-  - {b: 1}\n   - {c: 2}\n", "a:\n  - - {b: 1}\n    - {c: 2}\n"),
    "empty ones": ("a: { }\nb: [ ]\n", "a: {}\nb: []\n"),
    "quotes go": ('a: \'b\'\n"c": "d"\n', "a: b\nc: d\n"),
    "quotes stay where they must": (
        "a: '1.0'\nb: 'yes'\nc: '- x'\nd: 'x: y'\ne: ''\nf: '12'\n",
        'a: "1.0"\nb: "yes"\nc: "- x"\nd: "x: y"\ne: ""\nf: "12"\n',
    ),
    "single quotes around double ones": ('a: "\\"b\\": c"\n', "a: '\"b\": c'\n"),
    "commas need quotes in braces": ("a: {b: 'c, d'}\ne: 'f, g'\n", 'a: {b: "c, d"}\ne: f, g\n'),
    "characters that cannot be seen": ('a: "\\x07\\t\\u2028"\n', 'a: "\\u0007\\t\\u2028"\n'),
    "statuses are keys without quotes": ('"200": null\nb: {"201": ~}\n', "200: null\nb: {201: null}\n"),
    "regular expressions have quotes": ("a: ^b$\nc: '^\\d$'\n", "a: \"^b$\"\nc: '^\\d$'\n"),
    "long text is folded": (f"a: {'word ' * 30}\n", f"a: >-\n{'  ' + 'word ' * 20}word\n{'  ' + 'word ' * 8}word\n"),
    "folded text is filled": ("a: >-\n  b\n  c\n", "a: b c\n"),
    "paragraphs stay": ("a: >-\n  b\n  c\n\n  d\n", "a: >-\n  b c\n\n  d\n"),
    "lines stay": ("a: |\n  b\n    c\n", "a: |\n  b\n    c\n"),
    "what cannot be folded is quoted": ('a: " b\\nc "\n', 'a: " b\\nc "\n'),
    "one empty line stays of several": ("a: 1\n\n\n\nb: 2\n\n", "a: 1\n\nb: 2\n"),
    "other ends of lines": ("a: 1\r\nb: 2\r\n", "a: 1\nb: 2\n"),
    "marks of a document go": ("---\na: 1\n...\n", "a: 1\n"),
    "comments before and beside": (
        "# a\n\n#b\na: 1 # c\n# d\nb:   # e\n    # f\n    c: >-  # g\n        d\n",
        "# a\n\n#b\na: 1  # c\n# d\nb:  # e\n  # f\n  c: d  # g\n",
    ),
    "comments after": ("a:\n  b: 1\n  # c\nd: 2\n\n# e\n", "a:\n  b: 1\n  # c\nd: 2\n\n# e\n"),
    "comments in lists": ("a:\n# b\n- c\n# d\n- e # f\n", "a:\n  # b\n  - c\n  # d\n  - e  # f\n"),
    "comments in brackets": ("a: [b, # c\n    d]\n", "a:\n  - b  # c\n  - d\n"),
    "comments after a dash": ("a:\n  - # b\n    c: 1\n", "a:\n  # b\n  - c: 1\n"),
    "comments move with their keys": (
        "title: T\n# a\nmicroversion: '1.2'\n",
        '# a\nmicroversion: "1.2"\ntitle: T\n',
    ),
    "what looks like a comment is none": ("a: b#c\nd: '# e'\nf: >-\n  # g\n", 'a: b#c\nd: "# e"\nf: "# g"\n'),
}


@pytest.mark.parametrize("case", CASES)
def test_style(case: str) -> None:
    given_, expected = CASES[case]
    assert fmt(given_) == expected
    assert comments(expected) == comments(given_)


def test_every_kind_of_file_has_its_order() -> None:
    assert fmt("title: T\nservice: a\n").startswith("service:")
    assert fmt("title: T\nresource: a\n").startswith("resource:")
    assert fmt("schemas: {}\nparameters: {}\n", "common.yaml").startswith("parameters:")
    assert fmt("operations: {GET /a: {errors: [404], summary: S}}\nresource: a\n").endswith(
        "{summary: S, errors: [404]}}\n"
    )
    assert fmt("suppressions: {a: {expires: '2027-01-01', reason: R}}\n").endswith(
        '{reason: R, expires: "2027-01-01"}}\n'
    )


texts = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=30) | st.sampled_from(
    [
        "a: b",
        "a #b",
        "- a",
        "~",
        "null",
        "1.0",
        "0x1",
        "a?",
        "?",
        "a:",
        "'",
        '"',
        "a\n",
        "\n",
        "  a\nb",
        "a, b",
        "{}",
        "word " * 40,
    ]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abz0.:#, -", max_size=6), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["microversion", "changes", "a", "200"]), values), st.booleans())
def test_any_value_stays(value: dict[str, Any], in_flow: bool) -> None:
    text = pyyaml.safe_dump(value, default_flow_style=in_flow, allow_unicode=True, sort_keys=False)
    try:
        before = yaml.parse(text.encode(), "a").plain()
    except yaml.YamlError:
        return
    assert yaml.parse(fmt(text).encode(), "a").plain() == before


@given(st.integers())
def test_comments_stay_wherever_they_are(seed: int) -> None:
    source = random.Random(seed)
    lines = (ROOT / "tests" / "library" / "baseline" / "books.yaml").read_text().splitlines()
    for number in source.sample(range(len(lines)), 5):
        beside = f"{lines[number]}  # {number}"
        lines[number] = source.choice([beside, f"{' ' * source.randrange(9)}# {number}\n{lines[number]}"])
    text = "\n".join(lines)
    assert comments(fmt(text)) == comments(text)


# ---------------------------------------------------------------------------------------------- the command


def test_the_command_writes_and_checks(library: Path) -> None:
    file = library / "versions" / "1.4.yaml"
    file.write_text("title: 'T'\n" + file.read_text().replace("title: Tags return\n", ""))
    file.chmod(0o640)
    run("fmt", "--spec", library)
    assert run("fmt", "--check", "--spec", library).exit_code == 0
    text = file.read_text()
    assert text.startswith('microversion: "1.4"\ntitle: T\n')
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    messy = text.replace("title: T", "title:  'T'")
    file.write_text(messy)
    result = run("fmt", "--check", library)
    assert (result.exit_code, result.stdout) == (1, f"{file}\n")
    assert "1 file is not formatted" in result.stderr
    assert file.read_text() == messy
    answer = run("fmt", file, library / "versions", "--format", "json")
    assert (answer.exit_code, json.loads(answer.stdout)) == (0, {"files": [str(file)]})
    assert file.read_text() == text
    assert run("fmt", file).output == ""


def test_a_file_that_cannot_be_read_is_left_alone_like_all_others(library: Path) -> None:
    messy, broken = library / "versions" / "1.2.yaml", library / "versions" / "1.4.yaml"
    messy.write_text("title:  'T'\n")
    broken.write_text("a: *b\n")
    result = run("fmt", "--spec", library)
    assert result.exit_code == 2
    assert f"{broken}:1:4: alias" in result.output
    assert messy.read_text() == "title:  'T'\n"
    assert broken.read_text() == "a: *b\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.yaml"], "nowhere.yaml: no such file"),
        ([""], "cannot be empty"),
        ([".", "--spec", "compute"], "give files or --spec, not both"),
    ],
)
def test_misuse(arguments: list[str], words: str) -> None:
    result = run("fmt", *arguments)
    assert (result.exit_code, words in result.output) == (2, True), result.output


def test_no_line_is_wider_than_it_must_be() -> None:
    for path in FILES:
        for line in fmt(path.read_text(encoding="utf-8"), path.name).splitlines():
            key = line.partition(": ")[2]
            assert len(line) <= WIDTH or line.lstrip().startswith("#") or " " not in key, line

"""Small specifications and questions that could take for ever: what is refused, and what is only done once."""

from __future__ import annotations

import difflib
import gc
import shutil
import time
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import microspec
from microspec import SpecificationError
from microspec.authoring import yaml as yaml_
from microspec.authoring.build import write_artifact
from microspec.diff import semantic, telling
from microspec.diff.semantic import differences
from microspec.model.definition import Response
from microspec.schema import cases, pointer, walk
from microspec.schema.fields import Fields
from microspec.schema.walk import MOST_LEVELS, MOST_PARTS, Sizes
from microspec.values.frozen import freeze, frozendict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from microspec import History

    Link = Callable[[str], dict[str, Any]]
    """A schema that refers twice to the one with a name."""

TEXT = {"type": "string"}


@pytest.fixture(autouse=True)
def what_other_tests_left_behind() -> Iterator[None]:
    """The garbage collector does not look at it, which would take longer than some of these tests."""
    gc.freeze()
    yield
    gc.unfreeze()


class Plain(yaml.SafeDumper):
    """Writes YAML without aliases, which the language does not have."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


def write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(yaml.dump(content, Dumper=Plain, sort_keys=False, width=10**9))


def add(library: Path, schemas: dict[str, Any], **operation: Any) -> None:
    """Give a specification an operation that takes ``First``, with the schemas that it refers to."""
    sent = {"summary": "Send it", "request": "First", "responses": {204: None}, **operation}
    resource = {"resource": "bombs", "title": "Bombs", "audience": "reader", "operations": {"POST /bombs": sent}}
    write(library / "baseline" / "bombs.yaml", {**resource, "schemas": schemas})


def change(library: Path, *changes: dict[str, Any], **more: Any) -> None:
    """Give a specification a version with these changes."""
    said = {"microversion": "1.5", "title": "Bombs", "description": "Bombs.", "features": {"bombs": "Bombs."}, **more}
    write(library / "versions" / "1.5.yaml", {**said, "changes": [{**item, "why": "So."} for item in changes]})


def mistakes(library: Path) -> list[tuple[str, str]]:
    """Place and code of all that is wrong with a specification."""
    with pytest.raises(SpecificationError) as caught:
        microspec.load(library)
    return [(str(item.location).removeprefix(f"{library}/"), item.code) for item in caught.value.diagnostics]


def counted(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> list[None]:
    """A list with an item for each call of a function of a module from now on."""
    calls: list[None] = []
    function = getattr(module, name)

    def counting(*args: Any, **more: Any) -> Any:
        calls.append(None)
        return function(*args, **more)

    monkeypatch.setattr(module, name, counting)
    return calls


def test_a_long_text_with_a_mistake_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = counted(monkeypatch, yaml, "SafeLoader")
    for size, calls in ((1_000, 1), (60_000, 1)):
        text = "".join(f"a{n}: b\n" for n in range(size)) + "c: [\n"
        with pytest.raises(yaml_.YamlError) as raised:
            yaml_.parse(text.encode(), "file")
        (found,) = raised.value.diagnostics
        assert (found.code, found.location.line) == ("yaml-syntax", size + 2)
        assert len(slow) == calls


def test_a_set_of_very_many_specifiers_is_refused() -> None:
    with pytest.raises(microspec.InvalidVersionSet, match="there are more than 10,000 specifiers"):
        microspec.VersionSet(",".join(f">2.{n}" for n in range(10_001)))
    assert str(microspec.VersionSet(",".join(f">2.{n}" for n in range(1_000)))) == "2.1000-"


def test_a_long_word_beside_a_mistake_is_read_once(library: Path) -> None:
    taken = {}
    for size in (20_000, 80_000):
        change(library, {"add-property": "Book.word", "feature": "R" * size})
        start = time.process_time()
        assert {code for _, code in mistakes(library)} == {"missing-key", "wrong-value"}
        taken[size] = time.process_time() - start
    assert taken[80_000] < 8 * taken[20_000]


# --------------------------------------------------------------------------------- schemas that refer to schemas

LINKS: dict[str, Link] = {
    "properties": lambda name: {
        "type": "object",
        "properties": {"a": {"$ref": name}, "b": {"$ref": name}},
        "additionalProperties": False,
    },
    "map": lambda name: {
        "type": "object",
        "patternProperties": {"^a": {"$ref": name}},
        "additionalProperties": {"$ref": name},
    },
    "items": lambda name: {"type": "array", "items": {"anyOf": [{"$ref": name}, {"type": "array", "items": TEXT}]}},
    "prefixItems": lambda name: {"type": "array", "prefixItems": [{"$ref": name}, {"$ref": name}]},
    "anyOf": lambda name: {"anyOf": [{"$ref": name}, {"type": "array", "items": {"$ref": name}}]},
    "oneOf": lambda name: {"oneOf": [{"$ref": name}, {"type": "array", "items": {"$ref": name}}]},
    "allOf": lambda name: {"allOf": [{"$ref": name}, {"$ref": name}]},
    "not": lambda name: {"not": {"$ref": name}, "if": {"$ref": name}},
}
DOUBLING = sorted(LINKS.keys() - {"items"})


def chain(link: Link, length: int) -> dict[str, Any]:
    """So many schemas, each of which refers to the next."""
    names = ["First", *(f"S{number}" for number in range(1, length))]
    return {**{name: link(f"S{number}") for number, name in enumerate(names, 1)}, f"S{length}": TEXT}


@pytest.mark.parametrize("kind", DOUBLING)
def test_twenty_schemas_that_refer_twice_to_the_next_are_refused(library: Path, kind: str) -> None:
    add(library, chain(LINKS[kind], 20))
    assert mistakes(library) == [("baseline/bombs.yaml:11:3", "schema-too-large")]


def test_a_long_way_of_references_is_refused(library: Path) -> None:
    add(library, chain(lambda name: {"type": "array", "items": {"$ref": name}}, 1_000))
    assert mistakes(library) == [("baseline/bombs.yaml:11:3", "schema-too-large")]


def test_the_version_that_makes_a_schema_too_large_is_named(library: Path) -> None:
    doubled = chain(lambda name: LINKS["properties"](f"Other{name}"), 6)
    other = {f"Other{name}": schema for name, schema in doubled.items()}
    add(library, {**chain(LINKS["properties"], 6), **other}, responses={200: "OtherFirst"})
    microspec.load(library)
    there = {"anyOf": [{"$ref": "OtherFirst"}, {"$ref": "OtherS1"}]}
    change(
        library,
        {"alter-schema": "OtherS6", "keywords": {"from": TEXT, "to": {"type": "integer"}}},
        {"alter-schema": "S6", "keywords": {"from": TEXT, "to": there}},
    )
    assert mistakes(library) == [("versions/1.5.yaml:14:17", "schema-too-large")]


@pytest.mark.explore
@pytest.mark.parametrize("kind", LINKS)
def test_what_is_not_refused_is_done_in_a_while(library: Path, tmp_path: Path, kind: str) -> None:
    """With as many references as the language lets through, or twenty where they do not multiply."""
    lengths = [
        n for n in range(1, 21) if not Sizes().is_too_large(freeze({"$ref": "First"}), freeze(chain(LINKS[kind], n)))
    ]
    add(library, chain(LINKS[kind], lengths[-1]))
    change(
        library,
        {"alter-schema": f"S{lengths[-1]}", "keywords": {"from": TEXT, "to": {"type": "integer"}}},
    )
    write_artifact(library, tmp_path / "compiled")
    assert microspec.load(tmp_path / "compiled").diff("1.4", "1.5").findings


def test_a_schema_in_itself_is_not_large() -> None:
    tree = freeze({"type": "object", "properties": {name: {"$ref": "Tree"} for name in "abc"}})
    assert not Sizes().is_too_large(freeze({"$ref": "Tree"}), {"Tree": tree})
    wide = freeze({"anyOf": [TEXT] * (MOST_PARTS - 1)})
    assert not Sizes().is_too_large(wide, {})
    assert Sizes().is_too_large(freeze({"anyOf": [TEXT] * MOST_PARTS}), {})
    deep: Any = TEXT
    for _ in range(MOST_LEVELS - 1):
        deep = {"items": deep}
    assert not Sizes().is_too_large(freeze(deep), {})
    assert Sizes().is_too_large(freeze({"items": deep}), {})


def test_parts_that_are_unions_are_not_multiplied_out(monkeypatch: pytest.MonkeyPatch) -> None:
    made = counted(monkeypatch, cases, "Case")
    union = {"anyOf": [{"type": "object", "required": ["a"], "maxProperties": 3}, {"type": "object"}]}
    found = cases.cases([freeze({"allOf": [{**union, "minProperties": n} for n in range(40)]})], cases.Schemas({}))
    assert 2 <= len(found) <= 64
    assert len(made) <= 64


def test_forms_within_forms_are_compared_so_often_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def level(depth: int) -> dict[str, Any]:
        if not depth:
            return TEXT
        held = level(depth - 1)
        ways = [{"type": "object", "properties": {"a": held, "b": TEXT}, "required": ["a"]} for _ in range(8)]
        return {"oneOf": [*ways, {"type": "object", "properties": {"a": TEXT}, "required": ["a"]}]}

    compared = counted(monkeypatch, cases, "_disjoint_in")
    assert cases.cases([freeze(level(4))], cases.Schemas({}))
    assert len(compared) < 50_000


# --------------------------------------------------------------------------------- pointers


@pytest.mark.parametrize("start", ["", "/server", "/os:scheduler_hints", "/server/networks/*"])
def test_of_a_long_pointer_only_what_leads_somewhere_is_read(
    compute: History, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    read = counted(monkeypatch, pointer, "unescape")
    long = f"{start}{'/a' * 200_000}"
    assert not compute.availability("POST /servers", request=long)
    assert compute.history("POST /servers", request=long) == ()
    needed = {"server": ("2.1", "2.9"), "operation": "GET /servers/{server_id}"}
    assert compute.negotiation(**needed, response=[long]).version is None  # type: ignore[arg-type]
    assert len(read) < 20_000


def test_many_ways_to_one_schema_are_one() -> None:
    twice = {"anyOf": [{"type": "object", "properties": {"a": {"$ref": "Tree"}}} for _ in range(2)]}
    schemas = {"Tree": freeze(twice)}
    root = freeze({"$ref": "Tree"})
    assert len(walk.find(root, ["a"] * 10_000, schemas)) == 2
    fields = Fields(root, schemas)
    assert fields.depth(["a"] * 10_000) == 10_000
    assert len(fields._levels) == 2


# --------------------------------------------------------------------------------- many of one kind


def test_many_answers_of_one_operation_are_compared_by_their_names(library: Path) -> None:
    """In two specifications of which the conditions are worded otherwise, and in one of which one more is added."""
    sides = []
    for words in ("It is", "It was"):
        listed = [{"status": 400 + number % 100, "when": f"{words} number {number}."} for number in range(1_000)]
        add(library, {"First": TEXT}, errors=listed)
        change(library, {"add-response": "POST /bombs", "status": 409, "when": "It is another."})
        sides.append(microspec.load(library))
    assert differences(sides[0]._source, sides[1]._source, sides[0].versions) == []
    (finding,) = sides[0].diff("1.4", "1.5").findings
    assert (finding.rule, finding.name) == ("error-status-added", "409 when: It is another.")


@pytest.mark.explore
def test_a_hundred_thousand_answers_are_compared_at_once() -> None:
    """One by one that would be thousands of millions of comparisons."""
    old, new = (
        {item.key: item for item in (Response(status=409, when=f"{words} {n}.") for n in range(100_000))}
        for words in ("It is", "It was")
    )
    assert semantic._matched(old, new) == old
    facts = (frozendict(statuses=tuple(side)) for side in (old, new))
    assert len(list(telling._of_statuses(*facts))) == 200_000


def test_a_list_of_many_values_that_becomes_another(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def words(*letters: str) -> dict[str, Any]:
        lists = [{"type": "string", "enum": [f"{letter}{number}" for number in range(4_000)]} for letter in letters]
        return {"oneOf": lists}

    add(library, {"First": words("a", "b")})
    change(library, {"alter-schema": "First", "keywords": {"from": words("a", "b"), "to": words("c", "d")}})
    asked = counted(monkeypatch, cases, "identity")
    assert {item.rule for item in microspec.load(library).diff("1.4", "1.5").findings} == {
        "request-enum-value-added",
        "request-enum-value-removed",
    }
    assert len(asked) < 500_000


@pytest.mark.parametrize("kind", ["references", "aliases", "changes"])
def test_many_mistakes_are_told_without_a_look_at_every_name_for_each(
    library: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    number = 4_000
    known = {f"There{n}": TEXT for n in range(1_500)}
    if kind == "references":
        parts = {f"p{n}": {"$ref": f"Missing{n}"} for n in range(number)}
        add(library, {"First": {"type": "object", "properties": parts, "additionalProperties": False}, **known})
    elif kind == "changes":
        add(library, {"First": TEXT, **known})
        change(library, *({"add-property": f"Thre{n}.a", "schema": TEXT} for n in range(number)))
    else:
        operations = {f"GET /bombs{n}": {"summary": "Get", "alias-of": f"GET /bmb{n}"} for n in range(1_900)}
        resource = {"resource": "bombs", "title": "Bombs", "audience": "reader", "operations": operations}
        write(library / "baseline" / "bombs.yaml", resource)
        number = 1_900
    asked = counted(monkeypatch, difflib, "get_close_matches")
    found = [code for _, code in mistakes(library) if code in ("unknown-name", "not-found")]
    assert len(found) == number
    assert len(asked) <= 20


@pytest.mark.parametrize(
    ("line", "code"),
    [
        pytest.param("    {key}: off", "ambiguous-scalar", id="in the YAML"),
        pytest.param("    {key}: {{type: string}}", "unknown-key", id="in the form"),
    ],
)
def test_the_first_thousand_mistakes_of_a_file_are_reported(library: Path, line: str, code: str) -> None:
    text = (library / "baseline" / "books.yaml").read_text()
    for number, more in ((yaml_.MAX_MISTAKES, []), (50_000 // len(line), ["too-many-mistakes"])):
        keys = "\n".join(line.format(key=f"key{n}") for n in range(number))
        (library / "baseline" / "more.yaml").write_text(
            text.replace("  GET /books:\n", f"  GET /books:\n{keys}\n", 1).replace("/books", "/more")
        )
        found = [code for place, code in mistakes(library) if place.startswith("baseline/more.yaml")]
        assert found == [*more, *[code] * yaml_.MAX_MISTAKES]


def test_near_names_are_looked_for_only_for_the_calls_that_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    compute = microspec.load()
    asked = counted(monkeypatch, difflib, "get_close_matches")
    calls = "\n".join(f"POST /servers/{{server_id}}/action#rebui{n}ld 2.54" for n in range(500)).encode()
    (finding,) = compute.audit(compute.recording(BytesIO(calls), "calls")).findings
    assert (finding.count, len(finding.cases)) == (500, 10)
    assert len(asked) <= 20


# --------------------------------------------------------------------------------- many changes in one version

BOMBS = "POST /bombs"
OTHER = {"from": TEXT, "to": {"type": "integer"}}


def answer(n: int) -> dict[str, Any]:
    return {"status": 400 + n % 50, "when": f"It is number {n}."}


def holding(schemas: dict[str, Any]) -> dict[str, Any]:
    """An object with these properties."""
    return {"type": "object", "properties": {"a": TEXT, **schemas}, "additionalProperties": False}


def word(number: int) -> dict[str, Any]:
    """One of so many words."""
    return {"type": "string", "enum": ["a", *(f"v{n}" for n in range(number))]}


REPEATED: dict[str, tuple[Callable[[int], dict[str, Any]], Callable[[int], dict[str, Any]]]] = {
    "add-enum-value": (lambda _: {"First": word(0)}, lambda n: {"add-enum-value": "First", "value": f"v{n}"}),
    "remove-enum-value": (
        lambda number: {"First": word(number)},
        lambda n: {"remove-enum-value": "First", "value": f"v{n}"},
    ),
    "add-enum-value in turn": (
        lambda _: {"First": holding({"b": {"$ref": "S0"}, "c": {"$ref": "S1"}}), "S0": word(0), "S1": word(0)},
        lambda n: {"add-enum-value": f"S{n % 2}", "value": f"v{n}"},
    ),
    "alter-schema": (
        lambda _: {"First": {"type": "string", "maxLength": 1}},
        lambda n: {"alter-schema": "First", "keywords": {"from": {"maxLength": n + 1}, "to": {"maxLength": n + 2}}},
    ),
    "alter-schema of each": (
        lambda number: {
            "First": holding({f"p{n}": {"$ref": f"S{n}"} for n in range(number)}),
            **{f"S{n}": TEXT for n in range(number)},
        },
        lambda n: {"alter-schema": f"S{n}", "keywords": OTHER},
    ),
    "add-schema": (
        lambda _: {"First": holding({})},
        lambda n: (
            {"add-property": f"First.p{n // 2}", "schema": {"$ref": f"S{n // 2}"}}
            if n % 2
            else {"add-schema": f"S{n // 2}", "schema": TEXT}
        ),
    ),
    "add-property": (lambda _: {"First": holding({})}, lambda n: {"add-property": f"First.p{n}", "schema": TEXT}),
    "remove-property": (
        lambda number: {"First": holding({f"p{n}": TEXT for n in range(number)})},
        lambda n: {"remove-property": f"First.p{n}"},
    ),
    "alter-property": (
        lambda number: {"First": holding({f"p{n}": TEXT for n in range(number)})},
        lambda n: {"alter-property": f"First.p{n}", "schema": OTHER},
    ),
    "add-response": (lambda _: {}, lambda n: {"add-response": BOMBS, **answer(n)}),
    "remove-response": (
        lambda number: {"errors": [answer(n) for n in range(number)]},
        lambda n: {"remove-response": BOMBS, **answer(n)},
    ),
    "alter-response": (
        lambda number: {"errors": [answer(n) for n in range(number)]},
        lambda n: {
            "alter-response": BOMBS,
            **answer(n),
            "status": {"from": answer(n)["status"], "to": answer(n)["status"] + 50},
        },
    ),
    "add-parameter": (lambda _: {}, lambda n: {"add-parameter": BOMBS, "query": f"q{n}", "schema": TEXT}),
    "remove-parameter": (
        lambda number: {"query": {f"q{n}": TEXT for n in range(number)}},
        lambda n: {"remove-parameter": BOMBS, "query": f"q{n}"},
    ),
    "alter-parameter": (
        lambda number: {"query": {f"q{n}": TEXT for n in range(number)}},
        lambda n: {"alter-parameter": BOMBS, "query": f"q{n}", "schema": OTHER},
    ),
    "add-operation": (
        lambda _: {},
        lambda n: {
            "add-operation": f"{BOMBS}/{n}",
            "resource": "bombs",
            "audience": "reader",
            "summary": "Send it",
            "request": "First",
            "responses": {204: None},
        },
    ),
    "behavior": (lambda _: {}, lambda n: {"operations": [BOMBS], "text": f"It is {n}."}),
}
"""For each change that can be repeated in one version: what an operation is like before so many, and each of them."""

OF_ALL = ("add-enum-value", "remove-enum-value", "add-enum-value in turn", "alter-schema")
"""The changes that make one finding together."""


@pytest.mark.parametrize("few", [200, pytest.param(1_000, marks=pytest.mark.explore)])
@pytest.mark.parametrize("kind", REPEATED)
def test_many_changes_in_one_version_take_as_long_as_there_are_of_them(
    library: Path, tmp_path: Path, kind: str, few: int
) -> None:
    """Four times as many take four times as long, and not sixteen; each finding names the changes that made it."""
    before, each = REPEATED[kind]
    taken = {}
    for number in (few, 4 * few):
        place = shutil.copytree(library, tmp_path / str(number))
        given = before(number)
        lists = {name: given.pop(name) for name in ("errors", "query") if name in given}
        add(place, {"First": TEXT, **given}, **lists)
        changes = [each(n) for n in range(number)]
        if kind == "behavior":
            change(place, behaviors={f"bomb-{n}": of_one for n, of_one in enumerate(changes)})
        else:
            change(place, *changes)
        start = time.process_time()
        findings = microspec.load(place).diff("1.4", "1.5").findings
        taken[number] = time.process_time() - start
        assert sum(len(finding.causes) for finding in findings) in (number, 2 * number)
        assert {len(finding.causes) for finding in findings} <= {1, 2} or kind in OF_ALL
    assert taken[4 * few] < 12 * taken[few]

"""The tables for other languages: they obey their schemas, say what the history says, and are written whole."""

from __future__ import annotations

import copy
import json
import random
import re
import shutil
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jsonschema_rs
import pytest
from click.testing import CliRunner

import exploring
import microspec
from conformance.instances import QueryShapes, Shapes
from highest import HIGHEST, after
from microspec import Version, VersionRange, VersionSet
from microspec.cli import main
from microspec.export.tables import schema, tables, write_tables
from microspec.loading import bundled_path
from microspec.values.files import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from microspec.history import History

NAMES = ["releases", "features", "behaviors", "operations", "fields", "requests"]
PAGE = Path(__file__).parents[1] / "docs" / "tables.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the bundled compute API."""
    made = tmp_path_factory.mktemp("exported") / "tables"
    result = CliRunner().invoke(main, ["export", "--tables", str(made)], catch_exceptions=False)
    assert result.exit_code == 0
    assert result.output.splitlines()[0] == str(made / "releases.json")
    return made


def read(folder: Path, name: str) -> Any:
    """A table, read from its file."""
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def as_set(ranges: list[list[str]]) -> VersionSet:
    """The versions in a table as a set."""
    return VersionSet(VersionRange(first, last) for first, last in ranges)


@pytest.mark.parametrize("name", NAMES)
def test_a_table_obeys_the_schema_beside_it(folder: Path, name: str) -> None:
    table = read(folder, name)
    document = json.loads((folder / table["$schema"]).read_text(encoding="utf-8"))
    assert document == schema(name)
    jsonschema_rs.meta.validate(document)
    validator = jsonschema_rs.Draft202012Validator(document)
    validator.validate(table)
    assert not validator.is_valid({**table, "stray": 1})
    assert not validator.is_valid({**table, "min_version": 2.1})
    assert not validator.is_valid({key: value for key, value in table.items() if key != name})


ONCE = {"versions": [["2.1", None]]}


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("features", {"a": {"text": "A.", **ONCE}}, {"a": ONCE}),
        ("features", {"a": {"text": "A.", **ONCE}}, {"a": {"text": "A.", **ONCE, "since": "2.1"}}),
        ("features", {"a": {"text": "A.", "versions": []}}, {"a": {"text": "A.", "versions": [["2.1"]]}}),
        ("behaviors", {"a": {"text": "A.", **ONCE}}, {"a": {"text": "A.", **ONCE, "operations": "GET /servers"}}),
        ("operations", {"GET /": {**ONCE, "instead": "Nothing."}}, {"GET /": {**ONCE, "instead": None}}),
        ("operations", {"GET /": {"versions": [["2.1", "2.9"]]}}, {"GET /": {"versions": [["2.1", "2.09"]]}}),
        ("operations", {"GET /": {"versions": [["2.1", None]]}}, {"GET /": {"versions": [[None, "2.1"]]}}),
        ("fields", {"GET /": {"query": {"a": []}}}, {"GET /": {"header": {"a": []}}}),
        ("requests", {"GET /": {}}, {"GET /": {"response": {}}}),
        ("requests", {"GET /": {"query": {"closed": []}}}, {"GET /": {"request": {"closed": []}}}),
        (
            "requests",
            {"GET /": {"request": {"values": {"/a": {"number": []}}}}},
            {"GET /": {"request": {"values": {"/a": {"integer": []}}}}},
        ),
    ],
)
def test_a_schema_tells_tables_from_others(name: str, good: Any, bad: Any) -> None:
    validator = jsonschema_rs.Draft202012Validator(schema(name))
    head = {"$schema": "a.json", "service": "a", "min_version": "2.1", "max_version": "2.10"}
    validator.validate({**head, name: good})
    assert not validator.is_valid({**head, name: bad})


def test_there_are_no_other_files(folder: Path) -> None:
    files = {f"{name}{end}" for name in NAMES for end in (".json", ".schema.json")}
    assert {path.name for path in folder.iterdir()} == {*files, MANIFEST}


def test_the_tables_say_what_the_history_says(folder: Path, compute: History) -> None:
    features = read(folder, "features")["features"]
    assert {name: as_set(item["versions"]) for name, item in features.items()} == {
        name: feature.availability for name, feature in compute.features.items()
    }
    operations = read(folder, "operations")["operations"]
    assert {key: as_set(item["versions"]) for key, item in operations.items()} == {
        key: compute.availability(key) for key in compute.known
    }
    assert operations["GET /os-agents"]["gone_since"] == "wallaby"
    behaviors = read(folder, "behaviors")["behaviors"]
    assert {name: as_set(item["versions"]) for name, item in behaviors.items()} == {
        name: compute._source.set_of([item for item in compute.versions if name in compute.at(item).behaviors])
        for name in behaviors
    }
    assert set(behaviors) == {name for version in compute for name in version.behaviors}
    fields = read(folder, "fields")["fields"]
    for key, parts in fields.items():
        for part, members in parts.items():
            for name, ranges in members.items():
                value: Any = int(name) if part == "status" else name
                assert as_set(ranges) == compute.availability(key, **{part: value}), (key, part, name)
    assert fields["POST /servers"]["request"]["/server/networks/*/tag"] == [["2.32", "2.36"], ["2.42", None]]


def test_the_tables_are_small(tmp_path: Path) -> None:
    """Those of the versions that the page speaks of: later ones add to them."""
    page = PAGE.read_text(encoding="utf-8")
    (last,) = re.findall(r"For the compute API up to (2\.\d+), the files have", page)
    spec = Path(shutil.copytree(bundled_path("compute"), tmp_path / "spec", ignore=shutil.ignore_patterns(".*")))
    for path in (spec / "versions").iterdir():
        if Version(path.stem) > Version(last):
            path.unlink()
    write_tables(microspec.load(spec), tmp_path / "tables")
    sizes = {name: (tmp_path / "tables" / f"{name}.json").stat().st_size / 1000 for name in NAMES}
    told = re.findall(r"^\| `(\w+)\.json` \| (\d+) \|", page, re.MULTILINE)
    assert {name: int(size) for name, size in told} == pytest.approx(sizes, rel=0.1, abs=1)
    assert sum(sizes.values()) < 450


def test_the_requests_say_what_the_schemas_say(folder: Path, compute: History) -> None:
    requests = read(folder, "requests")["requests"]
    for key, rules in requests.items():
        for version in compute.versions:
            if version in compute.availability(key):
                operation = compute.at(version)[key]
                is_closed = version in as_set(rules.get("query", {}).get("closed", []))
                assert is_closed == (operation.unknown_query == "rejected"), (key, version)
                needs_body = version in as_set(rules.get("request", {}).get("required", {}).get("", []))
                assert needs_body == (not operation.accepts_request(None)), (key, version)
    assert requests["POST /servers"]["request"]["required"]["/server/networks"] == [["2.37", None]]
    assert requests["POST /servers"]["request"]["values"]["/server/networks"] == {"string": [["2.37", None]]}
    assert requests["POST /servers/{server_id}/action#migrate"]["request"]["open"] == {"/migrate": [["2.1", "2.55"]]}


def test_releases_are_in_order(folder: Path, compute: History) -> None:
    assert [release["key"] for release in read(folder, "releases")["releases"]] == list(compute.releases)


def test_another_specification_has_tables_too(library: Path) -> None:
    made = tables(microspec.load(library))
    assert list(made) == NAMES
    for name, table in made.items():
        jsonschema_rs.Draft202012Validator(schema(name)).validate(table)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(main, ["export", "--tables", str(tmp_path / "file" / "below")])
    assert result.exit_code == 2
    assert "below: a part of the path is a file, not a folder" in result.output
    assert "there is nothing to export" in CliRunner().invoke(main, ["export"]).output
    here = Path.cwd()
    assert "the name of a folder cannot be empty" in CliRunner().invoke(main, ["export", "--tables", ""]).output
    assert not (here / "releases.json").exists()


# --------------------------------------------------------------------------------- which version to ask for


class Asked(NamedTuple):
    """What is asked for, as `negotiate` and the recipe of the page take it, and what is negotiated."""

    server: tuple[str, str]
    client: tuple[str, str] | None
    prefer: Any
    call: dict[str, Any]
    version: Version | None


@pytest.fixture(scope="module")
def choose() -> Any:
    """The recipe that stands in the page: it knows the tables and nothing of microspec."""
    (code,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert "microspec" not in code
    names: dict[str, Any] = {}
    exec(compile(code, str(PAGE), "exec"), names)  # our own page

    def chosen(tables: Any, asked: Asked) -> tuple[str | None, list[str]]:
        best = max if asked.prefer == "highest" else min
        version, doubtful = names["choose"](tables, asked.server, asked.client, best=best, **asked.call)
        return version, doubtful

    return chosen


@pytest.fixture(scope="module")
def exported(folder: Path) -> dict[str, Any]:
    """All tables, read from their files."""
    return {name: read(folder, name) for name in NAMES}


@pytest.fixture(scope="module", params=[("tables", 4), pytest.param((None, 16), marks=pytest.mark.explore)], ids=str)
def asked(request: pytest.FixtureRequest, compute: History, exported: dict[str, Any]) -> list[Asked]:
    """Some hundred calls, always the same ones, with what is negotiated for them; or some thousand, by a seed."""
    seed, times = request.param
    keys = [*compute.known, *exported["requests"]["requests"]]  # twice as many of those that have rules
    return list(some_calls(compute, exported, random.Random(seed or exploring.seed(request.config)), keys * times))


def some_calls(
    history: History, exported: dict[str, Any], source: random.Random, keys: Iterable[str]
) -> Iterator[Asked]:
    """A call of each operation; with needs, fields to read, ranges."""
    marked = {change.target for item in history for change in item.written if change.since_release}
    needs = [*exported["features"]["features"], *(exported["behaviors"]["behaviors"].keys() - marked)]
    needs.sort()
    for key in keys:
        call: dict[str, Any] = {"operation": key}
        if source.random() < 0.8:
            part = "body" if key.startswith(("POST", "PUT")) else "query"
            call[part] = some_request(history, key, part, source)
        if source.random() < 0.2:
            call["needs"] = source.sample(needs, source.randint(1, 2))
        if source.random() < 0.2:
            fields = exported["fields"]["fields"].get(key, {}).get("response", {})
            call["response"] = [source.choice([*fields, "/not/there"])]
        server = some_range(source, first=1 if source.random() < 0.7 else None)
        client = some_range(source) if source.random() < 0.3 else None
        prefer: Any = source.choice(["highest", "highest", "lowest"])
        found = history.negotiation(server=server, client=client, prefer=prefer, **call).version
        yield Asked(server, client, prefer, call, found)


def some_range(source: random.Random, first: int | None = None) -> tuple[str, str]:
    """A range of versions, which may end after what is described."""
    low, high = sorted(source.randint(1, HIGHEST.minor + 16) for _ in range(2))
    return f"2.{first or low}", f"2.{high}"


def some_request(history: History, key: str, part: str, source: random.Random) -> Any:
    """A body or a query that is accepted at some version, or is put together of two such."""
    versions = [version for version in history.versions if version in history.availability(key)]
    one, other = (source.choice(accepted(history, key, source.choice(versions), part)) for _ in range(2))
    found = one if source.random() < 0.3 else crossed(source, one, other)
    if part == "query":
        return {name: values if isinstance(values, list) else [values] for name, values in found.items()}
    is_action = isinstance(found, dict) and key.partition("#")[2] in found
    return found if is_action or "#" not in key else one


@cache
def accepted(history: History, key: str, version: Version, part: str) -> list[Any]:
    """Bodies or queries that an operation accepts at a version, with each field in each of its forms."""
    operation = history.at(version)[key]
    if part == "query":
        query = QueryShapes(operation.query_schema())
        return [item for item in query.around(query.document, words) if operation.accepts_query(item)] or [{}]
    document = operation.request_schema()
    if document is None:
        return [None, {}] if "#" not in key else [{key.partition("#")[2]: None}]
    body = Shapes(document)
    return [item for item in body.around(document, words) if operation.accepts_request(item)] or [{}]


def words(plain: dict[str, Any], example: Any) -> Iterator[Any]:
    """The words that a schema allows, or a value as it is."""
    yield from plain.get("enum", [example])


def crossed(source: random.Random, one: Any, other: Any) -> Any:
    """Most of what is in two values, sometimes with a name that nobody knows."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = [key for key in {**one, **other} if source.random() < 0.85]
        found = {key: crossed(source, one.get(key, other.get(key)), other.get(key, one.get(key))) for key in keys}
        return found if source.random() < 0.9 else {**found, "unknown": "a"}
    if isinstance(one, list) and isinstance(other, list) and one and other:
        return [crossed(source, one[0], other[0])]
    return source.choice([one, other])


def agrees(history: History, asked: Asked, version: str | None, doubtful: list[str]) -> bool:
    """Whether the recipe answers what is negotiated, as far as it claims to know."""
    if str(asked.version) == str(version):
        return True
    if version is None:
        return False
    if doubtful:  # its answer is a bound
        nearer = max if asked.prefer == "highest" else min
        return asked.version is None or nearer(asked.version, Version(version)) == Version(version)
    return asked.version is None and breaks_a_rule_of_values(history, asked.call)


RULES_OF_VALUES = ("minProperties", "maxProperties", "anyOf", "enum")
"""The rules that bodies that are put together of two others may break: how many keys, one of two fields, and what is
listed, which may be an empty object."""


def breaks_a_rule_of_values(history: History, call: dict[str, Any]) -> bool:
    """Whether a body is wrong at every version, in a way that the tables do not claim to know."""
    known = history.versions_for(call["operation"], body=call.get("body"))
    operation = history.at(next(iter(history.availability(call["operation"]))).first)[call["operation"]]
    found = jsonschema_rs.Draft202012Validator(operation.request_schema() or {}).iter_errors(call.get("body"))
    return not known and all(error.kind.name in RULES_OF_VALUES for error in found)


def test_the_recipe_answers_what_is_negotiated(
    compute: History, choose: Any, exported: dict[str, Any], asked: list[Asked]
) -> None:
    answers = [choose(exported, item) for item in asked]
    wrong = [(item, answer) for item, answer in zip(asked, answers, strict=True) if not agrees(compute, item, *answer)]
    assert wrong == []
    doubtful = [names for _, names in answers if names]
    same = [item for item, (version, _) in zip(asked, answers, strict=True) if str(item.version) == str(version)]
    assert len(doubtful) < 0.05 * len(asked)
    assert len(same) > 0.99 * len(asked)
    assert sum(item.version is not None for item in asked) > len(asked) / 2


WITHOUT = [
    ["fields", "request"],
    ["fields", "query"],
    ["fields", "response"],
    ["requests", "request", "required"],
    ["requests", "request", "open"],
    ["requests", "request", "values"],
    ["requests", "query", "required"],
    ["requests", "query", "closed"],
    ["requests", "query", "values"],
    ["operations", "gone_since"],
]


@pytest.mark.parametrize("path", WITHOUT, ids="/".join)
def test_nothing_in_the_tables_is_useless(
    compute: History, choose: Any, exported: dict[str, Any], path: list[str]
) -> None:
    """Some call of the operations that have it is answered wrongly without it. Mostly one of the first thousand."""
    table, *steps, last = path
    less = {**exported, table: copy.deepcopy(exported[table])}
    having = []
    for key, entry in less[table][table].items():
        for step in steps:
            entry = entry.get(step, {})  # noqa: PLW2901
        if entry.pop(last, None) is not None:
            having.append(key)
    calls = some_calls(compute, exported, random.Random("/".join(path)), islice(cycle(having), 10_000))
    assert any(
        agrees(compute, item, *choose(exported, item)) and not agrees(compute, item, *choose(less, item))
        for item in calls
    )


SERVER = {"name": "a", "flavorRef": "1", "imageRef": ""}
PORT = {"port": "70a599e0-31e7-49b7-b260-868f441e862b", "tag": "nic"}


@pytest.mark.parametrize(
    ("server", "call", "version"),
    [
        (("2.1", "2.200"), {}, str(HIGHEST)),
        (("2.1", "2.200"), {"operation": "POST /servers", "body": {"server": SERVER}}, "2.36"),
        (("2.1", "2.79"), {"operation": "POST /servers", "body": {"server": {**SERVER, "networks": "auto"}}}, "2.79"),
        (("2.1", "2.36"), {"operation": "POST /servers", "body": {"server": {**SERVER, "networks": "auto"}}}, None),
        (("2.1", "2.41"), {"operation": "POST /servers", "body": {"server": {**SERVER, "networks": [PORT]}}}, "2.36"),
        (("2.1", "2.200"), {"operation": "GET /os-agents"}, None),
        (("2.1", "2.88"), {"operation": "GET /os-agents"}, None),
        (("2.1", "2.87"), {"operation": "GET /os-agents"}, "2.87"),
        (("2.1", "2.200"), {"operation": "GET /servers", "query": {"unknown": ["a"]}}, "2.74"),
        (("2.1", "2.6"), {"needs": ["public-flavor-access-refused"]}, None),
        ((str(after(1)), "2.200"), {}, None),
    ],
    ids=str,
)
def test_what_is_chosen_and_negotiated(
    compute: History, choose: Any, exported: dict[str, Any], server: Any, call: Any, version: str | None
) -> None:
    found = compute.negotiation(server=server, **call).version
    assert choose(exported, Asked(server, None, "highest", call, found)) == (version, [])
    assert found == (Version(version) if version else None)


def test_a_value_that_is_new_is_doubtful(choose: Any, exported: dict[str, Any], compute: History) -> None:
    console = {"remote_console": {"protocol": "spice", "type": "spice-direct"}}
    call: dict[str, Any] = {"operation": "POST /servers/{server_id}/remote-consoles", "body": console}
    asked = Asked(("2.1", "2.79"), None, "highest", call, None)
    assert choose(exported, asked) == ("2.79", ["/remote_console/protocol", "/remote_console/type"])
    assert compute.negotiation(server=asked.server, **call).version is None

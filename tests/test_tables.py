"""The tables for other languages: they obey their schemas, say what the history says, and are written whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from click.testing import CliRunner

import microspec
from microspec import Version, VersionRange, VersionSet
from microspec.cli import main
from microspec.tables import schema, tables, write_tables

if TYPE_CHECKING:
    from pathlib import Path

    from microspec.history import History

NAMES = ["releases", "features", "operations", "fields"]


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


def test_there_are_no_other_files(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {f"{n}{end}" for n in NAMES for end in (".json", ".schema.json")}


def test_the_tables_say_what_the_history_says(folder: Path, compute: History) -> None:
    features = read(folder, "features")["features"]
    assert {name: as_set(item["versions"]) for name, item in features.items()} == {
        name: feature.availability for name, feature in compute.features.items()
    }
    operations = read(folder, "operations")["operations"]
    assert {key: as_set(item["versions"]) for key, item in operations.items()} == {
        key: compute.availability(key) for key in compute.source.known()
    }
    assert operations["GET /os-agents"]["gone_since"] == "wallaby"
    fields = read(folder, "fields")["fields"]
    for key, parts in fields.items():
        for part, members in parts.items():
            for name, ranges in members.items():
                value: Any = int(name) if part == "status" else name
                assert as_set(ranges) == compute.availability(key, **{part: value}), (key, part, name)
    assert fields["POST /servers"]["request"]["/server/networks/*/tag"] == [["2.32", "2.36"], ["2.42", None]]


def test_a_version_can_be_chosen_from_the_tables_alone(folder: Path, compute: History) -> None:
    needed = [
        read(folder, "features")["features"]["server-tags"]["versions"],
        read(folder, "fields")["fields"]["GET /servers/{server_id}"]["response"]["/server/flavor/id"],
    ]
    fitting = [minor for minor in range(1, 80) if all(inside(minor, ranges) for ranges in needed)]
    asked: dict[str, Any] = {"operation": "GET /servers/{server_id}", "response": ["/server/flavor/id"]}
    chosen = compute.negotiate(server=("2.1", "2.79"), needs=["server-tags"], **asked)
    assert chosen == Version.make(2, max(fitting))


def inside(minor: int, ranges: list[list[str | None]]) -> bool:
    """Whether a minor is in one of the ranges, as a client without microspec finds out."""
    ends = [[int(end.split(".")[1]) if end else 1000 for end in item] for item in ranges]
    return any(first <= minor <= last for first, last in ends)


def test_releases_are_in_order(folder: Path, compute: History) -> None:
    assert [release["key"] for release in read(folder, "releases")["releases"]] == list(compute.releases)


def test_another_specification_has_tables_too(library: Path) -> None:
    made = tables(microspec.load(library))
    assert list(made) == NAMES
    for name, table in made.items():
        jsonschema_rs.Draft202012Validator(schema(name)).validate(table)


def test_nothing_is_half_written(library: Path, tmp_path: Path) -> None:
    history = microspec.load(library)
    write_tables(history, tmp_path)
    (tmp_path / "releases.json").write_text("as it was")
    (tmp_path / ".operations.json.part").mkdir()  # where nothing can be written
    with pytest.raises(IsADirectoryError):
        write_tables(history, tmp_path)
    assert (tmp_path / "releases.json").read_text() == "as it was"
    assert [path.name for path in tmp_path.glob("*.part") if path.is_file()] == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(main, ["export", "--tables", str(tmp_path / "file" / "below")])
    assert result.exit_code == 2
    assert "cannot be written: Not a directory" in result.output
    assert "say what to export" in CliRunner().invoke(main, ["export"]).output

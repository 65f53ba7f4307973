"""The command that writes OpenAPI documents: the same bytes each time, whole or not at all, over nothing of others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from microspec import openapi
from microspec.authoring.yaml import block
from microspec.cli import main
from openapi_documents import at

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from microspec import History


def run(*arguments: str) -> Result:
    """A command, run in this process. Its exceptions are not caught."""
    return CliRunner().invoke(main, ["openapi", *arguments], catch_exceptions=False)


def test_a_document_is_printed(compute: History) -> None:
    assert json.loads(run("2.53").stdout) == openapi.document(compute.at("2.53"))
    assert json.loads(run().stdout)["info"]["version"] == str(compute.max_version)
    old = json.loads(run("--release", "train").stdout)
    assert old == openapi.document(compute.at("2.79", "train"))
    some = run("2.53", "--resource", "keypairs", "--resource", "limits", "--format", "yaml").stdout
    assert yaml.safe_load(some) == openapi.document(compute.at("2.53"), resources=["keypairs", "limits"])


@pytest.mark.parametrize("format_", ["json", "yaml"])
def test_a_document_has_the_same_bytes_each_time(format_: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        done = run("2.53", "--format", format_, "--out", str(tmp_path / name))
        assert (done.stdout, done.stderr) == ("", f"wrote {tmp_path / name}\n")
    first = (tmp_path / "one").read_bytes()
    assert first == (tmp_path / "two").read_bytes()
    assert first.decode() == run("2.53", "--format", format_).stdout
    assert first.isascii()
    assert yaml.load(first, Loader=yaml.CSafeLoader) == openapi.document(at("2.53"))  # JSON is YAML


def test_all_versions_are_printed(compute: History) -> None:
    assert json.loads(run("--all").stdout) == openapi.cumulative(compute)
    some = run("--all", "--resource", "limits", "--release", "train").stdout
    assert json.loads(some) == openapi.cumulative(compute.as_of("train"), resources=["limits"])


def test_yaml_is_in_block_style() -> None:
    lines = run("2.53", "--resource", "keypairs", "--format", "yaml").stdout.splitlines()
    assert lines[:4] == ["openapi: 3.1.1", "info:", "  title: Compute API", "  version: '2.53'"]
    assert "  description: |-" in lines
    assert not any("&id" in line for line in lines)


def test_a_file_of_others_stays(tmp_path: Path) -> None:
    file = tmp_path / "document.json"
    file.write_text("mine")
    refused = run("2.53", "--out", str(file))
    assert refused.exit_code == 2
    assert f"{file} cannot be written: it is there, and microspec openapi did not write it" in refused.stderr
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]
    file.write_text("")
    assert run("2.53", "--out", str(file), "--format", "yaml").exit_code == 0
    (tmp_path / "link").symlink_to("document.json")
    assert run("2.53", "--out", str(tmp_path / "link")).exit_code == 0
    assert json.loads(file.read_text())["info"]["version"] == "2.53"
    assert (tmp_path / "link").is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["document.json", "link"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--out", ""], "the name of a file cannot be empty"),
        (["--out", "."], ".: this is a folder, not a file"),
        (["--out", "nowhere/document.json"], "nowhere/document.json cannot be written: no such file"),
        (["--out", "/dev/null"], "/dev/null cannot be written: it is a device, not a file"),
        (["--out", "a\0b"], "is not a valid file name"),
        (["--resource", "keypair"], "there is no resource 'keypair'; did you mean keypairs"),
        (["2.999"], "2.999"),
        (["2.53", "--all"], "give a version or --all, not both"),
        (["--format", "text"], "--format: 'text' is not one of json, yaml"),
    ],
    ids=str,
)
def test_misuse(arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.output


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.text(st.sampled_from("0x1e.+-_o:#[]\n yn~"), max_size=8),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text("a0e1:\n#", max_size=5), values, max_size=3),
)


@given(VALUES)
def test_yaml_says_the_value(value: Any) -> None:
    assert yaml.safe_load(block(value)) == value
    assert block(value).isascii()


@pytest.mark.parametrize("text", ["1e3", "0o17", ".5", "+1", "1.", "12", "yes", "null", "2.10"])
def test_text_that_is_a_number_to_some_readers_is_quoted(text: str) -> None:
    assert block([text]) == f"- '{text}'\n"

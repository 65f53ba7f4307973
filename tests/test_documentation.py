"""The documentation: every example runs, every command, kind of change and diagnostic is described.

So is every session that the project has; and what CI installs is pinned.
"""

from __future__ import annotations

import ast
import html
import importlib
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
import yaml
from click.testing import CliRunner
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from microspec.authoring import keys
from microspec.authoring.diagnostics import CODES
from microspec.authoring.documents import CHANGE_DOCUMENTS, DOCUMENTS, KeywordsDocument, VersionDocument
from microspec.authoring.formatting import formatted
from microspec.authoring.starting import start_specification
from microspec.authoring.tree import read_tree
from microspec.cli import main
from microspec.model.changes import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from microspec.history import History

ROOT = Path(__file__).parents[1]
UNCOMMITTED = {ROOT / "docs" / name for name in ("answers.md", "coverage.md")}
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted({*(ROOT / "docs").rglob("*.md")} - UNCOMMITTED),
]


def blocks(page: Path, language: str) -> list[str]:
    """The code blocks of a page in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def examples(language: str) -> list[tuple[str, str]]:
    """All code blocks in a language, with the name of their page."""
    return [(str(page.relative_to(ROOT)), block) for page in PAGES for block in blocks(page, language)]


@pytest.mark.parametrize(("page", "code"), examples("python"), ids=lambda value: value[:20])
def test_python_examples_run(page: str, code: str) -> None:
    exec(compile(code, page, "exec"), {})  # our own pages


def test_the_readme_prints_what_it_says() -> None:
    readme = ROOT / "README.md"
    command = blocks(readme, "sh")[0].partition("&&")[2]
    printed = CliRunner().invoke(main, shlex.split(command)[1:], catch_exceptions=False).output
    expected = blocks(readme, "text")[0]
    assert [line for line in printed.splitlines() if " versions/" not in line] == expected.splitlines()


def test_the_readme_starts_with_two_commands() -> None:
    first, second = blocks(ROOT / "README.md", "sh")
    assert first.startswith("pip install . && microspec ")
    assert second == "pip install nox && nox\n"


def commands_in_pages() -> list[str]:
    """Every command line of the program that stands in a page."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        found += re.findall(r"`(microspec [^`]*)`", text)
    placeholders = ("DIR", "FILE", "OLD", "REV", "2.N", "body.json")
    names = {f"microspec {name}" for name in ("init", "new", "fmt")}  # of commands that write, and are only mentioned
    return [c for c in dict.fromkeys(found) if c not in names and not any(word in c for word in placeholders)]


@pytest.mark.parametrize("command", [c for c in commands_in_pages() if not re.fullmatch(r"microspec [\w.]*\(?.*\)", c)])
def test_documented_commands_run(command: str) -> None:
    result = CliRunner().invoke(main, shlex.split(command)[1:], catch_exceptions=False)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(("page", "session"), examples("console"), ids=lambda value: value[:20])
def test_console_examples_print_what_they_say(
    page: str, session: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session shows files with ``cat``, and what commands print."""
    del page
    monkeypatch.chdir(tmp_path)
    for command, printed in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE):
        program, *arguments = shlex.split(command)
        if program == "cat":
            Path(*arguments).write_text(printed)
        else:
            assert CliRunner().invoke(main, arguments, catch_exceptions=False).output == printed


def test_the_version_files_in_the_pages_are_of_the_form() -> None:
    found = [block for _, block in examples("yaml") if block.startswith("microversion:")]
    assert len(found) >= 2
    for block in found:
        VersionDocument.model_validate(yaml.safe_load(block))


def test_generated_pages_are_as_they_would_be_written() -> None:
    subprocess.run([sys.executable, ROOT / "docs" / "generate.py", "--check"], check=True)


@pytest.fixture
def generate(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The program that writes the generated pages."""
    monkeypatch.syspath_prepend(ROOT / "docs")
    return importlib.import_module("generate")


def test_generated_pages_are_written_and_compared(generate: Any, tmp_path: Path, capsys: Any) -> None:
    pages = {
        "reference/changes.md",
        "reference/keys.md",
        "reference/diagnostics.md",
        "reference/commands.md",
        "rules.md",
        *(f"schemas/{name}.json" for name in (*main.commands, "error") if name not in ("openapi", "schema")),
    }
    assert generate.run(check=True, folder=tmp_path) == 1
    assert set(re.findall(r"^docs/(\S+) is out of date", capsys.readouterr().err, re.MULTILINE)) == pages
    assert generate.run(check=False, folder=tmp_path) == 0
    written = {str(path.relative_to(tmp_path)): path.read_text() for path in tmp_path.rglob("*.*")}
    assert set(written) == {*pages, "answers.md", "coverage.md"}
    (tmp_path / "coverage.md").write_text("of other versions")
    assert generate.run(check=True, folder=tmp_path) == 0
    (tmp_path / "rules.md").write_text("of other rules")
    assert generate.run(check=True, folder=tmp_path) == 1
    assert capsys.readouterr().err == "docs/rules.md is out of date: run nox -s docs\n"
    assert generate.run(check=False, folder=tmp_path) == 0
    assert written == {name: (tmp_path / name).read_text() for name in written}


def test_no_committed_page_is_made_of_the_versions(generate: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "load", lambda: pytest.fail("the specification is read"))
    assert all(page() for page in generate.PAGES.values())


def in_releases(said: dict[str, Any]) -> str:
    """The releases in which something holds, as the page has them; empty if it holds in all."""
    marks = [f"{word} {said[key]}" for word in ("since", "until") if (key := f"{word}-release") in said]
    return f" ({', '.join(marks)})" if marks else ""


def entries(said: dict[str, Any]) -> Iterator[tuple[str, list[str], str]]:
    """What the page has to list of a version file: how each line begins, what is marked as code in it, how it ends."""
    for name, text in said.get("features", {}).items():
        yield f"- feature **{name}**: ", [], text
    for name, text in said.get("removed-features", {}).items():
        yield f"- feature **{name}** ends: ", [], text
    for name, behavior in sorted(said.get("behaviors", {}).items(), key=lambda item: "until-release" in item[1]):
        yield f"- behavior **{name}**{in_releases(behavior)}: {behavior['text']}", behavior.get("operations", []), ""
    for change in sorted(said["changes"], key=lambda change: "until-release" in change):
        (kind,) = change.keys() & KINDS.keys()
        parameters = change.get("query")
        for target in change[kind] if isinstance(change[kind], list) else [change[kind]]:
            for name in parameters if isinstance(parameters, list) else [parameters or ""]:
                named = f"query parameter {name}" if kind.endswith("-parameter") and name else ""
                yield f"- {kind.partition('-')[0]} {named}", [target], change.get("why", "")


def shown(line: str) -> str:
    """A line of Markdown without what keeps its characters from meaning anything."""
    return html.unescape(re.sub(r"\\(\W|_)", r"\1", line))


def test_the_page_of_all_versions_tells_all_that_the_files_say(generate: Any, compute: History) -> None:
    head, *sections = re.split(r"^## ", generate.coverage(), flags=re.MULTILINE)
    assert head.startswith("# Compute, version by version\n")
    files = ROOT / "spec" / "versions"
    assert len(sections) == len(list(files.iterdir()))
    resources = (yaml.safe_load(file.read_text("utf-8")) for file in sorted((ROOT / "spec" / "baseline").iterdir()))
    in_baseline = [change for resource in resources for change in resource.get("changes", [])]
    for section, item in zip(sections, compute, strict=True):
        said = yaml.safe_load((files / f"{item.version}.yaml").read_text(encoding="utf-8"))
        if item.version == compute.versions[0]:
            said["changes"] = [*in_baseline, *said["changes"]]
        title, told, *lines = map(shown, filter(None, section.splitlines()))
        assert title == f"{said['microversion']}: {said['title']}"
        assert told == f"*{item.release.name if item.release else 'No release yet'}.* {said['description']}"
        for line, (start, code, end) in zip(lines, entries(said), strict=True):
            assert line.startswith(start)
            assert all(f"`{word}`" in line for word in code)
            assert line.endswith(end)


def test_everything_is_described() -> None:
    reference = ROOT / "docs" / "reference"
    changes = (reference / "changes.md").read_text(encoding="utf-8")
    assert all(f"## {verb}\n" in changes for verb in KINDS)
    diagnostics = (reference / "diagnostics.md").read_text(encoding="utf-8")
    assert all(f"`{code}`" in diagnostics for code in CODES)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"`microspec {name}" in readme for name in main.commands)


def test_every_key_is_described(generate: Any) -> None:
    """A key is described by a docstring under its field; a new document needs an entry in docs/generate.py, too."""
    found = [(model.__name__, key.name) for model in keys.documents() for key in keys.keys(model) if not key.text]
    assert found == []
    listed = {document for _, document in generate.DOCUMENTED.values()} | {*CHANGE_DOCUMENTS.values()}
    assert {*keys.documents()} - {KeywordsDocument} == listed


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_editors_are_given_the_descriptions(kind: str) -> None:
    schema: Any = keys.language_schema(kind)
    for key in keys.keys(DOCUMENTS[kind]):
        assert schema["properties"][key.name]["description"] == key.text


def test_editors_refuse_what_lint_refuses() -> None:
    """A key that is null, and a list that names nothing."""
    schema = jsonschema_rs.Draft202012Validator(dict(keys.language_schema("version")))
    head = {"microversion": "1.3", "title": "T", "description": "D.", "features": {"example": "E."}}

    def is_valid(change: dict[str, Any]) -> bool:
        return schema.is_valid({**head, "changes": [change]})

    alteration = {"alter-property": "Box.size", "required": {"from": False, "to": True}}
    assert is_valid(alteration)
    assert not is_valid({**alteration, "required": None})
    assert not is_valid({**alteration, "why": None})
    assert not is_valid({**alteration, "alter-property": []})
    assert is_valid({"alter-operation": "GET /boxes", "request": {"from": "Box", "to": None}})


EXAMPLES: dict[str, str] = yaml.safe_load((ROOT / "docs" / "examples.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("verb", KINDS)
def test_every_kind_has_an_example_that_passes_lint(verb: str, tmp_path: Path) -> None:
    """The examples are in docs/examples.yaml."""
    example, spec = EXAMPLES[verb], tmp_path / "spec"
    start_specification(spec, "notes")
    (spec / "versions" / "1.2.yaml").write_text(EXAMPLES["stage"])
    head = 'microversion: "1.3"\ntitle: T\ndescription: D.\nfeatures: {example: E.}\n'
    (spec / "versions" / "1.3.yaml").write_text(head + example)
    assert verb in {change.verb for change in read_tree(spec).history["1.3"].changes}
    assert format_text(example) == example


def format_text(text: str) -> str:
    """A part of a version file in the one style."""
    head = 'microversion: "1.3"\n'
    return formatted((head + text).encode(), "1.3.yaml", "1.3.yaml").removeprefix(head)


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page}: {target}"


def test_every_session_is_described() -> None:
    found = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8")).body
    sessions = [
        node.name
        for node in found
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(decorator).startswith("nox.session") for decorator in node.decorator_list)
    ]
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert {*sessions} > {*EVERY_DAY, *ON_REQUEST}
    (table,) = re.findall(r"^\| session \|.*?\n\n", page, re.MULTILINE | re.DOTALL)
    assert sorted(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == sorted(sessions)
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    asked = re.findall(r'^ *part .* session "?(\w+)', run, re.MULTILINE)
    assert sorted(asked) == sorted({*sessions} - {*EVERY_DAY, *ON_REQUEST})


EVERY_DAY = {"lint", "types", "tests", "build"}
"""The sessions that the second command of the README runs."""

ON_REQUEST = {"constraints", "docs", "benchmarks", "agreement"}
"""The sessions that write something, and change nothing that another session does not check."""


# ----------------------------------------------------------------------------------------- what is installed

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
REQUIRED = [
    Requirement(text)
    for listed in (
        PYPROJECT["project"]["dependencies"],
        PYPROJECT["build-system"]["requires"],
        *(listed for name, listed in PYPROJECT["dependency-groups"].items() if name != "benchmarks"),
    )
    for text in listed
]


def test_ci_installs_what_is_pinned() -> None:
    lines = (ROOT / "tests" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.lstrip().startswith("#")]
    assert all(str(pin.specifier).startswith("==") for pin in pins)
    pinned = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}
    for item in REQUIRED:
        assert pinned[canonicalize_name(item.name)] in item.specifier, item


def test_every_package_has_a_lowest_version() -> None:
    assert [str(item) for item in REQUIRED if not any(clause.operator == ">=" for clause in item.specifier)] == []

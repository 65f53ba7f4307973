"""The documentation: every example runs, every command, kind of change and diagnostic is described."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from microspec.authoring.diagnostics import CODES
from microspec.authoring.documents import VersionDocument
from microspec.cli import main
from microspec.model.changes import KINDS

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


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
    return [c for c in dict.fromkeys(found) if not any(word in c for word in placeholders)]


@pytest.mark.parametrize("command", [c for c in commands_in_pages() if not re.fullmatch(r"microspec [\w.]*\(?.*\)", c)])
def test_documented_commands_run(command: str) -> None:
    result = CliRunner().invoke(main, shlex.split(command)[1:], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def test_the_version_files_in_the_pages_are_of_the_form() -> None:
    found = [block for _, block in examples("yaml") if block.startswith("microversion:")]
    assert len(found) >= 2
    for block in found:
        VersionDocument.model_validate(yaml.safe_load(block))


def test_generated_pages_are_as_they_would_be_written() -> None:
    subprocess.run([sys.executable, ROOT / "docs" / "generate.py", "--check"], check=True)


def test_everything_is_described() -> None:
    reference = ROOT / "docs" / "reference"
    changes = (reference / "changes.md").read_text(encoding="utf-8")
    assert all(f"## {verb}\n" in changes for verb in KINDS if verb != "add-behavior")
    diagnostics = (reference / "diagnostics.md").read_text(encoding="utf-8")
    assert all(f"`{code}`" in diagnostics for code in CODES)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"`microspec {name}" in readme for name in main.commands)


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page}: {target}"

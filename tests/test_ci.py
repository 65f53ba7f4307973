"""What others put into their CI: the action, the hooks, and the examples of docs/ci.md, checked and really run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from microspec.authoring import suppressions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from microspec.history import History

ROOT = Path(__file__).parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
PAGE = (ROOT / "docs" / "ci.md").read_text()
BIN = Path(sys.executable).parent

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_", "PYTHON"))} | {
    "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}
"""The environment without what belongs to the run of the tests, so that what is installed is used."""


def run(*command: str | Path, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder."""
    environment = {**CLEAN, **more}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def git(*arguments: str | Path, folder: Path) -> str:
    """What a git command prints."""
    done = run("git", *arguments, folder=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def edit(file: Path, old: str, new: str) -> None:
    """Put a text in the place of another that stands there once."""
    assert file.read_text().count(old) == 1
    file.write_text(file.read_text().replace(old, new))


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with nothing but its last commit, as CI makes it. The library is in its folder ``spec``."""
    origin = tmp_path / "origin"
    shutil.copytree(ROOT / "tests" / "library", origin / "spec")
    git("init", "-q", "-b", "main", folder=origin)
    git("add", "-A", folder=origin)
    git("commit", "-qm", "The library", folder=origin)
    git("commit", "-qm", "Nothing", "--allow-empty", folder=origin)
    git("clone", "-q", "--depth=1", f"file://{origin}", "clone", folder=tmp_path)
    return tmp_path / "clone"


# --------------------------------------------------------------------------------- the forms of the files


def blocks() -> dict[str, str]:
    """The YAML of the page by the name of the file that it is for."""
    found = re.findall(r"^```yaml\n# (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(found) == PAGE.count("```yaml")
    return dict(found)


SCHEMAS = {
    ".github/workflows/api.yaml": "vendor.github-workflows",
    ".github/workflows/client.yaml": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
}


@pytest.mark.parametrize(("name", "schema"), SCHEMAS.items())
def test_the_examples_are_of_the_form_that_the_service_takes(name: str, schema: str, tmp_path: Path) -> None:
    (tmp_path / "example.yml").write_text(blocks()[name])
    done = run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, "example.yml", folder=tmp_path)
    assert done.returncode == 0, done.stdout


def test_the_action_is_of_the_form_that_github_takes() -> None:
    schema = "vendor.github-actions"
    done = run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, "action.yml", folder=ROOT)
    assert done.returncode == 0, done.stdout


def test_the_hooks_are_of_the_form_that_pre_commit_takes(tmp_path: Path) -> None:
    name = ".pre-commit-config.yaml"
    (tmp_path / name).write_text(blocks()[name])
    for command, file in (("validate-manifest", ROOT / ".pre-commit-hooks.yaml"), ("validate-config", tmp_path / name)):
        done = run(sys.executable, "-m", "pre_commit", command, file, folder=tmp_path)
        assert done.returncode == 0, done.stdout


def test_every_example_is_for_something_that_there_is() -> None:
    files = blocks()
    assert set(files) == {*SCHEMAS, ".pre-commit-config.yaml", "suppressions.yaml"}
    (repository,) = yaml.safe_load(files[".pre-commit-config.yaml"])["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == [hook["id"] for hook in HOOKS]
    for name in SCHEMAS:
        for job in yaml.safe_load(files[name]).get("jobs", {}).values():
            for step in (step for step in job["steps"] if "microspec" in step["uses"]):
                assert set(step["with"]) <= set(ACTION["inputs"])
    inputs = PAGE[PAGE.index("Its inputs are") :]
    assert all(f"`{name}`" in inputs for name in ACTION["inputs"])


def test_the_file_of_suppressions_is_read(tmp_path: Path) -> None:
    file = tmp_path / "suppressions.yaml"
    file.write_text(blocks()["suppressions.yaml"])
    assert [item.reason for item in suppressions.read(file)] == [
        "The server has always answered with numbers.",
        "There is always room.",
    ]


# --------------------------------------------------------------------------------------------- the page


def test_the_commands_of_the_page_run(clone: Path) -> None:
    first, second = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (expected,) = (
        text for text in re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL) if "Book" in text
    )
    assert run("bash", "-e", "-c", first, folder=clone).stdout == ""
    edit(clone / "spec" / "baseline" / "books.yaml", "id: {type: string}", "id: {type: integer}")
    done = run("bash", "-e", "-c", first, folder=clone)
    assert (done.returncode, done.stdout) == (1, expected)
    git("checkout", "-q", ".", folder=clone)
    version = 'microspec: "1.5"\n'.replace("microspec", "microversion") + "title: T\ndescription: D\nchanges: []\n"
    for folder, feature in ((clone.parent / "origin", "theirs"), (clone, "mine")):
        (folder / "spec" / "versions" / "1.5.yaml").write_text(f"{version}features: {{{feature}: F.}}\n")
    git("add", "-A", folder=clone.parent / "origin")
    git("commit", "-qm", "Take 1.5", folder=clone.parent / "origin")
    done = run("bash", "-e", "-c", second, folder=clone)
    assert done.stdout == "renamed spec/versions/1.5.yaml to spec/versions/1.6.yaml\n"
    git("merge", "-q", "origin/main", folder=clone)
    assert run("microspec", "lint", "--spec", "spec", folder=clone).stdout == ""


# -------------------------------------------------------------------------------------------- the hooks


SOURCES = ("src", "spec", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
"""What a package is built of."""


@pytest.mark.explore
def test_the_hooks_run(clone: Path, tmp_path: Path) -> None:
    """Set up as the page says, but for the place of the repository."""
    source = tmp_path / "microspec"
    source.mkdir()
    for path in [ROOT / name for name in SOURCES]:
        if path.is_dir():
            shutil.copytree(path, source / path.name, ignore=shutil.ignore_patterns(".compiled", "__pycache__"))
        else:
            shutil.copy(path, source)
    git("init", "-q", folder=source)
    git("add", "-A", folder=source)
    git("commit", "-qm", "microspec", folder=source)
    config = yaml.safe_load(blocks()[".pre-commit-config.yaml"])
    config["repos"][0] |= {"repo": str(source), "rev": git("rev-parse", "HEAD", folder=source)}
    (clone / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git("add", "-A", folder=clone)

    def hooks() -> tuple[dict[str, str], str]:
        command = (sys.executable, "-m", "pre_commit", "run", "--all-files")
        told = run(*command, folder=clone, PRE_COMMIT_HOME=str(tmp_path / "home")).stdout
        return dict(re.findall(r"^(microspec \w+)\.+(\w+)$", told, re.MULTILINE)), told

    good = {"microspec lint": "Passed", "microspec fmt": "Passed", "microspec check": "Passed"}
    found, told = hooks()
    assert found == {**good, "microspec fmt": "Failed"}, told
    assert "\nspec/versions/1.4.yaml\n" in told
    git("commit", "-qam", "Format the library", folder=clone)
    found, told = hooks()
    assert found == good, told
    edit(clone / "spec" / "baseline" / "books.yaml", "id: {type: string}", "id: {type: integer}")
    found, told = hooks()
    assert found == {**good, "microspec check": "Failed"}, told
    assert "\nspec/baseline/books.yaml:57:18: released-change schema Book" in told


# ------------------------------------------------------------------------------------------- the action


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for temporary files of a runner, in which the action has been installed."""
    folder = tmp_path_factory.mktemp("runner")
    done = act(0, folder, folder, {"python": sys.executable})
    assert done.returncode == 0, done.stderr
    return folder


def act(number: int, folder: Path, runner: Path, given: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a step of the action as GitHub does, with what is given for its inputs."""
    step = ACTION["runs"]["steps"][number]
    assert step["shell"] == "bash"
    values = {f"inputs.{name}": item["default"] for name, item in ACTION["inputs"].items()}
    values |= {f"inputs.{name}": value for name, value in given.items()}
    values |= {"github.action_path": str(ROOT), "runner.temp": str(runner)}
    environment = {
        name: re.sub(r"\$\{\{ (.*?) \}\}", lambda match: values[match[1]], text) for name, text in step["env"].items()
    }
    assert "${{" not in step["run"], "what is given must not become part of a script"
    (runner / "script").write_text(step["run"])
    command = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", runner / "script")
    return run(*command, folder=folder, **environment, GITHUB_STEP_SUMMARY=str(runner / "summary.md"))


def summary(runner: Path) -> str:
    """What the step has written into the summary of the job; it is empty for the next one."""
    file = runner / "summary.md"
    text = file.read_text() if file.exists() else ""
    file.unlink(missing_ok=True)
    return text


@pytest.mark.explore
def test_the_action_checks(clone: Path, runner: Path) -> None:
    base = git("rev-parse", "HEAD~1", folder=clone.parent / "origin")
    given = {"spec": "spec", "base": base}
    done = act(1, clone, runner, given)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert summary(runner) == "### microspec check\n\n    No released version changed meaning.\n"
    edit(clone / "spec" / "baseline" / "books.yaml", "id: {type: string}", "id: {type: integer}")
    done = act(1, clone, runner, {**given, "output": "found.txt"})
    assert done.returncode == 1
    start = "::error file=spec/baseline/books.yaml,line=57,col=18,title=released-change::schema Book changed meaning"
    assert done.stdout.startswith(start)
    assert (clone / "found.txt").read_text() == done.stdout
    told = summary(runner)
    heading, nothing, *lines = told.splitlines()
    assert (heading, nothing, lines[-1]) == ("### microspec check", "", "    1 violation")
    assert lines[0].startswith("    spec/baseline/books.yaml:57:18: released-change schema Book")
    assert all(line.startswith("    ") for line in lines)  # so that nothing in it means anything to Markdown


@pytest.mark.explore
def test_the_action_takes_folders_formats_and_suppressions(clone: Path, runner: Path) -> None:
    edit(clone / "spec" / "versions" / "1.4.yaml", "{from: 204, to: 202}", "{from: 204, to: 205}")
    (clone / "accepted.yaml").write_text(
        "suppressions:\n"
        "  success-status-altered DELETE /books/{book_id} status: {reason: It was wrong., expires: '9999-12-31'}\n"
    )
    given = {"spec": "spec", "base": str(ROOT / "tests" / "library"), "format": "text"}
    assert "versions/1.4.yaml:19:29" in act(1, clone, runner, given).stdout
    done = act(1, clone, runner, {**given, "suppressions": "accepted.yaml"})
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


@pytest.mark.explore
def test_the_action_fails_if_it_cannot_check(clone: Path, runner: Path) -> None:
    summary(runner)
    done = act(1, clone, runner, {"spec": "spec", "base": "nowhere"})
    assert done.returncode == 2
    assert "cannot compare with 'nowhere'" in done.stderr
    done = act(1, clone, runner, {"command": "$(touch owned)", "base": "HEAD"})
    assert done.returncode == 2
    assert done.stdout == "::error title=microspec::the command must be check or diff, not $(touch owned)\n"
    assert not (clone / "owned").exists()
    assert summary(runner) == ""


@pytest.mark.explore
def test_the_action_compares_versions(clone: Path, runner: Path) -> None:
    summary(runner)
    given = {"command": "diff", "spec": "spec", "old": "1.2", "new": "1.3", "policy": "wire"}
    done = act(1, clone, runner, given)
    assert done.returncode == 0, done.stderr
    assert "spec/versions/1.3.yaml" in done.stdout
    told = summary(runner)
    assert "GET /books/{book_id}/loans" in told
    assert "::" not in told
    done = act(1, clone, runner, {**given, "fail-on": "breaking", "format": "json", "output": "diff.json"})
    assert done.returncode == 1
    assert (clone / "diff.json").read_text() == done.stdout
    json.loads(done.stdout)


@pytest.mark.explore
def test_the_markdown_of_the_action_fits_into_a_comment(clone: Path, runner: Path, compute: History) -> None:
    summary(runner)
    given = {"command": "diff", "old": "2.1", "new": str(compute.max_version), "format": "markdown"}
    done = act(1, clone, runner, given)
    assert done.returncode == 0, done.stderr
    assert 60_000 < len(done.stdout) <= 65_000
    assert "**Left out to save space:** " in done.stdout
    assert summary(runner) == done.stdout


@pytest.mark.explore
@pytest.mark.parametrize("bad", ["x\n::add-mask::y", "x\r::add-mask::y", "\x1b[2J", "##[add-mask]y"], ids=ascii)
@pytest.mark.parametrize("name", sorted(ACTION["inputs"]))
def test_what_is_given_is_no_command_to_github(clone: Path, runner: Path, name: str, bad: str) -> None:
    summary(runner)
    for command in ("check", "diff"):
        given = {"command": command, "spec": "spec", "base": "HEAD", "old": "1.2", "new": "1.3", name: bad}
        done = act(0 if name == "python" else 1, clone, runner, given)
        assert done.returncode == 2
        assert done.stdout == f"::error title=microspec::the input {name} contains a control character or ##\n"
        assert done.stderr == ""
    assert summary(runner) == ""


@pytest.mark.explore
def test_what_is_given_is_no_option(clone: Path, runner: Path) -> None:
    given = {"command": "diff", "spec": "spec", "old": "1.2", "new": "1.3", "format": "text"}
    for name in ("--help", "-a"):
        done = act(1, clone, runner, {**given, "output": name})
        assert done.returncode == 0, done.stderr
        assert (clone / name).read_text() == done.stdout
    done = act(1, clone, runner, {**given, "old": "--help"})
    assert done.returncode == 2
    assert "'--help' is not a microversion" in done.stderr
    done = act(1, clone, runner, {"command": "check%0A::x", "base": "HEAD"})
    assert done.stdout == "::error title=microspec::the command must be check or diff, not check%250A::x\n"

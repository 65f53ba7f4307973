"""The sessions of the project: `nox` runs lint, types, tests and build; see CONTRIBUTING.md."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["lint", "types", "tests", "build"]
nox.options.error_on_external_run = True

PYPROJECT = nox.project.load_toml("pyproject.toml")


def group(name: str) -> tuple[str, ...]:
    """The packages of a dependency group."""
    return nox.project.dependency_groups(PYPROJECT, name)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and form of the code."""
    session.install(*group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly, over source, tests and this file."""
    session.install(".", *group("types"), *group("tests"))
    session.run("mypy")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests against the installed wheel, with the source out of the way, and show coverage."""
    session.install(".", *group("tests"))
    session.run("microspec", "lint")
    session.run("pytest", "--cov", "--cov-report=term", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Write the generated pages of the documentation anew."""
    session.install(".")
    session.run("python", "docs/generate.py", *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Measure, as ratios in one run; `nox -s benchmarks -- --write` puts the tables into docs/performance.md."""
    session.install(".")
    session.run("python", "benchmarks/folding.py", *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Build sdist and wheel; a wheel from the sdist must hold the same compiled specification as one from here."""
    session.install("build")
    here = Path(session.create_tmp()).resolve()
    for kind in ("sdist", "here", "again"):
        shutil.rmtree(here / kind, ignore_errors=True)
    session.run("python", "-m", "build", "--sdist", "--outdir", str(here / "sdist"), silent=True)
    session.run("python", "-m", "build", "--wheel", "--outdir", str(here / "here"), silent=True)
    (sdist,) = (here / "sdist").glob("*.tar.gz")
    session.run("python", "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", str(here / "again"), str(sdist))
    first, second = (_compiled(next((here / kind).glob("*.whl"))) for kind in ("here", "again"))
    if not first or first != second:
        session.error("the wheel from the sdist holds another compiled specification than the one from the checkout")


def _compiled(wheel: Path) -> dict[str, bytes]:
    """The files of the compiled specification in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if "/.compiled/" in name}

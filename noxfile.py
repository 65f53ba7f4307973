"""The sessions of the project: `nox` runs lint, types, tests and build; see CONTRIBUTING.md."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sys
import zipfile
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import nox

if TYPE_CHECKING:
    from collections.abc import Mapping

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["lint", "types", "tests", "build"]
nox.options.error_on_external_run = True

if len(sys.argv) == 1:
    print("lint, types, tests and build: about 6 minutes on two idle cores", file=sys.stderr, flush=True)

PYPROJECT = nox.project.load_toml("pyproject.toml")

PYTHONS = ("3.11", "3.12", "3.13")
"""The Pythons that microspec is for."""

PARALLEL = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
"""Two processes of pytest, which take file after file, so that what is made once for a file is made once."""

OWN = ("changes", "diff", "fuzz", "narrowing", "soundness", "threads")
"""The tests that `latest` and `lowest` leave out: they take long, and they are about what is our own, such as what
changes and diffs mean. All others touch another package in some place (PyYAML, pydantic, jsonschema-rs, click, rich,
packaging, or what the tests themselves use) or take next to no time, and a new file of tests is among them."""

UNPINNED = {"PIP_CONSTRAINT": None, "PIP_BUILD_CONSTRAINT": None, "UV_CONSTRAINT": None, "UV_BUILD_CONSTRAINT": None}
"""An environment without the constraints that `.ci/run` sets, for what takes other versions, or has pins of its own."""

NOVAS = ("34.0.0", "23.2.2")
"""The releases of Nova that the specification is compared with: one that knows all of it, and an older one."""


TEMPEST = "47.0.0"
"""The release of tempest that is asked for a second opinion on answers."""

CLIENTS = {"openstacksdk": "4.22.0", "python-novaclient": "18.13.1"}
"""The clients whose calls are audited."""

OPENAPI_PACKAGES = ("@redocly/cli@2.77.0", "@stoplight/prism-cli@5.16.0")
"""The tools from npm that read OpenAPI documents. Those from PyPI are in tests/openapi-tools.txt."""

JOBS = "set -m\ntrap 'for job in $(jobs -p); do kill -- -$job; done' EXIT\n"
"""How a script of a shell begins that starts servers: each is a job, as at a terminal, and none outlives the script."""

SARIF_PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
"""A package that holds the JSON Schema of SARIF 2.1.0."""


def group(name: str) -> tuple[str, ...]:
    """The packages of a dependency group."""
    return nox.project.dependency_groups(PYPROJECT, name)


def environment(session: nox.Session, folder: Path, pins: str) -> str:
    """Make an environment in a folder, of what a file of tests/ lists, and nothing else. Returns its interpreter."""
    session.run("python", "-m", "venv", str(folder))
    python = str(folder / "bin" / "python")
    listed = str(Path(__file__).parent / "tests" / pins)
    install = ("pip", "install", "-q", "--no-deps", "--only-binary", ":all:", "-r", listed)
    session.run(python, "-m", *install, external=True, env=UNPINNED)
    return python


def novas_in(session: nox.Session, work: Path) -> list[str]:
    """Install releases of Nova in a folder, and put their sources there. Returns ``RELEASE=PYTHON`` for each."""
    pythons = {name: environment(session, work / f"nova-{name}", f"conformance/nova-{name}.txt") for name in NOVAS}
    for release, python in pythons.items():
        source = ("pip", "download", "-q", "--no-deps", "--no-binary", "nova", "--no-build-isolation")
        target = ("--dest", str(work), f"nova=={release}")
        session.run(python, "-m", *source, *target, external=True, env=UNPINNED)
    return [f"{release}={python}" for release, python in pythons.items()]


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and form of the code."""
    session.install(*group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly, over source, tests and this file; and as a user's code sees the installed package."""
    session.install(".", *group("types"), *group("tests"))
    session.run("mypy")
    user = Path(session.create_tmp())  # where neither the source nor its settings are found
    shutil.copy(Path("tests", "as_a_user.py"), user)
    (user / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}\n', encoding="utf-8")
    session.chdir(user)
    session.run("mypy", "--strict", "--config-file=", "as_a_user.py")
    session.run("pyright", env={"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"})  # which are about newer versions of itself


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests against the installed wheel, with the source out of the way. Their coverage has a floor."""
    session.install(".", *group("tests"))
    session.run("microspec", "lint")
    session.run("microspec", "fmt", "--check", "spec")
    floor = ("--cov-fail-under=0",) if session.posargs else ()  # a part of the tests covers a part
    run_tests(session, "--cov", "--cov-report=term", *floor)


@nox.session(python=PYTHONS)
def pythons(session: nox.Session) -> None:
    """Run the tests on each Python, without coverage."""
    session.install(".", *group("tests"))
    run_tests(session)


@nox.session
def explore(session: nox.Session) -> None:
    """Run the slow tests, and try the laws on new examples. Takes some minutes."""
    session.install(".", *group("tests"))
    seed = f"--hypothesis-seed={random.randrange(2**32)}"
    if not any(given.startswith("--hypothesis-seed") for given in session.posargs):
        session.log(f"to repeat this: nox -s explore -- {seed}")
    run_tests(session, "-m", "explore or hypothesis", "--hypothesis-profile=explore", seed)


@nox.session
def models(session: nox.Session) -> None:
    """Check the written types of all versions with mypy and pyright, strictly. Takes some minutes."""
    session.install(".", *group("types"))
    folder = Path(session.create_tmp()).resolve()
    told = session.run("microspec", "versions", "--format", "json", silent=True)
    written: dict[frozenset[bytes], str] = {}
    for version in (item["version"] for item in json.loads(str(told))["versions"]):
        for name, options in {"models": (), "typed_dicts": ("--typed-dicts",)}.items():
            out = folder / f"{name}_{version.replace('.', '_')}"
            session.run("microspec", "models", version, "--out", str(out), *options, silent=True)
            files = frozenset(path.read_bytes() for path in out.glob("[!_]*.py"))
            if written.setdefault(files, out.name) != out.name:  # another version has the same
                shutil.rmtree(out)
    session.chdir(folder)
    (folder / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}\n', encoding="utf-8")
    names = sorted(written.values())
    for number in range(0, len(names), 20):  # all at once need more memory than some machines have
        session.run("mypy", "--strict", "--config-file=", *names[number : number + 20])
        session.run("pyright", *names[number : number + 20], env={"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"})


@nox.session
def fuzz(session: nox.Session) -> None:
    """Feed malformed input to everything that reads input, and write docs/reliability.md. Takes an hour.

    Goes on where it was stopped, as long as nothing in the library changes. `-- --short` takes two minutes, and
    writes nothing.
    """
    session.install(".", *group("tests"))
    page = Path(__file__).parent / "docs" / "reliability.md"
    state = session.cache_dir.resolve() / "fuzz"
    session.chdir("tests")
    session.run("python", "-m", "fuzz", "--state", str(state), "--write", str(page), *session.posargs)


@nox.session
def dask(session: nox.Session) -> None:
    """Run the recipe of docs/traffic.md for recordings that are too large for one machine, on a cluster of this one."""
    session.install(".", *group("dask"))
    session.run("python", "tests/recipe.py")


@nox.session
def openapi(session: nox.Session) -> None:
    """Check the OpenAPI documents of all versions with other tools, and run the commands of docs/openapi.md."""
    session.install(".")
    here, work = Path(__file__).parent, Path(session.create_tmp()).resolve()
    tools = work / "tools"
    session.run("python", "-m", "venv", str(tools))
    install = ("pip", "install", "-q", "-r", str(here / "tests" / "openapi-tools.txt"))
    session.run(str(tools / "bin" / "python"), "-m", *install, external=True, env=UNPINNED)
    if not shutil.which("npm"):
        session.install(*group("npm"))
    session.chdir(work)
    session.run("npm", "install", "--silent", "--no-audit", "--no-fund", "--no-save", *OPENAPI_PACKAGES, external=True)
    shutil.copy(here / "docs" / "redocly.yaml", work)
    session.run("python", str(here / "tests" / "openapi_writing.py"), "every")
    documents = sorted(str(path) for path in work.glob("every/*.json"))
    session.run(str(tools / "bin" / "python"), str(here / "tests" / "openapi_loading.py"), *documents, external=True)
    lint = ("npx", "@redocly/cli", "lint", "--config", "redocly.yaml", "--format", "summary")
    session.run(*lint, *documents, external=True)
    commands = re.findall(r"^```sh\n(.*?)^```$", (here / "docs" / "openapi.md").read_text(), re.MULTILINE | re.DOTALL)
    path = f"{tools / 'bin'}:{session.bin}:{os.environ['PATH']}"
    shutil.rmtree(work / "client", ignore_errors=True)
    session.run("bash", "-exo", "pipefail", "-c", "".join([JOBS, *commands]), external=True, env={"PATH": path})
    session.run("python", "-m", "compileall", "-q", "client")


@nox.session
def latest(session: nox.Session) -> None:
    """Run the tests that touch other packages with the newest version of everything."""
    session.install(".", *group("tests"), env=UNPINNED)
    run_tests(session, *(f"--ignore=tests/test_{name}.py" for name in OWN), env=UNPINNED)


@nox.session
def lowest(session: nox.Session) -> None:
    """Run the tests that touch other packages with the lowest versions that are declared."""
    session.install(*group("uv"))
    install = ("uv", "pip", "install", "--resolution", "lowest-direct")
    session.run(*install, *PYPROJECT["project"]["dependencies"], *group("tests"), env=UNPINNED)
    session.run("uv", "pip", "install", "--no-deps", "--no-build-isolation", ".", env=UNPINNED)
    # What the tests use may want more of a package than microspec does, which has its own lowest version put back.
    session.run(*install, "--no-deps", "--reinstall", *PYPROJECT["project"]["dependencies"], env=UNPINNED)
    session.run("uv", "pip", "list", env=UNPINNED)
    run_tests(session, *(f"--ignore=tests/test_{name}.py" for name in OWN), env=UNPINNED)


def run_tests(session: nox.Session, *options: str, env: Mapping[str, str | None] = MappingProxyType({})) -> None:
    """Run pytest with options, and with those that are given to the session."""
    session.run("pytest", *PARALLEL, *options, *session.posargs, env={**env, **sarif_schema(session)})


@nox.session
def constraints(session: nox.Session) -> None:
    """Rewrite tests/constraints.txt: the newest versions of what `.ci/run` installs."""
    session.install(*group("uv"))
    groups = [f"--group={name}" for name in PYPROJECT["dependency-groups"] if name != "benchmarks"]
    compile_ = ("uv", "pip", "compile", "pyproject.toml", *groups, "--universal", "--python-version", PYTHONS[0])
    told = ("--upgrade", "--quiet", "--custom-compile-command", "nox -s constraints")
    session.run(*compile_, *told, "--output-file", "tests/constraints.txt", env=UNPINNED)


def sarif_schema(session: nox.Session) -> dict[str, str]:
    """Where the JSON Schema of SARIF is, for the tests: npm has it, PyPI has not. Nothing if it cannot be had."""
    folder = session.cache_dir.resolve() / "sarif"
    schema = folder / "package" / "lib" / "schemas" / "sarif-2.1.0-rtm.5.json"
    if not schema.exists():
        if not shutil.which("npm"):
            session.install(*group("npm"))
        folder.mkdir(parents=True, exist_ok=True)
        pack = ("npm", "pack", "--silent", "--pack-destination", str(folder), SARIF_PACKAGE)
        session.run(*pack, external=True, silent=True, success_codes=range(256))
        for archive in folder.glob("*.tgz"):
            shutil.unpack_archive(archive, folder, filter="data")
    return {"SARIF_SCHEMA": str(schema)} if schema.exists() else {}


@nox.session
def docs(session: nox.Session) -> None:
    """Rewrite the generated pages of the documentation."""
    session.install(".")
    session.run("python", "docs/generate.py", *session.posargs)


@nox.session
def conformance(session: nox.Session) -> None:
    """Compare the specification with Nova and tempest, and write docs/conformance.md. Takes some minutes."""
    session.install(".")
    here, work = Path(__file__).parent, Path(session.create_tmp()).resolve()
    novas = novas_in(session, work)
    tempest = environment(session, work / "tempest", f"conformance/tempest-{TEMPEST}.txt")
    session.chdir(here / "tests")
    page = ("--write", str(here / "docs" / "conformance.md"))
    peers = (*novas, "--tempest", f"{TEMPEST}={tempest}", "--work", str(work))
    session.run("python", "-m", "conformance", *peers, *page)


@nox.session
def agreement(session: nox.Session) -> None:
    """Put what conformance asks to OpenAPI documents and models, and write docs/agreement.md. Takes some minutes."""
    session.install(".", *group("tests"))
    here, work = Path(__file__).parent, Path(session.create_tmp()).resolve()
    novas = novas_in(session, work)
    session.chdir(here / "tests")
    page = ("--write", str(here / "docs" / "agreement.md"))
    session.run("python", "-m", "conformance.agreement", *novas, "--work", str(work), *page)


@nox.session
def nova(session: nox.Session) -> None:
    """Run Nova's unit tests with our decorators, and write docs/nova.md; `-- --part` runs some, and writes nothing."""
    here, work = Path(__file__).parent, Path(session.create_tmp()).resolve()
    python = environment(session, work / "nova", f"in_nova/nova-{NOVAS[0]}.txt")
    session.run(python, "-m", "pip", "install", "-q", "--no-deps", str(here), external=True)
    session.chdir(here / "tests")
    write = ("--write", str(here / "docs" / "nova.md"))
    session.run(python, "-m", "in_nova", *write, *session.posargs, external=True)


@nox.session
def audit(session: nox.Session) -> None:
    """Audit what other clients send, confirm it by Nova's decorators, and write docs/audit.md. Takes some minutes."""
    session.install(".")
    here, work = Path(__file__).parent, Path(session.create_tmp()).resolve()
    pinned = {name: f"peers/{name}-{release}.txt" for name, release in CLIENTS.items()}
    given = []
    for name, pins in {**pinned, "nova": f"conformance/nova-{NOVAS[0]}.txt"}.items():
        python = environment(session, work / name, pins)
        given += [f"--{name}", f"{CLIENTS.get(name, NOVAS[0])}={python}"]
    session.chdir(here / "tests")
    session.run("python", "-m", "peers", *given, "--work", str(work), "--write", str(here / "docs" / "audit.md"))


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Measure, as ratios in one run, and write docs/performance.md. Takes some minutes, less with `-- --quick`."""
    session.install(".", *group("benchmarks"))
    others = session.cache_dir.resolve() / "others"  # kept for the next time
    python = str(others / "bin" / "python")
    session.run("python", "-m", "venv", str(others))
    packages = (f"nova=={NOVAS[0]}", "openstacksdk", "python-novaclient")
    session.run(python, "-m", "pip", "install", "-q", *packages, external=True)
    session.run("python", "-m", "benchmarks", "--others", python, *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Build sdist and wheel; a wheel from the sdist must hold the same compiled specification as one from here."""
    session.install(*group("build"))
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

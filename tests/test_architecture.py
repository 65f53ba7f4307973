"""The house: imports only go down, no modules go round in circles, and one module each knows a library."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import microspec

PACKAGE = Path(microspec.__file__).parent

ROOMS = [
    "__main__",
    "cli",
    "render",
    "__init__",
    "asgi",
    "wsgi",
    "server",
    "headers",
    "discovery",
    "openapi",
    "models",
    "decorators",
    "loading",
    "export",
    "authoring",
    "artifact",
    "history",
    "questions",
    "diff",
    "model",
    "http",
    "schema",
    "values",
]
"""The rooms, and the modules that stand alone, from the roof down. Imports go to a lower one, or stay inside."""

KNOWN_BY = {
    "yaml": {"authoring.yaml"},
    "pydantic": {"authoring.documents", "authoring.files", "authoring.keys", "export.models.runtime", "models"},
    "pydantic_core": {"authoring.documents", "authoring.files", "export.models.refusals", "export.models.runtime"},
    "click": {"cli"},
    "rich": {"render.terminal"},
    "packaging": {"values.version"},
    "platformdirs": {"authoring.cache"},
    "jsonschema_rs": {"schema.patterns", "schema.validator"},
}
"""The modules (or the room) that know a library."""


def modules(package: Path) -> dict[str, ast.Module]:
    """The modules of the package by name, parsed with their stubs; a room is the module of its ``__init__``."""
    found: dict[str, ast.Module] = {}
    for path in sorted([*package.rglob("*.py"), *package.rglob("*.pyi")]):
        parts = path.relative_to(package).with_suffix("").parts
        name = ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)
        found.setdefault(name, ast.Module([], [])).body += ast.parse(path.read_text(encoding="utf-8")).body
    return found


def imports(package: Path) -> dict[str, set[str]]:
    """What each module imports of the others: at the top, inside functions and for typing alike."""
    known = modules(package)
    return {name: set(_own(name, tree, known, package)) for name, tree in known.items()}


def _own(module: str, tree: ast.Module, known: dict[str, ast.Module], package: Path) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            parts = [] if module == "__init__" else module.split(".")
            is_package = module == "__init__" or (package / Path(*parts)).is_dir()
            base = parts[: len(parts) - node.level + is_package] + (node.module.split(".") if node.module else [])
            for alias in node.names:
                whole = ".".join([*base, alias.name])
                found.append(whole if whole in known else ".".join(base) or "__init__")
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [str(node.module)]
            found += [name.removeprefix("microspec.") for name in names if name.startswith("microspec.")]
    return found


def floor(module: str) -> int:
    """The number of the floor that a module is on, from the roof."""
    return ROOMS.index(module.partition(".")[0])


def going_up(package: Path) -> list[str]:
    """The imports that do not go down."""
    return [
        f"{module} imports {target}"
        for module, targets in imports(package).items()
        for target in sorted(targets)
        if module.partition(".")[0] != target.partition(".")[0] and floor(target) <= floor(module)
    ]


def test_imports_only_go_down() -> None:
    assert going_up(PACKAGE) == []


def test_no_modules_go_round_in_circles() -> None:
    graph = {module: targets - {module} for module, targets in imports(PACKAGE).items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


@pytest.mark.parametrize(
    "code",
    [
        "from ..history import History",
        "def f():\n    from ..diff import diff",
        "if TYPE_CHECKING:\n    from ..model.api import Api",
        "import microspec.cli.group",
        "from .. import load",
    ],
    ids=["at the top", "late", "for typing", "absolute", "of the root"],
)
def test_an_import_up_is_noticed(code: str, tmp_path: Path) -> None:
    package = Path(shutil.copytree(PACKAGE, tmp_path / "microspec", ignore=shutil.ignore_patterns("services")))
    module = package / "schema" / "walk.py"
    module.write_text(f"{module.read_text(encoding='utf-8')}\n{code}\n", encoding="utf-8")
    (found,) = going_up(package)
    assert found.startswith("schema.walk imports ")


def test_each_room_says_what_it_is_for() -> None:
    known = modules(PACKAGE)
    for room in ROOMS:
        sentence = ast.get_docstring(known[room])
        assert sentence is not None
        assert sentence.partition("\n")[0].endswith((".", "since")), room
    assert {module.partition(".")[0] for module in known} == set(ROOMS)


def test_the_map_of_the_house_is_right() -> None:
    """Each room is on the map in CONTRIBUTING, in order, and each file that it names is there."""
    page = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    page = page.partition("## The map of the house")[2]
    rooms, questions = (part.split("\n\n")[0] for part in page.split("|---|---|\n")[1:3])
    named = [name for row in rooms.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert named == [room for room in ROOMS if not room.startswith("__")]
    files = re.findall(r"`([\w/]+\.py)`", questions)
    assert len(files) >= 6
    assert all((PACKAGE / name).is_file() or list(PACKAGE.glob(f"*/{name}")) for name in files)


def test_one_module_knows_each_library() -> None:
    knowing: dict[str, set[str]] = {library: set() for library in KNOWN_BY}
    for module, tree in modules(PACKAGE).items():
        for node in ast.walk(tree):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [str(node.module)]
            for top in {name.partition(".")[0] for name in names} & knowing.keys():
                room = module.partition(".")[0]
                knowing[top].add(room if room in KNOWN_BY[top] else module)
    assert knowing == KNOWN_BY


def test_importing_the_package_imports_little() -> None:
    heavy = ["pydantic", "yaml", "packaging", "click", "rich", "dataclasses", "json", "re", "typing", "enum", "pathlib"]
    assert printed(f"import sys; import microspec; print([name for name in {heavy} if name in sys.modules])") == "[]"


def test_modules_are_attributes_of_the_package() -> None:
    code = "import microspec as m; print(m.discovery.__name__, m.headers.__name__, m.openapi.__name__)"
    assert printed(code) == "microspec.discovery microspec.headers microspec.openapi"


def printed(code: str) -> str:
    """What code prints in an interpreter of its own, without site-packages."""
    code = f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); {code}"
    command = [sys.executable, "-I", "-S", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

"""The layers: imports only go down, and one module each knows YAML, pydantic, click and rich."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import microspec

PACKAGE = Path(microspec.__file__).parent

LAYERS = [
    ["__main__"],
    ["cli"],
    ["__init__"],
    ["bundle"],
    ["render"],
    ["check", "revisions", "renumbering"],
    ["suppressions"],
    ["loader"],
    ["compiled"],
    ["folded", "codec"],
    ["meaning", "rules", "tables", "uses"],
    ["audit", "requirements"],
    ["explanation"],
    ["diff", "inventory", "negotiation", "traffic", "validation"],
    ["comparison", "deltas"],
    ["pairing"],
    ["history"],
    ["request"],
    ["element", "facts"],
    ["changes", "forms"],
    ["model", "microversion"],
    ["standard", "wording"],
    ["schemas", "routing"],
    ["discovery", "formats", "headers", "intervals"],
    ["version"],
    ["errors"],
    ["frozen", "vocabulary", "printable"],
]
"""From the top down. A module may import, at run time, only from layers below its own (and its own package)."""

KNOWN_BY = {
    "yaml": {"loader.yaml"},
    "pydantic": {"loader.documents", "loader.files"},
    "pydantic_core": {"loader.documents"},
    "click": {"cli"},
    "rich": {"render.text", "cli.diffing", "cli.options"},
    "packaging": {"version"},
    "jsonschema_rs": {"validation"},
}


def modules() -> dict[str, ast.Module]:
    """The modules of the package by name, parsed."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imports(module: str, tree: ast.Module) -> set[str]:
    """What a module imports when it runs, within functions too: absolute names, or ``.name`` for our own."""
    found: set[str] = set()
    is_package = (PACKAGE / module.replace(".", "/")).is_dir()
    for node in _executed(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if not node.level:
                found.add(str(node.module))
                continue
            parts = [] if module == "__init__" else module.split(".")
            base = parts[: len(parts) - node.level + (1 if is_package or module == "__init__" else 0)]
            names = [node.module] if node.module else [alias.name for alias in node.names]
            known = [name for name in names if name]
            found |= {"." + ".".join([*base, name]) for name in known}
    return found


def _executed(tree: ast.AST) -> list[ast.AST]:
    """All nodes but those under ``if TYPE_CHECKING``."""
    found: list[ast.AST] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            found += [item for branch in node.orelse for item in [branch, *_executed(branch)]]
            continue
        found += [node, *_executed(node)]
    return found


def layer(module: str) -> int:
    """The number of the layer of a module, from the top."""
    top = module.partition(".")[0]
    (number,) = [number for number, names in enumerate(LAYERS) if top in names]
    return number


LAZY = {
    ("diff", "rules"): "Diff.judged and Diff.breaking are the doors to the judgements",
    ("history", "diff"): "History.diff is the door to a layer above, which is imported when it is opened",
    ("history", "negotiation"): "History.negotiation is another such door",
    ("history", "explanation"): "History.explain likewise",
    ("model", "validation"): "Operation.validate_request and its siblings are the doors to validation",
    ("microversion", "changes"): "the behaviors of a microversion are told by its changes",
    ("headers", "bundle"): "where no range of a server is given, that of the bundled specification is meant",
    ("__init__", "bundle"): "load() is the way in",
}
"""Imports up that happen inside of a function, each with its reason."""


def test_imports_only_go_down() -> None:
    wrong = []
    for module, tree in modules().items():
        for name in imports(module, tree):
            if not name.startswith("."):
                continue
            target = name[1:] or "__init__"
            top = target.partition(".")[0]
            if not ((PACKAGE / top).exists() or (PACKAGE / f"{top}.py").exists()):
                target = "__init__"  # a name of the package itself
            same = module.partition(".")[0] == target.partition(".")[0]
            if not same and layer(target) <= layer(module) and (module, target) not in LAZY:
                wrong.append(f"{module} imports {target}")
    assert wrong == []


def test_one_module_knows_each_library() -> None:
    knowing: dict[str, set[str]] = {library: set() for library in KNOWN_BY}
    for module, tree in modules().items():
        for name in imports(module, tree):
            top = name.partition(".")[0]
            if top in knowing:
                package = module.partition(".")[0]
                knowing[top].add(package if package in KNOWN_BY[top] else module)
    assert knowing == KNOWN_BY


def test_importing_the_package_imports_little() -> None:
    heavy = ["pydantic", "yaml", "packaging", "click", "rich", "dataclasses", "json", "re", "typing", "enum", "pathlib"]
    code = f"import sys; import microspec; print([name for name in {heavy} if name in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _with_path(code)], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def _with_path(code: str) -> str:
    return f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); {code}"


def test_modules_are_attributes_of_the_package() -> None:
    code = f"import microspec; print([getattr(microspec, name).__name__ for name in {list(microspec._MODULES)}])"
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _with_path(code)], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == str([f"microspec.{name}" for name in microspec._MODULES])

"""What is public: the lists of names agree, signatures name nothing else, and the page tells all of them."""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import as_a_user
import microspec
from microspec import MicrospecError, decorators, discovery, headers, models, openapi
from microspec.model.changes import KINDS
from reachable import answers, instances

if TYPE_CHECKING:
    from microspec import History

PAGE = Path(__file__).parents[1] / "docs" / "compatibility.md"
MODULES = {"decorators": decorators, "discovery": discovery, "headers": headers, "models": models, "openapi": openapi}
CLASSES = [found for name in microspec.__all__ if isinstance(found := getattr(microspec, name), type)]
for _module in (decorators, discovery):
    CLASSES += [found for name in _module.__all__ if isinstance(found := getattr(_module, name), type)]


def section(title: str) -> str:
    """A section of the page."""
    (found,) = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return str(found)


def names_told(title: str) -> list[str]:
    """The names in the first column of the tables of a section."""
    cells = [line.split("|")[1] for line in section(title).splitlines() if line.startswith("| `")]
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def made_by_users() -> set[str]:
    """The classes that the page says can be made by a user."""
    (sentence,) = re.findall(r"You can construct only these: (.*?`)\.\s", section("Names"), re.DOTALL)
    return set(re.findall(r"`(?:decorators\.|discovery\.)?(\w+)`", sentence))


# --------------------------------------------------------------------------------------------------- three lists


def where() -> dict[str, str]:
    """The module of each name, as the package looks it up."""
    lines = (line.partition(": ") for line in vars(microspec)["_WHERE"].split("\n")[1:-1])
    return {name: module for module, _, names in lines for name in names.split()}


def test_the_lists_of_names_agree() -> None:
    stub = parsed("microspec").body
    imports = [node for node in stub if isinstance(node, ast.ImportFrom) and node.level]
    imported = {alias.name: node.module or "" for node in imports for alias in node.names}
    assert imported == {**where(), **dict.fromkeys(MODULES, "")}
    (exported,) = [ast.literal_eval(node.value) for node in stub if isinstance(node, ast.Assign)]
    assert exported == microspec.__all__ == sorted({*imported, "load"})
    assert len(re.findall(r"\w+(?= |\n)", vars(microspec)["_WHERE"])) == len(where()), "a name stands twice"


@pytest.mark.parametrize("name", microspec.__all__)
def test_a_name_is_that_of_its_module(name: str) -> None:
    found = getattr(microspec, name)
    if name in MODULES:
        assert found is importlib.import_module(f"microspec.{name}")
    elif name != "load":
        assert found is getattr(importlib.import_module(f"microspec.{where()[name]}"), name)
    if isinstance(found, type) and name != "Schema":  # which is a frozendict, by another name
        assert (found.__module__, found.__name__) == (f"microspec.{where()[name]}", name)


def test_there_is_no_other_name() -> None:
    assert dir(microspec) == sorted(microspec.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'Timeline'"):
        microspec.Timeline  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(ImportError):
        from microspec import Timeline  # type: ignore[attr-defined]  # noqa: F401


def test_every_kind_of_change_has_a_name() -> None:
    assert {kind.__name__ for kind in KINDS.values()} <= set(microspec.__all__)


# ---------------------------------------------------------------------------------------------------- signatures


@cache
def parsed(module: str) -> ast.Module:
    """A module of ours; of one that has a stub, the stub."""
    source = Path(str(inspect.getsourcefile(importlib.import_module(module))))
    stub = source.with_suffix(".pyi")
    return ast.parse((stub if stub.exists() else source).read_text(encoding="utf-8"))


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements, with those that stand under conditions."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If):
            yield from statements([*statement.body, *statement.orelse])


@cache
def bindings(module: str) -> dict[str, list[tuple[str, str, ast.AST]]]:
    """What the names in a module are bound to: the module, and the name there, that they come from."""
    found: dict[str, list[tuple[str, str, ast.AST]]] = {}
    is_package = hasattr(importlib.import_module(module), "__path__")
    for node in statements(parsed(module).body):
        if isinstance(node, ast.ImportFrom):
            parts = module.split(".")
            base = parts[: len(parts) - node.level + is_package] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                found.setdefault(alias.asname or alias.name, []).append((origin, alias.name, node))
        elif isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            found.setdefault(node.name, []).append((module, node.name, node))
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append((module, target.id, node))
    return found


def origins(module: str, name: str) -> Iterator[tuple[str, str, ast.AST | None]]:
    """Where a name in a module is defined, in the end."""
    for origin, of_origin, node in bindings(module).get(name, ()):
        if origin != module and origin.split(".")[0] == "microspec" and of_origin in bindings(origin):
            yield from origins(origin, of_origin)
        else:
            yield origin, of_origin, node
    if name not in bindings(module) and hasattr(builtins, name):
        yield "builtins", name, None


OF_MODULES = [(f"microspec.{module}", name) for module in MODULES for name in MODULES[module].__all__]
PUBLIC = {
    *((f"microspec.{module}", name) for name, module in where().items()),
    *(origin[:2] for module, name in OF_MODULES for origin in origins(module, name)),
}
"""Where what is public is defined."""


def is_public(module: str, name: str) -> bool:
    """Whether a user can name what a name in an annotation stands for."""
    return any(
        (origin, of_origin) in PUBLIC
        or origin.partition(".")[0] in {*sys.stdlib_module_names, "pydantic"}
        or (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _is_type_variable(node.value))
        for origin, of_origin, node in origins(module, name)
    )


def _is_type_variable(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in ("TypeVar", "ParamSpec")


def names_in(annotation: ast.AST) -> Iterator[str]:
    """The names in an annotation, those in quotes too; what is in a Literal are no names."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        yield from names_in(ast.parse(annotation.value, mode="eval").body)
    elif isinstance(annotation, ast.Name):
        yield annotation.id
    elif isinstance(annotation, ast.Attribute):
        raise AssertionError(f"{ast.unparse(annotation)} is not understood here")
    elif isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Literal":
        yield "Literal"
    else:
        for node in ast.iter_child_nodes(annotation):
            yield from names_in(node)


class Signature(NamedTuple):
    """Something that has types: a method, an attribute or a function, in the module that it is written in."""

    module: str
    owner: str
    name: str
    annotations: tuple[ast.AST | None, ...]
    docstring: str = ""

    @property
    def hidden(self) -> list[str]:
        """The names in it that a user cannot import."""
        found = [name for annotation in self.annotations if annotation for name in names_in(annotation)]
        return [name for name in found if not is_public(self.module, name)]


def of_function(module: str, owner: str, node: ast.FunctionDef) -> Signature:
    """The signature of a function. What is not annotated is None; the first parameter of a method is left out."""
    arguments = [*node.args.posonlyargs, *node.args.args]
    is_static = any(ast.unparse(item) == "staticmethod" for item in node.decorator_list)
    arguments = arguments[1 if owner and not is_static else 0 :]
    arguments += [*node.args.kwonlyargs, *filter(None, (node.args.vararg, node.args.kwarg))]
    annotations = (*(argument.annotation for argument in arguments), node.returns)
    return Signature(module, owner, node.name, annotations, ast.get_docstring(node) or "")


def of_class(kind: type) -> Iterator[Signature]:
    """The signatures of the public methods and attributes of a class, and of the special ones; also of its bases."""
    for base in kind.__mro__:
        if base.__module__.partition(".")[0] != "microspec":
            continue
        (definition,) = (
            node
            for node in statements(parsed(base.__module__).body)
            if isinstance(node, ast.ClassDef) and node.name == base.__name__
        )
        for node in statements(definition.body):
            if isinstance(node, ast.FunctionDef) and _is_met(node.name, kind):
                yield of_function(base.__module__, kind.__name__, node)
            elif isinstance(node, ast.AnnAssign):
                name = ast.unparse(node.target)
                if not name.startswith("_"):
                    yield Signature(base.__module__, kind.__name__, name, (node.annotation,))


def _is_met(name: str, kind: type) -> bool:
    """Whether a user meets a method by this name: errors and what the page says are also made by users."""
    return kind.__name__ in made_by_users() if name == "__init__" else not name.startswith("_") or name.endswith("__")


def signatures() -> list[Signature]:
    """All that is public and has types."""
    found = [signature for kind in CLASSES for signature in of_class(kind)]
    for module, name in [("microspec", "load"), *OF_MODULES]:
        for origin, _, node in origins(module, name):
            if isinstance(node, ast.FunctionDef):
                found.append(of_function(origin, "", node))
    return found


SIGNATURES = signatures()


def test_signatures_are_found() -> None:
    found = {(signature.owner, signature.name) for signature in SIGNATURES}
    some = {
        ("History", "at"),
        ("Event", "change"),
        ("VersionSet", "__and__"),
        ("Limit", "kind"),
        ("Policy", "__init__"),
    }
    assert some | {("", "load"), ("", "requested"), ("", "nova"), ("Document", "form")} <= found
    assert ("History", "__init__") not in found
    assert len(found) > 400


def test_signatures_name_only_what_is_public() -> None:
    hidden = {f"{item.owner}.{item.name}": item.hidden for item in SIGNATURES if item.hidden}
    assert hidden == {}


def test_everything_that_is_public_is_annotated() -> None:
    missing = [f"{item.owner}.{item.name}" for item in SIGNATURES if None in item.annotations]
    assert missing == []


@pytest.mark.parametrize("name", ["Timelines", "Lazy", "Part"])
def test_a_hidden_name_in_a_signature_is_noticed(name: str) -> None:
    of_history = Signature(
        "microspec.history", "History", "at", (ast.parse(f"tuple[{name}, ...] | None", mode="eval").body,)
    )
    assert of_history.hidden == [name]


def test_only_public_errors_are_told_to_be_raised() -> None:
    hidden = set(errors()) - set(microspec.__all__)
    assert {"BaseError", "Unreadable"} <= hidden
    told = {(item.owner, item.name): set(re.findall(r"\w+", item.docstring)) & hidden for item in SIGNATURES}
    assert {key: names for key, names in told.items() if names} == {}


def errors() -> Iterator[str]:
    """The names of all classes of errors in the package."""
    for path in Path(microspec.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and any(
                re.search(r"Error|Exception|Mistakes", ast.unparse(b)) for b in node.bases
            ):
                yield node.name


def test_what_is_answered_has_a_public_class(compute: History) -> None:
    found = instances(*answers(compute))
    public = set(CLASSES)
    assert len(found) > 40
    hidden = [kind for kind in found if not public & set(kind.__mro__) and not issubclass(kind, Mapping)]
    assert hidden == [type(microspec.ABSENT)]


# ------------------------------------------------------------------------------------------------ the user's code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a specification that has mistakes, and a compiled one that is damaged."""
    for path, content in {"mistakes/service.yaml": "service: []\n", "damaged/index": "nothing of the kind\n"}.items():
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(content)
    return tmp_path


def test_the_code_of_a_user_runs_and_meets_every_error(folder: Path) -> None:
    raised = as_a_user.use(folder)
    known = {kind for kind in CLASSES if issubclass(kind, MicrospecError)} - {MicrospecError}
    assert set(raised) == known
    assert len(raised) == len(known)


def used() -> dict[str, set[str]]:
    """The names that the user's code uses: of modules and variables, and of attributes and keywords."""
    tree = ast.parse(Path(as_a_user.__file__).read_text(encoding="utf-8"))
    names, attributes = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            attributes.add(node.attr)
    return {"names": names, "attributes": attributes}


def test_the_code_of_a_user_uses_all_that_is_public() -> None:
    assert set(microspec.__all__) - used()["names"] == set()
    assert {name for module in MODULES.values() for name in module.__all__} - used()["attributes"] == set()
    members = {item.name for item in SIGNATURES if item.owner and not item.name.startswith("_")}
    assert members - used()["attributes"] == set()


def test_the_code_of_a_user_imports_only_what_is_public() -> None:
    tree = ast.parse(Path(as_a_user.__file__).read_text(encoding="utf-8"))
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules = [
        str(node.module) for node in imported if str(node.module).partition(".")[0] not in sys.stdlib_module_names
    ]
    assert modules == ["microspec", "microspec.server"]


# -------------------------------------------------------------------------------------------------------- the page


def test_the_page_tells_every_name_once() -> None:
    told = names_told("Names")
    assert sorted(told) == sorted(microspec.__all__)
    for name in told:
        assert getattr(microspec, name) is not None


def test_the_page_tells_every_name_of_the_modules() -> None:
    expected = [f"{module}.{name}" for module in MODULES for name in MODULES[module].__all__]
    assert sorted(names_told("Modules")) == sorted(expected)


def test_what_the_page_says_can_be_made_can_be_made() -> None:
    made: dict[str, Any] = {
        "Version": microspec.Version("2.1"),
        "VersionRange": microspec.VersionRange("2.1", None),
        "VersionSet": microspec.VersionSet("2.1-"),
        "frozendict": microspec.frozendict(),
        "Policy": microspec.Policy(),
        "Call": microspec.Call(method="GET", path="/servers"),
        "Place": microspec.Place(file="calls", number=1),
        "Decorators": decorators.Decorators(),
        "Document": discovery.Document(form="versions", endpoints=()),
        "Endpoint": discovery.Endpoint(id="v2.1"),
        "Link": discovery.Link(href="/"),
        "MediaType": discovery.MediaType(base="application/json", type="text"),
    }
    assert made.keys() == made_by_users()

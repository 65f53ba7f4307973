"""Folders of YAML: the small library and the bundled API, with files changed as text and as values."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from microspec import SpecificationError
from microspec.authoring.build import write_artifact
from microspec.authoring.tree import load_tree
from microspec.export.tables import tables
from microspec.loading import bundled_path

from .. import mutate
from .base import Surface, Wrong

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from microspec import History

LIBRARY = Path(__file__).parents[2] / "library"

LARGE = 0.005
"""The share of inputs that are the bundled tree, which takes a hundred times as long to load."""

HUGE = 0.002
"""The share of inputs that have very many of one thing, which takes more than a change to have."""

COMPILED = 0.1
"""The share of the inputs that are compiled as well."""

SCHEMAS: tuple[Any, ...] = (
    *({"$ref": "Title"}, {"$ref": "Book"}, {"$ref": "Genre"}, {"$ref": "Nothing"}, {"type": []}, {"type": "null"}),
    *({"type": ["string", "string"]}, {"anyOf": []}, {"anyOf": [{"$ref": "Title"}, {"$ref": "Title"}]}, {"if": None}),
    *({"allOf": [{"$ref": "Book"}]}, {"oneOf": [{"type": "string"}, {}]}, {"pattern": "(?=a)b"}, {"pattern": "a\\Z"}),
    *(
        {"pattern": "(a)\\1"},
        {"pattern": "[" * 20},
        {"format": "decimal"},
        {"format": "uuid"},
        {"enum": []},
        {"const": None},
    ),
    *({"not": {}}, {"minimum": 2**63}, {"multipleOf": 1}, {"prefixItems": []}, {"properties": {"": True}}, True, False),
)
WORDS = (
    *("operations", "schemas", "responses", "query", "request", "errors", "status", "when", "headers", "parameters"),
    *("add-property", "alter-property", "remove-schema", "add-schema", "remove-operation", "alter-operation", "why"),
    *("from", "to", "type", "$ref", "enum", "allOf", "anyOf", "oneOf", "not", "properties", "required", "items"),
    *("Title", "Genre", "Book", "Book.id", "Author.tag", "LoanListing.loans.*.day", "GET /books", "POST /books"),
    *("object", "string", "1.2", "1.9", "since-release", "until-release", "changes", "behaviors", "acorn", "birch"),
    *("about", "Genre=poem", "Book.genre=novel", "GET /books?limit", "GET /books?limit=1", "Paging"),
    *SCHEMAS,
)
YAML_WORDS = (
    "  ",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "&a",
    "*a",
    "!!str ",
    "---\n",
    "~",
    "yes",
    "|",
    ">",
    "? ",
    "1.2",
    "#",
)


class Loader(Surface):
    """Folders, put to the loader; of those that it takes, every operation of every version is asked for."""

    name = "loader"
    title = "folders of YAML"
    weight = 20

    def prepare(self) -> None:
        """The files of both trees, as texts and as values."""
        self.trees = {"library": LIBRARY, "compute": Path(bundled_path("compute"))}
        self.texts = {name: _texts(folder) for name, folder in self.trees.items()}
        self.values = {
            (tree, name): _with_text_keys(yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
            for tree, texts in self.texts.items()
            for name, text in texts.items()
        }

    def begin(self, folder: Path) -> None:
        """Copies of both trees."""
        self.folder = folder
        for tree, texts in self.texts.items():
            for name, text in texts.items():
                (folder / tree / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / tree / name).write_text(text, encoding="utf-8")

    def make(self, source: Random) -> tuple[str, bool, dict[str, bytes | None]]:
        """A tree, whether it is compiled as well, and its files that are other than they were; None if one is gone."""
        if source.random() < HUGE:
            return "library", False, _huge(source)
        tree = "compute" if source.random() < LARGE else "library"
        names = list(self.texts[tree])
        changed: dict[str, bytes | None] = {}
        for _ in range(source.choice((1, 1, 1, 2))):
            name, kind = source.choice(names), source.random()
            if kind < 0.7:
                content = json.dumps(mutate.json(source, self.values[tree, name], WORDS)).encode()
            elif kind < 0.95:
                written = mutate.text(source, self.texts[tree][name], (*YAML_WORDS, *self._lines(source, tree)))
                content = written.encode("utf-8", "surrogatepass")
            else:
                content = mutate.content(source, self.texts[tree][name].encode())
            changed[name] = None if kind > 0.99 else content[: mutate.LARGEST]
            if kind > 0.98:
                changed[
                    source.choice((f"{name}.txt", "versions/1.5.yaml", "versions/1.x.yaml", "baseline/a b.yaml"))
                ] = content
        return tree, source.random() < COMPILED, changed

    def _lines(self, source: Random, tree: str) -> list[str]:
        """Some lines of other files of a tree."""
        lines = self.texts[tree][source.choice(list(self.texts[tree]))].split("\n")
        return [f"\n{line}\n" for line in source.sample(lines, min(5, len(lines)))]

    def size(self, given: tuple[str, bool, dict[str, bytes | None]]) -> int:
        """The size of the changed files."""
        return sum(len(content or b"") for content in given[2].values())

    def call(self, given: tuple[str, bool, dict[str, bytes | None]]) -> Any:
        """The history, asked for all that is in it; or the mistakes."""
        tree, is_compiled, changed = given
        folder = self.folder / tree
        try:
            for name, content in changed.items():
                _write(folder / name, content)
            try:
                history = load_tree(folder)
            except SpecificationError as error:
                return error.diagnostics, str(error)
            if tree == "library":
                _ask(history)
            if is_compiled and tree == "library":
                write_artifact(folder, self.folder / "built")
            return history, None
        finally:
            for name in changed:
                text = self.texts[tree].get(name)
                _write(folder / name, None if text is None else text.encode())

    def check(self, given: Any, answer: Any) -> Iterable[str]:
        """What is refused has mistakes, at places in the files."""
        del given
        found, text = answer
        if text is None:
            return ("read",)
        if not found or any(item.location.line < 1 or item.location.column < 1 for item in found):
            raise Wrong(f"the mistakes are {text[:500]!r}")
        shutil.rmtree(self.folder / "built", ignore_errors=True)
        return ("refused",)


def _huge(source: Random) -> dict[str, bytes | None]:
    """Files with very many schemas that refer to one another, names that are nowhere, errors, words, or versions."""
    many = int(10 ** source.uniform(1, 3.6))
    schemas: dict[str, Any] = {"Used": {"type": "string"}}
    listing: dict[str, Any] = {"summary": "List", "query": {}, "responses": {"200": "Used"}}
    operations: dict[str, Any] = {"GET /many": listing}
    kind = source.choice(
        ("twice", "chain", "nowhere", "aliases", "errors", "words", "properties", "branches", "versions")
    )
    names = [f"Next{number}" for number in range(many)]
    if kind in ("twice", "chain"):
        union = source.choice(("anyOf", "allOf", "oneOf"))
        keys = ("a", "b") if kind == "twice" else ("a",)
        for name, other in zip(["Used", *names], [*names, "Title"], strict=True):
            reference = {"$ref": other}
            parts = {"type": "object", "properties": dict.fromkeys(keys, reference)}
            schemas[name] = parts if source.random() < 0.9 else {union: [reference, {"type": "null"}]}
    elif kind in ("nowhere", "properties"):
        schemas["Used"] = {
            "type": "object",
            "properties": {name: {"$ref": name} if kind == "nowhere" else {"type": "string"} for name in names},
        }
    elif kind == "branches":
        schemas["Used"] = {source.choice(("anyOf", "oneOf", "allOf")): [{"const": name} for name in names]}
    elif kind == "words":
        schemas["Used"] = {"type": "string", "enum": names}
    elif kind == "errors":
        listing["errors"] = [{"status": 400 + number % 100, "when": f"It is {number}."} for number in range(many)]
    elif kind == "aliases":
        operations |= {
            f"GET /many/{name}": {"alias-of": source.choice(("GET /nowhere", "GET /many"))} for name in names
        }
    if kind == "versions":
        number = source.choice((10**3, 10**6, 10**9 - 1))
        said = {"microversion": f"1.{number}", "title": "a", "description": "a", "changes": []}
        return {f"versions/1.{number}.yaml": json.dumps(said).encode()}
    resource = {"resource": "many", "title": "Many", "audience": "reader", "operations": operations, "schemas": schemas}
    return {"baseline/many.yaml": json.dumps(resource).encode()[: mutate.LARGEST]}


def _texts(folder: Path) -> dict[str, str]:
    """The files of a tree by their names in it."""
    paths = sorted(
        [folder / "service.yaml", *(folder / "baseline").glob("*.yaml"), *(folder / "versions").glob("*.yaml")]
    )
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _with_text_keys(item) for key, item in value.items()}
    return [_with_text_keys(item) for item in value] if isinstance(value, list) else value


def _write(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(content)


def _ask(history: History) -> None:
    """Ask for all that there is at any version."""
    for version in history.versions:
        for operation in history.at(version).operations.values():
            operation.accepts_request({"book": {"title": "a", "authors": [{"name": "a", "tag": "b"}]}})
            operation.accepts_query({"limit": ["1"]})
            for status in operation.success_statuses:
                operation.accepts_response({"books": []}, status)
    for finding in history.diff(history.min_version, history.max_version).findings:
        str(finding)
    for key in history.known:
        history.history(key)
        history.explain(key, str(history.min_version))
    json.dumps(tables(history))

"""The keys of the documents: their order, their meaning, and the document of each value.

The meaning of a key is the docstring under its field: in `microspec.authoring.documents`, or for the keys of a kind of
change in `microspec.model.changes`. The descriptions in the JSON Schemas for editors and the tables of the reference
come from these docstrings, and `microspec fmt` puts keys in this order.
"""

from __future__ import annotations

import ast
import inspect
from functools import cache
from importlib import import_module
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from ..model.changes import KINDS
from .documents import CHANGE_DOCUMENTS, DOCUMENTS, ByVerb, ChangeDocument, Editors, Via, python_type, verb_of


class Key(NamedTuple):
    """A key of a document: its name in YAML, whether it is required, what it means, and the type of its value."""

    name: str
    is_required: bool
    text: str
    annotation: Any


@cache
def keys(model: type[BaseModel]) -> tuple[Key, ...]:
    """The keys of a document, in order."""
    model.model_rebuild()  # before pydantic 2.12, fields have their aliases only then
    named = {
        field: Key(info.alias or field, info.is_required(), _text(model, field), info.rebuild_annotation())
        for field, info in model.model_fields.items()
    }
    first, last = getattr(model, "leading", ()), getattr(model, "trailing", ())
    ordered = dict.fromkeys((*first, *(field for field in named if field not in last), *last))
    return tuple(named[field] for field in ordered if field in named)


def document_of(annotation: Any, value: Any) -> Any:
    """The type of a value in YAML, if its annotation allows several: a document, a dict, a list or another."""
    origin = get_origin(annotation)
    if origin is Annotated:
        if any(isinstance(mark, ByVerb) for mark in annotation.__metadata__):
            return CHANGE_DOCUMENTS.get(verb_of(value) or "")
        via = next((mark.document for mark in annotation.__metadata__ if isinstance(mark, Via)), None)
        return document_of(via or get_args(annotation)[0], value)
    if origin in (Union, UnionType):
        members = (document_of(member, value) for member in get_args(annotation))
        return next((member for member in members if _allows(member, value)), None)
    return annotation


def _allows(annotation: Any, value: Any) -> bool:
    """Whether a value has a type."""
    return annotation is not None and python_type(annotation) == type(value).__name__


def kind_of(plain: dict[str, Any], name: str) -> type[BaseModel] | None:
    """The document in a file of this name; None if there is none."""
    if name == "common.yaml":
        return DOCUMENTS["common"]
    first = {keys(model)[0].name: model for kind, model in DOCUMENTS.items() if kind != "common"}
    return next((model for key, model in first.items() if key in plain), None)


def language_schema(kind: str) -> dict[str, object]:
    """The JSON Schema of a kind of file (service, common, resource, version, suppressions), for editors.

    Raises UnknownName for another kind.
    """
    from ..schema.walk import DIALECT
    from ..values.errors import UnknownName

    if kind not in DOCUMENTS:
        raise UnknownName("kind of file", kind, DOCUMENTS)
    made = DOCUMENTS[kind].model_json_schema(schema_generator=Editors)
    models = {model.__name__: model for model in documents()}
    for name, schema in (*made.get("$defs", {}).items(), (DOCUMENTS[kind].__name__, made)):
        for key in keys(models[name]) if name in models else ():
            schema["properties"][key.name] = {"description": key.text, **schema["properties"][key.name]}
    return {"$schema": DIALECT, **made}


def documents() -> list[type[BaseModel]]:
    """Every document that a file is or contains, except `from` and `to`, which stand for the value of a key."""
    found: dict[type[BaseModel], None] = {}
    open_: list[Any] = [*DOCUMENTS.values(), *CHANGE_DOCUMENTS.values()]
    while open_:
        item = open_.pop(0)
        if isinstance(item, type) and issubclass(item, BaseModel):
            if item not in found and item is not ChangeDocument:
                found[item] = None
                open_ += [key.annotation for key in keys(item)]
        else:
            marks = getattr(item, "__metadata__", ()) if get_origin(item) is Annotated else ()
            open_ += [mark.document for mark in marks if isinstance(mark, Via)]
            open_ += get_args(item)[:1] if marks else get_args(item)
    return [model for model in found if "from" not in {key.name for key in keys(model)}]


def _text(model: type[BaseModel], field: str) -> str:
    """The meaning of a field: the docstring under its last declaration."""
    kind = KINDS.get(getattr(model, "verb", ""))
    for owner in (*model.__mro__, *(kind.__mro__ if kind else ())):
        text = _docstrings(owner.__module__).get((owner.__name__, field.removesuffix("_")))
        if text:
            return text
    return ""


@cache
def _docstrings(module: str) -> dict[tuple[str, str], str]:
    """The docstrings under the fields of the classes of a module of this package, by class and field."""
    if not module.startswith(__package__.partition(".")[0]):
        return {}
    found = {}
    for owner in ast.parse(inspect.getsource(import_module(module))).body:
        if isinstance(owner, ast.ClassDef):
            for field, text in zip(owner.body, owner.body[1:], strict=False):
                if (
                    isinstance(field, ast.AnnAssign)
                    and isinstance(text, ast.Expr)
                    and isinstance(field.target, ast.Name)
                ):
                    said = ast.literal_eval(text.value)
                    found[owner.name, field.target.id.removesuffix("_")] = " ".join(said.split())
    return found

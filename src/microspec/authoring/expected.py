"""Says what is expected at a place in a document, in YAML's words (mapping, list, text, number), with an example.

It follows the types of the documents, so a new key or kind of change does not need any change here.
"""

from __future__ import annotations

import re
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from .documents import CHANGE_DOCUMENTS, ByType, ByVerb, Form, FromTo, Via, python_type
from .yaml import flow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_PLAIN_KEY = re.compile(r"[\w$-]+|[A-Z]+ /\S*")

_SCALARS: dict[Any, tuple[str, tuple[Any, ...]]] = {
    str: ("text", ("size", "color")),
    int: ("a whole number", (200, 202)),
    bool: ("true or false", (False, True)),
    NoneType: ("null", (None,)),
    Any: ("a value", ("red", "blue")),
}
"""The words for the types of scalars, and examples of their values."""


class Expected:
    """A place in a document: the `path` of keys and indices to it in the file, and the type of its value.

    `is_key` says that the last key of the path is meant, not its value. `keys` are the keys of the surrounding mapping.
    """

    def __init__(self, annotation: Any, path: Sequence[Any], keys: set[str], *, is_key: bool) -> None:
        self.annotation, self.path, self.keys, self.is_key = annotation, list(path), keys, is_key

    @property
    def name(self) -> str:
        """The name of the place in a message: its key."""
        key = next((step for step in reversed(self.path) if isinstance(step, str)), None)
        if key is None:
            return "the file"
        shown = key if _PLAIN_KEY.fullmatch(key) else repr(key)
        return shown if self.path[-1] == key else f"an item of {shown}"

    @property
    def example(self) -> str | None:
        """An example of a value, in YAML; None if the form is obvious without one."""
        return None if _is_obvious(self.annotation) else flow(examples(self.annotation)[0])

    @property
    def expectation(self) -> str:
        """What the value must be, as a sentence."""
        return f"{self.name} must be {_words(self.annotation)}{f', such as {self.example}' if self.example else ''}"

    @property
    def has_form(self) -> bool:
        """Whether the values have a form, which comes with words."""
        return _form(self.annotation) is not None

    @property
    def choices(self) -> tuple[str, ...]:
        """The values to choose from, if only certain texts are allowed."""
        kind, _ = unwrapped(self.annotation)
        return get_args(kind) if get_origin(kind) is Literal else ()


def follow(model: type[Any], location: Sequence[Any], given: Any) -> Expected:
    """The place of a location from pydantic, which also names the members of unions that were tried.

    `given` is the value there. If its type fits no member of a union, all members are expected.
    """
    annotation: Any = model
    path: list[Any] = []
    keys: set[str] = set()
    steps = list(location)
    while steps:
        kind, metadata = unwrapped(annotation)
        if any(isinstance(item, ByType) for item in metadata):
            tag = steps.pop(0)
            if not steps and tag != type(given).__name__:
                break
            annotation = next(member for member in get_args(kind) if python_type(member) == tag)
        elif any(isinstance(item, ByVerb) for item in metadata):
            annotation = CHANGE_DOCUMENTS[steps.pop(0)]
        elif get_origin(kind) is list:
            path.append(steps.pop(0))
            annotation = get_args(kind)[0]
        elif get_origin(kind) is dict:
            key, value = get_args(kind)
            path.append(steps.pop(0))
            if steps == ["[key]"]:
                return Expected(key, path, keys, is_key=True)
            annotation = value
        else:
            fields = keys_of(kind)
            keys = set(fields)
            path.append(steps.pop(0))
            if steps == ["[key]"] or path[-1] not in fields:
                return Expected(kind, path, keys, is_key=True)
            annotation = fields[path[-1]]
    return Expected(annotation, path, keys, is_key=False)


def keys_of(model: type[Any]) -> dict[str, Any]:
    """The keys of a document with the types of their values."""
    model.model_rebuild()  # before pydantic 2.12, fields have their aliases only then
    return {
        field.alias or name: Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
        for name, field in model.model_fields.items()
    }


def unwrapped(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type without its annotations, and these; for an optional value, the type other than None."""
    metadata: tuple[Any, ...] = ()
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            metadata = (*metadata, *more)
        via = next((item for item in metadata if isinstance(item, Via)), None)
        if via is not None:
            annotation, metadata = via.document, ()
        elif _is_union(annotation) and not any(isinstance(item, ByType) for item in metadata):
            (annotation,) = (member for member in get_args(annotation) if member is not NoneType)
        elif get_origin(annotation) is not Annotated:
            return annotation, metadata


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, UnionType)


def _form(annotation: Any) -> Form | None:
    kind, metadata = unwrapped(annotation)
    said = next((item for item in metadata if isinstance(item, Form)), None)
    return said or getattr(kind, "form", None)


def _words(annotation: Any) -> str:
    form, (kind, _) = _form(annotation), unwrapped(annotation)
    if form is not None:
        return form.words
    if get_origin(kind) is Literal:
        return f"one of {', '.join(get_args(kind))}"
    if _is_union(kind):
        return _any_of(dict.fromkeys(map(_words, get_args(kind))))
    if get_origin(kind) is list:
        return "a list"
    return _SCALARS[kind][0] if kind in _SCALARS else "a mapping"


def _any_of(words: Iterable[str]) -> str:
    *others, last = words
    if not others:
        return last
    has_parts = len(others) > 1 or any(" or " in each or ", " in each for each in (*others, last))
    return f"{', '.join(others)}{', or ' if has_parts else ' or '}{last}"


def _is_obvious(annotation: Any) -> bool:
    kind, _ = unwrapped(annotation)
    if _is_union(kind):
        return all(map(_is_obvious, get_args(kind)))
    form = _form(annotation)
    return form.is_obvious if form else kind in _SCALARS or get_origin(kind) is Literal


def examples(annotation: Any) -> tuple[Any, ...]:
    """One or two allowed values of a place."""
    form, (kind, _) = _form(annotation), unwrapped(annotation)
    if form is not None and form.examples:
        required = _required(kind) if hasattr(kind, "model_fields") else {}
        others = {key: examples(value)[0] for key, value in required.items() if key not in form.examples[0]}
        return tuple({**others, **each} for each in form.examples) if others else form.examples
    if get_origin(kind) is Literal:
        return get_args(kind)[:2]
    if _is_union(kind):
        return examples(next(member for member in get_args(kind) if member is not NoneType))
    if get_origin(kind) is list:
        return tuple([each] for each in examples(get_args(kind)[0]))
    if get_origin(kind) is dict:
        key, value = get_args(kind)
        return tuple({examples(key)[0]: each} for each in examples(value))
    if kind in _SCALARS:
        return _SCALARS[kind][1]
    if issubclass(kind, FromTo):
        inner = keys_of(kind)["from"]
        before, after = ("old", "new") if _words(inner).startswith("text") else (*(both := examples(inner)), *both)[:2]
        return ({"from": before, "to": after},)
    return ({key: examples(value)[0] for key, value in _required(kind).items()},)


def _required(model: type[Any]) -> Mapping[str, Any]:
    fields = keys_of(model)
    return {
        key: fields[key]
        for name, field in model.model_fields.items()
        if field.is_required() and (key := field.alias or name)
    }

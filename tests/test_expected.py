"""Every key of every document with every wrong value: each message is in YAML's words, and at the inner key."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, get_args, get_origin

import pytest
import yaml

from microspec.authoring import documents, expected, files
from microspec.authoring.documents import CHANGE_DOCUMENTS, DOCUMENTS, ByType, ByVerb
from microspec.authoring.yaml import flow, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from microspec.authoring.yaml import Node
    from microspec.values.diagnostics import Diagnostic

WRONG: dict[str, Any] = {
    "null": None,
    "true": True,
    "a number": -7,
    "no text": "",
    "text": "no such word",
    "no list": [],
    "a list": ["no such word", 7, None],
    "nested lists": [[[]]],
    "no mapping": {},
    "a mapping": {"no-such-key": True},
    "a nested mapping": {"no such key": {"Nor this": [None]}},
}
PHRASES = re.compile(
    "should (be|have|match)|Input |instance of|Field required|Extra inputs|validation error|Value error|String "
    "|Unable to|dictionary|discriminator|NoneType|Annotated|[Dd]ict\\b|\\bint\\b|\\bstr\\b|\\bbool\\b|pydantic"
)
CLASSES = re.compile(
    "|".join(rf"\b{name}\b" for name in vars(documents) if name[0].isupper() and name not in ("Any", "Name", "Schema"))
)
Place = tuple[Any, ...]


def places(annotation: Any, seen: set[Any]) -> Iterator[tuple[Place, Any, Callable[[Any], Any]]]:
    """Each place in values of a type: its path, its type, and how to make a value with something else there.

    Into each of the models it is gone once: `seen` are those that were.
    """
    yield (), annotation, lambda value: value
    kind, metadata = expected.unwrapped(annotation)
    if any(isinstance(item, ByType) for item in metadata):
        for member in get_args(kind):
            yield from list(places(member, seen))[1:]
    elif any(isinstance(item, ByVerb) for item in metadata):
        marks = {key: value for key, value in expected.examples(annotation)[0].items() if key.endswith("-release")}
        for document in CHANGE_DOCUMENTS.values():
            for path, inner, make in list(places(document, seen))[1:]:
                yield path, inner, _within(make, partial(_beside, marks))
    elif get_origin(kind) is list:
        for path, inner, make in places(get_args(kind)[0], seen):
            yield (0, *path), inner, _within(make, lambda value: [value])
    elif get_origin(kind) is dict:
        key, of_value = get_args(kind)
        name = str(expected.examples(key)[0])
        for path, inner, make in places(of_value, seen):
            yield (name, *path), inner, _within(make, lambda value: {name: value})
    elif hasattr(kind, "model_fields") and kind not in seen:
        seen.add(kind)
        for key, inner_type in expected.keys_of(kind).items():
            for path, inner, make in places(inner_type, seen):
                others = expected.examples(kind)[0]
                if key == "alias-of":  # an alias has no responses of its own
                    others = {other: value for other, value in others.items() if other != "responses"}
                if key in ("path", "header") and "query" in others:  # one of them names the parameter
                    others = {other: value for other, value in others.items() if other != "query"}
                yield (key, *path), inner, _within(make, partial(_with, others, key))


def _within(make: Callable[[Any], Any], put: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: put(make(value))


def _beside(marks: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    return {**value, **{key: mark for key, mark in marks.items() if key not in value}}


def _with(others: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    return {**others, key: value}


class Plain(yaml.SafeDumper):
    """Writes YAML without aliases, which the language does not have."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


def diagnosed(document: str, value: Any, tmp_path: Path) -> tuple[Node, list[Diagnostic]]:
    """What is said of a value as a file of a kind, with the places in the file."""
    text = yaml.dump(value, Dumper=Plain, sort_keys=False)
    found = files.read(tmp_path / "a.yaml", DOCUMENTS[document], text.encode())
    return parse(text.encode(), "a.yaml"), list(found.diagnostics)


ALL = [(name, *place) for name, model in DOCUMENTS.items() for place in places(model, set())]


def test_there_are_many_places() -> None:
    """So that a place that is not walked is noticed."""
    assert len(ALL) > 300
    for verb, document in CHANGE_DOCUMENTS.items():
        for key in expected.keys_of(document):
            assert any(path[:1] == ("changes",) and path[2:3] == (key,) for _, path, _, _ in ALL), (verb, key)


@pytest.mark.parametrize("wrong", WRONG, ids=str)
@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_message_is_in_the_words_of_yaml_and_at_the_inner_key(document: str, wrong: str, tmp_path: Path) -> None:
    for name, path, _, make in ALL:
        if name != document or not path:
            continue
        root, found = diagnosed(document, make(WRONG[wrong]), tmp_path)
        parent, inside = root.at(path[:-1]), list(root.at(path).walk())
        here = {node.line for node in (root.key_at(path), *inside, *(k for n in inside for k in n.keys.values()))}
        for item in found:
            said = str(item)
            assert not PHRASES.search(said), said
            assert not CLASSES.search(item.message), said
            key = next(step for step in reversed(path) if isinstance(step, str))
            is_about_all = item.code in ("missing-key", "openness") and item.location.line in (parent.line, *here)
            assert item.location.line in here or is_about_all, (path, said)
            is_about_inner = any(
                re.search(rf"(?<!\w){re.escape(str(name))}(?!\w)", said) for n in inside for name in n.keys
            )
            assert key in said or is_about_inner or is_about_all or item.code == "unknown-kind", (path, said)


def takes(value: Any, tmp_path: Path) -> set[str]:
    """The keys at the ends of the places, or items of them, that take a value without a diagnostic."""
    return {
        "/".join(map(str, path[-2:] if path[-1] in ("from", "to", 0) else path[-1:]))
        for name, path, _, make in ALL
        if path and not diagnosed(name, make(value), tmp_path)[1]
    }


def test_null_is_taken_only_where_it_means_something(tmp_path: Path) -> None:
    """It does not stand for a key that is left out."""
    values = {"const", "default", "value", "enum/0"}
    answers_without_body = {"200"}
    alterations = {f"{key}/{side}" for key in ("description", "audience", "request", "body") for side in ("from", "to")}
    assert takes(None, tmp_path) == values | answers_without_body | alterations


def test_an_empty_list_is_taken_only_where_it_means_something(tmp_path: Path) -> None:
    """None does, where targets, answers or what a behavior affects are listed."""
    values = {"const", "default", "value", "enum/0"}
    nothing_is_listed = {"changes", "errors", "required"}
    all_operations = {"operations/from", "operations/to"}
    assert takes([], tmp_path) == values | nothing_is_listed | all_operations


@pytest.mark.parametrize("place", ALL, ids=lambda place: f"{place[0]} {'/'.join(map(str, place[1]))}")
def test_examples_are_valid(place: tuple[str, Place, Any, Callable[[Any], Any]], tmp_path: Path) -> None:
    """Each, as a message shows it."""
    document, _, annotation, make = place
    for example in expected.examples(annotation):
        _, found = diagnosed(document, make(yaml.safe_load(flow(example))), tmp_path)
        assert not found, [str(item) for item in found]

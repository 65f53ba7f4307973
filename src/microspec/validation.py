"""Whether a value obeys a schema, and if not, why: the only module that knows the validation engine.

A `Validator` is compiled on first use and shared by all operations and versions whose schema is the
same. Whatever it is given, it answers: the engine's own exceptions never get out.
"""

from __future__ import annotations

from collections import deque
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from . import schemas as json_schema
from .errors import ValidationError, Violation, nearest
from .formats import WORDS, is_python_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .standard import Document

_SHOWN = 60
"""A longer value is cut in a message."""


@lru_cache(maxsize=8192)
def validator(document: Document) -> Validator:
    """The validator of a document; equal documents share one."""
    return Validator(document)


_CHECKS = {"python-regex": is_python_regex}
"""The formats that Python checks. The engine takes longer for every value if it is given one, used or not."""


class Validator:
    """A compiled JSON Schema document."""

    def __init__(self, document: Document) -> None:
        text = document.text
        self._source = document
        self._engine = jsonschema_rs.Draft202012Validator(
            text,
            formats={name: check for name, check in _CHECKS.items() if f'"{name}"' in text},
            validate_formats=True,
            pattern_options=jsonschema_rs.RegexOptions(),
        )
        self.accepts = _total(self._engine.is_valid)
        """Whether a value obeys the schema. What is no JSON value does not."""

    @cached_property
    def _document(self) -> dict[str, Any]:
        return self._source.value()

    def check(self, instance: Any) -> None:
        """Raise `ValidationError` with everything that is wrong, if anything is."""
        if self.accepts(instance):
            return
        raise ValidationError(list(dict.fromkeys(self._violations(instance))))

    def _violations(self, instance: Any) -> Iterator[Violation]:
        unreadable = _unreadable(instance)
        if unreadable is not None:
            yield unreadable
            return
        try:
            errors = list(self._engine.iter_errors(instance))
            mistyped = {tuple(error.schema_path[:-1]) for error in errors if error.kind.name == "type"}
            for error in errors:  # the type is no news where the words that are allowed are told
                if error.kind.name != "enum" or tuple(error.schema_path[:-1]) not in mistyped:
                    yield from self._explained(error, instance)
        except (ValueError, RecursionError):
            yield Violation(
                pointer="", keyword="type", message="is not as described, and nested too deeply to say where"
            )

    def _explained(self, error: Any, instance: Any) -> Iterator[Violation]:
        """What the engine found, in our words: usually one violation, for a union those of the nearest branch."""
        kind = error.kind
        path, value = _at(instance, error.instance_path)
        node = self._node(list(error.schema_path)[:-1])
        keyword, unexpected = _unexpected(error, value)
        if unexpected:
            known = _properties(node, self._document)
            for name in unexpected:
                message = f"is not known here{_in_words(nearest(str(name), known))}"
                yield Violation(pointer=_pointer([*path, name]), keyword=keyword, message=message)
        elif kind.name in json_schema.UNIONS and node.get("format") != "decimal" and hasattr(kind, "context"):
            yield from self._of_union(error, value, instance)
        elif kind.name == "propertyNames":
            yield Violation(pointer=_pointer(path), keyword=kind.name, message="has a key that is not allowed")
        else:
            yield Violation(pointer=_pointer(path), keyword=kind.name, message=_message(kind, node, value))

    def _of_union(self, error: Any, value: Any, instance: Any) -> Iterator[Violation]:
        path, _ = _at(instance, error.instance_path)
        branches: list[list[Any]] = [list(branch) for branch in error.kind.context]
        fitting = [branch for branch in branches if not any(_is_wrong_type(item, error) for item in branch)]
        if len(fitting) == 1 or (fitting and isinstance(value, (dict, list))):
            explained = [[found for item in branch for found in self._explained(item, instance)] for branch in fitting]
            yield from min(explained, key=len)
            return
        options = [
            _described(self._node([*error.schema_path, number]), self._document) for number in range(len(branches))
        ]
        if not options:
            message = "fits more than one of the forms that it may have"
        else:
            message = f"must be {' or '.join(dict.fromkeys(options))}, is {_shown(value)}"
        yield Violation(pointer=_pointer(path), keyword=error.kind.name, message=message)

    def _node(self, path: Sequence[Any]) -> dict[str, Any]:
        """The schema at a path of the document, through references; an empty one where there is none."""
        node: Any = self._document
        for step in path:
            node = _followed(node, self._document)
            try:
                node = node[_key(node, step)]
            except (KeyError, IndexError, TypeError):
                return {}
        return node if isinstance(node, dict) else {}


def _total(is_valid: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A function of the engine's, made to answer whatever it is given."""

    def accepts(instance: Any) -> bool:
        try:
            return is_valid(instance)
        except (ValueError, RecursionError):  # a lone surrogate, a Python object: the engine cannot read it
            return False

    return accepts


def _followed(node: Any, document: dict[str, Any]) -> Any:
    while isinstance(node, dict) and set(node) <= {"$ref", "description"} and "$ref" in node:
        node = document["$defs"][node["$ref"].removeprefix("#/$defs/")]
    return node


def _unreadable(instance: Any) -> Violation | None:
    """The first thing in a value that JSON does not have, if there is any."""
    queue: deque[tuple[Any, tuple[Any, ...] | None]] = deque([(instance, None)])
    while queue:
        value, place = queue.popleft()
        if isinstance(value, str):
            if not _is_text(value):
                return _no_text(place)
        elif isinstance(value, dict):
            for key, item in value.items():
                if not isinstance(key, str):
                    message = f"has a key that is not text but {type(key).__name__}"
                    return Violation(pointer=_pointer(_steps(place)), keyword="type", message=message)
                if not _is_text(key):
                    return _no_text(place)
                queue.append((item, (place, key)))
        elif isinstance(value, (list, tuple)):
            queue.extend((item, (place, index)) for index, item in enumerate(value))
        elif value is not None and not isinstance(value, (bool, int, float)):
            message = f"is not a JSON value but {type(value).__name__}"
            return Violation(pointer=_pointer(_steps(place)), keyword="type", message=message)
    return None


def _is_text(value: str) -> bool:
    return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)


def _no_text(place: tuple[Any, ...] | None) -> Violation:
    return Violation(
        pointer=_pointer(_steps(place)),
        keyword="type",
        message="has half of a surrogate pair, which is not a character",
    )


def _steps(place: tuple[Any, ...] | None) -> list[Any]:
    """A place, kept as a chain to what it is in, as a path."""
    path: list[Any] = []
    while place is not None:
        place, step = place
        path.append(step)
    return path[::-1]


def _pointer(path: Sequence[Any]) -> str:
    return "".join(f"/{json_schema.escape(_readable(step))}" for step in path)


def _readable(step: Any) -> str:
    return str(step).encode("utf-8", "replace").decode("utf-8")


def _at(instance: Any, steps: Sequence[Any]) -> tuple[list[Any], Any]:
    """The path that the steps of the engine's stand for, and the value at its end."""
    path = []
    for step in steps:
        path.append(_key(instance, step))
        instance = instance[path[-1]]
    return path, instance


def _key(container: Any, step: Any) -> Any:
    """What a step stands for: the engine tells also the keys 7, 07 and +7 of an object as the number 7."""
    if not (isinstance(container, dict) and isinstance(step, int)):
        return step
    if str(step) in container:
        return str(step)
    plain = {key: key.removeprefix("+") for key in container}
    digits = str(step or "")
    return next((key for key, text in plain.items() if text.isdigit() and text.lstrip("0") == digits), str(step))


def _unexpected(error: Any, value: Any) -> tuple[str, Sequence[Any]]:
    """The keyword and the names of the properties that an object has and may not have; no names for other errors."""
    kind = error.kind
    is_closed = kind.name == "falseSchema" and error.schema_path[-1:] == ["additionalProperties"]
    if is_closed and isinstance(value, dict):  # the engine says no more of an object that may have nothing
        return "additionalProperties", list(value)
    return kind.name, getattr(kind, "unexpected", ())


def _is_wrong_type(error: Any, union: Any) -> bool:
    """Whether a branch fails because the value is of another type, or is none of the words of an enum."""
    return error.instance_path == union.instance_path and error.kind.name in ("type", "const", "enum")


def _properties(node: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """The names that an object may have, also those of its parts."""
    found, stack = list[str](), [node]
    while stack:
        current = _followed(stack.pop(), document)
        found += current.get("properties", ())
        stack += current.get("allOf", ())
        if "$ref" in current:
            stack.append({"$ref": current["$ref"]})
    return found


# ---------------------------------------------------------------------------------------------- words


def _message(kind: Any, node: dict[str, Any], value: Any) -> str:
    say = _MESSAGES.get(kind.name)
    return say(kind, node, value) if say else f"does not obey {kind.name}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _limit(word: str, noun: str) -> Callable[[Any, dict[str, Any], Any], str]:
    return lambda kind, _, value: f"must be {word} {_counted(kind.limit, noun)}, has {len(value)}"


def _pattern_message(kind: Any, node: dict[str, Any], value: Any) -> str:
    words = WORDS.get(node.get("format") or node.get("$comment", "")) or f"a text that matches {kind.pattern}"
    return f"must be {words}, is {_shown(value)}"


def _decimal_message(_: Any, node: dict[str, Any], value: Any) -> str:
    number: dict[str, Any] = next(
        (option for option in node["anyOf"] if option.get("type") in ("integer", "number")), {}
    )
    low, high = number.get("minimum"), number.get("maximum")
    if low is not None and high is not None:
        bounds = f" from {low} to {high}"
    else:
        bounds = f" from {low} on" if low is not None else f" up to {high}" if high is not None else ""
    return f"must be a whole number{bounds}, or its digits as text, is {_shown(value)}"


_MESSAGES: dict[str, Callable[[Any, dict[str, Any], Any], str]] = {
    "type": lambda _, node, value: f"must be {_type_words(node.get('type'))}, is {_shown(value)}",
    "required": lambda kind, _, __: f"must have {kind.property!r}",
    "enum": lambda _, node, value: f"must be {_one_of(node.get('enum', ()))}, is {_shown(value)}",
    "const": lambda _, node, value: f"must be {_shown(node.get('const'))}, is {_shown(value)}",
    "maxLength": _limit("at most", "character"),
    "minLength": _limit("at least", "character"),
    "maxItems": _limit("at most", "item"),
    "minItems": _limit("at least", "item"),
    "maxProperties": _limit("at most", "key"),
    "minProperties": _limit("at least", "key"),
    "maximum": lambda kind, _, value: f"must be at most {kind.limit}, is {_shown(value)}",
    "minimum": lambda kind, _, value: f"must be at least {kind.limit}, is {_shown(value)}",
    "exclusiveMaximum": lambda kind, _, value: f"must be below {kind.limit}, is {_shown(value)}",
    "exclusiveMinimum": lambda kind, _, value: f"must be above {kind.limit}, is {_shown(value)}",
    "uniqueItems": lambda *_: "must not have an item twice",
    "pattern": _pattern_message,
    "format": lambda kind, _, value: f"must be {WORDS.get(kind.format, kind.format)}, is {_shown(value)}",
    "anyOf": _decimal_message,
    "falseSchema": lambda *_: "must not be there",
    "not": lambda *_: "is what it must not be",
}


def _type_words(types: Any) -> str:
    names = [types] if isinstance(types, str) else list(types or ())
    return " or ".join("null" if name == "null" else f"{'an' if name[0] in 'aio' else 'a'} {name}" for name in names)


def _one_of(values: Sequence[Any]) -> str:
    return f"one of {', '.join(map(_shown, values))}" if len(values) != 1 else _shown(values[0])


def _described(node: dict[str, Any], document: dict[str, Any]) -> str:
    """A branch of a union in a few words."""
    node = _followed(node, document)
    if "enum" in node:
        return _one_of(node["enum"])
    if "const" in node:
        return _shown(node["const"])
    if node.get("format") in WORDS:
        return WORDS[node["format"]]
    return _type_words(node.get("type")) or "something else"


def _shown(value: Any) -> str:
    """A value as JSON, cut where it is long."""
    if isinstance(value, (dict, list, tuple)):
        return f"{_type_words('object' if isinstance(value, dict) else 'array')} of {len(value)}"
    import json

    text = json.dumps(value[: _SHOWN + 1] if isinstance(value, str) else value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _in_words(hint: str | None) -> str:
    return f"; {hint}" if hint else ""

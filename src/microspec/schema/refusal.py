"""Why a value does not obey a schema, from the errors of the validation engine.

It uses three facts of each engine error: its location, its schema and its keyword. It is only imported when a value is
refused. If all values are valid, that saves a tenth of the time that Python takes to start.
"""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from ..values import ABSENT
from . import messages, walk
from .errors import Violation
from .pointer import joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypedDict

    from .vocabulary import CallPart

    class _Given(TypedDict):
        """What all violations by one value have in common."""

        part: CallPart | None
        value: Any


MOST_VIOLATIONS = 1_000
"""At most this many violations are listed, and one more that says that there may be others."""

_MOST_VALUES = 1_500
"""If a value holds more values than this (a list of two strings holds three), only a part of it is explained: the
engine reports all errors at once, at some kilobytes each."""

_LENGTHS = (1_000, 100, 10)
"""The number of items of each list, and keys of each object, in this part: the first of these that makes it small."""

_FEW_KEYS = 100
"""An object with at most this many keys is never cut, because some of them may be required."""

_MOST_LEVELS = 200
"""A part has at most this many levels of lists and objects. The engine has a limit for them as well."""


class Refusal:
    """Finds what is wrong with values that a schema refuses.

    `document` is the schema, `accepts` says whether a value obeys it, and `errors` are what the engine reports for one.
    """

    def __init__(
        self, document: dict[str, Any], accepts: Callable[[Any], bool], errors: Callable[[Any], Iterable[Any]]
    ) -> None:
        self._document, self._accepts, self._errors = document, accepts, errors

    def violations(self, instance: Any, part: CallPart | None) -> list[Violation]:
        """What is wrong with a value that is refused; `part` is what it is of a request or an answer."""
        survey = _survey(instance)
        if survey.unreadable is not None:
            return [survey.unreadable.replace(part=part)]
        is_small = survey.values <= _MOST_VALUES and not survey.is_deep
        found: dict[Violation, None] = {}
        with suppress(ValueError, RecursionError):
            read = instance if is_small else self._part(instance, survey.longest)
            for violation in self._explained(self._errors(read), instance, part):
                found[violation] = None
                if len(found) > MOST_VIOLATIONS:
                    break
        listed = list(found)[:MOST_VIOLATIONS]
        if not listed:
            return [_of_whole(part, "does not match its schema, but is too large or too deeply nested to say where")]
        if len(listed) < len(found) or not is_small:
            listed.append(_of_whole(part, "may have more violations, which are not listed", keyword=""))
        return listed

    def _part(self, instance: Any, longest: int) -> Any:
        """A part of a large value that is refused, too: the beginning of each list and object in it."""
        length = next((n for n in _LENGTHS if _survey(_cut(instance, n)).values <= _MOST_VALUES), _LENGTHS[-1])
        if not self._accepts(_cut(instance, length)):
            return _cut(instance, length)
        first, last = length, longest  # then an item (or key) between these is wrong
        while last - first > 1:
            middle = (first + last) // 2
            if self._accepts(_cut(instance, length, first, middle)):
                first = middle
            else:
                last = middle
        return _cut(instance, last)

    def _explained(self, errors: Iterable[Any], instance: Any, part: CallPart | None) -> Iterator[Violation]:
        """The errors of the engine, in our words, without those that another error of the same schema implies."""
        kinds: dict[Any, set[str]] = {}
        errors = [(error, kinds.setdefault(_place(error), set())) for error in errors]
        for error, beside in errors:
            beside.add(error.kind.name)
        empty = [error.instance_path for error, _ in errors if error.kind.name == "minLength" and not error.instance]
        for error, beside in errors:
            name = error.kind.name
            is_said = (name == "type" and "enum" in beside) or (name in walk.UNIONS and "type" in beside)
            if not is_said and not (name in ("pattern", "format") and error.instance_path in empty):
                yield from self._of_error(error, instance, part)

    def _of_error(self, error: Any, instance: Any, part: CallPart | None) -> Iterator[Violation]:
        """Usually one violation; for a union those of the nearest branch."""
        kind, name = error.kind, error.kind.name
        path, value = _at(instance, error.instance_path)
        node = self._node(error.schema_path[:-1])
        given: _Given = {"part": part, "value": value}
        keyword, unexpected = _unexpected(error, value)
        if unexpected:
            for key in unexpected:
                message = messages.unexpected(key, node, self._document, _noun(part))
                yield _of_member(path, key, keyword, message, node, given)
        elif name == "propertyNames":
            key = kind.error.instance
            yield _of_member(path, key, name, self._of_name(kind.error, _noun(part)), node, given)
        elif name in walk.UNIONS and node.get("format") != "decimal":
            yield from self._of_union(error, value, instance, part)
        elif name != "required":
            message = messages.message(name, node, value)
            yield Violation(pointer=_pointer(path), keyword=name, message=message, expected=node.get(name), **given)
        elif kind.property not in value:  # the engine may have seen only a part of the value
            yield Violation(
                pointer=_pointer(path),
                keyword=name,
                message=f"must have {kind.property!r}",
                part=part,
                name=kind.property,
                expected=node.get(name),
            )

    def _of_name(self, error: Any, noun: str) -> str:
        """What is wrong with the name of a property, as the end of a sentence about the property."""
        path = list(error.schema_path)
        owner = self._node(path[: len(path) - 1 - path[::-1].index("propertyNames")])
        node = self._node(path[:-1])
        known = messages.names(owner, self._document)
        return messages.wrong_name(error.instance, error.kind.name, node, known, noun)

    def _of_union(self, error: Any, value: Any, instance: Any, part: CallPart | None) -> Iterator[Violation]:
        branches = [list(branch) for branch in getattr(error.kind, "context", ())]
        branches = branches if all(branches) else []
        fitting = [branch for branch in branches if not any(_is_wrong_type(item, error) for item in branch)]
        if len(fitting) == 1 or (fitting and isinstance(value, (dict, list, tuple))):
            yield from min((list(self._explained(branch, instance, part)) for branch in fitting), key=len)
            return
        options = [self._node([*error.schema_path, number]) for number in range(len(branches))]
        path, _ = _at(instance, error.instance_path)
        message = messages.union(options, value, self._document)
        keyword = error.kind.name
        yield Violation(
            pointer=_pointer(path), keyword=keyword, message=message, part=part, expected=options, value=value
        )

    def _node(self, path: Sequence[Any]) -> dict[str, Any]:
        """The schema at a path of the document, through references; an empty one if there is none."""
        node: Any = self._document
        for step in path:
            node = _below(messages.followed(node, self._document), step)
        return node if isinstance(node, dict) else {}


def _below(node: Any, step: Any) -> Any:
    try:
        return node[_key(node, step)]
    except (KeyError, IndexError, TypeError):
        return {}


# --------------------------------------------------------------------------------------------- values


class _Survey(NamedTuple):
    """The size of the first levels of a value: the number of values, the most in one list or object, and the first
    value that is not JSON; and whether there are more levels."""

    values: int
    longest: int
    is_deep: bool
    unreadable: Violation | None = None


def _survey(instance: Any) -> _Survey:
    values = longest = 0
    is_deep = False
    path: list[Any] = []
    around: dict[int, None] = {}  # what contains the current value, outermost first
    stack: list[Iterator[tuple[Any, Any]]] = [iter([("", instance)])]
    while stack:
        for step, value in stack[-1]:
            values += 1
            is_container = isinstance(value, (dict, list, tuple))
            reason = "contains itself" if is_container and id(value) in around else _unreadable(value)
            if reason:
                unreadable = Violation(pointer=_pointer([*path, step][1:]), keyword="type", message=reason)
                return _Survey(values, longest, is_deep, unreadable)
            if not is_container:
                continue
            longest = max(longest, len(value))
            if len(around) == _MOST_LEVELS:
                is_deep = True
                continue
            path.append(step)
            around[id(value)] = None
            stack.append(iter(value.items() if isinstance(value, dict) else enumerate(value)))
            break
        else:
            stack.pop()
            if stack:
                path.pop()
                around.popitem()
    return _Survey(values, longest, is_deep)


def _unreadable(value: Any) -> str | None:
    """Why a value is not JSON, without regard to what is in it."""
    if isinstance(value, str):
        return None if _is_text(value) else "contains a lone surrogate"
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                return f"has a key that is not a string, but {type(key).__name__}"
            if not _is_text(key):
                return "has a key that contains a lone surrogate"
        return None
    if isinstance(value, int):
        return None if _has_digits(value) else "is a number with too many digits"
    if value is None or isinstance(value, (float, Decimal, list, tuple)):
        return None
    return f"is not a JSON value, but {type(value).__name__}"


def _is_text(value: str) -> bool:
    try:
        return value.isascii() or bool(value.encode())
    except UnicodeEncodeError:
        return False


def _has_digits(value: int) -> bool:
    """Whether Python can write a number in decimal, as the engine needs: Python limits the number of digits."""
    try:
        return value.bit_length() < 1_000 or bool(str(value))
    except ValueError:
        return False


def _cut(value: Any, length: int, first: int = 0, last: int | None = None, levels: int = _MOST_LEVELS) -> Any:
    """A value with only some of what is in the lists and objects in it that are longer than `length`.

    These are from `first` to `last` (excluded); by default the first `length`. Below `levels` levels, lists and objects
    are left empty.
    """
    if not isinstance(value, (dict, list, tuple)):
        return value
    if not levels:
        return {} if isinstance(value, dict) else []
    is_short = len(value) <= (max(length, _FEW_KEYS) if isinstance(value, dict) else length)
    part = slice(None) if is_short else slice(first, length if last is None else last)
    if isinstance(value, dict):
        keys = islice(value, part.start, part.stop)
        return {key: _cut(value[key], length, first, last, levels - 1) for key in keys}
    return [_cut(item, length, first, last, levels - 1) for item in value[part]]


def _of_whole(part: CallPart | None, message: str, keyword: str = "type") -> Violation:
    return Violation(pointer="", keyword=keyword, message=message, part=part)


def _of_member(
    path: Sequence[Any], key: str, keyword: str, message: str, node: dict[str, Any], given: _Given
) -> Violation:
    """A violation by a property that an object may not have."""
    value = given["value"].get(key, ABSENT)
    return Violation(
        pointer=_pointer([*path, key]),
        keyword=keyword,
        message=message,
        part=given["part"],
        name=key,
        expected=node.get(keyword),
        value=value,
    )


def _noun(part: CallPart | None) -> str:
    """The word for a member of an object in messages."""
    return "parameter" if part == "query" else "property"


def _pointer(path: Sequence[Any]) -> str:
    return joined(map(_readable, path))


def _readable(step: Any) -> str:
    return str(step).encode("utf-8", "replace").decode("utf-8")


# ------------------------------------------------------------------------------------ errors of the engine


def _at(instance: Any, steps: Sequence[Any]) -> tuple[list[Any], Any]:
    """The path that the engine's steps stand for, and the value at its end.

    The engine leaves out keys that are empty. Where a step does not lead on, such a key comes first.
    """
    path: list[Any] = []
    for step in steps:
        while not _leads_on(instance, step) and isinstance(instance, dict) and "" in instance:
            path.append("")
            instance = instance[""]
        if not _leads_on(instance, step):
            break
        path.append(_key(instance, step))
        instance = instance[path[-1]]
    return path, instance


def _leads_on(container: Any, step: Any) -> bool:
    """Whether a step leads to something in a container."""
    if isinstance(container, dict):
        return _key(container, step) in container
    return isinstance(container, (list, tuple)) and isinstance(step, int) and step < len(container)


def _key(container: Any, step: Any) -> Any:
    """What a step stands for: the engine also reports the keys 7, 07 and +7 of an object as the number 7."""
    if not (isinstance(container, dict) and isinstance(step, int)):
        return step
    if str(step) in container:
        return str(step)
    plain = {key: key.removeprefix("+") for key in container}
    digits = str(step or "")
    return next((key for key, text in plain.items() if text.isdigit() and text.lstrip("0") == digits), str(step))


def _place(error: Any) -> tuple[Any, ...]:
    """The value and the schema that an error is about."""
    return (*error.instance_path, None, *error.schema_path[:-1])


def _unexpected(error: Any, value: Any) -> tuple[str, Sequence[Any]]:
    """The keyword, and the names of the properties that an object may not have; no names for other errors."""
    kind = error.kind
    is_closed = kind.name == "falseSchema" and error.schema_path[-1:] == ["additionalProperties"]
    if is_closed and isinstance(value, dict):  # the engine says no more if nothing is allowed
        return "additionalProperties", list(value)
    return kind.name, getattr(kind, "unexpected", ())


def _is_wrong_type(error: Any, union: Any) -> bool:
    """Whether a branch fails because the value has another type, or is not in an enum."""
    return error.instance_path == union.instance_path and error.kind.name in ("type", "const", "enum")

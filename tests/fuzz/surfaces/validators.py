"""Values of every form, put to validators of the bundled API and of schemas that are made up, beside another judge.

The judge is the package jsonschema, which has another engine and Python's regular expressions. Where it disagrees,
the reason has to be one of `REASONS`.
"""

from __future__ import annotations

import json
import re
import signal
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import jsonschema  # type: ignore[import-untyped]

import microspec
from conformance.instances import Shapes
from microspec import ValidationError
from microspec.schema.standalone import Document
from microspec.schema.validator import Validator, takes_schema, validator

from .. import mutate
from .base import Surface, Wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from random import Random

VERSIONS = ("2.1", "2.53", "2.104")

MADE_UP = 0.3
"""The share of inputs whose schema is made up."""

LONGEST = 4_000
"""The judge takes longer than all else together, and its regular expressions are not linear: it gets short values."""

PATTERNS = (
    "^a+$",
    "^[a-z]*$",
    "a|b",
    "^\\d+$",
    "^\\w+$",
    "\\s",
    "^.$",
    "^(a+)+b?$",
    "[^a]",
    "^$",
    "é",
    "\\.",
    "^[0-9]{1,3}$",
)
FORMATS = ("uuid", "date-time", "date", "uri", "ipv4", "ipv6", "email", "hostname", "regex", "decimal-like")
WHOLE = tuple(number for number in mutate.NUMBERS if isinstance(number, int))
TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")


class Validators(Surface):
    """A schema and a value, put to `Validator.accepts` and `Validator.check`."""

    name = "validators"
    title = "values, against the schemas of the bundled API and made-up ones"
    weight = 10

    def prepare(self) -> None:
        """The documents of the bundled API."""
        found: dict[Document, None] = {}
        for api in map(microspec.load().at, VERSIONS):
            for operation in api.operations.values():
                request = operation._request_document()
                answers = [operation._answer_document(status) for status in operation.success_statuses]
                found |= dict.fromkeys(answer for answer in answers if answer)
                found |= dict.fromkeys((*((request,) if request else ()), operation._query_document()))
        self.documents = tuple(found)

    def make(self, source: Random) -> tuple[Document, Any]:
        """A document and a value."""
        if source.random() < MADE_UP:
            schema = _schema(source, 3)
            document = Document(root=json.dumps(schema), definitions=())
            return document, mutate.json(source, mutate.value(source, 3, _values_in(schema)), _values_in(schema))
        document = source.choice(self.documents)
        return document, mutate.json(source, _example(document))

    def size(self, given: tuple[Document, Any]) -> int:
        """The size of the value as JSON."""
        return len(json.dumps(given[1]))

    def call(self, given: tuple[Document, Any]) -> Any:
        """Whether the value is accepted, and if not, why; None for a schema that the engine does not take."""
        document, value = given
        if not document.definitions and not takes_schema(document.text):
            return None
        found = validator(document)
        accepted = found.accepts(value)
        try:
            found.check(value)
        except ValidationError as error:
            str(error)
            return accepted, error.errors
        return accepted, ()

    def check(self, given: tuple[Document, Any], answer: Any) -> Iterable[str]:
        """`accepts` and `check` agree; and the judge agrees, or has one of the known reasons not to."""
        if answer is None:
            return ("schema refused",)
        document, value = given
        accepted, errors = answer
        if accepted == bool(errors):
            raise Wrong(f"accepts says {accepted}, check says {errors!r:.500}")
        told = ("accepted",) if accepted else ("refused",)
        if self.size(given) > LONGEST:
            return told
        judge = _judge(document)
        try:
            with at_most(PATIENCE):
                judged = judge.is_valid(value)
        except (RecursionError, OverflowError, TimeoutError, re.error) as error:
            return (*told, f"judge: {type(error).__name__}")
        if judged == accepted:
            return (*told, "judged")
        reason = next((name for name, reason in REASONS.items() if reason.holds(document.value(), value)), None)
        if reason is None:
            raise Wrong(
                f"accepted: {accepted}, by the judge: {judged}; {document.text:.1500} {value!a:.1500} {errors!a:.800}"
            )
        return (*told, "judged", f"disagrees: {reason}")


# ------------------------------------------------------------------------------------------ the judge

PATIENCE = 5.0
"""The judge may take so many seconds. Its regular expressions take time that is exponential in the length of a text."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in what takes longer, in the main thread of a process."""

    def too_long(*_: object) -> None:
        raise TimeoutError(f"there is no answer after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@lru_cache(maxsize=2048)
def _judge(document: Document) -> Any:
    return jsonschema.Draft202012Validator(document.value())


@lru_cache(maxsize=2048)
def _example(document: Document) -> Any:
    value = document.value()
    return Shapes(value).example(value)


class Reason(NamedTuple):
    """Why the judge may say otherwise: it does not, once this is taken out of the schemas of both and of the value."""

    why: str
    ours: Callable[[Any], Any] = lambda schema: schema
    theirs: Callable[[Any], Any] = lambda schema: schema
    value: Callable[[Any], Any] = lambda value: value

    def holds(self, schema: Any, value: Any) -> bool:
        """Whether there is something to take out, and both say the same without it."""
        ours, theirs, taken = self.ours(schema), self.theirs(schema), self.value(value)
        if (ours, theirs) == (schema, schema) and taken == value:
            return False
        try:
            judged = jsonschema.Draft202012Validator(theirs).is_valid(taken)
        except (ValueError, OverflowError, re.error):
            return False
        return bool(judged) == Validator(Document(root=json.dumps(ours), definitions=())).accepts(taken)


def _without_formats(schema: Any) -> Any:
    """A schema without ``format``, at any depth. A property of that name goes too: it is rare."""
    if isinstance(schema, dict):
        return {key: _without_formats(item) for key, item in schema.items() if key != "format"}
    return list(map(_without_formats, schema)) if isinstance(schema, list) else schema


def _as_python(schema: Any) -> Any:
    """A schema whose patterns mean to Python what they mean in JSON Schema."""
    if isinstance(schema, list):
        return list(map(_as_python, schema))
    if not isinstance(schema, dict):
        return schema
    made = {key: _as_python(item) for key, item in schema.items()}
    if isinstance(made.get("pattern"), str):
        made["pattern"] = _pattern(made["pattern"])
    if isinstance(made.get("patternProperties"), dict):
        made["patternProperties"] = {_pattern(key): item for key, item in made["patternProperties"].items()}
    return made


def _pattern(pattern: str) -> str:
    """A pattern of JSON Schema (ECMA 262) as Python has to be given it."""
    made = re.sub(r"\\.|\[(?:\\.|[^\]])*\]|[.$]", lambda found: _as_python_has_it(found[0]), pattern)
    return made.replace("\\d", "[0-9]").replace("\\w", "[A-Za-z0-9_]")


def _as_python_has_it(part: str) -> str:
    """A part of a pattern: one in brackets, one with a backslash, a dot, or a dollar sign."""
    if part.startswith("["):
        return part.replace("\\s", _SPACES)
    return {".": "[^\n\r\u2028\u2029]", "$": "\\Z", "\\s": f"[{_SPACES}]"}.get(part, part)


_SPACES = "\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""What ECMA 262 means by blanks, between brackets."""


def _whole(value: Any) -> Any:
    """A value without halves of surrogate pairs."""
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return list(map(_whole, value))
    return re.sub("[\ud800-\udfff]", "?", value) if isinstance(value, str) else value


REASONS: dict[str, Reason] = {
    "lone surrogate": Reason(
        "It is not a character. Where a schema looks at a string, microspec refuses one. The judge accepts it.",
        value=_whole,
    ),
    "formats": Reason(
        "microspec checks `uri`, `ipv4` and other formats of JSON Schema, as Nova does. The judge accepts any string.",
        ours=_without_formats,
    ),
    "regular expressions": Reason(
        "Python has other characters for `.`, `\\s` and `\\d`, and its `$` matches before a newline at the end, too.",
        theirs=_as_python,
    ),
    "several of these": Reason(
        "Each of them alone is not enough.",
        ours=_without_formats,
        theirs=_as_python,
        value=_whole,
    ),
}
"""The reasons that there are, by their names."""


# --------------------------------------------------------------------------------- schemas that are made up


def _schema(source: Random, depth: int) -> Any:
    """Any schema."""
    made: dict[str, Any] = {}
    for _ in range(source.randint(1, 3)):
        made |= source.choice(_KEYWORDS if depth else _LEAVES)(source, depth)
    return made


def _value(source: Random) -> Any:
    """A value that may stand in a schema: the language has no floating-point numbers."""
    return _without_fractions(mutate.value(source, 1))


def _without_fractions(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_fractions(item) for key, item in value.items()}
    if isinstance(value, list):
        return list(map(_without_fractions, value))
    return int(value) if isinstance(value, float) else value


def _count(source: Random) -> int:
    return source.choice((0, 1, 1, 2, 3, 10))


_LEAVES: tuple[Callable[[Random, int], dict[str, Any]], ...] = (
    lambda source, _: {"type": source.choice(TYPES)},
    lambda source, _: {"type": source.sample(TYPES, 2)},
    lambda source, _: {"enum": [_value(source) for _ in range(source.randint(1, 3))]},
    lambda source, _: {"const": _value(source)},
    lambda source, _: {source.choice(("minLength", "maxLength")): _count(source)},
    lambda source, _: {source.choice(("minItems", "maxItems", "minProperties", "maxProperties")): _count(source)},
    lambda source, _: {source.choice(("minimum", "maximum", "exclusiveMinimum")): source.choice(WHOLE)},
    lambda source, _: {"multipleOf": source.choice((1, 2, 3, 7, 10**20))},
    lambda source, _: {"pattern": source.choice(PATTERNS)},
    lambda source, _: {"format": source.choice(FORMATS)},
    lambda _, __: {"uniqueItems": True},
    lambda source, _: {"required": [source.choice(("a", "b", "", "é"))]},
)
_KEYWORDS: tuple[Callable[[Random, int], dict[str, Any]], ...] = (
    *_LEAVES,
    lambda source, depth: {source.choice(("anyOf", "oneOf", "allOf")): [_schema(source, depth - 1) for _ in range(2)]},
    lambda source, depth: {"not": _schema(source, depth - 1)},
    lambda source, depth: {key: _schema(source, depth - 1) for key in ("if", "then", "else")},
    lambda source, depth: {"items": _schema(source, depth - 1)},
    lambda source, depth: {"prefixItems": [_schema(source, depth - 1), True], "items": source.choice((True, False))},
    lambda source, depth: {"properties": {name: _schema(source, depth - 1) for name in ("a", "b")}},
    lambda source, depth: {"additionalProperties": source.choice((False, _schema(source, depth - 1)))},
    lambda source, depth: {"patternProperties": {source.choice(PATTERNS): _schema(source, depth - 1)}},
    lambda source, depth: {"propertyNames": _schema(source, depth - 1)},
    lambda source, depth: {"allOf": [_schema(source, depth - 1)], "unevaluatedProperties": False},
)


def _values_in(schema: Any) -> list[Any]:
    """What a schema speaks of: values that are likely to be near its limits."""
    found: list[Any] = ["a", "aa", "12", 1, 1.0, True, {"a": 1}, [1, True], [[], [0, False]]]
    if isinstance(schema, dict):
        found += [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ())]
        found += [item for inner in schema.values() if isinstance(inner, dict) for item in _values_in(inner)[9:]]
    return found

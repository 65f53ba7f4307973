"""Whether a value obeys a schema: with `patterns` the only module that imports the validation engine.

A `Validator` is compiled on first use and shared by all operations and versions whose schema is the
same. Whatever it is given, it answers: the engine's own exceptions never get out.
"""

from __future__ import annotations

from _thread import allocate_lock
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

import jsonschema_rs

from ..values import Frozen, put

if TYPE_CHECKING:
    from collections.abc import Callable

    from .refusal import Refusal
    from .standalone import Document


SHARED: WeakValueDictionary[Document, Validator] = WeakValueDictionary()
"""The validators that some operation has, of any history that is in use."""

_LOCK = allocate_lock()


def validator(document: Document) -> Validator:
    """The validator of a document; equal documents share one, for as long as somebody has it."""
    found = SHARED.get(document)
    if found is None:
        made = Validator(document)
        with _LOCK:
            found = SHARED.setdefault(document, made)
    return found


@lru_cache(maxsize=4096)
def takes_pattern(pattern: str) -> bool:
    """Whether the engine takes a regular expression: one without look-around and back-references."""
    from json import dumps

    return takes_schema(dumps({"pattern": pattern}))


@lru_cache(maxsize=4096)
def takes_schema(text: str) -> bool:
    """Whether the engine takes a schema without references, as JSON text."""
    try:
        jsonschema_rs.Draft202012Validator(text, pattern_options=jsonschema_rs.RegexOptions())
    except (ValueError, RecursionError):
        return False
    return True


class Validator(Frozen):
    """A compiled JSON Schema document."""

    accepts: Final[Callable[[Any], bool]]  # type: ignore[misc]  # put in __init__
    """Whether a value obeys the schema. What is no JSON value does not; a `decimal.Decimal` is the number that it is,
    as `json.loads` makes of one where it is told to (``parse_float=Decimal``)."""
    _source: Document
    _engine: jsonschema_rs.Draft202012Validator

    def __init__(self, document: Document) -> None:
        text = document.text
        engine = jsonschema_rs.Draft202012Validator(
            text,
            formats=_checks(text),
            validate_formats=True,
            pattern_options=jsonschema_rs.RegexOptions(),
            mask="",  # what it would write about a value is not used, and may be long
        )
        put(self, "_source", document)
        put(self, "_engine", engine)
        put(self, "accepts", _total(engine.is_valid))

    @cached_property
    def _refusal(self) -> Refusal:
        from .refusal import Refusal

        return Refusal(self._source.value(), self.accepts, self._engine.iter_errors)

    def check(self, instance: Any, noun: str = "property") -> None:
        """Raise `ValidationError` with everything that is wrong, if anything is.

        `noun` is what messages call a member of an object: ``property``, or ``parameter`` of a query.

        At most 1,000 violations are told. Where there may be more, since there are so many or the value
        is too large to be gone through to its end, a last one says so, whose keyword is empty.
        """
        if not self.accepts(instance):
            from .errors import ValidationError

            raise ValidationError(self._refusal.violations(instance, noun))


def _checks(text: str) -> dict[str, Callable[[str], bool]]:
    """The formats in a schema that Python checks. The engine takes longer for every value if it is given one,
    used or not."""
    if '"python-regex"' not in text:
        return {}
    return {"python-regex": _is_python_regex}


@lru_cache(maxsize=32)
def _is_python_regex(text: str) -> bool:
    """As in `formats`. Versions do not share a validator of one text, and it takes a moment to parse it."""
    from .formats import is_python_regex

    return is_python_regex(text)


def _total(is_valid: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A function of the engine's, made to answer whatever it is given."""

    def accepts(instance: Any) -> bool:
        try:
            return is_valid(instance)
        except (ValueError, RecursionError):  # a lone surrogate, a Python object: the engine cannot read it
            return False

    return accepts

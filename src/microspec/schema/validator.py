"""Whether a value obeys a schema. Only this module and `patterns` import the validation engine.

A `Validator` is compiled on first use. All operations and versions with the same schema share it. It answers for any
value, and never raises the engine's own exceptions.
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

    from .prune import Pruner
    from .refusal import Refusal
    from .standalone import Document
    from .vocabulary import CallPart


SHARED: WeakValueDictionary[Document, Validator] = WeakValueDictionary()
"""The validators of the operations of all histories in use."""

_LOCK = allocate_lock()


def validator(document: Document) -> Validator:
    """The validator of a document; equal documents share one, as long as it is in use."""
    found = SHARED.get(document)
    if found is None:
        made = Validator(document)
        with _LOCK:
            found = SHARED.setdefault(document, made)
    return found


@lru_cache(maxsize=4096)
def takes_pattern(pattern: str) -> bool:
    """Whether the engine supports a regular expression: it has no look-around and no back-references."""
    from json import dumps

    return takes_schema(dumps({"pattern": pattern}))


@lru_cache(maxsize=4096)
def takes_schema(text: str) -> bool:
    """Whether the engine accepts a schema without references, as JSON text."""
    try:
        jsonschema_rs.Draft202012Validator(text, pattern_options=jsonschema_rs.RegexOptions())
    except (ValueError, RecursionError):
        return False
    return True


class Validator(Frozen):
    """A compiled JSON Schema document."""

    accepts: Final[Callable[[Any], bool]]  # type: ignore[misc]  # put in __init__
    """Whether a value obeys the schema. A value that is not JSON does not. A `decimal.Decimal`, as from `json.loads`
    with ``parse_float=Decimal``, counts as a number (docs/decisions/0016-decimals-are-numbers.md)."""
    _source: Document
    _engine: jsonschema_rs.Draft202012Validator

    def __init__(self, document: Document) -> None:
        text = document.text
        engine = jsonschema_rs.Draft202012Validator(
            text,
            formats=_checks(text),
            validate_formats=True,
            pattern_options=jsonschema_rs.RegexOptions(),
            mask="",  # the engine's text about a value is not used, and may be long
        )
        put(self, "_source", document)
        put(self, "_engine", engine)
        put(self, "accepts", _total(engine.is_valid))

    @cached_property
    def _refusal(self) -> Refusal:
        from .refusal import Refusal

        return Refusal(self._source.value(), self.accepts, self._engine.iter_errors)

    @cached_property
    def _pruner(self) -> Pruner:
        from json import dumps

        from .prune import Pruner

        parts: dict[int, Validator] = {}  # each is a node of the document, which the pruner keeps

        def accepts(part: Any, instance: Any) -> bool:
            if id(part) not in parts:
                document = type(self._source)(root=dumps(part), definitions=self._source.definitions)
                parts[id(part)] = validator(document)
            return parts[id(part)].accepts(instance)

        return Pruner(self._source.value(), accepts)

    def prune(self, instance: Any) -> Any:
        """The value without the properties that its schema does not know, at any depth.

        The value itself does not change. What is wrong with it in another way stays.
        """
        return self._pruner.prune(instance)

    def check(self, instance: Any, part: CallPart = "request") -> None:
        """Raise `ValidationError` with everything that is wrong, if anything is.

        `part` is what the instance is of a request or an answer.

        At most 1,000 violations are listed. If there may be more, because there are so many or because the value is
        too large to check all of it, a last one with an empty keyword says so.
        """
        if not self.accepts(instance):
            from .errors import ValidationError

            raise ValidationError(self._refusal.violations(instance, part))


def _checks(text: str) -> dict[str, Callable[[str], bool]]:
    """The formats in a schema that Python checks. If it is given one, the engine takes longer for every value, even if
    the format is not used."""
    if '"python-regex"' not in text:
        return {}
    return {"python-regex": _is_python_regex}


@lru_cache(maxsize=32)
def _is_python_regex(text: str) -> bool:
    """As in `formats`. It is cached, because parsing takes a moment and several validators may check the same text."""
    from .formats import is_python_regex

    return is_python_regex(text)


def _total(is_valid: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A function of the engine, made to answer for any value."""

    def accepts(instance: Any) -> bool:
        try:
            return is_valid(instance)
        except (ValueError, RecursionError):  # a lone surrogate, a Python object: the engine cannot read it
            return False

    return accepts

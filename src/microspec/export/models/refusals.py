"""Refusals of the validator as errors of pydantic: the same words and places, in its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from ...schema.pointer import tokens

if TYPE_CHECKING:
    from ...schema.errors import ValidationError as Refused
    from ...schema.errors import Violation


def refusal(title: str, error: Refused, body: Any) -> ValidationError:
    """The error of pydantic for a body that was refused. `title` is the name of its model."""
    found = [_detail(violation, body) for violation in error.errors]
    return ValidationError.from_exception_data(title, found)


def _detail(violation: Violation, body: Any) -> InitErrorDetails:
    """A violation as pydantic's errors are."""
    path: list[int | str] = []
    value = body
    for token in tokens(violation.pointer):
        is_in_list = isinstance(value, (list, tuple)) and token.isdigit()
        path.append(int(token) if is_in_list else token)
        try:
            value = value[path[-1]]
        except (KeyError, IndexError, TypeError):
            value = None
    kind = PydanticCustomError(violation.keyword or "more", "{message}", {"message": violation.message})
    return InitErrorDetails(type=kind, loc=tuple(path), input=value)

"""The error about values that do not obey their schemas."""

from __future__ import annotations

from ..values import ABSENT
from ..values.errors import MicrospecError
from ..values.frozen import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .vocabulary import CallPart


OF_NAMES = frozenset({"additionalProperties", "propertyNames"})
"""The keywords that an object violates by the name of a property, to which the pointer leads."""


class Violation(Value):
    """One mistake in a value: the JSON `pointer` to it, the `keyword` that it violates, and a `message` in words.

    The message is the end of a sentence. Its subject is what the pointer points to.

    `part` is the part of the request or answer that the value is, None if it is neither. `expected` is the value of
    the keyword in the schema, None if the schema has no such keyword (a JSON value; do not change it). `value` is the
    value that the pointer points to, `microspec.ABSENT` if nothing is there. `name` is the name of the property that is
    missing (keyword ``required``) or that the object may not have (``additionalProperties`` and ``propertyNames``).
    `expected` and `value` take no part in equality.
    """

    pointer: str
    keyword: str
    message: str
    part: CallPart | None = None
    name: str | None = None
    expected: Any = None
    value: Any = ABSENT

    _uncompared = ("expected", "value")

    @property
    def depth(self) -> int:
        """How deep in the value the mistake is: 0 for the value itself and its own properties."""
        steps = self.pointer.count("/")
        return steps - 1 if self.keyword in OF_NAMES else steps

    def __str__(self) -> str:
        return f"{self.pointer or 'the value'} {self.message}"


class ValidationError(MicrospecError, ValueError):
    """A value that does not obey its schema: `errors` lists all violations.

    For a very large value, or very many violations, it lists some of them. Then the last of the errors says so, and has
    an empty keyword.
    """

    errors: tuple[Violation, ...]

    def __init__(self, errors: Sequence[Violation]) -> None:
        super().__init__(errors)
        self.errors = tuple(errors)

    @property
    def main(self) -> Violation:
        """The violation to report if there is room for one: the first of those nearest to the top of the value.

        A union says little about what is wrong, so others at the same level go first.
        """
        from .walk import UNIONS

        return min(self.errors, key=lambda item: (not item.keyword, item.depth, item.keyword in UNIONS))

    def __str__(self) -> str:
        return "; ".join(map(str, self.errors))

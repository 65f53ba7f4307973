"""The error about values that do not obey their schemas."""

from __future__ import annotations

from ..values.errors import MicrospecError
from ..values.frozen import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Violation(Value):
    """One mistake in a value: the JSON `pointer` to it, the `keyword` that it violates, and a `message` in words.

    The message is the end of a sentence. Its subject is what the pointer points to.
    """

    pointer: str
    keyword: str
    message: str

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

    def __str__(self) -> str:
        return "; ".join(map(str, self.errors))

"""What is wrong with a value that does not obey its schema."""

from __future__ import annotations

from ..values.errors import MicrospecError
from ..values.frozen import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Violation(Value):
    """One thing wrong with a value: the JSON `pointer` to it, the `keyword` that it violates, a `message` in words.

    The message is the end of a sentence whose subject is what the pointer points to.
    """

    pointer: str
    keyword: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or 'the value'} {self.message}"


class ValidationError(MicrospecError, ValueError):
    """A value that does not obey its schema: `errors`, everything that is wrong with it.

    Of very much that is wrong, and of a very large value, a part is told: then the last of the errors
    says so, and its keyword is empty.
    """

    errors: tuple[Violation, ...]

    def __init__(self, errors: Sequence[Violation]) -> None:
        super().__init__(errors)
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return "; ".join(map(str, self.errors))

"""Places in files, and diagnostics about them."""

from __future__ import annotations

from .errors import MicrospecError
from .frozen import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Location(Value):
    """A place in a file: `file` as text, `line` and `column` counted from 1."""

    file: str
    line: int = 1
    column: int = 1

    @property
    def key(self) -> tuple[str, int, int]:
        """The key to sort locations by."""
        return (self.file, self.line, self.column)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Diagnostic(Value):
    """A mistake in a file: `code` is a key of a table of codes, such as `microspec.authoring.diagnostics.CODES`."""

    location: Location
    code: str
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        return f"{self.location}: {self.code} {self.message}{f' ({self.hint})' if self.hint else ''}"


class Mistakes(MicrospecError):
    """Files with mistakes: `diagnostics` lists all of them, in file order."""

    diagnostics: tuple[Diagnostic, ...]

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(diagnostics)
        self.diagnostics = tuple(diagnostics)

    def __str__(self) -> str:
        return "\n".join(str(diagnostic) for diagnostic in self.diagnostics)

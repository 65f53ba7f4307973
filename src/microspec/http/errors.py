"""The errors about headers, version documents and recordings, and the places in recordings that they name."""

from __future__ import annotations

from ..schema.errors import ValidationError
from ..values.errors import MicrospecError
from ..values.frozen import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Literal


class RefusedVersion(MicrospecError, ValueError):
    """A requested version that the server does not support.

    `status` is 400 for a malformed version, and 406 for an unsupported one. `requested` is the text in the header.
    `body` is the body of the answer, and `headers` are the headers to add to it.
    """

    status: int
    requested: str
    body: dict[str, Any]
    headers: tuple[tuple[str, str], ...]

    def __init__(
        self, status: int, requested: str, body: dict[str, Any], headers: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(status, requested, body, headers)
        self.status, self.requested, self.body, self.headers = status, requested, body, tuple(headers)

    def __str__(self) -> str:
        return "; ".join(f"{self.status}: {fault['message']}" for fault in self.body.values())


class InvalidDocument(ValidationError):
    """A version document that cannot be read: `errors` lists all mistakes."""


class Place(Value):
    """A place in a recording: the `number` of a line, or of an entry of a HAR file, counted from 1."""

    file: str
    number: int
    unit: Literal["line", "entry"] = "line"

    def __str__(self) -> str:
        return f"{self.file}:{self.number}" if self.unit == "line" else f"{self.file}, entry {self.number}"


class Problem(Value):
    """A part of a recording that cannot be read: its `place`, and the `reason` in words."""

    place: Place
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class TrafficError(MicrospecError, ValueError):
    """A recording that cannot be read in full: `problems`, in the order of the file."""

    problems: tuple[Problem, ...]

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))

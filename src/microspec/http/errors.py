"""The errors about what stands on the wire, and the places in recordings that they name."""

from __future__ import annotations

from ..schema.errors import ValidationError
from ..values.errors import MicrospecError
from ..values.frozen import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Literal


class RefusedVersion(MicrospecError, ValueError):
    """A version that a request asks for and does not get.

    `status` is 400 for what is no version, 406 for one that is not served; `requested` is the text in
    the header, `body` the body of the answer, `headers` what is added to its headers.
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
    """A version document that cannot be read: `errors`, everything that is wrong with it."""


class Place(Value):
    """A place in a recording: the `number` of a line of a file, or of an entry of a HAR file, from 1."""

    file: str
    number: int
    unit: Literal["line", "entry"] = "line"

    def __str__(self) -> str:
        return f"{self.file}:{self.number}" if self.unit == "line" else f"{self.file}, entry {self.number}"


class Problem(Value):
    """One thing in a recording that cannot be read: where, and the `reason` in words."""

    place: Place
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class TrafficError(MicrospecError, ValueError):
    """A recording of calls that cannot all be read: `problems`, in the order of the file."""

    problems: tuple[Problem, ...]

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))

"""The error about requests that an API server refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..values.errors import MicrospecError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..schema.errors import Violation
    from ..values.version import Version


class Refused(MicrospecError):
    """A request that is refused: `status`, `headers` (pairs of text) and `body` (bytes) are ready to be sent.

    `message` is the reason in words. `version` is the version that answers, None if the request got no version.
    `operation` is the key of the operation, None if there is none. `violations` are what is wrong with the path, query
    and body.
    """

    status: int
    message: str
    version: Version | None
    operation: str | None
    violations: tuple[Violation, ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __init__(
        self,
        status: int,
        message: str,
        version: Version | None = None,
        operation: str | None = None,
        violations: Sequence[Violation] = (),
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
    ) -> None:
        super().__init__(status, message, version, operation, tuple(violations), tuple(headers), body)
        self.status, self.message, self.version, self.operation = status, message, version, operation
        self.violations, self.headers, self.body = tuple(violations), tuple(headers), body

    def __str__(self) -> str:
        return f"{self.status}: {self.message}"

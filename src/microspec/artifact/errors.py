"""The error about compiled artifacts."""

from __future__ import annotations

from ..values.errors import MicrospecError


class ArtifactError(MicrospecError, ValueError):
    """A compiled artifact that cannot be used: its `folder`, and the `reason`."""

    folder: str
    reason: str

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(folder, reason)
        self.folder, self.reason = folder, reason

    def __str__(self) -> str:
        return (
            f"the compiled specification in {self.folder} cannot be used: {self.reason}"
            f" (to rebuild it: microspec build --spec SOURCES {self.folder})"
        )

"""What a surface is: inputs of one kind, what is called with them, and what has to be true of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from random import Random


SECONDS = 1.0
"""The longest that an input may take, in seconds of one core, if nothing else is said of it."""


class Wrong(Exception):
    """An answer that contradicts what is documented, in words."""


class Surface:
    """One part of the library that reads what others wrote.

    A process makes inputs for it and calls it, thousands one after the other; the inputs do not depend on which.
    """

    name: str
    title: str
    """What is tried, for the page."""
    weight: int = 1
    """How much longer an input of it takes than a usual one, roughly: so many fewer are tried in one go."""

    def bound(self, given: Any) -> float:
        """How many seconds of one core an input may take."""
        del given
        return SECONDS

    def prepare(self) -> None:
        """Load what all processes need, once before they begin."""

    def begin(self, folder: Path) -> None:
        """Begin in a process, which has an empty folder of its own."""

    def make(self, source: Random) -> Any:
        """An input."""
        raise NotImplementedError

    def size(self, given: Any) -> int:
        """The size of an input in bytes."""
        return len(given) if isinstance(given, bytes) else len(repr(given))

    def call(self, given: Any) -> Any:
        """Put an input to the library, and return its answer: this is what is measured.

        The exceptions that are documented are answers. Any other is a crash.
        """
        raise NotImplementedError

    def check(self, given: Any, answer: Any) -> Iterable[str]:
        """Raise `Wrong` if an answer cannot be right. What it returns is counted on the page."""
        del given, answer
        return ()

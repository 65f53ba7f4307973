"""From the method and path of a request to the operations that it may mean.

Knows paths and names of parameters, not versions: whether an operation exists at a version, and what
the answer is if none does, is for `Api.match`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


_PROJECT_ID = frozenset("0123456789abcdef-")


class Router:
    """Finds operation keys (``METHOD /path`` with names in braces, without actions) by a concrete path."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._by_shape: dict[tuple[str, int], list[tuple[str, list[str]]]] = {}
        for key in dict.fromkeys(key.partition("#")[0] for key in keys):
            method, _, path = key.partition(" ")
            segments = path.split("/")[1:]
            self._by_shape.setdefault((method, len(segments)), []).append((key, segments))
        self._first_words = {entry[1][0] for entries in self._by_shape.values() for entry in entries}

    def find(self, method: str, path: str) -> Iterator[tuple[str, dict[str, str]]]:
        """The keys that fit, with the values of the names in their paths; the one with more literal words first.

        A leading project id (hexadecimal digits and hyphens) is passed over.
        """
        before, *segments = path.split("/")
        if before or not segments:
            return
        if (
            len(segments) > 1
            and segments[0]
            and segments[0] not in self._first_words
            and set(segments[0]) <= _PROJECT_ID
        ):
            segments = segments[1:]
        found = []
        for key, pattern in self._by_shape.get((method.upper(), len(segments)), ()):
            values = _values(pattern, segments)
            if values is not None:
                found.append((len(values), key, values))
        for _, key, values in sorted(found, key=lambda entry: entry[:2]):
            yield key, values


def _values(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    """The values of the names in a path, or None if it does not fit."""
    values: dict[str, str] = {}
    for expected, given in zip(pattern, segments, strict=True):
        if expected.startswith("{"):
            if not given:
                return None
            values[expected[1:-1]] = given
        elif expected != given:
            return None
    return values

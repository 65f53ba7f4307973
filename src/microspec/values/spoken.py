"""The versions that a server or a client supports, in all forms in which you can pass them."""

from __future__ import annotations

from .errors import InvalidVersionSet
from .version import Version, VersionLike, VersionRange, VersionSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol, TypeGuard
else:
    Protocol = object  # only a type: to import `typing` takes as long as a bare start of Python


class Speaker(Protocol):
    """A version document that was read, or an endpoint in it (`microspec.discovery`)."""

    @property
    def microversions(self) -> VersionRange | None:
        """The range of microversions, if one is named."""


Spoken = (
    (VersionRange | VersionSet | VersionLike)
    | (tuple[VersionLike, VersionLike] | list[str] | list[tuple[int, int]])
    | Speaker
)
"""A set of versions or its text, a range, a pair of versions, or a result of `microspec.discovery`.

A pair of versions is the range from one to the other: ``("2.1", "2.79")``, ``((2, 1), (2, 79))``. A pair of integers is
one version, here as everywhere: a server that supports ``(2, 79)`` supports 2.79 and no other.
"""


def spoken(value: Spoken) -> VersionSet:
    """The versions that a server or a client supports; none if a version document names none.

    Raises `InvalidVersion`, and `InvalidVersionSet` for anything that is not `Spoken`.
    """
    if isinstance(value, VersionSet):
        return value
    if not _is_of_texts(value):
        return _understood(value)
    found = _UNDERSTOOD.get(value)
    if found is None:
        found = _understood(value)
        if len(_UNDERSTOOD) >= _MOST:
            _UNDERSTOOD.clear()
        _UNDERSTOOD[value] = found
    return found


def _is_of_texts(value: Any) -> TypeGuard[str | tuple[str, str]]:
    """Whether it is a short string, or a pair of them: equal ones mean the same, which is not true of all numbers."""
    if type(value) is str:
        return len(value) <= _LONGEST
    is_pair = type(value) is tuple and len(value) == 2
    return is_pair and all(type(text) is str and len(text) <= _LONGEST for text in value)


_UNDERSTOOD: dict[str | tuple[str, str], VersionSet] = {}
"""What strings and pairs of strings mean, so that the same server is not parsed again for each request."""

_MOST, _LONGEST = 500, 200
"""At most this many are remembered before all are forgotten, and none that is longer."""


def _understood(value: Spoken) -> VersionSet:
    if isinstance(value, str):
        return VersionSet(value)
    if isinstance(value, VersionRange):
        return VersionSet([value])
    if isinstance(value, Version) or _is_of_integers(value):
        return VersionSet([Version(value)])
    if isinstance(value, (tuple, list)):
        if len(value) == 2:
            return VersionSet([VersionRange(*value)])
    elif hasattr(value, "microversions"):
        return VersionSet([value.microversions] if value.microversions else [])
    reason = "pass '2.1-2.79', a pair of versions, or a document from discovery.parse"
    raise InvalidVersionSet(value, reason)


def _is_of_integers(value: object) -> TypeGuard[tuple[int, int]]:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(number, int) for number in value)


def spoken_range(value: Spoken) -> VersionRange:
    """The range that a server or a client supports, from its lowest to its highest version.

    Raises `InvalidVersion`, and `InvalidVersionSet` also for a set that has gaps or no end, or is empty.
    """
    found = spoken(value)
    if not found:
        raise InvalidVersionSet(value, "it names no microversions")
    if len(found.ranges) > 1 or found.ranges[0].last is None:
        reason = "a server or a client must support one range with an end, such as 2.1-2.79"
        raise InvalidVersionSet(str(found), reason)
    return found.ranges[0]

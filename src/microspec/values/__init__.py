"""Immutable values, versions and sets of them, equality of JSON values, and the base of all errors."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Frozen:
    """What does not change: no attribute can be set or deleted. What is worked out later is `kept`."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{_named(type(self))} does not change: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{_named(type(self))} does not change: cannot delete {name!r}")

    def __setstate__(self, state: Any) -> None:
        """Put what was pickled or copied: a mapping of attributes, or one of those in `__dict__` and one of slots."""
        for attributes in state if isinstance(state, tuple) else (state,):
            for name, value in (attributes or {}).items():
                put(self, name, value)


def _named(kind: type) -> str:
    name = kind.__name__.lstrip("_")
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"


put = object.__setattr__
"""Sets an attribute of what is `Frozen`, while it is made."""


class _Absent(Frozen):
    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"

    def __reduce__(self) -> str:
        return "ABSENT"  # the one of this module, wherever it is unpickled


ABSENT: Any = _Absent()
"""What is not given, where None is a value."""


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values, or records of such, are equal: the one equality that there is.

    True is not 1, false is not 0, and 1.0 is 1, wherever they stand. Python has ``True == 1`` and JSON has not,
    so two schemas may be equal to Python and mean something else. Everything that compares values asks here:
    immutable values compare themselves by it, and so do the fold, timelines, caches, diffs and checks. Objects
    are equal whatever the order of their keys.
    """
    return bool(one == other) and alike(one, other)


def alike(one: Any, other: Any) -> bool:
    """Whether values that are equal to Python are the same in JSON.

    What compares itself so, as immutable values do, is not looked into again.
    """
    kind = type(one)
    if one is other or kind is str:
        return True
    if kind is tuple or kind is list:
        return all(map(alike, one, other))
    if kind is dict and type(other) is dict:
        return all(alike(value, other[key]) for key, value in one.items())
    return (kind is bool) == (type(other) is bool)

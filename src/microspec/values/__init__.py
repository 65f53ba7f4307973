"""Immutable values, versions and sets of them, equality of JSON values, and the base of all errors."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Frozen:
    """An immutable object: no attribute can be set or deleted. What is worked out later is `kept`."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{_named(type(self))} is immutable: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{_named(type(self))} is immutable: cannot delete {name!r}")

    def __setstate__(self, state: Any) -> None:
        """Restore a pickle or a copy: a mapping of attributes, or one for `__dict__` and one for slots."""
        for attributes in state if isinstance(state, tuple) else (state,):
            for name, value in (attributes or {}).items():
                put(self, name, value)


def _named(kind: type) -> str:
    name = kind.__name__.lstrip("_")
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"


put = object.__setattr__
"""Sets an attribute of a `Frozen` object while it is made."""


class _Absent(Frozen):
    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"

    def __reduce__(self) -> str:
        return "ABSENT"  # unpickled as the one of this module


ABSENT: Any = _Absent()
"""Stands for a missing value where None is a value."""


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values, or records of them, are equal. The package has no other equality.

    True is not 1, false is not 0, and 1.0 is 1, at any depth. Python has ``True == 1`` and JSON does not, so two
    schemas may be equal to Python and differ in meaning. Everything that compares values uses this function: immutable
    values, the fold, timelines, caches, diffs and checks. The order of the keys of an object does not matter.
    """
    return bool(one == other) and alike(one, other)


def alike(one: Any, other: Any) -> bool:
    """Whether values that Python considers equal are the same in JSON.

    Values that already compare themselves in this way, such as immutable values, are not examined again.
    """
    kind = type(one)
    if one is other or kind is str:
        return True
    if kind is tuple or kind is list:
        return all(map(alike, one, other))
    if kind is dict and type(other) is dict:
        return all(alike(value, other[key]) for key, value in one.items())
    return (kind is bool) == (type(other) is bool)

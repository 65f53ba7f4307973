"""Lists of JSON values as sets: distinct values, missing values, common values, and their order.

`microspec.values.same` decides which values are equal: true is not 1, and 1.0 is.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from typing import Any


def key(value: Any) -> Hashable:
    """A key for an immutable JSON value in a set or a dict: keys are equal if their values are the same."""
    if isinstance(value, bool):
        return bool, value
    return tuple(map(key, value)) if isinstance(value, tuple) else value


def distinct(values: Iterable[Any]) -> tuple[Any, ...]:
    """Immutable values without repetition, in order of first appearance."""
    found: dict[Hashable, Any] = {}
    for value in values:
        found.setdefault(key(value), value)
    return tuple(found.values())


def missing(some: Iterable[Any], others: Iterable[Any]) -> tuple[Any, ...]:
    """Those of some immutable values that are not among others."""
    known = set(map(key, others))
    return tuple(value for value in some if key(value) not in known)


def common(some: Iterable[Any], others: Iterable[Any]) -> tuple[Any, ...]:
    """Those of some immutable values that are among others."""
    known = set(map(key, others))
    return tuple(value for value in some if key(value) in known)


def in_order(values: Iterable[Any]) -> tuple[Any, ...]:
    """Immutable values without repetition, in an order that depends only on the values."""
    given = tuple(values)
    if len(given) < 2:
        return given
    found: dict[str, Any] = {}
    for value in given:
        found.setdefault(text(value), value)
    return tuple(found[each] for each in sorted(found))


def text(value: Any) -> str:
    """A text that is the same for values that are the same, whatever the order of their keys."""
    if isinstance(value, dict):
        return "{" + ",".join([f"{name!r}:{text(item)}" for name, item in sorted(value.items())]) + "}"
    if isinstance(value, (list, tuple)):
        return "(" + ",".join(map(text, value)) + ")"
    if isinstance(value, float) and value.is_integer():
        return repr(int(value))
    return repr(value)

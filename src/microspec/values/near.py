"""Suggestions for an unknown name."""

from __future__ import annotations

from difflib import get_close_matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Steps = tuple[str, ...]

NEAR = 3
"""At most this many near names are given."""

MANY = 2_000
"""If there are more names than this, no near one is looked for, because each takes a moment."""

_ALIKE = 0.6
"""How much alike two names have to be, from 0 to 1."""

_LONGEST = 200
"""Only this many characters of a name are compared."""


def near(name: str, known: Iterable[str]) -> list[str]:
    """The known names that are nearest to one, the nearest first, at most `NEAR`.

    JSON pointers, paths and operations are compared step by step: ``*`` and a name in braces match any step, and may be
    missing. A pointer may also lack its beginning.
    """
    names = dict.fromkeys(known)
    if len(names) > MANY:
        return []
    name = name[:_LONGEST]
    found = _by_steps(name, names) if "/" in name else []
    if not found and name.startswith("/"):
        end = "/".join("*" if step.isdecimal() else step for step in name.split("/"))
        return sorted((item for item in names if item.endswith(end)), key=len)[:NEAR]
    return found or _close(name, names)


def _close(name: str, names: Iterable[str]) -> list[str]:
    """The names that are alike as `difflib` measures it: twice what they share in order, by their lengths together.

    `difflib` is slow. It only gets the names that have enough bytes in common with this one, in any order.
    """
    own = name.encode("utf-8", "surrogatepass")
    alike = []
    for item in names:
        other, enough = item.encode("utf-8", "surrogatepass"), _ALIKE * (len(item) + len(name)) / 2
        if len(other) - len(other.translate(None, own)) >= enough <= len(own) - len(own.translate(None, other)):
            alike.append(item)
    return get_close_matches(name, alike, n=NEAR, cutoff=_ALIKE)


def _by_steps(name: str, names: Iterable[str]) -> list[str]:
    """The names with a near step for each step; if there are none, those with another first step (a method)."""
    below: dict[Steps, dict[str, None]] = {}
    for steps in (tuple(item.split("/")) for item in names):
        for number, step in enumerate(steps):
            below.setdefault(steps[:number], {})[step] = None
    first, *steps_after = name.split("/")
    beginnings = below.get((), {})
    for begin in ([first] if first in beginnings else [], [item for item in beginnings if item != first]):
        found: list[Steps] = [(item,) for item in begin]
        for step in steps_after:
            found = [after for place in found for after in _after(place, step, below)]
        whole = [item for item in map("/".join, found) if item in names]
        if whole:
            return whole[:NEAR]
    return []


def _after(place: Steps, step: str, below: Mapping[Steps, Mapping[str, None]]) -> list[Steps]:
    """The places to which a step may lead: one of that name, one behind any step, or one with a near name."""
    names = below.get(place, {})
    if step in names:
        return [(*place, step)]
    any_step = [(*place, item) for item in names if item == "*" or item.startswith("{")]
    behind = [(*item, step) for item in any_step if step in below.get(item, {})]
    return behind or [*((*place, item) for item in _close(step, names)), *any_step]

"""Numbers of things in words."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def counted(number: int, noun: str) -> str:
    """A number of things; the noun is singular."""
    return f"{number} {noun if number == 1 else _plural(noun)}"


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def bounded(low: Any, high: Any, noun: str = "") -> str:
    """From a lower to an upper limit: numbers, or numbers of things if there is a noun. None stands for no limit."""
    if noun and high == 0:
        return f"no {_plural(noun)}"
    things = f" {noun if (low if high is None else high) == 1 else _plural(noun)}" if noun else ""
    if high is None:
        return f"at least {low}{things}"
    if low is None:
        return f"at most {high}{things}"
    return f"{low}{things}" if low == high else f"{low}-{high}{things}"

"""Verdicts, and what is wrong with an instance, in the same words for all sides."""

from __future__ import annotations

import re
from typing import Any

ACCEPTED, REFUSED, CRASHED, ABSENT = "arc-"
"""Verdicts: the handler would run; 400; 500; there is no such operation at this version (404)."""

WORDS = {ACCEPTED: "accepted", REFUSED: "refused", CRASHED: "crashed", ABSENT: "absent"}
"""Verdicts in words."""


def places(validator: Any, instance: Any) -> list[str]:
    """What is wrong with an instance, each a keyword and a pointer: to the value, or the key that is missing or not.

    Of a union, what is wrong for the nearest of its branches, if the instance is of none.
    """
    found: set[str] = set()
    try:
        for error in validator.iter_errors(instance):
            found |= _places(error)
    except Exception:  # some checks of formats fail on what they do not expect
        found.add("format ")
    return sorted(found)


def _places(error: Any) -> set[str]:
    branches: dict[Any, set[str]] = {}
    for part in error.context:
        branches.setdefault(part.schema_path[0], set()).update(_places(part))
    if branches:
        return nearest(list(branches.values()), list(error.absolute_path))
    return {place(error.validator, path) for path in _paths(error)}


def nearest(branches: list[set[str]], path: list[Any]) -> set[str]:
    """What is wrong for the branch of a union, at a path, for which least is, if it is not of another type at all."""
    return min(branches, key=lambda found: (place("type", path) in found, len(found)))


def place(keyword: str, path: list[Any]) -> str:
    """A keyword and a pointer."""
    steps = ("*" if isinstance(step, int) else step.replace("~", "~0").replace("/", "~1") for step in path)
    return f"{keyword} {''.join(f'/{step}' for step in steps)}"


def _paths(error: Any) -> list[list[Any]]:
    path, names = list(error.absolute_path), []
    if error.validator == "required":
        names = [name for name in error.validator_value if name not in error.instance]
    elif error.validator == "additionalProperties" and error.validator_value is False:
        known, patterns = error.schema.get("properties", ()), error.schema.get("patternProperties", ())
        names = [n for n in error.instance if n not in known and not any(re.search(p, n) for p in patterns)]
    return [[*path, name] for name in names] or [path]

"""Verdicts, and what is wrong with an instance, in the same words for all sides."""

from __future__ import annotations

import re
from typing import Any

ACCEPTED, REFUSED, CRASHED, ABSENT = "arc-"
"""Verdicts: the handler would run; 400; 500; there is no such operation at this version (404)."""

WORDS = {ACCEPTED: "accepted", REFUSED: "refused", CRASHED: "crashed", ABSENT: "absent"}
"""Verdicts in words."""


def places(validator: Any, instance: Any) -> list[str]:
    """What is wrong with an instance, each a keyword and a pointer: to the value, or the key that is missing or not."""
    found = set()
    try:
        for error in validator.iter_errors(instance):
            found |= {" ".join((error.validator, _pointer(path))) for path in _paths(error)}
    except Exception:  # some checks of formats fail on what they do not expect
        found.add("format ")
    return sorted(found)


def _paths(error: Any) -> list[list[Any]]:
    path, names = list(error.absolute_path), []
    if error.validator == "required":
        names = [name for name in error.validator_value if name not in error.instance]
    elif error.validator == "additionalProperties" and error.validator_value is False:
        known, patterns = error.schema.get("properties", ()), error.schema.get("patternProperties", ())
        names = [n for n in error.instance if n not in known and not any(re.search(p, n) for p in patterns)]
    return [[*path, name] for name in names] or [path]


def _pointer(path: list[Any]) -> str:
    return "".join("/*" if isinstance(step, int) else f"/{_escaped(step)}" for step in path)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")

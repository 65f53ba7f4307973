"""Matches regular expressions with the validation engine, in linear time, whatever the expression is.

Python's own engine would take exponential time for some of them, and reads a few characters differently. The validation
engine is only imported if there is a pattern, because most questions have none.
"""

from __future__ import annotations

from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator


def matches(pattern: str, text: str) -> bool:
    """Whether a regular expression matches somewhere in a text. No expression matches a text with a lone surrogate."""
    try:
        return _engine(pattern).is_valid(text)
    except ValueError:  # a lone surrogate: the engine cannot read it
        return False


@lru_cache(maxsize=4096)
def _engine(pattern: str) -> Draft202012Validator:
    from json import dumps

    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(dumps({"pattern": pattern}), pattern_options=jsonschema_rs.RegexOptions())

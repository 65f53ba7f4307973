"""Whether regular expressions match, as the validation engine takes them: in linear time, whoever wrote them.

Python's own would take exponential time for some of them, and means other things by a few signs. The engine is
imported when there is a pattern: most questions meet none.
"""

from __future__ import annotations

from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator


def matches(pattern: str, text: str) -> bool:
    """Whether a regular expression of a specification matches somewhere in a text. None matches half a surrogate."""
    try:
        return _engine(pattern).is_valid(text)
    except ValueError:  # a lone surrogate: the engine cannot read it
        return False


@lru_cache(maxsize=4096)
def _engine(pattern: str) -> Draft202012Validator:
    from json import dumps

    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(dumps({"pattern": pattern}), pattern_options=jsonschema_rs.RegexOptions())

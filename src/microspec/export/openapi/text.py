"""What a document says in words: Markdown (CommonMark), made of the plain text of a specification."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...model.vocabulary import AUDIENCES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...model.definition import Behavior
    from ...model.vocabulary import Audience
    from ...values.version import VersionSet

_SPECIAL = r"[\\`*\[\]<>|~&]|(?<!\w)_|_(?!\w)"
"""What would mean something to Markdown inside of a line; an underscore does not inside of a word."""

_LEADING = r"(?m)^(\s*(?:\d+(?=[.)]))?)([-+#=.)])"
"""What would begin a list or a heading at the beginning of a line."""


def escaped(text: str) -> str:
    """Plain text as Markdown that shows the same text."""
    return re.sub(_LEADING, r"\1\\\2", re.sub(_SPECIAL, r"\\\g<0>", text.strip()))


def since(when: VersionSet) -> str:
    """The versions that have something, as a sentence."""
    ranges = when.ranges
    if len(ranges) == 1 and ranges[0].last is None:
        return f"Since {ranges[0].first}."
    if len(ranges) == 1 and ranges[0].first == ranges[0].last:
        return f"Only in {when}."
    return f"In {when}."


def for_whom(audience: Audience) -> str:
    """Who may do something by default policy, as a sentence."""
    return f"For {AUDIENCES[audience]}, by default policy."


def behavior(value: Behavior, when: VersionSet | None) -> str:
    """A behavior as an item of a list; `when` are its versions, if they are worth saying."""
    return f"- {f'*{since(when)}* ' if when else ''}{escaped(value.text)}"


def paragraphs(*parts: str | Iterable[str]) -> str:
    """Paragraphs, without the empty ones; the lines of a list are one."""
    texts = (part if isinstance(part, str) else "\n".join(part) for part in parts)
    return "\n\n".join(filter(None, texts))


def sentences(*parts: str) -> str:
    """Sentences in a row, without the empty ones."""
    return " ".join(filter(None, parts))


PHRASES = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    203: "Non-Authoritative Information",
    204: "No Content",
    300: "Multiple Choices",
    302: "Found",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    409: "Conflict",
    410: "Gone",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
}
"""The reason phrases of RFC 9110. Those of Python differ between its versions."""


def phrase(status: int) -> str:
    """The name of a status."""
    return PHRASES.get(status, f"Status {status}")


def name_of_status(status: int) -> str:
    """The name of the component for a status that says nothing of its own."""
    return phrase(status).replace(" ", "").replace("-", "")

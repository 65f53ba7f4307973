"""Makes foreign text harmless where it is printed: a function for each output language.

Foreign text comes from a specification, a recording, a file or an argument. A terminal obeys control characters in it,
characters that reverse the direction of writing mislead readers, and CI runs lines that begin with ``::``, and anything
that begins with ``##[`` or ``##vso[``, as commands:
https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

import re
from typing import Any

_UNSEEN = (
    r"\x00-\x1f\x7f-\x9f"  # control characters
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # those that change the direction of writing
    r"\u00ad\u200b\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # no width, or lines
    r"\ud800-\udfff"  # lone surrogates
)
_COMMAND = r"(?<=#)#(?=[a-zA-Z]*\[)"
_UNSAFE = f"[{_UNSEEN}]|{_COMMAND}"
_UNSAFE_IN_JSON = _UNSAFE.replace(r"\x00-\x1f", "")
_COMMANDS = rf"(?m)^(?P<indent>(?:[^\S\n]|\x1b\[[0-9;]*m)*):(?=:)|{_COMMAND}"
_NAMES = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def plain(text: str) -> str:
    r"""Text on one line with only visible characters; all others are escaped as in Python (``\n``, ``\x1b``).

    Letters of all languages stay. A newline at the end is left out, because blocks of YAML have one.
    """
    if text.isprintable() and "##" not in text:  # the usual case, and a quick test
        return text
    return re.sub(_UNSAFE, _escaped, text.removesuffix("\n"))


def _escaped(match: re.Match[str]) -> str:
    number = ord(match[0])
    code = f"x{number:02x}" if number < 0x100 else f"u{number:04x}" if number < 0x10000 else f"U{number:08x}"
    return _NAMES.get(match[0], f"\\{code}")


def without_commands(text: str) -> str:
    """Lines of this package with foreign text in them, without anything that CI would run as a command."""
    if "::" not in text and "##" not in text:
        return text
    return re.sub(_COMMANDS, lambda match: f"{match['indent'] or ''}\\x{ord(match[0][-1]):02x}", text)


def dumped(value: Any, indent: int | None = None) -> str:
    """A value as JSON, in which everything that `plain` escapes has a JSON escape."""
    import json

    text = json.dumps(value, indent=indent, ensure_ascii=False, check_circular=False)
    if text.isascii() and "\x7f" not in text and "##" not in text:
        return text
    return re.sub(_UNSAFE_IN_JSON, lambda match: _escaped_in_json(match[0]), text)


def _escaped_in_json(character: str) -> str:
    import json

    return json.dumps(character)[1:-1] if character != "#" else r"\u0023"


def markdown(text: str) -> str:
    """Text in which no character has a meaning in Markdown, not even in a cell of a table."""
    return re.sub(_EMPHASIS, r"\_", plain(text).translate(_OF_MARKDOWN))


_EMPHASIS = r"(?<!\w)_|_(?!\w)"
"""The underscores that may cause emphasis; those inside a word never do."""

_OF_MARKDOWN = str.maketrans(
    {**{character: f"\\{character}" for character in "\\`*[]~|"}, "<": "&lt;", ">": "&gt;", "&": "&amp;"}
    | {"@": "&#64;", "#": "&#35;"}  # which would mention a user, or another discussion
)


def code(text: str) -> str:
    """Text as a Markdown code span, also for a cell of a table."""
    shown = plain(text)
    is_plain = shown.strip() and "`" not in shown and "|" not in shown
    return f"`{shown}`" if is_plain else f"<code>{markdown(shown)}</code>"


def html(text: str) -> str:
    """Text in HTML, between tags or in an attribute."""
    import html

    return html.escape(plain(text))


def command(text: str, also: str = "") -> str:
    """Text in a workflow command, with percent signs and `also` these characters as GitHub reads them."""
    text = plain(text)
    for character in f"%{also}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text

"""JSON pointers (RFC 6901)."""

from __future__ import annotations


def parse_pointer(pointer: str) -> tuple[str, ...]:
    """The tokens of a JSON pointer (RFC 6901); raises InvalidElement if it does not start with a slash."""
    if pointer in ("", "/"):
        return ()
    if not pointer.startswith("/"):
        from ..values.errors import InvalidElement

        raise InvalidElement(pointer, "this is not a JSON pointer, which starts with a slash")
    return tuple(unescape(token) for token in pointer[1:].split("/"))


def escape(token: str) -> str:
    """A key as it is written in a JSON pointer."""
    return token.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """The key that a token of a JSON pointer stands for."""
    return token.replace("~1", "/").replace("~0", "~") if "~" in token else token

"""JSON pointers (RFC 6901)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def parse_pointer(pointer: str) -> tuple[str, ...]:
    """The tokens of a JSON pointer (RFC 6901). Raises InvalidElement if it does not start with a slash."""
    return tuple(tokens(pointer))


def tokens(pointer: str) -> Iterator[str]:
    """The same one by one: of a long pointer that leads nowhere, only the first tokens are needed."""
    if pointer[:1] not in ("", "/"):
        from ..values.errors import InvalidElement

        raise InvalidElement(pointer, "a JSON pointer must start with a slash")
    start = 1 if pointer else 0
    while start:
        end = pointer.find("/", start)
        yield unescape(pointer[start:] if end < 0 else pointer[start:end])
        start = end + 1


def joined(steps: Iterable[str]) -> str:
    """The pointer with these tokens."""
    return "".join([f"/{escape(step)}" for step in steps])


def escape(token: str) -> str:
    """A key as it is written in a JSON pointer."""
    return token.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """The key that a token of a JSON pointer stands for."""
    return token.replace("~1", "/").replace("~0", "~") if "~" in token else token

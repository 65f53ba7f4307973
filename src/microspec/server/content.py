"""Reads the parts of a request as a server gets them: path, query string, content type, and the bytes of a body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from ..values.reading import Unreadable, json_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..http.headers import Headers


_MOST_PARAMETERS = 1_000


def path_of(path: str | bytes) -> str:
    """A path as text. Raises `Unreadable` for bytes that are not UTF-8."""
    return path if isinstance(path, str) else _utf8(path, "the path")


def query_of(query_string: str | bytes) -> dict[str, list[str]]:
    """The parameters in a query string: each name with its values. Raises `Unreadable` for what is not UTF-8."""
    text = query_string if isinstance(query_string, str) else _utf8(query_string, "the query")
    try:
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise Unreadable("the query is not UTF-8") from None
    except ValueError:
        raise Unreadable(f"the query has more than {_MOST_PARAMETERS:,} parameters") from None


def body_of(content: bytes | None) -> Any:
    """The JSON value of a body; None if there is none. Raises `Unreadable` for what is not JSON, or not clearly."""
    return json_value(_utf8(content, "the body"), strict=True) if content else None


def content_type(headers: Headers) -> str | None:
    """The media type in the headers of a request, in lower case and without parameters; None if there is none."""
    if type(headers) is dict and "REQUEST_METHOD" in headers:  # a WSGI environ
        return _media_type(headers.get("CONTENT_TYPE", ""))
    pairs: Iterable[tuple[Any, Any]] = headers.items() if hasattr(headers, "items") else headers
    for name, value in pairs:
        if len(name) == _LENGTH and _text(name).lower().replace("_", "-") == _CONTENT_TYPE:
            return _media_type(value)
    return None


_CONTENT_TYPE = "content-type"
_LENGTH = len(_CONTENT_TYPE)


def _media_type(value: Any) -> str | None:
    if isinstance(value, (list, tuple)):
        value = value[-1] if value else ""
    return _text(value).partition(";")[0].strip().lower() or None


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _utf8(value: bytes, what: str) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise Unreadable(f"{what} is not UTF-8") from None

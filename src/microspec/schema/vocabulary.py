"""The words of a closed set that values are described by."""

from __future__ import annotations

from typing import Literal

CallPart = Literal["request", "query", "path", "header", "response"]
"""A part of a call: the body of the request, its query, its path or its headers, or the body of the answer."""

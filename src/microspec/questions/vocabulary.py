"""The words that answers are sorted by."""

from __future__ import annotations

from typing import Literal

LimitKind = Literal[
    "server", "client", "specification",
    "feature", "behavior", "operation", "body", "field", "query", "parameter", "response",
]  # fmt: skip
"""What decides which versions fit: what server and client support, or what a call needs."""

AuditKind = Literal["refused", "ignored", "unexpected"]
"""What is wrong with a call: it cannot work, a part of it has no effect, or its answer is not as described."""

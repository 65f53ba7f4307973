"""The words of judgements."""

from __future__ import annotations

from typing import Literal

Severity = Literal["breaking", "compatible", "undecidable"]
"""What a difference means for a caller."""

Direction = Literal["request", "response", "both"]
"""Whether a difference is in what is sent, in what comes back, or in both."""

Sense = Literal["widens", "narrows", "both", "neither", "unsure"]
"""Whether more is possible than before, or less."""

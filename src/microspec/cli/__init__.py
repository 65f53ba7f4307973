"""The command line: arguments and printing. The only place that knows click."""

from __future__ import annotations

from .commands import main

__all__ = ["main"]

"""The command line: arguments and printing. The only room that knows click."""

from __future__ import annotations

from .group import main

__all__ = ["main"]

"""The command line: arguments and printing. The only place that knows click."""

from __future__ import annotations

from . import commands, exporting, negotiating
from .group import main

__all__ = ["commands", "exporting", "main", "negotiating"]

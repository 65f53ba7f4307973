"""The command line: arguments and printing. The only room that knows click."""

from __future__ import annotations

from . import auditing, checking, commands, diffing, explaining, exporting, negotiating
from .group import main

__all__ = ["auditing", "checking", "commands", "diffing", "explaining", "exporting", "main", "negotiating"]

"""The command line: arguments and printing. The only room that knows click."""

from __future__ import annotations

from . import asking, auditing, checking, diffing, explaining, exporting, listing, negotiating, validating
from .group import main

__all__ = [
    "asking",
    "auditing",
    "checking",
    "diffing",
    "explaining",
    "exporting",
    "listing",
    "main",
    "negotiating",
    "validating",
]

"""Diagnostics as annotations: the workflow commands that GitHub shows at the lines of a pull request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..authoring.check import CheckViolation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..values.diagnostics import Diagnostic, Location


def diagnostics(values: Iterable[Diagnostic], level: str = "error") -> str:
    """A line for each; `level` is error, warning or notice."""
    return "".join(f"{annotation(level, item.code, _words(item), item.location)}\n" for item in values)


def annotation(level: str, title: str, message: str, location: Location | None = None) -> str:
    """One workflow command. GitHub knows files by their paths from the root of the repository."""
    properties = {"title": title}
    if location is not None:
        file, here = Path(location.file), Path.cwd()
        name = file.relative_to(here) if file.is_absolute() and file.is_relative_to(here) else file
        place = {"file": name.as_posix(), "line": str(location.line), "col": str(location.column)}
        properties = {**place, **properties}
    given = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in properties.items())
    return f"::{level} {given}::{_escaped(message)}"


def _words(item: Diagnostic) -> str:
    findings = [finding.id for finding in item.findings] if isinstance(item, CheckViolation) else []
    return "\n".join([f"{item.message}{f' ({item.hint})' if item.hint else ''}", *findings])


def _escaped(text: str, also: str = "") -> str:
    """A text with what would end it written as GitHub reads it: percent signs, line ends, and some more."""
    for character in f"%\r\n{also}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text

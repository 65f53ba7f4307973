"""Diagnostics as annotations: the workflow commands that GitHub shows at the lines of a pull request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..authoring.check import CheckViolation
from .escaping import command

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..values.diagnostics import Diagnostic, Location


def diagnostics(values: Iterable[Diagnostic], level: str = "error") -> str:
    """A line for each; `level` is error, warning or notice."""
    return "".join(f"{annotation(level, item.code, _words(item), item.location)}\n" for item in values)


def annotation(level: str, title: str, lines: Iterable[str], location: Location | None = None) -> str:
    """One workflow command, with `lines` of text. GitHub knows files by their paths from the root of the repository."""
    properties = {"title": title}
    if location is not None:
        file, here = Path(location.file), Path.cwd()
        name = file.relative_to(here) if file.is_absolute() and file.is_relative_to(here) else file
        place = {"file": name.as_posix(), "line": str(location.line), "col": str(location.column)}
        properties = {**place, **properties}
    given = ",".join(f"{key}={command(value, ':,')}" for key, value in properties.items())
    return f"::{level} {given}::{'%0A'.join(map(command, lines))}"


def _words(item: Diagnostic) -> list[str]:
    findings = [finding.id for finding in item.findings] if isinstance(item, CheckViolation) else []
    return [f"{item.message}{f' ({item.hint})' if item.hint else ''}", *findings]

"""Starts a specification, or a version of it, for an author to complete. The content comes from `TEMPLATE`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ..values.files import opened, writing_file, writing_new
from ..values.frozen import Value
from ..values.version import Version
from .documents import NAME, VERSION, ServiceDocument
from .errors import StartingError
from .files import read
from .formatting import formatted

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATE = Path(__file__).with_name("template")
"""The folder of the template files; words in capitals in them are replaced."""

_TREE = ("service.yaml", "baseline/common.yaml", "baseline/notes.yaml", "versions/1.1.yaml")


class Started(Value):
    """A specification, the files that were written in it, and the new version."""

    spec: Path
    files: tuple[Path, ...]
    version: Version


def start_specification(folder: Path, service: str) -> Started:
    """Write a small specification of the service to a folder that does not exist or is empty.

    Raises `StartingError` for an invalid name of a service, and for a folder that cannot be written; then nothing is
    written.
    """
    if not re.match(NAME, service):
        raise StartingError(f"{service!r} is not a valid service name; use lower-case words joined by hyphens")
    words = service.split("-")
    header = "-".join([*map(str.capitalize, words), "API", "Version"])
    told = {"SERVICE-NAME": service, "SERVICE-TITLE": " ".join(words).capitalize(), "SERVICE-HEADER": header}
    try:
        with writing_new(folder) as contents:
            contents.update({name: _made(name, told) for name in _TREE})
    except OSError as error:
        raise StartingError(f"{folder} cannot be written: {error.strerror or error}") from error
    return Started(spec=folder, files=tuple(folder / name for name in _TREE), version=Version("1.1"))


def start_version(spec: Path, version: Version | None = None) -> Started:
    """Write the file of the next version of a specification, as far as it can be known.

    Raises `StartingError` for a folder that is not a specification, a version that is not the next one, and a file that
    cannot be written; then nothing is written.
    """
    reading = read(spec / "service.yaml", ServiceDocument)
    if reading.file is None or reading.diagnostics:
        raise StartingError(f"{spec} is not a specification: {reading.diagnostics[0]}")
    try:
        versions = sorted(_versions(spec), key=lambda item: item.key)
        expected = versions[-1].next if versions else Version(reading.file.document.min_version)
        if version in versions:
            raise StartingError(f"{version} already exists; the next version is {expected}")
        if version not in (None, expected):
            raise StartingError(f"{version} is not the next version, which is {expected}")
        path = spec / "versions" / f"{expected}.yaml"
        with writing_file(path) as part:
            part.write_text(_made("new.yaml", {"NEW-VERSION": str(expected)}), encoding="utf-8")
    except OSError as error:
        raise StartingError(f"{error.filename or spec}: {error.strerror or error}") from error
    return Started(spec=spec, files=(path,), version=expected)


def _versions(spec: Path) -> Iterator[Version]:
    """The versions that have a file, whatever its content."""
    for path in (spec / "versions").iterdir():
        if path.suffix == ".yaml" and re.match(VERSION, path.stem):
            yield Version(path.stem)


def _made(name: str, told: dict[str, str]) -> str:
    """A file of the template."""
    with opened(TEMPLATE / name) as file:
        text = file.read().decode()
    for word, value in told.items():
        text = text.replace(word, value)
    return formatted(text.encode(), name, name.rpartition("/")[2])

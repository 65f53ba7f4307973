"""Writes the types of a version as a package of Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...values.files import writing
from .layout import Layout
from .names import ANNOTATIONS
from .pydantic_code import Models
from .text import docstring
from .typed_dicts import TypedDicts

if TYPE_CHECKING:
    from pathlib import Path

    from ...history import History
    from ...model.api import Api

COMMAND = "microspec models"


def write_models(history: History, api: Api, folder: Path, *, typed_dicts: bool = False) -> list[Path]:
    """Make a folder that is a package of models of a version, or of TypedDicts. Returns the files.

    Raises OSError for a folder that cannot be written, or holds what this has not written; then nothing is.
    """
    with writing(folder, COMMAND) as texts:
        texts.update(package(history.service.title, api, typed_dicts=typed_dicts))
    return [folder / name for name in texts]


def package(title: str, api: Api, *, typed_dicts: bool = False) -> dict[str, str]:
    """The texts of the modules of a package by their file names. `title` is that of the service."""
    layout = Layout(api, ANNOTATIONS)
    style = TypedDicts(layout) if typed_dicts else Models(layout)
    found = {f"{module.name}.py": style.module(module) for module in layout.modules}
    modules = "\n".join(f"    {module.name}: {module.title}" for module in layout.modules)
    command = f"{COMMAND} {api.version}{' --typed-dicts' if typed_dicts else ''}"
    about = [f"{title} at {api.version}.", f"Written by {command}; do not change it.", f"Modules:\n{modules}"]
    support = {f"{name}.py": text for name, text in style.support().items()}
    return {"__init__.py": "\n".join([*docstring(about), ""]), **support, **found, "py.typed": ""}

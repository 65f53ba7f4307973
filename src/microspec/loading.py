"""Locates specifications: those that come with the package, and folders.

An installed package contains each of its services in compiled form, and does not read their YAML. In a checkout, or in
an editable installation, the sources are next to the package, and are compiled when they have changed
(`microspec.authoring.checkout`). Any other folder of YAML is compiled once (`microspec.authoring.cache`).
"""

from __future__ import annotations

import os

from .artifact import Index
from .history import History

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from .model.source import Source


_PACKAGE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  # pathlib takes a bare start to import
_INSTALLED = f"{_PACKAGE}/services"
_CHECKOUT = f"{os.path.dirname(os.path.dirname(_PACKAGE))}/spec"  # noqa: PTH120

_loaded: dict[str, History] = {}


def load_service(spec: str | Path) -> History:
    """The history of a bundled service (by name), or of a folder of YAML or of a compiled artifact (by path).

    `folder_of` says what is a name and what is a path. Raises UnknownName for anything else.
    """
    found = _bundled(spec) if isinstance(spec, str) else None
    if found is not None:
        return found
    folder = folder_of(spec)
    if os.path.isfile(f"{folder}/index"):  # noqa: PTH113
        return _compiled(folder)
    from .authoring import cache

    return cache.load(folder, _PACKAGE, _model)


def load_bundled(name: str) -> History:
    """The history of a bundled service. Raises UnknownName for any other, even if a folder has this name."""
    found = _bundled(name)
    if found is None:
        raise _unknown("bundled service", name)
    return found


def _bundled(name: str) -> History | None:
    """The history of a bundled service: read once, and again after it was rebuilt."""
    found = _loaded.get(name)
    if found is not None and not found._origin.is_outdated:
        return found
    folder = _bundled_folder(name)
    if folder is None:
        return None
    _loaded.pop(name, None)
    return _loaded.setdefault(name, _opened(folder))


def is_bundled(spec: str | Path) -> bool:
    """Whether this is the name of a bundled service."""
    return isinstance(spec, str) and (spec in _loaded or _bundled_folder(spec) is not None)


def folder_of(spec: str | Path) -> str:
    """The folder of a specification: that of a bundled service by its name, or that of a path.

    A string is a path if it has a separator, or if a folder has this name and no bundled service does. Raises
    UnknownName for a string that is neither; whether a path exists is not checked.
    """
    if not isinstance(spec, str):
        return str(spec)
    found = _bundled_folder(spec)
    if found is not None:
        return found
    if "/" in spec or os.sep in spec or (os.altsep or "/") in spec or os.path.isdir(spec):  # noqa: PTH112
        return spec
    raise _unknown("bundled service or folder", spec)


def _compiled(folder: str) -> History:
    return History(Index(folder, _model))


def _model(index: Index) -> Source:
    from .artifact.reader import Compiled

    return Compiled(index)


def _opened(folder: str) -> History:
    """The history of a bundled service, compiled, or of the sources in a checkout."""
    compiled = f"{folder}/.compiled"
    if folder == _CHECKOUT:
        from .authoring.checkout import compile_again

        folded = compile_again(folder, compiled, _PACKAGE)
        if folded is not None:
            return folded
    return _compiled(compiled)


def bundled_path(name: str) -> str:
    """The folder of a bundled service. Raises UnknownName for one that is not bundled."""
    found = _bundled_folder(name)
    if found is None:
        raise _unknown("bundled service", name)
    return found


def _bundled_folder(name: str) -> str | None:
    """The folder of a bundled service, if this is one: in the installed package, or next to `src` in a checkout."""
    folder = f"{_INSTALLED}/{name}"
    if name.isidentifier() and os.path.isdir(folder):  # noqa: PTH112
        return folder
    return _CHECKOUT if name == "compute" and not os.path.isdir(_INSTALLED) else None  # noqa: PTH112


def _unknown(kind: str, name: str) -> Exception:
    from .values.errors import UnknownName

    return UnknownName(kind, name, os.listdir(_INSTALLED) if os.path.isdir(_INSTALLED) else ["compute"])  # noqa: PTH112, PTH208

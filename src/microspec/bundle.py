"""Where specifications are found: those that travel with the package, and folders."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import UnknownName

if TYPE_CHECKING:
    from .history import History

_PACKAGE = Path(__file__).parent
_INSTALLED = _PACKAGE / "services"
_CHECKOUT = _PACKAGE.parents[1] / "spec"


def load_service(spec: str | Path) -> History:
    """The history of a bundled service (by name) or of a folder (by path). A bundled one is read once."""
    if isinstance(spec, Path):
        return _load(spec)
    return _bundled(spec)


@cache
def _bundled(name: str) -> History:
    return _load(bundled_path(name))


def _load(path: Path) -> History:
    from .loader import load_tree

    return load_tree(path)


def bundled_path(name: str) -> Path:
    """The folder of a bundled service: in the installed package, or beside `src` in a checkout."""
    folders = {path.name: path for path in _INSTALLED.iterdir()} if _INSTALLED.is_dir() else {"compute": _CHECKOUT}
    if name not in folders:
        raise UnknownName("bundled service", name, folders)
    return folders[name]

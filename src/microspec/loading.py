"""Where specifications are found: those that travel with the package, and folders.

An installed package has each of its services compiled, and does not look at the YAML beside it. In a
checkout, or where the package is installed so that it can be edited, the sources are beside it: what was
compiled from them is kept in the hidden folder ``.compiled`` and is made anew when a file, or the code that
compiles it, has changed.
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

    A bundled one is read once, and again if it was found to have been built anew.
    """
    if not isinstance(spec, str):
        return _compiled(str(spec)) if (spec / "index").is_file() else _fold(spec)
    found = _loaded.get(spec)
    if found is None or found._origin.is_outdated:
        _loaded.pop(spec, None)
        found = _loaded.setdefault(spec, _bundled(spec))
    return found


def _compiled(folder: str) -> History:
    return History(Index(folder, _model))


def _model(index: Index) -> Source:
    from .artifact.reader import Compiled

    return Compiled(index)


def _bundled(name: str) -> History:
    folder = bundled_path(name)
    compiled = f"{folder}/.compiled"
    return _compiled(compiled) if folder != _CHECKOUT else _checkout(compiled)


def _checkout(compiled: str) -> History:
    """The history of the sources in a checkout: compiled, if that is still what the files say."""
    signature = _signature(_CHECKOUT)
    try:
        with open(f"{compiled}/signature", encoding="utf-8") as file:  # noqa: PTH123
            if file.read() == signature:
                return _compiled(compiled)
    except (OSError, ValueError):
        pass  # there is none yet, or not one to be used
    return _compile(compiled, signature)


def _compile(compiled: str, signature: str) -> History:
    from pathlib import Path

    from .authoring.build import write_artifact

    try:
        (Path(compiled) / "signature").unlink(missing_ok=True)
        write_artifact(Path(_CHECKOUT), Path(compiled))
        (Path(compiled) / "signature").write_text(signature, encoding="utf-8")
    except OSError:
        return _fold(Path(_CHECKOUT))  # the folder cannot be written: the answers are the same, only later
    return _compiled(compiled)


def _signature(folder: str) -> str:
    """The names, sizes and times of the files of a specification, and of the code that compiles it."""
    found = []
    with os.scandir(_PACKAGE) as entries:
        rooms = [entry.path for entry in entries if entry.is_dir()]
    for path in (folder, f"{folder}/baseline", f"{folder}/versions", _PACKAGE, *rooms):
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.endswith((".yaml", ".py")):
                    status = entry.stat()
                    found.append(f"{path}/{entry.name} {status.st_size} {status.st_mtime_ns}\n")
    return "".join(sorted(found))


def _fold(spec: Path) -> History:
    from .authoring.tree import load_tree

    return load_tree(spec)


def bundled_path(name: str) -> str:
    """The folder of a bundled service: in the installed package, or beside `src` in a checkout."""
    folder = f"{_INSTALLED}/{name}"
    if os.path.isdir(folder) and name.isidentifier():  # noqa: PTH112
        return folder
    if name == "compute" and not os.path.isdir(_INSTALLED):  # noqa: PTH112
        return _CHECKOUT
    from .values.errors import UnknownName

    raise UnknownName("bundled service", name, os.listdir(_INSTALLED) if os.path.isdir(_INSTALLED) else ["compute"])  # noqa: PTH112, PTH208

"""Compiles the sources in a checkout if they have changed.

The result is in a hidden folder next to the sources, with a signature of everything that it depends on.
"""

from __future__ import annotations

import os

from ..artifact import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..history import History


def compile_again(spec: str, folder: str, package: str) -> History | None:
    """Compile a specification into a folder, unless the folder is up to date.

    `package` is the folder of the code that compiles it. Returns None if the folder can be read afterwards, or else the
    history of the files: its answers are the same, only slower.
    """
    signature = _signature(spec, package)
    try:
        with open(f"{folder}/signature", encoding="utf-8") as file:  # noqa: PTH123  # pathlib takes long to import
            if file.read() == signature and read(folder, "index"):
                return None
    except (OSError, ValueError):
        pass  # there is none yet, or it cannot be used
    from pathlib import Path

    from ..artifact.errors import ArtifactError
    from ..values.files import writing
    from .build import compiled

    history: History | None = None
    try:
        with writing(Path(folder)) as texts:
            history, made = compiled(Path(spec))
            texts.update(made, signature=signature)
        read(folder, "index")
    except (OSError, ArtifactError):  # it cannot be written, or another process is writing it
        from .tree import load_tree

        return load_tree(Path(spec)) if history is None else history
    return None


def _signature(spec: str, package: str) -> str:
    """The facts about the files of a specification and of the code that compiles it that need no reading."""
    return signature(spec, f"{spec}/baseline", f"{spec}/versions", *rooms(package))


def rooms(package: str) -> list[str]:
    """The folders of the code that compiles a specification."""
    with os.scandir(package) as entries:
        return [package, *(entry.path for entry in entries if entry.is_dir())]


def signature(*folders: str) -> str:
    """The names, sizes and times of the files in some folders that are YAML or Python."""
    found = []
    for path in folders:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.endswith((".yaml", ".py")):
                    status = entry.stat(follow_symlinks=entry.is_file())  # a link may lead nowhere
                    found.append(f"{path}/{entry.name} {status.st_size} {status.st_mtime_ns}\n")
    return "".join(sorted(found))

"""The one way to write files: all of a folder that is to be written, or nothing."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from errno import EISDIR
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def writing(folder: Path) -> Iterator[dict[str, str | bytes]]:
    """Put files into a folder, which is made if it is not there: their contents by name, as the block leaves them.

    All are written beside the folder's files before the first is put in place, in the order of the names; each
    takes the place of another whole, whoever else writes the same. Text is written as UTF-8. Raises OSError for
    a folder that cannot be written, before the block runs. If anything is raised, files that were there are as
    they were, and a folder that was not is not there.
    """
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix=".parts-", dir=folder) as parts:
            contents: dict[str, str | bytes] = {}
            yield contents
            for name, content in contents.items():
                Path(parts, name).write_bytes(content.encode() if isinstance(content, str) else content)
            for name in contents:
                if (folder / name).is_dir():
                    raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(folder / name))
            for name in contents:
                Path(parts, name).replace(folder / name)
    finally:
        if is_new:
            with suppress(OSError):
                folder.rmdir()  # if there is nothing in it

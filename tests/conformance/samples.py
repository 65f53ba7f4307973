"""The samples in Nova's source distributions: bodies of requests and answers, each with the operation that it is of.

Nova's API reference includes its samples section by section, and says which method and path a section
is about, and of an action its key. A sample lies in a folder of the version from which it holds, up to
the next one of its name.
"""

from __future__ import annotations

import json
import re
import tarfile
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_METHOD = re.compile(r"\.\. rest_method::\s+(\S+)\s+(\S+)")
_ACTION = re.compile(r"\((\S+) Action\)")
_INCLUDED = re.compile(r"literalinclude::.*doc/api_samples/(\S+)")
_VERSION = re.compile(r"/v2\.(\d+)(?=/)")
_PARTS = {"Request": "request", "Response": "response"}


class Sample(NamedTuple):
    """A body. `operation`: method, path, and the action if a heading tells; `first`: the minor from which it holds."""

    name: str
    kind: str
    operation: str
    first: int
    body: Any


class Samples:
    """Those of a source distribution.

    `tables`: for ``request`` and ``response`` the operations that its API reference does not tell, by the
    name of the sample; None: it is no such body.
    """

    def __init__(self, release: str, sdist: Path, tables: dict[str, dict[str, list[str] | None]]) -> None:
        with tarfile.open(sdist) as archive:
            texts = dict(_texts(archive))
        self.release = release
        self._tables = tables
        self._bodies = {name: text for name, text in texts.items() if name.endswith(".json")}
        self._operations: dict[str, dict[str, list[str]]] = {kind: {} for kind in _PARTS.values()}
        for name, text in sorted(texts.items()):
            if name.endswith(".inc"):
                self._read(text)

    def _read(self, section: str) -> None:
        operation, action, kind, before = "", "", "", ""
        for line in section.splitlines():
            if found := _METHOD.match(line):
                operation, kind = f"{found[1]} {found[2]}", "request"
            elif set(line) == {"="}:
                action = found[1] if (found := _ACTION.search(before)) else ""
            elif set(line) == {"-"}:
                kind = _PARTS.get(before, kind)
            elif (found := _INCLUDED.search(line)) and kind:
                key = f"{operation}#{action}" if action and operation.endswith("/action") else operation
                self._operations[kind].setdefault(_VERSION.sub("", found[1]), []).append(key)
            before = line

    def __iter__(self) -> Iterator[Sample]:
        """The samples, once for each operation that they are of."""
        for name, text in sorted(self._bodies.items()):
            version = _VERSION.search(name)
            stem = _VERSION.sub("", name)
            for kind in _PARTS.values():
                for operation in self._operations_of(kind, name, stem):
                    first = int(version[1]) if version else 1
                    yield Sample(name, kind, operation, first, json.loads(text))

    def _operations_of(self, kind: str, name: str, stem: str) -> list[str]:
        told = list(dict.fromkeys(self._operations[kind].get(stem, ())))
        table = self._tables[kind]
        return table.get(name, table.get(stem, told)) or []

    @property
    def names(self) -> set[str]:
        """The names of all samples but those of which the tables say that they are none."""
        none = {name for table in self._tables.values() for name, operations in table.items() if operations is None}
        return {name for name in self._bodies if name not in none and _VERSION.sub("", name) not in none}


def _texts(archive: tarfile.TarFile) -> Iterator[tuple[str, str]]:
    """The samples and the sections of the API reference, by name."""
    for member in archive:
        for folder, suffix in (("/doc/api_samples/", ".json"), ("/api-ref/source/", ".inc")):
            _, inside, name = member.name.partition(folder)
            file = archive.extractfile(member) if inside and name.endswith(suffix) else None
            if file is not None:
                yield name, file.read().decode("utf-8")

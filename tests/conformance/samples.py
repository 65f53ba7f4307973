"""The request samples in Nova's source distribution, each with the operation that it is of.

Nova's API reference includes its samples section by section, and says which method and path a section
is about. A sample lies in a folder of the version from which it holds, up to the next one of its name.
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
_INCLUDED = re.compile(r"literalinclude::.*doc/api_samples/(\S+)")
_VERSION = re.compile(r"/v2\.(\d+)(?=/)")
_ANSWER = re.compile(r"-(resp?|get|list|index|details)\b")


class Sample(NamedTuple):
    """A request body. `operation`: method and path, without an action; `first`: the minor from which it holds."""

    name: str
    operation: str
    first: int
    body: Any


class Samples:
    """Those of a source distribution. `table`: operations that its API reference does not tell; None: no request."""

    def __init__(self, sdist: Path, table: dict[str, str | None]) -> None:
        with tarfile.open(sdist) as archive:
            texts = dict(_texts(archive))
        self._table = table
        self._bodies = {name: text for name, text in texts.items() if name.endswith(".json")}
        self._operations: dict[str, list[str]] = {}
        for name, text in sorted(texts.items()):
            if name.endswith(".inc"):
                self._read(text)

    def _read(self, section: str) -> None:
        operation, is_request, before = "", False, ""
        for line in section.splitlines():
            if found := _METHOD.match(line):
                operation, is_request = f"{found[1]} {found[2]}", True
            elif set(line) == {"-"} and before in ("Request", "Response"):
                is_request = before == "Request"
            elif (found := _INCLUDED.search(line)) and is_request:
                self._operations.setdefault(_VERSION.sub("", found[1]), []).append(operation)
            before = line

    def __iter__(self) -> Iterator[Sample]:
        """The samples, once for each operation that they are of."""
        for name, text in sorted(self._bodies.items()):
            version = _VERSION.search(name)
            stem = _VERSION.sub("", name)
            for operation in self._operations_of(stem):
                yield Sample(name, operation, int(version[1]) if version else 1, json.loads(text))

    def _operations_of(self, stem: str) -> list[str]:
        found = [*self._operations.get(stem, ()), self._table.get(stem) or ""]
        return [operation for operation in dict.fromkeys(found) if operation.startswith(("POST ", "PUT "))]

    def unassigned(self) -> list[str]:
        """The samples that look like requests and are of no operation."""
        stems = dict.fromkeys(_VERSION.sub("", name) for name in sorted(self._bodies))
        known = {stem for stem in stems if stem in self._table or _ANSWER.search(stem) or self._operations_of(stem)}
        return [stem for stem in stems if stem not in known]


def _texts(archive: tarfile.TarFile) -> Iterator[tuple[str, str]]:
    """The samples and the sections of the API reference, by name."""
    for member in archive:
        for folder, suffix in (("/doc/api_samples/", ".json"), ("/api-ref/source/", ".inc")):
            _, inside, name = member.name.partition(folder)
            file = archive.extractfile(member) if inside and name.endswith(suffix) else None
            if file is not None:
                yield name, file.read().decode("utf-8")

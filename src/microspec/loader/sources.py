"""The files that a history was read from: where things are written, and where two trees write them otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..history import History
    from ..version import Version
    from .documents import CommonDocument, ResourceDocument, ServiceDocument, VersionDocument
    from .files import File
    from .yaml import Node

    Steps = tuple[Any, ...]

_WORDING = ("title", "summary", "description", "instead", "text", "why", "when")
"""The keys whose texts are for people."""


class Sources:
    """The files of a specification without mistakes, and the `history` that they tell."""

    def __init__(
        self,
        root: Path,
        history: History,
        service: File[ServiceDocument],
        common: File[CommonDocument] | None,
        resources: Sequence[File[ResourceDocument]],
        versions: Mapping[Version, File[VersionDocument]],
    ) -> None:
        self.root, self.history, self.service, self.versions = root, history, service, versions
        self.common, self._resources = common, resources

    def in_service(self, *path: str) -> Location:
        """The place in ``service.yaml`` of the key that a path ends with, or of the nearest one above it."""
        return self.service.location(*path, of_key=True)

    def in_version(self, version: Version, section: str, name: str) -> Location:
        """The place of an entry of a section of a version file; if there is none, where it would stand."""
        file = self.versions[version]
        entries = file.node.children.get(section)
        if entries is None:
            return file.location("microversion")
        return file.location(*((section, name) if name in entries.children else (section,)), of_key=True)

    def in_baseline(self, old: Sources, section: str, name: str, near: str = "") -> Location:
        """The place in the baseline that says something else of an operation or a schema than it did in `old`.

        Where several do, the one about `near`, a name within it, is preferred. What is not there any
        more is told of the file that it was in.
        """
        here, there = self._file_with(section, name), old._file_with(section, name)
        if here is None:
            file = self.root / Path(there.name).relative_to(old.root) if there else self.root
            return Location(file=str(file if file.is_file() else self.root / "baseline"))
        found = _edits(here, there, (section, name))
        if not found and section == "operations":
            query = here.node.at((section, name, "query")).value
            if isinstance(query, str):
                found = _edits(self._file_with("queries", query), old._file_with("queries", query), ("queries", query))
            found = found or _edits(here, there, ("audience",))
        edit = next((edit for edit in found if near in edit[1]), found[0] if found else None)
        return _location(*edit) if edit else here.location(section, name, of_key=True)

    def in_common(self, old: Sources) -> Location:
        """The place in ``baseline/common.yaml`` that says something else than it did in `old`."""
        if self.common is None:
            return Location(file=str(self.root / "baseline"))
        found = [
            edit for edit in _edits(self.common, old.common, ()) if edit[1][:1] not in (("queries",), ("schemas",))
        ]
        return _location(*found[0]) if found else Location(file=self.common.name)

    def _file_with(self, section: str, name: str) -> File[Any] | None:
        """The file of the baseline in which an entry of a section stands."""
        files: list[File[Any]] = [*([self.common] if self.common else ()), *self._resources]
        for file in files:
            entries = file.node.children.get(section)
            if entries is not None and name in entries.children:
                return file
        return None


def _edits(new: File[Any] | None, old: File[Any] | None, path: Steps) -> list[tuple[File[Any], Steps]]:
    """The paths below one at which a file says something else than another, wording aside."""
    if new is None or old is None:
        return []
    return [(new, edit) for edit in _differing(new.node.at(path), old.node.at(path), path)]


def _differing(new: Node, old: Node, path: Steps) -> Iterator[Steps]:
    """The paths at which one node says something else than another; for what is gone, that of what it was in."""
    if isinstance(new.value, (dict, list)) and type(new.value) is type(old.value):
        for step, child in new.children.items():
            if step in old.children:
                yield from _differing(child, old.children[step], (*path, step))
            else:
                yield (*path, step)
        if not old.children.keys() <= new.children.keys():
            yield path
    elif new.value != old.value and not (path and path[-1] in _WORDING and isinstance(new.value, str)):
        yield path


def _location(file: File[Any], path: Steps) -> Location:
    """The place of a scalar or an item of a list; of anything else, that of its key."""
    holds_more = isinstance(file.node.at(path).value, (dict, list))
    return file.location(*path, of_key=holds_more and isinstance(path[-1], str))

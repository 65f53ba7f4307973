"""The files that a history was read from: the places of its elements, and the places where two trees differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..values import same
from ..values.diagnostics import Location
from .documents import named_sets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..history import History
    from ..model.changes import Change
    from ..values.version import Version
    from .documents import CommonDocument, ResourceDocument, ServiceDocument, VersionDocument
    from .files import File
    from .yaml import Node

    Steps = tuple[Any, ...]


_WORDING = ("title", "summary", "description", "instead", "text", "why", "when", "feature")
"""The keys that are for people, or only group things."""


class Sources:
    """The files of a specification without mistakes, and the `history` in them."""

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
        """The location in ``service.yaml`` of the last key of a path, or of the nearest key above it."""
        return self.service.location(*path, of_key=True)

    def in_version(self, version: Version, section: str, name: str) -> Location:
        """The location of an entry of a section of a version file; if there is none, where it would be."""
        file = self.versions[version]
        entries = file.node.children.get(section)
        if entries is None:
            return file.location("microversion")
        return file.location(*((section, name) if name in entries.children else (section,)), of_key=True)

    def in_change(self, old: Sources, version: Version, change: Change, near: str = "") -> Location:
        """The location in a change that differs from the change of the same kind and target in `old`."""
        file, before = self.versions[version], old.versions[version]
        place = change.location or file.location("microversion")
        for number, entry in file.node.children["changes"].children.items():
            path = ("changes", number)
            if change.verb in entry.children and place in _places(file, path, change.verb):
                there = _same_change(entry, before.node.children["changes"], change.verb)
                found = _differing(entry, there, path) if there else ()
                return _nearest([(file, edit) for edit in found], near) or place
        return place

    def in_baseline(self, old: Sources, section: str, name: str, near: str = "") -> Location:
        """The location in the baseline at which an operation or a schema differs from `old`.

        If there are several, the one about `near`, a name within it, is preferred. For something that was removed, it
        is the file that had it.
        """
        here, there = self._file_with(section, name), old._file_with(section, name)
        if here is None:
            file = self.root / Path(there.name).relative_to(old.root) if there else self.root
            return Location(file=str(file if file.is_file() else self.root / "baseline"))
        found = _edits(here, there, (section, name))
        if not found and section == "operations":
            for query in named_sets(here.node.at((section, name, "query")).plain()):
                found += _edits(self._file_with("queries", query), old._file_with("queries", query), ("queries", query))
            found = found or _edits(here, there, ("audience",))
        return _nearest(found, near) or here.location(section, name, of_key=True)

    def in_common(self, old: Sources) -> Location:
        """The location in ``baseline/common.yaml`` that differs from `old`."""
        if self.common is None:
            return Location(file=str(self.root / "baseline"))
        found = [
            edit for edit in _edits(self.common, old.common, ()) if edit[1][:1] not in (("queries",), ("schemas",))
        ]
        return _location(*found[0]) if found else Location(file=self.common.name)

    def _file_with(self, section: str, name: str) -> File[Any] | None:
        """The file of the baseline that has an entry of a section."""
        files: list[File[Any]] = [*([self.common] if self.common else ()), *self._resources]
        for file in files:
            entries = file.node.children.get(section)
            if entries is not None and name in entries.children:
                return file
        return None


def _places(file: File[Any], path: Steps, verb: str) -> Iterator[Location]:
    """The possible places of the names of changes that are written as one at a path: targets, or parameters."""
    for key in (verb, "query", "path", "header"):
        node = file.node.at(path).children.get(key)
        if node is not None:
            yield from (file.location(*path, key, place) for place in node.children or (0,))


def _same_change(change: Node, changes: Node, verb: str) -> Node | None:
    """The change with the same verb and target among others."""
    target = change.children[verb].plain()
    others = changes.children.values()
    return next((item for item in others if verb in item.children and same(item.children[verb].plain(), target)), None)


def _edits(new: File[Any] | None, old: File[Any] | None, path: Steps) -> list[tuple[File[Any], Steps]]:
    """The paths below a path at which two files differ, apart from wording."""
    if new is None or old is None:
        return []
    return [(new, edit) for edit in _differing(new.node.at(path), old.node.at(path), path)]


def _nearest(edits: Sequence[tuple[File[Any], Steps]], near: str) -> Location | None:
    """The location of the edit that is about a name, or else of the first one; None if there are no edits."""
    about = [edit for edit in edits if near in edit[1]]
    return _location(*(about or edits)[0]) if edits else None


def _differing(new: Node, old: Node, path: Steps) -> Iterator[Steps]:
    """The paths at which two nodes differ; for something that was removed, the path of what contained it."""
    if isinstance(new.value, (dict, list)) and type(new.value) is type(old.value):
        for step, child in new.children.items():
            if step in old.children:
                yield from _differing(child, old.children[step], (*path, step))
            else:
                yield (*path, step)
        if not old.children.keys() <= new.children.keys():
            yield path
    elif not same(new.value, old.value) and not (path and path[-1] in _WORDING and isinstance(new.value, str)):
        yield path


def _location(file: File[Any], path: Steps) -> Location:
    """The location of a scalar or an item of a list; for anything else, that of its key."""
    holds_more = isinstance(file.node.at(path).value, (dict, list))
    return file.location(*path, of_key=holds_more and isinstance(path[-1], str))

"""Finds the names in a value that a schema describes, at any depth. Levels are looked up when a value reaches them."""

from __future__ import annotations

from . import walk
from .pointer import joined, parse_pointer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from .walk import Schema


class Fields:
    """The names in the values that a schema describes.

    A name is known if `walk.find` finds a schema for it: as a property, or by a pattern. The name ``*`` stands for all
    items of an array. A name that is only allowed, because nothing forbids it, is not known.
    """

    def __init__(self, schema: Schema, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self._levels: dict[tuple[int, ...], Level] = {}
        self.top = self.level([schema])

    def level(self, schemas: Iterable[Any]) -> Level:
        """The level that these schemas describe together: one object for the same schemas."""
        found = {id(branch): branch for schema in schemas for branch in walk.branches(schema, self._schemas)}
        key = tuple(found)  # the schemas live as long as their version
        if key not in self._levels:
            self._levels[key] = Level(self, found.values())
        return self._levels[key]

    def knows_all(self, value: Any) -> bool:
        """Whether every name in a value is known."""
        stack = [(self.top, value)]
        while stack:
            level, value = stack.pop()
            if isinstance(value, dict):
                for name, item in value.items():
                    below = level.below(name)
                    if below is None:
                        return False
                    if isinstance(item, (dict, list, tuple)):
                        stack.append((below, item))
            elif value:
                below = level.below("*")
                if below is None:
                    return False
                stack += [(below, item) for item in value if isinstance(item, (dict, list, tuple))]
        return True

    def known(self, value: Any) -> Iterator[tuple[str, ...]]:
        """The known names in a value, each with the names that lead to it. Some are repeated."""
        stack: list[tuple[tuple[str, ...], Level, Any]] = [((), self.top, value)]
        while stack:
            above, level, value = stack.pop()
            items = value.items() if isinstance(value, dict) else (("*", item) for item in value)
            for name, item in items:
                below = level.below(name)
                if below is not None:
                    yield (*above, name)
                    if isinstance(item, (dict, list, tuple)):
                        stack.append(((*above, name), below, item))

    def known_part(self, pointer: str) -> str:
        """The first steps of a pointer, as far as they are known."""
        steps = parse_pointer(pointer)
        return joined(steps[: self.depth(steps)])

    def depth(self, names: Iterable[str]) -> int:
        """How many names are known, each inside the one before, up to the first unknown one."""
        level: Level | None = self.top
        count = 0
        for name in names:
            level = level.below(name) if level else None
            if level is None:
                break
            count += 1
        return count


class Level:
    """The known names of the objects and arrays at one place."""

    __slots__ = ("_below", "_branches", "_fields", "_has_patterns", "_listed")

    def __init__(self, fields: Fields, branches: Iterable[Schema]) -> None:
        self._fields, self._branches = fields, tuple(branches)
        self._listed = {"*", *(name for branch in self._branches for name in branch.get("properties", ()))}
        self._has_patterns = any("patternProperties" in branch for branch in self._branches)
        self._below: dict[str, Level | None] = {}

    def below(self, name: str) -> Level | None:
        """The level below a name, or below the items of an array (``*``). None for an unknown name."""
        if name in self._below:
            return self._below[name]
        is_listed = name in self._listed
        found = self._found(name) if is_listed or self._has_patterns else None
        if is_listed:  # the number of others is unlimited
            self._below[name] = found
        return found

    def _found(self, name: str) -> Level | None:
        schemas = [schema for branch in self._branches for schema, _ in walk.step(branch, name)]
        return self._fields.level(schemas) if schemas else None

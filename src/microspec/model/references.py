"""The schemas that definitions and schemas refer to. Each is searched once, however many versions have it."""

from __future__ import annotations

from ..schema.walk import reach, references
from .definition import Definition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..schema.walk import Schema


def names_in(value: Definition | Schema) -> tuple[str, ...]:
    """The names that a definition or a schema has in it, in order."""
    names = value.schema_names() if isinstance(value, Definition) else references(value)
    return tuple(sorted(set(names)))


class References:
    """The names of the schemas in definitions and schemas. It keeps what it has searched alive."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Definition | Schema, tuple[str, ...]]] = {}  # by identity: most live for long

    def of(self, value: Definition | Schema) -> tuple[str, ...]:
        """The names that a definition or a schema has in it, in order."""
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = (value, names_in(value))
        return known[1]

    def closure(self, names: Iterable[str], schemas: Mapping[str, Schema]) -> dict[str, Schema]:
        """The schemas with these names and all that they refer to, directly or not."""
        reached = reach(names, lambda name: self.of(schemas[name]) if name in schemas else ())
        return {name: schemas[name] for name in reached if name in schemas}

"""The state of an element of an operation, at a version or between two changes, and what it depends on."""

from __future__ import annotations

from ..schema.pointer import tokens
from ..schema.walk import find, reach, references
from ..values import same
from ..values.frozen import EMPTY, frozendict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from ..values.locator import Locator
    from .api import Api
    from .definition import Common, Definition

    Named = Callable[[str], Any]
    """Looks up a name; None if nothing has it."""


class Look:
    """The state of an element: its `values`, none if it does not exist, and the names of what they refer to.

    `way` are the names of the definitions and schemas on the way to it, and `steps` the steps of its pointer there, as
    far as it leads. `held` are the names of the schemas that it refers to, directly or not. Some of these may not
    exist.
    """

    __slots__ = ("held", "steps", "values", "way")

    def __init__(
        self,
        values: tuple[Any, ...],
        way: dict[str, None],
        held: tuple[dict[str, None], ...] = (),
        steps: Iterable[str] = (),
    ) -> None:
        self.values, self.way, self.held, self.steps = values, way, held, frozenset(steps)

    def refers_to(self, name: str) -> bool:
        """Whether it refers to a schema, directly or not."""
        return any(name in names for names in self.held)

    def is_same(self, other: Look) -> bool:
        """Whether two are the same, provided that all schemas that they refer to are."""
        return self.held == other.held and same(self.values, other.values)


def look(
    locator: Locator, definition_of: Named, schema_of: Named, further: Callable[[str], Iterable[str]], common: Common
) -> Look:
    """The state of the named element; `further` gives the names of the schemas in a definition or a schema."""
    key, way = locator.operation, {locator.operation: None}
    definition: Definition | None = definition_of(key)
    if definition is None:
        return Look((), way)
    if definition.alias_of:
        way[definition.alias_of] = None
        if (other := definition_of(definition.alias_of)) is not None:
            key, definition = definition.alias_of, other
    seen = _Seen(schema_of, way)
    steps: set[str] = set()
    values: list[Any] = []
    held: list[dict[str, None]] = []

    def hold(value: Any, names: Iterable[str]) -> None:
        values.append(value)
        held.append(reach(names, further))

    def at(body: str | None, pointer: str) -> None:
        found = find(frozendict({"$ref": body}), _noted(tokens(pointer), steps), seen) if body else ()
        if found:
            hold(frozenset(found), (name for item, _ in found for name in references(item)))

    if locator.request is not None:
        at(definition.request, locator.request)
    elif locator.query is not None:
        parameter = definition.parameters.get(("query", locator.query))
        if parameter is not None:
            hold(parameter, references(parameter.schema))
    elif locator.response is not None:
        bodies = (r.body for r in definition.responses.values() if _meant(r.status, locator.status))
        for body in dict.fromkeys(bodies):
            at(body, locator.response)
    elif locator.status is not None:
        responses = {**(common.responses if definition.microversioned else EMPTY), **definition.responses}
        values += [response for response in responses.values() if response.status == locator.status]
    else:
        hold(definition, further(key))
    return Look(tuple(values), way, tuple(held), steps)


def _noted(some: Iterable[str], known: set[str]) -> Iterator[str]:
    """The same texts, each noted when it is used."""
    for text in some:
        known.add(text)
        yield text


class _Seen(dict[str, "Any"]):
    """Schemas by name; the names that are asked for are noted."""

    def __init__(self, schema_of: Named, names: dict[str, None]) -> None:
        self._schema_of, self._names = schema_of, names

    def get(self, name: str, default: Any = None) -> Any:
        self._names[name] = None
        found = self._schema_of(name)
        return default if found is None else found


def _meant(actual: int, asked: int | None) -> bool:
    return actual == asked if asked is not None else actual < 400


def is_there(locator: Locator, api: Api) -> bool:
    """Whether an Api has the named element."""
    return bool(look(locator, api.definitions.get, api.schemas.get, lambda _: (), api.common).values)

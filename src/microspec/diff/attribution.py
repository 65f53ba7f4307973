"""Attributes differences in the facts of an operation to the changes of a microversion.

If few changes reach an operation, its facts are worked out after each of them, and each change causes the differences
that it brings. If that would be too much work, a change counts as the cause at its target: the parameter, the answer,
the property and its content, or all places that the schema describes.
"""

from __future__ import annotations

from ..model.changes import (
    AddResponse,
    Alteration,
    AlterOperation,
    AlterResponse,
    ParameterChange,
    PartChange,
    RemoveResponse,
)
from ..model.references import References
from ..schema import walk
from ..schema.pointer import unescape
from ..values.frozen import frozendict
from . import facts as facts_

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from ..model.api import Api
    from ..model.changes import Change
    from ..model.microversion import Cause
    from .facts import Facts, Place

    Made = dict[Place, list[Cause]]

_MOST = 50_000
"""The limit of the work to tell the changes to an operation apart, in values within its facts."""

NOTHING: tuple[None, frozenset[str]] = (None, frozenset())


def schema_of(change: Change) -> str | None:
    """The target schema of a change, if it has one."""
    kind, name = change._about
    return name if kind == "schemas" else None


def users(apis: Iterable[Api]) -> dict[str, set[str]]:
    """The schemas and operations that refer to each schema, in any of the APIs. Operations begin with their method."""
    found: dict[str, set[str]] = {}
    seen: set[int] = set()
    for api in apis:
        for name, schema in api.schemas.items():
            if id(schema) not in seen:
                seen.add(id(schema))
                for used in walk.references(schema):
                    found.setdefault(used, set()).add(name)
        for key, definition in api.definitions.items():
            if id(definition) not in seen:
                seen.add(id(definition))
                for used in definition.schema_names():
                    found.setdefault(used, set()).add(key)
    return found


def reached(names: Iterable[str], users: Mapping[str, set[str]]) -> set[str]:
    """The operations among these schemas and operations, and those that show the schemas."""
    return {name for name in walk.reach(names, lambda name: users.get(name, ())) if " " in name}


def reached_by(causes: Iterable[Cause], before: Api, after: Api) -> Iterator[Reached]:
    """The operations that some changes reach, in the order of the changes."""
    by_element: dict[str, list[Cause]] = {}
    for cause in causes:
        kind, name = cause.change._about
        if kind != "behaviors":
            by_element.setdefault(name, []).append(cause)
    references = References()
    found = []
    for name in reached(by_element, users((before, after))):
        names = {name}
        for api in (before, after):
            if name in api.definitions:
                names |= references.closure(references.of(api.definitions[name]), api.schemas).keys()
        own = sorted((cause for each in names for cause in by_element.get(each, ())), key=lambda cause: cause.number)
        if own:
            found.append(Reached(name, [_part(api, names) for api in (before, after)], own))
    return iter(sorted(found, key=lambda each: (each.causes[0].number, each.name)))


def _part(api: Api, names: set[str]) -> Api:
    """An Api with only the elements that have these names."""
    tables = {kind: getattr(api, kind) for kind in ("definitions", "schemas")}
    return api.replace(
        **{kind: frozendict({n: table[n] for n in names if n in table}) for kind, table in tables.items()}
    )


class Reached:
    """An operation that changes of a microversion reach: `causes` are these, `states` its facts before and after."""

    def __init__(self, name: str, apis: Sequence[Api], causes: Sequence[Cause]) -> None:
        self.name, self.causes = name, causes
        self._before = apis[0]
        self.states: list[Facts] = [facts_.of_operation(name, api) for api in apis]

    def made(self, places: Iterable[Place]) -> Made:
        """The changes that caused the differences at places."""
        if len(self.causes) == 1:
            return {place: [*self.causes] for place in places}
        if len(self.causes) * max(map(_size, self.states)) <= _MOST:
            return self._in_turn(places)
        return self._by_what_they_are_about(places)

    def _in_turn(self, places: Iterable[Place]) -> Made:
        found: Made = {place: [] for place in places}
        api, facts = self._before, self.states[0]
        for cause in self.causes:
            api = cause.change.apply(api)
            now = facts_.of_operation(self.name, api)
            for place, causes in found.items():
                if facts.get(place, NOTHING)[0] != now.get(place, NOTHING)[0]:
                    causes.append(cause)
            facts = now
        return found

    def _by_what_they_are_about(self, places: Iterable[Place]) -> Made:
        of_schemas: dict[str, list[Cause]] = {}
        of_properties: dict[tuple[str, str], list[Cause]] = {}
        of_places: Made = {}
        for cause in self.causes:
            change = cause.change
            name = schema_of(change)
            if isinstance(change, PartChange) and change.schema_path:
                for step in change._last_steps:
                    of_properties.setdefault((change.schema_name, step), []).append(cause)
            elif name is not None:
                of_schemas.setdefault(name, []).append(cause)
            else:
                for about in _about(change):
                    of_places.setdefault(about, []).append(cause)
        found: Made = {}
        for place in places:
            part, name = place
            names = {each for facts in self.states for each in facts.get(place, NOTHING)[1]}
            steps = set(map(unescape, name.split("/")[1:]))
            around = dict.fromkeys([("", _ALL), (part, _ALL), (part, name), (part, name.partition("/")[0])])
            causes = [
                *(cause for each in around for cause in of_places.get(each, ())),
                *(cause for each in names for cause in of_schemas.get(each, ())),
                *(
                    cause
                    for each in names
                    for step in steps
                    for cause in of_properties.get((each, step), ())
                    if isinstance(cause.change, PartChange) and cause.change._begins_with(steps)
                ),
            ]
            found[place] = causes or [*self.causes]
        return found


def _size(facts: Facts) -> int:
    """The number of values within some facts."""
    number = 0
    stack: list[Any] = [fact for fact, _ in facts.values()]
    while stack:
        number += 1
        value = stack.pop()
        if isinstance(value, (dict, tuple)):
            stack += value.values() if isinstance(value, dict) else value
    return number


_ALL = "*"
"""Stands for all places of a part, or without a part for all places of an operation."""


def _about(change: Change) -> set[Place]:
    """The places that a change to an operation is about; `_ALL` stands for every name."""
    if isinstance(change, ParameterChange):
        return {change.parameter_key}
    if isinstance(change, AlterOperation):
        altered: dict[str, object] = {
            "request": change.request,
            "audience": change.audience,
            "unknown-query": change.unknown_query,
        }
        altered["operation"] = change.summary or change.description
        parts = {part for part, alteration in altered.items() if alteration}
        return {(part, _ALL) for part in (*parts, *(("query",) if "unknown-query" in parts else ()))}
    if not isinstance(change, AddResponse | RemoveResponse | AlterResponse):
        return {("", _ALL)}
    status = change.status
    statuses = (status.before, status.after) if isinstance(status, Alteration) else (status,)
    found = {facts_.of_status(each, change.when) for each in statuses}
    if not isinstance(change, AddResponse) or change.body:
        found |= {("response", _ALL), ("error-body", _ALL)}
    if not isinstance(change, AddResponse) or change.headers:
        found.add(("response-header", _ALL))
    return found

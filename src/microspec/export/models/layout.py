"""Where the types of a version go when they are written: one module for each resource, and one for what they share."""

from __future__ import annotations

from keyword import iskeyword
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ...schema import walk
from ...values.distinct import text
from .documents import read, schemas
from .names import numbered
from .plan import Planner, plain_name
from .types import Alias, Choice, Items, Object, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...model.api import Api
    from ...schema.walk import Schema
    from .types import Type

    Key = tuple[str, Schema]

Named: TypeAlias = Alias | Object
"""A type that has a name."""

COMMON = "common"
"""The name of the module for what several resources use."""

BASE, PATTERNS = "base", "patterns"
"""The names of the modules that others may import, if they need them."""


class Body(NamedTuple):
    """What an operation takes or answers: the key of the operation, what it is, and the types of which it has one."""

    operation: str
    what: str
    types: tuple[Named, ...]


class Module(NamedTuple):
    """A module: its name, its title, the bodies of its operations, and its types, what they need first."""

    name: str
    title: str
    bodies: Sequence[Body]
    types: Sequence[Named]


class Layout:
    """The modules of a version, the names of its types, and where each is."""

    def __init__(self, api: Api, taken: frozenset[str]) -> None:
        """`taken` are the names that no type may have."""
        self._planner = Planner(schemas(_texts(api)))
        bodies: dict[str, list[Body]] = {}
        for each, body in _bodies(api, self._planner):
            bodies.setdefault(each, []).append(body)
        known = api.common.resources
        titles = {resource: known[resource].title if resource in known else resource for resource in bodies}
        self._users: dict[Key, set[str]] = {}
        self._types: dict[Key, Named] = {}
        for resource, found in bodies.items():
            self._use(found, resource, api)
        self._modules = {
            key: _module_name(next(iter(users))) if len(users) == 1 else COMMON for key, users in self._users.items()
        }
        self.names = self._named(taken)
        inside: dict[str, list[Named]] = {}
        for key in self._types:
            inside.setdefault(self._modules[key], []).append(self._types[key])
        self.modules = [Module(COMMON, "What several resources use", (), inside[COMMON])] if COMMON in inside else []
        for resource in sorted(bodies):
            name = _module_name(resource)
            self.modules.append(Module(name, titles[resource], bodies[resource], inside.get(name, [])))

    def name(self, type_: Named) -> str:
        """What a type is called."""
        return self.names[key_of(type_)]

    def module(self, type_: Named) -> str:
        """The name of the module that a type is in."""
        return self._modules[key_of(type_)]

    def _use(self, bodies: Sequence[Body], resource: str, api: Api) -> None:
        """Note which types a resource uses. What only another name of an operation uses, it has from that."""
        for body in bodies:
            alias_of = api.operations[body.operation].alias_of
            user = api.operations[alias_of].resource if alias_of else resource
            for type_ in body.types:
                self._visit(type_, user, set())

    def _visit(self, type_: Named, user: str, seen: set[Key]) -> None:
        key = key_of(type_)
        if key in seen or user in self._users.get(key, ()):
            return
        seen.add(key)
        for inner in needed(type_):
            self._visit(inner, user, seen)
        self._users.setdefault(key, set()).add(user)
        self._types.setdefault(key, type_)

    def _named(self, taken: frozenset[str]) -> dict[Key, str]:
        """A name for each type: its own, unless another one has it. Those of the specification come first."""
        found: dict[Key, str] = {}
        used = set(taken)
        of_specification = [key for key, type_ in self._types.items() if self._planner.is_named(type_)]
        for key in [
            *of_specification,
            *sorted(self._types.keys() - {*of_specification}, key=lambda key: (key[0], text(key[1]))),
        ]:
            name = next(each for each in numbered(key[0]) if each not in used)
            found[key] = name
            used.add(name)
        return found


def key_of(type_: Named) -> Key:
    """What tells types apart: objects without a name of their own may be called alike."""
    return type_.name, type_.schema


def needed(type_: Type) -> Iterator[Named]:
    """The types with names that one with a name consists of, directly."""
    if isinstance(type_, Alias):
        yield from _named_in(type_.target)
    elif isinstance(type_, Object):
        members = type_.members
        for field in members.listed:
            yield from _named_in(field.type)
        if members.others is not None:
            yield from _named_in(members.others)


def _named_in(type_: Type) -> Iterator[Named]:
    if isinstance(type_, (Alias, Object)):
        yield type_
    elif isinstance(type_, (Items, Table)):
        yield from _named_in(type_.of)
    elif isinstance(type_, Choice):
        for option in type_.options:
            yield from _named_in(option.type)


def _texts(api: Api) -> dict[str, str]:
    """The texts of all schemas that bodies refer to, directly or not."""
    found: dict[str, str] = {}
    for operation in api.operations.values():
        documents = [operation._request_document()]
        documents += [operation._answer_document(status) for status in _statuses(api, operation.key)]
        for document in filter(None, documents):
            found.update(document.definitions)
    return found


def _statuses(api: Api, key: str) -> list[int]:
    return sorted({response.status for response in api.operations[key].responses})


def _bodies(api: Api, planner: Planner) -> Iterator[tuple[str, Body]]:
    """The bodies of the operations, each with its resource."""
    for key, operation in api.operations.items():
        documents = {"request": operation._request_document()}
        documents |= {str(status): operation._answer_document(status) for status in _statuses(api, key)}
        for what, document in documents.items():
            if document is not None:
                references = sorted(walk.references(read(document.root)), key=plain_name)
                types = tuple(planner.named(reference) for reference in references)
                yield operation.resource, Body(key, what, types)  # type: ignore[arg-type]


def _module_name(resource: str) -> str:
    name = resource.replace("-", "_")
    return f"{name}_" if iskeyword(name) or name in (COMMON, BASE, PATTERNS) else name

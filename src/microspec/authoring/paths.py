"""The names in the paths of operations: which are not described, and which are second names for one part of a path."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from ..model.definition import path_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from ..model.api import Api
    from ..model.definition import Definition, Parameter
    from ..model.vocabulary import ParameterKey


class SecondName(NamedTuple):
    """A name in the path of an operation for which other operations have another name."""

    operation: str
    name: str
    other: str
    other_operation: str


def undescribed(operations: Collection[str], api: Api) -> dict[str, list[str]]:
    """The names in the paths of some operations that are not declared, each with those operations."""
    found: dict[str, list[str]] = {}
    for key in operations:
        definition = api.definitions[key]
        for name in path_names(definition.path):
            if _declared(name, definition, api) is None:
                found.setdefault(name, []).append(key)
    return found


def second_names(operations: Collection[str], api: Api) -> Iterator[SecondName]:
    """The names in the paths of some operations that have another name in other operations.

    Paths that are alike up to a name have one name there: that of the other operations, or else of most of them. A
    second name is right if the schemas say that it stands for other values.
    """
    places: dict[str, dict[str, list[str]]] = {}
    for key, definition in api.definitions.items():
        for place, name in _places(definition.path):
            places.setdefault(place, {}).setdefault(name, []).append(key)
    new = set(operations)
    for names in places.values():
        if len(names) == 1:
            continue
        others = Counter({name: len(keys) for name, keys in names.items()})
        first = max(names, key=lambda name: (any(key not in new for key in names[name]), others[name]))
        example = next((key for key in names[first] if key not in new), names[first][0])
        for name, keys in names.items():
            for key in keys:
                if name != first and key in new and _are_alike((name, key), (first, example), api):
                    yield SecondName(key, name, first, example)


def _places(path: str) -> Iterator[tuple[str, str]]:
    """The names in a path, each with what comes before it, in which names are not told apart."""
    before = ""
    for word in path.split("/"):
        if word.startswith("{"):
            yield before, word[1:-1]
        before = f"{before}/{{}}" if word.startswith("{") else f"{before}/{word}"


def _are_alike(one: tuple[str, str], other: tuple[str, str], api: Api) -> bool:
    """Whether two names, each in the path of an operation, stand for the same values, as far as they are declared."""
    schemas = [_values(_declared(name, api.definitions[key], api)) for name, key in (one, other)]
    return None in schemas or schemas[0] == schemas[1]


def _values(parameter: Parameter | None) -> Mapping[str, Any] | None:
    """The schema of the values of a parameter, without what is said of it in words."""
    if parameter is None:
        return None
    return {keyword: value for keyword, value in parameter.schema.items() if keyword != "description"}


def _declared(name: str, definition: Definition, api: Api) -> Parameter | None:
    """The parameter that a name in the path of an operation is declared as."""
    key: ParameterKey = ("path", name)
    original = api.definitions.get(definition.alias_of or "", definition)
    return original.parameters.get(key) or definition.parameters.get(key) or api.common.parameters.get(key)

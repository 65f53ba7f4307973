"""Everything that operations consist of, over all versions of a history: what an index or a table lists."""

from __future__ import annotations

from . import schemas as json_schema
from .frozen import frozendict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .history import History
    from .model import Definition
    from .schemas import Schema
    from .version import VersionSet


def elements(history: History) -> Iterator[tuple[str, str, str, VersionSet]]:
    """Every field, parameter and status of every operation, with the versions that have it.

    Each is the operation, the part of it (request, response, query, status), the pointer or the name
    within that part, and the versions.
    """
    contents: dict[str, dict[tuple[Definition, frozendict[str, Schema]], list[int]]] = {}
    for number, version in enumerate(history.versions):
        api = history.at(version)
        for key, definition in api.definitions.items():
            content = api.definitions[definition.alias_of] if definition.alias_of else definition
            closure = json_schema.closure(content.schema_names(), api.schemas)
            contents.setdefault(key, {}).setdefault((content, closure), []).append(number)
    for key, distinct in contents.items():
        for part, value in dict.fromkeys(name for content in distinct for name in _names(*content)):
            numbers = sorted(n for content, found in distinct.items() if _has(*content, part, value) for n in found)
            yield key, part, value, history.source.set_of([history.versions[number] for number in numbers])


def _names(definition: Definition, schemas: Mapping[str, Schema]) -> Iterator[tuple[str, str]]:
    """The elements of an operation: which part of it, and the pointer, name or status."""
    yield from (("query", name) for location, name in definition.parameters if location == "query")
    if definition.request:
        yield from (("request", pointer) for pointer in pointers(definition.request, schemas))
    for response in definition.responses.values():
        yield "status", str(response.status)
        if response.body and response.status < 400:
            yield from (("response", pointer) for pointer in pointers(response.body, schemas))


def _has(definition: Definition, schemas: Mapping[str, Schema], part: str, value: str) -> bool:
    """Whether an operation has an element, which may also be there by a pattern of names."""
    if part == "query":
        return ("query", value) in definition.parameters
    if part == "status":
        return any(response.status == int(value) for response in definition.responses.values())
    responses = [response.body for response in definition.responses.values() if response.status < 400]
    bodies = [definition.request] if part == "request" else responses
    tokens = json_schema.parse_pointer(value)
    return any(json_schema.find(frozendict({"$ref": body}), tokens, schemas) for body in bodies if body)


def pointers(name: str, schemas: Mapping[str, Schema]) -> Iterator[str]:
    """Every pointer below a schema: its properties and items, at any depth, in the order of the schema."""
    yield from dict.fromkeys(_below(frozendict({"$ref": name}), "", schemas, frozenset()))


def _below(schema: object, pointer: str, schemas: Mapping[str, Schema], inside: frozenset[int]) -> Iterator[str]:
    for branch in json_schema.branches(schema, schemas):
        if id(branch) in inside:
            continue
        within = inside | {id(branch)}
        steps = [(json_schema.escape(key), value) for key, value in branch.get("properties", {}).items()]
        steps += [("*", value) for value in json_schema.items_of(branch)]
        for step, value in steps:
            if value is not False:
                yield f"{pointer}/{step}"
                yield from _below(value, f"{pointer}/{step}", schemas, within)

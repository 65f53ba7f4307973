"""Schemas by name over all versions, each with the versions that have it."""

from __future__ import annotations

from ..values.frozen import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model.source import Source
    from ..schema.walk import Schema
    from ..values.version import VersionSet


class KnownSchema(Value):
    """A named schema over all versions: the versions that have it, and what it is at the last of them."""

    name: str
    availability: VersionSet
    schema: Schema


def known_schemas(source: Source) -> dict[str, KnownSchema]:
    """Every schema that any version has, by name, in the order of the listing."""
    timeline = source.timelines()["schemas"]
    spans: dict[str, list[tuple[int, int]]] = {}
    places: dict[str, int] = {}
    for place, name in enumerate(timeline.names):
        if timeline.last[place]:  # else only the baseline has it, and the first version changes it
            spans.setdefault(name, []).append((max(timeline.first[place], 1) - 1, timeline.last[place] - 1))
            places[name] = place
    return {
        name: KnownSchema(name=name, availability=source.between(found), schema=timeline.value(places[name]))
        for name, found in spans.items()
    }

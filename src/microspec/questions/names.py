"""Behaviors and schemas by name over all versions, each with the versions that have it."""

from __future__ import annotations

from ..values.frozen import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    from ..model.source import Source
    from ..values.version import VersionSet


class Named(Value):
    """A name with the versions that have it, and the `value` that it had last."""

    name: str
    availability: VersionSet
    value: Any


def over_time(source: Source, kind: Literal["behaviors", "schemas"]) -> dict[str, Named]:
    """Everything of a kind that there ever was at a version, by name, in the order in which it is listed."""
    timeline = source.timelines()[kind]
    spans: dict[str, list[tuple[int, int]]] = {}
    places: dict[str, int] = {}
    for place, name in enumerate(timeline.names):
        if timeline.last[place]:  # else it is of the baseline only, which the first version changes
            spans.setdefault(name, []).append((max(timeline.first[place], 1) - 1, timeline.last[place] - 1))
            places[name] = place
    return {
        name: Named(name=name, availability=source.between(found), value=timeline.value(places[name]))
        for name, found in spans.items()
    }

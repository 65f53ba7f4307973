"""What a schema says about a value when its references and parts are merged."""

from __future__ import annotations

from ..values import same
from ..values.frozen import EMPTY, frozendict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    Schema = frozendict[str, Any]
else:
    Schema = frozendict


class Merged:
    """What a schema says of a value once its references and parts (``allOf``) are combined.

    `properties`, `required` and `items` are those of all parts. `keywords` has the rest: types, limits, patterns,
    openness, and unions next to other keywords.
    """

    def __init__(self, schema: Any, schemas: Mapping[str, Schema]) -> None:
        self.properties: dict[str, Any] = {}
        self.required: set[str] = set()
        self.items: Any = None
        self.description: str | None = None
        keywords: dict[str, Any] = {}
        *inner, whole = parts(schema, schemas)
        for part in (*inner, whole):
            for name, value in part.get("properties", EMPTY).items():
                known = self.properties.get(name, value)
                self.properties[name] = value if same(known, value) else frozendict(allOf=(known, value))
            self.required.update(part.get("required", ()))
            self.items = part.get("items", self.items)
        for part in (whole, *inner):
            self.description = self.description or part.get("description")
            for keyword, value in part.items():
                if keyword == "unevaluatedProperties":  # closes the whole object; its parts are open
                    keywords["additionalProperties"] = value
                elif keyword == "patternProperties":
                    keywords[keyword] = frozendict({**value, **keywords.get(keyword, EMPTY)})
                elif keyword not in _PUT_TOGETHER:
                    keywords.setdefault(keyword, value)
        self.keywords: Schema = frozendict(keywords)


def parts(schema: Any, schemas: Mapping[str, Schema]) -> Iterator[Schema]:
    """The parts of a schema, each before the whole: what it refers to, and the parts in ``allOf``."""
    if not isinstance(schema, frozendict):
        yield frozendict(value=schema)
        return
    if "$ref" in schema:
        yield from parts(schemas.get(schema["$ref"], EMPTY), schemas)
    for part in schema.get("allOf", ()):
        yield from parts(part, schemas)
    yield schema


_PUT_TOGETHER = frozenset({"$ref", "allOf", "properties", "required", "items", "description"})


def put_together(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    """An object made of parts (``allOf``, closed by ``unevaluatedProperties``) as one object.

    The parts are open, so that they can be combined. In JSON Schema, an open part leaves nothing unevaluated, so the
    whole object must be closed, not its parts.
    """
    form = Merged(schema, schemas)
    described = {"description": schema["description"]} if "description" in schema else {}
    properties = frozendict(form.properties)
    required = {"required": tuple(sorted(form.required))} if form.required else {}
    return frozendict({**described, **form.keywords, "properties": properties, **required})

"""The schemas in a document, and the documents of parts of it."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ...schema import walk
from ...schema.standalone import Document
from ...values.frozen import freeze, frozendict
from .plan import is_named, plain_name, reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...schema.walk import Schema


@lru_cache(maxsize=4096)
def read(text: str) -> Schema:
    """A schema from its text. Versions share the texts that they have in common."""
    return freeze(json.loads(text))  # type: ignore[no-any-return]


def schemas(texts: Mapping[str, str]) -> dict[str, Schema]:
    """The schemas with these names and texts, by what refers to them."""
    return {reference(name): read(text) for name, text in texts.items()}


class Parts:
    """What a document consists of: `root` and `schemas`, which are looked up by what refers to them."""

    def __init__(self, document: Document) -> None:
        self._texts = dict(document.definitions)
        self.root = read(document.root)
        self.schemas = schemas(self._texts)

    def document(self, schema: Schema) -> Document:
        """The document of a schema in this one: with what it refers to, and no more."""
        reached = walk.reach(walk.references(schema), lambda each: walk.references(self.schemas[each]))
        names = sorted(map(plain_name, reached))
        return Document(
            root=json.dumps(schema, separators=(",", ":")),
            definitions=tuple((name, self._texts[name]) for name in names),
        )

    def of(self, name: str, schema: Schema) -> Document:
        """The same; of a schema with a name, it is a document that refers to it."""
        named = is_named(name, schema, self.schemas)
        return self.document(frozendict({"$ref": reference(name)}) if named else schema)


def name_of(document: Document) -> str:
    """What the body of a document is called: by the names of the schemas of which it obeys one."""
    root: dict[str, Any] = read(document.root)
    branches = root.get("anyOf", (root,))
    return "Or".join(plain_name(branch["$ref"]) for branch in branches)


def referring(schema: Any, replaced: Mapping[str, dict[str, Any]]) -> Any:
    """A schema as plain dicts and lists, with something else for each schema that only refers."""
    if not isinstance(schema, dict):
        return schema
    made = walk.with_subschemas(schema, lambda each: referring(each, replaced))
    if "$ref" in made:
        target = replaced[made.pop("$ref")]
        if target.keys().isdisjoint(made):
            return {**target, **made}
        return {**made, "allOf": [*made.get("allOf", ()), target]}
    return made

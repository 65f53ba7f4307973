"""What the operations of a document refer to, collected while they are written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ...schema import walk
from .schemas import PLACE, value_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...schema.standalone import Standard


class Components:
    """The components of a document. `named` gives a schema by its name, `of` that of a schema without one."""

    def __init__(self, named: Callable[[str], Standard], of: Callable[[Any], Standard]) -> None:
        self._named, self._of = named, of
        self._schemas: dict[str, None] = {}
        self._others: dict[str, dict[str, Any]] = {"parameters": {}, "headers": {}, "responses": {}}
        self.extensions: dict[str, dict[str, Any]] = {}
        """What is said beside a schema, under ``x-openstack``, by the name of the schema."""

    def schema(self, name: str) -> dict[str, Any]:
        """A reference to a schema."""
        self._schemas[name] = None
        return {"$ref": f"{PLACE}{name}"}

    def inline(self, schema: Any) -> dict[str, Any]:
        """A schema that stands where it is used."""
        made = self._of(schema)
        self._schemas.update(dict.fromkeys(made.names))
        found: dict[str, Any] = value_of(made)
        return found

    def refer(self, kind: str, name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """A reference to a parameter, a header or an answer, which is made at the first one."""
        if name not in self._others[kind]:
            self._others[kind][name] = {}  # it may refer to others
            self._others[kind][name] = make()
        return {"$ref": f"#/components/{kind}/{name}"}

    def value(self) -> dict[str, Any]:
        """All of them, by kind and name."""
        needed: dict[str, str] = {}

        def further(name: str) -> tuple[str, ...]:
            made = self._named(name)
            needed[name] = made.text
            return made.names

        names = sorted(walk.reach(self._schemas, further))
        schemas = json.loads(f"{{{','.join(f'{json.dumps(name)}:{needed[name]}' for name in names)}}}")
        for name, said in self.extensions.items():
            if name in schemas:
                schemas[name]["x-openstack"] = {**schemas[name].get("x-openstack", {}), **said}
        return {"schemas": schemas, **self.others()}

    def others(self) -> dict[str, Any]:
        """Those that are no schemas, by kind and name."""
        return {kind: dict(sorted(values.items())) for kind, values in self._others.items() if values}

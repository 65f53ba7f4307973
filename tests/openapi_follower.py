"""A program that reads a cumulative document by ``min-ver`` and ``max-ver`` alone, as other tools do.

It knows the form and nothing of microspec: docs/openapi.md describes it. `Follower.has_holes` says that the document
lists ``ranges`` for what an answer depends on; with them, `exact` takes these instead.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from openapi_documents import JSON, keys, resolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    Number = tuple[int, ...]


def number(version: str) -> Number:
    """A version as numbers, which can be compared."""
    return tuple(map(int, version.split(".")))


class Follower:
    """Answers whether something is there at a version."""

    def __init__(self, document: dict[str, Any], *, exact: bool = False) -> None:
        self.document, self.exact = document, exact
        self.operations = keys(document)
        self.has_holes = False

    def has(self, key: str, part: str, name: str, version: str) -> bool:
        """Whether an operation has a part: a field of a request or an answer, a parameter, or a status."""
        self.has_holes = False
        at = number(version)
        operation, action = self.operations[key], key.partition("#")[2]
        said = operation["x-openstack"]
        own = said["actions"][action] if action else said
        if not self._is_there(own, at):
            return False
        if part == "query":
            return self._has_parameter(operation, own, name, at)
        if part == "status":
            return self._has_status(operation, own if action else None, name, at)
        if part == "request":
            bodies = [operation["requestBody"]["content"][JSON]["schema"]] if "requestBody" in operation else []
        else:
            bodies = list(self._answers(operation, own if action else None, at))
        return any(self._has_field(body, name.split("/")[1:], at, action) for body in bodies)

    def _is_there(self, said: dict[str, Any], at: Number) -> bool:
        if "ranges" in said:
            self.has_holes = True
            if self.exact:
                return any(number(a) <= at and (b is None or at <= number(b)) for a, b in said["ranges"])
        return number(said.get("min-ver", "0.0")) <= at and ("max-ver" not in said or at <= number(said["max-ver"]))

    def _has_parameter(self, operation: dict[str, Any], own: dict[str, Any], name: str, at: Number) -> bool:
        for item in operation["parameters"]:
            found = resolved(item, self.document)
            if (found["in"], found["name"]) == ("query", name):
                return self._is_there(found.get("x-openstack", {}), at)
        patterns = own["query"].get("patternProperties", {})
        return any(pattern == name and self._is_there(value["x-openstack"], at) for pattern, value in patterns.items())

    def _has_status(self, operation: dict[str, Any], action: dict[str, Any] | None, name: str, at: Number) -> bool:
        is_common = int(name) in self.document["info"]["x-openstack"]["common-statuses"]
        answer = operation["responses"].get(name)
        if answer is None:
            return False
        if action is not None and not is_common:
            return any(self._is_there(item, at) for item in action["responses"].get(name, ()))
        return self._is_there(resolved(answer, self.document).get("x-openstack", {}), at)

    def _answers(self, operation: dict[str, Any], action: dict[str, Any] | None, at: Number) -> Iterator[Any]:
        if action is not None:
            for status, answers in action["responses"].items():
                if int(status) < 400:
                    yield from (item["schema"] for item in answers if "schema" in item and self._is_there(item, at))
            return
        for status, answer in operation["responses"].items():
            found = resolved(answer, self.document)
            if int(status) < 400 and "content" in found and self._is_there(found.get("x-openstack", {}), at):
                yield found["content"][JSON]["schema"]

    def _has_field(self, schema: Any, steps: list[str], at: Number, action: str = "") -> bool:
        if not steps:
            return True
        name = steps[0].replace("~1", "/").replace("~0", "~")
        return any(
            self._has_field(found, steps[1:], at)
            for branch in self._branches(schema, at, action)
            for found in _steps(branch, name)
            if not isinstance(found, dict) or self._is_there(found.get("x-openstack", {}), at)
        )

    def _branches(self, schema: Any, at: Number, action: str) -> Iterator[dict[str, Any]]:
        """The schemas that together describe a value at a version; of those of actions, only that of the action."""
        stack, seen = [schema], {""}
        while stack:
            current = stack.pop()
            if not isinstance(current, dict):
                continue
            said = current.get("x-openstack", {})
            if not self._is_there(said, at) or said.get("action-name", action) != action:
                continue
            yield current
            if current.get("$ref", "") not in seen:
                seen.add(current["$ref"])
                stack.append(resolved({"$ref": current["$ref"]}, self.document))
            for keyword in ("anyOf", "oneOf", "allOf"):
                stack += current.get(keyword, ())


NEVER: dict[str, Any] = {"not": {}}
"""The schema of a property that must not be there."""


def _steps(schema: dict[str, Any], name: str) -> Iterator[Any]:
    properties = schema.get("properties", {})
    if properties.get(name, NEVER) != NEVER:
        yield properties[name]
    elif name == "*":
        items = [schema[keyword] for keyword in ("items", "additionalProperties") if keyword in schema]
        yield from (item for item in [*items, *schema.get("patternProperties", {}).values()] if isinstance(item, dict))
    else:
        yield from (value for pattern, value in schema.get("patternProperties", {}).items() if re.search(pattern, name))

"""What an OpenAPI document accepts, by the ``jsonschema`` package: bodies, queries and answers of its operations.

It reads the document alone, as any program would that follows docs/openapi.md.
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError  # type: ignore[import-untyped]
from jsonschema.validators import extend  # type: ignore[import-untyped]
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from microspec.schema.formats import is_python_regex
from openapi_documents import JSON, keys, references, resolved

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMATS = FormatChecker(formats=())
FORMATS.checks("ipv4", ValueError)(lambda value: not isinstance(value, str) or bool(IPv4Address(value)))
FORMATS.checks("ipv6", ValueError)(lambda value: not isinstance(value, str) or _is_ipv6(value))
FORMATS.checks("python-regex")(lambda value: not isinstance(value, str) or is_python_regex(value))
_URI = r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"
FORMATS.checks("uri")(lambda value: not isinstance(value, str) or bool(re.fullmatch(_URI, value)))

WHITE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""The white space and the ends of lines of ECMA-262, which are ``\\s`` in its patterns."""


def _is_ipv6(value: str) -> bool:
    """Whether a text is an address of RFC 4291, which has no zone; the class of Python takes one."""
    return "%" not in value and bool(IPv6Address(value))


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    """The keyword ``pattern`` with ECMAScript's meaning: no newline follows ``$``, and ``\\s`` is other characters."""
    if isinstance(instance, str) and not re.search(_in_python(pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, patterns: dict[str, Any], instance: Any, _: Any) -> Iterator[ValidationError]:
    for pattern, schema in patterns.items():
        for name in instance if isinstance(instance, dict) else ():
            if re.search(_in_python(pattern), name):
                yield from validator.descend(instance[name], schema, path=name, schema_path=pattern)


def _additional_properties(validator: Any, schema: Any, instance: Any, around: Any) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    patterns = list(map(_in_python, around.get("patternProperties", ())))
    for name in instance.keys() - around.get("properties", {}).keys():
        if not any(re.search(pattern, name) for pattern in patterns):
            if schema is False:
                yield ValidationError(f"{name!r} is not known")
            else:
                yield from validator.descend(instance[name], schema, path=name)


def _in_python(pattern: str) -> str:
    """A pattern of ECMAScript, written for Python."""
    inside = False
    parts = []
    for part in re.findall(r"\\.|.", pattern, re.DOTALL):
        inside = part == "[" or (inside and part != "]")
        parts.append((WHITE if inside else f"[{WHITE}]") if part == r"\s" else part)
    return re.sub(r"\$(?=$|\)|\|)", r"\\Z", "".join(parts))


Judge = extend(
    Draft202012Validator,
    {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
    },
)


class Document:
    """An OpenAPI document, and what it accepts."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.operations = keys(document)
        self._judges: dict[str, Any] = {}
        self._texts: dict[str, tuple[str, set[str]]] = {}

    @cached_property
    def _registry(self) -> Any:
        return Registry().with_resource("urn:openapi", DRAFT202012.create_resource(self.document))

    def _accepts(self, name: str, schema: dict[str, Any], instance: Any) -> bool:
        if name not in self._judges:
            here = {"$id": "urn:openapi:root", **_absolute(schema)}
            self._judges[name] = Judge(here, registry=self._registry, format_checker=FORMATS)
        return bool(self._judges[name].is_valid(instance))

    def accepts(self, key: str, kind: str, status: int, instance: Any) -> bool:
        """Whether an instance is accepted: the body of an action by any action of its path.

        None is no body.
        """
        if kind == "request":
            written = self.operations[key].get("requestBody")
            if written is None or instance is None:
                return written is None or not written["required"]
            schema = written["content"][JSON]["schema"]
            return self._accepts(f"{key.partition('#')[0]} request", schema, instance)
        found = self.schema(key, kind, status)
        return found is not None and self._accepts(f"{key} {kind} {status}", found, instance)

    def schema(self, key: str, kind: str, status: int = 0) -> dict[str, Any] | None:
        """The schema of a body, of a query, or of the answers with a status; None if there is none.

        Of an action, only what the document says of its own counts.
        """
        if kind == "query":
            return self._of_query(key)
        return self._of_request(key) if kind == "request" else self._of_answer(key, status)

    def closure(self, schema: Any) -> frozenset[str]:
        """The texts of a schema and of all that it refers to, which together say what it accepts."""
        found = {json.dumps(schema)}
        seen, waiting = set[str](), references(schema)
        while waiting:
            seen |= waiting
            targets = [self._text(reference) for reference in waiting]
            found.update(text for text, _ in targets)
            waiting = set().union(*(further for _, further in targets)) - seen
        return frozenset(found)

    def _text(self, reference: str) -> tuple[str, set[str]]:
        """What a reference leads to, with its name, and the references in it."""
        if reference not in self._texts:
            target = resolved({"$ref": reference}, self.document)
            self._texts[reference] = f"{reference} {json.dumps(target)}", references(target)
        return self._texts[reference]

    def _of_request(self, key: str) -> dict[str, Any] | None:
        written = self.operations[key]
        found: dict[str, Any] | None
        if "actions" in written["x-openstack"]:
            found = self.said(key).get("request")
        else:
            found = written["requestBody"]["content"][JSON]["schema"] if "requestBody" in written else None
        return found

    def _of_query(self, key: str) -> dict[str, Any]:
        written = self.operations[key]
        given = [resolved(item, self.document) for item in written["parameters"]]
        own = [item for item in given if item["in"] == "query"]
        schema = {
            "type": "object",
            "properties": {item["name"]: _values(item["schema"]) for item in own},
            "required": [item["name"] for item in own if item.get("required")],
            **self.said(key)["query"],
        }
        if "patternProperties" in schema:
            schema["patternProperties"] = {k: _values(v) for k, v in schema["patternProperties"].items()}
        return schema

    def _of_answer(self, key: str, status: int) -> dict[str, Any] | None:
        written = self.operations[key]
        found: dict[str, Any] | None
        if "actions" in written["x-openstack"] and str(status) in self.said(key)["responses"]:
            bodies = [item["schema"] for item in self.said(key)["responses"][str(status)] if "schema" in item]
            found = {"anyOf": bodies} if bodies else None
        else:
            answer = resolved(written["responses"][str(status)], self.document)
            found = answer["content"][JSON]["schema"] if "content" in answer else None
        return found

    def said(self, key: str) -> dict[str, Any]:
        """What is said of an operation or an action under ``x-openstack``."""
        said: dict[str, Any] = self.operations[key]["x-openstack"]
        found: dict[str, Any] = said["actions"][key.partition("#")[2]] if "actions" in said else said
        return found


def _values(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of all values of a parameter, whose own schema is an array if it may be repeated."""
    return schema if schema.get("type") == "array" else {"type": "array", "items": schema, "maxItems": 1}


def _absolute(schema: Any) -> Any:
    """A schema whose references lead into the document."""
    if isinstance(schema, dict):
        made = {name: _absolute(value) for name, value in schema.items()}
        return {**made, "$ref": f"urn:openapi{schema['$ref']}"} if isinstance(schema.get("$ref"), str) else made
    return [_absolute(item) for item in schema] if isinstance(schema, list) else schema

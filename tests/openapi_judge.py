"""What an OpenAPI document accepts, by the ``jsonschema`` package: bodies, queries and answers of its operations.

It reads the document alone, as any program would that follows docs/openapi.md.
"""

from __future__ import annotations

import re
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError  # type: ignore[import-untyped]
from jsonschema.validators import extend  # type: ignore[import-untyped]
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from microspec.schema.formats import is_python_regex
from openapi_documents import JSON, keys, resolved

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

    @cached_property
    def _registry(self) -> Any:
        return Registry().with_resource("urn:openapi", DRAFT202012.create_resource(self.document))

    def _accepts(self, name: str, schema: dict[str, Any], instance: Any) -> bool:
        if name not in self._judges:
            here = {"$id": "urn:openapi:root", **_absolute(schema)}
            self._judges[name] = Judge(here, registry=self._registry, format_checker=FORMATS)
        return bool(self._judges[name].is_valid(instance))

    def accepts_request(self, key: str, body: Any) -> bool:
        """Whether an operation accepts a body; None is no body. For an action, any action of its path may."""
        written = self.operations[key].get("requestBody")
        if written is None:
            return True
        if body is None:
            return not written["required"]
        return self._accepts(f"{key.partition('#')[0]} request", written["content"][JSON]["schema"], body)

    def accepts_query(self, key: str, query: dict[str, list[str]]) -> bool:
        """Whether an operation accepts the values of each parameter."""
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
        return self._accepts(f"{key} query", schema, query)

    def accepts_answer(self, key: str, status: int, body: Any) -> bool:
        """Whether a body may come with a status; of an action, only what it says of its own answers counts."""
        written = self.operations[key]
        actions = written["x-openstack"].get("actions")
        if actions and str(status) in self.said(key)["responses"]:
            bodies = [item["schema"] for item in self.said(key)["responses"][str(status)] if "schema" in item]
            schema = {"anyOf": bodies} if bodies else None
        else:
            answer = resolved(written["responses"][str(status)], self.document)
            schema = answer["content"][JSON]["schema"] if "content" in answer else None
        return schema is not None and self._accepts(f"{key} {status}", schema, body)

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

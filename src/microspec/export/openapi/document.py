"""An API at one version as an OpenAPI 3.1 document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...values.errors import UnknownName
from . import actions, text
from .components import Components
from .operations import Operations, behaviors
from .shared import shared_by

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ...model.api import Api
    from ...model.operation import Operation
    from .shared import Shared

OPENAPI = "3.1.1"
"""The version of OpenAPI that documents obey."""

GENERATOR = "microspec openapi"
"""What documents say wrote them."""


def document(api: Api, *, resources: Iterable[str] = ()) -> dict[str, Any]:
    """The contract of an API at one version, as an OpenAPI 3.1 document: plain dicts and lists, the caller's own.

    `resources` are the names of resources (``servers``), whose operations alone are written; by default all. Operations
    that are gone in the release of the history are left out, and listed in ``info``. Raises UnknownName for a resource
    that does not exist, and InvalidElement for an Api that has no history, as one that was unpickled.
    """
    shared = shared_by(api)
    chosen = known_resources(resources, api)
    operations = [value for value in api.operations.values() if not chosen or value.resource in chosen]
    gone = {value.key: value for value in operations if api._directory.is_gone(api.known[value.key])}
    components = Components(
        lambda name: shared.schemas.named(api, name), lambda schema: shared.schemas.inline(api, schema)
    )
    within = Operations(api, shared, components, _version_headers(api, shared))
    paths = written([value for value in operations if value.key not in gone], within)
    return {
        "openapi": OPENAPI,
        "info": {
            "title": f"{shared.service.title} API",
            "version": str(api.version),
            "x-generator": GENERATOR,
            "description": text.paragraphs(
                f"The {text.escaped(shared.service.title)} API at microversion {api.version}. A request asks for this "
                f"version in the header `{shared.service.standard_header}`.",
                behaviors(
                    [value for value in api.behaviors.values() if not value.operations], shared, shared.every_version
                ),
            ),
            "x-openstack": {**service_said(shared), "microversion": str(api.version), **_gone(gone.values())},
        },
        **surroundings(paths, api),
        "paths": paths,
        "components": {**components.value(), "securitySchemes": security_schemes()},
    }


TOKEN = "X-Auth-Token"
"""The header by which callers prove who they are."""


def security_schemes() -> dict[str, Any]:
    """How callers prove who they are."""
    return {
        TOKEN: {"type": "apiKey", "in": "header", "name": TOKEN, "description": "A token of the Identity service."},
    }


def known_resources(resources: Iterable[str], api: Api) -> set[str]:
    """Some resources. Raises UnknownName."""
    chosen = set(resources)
    for name in sorted(chosen - api.common.resources.keys()):
        raise UnknownName("resource", name, api.common.resources)
    return chosen


def surroundings(paths: dict[str, Any], api: Api) -> dict[str, Any]:
    """What a document says around its paths: where the service is, security, and the resources as tags."""
    used: dict[str, list[str]] = {}
    for path, methods in paths.items():
        for method, value in methods.items():
            used.setdefault(value["tags"][0], [])
            for name, action in value["x-openstack"].get("actions", {}).items():
                if action["resource"] != value["tags"][0]:
                    used.setdefault(action["resource"], []).append(f"`{name}` of `{method.upper()} {path}`")
    tags = []
    for name, of_others in sorted(used.items()):
        resource = api.common.resources.get(name)
        description = text.paragraphs(
            text.escaped((resource and resource.description) or ""),
            [f"- {item}" for item in of_others],
        )
        title = {"x-displayName": resource.title} if resource else {}
        tags.append({"name": name, **title, **({"description": description} if description else {})})
    endpoint = {"default": "https://cloud.example.com", "description": "The endpoint of the service in the catalog."}
    return {
        "servers": [{"url": "{endpoint}", "variables": {"endpoint": endpoint}}],
        "security": [{TOKEN: []}],
        "tags": tags,
    }


def written(operations: Collection[Operation], within: Operations) -> dict[str, Any]:
    """The paths with the operations on each."""
    paths: dict[str, dict[str, Any]] = {}
    acting: dict[str, list[Operation]] = {}
    for value in operations:
        methods = paths.setdefault(value.path, {})
        if value.action is None:
            methods[value.method.lower()] = within.written(value)
        else:
            acting.setdefault(value.key.partition("#")[0], []).append(value)
            methods.setdefault(value.method.lower(), {})
    for group in acting.values():
        made = actions.written(group, tag_of_actions(group, within.api), within)
        paths[group[0].path][group[0].method.lower()] = made
    return paths


def tag_of_actions(group: Collection[Operation], api: Api) -> str:
    """The resource that all actions of a path are listed with: that which shows what they act on, or the first one."""
    first = next(iter(group))
    owner = api.definitions.get(f"GET {first.path.rpartition('/')[0]}")
    return owner.resource if owner else first.resource


def _version_headers(api: Api, shared: Shared) -> dict[str, dict[str, Any]]:
    """The only values of the version headers that ask for this version, by the names of the headers."""
    service = shared.service
    is_lowest = api.version == shared.source.min_version
    schema = {"type": "string", "enum": [f"{service.service_type} {api.version}"]}  # more tools know it than const
    found: dict[str, dict[str, Any]] = {
        service.standard_header: {**({} if is_lowest else {"required": True}), "schema": schema}
    }
    if service.legacy_header:
        found[service.legacy_header] = {"schema": {"type": "string", "enum": [str(api.version)]}}
    return found


def service_said(shared: Shared) -> dict[str, Any]:
    """What a document says of the service as data."""
    source = shared.source
    made = {"service-type": source.service_type, "min-ver": str(source.min_version), "max-ver": str(source.max_version)}
    common = sorted({status for status, _ in source.baseline().common.responses})
    return {**made, **({"release": source.current} if source.current else {}), "common-statuses": common}


def _gone(operations: Iterable[Operation]) -> dict[str, Any]:
    """The operations that answer 410, each with the release since which it does, and what to use instead."""
    found = {
        value.key: {
            "gone-since-release": value.gone_since_release,
            **({"instead": value.instead} if value.instead else {}),
        }
        for value in operations
    }
    return {"gone": found} if found else {}

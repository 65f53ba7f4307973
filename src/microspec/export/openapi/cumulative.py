"""An API at all versions at once, in the form that OpenStack's generator publishes.

``x-openstack`` says the versions of operations, parameters, answers and properties. The body of a request is one of
several schemas, each for a span of versions. docs/openapi.md says where this differs from what is published, and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...model.definition import Response
from ...schema.standalone import standard
from ...values.frozen import frozendict
from ...values.version import VersionSet
from . import text
from .answers import JSON
from .answers_over_time import AnswersOverTime, union
from .catalog import Catalog
from .components import Components
from .document import GENERATOR, OPENAPI, known_resources, security_schemes, service_said, surroundings, tag_of_actions
from .lifetimes import extension
from .merging import merged, saying
from .operations import accepts_null
from .shared import Shared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...history import History
    from ...model.api import Api, Known
    from ...model.definition import Behavior, Parameter
    from ...model.operation import Operation
    from .answers_over_time import Given

    Stretch = tuple[VersionSet, Operation]
    """An operation, and versions at which its definition is the same."""


def cumulative(history: History, *, resources: Iterable[str] = ()) -> dict[str, Any]:
    """The contract of an API at all versions as one OpenAPI 3.1 document: plain dicts and lists, the caller's own.

    `resources` are the names of resources (``servers``), whose operations alone are written; by default all. Operations
    that are gone in the release of the history are deprecated, and say since when they answer 410. Raises UnknownName
    for a resource that does not exist.
    """
    return _Writer(history._source.kept(Shared), resources).document()


class _Writer:
    """Writes one document."""

    def __init__(self, shared: Shared, resources: Iterable[str]) -> None:
        self.shared, self.source = shared, shared.source
        self.newest: Api = self.source.at(self.source.versions[-1])
        self.chosen = known_resources(resources, self.newest)
        self.catalog = Catalog(shared)
        self.components = Components(self._nothing, lambda schema: shared.schemas.inline(self.newest, schema))
        self.answers = AnswersOverTime(self.newest, shared, self.components, self.catalog)
        self._behaviors: dict[str, list[tuple[VersionSet, Behavior]]] = {}
        self._of_all: list[tuple[VersionSet, Behavior]] = []
        forms = (form for known in self.source.behaviors().values() for form in known.forms.items())
        for versions, behavior in forms:
            for key in behavior.operations:
                self._behaviors.setdefault(key, []).append((versions, behavior))
            if not behavior.operations:
                self._of_all.append((versions, behavior))

    @staticmethod
    def _nothing(name: str) -> Any:
        raise KeyError(name)  # schemas are the catalog's

    def document(self) -> dict[str, Any]:
        """The whole document."""
        paths = self.paths()
        service = self.shared.service
        return {
            "openapi": OPENAPI,
            "info": {
                "title": f"{service.title} API",
                "version": str(self.source.max_version),
                "x-generator": GENERATOR,
                "description": text.paragraphs(
                    f"The {text.escaped(service.title)} API at microversions {self.source.min_version} to "
                    f"{self.source.max_version}. A request asks for a version in the header "
                    f"`{service.standard_header}`. The versions of everything are said in `x-openstack`.",
                    self._list(self._of_all, self.shared.every_version),
                ),
                "x-openstack": service_said(self.shared),
            },
            **surroundings(paths, self.newest),
            "paths": paths,
            "components": {
                **self.components.others(),
                "schemas": self.catalog.value(),
                "securitySchemes": security_schemes(),
            },
        }

    # ------------------------------------------------------------------------------------------------- operations

    def paths(self) -> dict[str, Any]:
        """The paths with the operations on each."""
        paths: dict[str, dict[str, Any]] = {}
        acting: dict[str, list[list[Stretch]]] = {}
        for key, known in self.source.known().items():
            stretches = list(self.stretches(key, known))
            if not stretches:
                continue
            newest = stretches[-1][1]
            if self.chosen and newest.resource not in self.chosen:
                continue
            methods = paths.setdefault(newest.path, {})
            if newest.action is None:
                methods[newest.method.lower()] = self.operation(stretches)
            else:
                acting.setdefault(key.partition("#")[0], []).append(stretches)
                methods.setdefault(newest.method.lower(), {})
        for group in acting.values():
            first = group[0][-1][1]
            paths[first.path][first.method.lower()] = self.actions(group)
        return paths

    def stretches(self, key: str, known: Known) -> Iterator[Stretch]:
        """An operation with the versions of each of its definitions, and of that which it is an alias of."""
        before: tuple[Any, Operation] | None = None
        when = VersionSet()
        for version in self.source.versions:
            if version not in known.availability:
                continue
            operation = self.source.at(version)[key]
            identity = (operation.definition, operation._content)
            here = self.source.set_of([version])
            if before is None or any(a is not b for a, b in zip(identity, before[0], strict=True)):
                if before is not None:
                    yield when, before[1]
                before, when = (identity, operation), here
            else:
                when |= here
        if before is not None:
            yield when, before[1]

    def operation(self, stretches: list[Stretch]) -> dict[str, Any]:
        """An operation that is not a server action."""
        newest = stretches[-1][1]
        made: dict[str, Any] = {
            "tags": [newest.resource],
            "summary": text.escaped(newest.summary),
            "description": self.described(stretches),
            "operationId": self.shared.ids[newest.key],
            **({"deprecated": True} if newest.gone_since_release else {}),
            "parameters": self.parameters([stretches]),
        }
        if any(operation._content.request for _, operation in stretches):
            made["requestBody"] = {
                "required": all(_needs_body(operation) for _, operation in stretches),
                "content": {JSON: {"schema": self.body(stretches)}},
            }
        made["responses"] = self.responses([stretches])
        if newest.audience == "anonymous":
            made["security"] = []
        made["x-openstack"] = {**self.said(stretches), "query": self.query(stretches)}
        return made

    def when(self, stretches: list[Stretch]) -> VersionSet:
        """All versions of an operation."""
        return self.source.known()[stretches[-1][1].key].availability

    def said(self, stretches: list[Stretch]) -> dict[str, Any]:
        """What is said of an operation as data."""
        newest = stretches[-1][1]
        made: dict[str, Any] = {**extension(self.when(stretches)), "audience": newest.audience}
        made |= {"alias-of": newest.alias_of} if newest.alias_of else {}
        made |= {"gone-since-release": newest.gone_since_release} if newest.gone_since_release else {}
        return {**made, **({"instead": instead} if (instead := self.source.known()[newest.key].instead) else {})}

    def described(self, stretches: list[Stretch]) -> str:
        """An operation in words, as it is at its newest version."""
        newest, when = stretches[-1][1], self.when(stretches)
        release = self.source.releases.get(newest.gone_since_release or "")
        keys = dict.fromkeys(filter(None, [newest.key, newest.alias_of]))
        behaviors = {value.name: (of, value) for key in keys for of, value in self._behaviors.get(key, ())}
        instead = self.source.known()[newest.key].instead
        return text.paragraphs(
            text.escaped(newest.description or ""),
            text.sentences(
                f"Another name for `{newest.alias_of}`." if newest.alias_of else "",
                "" if when == self.shared.every_version else text.since(when),
                f"Gone: answers 410 at every version from {text.escaped(release.name)} on." if release else "",
                f"Instead: {text.escaped(instead)}." if instead else "",
                text.for_whom(newest.audience),
            ),
            self._list(behaviors.values(), when),
        )

    def _list(self, behaviors: Iterable[tuple[VersionSet, Behavior]], whole: VersionSet) -> list[str]:
        items = [text.behavior(value, None if when == whole else when) for when, value in behaviors]
        return ["**Behavior**", "", *items] if items else []

    # ------------------------------------------------------------------------------------------------- parameters

    def parameters(self, group: Iterable[list[Stretch]]) -> list[dict[str, Any]]:
        """The parameters of an operation, or of all actions of a path."""
        made: dict[Any, dict[str, Any]] = {}
        for stretches in group:
            found: dict[Any, list[tuple[VersionSet, Parameter]]] = {}
            for when, operation in stretches:
                for key, value in operation.parameters.items():
                    if not value.name_is_pattern:
                        found.setdefault(key, []).append((when, value))
            for key, versions in found.items():
                made.setdefault(key, self.parameter(versions, self.when(stretches)))
        return list(made.values())

    def parameter(self, versions: list[tuple[VersionSet, Parameter]], whole: VersionSet) -> dict[str, Any]:
        """A parameter at all of its versions."""
        newest = versions[-1][1]
        if self.newest.common.parameters.get(newest.key) is newest:
            return self.components.refer("parameters", newest.name, lambda: self._parameter(versions, whole, whole))
        when = union(of for of, _ in versions)
        return self._parameter(versions, when, whole)

    def _parameter(
        self, versions: list[tuple[VersionSet, Parameter]], when: VersionSet, whole: VersionSet
    ) -> dict[str, Any]:
        newest = versions[-1][1]
        schema = merged((of, self._values(value)) for of, value in versions)
        is_part = when != whole
        words = text.sentences(
            text.escaped(newest.schema.get("description", "")),
            text.for_whom(newest.audience) if newest.audience else "",
            text.since(when) if is_part else "",
        )
        said = {**(extension(when) if is_part else {}), **({"audience": newest.audience} if newest.audience else {})}
        is_required = newest.location == "path" or all(value.required for _, value in versions)
        return {
            "name": newest.name,
            "in": newest.location,
            **({"description": words} if words else {}),
            **({"required": True} if is_required else {}),
            **({"style": "form", "explode": True} if newest.location == "query" else {}),
            "schema": schema,
            **({"x-openstack": said} if said else {}),
        }

    def _values(self, parameter: Parameter) -> dict[str, Any]:
        """The schema of a parameter."""
        schema = self._inline(
            parameter.schema.delete("description") if "description" in parameter.schema else parameter.schema
        )
        is_array = parameter.repeatable and parameter.location == "query"
        return {"type": "array", "items": schema} if is_array else schema

    def _inline(self, schema: Any) -> dict[str, Any]:
        for name in standard(schema, self.newest.schemas).names:
            self.catalog.of_answers(name)
        return self.components.inline(schema)

    def query(self, stretches: list[Stretch]) -> dict[str, Any]:
        """What OpenAPI cannot say of a query; if it is not the same at all versions, for each of them."""
        found: dict[bool, VersionSet] = {}
        patterns: dict[str, list[tuple[VersionSet, Parameter]]] = {}
        for when, operation in stretches:
            is_open = operation.unknown_query == "ignored"
            found[is_open] = found.get(is_open, VersionSet()) | when
            for value in operation.parameters.values():
                if value.name_is_pattern:
                    patterns.setdefault(value.name, []).append((when, value))
        made: dict[str, Any] = {"additionalProperties": next(iter(found))}
        if len(found) > 1:
            choices = [{"additionalProperties": is_open, **extension(when)} for is_open, when in found.items()]
            made = {"discriminator": "microversion", "oneOf": choices}
        if patterns:
            made["patternProperties"] = {
                name: {
                    **merged((when, self._values(value)) for when, value in versions),
                    "x-openstack": extension(union(when for when, _ in versions)),
                }
                for name, versions in patterns.items()
            }
        return made

    # ----------------------------------------------------------------------------------------------------- bodies

    def body(self, stretches: list[Stretch], action: str | None = None) -> dict[str, Any]:
        """The schema of a body: one for each span of versions."""
        named = {"action-name": action} if action else {}
        names = {operation._content.request for _, operation in stretches}
        if len(names) == 1:
            (name,) = names
            if name is None:
                return {"required": [action], "x-openstack": named}
            found = self.catalog.container(name)
            if named:
                for component in (found, *(self.catalog.of_requests(name, run) for run in self.catalog.runs(name))):
                    self.catalog.say(component, named)
                if "oneOf" in found:
                    found["x-openstack"].update(named)
            return found
        choices = []
        for when, name in self._requests(stretches):
            if name is None:
                choices.append({"description": "The body is ignored.", "x-openstack": {**extension(when), **named}})
                continue
            for run in self.catalog.runs(name):
                if here := when & self.catalog.when(run):
                    said = {**extension(here), **named}
                    choices.append({**self.catalog.of_requests(name, run), "x-openstack": said})
        return {"oneOf": choices, "x-openstack": {"discriminator": "microversion", **named}}

    def _requests(self, stretches: list[Stretch]) -> list[tuple[VersionSet, str | None]]:
        """The names of the schemas of bodies, with their versions."""
        found: list[tuple[VersionSet, str | None]] = []
        for when, operation in stretches:
            name = operation._content.request
            if found and found[-1][1] == name:
                found[-1] = (found[-1][0] | when, name)
            else:
                found.append((when, name))
        return found

    # ---------------------------------------------------------------------------------------------------- answers

    def responses(self, group: list[list[Stretch]]) -> dict[str, Any]:
        """The answers by status of an operation, or of all actions of a path."""
        whole = union(self.when(stretches) for stretches in group)
        found: dict[int, dict[Given, VersionSet]] = {}
        for stretches in group:
            newest = stretches[-1][1]
            for when, operation in stretches:
                for response in operation.responses:
                    given = (response, newest.action if response.status < 400 else None)
                    of_status = found.setdefault(response.status, {})
                    of_status[given] = of_status.get(given, VersionSet()) | when
            if (release := self.source.releases.get(newest.gone_since_release or "")) is not None:
                words = f"From {release.name} on{f', for {newest.action}' if newest.action else ''}."
                gone = Response(status=410, when=words, body=self.newest.common.error_body)
                found.setdefault(410, {})[gone, None] = self.when(stretches)
        has_headers = any(operation.definition.microversioned for stretches in group for _, operation in stretches)
        return {
            str(status): self.answers.of_status(of_status, whole, has_headers=has_headers)
            for status, of_status in sorted(found.items())
        }

    # ---------------------------------------------------------------------------------------------------- actions

    def actions(self, group: list[list[Stretch]]) -> dict[str, Any]:
        """The operation that stands for the actions of one path."""
        newest = [stretches[-1][1] for stretches in group]
        first = newest[0]
        said = {
            str(operation.action): self._action(stretches) for operation, stretches in zip(newest, group, strict=True)
        }
        return {
            "tags": [tag_of_actions(newest, self.newest) if first.path else first.resource],
            "summary": f"One of {len(group)} actions" if len(group) > 1 else text.escaped(first.summary),
            "description": text.paragraphs(
                "The only key of the body names the action.",
                *(
                    text.paragraphs(
                        f"### {operation.action}", f"{text.escaped(operation.summary)}.", self.described(stretches)
                    )
                    for operation, stretches in zip(newest, group, strict=True)
                ),
            ),
            "operationId": self.shared.ids[first.key.partition("#")[0]],
            **({"deprecated": True} if all(operation.gone_since_release for operation in newest) else {}),
            "parameters": self.parameters(group),
            "requestBody": {
                "required": True,
                "content": {
                    JSON: {
                        "schema": {
                            "oneOf": [self._branch(stretches) for stretches in group],
                            "minProperties": 1,
                            "maxProperties": 1,
                            "x-openstack": {"discriminator": "action"},
                        }
                    }
                },
            },
            "responses": self.responses(group),
            "x-openstack": {**extension(union(self.when(stretches) for stretches in group)), "actions": said},
        }

    def _branch(self, stretches: list[Stretch]) -> dict[str, Any]:
        """The body of an action among those of others; it says when there is the action, if it is not always there."""
        found, when = self.body(stretches, stretches[-1][1].action), self.when(stretches)
        return found if when == self.shared.every_version else saying(found, extension(when))

    def _action(self, stretches: list[Stretch]) -> dict[str, Any]:
        """An action as data: its versions, and its own answers."""
        newest = stretches[-1][1]
        whole = self.when(stretches)
        found: dict[int, dict[Response, VersionSet]] = {}
        for when, operation in stretches:
            for response in operation.responses:
                if response.key not in self.newest.common.responses:
                    of_status = found.setdefault(response.status, {})
                    of_status[response] = of_status.get(response, VersionSet()) | when
        return {
            "operation": newest.key,
            "operation-id": self.shared.ids[newest.key],
            "resource": newest.resource,
            "summary": text.escaped(newest.summary),
            **self.said(stretches),
            "query": self.query(stretches),
            "responses": {
                str(status): [
                    {
                        **({"when": text.escaped(response.when)} if response.when else {}),
                        **({"schema": self.catalog.of_answers(response.body)} if response.body else {}),
                        **(extension(when) if when != whole else {}),
                    }
                    for response, when in of_status.items()
                ]
                for status, of_status in sorted(found.items())
            },
        }


def _needs_body(operation: Operation) -> bool:
    request = operation._content.request
    return request is not None and not accepts_null(frozendict({"$ref": request}), operation._api.schemas)

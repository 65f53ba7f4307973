"""The actions of a path as one operation, as OpenAPI needs it: one of them is named by the only key of the body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import text
from .answers import JSON, by_status
from .parameters import query

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ...model.definition import Response
    from ...model.operation import Operation
    from .operations import Operations

ONE_KEY = {"minProperties": 1, "maxProperties": 1}
"""A body with another number of keys names no action; so no two schemas of bodies accept the same one."""


def written(operations: Sequence[Operation], tag: str, within: Operations) -> dict[str, Any]:
    """The operation that stands for some actions of one path."""
    first = operations[0]
    made: dict[str, Any] = {
        "tags": [tag],
        "summary": _summary(operations),
        "description": text.paragraphs(
            "The only key of the body names the action.", *(_described(operation, within) for operation in operations)
        ),
        "operationId": within.shared.ids[first.key.partition("#")[0]],
        "parameters": within.parameters(operations),
        "requestBody": {"required": True, "content": {JSON: {"schema": _bodies(operations, within)}}},
        "responses": within.responses(operations),
    }
    if all(operation.audience == "anonymous" for operation in operations):
        made["security"] = []
    made["x-openstack"] = {"actions": {str(operation.action): _said(operation, within) for operation in operations}}
    return made


_FEW = 4
"""So many actions are named in a title."""


def _summary(operations: Sequence[Operation]) -> str:
    if len(operations) == 1:
        return text.escaped(operations[0].summary)
    names = ", ".join(str(operation.action) for operation in operations)
    return f"One of {len(operations)} actions{f': {names}' if len(operations) <= _FEW else ''}"


def _bodies(operations: Sequence[Operation], within: Operations) -> dict[str, Any]:
    """One of the bodies, each of which says in ``x-openstack`` which action it is of."""
    requests = [operation._content.request for operation in operations]
    branches: list[dict[str, Any]] = []
    for operation, request in zip(operations, requests, strict=True):
        named = {"action-name": operation.action}
        if request is None:
            branches.append({"required": [operation.action], "x-openstack": named})
        elif requests.count(request) > 1:
            branches.append({**within.components.schema(request), "required": [operation.action], "x-openstack": named})
        else:
            branches.append(within.components.schema(request))
            within.components.extensions.setdefault(request, {}).update(named)
    return {"oneOf": branches, **ONE_KEY, "x-openstack": {"discriminator": "action"}}


def _said(operation: Operation, within: Operations) -> dict[str, Any]:
    """An action as data: its key and id, its versions, the schema of its body, and its own answers."""
    request = operation._content.request
    own = [response for response in operation.responses if response.key not in within.api.common.responses]
    return {
        "operation": operation.key,
        "operation-id": within.shared.ids[operation.key],
        "resource": operation.resource,
        "summary": text.escaped(operation.summary),
        **within.said(operation),
        "query": query(operation, within.components),
        **({"request": within.components.schema(request)} if request else {}),
        "responses": {
            str(status): [within.answers.said(response) for response in of_status]
            for status, of_status in by_status(own).items()
        },
    }


def _described(operation: Operation, within: Operations) -> str:
    """An action in words, under a heading of its own."""
    own = [response for response in operation.responses if response.key not in within.api.common.responses]
    answers = (_answers(status, of_status) for status, of_status in by_status(own).items())
    return text.paragraphs(
        f"### {operation.action}",
        f"{text.escaped(operation.summary)}.",
        within.described(operation),
        ["Answers:", "", *answers],
    )


def _answers(status: int, responses: Iterable[Response]) -> str:
    """The answers of one status as an item of a list."""
    parts = []
    for response in responses:
        body = f"`{response.body}`" if response.body and status < 400 else ""
        parts.append(text.sentences(body, text.escaped(response.when or "")))
    return f"- {status} {text.phrase(status)}{''.join(f'; {part}' for part in parts if part)}"

"""The answers of operations by status, with their conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import text
from .parameters import header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...model.definition import Common, Response
    from .components import Components

JSON = "application/json"


class Answers:
    """Writes the answers of the operations of one document."""

    def __init__(self, common: Common, components: Components) -> None:
        self._common, self._components = common, components

    def of_status(self, responses: Sequence[Response], *, has_headers: bool) -> dict[str, Any]:
        """The answers with one status. An error that says nothing of its own is a component."""
        status = responses[0].status
        conditions = tuple(dict.fromkeys(response.when for response in responses if response.when))
        is_plain = has_headers and status >= 400 and all(self._is_plain(response) for response in responses)
        if is_plain and set(conditions) <= {when for of, when in self._common.responses if of == status}:
            name = text.name_of_status(status)
            return self._components.refer("responses", name, lambda: self._written(responses, has_headers))
        return self._written(responses, has_headers)

    def _is_plain(self, response: Response) -> bool:
        return response.body == self._common.error_body and not response.headers

    def _written(self, responses: Sequence[Response], has_headers: bool) -> dict[str, Any]:
        status = responses[0].status
        made: dict[str, Any] = {"description": self._described(responses)}
        headers = {name: schema for response in responses for name, schema in response.headers.items()}
        common = {name: self._common_header(name) for name in self._common.headers} if has_headers else {}
        if headers or common:
            made["headers"] = {**common, **{name: header(schema, self._components) for name, schema in headers.items()}}
        bodies = list(dict.fromkeys(response.body for response in responses if response.body))
        if bodies:
            made["content"] = {JSON: {"schema": one_of(bodies, self._components, "anyOf")}}
        if status < 400 and len(responses) > 1:
            made["x-openstack"] = {"answers": [self.said(response) for response in responses]}
        return made

    def _common_header(self, name: str) -> dict[str, Any]:
        make = lambda: header(self._common.headers[name], self._components)  # noqa: E731
        return self._components.refer("headers", name, make)

    def said(self, response: Response) -> dict[str, Any]:
        """An answer as data: its condition, and the schema of its body."""
        made = {"when": text.escaped(response.when)} if response.when else {}
        return {**made, **({"schema": self._components.schema(response.body)} if response.body else {})}

    def _described(self, responses: Sequence[Response]) -> str:
        """What is said of a status: its name, and the conditions of its answers."""
        phrase = text.phrase(responses[0].status)
        conditions = list(dict.fromkeys(text.escaped(response.when) for response in responses if response.when))
        bodies = {response.body for response in responses}
        if len(bodies) > 1:
            return text.paragraphs(phrase, [f"- {_with_body(response)}" for response in responses])
        if not conditions:
            return phrase
        return (
            f"{phrase}. {conditions[0]}"
            if len(conditions) == 1
            else text.paragraphs(f"{phrase}, for one of these reasons:", [f"- {words}" for words in conditions])
        )


def _with_body(response: Response) -> str:
    body = f"`{response.body}`" if response.body else "no body"
    return f"{body}: {text.escaped(response.when)}" if response.when else f"{body}, if nothing else is said"


def one_of(names: Sequence[str], components: Components, keyword: str) -> dict[str, Any]:
    """The schema of a body that is one of those with these names."""
    references = [components.schema(name) for name in names]
    return references[0] if len(references) == 1 else {keyword: references}


def by_status(responses: Sequence[Response]) -> dict[int, list[Response]]:
    """Answers by their status, in order."""
    found: dict[int, list[Response]] = {}
    for response in responses:
        found.setdefault(response.status, []).append(response)
    return dict(sorted(found.items()))

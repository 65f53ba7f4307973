"""The answers of operations by status, with their conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import text
from .parameters import header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ...model.definition import Common, Response
    from .components import Components

    Given = tuple[Response, str | None]
    """An answer, and the action that gives it."""

JSON = "application/json"


class Answers:
    """Writes the answers of the operations of one document."""

    def __init__(self, common: Common, components: Components, error: Callable[[int], Any]) -> None:
        self._common, self._components, self._error = common, components, error

    def of_status(self, given: Sequence[Given], *, has_headers: bool) -> dict[str, Any]:
        """The answers with one status. An error that says nothing of its own is a component."""
        responses = list(dict.fromkeys(response for response, _ in given))
        status = responses[0].status
        conditions = tuple(dict.fromkeys(response.when for response in responses if response.when))
        is_plain = has_headers and status >= 400 and all(self._is_plain(response) for response in responses)
        if is_plain and set(conditions) <= {when for of, when in self._common.responses if of == status}:
            name = text.name_of_status(status)
            return self._components.refer("responses", name, lambda: self._written(given, has_headers))
        return self._written(given, has_headers)

    def _is_plain(self, response: Response) -> bool:
        return response.body == self._common.error_body and not response.headers

    def _written(self, given: Sequence[Given], has_headers: bool) -> dict[str, Any]:
        responses = list(dict.fromkeys(response for response, _ in given))
        status = responses[0].status
        made: dict[str, Any] = {"description": _described(given)}
        headers = {name: schema for response in responses for name, schema in response.headers.items()}
        common = {name: self._common_header(name) for name in self._common.headers} if has_headers else {}
        if headers or common:
            made["headers"] = {**common, **{name: header(schema, self._components) for name, schema in headers.items()}}
        bodies = list(dict.fromkeys(response.body for response in responses if response.body))
        if bodies:
            made["content"] = {JSON: {"schema": one_of(bodies, self._components), **self._example(status, bodies)}}
        if status < 400 and len(responses) > 1 and not any(action for _, action in given):
            made["x-openstack"] = {"answers": [self.said(response) for response in responses]}
        return made

    def _example(self, status: int, bodies: Sequence[str]) -> dict[str, Any]:
        """A body of an error, for mocks and readers: the common schema has a name for each kind of error."""
        is_error = status >= 400 and bodies == [self._common.error_body]
        example = self._error(status) if is_error else None
        return {"example": example} if example is not None else {}

    def _common_header(self, name: str) -> dict[str, Any]:
        make = lambda: header(self._common.headers[name], self._components)  # noqa: E731
        return self._components.refer("headers", name, make)

    def said(self, response: Response) -> dict[str, Any]:
        """An answer as data: its condition, and the schema of its body."""
        made = {"when": text.escaped(response.when)} if response.when else {}
        return {**made, **({"schema": self._components.schema(response.body)} if response.body else {})}


def _described(given: Sequence[Given]) -> str:
    """What is said of a status: its name, and the conditions of its answers."""
    phrase = text.phrase(given[0][0].status)
    if len({response.body for response, _ in given}) > 1:
        bodies: dict[str, list[str]] = {}
        for response, action in given:
            condition = f": {text.escaped(response.when)}" if response.when else ""
            bodies.setdefault(f"{with_body(response)}{condition}", []).extend([f"`{action}`"] if action else [])
        items = [f"- {', '.join(names)}{': ' if names else ''}{words}" for words, names in bodies.items()]
        return text.paragraphs(phrase, items)
    conditions = list(dict.fromkeys(text.escaped(response.when) for response, _ in given if response.when))
    if len(conditions) > 1:
        return text.paragraphs(f"{phrase}, for one of these reasons:", [f"- {words}" for words in conditions])
    return f"{phrase}. {conditions[0]}" if conditions else phrase


def with_body(response: Response) -> str:
    """Which body an answer has, in words."""
    return f"`{response.body}`" if response.body else "no body"


def one_of(names: Sequence[str], components: Components) -> dict[str, Any]:
    """The schema of a body that is any of those with these names, which may have values in common."""
    references = [components.schema(name) for name in names]
    return references[0] if len(references) == 1 else {"anyOf": references}


def by_status(responses: Iterable[Response]) -> dict[int, list[Response]]:
    """Answers by their status, in order."""
    found: dict[int, list[Response]] = {}
    for response in responses:
        found.setdefault(response.status, []).append(response)
    return dict(sorted(found.items()))

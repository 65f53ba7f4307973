"""The answers of operations at all versions, each with its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...values.version import VersionSet
from . import text
from .answers import JSON, with_body
from .lifetimes import extension
from .parameters import header

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ...model.api import Api
    from ...model.definition import Response
    from .catalog import Catalog
    from .components import Components
    from .shared import Shared

    Given = tuple[Response, str | None]
    """An answer, and the action that gives it; no action for an error."""


class AnswersOverTime:
    """Writes the answers of the operations of the document of all versions; `newest` is the API at the last of them."""

    def __init__(self, newest: Api, shared: Shared, components: Components, catalog: Catalog) -> None:
        self._newest, self._shared, self._components, self._catalog = newest, shared, components, catalog

    def of_status(self, given: Mapping[Given, VersionSet], whole: VersionSet, *, has_headers: bool) -> dict[str, Any]:
        """The answers with one status. An error that any operation may answer with is a component."""
        common = self._newest.common.responses
        shared = {item: whole for item in given if item[0].key in common}
        if has_headers and shared and all(response.key in common or not response.when for response, _ in given):
            (status,) = {response.status for response, _ in given}
            make = lambda: self._answer(shared, whole, has_headers=has_headers)  # noqa: E731
            return self._components.refer("responses", text.name_of_status(status), make)
        return self._answer(given, whole, has_headers=has_headers)

    def _answer(self, given: Mapping[Given, VersionSet], whole: VersionSet, *, has_headers: bool) -> dict[str, Any]:
        when = union(given.values())
        made: dict[str, Any] = {"description": _in_words(given, whole)}
        headers = {name: self._header(name) for name in self._newest.common.headers} if has_headers else {}
        for (response, _), of in given.items():
            for name, schema in response.headers.items():
                said = {"x-openstack": extension(of)} if of != whole else {}
                headers[name] = {**header(schema, self._components), **said}
        made |= {"headers": headers} if headers else {}
        bodies: dict[tuple[str, str | None], VersionSet] = {}
        for (response, action), of in given.items():
            if response.body:
                bodies[response.body, action] = bodies.get((response.body, action), VersionSet()) | of
        if bodies:
            (status,) = {response.status for response, _ in given}
            example = self._shared.error(self._newest, status) if status >= 400 and len(bodies) == 1 else None
            shown = {} if example is None else {"example": example}
            made["content"] = {JSON: {"schema": self._bodies(bodies, when), **shown}}
        return {**made, **({"x-openstack": extension(when)} if when != whole else {})}

    def _header(self, name: str) -> dict[str, Any]:
        make = lambda: header(self._newest.common.headers[name], self._components)  # noqa: E731
        return self._components.refer("headers", name, make)

    def _bodies(self, bodies: Mapping[tuple[str, str | None], VersionSet], whole: VersionSet) -> dict[str, Any]:
        """One of the bodies, each with its action, and with its versions if it is not always there."""
        made = []
        for (name, action), when in bodies.items():
            said = {**(extension(when) if when != whole else {}), **({"action-name": action} if action else {})}
            made.append({**self._catalog.of_answers(name), **({"x-openstack": said} if said else {})})
        return made[0] if len(made) == 1 else {"oneOf": made}


def _in_words(given: Mapping[Given, VersionSet], whole: VersionSet) -> str:
    """A status in words: its name, and the conditions of its answers. Of successful ones, also which body each has."""
    status = next(iter(given))[0].status
    phrase = text.phrase(status)
    if status < 400 and len({(response.body, response.when) for response, _ in given}) > 1:
        actions: dict[str, list[str]] = {}
        for (response, action), when in given.items():
            condition = text.sentences(text.escaped(response.when or ""), text.since(when) if when != whole else "")
            words = f"{with_body(response)}{f': {condition}' if condition else ''}"
            actions.setdefault(words, []).extend([f"`{action}`"] if action else [])
        items = [f"- {', '.join(names)}{': ' if names else ''}{words}" for words, names in actions.items()]
        return text.paragraphs(phrase, items)
    conditions: dict[str, VersionSet] = {}
    for (response, _), when in given.items():
        if response.when:
            words = text.escaped(response.when)
            conditions[words] = conditions.get(words, VersionSet()) | when
    items = [text.sentences(words, text.since(when) if when != whole else "") for words, when in conditions.items()]
    if not items:
        when = union(given.values())
        return text.sentences(f"{phrase}.", text.since(when)) if when != whole else phrase
    if len(items) == 1:
        return f"{phrase}. {items[0]}"
    return text.paragraphs(f"{phrase}, for one of these reasons:", [f"- {item}" for item in items])


def union(sets: Iterable[VersionSet]) -> VersionSet:
    """All versions of some sets."""
    return VersionSet([item for one in sets for item in one])

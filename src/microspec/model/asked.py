"""Finds the operation that a user means, by its key or by a request as it is sent.

All questions use it. The case of the method does not matter. The path is a template or a concrete path, with or without
a project id before it; an action is named after ``#``. An exact key does not need any of this.
"""

from __future__ import annotations

from ..values.errors import InvalidElement
from ..values.frozen import Value
from ..values.version import VersionSet
from .errors import UnknownOperation, actions_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from ..values.version import Version
    from .routing import Router


class Asked(Value):
    """The parts of a request: the `method` in capitals; `query` and `action` are empty if there are none."""

    method: str
    path: str
    query: str
    action: str


def read(text: str) -> Asked:
    """Parse a request. Raises InvalidElement if it is not one."""
    target, _, action = str(text).partition("#")
    method, _, rest = target.partition(" ")
    path, _, query = rest.strip().partition("?")
    if not method.isalpha() or not path.startswith("/"):
        raise InvalidElement(text, "a request must be METHOD /path, such as 'GET /servers'")
    return Asked(method=method.upper(), path=path, query=query, action=action)


def key(text: str, router: Router, known: Collection[str], version: Version | None = None) -> str:
    """The one of the `known` keys that is meant; of several that match, the one with more literal words.

    Raises UnknownOperation if none matches (at a `version`, if one is given), and InvalidElement for a request with a
    query, which is not part of an operation.
    """
    try:
        asked = read(text)
    except InvalidElement:
        raise UnknownOperation(text, version, VersionSet(), known=known) from None
    action = f"#{asked.action}" if asked.action else ""
    if asked.query:
        raise InvalidElement(
            text, f"a query string is not part of an operation; use '{asked.method} {asked.path}{action}'"
        )
    templates = [template for template, _ in router.find(asked.method, asked.path)]
    found = next((f"{template}{action}" for template in templates if f"{template}{action}" in known), None)
    if found is None:
        with_actions = (template for template in templates if actions_of(template, known))
        path = next(with_actions, f"{asked.method} {asked.path}")
        raise UnknownOperation(f"{path}{action}", version, VersionSet(), known=known)
    return found

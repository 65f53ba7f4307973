"""Suggestions for an element of an operation that never existed."""

from __future__ import annotations

from ..values.locator import Locator
from ..values.near import near
from .presence import availability, contents

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..model.source import Source


def nearby(source: Source, locator: Locator) -> tuple[str, ...]:
    """The pointers or parameters that are nearest to one that never existed; none for one that did.

    Raises UnknownOperation for an operation that never existed.
    """
    key = source.key(locator.operation)
    named = {part: getattr(locator, part) for part in ("request", "query", "response")}
    part, asked = next(((part, name) for part, name in named.items() if name is not None), ("", ""))
    if not part or availability(source, locator.of(key)):
        return ()
    names = dict.fromkeys(name for form in contents(source, key)[key] for of, name in form.elements if of == part)

    def is_there(name: str) -> bool:
        element: dict[str, Any] = {part: name}
        return bool(availability(source, Locator(key, **element, status=locator.status)))

    return tuple(filter(is_there, near(asked, names)))

"""The ids of operations: made of method and path, unique, and the same in the documents of all versions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Ids:
    """The ids of all operations that a service ever had, by key; the operation of all actions of a path is one more.

    ``GET /servers/{server_id}`` is ``get_servers_by_server_id``. If two keys would have the same id, the one that came
    later gets a number, so that a new version changes no id.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self._ids: dict[str, str] = {}
        taken: set[str] = set()
        for key in dict.fromkeys(name for of in keys for name in (of.partition("#")[0], of)):
            plain, number = _plain(key), 2
            name = plain
            while name in taken:
                name, number = f"{plain}~{number}", number + 1
            taken.add(name)
            self._ids[key] = name

    def __getitem__(self, key: str) -> str:
        return self._ids[key]


def _plain(key: str) -> str:
    """An id made of a key, of the characters that need no escaping in a URL (RFC 3986, 2.3)."""
    route, _, action = key.partition("#")
    method, _, path = route.partition(" ")
    words = [re.sub(r"\{([^}]*)\}", r"by_\1", word) for word in path.split("/") if word]
    name = "_".join([method.lower(), *words, *filter(None, [action])])
    return re.sub(r"[^A-Za-z0-9._-]", lambda match: f"~{ord(match[0]):x}", name)

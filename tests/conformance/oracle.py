"""What Nova says. Runs where Nova is installed; see `standins` for what else need not be.

``python -m conformance.oracle facts`` prints what the decorators of every route say, as one JSON object.
``python -m conformance.oracle verdicts`` reads questions, one JSON object per line, and answers each
with a JSON array: one letter per version asked for, see `places`, and for each
version what is wrong with an answer. A question goes through Nova's own decorators, all of them, around
a handler that only answers what it is told, and checks extra specs if it does.
"""

from __future__ import annotations

import enum
import json
import re
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

from .decorators import SAID, Handler, Nova
from .places import ABSENT, ACCEPTED, CRASHED, REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterator


def _actions(controller: type) -> Iterator[tuple[str, str]]:
    """The keys of the actions of a controller, with the names of their methods."""
    yield from getattr(controller, "wsgi_actions", {}).items()


class Operation:
    """A route with a method, and for an action its key: its handlers, which share the versions among them."""

    def __init__(self, nova: Nova, method: str, path: str, action: str | None, controller: type, name: str) -> None:
        self.method, self.path, self.action = method, path, action
        self._nova = nova
        self.handlers = sorted(_handlers(nova, controller, name), key=lambda handler: handler.first)

    @property
    def key(self) -> str:
        """The method and path of the route, and ``#action``."""
        return f"{self.method} {self.path}{f'#{self.action}' if self.action else ''}"

    def facts(self) -> dict[str, Any]:
        """What the decorators say, in terms of JSON; ranges are minors, both included."""
        errors = [status for handler in self.handlers for _, _, codes in handler.said["errors"] for status in codes]
        return {
            "key": self.key,
            "gone": set(errors) == {410},
            "ranges": [[handler.first, handler.last] for handler in self.handlers],
            **{kind: [item for handler in self.handlers for item in handler.said[kind]] for kind in SAID},
        }

    def verdict(self, kind: str, minor: int, instance: Any) -> str:
        """What becomes of a request with this body, or this query as a mapping of name to values, or of this answer."""
        nova = self._nova
        nova.ask(kind, instance)
        if kind == "request" and self.action and not self._is_peeked(instance):
            return REFUSED
        for handler in self.handlers:
            if handler.first <= minor <= handler.last:
                try:
                    handler.call(nova.request(minor, instance if kind == "query" else {}))
                except nova.exceptions.VersionNotFoundForAPIMethod:
                    return ABSENT
                except (nova.exceptions.ValidationError, nova.wsgi.webob.exc.HTTPBadRequest):
                    return REFUSED
                except Exception:  # whatever it is, a caller sees 500
                    return CRASHED
                return ACCEPTED
        return ABSENT

    def _is_peeked(self, body: Any) -> bool:
        """Whether Nova, looking into the body, finds that it is for this action."""
        try:
            return bool(self._nova.wsgi.action_peek(json.dumps(body)) == self.action)
        except (self._nova.exceptions.MalformedRequestBody, AttributeError, TypeError):
            return False


def _handlers(nova: Nova, controller: type, name: str) -> Iterator[Handler]:
    for owner in controller.__mro__:
        versioned = vars(owner).get("versioned_methods") or {}  # Nova 23 keeps a list of functions by name
        if name in versioned:
            for method in versioned[name]:
                last = nova.minor(method.end_version, nova.max_minor)
                yield Handler(nova, method.func, nova.minor(method.start_version, 1), last, vars(owner))
            return
        if name in vars(owner):
            yield Handler(nova, vars(owner)[name], 1, nova.max_minor, vars(owner))
            return


def operations(nova: Nova) -> Iterator[Operation]:
    """Everything that is routed."""
    for path, methods in nova.routes.ROUTE_LIST:
        if isinstance(methods, str):  # a redirection
            continue
        for method, (factory, name) in methods.items():
            main, others = factory.args
            actions = {key: (owner, text) for owner in (main, *others) for key, text in _actions(owner)}
            if name == "action":
                for key, (owner, text) in actions.items():
                    if key not in ("create", "update", "delete"):  # those have routes of their own
                        yield Operation(nova, method, path, key, owner, text)
            else:  # in Nova 23 a route may lead to an "action" of a controller beside the main one
                owner, text = (main, name) if hasattr(main, name) else actions[name]
                yield Operation(nova, method, path, None, owner, text)


def _extra_spec(known: Any) -> dict[str, Any]:
    """The name of an extra spec that Nova knows, and what may be put into it; the limits and words of its value."""
    return {
        "name": known.name,
        "parameters": [parameter["name"] for parameter in known.parameters],
        "limits": [known.value[limit] for limit in ("min", "max") if limit in known.value],
        "words": list(known.value.get("enum", ())),
    }


def _plain(value: Any) -> Any:
    """What json cannot write itself."""
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, re.Pattern):
        return value.pattern
    return str(value)


def main() -> None:
    """Print the facts, or answer the questions of the standard input."""
    nova = Nova()
    found = {operation.key: operation for operation in operations(nova)}
    if sys.argv[1] == "facts":
        facts = [operation.facts() for operation in found.values()]
        said = {"max_minor": nova.max_minor, "unicode": unicodedata.unidata_version, "operations": facts}
        said["extra_specs"] = [_extra_spec(known) for known in nova.extra_specs]
        json.dump(said, sys.stdout, default=_plain)
        return
    for line in sys.stdin:
        question = json.loads(line)
        ask = found[question["operation"]].verdict
        letters, places = "", []
        for minor in question["minors"]:
            letters += ask(question["kind"], minor, question["instance"])
            places.append(nova.places)
        print(json.dumps([letters, places if any(places) else []]))


if __name__ == "__main__":
    main()

"""The concrete API at one version: operations, parameters, responses, schemas, behaviors.

All of it is immutable. An `Api` is what the changes of a microversion turn into the next `Api`
(`microspec.model.changes`), and what every tool reads.
"""

from __future__ import annotations

from _collections_abc import Mapping

from ..values import Frozen, put
from ..values.frozen import EMPTY, Value, frozendict, kept
from .definition import Common
from .operation import Operation
from .timeline import Lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from typing import Any, TypeVar

    from ..schema.standalone import Standards
    from ..schema.walk import Schema
    from ..values.version import Version, VersionSet
    from .definition import Behavior, Definition
    from .errors import UnknownOperation
    from .routing import Place, Router

    T = TypeVar("T")


class Operations(Mapping[str, Operation], Frozen):
    """The operations of an Api by key, each made on demand."""

    __slots__ = ("_api", "_made")
    _api: Api
    _made: dict[str, Operation]

    def __init__(self, api: Api) -> None:
        put(self, "_api", api)
        put(self, "_made", {})

    def __getitem__(self, key: str) -> Operation:
        found = self._made.get(key)
        if found is None:
            if key not in self._api.definitions:
                raise KeyError(key)
            found = self._made.setdefault(key, Operation(self._api, key))
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._api.definitions)

    def __len__(self) -> int:
        return len(self._api.definitions)

    def __contains__(self, key: object) -> bool:
        return key in self._made or key in self._api.definitions


class Nowhere:
    """Says that no operation answers a request: the status, and the reason, which is worded on demand.

    `operation` is the key of the operation that answers it at another version or release, empty if there is none.
    """

    __slots__ = ("_given", "_words", "operation", "status")

    def __init__(self, status: int, operation: str, words: Callable[..., str], *given: Any) -> None:
        self.status, self.operation, self._words, self._given = status, operation, words, given

    def reason(self) -> str:
        """Why nothing answers."""
        return self._words(*self._given)


class Known(Value):
    """An operation over all versions: when it exists, what replaces it, and the release that removed it."""

    availability: VersionSet
    instead: str | None = None
    gone_since_release: str | None = None


class Match(Value):
    """The operation of a request, and the values of the names in its path."""

    operation: Operation
    path_parameters: frozendict[str, str]

    def __init__(self, operation: Operation, path_parameters: frozendict[str, str]) -> None:
        own = self.__dict__  # made for every request: this takes a third of the time of an ordinary `Value`
        own["operation"] = operation
        own["path_parameters"] = path_parameters


class Directory:
    """Every operation that ever existed, and the releases in order; the same for all versions of a history.

    `at` gives the API at a version as of another release. `shared` is `Source.kept`.
    """

    def __init__(
        self,
        known: Callable[[], frozendict[str, Known]] = lambda: EMPTY,
        releases: Callable[[], tuple[str, ...]] = tuple,
        current: Callable[[], str | None] = lambda: None,
        at: Callable[[Version, str], Api] | None = None,
        shared: Callable[[Callable[[Any], Any]], Any] | None = None,
    ) -> None:
        self._known, self._releases, self._current, self._at, self._shared = known, releases, current, at, shared

    def shared(self, make: Callable[[Any], T]) -> T | None:
        """What is made of the source of the history, and lives as long as it does: made once by each function.

        None if there is no history, as for an Api that was unpickled or made by hand.
        """
        return self._shared(make) if self._shared else None

    @kept
    def known(self) -> frozendict[str, Known]:
        """The operations by key."""
        return self._known()

    @property
    def releases(self) -> tuple[str, ...]:
        """The keys of the releases, oldest first."""
        return self._releases()

    @property
    def current(self) -> str | None:
        """The key of the release that the history answers for; None if there are no releases."""
        return self._current()

    def is_gone(self, known: Known) -> bool:
        """Whether the release that the history answers for has removed an operation."""
        since, current, releases = known.gone_since_release, self.current, self.releases
        return since is not None and (current is None or releases.index(current) >= releases.index(since))

    def at(self, version: Version, release: str) -> Api:
        """The API at a version in another release. Raises UnknownName."""
        if self._at is None:
            from ..values.errors import UnknownName

            raise UnknownName("release", release, [self.current] if self.current else ())
        return self._at(version, release)

    @kept
    def router(self) -> Router:
        """Finds operations by path."""
        from .routing import Router

        return Router(self.known)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_fixed_directory, (self.known, self.releases, self.current))


def _fixed_directory(known: frozendict[str, Known], releases: tuple[str, ...], current: str | None) -> Directory:
    return Directory(lambda: known, lambda: releases, lambda: current)


class Api(Value):
    """The API at one version. `api["POST /servers"]` is an `Operation`. Iterating over an `Api` gives the keys.

    You can also write a request as it is sent, `api["get /servers/b1"]`; but ``in`` only knows keys. `definitions`,
    `schemas` and `behaviors` are immutable mappings by name.
    """

    version: Version
    definitions: Mapping[str, Definition] = EMPTY
    schemas: Mapping[str, Schema] = EMPTY
    behaviors: Mapping[str, Behavior] = EMPTY
    _shared: Lazy = Lazy(Common())
    """What is `common`."""
    _directory: Directory = Directory()
    """What is `known`. Does not take part in equality."""
    _finished: Lazy = Lazy(None)
    """The `_standards`, if they were made beforehand. Does not take part in equality."""

    _uncompared = ("_directory", "_finished")

    @property
    def common(self) -> Common:
        """What holds for every operation at every version."""
        return self._shared.value  # type: ignore[no-any-return]

    @property
    def known(self) -> frozendict[str, Known]:
        """Every operation that ever existed, by key; the same at all versions."""
        return self._directory.known

    @kept
    def operations(self) -> Mapping[str, Operation]:
        """The operations by key, in the order of the specification."""
        return Operations(self)

    @kept
    def _standards(self) -> Standards:
        """The schemas, and those of the queries, in the form for self-contained documents."""
        from .standards import Made

        return self._finished.value or Made(self)

    def replace(self, **values: Any) -> Api:
        """A copy with other values for the given fields, or for `common`."""
        if "common" in values:
            values["_shared"] = Lazy(values.pop("common"))
        return Api(**{**self.__getstate__(), "_finished": Lazy(None), **values})

    def __getitem__(self, key: str) -> Operation:
        try:
            return self.operations[key]
        except KeyError:
            pass
        return self._understood(key)

    def _understood(self, text: str) -> Operation:
        """The operation for a text that is not a key of this version: a key of another version, or a request."""
        key = text
        if text not in self.known:
            from .asked import key as understood

            key = understood(text, self._directory.router, self.known or self.definitions, self.version)
        if key not in self.definitions:
            raise self._absent(key)
        return self.operations[key]

    def _absent(self, key: str) -> UnknownOperation:
        """The error for an operation that does not exist at this version."""
        from .errors import UnknownOperation

        known = self.known[key]
        return UnknownOperation(key, self.version, known.availability, known.instead)

    def warm(self) -> None:
        """Compile the validators of all requests, and the router, before they are needed."""
        self._directory.router.warm()
        for operation in self.operations.values():
            operation.warm()

    def find(self, method: str, template: str, action: str | None = None) -> Operation:
        """The operation with a path in which names in braces may have other names: ``/servers/{id}``.

        `method` is in any case, and `action` the key of a server action. A word without braces only fits the same
        word. Raises UnknownOperation if there is none at this version.
        """
        names = tuple(_is_name(word) for word in template.split("/"))
        place, _ = self._directory.router.place(method, template)
        for found in place.templates:
            if tuple(map(_is_name, found.partition(" ")[2].split("/"))) == names:
                return self[f"{found}#{action}" if action else found]
        from ..values.version import VersionSet
        from .errors import UnknownOperation

        key = f"{method.upper()} {template}{f'#{action}' if action else ''}"
        raise UnknownOperation(key, self.version, VersionSet(), known=self.known)

    def refusal(self, key: str, *, release: str | None = None) -> int | None:
        """The status of the refusal of an operation: None if it is there, 404 if it is not, 410 if it is gone.

        `key` is the key of an operation. `release` is the release of the cloud, as for `match`. Raises
        UnknownOperation for an operation that never existed, and UnknownName for an unknown release.
        """
        if release is not None and release != self._directory.current:
            return self._directory.at(self.version, release).refusal(key)
        known = self.known.get(key)
        if known is None:
            self._understood(key)  # which raises
        elif self._directory.is_gone(known):
            return 410
        return None if key in self.definitions else 404

    def match(self, method: str, path: str, body: Any = None, *, release: str | None = None) -> Match:
        """The operation of a request, by method and path (with or without a leading project id).

        Repeated slashes count as one, as in Nova; a slash at the end makes a different path. The only key of `body`
        selects a server action. `release` is the release of the cloud, by default the one that the history answers for
        (`History.release`). For another release, the `Api` at this version as of that release answers; an unpickled
        `Api` has no history, and only knows its own release. Raises UnknownName for an unknown release, and
        `NoSuchRoute` with the status that the service answers: 404 for an unknown path, or for an operation that does
        not exist at this version, 400 for an unknown action, 410 for an operation that a release has removed.
        """
        if release is not None and release != self._directory.current:
            return self._directory.at(self.version, release).match(method, path, body)
        place, words = self._directory.router.place(method, path)
        operation = self._answers.get(place)
        if operation is not None:
            return Match(operation, place.values(operation.key, words))
        found = self._answering(method, path, place.templates, body)
        if isinstance(found, Nowhere):
            from .errors import NoSuchRoute  # importing it takes half as long as a match

            raise NoSuchRoute(found.status, found.reason(), found.operation or None)
        template, key = found
        operation = self.operations[key]
        if template == key == next(iter(place.templates)):
            self._answers[place] = operation
        return Match(operation, place.values(template, words))

    @kept
    def _answers(self) -> dict[Place, Operation]:
        """The operations that have answered before, by the place of their paths, if the body does not matter."""
        return {}

    def _answering(self, method: str, path: str, templates: Collection[str], body: Any) -> tuple[str, str] | Nowhere:
        """The template of a path that answers, and the key of its operation; otherwise as for `match`."""
        every = self._directory.known
        absent = ""
        for template in templates:
            key, known = template, every.get(template)
            if known is None:  # the path has actions
                if not isinstance(body, dict) or len(body) != 1:
                    return Nowhere(400, "", _no_single_key)
                action = str(next(iter(body)))
                key = f"{template}#{action}"
                known = every.get(key)
                if known is None:
                    return Nowhere(400, "", _no_action, path, action, template, every)
            if known.gone_since_release and self._directory.is_gone(known):
                return Nowhere(410, key, "{} was removed in {}".format, key, known.gone_since_release)
            if key in self.operations:
                return template, key
            absent = absent or key
            if known.instead not in templates:  # its replacement may answer the same request
                break
        if absent:
            return Nowhere(404, absent, lambda: str(self._absent(absent)))
        return Nowhere(404, "", "no operation matches {} {}".format, method, path)

    def __contains__(self, key: object) -> bool:
        return key in self.definitions

    def __iter__(self) -> Iterator[str]:
        return iter(self.definitions)

    def __len__(self) -> int:
        return len(self.definitions)

    def __repr__(self) -> str:
        return f"<Api at {self.version}: {len(self.definitions)} operations>"


def _is_name(word: str) -> bool:
    """Whether a word of a path is a name in braces."""
    return word.startswith("{") and word.endswith("}")


def _no_single_key() -> str:
    return "the body of an action must be an object with one property, the name of the action"


def _no_action(path: str, action: str, template: str, known: Iterable[str]) -> str:
    from .errors import actions_of, no_action

    return no_action(path, action, actions_of(template, known))

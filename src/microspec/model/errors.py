"""The errors about an API: unknown versions, operations and routes, and changes that cannot be applied."""

from __future__ import annotations

from ..values.errors import MicrospecError, did_you_mean, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..values.version import Version, VersionSet


class UnknownVersion(MicrospecError, LookupError):
    """A microversion outside the range of the service: `version`, and the range `first` to `last`."""

    version: Version
    first: Version
    last: Version

    def __init__(self, version: Version, first: Version, last: Version) -> None:
        super().__init__(version, first, last)
        self.version, self.first, self.last = version, first, last

    def __str__(self) -> str:
        return f"{self.version} is outside the range of the specification, {self.first} to {self.last}"


class UnknownOperation(MicrospecError, KeyError):
    """An operation that is not in the API at a version.

    `operation` is the operation as it was understood, and `version` the version, or None if none was given.
    `availability` are the versions at which the operation exists (the empty set if it never does). `instead` is what to
    use in its place, if known. `known` are the operations that exist.
    """

    operation: str
    version: Version | None
    availability: VersionSet
    instead: str | None
    known: tuple[str, ...]

    def __init__(
        self,
        operation: str,
        version: Version | None,
        availability: VersionSet,
        instead: str | None = None,
        known: Iterable[str] = (),
    ) -> None:
        self.operation, self.version, self.availability = operation, version, availability
        self.instead, self.known = instead, tuple(known)
        super().__init__(operation, version, availability, instead, self.known)

    def __str__(self) -> str:
        if not self.availability:
            return self._never()
        at = f" at {self.version}" if self.version else ""
        return (
            f"{self.operation} does not exist{at}: {self._when()}{f'; instead: {self.instead}' if self.instead else ''}"
        )

    def _never(self) -> str:
        path, _, action = str(self.operation).partition("#")
        actions = actions_of(path, self.known)
        if actions:
            return no_action(path, action, actions)
        hint = f"; {self.instead}" if self.instead else did_you_mean(str(self.operation), self.known)
        return f"there is no operation {self.operation!r}{hint}"

    def _when(self) -> str:
        last = self.availability.ranges[-1].last
        first = self.availability.ranges[0].first
        if self.version and last and self.version > last:
            return f"removed in {last.next}"
        if self.version and self.version < first:
            return f"added in {first}"
        return f"it exists at {self.availability}"


def actions_of(path: str, known: Iterable[str]) -> list[str]:
    """The actions of a path, ``METHOD /path``, among the keys of operations."""
    return [key.partition("#")[2] for key in known if key.startswith(f"{path}#")]


def no_action(path: str, action: str, actions: Iterable[str]) -> str:
    """Says that a path does not have this action, or that no action is named; with a suggestion."""
    if action:
        return f"there is no action {action!r} on {path}{did_you_mean(action, actions)}"
    return f"{path} has actions: name one after #, such as {path}#{next(iter(actions))}"


class NoSuchRoute(MicrospecError, LookupError):
    """A request that no operation answers: the `status` and `reason` of the refusal.

    `operation` is the key of the operation that answers it at another version or release, if there is one.
    """

    status: int
    reason: str
    operation: str | None

    def __init__(self, status: int, reason: str, operation: str | None = None) -> None:
        super().__init__(status, reason, operation)
        self.status, self.reason, self.operation = status, reason, operation

    def __str__(self) -> str:
        return f"{self.status}: {self.reason}"


class PreconditionError(MicrospecError):
    """A change that cannot be applied. `code` is that of the diagnostic; `reason` and `hint` are in words.

    If a name does not exist, `name` is that name, and `known` are the names that exist. `advice` says what to do, if
    there is more to say than a near name.
    """

    code: str
    reason: str
    name: str
    known: tuple[str, ...]
    advice: str | None

    def __init__(
        self, code: str, reason: str, name: str = "", known: Iterable[str] = (), advice: str | None = None
    ) -> None:
        self.code, self.reason, self.name, self.known, self.advice = code, reason, name, tuple(known), advice
        super().__init__(code, reason, name, self.known, advice)

    @property
    def hint(self) -> str | None:
        """The advice; without one, the nearest of the known names, if any is near."""
        return self.advice or (nearest(self.name, self.known) if self.name else None)

    def __str__(self) -> str:
        return f"{self.reason}{f' ({self.hint})' if self.hint else ''}"

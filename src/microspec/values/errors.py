"""The base of all errors, and the errors about versions, names and questions. Each room has its own `errors`.

Each error carries its data, and its message is generated from them. If Python has a fitting class (KeyError,
ValueError), the error is also of that class, so that callers can catch it without knowing this package.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class MicrospecError(Exception):
    """The base of all errors of this package.

    Its `args` are its data. So an error can be pickled and copied, and equals another error with the same data.
    """

    def __eq__(self, other: object) -> bool:
        return self.args == other.args if type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        return hash(type(self))  # its data need not be hashable


class InvalidVersion(MicrospecError, ValueError):
    """A value that is not a microversion: `value` as it was given, `reason` in words."""

    value: object
    reason: str

    def __init__(self, value: object, reason: str) -> None:
        super().__init__(value, reason)
        self.value, self.reason = value, reason

    def __str__(self) -> str:
        return f"{self.value!r} is not a microversion: {self.reason}"


class InvalidVersionSet(MicrospecError, ValueError):
    """A value that is not a set of microversions, usually a text: `text` as it was given, `reason` in words."""

    text: object
    reason: str

    def __init__(self, text: object, reason: str) -> None:
        super().__init__(text, reason)
        self.text, self.reason = text, reason

    def __str__(self) -> str:
        from reprlib import repr as shortened  # it may be anything, a whole version document for one

        text = repr(self.text) if isinstance(self.text, str) else shortened(self.text)
        return f"{text} is not a set of microversions: {self.reason}"


class InvalidElement(MicrospecError, ValueError):
    """A question that cannot be understood: `text` as it was asked, `reason` in words."""

    text: str
    reason: str

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(text, reason)
        self.text, self.reason = text, reason

    def __str__(self) -> str:
        return f"{self.text!r}: {self.reason}"


class UnknownName(MicrospecError, KeyError):
    """A name that does not exist: `kind` (such as "feature"), `name`, and the `known` names of that kind.

    `owner` is the operation that has no such parameter or status, None for other names.
    """

    kind: str
    name: str
    known: tuple[str, ...]
    owner: str | None

    def __init__(self, kind: str, name: str, known: Iterable[str], owner: str | None = None) -> None:
        self.kind, self.name, self.known, self.owner = kind, name, tuple(known), owner
        super().__init__(kind, name, self.known, owner)

    def __str__(self) -> str:
        subject = "there is" if self.owner is None else f"{self.owner} has"
        hint = did_you_mean(str(self.name), self.known) or self._choice()
        return f"{subject} no {self.kind} {self.name!r}{hint}"

    def _choice(self) -> str:
        """The known names, if there are few."""
        if not 0 < len(self.known) <= FEW:
            return ""
        return f"; known: {', '.join(map(str, self.known))}"


FEW = 10
"""At most this many names are listed if none of them is near."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """A hint that names the nearest of the `known` names, if any is near."""
    from .near import near

    return suggestion(name, near(name, known))


def suggestion(name: str, names: Sequence[str]) -> str | None:
    """A hint that suggests these names instead of a name; None if there are none."""
    if not names:
        return None
    is_new = "*" not in name and any("*" in item.split("/") for item in names)
    *others, last = names
    choice = f"{', '.join(others)} or {last}" if others else last
    return f"did you mean {choice}?{' * stands for any item' if is_new else ''}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The same as the end of a sentence, or nothing."""
    hint = nearest(name, known)
    return f"; {hint}" if hint else ""

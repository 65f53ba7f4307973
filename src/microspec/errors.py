"""Every error that microspec raises. Each carries its data; the message is made of them.

All of them are `MicrospecError`; where Python has a fitting class of its own (KeyError, ValueError),
they are that as well, so that callers need not know this module.
"""

from __future__ import annotations

from .frozen import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, Literal

    from .negotiation import Limit
    from .version import Version, VersionSet


class MicrospecError(Exception):
    """The base of all errors of this package."""


class InvalidVersion(MicrospecError, ValueError):
    """A value that is not a microversion: `value` as it was given, `reason` in words."""

    def __init__(self, value: object, reason: str) -> None:
        super().__init__(value, reason)
        self.value, self.reason = value, reason

    def __str__(self) -> str:
        return f"{self.value!r} is not a microversion: {self.reason}"


class InvalidVersionSet(MicrospecError, ValueError):
    """What is not a set of microversions, usually a text: `text` as it was given, `reason` in words."""

    def __init__(self, text: object, reason: str) -> None:
        super().__init__(text, reason)
        self.text, self.reason = text, reason

    def __str__(self) -> str:
        from reprlib import repr as shortened  # it may be anything, a whole version document for one

        text = repr(self.text) if isinstance(self.text, str) else shortened(self.text)
        return f"{text} is not a set of microversions: {self.reason}"


class InvalidElement(MicrospecError, ValueError):
    """A question about an element that cannot be understood: `text` as it was asked, `reason` in words."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(text, reason)
        self.text, self.reason = text, reason

    def __str__(self) -> str:
        return f"{self.text!r}: {self.reason}"


class UnknownName(MicrospecError, KeyError):
    """A name that is not there: `kind` (such as "feature"), `name`, and `known` names to choose from."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        super().__init__(kind, name)
        self.kind, self.name, self.known = kind, name, tuple(known)

    def __str__(self) -> str:
        return f"there is no {self.kind} {self.name!r}{did_you_mean(str(self.name), self.known)}"


class UnknownVersion(MicrospecError, LookupError):
    """A microversion outside of the range of the service: `version`, and the range `first` to `last`."""

    def __init__(self, version: Version, first: Version, last: Version) -> None:
        super().__init__(version, first, last)
        self.version, self.first, self.last = version, first, last

    def __str__(self) -> str:
        return f"{self.version} is outside of the microversions described here, {self.first} to {self.last}"


class RefusedVersion(MicrospecError, ValueError):
    """A version that a request asks for and does not get.

    `status` is 400 for what is no version, 406 for one that is not served; `requested` is the text in
    the header, `body` the body of the answer, `headers` what is added to its headers.
    """

    def __init__(
        self, status: int, requested: str, body: dict[str, Any], headers: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(status, requested, body, headers)
        self.status, self.requested, self.body, self.headers = status, requested, body, tuple(headers)

    def __str__(self) -> str:
        return "; ".join(f"{self.status}: {fault['message']}" for fault in self.body.values())


class UnknownOperation(MicrospecError, KeyError):
    """An operation that is not in the API at a version.

    `operation` as asked for; `version`, or None where no version was meant; `availability`, the
    versions at which it exists (the empty set if at none); `instead`, what to use in its place, if
    that is written down; `known`, the operations that do exist.
    """

    def __init__(
        self,
        operation: str,
        version: Version | None,
        availability: VersionSet,
        instead: str | None = None,
        known: Iterable[str] = (),
    ) -> None:
        super().__init__(operation, version)
        self.operation, self.version, self.availability = operation, version, availability
        self.instead, self.known = instead, tuple(known)

    def __str__(self) -> str:
        if not self.availability:
            return f"there is no operation {self.operation!r}{did_you_mean(str(self.operation), self.known)}"
        at = f" at {self.version}" if self.version else ""
        return (
            f"{self.operation} does not exist{at}: {self._when()}{f'; instead: {self.instead}' if self.instead else ''}"
        )

    def _when(self) -> str:
        last = self.availability.ranges[-1].last
        first = self.availability.ranges[0].first
        if self.version and last and self.version > last:
            return f"it ended with {last}"
        if self.version and self.version < first:
            return f"it begins with {first}"
        return f"it exists at {self.availability}"


class Violation(Value):
    """One thing wrong with a value: the JSON `pointer` to it, the `keyword` that it violates, a `message` in words.

    The message is the end of a sentence whose subject is what the pointer points to.
    """

    pointer: str
    keyword: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'} {self.message}"


class ValidationError(MicrospecError, ValueError):
    """A value that does not obey its schema: `errors`, everything that is wrong with it.

    Of very much that is wrong, and of a very large value, a part is told: then the last of the errors
    says so, and its keyword is empty.
    """

    def __init__(self, errors: Sequence[Violation]) -> None:
        super().__init__(errors)
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return "; ".join(map(str, self.errors))


class InvalidDocument(ValidationError):
    """A version document that cannot be read: `errors`, everything that is wrong with it."""


class NoSuchRoute(MicrospecError, LookupError):
    """A request that no operation answers: the `status` and `reason` of the refusal.

    `operation` is the key of the one that it would have been, where there is one at another version
    or release.
    """

    def __init__(self, status: int, reason: str, operation: str | None = None) -> None:
        super().__init__(status, reason, operation)
        self.status, self.reason, self.operation = status, reason, operation

    def __str__(self) -> str:
        return f"{self.status}: {self.reason}"


class Unsupported(MicrospecError, LookupError):
    """There is no version that fits: `limits`, everything that was asked for, each with the versions that have it."""

    def __init__(self, limits: Sequence[Limit]) -> None:
        super().__init__(limits)
        self.limits = tuple(limits)

    def __str__(self) -> str:
        return "\n  ".join(["no version has all that is needed:", *map(str, self.limits)])


class PreconditionError(MicrospecError):
    """A change that cannot be applied. `code` is the diagnostic's, `reason` and `hint` are in words."""

    def __init__(self, code: str, reason: str, hint: str | None = None) -> None:
        super().__init__(code, reason, hint)
        self.code, self.reason, self.hint = code, reason, hint

    def __str__(self) -> str:
        return f"{self.reason}{f' ({self.hint})' if self.hint else ''}"


class _Mistakes(MicrospecError):
    """Files with mistakes: `diagnostics`, all that is wrong with them, in file order."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(diagnostics)
        self.diagnostics = tuple(diagnostics)

    def __str__(self) -> str:
        return "\n".join(str(diagnostic) for diagnostic in self.diagnostics)


class SpecificationError(_Mistakes):
    """A specification that cannot be read: `diagnostics`, all that is wrong with it, in file order."""


class SuppressionsError(_Mistakes):
    """A file of suppressions that cannot be read: `diagnostics`, all that is wrong with it, in file order."""


class BaseError(MicrospecError, ValueError):
    """What a specification was to be compared with cannot be had: the `base` as it was given, and the `reason`."""

    def __init__(self, base: str, reason: str) -> None:
        super().__init__(base, reason)
        self.base, self.reason = base, reason

    def __str__(self) -> str:
        return f"there is no base {self.base!r} to compare with: {self.reason}"


class RenumberingError(MicrospecError, ValueError):
    """A version that cannot have another number: the `old` one, the `new` one, and the `reason`."""

    def __init__(self, old: Version, new: Version, reason: str) -> None:
        super().__init__(old, new, reason)
        self.old, self.new, self.reason = old, new, reason

    def __str__(self) -> str:
        return f"{self.old} cannot become {self.new}: {self.reason}"


class LengthError(MicrospecError, ValueError):
    """A report that cannot be that short: how many characters are `allowed`, and `needed` for the least of it."""

    def __init__(self, allowed: int, needed: int) -> None:
        super().__init__(allowed, needed)
        self.allowed, self.needed = allowed, needed

    def __str__(self) -> str:
        return f"there is no room for the summary in {self.allowed} characters; it needs {self.needed}"


class ArtifactError(MicrospecError, ValueError):
    """A compiled artifact that cannot be used: the `folder` that it is in, and the `reason`."""

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(folder, reason)
        self.folder, self.reason = folder, reason

    def __str__(self) -> str:
        return (
            f"the compiled specification in {self.folder} cannot be used: {self.reason}"
            f" (microspec build --spec SOURCES {self.folder} makes it anew)"
        )


class Place(Value):
    """A place in a recording: the `number` of a line of a file, or of an entry of a HAR file, from 1."""

    file: str
    number: int
    unit: Literal["line", "entry"] = "line"

    def __str__(self) -> str:
        return f"{self.file}:{self.number}" if self.unit == "line" else f"{self.file}, entry {self.number}"


class Problem(Value):
    """One thing in a recording that cannot be read: where, and the `reason` in words."""

    place: Place
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class TrafficError(MicrospecError, ValueError):
    """A recording of calls that cannot all be read: `problems`, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class Location(Value):
    """A place in a file: `file` as text, `line` and `column` counted from 1."""

    file: str
    line: int = 1
    column: int = 1

    @property
    def key(self) -> tuple[str, int, int]:
        """What locations are sorted by."""
        return (self.file, self.line, self.column)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Diagnostic(Value):
    """One thing wrong in a file: `code` is a key of a table of codes, such as `microspec.loader.diagnostics.CODES`."""

    location: Location
    code: str
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        return f"{self.location}: {self.code} {self.message}{f' ({self.hint})' if self.hint else ''}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """A hint that names the nearest of the `known` names, if any is near."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(near)}?" if near else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The same as the end of a sentence, or nothing."""
    hint = nearest(name, known)
    return f"; {hint}" if hint else ""

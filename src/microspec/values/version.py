"""Microversions as values: one version, and sets of versions.

A `Version` is ``MAJOR.MINOR``. The minor counts up by one, so 2.10 follows 2.9 and is not 2.1. A `VersionSet` is the
answer to every question that asks "when": ``2.32-2.36, 2.42-``.
"""

from __future__ import annotations

from . import Frozen, put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any, Final


class Version(Frozen):
    """A microversion, such as 2.37: immutable, hashable, ordered.

    Accepts any `VersionLike`: the text ``MAJOR.MINOR`` (decimal digits, no leading zeros, no sign, no blank), a pair of
    integers such as ``(2, 37)``, or another `Version`. Raises `InvalidVersion` for anything else, including floats,
    because 2.10 would become 2.1. The form of the text is that of the OpenStack microversion specification.
    """

    __slots__ = ("key",)
    key: Final[tuple[int, int]]  # type: ignore[misc]  # put in __init__
    """The two numbers, to sort by."""

    def __init__(self, value: VersionLike) -> None:
        put(self, "key", value.key if isinstance(value, Version) else _parse(value))

    @classmethod
    def of(cls, value: VersionLike) -> Version:
        """The value itself if it is a `Version`, or else the version that it means."""
        return value if isinstance(value, Version) else cls(value)

    @property
    def major(self) -> int:
        """The number before the point."""
        return self.key[0]

    @property
    def minor(self) -> int:
        """The number after the point."""
        return self.key[1]

    @property
    def next(self) -> Version:
        """The microversion after this one. Raises InvalidVersion for the highest possible one."""
        return Version(_after(self.major, self.minor) or (self.major + 1, 0))

    @property
    def previous(self) -> Version | None:
        """The microversion before this one, or None for a minor of 0."""
        return Version((self.major, self.minor - 1)) if self.minor else None

    def __reduce__(self) -> tuple[type[Version], tuple[str]]:
        return (Version, (str(self),))

    def __eq__(self, other: object) -> bool:
        return self.key == other.key if isinstance(other, Version) else NotImplemented

    def __lt__(self, other: Version) -> bool:
        return self.key < other.key if isinstance(other, Version) else NotImplemented

    def __le__(self, other: Version) -> bool:
        return self.key <= other.key if isinstance(other, Version) else NotImplemented

    def __gt__(self, other: Version) -> bool:
        return self.key > other.key if isinstance(other, Version) else NotImplemented

    def __ge__(self, other: Version) -> bool:
        return self.key >= other.key if isinstance(other, Version) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.key)

    def __str__(self) -> str:
        major, minor = self.key
        return f"{major}.{minor}"

    def __repr__(self) -> str:
        return f"Version('{self}')"


VersionLike = Version | str | tuple[int, int]
"""One version: a `Version`, its text, or its two numbers, which cannot lose a zero as 2.10 does."""


def _not_a_version(value: object, reason: str) -> Exception:
    from .errors import InvalidVersion

    return InvalidVersion(value, reason)


def _not_a_set(text: object, reason: str) -> Exception:
    from .errors import InvalidVersionSet

    return InvalidVersionSet(text, reason)


def _parse(value: object) -> tuple[int, int]:
    if isinstance(value, tuple):
        return _pair(value)
    if not isinstance(value, str):
        reason = "pass a string such as '2.10' or a pair of integers such as (2, 10); a number loses its last zero"
        raise _not_a_version(value, reason)
    major, dot, minor = value.partition(".")
    if not dot or not (_is_number(major) and _is_number(minor)):
        raise _not_a_version(value, "a version must be MAJOR.MINOR in plain digits, such as '2.37'")
    return int(major), int(minor)


_DIGITS = 9
_HIGHEST = 10**_DIGITS - 1
"""The highest number in a version, major or minor."""


def _pair(value: tuple[object, ...]) -> tuple[int, int]:
    if len(value) == 2:
        major, minor = value
        if type(major) is int and type(minor) is int and 0 <= major <= _HIGHEST and 0 <= minor <= _HIGHEST:
            return major, minor
    raise _not_a_version(value, f"a pair must be two integers from 0 to {_HIGHEST}, such as (2, 37)")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and (text == "0" or text[0] != "0") and len(text) <= _DIGITS


class VersionRange(Frozen):
    """The versions from `first` to `last`, both included. If `last` is None, the range has no end.

    Prints as ``2.32-2.36``, ``2.32`` (one version) or ``2.42-`` (open).
    """

    __slots__ = ("_start", "_stop")
    _start: tuple[int, int]
    _stop: tuple[int, int] | None
    """The first version after the range."""

    def __init__(self, first: VersionLike, last: VersionLike | None) -> None:
        start = first.key if isinstance(first, Version) else _parse(first)
        put(self, "_start", start)
        if last is None:
            put(self, "_stop", None)
        else:
            end = last.key if isinstance(last, Version) else _parse(last)
            if end < start:
                text = "-".join(str(Version(item)) for item in (start, end))
                raise _not_a_set(text, "a range must run from the lower version to the higher one")
            put(self, "_stop", _after(*end))

    @classmethod
    def _make(cls, start: tuple[int, int], stop: tuple[int, int] | None) -> VersionRange:
        self = cls.__new__(cls)
        put(self, "_start", start)
        put(self, "_stop", stop)
        return self

    @property
    def first(self) -> Version:
        """The lowest version of the range."""
        return Version(self._start)

    @property
    def last(self) -> Version | None:
        """The highest version, or None if the range has no end. For a whole major version it is MAJOR.999999999."""
        if self._stop is None:
            return None
        major, minor = self._stop
        return Version((major, minor - 1) if minor else (major - 1, _HIGHEST))

    def __contains__(self, version: VersionLike) -> bool:
        key = Version.of(version).key
        return self._start <= key and (self._stop is None or key < self._stop)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, VersionRange):
            return NotImplemented
        return (self._start, self._stop) == (other._start, other._stop)

    def __hash__(self) -> int:
        return hash((self._start, self._stop))

    def __str__(self) -> str:
        first = f"{self._start[0]}.{self._start[1]}"
        if self._stop is None:
            return f"{first}-"
        if self._stop[1] == 0:
            return f"{first}-{self._stop[0] - 1}.*"
        last = f"{self._stop[0]}.{self._stop[1] - 1}"
        return first if first == last else f"{first}-{last}"

    def __reduce__(self) -> tuple[Any, ...]:
        return (VersionRange._make, (self._start, self._stop))

    def __repr__(self) -> str:
        return f"VersionRange('{self}')"


class VersionSet(Frozen):
    """Any set of microversions: immutable, ordered, hashable; prints as ``2.32-2.36, 2.42-``.

    Accepts such a text, PEP 440 specifiers (``>=2.26,<2.53``), or an iterable of ranges and versions.
    Supports ``in`` (any `VersionLike`), ``&``, ``|``, ``-``, iteration over its ranges, and
    truth. The empty set prints as ``never``. Raises `InvalidVersionSet` for text that is neither.
    """

    __slots__ = ("_ranges",)
    _ranges: tuple[VersionRange, ...]

    def __init__(self, value: str | Iterable[VersionRange | Version] = ()) -> None:
        ranges = _parse_set(value) if isinstance(value, str) else [_as_range(item) for item in value]
        put(self, "_ranges", _merged(ranges))

    @classmethod
    def _make(cls, ranges: Iterable[VersionRange]) -> VersionSet:
        """The set of these ranges, which must be in order and must not touch."""
        self = cls.__new__(cls)
        put(self, "_ranges", tuple(ranges))
        return self

    @classmethod
    def all(cls) -> VersionSet:
        """The set of all versions."""
        return cls._make([VersionRange._make((0, 0), None)])

    @property
    def ranges(self) -> tuple[VersionRange, ...]:
        """The ranges from low to high; no two of them touch."""
        return self._ranges

    def __iter__(self) -> Iterator[VersionRange]:
        return iter(self._ranges)

    def __contains__(self, version: VersionLike) -> bool:
        version = Version.of(version)
        return any(version in item for item in self._ranges)

    def __bool__(self) -> bool:
        return bool(self._ranges)

    def __or__(self, other: VersionSet) -> VersionSet:
        return VersionSet([*self._ranges, *other._ranges])

    def __and__(self, other: VersionSet) -> VersionSet:
        found: list[VersionRange] = []
        here, there = iter(self._ranges), iter(other._ranges)
        a, b = next(here, None), next(there, None)
        while a is not None and b is not None:
            start, stop = max(a._start, b._start), min(a._stop or _END, b._stop or _END)
            if start < stop:
                found.append(VersionRange._make(start, None if stop == _END else stop))
            if (a._stop or _END) == stop:
                a = next(here, None)
            else:
                b = next(there, None)
        return VersionSet._make(found)

    def __sub__(self, other: VersionSet) -> VersionSet:
        return self & other.complement()

    def complement(self) -> VersionSet:
        """Every version that is not in this set."""
        gaps: list[VersionRange] = []
        start: tuple[int, int] | None = (0, 0)
        for item in self._ranges:
            if start is not None and start < item._start:
                gaps.append(VersionRange._make(start, item._start))
            start = item._stop
        if start is not None:
            gaps.append(VersionRange._make(start, None))
        return VersionSet._make(gaps)

    def places(self, keys: Sequence[tuple[int, int]]) -> list[range]:
        """The places of those of some versions (in order, each as its two numbers) that are in the set."""
        from bisect import bisect_left

        stops = ((item._start, item._stop) for item in self._ranges)
        return [range(bisect_left(keys, a), bisect_left(keys, b) if b else len(keys)) for a, b in stops]

    def __eq__(self, other: object) -> bool:
        return self._ranges == other._ranges if isinstance(other, VersionSet) else NotImplemented

    def __lt__(self, other: VersionSet) -> bool:
        return [_sort_key(r) for r in self._ranges] < [_sort_key(r) for r in other._ranges]

    def __hash__(self) -> int:
        return hash(self._ranges)

    def __str__(self) -> str:
        return ", ".join(str(item) for item in self._ranges) or "never"

    def __reduce__(self) -> tuple[Any, ...]:
        return (VersionSet._make, (self._ranges,))

    def __repr__(self) -> str:
        return f"VersionSet('{self}')"


_END = (1 << 62, 0)


def _sort_key(item: VersionRange) -> tuple[tuple[int, int], tuple[int, int]]:
    return (item._start, item._stop or _END)


def _after(major: int, minor: int) -> tuple[int, int] | None:
    """The version after a version: after the highest minor the next major; None after the highest version of all."""
    if minor < _HIGHEST:
        return (major, minor + 1)
    return (major + 1, 0) if major < _HIGHEST else None


def _as_range(item: VersionRange | Version) -> VersionRange:
    if isinstance(item, VersionRange):
        return item
    if isinstance(item, Version):
        return VersionRange(item, item)
    raise _not_a_set(
        item, "pass one string, or Version and VersionRange objects: two strings could mean two versions or a range"
    )


def _merged(ranges: Iterable[VersionRange]) -> tuple[VersionRange, ...]:
    merged: list[VersionRange] = []
    for item in sorted(ranges, key=_sort_key):
        if merged and item._start <= (merged[-1]._stop or _END):
            stop = None if None in (merged[-1]._stop, item._stop) else max(merged[-1]._stop or _END, item._stop or _END)
            merged[-1] = VersionRange._make(merged[-1]._start, stop)
        else:
            merged.append(item)
    return tuple(merged)


def _parse_set(text: str) -> list[VersionRange]:
    stripped = text.strip()
    if stripped == "never":
        return []
    if stripped.startswith(("<", ">", "=", "!", "~")):
        return list(_from_specifiers(text))
    return [_parse_range(part.strip(), text) for part in stripped.split(",")]


def _parse_range(part: str, text: str) -> VersionRange:
    first, dash, last = (piece.strip() for piece in part.partition("-"))
    is_major = last.endswith(".*") and _is_number(last[:-2])
    try:
        start = Version(first).key
        end = (int(last[:-2]), _HIGHEST) if is_major else Version(last or first).key
    except ValueError as error:
        raise _not_a_set(text, f"{part!r} is not a version or a range of versions") from error
    if end < start:
        raise _not_a_set(text, f"{part!r} does not run from the lower version to the higher one")
    return VersionRange._make(start, None if dash and not last else _after(*end))


_MOST_SPECIFIERS = 10_000


def _from_specifiers(text: str) -> VersionSet:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    if text.count(",") >= _MOST_SPECIFIERS:
        raise _not_a_set(text, f"there are more than {_MOST_SPECIFIERS:,} specifiers")
    try:
        specifiers = SpecifierSet(text)
    except InvalidSpecifier as error:
        raise _not_a_set(text, "PEP 440 specifiers are written as '>=2.26,<2.53'") from error
    excluded = [part for each in specifiers for part in _excluded(each.operator, each.version, text)]
    return VersionSet(excluded).complement()


def _excluded(operator: str, version: str, text: str) -> VersionSet:
    """The versions that a specifier excludes."""
    whole_major = version.endswith(".*") and _is_number(version[:-2])
    try:
        start = (int(version[:-2]), 0) if whole_major else Version(version).key
    except ValueError as error:
        raise _not_a_set(text, f"{version!r} is not a microversion") from error
    exact = VersionSet([VersionRange._make(start, _after(start[0], _HIGHEST if whole_major else start[1]))])
    from_start = VersionSet([VersionRange._make(start, None)])
    if operator == "!=":
        return exact
    if operator in ("==", "==="):
        return exact.complement()
    if operator == "~=":
        return VersionSet([VersionRange._make(start, _after(start[0], _HIGHEST))]).complement()
    if operator in (">=", ">"):
        return from_start.complement() if operator == ">=" else from_start.complement() | exact
    return from_start - exact if operator == "<=" else from_start

"""Gives an unreleased version another number, for example when two branches took the same number.

The specification may be broken at this point, so this works on names and texts only. It reads only numbers and
releases, and changes only the number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..values.diagnostics import Location
from ..values.files import opened, writing_file
from ..values.frozen import Value
from ..values.version import Version
from .errors import RenumberingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Set
    from pathlib import Path

    from .documents import ServiceDocument


_NUMBER = re.compile(rb"""^(microversion:[ \t]*)(["'])([0-9.]+)\2""", re.MULTILINE)
_NAME = re.compile(r"[1-9][0-9]*\.(0|[1-9][0-9]*)")
_MARKER = re.compile(rb"^([<|=>])\1{6,}(?=\s|\Z)", re.MULTILINE)
"""The markers that git writes around the two sides of a conflict. No line of YAML begins like this."""


class Mention(Value):
    """A line that still mentions the old number: its location and its text."""

    location: Location
    text: str


class Renumbered(Value):
    """A version that was `old` and is now `new`: its old file (`source`), its new file (`target`), and what mentions
    the old number."""

    old: Version
    new: Version
    source: Path
    target: Path
    mentions: tuple[Mention, ...]


def renumber(spec: Path, old: Version, new: Version, base: Path | None = None) -> Renumbered:
    """Give the file of version `old` the number `new`: its name, and the number in it; every other byte stays.

    The file is one with another name that has the number `old`, if there is one, or else the one with this name. `base`
    is another state of the specification, such as the branch that has taken the number: its numbers are taken, its
    releases are out. Raises `RenumberingError` if it is not possible; then nothing is changed.
    """
    return _Renumbering(spec, old, new, base).run()


class _Renumbering:
    def __init__(self, spec: Path, old: Version, new: Version, base: Path | None) -> None:
        self.spec, self.old, self.new, self.base = spec, old, new, base

    def run(self) -> Renumbered:
        try:
            source = self._source()
            self._check_text(source)
            self._check(source)
            target = source.with_name(f"{self.new}.yaml")
            text = _NUMBER.sub(rb"\g<1>\g<2>%s\g<2>" % str(self.new).encode(), _text(source))
            _put(text, source, target)
        except OSError as error:
            raise self._refusal(f"{error.filename}: {error.strerror or error}") from error
        mentions = tuple(_mentions(text, self.old, target))
        return Renumbered(old=self.old, new=self.new, source=source, target=target, mentions=mentions)

    def _refusal(self, reason: str) -> RenumberingError:
        return RenumberingError(self.old, self.new, reason)

    def _source(self) -> Path:
        """The file to rename."""
        old, named = str(self.old), self.spec / "versions" / f"{self.old}.yaml"
        numbers = {path: _numbers_in(path) for path in _version_files(self.spec)}
        misnamed = [path for path, found in numbers.items() if found == [old] and path != named]
        if len(misnamed) > 1:
            raise self._refusal(f"several files have this number: {', '.join(path.name for path in misnamed)}")
        if misnamed:
            return misnamed[0]
        if named not in numbers:
            raise self._refusal(f"there is no file {named}")
        return named

    def _check_text(self, source: Path) -> None:
        """Refuse an unfinished merge, whose sides may share one number, and a file that does not state its number
        correctly."""
        text = _text(source)
        marker = _MARKER.search(text)
        if marker:
            place = Location(file=str(source), line=text.count(b"\n", 0, marker.start()) + 1)
            sides = "take your own side of the file first (git checkout --ours; in a rebase --theirs)"
            raise self._refusal(f"{place}: the merge is not finished, {marker[0].decode()} is left; {sides}")
        numbers = _numbers_in(source)
        if numbers != [str(self.old)]:
            said = " and ".join(numbers) or "no number"
            raise self._refusal(f'{source} has {said}, but must have microversion: "{self.old}" exactly once')

    def _check(self, source: Path) -> None:
        """Refuse a number that is taken, a change of a released version, and a gap."""
        here = {path.stem for path in _version_files(self.spec) if path != source}
        there = {path.stem for path in _version_files(self.base)} if self.base else set()
        if self.new == self.old or str(self.new) in here | there:
            raise self._refusal(f"{self.new} already exists")
        services = [self._service(root) for root in (self.spec, self.base) if root]
        released = max((version for service in services for version in _spoken(service)), default=None)
        for version in (self.new, *([] if self._is_another(source) else [self.old])):
            if released is not None and version <= released:
                raise self._refusal(f"{version} is released, and a released version must not change")
        first = Version(services[0].min_version)
        if self.new < first:
            raise self._refusal(f"the first version is {first}")
        others = {Version(name) for name in here | there if _NAME.fullmatch(name)}
        before = max((version for version in others if version < self.new), default=None)
        expected = before.next if before else first
        if self.new != expected:
            raise self._refusal(f"{self.new.previous or expected} would be missing before it")
        if _missing(others | {self.new}, first) > _missing(others | {self.old}, first):
            raise self._refusal(f"{self.old} would be missing, but higher versions exist")

    def _is_another(self, source: Path) -> bool:
        """Whether another file, here or at the base, has the same number and keeps it."""
        named = [root / "versions" / f"{self.old}.yaml" for root in (self.spec, self.base) if root]
        return any(file != source and file.exists() and _text(file) != _text(source) for file in named)

    def _service(self, spec: Path) -> ServiceDocument:
        """The facts about the service: its first version, and its releases."""
        from . import files
        from .documents import ServiceDocument

        reading = files.read(spec / "service.yaml", ServiceDocument)
        if reading.file is None or reading.diagnostics:
            raise self._refusal(f"the releases cannot be read: {reading.diagnostics[0]}")
        return reading.file.document


def _spoken(service: ServiceDocument) -> Iterator[Version]:
    """The highest version that each release supports."""
    return (Version(release.max_version) for release in service.releases.values())


def _version_files(spec: Path) -> list[Path]:
    return sorted((spec / "versions").glob("[!.]*.yaml"))


def _numbers_in(file: Path) -> list[str]:
    """The numbers in a file: more than one if a merge is unfinished."""
    return [match[3].decode() for match in _NUMBER.finditer(_text(file))]


def _text(file: Path) -> bytes:
    with opened(file) as content:
        return content.read()


def _missing(versions: Set[Version], first: Version) -> int:
    """The number of missing versions between the first version and the highest."""
    ordered = sorted(versions)
    pairs = zip(ordered, (first, *(version.next for version in ordered)), strict=False)
    return sum(abs(one.minor - expected.minor) if one.major == expected.major else 1 for one, expected in pairs)


def _put(text: bytes, source: Path, target: Path) -> None:
    """Write a file under its new name and remove the old one: both or neither."""
    with writing_file(target) as part:
        part.write_bytes(text)
        part.chmod(source.stat().st_mode)
    if source != target:
        try:
            source.unlink()
        except OSError:
            target.unlink()
            raise


def _mentions(text: bytes, old: Version, file: Path) -> Iterator[Mention]:
    """The lines that name a version."""
    pattern = re.compile(rf"(?<![\d.]){re.escape(str(old))}(?!\d|\.\d)")
    for number, line in enumerate(text.decode(errors="replace").splitlines(), 1):
        found = pattern.search(line)
        if found:
            location = Location(file=str(file), line=number, column=found.start() + 1)
            yield Mention(location=location, text=line.strip())

"""A history from its compiled artifact: texts that are read as far as a question needs them.

The artifact is written by `microspec.loader.compiling` when the package is built. It is text, so that
it depends on no version of Python and on nothing that has to be imported to answer a question:

- ``index``: versions, features and operations, one a line, with the versions in which each is there;
- ``elements``: the same for each field, parameter and status of each operation;
- ``model``: the interval form in columns: names, first and last versions, and where in the text of its
  kind each value is;
- ``definitions``, ``schemas``, ``behaviors``: the values of a kind, one a line, decoded when they are used;
  ``parts``: the parameters and responses of all definitions and the properties of all schemas, equal ones once;
- ``standards``: for each schema and each query the versions in which it is the same in standard keywords, and
  where in ``finished`` it is; ``finished``: what the engine reads;
- ``microversions``: what each microversion brings, takes away and changes, one a line;
- ``deltas``: what each makes otherwise, place by place, one microversion a line: the facts that there
  are in it, and then for each operation the places, each with the numbers of the facts before and after,
  and of the changes that did it.

Each text begins with the format and a digest of the sources, and ends with the digest again and a checksum of
what is between: one that is truncated, damaged, of another format, or of another build than its neighbours is
refused.
"""

from __future__ import annotations

from .history import Source
from .version import Version, VersionSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .codec import Decoder
    from .deltas import Deltas
    from .frozen import frozendict
    from .intervals import Timeline, Timelines
    from .microversion import Feature, Microversion, Service
    from .model import Api, Known
    from .standard import Standard, Standards

FORMAT = "microspec 5"
"""What a text of this format begins with; the number grows with every change of the format."""

TEXTS = (
    *("index", "elements", "microversions", "deltas"),
    *("model", "definitions", "parts", "schemas", "behaviors"),
    *("standards", "finished"),
)
"""The texts of an artifact, which are its files."""

SEARCHES = 8
"""A text in which more lines than these are looked for is taken apart, which takes as long as some searches."""


_PRIME = 1_073_741_789
"""The largest that is one digit to Python, which has digits of 30 bits."""

_SHORT = 100_000
"""A text of so many bytes is not short; the index is."""


class Compiled(Source):
    """The source of a history that was compiled; `folder` is where its texts are."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        index, self._digest = read(folder, "index")
        self._texts = {"index": index.decode()}
        self._searches: dict[str, int] = {}
        self._tables: dict[str, dict[str, str]] = {}
        self._cache: dict[Any, Any] = {}
        self.service_type = self._line("service")
        self.numbers = {version: number for number, version in enumerate(self._line("versions").split())}

    def _read(self, name: str) -> bytes:
        found, digest = read(self._folder, name)
        if digest != self._digest:
            self.is_outdated = read(self._folder, "index")[1] != self._digest
            advice = "; load it again" if self.is_outdated else ""
            raise refusal(self._folder, f"{name} is of another build than the index{advice}")
        return found

    def _text(self, name: str) -> str:
        """One of the texts, read when it is first needed."""
        found = self._texts.get(name)
        if found is None:
            found = self._texts[name] = self._read(name).decode()
        return found

    def _line(self, key: str, text: str = "index") -> str:
        """What follows a key in its line. Raises KeyError if there is no such line."""
        table = self._tables.get(text) or self._taken_apart(text)
        if table is not None:
            return table[key]
        content = self._text(text)
        start = content.find(f"\n{key}\t")
        if start < 0:
            raise KeyError(key)
        start += len(key) + 2
        return content[start : content.index("\n", start)]

    def _taken_apart(self, text: str) -> dict[str, str] | None:
        """The lines of a text by their keys, if so many have been looked for that not all need be searched for."""
        searches = self._searches[text] = self._searches.get(text, 0) + 1
        if searches <= SEARCHES:
            return None
        heads = (line.partition("\t") for line in self._text(text).split("\n"))
        return self._tables.setdefault(text, {head: rest for head, _, rest in heads})

    def _lines(self, kind: str) -> Iterator[list[str]]:
        """The fields of all lines of a kind in the index; the first is the key, without the kind."""
        for line in self._text("index").split("\n"):
            if line.startswith(f"{kind} "):
                yield line.removeprefix(f"{kind} ").split("\t")

    def _decoded(self, key: str, text: str) -> Any:
        """The value in a line; decoded once."""
        found = self._cache.get(key)
        if found is None:
            from .codec import decoder

            found = self._cache.setdefault(key, decoder()(self._line(key, text)))
        return found

    def service(self) -> Service:
        return self._decoded("service", "microversions")  # type: ignore[no-any-return]

    def microversion(self, version: Version) -> Microversion:
        return self._decoded(str(version), "microversions")  # type: ignore[no-any-return]

    def baseline(self) -> Api:
        found: Api | None = self._cache.get("baseline")
        if found is None:
            from .intervals import Lazy
            from .model import Api

            selected = {kind: timeline.select(0) for kind, timeline in self.timelines().items()}
            empty = Api(version=Version("0.0"), shared=Lazy(make=lambda: self._decoded("common", "model")))
            found = self._cache.setdefault("baseline", empty.replace(**selected))
        return found

    def timelines(self) -> Timelines:
        found: Timelines | None = self._cache.get("timelines")
        if found is None:
            from .intervals import KINDS

            found = self._cache.setdefault("timelines", {kind: self._timeline(kind) for kind in KINDS})
        return found

    def _timeline(self, kind: str) -> Timeline:
        from .intervals import Timeline

        names = self._line(f"{kind} names", "model").split("\t")
        first, last, starts = (
            list(map(int, self._line(f"{kind} {column}", "model").split())) for column in ("first", "last", "starts")
        )

        values: dict[int, Any] = {}  # what comes back as it was is the same line

        def value(place: int) -> Any:
            start = starts[place]
            found = values.get(start)
            return values.setdefault(start, self._decode(self._text(kind), start)) if found is None else found

        return Timeline(names if starts else [], first, last, decode=value)

    @property
    def _decode(self) -> Decoder:
        """What decodes values that have parts."""
        found: Decoder | None = self._cache.get("decode")
        if found is None:
            from .codec import decoder

            parts: dict[int, Any] = {}

            def part(start: int) -> Any:
                found = parts.get(start)
                return parts.setdefault(start, decode(self._text("parts"), start)) if found is None else found

            decode = decoder(part)
            found = self._cache.setdefault("decode", decode)
        return found

    def finished(self, number: int, /) -> Standards:
        from .standard import Finished

        return Finished(number, lambda name: self._line(name, "standards"), self._standard)

    def _standard(self, start: int) -> Standard:
        found: Standard | None = self._cache.get(start)
        if found is None:
            from .standard import Standard

            content = self._text("finished")
            names, _, text = content[start : content.index("\n", start)].partition("\t")
            found = self._cache.setdefault(start, Standard(text=text, names=tuple(names.split())))
        return found

    def deltas(self, version: Version) -> Deltas:
        key = f"deltas {version}"
        found: Deltas | None = self._cache.get(key)
        if found is None:
            from json import loads

            from .deltas import Delta, OperationDeltas
            from .frozen import freeze

            facts, operations = map(loads, self._line(str(version), "deltas").split("\t"))
            facts = [*map(freeze, facts), None]  # the last, number -1, stands for nothing
            changes = self.microversion(version).causes
            made = {}
            for operation, (resource, places) in operations.items():
                made[operation] = OperationDeltas(
                    resource,
                    (
                        ((part, name), Delta(facts[before], facts[after], tuple(changes[number] for number in causes)))
                        for part, name, before, after, causes in places
                    ),
                )
            found = self._cache.setdefault(key, made)
        return found

    def feature(self, name: str) -> VersionSet | None:
        try:
            return VersionSet(self._line(f"feature {name}").partition("\t")[0])
        except KeyError:
            return None

    def features(self) -> frozendict[str, Feature]:
        found: frozendict[str, Feature] | None = self._cache.get("features")
        if found is None:
            from .frozen import frozendict
            from .microversion import Feature

            made = {
                name: Feature(name=name, availability=VersionSet(versions), text=text)
                for name, versions, text in self._lines("feature")
            }
            found = self._cache.setdefault("features", frozendict(made))
        return found

    def known(self) -> frozendict[str, Known]:
        found: frozendict[str, Known] | None = self._cache.get("known")
        if found is None:
            from .frozen import frozendict
            from .model import Known

            made = {
                key: Known(availability=VersionSet(versions), gone_since_release=gone or None, instead=instead or None)
                for key, versions, gone, instead in self._lines("operation")
            }
            found = self._cache.setdefault("known", frozendict(made))
        return found

    def element(self, operation: str, element: str) -> VersionSet | None:
        try:
            if not element:
                return VersionSet(self._line(f"operation {operation}").partition("\t")[0])
            return VersionSet(self._line(f"{operation} {element}", "elements"))
        except KeyError:
            return None


def read(folder: str, name: str) -> tuple[bytes, str]:
    """A text of an artifact, in UTF-8, and its digest. Raises `ArtifactError` if it is not as it was written."""
    try:
        with open(f"{folder}/{name}", "rb", buffering=0) as file:  # noqa: PTH123  # pathlib is slow to import
            text = file.read()
    except OSError as error:
        raise refusal(folder, f"{name} cannot be read: {error}") from error
    head = text[: text.find(b"\n")]
    format_, _, digest = head.partition(b"\t")
    if format_ != FORMAT.encode():
        raise refusal(folder, f"{name} is of another format than {FORMAT!r}")
    end = text.rfind(b"\nend\t") + 1
    if text[end:] != b"end\t%b\t%d\n" % (digest, checksum(memoryview(text)[:end])):
        raise refusal(folder, f"{name} is damaged")
    return text, digest.decode()


def checksum(content: bytes | memoryview) -> int:
    """The CRC-32 of a text; of a short one, taken as a number, what is left when it is divided by a prime.

    That is done before a CRC is imported, and most questions need short texts only.
    """
    if len(content) < _SHORT:
        return int.from_bytes(content, "little") % _PRIME
    from binascii import crc32

    return crc32(content)


def refusal(folder: str, reason: str) -> Exception:
    """The error for an artifact that cannot be used."""
    from .errors import ArtifactError

    return ArtifactError(folder, reason)

"""The format of a compiled specification: the texts that it is made of, how each is sealed, and its lines by key.

An artifact is written when the package is built (`microspec.artifact.writer`), and read as far as a question
needs it. What a line alone answers, the `Index` does, without the model (`microspec.artifact.reader`): of a
process that asks for one feature, that saves 0.05 of a bare start of Python. An artifact is text, so that it depends on
no version of Python and on nothing that has to be imported to answer a question:

- ``index``: the service, its versions, and the features with the versions in which each is there;
  ``features``: the same with their texts;
- ``operations``: the versions in which each operation is there, since when it is gone, and what to use instead;
- ``elements``: the versions of each field, parameter and status of each operation;
- ``common``: what is true of the service, and of all operations, at every version;
- ``definitions-spans``, ``schemas-spans``, ``behaviors-spans``: the interval form in columns: names, first and last
  versions, and where in the text of its kind each value is;
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

import os

from ..values.version import VersionSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..model.source import Source

FORMAT = "microspec 6"
"""What a text of this format begins with; the number grows with every change of the format."""

TEXTS = (
    *("index", "features", "operations", "elements", "common", "microversions", "deltas"),
    *("definitions-spans", "schemas-spans", "behaviors-spans"),
    *("definitions", "parts", "schemas", "behaviors"),
    *("standards", "finished"),
)
"""The texts of an artifact, which are its files."""

_PRIME = 1_073_741_789
"""The largest that is one digit to Python, which has digits of 30 bits."""

_SHORT = 100_000
"""A text of so many bytes is not short; the index is, and so are the columns."""


SEARCHES = 8
"""A text in which more lines than these are looked for is taken apart, which takes as long as some searches."""


class Index:
    """The texts in a folder, read and taken apart as far as they are needed. Safe to share between threads.

    `model` makes the `source` of it, which is not imported before.
    """

    def __init__(self, folder: str, model: Callable[[Index], Source]) -> None:
        self.folder, self._model = folder, model
        index, self._digest = read(folder, "index")
        self._texts = {"index": index.decode()}
        self._searches: dict[str, int] = {}
        self._tables: dict[str, dict[str, str]] = {}
        self._made: dict[str, Source] = {}
        self.service_type = self.line("service")
        self.numbers = {version: number for number, version in enumerate(self.line("versions").split())}
        """The place of each version among all, by its text, in order."""
        self.is_outdated = False
        """Whether a text was found to be of another build."""

    @property
    def source(self) -> Source:
        """The whole model, decoded as far as it is used."""
        found = self._made.get("source")
        return self._made.setdefault("source", self._model(self)) if found is None else found

    def feature(self, name: str) -> VersionSet | None:
        """The versions that have a feature; None if there never was one of that name."""
        return self._versions(f"feature {name}", "index")

    def element(self, operation: str, element: str) -> VersionSet | None:
        """The versions of an element of an operation, where they are listed; None if not."""
        if element:
            return self._versions(f"{operation} {element}", "elements")
        try:
            return VersionSet(self.line(operation, "operations").partition("\t")[0])
        except KeyError:
            return None

    def _versions(self, key: str, text: str) -> VersionSet | None:
        try:
            return VersionSet(self.line(key, text))
        except KeyError:
            return None

    def _read(self, name: str) -> bytes:
        found, digest = read(self.folder, name)
        if digest != self._digest:
            self.is_outdated = read(self.folder, "index")[1] != self._digest
            advice = "; load it again" if self.is_outdated else ""
            raise refusal(self.folder, f"{name} is of another build than the index{advice}")
        return found

    def text(self, name: str) -> str:
        """One of the texts, read when it is first needed."""
        found = self._texts.get(name)
        if found is None:
            found = self._texts[name] = self._read(name).decode()
        return found

    def line(self, key: str, text: str = "index") -> str:
        """What follows a key in its line. Raises KeyError if there is no such line."""
        table = self._tables.get(text) or self._taken_apart(text)
        if table is not None:
            return table[key]
        content = self.text(text)
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
        heads = (line.partition("\t") for line in self.text(text).split("\n"))
        return self._tables.setdefault(text, {head: rest for head, _, rest in heads})

    def lines(self, text: str) -> Iterator[list[str]]:
        """The fields of all lines of a text."""
        return (line.split("\t") for line in self.text(text).split("\n")[1:-2])


def read(folder: str, name: str) -> tuple[bytes, str]:
    """A text of an artifact, in UTF-8, and its digest. Raises `ArtifactError` if it is not as it was written."""
    try:
        text = _content(f"{folder}/{name}")
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


def _content(path: str) -> bytes:
    """The bytes of a file, which are asked of the system in four calls: `open` makes seven."""
    file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        return os.read(file, os.fstat(file).st_size)
    finally:
        os.close(file)


def checksum(content: bytes | memoryview) -> int:
    """The CRC-32 of a text; of a short one, taken as a number, what is left when it is divided by a prime.

    To import a CRC takes 0.07 of a bare start of Python, and most questions need short texts only.
    """
    if len(content) < _SHORT:
        return int.from_bytes(content, "little") % _PRIME
    from binascii import crc32

    return crc32(content)


def refusal(folder: str, reason: str) -> Exception:
    """The error for an artifact that cannot be used."""
    from .errors import ArtifactError

    return ArtifactError(folder, reason)


def sealed(text: str) -> str:
    """A text whose first line has the digest, with the last line that tells whether it is as it was written."""
    digest = text[: text.index("\n")].partition("\t")[2]
    return f"{text}end\t{digest}\t{checksum(text.encode())}\n"

"""The format of a compiled specification: its texts, how each is sealed, and its lines by key.

An artifact is written when the package is built (`microspec.artifact.writer`), and only the parts that a question needs
are read. The `Index` answers what a single line can answer, without the model (`microspec.artifact.reader`); for a
process that asks about one feature, that saves 0.05 of a bare start of Python. An artifact is text, so it does not
depend on the version of Python, nor on anything that has to be imported to answer a question:

- ``index``: the service, its versions, and the features and behaviors with their versions, behaviors of other releases
  included; ``features``: the features with their texts;
- ``operations``: the versions of each operation, the release that removed it, and what to use instead;
- ``elements``: the versions of each field, parameter and status of each operation;
- ``common``: facts about the service and all operations at every version, and the releases with which changes begin or
  cease to hold;
- ``definitions-spans``, ``schemas-spans``, ``behaviors-spans``: the interval form in columns: names, first and last
  versions, and where in the text of its kind each value is;
- ``definitions``, ``schemas``, ``behaviors``: the values of a kind, one a line, decoded when they are used;
  ``parts``: the parameters and responses of all definitions and the properties of all schemas, equal ones once;
- ``standards``: for each schema and each query the versions in which it is the same in standard keywords, and
  where in ``finished`` it is; ``finished``: what the engine reads;
- ``microversions``: what each microversion brings, takes away and changes in any release, one a line; all other
  texts are as of the newest release;
- ``deltas``: what each microversion changes, location by location, and why, one microversion on each line: its facts,
  and then for each operation the locations, each with the numbers of the facts before and after, and of the changes
  that caused the difference;
- ``rows``: what each change of a microversion does to its definition or schema, if several changes are about the same
  one: the states between them exist at no version.

Each text begins with the format, its name and a digest of the sources, and ends with the digest again and a checksum of
what is between. A text is refused if it is truncated or damaged, or if its format, its name or its build is wrong. The
first and the last line are not part of the content.

The lines between them begin with a key of one or more names, followed by two tabs and by fields. Names and fields are
separated by one tab, and quoted, so that a tab or a line end in one of them is never mistaken for a separator, neither
in a file nor in a question. JSON text needs no quotes, because it contains neither.
"""

from __future__ import annotations

import os

from ..values.version import VersionSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..model.source import Source

FORMAT = "microspec 10"
"""The beginning of a text of this format; the number grows with every change of the format."""

TEXTS = (
    *("index", "features", "operations", "elements", "common", "microversions", "deltas", "rows"),
    *("definitions-spans", "schemas-spans", "behaviors-spans"),
    *("definitions", "parts", "schemas", "behaviors"),
    *("standards", "finished"),
)
"""The texts of an artifact, which are its files."""

_PRIME = 1_073_741_789
"""The largest integer that is one internal digit of Python (30 bits)."""

_SHORT = 100_000
"""A text with fewer bytes than this is short; the index is, and so are the columns."""


_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)

SEARCHES = 8
"""After this many searches, a text is split into lines by key, which takes as long as a few searches."""


class Index:
    """The texts in a folder, read and parsed on demand. Safe to share between threads.

    `model` makes the `source`, whose module is not imported before. `root` is the prefix of the names of the files of
    the specification in answers; without it, names are relative to the folder of the specification.
    """

    def __init__(self, folder: str, model: Callable[[Index], Source], root: str = "") -> None:
        self.folder, self._model, self.root = folder, model, root
        index, self._digest = read(folder, "index")
        self._texts = {"index": index}
        self._searches: dict[str, int] = {}
        self._tables: dict[str, dict[str, str]] = {}
        self._made: dict[str, Source] = {}
        self.service_type = self.line("service")
        self.numbers = {version: number for number, version in enumerate(self.line("versions").split())}
        """The place of each version among all, by its text, in order."""
        self.is_outdated = False
        """Whether a text turned out to be of another build."""

    @property
    def source(self) -> Source:
        """The whole model, decoded on demand."""
        found = self._made.get("source")
        return self._made.setdefault("source", self._model(self)) if found is None else found

    def feature(self, name: str) -> VersionSet | None:
        """The versions that have a feature; None if no feature ever had that name."""
        return self._versions("feature", name, text="index")

    def behavior(self, name: str) -> VersionSet | None:
        """The versions that have a behavior; None if no release has one of that name."""
        return self._versions("behavior", name, text="index")

    def named(self, name: str) -> VersionSet:
        """The versions that have the feature or the behavior of a name. Raises UnknownName."""
        found = self.feature(name)
        if found is None:
            found = self.behavior(name)
        return self.source.named(name) if found is None else found

    def element(self, operation: str, element: str) -> VersionSet | None:
        """The versions of an element of an operation; None if they are not listed."""
        if element:
            return self._versions(operation, element, text="elements")
        return self._versions(operation, text="operations")

    def _versions(self, *key: str, text: str) -> VersionSet | None:
        try:
            return VersionSet(self.line(*key, text=text).partition("\t")[0])
        except KeyError:
            return None

    def _read(self, name: str) -> str:
        found, digest = read(self.folder, name)
        if digest != self._digest:
            self.is_outdated = read(self.folder, "index")[1] != self._digest
            advice = "; load it again" if self.is_outdated else ""
            raise refusal(self.folder, f"{name} and the index are from different builds{advice}")
        return found

    def text(self, name: str) -> str:
        """One of the texts, read when it is first needed."""
        found = self._texts.get(name)
        if found is None:
            found = self._texts[name] = self._read(name)
        return found

    def line(self, *names: str, text: str = "index") -> str:
        """The fields of the line with this key. Raises KeyError if there is no such line."""
        key = keyed(*names)
        table = self._tables.get(text) or self._taken_apart(text)
        if table is not None:
            return table[key]
        content = self.text(text)
        start = content.find(f"\n{key}")
        if start < 0:
            raise KeyError(key)
        start += len(key) + 1
        return content[start : content.index("\n", start)]

    def _taken_apart(self, text: str) -> dict[str, str] | None:
        """The lines of a text by their keys, once enough lines have been searched for."""
        searches = self._searches[text] = self._searches.get(text, 0) + 1
        if searches <= SEARCHES:
            return None
        heads = (line.partition("\t\t") for line in self.text(text).split("\n")[1:-1])
        return self._tables.setdefault(text, {f"{head}\t\t": rest for head, _, rest in heads})

    def lines(self, text: str) -> Iterator[list[str]]:
        """The key, which is one name, and the fields of all lines of a text."""
        lines = (line.partition("\t\t") for line in self.text(text).split("\n")[1:-1])
        return ([*fields(key), *fields(rest)] for key, _, rest in lines)


def quoted(text: str) -> str:
    """A text as it is written in a line: without tabs and line ends."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def keyed(*names: str) -> str:
    """The key of these names, as written at the beginning of a line."""
    return "\t".join(map(quoted, names)) + "\t\t"


def fields(line: str) -> list[str]:
    """The quoted texts of a line, or of a part of it."""
    found = line.split("\t")
    return [*map(_unquoted, found)] if "\\" in line else found


def _unquoted(text: str) -> str:
    return "\\".join([part.replace("\\t", "\t").replace("\\n", "\n") for part in text.split("\\\\")])


def read(folder: str, name: str) -> tuple[str, str]:
    """A text of an artifact without its last line, and its digest.

    Raises `ArtifactError` if it was changed after it was written.
    """
    try:
        text = _content(f"{folder}/{name}")
    except OSError as error:
        raise refusal(folder, f"{name} cannot be read: {error}") from error
    head = text[: text.find(b"\n")]
    format_, _, rest = head.partition(b"\t")
    if format_ != FORMAT.encode():
        raise refusal(folder, f"{name} does not have the format {FORMAT!r}")
    called, _, digest = rest.partition(b"\t")
    end = text.rfind(b"\nend\t") + 1
    whole = memoryview(text)[:end]
    if text[end:] != b"end\t%b\t%d\n" % (digest, checksum(whole)):
        raise refusal(folder, f"{name} is damaged")
    if called != name.encode():
        raise refusal(folder, f"{name} contains another text, {called.decode(errors='backslashreplace')!r}")
    try:
        return str(whole, "utf-8"), digest.decode()
    except UnicodeDecodeError as error:
        raise refusal(folder, f"{name} is not UTF-8") from error


def _content(path: str) -> bytes:
    """The bytes of a file, read with four system calls; `open` makes seven.

    Anything that is not a regular file, such as a pipe, is opened without waiting, has no size, and counts as empty.
    """
    try:
        file = os.open(path, _READING)
    except FileNotFoundError:  # for a moment, while another process replaces the folder
        from time import sleep

        sleep(0.05)
        file = os.open(path, _READING)
    try:
        return os.read(file, os.fstat(file).st_size)
    finally:
        os.close(file)


def checksum(content: bytes | memoryview) -> int:
    """The CRC-32 of a text; for a short one, the text as a number modulo a prime.

    Importing a CRC takes 0.07 of a bare start of Python, and most questions only need short texts.
    """
    if len(content) < _SHORT:
        return int.from_bytes(content, "little") % _PRIME
    from binascii import crc32

    return crc32(content)


def refusal(folder: str, reason: str) -> Exception:
    """The error for an artifact that cannot be used."""
    from .errors import ArtifactError

    return ArtifactError(folder, reason)


def first_line(name: str, digest: str) -> str:
    """The first line of a text."""
    return f"{FORMAT}\t{name}\t{digest}\n"


def body(text: str) -> str:
    """A complete text without its last line, as `read` returns it."""
    return text[: text.rindex("\nend\t") + 1]


def sealed(text: str) -> str:
    """A text that begins with its `first_line`, with a last line that shows later changes."""
    digest = text[: text.index("\n")].rpartition("\t")[2]
    return f"{text}end\t{digest}\t{checksum(text.encode())}\n"

"""The types of arguments: versions, ranges, files and folders."""

from __future__ import annotations

import os
import sys
from errno import EINVAL
from stat import S_ISDIR
from typing import IO, TYPE_CHECKING, Any

import click

from ..values.errors import InvalidVersion, InvalidVersionSet, did_you_mean
from ..values.version import Version, VersionRange, VersionSet
from .group import Refusal
from .session import known, session_of
from .streams import reason

if TYPE_CHECKING:
    from collections.abc import Iterable
    from io import BufferedReader
    from pathlib import Path

    from click.shell_completion import CompletionItem

    from ..diff.suppressions import Suppression
    from ..http.discovery import Document

STANDARD_INPUT = "-"


class VersionType(click.ParamType[Version]):
    """A microversion on the command line: 2.37, latest, or a release for its highest version."""

    name = "version"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Version:
        """The version for the text."""
        try:
            return value if isinstance(value, Version) else session_of(ctx).version(value)
        except InvalidVersion as error:
            self.fail(str(error), param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The versions and their names."""
        del param
        return _items(name for name in known(ctx, "versions") if name.startswith(incomplete))


class ChoiceType(click.Choice[str]):
    """One of a few words."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """What is wrong with any other word."""
        del ctx
        words = [str(word) for word in self.choices]
        return f"{value!r} is not one of {', '.join(words)}{did_you_mean(str(value), words)}"


class IntegerType(click.IntRange):
    """An integer from `min` to `max`."""

    name = "integer"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The integer that the text spells."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            bounds = f"from {self.min} to {self.max}" if self.max is not None else f"of at least {self.min}"
            self.fail(f"{value!r} is not an integer {bounds}", param, ctx)


class NumberType(click.ParamType[Version]):
    """The number of a version, whether it exists or not."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Version:
        """The version that the text spells."""
        try:
            return Version.of(value)
        except InvalidVersion as error:
            self.fail(str(error), param, ctx)


class SpokenType(click.ParamType["VersionSet | Document"]):
    """The versions of a cloud, such as 2.1-2.79, a release, or a file with its version document."""

    name = "range"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> VersionSet | Document:
        """The versions for the text, or the document in the file with that name."""
        if not isinstance(value, str):
            return value  # type: ignore[no-any-return]  # it is converted already
        session = session_of(ctx)
        if value == STANDARD_INPUT or _is_path(value):
            return self._document(FileType().convert(value, param, ctx), param, ctx)
        try:
            return session.spoken(value)
        except InvalidVersionSet as error:
            if value[:1].isalpha():
                hint = session.hint(value)
                self.fail(
                    f"{value!r} is not a range of versions (such as 2.1-2.79), a release or a file{hint}", param, ctx
                )
            self.fail(str(error), param, ctx)

    def _document(self, file: IO[bytes], param: click.Parameter | None, ctx: click.Context | None) -> Document:
        from ..http import discovery
        from ..http.errors import InvalidDocument

        try:
            return discovery.parse(read_json(file))
        except InvalidDocument as error:
            self.fail(f"{name_of(file)} is not a version document: {error}", param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Versions, their names, and files."""
        files = () if incomplete[:1].isdigit() else (incomplete,)
        return [*VersionType().shell_complete(ctx, param, incomplete), *_items(files, "file")]


class RangeType(SpokenType):
    """The same, but it must be one range with two ends."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> VersionRange:  # type: ignore[override]
        """The range for the text, or the one in the document in the file with that name."""
        from ..values.spoken import spoken_range

        try:
            return spoken_range(super().convert(value, param, ctx))
        except InvalidVersionSet as error:
            self.fail(str(error), param, ctx)


class FileType(click.ParamType[IO[bytes]]):
    """A file that is read, or - for standard input, which can be read only once."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> IO[bytes]:
        """The file, open for bytes until the command ends."""
        if not isinstance(value, str):
            return value  # type: ignore[no-any-return]  # it is open already
        if value == STANDARD_INPUT:
            return self._standard_input(param, ctx)
        try:
            file = _opened(value)
        except OSError as error:
            hint = " (- is standard input)" if error.errno == EINVAL else ""
            self.fail(f"{value}: {reason(error)}{hint}", param, ctx)
        except ValueError:
            self.fail(f"{value!r} is not a valid file name", param, ctx)
        if ctx is not None:
            ctx.find_root().call_on_close(file.close)  # even if a later argument is misuse
        return file

    def _standard_input(self, param: click.Parameter | None, ctx: click.Context | None) -> IO[bytes]:
        if sys.stdin is None:
            self.fail("standard input is closed", param, ctx)
        if ctx is not None:
            if STANDARD_INPUT in ctx.meta:
                self.fail("standard input can be read only once", param, ctx)
            ctx.meta[STANDARD_INPUT] = True
        return sys.stdin.buffer

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Files."""
        del ctx, param
        return _items((incomplete,), "file")


class PathType(click.ParamType["Path"]):
    """A path: what is there, or can be made there, is for the types below to say."""

    empty = "the name of a file cannot be empty"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path that the text spells."""
        from pathlib import Path

        if isinstance(value, Path):
            return value
        if not value:
            self.fail(self.empty, param, ctx)
        mode = None
        try:
            mode = Path(value).stat().st_mode
        except FileNotFoundError:
            pass
        except OSError as error:
            self.fail(f"{value}: {reason(error)}", param, ctx)
        except ValueError:
            self.fail(f"{value!r} is not a valid {self.name} name", param, ctx)
        wrong = self.wrong(mode)
        if wrong is not None:
            self.fail(f"{value}: {wrong}", param, ctx)
        return Path(value)

    def wrong(self, mode: int | None) -> str | None:
        """What is wrong with something of this mode (None: nothing is there); None if it can be used."""
        raise NotImplementedError

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Files, and their folders."""
        del ctx, param
        return _items((incomplete,), "dir" if self.name == "folder" else "file")


class FolderType(PathType):
    """A folder, which need not exist yet."""

    name = "folder"
    empty = "the name of a folder cannot be empty; . is the current folder"

    def wrong(self, mode: int | None) -> str | None:
        """It cannot be a file."""
        return None if mode is None or S_ISDIR(mode) else "this is a file, not a folder"


class TargetType(PathType):
    """A file to write, which may not be there yet."""

    name = "file"

    def wrong(self, mode: int | None) -> str | None:
        """It cannot be a folder."""
        return "this is a folder, not a file" if mode is not None and S_ISDIR(mode) else None


class SourceType(PathType):
    """An existing file or folder."""

    name = "file"
    empty = "the name of a file cannot be empty; . is the current folder"

    def wrong(self, mode: int | None) -> str | None:
        """It has to exist."""
        return "no such file or folder" if mode is None else None


def _items(values: Iterable[str], kind: str = "plain") -> list[CompletionItem]:
    """What a shell gets: values, or the request to complete a file or a folder itself."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(value, type=kind) for value in values]


class SpecificationType(click.ParamType[str]):
    """A specification: the name of one that is bundled, or a folder."""

    name = "specification"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, or the path of the folder."""
        from ..loading import folder_of, is_bundled

        if not is_bundled(value):
            FolderType().convert(value, param, ctx)
            if not os.path.isdir(folder_of(value)):  # noqa: PTH112
                self.fail(f"{value}: no such folder", param, ctx)
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Folders."""
        return FolderType().shell_complete(ctx, param, incomplete)


def _opened(name: str) -> BufferedReader:
    """A file, open for bytes, whose first byte can be read. Raises OSError."""
    from pathlib import Path

    from ..values.files import opened

    file = opened(Path(name))
    try:
        file.peek()
    except OSError:
        file.close()
        raise
    return file


def read_json(file: IO[bytes]) -> Any:
    """The JSON value in a file. Anything else is misuse."""
    from ..values.reading import Unreadable, json_value, text

    name = name_of(file)
    try:
        return json_value(text(file.read()))
    except Unreadable as error:
        place = f"{name}:{error.line}:{error.column}" if error.line else name
        raise Refusal(f"{place}: {error.reason}") from error


def suppressions_in(file: IO[bytes] | None) -> tuple[Suppression, ...]:
    """The suppressions in a file; none without a file. Raises SuppressionsError."""
    if file is None:
        return ()
    from pathlib import Path

    from ..authoring.suppressions import read
    from ..authoring.yaml import MAX_BYTES

    return read(Path(name_of(file)), file.read(MAX_BYTES + 1))


def name_of(file: IO[bytes]) -> str:
    """The name of a file in messages."""
    return str(getattr(file, "name", "<stdin>"))


def _is_path(value: str) -> bool:
    """Whether a text can only mean a file: it has a folder or an ending, or the file exists."""
    return os.path.basename(value) != value or value.endswith(".json") or os.path.isfile(value)  # noqa: PTH113, PTH119

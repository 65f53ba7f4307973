"""Standard output and standard error. If something cannot be written, the command ends and says so."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from errno import EACCES, EBADF, EISDIR, ENAMETOOLONG, ENOENT, ENOTDIR, EPIPE
from typing import TYPE_CHECKING, Any

import click

from ..render.escaping import dumped, without_commands

if TYPE_CHECKING:
    from typing import TextIO

_REASONS = {
    EACCES: "permission denied",
    EISDIR: "this is a folder, not a file",
    ENAMETOOLONG: "the name is too long",
    ENOENT: "no such file",
    ENOTDIR: "a part of the path is a file, not a folder",
}

JSON_FORMATS = ("json", "sarif")
"""The formats that are JSON."""

ANNOTATIONS = "github"
"""The format that consists of workflow commands."""


def reason(error: OSError) -> str:
    """Why a file cannot be used, in words."""
    words = error.strerror or str(error)
    return _REASONS.get(error.errno or 0, f"{words[:1].lower()}{words[1:]}")


class OutputError(click.ClickException):
    """Standard output or standard error cannot be written; quiet if it is a pipe that its reader has closed."""

    exit_code = 2

    def __init__(self, name: str, error: OSError) -> None:
        super().__init__(f"{name} cannot be written: {reason(error)}")
        self.is_quiet = error.errno == EPIPE


def prepare() -> None:
    """Make both streams write characters that their encoding does not have as backslash escapes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def write(text: str, format_: str = "text") -> None:
    """Write an answer to standard output; a module of `render` has escaped foreign text in it.

    No line of it is a command to CI, except in the format of annotations. Raises OutputError.
    """
    if sys.stdout is None:
        raise OutputError("standard output", OSError(EBADF, "it is closed"))
    if format_ != ANNOTATIONS:
        text = without_commands(text)
    if format_ in (*JSON_FORMATS, "html") and _encoding(sys.stdout) != "utf-8":
        text = _in_ascii(text, format_)
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        _leave(sys.stdout)
        raise OutputError("standard output", error) from error


def note(text: str) -> None:
    """Write to standard error; foreign text in it has been escaped. Raises OutputError."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(without_commands(text))
        sys.stderr.flush()
    except OSError as error:
        _leave(sys.stderr)
        raise OutputError("standard error", error) from error


def as_json(value: Any) -> str:
    """A JSON value as it is printed."""
    return f"{dumped(value, indent=2)}\n"


def _in_ascii(text: str, format_: str) -> str:
    """JSON or HTML in ASCII, with everything else escaped: programs read it as UTF-8, whatever the terminal uses."""
    if format_ == "html":
        return text.encode("ascii", "xmlcharrefreplace").decode()
    import json
    import re

    return re.sub(r"[^\x00-\x7f]", lambda match: json.dumps(match[0])[1:-1], text)


def _encoding(stream: TextIO) -> str:
    import codecs

    return codecs.lookup(stream.encoding or "utf-8").name


def _leave(stream: TextIO) -> None:
    """Discard what is left in a stream, so that the interpreter does not fail when it exits."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)

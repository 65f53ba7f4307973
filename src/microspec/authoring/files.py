"""Reads one file into its document, and reports each violation of the form as a diagnostic.

A file with mistakes is still read as far as possible. Entries with mistakes (an operation, a schema, a change) are left
out, and their words are noted as `doubtful`. So the rest of the specification is checked, without complaints about what
is missing here.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import ValidationError

from ..values.diagnostics import Diagnostic, Location
from ..values.errors import nearest
from . import yaml
from .documents import CHANGE_DOCUMENTS, Document
from .expected import follow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from .expected import Expected


D = TypeVar("D", bound=Document)

MOST_NAMED = 30
"""At most this many keys or kinds are listed if none of them is near."""

_LIMITS = {"greater_than_equal": "at least {ge}", "greater_than": "more than {gt}"}

_CODES = {
    "extra_forbidden": "unknown-key",
    "missing": "missing-key",
    "union_tag_invalid": "unknown-kind",
    "union_tag_not_found": "unknown-kind",
}

WORD = re.compile(r"[A-Za-z][\w.:-]*")
_OPERATION = re.compile(r"(?<![A-Z])[A-Z]+ /[^\s#:,\"'\]]*(?:#[\w-]+)?")


class File(Generic[D]):
    """A file that was read: its document, and the location of everything in it.

    `numbers` are the positions in the file of the entries in the document's list of changes.
    """

    def __init__(self, name: str, node: yaml.Node, document: D, numbers: Sequence[int]) -> None:
        self.name, self.node, self.document, self.numbers = name, node, document, numbers

    def location(self, *path: Any, of_key: bool = False) -> Location:
        """The location of the value at a path of keys and indices, or of its key."""
        return _place(self.name, self.node.key_at(path) if of_key else self.node.at(path))

    def mention(self, name: str) -> Location | None:
        """The location of the first value that is a name."""
        node = self._texts.get(name)
        return _place(self.name, node) if node else None

    @cached_property
    def _texts(self) -> dict[str, yaml.Node]:
        """Every text that is a value, with its first location."""
        found: dict[str, yaml.Node] = {}
        for node in self.node.walk():
            if isinstance(node.value, str):
                found.setdefault(node.value, node)
        return found


class Reading(Generic[D]):
    """The result of reading a file: the file if it can be used, and its diagnostics.

    `doubtful` are the names of what had to be left out, `mentioned` the words in it.
    """

    def __init__(
        self, file: File[D] | None, diagnostics: Sequence[Diagnostic] = (), doubtful: str = "", mentioned: str = ""
    ) -> None:
        self.file, self.diagnostics = file, diagnostics
        self.doubtful, self.mentioned = _words(doubtful), _words(mentioned)


def read(path: Path, model: type[D], content: bytes | None = None) -> Reading[D]:
    """The file at `path` as a `model`, as far as possible; `content` is its content if it is already known."""
    try:
        node = yaml.read(path, str(path)) if content is None else yaml.parse(content, str(path))
    except yaml.YamlError as error:
        return Reading(None, error.diagnostics, error.text, error.text)
    plain = node.plain()
    try:
        return Reading(File(str(path), node, model.model_validate(plain), range(len(plain.get("changes", ())))))
    except ValidationError as error:
        errors = error.errors(include_url=False)
    diagnostics = [_diagnostic(str(path), node, model, details) for details in errors[: yaml.MAX_MISTAKES]]
    if len(errors) > yaml.MAX_MISTAKES:
        diagnostics.append(yaml.too_many(str(path)))
    left_out, numbers = _leave_out(plain, errors)
    doubtful = " ".join(_names_of(entry) for entry in left_out)
    try:
        file = File(str(path), node, model.model_validate(plain), numbers)
    except ValidationError:
        text = f"{left_out} {plain}"
        return Reading(None, diagnostics, text, text)
    return Reading(file, diagnostics, doubtful, repr(left_out))


def _leave_out(plain: dict[str, Any], errors: Sequence[ErrorDetails]) -> tuple[list[tuple[str, Any]], Sequence[int]]:
    """Take the entries with errors out of a document. Returns them, and the numbers of the changes that stay."""
    left_out: list[tuple[str, Any]] = []
    changes = plain.get("changes")
    kept = dict(enumerate(changes)) if isinstance(changes, list) else {}
    for details in errors:
        section, entry = (*details["loc"], None, None)[:2]
        if section == "changes" and entry in kept:
            left_out.append(("", kept.pop(entry)))
        elif isinstance(plain.get(str(section)), dict) and entry in plain[str(section)]:
            left_out.append((str(entry), plain[str(section)].pop(entry)))
        elif details["type"] == "extra_forbidden" and section in plain:
            left_out.append((str(section), plain.pop(str(section))))
    if isinstance(changes, list):
        plain["changes"] = list(kept.values())
    return left_out, list(kept)


def _names_of(entry: tuple[str, Any]) -> str:
    """The names that an entry defines: its key, or the target of a change."""
    name, value = entry
    if name or not isinstance(value, dict):
        return name
    return repr(next(iter(value.values()), ""))


def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text)) | frozenset(_OPERATION.findall(text))


def _place(name: str, node: yaml.Node) -> Location:
    return Location(file=name, line=node.line, column=node.column)


def _diagnostic(name: str, root: yaml.Node, model: type[Document], details: ErrorDetails) -> Diagnostic:
    kind, given, context = details["type"], details["input"], details.get("ctx", {})
    place = follow(model, (*details["loc"], *context.get("at", ())), given)
    path, message, hint = place.path, "", None
    if kind in _CODES:
        code = _CODES[kind]
    elif "reason" in context:  # an error of this package
        code, message = kind, str(context["reason"])
    else:
        code = "wrong-type" if kind.endswith("_type") else "wrong-value"
        message, hint = _expectation(place, kind, given, context)
    if code == "missing-key" and not message:
        message, path = f"the key {str(path[-1])!r} is missing", path[:-1]
        hint = place.example and f"such as {place.path[-1]}: {place.example}"
    elif code == "unknown-key":
        message = f"{str(path[-1])!r} is not a known key here"
        present = root.at(path[:-1]).children
        hint = _choice(str(path[-1]), (key for key in place.keys if key not in present))
    elif code == "unknown-kind":
        verb = next(iter(given), None) if isinstance(given, dict) else None
        message = f"{verb!r} is not a kind of change" if verb is not None else place.expectation
        hint = _choice(verb, CHANGE_DOCUMENTS) if verb is not None else None
    of_key = place.is_key or code == "unknown-key"
    node = root.key_at(path) if of_key else root.at(path)
    return Diagnostic(location=_place(name, node), code=code, message=message, hint=hint)


def _expectation(place: Expected, kind: str, given: Any, context: Mapping[str, Any]) -> tuple[str, str | None]:
    """What is expected at a place, and a hint, for an error from pydantic."""
    if kind == "too_short" or (kind == "string_too_short" and not given.strip()):
        return f"{place.name} must not be empty", None
    if kind in _LIMITS and not place.has_form:
        return f"{place.name} must be {_LIMITS[kind].format_map(context)}", None
    return place.expectation, nearest(given, place.choices) if isinstance(given, str) else None


def _choice(name: str, known: Iterable[str]) -> str | None:
    """The nearest of the known names; if none is near, all of them, provided they are few."""
    names = sorted(known)
    return nearest(name, names) or (f"one of {', '.join(names)}" if 0 < len(names) <= MOST_NAMED else None)

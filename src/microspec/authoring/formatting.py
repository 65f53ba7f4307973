"""Writes files of the language in one style: order of keys, form of lists, quotes, width of lines.

- Keys are in the order of their document (`keys.keys`). Names that the author chose keep the author's order.
- Lists of operations have one line for each. Other lists of scalars are on one line if they fit.
- A mapping, or a list of mappings, that is written in braces or brackets stays so if it fits on its line.
- Text is quoted only where necessary, and folded (``>-``) if it does not fit on its line.
- Comments stay with what they are about. Several consecutive empty lines become one.

It does not use ruamel.yaml: the language is a small part of YAML, and the two things that matter, the order of keys
with their comments and the choice of form by width, are what a general emitter leaves to its caller.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, get_args, get_origin

from ..values.files import opened, writing_file
from . import yaml
from .errors import FormattingError
from .keys import document_of, keys, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from .yaml import Comment, Node

WIDTH = 110
"""A line has at most this many columns, unless something in it cannot be divided."""

FILES = ("*.yaml", "baseline/*.yaml", "versions/*.yaml")
"""The files of a folder that are formatted."""

_OPERATION = re.compile(r"[A-Z]+ /")
_UNSAFE_START = re.compile(r"[-?:,\[\]{}#&*!|>'\"%@`=<~^\s]|\.\.\.|$")
_UNSAFE = re.compile(r": |:$| #|\s$|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_UNSAFE_IN_FLOW = re.compile(r"[,\[\]{}?]|:[,\[\]{}]")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,98}")
_BETWEEN_WORDS = re.compile(r"(?<=\S) (?=\S)")


def format_files(paths: Sequence[Path], *, check: bool = False) -> list[Path]:
    """Format files, and all files in folders. Returns the files that change, or with `check` would change.

    Raises FormattingError, and writes nothing, if one of them cannot be read; and OSError.
    """
    found = dict.fromkeys(file for path in paths for file in _files(path))
    texts: dict[Path, str] = {}
    mistakes = []
    for file in found:
        try:
            with opened(file) as content:
                data = content.read(yaml.MAX_BYTES + 1)
            text = formatted(data, str(file), file.name)
        except yaml.YamlError as error:
            mistakes += error.diagnostics
        else:
            if text.encode() != data:
                texts[file] = text
    if mistakes:
        raise FormattingError(mistakes)
    for file, text in texts.items() if not check else ():
        with writing_file(file) as part:
            part.write_bytes(text.encode())
            part.chmod(file.stat().st_mode)
    return list(texts)


def _files(path: Path) -> Iterator[Path]:
    """The file, or the files of the language in a folder."""
    if path.is_dir():
        for pattern in FILES:
            yield from sorted(file for file in path.glob(pattern) if not file.name.startswith("."))
    else:
        yield path


def formatted(data: bytes, place: str, name: str) -> str:
    """The formatted content of a file called `name`; `place` is its path. Raises `yaml.YamlError`."""
    root = yaml.parse(data, place)
    text = "".join(f"{line}\n" for line in _Writer(root, data.decode()).run(name))
    assert yaml.parse(text.encode(), place).plain() == root.plain(), f"{place} would mean something else"
    return text


class _Notes:
    """What is around an entry: comments and possibly an empty line before it, a comment beside it, and comments after
    it."""

    def __init__(self) -> None:
        self.before: list[tuple[bool, str]] = []
        self.is_apart = False
        self.beside = ""
        self.after: list[tuple[bool, str]] = []


class _Anchor:
    """The start of an entry of a mapping or a list, to which comments belong."""

    def __init__(self, node: Node, start: Node, *, in_flow: bool, is_item: bool) -> None:
        self.node, self.line, self.column, self.in_flow = node, start.line, start.column, in_flow
        self.indent, self.is_item = start.column - 2 * is_item, is_item


class _Writer:
    """Writes one document."""

    def __init__(self, root: Node, text: str) -> None:
        self.root = root
        self.lines = text.splitlines()
        self.notes: dict[int, _Notes] = {}
        self.tail: list[tuple[bool, str]] = []
        self.busy: set[int] = set()
        anchors = list(_anchors(root))
        for anchor in anchors:
            self._of(anchor.node).is_apart = self._is_blank_before(anchor.line)
        for comment in yaml.comments(text):
            self._attach(comment, anchors)

    def run(self, name: str) -> list[str]:
        lines = self._mapping(self.root, kind_of(self.root.plain(), name), 0)
        return [*lines, *_comments(self.tail, 0, is_first=not lines)] or ["{}"]

    # ---------------------------------------------------------------------------------------- comments

    def _of(self, node: Node) -> _Notes:
        return self.notes.setdefault(id(node), _Notes())

    def _is_blank_before(self, line: int) -> bool:
        return line > 1 and not self.lines[line - 2].strip()

    def _attach(self, comment: Comment, anchors: Sequence[_Anchor]) -> None:
        """Attach a comment to what it is about."""
        said = (self._is_blank_before(comment.line), comment.text)
        here = (comment.line, comment.column)
        before = [anchor for anchor in anchors if (anchor.line, anchor.column) < here]
        after = next((anchor for anchor in anchors if (anchor.line, anchor.column) > here), None)
        if not comment.is_alone and before:
            on_line = [anchor for anchor in before if anchor.line == comment.line]
            is_within = after is not None and after.in_flow
            blocks = [anchor for anchor in on_line if not (anchor.in_flow or is_within)]
            owner = (blocks or on_line or before)[-1]
            notes = self._of(owner.node)
            notes.beside = f"{notes.beside} {comment.text}".lstrip()
        else:
            outer = [anchor for anchor in before if not anchor.in_flow and anchor.indent <= comment.column]
            is_before = after is not None and (after.in_flow or comment.column <= after.column)
            is_inside = outer and after is not None and any(node is after.node for node in outer[-1].node.walk())
            if after is not None and (is_before or is_inside or not outer):
                owner = after
                self._of(owner.node).before.append(said)
            elif outer and comment.column > 1:
                owner = outer[-1]
                self._of(owner.node).after.append(said)
            else:
                self.tail.append(said)
                return
        if owner.in_flow or owner.is_item:
            self.busy.add(id(owner.node))

    def _has_comments(self, node: Node) -> bool:
        """Whether a comment is inside a node, which then needs several lines."""
        return bool(self.busy) and any(id(inner) in self.busy for inner in node.walk() if inner is not node)

    # ------------------------------------------------------------------------------------------ blocks

    def _mapping(self, node: Node, document: Any, indent: int) -> list[str]:
        """The lines of a mapping; each entry starts a line."""
        lines: list[str] = []
        for name, annotation in _ordered(node, document):
            child = node.children[name]
            notes = self._of(child)
            lines += self._before(notes, indent, is_first=not lines)
            lines += self._entry(f"{_key(name)}:", child, annotation, indent, notes.beside)
            lines += _comments(notes.after, indent)
        return lines

    def _list(self, node: Node, document: Any, indent: int) -> list[str]:
        """The lines of a list; each item starts a line."""
        lines: list[str] = []
        annotation = get_args(document)[0] if get_origin(document) is list else None
        for child in node.children.values():
            notes = self._of(child)
            if isinstance(child.value, dict) and child.children:
                first = self._of(child.children[_ordered(child, _document(annotation, child))[0][0]])
                notes.before, first.before = [*notes.before, *first.before], []
            lines += self._before(notes, indent, is_first=not lines)
            lines += self._entry("-", child, annotation, indent, notes.beside)
            lines += _comments(notes.after, indent)
        return lines

    def _entry(self, start: str, node: Node, annotation: Any, indent: int, beside: str) -> list[str]:
        """The lines of an entry, from its key or its dash on."""
        margin = " " * indent
        document = _document(annotation, node)
        line = self._inline(node, document)
        comment = f"  {beside}" if beside else ""
        if line is not None and len(f"{margin}{start} {line}") <= WIDTH and "\n" not in str(node.value):
            return [f"{margin}{start} {line}{comment}"]
        if isinstance(node.value, (dict, list)) and node.children:
            make = self._mapping if isinstance(node.value, dict) else self._list
            lines = make(node, document, indent + 2)
            if start == "-":  # a comment cannot be next to it
                above = [f"{margin}{beside}"] if beside else []
                return [*above, f"{margin}- {lines[0].lstrip()}", *lines[1:]]
            return [f"{margin}{start}{comment}", *lines]
        if isinstance(node.value, str) and (text := _block_text(node, indent + 2)):
            sign, *lines = text
            return [f"{margin}{start} {sign}{comment}", *lines]
        return [f"{margin}{start} {line}{comment}"]

    def _before(self, notes: _Notes, indent: int, *, is_first: bool) -> list[str]:
        """The comments before an entry, and the empty lines between."""
        lines = list(_comments(notes.before, indent, is_first=is_first))
        return [*lines, ""] if notes.is_apart and (lines or not is_first) else lines

    # ------------------------------------------------------------------------------------------- lines

    def _inline(self, node: Node, document: Any) -> str | None:
        """A node on one line; None if it does not fit on one line of any width."""
        if not isinstance(node.value, (dict, list)):
            return _scalar(node.value)
        if node.children and (self._has_comments(node) or (node.style == "block" and not _is_simple(node))):
            return None
        if isinstance(node.value, list) and _are_operations(node):
            return None
        return self._flow(node, document)

    def _flow(self, node: Node, document: Any) -> str | None:
        """A node as it is written in braces or brackets."""
        if isinstance(node.value, list):
            annotation = get_args(document)[0] if get_origin(document) is list else None
            parts = [self._part(child, annotation) for child in node.children.values()]
            return None if None in parts else f"[{', '.join(map(str, parts))}]"
        if not isinstance(node.value, dict):
            return _scalar(node.value, in_flow=True)
        pairs = []
        for name, annotation in _ordered(node, document):
            part = self._part(node.children[name], annotation)
            if part is None:
                return None
            pairs.append(f"{_key(name, in_flow=True)}: {part}")
        return f"{{{', '.join(pairs)}}}"

    def _part(self, node: Node, annotation: Any) -> str | None:
        if isinstance(node.value, list) and _are_operations(node):
            return None
        return self._flow(node, _document(annotation, node))


def _anchors(node: Node, *, in_flow: bool = False) -> Iterator[_Anchor]:
    """The entries of all mappings and lists below a node, in file order, the outer one first."""
    in_flow = in_flow or (node.style == "flow")
    for step, child in node.children.items():
        is_item = isinstance(node.value, list)
        start = child if is_item else node.keys[step]
        yield _Anchor(child, start, in_flow=in_flow, is_item=is_item and not in_flow)
        yield from _anchors(child, in_flow=in_flow)


def _ordered(node: Node, document: Any) -> list[tuple[str, Any]]:
    """The keys of a mapping in order, each with the type of its value."""
    if get_origin(document) is dict:
        return [(name, get_args(document)[1]) for name in node.children]
    known = {key.name: key.annotation for key in keys(document)} if hasattr(document, "model_fields") else {}
    names = [name for name in known if name in node.children]
    return [*((name, known[name]) for name in names), *((name, None) for name in node.children if name not in known)]


def _document(annotation: Any, node: Node) -> Any:
    """The type of a node, if its annotation allows several."""
    return document_of(annotation, dict.fromkeys(node.children) if isinstance(node.value, dict) else node.value)


def _is_simple(node: Node) -> bool:
    """Whether a node is a list of scalars."""
    return isinstance(node.value, list) and not any(isinstance(c.value, (dict, list)) for c in node.children.values())


def _are_operations(node: Node) -> bool:
    """Whether a node is a list of operations."""
    values = [child.value for child in node.children.values()]
    return bool(values) and all(isinstance(value, str) and _OPERATION.match(value) for value in values)


def _comments(comments: Iterable[tuple[bool, str]], indent: int, *, is_first: bool = False) -> Iterator[str]:
    """Comments on separate lines, with the empty lines before them."""
    for is_apart, text in comments:
        if is_apart and not is_first:
            yield ""
        yield f"{' ' * indent}{text}"
        is_first = False


def _scalar(value: Any, *, in_flow: bool = False) -> str:
    """A scalar on one line."""
    if not isinstance(value, str):
        return json.dumps(value)
    is_unsafe = _UNSAFE_START.match(value) or _UNSAFE.search(value) or (in_flow and _UNSAFE_IN_FLOW.search(value))
    if value.isprintable() and not is_unsafe and yaml.is_plain(value):
        return value
    if ('"' in value or "\\" in value) and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, value)) + '"'


def _key(name: str, *, in_flow: bool = False) -> str:
    """A key. A number needs no quotes as a key: it is read as text."""
    return name if _NUMBER.fullmatch(name) else _scalar(name, in_flow=in_flow)


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    return f"\\u{ord(character):04X}" if ord(character) < 0x10000 else f"\\U{ord(character):08X}"


def _block_text(node: Node, indent: int) -> list[str] | None:
    """A text on separate lines, after its sign; None if it cannot be written so."""
    text: str = node.value
    content, end = (text[:-1], "") if text.endswith("\n") else (text, "-")
    parts = content.split("\n")
    margin = " " * indent
    if not parts[0].strip() or not parts[-1].strip() or parts[0][0].isspace() or not all(map(str.isprintable, parts)):
        return None
    if node.style == "|" and len(parts) > 1:
        return [f"|{end}", *(f"{margin}{part}" if part else "" for part in parts)]
    if any(part != part.strip() for part in parts):
        return None
    lines: list[str] = []
    for number, part in enumerate(parts):
        if number:
            lines.append("")
        lines += [f"{margin}{line}" for line in _filled(part, WIDTH - indent)]
    return [f">{end}", *lines] if len(lines) > 1 or len(lines[0]) <= WIDTH else None


def _filled(text: str, width: int) -> Iterator[str]:
    """A text in lines of at most this width, unless a word is longer."""
    line = ""
    for word in _BETWEEN_WORDS.split(text) if text else ():
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    if line:
        yield line

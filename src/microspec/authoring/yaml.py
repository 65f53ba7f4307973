"""YAML text to values with their places. The only module that knows PyYAML.

The language is the part of YAML in which a reader and a parser cannot disagree: mappings with text
keys, sequences, and scalars that are text, whole numbers, true, false or null. Everything else that
YAML allows (aliases, tags, floats, dates, yes and no, several documents) is a diagnostic.

It works on the parser's events, not on its values: events tell where things are, keep duplicate keys
and tags visible, and need no recursion.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from ..values.diagnostics import Diagnostic, Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


MAX_BYTES = 1_000_000
"""A larger file is refused unread: the longest real one has a twentieth of it."""

MAX_DEPTH = 60
"""Deeper nesting is refused: the deepest real file has a quarter of it."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT = "tag:yaml.org,2002:str"
_RESOLVER = yaml.resolver.Resolver()


@dataclass(slots=True)
class Node:
    """A value with its place. `children` are the nodes of a mapping's values or a sequence's items."""

    value: Any
    line: int
    column: int
    children: dict[Any, Node] = field(default_factory=dict)
    keys: dict[Any, Node] = field(default_factory=dict)

    def plain(self) -> Any:
        """The value in plain dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.children.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.children.values()]
        return self.value

    def at(self, path: Sequence[Any]) -> Node:
        """The node at a path of keys and indices, or the nearest one above it."""
        node = self
        for step in path:
            if step not in node.children:
                break
            node = node.children[step]
        return node

    def key_at(self, path: Sequence[Any]) -> Node:
        """The node of the key that a path ends with, or the nearest node above."""
        parent = self.at(path[:-1])
        return parent.keys.get(path[-1], parent) if path else self

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in file order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children.values()))


class YamlError(Exception):
    """A file that cannot be read as the language's part of YAML: its diagnostics, and its text if it has one."""

    def __init__(self, diagnostics: list[Diagnostic], text: str = "") -> None:
        super().__init__(diagnostics, text)
        self.diagnostics, self.text = diagnostics, text


def read(path: Path, name: str) -> Node:
    """The mapping in a file. `name` is how the file is called in diagnostics. Raises `YamlError`."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _error(name, "unreadable", f"the file cannot be read: {error.strerror or error}") from error
    if len(data) > MAX_BYTES:
        raise _error(name, "too-large", f"the file has more than {MAX_BYTES:,} bytes", hint="split it")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        reason = f"byte 0x{data[error.start]:02x} is not UTF-8"
        place = Location(file=name, line=line, column=column)
        found = Diagnostic(location=place, code="not-utf8", message=reason, hint="save the file as UTF-8")
        raise YamlError([found], data.decode("utf-8", "replace")) from error
    return _Builder(name).build(text)


def _error(file: str, code: str, message: str, line: int = 1, column: int = 1, *, hint: str | None = None) -> YamlError:
    location = Location(file=file, line=line, column=column)
    return YamlError([Diagnostic(location=location, code=code, message=message, hint=hint)])


class _Builder:
    """Makes nodes of the parser's events, and diagnostics of what the language does not have."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.diagnostics: list[Diagnostic] = []

    def build(self, text: str) -> Node:
        root: Node | None = None
        try:
            root = self._consume(text)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            message = " ".join(part for part in (error.context, error.problem) if part)
            self._report(mark, "yaml-syntax", message or "this is not YAML")
        except yaml.YAMLError as error:  # a character that YAML does not allow; the message names it
            self._report(None, "yaml-syntax", str(error).splitlines()[0])
        if root is None and not self.diagnostics:
            raise _error(self.name, "empty-file", "the file is empty")
        if self.diagnostics or root is None:
            raise YamlError(self.diagnostics, text)
        if not isinstance(root.value, dict):
            raise _error(self.name, "wrong-type", "the file must be a mapping", root.line, root.column)
        return root

    def _consume(self, text: str) -> Node | None:
        root: Node | None = None
        open_nodes: list[Node] = []
        pending: list[Node | None] = []  # per open mapping, the key that waits for its value
        documents = 0
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._report(event.start_mark, "several-documents", "a file has one document", "remove the '---'")
                    return root
            elif isinstance(event, yaml.CollectionEndEvent):
                open_nodes.pop()
                pending.pop()
            elif isinstance(event, yaml.NodeEvent):
                node = self._node(event)
                if not open_nodes:
                    root = node
                else:
                    self._attach(open_nodes[-1], pending, node)
                if isinstance(event, yaml.CollectionStartEvent):
                    open_nodes.append(node)
                    pending.append(None)
                    if len(open_nodes) > MAX_DEPTH:
                        self._report(event.start_mark, "too-deep", f"nesting is deeper than {MAX_DEPTH} levels")
                        return root
        return root

    def _node(self, event: Any) -> Node:
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        if isinstance(event, yaml.AliasEvent):
            self._report(mark, "alias", f"alias *{event.anchor}: the language has none", "use a named schema")
            return Node(None, line, column)
        if event.anchor is not None:
            self._report(mark, "alias", f"anchor &{event.anchor}: the language has none", "use a named schema")
        if event.tag is not None:
            self._report(mark, "tag", f"tag {event.tag}: the language has none")
        if isinstance(event, yaml.MappingStartEvent):
            return Node({}, line, column)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node([], line, column)
        return Node(self._scalar(event), line, column)

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        text: str = event.value
        if event.style or event.tag is not None:  # quoted; the C parser has "" for plain
            return text
        tag: str = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
        if tag == _TEXT:
            return text
        if text in ("true", "false"):
            return text == "true"
        if text in ("null", "~"):
            return None
        digits = text.removeprefix("-")
        if digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0") and len(digits) < 100:
            return int(text)
        kind = tag.rpartition(":")[2]
        if not text:
            self._report(event.start_mark, "ambiguous-scalar", "there is no value here", "write null, or a value")
        elif kind == "float":
            self._report(
                event.start_mark, "float", f"{text} is a floating-point number here", f'a version is text: "{text}"'
            )
        else:
            self._report(
                event.start_mark,
                "ambiguous-scalar",
                f"{text} is read by some as a {kind}",
                f'write "{text}", or true or false',
            )
        return text

    def _attach(self, parent: Node, pending: list[Node | None], node: Node) -> None:
        if isinstance(parent.value, list):
            parent.children[len(parent.children)] = node
            return
        key = pending[-1]
        if key is not None:
            pending[-1] = None
            if key.value in parent.children:
                first = parent.keys[key.value]
                self._add(
                    key, "duplicate-key", f"{key.value!r} stands here a second time", f"first in line {first.line}"
                )
            else:
                parent.children[key.value] = node
                parent.keys[key.value] = key
            return
        if isinstance(node.value, int) and not isinstance(node.value, bool):
            node.value = str(node.value)  # a status as a key
        if not isinstance(node.value, str):
            self._add(node, "wrong-key", "a key must be text")
            node.value = f"\0{len(parent.children)}"
        pending[-1] = node

    def _add(self, node: Node, code: str, message: str, hint: str | None = None) -> None:
        location = Location(file=self.name, line=node.line, column=node.column)
        self.diagnostics.append(Diagnostic(location=location, code=code, message=message, hint=hint))

    def _report(self, mark: Any, code: str, message: str, hint: str | None = None) -> None:
        node = Node(None, mark.line + 1 if mark else 1, mark.column + 1 if mark else 1)
        self._add(node, code, message, hint)

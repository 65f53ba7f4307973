"""Parses YAML text into values with their locations. The only module that knows PyYAML.

The language is the part of YAML that readers and parsers understand in the same way: mappings with text keys,
sequences, and scalars that are text, whole numbers, true, false or null. Everything else that YAML allows (aliases,
tags, floats, dates, yes and no, several documents) is a diagnostic.

It works on the parser's events, not on its values: events have locations, keep duplicate keys and tags visible, and
need no recursion.

PyYAML has two parsers, and the verdict on a file must not depend on which one is installed, or on its release. The
parser in C reads up to 1,024 characters ahead of its events, and since libyaml 0.2.6 (in PyYAML 6.0.4) stops at a
nesting of 1,000, so it can give up on a file before the events show where the nesting exceeds `MAX_DEPTH`. The parser
in Python does not have this limit and is the same in all releases, but takes twenty times as long. So the parser in C
reads every file; if it finds a mistake or a nesting that is too deep, the parser in Python reads the file again, and
its verdict counts. They still differ in rare cases, the same in all releases: only the one in C refuses `{a:, b: 1}`,
and only the one in Python refuses `[a?]`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from ..values.diagnostics import Diagnostic, Location
from ..values.files import opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


MAX_BYTES = 1_000_000
"""A larger file is refused unread; the longest real one has a twentieth of this size."""

MAX_DEPTH = 60
"""Deeper nesting is refused; the deepest real file has a quarter of this depth."""

MAX_MISTAKES = 1_000
"""No more mistakes of a file are reported. Nobody reads them, and a small file can have a hundred thousand."""

_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FORBIDDEN = yaml.reader.Reader.NON_PRINTABLE
_SURROGATE = re.compile("[\ud800-\udfff]")
CONTROL = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]")
"""A character that no name contains, because it moves the cursor or ends a line."""

_TEXT = "tag:yaml.org,2002:str"
_RESOLVER = yaml.resolver.Resolver()


@dataclass(slots=True)
class Node:
    """A value with its location. `children` are the nodes of a mapping's values or a sequence's items.

    `style` is how it is written: the quote or the sign of a scalar, if it has one; for anything else, flow or block.
    """

    value: Any
    line: int
    column: int
    style: str = ""
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
        """The node of the last key of a path, or the nearest node above."""
        parent = self.at(path[:-1])
        return parent.keys.get(path[-1], parent) if path else self

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in file order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children.values()))


class Comment(NamedTuple):
    """A comment with its location, and whether it is on its own line, apart from dashes of items that follow."""

    line: int
    column: int
    text: str
    is_alone: bool


class YamlError(Exception):
    """A file that is not in the YAML subset of the language: its diagnostics, and its text if it has one."""

    def __init__(self, diagnostics: list[Diagnostic], text: str = "") -> None:
        super().__init__(diagnostics, text)
        self.diagnostics, self.text = diagnostics, text


def read(path: Path, name: str) -> Node:
    """The mapping in a file. `name` is the name of the file in diagnostics. Raises `YamlError`."""
    try:
        with opened(path) as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _error(name, "unreadable", f"the file cannot be read: {error.strerror or error}") from error
    return parse(data, name)


def parse(data: bytes, name: str) -> Node:
    """The mapping in the content of a file, of which at most one byte more than `MAX_BYTES` is read."""
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
    return _build(text, name)


def comments(text: str) -> list[Comment]:
    """The comments in a valid text: what begins with # outside of its scalars."""
    try:
        events = list(yaml.parse(text, _FAST))
    except yaml.YAMLError:  # only the parser in C refuses it
        events = list(yaml.parse(text, yaml.SafeLoader))
    lines = text.splitlines()
    covered = [*lines]
    for event in events:
        if isinstance(event, yaml.ScalarEvent):
            start, end = _place(event.start_mark), _place(event.end_mark)
            for number in range(start.line - 1, min(end.line, len(lines))):
                first = start.column - 1 if number == start.line - 1 else 0
                last = end.column - 1 if number == end.line - 1 else len(lines[number])
                if event.style in ("|", ">") and number == start.line - 1:
                    last = first + 1  # what follows the sign may be a comment
                covered[number] = f"{covered[number][:first]}{'x' * (last - first)}{covered[number][last:]}"
    found = []
    for number, line in enumerate(covered):
        before, sign, _ = line.partition("#")
        if sign:
            comment = lines[number][len(before) :].rstrip()
            found.append(Comment(number + 1, len(before) + 1, comment, not before.strip(" \t-")))
    return found


def is_plain(text: str) -> bool:
    """Whether an unquoted text is read as text, and not as another type of scalar."""
    return str(_RESOLVER.resolve(yaml.ScalarNode, text, (True, False))) == _TEXT  # type: ignore[no-untyped-call]


def flow(value: Any) -> str:
    """A value in YAML, on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=float("inf"))
    return text.removesuffix("...\n").strip()


def block(value: Any) -> str:
    """A JSON value as a YAML document in block style, in ASCII: the same text for the same value.

    Readers of YAML 1.1 and of YAML 1.2 read the same value.
    """
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, default_flow_style=False, width=110)
    return str(text)


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # both write the same
    """Writes text of several lines as literal blocks, and equal objects as often as they occur."""

    def ignore_aliases(self, _: Any) -> bool:
        """Whether to write an object again, not a reference to it."""
        return True


def _text(dumper: Any, value: str) -> Any:
    style = "|" if "\n" in value else "'" if re.fullmatch(_NUMBER, value) else None
    if "::" in value or "##" in value:  # a line that CI would obey: where each line is quoted, none begins with it
        style = '"'
    return dumper.represent_scalar(_TEXT, value, style=style)


_NUMBER = r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+"
"""What YAML 1.2 reads as a number (its core schema), and YAML 1.1 perhaps as text."""

_Dumper.add_representer(str, _text)


def too_many(name: str) -> Diagnostic:
    """The diagnostic of a file that has more than `MAX_MISTAKES` mistakes."""
    message = f"the file has more than {MAX_MISTAKES:,} mistakes; the others are not reported"
    return Diagnostic(location=Location(file=name), code="too-many-mistakes", message=message)


def _error(file: str, code: str, message: str, line: int = 1, column: int = 1, *, hint: str | None = None) -> YamlError:
    location = Location(file=file, line=line, column=column)
    return YamlError([Diagnostic(location=location, code=code, message=message, hint=hint)])


_TWICE = 200_000
"""A text with a mistake is read again by the parser in Python, whose messages are better, unless it is longer than
this, because that parser is slow."""


def _build(text: str, name: str) -> Node:
    """The mapping in a text. Raises `YamlError`."""
    builder = _Builder(name)
    root = builder.build(text, _FAST)
    if builder.gave_up and _FAST is not yaml.SafeLoader and len(text) <= _TWICE:
        again = _Builder(name)
        again.build(text, yaml.SafeLoader)
        if again.gave_up:  # if not, only the parser in C refuses it: `{a:, b: 1}`, a tab that indents a text
            builder = again
    if builder.diagnostics:
        raise YamlError(builder.diagnostics, text)
    if root is None:
        raise _error(name, "empty-file", "the file is empty")
    if not isinstance(root.value, dict):
        raise _error(name, "wrong-type", "the file must contain a mapping", root.line, root.column)
    return root


class _TooManyMistakes(Exception):
    """The text has more than `MAX_MISTAKES` mistakes."""


class _Builder:
    """Makes nodes from the parser's events, and diagnostics for what the language does not have."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.diagnostics: list[Diagnostic] = []
        self.gave_up = False
        """Whether the rest of the text was not read, because it is not YAML or nested too deeply."""

    def build(self, text: str, loader: Any) -> Node | None:
        """The content of the document in a text, if there is one; `diagnostics` are its mistakes."""
        if forbidden := _FORBIDDEN.search(text):  # first, because one of the parsers only finds these while it reads on
            lines = f"{text[: forbidden.start()]}?".splitlines()
            message = f"the character U+{ord(forbidden.group()):04X} is not allowed in YAML"
            self._give_up(Node(None, len(lines), len(lines[-1])), "yaml-syntax", message)
            return None
        parser = loader(text)
        try:
            return self._consume(parser)
        except yaml.MarkedYAMLError as error:
            message = " ".join(part for part in (error.context, error.problem) if part)
            self._give_up(_place(error.problem_mark or error.context_mark), "yaml-syntax", message)
        except _TooManyMistakes:
            self.diagnostics.append(too_many(self.name))
        except (ValueError, OverflowError):  # only from the parser in Python, which converts any number of digits
            self._give_up(_place(parser.get_mark()), "yaml-syntax", "the number is too large")
        finally:
            parser.dispose()
        return None

    def _consume(self, parser: Any) -> Node | None:
        root: Node | None = None
        open_nodes: list[Node] = []
        pending: list[Node | None] = []  # per open mapping, the key that waits for its value
        documents = 0
        while parser.check_event():
            event = parser.get_event()
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._report(
                        event.start_mark,
                        "several-documents",
                        "the file has a second document",
                        "a file has one document; remove the '---'",
                    )
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
                        self._give_up(node, "too-deep", f"nesting is deeper than {MAX_DEPTH} levels")
                        return root
        return root

    def _node(self, event: Any) -> Node:
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        if isinstance(event, yaml.AliasEvent):
            self._report(mark, "alias", f"alias *{event.anchor} is not part of the language", "use a named schema")
            return Node(None, line, column)
        if event.anchor is not None:
            self._report(mark, "alias", f"anchor &{event.anchor} is not part of the language", "use a named schema")
        if event.tag is not None:
            self._report(mark, "tag", f"tag {event.tag} is not part of the language")
        if isinstance(event, yaml.MappingStartEvent):
            return Node({}, line, column, "flow" if event.flow_style else "block")
        if isinstance(event, yaml.SequenceStartEvent):
            return Node([], line, column, "flow" if event.flow_style else "block")
        return Node(self._scalar(event), line, column, event.style or "")

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        text: str = event.value
        if event.style or event.tag is not None:  # quoted; the C parser has "" for plain
            if not text.isascii() and (half := _SURROGATE.search(text)):  # only from the parser in Python
                message = f"U+{ord(half.group()):04X} is a lone surrogate"
                self._report(event.start_mark, "yaml-syntax", message, "write the complete character")
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
            self._report(event.start_mark, "ambiguous-scalar", "the value is missing", "write null, or a value")
        elif kind == "float":
            self._report(
                event.start_mark,
                "float",
                f"{text} is a floating-point number here",
                f'write a version as text: "{text}"',
            )
        else:
            self._report(
                event.start_mark,
                "ambiguous-scalar",
                f"some parsers read {text} as a {kind}",
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
                self._add(key, "duplicate-key", f"{key.value!r} is repeated", f"first on line {first.line}")
            else:
                parent.children[key.value] = node
                parent.keys[key.value] = key
            return
        if isinstance(node.value, int) and not isinstance(node.value, bool):
            node.value = str(node.value)  # a status as a key
        if not isinstance(node.value, str):
            self._add(node, "wrong-key", "a key must be text")
            node.value = f"\0{len(parent.children)}"
        elif CONTROL.search(node.value):
            self._add(node, "wrong-key", f"the key {node.value!r} contains a control character")
        pending[-1] = node

    def _add(self, node: Node, code: str, message: str, hint: str | None = None) -> None:
        if len(self.diagnostics) == MAX_MISTAKES:
            raise _TooManyMistakes
        self._append(node, code, message, hint)

    def _report(self, mark: Any, code: str, message: str, hint: str | None = None) -> None:
        self._add(_place(mark), code, message, hint)

    def _give_up(self, place: Node, code: str, message: str) -> None:
        self.gave_up = True
        self._append(place, code, message)

    def _append(self, node: Node, code: str, message: str, hint: str | None = None) -> None:
        location = Location(file=self.name, line=node.line, column=node.column)
        self.diagnostics.append(Diagnostic(location=location, code=code, message=message, hint=hint))


def _place(mark: Any) -> Node:
    """A node without a value, at a mark of the parser."""
    return Node(None, mark.line + 1, mark.column + 1)

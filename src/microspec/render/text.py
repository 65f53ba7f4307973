"""The model for people: trees and tables for a terminal, which are plain text everywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import text as rich_text
from rich.console import Group
from rich.table import Table
from rich.tree import Tree

from ..questions.audit import TITLES as AUDIT_TITLES
from ..schema import walk
from ..schema.merged import Merged
from ..schema.pointer import escape
from ..values.frozen import frozendict
from ..values.version import VersionSet
from .escaping import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.style import Style

    from ..authoring.renumber import Renumbered
    from ..history import History
    from ..model.api import Api
    from ..model.changes import Change
    from ..model.definition import Parameter
    from ..model.microversion import Event, Microversion
    from ..model.operation import Operation
    from ..questions.audit import Audit
    from ..questions.explanation import Explanation
    from ..questions.negotiation import Limit, Negotiation
    from ..schema.errors import Violation
    from ..values.diagnostics import Diagnostic
    from ..values.version import Version
    from .diffs.lines import Line

_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "altered": ("~", "yellow")}
_MANY = 12
"""A longer list of values is cut, with its length."""

_FEW = 3
"""So many places of calls are named."""

_NARROWEST = 20
"""So many columns a text has at least, however far it is indented."""


class Text(rich_text.Text):
    """Text on one line, in which everything that is foreign can be seen: all text of this module is one."""

    def __init__(self, text: str = "", style: str | Style = "", **more: Any) -> None:
        super().__init__(plain(text), style, **more)

    def append(self, text: rich_text.Text | str, style: str | Style | None = None) -> rich_text.Text:
        """Append a text, or another one with its styles."""
        return super().append(plain(text) if isinstance(text, str) else text, style)


class Hanging:
    """A line that begins where its text does, and if it is too long goes on so many columns from the left."""

    def __init__(self, text: rich_text.Text, hang: int) -> None:
        self._text, self._hang = text, hang

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[rich_text.Text]:
        body = self._text[len(self._text) - len(self._text.plain.lstrip(" ")) :]
        width = max(options.max_width - self._hang, _NARROWEST)
        for number, line in enumerate(body.wrap(console, width, overflow="fold")):
            line.rstrip()
            yield Text.assemble(" " * (self._hang if number else len(self._text) - len(body)), line)


def _hung(hang: int, *parts: str | tuple[str, str] | Text) -> Hanging:
    """Such a line of some parts."""
    return Hanging(Text.assemble(*parts), hang)


def versions(history: History) -> RenderableType:
    """All microversions, with the release that first speaks each."""
    table = _table("version", "release", "title")
    last = None
    for item in history:
        release = item.release.name if item.release and item.release is not last else ""
        last = item.release
        table.add_row(*map(Text, (str(item.version), release, item.title)))
    return table


def mentions(history: History, found: Mapping[Version, list[str]]) -> RenderableType:
    """The microversions that speak of something, and what they say."""
    lines: list[RenderableType] = []
    for version, said in found.items():
        item = history[version]
        lines.append(_heading(f"{item.version}  {item.title}", item.release.name if item.release else ""))
        lines += [_hung(4, f"  {line}") for line in said if line != item.title]
    return Group(*lines) if lines else Text("nothing is about it", "red")


def listed(kind: str, found: Mapping[str, Any]) -> RenderableType:
    """Things of a kind, one a line: the name, the versions that have it, and what it is."""
    lines = []
    for name, item in found.items():
        about = _ABOUT[kind](item)
        lines.append(_hung(4, (name, "bold"), (f"  {item.availability}", "cyan"), f"  {about}" if about else ""))
    return Group(*lines) if lines else Text("there is nothing of that name", "red")


_ABOUT: dict[str, Callable[[Any], str | None]] = {
    "operations": lambda item: f"gone since {item.gone_since_release}" if item.gone_since_release else None,
    "features": lambda item: item.text,
    "behaviors": lambda item: item.value.text,
    "schemas": lambda item: _said_of(item.value),
}


def built(history: History, folder: Path) -> RenderableType:
    """That a specification was compiled, and where to."""
    return Text(f"{history.service_type} {history.min_version} to {history.max_version} compiled into {folder}")


def written(files: list[str]) -> RenderableType:
    """The files that were written, one a line."""
    return Group(*map(Text, files))


def microversion(item: Microversion) -> RenderableType:
    """What one microversion brings, takes away and changes, and why."""
    lines: list[RenderableType] = [_heading(f"{item.version}  {item.title}", item.release.name if item.release else "")]
    lines += [*_paragraphs(item.description, 2), Text()]
    for name, text in item.features.items():
        lines.append(_entry("+", "green", name, text))
    for name, text in item.removed_features.items():
        lines.append(_entry("-", "red", name, text))
    for name, behavior in item.behaviors.items():
        lines.append(_entry("!", "cyan", name, behavior.text))
    changes = [change for change in item.changes if change.verb != "add-behavior"]
    if changes:
        lines.append(Text())
    lines.extend(_change(change) for change in changes)
    return Group(*lines)


def _change(change: Change) -> RenderableType:
    effect = {"add": "added", "remove": "removed", "alter": "altered"}[change.verb.partition("-")[0]]
    sign, style = _SIGNS[effect]
    line = Text.assemble((f"  {sign} ", style), f"{change.element}")
    detail = _detail(change)
    if detail:
        line.append(f"  {detail}", "dim")
    if change.why:
        line.append(f"  {change.why}", "italic")
    return Hanging(line, 4)


def _detail(change: Change) -> str:
    """What an alteration alters, from and to."""
    parts = []
    for name, value in change.fields().items():
        if hasattr(value, "before") and hasattr(value, "after"):
            parts.append(f"{name.replace('_', ' ')}: {_short(value.before)} → {_short(value.after)}")
    return ", ".join(parts)


def availability(
    what: str, when: VersionSet, history: History, text: str | None = None, hint: str | None = None
) -> RenderableType:
    """When something is there, in versions and releases; of what never was, a hint at what may have been meant."""
    lines: list[RenderableType] = [_hung(2, (what, "bold"), f"  {text}" if text else "")]
    table = _table("versions", "first release", "last release")
    for item in when:
        first = history[item.first].release
        last = history[item.last].release if item.last else None
        until = str(last or ("" if item.last else "still there"))
        table.add_row(*map(Text, (str(item), str(first or ""), until)))
    lines.append(table if when else _never("never", hint))
    return Group(*lines)


def _never(words: str, hint: str | None) -> RenderableType:
    return _hung(4, (words, "red"), f"; {hint}" if hint else "")


def events(what: str, values: Sequence[Event], at_first: bool, hint: str | None = None) -> RenderableType:
    """The life of an element, oldest first; of one that never was, a hint at what may have been meant."""
    lines: list[RenderableType] = [_hung(2, (what, "bold"))]
    if at_first:
        lines.append(Text("  there from the first version"))
    for event in values:
        sign, style = _SIGNS[event.effect]
        release = event.release.name if event.release else "no release yet"
        head = Text.assemble((f"  {sign} {event.version} ", style), (f"{release}: ", "dim"), f"{event.effect}")
        head.append(f" by {event.change.verb} {event.change.target}", "dim")
        lines.append(Hanging(head, 4))
        lines += [_hung(6, f"      {words}") for words in (_detail(event.change), event.why) if words]
        lines += [_hung(6, (f"      {event.location}", "dim"))] if event.location else []
    if not values and not at_first:
        lines.append(_never("  never there", hint))
    return Group(*lines)


def styled(lines: Iterable[Line]) -> RenderableType:
    """Lines of text with their styles; a line that is too long goes on a little to the right of where it began."""
    return Group(*(_hung(line.indent + 2, " " * line.indent, *line.pieces) for line in lines))


def verdict(
    operation: str, version: str, errors: Mapping[str, Sequence[Violation]], accepted: VersionSet, *, reads_body: bool
) -> RenderableType:
    """Whether a request is accepted at a version, what is wrong with which part of it, and where it is accepted.

    `reads_body` is whether the operation reads the body that was given.
    """
    unread = "" if reads_body else ", which reads no body"
    if not errors:
        return _hung(2, (f"accepted by {operation} at {version}{unread}", "green"))
    lines = [_hung(2, (f"refused by {operation} at {version}{unread}", "red"))]
    for part, found in errors.items():
        lines += [_hung(4, (f"  {item.pointer or f'the {part}'}", "bold"), f"  {item.message}") for item in found]
    lines.append(_hung(2, f"accepted at: {accepted}"))
    return Group(*lines)


def negotiation(value: Negotiation) -> RenderableType:
    """The version to ask for and why not a preferred one; or that none fits, with everything that was asked for."""
    if value.version is None:
        lines = [_hung(2, ("no version has all that is needed", "red"))]
        return Group(*lines, *(_hung(4, "  ", (limit.title, "bold"), _after(limit)) for limit in value.limits))
    lines = [_hung(2, "ask for ", (str(value.version), "bold green"))]
    for reason in value.reasons:
        lines.append(_hung(4, f"  not {reason.versions}: ", (reason.limit.title, "bold"), _after(reason.limit)))
    return Group(*lines)


def _after(limit: Limit) -> str:
    return str(limit).removeprefix(limit.title)


def explanation(value: Explanation) -> RenderableType:
    """Why a request is answered as it is, and what to do."""
    lines = [_hung(2, (value.headline, "green" if value.works else "red"))]
    for reason in (*value.reasons, *value.ignored):
        where = [str(item) for item in (reason.version, reason.release, reason.location) if item]
        lines.append(_hung(4, f"  {reason.text}"))
        lines += [_hung(6, (f"    {', '.join(where)}", "dim"))] if where else []
    lines += [_hung(2, value.advice)] if value.advice else []
    return Group(*lines)


def audit(value: Audit) -> RenderableType:
    """The calls that something is wrong with, by what it is."""
    counted = _counted(value.calls, "call")
    head = f"{counted}{f' on a cloud of {value.server}' if value.server else ''}"
    lines: list[RenderableType] = [_heading(head, f"{value.elsewhere} to other services" if value.elsewhere else "")]
    for kind, words in AUDIT_TITLES.items():
        findings = value.of(kind)
        if findings:
            lines.append(_heading(words, str(value.wrong[kind])))
        for finding in findings:
            why = finding.explanation
            answer = f"  {why.refusal}" if why.refusal else ""
            line = Text.assemble("  ", (finding.operation, "bold"), f" at {finding.asked}{answer}")
            line.append(f"  {_counted(finding.count, 'time')}" if finding.count > 1 else "", "dim")
            lines.append(Hanging(line, 4))
            lines += [_hung(6, (f"    {item}", "dim")) for item in finding.notes or finding.places[:_FEW]]
            lines.append(_hung(6, f"    {finding.reason}"))
            if finding.versions and len(finding.elements) > 1:
                lines.append(_hung(6, f"    the same of {', '.join(finding.elements[1:])}"))
            lines += [_hung(6, (f"    {why.advice}", "green"))] if why.advice else []
    if not value.findings:
        lines.append(Text("no call is refused", "green"))
    return Group(*lines)


def diagnostics(values: Iterable[Diagnostic]) -> RenderableType:
    """What is wrong with a specification, one a line; below it, what a caller notices of it."""
    lines = []
    for item in values:
        hint = f" ({item.hint})" if item.hint else ""
        lines.append(_hung(2, f"{item.location}: ", (item.code, "red"), f" {item.message}", (hint, "dim")))
        lines += [_hung(4, f"  {finding.id}") for finding in getattr(item, "findings", ())]
    return Group(*lines)


def renumbered(value: Renumbered) -> RenderableType:
    """What a version file is called now, and the lines in it that still speak of the old number."""
    lines = [_hung(2, f"{value.source} is {value.target} now")]
    lines += [_hung(2, f"{item.location}: still mentions {value.old}: {item.text}") for item in value.mentions]
    return Group(*lines)


# ------------------------------------------------------------------------------------------ an operation


def operation(value: Operation, api: Api, history: History) -> RenderableType:
    """An operation as a tree: parameters, request, answers, with what is new at the version marked."""
    return _OperationTree(value, api, history).render()


class _OperationTree:
    def __init__(self, value: Operation, api: Api, history: History) -> None:
        self.value, self.api, self.history = value, api, history
        self.when = history.availability(value.key)

    def render(self) -> RenderableType:
        value, release = self.value, self.history[self.api.version].release
        title = Text.assemble((value.key, "bold"), f"  at {self.api.version}")
        if release:
            title.append(f" ({release})", "dim")
        title.append_text(self._mark(self.when, VersionSet()))
        tree = Tree(title)
        tree.add(Text(value.summary))
        if value.description:
            tree.add(Group(*_paragraphs(value.description, style="dim")))
        tree.add(Text(f"for {_AUDIENCES[value.audience]}; exists at {self.when}", "dim"))
        if value.alias_of:
            tree.add(Text(f"a second name of {value.alias_of}"))
        if value.gone_since_release:
            release_name = self.history.releases[value.gone_since_release].name
            tree.add(Text(f"gone: answers 410 at every version from {release_name} on", "red"))
        if value.instead:
            tree.add(Text(f"instead: {value.instead}"))
        self._parameters(tree)
        self._request(tree)
        self._responses(tree)
        return tree

    def _mark(self, when: VersionSet, whole: VersionSet) -> Text:
        """What is worth saying of the versions at which an element is there: new here, or not always there."""
        current = next((item for item in when if self.api.version in item), None)
        if current is None or when == whole:
            return Text()
        if current.first == self.api.version != self.history.min_version:
            return Text(f"  new in {self.api.version}", "bold green")
        return Text(f"  {when}", "cyan") if whole else Text()

    def _parameters(self, tree: Tree) -> None:
        by_location: dict[str, list[Parameter]] = {}
        for parameter in self.value.parameters.values():
            by_location.setdefault(parameter.location, []).append(parameter)
        for location, parameters in by_location.items():
            if location == "header":
                continue
            unknown = f"; unknown ones are {self.value.unknown_query}" if location == "query" else ""
            branch = tree.add(Text.assemble((location, "bold"), (unknown, "dim")))
            for parameter in parameters:
                marks = [_AUDIENCES[parameter.audience]] if parameter.audience else []
                marks += ["repeatable"] if parameter.repeatable else []
                line = Text(parameter.name, "" if not parameter.required else "bold")
                line.append_text(_kind(parameter.schema, self.api))
                line.append(f"  ({', '.join(marks)})" if marks else "", "dim")
                if location == "query":
                    when = self.history.availability(self.value.key, query=parameter.name)
                    line.append_text(self._mark(when, self.when))
                branch.add(line.append_text(_description(parameter.schema)))

    def _request(self, tree: Tree) -> None:
        name = self.value.definition.request
        if name is None:
            tree.add(Text.assemble(("request", "bold"), ("  no body is looked at", "dim")))
            return
        branch = tree.add(Text.assemble(("request", "bold"), (f"  {name}", "dim")))
        self._below(branch, frozendict({"$ref": name}), "", "request", self.when, ())

    def _responses(self, tree: Tree) -> None:
        branch = tree.add(Text("answers", "bold"))
        own = [response for response in self.value.responses if response.key not in self.api.common.responses]
        for response in own:
            line = Text.assemble((str(response.status), "red" if response.status >= 400 else "green"))
            line.append(f"  {response.body}" if response.body else "", "dim")
            line.append(f"  {response.when}" if response.when else "", "italic")
            when = self.history.availability(self.value.key, status=response.status)
            line.append_text(self._mark(when, self.when))
            child = branch.add(line)
            for name in response.headers:
                child.add(Text(f"header {name}"))
            if response.body and response.body != self.api.common.error_body:
                self._below(child, frozendict({"$ref": response.body}), "", "response", self.when, ())
        common = sorted({status for status, _ in self.api.common.responses})
        if common:
            branch.add(Text(f"as everywhere: {', '.join(map(str, common))}", "dim"))

    def _below(
        self, branch: Tree, schema: Any, pointer: str, part: str, whole: VersionSet, inside: tuple[str, ...]
    ) -> None:
        """Add what stands inside of a value that is there in `whole`: properties, items, alternatives."""
        name = schema.get("$ref") if isinstance(schema, frozendict) else None
        if name in inside:
            return
        inside = (*inside, name) if name else inside
        options = walk.alternatives(schema, self.api.schemas)
        if len(options) > 1:
            for number, option in enumerate(options if _has_parts(schema, self.api) else ()):
                named = option.get("$ref") if isinstance(option, frozendict) else None
                line = Text.assemble(("or" if number else "either", "italic"), (f"  {named}" if named else "", "dim"))
                line.append_text(_kind(option, self.api))
                child = branch.add(line.append_text(_description(self.api.schemas[named] if named else option)))
                self._below(child, option, pointer, part, whole, inside)
            return
        form = Merged(schema, self.api.schemas)
        for key, value in form.properties.items():
            below = f"{pointer}/{escape(key)}"
            line = Text(key, "bold" if key in form.required else "")
            line.append("*" if key in form.required else "", "red")
            line.append_text(_kind(value, self.api))
            when = self._when(part, below)
            line.append_text(self._mark(when, whole))
            child = branch.add(line.append_text(_description(value)))
            self._below(child, value, below, part, when, inside)
        for pattern, value in form.keywords.get("patternProperties", {}).items():
            line = Text.assemble((f"/{pattern}/", "italic"), _kind(value, self.api))
            self._below(branch.add(line), value, f"{pointer}/*", part, whole, inside)
        if form.items is not None:
            self._below(branch, form.items, f"{pointer}/*", part, whole, inside)

    def _when(self, part: str, pointer: str) -> VersionSet:
        if part == "request":
            return self.history.availability(self.value.key, request=pointer)
        return self.history.availability(self.value.key, response=pointer)


_AUDIENCES = {
    "anonymous": "everybody, without a token",
    "any": "everybody with a token",
    "owner": "the owner",
    "reader": "readers of the project",
    "member": "members of the project",
    "manager": "managers of the project",
    "admin": "administrators",
    "service": "other services",
}


def _has_parts(schema: Any, api: Api, inside: frozenset[str] = frozenset()) -> bool:
    """Whether something is told of what stands inside of a value, or of its items."""
    name = schema.get("$ref") if isinstance(schema, frozendict) else None
    if name in inside:
        return False
    inside = inside | {name} if name else inside
    options = walk.alternatives(schema, api.schemas)
    if len(options) > 1:
        return any(_has_parts(option, api, inside) for option in options)
    form = Merged(schema, api.schemas)
    is_object = bool(form.properties or "patternProperties" in form.keywords)
    return is_object or (form.items is not None and _has_parts(form.items, api, inside))


def _kind(schema: Any, api: Api) -> Text:
    """The type of a value; nothing where its alternatives are listed below."""
    is_listed = len(walk.alternatives(schema, api.schemas)) > 1 and _has_parts(schema, api)
    return Text() if is_listed else Text(f"  {describe(schema, api)}", "blue")


def _description(schema: Any) -> Text:
    """What is said of this use of a schema; what its name says is said with its type."""
    text = _said_of(schema)
    return Text(f"  {text}" if text else "", "dim italic")


def _said_of(schema: Any) -> str | None:
    """What a schema says of itself."""
    return schema.get("description") if isinstance(schema, frozendict) else None


def describe(schema: Any, api: Api, inside: frozenset[str] = frozenset()) -> str:
    """A schema in a few words, such as ``string, 1-255 characters``; what stands inside of it is not told.

    `inside` are the names of the schemas that it is described for: one that is an array of itself has an end.
    """
    if schema is True:
        return "anything"
    if schema is False:
        return "nothing"
    name = str(schema.get("$ref", ""))
    if name in inside:
        return name
    inside = inside | {name} if name else inside
    options = walk.alternatives(schema, api.schemas)
    if len(options) > 1:
        return _either(list(dict.fromkeys(describe(option, api, inside) for option in options)))
    form = Merged(schema, api.schemas)
    keywords = form.keywords
    if "const" in keywords:
        return _value(keywords["const"])
    if "enum" in keywords:
        values = [_value(value) for value in keywords["enum"]]
        if len(values) <= _MANY:
            return f"one of {', '.join(values)}"
        return str(schema.get("$ref") or f"one of {', '.join(values[: _MANY - 1])}, … ({len(values)} in all)")
    types = keywords.get("type")
    names = [types] if isinstance(types, str) else list(types or ())
    if form.items is not None and "array" in names:
        names[names.index("array")] = f"array of {describe(form.items, api, inside)}"
    words = [_either(names) or "anything"]
    words += [keywords["format"]] if "format" in keywords else []
    words += _bounds(keywords, "minimum", "maximum", "")
    words += _bounds(keywords, "minLength", "maxLength", " characters")
    words += _bounds(keywords, "minItems", "maxItems", " items")
    words += [f"matches {keywords['pattern']}"] if "pattern" in keywords else []
    return ", ".join(words)


def _either(options: Sequence[str]) -> str:
    """Alternatives, in words: where one of them has a comma, it is said where each begins."""
    if len(options) == 1 or not any(", " in option for option in options):
        return " or ".join(options)
    return f"either {', or '.join(options)}"


def _bounds(keywords: Any, low: str, high: str, unit: str) -> list[str]:
    lowest, highest = keywords.get(low), keywords.get(high)
    if lowest is None and highest is None:
        return []
    if highest is None:
        return [f"from {lowest}{unit}"] if lowest or not unit else []
    if lowest is None:
        return [f"up to {highest}{unit}"]
    return [f"{lowest}-{highest}{unit}" if lowest != highest else f"{lowest}{unit}"]


# ------------------------------------------------------------------------------------------------ pieces


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", show_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=column != "title", overflow="fold")
    return table


def _paragraphs(text: str, indent: int = 0, style: str = "") -> list[Hanging]:
    """A description, which may have several lines."""
    return [_hung(indent, (f"{'':{indent}}{line}", style)) for line in text.removesuffix("\n").split("\n")]


def _heading(text: str, note: str) -> RenderableType:
    return Text.assemble((text, "bold"), (f"  {note}" if note else "", "dim"))


def _entry(sign: str, style: str, name: str, text: str) -> RenderableType:
    return _hung(4, (f"  {sign} ", style), (name, "bold"), f"  {text}")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _value(value: Any) -> str:
    """A value that is taken, on one line."""
    return "null" if value is None else _short(value)


def _short(value: Any) -> str:
    """A value as it is written in YAML, on one line."""
    import json

    if isinstance(value, str):
        return value if value else '""'
    if value is None:
        return "nothing"
    if isinstance(value, frozendict) and set(value) == {"$ref"}:
        return str(value["$ref"])
    return json.dumps(value, ensure_ascii=False, default=str)

"""An operation as a tree for people, and schemas in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..model.vocabulary import AUDIENCES
from ..schema import walk
from ..schema.merged import Merged
from ..schema.pointer import escape
from ..values.frozen import frozendict
from ..values.version import VersionSet
from ..values.words import bounded
from .blocks import Group, Hanging, Text, Tree, paragraphs
from .words import said_of, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..history import History
    from ..model.api import Api
    from ..model.definition import Parameter
    from ..model.operation import Operation
    from .blocks import Block

_MANY = 12
"""A longer list of values is shortened, with its length."""


class OperationTree:
    """An operation at a version, with what is below it."""

    def __init__(self, value: Operation, api: Api, history: History) -> None:
        self.value, self.api, self.history = value, api, history
        self.when = history.availability(value.key)

    def render(self) -> Block:
        value, release = self.value, self.history[self.api.version].release
        title = Text.assemble((value.key, "bold"), f"  at {self.api.version}")
        if release:
            title.append(f" ({release})", "dim")
        title.append_text(self._mark(self.when, VersionSet()))
        tree = Tree(title)
        tree.add(Text(value.summary))
        if value.description:
            tree.add(Group(*paragraphs(value.description, style="dim")))
        tree.add(Text(f"for {AUDIENCES[value.audience]}; exists at {self.when}", "dim"))
        if value.alias_of:
            tree.add(Text(f"alias of {value.alias_of}"))
        if value.gone_since_release:
            release_name = self.history.releases[value.gone_since_release].name
            tree.add(Text(f"removed in {release_name}: answers 410 at every version", "red"))
        if value.instead:
            tree.add(Text(f"instead: {value.instead}"))
        self._parameters(tree)
        self._request(tree)
        self._responses(tree)
        self._behaviors(tree)
        return tree

    def _mark(self, when: VersionSet, whole: VersionSet) -> Text:
        """A note on the versions of an element: new at this version, or not in all versions."""
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
                marks = [AUDIENCES[parameter.audience]] if parameter.audience else []
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
            tree.add(Text.assemble(("request", "bold"), ("  the body is ignored", "dim")))
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
            branch.add(Text(f"common to all operations: {', '.join(map(str, common))}", "dim"))

    def _behaviors(self, tree: Tree) -> None:
        """Add the behaviors; of those that affect all operations, only the names."""
        behaviors = self.value.behaviors.values()
        if not behaviors:
            return
        branch = tree.add(Text("behaviors", "bold"))
        for item in behaviors:
            if item.operations:
                marks = [f"{status}{' before' if holds == 'before' else ''}" for status, holds in item.statuses.items()]
                line = Text.assemble((item.name, "bold"), (f"  ({', '.join(marks)})" if marks else "", "dim"))
                line.append_text(self._mark(self.history.availability(item.name), self.when))
                branch.add(Hanging(line.append(f"  {item.text}", "dim italic"), 2))
        common = [item.name for item in behaviors if not item.operations]
        if common:
            branch.add(Hanging(Text(f"of all operations: {', '.join(common)}", "dim"), 2))

    def _below(
        self, branch: Tree, schema: Any, pointer: str, part: str, whole: VersionSet, inside: tuple[str, ...]
    ) -> None:
        """Add the content of a value that exists in `whole`: properties, items, alternatives."""
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


def _has_parts(schema: Any, api: Api, inside: frozenset[str] = frozenset()) -> bool:
    """Whether the content of a value, or of its items, is listed."""
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
    """The type of a value; empty if its alternatives are listed below."""
    is_listed = len(walk.alternatives(schema, api.schemas)) > 1 and _has_parts(schema, api)
    return Text() if is_listed else Text(f"  {describe(schema, api)}", "blue")


def _description(schema: Any) -> Text:
    """The description of this use of a schema; that of a named schema comes with its type."""
    text = said_of(schema)
    return Text(f"  {text}" if text else "", "dim italic")


def describe(schema: Any, api: Api, inside: frozenset[str] = frozenset()) -> str:
    """A schema in a few words, such as ``string, 1-255 characters``, without its content.

    `inside` are the names of the schemas around it, so that the description of an array of itself ends.
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
    words += _bounds(keywords, "minLength", "maxLength", "character")
    words += _bounds(keywords, "minItems", "maxItems", "item")
    words += [f"matches {keywords['pattern']}"] if "pattern" in keywords else []
    return ", ".join(words)


def _either(options: Sequence[str]) -> str:
    """Alternatives, in words; if one of them has a comma, each beginning is marked."""
    if len(options) == 1 or not any(", " in option for option in options):
        return " or ".join(options)
    return f"either {', or '.join(options)}"


def _bounds(keywords: Any, low: str, high: str, noun: str) -> list[str]:
    lowest, highest = keywords.get(low), keywords.get(high)
    says_nothing = highest is None and (lowest is None or (noun and not lowest))
    return [] if says_nothing else [bounded(lowest, highest, noun)]


def _value(value: Any) -> str:
    """An allowed value, on one line."""
    return "null" if value is None else short(value)

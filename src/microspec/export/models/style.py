"""What all written code has in common, whether it is made of models or of TypedDicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .text import WIDTH, Expression, Group, Union, docstring, flat, laid, literal, quoted
from .types import Alias, Anything, Choice, Items, Listed, Object, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .layout import Layout, Module, Named
    from .types import Field, Type


class Style:
    """Writes modules of types. A subclass says what classes and the types of values look like."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._imports: dict[str, set[str]] = {}
        self._module = ""
        self._written: set[str] = set()
        """The names in the module so far that are not in quotes: what is not among them is said in quotes."""
        self._unfinished: set[str] = set()
        """The classes that are not complete before the module is."""

    # ---------------------------------------------------------------------------------------------- modules

    def module(self, module: Module) -> str:
        """The text of a module."""
        self._imports, self._module = {}, module.name
        self._written, self._unfinished = set(), set()
        names = sorted({*map(self.layout.name, module.types), *self._of_bodies(module)})
        written: list[str] = []
        for type_ in module.types:
            written += ["", "", *self.declared(type_)]
        written += self.ending(module.types)
        for body in module.bodies:
            for type_ in body.types:
                self._refer(type_)
        head = docstring([f"{module.title}.", *self._bodies(module)])
        lines = [*head, "", *self._import_lines(), "", *laid("__all__ = ", Group("[", list(map(quoted, names)), "]"))]
        return "\n".join([*lines, *written, ""])

    def support(self) -> dict[str, str]:
        """The texts of the modules that the others use, by their names. They are asked for at the end."""
        return {}

    def _of_bodies(self, module: Module) -> Iterator[str]:
        yield from (self.layout.name(type_) for body in module.bodies for type_ in body.types)

    def _bodies(self, module: Module) -> Iterator[str]:
        """What the operations take and answer, a paragraph for each."""
        told: dict[str, list[str]] = {}
        for body in module.bodies:
            types = " | ".join(map(self.layout.name, body.types))
            told.setdefault(body.operation, []).append(f"    {body.what}: {types}")
        yield from ("\n".join([operation, *lines]) for operation, lines in told.items())

    def _import_lines(self) -> Iterator[str]:
        groups = [[each for each in sorted(self._imports) if _origin(each) == origin] for origin in range(3)]
        for number, group in enumerate(filter(None, groups)):
            yield from ("",) if number else ()
            yield from map(self._import, group)

    def _import(self, module: str) -> str:
        names = sorted(self._imports[module])
        line = f"from {module} import {', '.join(names)}"
        return line if len(line) <= WIDTH else "\n".join(laid(f"from {module} import ", Group("(", names, ")")))

    def use(self, module: str, name: str) -> str:
        """A name that the module at hand imports from another."""
        self._imports.setdefault(module, set()).add(name)
        return name

    # --------------------------------------------------------------------------------------------- types

    def declared(self, type_: Named) -> Iterator[str]:
        """The lines of a type with a name."""
        name = self.layout.name(type_)
        if isinstance(type_, Object):
            yield from self.class_(name, type_)
            self._written.add(name)
            return
        expression = self.annotation(type_.target)
        alias = self.use("typing", "TypeAlias")
        late = self._is_late(type_.target)
        yield from laid(f"{name}: {alias} = ", self.in_quotes(expression) if late else expression)
        yield from docstring([type_.description or "", " ".join(notes_of(type_.target))])
        if not late:
            self._written.add(name)

    def class_(self, name: str, type_: Object) -> Iterator[str]:
        """The lines of a class."""
        raise NotImplementedError

    def ending(self, types: Sequence[Named]) -> Iterator[str]:
        """The last lines of a module."""
        del types
        yield from ()

    def plain(self, type_: Type) -> Expression:
        """The type of a string, a number, a boolean or null, or of anything."""
        raise NotImplementedError

    def limited(self, type_: Type, expression: Expression) -> Expression:
        """A type with its limits, if they can be said."""
        del type_
        return expression

    def annotation(self, type_: Type) -> Expression:
        """What a type is called where a value has it."""
        if isinstance(type_, (Alias, Object)):
            return self._refer(type_)
        if isinstance(type_, Listed):
            return self._literal([value for value in type_.values if value is not None], None in type_.values)
        if isinstance(type_, Items):
            return self.limited(type_, Group("list[", [self.annotation(type_.of)], "]"))
        if isinstance(type_, Table):
            return self.limited(type_, Group("dict[", [self.key(type_), self.annotation(type_.of)], "]"))
        if isinstance(type_, Choice):
            return self.limited(type_, self._union(type_))
        return self.limited(type_, self.plain(type_))

    def _literal(self, values: Sequence[object], or_null: bool) -> Expression:
        if not values:
            return "None"
        found = Group(f"{self.use('typing', 'Literal')}[", list(map(literal, values)), "]")
        return Union([found, "None"]) if or_null else found

    def key(self, type_: Table) -> Expression:
        """The type of the names in a map."""
        del type_
        return "str"

    def _union(self, type_: Choice) -> Expression:
        found: list[Expression] = []
        for option in type_.options:
            one = self.annotation(option.type)
            found += one.items if isinstance(one, Union) else [one]
        distinct = list({str(each): each for each in found}.values())
        distinct.sort(key=lambda each: each == "None")  # which has no operator for what is in quotes
        return Union(distinct) if len(distinct) > 1 else distinct[0]

    def _refer(self, type_: Named) -> str:
        name, module = self.layout.name(type_), self.layout.module(type_)
        if module != self._module:
            self.use(f".{module}", name)
        return name

    def _is_late(self, type_: Type) -> bool:
        """Whether a type names one that is not there yet."""
        if isinstance(type_, (Alias, Object)):
            return self.layout.module(type_) == self._module and self.layout.name(type_) not in self._written
        if isinstance(type_, (Items, Table)):
            return self._is_late(type_.of)
        return isinstance(type_, Choice) and any(self._is_late(option.type) for option in type_.options)

    def in_quotes(self, expression: Expression) -> str:
        """An expression as a text, for what it names is not there yet."""
        return quoted(flat(expression))

    def said(self, field: Field) -> list[str]:
        """The paragraphs about a field."""
        return [field.description or "", " ".join(notes_of(field.type))]

    def about(self, type_: Object) -> list[str]:
        """The paragraphs about a class."""
        members = type_.members
        told = list(members.notes)
        if members.others is not None and not isinstance(members.others, Anything):
            imports = {module: {*names} for module, names in self._imports.items()}
            told.append(f"Any other property is of the type {flat(self.annotation(members.others))}.")
            self._imports = imports  # it is only said
        return [members.description or "", " ".join(told)]


def _origin(module: str) -> int:
    """Whether a module is Python's, another package's, or our own: the groups of imports, in order."""
    return 2 if module.startswith(".") else int(module != "typing")


def notes_of(type_: Type) -> list[str]:
    """What is said of a type in words, also of those in it that have no names."""
    found = list(type_.notes)
    if isinstance(type_, (Items, Table)):
        found += notes_of(type_.of)
    elif isinstance(type_, Choice):
        for option in type_.options:
            found += notes_of(option.type)
    return list(dict.fromkeys(found))

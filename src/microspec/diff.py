"""What differs between two APIs, as facts. What they mean for a caller is not judged here.

A `Finding` is about one element (an operation, a parameter, a property of a named schema, a status),
and says in which operations it is met. Elements that two versions share as the same object are not
looked into.
"""

from __future__ import annotations

from functools import lru_cache

from . import schemas as json_schema
from .frozen import Value, frozendict
from .intervals import KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any, Literal

    from .model import Api, Definition, Parameter, Response
    from .schemas import Schema
    from .version import Version

    Direction = Literal["request", "response"]
    _Fact = tuple[str, str, Any, Any]


class Place(Value):
    """Where an element is met: an operation, and the JSON pointer into its body where there is one."""

    operation: str
    pointer: str | None = None


class Finding(Value):
    """One difference: `id` says what happened, in the past tense, `element` to what, `before` and `after` how.

    `places` are the operations in which the element is met. `resource` is that of the first of them.
    """

    id: str
    element: str
    resource: str | None = None
    before: Any = None
    after: Any = None
    places: tuple[Place, ...] = ()


class Diff(Value):
    """All differences between the API at `old` and the API at `new`; `findings` in the order of the API."""

    old: Version
    new: Version
    findings: tuple[Finding, ...] = ()


_references = lru_cache(maxsize=4096)(json_schema.references)
"""Remembered, since most schemas live for many versions."""


def diff(old: Api, new: Api) -> Diff:
    """What differs from `old` to `new`."""
    return Diff(old=old.version, new=new.version, findings=tuple(_Walk(old, new).findings()))


class _Walk:
    def __init__(self, old: Api, new: Api) -> None:
        self.old, self.new = _in_full(old), _in_full(new)
        self.changed = self._changed_schemas()
        self.places: dict[_Fact, dict[tuple[str, str | None], None]] = {}
        self.operation = ""
        self.direction: Direction = "request"

    def _changed_schemas(self) -> frozenset[str]:
        """The names of the schemas that are not the same in both, directly or in what they refer to."""
        old, new = self.old.schemas, self.new.schemas
        differing = {name for name in {*old, *new} if old.get(name) is not new.get(name)}
        changed = {name for name in differing if old.get(name) != new.get(name)}
        users: dict[str, set[str]] = {}
        for name, schema in [*old.items(), *((name, new[name]) for name in differing if name in new)]:
            for used in _references(schema):
                users.setdefault(used, set()).add(name)
        stack = list(changed)
        while stack:
            fresh = users.get(stack.pop(), set()) - changed
            changed |= fresh
            stack.extend(fresh)
        return frozenset(changed)

    def findings(self) -> Iterator[Finding]:
        for key in dict.fromkeys([*self.old.definitions, *self.new.definitions]):
            self.operation = key
            before, after = self.old.definitions.get(key), self.new.definitions.get(key)
            if before is None or after is None:
                self._note("operation", "added" if before is None else "removed", key)
            elif before is not after or not self.changed.isdisjoint(after.schema_names()):
                self._operation(before, after)
        for (id_, element, old, new), places in self.places.items():
            yield self._finding(id_, element, old, new, places)
        yield from self._behaviors()

    def _behaviors(self) -> Iterator[Finding]:
        for name in dict.fromkeys([*self.old.behaviors, *self.new.behaviors]):
            before, after = self.old.behaviors.get(name), self.new.behaviors.get(name)
            if before == after:
                continue
            behavior = after or before
            effect = "added" if before is None else "removed" if after is None else "altered"
            if behavior is not None:
                places = dict.fromkeys((operation, None) for operation in behavior.operations)
                yield self._finding(f"behavior-{effect}", name, None, behavior.text, places)

    def _note(
        self, what: str, effect: str, element: str, before: Any = None, after: Any = None, pointer: str | None = None
    ) -> None:
        fact = (f"{what}-{effect}", element, before, after)
        self.places.setdefault(fact, {})[self.operation, pointer] = None

    def _finding(
        self, id_: str, element: str, before: Any, after: Any, places: Iterable[tuple[str, str | None]]
    ) -> Finding:
        met = (self.new.definitions.get(key) or self.old.definitions.get(key) for key, _ in places)
        first = next(filter(None, met), None)  # there is none where a behavior speaks of what is in neither version
        return Finding(
            id=id_,
            element=element,
            resource=first.resource if first else None,
            before=before,
            after=after,
            places=tuple(Place(operation=operation, pointer=pointer) for operation, pointer in places),
        )

    # ---------------------------------------------------------------------------------------- operations

    def _operation(self, before: Definition, after: Definition) -> None:
        if before.audience != after.audience:
            self._note("audience", "altered", self.operation, before.audience, after.audience)
        if before.unknown_query != after.unknown_query:
            self._note("unknown-query", after.unknown_query, self.operation, before.unknown_query, after.unknown_query)
        self._parameters(before, after)
        self.direction = "request"
        self._body(before.request, after.request, "request body", self.operation)
        self.direction = "response"
        self._responses(before.responses, after.responses)

    def _parameters(self, before: Definition, after: Definition) -> None:
        for key in dict.fromkeys([*before.parameters, *after.parameters]):
            location, name = key
            element = f"{location} parameter {name}"
            old, new = before.parameters.get(key), after.parameters.get(key)
            if old is None or new is None:
                effect = "added" if old is None else "removed"
                self._note(f"{location}-parameter", effect, element, _shown(old), _shown(new))
            elif old != new:
                self._note(f"{location}-parameter", "altered", element, _shown(old), _shown(new))
            elif not self.changed.isdisjoint(_references(new.schema)):
                self.direction = "request"
                self._values(old.schema, new.schema, "", element)

    def _responses(self, before: Mapping[Any, Response], after: Mapping[Any, Response]) -> None:
        gone = [response for key, response in before.items() if key not in after]
        come = [response for key, response in after.items() if key not in before]
        pairs = [(response, after[key]) for key, response in before.items() if key in after]
        if len(gone) == len(come) == 1 and gone[0].when == come[0].when and gone[0].status < 400 > come[0].status:
            old, new = gone.pop(), come.pop()
            self._note("status", "altered", f"success status of {self.operation}", old.status, new.status)
            pairs.append((old, new))
        for response in gone:
            self._note("response", "removed", _named(response), before=_response_shown(response))
        for response in come:
            self._note("response", "added", _named(response), after=_response_shown(response))
        for old, new in pairs:
            self._body(old.body, new.body, "response body", f"{self.operation} {new.status}")
            for name in dict.fromkeys([*old.headers, *new.headers]):
                was, becomes = old.headers.get(name), new.headers.get(name)
                if was != becomes:
                    effect = "added" if was is None else "removed" if becomes is None else "altered"
                    self._note("response-header", effect, f"header {name}", was, becomes)

    def _body(self, before: str | None, after: str | None, what: str, element: str) -> None:
        if before is None and after is None:
            return
        if before is None or after is None:
            effect = "added" if before is None else "removed"
            self._note(what.replace(" ", "-"), effect, element, before, after)
        elif before != after or before in self.changed:
            self._values(frozendict({"$ref": before}), frozendict({"$ref": after}), "", after)

    # ------------------------------------------------------------------------------------------- schemas

    def _values(self, before: Any, after: Any, pointer: str, element: str) -> None:
        """Compare the schemas of a value. `element` is what the value is called in findings."""
        if self._same(before, after):
            return
        old, new = json_schema.alternatives(before, self.old.schemas), json_schema.alternatives(after, self.new.schemas)
        if len(old) == len(new) == 1:
            self._one_form(old[0], new[0], pointer, self._name_of(after, before, element))
            return
        kept = [schema for schema in old if schema in new]
        lost, won = [s for s in old if s not in kept], [s for s in new if s not in kept]
        for schema in kept:
            self._one_form(schema, schema, pointer, self._name_of(schema, schema, element))
        if len(lost) == len(won) == 1:
            self._one_form(lost[0], won[0], pointer, self._name_of(won[0], lost[0], element))
            return
        for schema in lost:
            self._note(f"{self.direction}-form", "removed", element, before=schema, pointer=pointer)
        for schema in won:
            self._note(f"{self.direction}-form", "added", element, after=schema, pointer=pointer)

    def _same(self, before: Any, after: Any) -> bool:
        return before == after and self.changed.isdisjoint(_references(after))

    @staticmethod
    def _name_of(after: Any, before: Any, element: str) -> str:
        for schema in (after, before):
            if isinstance(schema, frozendict) and "$ref" in schema:
                return str(schema["$ref"])
        return element

    def _one_form(self, before: Any, after: Any, pointer: str, element: str) -> None:
        old, new = json_schema.Form(before, self.old.schemas), json_schema.Form(after, self.new.schemas)
        self._keywords(old.keywords, new.keywords, pointer, element)
        for name in dict.fromkeys([*old.properties, *new.properties]):
            was, becomes = old.properties.get(name), new.properties.get(name)
            if (name in old.required) == (name in new.required) and self._same(was, becomes):
                continue
            owner, below = f"{element}.{name}", f"{pointer}/{json_schema.escape(name)}"
            if was is None or becomes is None:
                effect = "added" if was is None else "removed"
                self._note(f"{self.direction}-property", effect, owner, was, becomes, below)
                continue
            if (name in old.required) != (name in new.required):
                self._note(
                    f"{self.direction}-property",
                    "required" if name in new.required else "optional",
                    owner,
                    pointer=below,
                )
            self._values(was, becomes, below, owner)
        if old.items is not None and new.items is not None:
            self._values(old.items, new.items, f"{pointer}/*", f"{element}[]")
        elif old.items != new.items:
            self._note(f"{self.direction}-items", "altered", element, old.items, new.items, pointer)

    def _keywords(self, old: Schema, new: Schema, pointer: str, element: str) -> None:
        differing = [k for k in dict.fromkeys([*old, *new]) if k not in old or k not in new or old[k] != new[k]]
        if differing:
            before = frozendict({keyword: old[keyword] for keyword in differing if keyword in old})
            after = frozendict({keyword: new[keyword] for keyword in differing if keyword in new})
            self._note(f"{self.direction}-value", "altered", element, before, after, pointer)


def _in_full(api: Api) -> Api:
    """An Api whose tables are plain, since all of their elements are looked at again and again."""
    return api.replace(**{kind: frozendict(getattr(api, kind)) for kind in KINDS})


def _named(response: Response) -> str:
    return f"status {response.status}{f' when: {response.when}' if response.when else ''}"


def _response_shown(response: Response) -> Any:
    return frozendict({k: v for k, v in response.fields().items() if v})


def _shown(parameter: Parameter | None) -> Any:
    if parameter is None:
        return None
    return frozendict({k: v for k, v in parameter.fields().items() if v and k not in ("name", "location")})

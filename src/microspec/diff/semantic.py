"""Where two states of a specification differ in the same versions, apart from wording.

Most of a specification is the same, and is skipped. Facts are only worked out for operations that reach something that
differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.api import Api
from ..model.references import References
from ..model.timeline import TABLES
from ..schema.walk import references
from ..values import same
from ..values.frozen import EMPTY, Value, frozendict
from .diff import of_apis
from .facts import EVERYWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from ..model.definition import Response
    from ..model.source import Source
    from ..model.vocabulary import ResponseKey
    from ..values.version import Version
    from .findings import Finding

    Element = tuple[str, str]
    """A kind (definitions, schemas, behaviors, common) and a name."""


class Difference(Value):
    """A `finding` from the old state to the new, as of the first version that shows it; the `versions` that show it.

    `kind` (definitions, schemas, behaviors, common) and `name` are the element that causes it.
    """

    finding: Finding
    versions: tuple[Version, ...]
    kind: str
    name: str


def differences(old: Source, new: Source, versions: Iterable[Version]) -> list[Difference]:
    """The differences at versions that both have: each finding once for each element that causes it.

    Both histories must begin with the same version.
    """
    comparison = _Comparison(old, new)
    causes: dict[tuple[str, tuple[Element, ...]], Element] = {}
    found: dict[tuple[str, Element], tuple[Finding, list[Version]]] = {}
    for version in versions:
        for operation, elements in comparison.reached(version):
            for finding in comparison.findings(operation, version):
                key = (finding.id, elements)
                if key not in causes:
                    causes[key] = comparison.cause(finding, operation, elements, version)
                found.setdefault((finding.id, causes[key]), (finding, []))[1].append(version)
    return [
        Difference(finding=finding, versions=tuple(shown), kind=kind, name=name)
        for (_, (kind, name)), (finding, shown) in found.items()
    ]


def value_at(source: Source, kind: str, name: str, number: int) -> Any:
    """An element at the microversion with a number, 0 for the baseline; None if it does not exist."""
    timeline = source.timelines()[kind]
    place = timeline.place(name, number)
    return None if place is None else timeline.value(place)


class _Comparison:
    def __init__(self, old: Source, new: Source) -> None:
        self.old, self.new = old, new
        self._elements = [element for kind in TABLES for element in _touched(kind, old, new)]
        self._references = References()
        self._known: dict[tuple[Any, ...], tuple[Finding, ...]] = {}

    def reached(self, version: Version) -> Iterator[tuple[str, tuple[Element, ...]]]:
        """The operations that may show a difference, each with the elements that differ."""
        number = self.old.versions.index(version) + 1
        elements = [
            (kind, name)
            for kind, name in self._elements
            if not same(value_at(self.old, kind, name, number), value_at(self.new, kind, name, number))
        ]
        if self.old.baseline().common != self.new.baseline().common:
            elements.append(("common", ""))
        if not elements:
            return
        old, new = self.old.at(version), self.new.at(version)
        for operation in dict.fromkeys([EVERYWHERE, *new.definitions, *old.definitions]):
            parts = {("schemas", name) for api in (old, new) for name in self._schemas(operation, api)}
            found = tuple(item for item in elements if item in parts or _is_of(operation, item))
            if found:
                yield operation, found

    def findings(self, operation: str, version: Version) -> tuple[Finding, ...]:
        """The differences of an operation at a version."""
        return self._compare(*self._pair(operation, version))

    def cause(self, finding: Finding, operation: str, elements: Sequence[Element], version: Version) -> Element:
        """The element that causes the finding by itself, if there is one."""
        old, new = self._pair(operation, version)
        for element in elements:
            if any(item.id == finding.id for item in self._compare(old, _with(element, old, new))):
                return element
        return elements[0]

    def _compare(self, old: Api, new: Api) -> tuple[Finding, ...]:
        """The findings between two APIs of one operation, apart from wording; worked out once."""
        key = (*_identity(old), *_identity(new))
        if key not in self._known:
            findings = of_apis(old, _reworded(old, new)).findings
            self._known[key] = tuple(item for item in findings if not item.rule.endswith("description-altered"))
        return self._known[key]

    def _pair(self, operation: str, version: Version) -> tuple[Api, Api]:
        old, new = (self._reduced(operation, source.at(version)) for source in (self.old, self.new))
        return old, new

    def _reduced(self, operation: str, api: Api) -> Api:
        """An API with one operation, or with what belongs to none."""
        schemas = frozendict(self._schemas(operation, api))
        if operation == EVERYWHERE:
            return api.replace(definitions=EMPTY, schemas=schemas)
        definitions = {operation: api.definitions[operation]} if operation in api.definitions else {}
        return Api(version=api.version, definitions=frozendict(definitions), schemas=schemas)

    def _schemas(self, operation: str, api: Api) -> dict[str, Any]:
        """The schemas of an operation, or of what belongs to none."""
        if operation == EVERYWHERE:
            common = api.common
            given = [*(parameter.schema for parameter in common.parameters.values()), *common.headers.values()]
            names = [name for schema in given for name in references(schema)]
            names += [common.error_body] if common.error_body else []
        else:
            names = [*self._references.of(api.definitions[operation])] if operation in api.definitions else []
        return self._references.closure(names, api.schemas)


def _touched(kind: str, old: Source, new: Source) -> Iterator[Element]:
    """The elements of a kind that differ at any version."""
    rows: list[dict[tuple[str, int, int], Any]] = []
    for source in (old, new):
        line = source.timelines()[kind]
        columns = zip(line.names, line.first, line.last, strict=True)
        rows.append({row: line.value(place) for place, row in enumerate(columns)})
    before, after = rows
    both = before.keys() & after.keys()
    found = [row for row in (*after, *before) if row not in both or not same(before[row], after[row])]
    yield from dict.fromkeys((kind, name) for name, _, _ in found)


def _is_of(operation: str, element: Element) -> bool:
    """Whether an element that is not a schema is part of an operation, or of what belongs to none."""
    kind, name = element
    return kind in ("behaviors", "common") if operation == EVERYWHERE else (kind, name) == ("definitions", operation)


def _identity(api: Api) -> tuple[Any, ...]:
    """The identity of two reduced APIs: the values in them, which live as long as the histories."""
    values = [(name, id(value)) for kind in TABLES for name, value in getattr(api, kind).items()]
    return (len(values), id(api.common), *values)


def _with(element: Element, old: Api, new: Api) -> Api:
    """The old API with one element of the new one, and with the new schemas that it may refer to."""
    kind, name = element
    api = old.replace(schemas=frozendict({**new.schemas, **old.schemas}))
    if kind == "common":
        return api.replace(common=new.common)
    table = {key: value for key, value in getattr(api, kind).items() if key != name}
    if name in getattr(new, kind):
        table[name] = getattr(new, kind)[name]
    return api.replace(**{kind: frozendict(table)})


def _reworded(old: Api, new: Api) -> Api:
    """The new API with the words of the old one for behaviors and, as far as there are as many, for answers."""
    definitions = {
        key: definition.replace(responses=_matched(old.definitions[key].responses, definition.responses))
        if key in old.definitions
        else definition
        for key, definition in new.definitions.items()
    }
    common = new.common.replace(responses=_matched(old.common.responses, new.common.responses))
    behaviors = {
        name: behavior.replace(text=old.behaviors[name].text) if name in old.behaviors else behavior
        for name, behavior in new.behaviors.items()
    }
    return new.replace(definitions=frozendict(definitions), behaviors=frozendict(behaviors), common=common)


def _matched(old: Mapping[ResponseKey, Response], new: Mapping[ResponseKey, Response]) -> frozendict[Any, Response]:
    gone, come = _by_status(old, new), _by_status(new, old)
    was: dict[ResponseKey, ResponseKey] = {}
    for status, keys in come.items():
        if len(keys) == len(gone.get(status, ())):
            was.update(zip(keys, gone[status], strict=True))
    said = (response.replace(when=was[key][1]) if key in was else response for key, response in new.items())
    return frozendict({response.key: response for response in said})


def _by_status(some: Iterable[ResponseKey], others: Mapping[ResponseKey, Response]) -> dict[int, list[ResponseKey]]:
    """The answers with a condition that are not among others, by status."""
    found: dict[int, list[ResponseKey]] = {}
    for status, when in some:
        if when and (status, when) not in others:
            found.setdefault(status, []).append((status, when))
    return found

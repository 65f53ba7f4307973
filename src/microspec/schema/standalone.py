"""Schemas in standard keywords, as JSON text, and the self-contained documents that consist of them.

The text of a schema is final when a specification is compiled: formats of the language have become patterns, and each
object composed of parts has become one object. To make a document, the texts are only joined, and the engine reads the
result (docs/decisions/0007-documents-are-finished-texts.md).
"""

from __future__ import annotations

from ..values.frozen import Value, thaw
from . import walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from .walk import Schema


class Standard(Value):
    """A schema as JSON text in standard keywords, and the names of the schemas that it refers to."""

    text: str
    names: tuple[str, ...] = ()


class Document(Value):
    """A self-contained JSON Schema 2020-12 document, as the texts that make it up.

    `definitions` has the name and text of everything that `root` refers to, directly or not. Documents share texts that
    they have in common.
    """

    root: str
    definitions: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The document as JSON text."""
        definitions = ",".join([f'"{name}":{text}' for name, text in self.definitions])
        members = [f'"$schema":"{walk.DIALECT}"', self.root[1:-1]]
        members += [f'"$defs":{{{definitions}}}'] if definitions else []
        return f"{{{','.join(filter(None, members))}}}"

    def value(self) -> dict[str, Any]:
        """The document as plain dicts and lists, which the caller may change."""
        import json

        return json.loads(self.text)  # type: ignore[no-any-return]


def document(root: Standard, standards: Standards) -> Document:
    """The document of a schema; the names that it refers to are looked up in `standards`."""
    needed: dict[str, Standard] = {}

    def further(name: str) -> tuple[str, ...]:
        needed[name] = standards[name]
        return needed[name].names

    definitions = ((name, needed[name].text) for name in sorted(walk.reach(root.names, further)))
    return Document(root=root.text, definitions=tuple(definitions))


def any_of(names: Iterable[str]) -> Standard:
    """A schema that matches the schemas with these names: exactly one of them, or any."""
    names = tuple(names)
    references = [f'{{"$ref":"#/$defs/{name}"}}' for name in names]
    text = references[0] if len(references) == 1 else f'{{"anyOf":[{",".join(references)}]}}'
    return Standard(text=text, names=names)


class Standards:
    """Everything that the documents of an Api consist of, by name: its schemas, and those of its queries."""

    def __getitem__(self, name: str) -> Standard:
        """One of them. Raises KeyError for an unknown name."""
        raise NotImplementedError

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(None), ())  # an Api that is unpickled makes its own


def standard(schema: Schema, schemas: Mapping[str, Schema]) -> Standard:
    """A schema in standard keywords; the names of formats are kept as annotations."""
    import json

    from .formats import lower_format

    names: set[str] = set()

    def made(current: Any) -> Any:
        if not isinstance(current, dict):
            return current
        if _CLOSED in current:
            from .merged import put_together

            current = thaw(put_together(walk.normalised(current), schemas))
        if "$ref" in current:
            names.add(current["$ref"])
            current = {**current, "$ref": f"#/$defs/{current['$ref']}"}
        if "format" in current:
            current = lower_format(current)
        return walk.with_subschemas(current, made)

    text = json.dumps(made(thaw(schema)), separators=(",", ":"))
    return Standard(text=text, names=tuple(sorted(names)))


_CLOSED = "unevaluatedProperties"
"""The keyword of an object that is composed of parts."""


def is_put_together(schema: Any) -> bool:
    """Whether a schema contains an object composed of parts, at any depth of its own text; then its text includes
    theirs."""
    if not isinstance(schema, dict):
        return False
    return _CLOSED in schema or any(map(is_put_together, walk.subschemas(schema)))


class Finished(Standards):
    """The standard schemas of a compiled version.

    `spans` gives three numbers for each form of a name: its first version, its last version, and its position; `at`
    gives the schema at a position.
    """

    def __init__(self, number: int, spans: Callable[[str], str], at: Callable[[int], Standard]) -> None:
        self._number, self._spans, self._at = number, spans, at

    def __getitem__(self, name: str) -> Standard:
        numbers = iter(map(int, self._spans(name).split()))
        for first, last, start in zip(numbers, numbers, numbers, strict=True):
            if first <= self._number <= last:
                return self._at(start)
        raise KeyError(name)

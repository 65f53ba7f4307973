"""Schemas in standard keywords, as JSON text, and the self-contained documents that consist of them.

The text of a schema is finished when a specification is compiled: formats of the language have become patterns, and
each object composed of parts has become one object. To make a document, the texts are only joined, and the engine
reads them as they are (docs/decisions/0007-documents-are-finished-texts.md).
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
    """A self-contained JSON Schema 2020-12 document, in the texts that it is made of.

    `definitions` are name and text of all that `root` refers to, directly or not. Texts that documents
    have in common are one object.
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
        """The document as plain dicts and lists, the caller's own."""
        import json

        return json.loads(self.text)  # type: ignore[no-any-return]


def document(root: Standard, standards: Standards) -> Document:
    """The document of a schema; `standards` is where the names are looked up that it refers to."""
    needed: dict[str, Standard] = {}

    def further(name: str) -> tuple[str, ...]:
        needed[name] = standards[name]
        return needed[name].names

    definitions = ((name, needed[name].text) for name in sorted(walk.reach(root.names, further)))
    return Document(root=root.text, definitions=tuple(definitions))


def any_of(names: Iterable[str]) -> Standard:
    """The schema that is one of those with these names, or any of them."""
    names = tuple(names)
    references = [f'{{"$ref":"#/$defs/{name}"}}' for name in names]
    text = references[0] if len(references) == 1 else f'{{"anyOf":[{",".join(references)}]}}'
    return Standard(text=text, names=names)


class Standards:
    """All that the documents of an Api are made of, by name: its schemas, and those of its queries."""

    def __getitem__(self, name: str) -> Standard:
        """One of them. Raises KeyError for a name that there is not."""
        raise NotImplementedError

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(None), ())  # an Api that is unpickled makes its own


def standard(schema: Schema, schemas: Mapping[str, Schema]) -> Standard:
    """A schema in standard keywords; the names of formats stay, as annotations."""
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
"""The keyword of an object that is put together of parts."""


def is_put_together(schema: Any) -> bool:
    """Whether an object of parts is in a schema, at any depth of its own text: its text then has theirs in it."""
    if not isinstance(schema, dict):
        return False
    return _CLOSED in schema or any(map(is_put_together, walk.subschemas(schema)))


class Finished(Standards):
    """Those of a version that was compiled.

    `spans` gives for a name its first and last versions, and where it stands, three numbers for each time
    that it changed; `at` gives what stands there.
    """

    def __init__(self, number: int, spans: Callable[[str], str], at: Callable[[int], Standard]) -> None:
        self._number, self._spans, self._at = number, spans, at

    def __getitem__(self, name: str) -> Standard:
        numbers = iter(map(int, self._spans(name).split()))
        for first, last, start in zip(numbers, numbers, numbers, strict=True):
            if first <= self._number <= last:
                return self._at(start)
        raise KeyError(name)

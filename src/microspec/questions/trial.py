"""A request to an operation, to be put to any Api: whether it is accepted there, and what of it is looked at."""

from __future__ import annotations

from _collections_abc import Mapping, Sequence

from ..values.frozen import kept

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Literal

    from ..model.api import Api
    from ..model.operation import Operation
    from ..model.source import Source
    from ..schema.errors import Violation
    from ..schema.standalone import Document
    from ..schema.validator import Validator
    from ..schema.walk import Schema
    from ..values.version import Version, VersionSet

    Part = Literal["body", "query"]

    Sent = tuple[Literal["request", "query"], str]
    """A field of the body by its pointer, or a parameter of the query by its name."""

    Shape = dict[str, "Shape"]
    """The names in a JSON value at any depth; those in the items of an array are together under ``*``."""


class Trial:
    """What is sent to an operation, to be tried at any version.

    `given` may have a ``body`` (a JSON value) and a ``query`` (name to values)."""

    def __init__(self, source: Source, operation: str, given: Mapping[Part, Any]) -> None:
        self._source, self.operation, self.given = source, operation, given
        self._verdicts: dict[tuple[Part, Validator], bool] = {}  # many versions share a validator
        self._fields: dict[Document, dict[Sent, None]] = {}  # and the document that it is made of

    def is_accepted(self, api: Api) -> bool:
        """Whether the operation is there and refuses nothing of the request."""
        found = api.operations.get(self.operation)
        return found is not None and all(self.accepts(part, found) for part in self.given)

    def accepts(self, part: Part, operation: Operation) -> bool:
        """Whether the operation accepts a part of the request."""
        validator = _validator(part, operation)
        if validator is None:
            return True
        key = (part, validator)
        if key not in self._verdicts:
            self._verdicts[key] = validator.accepts(self.given[part])
        return self._verdicts[key]

    def violations(self, part: Part, operation: Operation) -> tuple[Violation, ...]:
        """Why the operation refuses a part of the request: nothing if it accepts it."""
        from ..schema.errors import ValidationError

        validator = _validator(part, operation)
        try:
            if validator is not None:
                validator.check(self.given[part], "parameter" if part == "query" else "property")
        except ValidationError as error:
            return error.errors
        return ()

    def looked_at(self, api: Api) -> dict[Sent, None]:
        """The parameters and the fields, at any depth, that the operation knows; nothing where it is not there.

        The key that names an action is none of them: it is how the operation is found.
        """
        definition = api.definitions.get(self.operation)
        if definition is None:
            return {}
        if definition.alias_of:
            definition = api.definitions.get(definition.alias_of, definition)
        names = self.given.get("query", ())
        found: dict[Sent, None] = {("query", name): None for name in names if ("query", name) in definition.parameters}
        document = api[self.operation]._request_document() if self._shape else None
        if document is not None and definition.request:
            if document not in self._fields:
                self._fields[document] = dict.fromkeys(self._fields_in(definition.request, api.schemas))
            found |= self._fields[document]
        return found

    def _fields_in(self, root: str, schemas: Mapping[str, Schema]) -> Iterator[Sent]:
        from ..schema.pointer import escape
        from ..schema.walk import below

        action = f"/{escape(self.operation.partition('#')[2])}"
        levels = [("", self._shape, [schemas[root]])]
        while levels:
            pointer, shape, level = levels.pop()
            for name, found in below(level, shape, schemas).items():
                at = f"{pointer}/{escape(name)}"
                levels.append((at, shape[name], found))
                if at != action:
                    yield "request", at

    def looked_past(self, api: Api) -> list[Sent]:
        """The parameters and the fields that the operation does not know, though at other versions it does."""
        here = self.looked_at(api)
        return [] if len(here) == self._size else [sent for sent in self.when if sent not in here]

    @kept
    def when(self) -> dict[Sent, VersionSet]:
        """The versions that know each parameter and each field; those that none knows are not in it."""
        found: dict[Sent, list[Version]] = {}
        for version in self._source.versions:
            for sent in self.looked_at(self._source.at(version)):
                found.setdefault(sent, []).append(version)
        return {sent: self._source.set_of(versions) for sent, versions in found.items()}

    @kept
    def _shape(self) -> Shape:
        whole: Shape = {}
        stack: list[tuple[Shape, Any]] = [(whole, self.given.get("body"))]
        while stack:
            shape, value = stack.pop()
            if isinstance(value, dict):
                stack += [(shape.setdefault(key, {}), item) for key, item in value.items()]
            elif isinstance(value, (list, tuple)):
                stack += [(shape.setdefault("*", {}), item) for item in value]
        return whole

    @kept
    def _size(self) -> int:
        """The number of fields and parameters."""
        size, stack = len(self.given.get("query", ())), [self._shape]
        while stack:
            shape = stack.pop()
            size += len(shape)
            stack += shape.values()
        return size - (self.operation.partition("#")[2] in self._shape)


def _validator(part: Part, operation: Operation) -> Validator | None:
    return operation.request_validator() if part == "body" else operation.query_validator()


def own_body(body: Any) -> Any:
    """A copy of a body, so that what its owner changes later changes no answer.

    It may be nested more deeply than Python calls, and contain itself: both are told when it is checked.
    """
    copies: dict[int, dict[Any, Any] | list[Any]] = {}

    def copied(value: Any) -> Any:
        if not isinstance(value, (dict, list, tuple)):
            return value
        if id(value) not in copies:
            copies[id(value)] = {} if isinstance(value, dict) else []
            left.append(value)
        return copies[id(value)]

    left: list[Any] = []
    whole = copied(body)
    while left:
        value = left.pop()
        copy = copies[id(value)]
        if isinstance(copy, dict):
            copy |= {key: copied(item) for key, item in value.items()}
        else:
            copy += [copied(item) for item in value]
    return whole


def own_query(query: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """A copy of a query. Raises InvalidElement if it does not map names to lists of values.

    A plain text is a sequence too, of letters: as a value it would be refused by some versions, and passed
    over by those that do not know its name.
    """
    from ..values.errors import InvalidElement

    if not isinstance(query, Mapping):
        raise InvalidElement(repr(query), "a query maps names to lists of values")
    for name, values in query.items():
        is_list = isinstance(values, Sequence) and not isinstance(values, (str, bytes))
        if not is_list or not all(isinstance(value, str) for value in values):
            raise InvalidElement(name, "a parameter of the query has a list of texts, such as ['blue']")
    return {name: [*values] for name, values in query.items()}

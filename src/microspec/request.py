"""A request to an operation, to be put to any Api: whether it is accepted there, and what of it is looked at."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, Literal

    from .element import Element
    from .errors import Violation
    from .model import Api, Operation
    from .validation import Validator

    Part = Literal["body", "query"]


class Request:
    """What is sent to an operation: `given` may have a ``body`` (a JSON value) and a ``query`` (name to values)."""

    def __init__(self, operation: str, given: Mapping[Part, Any]) -> None:
        self.operation, self.given = operation, given
        self._verdicts: dict[tuple[Part, Validator], bool] = {}  # many versions share a validator

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
        from .errors import ValidationError

        validator = _validator(part, operation)
        try:
            if validator is not None:
                validator.check(self.given[part])
        except ValidationError as error:
            return error.errors
        return ()

    def elements(self) -> Iterator[Element]:
        """Everything in the request: the parameters of the query, and the fields of the body at any depth.

        The key that names an action is none of them: it is how the operation is found.
        """
        from .element import Element
        from .schemas import escape

        for name in self.given.get("query", ()):
            yield Element(self.operation, query=name)
        action = f"/{escape(self.operation.partition('#')[2])}"
        found: dict[str, None] = {}
        stack: list[tuple[str, Any]] = [("", self.given.get("body"))]
        while stack:
            pointer, value = stack.pop()
            if isinstance(value, dict):
                stack += [(f"{pointer}/{escape(key)}", item) for key, item in value.items()]
            elif isinstance(value, (list, tuple)):
                stack += [(f"{pointer}/*", item) for item in value]
            found[pointer] = None
        yield from (Element(self.operation, request=pointer) for pointer in found if pointer not in ("", action))


def _validator(part: Part, operation: Operation) -> Validator | None:
    return operation.request_validator() if part == "body" else operation.query_validator()

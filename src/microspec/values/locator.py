"""Names one element of an operation: a field, a parameter, a status, or all of it; and tells operations from names."""

from __future__ import annotations


def is_operation(text: str) -> bool:
    """Whether a text is meant as an operation, not as the name of a feature or a behavior."""
    return " " in text or "/" in text


class Locator:
    """The name of one element of an operation. Raises InvalidElement for anything else.

    `name` is the name of the element in the index; empty for the operation itself.
    """

    def __init__(
        self,
        operation: str,
        *,
        request: str | None = None,
        query: str | None = None,
        response: str | None = None,
        status: int | None = None,
    ) -> None:
        self.operation, self.request, self.query = operation, request, query
        self.response, self.status = response, status
        if sum(element is not None for element in (request, query, response)) > 1:
            from .errors import InvalidElement

            raise InvalidElement(operation, "name only one element: request, query or response")
        for pointer in (request, response):
            if pointer is not None and pointer[:1] not in ("", "/"):
                from .errors import InvalidElement

                raise InvalidElement(pointer, "a JSON pointer must start with a slash")
        parts = {"request": request, "query": query, "response": response, "status": status}
        self.name = " ".join(f"{part} {value}" for part, value in parts.items() if value is not None)

    def of(self, operation: str) -> Locator:
        """The same element of another operation."""
        return Locator(operation, request=self.request, query=self.query, response=self.response, status=self.status)

"""The forms of what an operation takes and gives, and what microspec's own validators say of an instance of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from microspec import NoSuchRoute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from microspec import Api, Operation
    from microspec.schema.validator import Validator


class Form(NamedTuple):
    """A body that is read, a query, or the answers with a status: `kind` is ``request``, ``query`` or ``response``."""

    api: Api
    operation: Operation
    kind: str
    status: int
    validator: Validator

    def schema(self) -> dict[str, Any]:
        """The schema, as a standard document."""
        operation = self.operation
        if self.kind == "query":
            return operation.query_schema()
        found = operation.request_schema() if self.kind == "request" else operation.response_schema(self.status)
        assert found is not None
        return found

    def accepts(self, instance: Any) -> bool:
        """Whether an instance is accepted; the body of an action, by the action that it names."""
        operation = self.operation
        if self.kind == "query":
            return operation.accepts_query(instance)
        if self.kind == "response":
            return operation.accepts_response(instance, self.status)
        if operation.action:
            try:
                path = operation.path.replace("{", "").replace("}", "")
                operation = self.api.match(operation.method, path, instance).operation
            except NoSuchRoute:
                return False
        return operation.accepts_request(instance)


def forms(api: Api, operation: Operation) -> Iterator[Form]:
    """All forms of an operation."""
    request = operation.request_validator()
    if request is not None:
        yield Form(api, operation, "request", 0, request)
    yield Form(api, operation, "query", 0, operation.query_validator())
    for status in sorted({response.status for response in operation.responses}):
        answer = operation.response_validator(status)
        if answer is not None:
            yield Form(api, operation, "response", status, answer)

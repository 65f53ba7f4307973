"""Our side: what microspec says of the same operations, and of the same instances."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from microspec import NoSuchRoute

from .oracle import ACCEPTED, REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from microspec.history import History
    from microspec.model import Operation

    from .nova import Question


class Ours:
    """All operations of a specification, by key and then by the minor of each version that has them."""

    def __init__(self, history: History) -> None:
        self.minors = [version.minor for version in history.versions]
        self.apis = {version.minor: history.at(version) for version in history.versions}
        self.operations: dict[str, dict[int, Operation]] = {}
        for minor, api in self.apis.items():
            for key, operation in api.operations.items():
                self.operations.setdefault(key, {})[minor] = operation

    def changes(self, key: str, kind: str) -> Iterator[int]:
        """The minors at which the schema of the body or of the query is another than just before."""
        before: Any = self
        for minor, operation in self.operations[key].items():
            validator = operation.request_validator() if kind == "request" else operation.query_validator()
            if validator is not before:
                yield minor
            before = validator

    def schema(self, key: str, kind: str, minor: int) -> dict[str, Any] | None:
        """The schema of the body or of the query, as a standard document."""
        operation = self.operations[key][minor]
        return operation.request_schema() if kind == "request" else operation.query_schema()

    def is_gone(self, key: str) -> bool:
        """Whether the operation answers 410 by now."""
        return next(iter(self.operations[key].values())).gone_since_release is not None

    def own_statuses(self, key: str, minor: int) -> list[int]:
        """The statuses that are this operation's, without those that any operation may answer with."""
        definitions = self.apis[minor].definitions
        definition = definitions[definitions[key].alias_of or key]
        return sorted({response.status for response in definition.responses.values()})

    def verdicts(self, question: Question) -> str:
        """A letter of `oracle` for each version of the question."""
        return "".join(
            ACCEPTED if self.accepts(question.operation, question.kind, minor, question.instance) else REFUSED
            for minor in question.minors
        )

    def accepts(self, key: str, kind: str, minor: int, instance: Any) -> bool:
        """Whether the body or query would get through: for an action, also whether the body is taken to mean it."""
        operation = self.operations[key][minor]
        if kind == "query":
            return operation.accepts_query(instance)
        if operation.action:
            try:
                path = re.sub(r"\{[^}]*\}", "1", operation.path)
                match = self.apis[minor].match(operation.method, path, instance)
            except NoSuchRoute:
                return False
            if match.operation.key != key:
                return False
        return operation.accepts_request(instance)

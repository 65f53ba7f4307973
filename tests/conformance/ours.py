"""Our side: what microspec says of the same operations, and of the same instances."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from microspec import NoSuchRoute

from .places import ACCEPTED, REFUSED, nearest, place
from .sending import Sending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from microspec.history import History
    from microspec.model.operation import Operation

    from .nova import Question


class Ours:
    """All operations as a release of Nova had them, by key and then by the minor of each version that has them.

    `nova`: the version of the release, of which the first number counts; `newest`: the minor of the last microversion
    that is compared.
    """

    def __init__(self, history: History, nova: str, newest: int) -> None:
        major = nova.partition(".")[0]
        release = next(key for key, one in history.releases.items() if one.version.partition(".")[0] == major)
        self.history = history = history.as_of(release)
        self.minors = [version.minor for version in history.versions if version.minor <= newest]
        self.apis = {version.minor: history.at(version) for version in history.versions if version.minor <= newest}
        self.operations: dict[str, dict[int, Operation]] = {}
        for minor, api in self.apis.items():
            for key, operation in api.operations.items():
                self.operations.setdefault(key, {})[minor] = operation
        self._engines: dict[str, Any] = {}
        self._sending = Sending(history)

    def changes(self, key: str, kind: str) -> Iterator[int]:
        """The minors at which the schema of a kind is another than just before."""
        before: Any = self
        for minor, operation in self.operations[key].items():
            if kind == "response":
                now: Any = [operation.response_validator(status) for status in operation.success_statuses]
            else:
                now = operation.request_validator() if kind == "request" else operation.query_validator()
            if now != before:
                yield minor
            before = now

    def schemas(self, key: str, kind: str, minor: int) -> list[dict[str, Any]]:
        """The schema of the body or of the query, or those of the answers, as standard documents."""
        operation = self.operations[key][minor]
        if kind == "response":
            found = [operation.response_schema(status) for status in operation.success_statuses]
        else:
            found = [operation.request_schema() if kind == "request" else operation.query_schema()]
        return [document for document in found if document is not None]

    def is_gone(self, key: str) -> bool:
        """Whether the operation answers 410 by now."""
        return next(iter(self.operations[key].values())).gone_since_release is not None

    def own_statuses(self, key: str, minor: int) -> list[int]:
        """The statuses that are this operation's, without those that any operation may answer with."""
        definitions = self.apis[minor].definitions
        definition = definitions[definitions[key].alias_of or key]
        return sorted({response.status for response in definition.responses.values()})

    def verdicts(self, question: Question) -> str:
        """A letter of `places` for each version of the question."""
        return "".join(
            ACCEPTED if self.accepts(question.operation, question.kind, minor, question.instance) else REFUSED
            for minor in question.minors
        )

    def accepts(self, key: str, kind: str, minor: int, instance: Any) -> bool:
        """Whether it would get through: for an action, also whether the body is taken to mean it.

        If the instance alone makes a request, the gate of a server decides.

        An answer is any that the operation may give if it succeeds, with whatever status; None is one without a body.
        """
        operation = self.operations[key][minor]
        if self._sending.can_send(operation, kind) and not self.is_gone(key):
            return self._sending.is_admitted(operation, kind, instance)
        if kind == "query":
            return operation.accepts_query(instance)
        if kind == "response":
            return any(operation.accepts_response(instance, status) for status in operation.success_statuses)
        if operation.action:
            try:
                path = re.sub(r"\{[^}]*\}", "1", operation.path)
                match = self.apis[minor].match(operation.method, path, instance)
            except NoSuchRoute:
                return False
            if match.operation.key != key:
                return False
        return operation.accepts_request(instance)

    def places(self, key: str, minor: int, instance: Any) -> list[str]:
        """What is wrong with an answer, in the words of `places`; by the schema of the lowest success status."""
        documents = self.schemas(key, "response", minor)
        if not documents:
            return ["body "]
        try:
            errors = list(self._engine(documents[0]).iter_errors(instance))
        except ValueError:  # it contains a lone surrogate
            return ["type "]
        return sorted({word for error in errors for word in _places(error)})

    def _engine(self, document: dict[str, Any]) -> Any:
        text = json.dumps(document)
        if text not in self._engines:
            self._engines[text] = jsonschema_rs.validator_for(document, validate_formats=True)
        return self._engines[text]


def _places(error: Any) -> set[str]:
    kind, path = error.kind, list(error.instance_path)
    if branches := getattr(kind, "context", ()):
        return nearest([{word for part in branch for word in _places(part)} for branch in branches], path)
    if kind.name == "additionalProperties":
        return {place(kind.name, [*path, name]) for name in kind.unexpected}
    return {place(kind.name, [*path, kind.property] if kind.name == "required" else path)}

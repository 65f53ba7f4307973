"""A request to an operation that can be tried at any version: whether it is accepted, and which parts are ignored."""

from __future__ import annotations

from _collections_abc import Mapping, Sequence

from ..values.frozen import kept
from .runs import Runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Literal

    from ..model.source import Source
    from ..schema.errors import Violation
    from ..schema.validator import Validator
    from .runs import Run

    Part = Literal["body", "query"]

    Sent = tuple[Literal["request", "query"], str]
    """A field of the body by its pointer, or a parameter of the query by its name."""


class Trial:
    """What is sent to an operation, to be tried at any version.

    `given` may have a ``body`` (a JSON value) and a ``query`` (name to values)."""

    def __init__(self, source: Source, operation: str, given: Mapping[Part, Any]) -> None:
        self.operation, self.given = operation, given
        self._runs = source.kept(Runs)
        self._verdicts: dict[Validator, bool] = {}  # runs share validators

    def at(self, place: int) -> Run | None:
        """The run of the operation at a place in `Source.versions`."""
        return self._runs.at(self.operation, place)

    @kept
    def accepting(self) -> tuple[Run, ...]:
        """The runs that accept the request."""
        return tuple(filter(self.is_accepted, self._runs.distinct(self.operation)))

    def is_accepted(self, run: Run) -> bool:
        """Whether a run accepts all parts of the request."""
        return all(self.accepts(part, run) for part in self.given)

    def accepts(self, part: Part, run: Run) -> bool:
        """Whether a run accepts a part of the request."""
        validator = _validator(part, run)
        if validator is None:
            return True
        found = self._verdicts.get(validator)
        if found is None:
            found = self._verdicts[validator] = validator.accepts(self.given[part])
        return found

    def violations(self, part: Part, run: Run) -> tuple[Violation, ...]:
        """Why a part of the request is refused; empty if it is accepted."""
        from ..schema.errors import ValidationError

        validator = _validator(part, run)
        try:
            if validator is not None:
                validator.check(self.given[part], "query" if part == "query" else "request")
        except ValidationError as error:
            return error.errors
        return ()

    def is_looked_at(self, run: Run) -> bool:
        """Whether every parameter and every field, at any depth, is known: a quick check that settles most cases."""
        body = self.given.get("body")
        if isinstance(body, (dict, list, tuple)) and not (run.fields.knows_all(body) if run.fields else not body):
            return False
        return all(map(run.knows_parameter, self.given.get("query", ())))

    def looked_at(self, run: Run) -> Iterator[Sent]:
        """The parameters and the fields, at any depth, that are known; some are repeated.

        The key that names an action is not among them, because it selects the operation.
        """
        from ..schema.pointer import joined

        yield from (("query", name) for name in self.given.get("query", ()) if run.knows_parameter(name))
        body = self.given.get("body")
        if run.fields is not None and isinstance(body, (dict, list, tuple)):
            action = (self.operation.partition("#")[2],)
            for names in run.fields.known(body):
                if names != action:
                    yield "request", joined(names)

    def looked_past(self, run: Run) -> list[Sent]:
        """The parameters and the fields that are unknown here, but known at other versions."""
        if self.is_looked_at(run):
            return []
        here = {*self.looked_at(run)}
        return [sent for sent in self.when if sent not in here]

    @kept
    def when(self) -> dict[Sent, int]:
        """The places of the versions that know each parameter and each field; without those that no version knows."""
        found: dict[Sent, int] = {}
        for run in self._runs.distinct(self.operation):
            for sent in self.looked_at(run):
                found[sent] = found.get(sent, 0) | run.places
        return found


def _validator(part: Part, run: Run) -> Validator | None:
    return run.operation.request_validator() if part == "body" else run.operation.query_validator()


def own_body(body: Any) -> Any:
    """A copy of a body, so that later changes by the caller have no effect.

    The body may be nested more deeply than Python's call stack, and contain itself; the check of the body reports both.
    """
    copies: dict[int, dict[Any, Any] | list[Any]] = {}
    left: list[Any] = []

    def copied(value: Any) -> Any:
        if not isinstance(value, (dict, list, tuple)):
            return value
        copy = copies.get(id(value))
        if copy is None:
            copy = copies[id(value)] = {} if isinstance(value, dict) else []
            left.append((value, copy))
        return copy

    whole = copied(body)
    while left:
        value, copy = left.pop()
        if isinstance(copy, dict):
            copy.update([(key, copied(item)) for key, item in value.items()])
        else:
            copy += [copied(item) for item in value]
    return whole


def own_query(query: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """A copy of a query. Raises InvalidElement if it does not map names to lists of values.

    A plain string is a sequence of strings, too: as a value, some versions would refuse it, and those that do not know
    the parameter would ignore it.
    """
    from ..values.errors import InvalidElement

    if not isinstance(query, Mapping):
        raise InvalidElement(repr(query), "a query must map names to lists of values")
    for name, values in query.items():
        is_list = isinstance(values, Sequence) and not isinstance(values, (str, bytes))
        if not is_list or not all(isinstance(value, str) for value in values):
            raise InvalidElement(name, "the value of a query parameter must be a list of strings, such as ['blue']")
    return {name: [*values] for name, values in query.items()}

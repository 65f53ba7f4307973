"""Whom a finding concerns: a client that uses a part of an API, or a reader who asks about a part of it.

What a client uses comes from a list, with one operation or field on each line, or from its recorded calls. A finding
concerns the client if it could notice the difference. The tables `BY_PART` and `BY_RULE` say whom the findings of a
rule concern.
"""

from __future__ import annotations

from io import BufferedReader
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from ..http.errors import Place, Problem, TrafficError
from ..model.asked import key
from ..model.errors import NoSuchRoute, UnknownOperation
from ..schema.patterns import matches
from ..schema.pointer import escape
from ..values import ABSENT
from ..values.errors import InvalidElement, InvalidVersion, UnknownName, did_you_mean
from ..values.frozen import EMPTY, Value
from ..values.reading import Unreadable, text
from ..values.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import IO

    from ..http.traffic import Call
    from ..model.api import Api
    from ..model.source import Source
    from .findings import Cancelled, Finding

    Item = Finding | Cancelled


Whom = Literal["callers", "senders", "users"]
"""``callers``: all who call the operation. ``senders``: all who send the object around the field, with or without the
field. ``users``: all who use the field or parameter itself, or something in or above it."""

BY_PART: dict[str, Whom] = {
    "operation": "callers",
    "audience": "callers",
    "unknown-query": "callers",  # a client cannot list an unknown parameter
    "success": "callers",
    "error": "callers",
    "error-body": "callers",
    "path": "callers",  # every call has all of them
    "header": "callers",  # neither lists nor recordings say which are sent
    "response-header": "callers",  # nor which are read
    "behavior": "callers",
    "query": "users",
    "request": "users",
    "response": "users",
}
"""Whom the findings in a part of an operation concern, unless `BY_RULE` lists the rule."""

BY_RULE: dict[str, Whom] = {
    "parameter-required": "callers",
    "parameter-required-added": "callers",
    "parameter-required-removed": "callers",
    "request-body-added": "callers",
    "request-body-removed": "callers",
    "response-body-removed": "callers",
    **{
        f"{sent}-{rule}": "senders"
        for sent in ("request", "parameter")
        for rule in ("property-required", "required-property-added", "required-property-removed")
    },
}
"""A field that is or was required also concerns those who do not send it."""

PARTS = ("request", "query", "response")
"""The parts of an operation whose used fields a client may list."""


class Use(Value):
    """Something that a client uses: a whole operation (`part` is None), or one field of it.

    `name` is a JSON pointer, or in a query the name of a parameter. A call that uses no field of the operation has the
    part ``path``.
    """

    operation: str
    part: str | None = None
    name: str = ""


class Uses:
    """What a client uses. `unknown` are the calls in a recording that match no operation."""

    def __init__(
        self, uses: Iterable[Use], behaviors: Mapping[str, tuple[str, ...]] = EMPTY, unknown: Iterable[str] = ()
    ):
        self.unknown = tuple(unknown)
        self._behaviors = behaviors
        self._by_operation: dict[str, dict[Use, None]] = {}
        for use in uses:
            self._by_operation.setdefault(use.operation, {})[use] = None

    def __iter__(self) -> Iterator[Use]:
        return chain.from_iterable(self._by_operation.values())

    def concern(self, item: Item) -> bool:
        """Whether a client that uses this could notice a finding, or what was cancelled."""
        if item.part == "behavior":
            operations = self._behaviors.get(item.name)
            return not operations or any(operation in self._by_operation for operation in operations)
        if item.operation is None:
            return True
        uses = self._by_operation.get(item.operation, {})
        whom = BY_RULE.get(getattr(item, "rule", ""), BY_PART[item.part])
        if whom == "callers":
            return bool(uses)
        name = item.name.rpartition("/")[0] if whom == "senders" else item.name
        if item.part == "query" and name.startswith("^"):  # a parameter whose name is a pattern
            return any(use.part is None or (use.part == "query" and matches(name, use.name)) for use in uses)
        return any(use.part is None or (use.part == item.part and _is_related(use.name, name)) for use in uses)


def _is_related(used: str, found: str) -> bool:
    """Whether one pointer is in or above the other, or they are the same; ``*`` is any step."""
    steps = zip(used.split("/"), found.split("/"), strict=False)
    return all(one == other or "*" in (one, other) for one, other in steps)


def operations_of_behaviors(old: Api, new: Api) -> dict[str, tuple[str, ...]]:
    """The operations that each behavior affects on either side; none if it affects all."""
    found: dict[str, tuple[str, ...]] = {}
    for behavior in (*old.behaviors.values(), *new.behaviors.values()):
        known = found.get(behavior.name, behavior.operations)
        both = known and behavior.operations
        found[behavior.name] = tuple(dict.fromkeys((*known, *behavior.operations))) if both else ()
    return found


# ------------------------------------------------------------------------------------------- reading


def read(file: IO[bytes], source: Source, old: Api, new: Api, name: str | None = None) -> Uses:
    """What a client uses, from a list of operations and fields or from recorded traffic.

    A file whose name ends with ``.har`` or ``.json``, or whose first line is a JSON object, is a recording
    (`microspec.http.traffic`); any other is a list, as docs/diff.md describes. `old` and `new` are the APIs that are
    compared. Raises `TrafficError` with all mistakes, line by line. Mistakes are also operations and fields that are in
    neither API, and a file that uses nothing, because no finding could ever concern it.
    """
    name = name or str(getattr(file, "name", "<stdin>"))
    behaviors = operations_of_behaviors(old, new)
    reader = BufferedReader(file)  # type: ignore[type-var]  # what it needs of a raw stream, any open file has
    try:
        if name.lower().endswith((".har", ".json")) or _is_json(reader.peek()):
            from ..http.traffic import Recording

            calls = Recording(reader, source, name)
            found = _of_calls(calls, old, new, behaviors)
            others = [f"calls to other services: {calls.elsewhere}"] if calls.elsewhere else []
            others += [f"unmatched: {', '.join(found.unknown[:_SHOWN])}"] if found.unknown else []
            nothing = "; ".join(("no call matches an operation", *others))
        else:
            found, nothing = Uses(_of_lines(reader, name, old, new), behaviors), "no operation is listed"
    finally:
        reader.detach()  # the file is the caller's to close
    if not any(True for _ in found):
        raise TrafficError([Problem(place=Place(file=name, number=1), reason=f"nothing is used: {nothing}")])
    return found


_SHOWN = 3
"""At most this many unmatched calls are named."""


def _of_lines(lines: Iterable[bytes], name: str, old: Api, new: Api) -> Iterator[Use]:
    problems: list[Problem] = []
    for number, line in enumerate(lines, 1):
        try:
            yield from _of_line(line, old, new)
        except Unreadable as problem:
            problems.append(Problem(place=Place(file=name, number=number), reason=str(problem)))
    if problems:
        raise TrafficError(problems)


def _is_json(start: bytes) -> bool:
    """Whether the first line with content in a file that starts like this is JSON."""
    lines = (line.strip() for line in start.removeprefix(b"\xef\xbb\xbf").splitlines())
    return next((line for line in lines if line and not line.startswith(b"#")), b"").startswith(b"{")


def _of_line(line: bytes, old: Api, new: Api) -> Iterator[Use]:
    """The content of a line of a list: nothing, or ``METHOD /path``, optionally with a field or a version."""
    words = text(line).split(maxsplit=3)
    if not words or words[0].startswith("#"):
        return
    if len(words) < 2 or not words[0].isalpha() or not words[1].startswith("/"):
        raise Unreadable("expected METHOD /path, optionally followed by request, query or response and a field")
    try:
        operation = _key(f"{words[0]} {words[1]}", old, new)
    except (UnknownOperation, InvalidElement) as error:
        raise Unreadable(str(error)) from error
    if len(words) == 2 or (len(words) == 3 and _is_version(words[2])):
        yield from _with_alias(Use(operation=operation), old, new)
        return
    part, name = words[2], words[3].strip() if len(words) == 4 else ""
    if part not in PARTS:
        raise Unreadable(f"{part!r} is not one of {', '.join(PARTS)}")
    if not name:
        raise Unreadable(f"the {'parameter' if part == 'query' else 'pointer'} after {part!r} is missing")
    use = Use(operation=operation, part=part, name="" if name == "/" else name)
    _check_field(use, old, new)
    yield from _with_alias(use, old, new)


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return text == "latest"
    return True


def _key(text: str, old: Api, new: Api) -> str:
    """The key of the operation that is meant. Raises UnknownOperation or InvalidElement if neither API ever had it."""
    known = {**old.known, **new.known}
    if text in known:
        return text
    try:
        return key(text, old._directory.router, known)
    except UnknownOperation:
        return key(text, new._directory.router, known)


def _operation(method: str, path: str, body: Any, old: Api, new: Api) -> str | None:
    """The key of the operation that a request means, by its template or its path; None if no operation is meant."""
    named = [f"#{action}" for action in body] if isinstance(body, dict) and len(body) == 1 else []
    for api in (old, new):
        for action in (*named, ""):
            if f"{method} {path}{action}" in api.known:
                return f"{method} {path}{action}"
    for api in (old, new):
        try:
            return api.match(method, path, body).operation.key
        except NoSuchRoute as error:
            if error.operation:
                return error.operation
    return None


def _check_field(use: Use, old: Api, new: Api) -> None:
    """Raise if a field is in neither API: a misspelt name would hide every finding about the field."""
    from ..model.located import is_there
    from ..values.locator import Locator

    try:
        given: dict[str, Any] = {str(use.part): use.name}
        asked = Locator(_target(use.operation, old, new), **given)
    except InvalidElement as error:
        raise Unreadable(str(error)) from error
    if any(is_there(asked, api) for api in (old, new)):
        return
    from .facts import of_operation

    places = chain(*(of_operation(asked.operation, api) for api in (old, new)))
    known = {name for part, name in places if part == use.part and name}
    what = f"{use.operation} has no {use.part} {use.name} at {old.version} or {new.version}"
    raise Unreadable(f"{what}{did_you_mean(use.name, known)}")


def _target(operation: str, *apis: Api) -> str:
    """The operation that an operation is an alias of, or the operation itself."""
    found = (api.definitions.get(operation) for api in apis)
    return next((definition.alias_of for definition in found if definition and definition.alias_of), operation)


def _with_alias(use: Use, *apis: Api) -> Iterator[Use]:
    """A use, and the same of the aliased operation, if there is one, which has the findings about the content."""
    yield use
    target = _target(use.operation, *apis)
    if target != use.operation:
        yield use.replace(operation=target)


# ------------------------------------------------------------------------------------- recorded calls


def _of_calls(calls: Iterable[Call], old: Api, new: Api, behaviors: Mapping[str, tuple[str, ...]]) -> Uses:
    """What calls use: the fields that are sent, and all that came back, because a recording does not show which are
    read."""
    uses: dict[Use, None] = {}
    unknown: dict[str, None] = {}
    for call in calls:
        body = {call.action: None} if call.action else None if call.body is ABSENT else call.body
        operation = _operation(call.method, call.path, body, old, new)
        if operation is None:
            unknown[call.request] = None
            continue
        for use in _of_call(call, operation):
            uses.update(dict.fromkeys(_with_alias(use, old, new)))
    return Uses(uses, behaviors, unknown)


def _of_call(call: Call, operation: str) -> Iterator[Use]:
    yield from (Use(operation=operation, part="query", name=name) for name in call.query)
    for part, value in (("request", call.body), ("response", call.response)):
        if value is ABSENT:
            yield Use(operation=operation, part=part)
        elif value is not None:
            yield from (Use(operation=operation, part=part, name=pointer) for pointer in _pointers(value))
    yield Use(operation=operation, part="path")


_LONGEST = 500
"""This many characters of a pointer identify a field: what is below a longer one counts as the whole."""


def _pointers(value: Any) -> Iterator[str]:
    """The pointers to all leaves of a JSON value, with ``*`` for any item of an array."""
    stack = [("", value)]
    seen: set[str] = set()
    while stack:
        pointer, current = stack.pop()
        if len(pointer) > _LONGEST:
            current = None
        if isinstance(current, dict) and current:
            stack += [(f"{pointer}/{escape(key)}", item) for key, item in current.items()]
        elif isinstance(current, (list, tuple)) and current:
            stack += [(f"{pointer}/*", item) for item in current]
        elif pointer not in seen:
            seen.add(pointer)
            yield pointer


# ------------------------------------------------------------------------------------------ selections


class Selection:
    """What to show, by name: operations, resources and features.

    Raises UnknownName for a name that is none of these, UnknownOperation and InvalidElement for a request without an
    operation. Findings about all operations are about each of them.
    """

    def __init__(self, names: Iterable[str], old: Api, new: Api, features: Iterable[str]) -> None:
        self._behaviors = operations_of_behaviors(old, new)
        definitions = {key: item for api in (new, old) for key, item in api.definitions.items()}
        resources = {definition.resource for definition in definitions.values()}
        operations = {**old.known, **new.known}
        self._names = frozenset(_key(name, old, new) if "/" in name else name for name in names)
        for name in self._names:
            if not (name in operations or name in resources or name in features):
                known = [*operations, *sorted(resources), *features]
                raise UnknownName("operation, resource or feature", name, known)
        whole = {key for key, definition in definitions.items() if definition.resource in self._names}
        self._operations = whole | (self._names & operations.keys())

    def holds(self, item: Item) -> bool:
        """Whether a finding, or what was cancelled, is about any of it."""
        if any(cause.change.feature in self._names for cause in item.causes):
            return True
        if item.part == "behavior":
            about = self._behaviors.get(item.name)
            return not self._operations.isdisjoint(about) if about else bool(self._operations)
        return item.operation in self._operations if item.operation else bool(self._operations)

"""The facts about an API, place by place: the form in which two APIs are compared.

A place is an operation, a part of it (its request, its query, its statuses …) and a name within that part, such as the
JSON pointer of a field. A `Fact` at a place is a frozen mapping of everything that a caller can notice there, and of
nothing about how the specification expresses it: the names of schemas, the order of lists, and the structure of
equivalent unions do not matter.

The facts of a value at a pointer describe it by JSON type (`kinds`): the alternatives of each type, each with its
limits, pattern, enum and so on. The content of an object is at the pointers below it; without types, no value is
allowed there. The key `otherwise` exists if a name would be accepted even if it were not listed: by any object
(``taken``), or by a rule for all others (``described``).

Together, the facts say exactly what is accepted, so that what widens at every place widens as a whole: each rule for a
value is stated once, at one place. If an object or array may have several forms, each form has separate places, below a
step with its label; so do the properties whose names match a pattern. These steps are internal: `shown` leaves them
out.
"""

from __future__ import annotations

import re

from ..schema import cases as cases_
from ..schema.patterns import matches
from ..schema.pointer import escape, unescape
from ..values.distinct import in_order
from ..values.frozen import frozendict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from ..model.api import Api
    from ..model.definition import Definition, Parameter, Response
    from ..schema.cases import Case, Schemas

    Place = tuple[str, str]
    """A part of an operation (operation, audience, unknown-query, success, error, path, query, header, request,
    response, response-header, error-body, behavior), and a name within it."""
    Fact = frozendict[str, Any]
    Facts = dict[Place, tuple[Fact, frozenset[str]]]
    """The fact at each place, and the names of the schemas that state it."""


EVERYWHERE = ""
"""Stands for the operation in facts about all operations."""


def of_operation(key: str, api: Api) -> Facts:
    """The facts of an operation; none if it does not exist."""
    definition = api.definitions.get(key)
    if definition is None:
        return {}
    facts: Facts = {("operation", ""): (_of_definition(definition), frozenset())}
    if definition.alias_of:
        return facts  # the rest is reported for the operation that it is an alias of
    schemas = cases_.Schemas(api.schemas)
    facts["audience", ""] = (frozendict(audience=definition.audience), frozenset())
    facts["unknown-query", ""] = (frozendict(unknown=definition.unknown_query), frozenset())
    for parameter in definition.parameters.values():
        facts.update(_of_parameter(parameter, schemas, otherwise=definition.unknown_query == "ignored"))
    facts.update(_of_body("request", (definition.request,), schemas))
    facts.update(_of_responses(definition.responses.values(), schemas))
    return facts


def of_behaviors(api: Api) -> Facts:
    """The facts about no single operation that microversions change: behaviors."""
    return {
        ("behavior", behavior.name): (
            frozendict(
                operations=tuple(sorted(behavior.operations)),
                statuses=frozendict({str(status): holds for status, holds in sorted(behavior.statuses.items())}),
                text=behavior.text,
            ),
            frozenset(),
        )
        for behavior in api.behaviors.values()
    }


def of_common(api: Api) -> Facts:
    """The facts about the common parts of all operations: the same at every version."""
    facts: Facts = {}
    schemas = cases_.Schemas(api.schemas)
    for parameter in api.common.parameters.values():
        facts.update(_of_parameter(parameter, schemas))
    responses = [response.replace(headers=api.common.headers) for response in api.common.responses.values()]
    facts.update(_of_responses(responses, schemas))
    facts.update(_of_body("error-body", (*(r.body for r in responses), api.common.error_body), schemas))
    return facts


def _of_definition(definition: Definition) -> Fact:
    told = {
        "alias_of": definition.alias_of,
        "gone_since_release": definition.gone_since_release,
        "microversioned": definition.microversioned,
        "summary": definition.summary,
        "description": definition.description,
    }
    return frozendict({name: value for name, value in told.items() if value is not None})


def _of_parameter(parameter: Parameter, schemas: Schemas, *, otherwise: bool = False) -> Facts:
    more = {
        "repeatable": parameter.repeatable,
        "audience": parameter.audience,
        "pattern": parameter.name_is_pattern,
        "otherwise": "taken" if otherwise and parameter.location == "query" else None,
    }
    value = _Value(parameter.location, parameter.name, schemas)
    value.tell([parameter.schema], "", {}, required=parameter.required)
    fact, names = value.facts[parameter.location, parameter.name]
    told = frozendict({**fact, **{key: value for key, value in more.items() if value}})
    return {**value.facts, (parameter.location, parameter.name): (told, names)}


def _of_responses(responses: Iterable[Response], known: Schemas) -> Facts:
    facts: Facts = {}
    statuses: dict[Place, list[tuple[int, str | None]]] = {}
    bodies: dict[str, dict[tuple[int, str | None], str]] = {"response": {}, "error-body": {}}
    headers: dict[str, list[Any]] = {}
    found: set[tuple[int, str | None]] = set()
    for response in responses:
        found.add(response.key)
        succeeds = response.status < 400
        if response.body:
            bodies["response" if succeeds else "error-body"][response.key] = response.body
        for name, schema in response.headers.items():
            headers.setdefault(f"{response.status} {name}", []).append(schema)
    for name, schemas in headers.items():
        value = _Value("response-header", name, known)
        value.tell(schemas, "", {}, required=False)
        facts.update(value.facts)
    for status, when in sorted(found, key=lambda key: (key[0], key[1] or "")):
        statuses.setdefault(of_status(status, when), []).append((status, when))
    facts |= {place: (frozendict(statuses=tuple(keys)), frozenset()) for place, keys in statuses.items()}
    for part, given in bodies.items():
        facts.update(_of_body(part, given.values(), known))
        if len(set(given.values())) > 1:
            fact, names = facts[part, ""]
            facts[part, ""] = (fact.set("bodies", tuple((*key, body) for key, body in given.items())), names)
    return facts


def of_status(status: int, when: str | None) -> Place:
    """The place of a status. A success status may replace another one in the same case, so the case is its name."""
    if status < 400:
        return "success", escape(when or "")
    return "error", escape(status_name(status, when))


def status_name(status: int, when: str | None) -> str:
    """The name of a status; if it is given in several cases, it includes the condition."""
    return f"{status} when: {when}" if when else str(status)


def _of_body(part: str, names: Iterable[str | None], schemas: Schemas) -> Facts:
    value = _Value(part, "", schemas)
    given = [frozendict({"$ref": name}) for name in dict.fromkeys(names) if name]
    if given:
        value.tell(given, "", {}, required=True)
    return value.facts


def taken(openness: Iterable[Fact], name: str) -> tuple[Any, ...] | None:
    """What the parts of an object say about an unlisted property, by their `open`; None if one refuses it."""
    found = [part for part in openness if not any(matches(pattern, name) for pattern in part["names"])]
    return None if any(part["unlisted"] is False for part in found) else tuple(found)


# ------------------------------------------------------------------------------------- names of places

FORM, PATTERN, OTHERS = "~:", "~=", "~+"
"""The beginning of an internal step, which cannot be mistaken for a step of a JSON pointer: to one of several forms, to
the properties whose names match a pattern, or to unlisted properties. A step ``*`` follows the last two."""

_STEP = re.compile(r"/~[:=+][^/]*")


def shown(name: str) -> str:
    """The name of a place as an ordinary JSON pointer."""
    return _STEP.sub("", name) if "/~" in name else name


def forms_on_the_way(name: str) -> Iterator[tuple[str, str]]:
    """The forms on the way to a place: the name of the place that has each, and its label."""
    start = name.find(f"/{FORM}")
    while start >= 0:
        end = name.find("/", start + 1)
        label = name[start + 1 + len(FORM) : end if end > 0 else None]
        yield name[:start], unescape(label)
        start = name.find(f"/{FORM}", start + 1)


def labels(fact: Fact | None, kind: str = "") -> dict[str, Fact]:
    """The forms of a kind, or of any, that values may have at a place, by their labels."""
    kinds = fact.get("kinds", {}) if fact else {}
    found = kinds.get(kind, ()) if kind else (*kinds.get("array", ()), *kinds.get("object", ()))
    return {alternative.get("form", ""): alternative for alternative in found}


class _Value:
    """The facts of a value and of all that it holds."""

    def __init__(self, part: str, name: str, schemas: Schemas) -> None:
        self.part, self.name, self.schemas = part, name, schemas
        self.facts: Facts = {}

    def tell(self, options: Sequence[Any], pointer: str, inside: Mapping[str, int], **more: Any) -> None:
        """Add the facts of a value that obeys one of the options; `inside` are the schemas on the way, each with its
        depth.

        `more` has further facts at this place.
        """
        forms = cases_.cases(options, self.schemas)
        by_kind: dict[str, list[Case]] = {}
        for form in forms:
            for kind in form.kinds:
                by_kind.setdefault(kind, []).append(form)
        holding = {kind: cases_.labelled(by_kind[kind], kind) for kind in ("array", "object") if kind in by_kind}
        kinds: dict[str, tuple[Fact, ...]] = {}
        for kind, found in sorted(by_kind.items()):
            if kind in holding and (kind == "object" or len(found) > 1):
                kinds[kind] = tuple(
                    frozendict(form=label, **form.alternative(kind))
                    for label, form in sorted(holding[kind], key=lambda labelled: labelled[0])
                )
            else:
                kinds[kind] = in_order(form.alternative(kind) for form in found)
        told: dict[str, Any] = {"kinds": frozendict(kinds), **more}
        for keyword in ("default", "description"):
            said = [part[keyword] for form in forms for part, _ in form.parts if keyword in part]
            if said:
                told[keyword] = said[0]
        depth = shown(pointer).count("/")
        if again := in_order(found for form in forms for found in _again(form, depth, inside)):
            told["within"] = again
        names: frozenset[str] = frozenset().union(*(form.names for form in forms))
        self.facts[self.part, self.name + pointer] = (frozendict(told), names.union(inside))
        for kind, found_forms in holding.items():
            for label, form in found_forms:
                if not form.names.isdisjoint(inside):
                    continue  # a schema within itself: its content was added above
                step = f"{pointer}/{FORM}{escape(label)}" if len(found_forms) > 1 else pointer
                if kind == "object":
                    self._members(form, step, depth, inside)
                elif form.items() not in (None, False):
                    self.tell([form.items()], f"{step}/*", _led(inside, depth, form.names), required=False)

    def _members(self, form: Case, pointer: str, depth: int, inside: Mapping[str, int]) -> None:
        """Add the facts of the content of an object: its properties, and those that are described, not listed."""
        patterns = form.patterns()
        for name, said in form.properties.items():
            refused, otherwise = form.refuses(name), form.otherwise(name)
            if refused and otherwise is None:
                continue  # like any other unlisted name
            more: dict[str, Any] = {"required": name in form.required}
            more |= {"otherwise": otherwise} if otherwise else {}
            led = frozenset().union(*(names for _, names in said))
            schema = False if refused else cases_.both([schema for schema, _ in said])
            rules = [rule for pattern, found in patterns.items() if matches(pattern, name) for rule, *_ in found]
            if otherwise == "described" and len(form.restricting) == 1:
                rules = form.others()
            if rules and otherwise and name not in form.required:
                within = otherwise == "taken" and cases_.adds_nothing(schema, rules, self.schemas)
                if within or cases_.are_same(schema, cases_.both(rules), self.schemas):
                    continue  # like any other accepted name
            self.tell([schema], f"{pointer}/{escape(name)}", _led(inside, depth, led), **more)
        for pattern, rules in patterns.items():
            more = {"pattern": pattern} if any(is_open for _, is_open, _ in rules) else {}
            led = frozenset().union(*(names for *_, names in rules))
            schema = cases_.both([schema for schema, *_ in rules])
            step = f"{pointer}/{PATTERN}{escape(pattern)}/*"
            self.tell([schema], step, _led(inside, depth, led), required=False, **more)
        if others := form.others():
            step = f"{pointer}/{OTHERS}/*"
            self.tell([cases_.both(others)], step, _led(inside, depth, form.names), required=False)


def _again(form: Case, depth: int, inside: Mapping[str, int]) -> Iterator[tuple[int, Any]]:
    """How far up the schemas around this form are, each with what is said in addition to them."""
    for name in form.names & inside.keys():
        beside = [cases_.canonical(part, form.schemas) for part, names in form.parts if name not in names]
        yield depth - inside[name], in_order(filter(None, beside))


def _led(inside: Mapping[str, int], depth: int, names: Iterable[str]) -> dict[str, int]:
    """The schemas on the way to the content of a value that these names describe, at a depth."""
    return {**dict.fromkeys(names, depth), **inside}

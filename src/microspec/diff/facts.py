"""What is true of an API, place by place: the form in which two APIs are compared.

A place is an operation, a part of it (its request, its query, its statuses …) and a name within that
part, such as the JSON pointer of a field. What is said there is a `Fact`: a frozen mapping that holds
everything a caller can notice at that place, and nothing of how the specification says it. Names of
schemas, the order of lists and unions that come to the same do not show.

The facts of a value at a pointer tell what it may be by JSON type (`kinds`): for each type the
alternatives that there are, each with its limits, pattern, enum and so on. What an object holds
stands at the pointers below it; no types means that nothing may stand there. `otherwise` is there where a name
would be taken even if it were not listed: by any object (``taken``), or by a rule for all others (``described``).

Together the facts say exactly what is accepted, so that what widens at every place widens as a whole:
whatever a value obeys is told once, at one place. Where an object or array may be of several forms, each
has places of its own, below a step with its label; so have the properties whose names match a pattern.
Nobody outside sees these steps: `shown` leaves them out.
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
    """What is true at each place, and the names of the schemas that say it."""


EVERYWHERE = ""
"""Stands for the operation where something holds for all of them."""


def of_operation(key: str, api: Api) -> Facts:
    """The facts of an operation; none if it is not there."""
    definition = api.definitions.get(key)
    if definition is None:
        return {}
    facts: Facts = {("operation", ""): (_of_definition(definition), frozenset())}
    if definition.alias_of:
        return facts  # the rest is told of the operation that it stands for
    schemas = cases_.Schemas(api.schemas)
    facts["audience", ""] = (frozendict(audience=definition.audience), frozenset())
    facts["unknown-query", ""] = (frozendict(unknown=definition.unknown_query), frozenset())
    for parameter in definition.parameters.values():
        facts.update(_of_parameter(parameter, schemas, otherwise=definition.unknown_query == "ignored"))
    facts.update(_of_body("request", (definition.request,), schemas))
    facts.update(_of_responses(definition.responses.values(), schemas))
    return facts


def of_behaviors(api: Api) -> Facts:
    """The facts that are of no single operation and that microversions change: behaviors."""
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
    """The facts of what every operation has: the same at every version."""
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
    """The place of a status. One of success may take the place of another in the same case, so that is its name."""
    if status < 400:
        return "success", escape(when or "")
    return "error", escape(status_name(status, when))


def status_name(status: int, when: str | None) -> str:
    """What a status is called: one of several by when it is given."""
    return f"{status} when: {when}" if when else str(status)


def _of_body(part: str, names: Iterable[str | None], schemas: Schemas) -> Facts:
    value = _Value(part, "", schemas)
    given = [frozendict({"$ref": name}) for name in dict.fromkeys(names) if name]
    if given:
        value.tell(given, "", {}, required=True)
    return value.facts


def taken(openness: Iterable[Fact], name: str) -> tuple[Any, ...] | None:
    """What the parts of an object say of a property that they do not list, by their `open`; None if one refuses it."""
    found = [part for part in openness if not any(matches(pattern, name) for pattern in part["names"])]
    return None if any(part["unlisted"] is False for part in found) else tuple(found)


# ------------------------------------------------------------------------------------- names of places

FORM, PATTERN, OTHERS = "~:", "~=", "~+"
"""How a step begins that is no step of a JSON pointer, which it cannot be mistaken for: to one of several forms, and
to what is said of the properties whose names match a pattern, or are not known. A step ``*`` follows the last two."""

_STEP = re.compile(r"/~[:=+][^/]*")


def shown(name: str) -> str:
    """The name of a place as a JSON pointer that everybody knows."""
    return _STEP.sub("", name) if "/~" in name else name


def forms_on_the_way(name: str) -> Iterator[tuple[str, str]]:
    """The forms that the way to a place leads through: each the name of the place that has it, and its label."""
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
        """Tell of a value that obeys one of the options; `inside` are the schemas that the way led through.

        Each comes with the depth at which it did. `more` is what else is true at this place.
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
                    continue  # a schema within itself: what it holds was told above
                step = f"{pointer}/{FORM}{escape(label)}" if len(found_forms) > 1 else pointer
                if kind == "object":
                    self._members(form, step, depth, inside)
                elif form.items() not in (None, False):
                    self.tell([form.items()], f"{step}/*", _led(inside, depth, form.names), required=False)

    def _members(self, form: Case, pointer: str, depth: int, inside: Mapping[str, int]) -> None:
        """Tell of what an object holds: its properties, and those whose names are described, not listed."""
        patterns = form.patterns()
        for name, said in form.properties.items():
            refused, otherwise = form.refuses(name), form.otherwise(name)
            if refused and otherwise is None:
                continue  # as any other name that is not listed
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
                    continue  # as any other name that is taken
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
    """How far up the schemas are that this form is within, each with what is said besides them."""
    for name in form.names & inside.keys():
        beside = [cases_.canonical(part, form.schemas) for part, names in form.parts if name not in names]
        yield depth - inside[name], in_order(filter(None, beside))


def _led(inside: Mapping[str, int], depth: int, names: Iterable[str]) -> dict[str, int]:
    """The schemas on the way to what is held, at a depth, by a value that these names describe."""
    return {**dict.fromkeys(names, depth), **inside}

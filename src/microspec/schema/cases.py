"""The forms that a value may have: a schema taken apart into alternatives, each a list of parts.

A value obeys a schema if it obeys all parts of one of its forms. References are followed and unions are multiplied out;
a branch of ``oneOf`` excludes the other branches that it may overlap with. Keywords that cannot be reasoned about are
conditions, which are only compared.
"""

from __future__ import annotations

import math
import re
from itertools import product

from ..values.distinct import common, in_order, text
from ..values.distinct import key as identity
from ..values.frozen import EMPTY, freeze, frozendict
from . import walk
from .patterns import matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    Alternative = frozendict[str, Any]

    Part = tuple[Any, frozenset[str]]
    """A schema without what it refers to and without the unions in it, and the names that lead to it."""

    Alike = tuple[str, tuple[Part, ...]]
    """The label and the parts of a form."""


LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
"""The keywords that are limits. Of several, the highest lower limit and the lowest upper limit hold."""

JSON_TYPES = frozenset({"array", "boolean", "null", "number", "integer", "object", "string"})
"""The JSON types, made disjoint: here a ``number`` is never an integer."""

_TEXTS = ("pattern", "format")
_NUMBER = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
_OF_KIND: dict[str, frozenset[str]] = {
    "string": frozenset({*_TEXTS, "minLength", "maxLength"}),
    "number": _NUMBER,
    "integer": _NUMBER,
    "array": frozenset({"minItems", "maxItems"}),
    "object": frozenset({"minProperties", "maxProperties"}),
}
_OF_ANY_KIND = frozenset({"not", "if", "then", "else", "anyOf", "oneOf"})
_CONDITIONS: dict[str, frozenset[str]] = {
    "number": _OF_ANY_KIND | {"multipleOf"},
    "integer": _OF_ANY_KIND | {"multipleOf"},
    "array": _OF_ANY_KIND | {"uniqueItems", "prefixItems", "items"},
    "object": _OF_ANY_KIND | {"propertyNames"},
}
_NO_EFFECT = frozenset({("uniqueItems", False), ("minLength", 0), ("minItems", 0), ("minProperties", 0)})
_MANY = 64
"""A union with this many forms, or more, is not taken apart."""

_COMPARED = 4_096
"""At most this many pairs of forms are compared for the branches of a ``oneOf``; the rest count as overlapping."""


class Schemas(dict[str, "Any"]):
    """The schemas that references lead to. What is worked out from each is kept, since many may refer to it."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        super().__init__(schemas)
        self._canonical: dict[tuple[str, frozenset[str]], Any] = {}
        self._reached: dict[str, frozenset[str]] = {}

    def canonical(self, name: str, inside: frozenset[str]) -> Any:
        """The canonical form of one of them within others, to which the references stay."""
        if name not in self._reached:
            reached = walk.reach(walk.references(self[name]), lambda each: walk.references(self.get(each)))
            self._reached[name] = frozenset(reached)
        known = (name, inside & self._reached[name])
        if known not in self._canonical:
            self._canonical[known] = canonical(self[name], self, inside | {name})
        return self._canonical[known]


class Case:
    """One form that a value may have: it obeys all `parts`.

    `label` is the name of its schema, empty if it has none. `kinds` are the JSON types that it allows. `properties` has
    what each part says of a property, with the names that lead there.
    """

    def __init__(self, label: str, parts: tuple[Part, ...], schemas: Schemas) -> None:
        self.label, self.parts, self.schemas = label, parts, schemas
        self.names: frozenset[str] = frozenset().union(*(names for _, names in parts))
        self.required = {name for part, _ in parts for name in part.get("required", ())}
        self.properties: dict[str, list[Part]] = {}
        for part, names in parts:
            for name, schema in part.get("properties", EMPTY).items():
                self.properties.setdefault(name, []).append((schema, names))
        self.said = _together([part for part, _ in parts])
        self.restricting = tuple(self._restricting())
        found = self.said.get("type", JSON_TYPES)
        if "enum" in self.said:
            found &= {kind_of(value) for value in self.said["enum"]}
        if self._needs_what_it_refuses():
            found -= {"object"}
        self.kinds = tuple(sorted(found))

    def _needs_what_it_refuses(self) -> bool:
        """Whether no object can have all required properties, including those that every branch of a conditional union
        requires."""
        unions = [part[keyword] for part, _ in self.parts for keyword in ("anyOf", "oneOf") if keyword in part]
        needed: list[list[Iterable[str]]] = [[self.required]]
        needed += [[way.get("required", ()) if isinstance(way, dict) else () for way in union] for union in unions]
        return any(all(any(map(self.refuses, names)) for names in ways) for ways in needed)

    # ------------------------------------------------------------------------------- values of one kind

    def alternative(self, kind: str) -> Alternative:
        """What is said of values of a kind, without their properties and items."""
        relevant = _OF_KIND.get(kind, frozenset())
        if kind == "string" and "decimal" in _several(self.said.get("format", ())):
            relevant |= _NUMBER
        told = {keyword: value for keyword, value in self.said.items() if keyword in relevant}
        if kind == "integer":
            _close(told)
        if kind == "array" and self.items() is False:
            told["maxItems"] = 0
        values = self.said.get("enum")
        if values is not None and kind != "null":
            listed = in_order(value for value in values if kind_of(value) == kind)
            told |= {"enum": listed} if listed != (False, True) else {}
        if kind == "object":
            told |= self._openness()
        conditions = in_order(filter(None, (self._condition(part, kind) for part, _ in self.parts)))
        return frozendict({**told, **({"conditions": conditions} if conditions else {})})

    def _condition(self, part: Any, kind: str) -> Alternative:
        fitting = _CONDITIONS.get(kind, _OF_ANY_KIND) & part.keys()
        found = {word for word in fitting if (word, part[word]) not in _NO_EFFECT}
        if "prefixItems" not in found:
            found.discard("items")
        return canonical(frozendict({word: part[word] for word in sorted(found)}), self.schemas) if found else EMPTY

    def items(self) -> Any:
        """The schema of the items of an array; None if there is none, or it depends on their position (a condition)."""
        found = [part["items"] for part, _ in self.parts if "items" in part and "prefixItems" not in part]
        return False if False in found else both(found) if found else None

    # ---------------------------------------------------------------------------------------- objects

    def _restricting(self) -> Iterator[tuple[Any, Any, Any, tuple[str, ...]]]:
        """The parts that do not take every property that they do not list.

        Each with the names that it lists, what it says of others, and its patterns of names. A part that closes the
        whole object speaks for all parts.
        """
        closing = any("unevaluatedProperties" in part for part, _ in self.parts)
        patterns = tuple(sorted({pattern for part, _ in self.parts for pattern in _patterns(part)}))
        for part, _ in self.parts:
            others = part.get("unevaluatedProperties" if closing else "additionalProperties", True)
            if others is not True:
                listed = self.properties if closing else part.get("properties", EMPTY)
                yield part, listed, others, patterns if closing else _patterns(part)

    def refuses(self, name: str) -> bool:
        """Whether no object of this form has a property of this name."""
        if any(schema is False for schema, _ in self.properties.get(name, ())):
            return True
        return any(
            others is False and name not in listed and not any(matches(pattern, name) for pattern in patterns)
            for _, listed, others, patterns in self.restricting
        )

    def otherwise(self, name: str) -> str | None:
        """What would happen to a property if it were not listed: ``taken``, ``described`` (by a rule), or None if
        refused."""
        found = [
            others
            for _, listed, others, patterns in self.restricting
            if name in listed and not any(matches(pattern, name) for pattern in patterns)
        ]
        return None if False in found else "described" if found else "taken"

    def patterns(self) -> dict[str, list[tuple[Any, bool, frozenset[str]]]]:
        """What is said of properties by pattern, whether the part accepts others as well, and the names that lead
        there."""
        found: dict[str, list[tuple[Any, bool, frozenset[str]]]] = {}
        closed = [part for part, *_ in self.restricting]
        whole = any("unevaluatedProperties" in part for part in closed)
        for part, names in self.parts:
            is_open = not whole and not any(part is other for other in closed)
            for pattern, schema in part.get("patternProperties", EMPTY).items():
                found.setdefault(pattern, []).append((schema, is_open, names))
        return found

    def others(self) -> list[Any]:
        """What is said of the properties that are neither listed nor match a pattern."""
        return [others for _, _, others, _ in self.restricting if others is not False]

    def _openness(self) -> dict[str, Any]:
        """Which unlisted properties an object may have: `open` has what each part says of them."""
        several = len({canonical(others, self.schemas) for others in self.others()}) > 1
        told: list[Alternative] = []
        whole = any("unevaluatedProperties" in part for part, *_ in self.restricting)
        parts = (part.get("additionalProperties", True) for part, _ in self.parts if whole)
        beside = in_order(canonical(others, self.schemas) for others in parts if others is not True)
        for _, _, others, patterns in self.restricting:
            said: dict[str, Any] = {"unlisted": False if others is False else "described", "names": patterns}
            touching = tuple(pattern for pattern in patterns if self._touches(pattern, patterns))
            said |= {"touching": touching} if touching else {}
            said |= {"of": canonical(others, self.schemas)} if several and others is not False else {}
            said |= {"beside": beside} if beside else {}
            told.append(frozendict(said))
        unnamed = tuple(sorted(self.required - self.properties.keys()))
        return {"open": in_order(told), **({"required": unnamed} if unnamed else {})}

    def _touches(self, pattern: str, patterns: Iterable[str]) -> bool:
        """Whether a pattern may match a property that is also described elsewhere."""
        if any(matches(pattern, name) for name in self.properties):
            return True
        return any(other != pattern and not _apart(pattern, other) for other in patterns)


def cases(options: Iterable[Any], schemas: Schemas, *, exclude: bool = True) -> list[Case]:
    """The forms of a value that obeys one of the options. Equal forms come once; labels distinguish the rest.

    `exclude` is whether the forms of a ``oneOf`` exclude each other.
    """
    found = [each for option in options for each in _expanded(option, schemas, frozenset(), exclude=exclude)]
    return _made(found, schemas)


def _made(found: Iterable[Alike], schemas: Schemas) -> list[Case]:
    """The forms with these labels and parts that allow any type at all."""
    labels = {parts: label for label, parts in found}
    made = [Case(label, parts, schemas) for parts, label in labels.items()]
    return [form for form in made if form.kinds]


def labelled(some: Sequence[Case], kind: str) -> list[tuple[str, Case]]:
    """Forms, each with a label that is stable across versions: the name, or the names of its properties. Where these
    are not unique, the label ends with a digest.
    """
    if len(some) == 1:
        return [(some[0].label, some[0])]
    alike: dict[str, list[Case]] = {}
    for form in some:
        held = f"{{{','.join(sorted(form.properties))}}}" if kind == "object" else "[]"
        alike.setdefault(form.label or held, []).append(form)
    found: list[tuple[str, Case]] = []
    for label, forms in alike.items():
        distinct = {_digest(form, kind): form for form in reversed(forms)} if len(forms) > 1 else {"": forms[0]}
        found += [(f"{label}#{digest}" if len(distinct) > 1 else label, form) for digest, form in distinct.items()]
    return found if len(found) > 1 else [(some[0].label, some[0])]


def are_same(one: Any, other: Any, schemas: Schemas) -> bool:
    """Whether two schemas say the same in the same way."""
    return text(canonical(one, schemas)) == text(canonical(other, schemas))


def adds_nothing(schema: Any, rules: Sequence[Any], schemas: Schemas) -> bool:
    """Whether a schema certainly accepts everything that some rules allow, judged by the types that it does not
    restrict."""
    found = cases([schema], schemas)
    free = {kind for form in found for kind in form.kinds if not form.alternative(kind)} - {"array", "object"}
    return all(kind in free for form in cases([both(rules)], schemas) for kind in form.kinds)


def is_name(label: str) -> bool:
    """Whether a label is the name of a schema, which identifies the form."""
    return bool(label) and label[0] not in "{[" and "#" not in label


def both(schemas: Sequence[Any]) -> Any:
    """The schema of what obeys all of some schemas."""
    distinct = list(dict.fromkeys(schemas))
    return distinct[0] if len(distinct) == 1 else frozendict(allOf=tuple(distinct))


def canonical(schema: Any, schemas: Schemas, inside: frozenset[str] = frozenset()) -> Any:
    """A schema without descriptions, with references resolved and sets sorted."""
    if not isinstance(schema, frozendict):
        return schema
    made: dict[str, Any] = {}
    for key, value in walk.with_subschemas(schema, lambda each: canonical(each, schemas, inside)).items():
        if key == "$ref" and value in schemas and value not in inside:
            made[key] = schemas.canonical(value, inside)
        elif key in ("anyOf", "oneOf", "allOf"):
            made[key] = tuple(sorted(value, key=text))
        elif key in ("enum", "type") and isinstance(value, tuple):
            made[key] = in_order(value)
        elif key != "description" and (key, freeze(value)) not in _NO_EFFECT:
            made[key] = freeze(value)
    return made["$ref"] if set(made) == {"$ref"} else frozendict(sorted(made.items()))


def kind_of(value: Any) -> str:
    """The JSON type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, dict) else "array"


# ------------------------------------------------------------------------------------------- taking apart


def _expanded(
    schema: Any, schemas: Schemas, names: frozenset[str], room: int = _MANY, *, exclude: bool = True
) -> list[Alike]:
    """The alternatives of a schema, each the label and the parts of a form; at most `_MANY` of them.

    A union that would exceed this is left as it is. `exclude` is whether the forms of a ``oneOf`` exclude each other.
    """
    if not isinstance(schema, frozendict):
        return [] if schema is False else [("", ())]
    own = {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}
    factors: list[list[Alike]] = []
    name = schema.get("$ref")
    if name is not None and name not in names:
        found = _expanded(schemas.get(name, EMPTY), schemas, names | {name}, room, exclude=exclude)
        factors.append([(label if len(found) > 1 else name, parts) for label, parts in found])
    for part in schema.get("allOf", ()):
        left = room // max(math.prod(map(len, factors)), 1)
        factors.append(_expanded(part, schemas, names, left, exclude=exclude))
    for keyword in ("anyOf", "oneOf"):
        branches = own.get(keyword, ())
        if not branches or all(map(_only_requires, branches)):
            continue
        left = room // max(math.prod(map(len, factors)), 1)
        ways = [_expanded(branch, schemas, names, left, exclude=exclude) for branch in branches]
        if sum(map(len, ways)) <= left:
            excluded = _excluded(ways, schemas) if exclude and keyword == "oneOf" else {}
            nots = [
                tuple((frozendict({"not": branches[other]}), frozenset[str]()) for other in excluded.get(n, ()))
                for n in range(len(branches))
            ]
            factors.append([(label, (*parts, *nots[n])) for n, way in enumerate(ways) for label, parts in way])
            del own[keyword]
    if not factors:
        return [("", ((schema, names),))]
    here = ((frozendict(own), names),) if own else ()
    several = any(len(factor) > 1 for factor in factors)
    made = []
    for combined in product(*factors):
        labels = [label for factor, (label, _) in zip(factors, combined, strict=True) if len(factor) > 1 or not several]
        label = "+".join(filter(None, labels)) if several else next(filter(None, labels), "")
        made.append((label, (*here, *(part for _, parts in combined for part in parts))))
    return made


def _only_requires(branch: Any) -> bool:
    """Whether a branch of a union only names properties, so that it is a condition on the surrounding object."""
    if not isinstance(branch, dict):
        return False
    said = {key for key, value in branch.items() if (key, value) not in _NO_EFFECT}
    return "required" in said and said <= {"required", "description"}


def _excluded(ways: Sequence[Sequence[Alike]], schemas: Schemas) -> dict[int, list[int]]:
    """For each branch of a oneOf, given by its forms, the other branches that it may overlap with."""
    found: dict[int, list[int]] = {}
    made = [_made(way, schemas) for way in ways]
    left = iter(range(_COMPARED))
    for one, other in ((i, j) for j in range(len(ways)) for i in range(j)):
        if not all(_disjoint(a, b, left) for a, b in product(made[one], made[other])):
            found.setdefault(one, []).append(other)
            found.setdefault(other, []).append(one)
    return found


def _disjoint(one: Case, other: Case, left: Iterator[int], depth: int = 4) -> bool:
    """Whether two forms certainly have no value in common; makes at most as many comparisons as are `left`."""
    if next(left, None) is None:
        return False
    return all(_disjoint_in(kind, one, other, left, depth) for kind in one.kinds if kind in other.kinds)


def _disjoint_in(kind: str, one: Case, other: Case, left: Iterator[int], depth: int) -> bool:
    a, b = one.alternative(kind), other.alternative(kind)
    for some, others in ((a, b), (b, a)):
        if "enum" in some and not any(verdict is not False for verdict in taken(others, some["enum"])):
            return True
        if any(low in some and some[low] > others.get(high, math.inf) for low, high in zip(LOWER, UPPER, strict=True)):
            return True
    if kind == "string":
        return {a.get("format"), b.get("format")} == {"ipv4", "ipv6"}
    return kind == "object" and depth > 0 and (_lacks(one, other, left, depth) or _lacks(other, one, left, depth))


def _lacks(one: Case, other: Case, left: Iterator[int], depth: int) -> bool:
    """Whether certainly no object of one form has all that another form requires."""
    if len(other.required) > one.said.get("maxProperties", math.inf) or any(map(one.refuses, other.required)):
        return True
    for name in other.required & one.properties.keys() & other.properties.keys():
        said = [both([schema for schema, _ in form.properties[name]]) for form in (one, other)]
        ways = [cases([schema], one.schemas, exclude=False) for schema in said]
        if all(_disjoint(a, b, left, depth - 1) for a, b in product(*ways)):
            return True
    return False


def taken(alternative: Alternative, values: Iterable[Any]) -> Iterator[bool | None]:
    """Whether an alternative accepts all of some listed values; None if that is not certain."""
    listed = set(map(identity, alternative["enum"])) if "enum" in alternative else None
    for value in values:
        yield False if listed is not None and identity(value) not in listed else _takes(alternative, value)


def _takes(alternative: Alternative, value: Any) -> bool | None:
    """The same for one value, without regard to the values that the alternative lists."""
    if "format" in alternative:
        return None
    length = len(value) if isinstance(value, (str, tuple, frozendict)) else value
    for keyword, limit in alternative.items():
        if keyword in LOWER and (length < limit or (length == limit and keyword == "exclusiveMinimum")):
            return False
        if keyword in UPPER and (length > limit or (length == limit and keyword == "exclusiveMaximum")):
            return False
    if not all(matches(pattern, value) for pattern in _several(alternative.get("pattern", ()))):
        return False
    return None if set(alternative) - {*LOWER, *UPPER, "pattern", "enum"} else True


# --------------------------------------------------------------------------------------------- keywords


def _together(parts: Sequence[Any]) -> dict[str, Any]:
    """What all parts say together, as far as single keywords can express it."""
    said: dict[str, Any] = {}
    for part in parts:
        for keyword, value in part.items():
            if keyword == "type":
                said["type"] = _types(value) & said.get("type", JSON_TYPES)
            elif keyword in ("enum", "const"):
                allowed = (value,) if keyword == "const" else value
                known = said.get("enum", allowed)
                said["enum"] = common(known, allowed)
            elif (keyword in LOWER or keyword in UPPER) and (keyword, value) not in _NO_EFFECT:
                strictest = max if keyword in LOWER else min
                said[keyword] = strictest(said.get(keyword, value), value)
            elif keyword in _TEXTS:
                texts = in_order((*_several(said.get(keyword, ())), value))
                said[keyword] = texts[0] if len(texts) == 1 else texts
    for plain, exclusive, strictest in (("minimum", "exclusiveMinimum", max), ("maximum", "exclusiveMaximum", min)):
        if plain in said and exclusive in said:
            value = strictest(said[plain], said[exclusive])
            del said[plain if value == said[exclusive] else exclusive]
    return said


def _close(told: dict[str, Any]) -> None:
    """Replace exclusive limits of integers by inclusive ones."""
    for plain, exclusive, step, whole in (
        ("minimum", "exclusiveMinimum", 1, math.ceil),
        ("maximum", "exclusiveMaximum", -1, math.floor),
    ):
        if exclusive in told:
            limit = told.pop(exclusive)
            told[plain] = limit + step if limit == whole(limit) else whole(limit)
        elif plain in told:
            told[plain] = whole(told[plain])


def _several(texts: Any) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts)


def _types(value: Any) -> frozenset[str]:
    """JSON types; where any number is allowed, integers are listed, too."""
    found = frozenset({value} if isinstance(value, str) else value)
    return found | {"integer"} if "number" in found else found


def _patterns(part: Any) -> tuple[str, ...]:
    return tuple(sorted(part.get("patternProperties", ())))


_LITERAL = re.compile(r"\^([^\\.^$*+?{}\[\]|()]*)(?![*?{|])")


def _apart(one: str, other: str) -> bool:
    """Whether their first letters prove that no name matches both patterns."""
    if "|" in one + other:
        return False
    found = [_LITERAL.match(pattern) for pattern in (one, other)]
    if None in found:
        return False
    first, second = (match[1] for match in found if match)
    return not (first.startswith(second) or second.startswith(first))


def _digest(form: Case, kind: str) -> str:
    """A short text that is equal for forms that say the same of values of a kind."""
    import hashlib

    held: list[tuple[str, Any]] = [("items", form.items())] if kind == "array" else []
    if kind == "object":
        held = [(name, both([schema for schema, _ in found])) for name, found in sorted(form.properties.items())]
        held += [(name, both([schema for schema, *_ in rules])) for name, rules in sorted(form.patterns().items())]
        held += [("", schema) for schema in form.others()]
    said = tuple((name, canonical(schema, form.schemas)) for name, schema in held)
    whole = text((form.alternative(kind), tuple(sorted(form.required)), said))
    return hashlib.sha256(whole.encode()).hexdigest()[:8]

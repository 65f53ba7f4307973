"""What two facts about a place mean: what was added, removed, widened or narrowed.

An `Effect` says it in the past tense, like the first part of the id of a rule. It does not judge whether the effect
breaks any caller. An undecidable effect is `altered`, and never skipped.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..schema.cases import LOWER, UPPER, is_name, taken
from ..schema.formats import parsed
from ..values import same
from ..values.distinct import in_order, missing
from ..values.frozen import Value, frozendict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping
    from typing import Any

    from .facts import Fact


class Effect(Value):
    """One difference: `what` of the place changed, `how`, and the two values if they are informative."""

    what: str
    how: str
    before: Any = None
    after: Any = None


_FORMATS_WITHIN = frozenset(
    {
        ("name", "name-with-spaces"),
        ("name", "printable"),
        ("name-with-spaces", "printable"),
        ("az-name", "name"),
        ("az-name", "az-name-with-spaces"),
        ("az-name", "name-with-spaces"),
        ("az-name", "printable"),
        ("az-name-with-spaces", "name-with-spaces"),
        ("az-name-with-spaces", "printable"),
    }
)
"""Pairs of formats; the second accepts everything that the first accepts."""


@lru_cache(maxsize=16384)
def effects(before: Fact, after: Fact, item: str) -> tuple[Effect, ...]:
    """The differences at a place that has a value before and after; `item` is the name of the place.

    Equal effects on values of several types are merged.
    """
    found: dict[tuple[str, str], Effect] = {}
    for effect in _of_value(before, after, item):
        known = found.get((effect.what, effect.how))
        found[effect.what, effect.how] = _merged(known, effect) if known else effect
    if not found and before.get("description") != after.get("description"):
        return (Effect(what="description", how="altered"),)
    return tuple(found.values())


def _merged(one: Effect, other: Effect) -> Effect:
    """Two effects with the same name, merged with the values of both."""
    values = {}
    for side in ("before", "after"):
        given = [value for value in (getattr(one, side), getattr(other, side)) if value is not None]
        if len(given) < 2 or same(*given):
            values[side] = given[0] if given else None
        elif isinstance(given[0], dict) and isinstance(given[1], dict):
            values[side] = frozendict({**given[0], **given[1]})
        else:
            texts = (value if isinstance(value, tuple) else (value,) for value in given)
            values[side] = in_order(item for text in texts for item in text)
    return Effect(what=one.what, how=one.how, **values)


def _of_value(before: Fact, after: Fact, item: str) -> Iterator[Effect]:
    for key, yes, no in (("required", "required", "optional"), ("repeatable", "repeatable", "single")):
        if bool(before.get(key)) != bool(after.get(key)):
            yield Effect(what=item, how=yes if after.get(key) else no)
    if before.get("audience") != after.get("audience"):
        yield audience(before.get("audience"), after.get("audience"))
    if not same(_default(before), _default(after)):
        yield Effect(what="default", how="altered", before=before.get("default"), after=after.get("default"))
    if any(before.get(key) != after.get(key) for key in ("within", "bodies")) or "described" in {
        fact.get("otherwise") for fact in (before, after) if before.get("otherwise") != after.get("otherwise")
    }:
        yield Effect(what="constraint", how="altered")
    old, new = before["kinds"], after["kinds"]
    yield from _of_kinds(old, new)
    for kind in sorted(old.keys() & new.keys()):
        if old[kind] != new[kind]:
            yield from _of_alternatives(old[kind], new[kind])


def _default(fact: Fact) -> tuple[Any, ...]:
    """The default, if there is one; null is a default, too."""
    return (fact["default"],) if "default" in fact else ()


def _of_kinds(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Effect]:
    """The types that were added and removed."""
    gone, come = missing(old, new), missing(new, old)
    for what, how, kinds in (("type", "removed", gone), ("type", "added", come)):
        if "null" in kinds:
            yield Effect(what="null", how=how)
        if set(kinds) - {"null"}:
            yield Effect(what=what, how=how, before=types(old), after=types(new))


def types(kinds: Iterable[str]) -> tuple[str, ...]:
    """Types as a schema names them: integers are numbers, too."""
    found = set(kinds)
    return tuple(sorted(found - {"integer"} if "number" in found else found))


def audience(before: str | None, after: str | None) -> Effect:
    """The difference in who may use it."""
    if before is None or after is None:
        return Effect(what="audience", how="narrowed" if before is None else "widened", before=before, after=after)
    order = ("service", "admin", "manager", "member", "reader", "any", "anonymous")
    if before not in order or after not in order:
        return Effect(what="audience", how="altered", before=before, after=after)
    how = "widened" if order.index(after) > order.index(before) else "narrowed"
    return Effect(what="audience", how="altered" if "service" in (before, after) else how, before=before, after=after)


# ------------------------------------------------------------------------------------------ alternatives


def _of_alternatives(old: tuple[Fact, ...], new: tuple[Fact, ...]) -> Iterator[Effect]:
    """The differences in values of one type, with one or several alternatives on each side."""
    if len(old) == len(new) == 1:
        yield from _of_keywords(old[0], new[0])
        return
    if "form" in old[0] or "form" in new[0]:
        yield from _of_forms(*({form.get("form", ""): form for form in side} for side in (old, new)))
        return
    old_lists, old = _apart(old)
    new_lists, new = _apart(new)
    if old_lists and new_lists:
        yield from _of_lists(old_lists, new_lists)
    else:
        old, new = (*old_lists, *old), (*new_lists, *new)
    lost, lost_for_sure = _uncovered(old, new)
    won, won_for_sure = _uncovered(new, old)
    if lost and won and not (lost_for_sure and won_for_sure):
        yield Effect(what="form", how="altered", before=lost, after=won)
        return
    if lost:
        yield Effect(what="form", how="removed", before=lost)
    if won:
        yield Effect(what="form", how="added", after=won)


def _apart(alternatives: tuple[Fact, ...]) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """The alternatives that only list values, and the others."""
    lists = tuple(item for item in alternatives if set(item) == {"enum"})
    return lists, tuple(item for item in alternatives if item not in lists)


def _of_lists(old: tuple[Fact, ...], new: tuple[Fact, ...]) -> Iterator[Effect]:
    """The differences between lists of values; a value may be in any of them."""
    was, becomes = (in_order(value for item in side for value in item["enum"]) for side in (old, new))
    yield from _of_enum(was, becomes)
    if same(was, becomes) and set(old) != set(new):
        yield Effect(what="enum-value", how="moved")


def _uncovered(some: tuple[Fact, ...], others: tuple[Fact, ...]) -> tuple[tuple[Fact, ...], bool]:
    """The alternatives that are not certainly within one of the others, and whether all of them certainly are not."""
    verdicts = [(item, [_covers(other, item) for other in others]) for item in some]
    found = [(item, None not in of_item) for item, of_item in verdicts if True not in of_item]
    return tuple(item for item, _ in found), all(sure for _, sure in found)


def _of_forms(old: dict[str, Fact], new: dict[str, Fact]) -> Iterator[Effect]:
    """The differences in the forms that an object or array may have."""
    gone, come = missing(old, new), missing(new, old)
    for form, was in old.items():
        if form in new:
            yield from _of_keywords(was, new[form])
    if gone and come and not all(map(is_name, (*gone, *come))):
        yield Effect(what="form", how="altered", before=gone, after=come)
        return
    if gone:
        yield Effect(what="form", how="removed", before=gone)
    if come:
        yield Effect(what="form", how="added", after=come)


def _covers(wide: Fact, narrow: Fact) -> bool | None:
    """Whether `wide` accepts everything that `narrow` accepts; None if that is undecidable."""
    if wide == narrow:
        return True
    if "enum" in narrow:
        verdicts = set(taken(wide, narrow["enum"]))
        return False if False in verdicts else None if None in verdicts else True
    found = {(effect.what, effect.how) for effect in _of_keywords(narrow, wide)}
    if any(how == "narrowed" or (what, how) in _NARROWER for what, how in found):
        return False
    return None if any(how == "altered" for _, how in found) else True


_NARROWER = frozenset(
    {("enum-value", "removed"), *((what, "added") for what in ("enum", "pattern", "format", "constraint"))}
)
"""The effects that narrow an alternative, in addition to those called narrowed."""


# ---------------------------------------------------------------------------------------------- keywords


def _of_keywords(old: Fact, new: Fact) -> Iterator[Effect]:
    """The differences between two alternatives of one type."""
    yield from _of_enum(old.get("enum"), new.get("enum"))
    yield from _of_limits(old, new)
    yield from _of_texts("pattern", old.get("pattern"), new.get("pattern"))
    yield from _of_texts("format", old.get("format"), new.get("format"))
    yield from _of_openness(old, new)
    for keyword in ("required", "conditions"):
        was, becomes = old.get(keyword, ()), new.get(keyword, ())
        gone, come = missing(was, becomes), missing(becomes, was)
        if gone or come:
            how = "added" if not gone else "removed" if not come else "altered"
            yield Effect(what="constraint", how=how, before=_given(keyword, gone), after=_given(keyword, come))


def _given(keyword: str, items: tuple[Any, ...]) -> Any:
    """What is required, or the conditions, as in a schema; empty if there are none."""
    if not items:
        return None
    return frozendict(required=items) if keyword == "required" else items[0] if len(items) == 1 else items


def _of_enum(old: tuple[Any, ...] | None, new: tuple[Any, ...] | None) -> Iterator[Effect]:
    if same(old, new):
        return
    if old is None or new is None:
        yield Effect(what="enum", how="added" if old is None else "removed", before=old, after=new)
        return
    gone, come = missing(old, new), missing(new, old)
    if gone:
        yield Effect(what="enum-value", how="removed", before=gone)
    if come:
        yield Effect(what="enum-value", how="added", after=come)


def _of_limits(old: Fact, new: Fact) -> Iterator[Effect]:
    changed: dict[str, list[str]] = {}
    for keywords, towards in _LIMITS:
        was, becomes = (_limit(fact, keywords, towards) for fact in (old, new))
        if was != becomes:
            how = "widened" if becomes is None or (was is not None and becomes < was) else "narrowed"
            changed.setdefault(how, []).extend(keywords)
    for how, concerned in changed.items():
        before = frozendict({keyword: old[keyword] for keyword in concerned if keyword in old})
        after = frozendict({keyword: new[keyword] for keyword in concerned if keyword in new})
        yield Effect(what="limit", how=how, before=before, after=after)


_LIMITS = (
    (("minimum", "exclusiveMinimum"), 1),
    (("maximum", "exclusiveMaximum"), -1),
    *(((keyword,), 1) for keyword in LOWER if keyword.startswith("min") and keyword != "minimum"),
    *(((keyword,), -1) for keyword in UPPER if keyword.startswith("max") and keyword != "maximum"),
)
"""The keywords of each limit, the one that excludes the limit itself last; and whether more of it is tighter."""


def _limit(fact: Fact, keywords: tuple[str, ...], towards: int) -> tuple[Any, int] | None:
    """A limit as a value that grows as the limit gets tighter."""
    return next(((fact[keyword] * towards, n) for n, keyword in enumerate(keywords) if keyword in fact), None)


def _of_texts(what: str, old: Any, new: Any) -> Iterator[Effect]:
    """The differences in the patterns or formats of a string."""
    was, becomes = ((side,) if isinstance(side, str) else side or () for side in (old, new))
    gone, come = missing(was, becomes), missing(becomes, was)
    if not gone and not come:
        return
    if not gone or not come:
        how = "added" if come else "removed"
    elif len(gone) > 1 or len(come) > 1:
        how = "altered"
    elif what == "format":
        how = _ordered((gone[0], come[0]) in _FORMATS_WITHIN, (come[0], gone[0]) in _FORMATS_WITHIN)
    else:
        how = _ordered(_pattern_within(gone[0], come[0]), _pattern_within(come[0], gone[0]))
    yield Effect(what=what, how=how, before=old, after=new)


def _ordered(widened: bool, narrowed: bool) -> str:
    return "altered" if widened == narrowed else "widened" if widened else "narrowed"


def _of_openness(old: Fact, new: Fact) -> Iterator[Effect]:
    """The differences in the unlisted properties that an object may have.

    Each part of an object may limit them; one more such part leaves fewer.
    """
    was, becomes = (tuple(map(_rule, fact.get("open", ()))) for fact in (old, new))
    gone, come = missing(was, becomes), missing(becomes, was)
    wider, narrower = bool(gone), bool(come)
    if len(gone) == len(come) == 1:
        touching = {name for fact in (old, new) for part in fact["open"] for name in part.get("touching", ())}
        wider, narrower = _is_more_open(come[0], gone[0], touching), _is_more_open(gone[0], come[0], touching)
    if gone or come:
        yield Effect(what="openness", how=_ordered(wider, narrower), before=was, after=becomes)


def _rule(part: Fact) -> Fact:
    """What a part says about unlisted properties."""
    return part.delete("touching") if "touching" in part else part


def _is_more_open(one: Fact, other: Fact, touching: Container[str]) -> bool:
    """Whether one part accepts everything that the other accepts.

    This is decidable if both have the same patterns, or if no other name is accepted and nothing else is said about the
    names that match the additional patterns.
    """
    if one["names"] == other["names"]:
        return bool(_OPEN.index(one["unlisted"]) > _OPEN.index(other["unlisted"]))
    more = missing(one["names"], other["names"])
    same = one["unlisted"] is other["unlisted"] is False and set(other["names"]) < set(one["names"])
    return same and not any(name in touching for name in more)


_OPEN = (False, "described")
"""How open a part is that is not fully open, beginning with closed."""

# ---------------------------------------------------------------------------------------------- patterns

_CLASS = re.compile(r"^\^(\[(?:\\.|[^\]\\])+\])([*+])\$$")
"""A pattern that restricts every character of a string."""


def _pattern_within(narrow: str, wide: str) -> bool:
    """Whether every string that `narrow` matches certainly matches `wide`.

    This is decidable if `wide` is about single characters, and `narrow` only allows those.
    """
    simple = _CLASS.match(wide)
    if simple is None or not (narrow.startswith("^") and narrow.endswith("$")):
        return False
    characters = _characters(narrow)
    if characters is None or (simple[2] == "+" and re.search(narrow, "") is not None):
        return False
    return all(re.match(simple[1], character) for character in characters)


def _characters(pattern: str) -> set[str] | None:
    """All characters in the strings that a pattern matches; None if they are too many or the pattern is too complex."""
    found: set[str] = set()
    stack: list[Any] = list(parsed(pattern))
    while stack:
        code, value = stack.pop()
        name = str(code)
        if name == "LITERAL":
            found.add(chr(value))
        elif name == "RANGE":
            found |= set(map(chr, range(value[0], value[1] + 1))) if value[1] < _MANY else set()
            if value[1] >= _MANY:
                return None
        elif name == "IN":
            stack += value
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            stack += value[2]
        elif name == "SUBPATTERN":
            stack += value[3]
        elif name == "BRANCH":
            stack += [item for branch in value[1] for item in branch]
        elif name != "AT":
            return None
    return found


_MANY = 0x250
"""The end of the range of characters that are checked one by one: those of Latin scripts."""

"""The table of rules: what each kind of difference means for a caller.

The principle: narrowing breaks callers who send, and widening breaks callers who read. It applies to each rule by the
`direction` and the `sense` of the rule. If the policy ``wire`` departs from the principle, the rule says why. The
policies, from the mildest:

- ``none``: nothing is breaking;
- ``wire``: a difference is breaking if it gets a request refused or makes an answer unreadable;
- ``strict``: a difference is breaking if the principle says so, if it is a behavior, or if it is undecidable.
"""

from __future__ import annotations

from ..values.frozen import EMPTY, Value, frozendict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .vocabulary import Direction, Sense, Severity


SEVERITIES: tuple[Severity, ...] = ("compatible", "undecidable", "breaking")
"""From the mildest."""

POLICIES = ("none", "wire", "strict")
"""From the mildest."""


class Rule(Value):
    """One kind of difference. `id` says what happened, in the past tense; findings refer to it.

    `direction`: whether it is about what is sent or what is read. `sense`: whether more or less is possible than
    before. `wire` and `strict` are its severities by these policies. `advice` says what a caller should do. `mirror` is
    the opposite rule; None if the rule is its own opposite.
    """

    id: str
    direction: Direction
    sense: Sense
    wire: Severity
    strict: Severity
    summary: str
    why: str
    advice: str
    mirror: str | None = None

    def severity(self, policy: str) -> Severity:
        """The severity by a policy."""
        return "compatible" if policy == "none" else self.wire if policy == "wire" else self.strict


class Policy(Value):
    """How findings are judged: the name of a policy, and other severities for single rules.

    Raises UnknownName for an unknown policy or rule.
    """

    name: str = "wire"
    overrides: frozendict[str, Severity] = EMPTY

    def __init__(self, *, name: str = "wire", overrides: Mapping[str, Severity] = EMPTY) -> None:
        super().__init__(name=name, overrides=frozendict(overrides))
        for kind, names, known in (("policy", [self.name], POLICIES), ("rule", self.overrides, RULES)):
            for each in names:
                if each not in known:
                    from ..values.errors import UnknownName

                    raise UnknownName(kind, each, known)

    def severity(self, rule: str) -> Severity:
        """The severity of the findings of a rule."""
        return self.overrides.get(rule) or RULES[rule].severity(self.name)


# ---------------------------------------------------------------------------------------------- the table

_SENT = ("request", "parameter")
_BODIES = ("request", "response")
_VALUES = (*_SENT, "response")

_Row = tuple[tuple[str, ...], str, str, "Sense", str, str, str]

_ROWS: tuple[_Row, ...] = (
    # whose            what and how, the mirror,       sense,     summary, what a sender does, what a reader does
    (_BODIES, "body-added", "body-removed", "narrows",
     "The operation now reads a body.", "Send a body that matches the schema.", "Read it if you like."),
    (_BODIES, "body-removed", "body-added", "widens",
     "There is no longer a body.", "Leave the body out; it is ignored.", "Do not read a body."),
    (_VALUES, "property-added", "property-removed", "widens",
     "An object has a new optional property.", "Use it if you like.", "Ignore it or read it."),
    (_VALUES, "property-removed", "property-added", "narrows",
     "A property is no longer part of an object.", "Do not send it.", "Do not expect it."),
    (_SENT, "required-property-added", "required-property-removed", "both",
     "An object has a new required property.", "Send it.", ""),
    (_SENT, "required-property-removed", "required-property-added", "both",
     "A required property is no longer part of an object.", "Do not send it.", ""),
    (_VALUES, "property-described", "property-undescribed", "narrows",
     "A property that could hold anything now has a meaning and a schema.",
     "Send a value that matches, or leave it out.", "Read it."),
    (_VALUES, "property-undescribed", "property-described", "widens",
     "A property no longer has a meaning, but is still allowed, with any value.",
     "Do not send it: it has no effect.", "Do not rely on it."),
    (_VALUES, "property-required", "property-optional", "narrows",
     "A property is now required.", "Always send it with the object.", "It is always there."),
    (_VALUES, "property-optional", "property-required", "widens",
     "A property is now optional.", "Leave it out if you like.", "Handle objects without it."),
    (_VALUES, "item-described", "item-undescribed", "narrows",
     "The items of an array, or the values of a map, now have a schema.",
     "Send only items that match.", "Read them."),
    (_VALUES, "item-undescribed", "item-described", "widens",
     "The items of an array, or the values of a map, can now be anything.",
     "Send any value.", "Handle items of any kind."),
    (_VALUES, "openness-widened", "openness-narrowed", "widens",
     "An object allows more unlisted properties.", "Use them if you like.",
     "Ignore what you do not know."),
    (_VALUES, "openness-narrowed", "openness-widened", "narrows",
     "An object allows fewer unlisted properties.", "Send only what is described.",
     "Expect only what is described."),
    (_VALUES, "openness-altered", "openness-altered", "unsure",
     "An object allows different unlisted properties.", "Compare the names you use.",
     "Compare the names you read."),
    (("parameter", "response-header"), "added", "removed", "widens",
     "It is new, and optional.", "Use it if you like.", "Read it if you like."),
    (("parameter", "response-header"), "removed", "added", "narrows",
     "It was removed.", "Do not send it.", "Do not read it."),
    (("parameter",), "required-added", "required-removed", "both",
     "There is a new required parameter.", "Send it.", ""),
    (("parameter",), "required-removed", "required-added", "both",
     "A required parameter was removed.", "Do not send it.", ""),
    (("parameter",), "described", "undescribed", "narrows",
     "A parameter that was ignored now has a meaning and a schema.",
     "Send it only if you mean it.", ""),
    (("parameter",), "undescribed", "described", "widens",
     "A parameter no longer has an effect: it is ignored.", "Do not send it; do its work in the client.", ""),
    (("parameter",), "required", "optional", "narrows", "A parameter is now required.", "Always send it.", ""),
    (("parameter",), "optional", "required", "widens", "A parameter is now optional.", "Leave it out if you like.", ""),
    (("parameter",), "repeatable", "single", "widens",
     "A parameter may be given several times.", "Repeat it if you like.", ""),
    (("parameter",), "single", "repeatable", "narrows",
     "A parameter may be given only once.", "Send it once.", ""),
    (("parameter",), "audience-widened", "audience-narrowed", "widens",
     "More callers may use a parameter.", "Use it if you like.", ""),
    (("parameter",), "audience-narrowed", "audience-widened", "narrows",
     "Fewer callers may use a parameter.", "Check that you still may.", ""),
    (("parameter",), "audience-altered", "audience-altered", "unsure",
     "Different callers may use a parameter.", "Check that you still may.", ""),
    (_VALUES, "null-added", "null-removed", "widens",
     "The value may be null.", "Send null if you like.", "Handle null."),
    (_VALUES, "null-removed", "null-added", "narrows",
     "The value may no longer be null.", "Leave it out instead of sending null.", "It is never null."),
    (_VALUES, "type-added", "type-removed", "widens",
     "The value may have one more type.", "Send either.", "Handle the other type."),
    (_VALUES, "type-removed", "type-added", "narrows",
     "The value may no longer have one of its types.", "Send one of the remaining types.",
     "Expect the remaining types."),
    (_VALUES, "form-added", "form-removed", "widens",
     "The value may have one more form.", "Send either.", "Handle the other form."),
    (_VALUES, "form-removed", "form-added", "narrows",
     "The value may no longer have one of its forms.", "Send one of the remaining forms.",
     "Expect the remaining forms."),
    (_VALUES, "form-altered", "form-altered", "unsure",
     "The value has different forms, and it is undecidable whether more or fewer values match.",
     "Compare the values that you send.", "Compare the values that you read."),
    (_VALUES, "enum-added", "enum-removed", "narrows",
     "The value was free, and must now be one of a list.", "Send one of the list.", "Expect one of the list."),
    (_VALUES, "enum-removed", "enum-added", "widens",
     "The value had to be one of a list, and is now free.", "Send any value.", "Handle any value."),
    (_VALUES, "enum-value-added", "enum-value-removed", "widens",
     "The list of allowed values is longer.", "Use them if you like.", "Handle values that you do not know."),
    (_VALUES, "enum-value-removed", "enum-value-added", "narrows",
     "The list of allowed values is shorter.", "Send one of the remaining values.", "Expect the remaining values."),
    (_VALUES, "enum-value-moved", "enum-value-moved", "neither",
     "A value has moved to another list, such as that of values without effect.",
     "Read the descriptions of the lists.", "Read the descriptions of the lists."),
    (_VALUES, "limit-widened", "limit-narrowed", "widens",
     "The limits of the value are wider.", "Use it if you like.",
     "Handle such values."),
    (_VALUES, "limit-narrowed", "limit-widened", "narrows",
     "The limits of the value are tighter.", "Stay within them.", "Expect values within them."),
    (_VALUES, "pattern-added", "pattern-removed", "narrows",
     "The text must now match a pattern.", "Send texts that match.", "Expect texts that match."),
    (_VALUES, "pattern-removed", "pattern-added", "widens",
     "The text no longer has to match a pattern.", "Send any value.", "Handle any text."),
    (_VALUES, "pattern-widened", "pattern-narrowed", "widens",
     "More texts match the pattern.", "Use them if you like.", "Handle such texts."),
    (_VALUES, "pattern-narrowed", "pattern-widened", "narrows",
     "Fewer texts match the pattern.", "Send texts that still match.", "Expect texts that still match."),
    (_VALUES, "pattern-altered", "pattern-altered", "unsure",
     "The text must match a different pattern.", "Compare the texts you send.", "Compare the texts you read."),
    (_VALUES, "format-added", "format-removed", "narrows",
     "The text must now have a format.", "Send it in this format.", "Parse it as that format."),
    (_VALUES, "format-removed", "format-added", "widens",
     "The text no longer has to have a format.", "Send any value.", "Do not parse it without checking."),
    (_VALUES, "format-widened", "format-narrowed", "widens",
     "The format of the text allows more.", "Use it if you like.", "Handle such texts."),
    (_VALUES, "format-narrowed", "format-widened", "narrows",
     "The format of the text allows less.", "Send texts of that format.", "Expect texts of that format."),
    (_VALUES, "format-altered", "format-altered", "unsure",
     "The text must have a different format.", "Compare the texts that you send.", "Compare how you read it."),
    (_VALUES, "constraint-added", "constraint-removed", "narrows",
     "The value must meet one more condition.", "Check the condition.", "It meets the condition."),
    (_VALUES, "constraint-removed", "constraint-added", "widens",
     "A condition on the value was removed.", "Nothing to do.", "Do not rely on the condition."),
    (_VALUES, "constraint-altered", "constraint-altered", "unsure",
     "A condition on the value changed.", "Check the condition.", "Check the condition."),
    (_VALUES, "default-altered", "default-altered", "neither",
     "The default changed.", "Send the value that you mean.", "Do not rely on the default."),
    (_VALUES, "description-altered", "description-altered", "neither",
     "The description changed.", "Read the description.", "Read the description."),
)  # fmt: skip
"""The rules about values, each for some of the parts that have values."""

_WHOLE: tuple[tuple[str, str, Direction, Sense, str, str], ...] = (
    ("operation-added", "operation-removed", "request", "widens", "There is a new operation.",
     "Use it if you like."),
    ("operation-removed", "operation-added", "request", "narrows", "An operation was removed.",
     "Do not call it."),
    ("operation-altered", "operation-altered", "both", "unsure",
     "An operation is an alias of a different one, or a different release removed it.", "Check it."),
    ("audience-widened", "audience-narrowed", "request", "widens", "More callers may use the operation.",
     "Use it if you like."),
    ("audience-narrowed", "audience-widened", "request", "narrows",
     "Fewer callers may use the operation by default.", "Check that you still may."),
    ("audience-altered", "audience-altered", "request", "unsure",
     "Different callers may use the operation by default.", "Check that you still may."),
    ("unknown-query-rejected", "unknown-query-ignored", "request", "narrows",
     "Unknown query parameters are now refused.", "Send only parameters that are described."),
    ("unknown-query-ignored", "unknown-query-rejected", "request", "widens",
     "Unknown query parameters are now ignored.", "Nothing to do."),
    ("success-status-added", "success-status-removed", "response", "widens",
     "The operation may succeed with one more status.", "Treat it as success."),
    ("success-status-removed", "success-status-added", "response", "narrows",
     "The operation no longer succeeds with a status.", "Nothing to do."),
    ("success-status-altered", "success-status-altered", "response", "both",
     "The operation succeeds with a different status.", "Treat the new status as success."),
    ("error-status-added", "error-status-removed", "response", "widens",
     "The operation may fail with one more status.", "Handle it as a failure."),
    ("error-status-removed", "error-status-added", "response", "narrows",
     "The operation no longer fails with a status.", "Nothing to do."),
    ("behavior-added", "behavior-removed", "both", "neither", "Something works differently.",
     "Read what it says."),
    ("behavior-removed", "behavior-added", "both", "neither", "Something no longer works as it did.",
     "Read what it says."),
    ("behavior-altered", "behavior-altered", "both", "neither",
     "A behavior says something else, or covers other operations or statuses.", "Read what it says."),
    ("description-altered", "description-altered", "both", "neither",
     "The description changed.", "Read the description."),
)  # fmt: skip
"""The rules about operations, statuses and behaviors."""

_EXCEPTIONS: dict[str, tuple[Severity, str]] = {
    "response-property-added": ("compatible", "Readers ignore properties that they do not know."),
    "response-openness-widened": ("compatible", "Readers ignore properties that they do not know."),
    "response-enum-value-added": ("compatible", "An unknown word is still a word."),
    "response-limit-widened": ("compatible", "A longer text or a larger number is read like any other."),
    "response-pattern-widened": ("compatible", "It is still text."),
    "response-header-added": ("compatible", "Readers ignore headers that they do not know."),
    "response-body-added": ("compatible", "Readers that expect no body do not read one."),
    "response-body-removed": ("breaking", "Readers of the body get none."),
    "response-property-removed":
     ("breaking", "Readers of the property no longer get it, although every answer fits the old schema."),
    "response-header-removed": ("breaking", "Readers of the header no longer get it."),
    "error-status-added": ("compatible", "Callers recognise failures by the first digit of the status."),
    "request-property-undescribed":
     ("compatible", "The request is still accepted; strict reports that the property has no effect."),
    "parameter-undescribed":
     ("compatible", "The request is still accepted; strict reports that the parameter has no effect."),
    "parameter-described": ("compatible", "Nobody sends a parameter that has no effect."),
}  # fmt: skip
"""Where the policy ``wire`` departs from the principle, and why. ``strict`` takes the stricter of the two."""

_ALSO_STRICT = frozenset({"request-property-undescribed", "parameter-undescribed"})
"""What the principle calls harmless, but a careful client should still review."""

_WHY: dict[tuple[Direction, Sense], str] = {
    ("request", "narrows"): "A request that was accepted may now be refused.",
    ("request", "widens"): "Every request that was accepted still is.",
    ("request", "both"): "A request that was accepted is now refused.",
    ("request", "unsure"): "It is undecidable whether a request that was accepted is now refused.",
    ("response", "widens"): "An answer may contain something new to its readers.",
    ("response", "narrows"): "Every answer was possible before.",
    ("response", "both"): "Readers that know the old answers do not know the new ones.",
    ("response", "unsure"): "It is undecidable whether an answer may contain something new to its readers.",
    ("both", "unsure"): "Its effect on callers is undecidable.",
    ("both", "neither"): "Nothing is refused and nothing is unreadable, but the outcome may differ.",
    ("request", "neither"): "The same requests are accepted.",
    ("response", "neither"): "The answers have the same form.",
}


def _rules() -> Iterator[Rule]:
    for what, mirror, direction, sense, summary, advice in _WHOLE:
        yield _rule(what, mirror, direction, sense, summary, advice)
    for subjects, what, mirror, sense, summary, send, read in _ROWS:
        for subject in subjects:
            sent = subject in _SENT
            side: Direction = "request" if sent else "response"
            yield _rule(f"{subject}-{what}", f"{subject}-{mirror}", side, sense, summary, send if sent else read)


def _rule(name: str, mirror: str, direction: Direction, sense: Sense, summary: str, advice: str) -> Rule:
    principle = _by_principle(direction, sense)
    wire, why = _EXCEPTIONS.get(name, (principle, _WHY[direction, sense]))
    careful = name in _ALSO_STRICT or name.startswith("behavior-") or name.endswith("-default-altered")
    strict: Severity = (
        "breaking" if careful or principle == "undecidable" else max(wire, principle, key=SEVERITIES.index)
    )
    return Rule(
        id=name,
        direction=direction,
        sense=sense,
        wire=wire,
        strict=strict,
        summary=summary,
        why=why,
        advice=advice,
        mirror=mirror if mirror != name else None,
    )


def _by_principle(direction: Direction, sense: Sense) -> Severity:
    """The severity by the principle: narrowing breaks callers who send, and widening breaks callers who read."""
    if sense == "unsure":
        return "undecidable"
    hurts: dict[Direction, tuple[Sense, ...]] = {
        "request": ("narrows", "both"),
        "response": ("widens", "both"),
        "both": (),
    }
    return "breaking" if sense in hurts[direction] else "compatible"


RULES: frozendict[str, Rule] = frozendict({rule.id: rule for rule in _rules()})
"""Every rule by its id."""

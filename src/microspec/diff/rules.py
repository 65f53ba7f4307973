"""The table of judgements: what each kind of difference means for a caller.

The principle: what narrows breaks those who send, what widens breaks those who read. A rule follows
from it by its `direction` and its `sense`; where the policy ``wire`` departs from the principle, the
rule says why. Policies, from the mildest:

- ``none``: nothing breaks anybody;
- ``wire``: what gets a request refused, or makes an answer unreadable, breaks;
- ``strict``: everything that the principle says, behaviors, and whatever cannot be decided break.
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
    """One kind of difference. `id` says what happened, in the past tense, and is what findings refer to.

    `direction`: whether it is about what is sent or what is read; `sense`: whether more or less is
    possible than before. `wire` and `strict` are its severities by these policies. `advice` tells a
    caller what to do; `mirror` is the rule of the opposite, None if it is its own.
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
    """By what findings are judged: the name of a policy, and the severities of single rules that depart from it.

    Raises UnknownName for a policy or a rule that there is not.
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
     "There is a body where none was looked at.", "Send a body that obeys its schema.", "Read it if you like."),
    (_BODIES, "body-removed", "body-added", "widens",
     "There is no body any more.", "Leave the body out; it is not looked at.", "Do not read a body."),
    (_VALUES, "property-added", "property-removed", "widens",
     "An object has one more property, which may be left out.", "Use it if you like.", "Pass over it, or read it."),
    (_VALUES, "property-removed", "property-added", "narrows",
     "An object does not have a property any more.", "Do not send it.", "Do not expect it."),
    (_SENT, "required-property-added", "required-property-removed", "both",
     "An object has one more property, which has to be given.", "Send it.", ""),
    (_SENT, "required-property-removed", "required-property-added", "both",
     "An object does not have a property any more which had to be given.", "Do not send it.", ""),
    (_VALUES, "property-described", "property-undescribed", "narrows",
     "A property that could be anything has a meaning, and takes certain values only.",
     "Send a value that it takes, or leave it out.", "Read it."),
    (_VALUES, "property-undescribed", "property-described", "widens",
     "A property means nothing any more, but may still be there with any value.",
     "Do not send it: it has no effect.", "Do not rely on it."),
    (_VALUES, "property-required", "property-optional", "narrows",
     "A property has to be there.", "Send it whenever you send the object.", "It is always there."),
    (_VALUES, "property-optional", "property-required", "widens",
     "A property may be missing.", "Leave it out if you like.", "Be ready for an object without it."),
    (_VALUES, "item-described", "item-undescribed", "narrows",
     "The items of an array, or the values of a map, cannot be just anything.",
     "Send items of this kind only.", "Read them."),
    (_VALUES, "item-undescribed", "item-described", "widens",
     "The items of an array, or the values of a map, can be anything.",
     "Send what you like.", "Be ready for items of any kind."),
    (_VALUES, "openness-widened", "openness-narrowed", "widens",
     "An object takes more properties that are not listed.", "Use them if you like.",
     "Pass over what you do not know."),
    (_VALUES, "openness-narrowed", "openness-widened", "narrows",
     "An object takes fewer properties that are not listed.", "Send only what is described.",
     "Expect only what is described."),
    (_VALUES, "openness-altered", "openness-altered", "unsure",
     "An object takes other properties that are not listed.", "Compare the names you use.",
     "Compare the names you read."),
    (("parameter", "response-header"), "added", "removed", "widens",
     "There is one more, which need not be given.", "Use it if you like.", "Read it if you like."),
    (("parameter", "response-header"), "removed", "added", "narrows",
     "It is not there any more.", "Do not send it.", "Do not read it."),
    (("parameter",), "required-added", "required-removed", "both",
     "There is one more parameter, which has to be given.", "Send it.", ""),
    (("parameter",), "required-removed", "required-added", "both",
     "A parameter that had to be given is not there any more.", "Do not send it.", ""),
    (("parameter",), "described", "undescribed", "narrows",
     "A parameter that was ignored has a meaning, and takes certain values only.",
     "Send it only if you mean it.", ""),
    (("parameter",), "undescribed", "described", "widens",
     "A parameter has no effect any more: it is ignored.", "Do not send it; do what it did yourself.", ""),
    (("parameter",), "required", "optional", "narrows", "A parameter has to be given.", "Send it always.", ""),
    (("parameter",), "optional", "required", "widens", "A parameter may be left out.", "Leave it out if you like.", ""),
    (("parameter",), "repeatable", "single", "widens",
     "A parameter may be given more than once.", "Repeat it if you like.", ""),
    (("parameter",), "single", "repeatable", "narrows",
     "A parameter may be given once only.", "Send it once.", ""),
    (("parameter",), "audience-widened", "audience-narrowed", "widens",
     "More callers may use a parameter.", "Use it if you like.", ""),
    (("parameter",), "audience-narrowed", "audience-widened", "narrows",
     "Fewer callers may use a parameter.", "Look whether you still may.", ""),
    (("parameter",), "audience-altered", "audience-altered", "unsure",
     "Others may use a parameter.", "Look whether you still may.", ""),
    (_VALUES, "null-added", "null-removed", "widens",
     "The value may be null.", "Send null if you like.", "Be ready for null."),
    (_VALUES, "null-removed", "null-added", "narrows",
     "The value may not be null any more.", "Leave it out instead of sending null.", "It is never null."),
    (_VALUES, "type-added", "type-removed", "widens",
     "The value may be of one more type.", "Send either.", "Be ready for the other type."),
    (_VALUES, "type-removed", "type-added", "narrows",
     "The value may not be of some type any more.", "Send it as one of the types that are left.",
     "Expect the types that are left."),
    (_VALUES, "form-added", "form-removed", "widens",
     "There is one more form that the value may have.", "Send either.", "Be ready for the other form."),
    (_VALUES, "form-removed", "form-added", "narrows",
     "A form that the value could have is not taken any more.", "Send it in a form that is left.",
     "Expect the forms that are left."),
    (_VALUES, "form-altered", "form-altered", "unsure",
     "The value may have other forms, and it cannot be told whether more or fewer.",
     "Compare the values that you send.", "Compare the values that you read."),
    (_VALUES, "enum-added", "enum-removed", "narrows",
     "The value is one of a list, where it was free.", "Send one of the list.", "Expect one of the list."),
    (_VALUES, "enum-removed", "enum-added", "widens",
     "The value is free, where it was one of a list.", "Send what you like.", "Be ready for any value."),
    (_VALUES, "enum-value-added", "enum-value-removed", "widens",
     "The list of values has more.", "Use them if you like.", "Be ready for values that you do not know."),
    (_VALUES, "enum-value-removed", "enum-value-added", "narrows",
     "The list of values has fewer.", "Send one of those that are left.", "Expect those that are left."),
    (_VALUES, "enum-value-moved", "enum-value-moved", "neither",
     "A value is in another list than before, such as that of values without effect.",
     "Read the descriptions of the lists.", "Read the descriptions of the lists."),
    (_VALUES, "limit-widened", "limit-narrowed", "widens",
     "The value may be longer, shorter, larger or smaller than before.", "Use it if you like.",
     "Be ready for such values."),
    (_VALUES, "limit-narrowed", "limit-widened", "narrows",
     "The value has tighter limits.", "Keep within them.", "Expect values within them."),
    (_VALUES, "pattern-added", "pattern-removed", "narrows",
     "The text has to match a pattern.", "Send texts that match.", "Expect texts that match."),
    (_VALUES, "pattern-removed", "pattern-added", "widens",
     "The text need not match a pattern.", "Send what you like.", "Be ready for any text."),
    (_VALUES, "pattern-widened", "pattern-narrowed", "widens",
     "More texts match the pattern.", "Use them if you like.", "Be ready for such texts."),
    (_VALUES, "pattern-narrowed", "pattern-widened", "narrows",
     "Fewer texts match the pattern.", "Send texts that still match.", "Expect texts that still match."),
    (_VALUES, "pattern-altered", "pattern-altered", "unsure",
     "The text has to match another pattern.", "Compare the texts that you send.", "Compare the texts that you read."),
    (_VALUES, "format-added", "format-removed", "narrows",
     "The text has to be of a format.", "Send it in this format.", "Read it as such."),
    (_VALUES, "format-removed", "format-added", "widens",
     "The text need not be of a format.", "Send what you like.", "Do not parse it without checking."),
    (_VALUES, "format-widened", "format-narrowed", "widens",
     "The text may be of a format that takes more.", "Use it if you like.", "Be ready for such texts."),
    (_VALUES, "format-narrowed", "format-widened", "narrows",
     "The text has to be of a format that takes less.", "Send texts of that format.", "Expect texts of that format."),
    (_VALUES, "format-altered", "format-altered", "unsure",
     "The text has to be of another format.", "Compare the texts that you send.", "Compare how you read it."),
    (_VALUES, "constraint-added", "constraint-removed", "narrows",
     "The value has to obey one more condition.", "Look at the condition.", "It obeys the condition."),
    (_VALUES, "constraint-removed", "constraint-added", "widens",
     "A condition on the value is gone.", "Nothing has to be done.", "Do not rely on the condition."),
    (_VALUES, "constraint-altered", "constraint-altered", "unsure",
     "A condition on the value is another one.", "Look at the condition.", "Look at the condition."),
    (_VALUES, "default-altered", "default-altered", "neither",
     "Another value holds where none is given.", "Send the value that you mean.", "Do not rely on the default."),
    (_VALUES, "description-altered", "description-altered", "neither",
     "The meaning is described in other words.", "Read the description.", "Read the description."),
)  # fmt: skip
"""The rules about values, each for some of the parts in which a value is met."""

_WHOLE: tuple[tuple[str, str, Direction, Sense, str, str], ...] = (
    ("operation-added", "operation-removed", "request", "widens", "There is one more operation.",
     "Use it if you like."),
    ("operation-removed", "operation-added", "request", "narrows", "An operation is not there any more.",
     "Do not call it."),
    ("operation-altered", "operation-altered", "both", "unsure",
     "An operation is another name, or gone since another release.", "Look at it."),
    ("audience-widened", "audience-narrowed", "request", "widens", "More callers may use the operation.",
     "Use it if you like."),
    ("audience-narrowed", "audience-widened", "request", "narrows",
     "Fewer callers may use the operation by default.", "Look whether you still may."),
    ("audience-altered", "audience-altered", "request", "unsure",
     "Others may use the operation by default.", "Look whether you still may."),
    ("unknown-query-rejected", "unknown-query-ignored", "request", "narrows",
     "A query parameter that is not known gets the request refused.", "Send only parameters that are described."),
    ("unknown-query-ignored", "unknown-query-rejected", "request", "widens",
     "A query parameter that is not known is ignored.", "Nothing has to be done."),
    ("success-status-added", "success-status-removed", "response", "widens",
     "Success may be told with one more status.", "Take it for success."),
    ("success-status-removed", "success-status-added", "response", "narrows",
     "Success is not told with a status any more.", "Nothing has to be done."),
    ("success-status-altered", "success-status-altered", "response", "both",
     "Success is told with another status.", "Take the new status for success."),
    ("error-status-added", "error-status-removed", "response", "widens",
     "A failure may be told with one more status.", "Handle it as a failure."),
    ("error-status-removed", "error-status-added", "response", "narrows",
     "A failure is not told with a status any more.", "Nothing has to be done."),
    ("behavior-added", "behavior-removed", "both", "neither", "Something works otherwise than before.",
     "Read what it says."),
    ("behavior-removed", "behavior-added", "both", "neither", "Something does not work as it did.",
     "Read what it says."),
    ("behavior-altered", "behavior-altered", "both", "neither",
     "A behavior is of other operations than before.", "Read what it says."),
    ("description-altered", "description-altered", "both", "neither",
     "The meaning is described in other words.", "Read the description."),
)  # fmt: skip
"""The rules about operations, statuses and behaviors."""

_EXCEPTIONS: dict[str, tuple[Severity, str]] = {
    "response-property-added": ("compatible", "A reader passes over properties that it does not know."),
    "response-openness-widened": ("compatible", "A reader passes over properties that it does not know."),
    "response-enum-value-added": ("compatible", "A word that a reader does not know is still a word."),
    "response-limit-widened": ("compatible", "A longer text or a larger number is read like any other."),
    "response-pattern-widened": ("compatible", "It is a text still."),
    "response-header-added": ("compatible", "A reader passes over headers that it does not know."),
    "response-body-added": ("compatible", "Who expects no body does not read one."),
    "response-body-removed": ("breaking", "Who reads a body finds none."),
    "response-property-removed":
     ("breaking", "Who reads the property does not find it, although the answer holds less."),
    "response-header-removed": ("breaking", "Who reads the header does not find it."),
    "error-status-added": ("compatible", "A caller tells failures by the first digit of the status."),
    "request-property-undescribed":
     ("compatible", "The request is accepted; that the property has no effect is for strict."),
    "parameter-undescribed": ("compatible", "The request is accepted; that the parameter has no effect is for strict."),
    "parameter-described": ("compatible", "Nobody sends a parameter that has no effect."),
}  # fmt: skip
"""Where the policy ``wire`` departs from the principle, and why. ``strict`` takes the stricter of the two."""

_ALSO_STRICT = frozenset({"request-property-undescribed", "parameter-undescribed"})
"""What the principle calls harmless, and a careful client has to look at all the same."""

_WHY: dict[tuple[Direction, Sense], str] = {
    ("request", "narrows"): "A request that was accepted may be refused.",
    ("request", "widens"): "Every request that was accepted is accepted still.",
    ("request", "both"): "A request that was accepted is refused.",
    ("request", "unsure"): "It cannot be told whether a request that was accepted is refused.",
    ("response", "widens"): "An answer may hold what a reader has never met.",
    ("response", "narrows"): "Every answer is one that a reader could have met before.",
    ("response", "both"): "A reader that knows the old answers does not know the new ones.",
    ("response", "unsure"): "It cannot be told whether an answer may hold what a reader has never met.",
    ("both", "unsure"): "What it means for a caller cannot be told.",
    ("both", "neither"): "Nothing is refused and nothing is unreadable, but the outcome may be another.",
    ("request", "neither"): "The same requests are accepted.",
    ("response", "neither"): "The answers are of the same form.",
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
    """What narrows breaks those who send, what widens breaks those who read."""
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

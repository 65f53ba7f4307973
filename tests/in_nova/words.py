"""The words of Nova for what is wrong with a request, made of our violations. Runs where Nova is installed.

Many of Nova's tests look for some of its words in the message of an error. A service that keeps its words does the
same, in the function that it gives to `microspec.decorators.Decorators`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from microspec import Violation
    from microspec.decorators import Deviation

WORDS = {
    "additionalProperties": "Additional properties are not allowed ({name!r} was unexpected)",
    "propertyNames": "{name!r} does not match any of the regexes",
    "required": "{name!r} is a required property",
    "type": "{value!r} is not of type {expected!r}",
    "maxLength": "{value!r} is too long",
    "maxItems": "{value!r} is too long",
    "minLength": "{value!r} is too short",
    "minItems": "{value!r} is too short",
    "minProperties": "{value!r} does not have enough properties",
    "uniqueItems": "{value!r} has non-unique elements",
    "pattern": "{value!r} does not match {expected!r}",
    "enum": "{value!r} is not one of {expected!r}",
    "minimum": "{value!r} is less than the minimum of {expected!r}",
    "maximum": "{value!r} is greater than the maximum of {expected!r}",
}
"""What Nova says of a value, by the keyword that it violates. For any other keyword, our own words serve."""

OF_NAMES = ("additionalProperties", "propertyNames")
"""The keywords that an object violates by the name of a property. Nova tells them last."""

BODY, QUERY = "field/attribute", "query parameters"

AT_ENDS, ENDS = "no space at either end", "The name must be: printable. Can not start or end with whitespace."
"""How we and Nova say that a name may not begin or end with a space."""


def of(deviation: Deviation) -> str:
    """The message of Nova's error about an invalid request."""
    if not deviation.violations:
        return str(deviation)
    spec = next((item for item in deviation.violations if _is_extra_spec(deviation, item)), None)
    if spec is not None:
        return f"Validation failed; {_names(spec)[-1]} {spec.message}"
    main: Any = min(deviation.violations, key=lambda item: (len(_steps(item)), item.keyword in OF_NAMES))
    said = WORDS.get(main.keyword, "{message}").format(
        name=main.name, value=main.value, expected=main.expected, message=main.message
    )
    if AT_ENDS in main.message:
        return f"An invalid 'name' value was provided. {ENDS}"
    steps = _steps(main)
    if not steps:
        return said
    is_query = deviation.part == "query"
    noun, step = (QUERY, steps[0]) if is_query else (BODY, steps[-1])
    return f"Invalid input for {noun} {step}. Value: {main.value}. {said}"


def _is_extra_spec(deviation: Deviation, violation: Violation) -> bool:
    """Whether an extra spec of a known namespace is wrong, at which Nova looks in code of its own."""
    return "os-extra_specs" in deviation.operation and ":" in violation.pointer


def _steps(violation: Violation) -> list[str]:
    """The names on the way to the value; for a property that may not be there, to the object that has it."""
    names = _names(violation)
    return names[:-1] if violation.keyword in OF_NAMES else names


def _names(violation: Violation) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in violation.pointer.split("/")[1:]]

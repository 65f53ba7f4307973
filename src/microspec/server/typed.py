"""Path and query parameters as typed values: the integer or the boolean that a text means, if the schema has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..model.operation import Operation
    from ..model.vocabulary import ParameterLocation
    from ..schema.validator import Validator

_TRUE = frozenset({"1", "t", "true", "on", "y", "yes"})
_FALSE = frozenset({"0", "f", "false", "off", "n", "no"})
"""The words that mean true and false, in lower case, as OpenStack has them (`oslo_utils.strutils`)."""


class Types:
    """The types of the parameters of an operation."""

    def __init__(self, operation: Operation) -> None:
        self._validators: dict[tuple[str, str], Validator] = {}
        self._operation = operation

    def path(self, name: str, text: str) -> Any:
        """The value of a path parameter."""
        return self._value(self._validator("path", name), text)

    def query(self, name: str, text: str) -> Any:
        """The value of a query parameter, which the operation has."""
        return self._value(self._validator("query", name), text)

    def _validator(self, location: ParameterLocation, name: str) -> Validator:
        found = self._validators.get((location, name))
        if found is None:
            parameter = self._operation.parameter(location, name)
            found = self._operation.parameter_validator(parameter)
            if not parameter.name_is_pattern:  # of names that match a pattern there is no end
                self._validators[location, name] = found
        return found

    @staticmethod
    def _value(validator: Validator, text: str) -> Any:
        if text.removeprefix("-").isdecimal() and text.isascii() and validator.accepts(number := int(text)):
            return number
        word = text.lower()
        if word in _TRUE or word in _FALSE:
            value = word in _TRUE
            return value if validator.accepts(value) else text
        return text

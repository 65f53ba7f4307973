"""Values of the model as JSON text and back: what the compiled artifact is made of.

Objects are frozendicts, arrays tuples. A `Value` is an object that names its class under ``$value``;
a mapping whose keys are not text is a list of pairs under ``$pairs``.
"""

from __future__ import annotations

import json

from . import changes, errors, microversion, model
from .frozen import Value, frozendict
from .version import Version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CLASSES: dict[str, type[Value]] = {
    kind.__name__: kind
    for module in (changes, errors, microversion, model)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Value)
}


def encode(value: Any) -> str:
    """The JSON text of a value; equal values have equal texts."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def decode(text: str) -> Any:
    """The value of a text that `encode` made."""
    return _frozen(json.loads(text))


def _plain(value: Any) -> Any:
    if isinstance(value, Value):
        given = {name: _plain(item) for name, item in value.__dict__.items() if name in value._fields}
        return {"$value": type(value).__name__, **given}
    if isinstance(value, Version):
        return {"$value": "Version", "text": str(value)}
    if isinstance(value, dict):
        if any(not isinstance(key, str) or key in ("$value", "$pairs") for key in value):
            return {"$pairs": [[_plain(key), _plain(item)] for key, item in value.items()]}
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        kind = value.get("$value")
        if kind == "Version":
            return Version(value["text"])
        if kind is not None:
            return _CLASSES[kind](**{name: _frozen(item) for name, item in value.items() if name != "$value"})
        if "$pairs" in value:
            return frozendict({_frozen(key): _frozen(item) for key, item in value["$pairs"]})
        return frozendict({key: _frozen(item) for key, item in value.items()})
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value

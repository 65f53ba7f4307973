"""Values of the model as JSON text and back: what the compiled artifact is made of.

Objects are frozendicts, arrays tuples. A `Value` is an object that names its module and class under
``$value``; a mapping of such by their own `key` is a list of them under ``$keyed``, any other whose keys
are not text a list of pairs under ``$pairs``.
"""

from __future__ import annotations

from .frozen import Value, frozendict
from .version import Version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


_MARKS = ("$value", "$keyed", "$pairs")


def encode(value: Any) -> str:
    """The JSON text of a value, on one line; equal values have equal texts."""
    import json  # which takes as long to import as all operations to decode, and is not needed for that

    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, Value):
        given = {name: _plain(item) for name, item in value.__dict__.items() if _is_given(value, name)}
        return {"$value": f"{type(value).__module__.rpartition('.')[2]}.{type(value).__name__}", **given}
    if isinstance(value, Version):
        return {"$value": "version.Version", "text": str(value)}
    if isinstance(value, dict):
        if value and all(isinstance(item, Value) and getattr(item, "key", None) == key for key, item in value.items()):
            return {"$keyed": [_plain(item) for item in value.values()]}
        if any(not isinstance(key, str) or key in _MARKS for key in value):
            return {"$pairs": [[_plain(key), _plain(item)] for key, item in value.items()]}
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _is_given(value: Value, name: str) -> bool:
    """Whether an attribute is a field, with another value than it has where it is not given."""
    default = getattr(type(value), name, None)
    return name in value._fields and (value.__dict__[name] != default or not hasattr(type(value), name))


def decode(text: str) -> Any:
    """The value of a text that `encode` made."""
    return _frozen(_scan(text, 0)[0])


def _frozen(value: Any) -> Any:
    return tuple([_frozen(item) for item in value]) if type(value) is list else value


def _object(found: dict[str, Any]) -> Any:
    """What an object stands for; what is in it has been decoded, but for its lists."""
    for key, item in found.items():
        if type(item) is list:
            found[key] = _frozen(item)
    if "$value" in found:
        name = found.pop("$value")
        if name == "version.Version":
            return Version(found["text"])
        kind = _classes.get(name) or _class(name)
        made = kind.__new__(kind)
        made.__dict__.update(found)  # as unpickling does: what was written down was made by its class
        return made
    if "$keyed" in found:
        return frozendict({item.key: item for item in found["$keyed"]})
    return frozendict(found.get("$pairs", found))


_classes: dict[str, type[Value]] = {}


def _class(name: str) -> type[Value]:
    """A class of the package, by its module and name; the module is imported when there is a value of it."""
    module, _, kind = name.partition(".")
    found = getattr(__import__(f"{__package__}.{module}", fromlist=[kind]), kind)
    return _classes.setdefault(name, found)


class _Context:
    """What the scanner of the standard library asks its decoder for."""

    strict = True
    object_hook = _object
    object_pairs_hook = array_hook = None
    parse_float, parse_int, parse_constant = float, int, float


def _scanner() -> Callable[[str, int], tuple[Any, int]]:
    """The scanner that `json` uses, without `json`: the package takes longer to import than a model to decode."""
    scanner: Any
    try:
        from _json import make_scanner

        scanner = make_scanner(_Context)  # type: ignore[arg-type]  # any object will do that has these attributes
    except (ImportError, AttributeError):  # a Python that has none, or whose scanner asks for more
        from json import JSONDecoder

        scanner = JSONDecoder(object_hook=_object).raw_decode
    return scanner  # type: ignore[no-any-return]


_scan = _scanner()

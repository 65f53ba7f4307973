"""Encodes values of the model as JSON text, and decodes them: the values in a compiled artifact.

Objects are frozendicts, and arrays are tuples. A `Value` is an object that names its module and class under
``$value``. A mapping of such values by their own `key` is a list of them under ``$keyed``. Any other mapping with keys
that are not text is a list of pairs under ``$pairs``. Values in a mapping by key, or in a mapping of objects such as
properties, can be written elsewhere, once for all mappings that have the same ones. Then the mapping is a list of
places under ``$keyed``, or lists of keys and places under ``$keys`` and ``$at``. So equal values become one object
when they are read.
"""

from __future__ import annotations

from ..values import same
from ..values.frozen import Value, frozendict
from ..values.version import Version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    class Decoder(Protocol):
        """Decodes the value that begins at a position in a text."""

        def __call__(self, text: str, start: int = 0) -> Any: ...


_PREFIX = f"{__name__.partition('.')[0]}."
"""The prefix of the names of all modules of the package, which is not written."""

_VERSION = "values.version.Version"
_LOCATION = "values.diagnostics.Location"
_MARKS = ("$value", "$keyed", "$pairs", "$keys", "$at")


def encode(value: Any, place: Callable[[str], int] | None = None) -> str:
    """The JSON text of a value, on one line; equal values have equal texts.

    `place` takes the text of a part, and returns the place where the part is written.
    """
    import json  # importing it takes as long as decoding all operations, which do not need it

    def plain(value: Any) -> Any:
        if isinstance(value, Value):
            given = {name: plain(item) for name, item in value.__dict__.items() if _is_given(value, name)}
            return {"$value": f"{type(value).__module__.removeprefix(_PREFIX)}.{type(value).__name__}", **given}
        if isinstance(value, Version):
            return {"$value": _VERSION, "text": str(value)}
        if isinstance(value, dict):
            if _is_keyed(value):
                return {"$keyed": [place(encode(v, place)) if place else plain(v) for v in value.values()]}
            if any(not isinstance(key, str) or key in _MARKS for key in value):
                return {"$pairs": [[plain(key), plain(item)] for key, item in value.items()]}
            if place and _is_of_objects(value):
                return {"$keys": list(value), "$at": [place(encode(item, place)) for item in value.values()]}
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(item) for item in value]
        return value

    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))


def _is_given(value: Value, name: str) -> bool:
    """Whether an attribute is a field whose value is not its default."""
    default = getattr(type(value), name, None)
    return name in value._fields and (not same(value.__dict__[name], default) or not hasattr(type(value), name))


def _is_keyed(value: dict[Any, Any]) -> bool:
    """Whether each item is a value with its own key."""
    return bool(value) and all(isinstance(v, Value) and getattr(v, "key", None) == k for k, v in value.items())


def _is_of_objects(value: dict[Any, Any]) -> bool:
    """Whether each item is an object, or a boolean schema (true or false)."""
    kinds = set(map(type, value.values()))
    return frozendict in kinds and kinds <= {frozendict, bool}


def decoder(part: Callable[[int], Any] | None = None, root: str = "") -> Decoder:
    """A decoder of the texts that `encode` made; `part` returns what is written at a place.

    The names of files in locations begin with `root`.
    """

    def made(found: dict[str, Any]) -> Any:
        """The value that an object stands for; its content has been decoded, except for its lists."""
        for key, item in found.items():
            if type(item) is list:
                found[key] = _frozen(item)
        if "$value" in found:
            name = found.pop("$value")
            if name == _VERSION:
                return Version(found["text"])
            if name == _LOCATION:
                found["file"] = root + found["file"]
            kind = _classes.get(name) or _class(name)
            value = kind.__new__(kind)
            set_attribute(value, "__dict__", found)  # as unpickling does: the class has already checked the fields
            return value
        if "$keyed" in found:
            items = map(part, found["$keyed"]) if part else found["$keyed"]
            return frozendict({item.key: item for item in items})
        if "$at" in found and part:
            return frozendict(zip(found["$keys"], map(part, found["$at"]), strict=True))
        return frozendict(found.get("$pairs", found))

    set_attribute = object.__setattr__
    scan = _scanner(made)

    def decode(text: str, start: int = 0) -> Any:
        value, _ = scan(text, start)
        return _frozen(value) if type(value) is list else value

    return decode


def _frozen(items: list[Any]) -> tuple[Any, ...]:
    return tuple([_frozen(item) if type(item) is list else item for item in items])


_classes: dict[str, type[Value]] = {}


def _class(name: str) -> type[Value]:
    """A class of the package, by its module and name; the module is imported on demand."""
    module, _, kind = name.rpartition(".")
    found = getattr(__import__(f"{_PREFIX}{module}", fromlist=[kind]), kind)
    return _classes.setdefault(name, found)


class _Context:
    """The attributes of a decoder that the scanner of the standard library uses."""

    strict = True
    object_pairs_hook = array_hook = None
    parse_float, parse_int, parse_constant = float, int, float

    def __init__(self, object_hook: Callable[[dict[str, Any]], Any]) -> None:
        self.object_hook = object_hook


def _scanner(object_hook: Callable[[dict[str, Any]], Any]) -> Callable[[str, int], tuple[Any, int]]:
    """The scanner that `json` uses, without `json`, whose import takes 0.8 of a bare start of Python."""
    scanner: Any
    try:
        from _json import make_scanner

        scanner = make_scanner(_Context(object_hook))  # type: ignore[arg-type]  # any object with these attributes
    except (ImportError, AttributeError):  # a Python without it, or with a different interface
        from json import JSONDecoder

        scanner = JSONDecoder(object_hook=object_hook).raw_decode
    return scanner  # type: ignore[no-any-return]

"""Immutable containers: a mapping that does not change, and records of named fields.

Written here, not taken from `dataclasses` or a package, because every process that asks one question
pays for what it imports, and `dataclasses` alone costs more than the answer
(docs/decisions/0002-values.md).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from functools import cached_property
    from typing import Any, ClassVar, NoReturn, Self, TypeVar, dataclass_transform

    K = TypeVar("K")
    V = TypeVar("V")
    JSON = Any
    kept = cached_property
else:
    K = V = object  # only named in annotations: `typing` is not imported at run time

    def dataclass_transform(**_):
        return lambda cls: cls

    class kept:  # noqa: N801  # as functools.cached_property, which is slow to import
        """A property that is worked out when it is first asked for, and an attribute from then on."""

        def __init__(self, make):
            self._make, self._name, self.__doc__ = make, make.__name__, make.__doc__

        def __get__(self, instance, owner=None):
            if instance is None:
                return self
            return instance.__dict__.setdefault(self._name, self._make(instance))


class frozendict(dict[K, V]):  # noqa: N801  # named as the builtins are
    """A dict that does not change: hashable, picklable, equal to any dict with the same items.

    Being a dict, it goes as it is into `json.dumps` and into a validation engine.
    """

    __slots__ = ("_hash",)
    _hash: int

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a frozendict does not change; set() and delete() return a new one")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def set(self, key: K, value: V) -> frozendict[K, V]:
        """A new mapping in which `key` has `value`; a key that was there keeps its place."""
        copy = dict(self)
        copy[key] = value
        return frozendict(copy)

    def delete(self, key: K) -> frozendict[K, V]:
        """A new mapping without `key`. Raises KeyError if it is not there."""
        copy = dict(self)
        del copy[key]
        return frozendict(copy)

    def __hash__(self) -> int:  # type: ignore[override]  # a dict has none
        try:
            return self._hash
        except AttributeError:
            self._hash = hash(frozenset(self.items()))
            return self._hash

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (frozendict, (dict(self),))

    def __repr__(self) -> str:
        return f"frozendict({dict(self)!r})"


EMPTY: frozendict[Any, Any] = frozendict()


def freeze(value: JSON) -> JSON:
    """The same JSON value in immutable containers: frozendict for objects, tuple for arrays."""
    if isinstance(value, dict):
        return value if isinstance(value, frozendict) else frozendict({k: freeze(v) for k, v in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple(freeze(item) for item in value)
    return value


def thaw(value: JSON) -> JSON:
    """The same JSON value in plain dicts and lists, the caller's own."""
    if isinstance(value, dict):
        return {key: thaw(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [thaw(item) for item in value]
    return value


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Value:
    """A record of named fields that does not change, compared and hashed by what it holds.

    A subclass names its fields by annotating them; a class attribute is a default. Fields are given
    by keyword. A field listed in `_uncompared` takes no part in equality and hash.
    """

    _fields: ClassVar[tuple[str, ...]] = ()
    _uncompared: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = (name for name, kind in cls.__annotations__.items() if "ClassVar" not in str(kind))
        cls._fields = (*cls._fields, *(name for name in own if name not in cls._fields))

    def __init__(self, **values: Any) -> None:
        for name in self._fields:
            if name in values:
                self.__dict__[name] = values.pop(name)
            elif not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__}() needs {name}=")
        if values:
            raise TypeError(f"{type(self).__name__}() takes no {', '.join(values)}")

    def replace(self, **values: Any) -> Self:
        """A copy in which the fields given have other values."""
        return type(self)(**{**self.__getstate__(), **values})

    def fields(self) -> dict[str, Any]:
        """The fields by name, in the order in which the class names them."""
        return {name: getattr(self, name) for name in self._fields}

    def _key(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self._fields if name not in self._uncompared)

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the fields, not what was worked out from them."""
        return {name: value for name, value in self.__dict__.items() if name in self._fields}

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} does not change: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} does not change: cannot delete {name!r}")

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return self._key() == other._key() if type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._key()))

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.fields().items() if name in self.__dict__)
        return f"{type(self).__name__}({given})"

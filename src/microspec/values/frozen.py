"""Immutable containers: a mapping, and records of named fields.

They do not use `dataclasses` or a package, because every process that asks one question pays for its imports: importing
`dataclasses` takes 1.7 times as long as Python takes to start, this module 0.05 (docs/decisions/0002-values.md).
"""

from __future__ import annotations

from . import Frozen, alike, put

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

    class kept:  # noqa: N801  # as functools.cached_property; to import functools takes 0.3 of a bare start
        """A property that is worked out when it is first read, and is then kept as an attribute."""

        def __init__(self, make):
            self._make, self._name, self.__doc__ = make, make.__name__, make.__doc__

        def __get__(self, instance, owner=None):
            if instance is None:
                return self
            return instance.__dict__.setdefault(self._name, self._make(instance))


class frozendict(dict[K, V], Frozen):  # noqa: N801  # named as the builtins are
    """An immutable dict: hashable, picklable, equal to any dict with the same values.

    Because it is a dict, `json.dumps` and the validation engine accept it.
    """

    __slots__ = ("_hash",)
    _hash: int

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a frozendict is immutable; set() and delete() return a new one")

    if TYPE_CHECKING:  # a type checker reports calls of these
        __setitem__: None  # type: ignore[assignment]
        __delitem__: None  # type: ignore[assignment]
        __ior__: None  # type: ignore[assignment]
        clear: None  # type: ignore[assignment]
        pop: None  # type: ignore[assignment]
        popitem: None  # type: ignore[assignment]
        setdefault: None  # type: ignore[assignment]
        update: None  # type: ignore[assignment]
    else:
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

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, dict):
            return NotImplemented
        if not dict.__eq__(self, other):
            return False
        for key, value in self.items():
            found = other[key]
            if value is not found and not alike(value, found):
                return False
        return True

    def __ne__(self, other: object) -> bool:
        return not self == other  # that of dict does not use this equality

    def __hash__(self) -> int:  # type: ignore[override]  # a dict has none
        try:
            return self._hash
        except AttributeError:
            put(self, "_hash", hash(frozenset(self.items())))
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
    """The same JSON value in plain dicts and lists, which the caller may change."""
    if isinstance(value, dict):
        return {key: thaw(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [thaw(item) for item in value]
    return value


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Value(Frozen):
    """An immutable record of named fields, compared and hashed by its fields.

    A subclass names its fields by annotating them; a class attribute is a default. Fields are given by keyword. A field
    listed in `_uncompared` does not take part in equality and hash.
    """

    _fields: ClassVar[tuple[str, ...]] = ()
    _uncompared: ClassVar[tuple[str, ...]] = ()
    _getter: ClassVar[Any]
    """Gives all compared fields. It is made on demand, because importing what makes it takes 0.01 of a bare start of
    Python."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = (name for name, kind in cls.__annotations__.items() if "ClassVar" not in str(kind))
        cls._fields = (*cls._fields, *(name for name in own if name not in cls._fields))
        cls._getter = None

    def __init__(self, **values: Any) -> None:
        for name in self._fields:
            if name in values:
                self.__dict__[name] = values.pop(name)
            elif not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__}() needs {name}=")
        if values:
            raise TypeError(f"{type(self).__name__}() takes no {', '.join(values)}")

    def replace(self, **values: Any) -> Self:
        """A copy with other values for the given fields."""
        return type(self)(**{**self.__getstate__(), **values})

    def fields(self) -> dict[str, Any]:
        """The public fields by name, in the order in which the class names them."""
        return {name: getattr(self, name) for name in self._fields if not name.startswith("_")}

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the fields, without anything that was worked out from them."""
        return {name: value for name, value in self.__dict__.items() if name in self._fields}

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return NotImplemented
        compared = self._getter or self._made_getter()
        mine, others = compared(self), compared(other)
        return bool(mine == others) and alike(mine, others)

    def __hash__(self) -> int:
        return hash((self._getter or self._made_getter())(self))

    @classmethod
    def _made_getter(cls) -> Any:
        from operator import attrgetter

        cls._getter = attrgetter("__class__", *(name for name in cls._fields if name not in cls._uncompared))
        return cls._getter

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.fields().items() if name in self.__dict__)
        return f"{type(self).__name__}({given})"

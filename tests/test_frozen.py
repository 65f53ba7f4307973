"""The immutable containers."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microspec.values.frozen import Value, freeze, frozendict, kept, thaw

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_freezing_keeps_the_value(value: Any) -> None:
    frozen = freeze(value)
    assert thaw(frozen) == value
    assert json.loads(json.dumps(frozen)) == value
    assert hash(frozen) == hash(freeze(copy.deepcopy(value)))
    assert pickle.loads(pickle.dumps(frozen)) == frozen
    assert copy.deepcopy(frozen) is frozen or not isinstance(frozen, frozendict)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.__setitem__("b", 2),
        lambda d: d.__delitem__("a"),
        lambda d: d.update(b=2),
        lambda d: d.setdefault("b", 2),
        lambda d: d.pop("a"),
        lambda d: d.popitem(),
        lambda d: d.clear(),
        lambda d: d.__ior__({"b": 2}),
    ],
)
def test_a_frozendict_does_not_change(change: Any) -> None:
    value = frozendict({"a": 1})
    with pytest.raises(TypeError, match="is immutable"):
        change(value)
    assert value == {"a": 1}


def test_set_and_delete_return_new_mappings() -> None:
    value = frozendict({"a": 1, "b": 2})
    assert list(value.set("a", 3).items()) == [("a", 3), ("b", 2)]
    assert value.delete("a") == {"b": 2}
    assert value == {"a": 1, "b": 2}
    with pytest.raises(KeyError):
        value.delete("c")


class Point(Value):
    """A value to test with."""

    x: int
    y: int = 0
    note: str | None = None
    _uncompared = ("note",)

    @kept
    def total(self) -> int:
        """What is worked out once."""
        return self.x + self.y


def test_a_value_is_what_it_holds() -> None:
    assert Point(x=1) == Point(x=1, y=0, note="not compared")
    assert Point(x=1) != Point(x=2)
    assert hash(Point(x=1)) == hash(Point(x=1, note="n"))
    point = Point(x=1)
    assert point.total == 1
    assert point.replace(y=5) == Point(x=1, y=5)
    assert point.replace(y=5).total == 6
    assert pickle.loads(pickle.dumps(Point(x=1, y=2))) == Point(x=1, y=2)
    assert repr(Point(x=1)) == "Point(x=1)"


def test_a_value_does_not_change() -> None:
    point = Point(x=1)
    with pytest.raises(AttributeError, match="is immutable"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError, match="is immutable"):
        del point.x


def test_a_value_checks_its_fields() -> None:
    with pytest.raises(TypeError, match="needs x="):
        Point()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="takes no z"):
        Point(x=1, z=2)  # type: ignore[call-arg]

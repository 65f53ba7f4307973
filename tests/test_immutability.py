"""Nothing that a user gets to hold can be changed: not by an attribute, public or not, and not by an item."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import pytest

import microspec
from microspec import Diff, History, Negotiation, Recording, Validator, discovery, frozendict
from microspec.model.api import Operations
from microspec.model.timeline import Selection
from reachable import answers, instances, mistakes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PUBLIC = {getattr(module, name) for module in (microspec, discovery) for name in module.__all__}

VALUES: list[type] = sorted(
    (
        *(kind for kind in PUBLIC if isinstance(kind, type) and not issubclass(kind, (Exception, Recording))),
        *(type(microspec.ABSENT), Operations, Selection),  # these have no public name, but everybody meets them
    ),
    key=lambda kind: kind.__name__,
)
VALUES.remove(microspec.Speaker)  # it is for others to have objects of


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, compute: History) -> dict[type, Any]:
    """An object of each class."""
    broken: Path = tmp_path_factory.mktemp("specification")
    (broken / "service.yaml").write_text("service: []\n")
    return instances(*answers(compute), *(error.args for error in mistakes(compute, broken)))


def of_kind(held: dict[type, Any], kind: type) -> Any:
    """An object of a class, or of one below it."""
    return next(value for found, value in held.items() if issubclass(found, kind))


def attributes(value: object) -> list[str]:
    """The names of all attributes but Python's own, and one that there is not."""
    return [*(name for name in dir(value) if not (name.startswith("__") and name.endswith("__"))), "another"]


def state(value: object) -> dict[str, Any]:
    """What these attributes are, but for methods. What is worked out once is from now on."""
    found = {name: getattr(value, name, None) for name in attributes(value)}
    return {name: each for name, each in found.items() if not callable(each)}


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_no_attribute_can_be_set_or_deleted(held: dict[type, Any], kind: type) -> None:
    value = of_kind(held, kind)
    before = state(value)
    for name in attributes(value):
        with pytest.raises(AttributeError, match="is immutable"):
            setattr(value, name, None)
        with pytest.raises(AttributeError, match="is immutable"):
            delattr(value, name)
    after = state(value)
    assert before.keys() == after.keys()
    assert all(after[name] is found or after[name] == found for name, found in before.items())


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_what_does_not_change_can_be_copied(held: dict[type, Any], kind: type) -> None:
    value = of_kind(held, kind)
    copies = [copy.copy(value)]
    if kind not in (History, Negotiation, Validator):  # they hold locks and engines
        copies.append(pickle.loads(pickle.dumps(value)))
    for made in copies:
        assert type(made) is type(value)
        assert made == value or isinstance(value, (History, Diff, Negotiation, Validator))


@pytest.mark.parametrize(
    "change",
    [
        lambda table, key: table.__setitem__(key, None),
        lambda table, _: table.__setitem__("another", None),
        lambda table, key: table.__delitem__(key),
        lambda table, key: table.update({key: None}),
        lambda table, _: table.setdefault("another", None),
        lambda table, key: table.pop(key),
        lambda table, _: table.popitem(),
        lambda table, _: table.clear(),
        lambda table, key: table.__ior__({key: None}),
    ],
    ids=["set", "set another", "delete", "update", "setdefault", "pop", "popitem", "clear", "or"],
)
@pytest.mark.parametrize(
    "table",
    [
        lambda history: history.features,
        lambda history: history.behaviors,
        lambda history: history.behaviors["crash-dump-states"].forms,
        lambda history: history.releases,
        lambda history: history["2.2"].features,
        lambda history: history.at("2.53")["GET /servers"].behaviors,
        lambda history: history.at("2.53")["GET /servers"].parameters,
        lambda history: history.at("2.53")["GET /servers"].definition.responses,
        lambda history: history.at("2.53").schemas["ServerCreate"],
        lambda history: history.at("2.53").schemas["ServerCreate"]["properties"],
        lambda history: history.diff("2.1", "2.3").by_version,
        lambda _: microspec.Policy().overrides,
    ],
    ids=[
        *(
            "features",
            "behaviors",
            "forms",
            "releases",
            "features of a version",
            "behaviors of an operation",
            "parameters",
            "responses",
        ),
        *("schema", "properties", "by version", "overrides"),
    ],
)
def test_no_item_can_be_set_or_deleted(
    compute: History, table: Callable[[History], Any], change: Callable[[Any, Any], object]
) -> None:
    found = table(compute)
    assert isinstance(found, frozendict)
    before = list(found.items())
    with pytest.raises(TypeError, match="is immutable"):
        change(found, next(iter(found), "nothing"))
    assert list(found.items()) == before


@pytest.mark.parametrize("name", ["operations", "definitions", "schemas", "behaviors"])
def test_what_an_api_has_cannot_be_set_or_deleted(compute: History, name: str) -> None:
    table: Any = getattr(compute.at("2.53"), name)
    before = list(table)
    with pytest.raises(TypeError, match="does not support item assignment"):
        table[before[0]] = None
    with pytest.raises(TypeError, match="does not support item deletion"):
        del table[before[0]]
    assert list(table) == before

"""How much of a law is tried.

By default it is a share that is always the same, so that the tests take minutes and repeat. The session `explore`
runs the tests that are marked ``explore``, which are the rest of what there is to compare, and every law that has
generated examples, with other examples each time and with more of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Case = TypeVar("Case", bound=tuple[object, ...])


def examples(factor: float) -> settings:
    """Settings for more or fewer examples than the profile has: the factor is for how much one of them tells."""
    return settings(max_examples=round(factor * settings().max_examples))


def seed(config: pytest.Config) -> str:
    """What to draw by, where that is not Hypothesis: the number that is given as its seed."""
    return str(config.getoption("--hypothesis-seed"))


def share(
    cases: Iterable[Case], every: int, name: Callable[[Case], str], *, always: Iterable[Case] = ()
) -> list[object]:
    """Parameters for a test: each case is one, and only one of so many, the first of them and some more, is for every
    day."""
    kept = {*always}
    return [
        pytest.param(*case, id=name(case), marks=() if number % every == 0 or case in kept else pytest.mark.explore)
        for number, case in enumerate(cases)
    ]

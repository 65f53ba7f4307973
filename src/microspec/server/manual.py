"""The changes to answers for which pruning is not enough: a server has to make the older form itself."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..diff.findings import Finding
    from ..history import History
    from ..model.microversion import Microversion

_PRUNED = "response-property-added"
"""The rule of what pruning undoes: it leaves the property out."""


def manual_changes(history: History) -> Iterator[tuple[Microversion, tuple[Finding, ...]]]:
    """The microversions that change answers in another way than by adding a property, each with these changes.

    They are the findings about the bodies of answers and the statuses of success, the newest microversion first. A
    server that makes its answers in the newest form has to write code for each of them.
    """
    for before, version in pairwise(reversed(history.versions)):
        found = tuple(
            finding
            for finding in history.diff(version, before).findings
            if finding.part in ("response", "success") and finding.rule != _PRUNED
        )
        if found:
            yield history[before], found

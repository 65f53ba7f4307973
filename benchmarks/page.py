"""The page docs/performance.md and its charts, from what was measured."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING

from .measure import ROOT, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .measure import Group, Row

DOCS = ROOT / "docs"

HEAD = """\
# How fast it is

Written by `nox -s benchmarks`{quick}. Measured on {machine}. Such machines are shared and noisy: ratios within one
run count, absolute figures are for orientation. Where several ways are compared, each is measured once per round,
in turns. A figure is the median over the rounds; a ratio is the median of the ratios of the rounds. Figures that
are measured differently, in separate processes or only once, say so. Times are CPU times.

## Targets

{targets}
"""

GROUP = """\
## {title}

{text}
{table}

![{title}](charts/{name}.svg)
"""


def write(groups: Sequence[Group], quick: bool) -> None:
    """Write the page, and a chart for each group."""
    (DOCS / "charts").mkdir(exist_ok=True)
    for group in groups:
        (DOCS / "charts" / f"{group.name}.svg").write_text(group.chart, encoding="utf-8")
    (DOCS / "performance.md").write_text(page(groups, quick), encoding="utf-8")


def page(groups: Sequence[Group], quick: bool) -> str:
    """The text of the page."""
    rows = [row for group in groups for row in group.rows]
    head = HEAD.format(
        quick=" with `--quick`, so the figures are rough" if quick else "",
        machine=machine(),
        targets=table(("work", "measured", "target", ""), targets(rows)),
    )
    sections = [
        GROUP.format(
            title=group.title,
            name=group.name,
            text=group.text,
            table=table(group.columns, ((row.work, said(row.value, row.unit), row.beside) for row in group.rows)),
        )
        for group in groups
    ]
    return "\n".join([head, *sections])


def machine() -> str:
    """The machine, in words only."""
    python = ".".join(platform.python_version_tuple()[:2])
    return f"{os.cpu_count()} cores, {platform.system()}, {platform.python_implementation()} {python}"


def targets(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """The lines of all rows that have a target: what was measured, what was wanted, and whether it is so."""
    for row in rows:
        if row.target is not None:
            missed = row.target.missed_by(row.value)
            verdict = "met" if missed is None else f"missed by {said(missed, 'x')}: {row.why}"
            yield row.headline or row.work, said(row.value, row.unit), row.target.text, verdict


def table(head: Sequence[str], lines: Iterator[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    written = [f"| {' | '.join(cells)} |" for cells in lines]
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *written])

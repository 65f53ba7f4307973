"""Charts as SVG, written by hand: bars, and lines on two logarithmic axes.

Their colours suit a light and a dark page; what they show stands beside them in a table.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Line = Sequence[tuple[float, float]]  # pairs of size and seconds

WIDTH = 760
BAR = 24
"""The height of a bar with the space to the next."""

STYLE = """\
<style>
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 }
  .axis { stroke: #8c959f; stroke-width: 1 }
  .grid { stroke: #8c959f; stroke-opacity: .3 }
  .small { font-size: 11px; fill: #57606a }
  .ours { fill: #1f6f8b } .other { fill: #b8a07e }
  .line { fill: none; stroke-width: 2 }
  .a { stroke: #1f6f8b } .b { stroke: #c2703d } .c { stroke: #6a8d3f } .d { stroke: #8e5ea2 } .e { stroke: #a8444e }
  .fa { fill: #1f6f8b } .fb { fill: #c2703d } .fc { fill: #6a8d3f } .fd { fill: #8e5ea2 } .fe { fill: #a8444e }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .small { fill: #9198a1 }
    .ours { fill: #58b4d1 } .other { fill: #8d7b60 }
    .a { stroke: #58b4d1 } .b { stroke: #e39562 } .c { stroke: #9cc06a } .d { stroke: #bb94cc } .e { stroke: #d9737d }
    .fa { fill: #58b4d1 } .fb { fill: #e39562 } .fc { fill: #9cc06a } .fd { fill: #bb94cc } .fe { fill: #d9737d }
  }
</style>
"""

LETTERS = "abcde"
"""The names of the colours of lines."""


class Bar(NamedTuple):
    """One bar: what it is, its length, the length in words, and whether it is microspec's."""

    label: str
    value: float
    text: str
    ours: bool = True


def bars(title: str, items: Sequence[Bar]) -> str:
    """Horizontal bars of ratios, one below the other, from zero."""
    ticks = list(_round_ticks(max(item.value for item in items)))
    return _bars(title, items, [(tick / ticks[-1], f"{tick:g}×") for tick in ticks], lambda value: value / ticks[-1])


def bars_of_time(title: str, items: Sequence[Bar]) -> str:
    """Horizontal bars of seconds, one below the other, on a logarithmic axis from a power of ten."""
    first = math.floor(math.log10(min(item.value for item in items)) - 0.2)
    last = math.ceil(math.log10(max(item.value for item in items)))

    def share(value: float) -> float:
        return (math.log10(value) - first) / (last - first)

    ticks = [10.0**power for power in range(first, last + 1)]
    return _bars(title, items, [(share(tick), _time(tick)) for tick in ticks], share)


def _bars(title: str, items: Sequence[Bar], ticks: Sequence[tuple[float, str]], share: Callable[[float], float]) -> str:
    """Horizontal bars; `share` tells how much of the room a value takes, and so do `ticks`, with their labels."""
    left = 28 + 7.1 * max(len(item.label) for item in items)
    room = WIDTH - left - 90
    bottom = 44 + BAR * len(items)
    lines = [f'<text class="title" x="12" y="22">{escape(title)}</text>']
    for tick, label in ticks:
        x = left + room * tick
        lines.append(f'<line class="grid" x1="{x:.1f}" y1="36" x2="{x:.1f}" y2="{bottom}"/>')
        lines.append(f'<text class="small" x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{label}</text>')
    for number, item in enumerate(items):
        y = 40 + BAR * number
        kind = "ours" if item.ours else "other"
        end = left + room * share(item.value)
        lines += [
            f'<text x="{left - 8:.1f}" y="{y + 14}" text-anchor="end">{escape(item.label)}</text>',
            f'<rect class="{kind}" x="{left:.1f}" y="{y + 2}" width="{end - left:.1f}" height="{BAR - 8}" rx="2"/>',
            f'<text x="{end + 6:.1f}" y="{y + 14}">{escape(item.text)}</text>',
        ]
    lines.append(f'<line class="axis" x1="{left:.1f}" y1="36" x2="{left:.1f}" y2="{bottom}"/>')
    return _svg(title, lines, bottom + 28)


def lines(title: str, panels: Mapping[str, Mapping[str, Line]]) -> str:
    """Panels side by side, each with lines of seconds over a size, both axes logarithmic, and a legend below.

    `panels` maps the name of a size to its lines by their names.
    """
    width = (WIDTH - 12) / len(panels)
    top, height = 44, 220
    drawn = [f'<text class="title" x="12" y="22">{escape(title)}</text>']
    names = list(dict.fromkeys(name for panel in panels.values() for name in panel))
    for number, (size, panel) in enumerate(panels.items()):
        left = 12 + number * width
        drawn += _panel(size, panel, names, (left + 56, top, width - 76, height))
    x = 20.0
    for name, letter in zip(names, LETTERS, strict=False):
        drawn.append(f'<rect class="f{letter}" x="{x:.0f}" y="{top + height + 48}" width="12" height="12" rx="2"/>')
        drawn.append(f'<text x="{x + 18:.0f}" y="{top + height + 58}">{escape(name)}</text>')
        x += 40 + 6.8 * len(name)
    return _svg(title, drawn, top + height + 76)


def _panel(
    size: str, panel: Mapping[str, Line], names: Sequence[str], box: tuple[float, float, float, float]
) -> Iterator[str]:
    left, top, width, height = box
    points = [point for line in panel.values() for point in line]
    first, last = (math.floor(math.log10(min(x for x, _ in points))), math.ceil(math.log10(max(x for x, _ in points))))
    low, high = (math.floor(math.log10(min(y for _, y in points))), math.ceil(math.log10(max(y for _, y in points))))

    def label(x: float, y: float, words: str, anchor: str = "middle") -> str:
        return f'<text class="small" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - first) / max(last - first, 1)
        up = (math.log10(y) - low) / max(high - low, 1)
        return left + width * across, top + height * (1 - up)

    for power in range(low, high + 1):
        _, y = place(10.0**first, 10.0**power)
        yield f'<line class="grid" x1="{left:.1f}" y1="{y:.1f}" x2="{left + width:.1f}" y2="{y:.1f}"/>'
        yield label(left - 6, y + 4, _time(10.0**power), "end")
    for power in range(first, last + 1):
        x, _ = place(10.0**power, 10.0**low)
        yield label(x, top + height + 16, f"{10**power:,}")
    yield label(left + width / 2, top + height + 34, size)
    yield f'<line class="axis" x1="{left:.1f}" y1="{top}" x2="{left:.1f}" y2="{top + height}"/>'
    yield f'<line class="axis" x1="{left:.1f}" y1="{top + height}" x2="{left + width:.1f}" y2="{top + height}"/>'
    for name, letter in zip(names, LETTERS, strict=False):
        places = [place(x, y) for x, y in panel.get(name, ())]
        yield f'<polyline class="line {letter}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>'
        yield from (f'<circle class="f{letter}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in places)


def _round_ticks(high: float) -> Iterator[float]:
    """Round numbers from 0 to a little above a number, about five of them."""
    rough = high / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    yield from (number * step for number in range(math.ceil(high / step) + 1))


def _time(seconds: float) -> str:
    """A power of ten of seconds in words."""
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if seconds * factor >= 1 - 1e-9:
            return f"{seconds * factor:,.0f} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def _svg(title: str, lines: Sequence[str], height: float) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img">\n'
        f"<title>{escape(title)}</title>\n"
    )
    return head + STYLE + "\n".join(lines) + "\n</svg>\n"

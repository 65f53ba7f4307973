"""Extra specs to put to both sides, made from what Nova knows of them (see `oracle`) and from ``extra_specs.yaml``.

Every name that Nova knows, with groups and numbers in it where it takes them, with every word, what is
around every limit, and values of every form; names that nobody knows; and all that with a letter changed.
"""

from __future__ import annotations

import json
import random
import re
import string
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

BODIES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "POST /flavors/{flavor_id}/os-extra_specs": lambda specs: {"extra_specs": specs},
    "PUT /flavors/{flavor_id}/os-extra_specs/{flavor_extra_spec_key}": lambda specs: specs,
}
"""The operations that take extra specs, with how they do; the second one, by the same rules, is asked less."""

FIRST = 86
"""The minor from which Nova checks them."""

VALUES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("extra_specs.yaml").read_text(encoding="utf-8"))
FILLED: dict[str, list[str]] = {name: [*values, "a" * 64, "a" * 65] for name, values in VALUES["filled"].items()}
FEW: list[Any] = VALUES["few"]
TEXTS: list[str] = [*VALUES["texts"], *("9" * length for length in (19, 255, 256)), "a:1," * 60 + "a:1"]
NUMBERS: list[Any] = [*VALUES["numbers"], 1e3, 1e16, 1e22, 1e-7, 10**254, 10**255]
BLANKED = ["1", "true", "a:1"]
LETTERS = string.ascii_letters + string.digits + "-_+^,:. \n\té"
CHANGED, MIXED = 20, 2000
"""How many changed names and values are tried of each, and how many bodies with several extra specs."""


def bodies(known: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Bodies, each with the key of its operation. `known`: what releases know, as `oracle` says it."""
    source = random.Random("extra specs")
    pairs = list({json.dumps(pair): pair for pair in _pairs(source, known)}.values())
    several = [dict(source.sample(pairs, source.randint(0, 4))) for _ in range(MIXED)]
    for key, body in BODIES.items():
        yield from ((key, body({name: value})) for name, value in pairs)
        yield from ((key, body(specs)) for specs in several)
        pairs = source.sample(pairs, len(pairs) // 4)


def _pairs(source: random.Random, known: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Names with values: a few for the many that differ by the name of a trait or a capability, many for the others."""
    every = [*TEXTS, *NUMBERS, *_blanked()]
    words = sorted({word for spec in known for word in spec["words"]})
    for spec in known:
        first, *others = _names(spec["name"], spec["parameters"])
        is_plain = len(spec["parameters"]) != 1 or spec["name"].startswith("hw:")
        names = [first, *(others if is_plain else source.sample(others, 2))]
        limits = [number + step for number in spec["limits"] for step in (-1, 0, 1)]
        own = [*spec["words"], *map(str, limits), *limits]
        for name in names:
            yield from ((name, value) for value in (*own, *(FEW if is_plain else source.sample(FEW, 4))))
        if is_plain:
            yield from ((first, value) for value in (*words, *every))
            yield from ((first, _changed(source, source.choice([*own, *TEXTS]))) for _ in range(5 * CHANGED))
        for _ in range(CHANGED if is_plain else 2):
            yield _changed(source, source.choice(names)), source.choice([*own, *FEW])
    for name in VALUES["names"]:
        yield from ((name, value) for value in FEW)


def _names(name: str, parameters: Iterable[str]) -> Iterator[str]:
    """A name as Nova writes it, each of its parameters filled in all ways, and the others in the first."""
    first = name
    for parameter in parameters:
        first = first.replace(f"{{{parameter}}}", FILLED[parameter][0])
    yield first
    for parameter in parameters:
        for value in FILLED[parameter][1:]:
            other = name.replace(f"{{{parameter}}}", value)
            yield re.sub(r"\{(\w+)\}", lambda found: FILLED[found[1]][0], other)


def _blanked() -> Iterator[str]:
    """Values in all kinds of blanks."""
    for blank in VALUES["blanks"]:
        yield from (text for value in BLANKED for text in (blank + value, f"{value}{blank} "))


def _changed(source: random.Random, value: Any) -> str:
    """The text of a value with a letter more, less, or another one."""
    text = str(value)
    at = source.randrange(len(text) + 1)
    return text[:at] + source.choice(["", source.choice(LETTERS)]) + text[at + source.randint(0, 1) :]

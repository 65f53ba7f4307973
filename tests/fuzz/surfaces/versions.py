"""Versions, ranges and sets of versions from mutated texts, and the laws of sets among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from microspec import InvalidVersion, InvalidVersionSet, Version, VersionSet
from microspec.values.spoken import spoken

from .. import mutate
from .base import Surface, Wrong

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

SEEDS = (
    *("2.37", "2.1-2.79", "2.32-2.36, 2.42-", "2.1-2.*", "never", "2.1-2.5,2.6", "1.0-1.9, 3.1-", "0.0-"),
    *(">=2.26,<2.53", "~=2.3", "!=2.7", "==2.*", "===2.1", "<=2.60, >2.1", "999999999.999999999", "2.1-999999999.*"),
)
WORDS = (
    *("-", ", ", ",", ".", ".*", "2.1", "2.999999999", "999999999.*", "0.0", ">=", "<", "~=", "!=", "never"),
    *"0123456789",
)
PROBES = ("0.0", "1.9", "2.0", "2.1", "2.36", "2.37", "2.53", "3.1", "999999999.999999999")


class Versions(Surface):
    """Texts, put to `Version` and `VersionSet`, and what is made of them to one another."""

    name = "versions"
    title = "versions and sets of versions"

    def make(self, source: Random) -> Any:
        """Two texts."""
        return tuple(mutate.text(source, source.choice(SEEDS), WORDS) for _ in range(2))

    def call(self, given: Any) -> Any:
        """The versions and the sets that the texts spell, None for none, and what they have in common."""
        sets = [_made(VersionSet, text) for text in given]
        versions = [_made(Version, text) for text in given]
        spelt = [_made(spoken, text) for text in given]
        texts = [str(found) for found in sets if found is not None]
        if None in sets:
            return sets, versions, spelt, texts, None
        one, other = sets
        return sets, versions, spelt, texts, (one & other, one | other, one - other, one.complement())

    def check(self, given: Any, answer: Any) -> Iterable[str]:
        """A set is read from what it prints as; the operations mean what they say for each version."""
        sets, versions, spelt, texts, derived = answer
        for text, version in zip(given, versions, strict=True):
            if version is not None and str(version) != text:
                raise Wrong(f"{text!r} is the version {version}")
        if spelt != sets:
            raise Wrong(f"{given!r} is spoken as {spelt}, and is {sets}")
        for found in (*(item for item in sets if item is not None), *(derived or ())):
            if VersionSet(str(found)) != found:
                raise Wrong(f"{found!r} is not what it prints as")
        if derived is None:
            return ("refused",) if not texts else ("one of two read",)
        both, either, without, others = derived
        for probe in PROBES:
            here, there = (probe in found for found in sets)
            told = (probe in both, probe in either, probe in without, probe in others)
            if told != (here and there, here or there, here and not there, not here):
                raise Wrong(f"{probe} is in what {given!r} make: {told}, though it is in them: {here, there}")
        return ("read",)


def _made(kind: Any, text: str) -> Any:
    try:
        return kind(text)
    except (InvalidVersion, InvalidVersionSet) as error:
        str(error)
        return None

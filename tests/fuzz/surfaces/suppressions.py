"""Files of suppressions, as text and as the values in them, and what they come to on a day."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import microspec
from microspec.authoring.errors import SuppressionsError
from microspec.authoring.suppressions import read
from microspec.diff.suppressions import apply

from .. import mutate
from .base import Surface, Wrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from random import Random

    from microspec import Judgement

DAYS = ("2027-03-31", "2026-12-01", "2027-02-29", "0001-01-01", "9999-12-31", "2027-13-01", "20270331", "today")


class Suppressions(Surface):
    """Files, put to the reader of suppressions; those that can be read are applied to a diff."""

    name = "suppressions"
    title = "files of suppressions"

    def prepare(self) -> None:
        """Judgements that can be suppressed."""
        self.judgements: Sequence[Judgement] = microspec.load().diff("2.60", "2.65").judged()
        ids = [item.finding.id for item in self.judgements[:4]]
        self.seed = {"suppressions": {name: {"reason": "It is known.", "expires": DAYS[0]} for name in ids}}
        self.words = ("suppressions", "reason", "expires", *DAYS, *ids)

    def begin(self, folder: Path) -> None:
        """Where the file is."""
        self.path = folder / "suppressions.yaml"

    def make(self, source: Random) -> bytes:
        """The content of a file."""
        if source.random() < 0.5:
            return json.dumps(mutate.json(source, self.seed, self.words)).encode()
        written = _written(self.seed["suppressions"])
        changed = mutate.text(source, written, (*self.words, "  ", ": ", "- ", "#", "&a", "*a", "!!", "---", "~"))
        return mutate.content(source, changed.encode("utf-8", "surrogatepass"))

    def call(self, given: bytes) -> Any:
        """What is suppressed on a day, or the mistakes."""
        self.path.write_bytes(given)
        try:
            found = read(self.path)
        except SuppressionsError as error:
            return error.diagnostics, str(error)
        applied = apply(self.judgements, found, date(2027, 1, 1))
        return found, applied, [str(note) for note in applied.notes]

    def check(self, given: bytes, answer: Any) -> Iterable[str]:
        """Mistakes have places in the file; each judgement is kept or suppressed."""
        if isinstance(answer[1], str):
            lines = sum(given.count(end.encode()) for end in "\n\r\x85\u2028\u2029") + 2
            if not answer[0] or any(item.location.line > lines for item in answer[0]):
                raise Wrong(f"the mistakes are {answer[1][:500]}")
            return ("refused",)
        found, applied, _ = answer
        if len(applied.kept) + len(applied.suppressed) != len(self.judgements):
            raise Wrong(f"of {len(self.judgements)} judgements {len(applied.kept)} are kept: {found}")
        return ("read",)


def _written(given: dict[str, dict[str, str]]) -> str:
    lines = ["# what is accepted", "suppressions:"]
    for name, about in given.items():
        lines += [f'  "{name}":', f"    reason: {about['reason']}", f'    expires: "{about["expires"]}"']
    return "\n".join([*lines, ""])

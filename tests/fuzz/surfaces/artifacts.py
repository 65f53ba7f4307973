"""Compiled specifications with files that are damaged, cut off, missing, swapped, or of another build."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import microspec
from microspec import ArtifactError, SpecificationError
from microspec.artifact import TEXTS
from microspec.artifact.codec import encode
from microspec.authoring.build import write_artifact
from microspec.export.tables import tables

from .. import mutate
from .base import Surface, Wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from random import Random

    from microspec import History

LIBRARY = Path(__file__).parents[2] / "library"

QUESTIONS: dict[str, Callable[[History], str]] = {
    "features": lambda library: repr([library.supports("author-tags", "1.3"), *library.features.values()]),
    "elements": lambda library: str(library.availability("POST /books", request="/book/authors/*/tag")),
    "operations": lambda library: repr(dict(library.known)),
    "history": lambda library: repr(library.history("POST /books", request="/book/authors/*/tag")),
    "microversions": lambda library: encode(list(library)),
    "schemas": lambda library: json.dumps([o.request_schema() for o in library.at("1.4").operations.values()]),
    "validation": lambda library: str(library.at("1.2")["POST /books"].accepts_request({"book": {"title": "a"}})),
    "diff": lambda library: "\n".join(map(str, library.diff("1.1", "1.4").findings)),
    "explanation": lambda library: repr(library.explain("GET /books/b1/loans", "1.4")),
    "service": lambda library: encode([library.service, library.baseline.common]),
    "definitions": lambda library: encode([dict(api.definitions) for api in (library.baseline, library.at("1.3"))]),
    "model": lambda library: encode(
        [[dict(api.schemas), dict(api.behaviors)] for api in map(library.at, library.versions)]
    ),
    "tables": lambda library: json.dumps(tables(library)),
}
"""What is asked of each artifact. Together the questions need all of its files."""


class Artifacts(Surface):
    """Folders, put to `load`, and the questions to what is loaded."""

    name = "artifacts"
    title = "compiled specifications with damaged, cut, missing and swapped files"
    weight = 4

    def prepare(self) -> None:
        """Two builds of the library service, and the answers of both."""
        with TemporaryDirectory() as folder:
            built, source = Path(folder, "built"), Path(folder, "library")
            write_artifact(LIBRARY, built)
            self.whole = _contents(built)
            shutil.copytree(LIBRARY, source)
            first = source / "versions" / "1.2.yaml"
            first.write_text(first.read_text().replace("school", "group"))
            write_artifact(source, Path(folder, "other"))
            self.other = _contents(Path(folder, "other"))
            both = [microspec.load(built), microspec.load(Path(folder, "other"))]
            self.answers = [{name: ask(library) for name, ask in QUESTIONS.items()} for library in both]

    def begin(self, folder: Path) -> None:
        """Put the whole artifact there."""
        self.folder = folder
        for name, content in self.whole.items():
            (folder / name).write_bytes(content)

    def make(self, source: Random) -> dict[str, bytes | None]:
        """The files that are not as they were written, with what they have now; None for one that is not there."""
        changed: dict[str, bytes | None] = {}
        for _ in range(source.choice((1, 1, 1, 2, 3))):
            name = source.choice(TEXTS)
            kind = source.random()
            if kind < 0.7:
                changed[name] = mutate.content(source, self.whole[name])
            elif kind < 0.8:
                changed[name] = None
            elif kind < 0.9:
                changed[name] = self.whole[source.choice(TEXTS)]
            else:
                changed[name] = self.other[name]
        return changed

    def size(self, given: Mapping[str, bytes | None]) -> int:
        """The size of what was changed."""
        return sum(len(content or b"") for content in given.values())

    def call(self, given: Mapping[str, bytes | None]) -> Any:
        """The answers, of each question its own; None where the artifact is refused."""
        try:
            for name, content in given.items():
                if content is None:
                    (self.folder / name).unlink()
                else:
                    (self.folder / name).write_bytes(content)
            return self._answers()
        finally:
            for name in given:
                (self.folder / name).write_bytes(self.whole[name])

    def _answers(self) -> dict[str, Any]:
        answers: dict[str, Any] = dict.fromkeys(QUESTIONS)
        try:
            library = microspec.load(self.folder)
        except ArtifactError as error:
            str(error)
            return answers
        except SpecificationError:  # without an index it is a folder of YAML, without any
            if (self.folder / "index").exists():
                raise
            return answers
        for name, ask in QUESTIONS.items():
            try:
                answers[name] = ask(library)
            except ArtifactError as error:
                str(error)
        return answers

    def check(self, given: Mapping[str, bytes | None], answer: dict[str, Any]) -> Iterable[str]:
        """What is answered is what one of the whole artifacts answers."""
        told = {name: found for name, found in answer.items() if found is not None}
        if not any(all(answers[name] == found for name, found in told.items()) for answers in self.answers):
            others = [name for name, found in told.items() if found != self.answers[0][name]]
            raise Wrong(f"with other {', '.join(given)} the answers about {', '.join(others)} are mixed or wrong")
        if not told:
            return ("refused",)
        return ("answered",) if len(told) == len(answer) else ("answered in part",)


def _contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in TEXTS}

"""Command lines, made of what the commands themselves say they take, with anything in them changed."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import click
from click.testing import CliRunner

import microspec
from microspec import discovery
from microspec.authoring.build import write_artifact
from microspec.cli import main

from .. import mutate
from .base import Surface, Wrong
from .traffic import BODY, HAR, LINES, TABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from random import Random

    from click.testing import Result

LIBRARY = Path(__file__).parents[2] / "library"

WRITING = ("build", "export", "fmt", "init", "models", "new", "openapi", "renumber")
"""The commands that write files: they get no path but those of `FOLDERS`."""

READING = ("lint", "check")
"""The commands that read all of a folder of YAML: they are put to the small one."""

FOLDERS = ("library", "artifact", "broken", "empty-folder", "new", "new/deep", "file.txt", "body.json", ".")
FILES = (
    *("body.json", "broken.json", "calls.har", "calls.jsonl", "calls.txt", "cloud.json", "suppressions.yaml"),
    *("uses.txt", "binary", "empty", "missing", "library", "-", "-", ""),
)
LIBRARY_WORDS: dict[str, tuple[str, ...]] = {
    "operation": ("POST /books", "POST /books", "GET /books", "GET /books", "DELETE /books/{book_id}", "GET /books/b1"),
    "name": ("author-tags", "loan-records", "lists-sorted", "author-tag"),
    "version": ("1.1", "1.2", "1.3", "1.4", "1.5", "acorn"),
    "range": ("1.1-1.3", "1.2", "1.1-1.9", "1.1-"),
    "pointer": ("/book/title", "/book/authors/*/tag", "/books/*/id"),
    "release": ("acorn", "Birch", "brich"),
}
COMPUTE_WORDS: dict[str, tuple[str, ...]] = {
    "operation": (
        *("POST /servers", "POST /servers", "GET /servers", "GET /servers/b1?limit=1", "POST /servers/b1/action"),
        *(
            "POST /servers/{server_id}/action#rebuild",
            "GET /serverz",
            "get /servers",
            "POST /os-keypairs",
            "GET /os-networks",
        ),
    ),
    "name": ("server-tags", "server-topology", "unversioned-lists", "server-tag", "2.37"),
    "version": ("2.1", "2.37", "2.60", "2.88", "2.104", "2.999", "train"),
    "range": ("2.1-2.79", "2.53", "2.60-2.88", "cloud.json"),
    "release": ("train", "Wallaby", "kilo", "trian"),
    "pointer": ("/server/tags", "/server/networks/*/tag", "/servers/*/id"),
}
POOLS: dict[str, tuple[str, ...]] = {
    **{pool: (*words, *COMPUTE_WORDS[pool]) for pool, words in LIBRARY_WORDS.items()},
    "folder": FOLDERS,
    "file": FILES,
    "kind": ("service", "common", "resource", "version", "suppressions"),
    "odd version": ("latest", "2.01", "x", "never", ">=2.1,<2.50", "2.5-2.1", "", "2.1-"),
    "service": ("parcels", "parcel-tracking", "Parcels", "a b", ""),
    "query": ("limit=1", "tags=a&tags=b", "?a=%00", "=", "&&", "limit", "a=b;c=d"),
    "revision": ("HEAD", "HEAD", "library", "--help", "@{0}", ":/", "nowhere", "-"),
    "number": ("200", "201", "404", "0", "-1", "1000", "9" * 30, "x"),
    "any": mutate.TEXTS,
}
"""Words for parameters, by what they are."""

_OF_NAMES = {
    "operation": "operation",
    "request": "operation",
    "what": "operation",
    "base": "revision",
    "server": "range",
    "client": "range",
    "query": "query",
    "text": "query",
    "response": "pointer",
    "needs": "name",
    "part": "name",
    "search": "name",
    "only": "operation",
    "service": "service",
}
_OF_TYPES = {
    "version": "version",
    "number": "version",
    "range": "range",
    "file": "file",
    "folder": "folder",
    "source": "folder",
    "specification": "folder",
}
_OF_METAVARS = {
    "POINTER": "pointer",
    "VERSION": "version",
    "RANGE": "range",
    "QUERY": "query",
    "NAME": "name",
    "RELEASE": "release",
}

ODD = ("--", "-", "--help", "--format=json", "-x", "", *mutate.TEXTS)
"""Words that may stand anywhere."""

_NEVER = {0: None, 0xD800: 0xDCFF}
"""What no argument has: a zero ends it, and of surrogates there are only those that stand for bytes."""

INPUTS = (json.dumps(BODY), json.dumps(HAR), json.dumps(LINES[0]), TABLE, "", "{", "\xff", "null", "[" * 3000)


class Commands(Surface):
    """Command lines, run in this process; their statuses are 0, 1 and 2."""

    name = "commands"
    title = "command lines"
    weight = 100

    def prepare(self) -> None:
        """The files that command lines speak of."""
        folder = mkdtemp(prefix="microspec-fuzz-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        self.template = Path(folder, "here")
        shutil.copytree(LIBRARY, self.template / "library")
        shutil.copytree(LIBRARY, self.template / "broken")
        (self.template / "broken" / "versions" / "1.3.yaml").write_text('microversion: "1.3"\nchanges: [{a: b}]\n')
        (self.template / "empty-folder").mkdir()
        for name, content in _files().items():
            (self.template / name).write_bytes(content)
        git = ("git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", "-C")
        for command in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "a")):
            subprocess.run([*git, self.template, *command], check=True)
        write_artifact(LIBRARY, self.template / "artifact")
        microspec.load().diff("2.1", "2.104")
        self.parameters = {name: command.params for name, command in main.commands.items()}

    def begin(self, folder: Path) -> None:
        """Copy the files and go there, so that what is written stays there."""
        self.folder = folder / "here" / "here"  # so that two dots do not lead out of it
        self._fill()

    def _fill(self) -> None:
        os.chdir(self.folder.parents[1])
        shutil.rmtree(self.folder.parent, ignore_errors=True)
        shutil.copytree(self.template, self.folder, symlinks=True)
        os.chdir(self.folder)

    def make(self, source: Random) -> tuple[tuple[str, ...], str | None]:
        """The arguments, and what is on standard input."""
        command = source.choice(sorted(self.parameters))
        is_small = source.random() < 0.5
        line = [command]
        if is_small:
            line += ["--spec", source.choice(("library", "artifact"))]
        elif source.random() < 0.05:
            line += ["--spec", source.choice(FOLDERS)]
        share = 2 / len(self.parameters[command])  # of options, mostly two are given
        words = {**POOLS, **(LIBRARY_WORDS if is_small else COMPUTE_WORDS)}
        for parameter in source.sample(self.parameters[command], len(self.parameters[command])):
            line += self._parameter(source, parameter, words, share)
        if source.random() < 0.1:
            line = self._shuffled(source, line)
        line = [word.translate(_NEVER) for word in line]
        if any(name in line for name in (*WRITING, *READING)):
            if any(name in line for name in WRITING):
                line = [word if word in FOLDERS else word.replace("/", "_") for word in line]
            if command == line[0] == "fmt":
                line += [] if "--spec" in line else [source.choice(("library", "broken"))]
            elif not command == line[0] == "init":
                line += ["--spec", source.choice(("library", "library", "artifact", "broken"))]
        return tuple(line), (source.choice(INPUTS) if "-" in line else None)

    def _parameter(
        self, source: Random, parameter: click.Parameter, words: Mapping[str, tuple[str, ...]], share: float
    ) -> list[str]:
        """The words of a parameter, if it is given; an option that need not be given is by a `share` of the lines."""
        if isinstance(parameter, click.Argument):
            if source.random() < 0.02:
                return []
            times = 1 if parameter.nargs == 1 else source.randint(1, 3)
            return [self._value(source, parameter, words) for _ in range(times)]
        if parameter.name in ("spec", "help") or source.random() > (0.95 if parameter.required else share):
            return []
        flag = source.choice(parameter.opts)
        is_flag = isinstance(parameter, click.Option) and parameter.is_flag
        times = source.randint(1, 2) if parameter.multiple or source.random() < 0.05 else 1
        return [
            word
            for _ in range(times)
            for word in ((flag,) if is_flag else (flag, self._value(source, parameter, words)))
        ]

    def _value(self, source: Random, parameter: click.Parameter, words: Mapping[str, tuple[str, ...]]) -> str:
        """A word for a parameter, mostly of the kind that it takes."""
        kind = parameter.type
        pool = _OF_NAMES.get(parameter.name or "", "any")
        if kind.name.startswith("integer"):
            pool = "number"
        elif kind.name in _OF_TYPES:
            pool = _OF_TYPES[kind.name]
        elif parameter.metavar in _OF_METAVARS:
            pool = _OF_METAVARS[parameter.metavar]
        values = tuple(map(str, kind.choices)) if isinstance(kind, click.Choice) else words[pool]
        if source.random() < 0.03:
            values = POOLS[source.choice(sorted(POOLS))]
        value = source.choice(values)
        return mutate.text(source, value) if source.random() < 0.05 else value

    def _shuffled(self, source: Random, line: list[str]) -> list[str]:
        """A line with words moved, left out, said twice, or strange."""
        for _ in range(source.randint(1, 3)):
            place = source.randrange(len(line) + 1)
            kind = source.randrange(3)
            if kind == 0:
                line = line[:place] + line[place + 1 :]
            elif kind == 1:
                line = [*line[:place], source.choice(ODD), *line[place:]]
            else:
                line = source.sample(line, len(line))
        return line

    def size(self, given: Any) -> int:
        """The size of the arguments and of the input."""
        line, text = given
        return sum(map(len, line)) + len(text or "")

    def call(self, given: Any) -> Result:
        """Run it. What is raised is kept in the result."""
        line, text = given
        return CliRunner().invoke(main, list(line), input=text)

    def check(self, given: Any, answer: Result) -> Iterable[str]:
        """A status that is documented, no traceback, and JSON where that was asked for."""
        line, _ = given
        if any(name in line for name in WRITING):
            self._fill()
        if answer.exception is not None and not isinstance(answer.exception, SystemExit):
            raise answer.exception
        if answer.exit_code not in (0, 1, 2):
            raise Wrong(f"the status is {answer.exit_code}")
        if "Traceback (most recent call last)" in answer.output:
            raise Wrong(f"a traceback is printed: {answer.output[-500:]}")
        return (f"status {answer.exit_code}",)


def _files() -> dict[str, bytes]:
    cloud = discovery.emit(discovery.nova(("2.1", "2.60"), "http://cloud.example"))
    suppressions = {"suppressions": {"behavior-added behavior lists-sorted": {"reason": "a", "expires": "2099-01-01"}}}
    return {
        "body.json": json.dumps(BODY).encode(),
        "broken.json": b'{"server": ',
        "calls.har": json.dumps(HAR).encode(),
        "calls.jsonl": "\n".join(map(json.dumps, LINES)).encode(),
        "calls.txt": TABLE.encode(),
        "cloud.json": json.dumps(cloud).encode(),
        "suppressions.yaml": json.dumps(suppressions).encode(),
        "uses.txt": b"POST /servers\nGET /books query limit\n/server/tags\n",
        "binary": bytes(range(256)),
        "empty": b"",
        "file.txt": b"",
    }

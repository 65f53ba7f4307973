"""``python -m fuzz --state FILE [--write PAGE] [--count N] [--commands N] [--seed N] [--surface NAME ...] [--short]``.

Or ``--repeat SURFACE NUMBER``, which tries one input again and shows it. What was tried before by the same code is not
tried again, unless the file is removed. The page is written by a session of all surfaces that is not a short one.
Exits 1 if anything is wrong with an input.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import time
import traceback
from contextlib import chdir
from pathlib import Path
from unittest import mock

import microspec
from microspec.authoring.cache import VARIABLE
from microspec.loading import bundled_path

from . import page
from .runner import SHOWN, Session, made, tried
from .surfaces import SURFACES

COUNT, COMMANDS = 200_000, 5_000
"""So many inputs of each surface, and so many command lines."""

SHORT = 90
"""So many seconds a short session begins with inputs."""

SHORT_COUNT, SHORT_COMMANDS = 2_000, 150


def main() -> int:
    """Try, print, write the page. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="fuzz")
    parser.add_argument("--state", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--commands", type=int, default=COMMANDS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--surface", action="append", choices=SURFACES)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--repeat", nargs=2, metavar=("SURFACE", "NUMBER"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache, mock.patch.dict(os.environ, {VARIABLE: cache}):  # not that of the user
        return run(arguments)


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked for. Returns the exit status."""
    if arguments.repeat:
        return repeat(arguments.repeat[0], int(arguments.repeat[1]), arguments.seed)
    count, commands = (SHORT_COUNT, SHORT_COMMANDS) if arguments.short else (arguments.count, arguments.commands)
    names = arguments.surface or SURFACES
    counts = {name: commands if name == "commands" else count for name in names}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "state") if arguments.short or not arguments.state else arguments.state
        session = Session(SURFACES, counts, arguments.seed, file, signature())
        until = time.monotonic() + SHORT if arguments.short else None
        session.run(arguments.processes, lambda line: print(line, flush=True), until=until)
    print(page.text(session))
    if arguments.write and not arguments.short and not arguments.surface:
        arguments.write.write_text(page.page(session), encoding="utf-8")
    return int(any(result.findings for name in names for result in session.of(name)))


def repeat(name: str, number: int, seed: int) -> int:
    """Try one input again, and show it and what comes of it. Returns the exit status."""
    surface = SURFACES[name]
    surface.prepare()
    with tempfile.TemporaryDirectory(prefix="microspec-fuzz-") as folder, chdir(folder):
        surface.begin(Path(folder))
        given = made(surface, seed, number)
        shown = ascii(given)
        print(shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}... ({len(shown):,} characters)")
        one = tried(surface, number, given)
        if one.finding is not None and one.finding.kind == "crash":
            try:
                surface.check(given, surface.call(given))
            except Exception:  # to be shown
                traceback.print_exc()
    print(f"{one.size:,} bytes, {one.seconds:.3f} s, {one.megabytes:.1f} MB: {', '.join(one.outcomes) or 'no answer'}")
    if one.finding is not None:
        print(f"{one.finding.kind}: {one.finding.text}")
    return int(one.finding is not None)


def signature() -> str:
    """A digest of what is tried and of what it is tried with: the library, its specification, and the surfaces."""
    here = Path(__file__).parent
    package, spec = Path(str(microspec.__file__)).parent, Path(bundled_path("compute"))
    roots = {package: "*.py", spec: "*.yaml", here / "surfaces": "*.py", here.parent / "library": "*.yaml"}
    found = hashlib.sha256((here / "mutate.py").read_bytes() + sys.version.encode())
    for root, pattern in roots.items():
        for path in sorted(root.rglob(pattern)):
            found.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return found.hexdigest()


if __name__ == "__main__":
    raise SystemExit(main())

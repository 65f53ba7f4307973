"""``python -m in_nova [--part] [--write PAGE]``, where Nova and microspec are installed.

Exits 1 if a test is lost without a reason, if a reason is stale, or if too few tests pass. ``--part`` runs the modules
in `PART` only, and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import sysconfig
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .outcome import TESTS, Outcome, page, problems, reasons

PART = (
    "compute.test_aggregates",
    "compute.test_assisted_snapshots",
    "compute.test_baremetal_nodes",
    "compute.test_flavor_manage",
    "compute.test_flavors_extraspecs",
    "compute.test_keypairs",
    "compute.test_quota_sets",
    "compute.test_schemas",
    "compute.test_server_tags",
    "compute.test_services",
    "compute.test_simple_tenant_usage",
    "test_wsgi",
)
"""The modules of tests that run in a minute or two."""


def main() -> int:
    """Run the tests, print, write the page. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="in_nova")
    parser.add_argument("--part", action="store_true")
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    started = time.monotonic()
    link = Path(sysconfig.get_path("purelib")) / "etc"
    if not link.exists():  # the tests look for the configuration beside Nova, as in its repository
        link.symlink_to(Path(sys.prefix) / "etc")
    sizes = _answer("modules")
    names = [f"{TESTS}{name}" for name in PART] if arguments.part else [*sizes]
    found = _run("replaced", _shares({name: sizes[name] for name in names}))
    failed = {test: words for item in found for test, words in item["failed"].items()}
    again = _run("as-is", [[_name(test) for test in failed]] if failed else [])
    broken = {test for item in again for test in item["failed"]}
    outcome = Outcome(
        passed=[_short(test) for item in found for test in item["passed"]],
        skipped=[_short(test) for item in found for test in item["skipped"]],
        lost={_short(test): words for test, words in failed.items() if test not in broken},
        broken=sorted(map(_short, broken)),
        checked=[_short(test) for item in found for test in item["calling"]["ours"]],
        legacy=[_short(test) for item in found for test in item["calling"]["legacy"]],
    )
    known = reasons()
    wrong = [*problems(outcome, known, PART if arguments.part else None)]
    print("\n".join(wrong))
    print(f"{len(outcome.passed):,} tests pass, {len(outcome.lost)} are lost")
    print(f"{len(outcome.broken)} fail with Nova's decorators as well: {', '.join(outcome.broken)}")
    print(f"{time.monotonic() - started:.0f} seconds")
    if arguments.write and not (wrong or arguments.part):
        arguments.write.write_text(page(version("nova"), outcome, known, found[0]["counts"]), encoding="utf-8")
    return int(bool(wrong))


def _shares(sizes: dict[str, int]) -> list[list[str]]:
    """The modules, divided among processes by their sizes."""
    shares: list[list[str]] = [[] for _ in range(min(os.cpu_count() or 1, len(sizes)))]
    for name in sorted(sizes, key=lambda name: -sizes[name]):
        min(shares, key=lambda share: sum(sizes[item] for item in share)).append(name)
    return shares


def _run(how: str, shares: list[list[str]]) -> list[dict[str, Any]]:
    """What the runner says of each share, all at once."""
    with ThreadPoolExecutor(len(shares) or 1) as pool:
        return [*pool.map(lambda names: _answer(how, *names), shares)]


def _answer(*arguments: str) -> Any:
    """What the runner prints."""
    command = [sys.executable, "-m", "in_nova.runner", *arguments]
    found = subprocess.run(command, capture_output=True, check=False)
    if found.returncode:
        raise SystemExit(found.stderr.decode(errors="replace"))
    return json.loads(found.stdout)


def _short(test: str) -> str:
    return test.removeprefix(TESTS)


def _name(test: str) -> str:
    """The name that a test is loaded by: without the scenario that it runs in."""
    return test.partition("(")[0]


if __name__ == "__main__":
    raise SystemExit(main())

"""``python -m conformance RELEASE=PYTHON ... --tempest RELEASE=PYTHON --work FOLDER [--write PAGE]``.

The interpreters are those of environments that Nova is installed in, the newest release first, and tempest;
Nova's source distributions are in the work folder. Versions that the newest release does not speak are not
compared. Exits 1 if anything differs that is not meant to.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import yaml

import microspec
from microspec import VersionSet

from . import differences, negotiation, pipeline, protocol, report
from .compare import Comparison
from .nova import Nova
from .ours import Ours
from .plan import Plan
from .samples import Samples
from .tempest import Tempest


def main() -> int:
    """Compare, print, write the page. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="conformance")
    parser.add_argument("novas", nargs="+", metavar="RELEASE=PYTHON", type=_release)
    parser.add_argument("--tempest", required=True, metavar="RELEASE=PYTHON", type=_release)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    started = time.monotonic()

    table = yaml.safe_load(Path(__file__).with_name("operations.yaml").read_text(encoding="utf-8"))
    novas = [Nova(release, python, table["routes"]) for release, python in arguments.novas]
    history = microspec.load()
    newest = novas[0]
    of_each = {nova.release: Ours(history, nova.release, newest.max_minor) for nova in novas}
    ours = of_each[newest.release]
    tempest = Tempest(arguments.tempest[0], arguments.tempest[1], ours)
    sdists = {nova.release: arguments.work / f"nova-{nova.release}.tar.gz" for nova in novas}
    plan = Plan(ours, novas, [Samples(release, sdist, table["samples"]) for release, sdist in sdists.items()])
    deliberate = differences.load("differences.yaml")
    comparison = Comparison(of_each, novas, deliberate)
    comparison.problems += plan.problems
    answers = [nova.ask(plan.questions, arguments.work) for nova in novas]
    comparison.facts()
    comparison.samples(plan)
    comparison.verdicts(plan, answers)
    comparison.finish()
    comparison.problems += protocol.problems(history, newest, sdists[newest.release])
    for nova in novas:
        counts = comparison.counts[nova.release]
        comparison.problems += pipeline.problems(of_each[nova.release], nova, plan.samples, counts)
    comparison.problems += negotiation.problems(history, ours, newest, deliberate, arguments.work)

    second = Comparison({tempest.name: ours}, [], differences.load("tempest.yaml"))
    tempest.compare(second, plan.samples, arguments.work)
    second.finish()

    for one in (comparison, second):
        print(report.text(one))
    if later := history.versions[len(ours.minors) :]:
        print(f"not compared, since Nova {newest.release} does not speak it: {VersionSet(later)}")
    print(f"{time.monotonic() - started:.0f} seconds")
    if arguments.write:
        arguments.write.write_text(report.page(comparison, second), encoding="utf-8")
    return int(any(one.unmeant or one.problems for one in (comparison, second)))


def _release(text: str) -> tuple[str, str]:
    release, _, python = text.partition("=")
    return release, python


if __name__ == "__main__":
    raise SystemExit(main())

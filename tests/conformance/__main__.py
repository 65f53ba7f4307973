"""``python -m conformance RELEASE=PYTHON ... --tempest RELEASE=PYTHON --work FOLDER [--write PAGE]``.

The interpreters are those of environments that Nova is installed in, the newest release first, and tempest;
Nova's source distributions are in the work folder. Versions that the newest release does not speak are not
compared. Exits 1 if anything differs that is not meant to.
"""

from __future__ import annotations

import time

from microspec import VersionSet

from . import differences, negotiation, pipeline, protocol, report
from .compare import Comparison
from .prepared import parser, prepare, release
from .tempest import Tempest


def main() -> int:
    """Compare, print, write the page. Returns the exit status."""
    asked = parser("conformance")
    asked.add_argument("--tempest", required=True, metavar="RELEASE=PYTHON", type=release)
    arguments = asked.parse_args()
    started = time.monotonic()

    prepared = prepare(arguments)
    history, novas, of_each, sdists, plan = prepared
    newest, ours = prepared.newest, of_each[prepared.newest.release]
    tempest = Tempest(arguments.tempest[0], arguments.tempest[1], ours)
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


if __name__ == "__main__":
    raise SystemExit(main())

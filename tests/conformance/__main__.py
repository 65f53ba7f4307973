"""``python -m conformance RELEASE=PYTHON ... --samples SDIST --work FOLDER [--write PAGE]``.

The interpreters are those of environments that Nova is installed in, the newest release first. Exits 1
if anything differs that is not meant to.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import yaml

import microspec

from . import differences, negotiation, protocol, report
from .compare import Comparison
from .nova import Nova
from .ours import Ours
from .plan import Plan
from .samples import Samples


def main() -> int:
    """Compare, print, write the page. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="conformance")
    parser.add_argument("novas", nargs="+", metavar="RELEASE=PYTHON", type=lambda text: text.partition("="))
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    started = time.monotonic()

    table = yaml.safe_load(Path(__file__).with_name("operations.yaml").read_text(encoding="utf-8"))
    novas = [Nova(release, python, table["routes"]) for release, _, python in arguments.novas]
    history = microspec.load()
    ours = Ours(history)
    samples = Samples(arguments.samples, table["samples"])
    plan = Plan(ours, novas, samples)
    comparison = Comparison(ours, novas, differences.load())
    comparison.problems += [f"of which operation is the sample {name}?" for name in samples.unassigned()]
    answers = [nova.ask(plan.questions, arguments.work) for nova in novas]
    comparison.facts()
    comparison.verdicts(plan, answers)
    comparison.finish()
    comparison.problems += protocol.problems(history, novas[0], arguments.samples)
    comparison.problems += negotiation.problems(history, ours, novas[0], differences.load(), arguments.work)

    print(report.text(comparison))
    print(f"{time.monotonic() - started:.0f} seconds")
    if arguments.write:
        arguments.write.write_text(report.page(comparison), encoding="utf-8")
    return int(bool(comparison.unmeant or comparison.problems))


if __name__ == "__main__":
    raise SystemExit(main())

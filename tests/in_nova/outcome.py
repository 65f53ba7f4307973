"""What became of Nova's tests, and whether each one that is lost has a reason; and the page that says so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

TESTS = "nova.tests.unit.api.openstack."
"""What the names of all tests begin with."""

LEAST = 4_050
"""So many tests pass at least."""

DECORATORS = {
    "schema": "validation.schema",
    "query": "validation.query_schema",
    "response": "validation.response_body_schema",
    "available": "wsgi.api_version",
}
"""Our decorators, and Nova's that they take the place of."""

HEAD = """\
# Nova's own unit tests

`nox -s nova` installs Nova {release} and runs its unit tests of the API (`nova/tests/unit/api/openstack`) with the
[decorators of microspec](decorators.md) on Nova's handlers. They take the place of Nova's own from outside, before
its controllers are imported; Nova's code and tests are as they are on PyPI. Each handler gets one decorator of a kind,
for all versions, in the place of a stack. A test is lost if it fails so, and passes with Nova's decorators. Each lost
test has a reason below; a lost test without one, and a reason without a lost test, fail the run. Generated; do not
edit.

## How many pass

| tests | |
| --- | ---: |
| pass with microspec's decorators | {passed:,} |
| lost | {lost:,} |
| fail with Nova's decorators as well | {broken:,} |
| skipped by Nova | {skipped:,} |
| call handlers that are checked by microspec's decorators | {checked:,} |
| call handlers as the legacy endpoint `/v2` does | {legacy:,} |

## What was replaced

| Nova's decorators | replaced | microspec's | handlers | functions that keep Nova's |
| --- | ---: | --- | ---: | ---: |
{replaced}

Nova's stay on functions of its API that serve no operation of the specification, such as helpers of handlers, and for
requests of the legacy endpoint `/v2` and its version 2.0, which are not described.

Where Nova's stack has no decorator for a version, microspec's is not asked either: Nova looks at no body of `migrate`
before 2.56, and 20 tests call its handler with a body that no request can have.

Requests of which a decorator says that they are invalid are answered in Nova's words, since many of the tests look
for these: `tests/in_nova/words.py` makes them of the violations.

## What is lost
"""


class Reason(NamedTuple):
    """Why some tests are lost: in a few words and at length; and the names of the tests without their beginning."""

    title: str
    why: str
    tests: tuple[str, ...]


class Outcome(NamedTuple):
    """What became of the tests of some modules, by their names without the beginning.

    `lost` maps those that fail with our decorators only to the ends of their tracebacks. `broken` are those that fail
    with Nova's as well. `checked` are those in which our decorators check calls, and `legacy` those that call handlers
    as the legacy endpoint does.
    """

    passed: Collection[str]
    skipped: Collection[str]
    lost: Mapping[str, str]
    broken: Collection[str]
    checked: Collection[str]
    legacy: Collection[str]


def reasons() -> list[Reason]:
    """The reasons for lost tests."""
    found = yaml.safe_load(Path(__file__).with_name("lost.yaml").read_text(encoding="utf-8"))
    return [Reason(item["title"], " ".join(item["why"].split()), tuple(item["tests"])) for item in found]


def module_of(test: str) -> str:
    """The module of a test: all but the name of its class and its own."""
    return test.rsplit(".", 2)[0]


def problems(outcome: Outcome, known: Sequence[Reason], modules: Collection[str] | None = None) -> Iterator[str]:
    """What is wrong: reasons that are missing, stale, or given twice; and that too few tests pass.

    `modules` are those that were run; None for all.
    """
    given = [test for reason in known for test in reason.tests]
    for test, words in outcome.lost.items():
        if test not in given:
            yield f"lost without a reason: {test}\n{words}"
    for test in dict.fromkeys(given):
        if given.count(test) > 1:
            yield f"has two reasons: {test}"
        if test not in outcome.lost and (modules is None or module_of(test) in modules):
            yield f"has a reason, but is not lost: {test}"
    if modules is None and len(outcome.passed) < LEAST:
        yield f"only {len(outcome.passed):,} tests pass, of at least {LEAST:,}"


def page(release: str, outcome: Outcome, known: Sequence[Reason], counts: Mapping[str, Mapping[str, int]]) -> str:
    """The page of the documentation. `counts` are those of `replaced.counts`."""
    rows = []
    for kind, theirs in DECORATORS.items():
        found = counts[kind]
        rows.append(f"| `{theirs}` | {found['replaced']:,} | `{kind}` | {found['handlers']:,} | {found['left']:,} |")
    numbers: dict[str, Any] = {name: len(found) for name, found in outcome._asdict().items()}
    head = HEAD.format(release=release, replaced="\n".join(rows), **numbers)
    return "\n".join([head, *(_section(reason) for reason in known)])


def _section(reason: Reason) -> str:
    return "\n".join([f"### {reason.title}: {len(reason.tests)}\n", f"{reason.why}\n", *_listed(reason.tests), ""])


def _listed(tests: Sequence[str]) -> Iterator[str]:
    """The tests, those of a class on one item."""
    classes: dict[str, list[str]] = {}
    for test in tests:
        owner, _, name = test.rpartition(".")
        classes.setdefault(owner, []).append(name)
    for owner, names in classes.items():
        yield f"- `{owner}`: {', '.join(f'`{name}`' for name in names)}"

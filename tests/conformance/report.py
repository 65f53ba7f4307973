"""What a comparison found: for the terminal, and as a page of the documentation."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from microspec import Version, VersionSet

from .nova import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .compare import Comparison
    from .differences import Difference

SHOWN = 20
"""So many groups of differences are printed, and so many instances of each."""

WIDTH = 400
"""So many characters of each."""

COUNTED = {
    "operations": "operations",
    "gone": "of these gone (410)",
    "pairs": "operations times versions",
    "schemas of a request": "schemas of bodies",
    "schemas of a query": "schemas of queries",
    "schemas of a response": "schemas of answers",
    "unused": "schemas that no client uses",
    "instances of a request": "bodies",
    "instances of a query": "queries",
    "instances of a response": "answers",
    "samples of a request": "samples of bodies in Nova's documentation",
    "samples of a response": "samples of answers in Nova's documentation",
    "verdicts on a request": "verdicts on bodies",
    "verdicts on a query": "verdicts on queries",
    "verdicts on a response": "verdicts on answers",
    "keys": "bodies of actions that lack their one key, at each version",
    "filters": "statuses that any operation may answer with, at each version",
    "statuses of servers": "servers in samples, in each status",
}

INTRODUCTION = """\
# Conformance

`nox -s conformance` installs two releases of Nova, and compares this specification with their decorators: the
operations at each version, the statuses of their answers, and the verdicts on bodies, queries and answers. These are
valid ones, ones at every limit, ones with a mistake, and the samples in Nova's documentation. A body or a query that
makes a request is sent to the gate of a server (`microspec.server.Gate`), so its verdict is the one that a client
meets. For extra specs, it also makes the checks that Nova's code makes after the decorators. Nova 23 has no
decorators for answers, only samples. Each release is compared with the specification as that release had it
(`History.as_of`). All verdicts agree, except for the deliberate differences below; any other difference fails the
run. Each mistake in an answer counts on its own. The run also compares negotiated versions with the versions at which
Nova accepts the requests, version documents and headers with the answers of Nova's code, and what happens around the
decorators: which bodies Nova takes for an action, what the filters of its pipeline answer, and how a server is shown
in each of its statuses. Generated; do not edit.
"""


SECOND_OPINION = """\
tempest checks the answers of clouds with its own schemas. The run compares each of them with the operation and the
versions that tempest's clients use it for. It tries all values that either side's schemas suggest, and Nova's samples,
at both ends of these versions. Every disagreement is listed below; any other fails the run.
"""


def page(comparison: Comparison, second: Comparison) -> str:
    """The page of the documentation."""
    releases = list(comparison.counts)
    lines = [INTRODUCTION, "## What was compared", "", *table(["", *(f"Nova {release}" for release in releases)])]
    for name, words in COUNTED.items():
        numbers = [comparison.counts[release][name] for release in releases]
        lines += [row([words, *(f"{number:,}" for number in numbers)])] if any(numbers) else []
    lines += ["", "## Deliberate differences", ""]
    lines += table(["difference", *(f"in Nova {release}" for release in releases), "reason"])
    for entry in comparison.entries:
        found = [f"{comparison.explained[release][entry.id]:,}" for release in releases]
        lines.append(row([entry.id, *found, entry.why]))
    for release, counts in second.counts.items():
        lines += ["", f"## A second opinion: {release}", "", SECOND_OPINION]
        lines += [f"- {counts[name]:,} {words}" for name, words in COUNTED.items() if counts[name]]
        lines += ["", *table(["what", "times", "who is right", "why"])]
        explained = second.explained[release]
        lines += [row([entry.id, f"{explained[entry.id]:,}", entry.right, entry.why]) for entry in second.entries]
    return "\n".join(lines) + "\n"


def table(titles: list[str]) -> list[str]:
    """How a table begins."""
    return [row(titles), row(["---"] * len(titles))]


def row(cells: list[str]) -> str:
    """A line of a table."""
    return f"| {' | '.join(cells)} |"


def text(comparison: Comparison) -> str:
    """What is printed: the counts, the differences that are meant, those that are not, and what went wrong."""
    lines = []
    for release, counts in comparison.counts.items():
        said = [f"{counts[name]:,} {words}" for name, words in COUNTED.items() if counts[name]]
        lines.append(f"{release}: {', '.join(said)}")
        lines += [f"  {number:>7,}  {entry}" for entry, number in sorted(comparison.explained[release].items())]
    lines += _groups(comparison.unmeant)
    lines += comparison.problems
    return "\n".join(lines)


def _groups(differences: list[Difference]) -> Iterator[str]:
    groups: dict[tuple[str, ...], list[Difference]] = defaultdict(list)
    for item in differences:
        groups[item.release, item.operation, item.aspect, item.theirs, item.ours, item.place].append(item)
    for (release, operation, aspect, theirs, mine, place), items in list(groups.items())[:SHOWN]:
        versions = VersionSet([Version(f"2.{item.minor}") for item in items])
        where = f"{operation} at {versions}, {aspect}{place and f' {place}'}"
        yield f"{where}: {release} says {theirs}, ours {mine} ({len(items)} times)"
        instances = {json.dumps(item.instance): item.instance for item in items if item.aspect in KINDS}
        yield from (f"    {line[:WIDTH]}" for line in sorted(_peculiar(list(instances.values())), key=len)[:SHOWN])
    if len(groups) > SHOWN:
        yield f"... and {len(groups) - SHOWN} more groups of differences"


def _peculiar(instances: list[Any]) -> Iterator[str]:
    """Each instance, without the values that most of the others have at the same place."""
    leaves = [dict(_leaves(instance)) for instance in instances]
    often = Counter(item for found in leaves for item in found.items())
    common = {pointer: value for (pointer, value), number in often.items() if number > max(2, len(instances) / 2)}
    for found in leaves:
        shown = [f"{pointer or 'all'}: {value}" for pointer, value in found.items() if common.get(pointer) != value]
        shown += [f"no {pointer}" for pointer in common if pointer not in found]
        yield "; ".join(shown) or json.dumps(found)


def _leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """The values of an instance that have none in them, as JSON, each with its pointer."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not items:
        yield pointer, json.dumps(value)
    for key, item in items:
        yield from _leaves(item, f"{pointer}/{key}")

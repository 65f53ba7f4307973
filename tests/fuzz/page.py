"""What came of a session: for the terminal, and as a page of the documentation."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from .runner import BLOCK, MEGABYTES, SIZES, Session, command, total
from .surfaces.base import SECONDS
from .surfaces.traffic import EACH
from .surfaces.validators import LONGEST, REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .runner import Finding

INTRODUCTION = f"""\
# Reliability

`nox -s fuzz` feeds malformed input to every part of microspec that reads input from others. It takes good inputs, and
changes, cuts, repeats, swaps or lengthens parts of them. An input passes if

- the library answers, or refuses it with a documented error,
- no other answer contradicts this one: a set of versions equals the text that it prints, and a damaged artifact never
  gives another answer than an intact one,
- an input of up to 1 MB takes at most {SECONDS:g} second of one core and {MEGABYTES} MB of memory. In recorded traffic,
  each call may take {1000 * EACH:g} ms, if that is more.

A command line passes if its status is 0, 1 or 2 and it prints no traceback. Generated; do not edit.

Each input depends only on the name of a surface, a seed and a number. `nox -s fuzz -- --repeat headers 12345` makes one
of them again, and shows the input and its outcome. A session that is stopped continues where it was.
"""

BY_SIZE = """\
The longest run (seconds of one core) and the most memory (MB) that one input took, by its size in bytes. The memory
does not include what stays loaded: the validators of the schemas in use, and the specifications.
"""

JUDGE = f"""\
Each value of up to {LONGEST:,} characters is also checked by the `jsonschema` package, with the same schema. The two
must agree, except for these reasons:
"""


def page(session: Session) -> str:
    """The page of the documentation."""
    parts = [INTRODUCTION, "## What was tried\n", _table(_counts(session))]
    parts += ["## How long, and how much memory\n", BY_SIZE, _table(_by_size(session))]
    parts += [f"A process tries up to {BLOCK:,} inputs. The last column above is the largest growth of one process.\n"]
    parts += ["## A second opinion on validation\n", JUDGE, _table(_judged(session)), "## What is wrong\n"]
    parts += [_table(_grouped(session)) if _findings(session) else "Nothing.\n"]
    return "\n".join(parts)


def text(session: Session) -> str:
    """The same for the terminal, in short."""
    lines = []
    for name in session.counts:
        sizes, outcomes, findings, growth = total(session.of(name))
        seconds = max((most.seconds for most in sizes.values()), default=0)
        megabytes = max((most.megabytes for most in sizes.values()), default=0)
        told = ", ".join(f"{outcome} {times:,}" for outcome, times in outcomes.most_common())
        lines.append(
            f"{name}: {session.done(name):,} inputs, {len(findings)} findings, longest {seconds:.2f} s,"
            f" most {megabytes:.0f} MB, grown {growth:.0f} MB; {told}"
        )
    lines += [" | ".join(row) for row in list(_grouped(session))[1:]]
    return "\n".join(lines)


def _counts(session: Session) -> Iterator[tuple[str, ...]]:
    yield ("surface", "inputs", "outcomes", "wrong", "longest run", "most memory", "growth of a process")
    for name in session.counts:
        sizes, outcomes, findings, growth = total(session.of(name))
        told = ", ".join(f"{outcome} {times:,}" for outcome, times in outcomes.most_common() if _is_own(outcome))
        seconds = max((most.seconds for most in sizes.values()), default=0)
        megabytes = max((most.megabytes for most in sizes.values()), default=0)
        first = f"{name}: {session.surfaces[name].title}"
        yield (
            first,
            f"{session.done(name):,}",
            told,
            f"{len(findings):,}",
            f"{seconds:.2f} s",
            f"{megabytes:.0f} MB",
            (f"{growth:.0f} MB"),
        )


def _is_own(outcome: str) -> bool:
    return outcome != "judged" and not outcome.startswith(("disagrees: ", "judge: "))


def _by_size(session: Session) -> Iterator[tuple[str, ...]]:
    names = [f"{size:,}" for size in SIZES]
    yield ("surface", *(f"up to {name}" for name in names))
    for name in session.counts:
        sizes, *_ = total(session.of(name))
        cells = []
        for size in names:
            most = sizes.get(size)
            cells.append(f"{most.seconds:.3f} s, {most.megabytes:.0f} MB ({most.count:,})" if most else "none")
        yield (name, *cells)


def _judged(session: Session) -> Iterator[tuple[str, ...]]:
    _, outcomes, *_ = total(session.of("validators"))
    yield ("what", "times", "why")
    yield "agreement", f"{outcomes['judged'] - sum(_of(outcomes, 'disagrees: ').values()):,}", ""
    for reason, times in _of(outcomes, "disagrees: ").most_common():
        yield reason, f"{times:,}", REASONS[reason].why
    for error, times in _of(outcomes, "judge: ").most_common():
        yield f"no verdict: {error}", f"{times:,}", "The judge raises it, and gives no verdict."


def _of(outcomes: Counter[str], prefix: str) -> Counter[str]:
    return Counter({name.removeprefix(prefix): n for name, n in outcomes.items() if name.startswith(prefix)})


def _findings(session: Session) -> list[tuple[str, Finding]]:
    return [(name, finding) for name in session.counts for finding in total(session.of(name))[2]]


def _grouped(session: Session) -> Iterator[tuple[str, ...]]:
    """The findings, those of one place together, each with the first of them."""
    yield ("surface", "what", "times", "the first", "to repeat it")
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for name, finding in _findings(session):
        groups.setdefault((name, finding.kind, finding.where), []).append(finding)
    for (name, kind, where), findings in groups.items():
        first = findings[0]
        words = ascii(first.text.splitlines()[0] if first.text else "")[1:-1]
        yield (
            name,
            f"{kind} {where}".strip(),
            f"{len(findings):,}",
            f"{words:.200}",
            f"`{command(name, first.number, session.seed)}`",
        )


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    first, *others = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([first, "|" + " --- |" * (first.replace("\\|", "").count("|") - 1), *others, ""])

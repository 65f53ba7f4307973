"""The command that shows what differs between two versions or two specifications, and what it means."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import click

from .. import __version__
from .group import NO, main
from .options import RELEASE, common
from .output import is_terminal, rendered
from .session import Session, complete_with
from .types import ChoiceType, FileType, IntegerType, SpecificationType, VersionType, name_of, suppressions_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ..diff.diff import Diff
    from ..diff.findings import Cancelled, Finding
    from ..diff.vocabulary import Severity
    from ..history import History
    from ..model.api import Api
    from ..render.diffs.report import Report
    from ..values.version import Version
    from .output import Output

    Test = Callable[[Finding | Cancelled], bool]

FORMATS = {
    "text": "lines",
    "json": "data",
    "markdown": "markdown",
    "sarif": "sarif",
    "github": "github",
    "html": "page",
}
"""The formats, with the modules under `microspec.render.diffs` that write them."""

WITH_STEPS = ("text", "json", "markdown", "html")
"""The formats that can show each microversion in between."""


class Compared(NamedTuple):
    """A comparison: the diff, its two sides, the features that findings can have, and a title."""

    diff: Diff
    history: History
    old: Api
    new: Api
    features: Iterable[str]
    title: str


class OverrideType(click.ParamType[tuple[str, str]]):
    """A rule and its new severity."""

    name = "override"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Both sides of ``ID=SEVERITY``."""
        from ..diff.rules import SEVERITIES
        from ..values.errors import did_you_mean

        rule, sign, severity = str(value).partition("=")
        if not sign or severity not in SEVERITIES:
            hint = did_you_mean(severity, SEVERITIES)
            self.fail(f"{value!r} is not RULE=SEVERITY; severities are {', '.join(SEVERITIES)}{hint}", param, ctx)
        return rule, severity


def _complete_rule(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    from ..diff.rules import RULES, SEVERITIES

    choices = (f"{rule}={severity}" for rule in RULES for severity in SEVERITIES)
    return [choice for choice in choices if choice.startswith(incomplete)]


@main.command(
    examples=[
        "microspec diff 2.60 2.88 --fail-on breaking",
        "microspec diff train ussuri --only server-groups",
        "microspec diff 2.60 latest --uses calls.txt --format markdown",
    ],
)
@click.argument("old", type=VersionType(), required=False)
@click.argument("new", type=VersionType(), required=False)
@click.option(
    "--against",
    type=SpecificationType(),
    help="Compare --spec, or the bundled specification, with this one at a single version.",
)
@click.option(
    "--at",
    type=VersionType(),
    metavar="VERSION",
    help="The version for --against (2.37, latest, or a release); by default the highest that both have.",
)
@click.option(
    "--policy",
    type=ChoiceType(["none", "wire", "strict"]),
    default="wire",
    show_default=True,
    help="What counts as breaking: nothing (none), what refuses requests or makes answers unreadable (wire), or also "
    "what might (strict).",
)
@click.option(
    "--rule",
    "overrides",
    type=OverrideType(),
    metavar="RULE=SEVERITY",
    multiple=True,
    shell_complete=_complete_rule,
    help="Override the severity of a rule: breaking, undecidable or compatible. Can be repeated.",
)
@click.option(
    "--fail-on",
    type=ChoiceType(["breaking", "any", "none"]),
    default="none",
    show_default=True,
    help="Exit with 1 if there is such a finding. Undecidable findings count as breaking.",
)
@click.option(
    "--only",
    metavar="NAME",
    multiple=True,
    shell_complete=complete_with("resources", "features", "definitions"),
    help="Only findings about this operation, resource or feature. Can be repeated.",
)
@click.option(
    "--uses",
    type=FileType(),
    metavar="FILE",
    help="Only findings that concern the client whose calls this list, HAR file or file of JSON lines contains; "
    "- is standard input.",
)
@click.option(
    "--suppressions",
    type=FileType(),
    metavar="FILE",
    help="A file of accepted findings; - is standard input.",
)
@click.option("--by-version", is_flag=True, help="Also show what each microversion in between changes.")
@click.option(
    "--max-length",
    type=IntegerType(min=1),
    metavar="CHARACTERS",
    help="For markdown: leave out sections, the least severe first, until the text is no longer than this.",
)
@RELEASE
@common(*(name for name in FORMATS if name not in ("text", "json")))
def diff(
    session: Session,
    out: Output,
    old: Version | None,
    new: Version | None,
    against: str | None,
    at: Version | None,
    policy: str,
    overrides: tuple[tuple[str, Severity], ...],
    fail_on: str,
    only: tuple[str, ...],
    uses: IO[bytes] | None,
    suppressions: IO[bytes] | None,
    by_version: bool,
    max_length: int | None,
) -> None:
    """Show what differs between two versions, and what that breaks.

    OLD and NEW are versions (2.37, latest, or a release for its highest version). Findings are net: a change that a
    later version undid is listed separately. Each finding names the microversions that caused it, with the file, the
    line and the reason. An undecidable finding never counts as compatible: --fail-on breaking fails for it, too.
    """
    from ..diff.rules import Policy
    from ..render.diffs.grouping import Reporter

    if by_version and (against or out.format not in WITH_STEPS):
        what = "--against" if against else f"--format {out.format}"
        raise click.UsageError(f"--by-version cannot be combined with {what}")
    if max_length and out.format != "markdown":
        raise click.UsageError(f"--max-length needs --format markdown, not {out.format}")
    chosen = Policy(name=policy, overrides=dict(overrides))
    compared = _compared(session, old, new, against, at)
    tests, narrowed = _narrowing(out, compared, only, uses)
    reporter = Reporter(
        compared.history,
        compared.old,
        compared.new,
        policy=chosen,
        suppressions=suppressions_in(suppressions),
        today=date.today(),
        holds=lambda item: all(test(item) for test in tests),
        folder=session.given,
    )
    report = reporter.report(compared.diff, compared.title, narrowed, program=__version__, by_version=by_version)
    _show(report, out, {"max_length": max_length} if max_length else {})
    if fail_on != "none" and (report.applied.kept if fail_on == "any" else report.verdict != "compatible"):
        raise click.exceptions.Exit(NO)


def _compared(
    session: Session, old: Version | None, new: Version | None, against: str | None, at: Version | None
) -> Compared:
    """The comparison. Raises UsageError unless it is of either two versions or two specifications."""
    history = session.history
    if against is None:
        if old is None or new is None:
            raise click.UsageError("give two versions, or --against with another specification")
        if at is not None:
            raise click.UsageError("--at needs --against")
        found = history.diff(old, new)
        title = f"{history.service_type} {found.old} → {found.new}{_as_of(session)}"
        return Compared(found, history, history.at(found.old), history.at(found.new), history.features, title)
    if old is not None:
        raise click.UsageError("give either two versions or --against, not both")
    from ..diff.diff import of_apis

    other = Session(against, session.release).history
    at = at or min(side._source.spoken for side in (history, other))
    sides = history.at(at), other.at(at)
    sources = f"{session.given or 'the bundled specification'} → {against}"
    title = f"{history.service_type} {at}: {sources}{_as_of(session)}"
    return Compared(of_apis(*sides), history, *sides, (), title)


def _as_of(session: Session) -> str:
    """The release that was given, as the end of a title."""
    return f", as of {session.history.release}" if session.release else ""


def _narrowing(
    out: Output, compared: Compared, only: tuple[str, ...], uses: IO[bytes] | None
) -> tuple[list[Test], str | None]:
    """The tests that findings must pass to be shown, and the same in words."""
    tests: list[Test] = []
    words = []
    if only:
        from ..diff.usage import Selection

        tests.append(Selection(only, compared.old, compared.new, compared.features).holds)
        words.append(", ".join(only))
    if uses is not None:
        from ..diff.usage import read

        client = read(uses, compared.history._source, compared.old, compared.new)
        if client.unknown:
            out.note(f"calls that match no operation: {', '.join(client.unknown)}")
        tests.append(client.concern)
        words.append(f"what {name_of(uses)} uses")
    return tests, "; ".join(words) or None


def _show(report: Report, out: Output, limits: Mapping[str, int]) -> None:
    """Print a report, and on standard error what is not in it. Rich is only used for terminals, because it is slow to
    import."""
    if out.format in ("text", "sarif"):
        for item in report.applied.notes:
            out.note(item)
    module = import_module(f"..render.diffs.{FORMATS[out.format]}", __package__)
    if out.format == "text" and is_terminal():
        from ..render.text import styled

        out.write(rendered(styled(module.lines(report))))
    else:
        out.write(module.write(report, **limits))

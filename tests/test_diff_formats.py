"""The formats of a diff: each is well formed for any pair of versions, and says what the findings say."""

from __future__ import annotations

import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from highest import HIGHEST
from microspec.cli import main
from microspec.diff.rules import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from microspec.history import History

SCHEMA = Path(__file__).parents[1] / "docs" / "schemas" / "diff.json"

WHOLE = ("2.1", str(HIGHEST))

PAIRS = [("2.60", "2.88"), ("2.88", "2.60"), ("2.36", "2.37"), ("2.31", "2.42"), WHOLE, ("2.25", "2.25")]
"""Far apart, backwards, next to each other, with what came and went on the way, the whole, and nothing."""

each_pair = pytest.mark.parametrize(("old", "new"), PAIRS, ids=str)


def printed(*arguments: str, status: int = 0) -> str:
    """What the command prints."""
    result = CliRunner().invoke(main, ["diff", *arguments], catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.stdout


# ---------------------------------------------------------------------------------------------- text


@each_pair
def test_text_names_every_element(compute: History, old: str, new: str) -> None:
    text = printed(old, new)
    for finding in compute.diff(old, new).findings:
        assert finding.rule in text
        assert finding.operation is None or finding.operation in text
        assert finding.name.rpartition("/")[2].replace("~1", "/") in text


def test_text_tells_what_to_do_and_why() -> None:
    assert printed("2.67", "2.68", "--only", "POST /servers/{server_id}/action#evacuate").splitlines() == [
        "compute 2.67 → 2.68: breaking",
        "1 change to adapt to (1 breaking finding); 3 changes that need no action"
        " (3 compatible findings, among them 3 behaviors that no schema shows). Judged by the policy wire.",
        "only POST /servers/{server_id}/action#evacuate",
        "",
        "BREAKING",
        "server-actions-moves",
        "  2.68 (Stein)  Moves can no longer be forced",
        "    request-property-removed: force (boolean or string)",
        "      POST /servers/{server_id}/action#evacuate request /evacuate",
        "      do: Do not send it.",
        "      versions/2.68.yaml:19  Resources on the new host cannot be claimed properly without the scheduler.",
        "",
        "BEHAVIORS",
        "  behavior-removed: evacuation-host-verified  The scheduler verifies a named host, unless force is true."
        " If the host fails the check, the evacuation fails; no other host is chosen.",
        "    POST /servers/{server_id}/action#evacuate",
        "    2.68 (Stein)  versions/2.68.yaml:21",
        "  behavior-removed: forced-evacuation-needs-host  force true without a host is refused with 400.",
        "    POST /servers/{server_id}/action#evacuate",
        "    2.68 (Stein)  versions/2.68.yaml:23",
        "  behavior-added: moves-always-checked-by-scheduler"
        "  The scheduler always checks a host that the request names. If the host fails, the move fails;"
        " no other host is chosen.",
        "    POST /servers/{server_id}/action#evacuate",
        "    POST /servers/{server_id}/action#os-migrateLive",
        "    2.68 (Stein)  versions/2.68.yaml:10",
    ]


def test_text_names_a_replacement() -> None:
    text = printed("2.60", "2.88", "--only", "GET /os-hypervisors/{hypervisor_id}/uptime")
    assert "do: Do not call it. Instead: The field uptime of GET /os-hypervisors/{hypervisor_id}." in text


def test_a_replacement_that_is_not_there_is_not_named() -> None:
    onward = printed("2.35", "2.37", "--only", "images")
    assert "Instead" not in printed("2.37", "2.35", "--only", "images")
    assert "BREAKING" in onward


def test_on_the_way_back_microversions_are_taken_back() -> None:
    assert "  before 2.68 (Stein)  Moves can no longer be forced" in printed("2.68", "2.67").splitlines()
    assert "  2.68 (Stein)  Moves can no longer be forced" in printed("2.67", "2.68").splitlines()


def test_text_tells_what_was_undone_on_the_way() -> None:
    lines = printed("2.32", "2.42").splitlines()
    place = lines.index("  request /server/networks/*/tag  2.37, 2.42")
    assert lines[place + 1] == "    POST /servers"


def test_known_extra_specs_fold_into_a_few_lines() -> None:
    text = printed("2.85", "2.86")
    assert text.count("request-property-described") == 1
    assert len(text.splitlines()) < 70


# ---------------------------------------------------------------------------------------------- json


@pytest.fixture(scope="module")
def schema() -> jsonschema_rs.Draft202012Validator:
    """The published schema, which allows no key that it does not describe."""
    return jsonschema_rs.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


@each_pair
@pytest.mark.parametrize("more", [[], ["--by-version", "--policy", "strict", "--rule", "operation-added=breaking"]])
def test_json_obeys_the_published_schema(
    schema: jsonschema_rs.Draft202012Validator, compute: History, old: str, new: str, more: list[str]
) -> None:
    document: dict[str, Any] = json.loads(printed(old, new, "--format", "json", *more))
    assert [error.message for error in schema.iter_errors(document)] == []
    expected = compute.diff(old, new)
    assert [item["id"] for item in document["findings"]] == [finding.id for finding in expected.findings]
    assert len({item["id"] for item in document["findings"]}) == len(document["findings"])
    assert sum(document["counts"].values()) == len(expected.findings)
    assert {item["rule"] for item in document["findings"]} <= document["rules"].keys()
    assert document["by_version"] is None or [step["version"] for step in document["by_version"]] == [
        str(version) for version in expected.by_version
    ]


DIRECTIONS = {
    **dict.fromkeys(("request", "query", "path", "unknown-query", "operation", "audience"), "request"),
    **dict.fromkeys(("response", "response-header", "success", "error"), "response"),
    "behavior": "both",
}
"""Who meets what is in a part of an operation: who sends it, or who reads it."""


def test_json_says_where_each_finding_is_met(compute: History) -> None:
    findings = [
        item
        for step in json.loads(printed(*WHOLE, "--format", "json", "--by-version"))["by_version"]
        for item in step["findings"]
    ]
    for item in findings:  # words about an operation are read by both sides
        is_said_to_both = item["rule"] in ("summary-altered", "description-altered")
        assert item["direction"] == ("both" if is_said_to_both else DIRECTIONS[item["part"]])
    assert {item["part"] for item in findings} == DIRECTIONS.keys()
    found = {item.id: item.direction for item in compute.diff("2.60", "2.88").findings}
    document = json.loads(printed("2.60", "2.88", "--format", "json"))
    assert {item["id"]: item["direction"] for item in document["findings"]} == found


def test_json_attributes_each_finding() -> None:
    document = json.loads(printed("2.67", "2.68", "--format", "json"))
    (finding,) = [
        item for item in document["findings"] if item["operation"] == "POST /servers/{server_id}/action#evacuate"
    ]
    (cause,) = finding["causes"]
    assert (cause["version"], cause["release"], cause["verb"]) == ("2.68", "Stein", "remove-property")
    assert cause["location"] == {"file": "versions/2.68.yaml", "line": 19, "column": 23}


def test_the_schema_refuses_what_is_not_described(schema: jsonschema_rs.Draft202012Validator) -> None:
    document = json.loads(printed("2.67", "2.68", "--format", "json"))
    assert schema.is_valid(document)
    document["findings"][0]["colour"] = "blue"
    assert not schema.is_valid(document)


# ------------------------------------------------------------------------- what means something elsewhere

HOSTILE = """\
microversion: "1.5"
title: "A | B <script>alert(1)</script> `code` @everybody #1"
description: Names and texts that mean something where they are shown.
features:
  nasty-names: "Names may be *anything* [link](http://x) 100%"
behaviors:
  nasty-behavior:
    operations: [GET /books]
    text: "</p><img src=x onerror=alert(1)> and 50%: \\r\\n::error::no, | yes"
changes:
  - add-property: Author.<b>`|`</b>
    schema: {type: string, enum: ["a|b", "</code>", "``"]}
    feature: nasty-names
    why: "Because of <i>x</i> & 100%,\\nand | more: ::warning::"
  - remove-property: Author.tag
    why: "_Lost_ & found"
"""


@pytest.fixture
def hostile(library: Path) -> Path:
    """A specification whose names and texts mean something in every format."""
    (library / "versions" / "1.5.yaml").write_text(HOSTILE, encoding="utf-8")
    service = library / "service.yaml"
    service.write_text(service.read_text(encoding="utf-8").replace('"1.4"', '"1.5"'), encoding="utf-8")
    return library


@pytest.fixture
def of_hostile(hostile: Path) -> Callable[[str], str]:
    """What a format makes of it."""
    return lambda name: printed("1.4", "1.5", "--spec", str(hostile), "--format", name, "--policy", "strict")


# -------------------------------------------------------------------------------------- the headline


@each_pair
@pytest.mark.parametrize("more", [[], ["--policy", "strict"], ["--rule", "behavior-added=undecidable"]], ids=str)
def test_every_format_has_the_same_headline(old: str, new: str, more: list[str]) -> None:
    document = json.loads(printed(old, new, "--format", "json", *more))
    title, headline = f"{document['title']}: {document['verdict']}", document["headline"]
    assert printed(old, new, *more).splitlines()[:2] == [title, headline]
    markdown = printed(old, new, "--format", "markdown", *more)
    assert markdown.splitlines()[:3:2] == [f"# {title}", f"**{headline}**"]
    page = Outline(printed(old, new, "--format", "html", *more)).text
    assert title in page
    assert headline in page
    found = {severity: int(number) for number, severity in re.findall(r"(\d+) (\w+) findings?", headline)}
    assert found == {severity: number for severity, number in document["counts"].items() if number}
    changes = [int(number) for number in re.findall(r"(\d+) changes?", headline)]
    rows = re.findall(r"^\| [\w -]+ \| (\d*) \| (\d*) \| (\d*) \|$", markdown, re.MULTILINE)
    assert changes == [number for number in (sum(int(n or 0) for n in column) for column in zip(*rows, strict=True))
                       if number]  # fmt: skip


def test_the_headline_names_the_policy_and_what_departs_from_it() -> None:
    headline = printed("2.60", "2.61", "--policy", "none", "--rule", "response-property-added=breaking").splitlines()[1]
    assert headline.endswith(". Judged by the policy none and response-property-added=breaking.")
    assert printed("2.25", "2.25").splitlines() == ["compute 2.25 → 2.25: compatible", "Nothing differs."]


# -------------------------------------------------------------------------------------------- markdown


def rendered(markdown: str) -> str:
    """Markdown as HTML, as far as GitHub renders it likewise."""
    return str(MarkdownIt("commonmark").enable("table").render(markdown))


class Outline(HTMLParser):
    """The tags of a page that are open at its end, all that were opened, and its text."""

    VOID = ("meta", "input")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.wrong: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.text += data


@each_pair
@pytest.mark.parametrize("more", [[], ["--by-version"]], ids=["net", "by version"])
def test_markdown_is_well_formed(compute: History, old: str, new: str, more: list[str]) -> None:
    markdown = printed(old, new, "--format", "markdown", *more)
    page = Outline(rendered(markdown))
    assert (page.open, page.wrong) == ([], [])
    assert page.seen.count("details") == markdown.count("<details>")
    rules = {finding.rule for finding in compute.diff(old, new).findings if finding.part != "behavior"}
    assert all(rule.replace("-", " ") in page.text for rule in rules)
    assert "\n\n\n" not in markdown


def test_markdown_begins_with_what_there_is_to_do() -> None:
    lines = printed("2.63", "2.64", "--format", "markdown").splitlines()
    assert lines[0] == "# compute 2.63 → 2.64: breaking"
    assert lines[2] == (
        "**4 changes to adapt to (8 breaking findings); 4 changes that need no action"
        " (9 compatible findings, among them 2 behaviors that no schema shows). Judged by the policy wire.**"
    )
    assert lines[4:9] == [
        "| resource | breaking | undecidable | compatible |",
        "|---|--:|--:|--:|",
        "| server-groups | 4 |  | 2 |",
        "| behaviors |  |  | 2 |",
        "",
    ]
    headings = [line for line in lines if line.startswith("#")]
    assert headings[1:] == ["## Breaking", "### server-groups", "## Compatible", "## Behaviors"]


def test_markdown_of_nothing() -> None:
    assert printed("2.25", "2.25", "--format", "markdown").splitlines()[2] == "**Nothing differs.**"


def told(markdown: str) -> dict[str, list[str]]:
    """The resources under each heading, and the other headings with none."""
    found: dict[str, list[str]] = {}
    for line in markdown.splitlines():
        if line.startswith("## "):
            found[line[3:].lower()] = []
        name = re.match(r"### (\S.*)|<details><summary>(.*): \d+ changes?</summary>", line)
        if name and found and list(found)[-1] in SEVERITIES:
            found[list(found)[-1]].append(name[1] or name[2])
    return found


def left_out(markdown: str) -> dict[str, list[str]]:
    """The same of what is said to be left out."""
    note = re.search(
        r"^\*\*Left out to save space:\*\* (.*?)\. To see it, run `microspec diff`", markdown, re.MULTILINE
    )
    parts = [part.partition(": ") for part in note[1].split("; ")] if note else []
    return {heading: names.split(", ") if names else [] for heading, _, names in parts}


@pytest.mark.parametrize(("old", "new"), [WHOLE, ("2.60", "2.88")])
@pytest.mark.parametrize("more", [[], ["--by-version"], ["--policy", "strict"]], ids=str)
def test_markdown_that_is_too_long_lacks_what_is_least_severe(old: str, new: str, more: list[str]) -> None:
    whole = printed(old, new, "--format", "markdown", *more)
    everything, lengths = told(whole), []
    for limit in (300_000, 100_000, 65_536, 40_000, 20_000, 10_000, 6_000):
        markdown = printed(old, new, "--format", "markdown", *more, "--max-length", str(limit))
        assert len(markdown) <= limit
        page = Outline(rendered(markdown))
        assert (page.open, page.wrong) == ([], [])
        assert markdown.splitlines()[:3] == whole.splitlines()[:3]
        shown, gone = told(markdown), left_out(markdown)
        gone.pop("changed in between, but the same in the end", None)
        for heading in everything:
            both = [*shown.get(heading, []), *gone.get(heading, [])]
            assert heading in {**shown, **gone}
            assert sorted(both) == sorted(everything[heading])
        assert shown.keys() | gone.keys() == everything.keys()
        cut = [number for number, severity in enumerate(SEVERITIES) if severity in gone]
        assert not any(severity in shown for severity in SEVERITIES[: max(cut, default=0)])
        assert "version by version" not in shown or not gone
        paragraphs = {*markdown.rstrip().split("\n\n")} - {*whole.rstrip().split("\n\n")}
        assert all(text.startswith("**Left out to save space:** ") for text in paragraphs)
        lengths.append(len(markdown))
    assert lengths[0] == len(whole)
    assert lengths == sorted(lengths, reverse=True)


def test_a_limit_is_kept_to_the_letter() -> None:
    whole = printed("2.60", "2.61", "--format", "markdown")
    assert printed("2.60", "2.61", "--format", "markdown", "--max-length", str(len(whole))) == whole
    assert len(printed("2.60", "2.61", "--format", "markdown", "--max-length", str(len(whole) - 1))) < len(whole)


def test_markdown_has_no_room_for_less_than_its_summary() -> None:
    result = CliRunner().invoke(main, ["diff", "2.60", "2.88", "--format", "markdown", "--max-length", "300"])
    assert result.exit_code == 2
    needed = re.search(r"a length of 300 characters is too short; the summary needs (\d+)\n", result.output)
    assert needed
    shortest = printed("2.60", "2.88", "--format", "markdown", "--max-length", needed[1])
    assert len(shortest) == int(needed[1])
    assert "**Left out to save space:** all the rest." in shortest


def test_nothing_means_anything_in_markdown(of_hostile: Callable[[str], str]) -> None:
    markdown = of_hostile("markdown")
    page = Outline(rendered(markdown))
    assert (page.open, page.wrong) == ([], [])
    assert not {"script", "img", "i", "b", "a"} & set(page.seen)
    assert "A | B <script>alert(1)</script> `code` @everybody #1" in page.text
    assert "<b>`|`</b>" in page.text
    assert r"Because of <i>x</i> & 100%,\nand | more: ::warning::" in page.text
    assert "_Lost_ & found" in page.text
    assert "@everybody" not in markdown


# ----------------------------------------------------------------------------------------------- html


@each_pair
def test_html_is_well_formed_and_needs_no_network(compute: History, old: str, new: str) -> None:
    page = Outline(printed(old, new, "--format", "html", "--by-version"))
    assert (page.open, page.wrong) == ([], [])
    assert not {"link", "img", "iframe"} & set(page.seen)
    assert not {"src", "href"} & {name for name, _ in page.attributes}
    for finding in compute.diff(old, new).findings:
        assert finding.rule.replace("-", " ") in page.text
        assert finding.operation is None or finding.operation in page.text


def test_nothing_means_anything_in_html(of_hostile: Callable[[str], str]) -> None:
    page = Outline(of_hostile("html"))
    assert (page.open, page.wrong) == ([], [])
    assert not {"img", "i", "b"} & set(page.seen)
    assert page.seen.count("script") == 1
    assert "<b>`|`</b>" in page.text
    assert "</p><img src=x onerror=alert(1)>" in page.text


def test_html_says_of_what_kind_everything_is() -> None:
    page = Outline(printed("2.60", "2.88", "--format", "html"))
    kinds = {value for name, value in page.attributes if name == "data-kind"}
    boxes = {value for name, value in page.attributes if name == "value"}
    assert kinds == boxes == {"breaking", "undecidable", "compatible", "behavior"}


# --------------------------------------------------------------------------------------------- github

COMMAND = re.compile(
    r"::(?P<level>error|warning|notice) (?:file=(?P<file>[^,:]+),line=\d+,col=\d+,)?title=[^,:\r\n]+::[^\r\n]+"
)


@each_pair
def test_github_has_one_command_a_line(compute: History, old: str, new: str) -> None:
    found = [COMMAND.fullmatch(line) for line in printed(old, new, "--format", "github").splitlines()]
    assert all(found)
    levels = [match["level"] for match in found if match]
    worst = {item.severity for item in compute.diff(old, new).judged()}
    assert ("error" in levels) == ("breaking" in worst)
    assert ("warning" in levels) == ("undecidable" in worst)
    assert bool(levels) == bool(worst)


def test_nothing_means_anything_to_github(of_hostile: Callable[[str], str], hostile: Path) -> None:
    lines = of_hostile("github").split("\n")
    assert lines.pop() == ""
    assert all(COMMAND.fullmatch(line) for line in lines)
    assert any(r"100%25,\nand" in line for line in lines)
    assert all(f"file={hostile}/versions/1.5.yaml,line=" in line for line in lines)


def test_two_specifications_have_no_lines_to_point_at(library: Path, hostile: Path) -> None:
    lines = printed(
        *("--spec", str(library), "--against", str(hostile), "--at", "1.4", "--format", "github")
    ).splitlines()
    assert all(COMMAND.fullmatch(line) for line in lines)


# ---------------------------------------------------------------------------------------------- sarif


@pytest.fixture(scope="module")
def sarif_schema() -> Any:
    """Checks SARIF. The schema is its authors' own and is not kept here: `nox -s tests` fetches it."""
    path = os.environ.get("SARIF_SCHEMA")
    if not path:
        pytest.skip("SARIF_SCHEMA is not set: nox fetches the schema with npm, and sets it")
    schema = json.loads(Path(path).read_text(encoding="utf-8"))
    for definition in schema["definitions"].values():  # the pattern of a language has a bracket too many
        definition.get("properties", {}).get("language", {}).pop("pattern", None)
    return jsonschema_rs.validator_for(schema)


@each_pair
def test_sarif_obeys_its_schema(sarif_schema: Any, old: str, new: str) -> None:
    document = json.loads(printed(old, new, "--format", "sarif"))
    assert [str(error) for error in sarif_schema.iter_errors(document)] == []


def test_suppressed_sarif_obeys_its_schema(sarif_schema: Any, hostile: Path, tmp_path: Path) -> None:
    document = json.loads(
        printed("1.4", "1.5", "--spec", str(hostile), "--format", "sarif", "--suppressions", suppressing(tmp_path))
    )
    assert [str(error) for error in sarif_schema.iter_errors(document)] == []
    assert sum("suppressions" in result for result in document["runs"][0]["results"]) == 1


def suppressing(folder: Path) -> str:
    """A file that suppresses one of the hostile findings."""
    path = folder / "known.yaml"
    path.write_text(
        "suppressions:\n"
        "  request-property-removed POST /books request /book/authors/*/tag:\n"
        '    {reason: "Nobody <tags>.", expires: "2999-01-01"}\n'
    )
    return str(path)


@each_pair
def test_sarif_points_at_the_change(compute: History, old: str, new: str) -> None:
    (run,) = json.loads(printed(old, new, "--format", "sarif"))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    findings = compute.diff(old, new).findings
    assert len(run["results"]) == len(findings)
    for result, finding in zip(run["results"], findings, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == finding.rule
        assert result["partialFingerprints"] == {"findingId/v1": finding.id}
        places = [
            location["physicalLocation"] for location in (*result["locations"], *result.get("relatedLocations", ()))
        ]
        told = {(place["artifactLocation"]["uri"], place["region"]["startLine"]) for place in places}
        assert told == {(cause.location.file, cause.location.line) for cause in finding.causes if cause.location}


def test_sarif_says_what_is_suppressed(hostile: Path, tmp_path: Path) -> None:
    arguments = ["1.4", "1.5", "--spec", str(hostile), "--format"]
    (run,) = json.loads(printed(*arguments, "sarif", "--suppressions", suppressing(tmp_path)))["runs"]
    (suppressed,) = [result for result in run["results"] if "suppressions" in result]
    assert suppressed["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "Nobody <tags>."}]
    assert suppressed["ruleId"] == "request-property-removed"

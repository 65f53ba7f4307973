"""Facts that hold in some releases only: lint, the fold as of each release, and every question about them."""

from __future__ import annotations

import json
import pickle
import re
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import microspec
from exploring import examples
from microspec import UnknownName, Version
from microspec.authoring.build import write_artifact
from microspec.authoring.check import check
from microspec.authoring.errors import SpecificationError
from microspec.authoring.tree import load_tree, read_tree
from microspec.history import History
from microspec.model.fold import Folded
from microspec.model.microversion import Microversion, Release, Service, periods
from microspec.values.frozen import frozendict
from test_changes import ELEMENTS
from test_cli import run

if TYPE_CHECKING:
    from microspec.model.api import Api
    from microspec.model.changes import Change

KEYS = ("acorn", "birch", "cedar")

SERVICE = """
  cedar: {name: Cedar, series: "2026", version: 3.0.0, max-version: "1.4"}
"""

BASELINE = """
changes:
  - add-property: Author.born
    schema: {type: integer}
    until-release: acorn
    why: The field was taken out of the software, and no version was made for it.
  - add-response: DELETE /books/{book_id}
    status: 409
    since-release: cedar
"""

BEHAVIORS = """
  lists-cached:
    operations: [GET /books]
    text: A list may be a minute old.
    until-release: birch
"""

CHANGES = """
  - add-property: Author.pen-name
    schema: {type: string}
    since-release: birch
    until-release: birch
    why: Only Birch had it.
"""


def append(file: Path, text: str, before: str | None = None) -> None:
    """Add text to a file: at the end, or before the first line that begins with something."""
    lines = file.read_text().splitlines(keepends=True)
    place = len(lines) if before is None else next(n for n, line in enumerate(lines) if line.startswith(before))
    file.write_text("".join([*lines[:place], text.lstrip("\n"), *lines[place:]]))


@pytest.fixture
def marked(library: Path) -> Path:
    """The library, with a third release and with facts that hold in some releases only."""
    append(library / "service.yaml", SERVICE)
    append(library / "baseline" / "books.yaml", BASELINE)
    append(library / "versions" / "1.4.yaml", BEHAVIORS, before="changes:")
    append(library / "versions" / "1.4.yaml", CHANGES)
    return library


@pytest.fixture(params=["folded", "compiled"])
def history(request: pytest.FixtureRequest, marked: Path, tmp_path: Path) -> History:
    """The history of it, from its files or from its artifact."""
    if request.param == "folded":
        return load_tree(marked)
    write_artifact(marked, tmp_path / "compiled")
    return microspec.load(tmp_path / "compiled")


def has(history: History, version: str) -> set[str]:
    """What a history has of what the library marks."""
    api = history.at(version)
    found = {name for name in ("born", "pen-name") if name in api.schemas["Author"]["properties"]}
    found |= {"409"} if 409 in api["DELETE /books/{book_id}"].error_statuses else set()
    return found | (api.behaviors.keys() & {"lists-cached"})


@pytest.mark.parametrize(
    ("release", "first", "last"),
    [
        ("acorn", {"born"}, {"born", "lists-cached"}),
        ("birch", set(), {"pen-name", "lists-cached"}),
        ("cedar", {"409"}, {"409"}),
    ],
)
def test_a_history_is_as_of_a_release(history: History, release: str, first: set[str], last: set[str]) -> None:
    as_of = history.as_of(release)
    assert as_of.release is not None
    assert as_of.release.key == release
    assert has(as_of, "1.1") == first
    assert has(as_of, "1.4") == last
    assert as_of is history.as_of(release)
    assert as_of.as_of("cedar")._source is history._source
    assert history.at("1.4", release) is as_of.at("1.4")
    assert as_of.versions == history.versions
    assert as_of.features == history.features


def test_a_history_is_as_of_the_newest_release(history: History) -> None:
    assert history.release == history.releases["cedar"]
    assert history.as_of("cedar") is history
    assert has(history, "1.4") == {"409"}
    with pytest.raises(UnknownName, match="oak"):
        history.as_of("oak")


def test_a_microversion_has_what_holds_elsewhere(history: History) -> None:
    item = history["1.4"]
    assert [change.target for change in item.elsewhere] == ["Author.pen-name", "lists-cached"]
    assert all(change.location for change in item.elsewhere)
    assert len(item.written) == len(item.changes) + 2
    there = history.as_of("birch")["1.4"]
    assert there.written == item.written
    assert there.elsewhere == ()
    assert {"lists-cached", "lists-sorted"} == set(there.behaviors)
    assert item.mentions("minute old")
    for version in history.versions:
        for release in KEYS:
            of = history.as_of(release)[version]
            assert [cause.change for cause in of.causes] == [*of.changes]
            assert [cause.number for cause in of.causes] == [*range(len(of.changes))]


def test_what_a_baseline_has_in_some_releases_is_a_change_of_the_first_version(history: History) -> None:
    first = history.as_of("acorn")["1.1"]
    assert [change.target for change in first.changes] == ["Author.born"]
    (location,) = [change.location for change in first.changes]
    assert location is not None
    assert location.file.endswith("baseline/books.yaml")
    assert "born" not in history.as_of("acorn").baseline.schemas["Author"]["properties"]


def test_every_question_is_as_of_a_release(history: History) -> None:
    body = {"book": {"title": "Emma", "authors": [{"name": "Austen", "born": 1775}]}}
    born = "/book/authors/*/born"
    acorn = history.as_of("acorn")
    assert str(acorn.versions_for("POST /books", body=body)) == "1.1-"
    assert not history.versions_for("POST /books", body=body)
    assert str(acorn.availability("POST /books", request=born)) == "1.1-"
    assert not history.availability("POST /books", request=born)
    assert [event.effect for event in acorn.history("POST /books", request=born)] == ["added"]
    assert history.history("POST /books", request=born) == ()
    assert "lists-cached" in {item.name for item in acorn.diff("1.3", "1.4").findings if item.part == "behavior"}
    for release in KEYS:
        found = history.as_of(release).diff("1.1", "1.4").findings
        causes = {cause.change.target for finding in found for cause in finding.causes}
        held = {change.target for item in history.as_of(release) for change in item.changes}
        assert causes <= held


# ------------------------------------------------------------------------------------------------- mistakes

NEVER = [
    ({"since-release": "birch", "until-release": "acorn"}, "since-release birch is later than until-release acorn"),
    ({"until-release": "acorn"}, "no release up to acorn supports 1.4"),
    ({"since-release": "birsh"}, "there is no release birsh"),
    ({"until-release": "birsh"}, "there is no release birsh"),
]


@pytest.mark.parametrize(("marks", "message"), NEVER)
@pytest.mark.parametrize("section", ["changes", "behaviors"])
def test_marks_that_never_hold(library: Path, marks: dict[str, str], message: str, section: str) -> None:
    keys = "".join(f"    {key}: {name}\n" for key, name in marks.items())
    file = library / "versions" / "1.4.yaml"
    if section == "changes":
        append(file, f"  - add-property: Author.x\n    schema: {{type: string}}\n{keys}")
    else:
        append(file, f"  lists-new:\n    text: They are new.\n{keys}", before="changes:")
    with pytest.raises(SpecificationError) as raised:
        load_tree(library)
    (found,) = raised.value.diagnostics
    assert found.message == message
    assert found.location.file == str(file)
    line = file.read_text().splitlines()[found.location.line - 1]
    assert any(line.strip().startswith(key) for key in marks)


def test_a_change_in_the_baseline_needs_a_mark(library: Path) -> None:
    append(library / "baseline" / "books.yaml", "changes:\n  - remove-property: Author.name\n")
    with pytest.raises(SpecificationError) as raised:
        load_tree(library)
    (found,) = raised.value.diagnostics
    assert (found.code, found.location.line) == ("missing-key", 74)
    assert found.message == "a change in the baseline needs since-release or until-release"


IN_RELEASES = [
    (
        [("changes", "add-property: Author.x\n    schema: {type: string}\n    until-release: birch")] * 2,
        "already-exists in Birch: property Author.x already exists (added in 1.4)",
    ),
    (
        [("changes", "remove-property: Author.born\n    until-release: birch")],
        "not-found in Birch: there is no property Author.born",
    ),
    (
        [("baseline", "alter-operation: GET /books\n    request: {from: null, to: Nothing}\n    until-release: acorn")],
        "unknown-name in Acorn: there is no schema Nothing",
    ),
    (
        [("baseline", "add-property: Author.x\n    schema: {type: string}\n    feature: x\n    until-release: acorn")],
        "unknown-name there is no feature x",
    ),
    (
        [("baseline", "remove-property: Author.name\n    until-release: acorn")] * 2,
        "not-found in Acorn: there is no property Author.name (removed in 1.1)",
    ),
    (
        [("changes", "remove-property: Author.none\n    since-release: acorn")],
        "not-found there is no property Author.none",
    ),
]


@pytest.mark.parametrize(("changes", "expected"), IN_RELEASES)
def test_what_is_wrong_in_some_release_is_reported_once(
    marked: Path, changes: list[tuple[str, str]], expected: str
) -> None:
    for section, text in changes:
        file = marked / ("baseline/books.yaml" if section == "baseline" else "versions/1.4.yaml")
        append(file, f"  - {text}\n")
    with pytest.raises(SpecificationError) as raised:
        load_tree(marked)
    (found,) = raised.value.diagnostics
    assert re.sub(r" \((?!added|removed).*", "", str(found).partition(": ")[2]) == expected


def test_marks_are_understood_without_a_service(marked: Path) -> None:
    (marked / "service.yaml").unlink()
    with pytest.raises(SpecificationError) as raised:
        load_tree(marked)
    assert [found.code for found in raised.value.diagnostics] == ["missing-file"]


# ------------------------------------------------------------------------------------------------- a cloud

REQUEST = "POST /books"
BODY = {"book": {"title": "Emma", "authors": [{"name": "Austen", "born": 1775}]}}


@pytest.mark.parametrize(
    ("cloud", "release", "works"),
    [
        ({}, "cedar", False),
        ({"release": "acorn"}, "acorn", True),
        ({"server": "1.1-1.2"}, "acorn", True),
        ({"server": "1.1-1.3"}, "birch", False),
        ({"server": "1.1-1.9"}, "cedar", False),
        ({"server": "1.1-1.2", "release": "cedar"}, "cedar", False),
        ({"server": "1.1-1.4", "release": "acorn"}, "acorn", True),
    ],
    ids=str,
)
def test_a_cloud_is_of_the_release_that_is_given_or_of_that_of_its_versions(
    history: History, cloud: dict[str, Any], release: str, works: bool
) -> None:
    explanation = history.explain(REQUEST, "1.2", body=BODY, **cloud)
    assert explanation.works == works
    assert explanation.release == history.releases[release]
    call = microspec.Call(method="POST", path="/books", version="1.2", body=BODY)
    audit = history.audit([call], **cloud)
    assert audit.release == history.releases[release]
    assert [finding.kind for finding in audit.findings] == ([] if works else ["refused"])
    found = history.negotiation(**{"server": "1.1-1.4", **cloud}, operation=REQUEST, body=BODY)
    if "server" in cloud or "release" in cloud:
        assert (found.version is not None) == works


def test_a_release_says_what_a_cloud_speaks(history: History) -> None:
    found = history.explain("GET /books", "1.3", release="acorn")
    assert (found.refusal, str(found.server)) == (406, "1.1-1.2")
    assert str(history.explain("GET /books", "1.3", release="birch").server) == "1.1-1.4"
    assert history.explain("GET /books", "1.3").server is None
    assert history.as_of("acorn").explain("GET /books", "1.3").refusal == 406
    assert history.audit([], release="acorn").server == found.server


def test_what_a_newer_release_no_longer_has_works_at_none_of_its_versions(history: History) -> None:
    found = history.explain(REQUEST, "1.2", body=BODY, release="acorn")
    assert str(found.works_at) == "1.1-1.2"


def test_a_need_is_a_behavior_of_the_release(history: History) -> None:
    assert history.negotiation(server="1.1-1.4", needs=["lists-cached"], release="birch").version == Version("1.4")
    assert str(history.negotiate(server="1.1-1.4", needs=["lists-cached"])) == "1.4"  # of Birch, by its versions
    (_, limit) = history.negotiation(server="1.1-1.4", needs=["lists-cached"], release="cedar").limits
    assert str(limit) == "behavior lists-cached: never"


def test_a_match_is_as_of_a_release(history: History) -> None:
    api = history.at("1.4")
    here, there = api.match("DELETE", "/books/b1"), api.match("DELETE", "/books/b1", release="birch")
    assert 409 in here.operation.error_statuses
    assert 409 not in there.operation.error_statuses
    assert there == history.as_of("birch").at("1.4").match("DELETE", "/books/b1")
    alone = pickle.loads(pickle.dumps(api))
    assert alone.match("DELETE", "/books/b1", release="cedar").operation.key == here.operation.key
    with pytest.raises(UnknownName, match="birch"):
        alone.match("DELETE", "/books/b1", release="birch")


def test_audits_of_clouds_of_different_releases_do_not_merge(history: History) -> None:
    audits = [history.audit([], "1.1-1.4", release=release) for release in ("birch", "cedar")]
    with pytest.raises(microspec.InvalidElement, match="all must be of the same cloud"):
        microspec.Audit.merged(audits)


# ------------------------------------------------------------------------------------------------- the command line

COMMANDS = [
    (["show", "DELETE /books/{book_id}"], "409", {"cedar"}),
    (["show", "1.4"], "in other releases", {"acorn", "cedar"}),
    (["validate", "POST /books", "body.json"], "accepted by", {"acorn"}),
    (["when", "POST /books", "--request", "/book/authors/*/born"], "1.1-", {"acorn"}),
    (["history", "POST /books", "--request", "/book/authors/*/born"], "Author.born until acorn", {"acorn"}),
    (["schema", "POST /books"], '"born"', {"acorn"}),
    (["behaviors"], "lists-cached  1.4-", {"acorn", "birch"}),
    (["when", "lists-cached"], "1.4-", {"acorn", "birch"}),
    (["show", "GET /books", "--at", "1.4"], "A list may be a minute old", {"acorn", "birch"}),
    (["history", "GET /books"], "add-behavior lists-cached", {"acorn", "birch"}),
    (["operations"], "GET /books", {*KEYS}),
    (["diff", "1.3", "1.4"], "A list may be a minute old", {"acorn", "birch"}),
    (["explain", "POST /books", "--body", "body.json"], "the request is valid", {"acorn"}),
    (["negotiate", "POST /books", "--server", "1.1-1.4", "--body", "body.json"], "ask for 1.4", {"acorn"}),
    (["audit", "calls.jsonl"], "no findings", {"acorn"}),
]


@pytest.fixture
def recorded(marked: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The library, with a body and a recording beside it."""
    monkeypatch.chdir(marked.parent)
    (marked.parent / "body.json").write_text(json.dumps(BODY))
    call = {"method": "POST", "url": "/books", "version": "1.2", "body": BODY}
    (marked.parent / "calls.jsonl").write_text(json.dumps(call))
    return marked


@pytest.mark.parametrize(("arguments", "words", "there"), COMMANDS, ids=[" ".join(each[0]) for each in COMMANDS])
def test_commands_answer_for_a_release(recorded: Path, arguments: list[str], words: str, there: set[str]) -> None:
    found = {key for key in KEYS if words in run(*arguments, "--spec", str(recorded), "--release", key.title()).output}
    assert found == there
    default = run(*arguments, "--spec", str(recorded))
    assert (words in default.output) == ("cedar" in there or (arguments[0] == "negotiate" and "birch" in there))


@pytest.mark.parametrize("arguments", [arguments for arguments, *_ in COMMANDS], ids=" ".join)
def test_an_unknown_release_is_refused(recorded: Path, arguments: list[str]) -> None:
    result = run(*arguments, "--release", "birsh", "--spec", str(recorded))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "Error: there is no release 'birsh'; did you mean birch?\n"


def test_latest_is_the_highest_version_of_the_release(recorded: Path) -> None:
    for arguments in (["--release", "acorn", "--spec", str(recorded)], ["--spec", str(recorded), "--release", "acorn"]):
        assert run("show", "GET /books", *arguments).output.startswith("GET /books  at 1.2 (Acorn)")
        assert run("show", "latest", *arguments).output.startswith("1.2  Authors have tags")


def test_a_microversion_says_what_holds_in_which_releases(recorded: Path) -> None:
    shown = run("show", "1.4", "--spec", str(recorded)).output
    assert "  in other releases\n  + property Author.pen-name  since birch, until birch  Only Birch had it." in shown
    assert "  ! lists-cached  until birch  A list may be a minute old." in shown
    data = json.loads(run("show", "1.4", "--spec", str(recorded), "--format", "json").output)
    assert [item["fields"].get("since_release") for item in data["elsewhere"]] == ["birch", None]
    assert [item["fields"]["until_release"] for item in data["elsewhere"]] == ["birch", "birch"]


# ------------------------------------------------------------------------------------------------- check

RELEASED = [
    (
        "versions/1.4.yaml",
        ("    since-release: birch\n    until-release: birch\n", "    since-release: cedar\n"),
        {("schema Author changed meaning at 1.4, already released", "versions/1.4.yaml")}
        | {("schema Author changed meaning at 1.4 in Birch, already released", "versions/1.4.yaml")},
    ),
    (
        "baseline/books.yaml",
        ("schema: {type: integer}\n    until-release: acorn", "schema: {type: string}\n    until-release: acorn"),
        {("schema Author changed meaning at 1.1-1.2 in Acorn, already released", "baseline/books.yaml")},
    ),
    (
        "baseline/books.yaml",
        ("    why: The field was taken out of", "    why: It was taken out of"),
        set[tuple[str, str]](),
    ),
    (
        "versions/1.4.yaml",
        ("    until-release: birch\nchanges", "changes"),
        {("behavior lists-cached changed meaning at 1.4, already released", "versions/1.4.yaml")},
    ),
]


@pytest.mark.parametrize(("name", "edit", "expected"), RELEASED)
def test_marks_are_part_of_what_is_released(
    marked: Path, tmp_path: Path, name: str, edit: tuple[str, str], expected: set[tuple[str, str]]
) -> None:
    changed = Path(shutil.copytree(marked, tmp_path / "changed"))
    text = (changed / name).read_text()
    assert edit[0] in text
    (changed / name).write_text(text.replace(*edit))
    found = check(read_tree(changed), read_tree(marked), today=date(2026, 1, 1)).violations
    assert {(item.message, str(Path(item.location.file).relative_to(changed))) for item in found} == expected
    assert all(item.location.line > 1 for item in found)


def test_a_new_release_may_have_facts_of_its_own(library: Path, tmp_path: Path) -> None:
    changed = Path(shutil.copytree(library, tmp_path / "changed"))
    append(changed / "service.yaml", SERVICE)
    append(changed / "versions" / "1.4.yaml", "  - remove-property: Author.tag\n    since-release: cedar\n")
    assert not check(read_tree(changed), read_tree(library), today=date(2026, 1, 1)).violations


# ------------------------------------------------------------------------------------------------- laws

RELEASES = frozendict(
    {key: Release(key=key, name=key.title(), version="1", series="1", max_version=Version("1.2")) for key in KEYS}
)
MARKS = st.sampled_from([(since, until) for since in (None, *KEYS) for until in (None, *KEYS)]).filter(
    lambda marks: None in marks or KEYS.index(marks[0] or "") <= KEYS.index(marks[1] or "")
)


def folded(baseline: Api, changes: list[list[Change]]) -> History:
    """A history with the changes of each version."""
    microversions = tuple(
        Microversion(version=Version((1, minor)), title="t", description="d", changes=tuple(of_version))
        for minor, of_version in enumerate(changes, 1)
    )
    service = Service(service_type="things", title="Things", standard_header="X", legacy_header=None, releases=RELEASES)
    return History(Folded(service, baseline, microversions))


@pytest.mark.parametrize("noun", ELEMENTS)
@examples(0.3)
@given(data=st.data())
def test_as_of_a_release_is_without_the_changes_that_do_not_hold_in_it(noun: str, data: st.DataObject) -> None:
    element = data.draw(ELEMENTS[noun])
    since, until = data.draw(MARKS)
    changes = [element.add, element.alter or element.remove]
    marked = [[change.replace(since_release=since, until_release=until)] for change in changes]
    history = folded(element.api, marked)
    for release in KEYS:
        holds = marked[0][0]._holds_in(release, KEYS)
        alone = folded(element.api, [[change] if holds else [] for change in changes])
        as_of = history.as_of(release)
        assert [as_of.at(version) for version in as_of.versions] == [alone.at(version) for version in alone.versions]
        assert [len(item.changes) for item in as_of] == [len(item.changes) for item in alone]
        found, expected = (each.diff("1.1", "1.2").findings for each in (as_of, alone))
        assert [item.id for item in found] == [item.id for item in expected]
        assert as_of.known == alone.known


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([(None, None)], ()),
        ([("acorn", None)], ()),
        ([("birch", None)], ("birch",)),
        ([(None, "acorn")], ("birch",)),
        ([(None, "cedar")], ()),
        ([("birch", "birch")], ("birch", "cedar")),
    ],
)
def test_periods(marks: list[tuple[str | None, str | None]], expected: tuple[str, ...]) -> None:
    changes = tuple(
        microspec.RemoveSchema(target="A", since_release=since, until_release=until) for since, until in marks
    )
    item = Microversion(version=Version("1.1"), title="t", description="d", changes=changes)
    assert periods([item], KEYS) == expected

"""Behaviors over time: how they are altered, and what knows of it."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import microspec
from exploring import examples
from microspec import InvalidElement, UnknownName, UnknownOperation, Version
from microspec.artifact.writer import artifact
from microspec.authoring.build import write_artifact
from microspec.authoring.check import check as compare
from microspec.authoring.lint import Hints, Lint
from microspec.authoring.tree import load_tree, read_tree
from microspec.cli import main
from microspec.diff.usage import Use, Uses, operations_of_behaviors
from microspec.history import History
from microspec.model.api import Api
from microspec.model.changes import (
    AddBehavior,
    AddOperation,
    Alteration,
    AlterBehavior,
    BehaviorChange,
    RemoveBehavior,
    RemoveEnumValue,
    RemoveOperation,
    RemoveParameter,
    RemoveProperty,
    RemoveResponse,
    RemoveSchema,
)
from microspec.model.definition import Behavior, Definition
from microspec.model.draft import Draft
from microspec.model.fold import Folded
from microspec.model.microversion import Microversion, Release, Service
from microspec.values.frozen import frozendict

if TYPE_CHECKING:
    from collections.abc import Callable

    from microspec.model.changes import Change

FULL = "A full shelf is a 409."
NEW = "A shelf takes a hundred books; one more is a 409."


@pytest.fixture
def shelves(library: Path) -> Path:
    """The library with a behavior about shelves, which is altered in 1.3 and ends in 1.4."""
    edit(
        library / "versions" / "1.2.yaml",
        f"""behaviors:
  shelf-room:
    operations: [POST /books]
    about: [BookCore.shelf]
    statuses: {{409: since}}
    text: {FULL}
changes:
""",
    )
    edit(
        library / "versions" / "1.3.yaml",
        f"""changes:
  - alter-behavior: shelf-room
    text: {{from: {FULL}, to: {NEW}}}
    operations: {{from: [POST /books], to: [POST /books, GET /books]}}
    statuses: {{from: {{409: since}}, to: {{409: always}}}}
    about: {{from: [BookCore.shelf], to: [BookCore.shelf, "GET /books?limit"]}}
    why: The shelves were counted.
""",
    )
    edit(
        library / "versions" / "1.4.yaml",
        """changes:
  - remove-behavior: shelf-room
    why: Shelves grow.
""",
    )
    return library


def edit(file: Path, changes: str) -> None:
    """Put changes before those of a file."""
    text = file.read_text()
    assert text.count("changes:\n") == 1
    file.write_text(text.replace("changes:\n", changes))


@pytest.fixture(params=["folded", "compiled"])
def history(request: pytest.FixtureRequest, shelves: Path, tmp_path: Path) -> History:
    """The same, from its sources and from its artifact."""
    if request.param == "folded":
        return load_tree(shelves)
    write_artifact(shelves, tmp_path / "artifact")
    return microspec.load(tmp_path / "artifact")


def run(library: Path, *arguments: str) -> str:
    """What a command prints."""
    return CliRunner().invoke(main, [*arguments, "--spec", str(library)], catch_exceptions=False).output


def test_a_behavior_is_altered(history: History) -> None:
    before, after = (history.at(version).behaviors["shelf-room"] for version in ("1.2", "1.3"))
    assert (before.text, before.operations, dict(before.statuses)) == (FULL, ("POST /books",), {409: "since"})
    assert (after.text, after.operations, dict(after.statuses)) == (NEW, ("POST /books", "GET /books"), {409: "always"})
    assert (before.about, after.about) == (("BookCore.shelf",), ("BookCore.shelf", "GET /books?limit"))
    assert "shelf-room" not in history.at("1.4").behaviors


def test_a_diff_tells_what_an_alteration_changes(history: History) -> None:
    (finding,) = [item for item in history.diff("1.2", "1.3").findings if item.part == "behavior"]
    assert finding.id == "behavior-altered behavior shelf-room"
    assert finding.before == {"operations": ("POST /books",), "statuses": {"409": "since"}, "text": FULL}
    assert finding.after == {"operations": ("GET /books", "POST /books"), "statuses": {"409": "always"}, "text": NEW}
    assert [cause.why for cause in finding.causes] == ["The shelves were counted."]
    (cancelled,) = [item for item in history.diff("1.1", "1.4").cancelled if item.part == "behavior"]
    assert len(cancelled.causes) == 3


def test_the_text_of_a_diff_is_that_after_it(shelves: Path) -> None:
    printed = run(shelves, "diff", "1.2", "1.3")
    assert NEW in printed
    assert FULL not in printed


@pytest.mark.parametrize(
    ("operation", "concerned"), [("GET /books", True), ("POST /books", True), ("DELETE /books/{book_id}", False)]
)
def test_an_alteration_concerns_callers_of_its_operations_on_either_side(
    history: History, operation: str, concerned: bool
) -> None:
    (finding,) = [item for item in history.diff("1.2", "1.3").findings if item.part == "behavior"]
    behaviors = operations_of_behaviors(history.at("1.2"), history.at("1.3"))
    assert Uses([Use(operation=operation)], behaviors).concern(finding) is concerned


def test_a_version_shows_how_it_alters_a_behavior(shelves: Path) -> None:
    printed = " ".join(run(shelves, "show", "1.3").split())
    assert "~ behavior shelf-room" in printed
    assert 'statuses: {"409": "since"} → {"409": "always"}' in printed
    assert f"{NEW} The shelves were counted." in printed


def check(new: Path, old: Path) -> list[tuple[str, list[str]]]:
    """What a check says of a specification and its base: where, and the ids of findings."""
    found = compare(read_tree(new), read_tree(old), today=date(2026, 1, 1)).violations
    places = [str(item.location).removeprefix(f"{new}/") for item in found]
    return [(place, [finding.id for finding in item.findings]) for place, item in zip(places, found, strict=True)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (NEW, "A shelf takes 100 books.", []),
        ('[BookCore.shelf, "GET /books?limit"]', "[Title]", []),
        ("{409: always}", "{409: before}", [("versions/1.3.yaml:11:46", ["behavior-altered behavior shelf-room"])]),
    ],
)
def test_a_released_alteration_may_only_be_reworded(
    shelves: Path, tmp_path: Path, old: str, new: str, expected: Any
) -> None:
    base = Path(shutil.copytree(shelves, tmp_path / "base"))
    file = shelves / "versions" / "1.3.yaml"
    file.write_text(file.read_text().replace(old, new))
    assert check(shelves, base) == expected


@pytest.mark.parametrize(("version", "expected"), [("1.1", []), ("1.2", [("1.2", FULL)]), ("1.3", [("1.3", NEW)])])
def test_an_explanation_tells_what_holds_at_the_version(
    history: History, version: str, expected: list[tuple[str, str]]
) -> None:
    reasons = history.explain("POST /books", version, 409).reasons
    assert [(str(reason.version), reason.text) for reason in reasons if reason.behavior == "shelf-room"] == expected
    assert len([reason for reason in reasons if reason.version]) == len(expected)


def test_one_story_of_a_migration_that_cannot_be_aborted(compute: History) -> None:
    reasons = compute.explain("DELETE /servers/{server_id}/migrations/{migration_id}", "2.70", 400).reasons
    assert [reason.behavior for reason in reasons if reason.behavior] == ["waiting-live-migrations-abortable"]


def test_a_404_that_only_older_versions_answer_names_the_version_that_ends_it(compute: History) -> None:
    reasons = compute.explain("GET /servers/{server_id}/os-instance-actions", "2.20", 404).reasons
    assert [str(reason.version) for reason in reasons if reason.version] == ["2.21"]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 501])
def test_an_explanation_names_each_behavior_of_a_status_once(compute: History, status: int) -> None:
    for version in compute.versions[::9]:
        for key, operation in compute.at(version).operations.items():
            causing = [
                behavior
                for behavior in operation.behaviors.values()
                if behavior.statuses.get(status) in ("since", "always")
            ]
            held = {behavior.name for behavior in causing if behavior.operations}
            of_all = {behavior.name for behavior in causing if not behavior.operations}
            found = compute.explain(key, version, status)
            if found.refusal == status:
                continue
            named = [reason.behavior for reason in found.reasons if reason.behavior]
            assert len(named) == len(set(named)), (key, version)
            assert held <= set(named), (key, version)
            assert {name for name in named if name in operation.behaviors} <= held | of_all, (key, version)
            assert not held or not of_all & set(named), (key, version)


def test_an_explanation_tells_of_a_behavior_that_comes_back_what_it_says_then(library: Path) -> None:
    behavior = """behaviors:
  shelf-room:
    operations: [POST /books]
    statuses: {409: always}
    text: TEXT
"""
    for version, text in (("1.2", FULL), ("1.4", NEW)):
        file = library / "versions" / f"{version}.yaml"
        if version == "1.4":
            file.write_text(file.read_text().replace("behaviors:\n", behavior.replace("TEXT", text)))
        else:
            edit(file, f"{behavior.replace('TEXT', text)}changes:\n")
    edit(library / "versions" / "1.3.yaml", "changes:\n  - remove-behavior: shelf-room\n    why: It was rebuilt.\n")
    history = load_tree(library)
    for version, text in (("1.1", FULL), ("1.2", FULL), ("1.3", NEW), ("1.4", NEW)):
        reasons = history.explain("POST /books", version, 409).reasons
        assert [reason.text for reason in reasons if reason.behavior] == [text], version
    assert str(history.availability("shelf-room")) == "1.2, 1.4-"
    assert [str(versions) for versions in history.behaviors["shelf-room"].forms] == ["1.2", "1.4-"]


def test_a_behavior_outlives_nothing_that_it_is_about(compute: History) -> None:
    """Removing an element that a behavior is about, or all its operations, in one more version is a mistake."""
    ends = {change.until_release for microversion in compute for change in microversion.written}
    held = set()
    for history in (compute, *(compute.as_of(release) for release in ends if release)):
        for api in map(history.at, history.versions):
            for name, behavior in api.behaviors.items():
                for removed in (*((subject,) for subject in behavior.about), behavior.operations):
                    if removed and (name, removed) not in held:
                        message = f"behavior {name} is about {removed[0]}, which is removed here"
                        assert message in outlived(api, *map(removal_of, removed))
                        held.add((name, removed))
    assert len(held) > 500


def test_a_behavior_outlives_no_status_that_it_causes(compute: History) -> None:
    held = set()
    for api in map(compute.at, compute.versions):
        common = {response.status for response in api.common.responses.values()}
        for name, behavior in api.behaviors.items():
            caused = {status for status, holds in behavior.statuses.items() if holds != "before"}
            for status in caused - common if behavior.operations else ():
                answers = [
                    (key, when)
                    for key in behavior.operations
                    for of, when in api.definitions[key].responses
                    if of == status
                ]
                changes = [RemoveResponse(target=key, status=status, when=when) for key, when in answers]
                message = f"behavior {name} explains {status}, which none of its operations answers with from here on"
                assert message in outlived(api, *changes)
                held.add((name, status))
    assert len(held) > 20


def removal_of(subject: str) -> Change:
    """What removes an element that a behavior is about."""
    whole, _, value = subject.partition("=")
    operation, _, parameter = subject.partition("?")
    if parameter:
        return RemoveParameter(target=operation, query=parameter)
    if " " in subject:
        return RemoveOperation(target=subject)
    if value:
        return RemoveEnumValue(target=whole, value=value)
    return RemoveProperty(target=subject) if "." in subject else RemoveSchema(target=subject)


def outlived(api: Api, *changes: Change) -> list[str]:
    """What lint says of the behaviors that outlive what changes remove."""
    draft = Draft(api)
    for change in changes:
        change._make(draft)
    lint = Lint(frozenset(), {}, frozenset(), frozenset(), Hints())
    lint._check_behaviors(
        api, draft.api(), Microversion(version=api.version, title="", description="", changes=changes)
    )
    return [item.message for item in lint.diagnostics if item.code == "outlived"]


# ------------------------------------------------------------------------------------------- asked for by name


def test_what_is_known_of_a_behavior(history: History) -> None:
    known = history.behaviors["shelf-room"]
    assert (known.name, known.text, known.operations) == ("shelf-room", NEW, ("POST /books", "GET /books"))
    assert (dict(known.statuses), known.about) == ({409: "always"}, ("BookCore.shelf", "GET /books?limit"))
    assert str(known.availability) == "1.2-1.3"
    assert {str(versions): form for versions, form in known.forms.items()} == {
        version: history.at(version).behaviors["shelf-room"] for version in ("1.2", "1.3")
    }
    events = [
        (str(event.version), event.effect, str(event.location).partition("versions/")[2]) for event in known.events
    ]
    assert events == [
        ("1.2", "added", "1.2.yaml:7:3"),
        ("1.3", "altered", "1.3.yaml:8:21"),
        ("1.4", "removed", "1.4.yaml:11:22"),
    ]
    assert [event.why for event in known.events] == [None, "The shelves were counted.", "Shelves grow."]
    assert known.elsewhere == ()
    assert list(history.behaviors) == ["shelf-room", "lists-sorted"]


def test_a_behavior_is_asked_for_as_a_feature_is(history: History) -> None:
    for name, versions in (("shelf-room", "1.2-1.3"), ("author-tags", "1.2, 1.4-")):
        assert str(history.availability(name)) == versions
        assert [history.supports(name, version) for version in history.versions] == [
            version in history.availability(name) for version in history.versions
        ]
        assert str(history.negotiation(server="1.1-1.4", needs=[name]).limits[1].versions) == versions


@pytest.mark.parametrize("asked", ["shelf-rom", "", "BOOKS", "shelf-room\t"])
def test_a_name_of_neither_is_refused(history: History, asked: str) -> None:
    hint = "; did you mean shelf-room?" if asked.startswith("shelf") else ""
    questions: list[Callable[[], object]] = [
        lambda: history.supports(asked, "1.2"),
        lambda: history.availability(asked),
        lambda: history.negotiation(server="1.1", needs=[asked]),
    ]
    for question in questions:
        with pytest.raises(UnknownName) as caught:
            question()
        assert str(caught.value).startswith(f"there is no feature or behavior {asked!r}{hint}")
        assert caught.value.known == ("loan-records", "author-tags", "shelf-room", "lists-sorted")


def test_a_behavior_is_no_operation_and_has_no_elements(history: History) -> None:
    with pytest.raises(UnknownOperation, match="it is a behavior: `microspec when shelf-room` and"):
        history.history("shelf-room")
    with pytest.raises(InvalidElement, match="need an operation"):
        history.availability("shelf-room", request="/book")


def test_an_operation_has_the_behaviors_that_affect_it(history: History) -> None:
    def at(version: str, key: str) -> list[str]:
        return [*history.at(version)[key].behaviors]

    assert at("1.2", "POST /books") == at("1.3", "POST /books") == at("1.3", "GET /books") == ["shelf-room"]
    assert at("1.2", "GET /books") == at("1.4", "POST /books") == at("1.3", "DELETE /books/{book_id}") == []
    assert history.at("1.3")["POST /books"].behaviors["shelf-room"].text == NEW


def test_an_operation_has_those_of_what_it_is_another_name_of_and_those_of_all(compute: History) -> None:
    api = compute.at("2.1")
    assert api["POST /os-volumes_boot"].alias_of == "POST /servers"
    for key in ("POST /os-volumes_boot", "POST /servers"):
        assert "default-version" in api[key].behaviors
    alias = "POST /os-volumes_boot/{server_id}/action#trigger_crash_dump"
    assert "crash-dump-states" in compute.at("2.17")[alias].behaviors
    assert "crash-dump-states" in compute.at("2.17")["POST /servers/{server_id}/action#trigger_crash_dump"].behaviors
    assert "crash-dump-states" not in compute.at("2.17")["POST /servers"].behaviors


def test_the_history_of_an_operation_has_the_changes_to_its_behaviors(history: History) -> None:
    def events(key: str, **element: Any) -> list[tuple[str, str, str]]:
        found = [event for event in history.history(key, **element) if isinstance(event.change, BehaviorChange)]
        return [(str(event.version), event.effect, event.change.verb) for event in found]

    assert events("POST /books") == [
        ("1.2", "altered", "add-behavior"),
        ("1.3", "altered", "alter-behavior"),
        ("1.4", "altered", "remove-behavior"),
    ]
    assert events("GET /books")[:2] == [("1.3", "altered", "alter-behavior"), ("1.4", "altered", "remove-behavior")]
    assert events("DELETE /books/{book_id}") == events("POST /books", request="/book") == []


def test_when_knows_behaviors(shelves: Path) -> None:
    assert run(shelves, "when", "shelf-room").startswith(f"shelf-room  {NEW}\nversions")
    assert json.loads(run(shelves, "when", "shelf-room", "--at", "1.4", "--format", "json"))["there"] is False


def test_show_lists_the_behaviors_of_an_operation(shelves: Path) -> None:
    shown = run(shelves, "show", "POST /books", "--at", "1.2")
    assert shown.endswith(f"└── behaviors\n    └── shelf-room  (409)  new in 1.2  {FULL}\n")
    assert "behaviors" not in run(shelves, "show", "POST /books", "--at", "1.1")
    data = json.loads(run(shelves, "show", "POST /books", "--at", "1.2", "--format", "json"))["behaviors"]
    assert data == [
        {
            "name": "shelf-room",
            "text": FULL,
            "operations": ["POST /books"],
            "statuses": {"409": "since"},
            "about": ["BookCore.shelf"],
        }
    ]


def test_history_prints_the_changes_of_behaviors(shelves: Path) -> None:
    printed = run(shelves, "history", "POST /books")
    assert "  ~ 1.3 Birch: altered by alter-behavior shelf-room\n" in printed
    assert f"      {NEW}\n      The shelves were counted.\n" in printed
    assert "versions/1.3.yaml:8:21" in printed


def test_explain_names_a_behavior(shelves: Path) -> None:
    explained = run(shelves, "explain", "POST /books", "--at", "1.3", "--status", "409")
    assert explained.count("    behavior shelf-room, 1.3, Birch, ") == explained.count("shelf-room") == 1
    data = json.loads(run(shelves, "explain", "POST /books", "--at", "1.3", "--status", "409", "--format", "json"))
    assert [reason["behavior"] for reason in data["reasons"]].count("shelf-room") == 1


def test_behaviors_of_all_operations_are_named_in_one_line() -> None:
    shown = CliRunner().invoke(main, ["show", "GET /flavors", "--at", "2.1"]).output
    assert shown.endswith("of all operations: default-version, version-must-be-two-numbers\n")


def test_a_behavior_that_only_other_releases_have_is_never_there(compute: History) -> None:
    name = "forced-quotas-refused"
    known = compute.behaviors[name]
    assert (str(known.availability), known.forms, known.events) == ("never", {}, ())
    assert [(change.verb, change.until_release) for change in known.elsewhere] == [("add-behavior", "pike")]
    assert not compute.supports(name, "2.40")
    assert compute.supports(name, "2.40", release="pike")
    assert not compute.supports(name, "2.40", release="queens")
    assert str(compute.as_of("newton").availability(name)) == "2.36-"
    assert not compute.as_of("newton").supports("bandwidth-ports-attached", "2.72")  # since Wallaby
    asked = CliRunner().invoke(main, ["when", name])
    assert asked.exit_code == 1
    assert asked.output.endswith("never; in other releases: until pike\n")
    assert f"{name}  never  in other releases: until pike  " in CliRunner().invoke(main, ["behaviors", name]).output
    with pytest.raises(UnknownName, match="no release 'pikee'; did you mean pike"):
        compute.supports(name, "2.40", release="pikee")


# -------------------------------------------------------------------------------------------------------- laws


def assert_known_as_it_is(history: History) -> None:
    """Of every behavior, at every version, the index and what is known agree with the API there."""
    origin = history._origin
    for version in history.versions:
        there = history.at(version).behaviors
        for name, known in history.behaviors.items():
            forms = [form for versions, form in known.forms.items() if version in versions]
            assert forms == ([there[name]] if name in there else []), (name, version)
            assert (version in known.availability) == (name in there), (name, version)
            assert (version in origin.named(name)) == (name in there), (name, version)
        assert there.keys() <= history.behaviors.keys()


def assert_history_has_each_change(history: History, *, exactly: bool) -> None:
    """The history of an operation has each change of its behaviors; `exactly`: and no change without effect."""
    apis = [history.baseline, *map(history.at, history.versions)]
    for key in history.known:
        every = history.history(key)
        assert [*every] == sorted(every, key=lambda event: (event.version, event.number))
        events = [event for event in every if isinstance(event.change, BehaviorChange)]
        assert {event.effect for event in events} <= {"altered"}
        for old, new in pairwise(apis):
            found = {event.change.target for event in events if event.version == new.version}
            affecting = {name for api in (old, new) if key in api for name in api[key].behaviors}
            expected = {name for name in affecting if old.behaviors.get(name) != new.behaviors.get(name)}
            assert found == expected if exactly else found >= expected, (key, new.version)
            assert not found or key in old or key in new


def test_behaviors_of_the_compute_api_in_every_release(compute: History) -> None:
    assert_known_as_it_is(compute)
    for release in compute.releases:
        as_of = compute.as_of(release)
        assert as_of.behaviors.keys() == compute.behaviors.keys()
        for version in as_of.versions:
            there = {name for name, known in as_of.behaviors.items() if version in known.availability}
            assert there == as_of.at(version).behaviors.keys(), (release, version)


def test_histories_of_the_compute_api_have_each_change_of_a_behavior(compute: History) -> None:
    assert_history_has_each_change(compute, exactly=True)


KEYS = ("acorn", "birch", "cedar")
NAMES = ("p", "q", "r")
ALWAYS, SOMETIMES = "GET /a", "GET /b"
MARKS = [(None, None), ("birch", None), ("cedar", None), (None, "acorn"), (None, "birch"), ("birch", "birch")]


def definition(key: str) -> Definition:
    return Definition(method="GET", path=key.partition(" ")[2], resource="r", summary="s", audience="any")


@st.composite
def histories(draw: st.DrawFn) -> Folded:
    """Versions that add, alter and remove behaviors, each in some releases, and an operation."""
    marks = {name: draw(st.sampled_from(MARKS)) for name in NAMES}
    operations = {ALWAYS: definition(ALWAYS)} | draw(st.sampled_from([{}, {SOMETIMES: definition(SOMETIMES)}]))
    keys = {*operations}

    def affected() -> tuple[str, ...]:
        return draw(st.sampled_from([(), (ALWAYS,), *([(SOMETIMES,), (ALWAYS, SOMETIMES)] if len(keys) > 1 else [])]))

    now = {name: Behavior(name=name, text="0", operations=affected()) for name in draw(st.sets(st.sampled_from(NAMES)))}
    baseline = Api(version=Version("0.0"), definitions=frozendict(operations), behaviors=frozendict(now))
    versions: list[list[Change]] = []
    for _ in range(draw(st.integers(1, 5))):
        changes: list[Change] = []
        for _ in range(draw(st.integers(0, 4))):
            name = draw(st.sampled_from([*NAMES, SOMETIMES]))
            if name == SOMETIMES:
                there = name in keys
                add = AddOperation(target=name, definition=definition(name))
                changes.append(RemoveOperation(target=name) if there else add)
                keys ^= {name}
                continue
            behavior = Behavior(name=name, text=draw(st.sampled_from("012")), operations=affected())
            change: Change
            if name not in now:
                change = AddBehavior(target=name, text=behavior.text, operations=behavior.operations)
            elif now[name] == behavior:
                change = RemoveBehavior(target=name)
            else:
                (was, text), (before, after) = (
                    (now[name].text, behavior.text),
                    (now[name].operations, behavior.operations),
                )
                change = AlterBehavior(
                    target=name,
                    text=Alteration(before=was, after=text) if was != text else None,
                    operations=Alteration(before=before, after=after) if before != after else None,
                )
            changes.append(change.replace(since_release=marks[name][0], until_release=marks[name][1]))
            now = {**now, name: behavior}
            if isinstance(change, RemoveBehavior):
                del now[name]
        versions.append(changes)
    microversions = tuple(
        Microversion(version=Version((1, minor)), title="t", description="d", changes=tuple(of_version))
        for minor, of_version in enumerate(versions, 1)
    )
    releases = {
        key: Release(key=key, name=key.title(), version="1", series="1", max_version=Version("1.9")) for key in KEYS
    }
    service = Service(
        service_type="things", title="T", standard_header="X", legacy_header=None, releases=frozendict(releases)
    )
    return Folded(service, baseline, microversions)


@given(histories())
def test_what_is_known_of_behaviors_is_what_is_at_each_version(source: Folded) -> None:
    history = History(source)
    for release in KEYS:
        as_of = history.as_of(release)
        assert_known_as_it_is(as_of)
        assert_history_has_each_change(as_of, exactly=False)
        assert as_of.behaviors.keys() == history.behaviors.keys()


@examples(0.5)
@given(histories())
def test_an_index_knows_behaviors_as_what_it_was_made_from(source: Folded) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in artifact(source, Path(), "digest").items():
            Path(folder, name).write_bytes(text.encode())
        folded, compiled = History(source), microspec.load(Path(folder))
        for release in (None, *KEYS):
            for name, version in ((name, version) for name in folded.behaviors for version in folded.versions):
                assert compiled.supports(name, version, release) == folded.supports(name, version, release)
        assert_known_as_it_is(compiled)
        assert compiled.behaviors == folded.behaviors

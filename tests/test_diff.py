"""The laws of diffs, over the real versions and over generated histories."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import microspec
from exploring import examples, share
from microspec.authoring.tree import load_tree
from microspec.diff import attribution, diff
from microspec.diff.diff import of_apis
from microspec.diff.rules import POLICIES, RULES, SEVERITIES
from microspec.history import History
from microspec.model.api import Api
from microspec.model.changes import (
    AddBehavior,
    AddOperation,
    AddParameter,
    AddProperty,
    AddResponse,
    Alteration,
    AlterBehavior,
    AlterOperation,
    AlterProperty,
    Change,
    RemoveBehavior,
    RemoveOperation,
    RemoveParameter,
    RemoveProperty,
    RemoveResponse,
)
from microspec.model.definition import Definition, Response
from microspec.model.fold import Folded
from microspec.model.microversion import Microversion, Service
from microspec.schema.walk import normalised
from microspec.values.frozen import EMPTY, frozendict
from microspec.values.version import Version

if TYPE_CHECKING:
    from pathlib import Path

    from microspec.diff.diff import Diff
    from microspec.diff.findings import Finding
    from microspec.model.vocabulary import Audience, Holds

VERSIONS = microspec.load().versions

# ------------------------------------------------------------------------------------ generated histories

VALUES = [
    normalised(schema)
    for schema in (
        {"type": "string"},
        {"type": ["string", "null"], "maxLength": 5},
        {"type": "string", "enum": ["a", "b"]},
        {"type": "string", "pattern": "^[a-z]+$"},
        {"type": "array", "items": {"$ref": "Part"}},
        {"type": "array", "items": {"type": "integer", "minimum": 1}},
        {"anyOf": [{"$ref": "Part"}, {"type": "string", "format": "uri"}]},
        {"type": "object", "properties": {"x": {"$ref": "Part"}}, "required": ["x"], "additionalProperties": True},
        {"type": "object", "patternProperties": {"^[a-z]+$": {"type": "integer"}}, "additionalProperties": False},
        {"$ref": "Part"},
        {"type": ["integer", "string"], "minimum": 1, "maxLength": 5},
        {"type": ["integer", "string"], "format": "decimal", "minimum": 0},
        {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "number", "exclusiveMinimum": 5}]},
        {"enum": ["a", 1, True, None, 1.5]},
        {"oneOf": [{"type": "string"}, {"type": "string", "maxLength": 3}]},
        {"oneOf": [{"$ref": "Part"}, {"$ref": "Other"}, {"type": "null"}]},
        {"anyOf": [{"$ref": "Part"}, {"anyOf": [{"$ref": "Other"}, {"type": "object", "additionalProperties": True}]}]},
        {"anyOf": [{"$ref": "Other"}, {"type": "object", "properties": {"x": {"$ref": "Part"}}, "required": ["x"]}]},
        {"type": "object", "additionalProperties": {"$ref": "Part"}},
        {"type": "object", "patternProperties": {"^a": {"$ref": "Part"}, "^b": True}, "additionalProperties": True},
        {"type": "object", "properties": {"x": False, "ab": True}, "additionalProperties": {"$ref": "Other"}},
        {"type": "array", "prefixItems": [{"$ref": "Part"}], "items": {"type": "string"}},
        {"anyOf": [{"type": "array", "items": {"$ref": "Part"}}, {"type": "array", "items": {"$ref": "Other"}}]},
        {"type": "string", "not": {"enum": ["a"]}},
        {"if": {"type": "string"}, "then": {"maxLength": 3}, "else": {"$ref": "Part"}},
    )
]
PART = normalised({"type": "object", "properties": {"size": {"type": "integer"}}, "additionalProperties": False})
OTHER = normalised({"type": "object", "properties": {"size": {"type": "string"}}, "additionalProperties": False})


def definition(method: str) -> Definition:
    """An operation that takes and returns a Thing."""
    return Definition(
        method=method,
        path="/things",
        resource="things",
        summary=f"{method} a thing",
        audience="member",
        request="Thing" if method == "POST" else None,
        responses=frozendict({(200, None): Response(status=200, body="Thing")}),
    )


OPERATIONS = {definition(method).key: definition(method) for method in ("GET", "POST", "PUT")}
BASELINE = Api(
    version=Version("0.0"),
    definitions=frozendict({"GET /things": OPERATIONS["GET /things"], "POST /things": OPERATIONS["POST /things"]}),
    schemas=frozendict(Thing=frozendict(type="object", additionalProperties=False), Part=PART, Other=OTHER),
)


@st.composite
def changes(draw: st.DrawFn, api: Api) -> Change:
    """A change that can be made to an API."""
    moves = st.sampled_from(("property", "value", "operation", "parameter", "response", "audience", "behavior"))
    move, schema = draw(moves), draw(st.sampled_from(VALUES))
    key = draw(st.sampled_from(sorted(api.definitions))) if api.definitions else ""
    if move in ("property", "value"):
        owner, name = draw(st.sampled_from(("Thing", "Part", "Other"))), draw(st.sampled_from("abc"))
        schema = schema if owner == "Thing" else VALUES[draw(st.integers(0, 2))]  # a Part does not hold itself
        present = api.schemas[owner].get("properties", EMPTY).get(name)
        if present is None:
            return AddProperty(target=f"{owner}.{name}", schema=schema, required=draw(st.booleans()))
        if move == "property" or present == schema:
            return RemoveProperty(target=f"{owner}.{name}")
        return AlterProperty(target=f"{owner}.{name}", schema=Alteration(before=present, after=schema))
    if move == "operation" or not key:
        key = draw(st.sampled_from(sorted(OPERATIONS)))
        present = key in api.definitions
        return RemoveOperation(target=key) if present else AddOperation(target=key, definition=OPERATIONS[key])
    found = api.definitions[key]
    if move == "parameter":
        if ("query", "limit") in found.parameters:
            return RemoveParameter(target=key, query="limit")
        return AddParameter(target=key, query="limit", schema=VALUES[0], required=draw(st.booleans()))
    if move == "response":
        status = draw(st.sampled_from((202, 404)))
        present = (status, None) in found.responses
        return RemoveResponse(target=key, status=status) if present else AddResponse(target=key, status=status)
    if move == "audience":
        after: Audience = "admin" if found.audience == "member" else "member"
        return AlterOperation(target=key, audience=Alteration(before=found.audience, after=after))
    slow = api.behaviors.get("slow")
    if slow is not None and draw(st.booleans()):
        text = Alteration(before=slow.text, after=f"{slow.text} It takes long.")
        statuses: Alteration[frozendict[int, Holds]] | None = None
        if 404 not in slow.statuses and draw(st.booleans()):
            statuses = Alteration(before=slow.statuses, after=slow.statuses.set(404, "since"))
        return AlterBehavior(target="slow", text=text, statuses=statuses)
    if slow is not None:
        return RemoveBehavior(target="slow")
    return AddBehavior(target="slow", text="It takes a while.")


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A history of a few versions with a few changes each."""
    microversions, api = [], BASELINE
    for minor in range(1, draw(st.integers(2, 6)) + 1):
        made: list[Change] = []
        for _ in range(draw(st.integers(0, 4))):
            made.append(draw(changes(api)))
            api = made[-1].apply(api)
        version = Version((1, minor))
        microversions.append(Microversion(version=version, title="t", description="d", changes=tuple(made)))
    service = Service(service_type="things", title="Things", standard_header="X", legacy_header=None, releases=EMPTY)
    return History(Folded(service, BASELINE, tuple(microversions)))


generated = examples(1.5)
real = examples(0.5)


def drawn(data: st.DataObject, history: History, number: int) -> list[Version]:
    """Some versions of a history."""
    return [data.draw(st.sampled_from(history.versions)) for _ in range(number)]


# ------------------------------------------------------------------------------------------------ the laws


def told(diff: Diff) -> dict[str, tuple[Any, Any]]:
    """The findings of a diff by id, without their causes."""
    found = {finding.id: (finding.before, finding.after) for finding in diff.findings}
    assert len(found) == len(diff.findings), "an id names one finding"
    return found


def check_identity(history: History, version: Version) -> None:
    diff = history.diff(version, version)
    assert (diff.findings, diff.by_version, diff.cancelled, diff.breaking) == ((), {}, (), ())


def check_facts(history: History, old: Version, new: Version) -> None:
    """What comes of the microversions is what comes of looking at both ends."""
    assert told(history.diff(old, new)) == told(of_apis(history.at(old), history.at(new)))


def check_composition(history: History, a: Version, b: Version, c: Version) -> None:
    composed, direct = history.diff(a, b).then(history.diff(b, c)), history.diff(a, c)
    assert told(composed) == told(direct)
    if a <= b <= c or a >= b >= c:
        assert set(composed.findings) == set(direct.findings)
        assert composed.by_version == direct.by_version


def check_mirror(history: History, old: Version, new: Version) -> None:
    there, back = history.diff(old, new), history.diff(new, old)
    assert {mirrored(finding) for finding in there.findings} == set(back.findings)
    assert {item.element for item in there.cancelled} == {item.element for item in back.cancelled}


def mirrored(finding: Finding) -> Finding:
    """The finding that tells of the way back."""
    rule = RULES[finding.rule].mirror or finding.rule
    return finding.replace(rule=rule, before=finding.after, after=finding.before, causes=finding.causes[::-1])


def check_attribution(history: History, old: Version, new: Version) -> None:
    diff = history.diff(old, new)
    first, last = sorted((old, new))
    for causes in (item.causes for told_of in (diff.findings, diff.cancelled) for item in told_of):
        assert causes
        assert all(first < cause.version <= last for cause in causes)
        assert list(causes) == sorted(causes, key=lambda cause: (cause.version, cause.number), reverse=new < old)
    assert list(diff.by_version) == sorted(diff.by_version, reverse=new < old)


def check_policies(history: History, old: Version, new: Version) -> None:
    diff = history.diff(old, new)
    judged = [[SEVERITIES.index(item.severity) for item in diff.judged(policy)] for policy in POLICIES]
    for mild, strict in pairwise(judged):
        assert all(one <= other for one, other in zip(mild, strict, strict=True))
    assert {finding.id for finding in diff.breaking} <= {
        item.finding.id for item in diff.judged("strict") if item.severity == "breaking"
    }


LAWS = {
    check_identity: 1,
    check_facts: 2,
    check_composition: 3,
    check_mirror: 2,
    check_attribution: 2,
    check_policies: 2,
}
"""Each law, and the number of versions that it is about."""

each_law = pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__.removeprefix("check_"))


@each_law
@real
@given(data=st.data())
def test_laws_over_the_real_versions(law: Any, data: st.DataObject, compute: History) -> None:
    law(compute, *drawn(data, compute, LAWS[law]))


@each_law
@generated
@given(history=histories(), data=st.data())
def test_laws_over_generated_histories(law: Any, history: History, data: st.DataObject) -> None:
    law(history, *drawn(data, history, LAWS[law]))


# ---------------------------------------------------------------------------------------- the real versions

PAIRS = list(pairwise(VERSIONS))


@pytest.mark.parametrize(("old", "new"), share(PAIRS, 5, lambda pair: str(pair[1]), always=PAIRS[-1:]))
def test_a_diff_of_neighbours_shows_every_change_of_the_file_and_nothing_else(
    old: Version, new: Version, compute: History
) -> None:
    written = {cause.number for cause in compute[new].causes}
    for one, other in ((old, new), (new, old)):
        findings = compute.diff(one, other).findings
        assert {cause.number for finding in findings for cause in finding.causes} == written
        assert {cause.version for finding in findings for cause in finding.causes} <= {new}
        check_facts(compute, one, other)


def test_what_came_and_went_is_cancelled(compute: History) -> None:
    diff = compute.diff("2.32", "2.68")
    cancelled = {item.name: [str(cause.version) for cause in item.causes] for item in diff.cancelled}
    assert cancelled["/server/networks/*/tag"] == ["2.37", "2.42"]
    assert cancelled["/server/block_device_mapping_v2/*/tag"] == ["2.33", "2.42"]
    assert not [f for f in diff.findings if f.operation == "POST /servers" and f.name.endswith("/tag")]


def test_a_finding_names_the_lines_that_caused_it(compute: History) -> None:
    (finding,) = [
        finding
        for finding in compute.diff("2.31", "2.96").findings
        if finding.id == "request-property-added POST /servers request /server/networks/*/tag"
    ]
    assert [(str(cause.version), cause.change.verb) for cause in finding.causes] == [
        ("2.32", "add-property"),
        ("2.37", "remove-property"),
        ("2.42", "add-property"),
    ]
    assert [str(cause.location).partition(":")[0] for cause in finding.causes] == [
        f"versions/{cause.version}.yaml" for cause in finding.causes
    ]
    assert [cause.release.key for cause in finding.causes if cause.release] == ["newton", "newton", "ocata"]


LISTS = """\
microversion: "1.5"
title: Other lists
description: Some lists are otherwise.
features:
  other-lists: Some lists are otherwise.
changes:
  - {add-enum-value: Genre, value: fable, why: Fables are read.}
  - {remove-enum-value: Genre, value: poem, why: Poems are not.}
  - {add-enum-value: Genre, value: ode, why: Odes are read.}
  - {add-response: POST /books, status: 403, when: It is late., why: Some come late.}
  - {add-response: POST /books, status: 409, why: Something else is wrong.}
  - {remove-response: POST /books, status: 400, why: Nothing is wrong.}
  - {alter-response: POST /books, status: {from: 201, to: 202}, why: The book comes later.}
"""


def test_each_finding_about_a_list_names_the_changes_to_its_items(library: Path) -> None:
    """Of the statuses and the values of a version that adds some and takes others away."""
    (library / "versions" / "1.5.yaml").write_text(LISTS)
    history = microspec.load(library)
    numbers = {
        "response-enum-value-added": {"": [0, 2]},
        "response-enum-value-removed": {"": [1]},
        "error-status-added": {"403 when: It is late.": [3], "409": [4]},
        "error-status-removed": {"400": [5]},
        "success-status-altered": {"": [6]},
    }
    for old, new in (("1.4", "1.5"), ("1.5", "1.4")):
        found: dict[str, dict[str, list[int]]] = {}
        for item in history.diff(old, new).findings:
            if item.operation == "POST /books" and "header" not in item.rule:
                name = item.name if "status" in item.rule else ""
                found.setdefault(item.rule, {})[name] = sorted(cause.number for cause in item.causes)
        assert found == numbers
        for one in ("response-enum-value", "error-status"):
            numbers[f"{one}-added"], numbers[f"{one}-removed"] = numbers[f"{one}-removed"], numbers[f"{one}-added"]


STEPS = """\
microversion: "1.5"
title: Prizes
description: Prizes are otherwise.
features:
  prizes: Prizes are otherwise.
changes:
  - {add-enum-value: Author.prizes.*.kind, value: small, why: There are small ones.}
  - {add-property: Author.prizes.*.year, schema: {type: integer}, why: It is known.}
  - {remove-property: Author.prizes.*.given.by, why: It is not.}
  - {add-property: Author.born, schema: {type: string}, why: There are several.}
  - alter-operation: GET /books
    summary: {from: List books, to: List all books}
    why: All are listed.
"""

PRIZES = """\
      prizes:
        type: array
        items:
          type: object
          properties: {kind: {type: string, enum: [big]}, given.by: {type: string}}
          additionalProperties: false
"""


@pytest.mark.parametrize("most", [0, 50_000], ids=["by what they are about", "one after the other"])
def test_a_finding_names_the_changes_in_objects_without_a_name(
    most: int, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attribution, "_MOST", most)
    books = library / "baseline" / "books.yaml"
    books.write_text(
        books.read_text().replace("      name: {type: string}\n", f"      name: {{type: string}}\n{PRIZES}")
    )
    (library / "versions" / "1.5.yaml").write_text(STEPS)
    found = {
        item.id: [cause.number for cause in item.causes]
        for item in load_tree(library).diff("1.4", "1.5").findings
        if item.operation == "GET /books"
    }
    author = "GET /books response /books/*/authors/*"
    assert found == {
        "description-altered GET /books": [4],
        f"response-enum-value-added {author}/prizes/*/kind": [0],
        f"response-property-added {author}/prizes/*/year": [1],
        f"response-property-removed {author}/prizes/*/given.by": [2],
        f"response-property-added {author}/born": [3],
    }


def test_of_what_was_asked_only_the_last_is_kept(compute: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diff, "_KEPT", 40)
    diffs = diff.Diffs(compute._source)
    pairs = [("2.1", "2.90"), ("2.1", "2.91"), ("2.5", "2.60"), ("2.1", "2.90"), ("2.90", "2.1")]
    for old, new in pairs:
        assert diffs.between(old, new).findings == diff.Diffs(compute._source).between(old, new).findings
        assert len(diffs._merged) == 40
    steps = {id(of_one) for version in compute.versions for of_one in diffs._steps.of(version).values()}
    assert len(diffs._teller._told.keys() - steps) == 40


def test_diffs_that_do_not_follow_each_other_are_not_composed(compute: History) -> None:
    with pytest.raises(ValueError, match=r"a diff to 2\.3 is not followed by one from 2\.4"):
        compute.diff("2.2", "2.3").then(compute.diff("2.4", "2.5"))


def test_a_value_of_an_enum_may_be_an_object(library: Path) -> None:
    version = library / "versions" / "1.2.yaml"
    version.write_text(version.read_text().replace("value: essay", "value: {kind: [essay]}"))
    history = microspec.load(library)
    assert {"kind": ("essay",)} in history.at("1.2").schemas["Genre"]["enum"]
    assert not [finding for finding in history.diff("1.1", "1.2").findings if "enum" in finding.rule]  # it is a text

"""The rules: each has a vector whose findings are exactly its own, a mirror that is one, and pages that tell of it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from microspec.diff.diff import of_apis
from microspec.diff.findings import Finding
from microspec.diff.judgement import judge
from microspec.diff.rules import POLICIES, RULES, SEVERITIES, Policy
from microspec.model.api import Api
from microspec.model.definition import Behavior, Definition, Parameter, Response
from microspec.schema.walk import normalised
from microspec.values.errors import UnknownName
from microspec.values.frozen import freeze, frozendict
from microspec.values.version import Version

VECTORS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "vectors" / "rules.yaml").read_text())

KEY = "POST /things"


def api(said: dict[str, Any] | None) -> Api:
    """An API with the operation of a vector; with none, if the vector says null."""
    empty = Api(version=Version("1.1"))
    if said is None:
        return empty
    bodies = {name: normalised(said[name]) for name in ("request", "response") if name in said}
    headers = frozendict({name: freeze(schema) for name, schema in said.get("response-headers", {}).items()})
    answers = [
        Response(status=status, body="response" if "response" in bodies and status < 400 else None, headers=headers)
        for status in said.get("statuses", [200])
    ]
    parameters = [
        Parameter(name=name, location=location, **{**keys, "schema": normalised(keys["schema"])})
        for location in ("query", "path", "header")
        for name, keys in said.get(location, {}).items()
    ]
    definition = Definition(
        method="POST",
        path="/things",
        resource="things",
        summary=said.get("summary", "Make a thing"),
        audience=said.get("audience", "member"),
        unknown_query=said.get("unknown-query", "ignored"),
        gone_since_release=said.get("gone-since-release"),
        request="request" if "request" in bodies else None,
        parameters=frozendict({parameter.key: parameter for parameter in parameters}),
        responses=frozendict({response.key: response for response in answers}),
    )
    behaviors = {
        name: Behavior(name=name, text="It takes a while.", operations=tuple(operations))
        for name, operations in said.get("behaviors", {}).items()
    }
    return empty.replace(
        definitions=frozendict({KEY: definition}), schemas=frozendict(bodies), behaviors=frozendict(behaviors)
    )


def test_the_set_of_vectors_is_the_set_of_rules() -> None:
    assert set(VECTORS) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_the_findings_of_a_vector_are_exact(rule: str) -> None:
    found = of_apis(api(VECTORS[rule]["before"]), api(VECTORS[rule]["after"])).findings
    assert [finding.rule for finding in found] == [rule]


@pytest.mark.parametrize("rule", RULES)
def test_the_way_back_is_the_mirror_of_a_rule(rule: str) -> None:
    found = of_apis(api(VECTORS[rule]["after"]), api(VECTORS[rule]["before"])).findings
    mirror = RULES[rule].mirror or rule
    assert [finding.rule for finding in found] == [mirror]
    assert RULES[mirror].mirror == (rule if mirror != rule else None)


OPPOSITE = {"widens": "narrows", "narrows": "widens", "both": "both", "neither": "neither", "unsure": "unsure"}


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.mirror], ids=lambda rule: rule.id)
def test_a_mirror_has_the_opposite_sense(rule: Any) -> None:
    mirror = RULES[rule.mirror]
    assert mirror.sense == OPPOSITE[rule.sense]
    assert mirror.direction == rule.direction


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_is_whole(rule: Any) -> None:
    for text in (rule.summary, rule.why, rule.advice):
        assert text.endswith("."), text
    assert rule.wire in SEVERITIES
    assert rule.strict in SEVERITIES


def finding(rule: str) -> Finding:
    """A finding of a rule, wherever."""
    return Finding(rule=rule, operation=KEY, resource="things", part="operation")


@given(st.lists(st.sampled_from(sorted(RULES)), max_size=30))
def test_a_stricter_policy_never_judges_milder(rules: list[str]) -> None:
    findings = [finding(rule) for rule in rules]
    judged = [judge(findings, policy) for policy in POLICIES]
    for mild, strict in pairwise(judged):
        for one, other in zip(mild, strict, strict=True):
            assert SEVERITIES.index(one.severity) <= SEVERITIES.index(other.severity)


@given(st.sampled_from(POLICIES), st.sampled_from(sorted(RULES)), st.sampled_from(SEVERITIES))
def test_a_single_rule_can_be_raised_or_lowered(policy: str, rule: str, severity: Any) -> None:
    chosen = Policy(name=policy, overrides=frozendict({rule: severity}))
    for item in judge([finding(name) for name in RULES], chosen):
        assert item.severity == (severity if item.rule.id == rule else item.rule.severity(policy))


def test_nothing_is_breaking_by_the_policy_none() -> None:
    assert {item.severity for item in judge([finding(rule) for rule in RULES], "none")} == {"compatible"}


def test_unknown_names_are_refused() -> None:
    with pytest.raises(UnknownName, match="there is no policy 'wires'; did you mean wire"):
        judge([], "wires")
    with pytest.raises(UnknownName, match="there is no rule 'request-null-ad'"):
        Policy(overrides=frozendict({"request-null-ad": "breaking"}))

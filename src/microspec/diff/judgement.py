"""Findings judged by a policy: each with its rule and its severity."""

from __future__ import annotations

from ..values.frozen import Value
from .rules import RULES, Policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .findings import Finding
    from .rules import Rule
    from .vocabulary import Severity


class Judgement(Value):
    """A finding, and what it means by a policy."""

    finding: Finding
    rule: Rule
    severity: Severity


def judge(findings: Iterable[Finding], policy: Policy | str = "wire") -> tuple[Judgement, ...]:
    """Each finding with its rule and severity. Raises UnknownName for an unknown policy."""
    chosen = policy if isinstance(policy, Policy) else Policy(name=policy)
    severities = {rule: chosen.severity(rule) for rule in RULES}
    return tuple(Judgement(finding=f, rule=RULES[f.rule], severity=severities[f.rule]) for f in findings)

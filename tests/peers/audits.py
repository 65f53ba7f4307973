"""Recordings of clients on several clouds, audited: the same fault at several versions is one row."""

from __future__ import annotations

import io
import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from microspec import Version, VersionSet
from microspec.values.version import VersionRange

from .confirm import Case

if TYPE_CHECKING:
    from microspec.history import History
    from microspec.http.traffic import Call
    from microspec.questions.audit import Audit, AuditFinding
    from microspec.questions.explanation import Explanation

CLOUDS = ("2.1", "2.53", "2.79", "2.90", "2.96", "2.100", "2.104")
"""The highest versions of the clouds that are tried; all of them begin with 2.1."""


class Row:
    """One fault of a client: an operation that is refused for the same reasons, wherever it is."""

    def __init__(self, finding: AuditFinding) -> None:
        self.finding = finding
        self.notes: dict[str, None] = {}
        self.versions: dict[str, None] = {}
        self.clouds: dict[str, None] = {}

    def add(self, finding: AuditFinding, cloud: str) -> None:
        """One more cloud on which it is found."""
        self.notes |= dict.fromkeys(finding.notes)
        self.versions |= dict.fromkeys(finding.asked.split(", "))
        self.clouds[cloud] = None


class Refusal:
    """A call that a client does not even send, though the cloud has versions that would take it."""

    def __init__(self, note: str, reason: str, explanation: Explanation) -> None:
        self.note, self.reason, self.explanation = note, reason, explanation
        self.works: dict[str, VersionSet] = {}


class Client:
    """A client, recorded on all clouds. `python` is that of the environment that it is installed in."""

    def __init__(self, name: str, release: str, module: str, python: str, history: History) -> None:
        self.name, self.release = name, release
        self.rows: dict[tuple[Any, ...], Row] = {}
        self.refusals: dict[str, Refusal] = {}
        self.cases: list[Case] = []
        self.calls = self.refused = 0
        records = {last: _record(module, python, last) for last in CLOUDS}
        sent: dict[str, list[Call]] = {}
        for last, record in records.items():
            lines = "\n".join(map(json.dumps, record["calls"]))
            calls = list(history.recording(io.BytesIO(lines.encode()), f"{name} on {last}"))
            self.calls += len(calls)
            cloud = VersionRange("2.1", last)
            self._take(history.audit(calls, cloud), last)
            for call in dict.fromkeys(calls):
                sent.setdefault(call.note or "", []).append(call)
                why = history.explain(call.request, call.version, body=call.body, query=call.query, server=cloud)
                self.cases.append(Case(call, why))
        for last, record in records.items():
            for refusal in record["refusals"]:
                self._refuse(history, refusal, last, sent.get(refusal["note"], []))

    def _take(self, found: Audit, last: str) -> None:
        for finding in found.findings:
            why = finding.explanation
            told = str(finding.reason) if why.at else why.version  # else it names the range of the cloud
            key = (finding.kind, finding.operation, why.refusal, bool(why.works_here), told)
            self.rows.setdefault(key, Row(finding)).add(finding, last)

    def _refuse(self, history: History, refusal: dict[str, str], last: str, sent: list[Call]) -> None:
        self.refused += 1
        cloud = VersionRange("2.1", last)
        for call in reversed(sent):  # what goes to a newer cloud has the ids of a newer cloud

            def explained(version: Version | None, call: Call = call) -> Explanation:
                return history.explain(call.request, version, body=call.body, query=call.query, server=cloud)

            works = explained(None).works_here
            if works:
                why = explained(_highest(works))
                self.cases.append(Case(call, why))
                entry = self.refusals.setdefault(refusal["note"], Refusal(refusal["note"], refusal["reason"], why))
                entry.works[last] = works
                return

    def misses(self, expected: dict[str, Any]) -> bool:
        """Whether the audit does not find what it is expected to."""
        cloud = expected["cloud"]
        if "would-work" in expected:
            found = [item for item in self.refusals.values() if item.note.startswith(expected["call"])]
            return not any(
                cloud in item.works and _highest(item.works[cloud]) == Version(expected["would-work"]) for item in found
            )
        return not any(
            any(note.startswith(expected["call"]) for note in row.notes)
            and cloud in row.clouds
            and expected["version"] in row.versions
            and row.finding.explanation.refusal == expected["answer"]
            for row in self.rows.values()
        )


def _highest(versions: VersionSet) -> Version | None:
    return versions.ranges[-1].last


def _record(module: str, python: str, last: str) -> dict[str, Any]:
    """What a client does on one cloud; its recorder runs in its own environment."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    recorder = [python, "-m", f"peers.{module}", last]
    found = subprocess.run(recorder, env=environment, stdout=subprocess.PIPE, encoding="utf-8", check=True, timeout=600)
    return json.loads(found.stdout)  # type: ignore[no-any-return]

"""Runs the recipe of docs/traffic.md, and holds what it prints against one audit of the whole: ``nox -s dask``."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import microspec
from microspec import Audit

SERVER = "2.1-2.79"
FILES, LINES = 3, 2_000
"""So many files, and lines in each."""

CALLS = (
    {"method": "GET", "url": "/servers/b{number}", "version": "2.40", "status": 404},
    {"method": "GET", "url": "/os-networks", "version": "2.{number}"},
    {"method": "POST", "url": "/servers", "version": "2.1", "body": {"server": {"tags": ["a"]}}},
    {"method": "GET", "url": "/servers/b{number}/topology", "version": "2.77"},
    {"method": "GET", "url": "/flavors/{number}", "version": "2.1", "status": 418},
)


def main() -> None:
    """Write recordings, audit them both ways, and compare."""
    page = Path(__file__).parents[1] / "docs" / "traffic.md"
    (recipe,) = re.findall(r"^```py\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert "64MiB" in recipe
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = folder / "audit_with_dask.py"
        program.write_text(recipe.replace("64MiB", "64KiB"), encoding="utf-8")  # so that files have several parts
        for file in range(FILES):
            lines = (json.dumps(CALLS[number % len(CALLS)]) for number in range(file, LINES))
            text = "\n".join(line.replace("{number}", str(number % 100)) for number, line in enumerate(lines))
            (folder / f"calls-{file}.jsonl").write_text(text + "\n", encoding="utf-8")
        (folder / "calls-empty.jsonl").touch()
        command = [sys.executable, str(program), f"{folder}/calls-*.jsonl", SERVER]
        printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=300).stdout
        history = microspec.load()
        audits = []
        for path in sorted(folder.glob("*.jsonl")):
            with path.open("rb") as file_:
                audits.append(history.audit(history.recording(file_), SERVER))
    found = Audit.merged(audits)
    expected = [f"{item.count} {item.operation} {item.versions} {item.reason}" for item in found.findings]
    assert len(expected) > 3
    assert sorted(printed.splitlines()) == sorted(expected), printed
    print(f"{found.calls:,} calls, {len(expected)} findings: as in one audit")


if __name__ == "__main__":
    main()

"""Runs some of Nova's unit tests. Runs where Nova and its tests are installed.

``python -m in_nova.runner modules`` prints the modules of the tests of the API, each with its size in bytes.
``python -m in_nova.runner replaced NAMES…`` runs modules or tests with our decorators, ``as-is`` with Nova's own, and
prints the tests that passed and those that were skipped, those that failed with the end of their tracebacks, those that
call handlers, and what was replaced. All of it is JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import unittest
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import replaced

if TYPE_CHECKING:
    from types import TracebackType

    Raised = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

TESTS = "nova.tests.unit.api.openstack"

LONGEST = 2000
"""So many characters of a traceback are kept."""


class Result(unittest.TestResult):
    """Keeps the outcome of each test."""

    def __init__(self) -> None:
        super().__init__()
        self.passed: list[str] = []
        self.not_run: list[str] = []
        self.failed: dict[str, str] = {}
        self.calling: dict[str, list[str]] = {"ours": [], "legacy": []}

    def startTest(self, test: Any) -> None:  # noqa: N802
        """Begin to count what a test calls."""
        super().startTest(test)
        replaced.calls.clear()

    def stopTest(self, test: Any) -> None:  # noqa: N802
        """Note what it has called."""
        super().stopTest(test)
        for way in replaced.calls:
            self.calling[way].append(test.id())

    def addSuccess(self, test: Any) -> None:  # noqa: N802  # unittest's name
        """Note a test that passed."""
        self.passed.append(test.id())

    def addSkip(self, test: Any, reason: str | None = None, details: Any = None) -> None:  # noqa: ARG002, N802
        """Note a test that was skipped; testtools gives details in the place of the reason."""
        self.not_run.append(test.id())

    def addError(self, test: Any, err: Raised | None = None, details: Any = None) -> None:  # noqa: N802
        """Note a test that failed, with the end of the traceback; testtools gives details in the place of the error."""
        if err is not None and err[0] is not None:
            text = f"{err[0].__name__}: {err[1]}"
        else:
            text = "\n".join(part.as_text() for name, part in (details or {}).items() if name.startswith("traceback"))
        self.failed.setdefault(test.id(), text[-LONGEST:])

    def addFailure(self, test: Any, err: Raised | None = None, details: Any = None) -> None:  # noqa: N802
        """The same for an assertion."""
        self.addError(test, err, details)


def modules() -> dict[str, int]:
    """The modules of the tests, each with its size in bytes."""
    folder = Path(str(importlib.import_module(TESTS).__file__)).parent
    files = {file.relative_to(folder).with_suffix(""): file for file in folder.rglob("test_*.py")}
    return {".".join((TESTS, *path.parts)): file.stat().st_size for path, file in sorted(files.items())}


def run(how: str, names: list[str]) -> dict[str, Any]:
    """Run tests."""
    importlib.import_module("nova.tests.unit")  # which chooses threads
    if how == "replaced":
        replaced.install()
    result = Result()
    unittest.defaultTestLoader.loadTestsFromNames(names).run(result)
    found = {"passed": result.passed, "skipped": result.not_run, "failed": result.failed, "calling": result.calling}
    return {**found, "counts": replaced.counts()} if how == "replaced" else found


def main(how: str, names: list[str]) -> None:
    """Answer a command line."""
    os.environ["OS_NOVA_DISABLE_EVENTLET_PATCHING"] = "1"
    warnings.simplefilter("ignore")
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # Nova logs to both
    json.dump(modules() if how == "modules" else run(how, names), output)
    output.flush()
    os._exit(0)  # threads of Nova's may never end


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

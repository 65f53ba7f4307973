"""What is measured in a process of its own: ``python -m benchmarks.children TASK`` prints figures as JSON."""

from __future__ import annotations

import gc
import json
import os
import sys
import tracemalloc
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .bodies import VERSION
from .measure import cpu_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from microspec.history import History


PAGE = os.sysconf("SC_PAGE_SIZE")
"""The bytes by which the memory of a process grows, at least."""


def fresh() -> History:
    """The history of the bundled compute API, of which nothing has been decoded."""
    import microspec
    from microspec.bundle import bundled_path

    microspec.load()  # in a checkout, this compiles it
    return microspec.load(Path(bundled_path("compute")) / ".compiled")


def first() -> dict[str, float]:
    """The first validator of a process, and importing the engine for it."""
    operation = fresh().at(VERSION)["POST /servers"]
    imported = cpu_of(lambda: __import__("microspec.validation"))
    return {"import": imported, "first": cpu_of(operation.request_validator)}


ENGINE_ALONE = ": engine"


def each() -> dict[str, float]:
    """The validator of the request and of the query of every operation, each as the first of its history.

    The engine has been used before. Beside each: what it takes to have the engine compile the same again.
    """
    from microspec.validation import Validator, validator

    for operation in fresh().at(VERSION).operations.values():
        operation.request_validator()
    found = {}
    for key in fresh().at(VERSION).operations:
        for kind in ("request", "query"):
            validator.cache_clear()
            operation = fresh().at(VERSION)[key]
            found[f"{key} {kind}"] = cpu_of(getattr(operation, f"{kind}_validator"))
            document = getattr(operation, f"{kind}_document")()
            if document is not None:
                found[f"{key} {kind}{ENGINE_ALONE}"] = cpu_of(partial(Validator, document))
    return found


def memory() -> dict[str, float]:
    """What the process grows by, in bytes, when all versions are resolved, and when all is decoded."""
    return _growing(_resident)


def traced() -> dict[str, float]:
    """The same as memory that Python allocates."""
    tracemalloc.start()
    return _growing(lambda: tracemalloc.get_traced_memory()[0])


def _growing(size: Callable[[], float]) -> dict[str, float]:
    import microspec

    history = microspec.load()
    gc.collect()
    before = size()
    apis = [history.at(version) for version in history.versions]
    gc.collect()
    resolved = size() - before
    for api in apis:
        list(api.operations.values())
        list(api.schemas.values())
        list(api.behaviors.values())
    gc.collect()
    return {"resolved": resolved, "decoded": size() - before}


def _resident() -> float:
    """The memory of this process, in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return float(pages * PAGE)


def _peak() -> float:
    """The most memory that this process ever had, in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return 1024.0 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def build(spec: str, folder: str) -> dict[str, float]:
    """Compiling a specification."""
    from microspec.loader.compiling import write_artifact

    before = _resident()
    taken = cpu_of(lambda: write_artifact(Path(spec), Path(folder)))
    grown = _peak() - before
    size = sum(path.stat().st_size for path in Path(folder).iterdir())
    return {"build": taken, "build memory": grown, "artifact": float(size)}


def ask(folder: str) -> dict[str, float]:
    """Loading what was compiled, and asking it."""
    import microspec

    found: list[Any] = []
    base = _resident()
    load = cpu_of(lambda: found.append(microspec.load(Path(folder))))
    history: History = found[0]
    low, *_, high = history.versions
    first_at = cpu_of(lambda: list(history.at(high).operations))
    next_at = cpu_of(lambda: list(history.at(low).operations))
    memory = max(_resident() - base, PAGE)
    taken = cpu_of(lambda: history.diff(low, high))
    return {"load": load, "at first": first_at, "at next": next_at, "diff": taken, "memory": memory}


TASKS: dict[str, Callable[..., dict[str, float]]] = {
    task.__name__: task for task in (first, each, memory, traced, build, ask)
}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:])))

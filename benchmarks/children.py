"""What is measured in a process of its own: ``python -m benchmarks.children TASK`` prints figures as JSON."""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
import time
import tracemalloc
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from .bodies import SAME, VERSION
from .growth import PATH
from .measure import cpu_of, per_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from microspec.history import History


PAGE = os.sysconf("SC_PAGE_SIZE")
"""The bytes by which the memory of a process grows, at least."""


def fresh() -> History:
    """The history of the bundled compute API, of which nothing has been decoded."""
    import microspec
    from microspec.loading import bundled_path

    microspec.load()  # in a checkout, this compiles it
    return microspec.load(Path(bundled_path("compute")) / ".compiled")


def first() -> dict[str, float]:
    """The first validator of a process, what of that is the engine's, and importing the engine for it."""
    operation = fresh().at(VERSION)["POST /servers"]
    imported = cpu_of(lambda: [import_module(f"microspec.schema.{name}") for name in ("validator", "standalone")])
    engine: Any = import_module("jsonschema_rs")
    validator_class = engine.Draft202012Validator
    within: list[float] = []

    def clocked(*given: Any, **named: Any) -> Any:
        start = time.process_time()
        made = validator_class(*given, **named)
        within.append(time.process_time() - start)
        return made

    with mock.patch.object(engine, "Draft202012Validator", clocked):
        taken = cpu_of(operation.request_validator)
    return {"import": imported, "first": taken, "engine": sum(within)}


ENGINE_ALONE = ": engine"


def each() -> dict[str, float]:
    """The validators of requests, queries and successful answers of all operations, each as the first of its history.

    The engine has been used before. Beside each: what it takes to have the engine compile the same again.
    """
    from microspec.schema.validator import SHARED, Validator

    wanted: list[tuple[str, str, tuple[int, ...]]] = []
    for key, operation in fresh().at(VERSION).operations.items():
        operation.request_validator()
        wanted += [(key, "request", ()), (key, "query", ())]
        wanted += [(key, "response", (status,)) for status in operation.success_statuses]
    found = {}
    for key, kind, status in wanted:
        SHARED.clear()
        ask = partial(getattr(fresh().at(VERSION)[key], f"{kind}_validator"), *status)
        name = " ".join([key, kind, *map(str, status)])
        found[name] = cpu_of(ask)
        made = ask()
        if made is None:
            del found[name]
        else:
            found[f"{name}{ENGINE_ALONE}"] = cpu_of(partial(Validator, made._source))
    return found


def memory() -> dict[str, float]:
    """What the process grows by, in bytes, when all versions are resolved, all is decoded, and all operations made."""
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
    kept: list[Any] = [apis]
    gc.collect()
    resolved = size() - before
    kept.append([list(table.values()) for api in apis for table in (api.definitions, api.schemas, api.behaviors)])
    gc.collect()
    decoded = size() - before
    number = sum(len([operation.definition for operation in api.operations.values()]) for api in apis)
    gc.collect()
    return {"resolved": resolved, "decoded": decoded, "operations": size() - before, "number": float(number)}


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
    from microspec.authoring.build import write_artifact

    before = _resident()
    taken = cpu_of(lambda: write_artifact(Path(spec), Path(folder)))
    grown = _peak() - before
    size = sum(path.stat().st_size for path in Path(folder).iterdir())
    return {"build": taken, "build memory": max(grown, PAGE), "artifact": float(size)}


def ask(folder: str) -> dict[str, float]:
    """Loading what was compiled, and asking it."""
    import microspec

    found: list[Any] = []
    base = _resident()
    load = cpu_of(lambda: found.append(microspec.load(Path(folder))))
    history, fresh_one = found[0], microspec.load(Path(folder))
    versions = history.versions
    low, high = versions[0], versions[-1]
    loaded = _resident()
    times = {
        "load": load,
        "at first": cpu_of(lambda: list(history.at(high).operations)),
        "at next": cpu_of(lambda: list(history.at(low).operations)),
        "all at": cpu_of(lambda: [history.at(version) for version in versions]),
    }
    resolved = _resident()
    times["diff"] = cpu_of(lambda: found.append(history.diff(low, high)))
    compared = _resident()
    api = history.at(high)
    times["match first"] = cpu_of(lambda: api.match("GET", PATH))
    times["match"] = per_call(partial(api.match, "GET"), PATH)()
    times["diff again"] = cpu_of(lambda: history.diff(low, high))
    named, operation = f"/extra_{low.minor}", "POST /things-0001"
    times["history"] = cpu_of(lambda: history.history(operation, request=named))
    times["history again"] = cpu_of(lambda: history.history(operation, request="/name"))
    times["never"] = cpu_of(lambda: history.availability(operation, request="/never"))
    asked = {"server": (str(low), str(high)), "operation": operation, "body": {"name": "a"}}
    times["negotiate first"] = cpu_of(lambda: history.negotiate(**asked))
    times["negotiate"] = per_call(lambda given: history.negotiate(**given), asked)()
    times["explain first"] = cpu_of(lambda: str(history.explain(operation, low, body={"never": 1})))
    times["explain"] = per_call(lambda body: str(history.explain(operation, low, body=body)), {"never": 1})()
    times["all supports"] = cpu_of(lambda: [history.supports("extra-5", version) for version in versions])
    times["all microversions"] = cpu_of(lambda: [fresh_one[version] for version in versions])
    sizes = {"load memory": loaded - base, "at memory": resolved - loaded, "diff memory": compared - resolved}
    return times | {name: max(size, PAGE) for name, size in sizes.items()}


def audit(number: str) -> dict[str, float]:
    """The most memory, in bytes, that the process had at any time to audit a recording of so many calls."""
    from .recorded import lines

    with tempfile.TemporaryFile() as file:
        file.writelines(lines(int(number)))
        file.seek(0)
        history = fresh()
        history.audit(history.recording(file, "calls"))
    return {"peak": _peak()}


CREATE = "POST /servers"


def models() -> dict[str, float]:
    """Making the models of *create server*: the first, that of a version where it is the same, and all of its bodies.

    `written` is what it takes to import the same classes as written code.
    """
    import microspec

    history = fresh()
    operation, same = (history.at(version)[CREATE] for version in (VERSION, SAME))
    assert operation.definition
    assert same.definition
    import_module("microspec.export.models.runtime")
    first = cpu_of(lambda: microspec.models.request(operation))
    second = cpu_of(lambda: microspec.models.request(same))
    statuses = {response.status for response in operation.responses}
    rest = cpu_of(lambda: [microspec.models.response(operation, status) for status in statuses])
    with tempfile.TemporaryDirectory() as folder:
        written_models(folder)  # once without a clock, so that its bytecode is cached
        for name in [name for name in sys.modules if name.partition(".")[0] == WRITTEN]:
            del sys.modules[name]
        written = cpu_of(lambda: import_module(f"{WRITTEN}.server_create"))
    return {"first": first, "second": second, "all": first + rest, "written": written}


WRITTEN = "written_models_of_create_server"


def written_models(folder: str) -> Any:
    """The module with the models of *create server* as written code: it is written into a folder, and imported."""
    from microspec.export.models.package import package
    from microspec.values.frozen import frozendict

    api = fresh().at(VERSION)
    one = api.replace(definitions=frozendict({CREATE: api.definitions[CREATE]}))
    made = Path(folder) / WRITTEN
    made.mkdir()
    for name, text in package("Compute", one).items():
        (made / name).write_text(text, encoding="utf-8")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return import_module(f"{WRITTEN}.server_create")


TASKS: dict[str, Callable[..., dict[str, float]]] = {
    task.__name__: task for task in (first, each, memory, traced, build, ask, audit, models)
}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:])))

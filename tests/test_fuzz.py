"""The machinery of the session `fuzz`: inputs that repeat, results that are kept, and mistakes that are reported."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from fuzz import __main__ as program
from fuzz import mutate, page, runner
from fuzz.runner import Finding, Result, Session, block, command, made, tried
from fuzz.surfaces import SURFACES, validators
from fuzz.surfaces.artifacts import Artifacts
from fuzz.surfaces.base import Surface, Wrong
from fuzz.surfaces.commands import FOLDERS, READING, WRITING
from fuzz.surfaces.validators import REASONS
from microspec.schema.standalone import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")

INPUTS = """
from fuzz.surfaces import SURFACES
from test_fuzz import digest
for name, surface in SURFACES.items():
    surface.prepare()
    print(name, digest(name))
"""


def digest(name: str) -> str:
    """What stands for the first inputs of a surface."""
    inputs = "\n".join(ascii(made(SURFACES[name], 5, number)) for number in range(40))
    return hashlib.sha256(inputs.encode()).hexdigest()


class Planted(Surface):
    """A surface with a mistake at some inputs, each of which is its own number."""

    name = "planted"
    title = "inputs with a mistake"
    weight = 400  # blocks of ten

    def __init__(self, mistakes: dict[int, Callable[[], Any]]) -> None:
        self.mistakes = mistakes

    def make(self, source: Random) -> int:
        """A number of five digits."""
        return source.randrange(100_000)

    def call(self, given: int) -> Any:
        """Make the mistake that there is at an input."""
        return self.mistakes.get(given, lambda: "answered")()

    def check(self, given: int, answer: Any) -> Iterable[str]:
        """The answer is the right one."""
        if answer != "answered":
            raise Wrong(f"{given} is answered with {answer}")
        return ("answered",)


def given(number: int, seed: int = 0) -> int:
    """The input of a number."""
    found: int = made(Planted({}), seed, number)
    return found


def crash() -> None:
    raise KeyError("a mistake")


def session(tmp_path: Path, surface: Surface, count: int, *, seed: int = 0, signature: str = "1") -> Session:
    """A session of a surface, which waits a moment for answers."""
    surfaces, counts = {surface.name: surface}, {surface.name: count}
    return Session(surfaces, counts, seed, tmp_path / "state", signature, patience=2)


def run(session: Session) -> list[str]:
    """What a session tells while it runs in two processes."""
    told: list[str] = []
    session.run(2, told.append)
    return told


# ------------------------------------------------------------------------------------------------ inputs


def test_an_input_is_a_function_of_surface_seed_and_number() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": str(Path(__file__).parent)}
    elsewhere = subprocess.run(
        [sys.executable, "-c", INPUTS], env=environment, capture_output=True, text=True, check=True
    )
    for surface in SURFACES.values():
        surface.prepare()
    assert elsewhere.stdout == "".join(f"{name} {digest(name)}\n" for name in SURFACES)
    assert len({given(number, seed) for number in range(20) for seed in range(20)}) > 300


@pytest.mark.parametrize("name", SURFACES)
def test_every_surface_makes_inputs_and_takes_them(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    surface = SURFACES[name]
    surface.prepare()
    monkeypatch.chdir(tmp_path)
    surface.begin(tmp_path)
    result = block(surface, 0, 0, 8, lambda _: None)
    assert sum(most.count for most in result.sizes.values()) == 8
    assert sum(result.outcomes.values()) + len(result.findings) >= 8
    assert len({ascii(made(surface, 0, number)) for number in range(50)}) > 20


@pytest.mark.parametrize("size", [0, 10, 1_000])
def test_no_input_is_too_long(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutate, "GROWN", 1)
    for number in range(30):
        source = Random(number)
        assert len(mutate.text(source, "a" * size)) <= mutate.LARGEST
        assert len(mutate.content(source, b"a" * size)) <= mutate.LARGEST
        assert len(repr(mutate.json(source, {"a": ["b" * size]}))) <= 2 * mutate.LARGEST


def test_commands_that_write_stay_where_they_are() -> None:
    surface = SURFACES["commands"]
    surface.prepare()
    lines = [made(surface, 1, number)[0] for number in range(3_000)]
    writing = [line for line in lines if any(name in line for name in WRITING)]
    assert len(writing) > 300
    assert all("/" not in word or word in FOLDERS for line in writing for word in line)
    others = [line for line in lines if line[:1] not in (("init",), ("fmt",))]
    assert all(line[-2] == "--spec" for line in others if any(name in line for name in (*WRITING, *READING)))
    assert all("--spec" in line or line[-1] in FOLDERS for line in lines if line[:1] == ("fmt",))


# ----------------------------------------------------------------------------------------------- results


def test_a_session_goes_on_where_it_was(tmp_path: Path) -> None:
    first = session(tmp_path, Planted({}), 25)
    assert list(first.missing()) == [("planted", 0, 10), ("planted", 10, 20), ("planted", 20, 25)]
    assert run(first)[-1] == "planted: 25 of 25"
    with (tmp_path / "state").open("a") as file:
        file.write('{"surface": "planted", "fir')  # the session was ended
    second = session(tmp_path, Planted({}), 35)
    assert second.done("planted") == 25
    assert list(second.missing()) == [("planted", 25, 35)]
    assert run(second) == ["planted: 35 of 35"]
    assert list(session(tmp_path, Planted({}), 35).missing()) == []
    assert session(tmp_path, Planted({}), 35, seed=1).done("planted") == 0
    assert session(tmp_path, Planted({}), 35, signature="2").done("planted") == 0


def test_results_are_written_as_they_are(tmp_path: Path) -> None:
    there = session(tmp_path, Planted({given(3): crash}), 10)
    run(there)
    (result,) = there.results
    assert Result.of(result.line()) == result
    assert result.outcomes == {"answered": 9}
    assert [most.count for most in result.sizes.values()] == [10]


@pytest.mark.parametrize(
    ("kind", "mistake", "words"),
    [
        ("crash", crash, "KeyError: 'a mistake'"),
        ("wrong", lambda: "nonsense", "is answered with nonsense"),
        ("died", lambda: os._exit(3), "the process ended with 3"),
        ("hung", lambda: time.sleep(60), "there is no answer after 2 s"),
    ],
)
def test_a_planted_mistake_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, mistake: Callable[[], Any], words: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    there = session(tmp_path, Planted({given(7): mistake}), 20)
    told = run(there)
    assert there.done("planted") == 20
    (found,) = [finding for result in there.results for finding in result.findings]
    assert (found.number, found.kind) == (7, kind)
    assert words in found.text
    assert "  to repeat it: nox -s fuzz -- --repeat planted 7" in told
    assert list(session(tmp_path, Planted({}), 20).missing()) == []
    assert list(tmp_path.iterdir()) == [tmp_path / "state"]  # no folder of a process is left


def test_what_takes_too_long_or_too_much_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow() -> str:
        end = time.process_time() + 0.2
        while time.process_time() < end:
            pass
        return "answered"

    def large() -> str:
        return "answered" if bytearray(50_000_000) else ""

    monkeypatch.setattr(Planted, "bound", lambda *_: 0.1)
    monkeypatch.setattr(runner, "MEGABYTES", 20)
    one = tried(Planted({7: slow}), 1, 7)
    assert one.finding == Finding(1, "slow", f"1 bytes took {one.seconds:.1f} s")
    one = tried(Planted({7: large}), 1, 7)
    assert one.finding is not None
    assert one.finding.kind == "memory"


def test_a_surface_that_cannot_begin_ends_the_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Planted, "begin", lambda *_: os._exit(4))
    with pytest.raises(RuntimeError, match="planted cannot begin: the process ended with 4"):
        run(session(tmp_path, Planted({}), 10))


# ------------------------------------------------------------------------------------------- the program


def microspec_fuzz(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit status of the program."""
    monkeypatch.setattr(sys, "argv", ["fuzz", *arguments])
    return program.main()


@pytest.mark.parametrize("mistakes", [{}, {3: crash}])
def test_the_program_exits_with_what_it_has_found(
    mistakes: dict[int, Callable[[], Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    surface = Planted({given(number, 5): mistake for number, mistake in mistakes.items()})
    monkeypatch.setattr(program, "SURFACES", {"planted": surface})
    written = tmp_path / "page.md"
    options = ["--count", "10", "--seed", "5", "--state", str(tmp_path / "state"), "--write", str(written)]
    assert microspec_fuzz(monkeypatch, *options) == bool(mistakes)
    assert "planted: 10 inputs" in capsys.readouterr().out
    told = written.read_text()
    assert f"| planted: inputs with a mistake | 10 | answered {10 - len(mistakes)} | {len(mistakes)} |" in told
    assert ("`nox -s fuzz -- --repeat planted 3 --seed 5`" in told) == bool(mistakes)
    assert told.endswith("Nothing.\n") != bool(mistakes)
    for number in range(3, 5):
        assert microspec_fuzz(monkeypatch, "--repeat", "planted", str(number), "--seed", "5") == (number in mistakes)
        shown = capsys.readouterr()
        assert shown.out.startswith(f"{given(number, 5)}\n")
        assert ("crash: KeyError: 'a mistake'" in shown.out) == (number in mistakes)
        assert ("Traceback" in shown.err) == (number in mistakes)


def test_a_short_session_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "SURFACES", {"planted": Planted({})})
    monkeypatch.setattr(program, "SHORT_COUNT", 10)
    options = ["--short", "--state", str(tmp_path / "state"), "--write", str(tmp_path / "page.md")]
    assert microspec_fuzz(monkeypatch, *options) == 0
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_the_seed_where_it_is_not_the_usual_one() -> None:
    assert command("headers", 12, 0) == "nox -s fuzz -- --repeat headers 12"
    assert command("headers", 12, 3) == "nox -s fuzz -- --repeat headers 12 --seed 3"


# ----------------------------------------------------------------------------------------- the second opinion


@pytest.mark.parametrize(
    ("reason", "schema", "value"),
    [
        ("lone surrogate", {"type": "string"}, "\ud800"),
        ("formats", {"format": "ipv4"}, "x"),
        ("regular expressions", {"pattern": "^a$"}, "a\n"),
        ("regular expressions", {"pattern": "\\s"}, "\x85"),
        ("regular expressions", {"pattern": "[a\\s]"}, "\ufeff"),
        ("regular expressions", {"pattern": "^\\d$"}, "٣"),
        ("several of these", {"format": "ipv4"}, "\ud800"),
    ],
)
def test_a_verdict_of_the_judge_has_a_reason(reason: str, schema: dict[str, Any], value: Any) -> None:
    surface, document = SURFACES["validators"], Document(root=json.dumps(schema), definitions=())
    assert list(surface.check((document, value), surface.call((document, value))))[1:] == [
        "judged",
        f"disagrees: {reason}",
    ]


def test_a_judge_that_takes_too_long_gives_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validators, "PATIENCE", 0.2)
    surface, document = SURFACES["validators"], Document(root='{"pattern": "^(a+)+b?$"}', definitions=())
    value = "a" * 60 + "12"
    assert list(surface.check((document, value), surface.call((document, value)))) == ["refused", "judge: TimeoutError"]


def test_a_verdict_without_a_reason_is_wrong() -> None:
    surface = SURFACES["validators"]
    text = Document(root='{"type": "string"}', definitions=())
    assert list(surface.check((text, "a"), (True, ()))) == ["accepted", "judged"]
    with pytest.raises(Wrong, match="by the judge: True"):
        surface.check((text, "a"), (False, ("an error",)))
    with pytest.raises(Wrong, match="accepts says True"):
        surface.check((text, "a"), (True, ("an error",)))


def test_mistakes_after_all_line_breaks_of_yaml_are_in_the_file(tmp_path: Path) -> None:
    surface = SURFACES["suppressions"]
    surface.begin(tmp_path)
    given = "\x85\u2028\u2029\r\nsuppressions: [".encode()
    assert list(surface.check(given, surface.call(given))) == ["refused"]
    with pytest.raises(Wrong, match=r"suppressions.yaml:5:"):
        surface.check(b"", surface.call(given))


def test_the_answers_of_an_artifact_are_those_of_one_build(tmp_path: Path) -> None:
    surface = SURFACES["artifacts"]
    surface.prepare()
    assert isinstance(surface, Artifacts)
    first, other = surface.answers
    assert list(surface.check({}, first)) == list(surface.check(surface.other, other)) == ["answered"]
    assert list(surface.check({}, {**first, "model": None})) == ["answered in part"]
    with pytest.raises(Wrong, match="about history are mixed or wrong"):
        surface.check({}, {**first, "history": other["history"]})
    surface.begin(tmp_path)
    mixed = {name: surface.other[name] for name in ("index", "microversions")}
    answer = surface.call(mixed)
    assert answer["microversions"] == other["microversions"]
    assert list(surface.check(mixed, answer)) == ["answered in part"]


def test_the_page_says_why_verdicts_differ(tmp_path: Path) -> None:
    there = session(tmp_path, SURFACES["validators"], 3)
    outcomes = {"accepted": 3, "judged": 3, "disagrees: formats": 1, "judge: RecursionError": 1}
    there.results.append(Result("validators", 0, 0, 3, outcomes=outcomes))
    told = page.page(there)
    assert "| agreement | 2 |  |" in told
    assert f"| formats | 1 | {REASONS['formats'].why} |" in told
    assert "| no verdict: RecursionError | 1 |" in told

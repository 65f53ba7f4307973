"""``python -m conformance.agreement RELEASE=PYTHON ... --work FOLDER [--write PAGE]``.

Puts the questions of the plan to the OpenAPI documents and to the models, and compares what these accept with what
the validators do. The rest is as in the package. Exits 1 if anything differs for no reason that is known.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from forms import Form, forms
from microspec import models, openapi
from openapi_judge import Document

from .differences import readable
from .nova import KINDS
from .prepared import parser, prepare
from .report import row, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from microspec import Api

    from .nova import Question
    from .ours import Ours

MINORS = (1, 30, 53, 75, 96)
"""The versions at which models are compared."""

WORDS = {"request": "bodies", "query": "queries", "response": "answers"}
"""The kinds in words."""

SHOWN = 20
"""So many differences are printed."""

WIDTH = 400
"""So many characters of each."""

_fork = multiprocessing.get_context("fork")  # so that no process has to make the plan again

INTRODUCTION = """\
# Agreement

OpenAPI documents and models accept what the validators accept, and nothing else. `nox -s agreement` shows it on the
bodies, queries and answers of the [conformance](conformance.md) plan: values around every schema, at every limit, with
a mistake, and the samples in Nova's documentation. For the [documents](openapi.md), the `jsonschema` package is the
judge, and the versions are those at which a schema of Nova or of the specification begins or ends, and their
neighbours. The [models](models.md) are those of five versions. Versions at which an operation has the same schema
count as one. Generated; do not edit.
"""

WHY = """\
What differs are values with half of a surrogate pair, such as `"\\ud800"`. JSON can express it, but it is not a
character. JSON Schema has no rule for it, so the judge accepts it. The validators refuse a string with one where the
schema looks at the string.
"""


class Judge(ABC):
    """What else says which instances are accepted. Of an operation, it knows the forms of some kinds."""

    name: str
    kinds: tuple[str, ...] = KINDS

    @abstractmethod
    def minors(self, question: Question) -> Iterable[int]:
        """The versions at which a question is put to it."""

    @abstractmethod
    def basis(self, form: Form) -> Any:
        """What it judges by. Where that is equal, so is every verdict."""

    @abstractmethod
    def accepts(self, form: Form, instance: Any) -> bool:
        """Whether an instance is accepted."""

    @abstractmethod
    def expected(self, form: Form, instance: Any) -> bool:
        """Whether it should be."""


class Documents(Judge):
    """The OpenAPI documents, at the versions of each question."""

    name = "OpenAPI documents"

    def __init__(self) -> None:
        self._latest: tuple[Api, Document] | None = None

    def minors(self, question: Question) -> Iterable[int]:
        return question.minors

    def basis(self, form: Form) -> Any:
        document = self._at(form.api)
        return document.closure(document.schema(form.operation.key, form.kind, form.status))

    def accepts(self, form: Form, instance: Any) -> bool:
        return self._at(form.api).accepts(form.operation.key, form.kind, form.status, instance)

    def expected(self, form: Form, instance: Any) -> bool:
        return form.accepts(instance)

    def _at(self, api: Api) -> Document:
        if self._latest is None or self._latest[0] is not api:
            self._latest = api, Document(openapi.document(api))
        return self._latest[1]


class Models(Judge):
    """The models of five versions."""

    name = "models"
    kinds = ("request", "response")

    def minors(self, _: Question) -> Iterable[int]:
        return MINORS

    def basis(self, form: Form) -> Any:
        request = form.kind == "request"
        return models.request(form.operation) if request else models.response(form.operation, form.status)

    def accepts(self, form: Form, instance: Any) -> bool:
        try:
            self.basis(form).model_validate(instance)
        except ValidationError:
            return False
        return True

    def expected(self, form: Form, instance: Any) -> bool:
        return form.validator.accepts(instance)


class Place(NamedTuple):
    """A form: which one of its operation, and at which version."""

    operation: str
    kind: str
    status: int
    minor: int


@dataclass
class Result:
    """What came of the instances that were put to a judge."""

    forms: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """By kind, and whether the validator accepts."""
    explained: Counter[str] = field(default_factory=Counter)
    """The differences that are due to half of a surrogate pair, by kind."""
    wrong: list[str] = field(default_factory=list)
    """The others, in words."""

    def add(self, other: Result) -> None:
        """Count what came of others, too."""
        self.forms += other.forms
        self.verdicts += other.verdicts
        self.explained += other.explained
        self.wrong += other.wrong


Work = dict[Place, dict[str, Any]]
"""The instances to put to each form, by their JSON."""


def work(judge: Judge, ours: Ours, questions: list[Question]) -> Work:
    """What to put to a judge: each question once to each form that its operation has at the versions of it."""
    minors = sorted({minor for question in questions for minor in judge.minors(question)})
    first = _first(judge, ours, minors)
    found: Work = {place: {} for places in first.values() for place in places}
    for question in questions:
        for minor in judge.minors(question):
            for place in first[question.operation, question.kind, minor]:
                found[place][json.dumps(question.instance)] = question.instance
    return found


def _first(judge: Judge, ours: Ours, minors: Iterable[int]) -> defaultdict[tuple[str, str, int], list[Place]]:
    """For each operation, kind and version, the first forms that are the same; of answers, those of success."""
    met: dict[Any, Place] = {}
    found = defaultdict(list)
    for minor in minors:
        for operation in ours.apis[minor].operations.values():
            for form in () if operation.gone_since_release else forms(ours.apis[minor], operation):
                if form.kind in judge.kinds and form.status < 400:
                    place = Place(operation.key, form.kind, form.status, minor)
                    same = (*place[:3], form.validator, judge.basis(form))
                    found[operation.key, form.kind, minor].append(met.setdefault(same, place))
    return found


def judged(judge: Judge, ours: Ours, part: Work) -> Result:
    """What comes of some of the work."""
    result = Result()
    for place, instances in part.items():
        api = ours.apis[place.minor]
        (form,) = (form for form in forms(api, api.operations[place.operation]) if form[2:4] == place[1:3])
        where = f"{place.operation} at 2.{place.minor}, {place.kind} {place.status or ''}".rstrip()
        result.forms[place.kind] += 1
        if not instances:
            result.wrong.append(f"{where}: the plan has no value")
        for instance in instances.values():
            if instance is None and place.kind == "response":  # an answer without a body
                continue
            verdict = judge.expected(form, instance)
            result.verdicts[place.kind, verdict] += 1
            other = _verdict(judge, form, instance)
            if other == verdict:
                continue
            whole = readable(instance)
            if other is True and whole != instance and _verdict(judge, form, whole) == judge.expected(form, whole):
                result.explained[place.kind] += 1
            else:
                words = "accepts" if verdict else "refuses"
                text = f"{where}: the validator {words}, {judge.name} say {other}: {json.dumps(instance)}"
                result.wrong.append(text[:WIDTH])
    return result


def _verdict(judge: Judge, form: Form, instance: Any) -> bool | str:
    """Whether a judge accepts an instance, or what it raises instead of an answer."""
    try:
        return judge.accepts(form, instance)
    except Exception as error:  # a difference as any other
        return repr(error)


def shared_out(judge: Judge, ours: Ours, whole: Work) -> Result:
    """What comes of all of the work, which is dealt out to a process for each processor, version by version."""
    parts: dict[int, Work] = defaultdict(dict)
    for place, instances in whole.items():
        parts[place.minor][place] = instances
    largest_first = sorted(parts.values(), key=lambda part: -sum(map(len, part.values())))
    number, total, ends = os.cpu_count() or 1, Result(), []
    for share in (largest_first[first::number] for first in range(number)):
        receive, send = _fork.Pipe(duplex=False)
        _fork.Process(target=_process, args=(judge, ours, share, send)).start()
        send.close()  # so that there is an end to what the process sends
        ends.append(receive)
    for receive in ends:
        total.add(receive.recv())
    return total


def _process(judge: Judge, ours: Ours, share: list[Work], send: Any) -> None:
    result = Result()
    for part in share:
        result.add(judged(judge, ours, part))
    send.send(result)


def text(name: str, result: Result) -> str:
    """What is printed about a judge."""
    asked = ", ".join(f"{number:,} {WORDS[kind]}" for kind, number in result.forms.items())
    first = f"{name}: {result.verdicts.total():,} verdicts on {asked}; {len(result.wrong):,} differ"
    return "\n".join([first, *result.wrong[:SHOWN]])


def page(results: Mapping[str, Result]) -> str:
    """The page of the documentation."""
    lines = [INTRODUCTION, *table(["", "", "schemas", "values", "accepted by the validator", "refused", "differ"])]
    for name, result in results.items():
        for kind in (kind for kind in KINDS if result.forms[kind]):
            accepted, refused = (result.verdicts[kind, verdict] for verdict in (True, False))
            numbers = (result.forms[kind], accepted + refused, accepted, refused, result.explained[kind])
            lines.append(row([name, WORDS[kind], *(f"{number:,}" for number in numbers)]))
    return "\n".join([*lines, "", WHY])


def main() -> int:
    """Compare, print, write the page. Returns the exit status."""
    arguments = parser("conformance.agreement").parse_args()
    started = time.monotonic()
    prepared = prepare(arguments)
    ours = prepared.ours[prepared.newest.release]
    results = {}
    for judge in (Documents(), Models()):
        results[judge.name] = shared_out(judge, ours, work(judge, ours, prepared.plan.questions))
        print(text(judge.name, results[judge.name]), flush=True)
    print(f"{time.monotonic() - started:.0f} seconds")
    if arguments.write:
        arguments.write.write_text(page(results), encoding="utf-8")
    return int(any(result.wrong for result in results.values()))


if __name__ == "__main__":
    raise SystemExit(main())

"""Negotiation against Nova's decorators: what is negotiated is the highest, or the lowest, version that accepts.

Some requests to some operations are put to Nova at every version. Whatever range of versions a server then
speaks, negotiation has to find the highest and the lowest in it at which Nova accepts the request and has a
schema that names all that is in it (as far as any of its schemas for the operation does); or none.
"""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any

from microspec import Version
from microspec.schema.walk import find
from microspec.values.frozen import freeze

from .differences import Difference
from .instances import SURE, bodies, queries
from .nova import Question
from .places import ABSENT, ACCEPTED, REFUSED, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from microspec.history import History

    from .differences import Entry
    from .nova import Nova, Span
    from .ours import Ours

OPERATIONS = 40
REQUESTS = 300


def problems(history: History, ours: Ours, nova: Nova, entries: list[Entry], work: Path) -> Iterator[str]:
    """Every request for which another version than Nova's is negotiated. `entries`: the differences that are meant."""
    questions = list(_questions(ours, nova))
    if len(questions) != REQUESTS:
        yield f"{len(questions)} requests are negotiated about instead of {REQUESTS}"
    for question, answer in zip(questions, nova.ask(questions, work), strict=True):
        fitting = list(_fitting(question, answer.letters, ours, nova, entries))
        for first, last, prefer in _asked(fitting, ours.minors):
            inside = [minor for minor in fitting if first <= minor <= last]
            expected = Version((2, inside[-1 if prefer == "highest" else 0])) if inside else None
            given: dict[str, Any] = {"body" if question.kind == "request" else "query": question.instance}
            server = (f"2.{first}", f"2.{last}")
            found = history.negotiation(server=server, operation=question.operation, prefer=prefer, **given).version
            if found != expected:
                yield (
                    f"the {prefer} version of 2.{first}-2.{last} for {question.operation} with {given} "
                    f"is {found}, by Nova {nova.release} it is {expected}"
                )
                break


def _questions(ours: Ours, nova: Nova) -> Iterator[Question]:
    """Requests to the operations that changed most often, about each schema that they had; always the same ones."""
    chosen = sorted(_candidates(ours, nova), key=lambda item: -len(item[2]))[:OPERATIONS]
    source = random.Random("negotiation")
    minors = tuple(minor for minor in ours.minors if minor <= nova.max_minor)
    pools: list[list[Question]] = []
    for key, kind, spans in chosen:
        pools.append([])
        for span in spans:
            made = (bodies if kind == "request" else queries)(span.value, f"{key} {kind} {span.first}")
            pools[-1] += [Question(key, kind, minors, instance) for instance in (*made[:2], *source.sample(made, SURE))]
    for number in range(REQUESTS):
        pool = pools[number % len(pools)]
        yield pool.pop(source.randrange(len(pool)))


def _candidates(ours: Ours, nova: Nova) -> Iterator[tuple[str, str, list[Span]]]:
    """The operations that are routes of Nova's own, each with a kind of schema and Nova's schemas of that kind."""
    routes = {key: route for key in ours.operations if (route := nova.route(key))}
    uses = Counter(route.key for route in routes.values())  # our literal forms share one
    for key, route in routes.items():
        operation = next(iter(ours.operations[key].values()))
        kind = "request" if operation.method in ("POST", "PUT") else "query"
        spans = [span for span in route.schemas[kind] if span.value]
        if spans and uses[route.key] == 1 and not route.gone and not operation.alias_of:
            yield key, kind, spans


def _fitting(question: Question, answer: str, ours: Ours, nova: Nova, entries: list[Entry]) -> Iterator[int]:
    """The minors at which Nova accepts a request and looks at all of it; or we do, where we differ deliberately."""
    key, kind, minors, instance = question
    route = nova.route(key)
    spans = route.schemas[kind] if route else []
    schemas = {id(span): freeze(span.value) for span in spans}
    paths = set(_paths(instance)) if kind == "request" else {(name,) for name in instance}
    paths -= {(), (key.partition("#")[2],)}  # the key of an action is how it is found
    named = {id_: [bool(find(schema, path, {})) for path in paths] for id_, schema in schemas.items()}
    ever = [any(column) for column in zip(*named.values(), strict=True)]

    def accepts(difference: Difference, other: Any) -> bool:
        return ours.accepts(difference.operation, difference.aspect, difference.minor, other)

    for minor, letter in zip(minors, answer, strict=True):
        accepted = letter == ACCEPTED
        mine = minor in ours.operations[key] and ours.accepts(key, kind, minor, instance)
        if mine != accepted and letter != ABSENT:
            words = WORDS[letter], WORDS[ACCEPTED if mine else REFUSED]
            difference = Difference(nova.release, key, minor, kind, *words, instance)
            if any(entry.matches(difference, accepts) for entry in entries):
                accepted = mine
        here = next((named[id(span)] for span in spans if minor in span), ever)
        if accepted and here == ever:
            yield minor


def _paths(value: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path to everything in a JSON value; any item of an array is ``*``."""
    yield above
    items = value if isinstance(value, list) else ()
    below = value.items() if isinstance(value, dict) else [("*", item) for item in items]
    for name, item in below:
        yield from _paths(item, (*above, name))


def _asked(fitting: list[int], minors: list[int]) -> Iterator[tuple[int, int, Any]]:
    """Ranges of versions: all from the first version on, and all between two borders of what fits.

    Any other has the same answer as one of these, or an end that does not matter.
    """
    yield from ((minors[0], last, "highest") for last in minors)
    borders = sorted({near for minor in minors[:-1] for near in (minor, minor + 1) if _is_border(minor, fitting)})
    for first, last in combinations_with_replacement([minors[0], *borders, minors[-1]], 2):
        yield from ((first, last, prefer) for prefer in ("highest", "lowest"))


def _is_border(minor: int, fitting: list[int]) -> bool:
    return (minor in fitting) != (minor + 1 in fitting)

"""What becomes of elements: the quick answers are those of a look at every version, and after every change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import microspec
from microspec.authoring.build import write_artifact
from microspec.authoring.tree import load_tree
from microspec.loading import bundled_path
from microspec.model.changes import Change
from microspec.model.microversion import Event
from microspec.questions.presence import availability, biography, elements
from microspec.schema.pointer import tokens
from microspec.schema.walk import closure, find, references
from microspec.values import same
from microspec.values.frozen import frozendict
from microspec.values.locator import Locator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from microspec import History
    from microspec.model.api import Api
    from microspec.model.microversion import Cause
    from microspec.model.source import Source
    from microspec.model.vocabulary import Effect

# ------------------------------------------------------------------------------------ every change, one after the other


def located(locator: Locator, api: Api) -> Any:
    """All that is true of the named element in an Api, or None if it is not there."""
    definition = api.definitions.get(locator.operation)
    if definition is None:
        return None
    if definition.alias_of:
        definition = api.definitions.get(definition.alias_of, definition)
    if locator.request is not None:
        return at_pointer(definition.request, locator.request, api)
    if locator.query is not None:
        parameter = definition.parameters.get(("query", locator.query))
        return parameter and (parameter, closure(references(parameter.schema), api.schemas))
    if locator.response is not None:
        meant = [r for r in definition.responses.values() if locator.status in (r.status, None)]
        bodies = dict.fromkeys(r.body for r in meant if locator.status is not None or r.status < 400)
        found = [at_pointer(body, locator.response, api) for body in bodies]
        return tuple(item for item in found if item is not None) or None
    if locator.status is not None:
        responses = {**(api.common.responses if definition.microversioned else {}), **definition.responses}
        return tuple(response for response in responses.values() if response.status == locator.status) or None
    return (definition, closure(definition.schema_names(), api.schemas))


def at_pointer(body: str | None, pointer: str, api: Api) -> Any:
    found = find(frozendict({"$ref": body}), tokens(pointer), api.schemas) if body else ()
    names = frozenset[str]().union(*(references(item) for item, _ in found))
    return (frozenset(found), closure(names, api.schemas)) if found else None


def after_each_change(source: Source) -> list[tuple[Cause, Api]]:
    api, found = source.baseline(), []
    for version in source.versions:
        for cause in source.microversion(version).causes:
            api = cause.change.apply(api)
            found.append((cause, api))
    return found


def events(locator: Locator, baseline: Api, states: list[tuple[Cause, Api]]) -> Iterator[Event]:
    before = located(locator, baseline)
    for cause, api in states:
        after = located(locator, api)
        if not same(before, after):
            effect: Effect = "added" if before is None else "removed" if after is None else "altered"
            yield Event(**cause.fields(), effect=effect)
        before = after


# --------------------------------------------------------------------------------- the same answers


def asked(source: Source) -> Iterator[Locator]:
    """All elements that are listed, and some that are not: whole operations and bodies, and what there never was."""
    for key, part, value, _ in elements(source):
        yield Locator(key, status=int(value)) if part == "status" else Locator(key, **{part: value})  # type: ignore[arg-type]
    for key in source.known():
        yield from (Locator(key), Locator(key, status=499), Locator(key, query="never"))
        for pointer in ("", "/never", "/server/never", "/server/networks/*/never", "/*", "/server/metadata/x"):
            yield Locator(key, request=pointer)
            yield Locator(key, response=pointer)
            yield Locator(key, response=pointer, status=200)


def check(source: Source, every: int, first: int = 0) -> None:
    states, baseline = after_each_change(source), source.baseline()
    for locator in [*asked(source)][first::every]:
        assert biography(source, locator) == tuple(events(locator, baseline, states)), (locator.operation, locator.name)
        there = source.where(lambda api, of=locator: located(of, api) is not None)  # type: ignore[misc]
        assert availability(source, locator) == there, (locator.operation, locator.name)


MANY = """\
microversion: "1.5"
title: Many at once
description: Several changes are about the same.
features:
  many-at-once: Several changes are about the same.
changes:
  - {add-property: Author.born, schema: {$ref: Year}, why: So.}
  - {add-schema: Year, schema: {type: integer}, why: So.}
  - {alter-schema: Year, keywords: {from: {}, to: {minimum: 0}}, why: So.}
  - {alter-property: Author.born, required: {from: false, to: true}, why: So.}
  - {add-enum-value: Genre, value: ode, why: So.}
  - {remove-enum-value: Genre, value: ode, why: It was a mistake.}
  - {add-property: Book.pages, schema: {type: integer}, why: So.}
  - {remove-property: Book.pages, why: It was a mistake.}
  - {add-parameter: GET /books, query: pages, schema: {type: integer}, why: So.}
  - {alter-parameter: GET /books, query: pages, required: {from: false, to: true}, why: So.}
  - {remove-parameter: GET /books, query: pages, why: It was a mistake.}
  - {add-response: POST /books, status: 403, why: So.}
  - {alter-response: POST /books, status: {from: 403, to: 404}, why: So.}
  - {alter-operation: POST /books, audience: {from: admin, to: reader}, why: So.}
  - alter-operation: POST /books
    summary: {from: Add a book, to: Add one book}
    description: {from: null, to: The shelf is chosen by the genre.}
    why: So.
  - add-property: Author.prizes
    schema:
      type: array
      items:
        type: object
        properties: {kind: {type: string, enum: [big]}, given.by: {type: string}, place: {$ref: Title}}
        additionalProperties: false
    why: So.
  - {add-enum-value: Author.prizes.*.kind, value: small, why: So.}
  - {add-property: Author.prizes.*.year, schema: {type: integer}, why: So.}
  - {alter-property: Author.prizes.*.year, required: {from: false, to: true}, why: So.}
  - {remove-property: Author.prizes.*.given.by, why: So.}
  - {add-property: Author.prizes.*.given.by, schema: {type: integer}, why: So.}
  - {remove-property: Author.prizes.*.place, why: So.}
  - {add-property: Author.prizes.*.day, schema: {type: string}, why: So.}
  - {add-parameter: GET /books, query: [size, color], schema: {type: string}, why: So.}
  - {remove-parameter: GET /books, query: [size, color], why: So.}
  - {remove-schema: Genre, why: So.}
  - {add-schema: Genre, schema: {type: string, enum: [novel, poem]}, why: So.}
  - {remove-operation: "DELETE /books/{book_id}", why: So.}
"""


@pytest.fixture
def many(library: Path) -> Path:
    """A specification in a version of which there are several changes of each element."""
    (library / "versions" / "1.5.yaml").write_text(MANY)
    return library


def test_all_that_a_tree_has(many: Path, tmp_path: Path) -> None:
    """Folded in memory, and compiled."""
    check(load_tree(many)._source, 1)
    write_artifact(many, tmp_path / "compiled")
    check(microspec.load(tmp_path / "compiled")._source, 1)


def test_some_of_what_the_bundled_specification_has(compute: History) -> None:
    check(compute._source, 701)


@pytest.mark.explore
@pytest.mark.parametrize("part", range(10))
def test_all_that_the_bundled_specification_has(compute: History, part: int) -> None:
    check(compute._source, 10, part)


@pytest.mark.explore
def test_some_of_what_its_sources_have() -> None:
    check(load_tree(Path(bundled_path("compute")))._source, 23)


def test_no_change_is_made_again(compute: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Change, "_make", None)
    monkeypatch.setattr(Change, "apply", None)
    assert [str(event.version) for event in compute.history("POST /servers", request="/server/networks/*/tag")] == [
        *("2.32", "2.37", "2.42"),
    ]
    for key in compute.known:
        compute.history(key)

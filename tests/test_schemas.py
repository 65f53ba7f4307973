"""The JSON Schemas of our own JSON: each form of a type, and what it lets through."""

# Not `from __future__ import annotations`: the schemas are made of the annotations.

from typing import Annotated, Any, Literal, NotRequired, TypedDict

import jsonschema_rs
import pytest

from microspec.export.schemas import Named, Pattern, schema_of

Colour = Annotated[str, Pattern("^#[0-9a-f]{6}$"), "Red, green and blue.", Named("colour")]
Beside = TypedDict("Beside", {"$schema": str})


class Shelf(Beside, total=False):
    """A shelf,
    with what is on it."""

    width: int
    paint: Annotated[Colour, "Inside."]
    books: NotRequired[list[str | None]]


FORMS = [
    (str, {"type": "string"}, ["a"], [1, None]),
    (int, {"type": "integer"}, [1], ["a", 1.5]),
    (Any, {}, [None, [1]], []),
    (Literal["a", "b"], {"enum": ["a", "b"]}, ["b"], ["c", 1]),
    (str | None, {"anyOf": [{"type": "string"}, {"type": "null"}]}, ["a", None], [1]),
    (list[int], {"type": "array", "items": {"type": "integer"}}, [[], [1, 2]], [["a"], {}]),
    (dict[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}, [{}, {"a": 1}], [{"a": "b"}]),
    (
        dict[Literal["a"], int],
        {"type": "object", "propertyNames": {"enum": ["a"]}, "additionalProperties": {"type": "integer"}},
        [{}, {"a": 1}],
        [{"b": 1}, {"a": "b"}],
    ),
    (
        tuple[int, str],
        {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "minItems": 2, "maxItems": 2},
        [[1, "a"]],
        [[1], ["a", 1], [1, "a", 1]],
    ),
    (Annotated[int, "How many."], {"description": "How many.", "type": "integer"}, [1], ["a"]),
    (Annotated[str, Pattern("^a")], {"type": "string", "pattern": "^a"}, ["ab"], ["b", 1]),
    (Colour, {"$ref": "#/$defs/colour"}, ["#00ff00"], ["green", 0]),
    (Colour | None, {"anyOf": [{"$ref": "#/$defs/colour"}, {"type": "null"}]}, ["#00ff00", None], ["green", 0]),
    (
        Shelf,
        {"$ref": "#/$defs/Shelf"},
        [{"$schema": "a"}, {"$schema": "a", "width": 1, "paint": "#000000", "books": ["b", None]}],
        [{}, {"$schema": "a", "depth": 1}, {"$schema": "a", "paint": "black"}, {"$schema": "a", "books": [1]}],
    ),
]


@pytest.mark.parametrize(("kind", "form", "good", "bad"), FORMS, ids=lambda value: str(value)[:40])
def test_a_type_is_a_schema(kind: Any, form: dict[str, Any], good: list[Any], bad: list[Any]) -> None:
    made = schema_of(kind)
    jsonschema_rs.meta.validate(made)
    assert {key: value for key, value in made.items() if key not in ("$schema", "$defs")} == form
    validator = jsonschema_rs.Draft202012Validator(made)
    assert [value for value in good if not validator.is_valid(value)] == []
    assert [value for value in bad if validator.is_valid(value)] == []


def test_what_has_a_name_is_defined_once() -> None:
    assert schema_of(Shelf)["$defs"] == {
        "Shelf": {
            "description": "A shelf, with what is on it.",
            "type": "object",
            "properties": {
                "$schema": {"type": "string"},
                "width": {"type": "integer"},
                "paint": {"description": "Inside.", "$ref": "#/$defs/colour"},
                "books": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
            },
            "required": ["$schema"],
            "additionalProperties": False,
        },
        "colour": {"description": "Red, green and blue.", "type": "string", "pattern": "^#[0-9a-f]{6}$"},
    }


def test_other_types_have_no_schema() -> None:
    with pytest.raises(KeyError):
        schema_of(bytes)

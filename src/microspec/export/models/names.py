"""Names of Python for the properties of objects, and for the objects that the specification does not name."""

from __future__ import annotations

import re
from keyword import iskeyword
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_WITH_PREFIX = (
    *("computed_fields", "config", "construct", "copy", "dump", "dump_json", "extra", "fields", "fields_set"),
    *("json_schema", "parametrized_name", "post_init", "rebuild", "validate", "validate_json", "validate_strings"),
)
ATTRIBUTES = frozenset(
    (
        *("construct", "copy", "dict", "from_orm", "json", "parse_file", "parse_obj", "parse_raw", "schema"),
        *("schema_json", "update_forward_refs", "validate", *(f"model_{name}" for name in _WITH_PREFIX)),
    )
)
"""What pydantic calls the attributes of its models. A field of such a name would hide one."""

ANNOTATIONS = frozenset(
    (
        *("Annotated", "Any", "Literal", "NotRequired", "TypeAlias", "TypedDict", "None", "bool", "dict", "float"),
        *("int", "list", "str", "Field", "StrictBool", "StrictFloat", "StrictInt", "Closed", "Omissible", "Open"),
    )
)
"""What annotations of written code are made of. In the body of a class, a field of such a name would hide one; so
would a type."""


def field_names(names: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """A name of Python for each property: its own where Python can say it, and nothing else is called so.

    `taken` are the names of the types that the fields may have. The result depends on nothing but the arguments.
    """
    names = tuple(names)
    found = {name: name for name in names if _is_sayable(name) and name not in taken}
    used = set(found.values())
    for name in sorted(set(names) - found.keys()):
        plain = _plain(name)
        found[name] = next(each for each in numbered(plain) if each not in used and each not in taken)
        used.add(found[name])
    return {name: found[name] for name in names}


def _is_sayable(name: str) -> bool:
    return name.isidentifier() and name.isascii() and not (iskeyword(name) or name.startswith("_") or _hides(name))


def _hides(name: str) -> bool:
    return name in ATTRIBUTES or name in ANNOTATIONS


def _plain(name: str) -> str:
    """A name with underscores for what Python cannot say, and one at the end if it means something else."""
    plain = re.sub(r"[^0-9A-Za-z]+", "_", name).strip("_") or "field"
    plain = plain if plain[0].isalpha() else f"field_{plain}"
    return f"{plain}_" if iskeyword(plain) or _hides(plain) else plain


def numbered(name: str) -> Iterator[str]:
    """A name, and then the same with numbers, without end."""
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1


def class_name(*parts: str) -> str:
    """The name of a class for an object without one: where it is, in capitalised words."""
    words = (word for part in parts for word in re.split(r"[^0-9A-Za-z]+", part) if word)
    name = "".join(word[0].upper() + word[1:] for word in words) or "Object"
    return name if name[0].isalpha() else f"Object{name}"

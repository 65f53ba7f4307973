"""What differs, and which differences are meant to: the entries of ``differences.yaml`` and ``tempest.yaml``.

An entry has an `id`, the reason (`why`), in the latter who is `right`, and `cases`; a difference is meant if a case
says so:

- `release`: of Nova; if it does not say, all;
- `operations`: our keys, in which ``*`` stands for any text; if it does not say, all;
- `versions`: a set of versions as `VersionSet` takes it; if it does not say, all;
- `aspect`: existence, status, errors, request, query, response or sample, or several of them; if it does not say,
  request and query;
- `nova` (or `tempest`), `ours`: what each side says: accepted, refused, crashed or absent, or statuses; of a sample,
  shown or refused;
- `where`: pointers into the instance, each with a JSON Schema that some value there has to obey; ``*`` is any key or
  item, ``**`` any number of them;
- `places`: instead of `operations`, a mapping of them to what is wrong with an answer for the side that refuses it: a
  keyword, or several with ``|`` between, and a pointer in which ``*`` is any key or item, and ``**`` any number;
- `value`: a JSON Schema that what is at the place has to obey;
- `but-for`: a word of `REPAIRS`: the instance has that, and without it ours accepts it;
- `unless-unicode`: with that version of Unicode in Python, there is nothing that could differ.
"""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jsonschema_rs
import yaml

from microspec import VersionSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .nova import Nova


class Difference(NamedTuple):
    """Something that a release of another and ours say differently of an operation at a version.

    Of an answer, each thing that is wrong with it for the side that refuses it, `place`, is a difference of its own.
    """

    release: str
    operation: str
    minor: int
    aspect: str
    theirs: str
    ours: str
    instance: Any = None
    place: str = ""


class Case:
    """A kind of difference that is meant."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._release = data.pop("release", None)
        places = data.pop("places", {})
        self._places = [Place(operations, text) for operations, listed in places.items() for text in listed]
        self._operations = data.pop("operations", list(places) or None)
        self._versions = VersionSet(data.pop("versions", "2.1-"))
        aspects = data.pop("aspect", ["request", "query"])
        self._aspects = [aspects] if isinstance(aspects, str) else aspects
        said = {"theirs": data.pop("nova", data.pop("tempest", None)), "ours": data.pop("ours", None)}
        self._said = {side: str(word) for side, word in said.items() if word is not None}
        self._where = {
            pointer: jsonschema_rs.validator_for(schema) for pointer, schema in data.pop("where", {}).items()
        }
        self._value = jsonschema_rs.validator_for(data.pop("value", True))
        self._repairs = REPAIRS[data.pop("but-for")] if "but-for" in data else None
        self._unicode = data.pop("unless-unicode", None)
        self.matched = 0
        if data:
            raise ValueError(f"unknown keys in differences.yaml: {', '.join(data)}")

    def matches(self, difference: Difference, accepts: Callable[[Difference, Any], bool]) -> bool:
        """Whether the difference is of this kind. `accepts`: whether ours accepts an instance in its place."""
        found = (
            self._release in (None, difference.release)
            and (
                self._operations is None
                or any(fnmatchcase(difference.operation, pattern) for pattern in self._operations)
            )
            and f"2.{difference.minor}" in self._versions
            and difference.aspect in self._aspects
            and all(getattr(difference, side) == said for side, said in self._said.items())
            and (not self._places or any(place.matches(difference) for place in self._places))
            and (not self._places or self._value_fits(difference))
            and all(
                any(validator.is_valid(value) for value in _at(readable(difference.instance), pointer.split("/")[1:]))
                for pointer, validator in self._where.items()
            )
            and (self._repairs is None or self._is_repaired(difference, accepts))
        )
        self.matched += found
        return found

    def _value_fits(self, difference: Difference) -> bool:
        pointer = difference.place.partition(" ")[2]
        tokens = [token if token == "*" else re.escape(token) for token in pointer.split("/")[1:]]
        values = list(_at(readable(difference.instance), tokens))
        return not values or any(map(self._value.is_valid, values))

    def _is_repaired(self, difference: Difference, accepts: Callable[[Difference, Any], bool]) -> bool:
        before = json.dumps(difference.instance)  # 1.0 and 1 are equal, but not the same
        repaired = [_in_scalars(difference.instance, repair) for repair in self._repairs or ()]
        return any(json.dumps(value) != before and accepts(difference, value) for value in repaired)

    def unmatched(self, novas: list[Nova]) -> list[str]:
        """What of it was there for nothing, though something could have matched."""
        if self._unicode is not None and {nova.unicode for nova in novas} == {self._unicode}:
            return []
        return [str(place) for place in self._places if not place.matched] or ([] if self.matched else ["all of it"])


class Place:
    """Something that is wrong with the answers of some operations, `operations` and `text` being patterns."""

    def __init__(self, operations: str, text: str) -> None:
        self._operations, self._text = operations, text
        keywords, _, pointer = text.partition(" ")
        steps = {"**": "(/[^/]*)*", "*": "/[^/]*"}
        pattern = "".join(steps.get(step, f"/{re.escape(step)}") for step in pointer.split("/")[1:])
        self._pattern = re.compile(f"({keywords}) {pattern}", re.DOTALL)
        self.matched = False

    def __str__(self) -> str:
        return f"{self._operations}: {self._text}"

    def matches(self, difference: Difference) -> bool:
        """Whether a difference is there."""
        found = fnmatchcase(difference.operation, self._operations) and bool(self._pattern.fullmatch(difference.place))
        self.matched = self.matched or found
        return found


class Entry:
    """An entry of the data files."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.right: str = data.get("right", "")
        self.id, self.why = data["id"], " ".join(data["why"].split())
        self.cases = [Case(case) for case in data["cases"]]

    @property
    def matched(self) -> int:
        """How many differences it explains."""
        return sum(case.matched for case in self.cases)

    def matches(self, difference: Difference, accepts: Callable[[Difference, Any], bool]) -> bool:
        """Whether the difference is meant, for the reason of this entry."""
        return any(case.matches(difference, accepts) for case in self.cases)


def load(name: str) -> list[Entry]:
    """The entries of a data file."""
    path = Path(__file__).with_name(name)
    return [Entry(data) for data in yaml.safe_load(path.read_text(encoding="utf-8"))]


def _at(value: Any, tokens: list[str]) -> Iterator[Any]:
    """The values at a pointer; a token may be the pattern of several keys."""
    if not tokens:
        yield value
    elif tokens[0] == "**":
        yield from _at(value, tokens[1:])
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from _at(item, tokens)
    elif isinstance(value, dict):
        for key, item in value.items():
            if tokens[0] == "*" or re.fullmatch(tokens[0], key):
                yield from _at(item, tokens[1:])
    elif isinstance(value, list) and tokens[0] == "*":
        for item in value:
            yield from _at(item, tokens[1:])


def _in_scalars(value: Any, repair: Callable[[Any], Any]) -> Any:
    """The value with all that is neither an object nor a list, keys too, repaired."""
    if isinstance(value, list):
        return [_in_scalars(item, repair) for item in value]
    if isinstance(value, dict):
        return {repair(key): _in_scalars(item, repair) for key, item in value.items()}
    return repair(value)


def _plain_address(text: str) -> str:
    """An IPv4 address as it should be, its digits ASCII, without leading zeros; any other text as it is."""
    if not re.fullmatch(r"\d+(\.\d+){3}", text):
        return text
    return ".".join(str(int(number)) for number in text.split("."))


def _of_texts(repair: Callable[[str], str]) -> Callable[[Any], Any]:
    return lambda value: repair(value) if isinstance(value, str) else value


REPAIRS: dict[str, list[Callable[[Any], Any]]] = {
    "a trailing newline": [
        _of_texts(lambda text: text.removesuffix("\n")),
        _of_texts(lambda text: re.sub(r"\n\Z", "1", text)),
    ],
    "a lone surrogate": [_of_texts(lambda text: re.sub("[\ud800-\udfff]", "a", text))],
    "a newer character": [_of_texts(lambda text: text.replace("\u0cf3", "a"))],
    "the spelling of an IPv4 address": [_of_texts(_plain_address)],
    "what only Python reads": [
        _of_texts(lambda text: re.sub("[\x1c-\x1f\x85]", " ", re.sub(r"\d", lambda found: str(int(found[0])), text)))
    ],
    "a whole number with a point": [lambda value: int(value) if isinstance(value, float) and value % 1 == 0 else value],
}
"""Changes to a value; if it has that, one of them takes it away."""


def readable(instance: Any) -> Any:
    """The instance as a validation engine can read it."""
    return _in_scalars(instance, REPAIRS["a lone surrogate"][0])

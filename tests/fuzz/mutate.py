"""What is done to good texts, bytes and JSON values, so that they are good no more. All chance is in `source`."""

from __future__ import annotations

import json as json_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

LARGEST = 1_000_000
"""No input is larger than so many bytes."""

GROWN = 0.002
"""The share of inputs that are made long, up to `LARGEST`."""

UNCHANGED = 0.05
"""The share of inputs that stay as they were."""

TEXTS = (
    *("", " ", "\n", "\t", "\r\n", "a", "A", "0", "1", "-1", "01", "2.1", "2.10", "2.104", "latest", "never", "null"),
    *("*", "/", "//", "~", "~0", "~1", "~2", "#", "?", "&", "=", "%", "%00", "%zz", "{", "}", "{}", "[", "]", "<", ">"),
    *("../x", "http://", "\\", '"', "'", "|", "`", "$", "^", ".*", "(a+)+$", "(?=a)b", "\\Z", "a{999999999}"),
    *("é", "ß", "İ", "٣", "²", "\u00a0", "\u2028", "\u200b", "\ufeff", "\ufffd", "🙂", "\ud800", "\udcff"),
    *("\x00", "\x1b[31m", "\x7f", "\x85", "::add-mask::a", "::error::a", "<script>", "a" * 256, "9" * 30, "1e400"),
)
"""Texts that somebody may have forgotten."""

NUMBERS = (0, 1, -1, 255, 256, 2**31, 2**53 + 1, 2**63, 2**64, -(2**64), 10**30, 0.0, -0.0, 1.0, 0.1, 1e308, 5e-324)
"""Numbers of which the same is true."""

_MOST_PLACES = 500


def text(source: Random, seed: str, words: Sequence[str] = ()) -> str:
    """A text with some changes; `words` are put into it beside `TEXTS`."""
    if source.random() < UNCHANGED:
        return seed
    for _ in range(_times(source)):
        seed = source.choice(_OF_TEXT)(source, seed, words or TEXTS)
    if source.random() < GROWN:
        seed = _long(source, seed)
    return seed[:LARGEST]


def content(source: Random, seed: bytes) -> bytes:
    """Bytes with some changes."""
    if source.random() < UNCHANGED:
        return seed
    for _ in range(_times(source)):
        seed = source.choice(_OF_BYTES)(source, seed)
    if source.random() < GROWN:
        first, last = _slice(source, len(seed))
        part = seed[first:last] or b"\0"
        seed = seed[:last] + part * (_length(source) // len(part)) + seed[last:]
    return seed[:LARGEST]


def json(source: Random, seed: Any, words: Sequence[Any] = ()) -> Any:
    """A JSON value with some changes; `words` are values that are put into it beside `TEXTS` and `NUMBERS`."""
    if source.random() < UNCHANGED:
        return seed
    for _ in range(_times(source)):
        seed = _changed(source, seed, words)
    if source.random() < GROWN:
        grown = _grown(source, seed)
        return grown if len(json_module.dumps(grown)) <= LARGEST else seed
    return seed


def value(source: Random, depth: int = 2, words: Sequence[Any] = ()) -> Any:
    """Any JSON value."""
    kind = source.random()
    if depth and kind < 0.15:
        return {_word(source, words): value(source, depth - 1, words) for _ in range(source.randint(0, 3))}
    if depth and kind < 0.3:
        return [value(source, depth - 1, words) for _ in range(source.randint(0, 3))]
    if words and kind < 0.6:
        return source.choice(words)
    return source.choice((None, True, False, source.choice(NUMBERS), source.choice(TEXTS), source.choice(TEXTS)))


def _word(source: Random, words: Sequence[Any]) -> str:
    found = source.choice(words) if words and source.random() < 0.5 else source.choice(TEXTS)
    return found if isinstance(found, str) else "a"


def _times(source: Random) -> int:
    """Mostly one change, sometimes several."""
    times = 1
    while times < 8 and source.random() < 0.4:
        times += 1
    return times


def _length(source: Random) -> int:
    """A length up to `LARGEST`, all orders of magnitude alike."""
    return int(10 ** source.uniform(3, 6)) - 1


def _slice(source: Random, length: int) -> tuple[int, int]:
    """The ends of a slice, mostly a short one."""
    first = source.randint(0, length)
    last = source.randint(first, length) if source.random() < 0.2 else min(length, first + source.randint(0, 12))
    return first, last


# ------------------------------------------------------------------------------------------------ texts


def _cut(source: Random, seed: str, _: Sequence[str]) -> str:
    first, last = _slice(source, len(seed))
    return seed[:first] + seed[last:]


def _repeated(source: Random, seed: str, _: Sequence[str]) -> str:
    first, last = _slice(source, len(seed))
    return seed[:last] + seed[first:last] * source.randint(1, 20) + seed[last:]


def _put_in(source: Random, seed: str, words: Sequence[str]) -> str:
    first, last = _slice(source, len(seed)) if source.random() < 0.5 else (source.randint(0, len(seed)),) * 2
    return seed[:first] + source.choice((source.choice(words), source.choice(TEXTS))) + seed[last:]


def _swapped(source: Random, seed: str, _: Sequence[str]) -> str:
    first, middle = _slice(source, len(seed))
    last = min(len(seed), middle + source.randint(0, 12))
    return seed[:first] + seed[middle:last] + seed[first:middle] + seed[last:]


def _ended(source: Random, seed: str, _: Sequence[str]) -> str:
    return seed[: source.randint(0, len(seed))]


def _cased(source: Random, seed: str, _: Sequence[str]) -> str:
    first, last = _slice(source, len(seed))
    return seed[:first] + seed[first:last].swapcase() + seed[last:]


def _other_line(source: Random, seed: str, _: Sequence[str]) -> str:
    """One line moved to another place, or there again, or indented."""
    lines = seed.split("\n")
    line = source.choice(lines)
    lines.insert(source.randint(0, len(lines)), source.choice(("", " ", "  ", "- ")) + line)
    if source.random() < 0.5:
        lines.remove(line)
    return "\n".join(lines)


_OF_TEXT: tuple[Callable[[Random, str, Sequence[str]], str], ...] = (
    *(_cut, _repeated, _put_in, _put_in, _put_in, _swapped, _ended, _cased, _other_line),
)


def _long(source: Random, seed: str) -> str:
    """A text in which a part stands very often, numbered if that is how it is made."""
    first, last = _slice(source, len(seed))
    part = seed[first:last] or source.choice(TEXTS) or "a"
    times = _length(source) // (len(part) + 6)
    more = part * times if source.random() < 0.5 else "".join(f"{part}{number}" for number in range(times))
    return seed[:last] + more + seed[last:]


# ------------------------------------------------------------------------------------------------ bytes


def _flipped(source: Random, seed: bytes) -> bytes:
    place = source.randrange(len(seed) + 1)
    return (
        seed[:place] + bytes(byte ^ (1 << source.randrange(8)) for byte in seed[place : place + 1]) + seed[place + 1 :]
    )


def _byte(source: Random, seed: bytes) -> bytes:
    place = source.randrange(len(seed) + 1)
    return (
        seed[:place]
        + source.choice((b"\0", b"\t", b"\n", b"\r", b" ", b"0", b"9", b"\x80", b"\xff"))
        + seed[place + 1 :]
    )


def _cut_bytes(source: Random, seed: bytes) -> bytes:
    first, last = _slice(source, len(seed))
    return seed[:first] + seed[last:]


def _repeated_bytes(source: Random, seed: bytes) -> bytes:
    first, last = _slice(source, len(seed))
    return seed[:last] + seed[first:last] * source.randint(1, 20) + seed[last:]


def _ended_bytes(source: Random, seed: bytes) -> bytes:
    return seed[: source.randint(0, len(seed))]


def _drawn(source: Random, seed: bytes) -> bytes:
    first, last = _slice(source, len(seed))
    return seed[:first] + source.randbytes(source.randint(0, 8)) + seed[last:]


_OF_BYTES: tuple[Callable[[Random, bytes], bytes], ...] = (
    *(_flipped, _flipped, _byte, _cut_bytes, _repeated_bytes, _ended_bytes, _drawn),
)


# ------------------------------------------------------------------------------------------------- JSON


def _changed(source: Random, seed: Any, words: Sequence[Any]) -> Any:
    """A value with one thing in it changed."""
    places = _places(seed)
    path = source.choice(places)
    return _put(seed, path, lambda old: source.choice(_OF_JSON)(source, old, words, seed))


def _places(seed: Any) -> list[tuple[Any, ...]]:
    """The paths of the values in a value, the first of them if there are very many."""
    found: list[tuple[Any, ...]] = [()]
    waiting: list[tuple[tuple[Any, ...], Any]] = [((), seed)]
    while waiting and len(found) < _MOST_PLACES:
        path, item = waiting.pop(0)
        pairs = item.items() if isinstance(item, dict) else enumerate(item) if isinstance(item, list) else ()
        for key, inner in pairs:
            found.append((*path, key))
            waiting.append(((*path, key), inner))
    return found


def _at(seed: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        seed = seed[key]
    return seed


def _put(seed: Any, path: tuple[Any, ...], made: Callable[[Any], Any]) -> Any:
    """A value with another one at a path; what is around it is copied, what is beside it is not."""
    if not path:
        return made(seed)
    copy = dict(seed) if isinstance(seed, dict) else list(seed)
    copy[path[0]] = _put(seed[path[0]], path[1:], made)
    return copy


def _replaced(source: Random, _: Any, words: Sequence[Any], __: Any) -> Any:
    return value(source, 2, words)


def _from_elsewhere(source: Random, _: Any, __: Sequence[Any], whole: Any) -> Any:
    return _at(whole, source.choice(_places(whole)))


def _wrapped(source: Random, old: Any, words: Sequence[Any], _: Any) -> Any:
    return source.choice(([old], [old, old], {_word(source, words): old}, str(old)[:200]))


def _inside(source: Random, old: Any, words: Sequence[Any], whole: Any) -> Any:
    """A container with a key or an item more, less, or with another name; a scalar that is a little different."""
    if isinstance(old, dict):
        copy = dict(old)
        if copy and source.random() < 0.6:
            key = source.choice(list(copy))
            item = copy.pop(key)
            if source.random() < 0.5:
                copy[text(source, str(key)) if source.random() < 0.5 else _word(source, words)] = item
        else:
            copy[_word(source, words)] = value(source, 2, words)
        return copy
    if isinstance(old, list):
        items = list(old)
        if items and source.random() < 0.5:
            items.pop(source.randrange(len(items)))
        else:
            items.insert(source.randint(0, len(items)), source.choice(items) if items else value(source, 1, words))
        return items
    if isinstance(old, str):
        return text(source, old, [word for word in words if isinstance(word, str)])
    if isinstance(old, int | float) and not isinstance(old, bool):
        return source.choice((old + 1, old - 1, -old, float(old) if abs(old) < 10**300 else old, str(old)))
    return _replaced(source, old, words, whole)


_OF_JSON: tuple[Callable[[Random, Any, Sequence[Any], Any], Any], ...] = (
    *(_inside, _inside, _inside, _replaced, _from_elsewhere, _wrapped),
)


def _grown(source: Random, seed: Any) -> Any:
    """A value that has very much of one thing: keys, items (the same, or each another), letters, or levels."""
    path = source.choice(_places(seed))
    length = _length(source) // 2
    kind = source.choice(("keys", "items", "others", "letters", "levels"))
    old = _at(seed, path)
    if kind == "keys":
        start = old if isinstance(old, dict) else {}
        inner = source.choice(list(start.values())) if start else old
        times = length // (len(json_module.dumps(inner)) + 12)
        return _put(seed, path, lambda _: {**start, **{f"a{n}": _numbered(inner, n) for n in range(times)}})
    if kind in ("items", "others"):
        inner = source.choice(old) if isinstance(old, list) and old else old
        times = length // (len(json_module.dumps(inner)) + 6)
        items = [inner] * times if kind == "items" else [_numbered(inner, n) for n in range(times)]
        return _put(seed, path, lambda _: items)
    if kind == "letters":
        word = source.choice(TEXTS) or "a"
        return _put(seed, path, lambda _: word * (length // (len(json_module.dumps(word)))))
    depth = min(length // 2, source.choice((50, 100, 200, 400)))  # json itself goes no deeper than Python calls
    return _put(seed, path, lambda inner: _nested(inner, depth, source.random() < 0.5))


def _numbered(old: Any, number: int) -> Any:
    """A value with a number in the first text in it, so that it is another one each time."""
    if isinstance(old, str):
        return f"{old}{number}"
    if isinstance(old, list):
        return [_numbered(old[0], number), *old[1:]] if old else old
    if isinstance(old, dict):
        return {key: _numbered(item, number) if place == 0 else item for place, (key, item) in enumerate(old.items())}
    return old


def _nested(inner: Any, depth: int, in_lists: bool) -> Any:
    for _ in range(depth):
        inner = [inner] if in_lists else {"a": inner}
    return inner

"""Finds the operations that the method and path of a request may mean.

It knows paths and names of parameters, not versions. `Api.match` decides whether an operation exists at a version, and
what the answer is if none does.
"""

from __future__ import annotations

from ..values.frozen import EMPTY, frozendict, kept

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Names = tuple[tuple[str, int], ...]
    """The names in a template, each with the position of its value among the words of a path."""
    Template = tuple[str, Sequence[str]]
    """A key and its words."""

_PROJECT_ID = "0123456789abcdef-"


class Router:
    """Finds operation keys (``METHOD /path`` with names in braces, without actions) by a concrete path.

    The words of all templates are a tree, so that the cost depends only on the words of the path, not on the number of
    templates. Repeated slashes count as one, as in the URL map of Nova; a slash at the end makes a different path.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        templates: dict[str, list[Template]] = {}
        for key in dict.fromkeys(key.partition("#")[0] for key in keys):
            method, _, path = key.partition(" ")
            templates.setdefault(method, []).append((key, _words(path)))
        self._trees = {method: Place(found, depth=0) for method, found in templates.items()}
        self._first_words = {words[1] for found in templates.values() for _, words in found}

    def find(self, method: str, path: str) -> Iterator[tuple[str, frozendict[str, str]]]:
        """The keys that match, with the values of the names in their paths; the one with more literal words first.

        A leading project id (hexadecimal digits and hyphens) is skipped.
        """
        place, words = self.place(method, path)
        return ((key, place.values(key, words)) for key in place.templates)

    def warm(self) -> None:
        """Let all places branch."""
        stack = [*self._trees.values()]
        while stack:
            after, otherwise = stack.pop().branches
            stack += [place for place in (*after.values(), otherwise) if place is not _NOWHERE]

    def place(self, method: str, path: str) -> tuple[Place, Sequence[str]]:
        """The place to which a path leads, with the keys that `find` gives, and the words of the path."""
        words = path.split("/") if "//" not in path else _words(path)
        if len(words) > 2 and (first := words[1]) not in self._first_words and first and not first.strip(_PROJECT_ID):
            del words[1]
        place = self._trees.get(method.upper(), _NOWHERE)
        for word in words:
            after, any_other = place.branches
            place = after.get(word, any_other)
        return place, words


def _words(path: str) -> list[str]:
    """The words of a path; the first is the empty one before the first slash."""
    first, *words = path.split("/")
    return [first, *filter(None, words[:-1]), *words[-1:]]


class Place:
    """A place in the tree: the templates that have the words on the way to it, or names instead of them.

    A template with a name is also in the branch of each word that others have there, so that a path has only one way to
    go. A place branches when the first path reaches it: only words of templates make places, never those of paths.
    """

    def __init__(self, *begun: Iterable[Template], depth: int) -> None:
        self._begun, self._depth = begun, depth

    @kept
    def templates(self) -> Mapping[str, Names]:
        """Those that end here, in the order of `Router.find`."""
        ended = (template for some in self._begun for template in some if len(template[1]) == self._depth)
        found = [
            (key, tuple((word[1:-1], i) for i, word in enumerate(words) if _is_name(word))) for key, words in ended
        ]
        return dict(sorted(found, key=lambda entry: (len(entry[1]), entry[0])))

    def values(self, key: str, words: Sequence[str]) -> frozendict[str, str]:
        """The values of the names in a template, from the words of a path."""
        names = self.templates[key]
        if not names:
            return EMPTY
        found = {}
        for name, place in names:  # a comprehension takes twice as long
            found[name] = words[place]
        return frozendict(found)

    @kept
    def branches(self) -> tuple[Mapping[str, Place], Place]:
        """The places by the next word, and the place for any other word."""
        by_word: dict[str, list[Template]] = {}
        named: list[Template] = []
        for template in (template for some in self._begun for template in some):
            for word in template[1][self._depth : self._depth + 1]:
                (named if _is_name(word) else by_word.setdefault(word, [])).append(template)
        after = {word: Place(found, named if word else (), depth=self._depth + 1) for word, found in by_word.items()}
        after.setdefault("", _NOWHERE)  # no name has an empty value
        return after, Place(named, depth=self._depth + 1) if named else _NOWHERE


def _is_name(word: str) -> bool:
    """Whether it matches any word."""
    return word.startswith("{")


_NOWHERE = Place(depth=0)
"""Where no template leads."""

"""Takes out of a value what its schema does not know: properties that a closed object may not have, at any depth.

What makes a value wrong in another way stays in it. Of a union, the form that accepts the rest of the value and keeps
the most of it decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .patterns import matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Rule = Callable[[Any], Any]
    """Gives a value without what does not belong in it: the same value if everything does, else a copy."""


class Pruner:
    """Prunes values by a schema.

    `document` is a self-contained schema. `accepts` tells for a part of it, which may refer to the rest, whether it
    accepts a value.
    """

    def __init__(self, document: dict[str, Any], accepts: Callable[[Any, Any], bool]) -> None:
        self._document, self._accepts = document, accepts
        self._rules: dict[int, Rule | None] = {}
        self._top = self._rule(document)

    def prune(self, value: Any) -> Any:
        """The value without what does not belong in it. Shares what it keeps with the value, which does not change."""
        return self._top(value) if self._top else value

    def _rule(self, node: Any) -> Rule | None:
        """The rule of a schema; None if it never takes anything away."""
        if not isinstance(node, dict):
            return None
        key = id(node)  # the document keeps all of its nodes
        if key not in self._rules:
            self._rules[key] = lambda value: self._known(key, value)  # for a schema that contains itself
            self._rules[key] = _all_of([*self._parts(node)])
        return self._rules[key]

    def _known(self, key: int, value: Any) -> Any:
        rule = self._rules[key]
        return rule(value) if rule else value

    def _parts(self, node: dict[str, Any]) -> Iterator[Rule | None]:
        """The rules of the keywords of a schema."""
        if "$ref" in node:
            yield self._rule(self._document["$defs"][node["$ref"].removeprefix("#/$defs/")])
        for part in node.get("allOf", ()):
            yield self._rule(part)
        for keyword in ("anyOf", "oneOf"):
            if keyword in node:
                yield self._of_union(node[keyword])
        if "if" in node:
            yield self._of_condition(node)
        yield self._of_object(node)
        yield self._of_array(node)

    def _of_object(self, node: dict[str, Any]) -> Rule | None:
        rules = {name: self._rule(schema) for name, schema in node.get("properties", {}).items()}
        by_pattern = [(name, self._rule(schema)) for name, schema in node.get("patternProperties", {}).items()]
        others = node.get("additionalProperties", True)
        rule_of_others, is_closed = self._rule(others), others is False
        if not (is_closed or rule_of_others or any(rules.values()) or any(rule for _, rule in by_pattern)):
            return None

        def prune(value: Any) -> Any:
            if not isinstance(value, dict):
                return value
            kept = {}
            is_same = True
            for name, item in value.items():
                fitting = [rule for pattern, rule in by_pattern if matches(pattern, name)] if by_pattern else []
                if name in rules:
                    fitting.append(rules[name])
                elif not fitting:
                    if is_closed:
                        is_same = False
                        continue
                    fitting.append(rule_of_others)
                pruned = item
                for rule in fitting:
                    pruned = rule(pruned) if rule else pruned
                is_same = is_same and pruned is item
                kept[name] = pruned
            return value if is_same else kept

        return prune

    def _of_array(self, node: dict[str, Any]) -> Rule | None:
        first = [self._rule(schema) for schema in node.get("prefixItems", ())]
        rest = self._rule(node.get("items"))
        if not (rest or any(first)):
            return None

        def prune(value: Any) -> Any:
            if not isinstance(value, (list, tuple)):
                return value
            kept = [*value]
            for number, item in enumerate(value):
                rule = first[number] if number < len(first) else rest
                kept[number] = rule(item) if rule else item
            return value if all(map(_is, kept, value)) else kept

        return prune

    def _of_union(self, branches: Sequence[Any]) -> Rule | None:
        rules = [(branch, self._rule(branch)) for branch in branches]
        if not any(rule for _, rule in rules):
            return None

        def prune(value: Any) -> Any:
            best, most = value, -1
            for branch, rule in rules:
                pruned = rule(value) if rule else value
                size = most + 1 if pruned is value else _size(pruned)
                if size > most and self._accepts(branch, pruned):
                    if pruned is value:
                        return value
                    best, most = pruned, size
            return best

        return prune

    def _of_condition(self, node: dict[str, Any]) -> Rule | None:
        condition, then, otherwise = node["if"], self._rule(node.get("then")), self._rule(node.get("else"))
        if not (then or otherwise):
            return None

        def prune(value: Any) -> Any:
            rule = then if self._accepts(condition, value) else otherwise
            return rule(value) if rule else value

        return prune


def _all_of(rules: Sequence[Rule | None]) -> Rule | None:
    """The rules one after another; None if there are none."""
    found = [rule for rule in rules if rule]
    if len(found) < 2:
        return found[0] if found else None

    def prune(value: Any) -> Any:
        for rule in found:
            value = rule(value)
        return value

    return prune


def _is(first: object, second: object) -> bool:
    return first is second


def _size(value: Any) -> int:
    """How many values there are in a value."""
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    if isinstance(value, (list, tuple)):
        return 1 + sum(map(_size, value))
    return 1

"""The history as Markdown: what the specification says, version by version."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..changes import Change
    from ..history import History
    from ..microversion import Microversion


def coverage(history: History) -> str:
    """A page that lists for each microversion its description, features, behaviors and changes."""
    lines = [
        f"# {history.service.title}, version by version",
        "",
        "Everything that the specification says of each microversion. Generated; do not edit.",
    ]
    for item in history:
        lines += _version(item)
    return "\n".join(lines) + "\n"


def _version(item: Microversion) -> Iterator[str]:
    yield ""
    yield f"## {item.version}: {item.title}"
    yield ""
    yield f"*{item.release.name if item.release else 'No release yet'}.* {item.description}"
    entries = [f"- feature **{name}**: {text}" for name, text in item.features.items()]
    entries += [f"- feature **{name}** ends: {text}" for name, text in item.removed_features.items()]
    for name, behavior in item.behaviors.items():
        where = f" ({', '.join(f'`{key}`' for key in behavior.operations)})" if behavior.operations else ""
        entries.append(f"- behavior **{name}**: {behavior.text}{where}")
    entries += [_change(change) for change in item.changes if change.verb != "add-behavior"]
    if entries:
        yield ""
        yield from entries


def _change(change: Change) -> str:
    why = f": {change.why}" if change.why else ""
    return f"- {change.verb.partition('-')[0]} {_code(change)}{why}"


def _code(change: Change) -> str:
    noun, _, rest = change.element.partition(change.target)
    return f"{noun}`{change.target}`{rest}"

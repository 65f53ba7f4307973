"""The specification of a command, the names of its versions, and completion of its names."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from ..values.errors import InvalidVersion, MicrospecError, did_you_mean
from ..values.version import Version, VersionRange, VersionSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    import click

    from ..authoring.sources import Sources
    from ..history import History

LATEST = "latest"
"""The name of the highest version."""


class Session:
    """The specification of a command, the bundled one or a folder, and the key of the `release` if given."""

    def __init__(self, spec: str | None, release: str | None = None) -> None:
        self.spec, self.release = spec, release

    @functools.cached_property
    def history(self) -> History:
        """The history of the specification, as of the release. Raises UnknownName for a release that does not exist."""
        from .. import load

        found = load() if self.spec is None else load(self.spec)
        return found if self.release is None else found.as_of(self.release)

    @property
    def folder(self) -> Path:
        """The folder of the specification."""
        from pathlib import Path

        from ..loading import folder_of

        return Path(folder_of("compute" if self.spec is None else self.spec))

    @property
    def given(self) -> str | None:
        """The given folder; None for a bundled specification."""
        from ..loading import is_bundled

        return None if self.spec is None or is_bundled(self.spec) else str(self.folder)

    def read(self) -> Sources:
        """Read the files again, to get their mistakes and locations."""
        from ..authoring.tree import read_tree

        return read_tree(self.folder)

    @functools.cached_property
    def names(self) -> dict[str, Version]:
        """The names of versions: latest for the highest one, and the key of each release for its highest one."""
        releases = {release.key.lower(): release.max_version for release in self.history.releases.values()}
        return {LATEST: self.history._source.spoken, **releases}

    @property
    def latest(self) -> Version:
        """The highest version, or the highest one of the release if one is given."""
        return self.names[LATEST]

    def version(self, text: str) -> Version:
        """The version for a text or a name. Raises InvalidVersion for anything else."""
        try:
            return Version(text)
        except InvalidVersion as error:
            found = self.names.get(text.lower())
            if found is None:
                raise InvalidVersion(text, f"{error.reason}, or latest, or a release{self.hint(text)}") from error
            return found

    def spoken(self, text: str) -> VersionSet:
        """The versions of a server or a client: a set, in which versions may have names, or all up to a named one.

        Raises InvalidVersionSet.
        """
        import re

        last = self.names.get(text.lower()) if text[:1].isalpha() else None
        if last is not None:
            return VersionSet([VersionRange(self.history.min_version, last)])
        return VersionSet(re.sub(r"\b[A-Za-z]\w+", lambda match: str(self.names.get(match[0].lower(), match[0])), text))

    def hint(self, text: str) -> str:
        """A hint at the names of versions that are near a misspelt one, as the end of a sentence; or nothing."""
        return did_you_mean(text.lower(), self.names)


def session_of(ctx: click.Context | None) -> Session:
    """The session of a command whose arguments are being parsed."""
    found = ctx.find_object(Session) if ctx else None
    return found or Session(None)


def known(ctx: click.Context, *kinds: str) -> list[str]:
    """The names of some kinds; none if the specification cannot be read."""
    try:
        return [name for kind in kinds for name in _names(session_of(ctx), kind)]
    except (MicrospecError, OSError):
        return []


def complete_with(*kinds: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Completes names of these kinds."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        return [name for name in known(ctx, *kinds) if name.startswith(incomplete)]

    return complete


def _names(session: Session, kind: str) -> Iterable[str]:
    history = session.history
    if kind == "versions":
        return [*session.names, *map(str, history.versions)]
    if kind == "releases":
        return history.releases
    if kind == "features":
        return history.features
    if kind == "operations":
        return history.known
    if kind == "definitions":
        return history.at(history.max_version).definitions
    if kind == "resources":
        return dict.fromkeys(item.resource for item in history.at(history.max_version).definitions.values())
    return dict.fromkeys(history._source.timelines()[kind].names)

"""What all documents of a history share, whatever their version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...values.errors import InvalidElement
from .lifetimes import Lifetimes
from .naming import Ids
from .schemas import Schemas

if TYPE_CHECKING:
    from ...model.api import Api
    from ...model.source import Source
    from ...values.version import VersionSet


class Shared:
    """The service, the ids of its operations, the lifetimes of its elements, and its schemas."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.service = source.service()
        self.every_version: VersionSet = source.set_of(source.versions)
        self.ids = Ids(source.known())
        self.lifetimes = source.kept(Lifetimes)
        self.schemas = source.kept(Schemas)


def shared_by(api: Api) -> Shared:
    """What the documents of the history of an API share. Raises InvalidElement for an Api without a history."""
    found = api._directory.shared(Shared)
    if found is None:
        raise InvalidElement(
            str(api.version), "this Api has no history, as if it was unpickled; take one of History.at"
        )
    return found

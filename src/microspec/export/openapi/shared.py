"""What all documents of a history share, whatever their version."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from ...schema.merged import Merged
from ...schema.standalone import any_of, document
from ...values.errors import InvalidElement
from .lifetimes import Lifetimes
from .naming import Ids
from .schemas import Schemas
from .text import phrase

if TYPE_CHECKING:
    from ...model.api import Api
    from ...model.source import Source
    from ...schema.standalone import Document
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
        self._errors: dict[tuple[Document, int], Any] = {}

    def error(self, api: Api, status: int) -> Any:
        """The body of an error as an example; None if the errors of the service have another form.

        They are objects with one key, the kind of the error, over a code and a message.
        """
        name = api.common.error_body
        if name is None:
            return None
        of_errors = document(any_of([name]), api._standards)
        if (of_errors, status) not in self._errors:
            from ...schema.validator import validator  # which imports the engine

            accepts = validator(of_errors).accepts
            kinds = Merged(api.schemas[name], api.schemas).properties
            bodies = ({kind: {"code": status, "message": phrase(status)}} for kind in kinds)
            self._errors[of_errors, status] = next(filter(accepts, bodies), None)
        return deepcopy(self._errors[of_errors, status])


def shared_by(api: Api) -> Shared:
    """What the documents of the history of an API share. Raises InvalidElement for an Api without a history."""
    found = api._directory.shared(Shared)
    if found is None:
        raise InvalidElement(
            str(api.version), "this Api has no history, as if it was unpickled; take one of History.at"
        )
    return found

"""Types of bodies: pydantic models of what an operation takes and answers at a version.

    >>> import microspec
    >>> from microspec import models
    >>> operation = microspec.load().at("2.53")["POST /os-keypairs"]
    >>> KeypairCreateRequest = models.request(operation)
    >>> KeypairCreateRequest.model_validate({"keypair": {"name": "mine"}}).keypair.name
    'mine'

docs/models.md says what the models do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import BaseModel

    from .model.operation import Operation

__all__ = ["request", "response"]


def request(operation: Operation) -> type[BaseModel] | None:
    """The model of the request body of an operation, or None if it ignores bodies.

    Operations and versions with the same schema share it. Making it takes some milliseconds, once.
    """
    from .export.models.runtime import of_document

    document = operation._request_document()
    return of_document(document) if document else None


def response(operation: Operation, status: int | None = None) -> type[BaseModel] | None:
    """The model of an answer's body, or None if it has none.

    `status` is by default the lowest success status. If several answers have this status, the model accepts the body
    of any of them. Raises UnknownName for a status that the operation never answers with.
    """
    from .export.models.runtime import of_document

    document = operation._answer_document(status)
    return of_document(document) if document else None

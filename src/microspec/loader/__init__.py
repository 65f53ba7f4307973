"""Reading a specification: YAML, document models, places. Needed to author and build, not to ask."""

from __future__ import annotations

from .tree import load_tree, read_tree

__all__ = ["language_schema", "load_tree", "read_tree"]


def language_schema(kind: str) -> dict[str, object]:
    """The JSON Schema of a kind of file (service, common, resource, version, suppressions), for editors.

    Raises UnknownName for another kind.
    """
    from ..errors import UnknownName
    from ..schemas import DIALECT
    from .documents import DOCUMENTS

    if kind not in DOCUMENTS:
        raise UnknownName("kind of file", kind, DOCUMENTS)
    return {"$schema": DIALECT, **DOCUMENTS[kind].model_json_schema()}

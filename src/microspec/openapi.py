"""An API as OpenAPI 3.1, at one version or at all of them: what `microspec.export.openapi` writes."""

from __future__ import annotations

from .export.openapi.cumulative import cumulative
from .export.openapi.document import document

__all__ = ["cumulative", "document"]

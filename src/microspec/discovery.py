"""Version documents: what `microspec.http.discovery` reads and writes."""

from __future__ import annotations

from .http.discovery import Document, Endpoint, Link, MediaType, emit, nova, parse

__all__ = ["Document", "Endpoint", "Link", "MediaType", "emit", "nova", "parse"]

"""The gate of an API server: from a request to its operation at a version, and from an answer to that of the version.

`microspec.wsgi` and `microspec.asgi` are thin middleware over it.
"""

from __future__ import annotations

from .admitted import Admitted
from .errors import Refused
from .gate import Gate

__all__ = ["Admitted", "Gate", "Refused"]

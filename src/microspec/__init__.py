"""Microversioned APIs as data: what an API is at each version, what changed, and since when.

>>> import microspec
>>> compute = microspec.load()
>>> str(compute.availability("POST /servers", request="/server/networks/*/tag"))
'2.32-2.36, 2.42-'
"""

from __future__ import annotations

from .errors import (
    InvalidElement,
    InvalidVersion,
    InvalidVersionSet,
    MicrospecError,
    NoSuchRoute,
    SpecificationError,
    UnknownName,
    UnknownOperation,
    UnknownVersion,
    ValidationError,
)
from .version import Version, VersionRange, VersionSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from .history import History

__version__ = "0.1.0"

__all__ = [
    "InvalidElement",
    "InvalidVersion",
    "InvalidVersionSet",
    "MicrospecError",
    "NoSuchRoute",
    "SpecificationError",
    "UnknownName",
    "UnknownOperation",
    "UnknownVersion",
    "ValidationError",
    "Version",
    "VersionRange",
    "VersionSet",
    "load",
]


def load(spec: str | Path = "compute") -> History:
    """The history of a service: of a bundled one by its name, or of a folder of YAML by its path.

    Raises UnknownName for a name that is not bundled, `SpecificationError` for a folder with
    mistakes, all of them.
    """
    from .bundle import load_service

    return load_service(spec)

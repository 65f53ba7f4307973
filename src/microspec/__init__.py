"""Microversioned APIs as data: what an API is at each version, what changed, and since when.

    >>> import microspec
    >>> compute = microspec.load()
    >>> str(compute.availability("POST /servers", request="/server/networks/*/tag"))
    '2.32-2.36, 2.42-'

Names are imported when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from . import discovery, headers
    from .errors import (
        ArtifactError,
        InvalidDocument,
        InvalidElement,
        InvalidVersion,
        InvalidVersionSet,
        MicrospecError,
        NoSuchRoute,
        RefusedVersion,
        SpecificationError,
        TrafficError,
        UnknownName,
        UnknownOperation,
        UnknownVersion,
        Unsupported,
        ValidationError,
    )
    from .history import History
    from .version import Version, VersionRange, VersionSet

__version__ = "0.1.0"

__all__ = [
    "ArtifactError",
    "InvalidDocument",
    "InvalidElement",
    "InvalidVersion",
    "InvalidVersionSet",
    "MicrospecError",
    "NoSuchRoute",
    "RefusedVersion",
    "SpecificationError",
    "TrafficError",
    "UnknownName",
    "UnknownOperation",
    "UnknownVersion",
    "Unsupported",
    "ValidationError",
    "Version",
    "VersionRange",
    "VersionSet",
    "discovery",
    "headers",
    "load",
]

_MODULES = ("discovery", "headers")


def load(spec: str | Path = "compute") -> History:
    """The history of a service: of a bundled one by its name, or of a folder by its path.

    The folder holds YAML, or what `microspec build` made of it. Raises UnknownName for a name that is
    not bundled, `SpecificationError` for YAML with mistakes (all of them), `ArtifactError` for an
    artifact that is not whole.
    """
    from .bundle import load_service

    return load_service(spec)


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in _MODULES:
        __import__(f"{__name__}.{name}")
        return globals()[name]
    if name.startswith("Version"):
        from . import version as module
    else:
        from . import errors as module  # type: ignore[no-redef]
    found = globals()[name] = getattr(module, name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)

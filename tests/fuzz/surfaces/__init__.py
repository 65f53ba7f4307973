"""The surfaces, by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .artifacts import Artifacts
from .commands import Commands
from .discovery import Discovery
from .headers import Headers
from .loader import Loader
from .pointers import Pointers
from .suppressions import Suppressions
from .traffic import Traffic
from .validators import Validators
from .versions import Versions

if TYPE_CHECKING:
    from .base import Surface

SURFACES: dict[str, Surface] = {
    surface.name: surface
    for surface in (
        *(Headers(), Discovery(), Versions(), Pointers(), Validators()),
        *(Suppressions(), Traffic(), Artifacts(), Loader(), Commands()),
    )
}
"""All of them, the quick ones first."""

"""The highest version that is described, for tests that mean it and not a certain one.

In the vectors it is written as ``{highest}``, and the ones after it, which are not described yet, as
``{highest+1}`` and so on. A test of what a certain version says names that version.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

import microspec
from microspec import Version

HIGHEST = microspec.load().max_version


def after(number: int) -> Version:
    """The version that comes so many after the highest one."""
    return Version((HIGHEST.major, HIGHEST.minor + number))


def vectors(name: str) -> Any:
    """The vectors in a file, with numbers in the place of ``{highest}``."""
    text = (Path(__file__).parent / "vectors" / name).read_text(encoding="utf-8")
    return yaml.safe_load(re.sub(r"\{highest(?:\+(\d+))?\}", lambda found: str(after(int(found[1] or 0))), text))

"""Compiles the bundled specification into the wheel."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileSpecification(BuildHookInterface[Any]):
    """Puts the compiled artifact beside the YAML; an editable install has none, and makes its own."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the artifact, and have it packed."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        from microspec.artifact import TEXTS
        from microspec.authoring.build import compiled
        from microspec.values.files import writing

        folder = root / "build" / "compiled"
        with writing(folder) as texts:
            texts.update(compiled(root / "spec")[1])
        for name in TEXTS:
            build_data["force_include"][str(folder / name)] = f"microspec/services/compute/.compiled/{name}"

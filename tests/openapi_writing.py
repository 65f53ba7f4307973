"""Writes the OpenAPI documents of all versions, and the one of all of them: ``python openapi_writing.py DIR``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import microspec
from microspec import openapi


def main(folder: Path) -> None:
    """Write a file for each version, named by it."""
    folder.mkdir(exist_ok=True)
    compute = microspec.load()
    documents = {str(version): openapi.document(compute.at(version)) for version in compute.versions}
    for name, document in {**documents, "all": openapi.cumulative(compute)}.items():
        (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

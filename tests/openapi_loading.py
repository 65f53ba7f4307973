"""Loads OpenAPI documents in schemathesis: ``python openapi_loading.py FILE…``. It runs where schemathesis is."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import schemathesis  # type: ignore[import-not-found]


def main(names: list[str]) -> None:
    """Load each document, and each of its operations with its parameters and bodies."""
    for name in names:
        document = json.loads(Path(name).read_text(encoding="utf-8"))
        loaded = schemathesis.openapi.from_dict(document)
        operations = [result.ok() for result in loaded.get_all_operations()]
        expected = sum(len(methods) for methods in document["paths"].values())
        if len(operations) != expected:
            raise SystemExit(f"{name}: {len(operations)} of {expected} operations are loaded")
    print(f"schemathesis loads {len(names)} documents")


if __name__ == "__main__":
    main(sys.argv[1:])

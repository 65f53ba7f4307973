"""Every diagnostic of lint: its code and its meaning. The reference page is generated from this table."""

from __future__ import annotations

from ..schema.walk import MOST_LEVELS, MOST_PARTS
from .yaml import MAX_MISTAKES

CODES: dict[str, str] = {
    # the file
    "unreadable": "The file or folder does not exist, or cannot be read.",
    "stray-file": "The file does not belong in this folder.",
    "missing-file": "A required file or folder does not exist.",
    "too-large": "The file is far larger than any real one, and was not read.",
    "too-many-mistakes": f"The file has more than {MAX_MISTAKES:,} mistakes. The others are not reported.",
    "not-utf8": "The file is not UTF-8.",
    "empty-file": "The file is empty.",
    # the YAML
    "yaml-syntax": "The file is not valid YAML.",
    "several-documents": "The file has more than one YAML document.",
    "too-deep": "The file is nested far deeper than any real one.",
    "alias": "The file uses an anchor or an alias. The language has neither: they hide content, and can be bombs.",
    "tag": "The file uses a tag. Tags are not part of the language.",
    "duplicate-key": "A mapping has the same key twice. YAML would silently use the last one.",
    "wrong-key": "A key is not text, or contains a control character.",
    "float": "A value is a floating-point number. Versions are written as text, because the number 2.10 is 2.1.",
    "ambiguous-scalar": "An unquoted value that YAML parsers disagree about (yes, off, 0x1f, a date, an empty value).",
    # the form of a document
    "unknown-key": "The key is not allowed here.",
    "missing-key": "A required key is missing.",
    "unknown-kind": "The first key of a change is not a kind of change.",
    "wrong-type": "The value has the wrong type for its key.",
    "wrong-value": "The key does not allow this value.",
    "wrong-pattern": "The regular expression is not valid, or not supported.",
    "openness": "An object schema does not say whether it allows other properties.",
    "wrong-schema": "The JSON Schema is not valid, or contradicts itself.",
    # the tree
    "wrong-file-name": "The name of the file and the version in it differ.",
    "gap": "A microversion between the first and the last one has no file.",
    "no-feature": "A microversion adds no feature or behavior, and removes no feature.",
    "duplicate-name": "A resource, schema, query or operation is defined twice, or a behavior is named like a feature.",
    "unknown-name": "Nothing of this kind has this name.",
    "endless": "A schema refers to itself for the same value, so it never describes the value.",
    "schema-too-large": f"With all its references expanded, a schema has more than {MOST_PARTS:,} parts or "
    f"{MOST_LEVELS} levels.",
    "unused-schema": "No operation uses the schema at any version, or from some version on.",
    "undescribed-parameter": "A name in the path of an operation has no description or no schema.",
    "second-name": "The same part of the paths of two operations has two names, but the same schema.",
    "undescribed-version": "A release supports a version above the highest one that has a file, or none.",
    # the fold
    "already-exists": "A change adds something that exists.",
    "not-found": "A change removes or alters something that does not exist.",
    "not-the-present-value": "A change alters from a value that is not the current one.",
    "nothing-to-do": "A change changes nothing.",
    "wrong-kind": "The kind of the change does not fit its target.",
    "never-holds": "A change holds in no release, or in none that supports its version.",
    "outlived": "A behavior is not removed, but something that it is about, or one of its operations or statuses, is.",
    "contradiction": "Two behaviors about the same elements explain the same status.",
    "still-used": "A schema is removed while something refers to it.",
}

HARMLESS = frozenset({"unused-schema", "undescribed-parameter", "second-name", "undescribed-version"})
"""What is a mistake although the rest of the specification means the same with it and without it."""

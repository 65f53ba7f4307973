"""Every diagnostic of lint: its code and what it means. The reference page is made of this table."""

from __future__ import annotations

from ..schema.walk import MOST_LEVELS, MOST_PARTS

CODES: dict[str, str] = {
    # the file
    "unreadable": "The file or folder is not there, or the system does not let it be read.",
    "stray-file": "A file stands where the tree has no place for it.",
    "missing-file": "A file or folder that every specification has is not there.",
    "too-large": "The file is longer than any sensible one; it was not read.",
    "not-utf8": "The file is not UTF-8.",
    "empty-file": "The file has nothing in it.",
    # the YAML
    "yaml-syntax": "The text is not YAML.",
    "several-documents": "A file has one document.",
    "too-deep": "The nesting is deeper than any sensible file's.",
    "alias": "Anchors and aliases are not part of the language: they hide what is said, and can be bombs.",
    "tag": "Tags are not part of the language.",
    "duplicate-key": "A key stands twice in one mapping; YAML would silently take the last.",
    "wrong-key": "A key is text without control characters.",
    "float": "A floating-point number: 2.10 would be 2.1. Versions are written as text.",
    "ambiguous-scalar": "A plain word that parsers disagree about (yes, off, 0x1f, a date, nothing at all).",
    # the form of a document
    "unknown-key": "A key that has no meaning here.",
    "missing-key": "A key that must be here is not.",
    "unknown-kind": "A change that starts with no kind of change.",
    "wrong-type": "A value of another type than its key takes.",
    "wrong-value": "A value that its key does not take.",
    "wrong-pattern": "A regular expression that is not one.",
    "openness": "An object schema that does not say whether it takes other properties.",
    "wrong-schema": "A JSON Schema that contradicts itself.",
    # the tree
    "wrong-file-name": "The file is named after another version than it describes.",
    "gap": "A microversion between the first and the last has no file.",
    "no-feature": "A microversion brings no feature, takes none away and has no behavior.",
    "duplicate-name": "A resource, schema, query or operation is defined a second time.",
    "unknown-name": "A name that nothing of that kind has.",
    "endless": "A schema that refers to itself for the same value, and so never says what it is.",
    "vast": f"A schema of more than {MOST_PARTS:,} parts or {MOST_LEVELS} levels, with what it refers to written out.",
    "unused-schema": "A schema that no operation ever uses.",
    # the fold
    "already-exists": "A change adds what exists.",
    "not-found": "A change removes or alters what is not there.",
    "not-the-present-value": "A change alters from a value that is not the present one.",
    "nothing-to-do": "A change that changes nothing.",
    "wrong-kind": "A change of a kind that does not fit its target.",
    "outlived": "A behavior goes on while the last of the operations that it is about is removed.",
    "still-used": "A schema is removed while something refers to it.",
}

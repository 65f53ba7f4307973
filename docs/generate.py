"""Writes the pages of docs/ that are made of the code and of the specification.

``python docs/generate.py`` writes them, ``python docs/generate.py --check`` exits 1 if a committed one is not as
it would be written. What tells of every microversion is not committed: a new one is one new file and nothing else.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import yaml

from microspec import load
from microspec.authoring import check, documents
from microspec.authoring.diagnostics import CODES
from microspec.authoring.documents import CHANGE_DOCUMENTS, ChangeDocument
from microspec.authoring.keys import keys
from microspec.cli import main
from microspec.diff import rules as rules_
from microspec.diff import suppressions
from microspec.diff.rules import RULES
from microspec.export.schemas import schema_of
from microspec.model.changes import KINDS
from microspec.render import markdown, shape
from microspec.render.diffs.shape import Diff
from microspec.server.manual import manual_changes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pydantic import BaseModel

    from microspec.authoring.keys import Key
    from microspec.diff.findings import Finding

DOCS = Path(__file__).parent


def changes() -> str:
    """The kinds of change, from their classes, each with its example."""
    examples = yaml.safe_load((DOCS / "examples.yaml").read_text(encoding="utf-8"))
    lines = [
        "# Kinds of change",
        "",
        "Keys in **bold** are required. Every kind also accepts `feature`, `since-release`, `until-release` and `why`.",
        "A value that changes is written as `{from: …, to: …}` in every kind whose name begins with `alter`. Each",
        "example is a part of a version of the specification that `microspec init` writes.",
    ]
    common = {key.name for key in keys(ChangeDocument)}
    for verb, kind in KINDS.items():
        doc = " ".join((kind.__doc__ or "").split())
        document = CHANGE_DOCUMENTS.get(verb)
        table = _table(key for key in keys(document) if key.name not in common) if document else _LISTED
        lines += ["", f"## {verb}", "", doc, "", *table, "", "```yaml", examples[verb].rstrip(), "```"]
    return "\n".join(lines) + "\n"


_LISTED = ["It is listed under `behaviors:`. [Keys](keys.md#behaviors) has its keys."]


def keys_() -> str:
    """The keys of all files, from the fields of their documents."""
    lines = ["# Keys", "", "Keys in **bold** are required. [Kinds of change](changes.md) has those of changes."]
    for title, (text, document) in DOCUMENTED.items():
        lines += ["", f"## {title}", "", text, "", *_table(keys(document))]
    return "\n".join(lines) + "\n"


def _table(found: Iterable[Key]) -> list[str]:
    rows = [(f"**`{key.name}`**" if key.is_required else f"`{key.name}`", key.text) for key in found]
    return ["| key | meaning |", "|---|---|", *(f"| {name} | {text} |" for name, text in rows)]


DOCUMENTED: dict[str, tuple[str, type[BaseModel]]] = {
    "service.yaml": ("The service and its releases.", documents.ServiceDocument),
    "Headers": ("The value of `headers` in `service.yaml`.", documents.HeaderNames),
    "Releases": ("Each value in `releases`.", documents.ReleaseDocument),
    "baseline/common.yaml": ("What all resources share. The file may be missing.", documents.CommonDocument),
    "Parameters of all operations": ("The value of `parameters` in `common.yaml`.", documents.CommonParameters),
    "baseline/NAME.yaml": ("A resource at the first version.", documents.ResourceDocument),
    "Operations": ("Each value in `operations`.", documents.OperationDocument),
    "Answers": ("A value in `responses` that is a mapping.", documents.ResponseDocument),
    "Errors": ("A value in `errors` that is a mapping.", documents.ErrorDocument),
    "Errors of all operations": ("A value in `errors` of `common.yaml`.", documents.CommonErrorDocument),
    "Parameters": ("Each value in `path`, `query` and `header`.", documents.ParameterDocument),
    "Schemas": ("A schema is a mapping of these keys, or `true` or `false`.", documents.SchemaDocument),
    "versions/N.yaml": ("What a microversion changes.", documents.VersionDocument),
    "Behaviors": ("Each value in `behaviors`.", documents.BehaviorDocument),
    "Suppressions": ("A file of suppressions, for [CI](../ci.md).", documents.SuppressionsDocument),
    "Accepted findings": ("Each value in `suppressions`.", documents.SuppressionDocument),
}
"""The documents in the order of the page, by title, with what each is."""


def diagnostics() -> str:
    """The codes of everything that is reported at a place in a file, from their tables."""
    lines = ["# Diagnostics"]
    for title, codes in (
        ("Lint", CODES),
        ("Check, in addition to those of lint", check.CODES),
        ("Suppressions", suppressions.CODES),
    ):
        rows = [f"| `{code}` | {text} |" for code, text in codes.items()]
        lines += ["", f"## {title}", "", "| code | meaning |", "|---|---|", *rows]
    return "\n".join(lines) + "\n"


def commands() -> str:
    """The commands, from their help."""
    parts = ["# Commands", "", "The output of `--format json` obeys the schemas in [docs/schemas](../schemas).", ""]
    context = click.Context(main, info_name="microspec")
    parts += ["```text", *(line.rstrip() for line in main.get_help(context).splitlines()), "```", ""]
    for name in main.list_commands(context):
        command: Any = main.get_command(context, name)
        text = command.get_help(click.Context(command, info_name=f"microspec {name}", terminal_width=100))
        parts += [f"## microspec {name}", "", "```text", *(line.rstrip() for line in text.splitlines()), "```", ""]
    return "\n".join(parts).rstrip() + "\n"


def schemas() -> dict[str, Callable[[], str]]:
    """The JSON Schemas of what the commands print as JSON, from its types, by the name of the page."""
    kinds = {**shape.COMMANDS, "diff": Diff, "error": shape.Error}
    return {f"schemas/{name}.json": partial(_schema, kind) for name, kind in sorted(kinds.items())}


def _schema(kind: Any) -> str:
    return json.dumps(schema_of(kind), indent=2) + "\n"


def coverage() -> str:
    """Everything that the specification says about each microversion."""
    return markdown.coverage(load())


def answers() -> str:
    """The changes to answers that a server has to make itself."""
    lines = [
        "# Answers that a server has to make itself",
        "",
        "`Operation.prune` turns an answer in the newest form into that of an older version, if the version only lacks",
        "properties. These changes of the compute API need code of the server's own. Each line says what the version",
        "changes, so the code is for all versions before it.",
    ]
    for microversion, findings in manual_changes(load()):
        lines += [
            "",
            f"## {microversion.version}: {microversion.title}",
            "",
            "| operation | where | what |",
            "|---|---|---|",
        ]
        lines += [f"| `{item.operation}` | {_where(item)} | {RULES[item.rule].summary} |" for item in findings]
    return "\n".join(lines) + "\n"


def _where(finding: Finding) -> str:
    if finding.part == "success":
        return f"status {finding.before} becomes {finding.after}" if finding.before and finding.after else "status"
    return f"`{finding.name}`" if finding.name else "the body"


def rules() -> str:
    """The rules of a diff, from their table, with their vectors as examples."""
    vectors = yaml.safe_load((DOCS.parent / "tests" / "vectors" / "rules.yaml").read_text(encoding="utf-8"))
    principle = (rules_.__doc__ or "").partition("\n\n")[2].replace("``", "`")
    lines = ["# Rules", "", principle.strip(), ""]
    lines += [
        "Every finding of a diff belongs to one of these rules. `--policy` chooses the severities, and",
        "`--rule ID=SEVERITY` overrides one of them. Generated from the table and its vectors; do not edit.",
    ]
    titles = {"request": "What is sent", "response": "What is read", "both": "Both"}
    for direction, title in titles.items():
        lines += ["", f"## {title}"]
        for rule in RULES.values():
            if rule.direction == direction:
                before, after = (_flow(vectors[rule.id][side]) for side in ("before", "after"))
                mirror = f" Mirror: `{rule.mirror}`." if rule.mirror else ""
                lines += [
                    "",
                    f"### {rule.id}",
                    "",
                    f"{rule.summary} {rule.why} **{rule.advice}**",
                    "",
                    f"wire: {rule.wire}, strict: {rule.strict}.{mirror} Example: `{before}` becomes `{after}`.",
                ]
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=sys.maxsize)
    return "no such operation" if value is None else text.removesuffix("...\n").strip()


PAGES = {
    "reference/changes.md": changes,
    "reference/keys.md": keys_,
    "reference/diagnostics.md": diagnostics,
    "reference/commands.md": commands,
    "rules.md": rules,
    **schemas(),
}
"""The pages that are committed: no microversion makes another of them."""

UNCOMMITTED = {"answers.md": answers, "coverage.md": coverage}
"""The pages that are written, and ignored by git."""


def run(check: bool, folder: Path = DOCS) -> int:
    """Write the pages to a folder, or compare those that are committed. Returns the exit status."""
    texts = {name: page() for name, page in (PAGES if check else PAGES | UNCOMMITTED).items()}
    stale = [name for name, text in texts.items() if _text(folder / name) != text]
    for name in stale:
        if check:
            print(f"docs/{name} is out of date: run nox -s docs", file=sys.stderr)
        else:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(texts[name], encoding="utf-8")
    return int(check and bool(stale))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    raise SystemExit(run(check="--check" in sys.argv[1:]))

"""Differences as a page of HTML: one file that needs no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..escaping import html as escape
from .report import WORST_FIRST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .report import Block, Group, Named, Place, Report, Source, Step, Told

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --dim: #666; --breaking: #b00020; --undecidable: #8a5a00;
  --compatible: #1b6e3c; --behavior: #1a5a8a }
@media (prefers-color-scheme: dark) { :root { --dim: #aaa; --breaking: #ff8a8a; --undecidable: #f0b94d;
  --compatible: #7fd8a0; --behavior: #8cc4f0 } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1, h2, h3 { line-height: 1.2 } h2 { margin-top: 2.5rem } h3 { margin: 1.5rem 0 0 }
code { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere }
fieldset { border: 1px solid var(--line); border-radius: .4rem; margin: 1rem 0 }
label { margin-right: 1rem; white-space: nowrap }
article { border-left: .25rem solid var(--kind); padding: .1rem 0 .1rem .8rem; margin: .8rem 0 }
h4 small { font-weight: normal }
article h4, article p, article ul { margin: .2rem 0 } article ul { padding-left: 1.2rem }
.breaking { --kind: var(--breaking) } .undecidable { --kind: var(--undecidable) }
.compatible { --kind: var(--compatible) } .behavior { --kind: var(--behavior) }
.kind { color: var(--kind) } .dim, summary { color: var(--dim) }
table { border-collapse: collapse } th, td { padding: .15rem .8rem; border-bottom: 1px solid var(--line) }
th { text-align: left } td { text-align: right }
[hidden] { display: none }
"""

_SCRIPT = """
const boxes = document.querySelectorAll("input[name=kind]"), search = document.getElementById("search");
const articles = document.querySelectorAll("article"), shown = document.getElementById("shown");
function filter() {
  const kinds = new Set([...boxes].filter(box => box.checked).map(box => box.value));
  const words = search.value.toLowerCase();
  let number = 0;
  for (const article of articles) {
    article.hidden = !kinds.has(article.dataset.kind) || !article.textContent.toLowerCase().includes(words);
    number += !article.hidden;
  }
  for (const section of document.querySelectorAll("section, .block"))
    section.hidden = section.querySelector("article") && !section.querySelector("article:not([hidden])");
  shown.textContent = `${number} of ${articles.length} shown`;
}
for (const input of [...boxes, search]) input.addEventListener("input", filter);
document.querySelector("form").addEventListener("submit", event => event.preventDefault());
document.querySelector("form").hidden = false;
filter();
"""

_FEW, _LONG = 3, 12
"""A longer list is below the title; an even longer one is folded."""


def write(report: Report) -> str:
    """A report as a page."""
    return "\n".join(_page(report)) + "\n"


def _page(report: Report) -> Iterator[str]:
    title = escape(f"{report.title}: {report.verdict}")
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title><style>{_STYLE}</style></head>"
    yield f"<body><header><h1>{title}</h1>"
    yield from _summary(report)
    yield "</header><main>"
    for severity in WORST_FIRST:
        by_resource = report.of(severity)
        if by_resource:
            yield f'<section class="{severity}"><h2 class="kind">{severity.capitalize()}</h2>'
            for resource, blocks in by_resource.items():
                yield f"<section><h3>{escape(resource)}</h3>"
                yield from (line for block in blocks for line in _block(block))
                yield "</section>"
            yield "</section>"
    if report.behaviors:
        yield '<section class="behavior"><h2 class="kind">Behaviors</h2><p>Changes that no schema shows.</p>'
        yield from (line for told in report.behaviors for line in _told(told))
        yield "</section>"
    yield from _asides(report)
    if report.steps:
        yield "<section><h2>Version by version</h2>"
        yield from (line for step in report.steps for line in _step(step))
        yield "</section>"
    yield f"</main><script>{_SCRIPT}</script></body></html>"


def _summary(report: Report) -> Iterator[str]:
    yield f"<p>{escape(report.headline)}"
    yield f" Only {escape(report.narrowed)}.</p>" if report.narrowed else "</p>"
    boxes = "".join(
        f'<label class="{kind}"><input type="checkbox" name="kind" value="{kind}" checked> '
        f'<span class="kind">{kind}</span></label> '
        for kind in (*WORST_FIRST, "behavior")
    )
    yield f"<form hidden><fieldset><legend>Show</legend>{boxes}"
    yield '<label>containing <input id="search" type="search"></label> <output id="shown"></output></fieldset></form>'


def _block(block: Block) -> Iterator[str]:
    yield '<div class="block">'
    for source in block.sources:
        yield f"<p><strong>{escape(str(source))}</strong> {escape(source.title)}</p>"
    for group in block.groups:
        yield from _group(group)
    yield "</div>"


def _group(group: Group) -> Iterator[str]:
    names = [_named(item) for item in group.named]
    few = len(names) <= _FEW
    title = f'<span class="kind">{escape(group.rule.id.replace("-", " "))}</span> {", ".join(names) if few else ""}'
    yield f'<article class="{group.severity}" data-kind="{group.severity}"><h4>{title.rstrip()}</h4>'
    yield "" if few else _listed(names, "names")
    if group.severity != "compatible":
        yield f"<p>{escape(group.rule.summary)} <strong>{escape(group.advice)}</strong></p>"
    yield from (_why(source) for source in group.sources)
    yield f"{_listed([_where(place) for place in group.places], 'places')}</article>"


def _listed(items: list[str], what: str) -> str:
    """A list in HTML; a long one is folded."""
    found = f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>" if items else ""
    return found if len(items) <= _LONG else f"<details><summary>{len(items)} {what}</summary>{found}</details>"


def _named(item: Named) -> str:
    name = f"<code>{escape(item.name)}</code>" if item.name else ""
    detail = escape(f"({item.detail})" if name else item.detail) if item.detail else ""
    return f"{name} <small>{detail}</small>" if detail else name


def _where(place: Place) -> str:
    return f"<code>{escape(str(place))}</code>"


def _why(source: Source) -> str:
    text = escape(" ".join(source.whys) or source.title)
    return f'<p>{text} <span class="dim">{escape(str(source.version))}{_place(source)}</span></p>'


def _place(source: Source) -> str:
    return f" <code>{escape(source.place)}</code>" if source.place else ""


def _told(told: Told) -> Iterator[str]:
    severity = "" if told.severity == "compatible" else f" ({told.severity})"
    title = escape(told.rule.id.replace("-", " ") + severity)
    yield '<article class="behavior" data-kind="behavior">'
    yield f'<h4><span class="kind">{title}</span> <code>{escape(told.name)}</code></h4>'
    sources = "; ".join(f"{escape(str(source))}{_place(source)}" for source in told.sources)
    yield f'<p>{escape(told.text or told.name)} <span class="dim">{sources}</span></p>'
    yield f"{_listed([f'<code>{escape(operation)}</code>' for operation in told.operations], 'operations')}</article>"


def _asides(report: Report) -> Iterator[str]:
    undone = [
        f"<code>{escape(item.element or 'the operation')}</code> {', '.join(map(str, item.versions))}: "
        + ", ".join(f"<code>{escape(operation)}</code>" for operation in item.operations)
        for item in report.undone
    ]
    suppressed = [
        f"<code>{escape(item.id)}</code> until {item.expires}: {escape(item.reason)}"
        for item in (suppressed.suppression for suppressed in report.applied.suppressed)
    ]
    notes = [f"<code>{escape(str(note.location))}</code> {escape(note.message)}" for note in report.applied.notes]
    for title, items in (
        ("Changed in between, but the same in the end", undone),
        ("Suppressed", suppressed),
        ("Suppressions to review", notes),
    ):
        if items:
            yield f"<section><h2>{title}</h2>{_listed(items, 'in all')}</section>"


def _step(step: Step) -> Iterator[str]:
    item = step.microversion
    release = escape(str(item.release or "no release yet"))
    yield f"<details><summary><strong>{item.version}</strong> {escape(item.title)} ({release})</summary>"
    features = [("new", *feature) for feature in step.brings.items()]
    features += [("gone", *feature) for feature in step.takes.items()]
    lines = [f"{word}: <strong>{escape(name)}</strong> {escape(text)}" for word, name, text in features]
    lines += [_line(group) for group in step.groups]
    lines += [escape(told.text or told.name) for told in step.behaviors]
    yield f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul></details>"


def _line(group: Group) -> str:
    names = _codes(item.name for item in group.named if item.name)
    words = f'<span class="{group.severity}"><span class="kind">{group.severity}</span></span>'
    what = f"{words}: {escape(group.rule.id.replace('-', ' '))} {names}".rstrip()
    return f"{what} in {_codes(group.operations)}"


def _codes(texts: Iterable[str]) -> str:
    return ", ".join(f"<code>{escape(text)}</code>" for text in texts)

"""Read chapters: cells, directives, outputs and frames; for the tests and for planted faults."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile
from pathlib import Path

import nbformat
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from nbformat import NotebookNode
from sphinx_static_widgets import saved

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
NOTEBOOKS = sorted(BOOK.glob("*.ipynb"))
# They show what chapters teach, and have no exercises of their own.
BACK_MATTER = {"index", "lecture", "misconceptions", "questions"}
CHAPTERS = [path for path in NOTEBOOKS if path.stem not in BACK_MATTER]

_EXTENSIONS = {"amsmath", "colon_fence", "deflist", "dollarmath", "substitution", "tasklist"}
_PARSER = create_md_parser(MdParserConfig(enable_extensions=_EXTENSIONS), RendererHTML)
_OPTION = re.compile(r":([\w-]+):[ \t]*(.*)")


@dataclass(frozen=True)
class Directive:
    """A MyST directive: ```{name} argument, its options, its body."""

    name: str
    argument: str
    options: dict[str, str]
    body: str


def read(path: Path) -> NotebookNode:
    """Return a notebook file as it is."""
    return nbformat.read(path, as_version=4)


def cells(notebook: NotebookNode, kind: str) -> list[NotebookNode]:
    """Return the cells of one type, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def directive(token: Token) -> Directive | None:
    """Return the directive written as this fence, or None if the token is not a directive."""
    if token.type not in {"fence", "colon_fence"} or not token.info.startswith("{"):
        return None
    name, _, argument = token.info[1:].partition("}")
    lines = token.content.splitlines()
    matches = takewhile(bool, map(_OPTION.match, lines))
    options = {match[1]: match[2] for match in matches if match}
    return Directive(name, argument.strip(), options, "\n".join(lines[len(options) :]))


def tokens(markdown: str) -> Iterator[Token]:
    """Yield every token of a text, those within directives and within paragraphs included."""
    for token in _PARSER.parse(markdown):
        yield token
        yield from token.children or ()
        inner = directive(token)
        if inner and inner.name not in {"math", "code", "code-block"}:
            yield from tokens(inner.body)


def directives(markdown: str) -> list[Directive]:
    """Return the directives of a text, in order, those within directives included."""
    return [found for token in tokens(markdown) if (found := directive(token))]


def headings(markdown: str) -> list[tuple[str, str]]:
    """Return the headings of a text as pairs (tag, words): ('h2', 'Sources')."""
    pairs = pairwise(_PARSER.parse(markdown))
    return [(token.tag, text.content) for token, text in pairs if token.type == "heading_open"]


def bundles(cell: NotebookNode) -> list[NotebookNode]:
    """Return the rich outputs of a code cell, each a mapping from MIME type to content."""
    return [output.data for output in cell.outputs if "data" in output]


def texts(cell: NotebookNode) -> list[str]:
    """Return what a code cell shows as plain text, on a stream or as a value."""
    streams = [output.text for output in cell.outputs if output.output_type == "stream"]
    return streams + [data["text/plain"] for data in bundles(cell) if "text/plain" in data]


def frames(notebook: NotebookNode, view: str) -> list[str]:
    """Return the HTML of each frame of a stored widget, in slider order (the outer control changes slowest)."""
    return [html for _, html in saved.frames(saved.widget_state(notebook), view)]


def digest(html: list[str]) -> str:
    """Return the fingerprint of a widget's frames, as `regsoft.widgets.explore` shows it."""
    return hashlib.sha256("\n".join(html).encode()).hexdigest()[:12]

"""The first page: its counts and lists are generated while the book is built.

The notebook of the page holds the title, the picture and the prose. The template landing.html has the rest: the
button that leads to the first chapter, the verdicts of the ledger as a strip, and the parts of the book.
"""

import re
from collections import Counter
from functools import partial
from pathlib import Path

from docutils import nodes

from .contents import parts
from .ledger import VERDICTS, read_ledger
from .trust_page import counts

MINUTES = re.compile(r"\*\*Minutes\*\* reading (\d+)")


def complete(app, doctree, docname):
    """Add what is computed: the button after the first paragraph, the strip after the second, then the parts."""
    ledger = Path(app.srcdir, app.config.ledger_page).with_suffix(".yml")
    if docname != app.config.root_doc or app.builder.format != "html" or not ledger.exists():
        return
    page = next(doctree.findall(nodes.section))
    sections = [child for child in page.children if isinstance(child, nodes.section)]
    paragraphs = [child for child in page.children if isinstance(child, nodes.paragraph)]
    if len(paragraphs) != 2 or len(sections) < 2:  # a page of another form, as in the tests
        return
    context = facts(app, ledger)
    for part, before in (("start", paragraphs[0]), ("strip", paragraphs[1]), ("parts", sections[-2])):
        text = app.builder.templates.render("landing.html", {**context, "part": part})
        page.insert(page.index(before) + 1, nodes.raw("", text, format="html"))


def facts(app, ledger):
    """Return what the template shows: counts, the parts of the book, and the function for a page's address."""
    *numbered, _ = book = parts(app.env)  # the last part is the back matter
    first = numbered[0]["chapters"][0]["document"]
    source = Path(app.env.doc2path(first)).read_text(encoding="utf-8")
    items = read_ledger(ledger)
    verdicts = Counter(item["verdict"] for item in items if not item["id"].startswith("T"))
    return {
        "address": partial(app.builder.get_relative_uri, app.config.root_doc),
        "book": book,
        "first": first,
        "minutes": MINUTES.search(source)[1],
        "chapters": sum(len(part["chapters"]) for part in numbered),
        "checks": counts(ledger.parent)["checks"],
        "theorems": len(items) - verdicts.total(),
        "ledger": app.builder.get_relative_uri(app.config.root_doc, app.config.ledger_page),
        "statements": verdicts.total(),
        "verdicts": [(verdict, verdict.replace(" ", "-"), verdicts[verdict]) for verdict in VERDICTS],
    }

"""The Sphinx extension that turns the chapters of this book into its website.

It does three things that Jupyter Book leaves open: mathematics is typeset when the book is built, by KaTeX, and a
formula that KaTeX cannot read is a warning; a page says what it is about; and the ledger page is written from
book/ledger.yml.
"""

import json
import os
import re
import shutil
import zlib
from collections import Counter
from pathlib import Path
from subprocess import PIPE, Popen

import ledger
import sphinx_static_widgets
from docutils import nodes
from publish import node_binary
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinxcontrib import katex

WEB = Path(__file__).parent
KATEX = WEB / "node_modules" / "katex" / "dist"
SHORT_CODE = 24  # letters, which fit into a line on a phone
logger = logging.getLogger(__name__)


# ------------------------------------------------------------------------------------------------- mathematics


def copy_katex(app):
    """Put KaTeX's style sheet and fonts beside the pages."""
    if app.builder.format != "html":
        return
    if not (KATEX / "katex.min.css").is_file():
        raise ExtensionError(f"KaTeX is not in {WEB.name}/node_modules; run: npm ci --prefix {WEB.name}")
    target = Path(app.outdir, "_static", "katex")
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    shutil.copy(KATEX / "katex.min.css", target)
    for font in (KATEX / "fonts").glob("*.woff2"):
        shutil.copy(font, target / "fonts")


class Renderer:
    """Renders formulas in one process of node, which starts with the first and ends with the build.

    It stands in for the server of sphinxcontrib.katex, which on a busy machine connects before node listens, and
    which brings a KaTeX of its own, so that style sheet and formulas could come from two versions.
    """

    def __init__(self):
        self.process = None

    def __call__(self, latex, options=None):
        """The HTML of a formula, or a `KaTeXError` with what is wrong with it."""
        if self.process is None:
            command = [node_binary(), str(WEB / "render-math.js")]
            self.process = Popen(command, stdin=PIPE, stdout=PIPE, encoding="utf-8")
        answer = self.ask(json.dumps({"latex": latex, "options": options}))
        if "error" in answer:
            raise katex.KaTeXError(answer["error"])
        return answer["html"]

    def ask(self, request):
        """The answer of node to a line; without one, the next formula starts node anew."""
        try:
            self.process.stdin.write(request + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.close()
        return json.loads(line or '{"error": "node has stopped"}')

    def close(self):
        """End the process; a later formula starts another."""
        if self.process is not None:
            self.process.communicate()
            self.process = None


def reporting(visit):
    """Wrap a visitor of sphinxcontrib.katex: a formula that KaTeX rejects becomes a warning with its place."""

    def visit_math(writer, node):
        start = len(writer.body)
        try:
            visit(writer, node)
        except katex.KaTeXError as error:
            logger.warning("KaTeX cannot typeset %r: %s", node.astext(), error, location=node, type="katex")
            del writer.body[start:]
            writer.body.append(f"<code>{writer.encode(node.astext())}</code>")
            raise nodes.SkipNode from error

    return visit_math


def keep_together(app, doctree, docname):
    """Keep short code on one line, and a formula with what touches it: a comma, a bracket, the rest of a word.

    Browsers see the parts of a typeset formula as pictures, which may stand alone.
    """
    if app.builder.format != "html":
        return
    for code in doctree.findall(nodes.literal):
        if len(code.astext()) <= SHORT_CODE:
            code["classes"].append("unbroken")
    for formula in list(doctree.findall(nodes.math)):
        parent, place = formula.parent, formula.parent.index(formula)
        together = [formula]
        before, after = (parent[k] if 0 <= k < len(parent) else None for k in (place - 1, place + 1))
        if isinstance(before, nodes.Text) and (touching := re.search(r"[^\s–—-]*$", before)[0]):
            together.insert(0, nodes.Text(touching))
            parent[place - 1] = nodes.Text(before.removesuffix(touching))
        if isinstance(after, nodes.Text) and (touching := re.match(r"[^\s–—-]*[–—-]?", after)[0]):
            together.append(nodes.Text(touching))
            parent[place + 1] = nodes.Text(after.removeprefix(touching))
        if len(together) > 1:
            parent[place] = nodes.inline("", "", *together, classes=["unbroken"])


# ------------------------------------------------------------------------------------------------------- pages


def finish_page(app, pagename, templatename, context, doctree):
    """Tell the page template what the page is about, and whether it has formulas."""
    context["page_description"] = description(doctree) if doctree else ""
    context["page_has_math"] = 'class="katex"' in (context.get("body") or "")


def description(doctree, limit=160):
    """The first sentence of a chapter, as text for search engines."""
    paragraph = next(iter(doctree.findall(nodes.paragraph)), None)
    if paragraph is None:
        return ""
    text = " ".join(paragraph.astext().replace("\\", "").split())
    sentence = re.split(r"(?<=[.?])\s", text, maxsplit=1)[0]
    return sentence if len(sentence) <= limit else sentence[:limit].rsplit(" ", 1)[0] + " …"


def note_site_files(app, config):
    """Make a change of what builds the site a change of the configuration, so that the next build is a full one."""
    patterns = ("*.*", "templates/**/*.html")
    widgets = Path(sphinx_static_widgets.__file__).parent.glob("*.*")
    files = [Path(ledger.__file__), *widgets, *(path for pattern in patterns for path in WEB.glob(pattern))]
    config.site_files = {str(path): zlib.crc32(path.read_bytes()) for path in files if path.is_file()}
    config.site_files.update({name: os.environ.get(name) for name in ("SITE_URL", "GITHUB_REPOSITORY")})


def redirect(app):
    """Send a reader of the site's root to the book's first page."""
    if app.config.root_doc != "index":
        yield "index", {"root_doc": app.config.root_doc}, "redirect.html"


# ------------------------------------------------------------------------------------------------------ ledger


def write_ledger(app, docname, source):
    """Complete the ledger page with what book/ledger.yml says."""
    if docname != app.config.ledger_page:
        return
    path = Path(app.srcdir, docname).with_suffix(".yml")
    app.env.note_dependency(str(path))
    try:
        items = ledger.read_ledger(path)
    except ledger.LedgerError as error:
        raise ExtensionError(str(error)) from None
    source[0] = "\n\n".join([source[0].rstrip(), count_table(items), *ledger_sections(items)]) + "\n"


def count_table(items):
    """How many items of each group got which verdict, as a MyST table."""
    counts = Counter((item["verdict"], item["id"][0]) for item in items)
    rows = [["Verdict", *ledger.GROUPS.values()], ["---", *("---:" for _ in ledger.GROUPS)]]
    for verdict in ledger.VERDICTS:
        rows.append([f"{{verdict}}`{verdict}`", *(str(counts[verdict, group]) for group in ledger.GROUPS)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def ledger_sections(items):
    """Yield a MyST section for each group and each of its items."""
    for letter, group in ledger.GROUPS.items():
        members = [item for item in items if item["id"].startswith(letter)]
        if members:
            yield f"## {group}"
            yield from map(ledger_item, members)


def ledger_item(item):
    """One item as MyST: its anchor, a heading, the verdict, and a list of what is said and what is true."""
    role = ledger.ROLES[item["anchor"].split("-", 1)[0]]
    file, _, test = item["test"].partition("::")
    entries = {
        ("The book" if item["id"].startswith("T") else "The document"): item["says"],
        ("The proof" if item["id"].startswith("T") else "In truth"): item["truth"],
        "Where": ("Equation " if role == "eq" else "") + f"{{{role}}}`{item['anchor']}`",
        "Checked by": f"`{test}` in `{file}`",
    }
    lines = [f"(ledger-{item['id']})=", f"### {item['id']}", "", f"{{verdict}}`{item['verdict']}`", ""]
    for term, text in entries.items():
        lines += [term, ": " + text.replace("\n", "\n  "), ""]
    return "\n".join(lines)


def verdict_role(name, rawtext, text, lineno, inliner, options=None, content=None):
    """A verdict as a badge: the word, with a class for its colour."""
    return [nodes.inline(rawtext, text, classes=["verdict", "verdict-" + text.replace(" ", "-")])], []


def mark_items(app, doctree):
    """Give the section of a verdict a class: `:has()` would style whole pages anew whenever a picture changes."""
    for verdict in doctree.findall(nodes.inline):
        if "verdict" in verdict["classes"] and isinstance(verdict.parent.parent, nodes.section):
            verdict.parent.parent["classes"].append("item")


def setup(app):
    """Connect everything above to Sphinx."""
    katex.render_latex = Renderer()
    app.add_html_math_renderer(
        "katex_at_build_time",
        (reporting(katex.html_visit_math), None),
        (reporting(katex.html_visit_displaymath), None),
    )
    app.add_config_value("ledger_page", "book/ledger", "env", str)
    app.add_config_value("site_files", {}, "env", dict)
    app.add_role("verdict", verdict_role)
    app.connect("config-inited", note_site_files)
    app.connect("builder-inited", copy_katex)
    app.connect("build-finished", lambda app, error: katex.render_latex.close())
    app.connect("source-read", write_ledger)
    app.connect("doctree-read", mark_items)
    app.connect("doctree-resolved", keep_together)
    app.connect("html-collect-pages", redirect)
    app.connect("html-page-context", finish_page, priority=900)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": False}

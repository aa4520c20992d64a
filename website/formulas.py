"""Mathematics is typeset when the book is built, by KaTeX; a formula that KaTeX cannot read is a warning."""

import json
import re
import shutil
from pathlib import Path
from subprocess import PIPE, Popen

from docutils import nodes
from sphinx.util import logging
from sphinxcontrib import katex

from .site import WEBSITE, node_binary, npm_file

# The objective in a display: its linear part and its entropy have the colours that they have in pictures.
OBJECTIVE = re.compile(r"(w x|\\langle w, x \\rangle) \+ (\\alpha H\(w\))")
COLOURED = r"\\htmlClass{term-line}{\1} + \\htmlClass{term-entropy}{\2}"
SHORT_CODE = 24  # characters: code of this length fits on one line on a phone
logger = logging.getLogger(__name__)


def copy_katex(app):
    """Put KaTeX's style sheet and fonts beside the pages."""
    if app.builder.format != "html":
        return
    styles, target = npm_file("katex/dist/katex.min.css"), Path(app.outdir, "_static", "katex")
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    shutil.copy(styles, target)
    for font in (styles.parent / "fonts").glob("*.woff2"):
        shutil.copy(font, target / "fonts")


class Renderer:
    """Renders formulas in one process of node, which starts with the first and ends with the build."""

    def __init__(self):
        self.process = None

    def __call__(self, latex, options=None):
        """The HTML of a formula, or a `KaTeXError` with what is wrong with it."""
        if self.process is None:
            command = [node_binary(), str(WEBSITE / "render-math.js")]
            self.process = Popen(command, stdin=PIPE, stdout=PIPE, encoding="utf-8")
        if options and options.get("displayMode"):
            latex = OBJECTIVE.sub(COLOURED, latex)
        answer = self.ask(json.dumps({"latex": latex, "options": options}))
        if "error" in answer:
            raise katex.KaTeXError(answer["error"])
        return answer["html"]

    def ask(self, request):
        """Return node's answer to a request; if node has stopped, the next formula starts it again."""
        try:
            self.process.stdin.write(request + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.close()
        return json.loads(line or '{"error": "node has stopped"}')

    def close(self, *event):
        """End the process; a later formula starts another."""
        if self.process is not None:
            self.process.communicate()
            self.process = None


def use_renderer(app, renderer):
    """Typeset with a renderer in place of the server of sphinxcontrib.katex.

    On a busy machine that server's client connects before node listens, and sphinxcontrib.katex brings a KaTeX of
    its own, so that style sheet and formulas could come from two versions.
    """
    katex.render_latex = renderer
    app.add_html_math_renderer(
        "katex_at_build_time",
        (reporting(katex.html_visit_math), None),
        (reporting(katex.html_visit_displaymath), None),
    )


def reporting(visit):
    """Wrap a visitor of sphinxcontrib.katex: a formula that KaTeX rejects becomes a warning with its location."""

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

    Browsers treat the parts of a typeset formula like images, and may break the line before or after each.
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

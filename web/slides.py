"""The Sphinx extension that makes slides of the page book/lecture: each of its sections becomes one, by reveal.js.

The slides share the page's pictures, formulas and frames, and lie beside it, so that its addresses hold for them.
"""

import shutil
from pathlib import Path

from bs4 import BeautifulSoup
from sphinx.errors import ExtensionError

WEB = Path(__file__).parent
REVEAL = WEB / "node_modules" / "reveal.js" / "dist"
PAGE, SLIDES = "book/lecture", "book/slides"
# What a reader of the page needs and an audience does not.
LEFT_OUT = ".headerlink, .cell_input, .caption-number, .copybtn, a.sd-btn"


def add_slides(app, error):
    """Write the slides of the lecture, unless the book has none."""
    if error or app.builder.format != "html" or PAGE not in app.env.found_docs:
        return
    root = Path(app.outdir)
    page = BeautifulSoup(Path(root, f"{PAGE}.html").read_bytes(), "html.parser")
    sections = [slide(section) for section in page.select("article section section")]
    if not sections:
        raise ExtensionError(f"{PAGE} has no section, so there is no slide")
    heading = page.select_one("article h1")
    context = {
        "language": app.config.language,
        "book": app.config.html_title,
        "page": f"{Path(PAGE).name}.html",
        "title": "".join(text for text in heading.find_all(string=True, recursive=False)),
        "slides": sections,
        "styles": "".join(
            path.read_text(encoding="utf-8") for path in (REVEAL / "reveal.css", WEB / "slides.css")
        ),
        "widgets": [
            str(script) for script in page.select("script[type*=widget-state], script[src*=widgets]")
        ],
    }
    copy_scripts(root / "_static")
    text = app.builder.templates.render("slides.html", context)
    Path(root, f"{SLIDES}.html").write_text(text, encoding="utf-8")


def slide(section):
    """The HTML of a slide: the section of the page, its remarks for the lecturer as reveal.js has them."""
    for element in section.select(LEFT_OUT):
        element.decompose()
    for box in section.select(".admonition.notes"):
        box.select_one(".admonition-title").decompose()
        box.name, box.attrs = "aside", {"class": "notes"}
    return str(section)


def copy_scripts(folder):
    """Put reveal.js and what starts it among the site's files."""
    folder.mkdir(exist_ok=True)
    if not (REVEAL / "reveal.js").is_file():
        raise ExtensionError(f"reveal.js is not in {WEB.name}/node_modules; run: npm ci --prefix {WEB.name}")
    for script in (REVEAL / "reveal.js", WEB / "slides.js"):
        shutil.copy(script, folder)


def setup(app):
    """Connect the above to Sphinx, before the pages are finished (publish.py)."""
    app.connect("build-finished", add_slides, priority=800)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""The slides of the page book/lecture: each of its sections becomes a slide of reveal.js.

The slides share the page's pictures, formulas and frames, and lie beside it, so that its relative links work in
them.
"""

import shutil
from pathlib import Path

from lxml import html
from sphinx.errors import ExtensionError

from .page import read_page
from .site import THEME, npm_file

PAGE, SLIDES = "book/lecture", "book/slides"
WIDGETS = "script[type*=widget-state], script[type*=static-widgets], script[src*=widgets]"
# What a reader of the page needs and an audience does not.
LEFT_OUT = ".fold, .headerlink, .cell_input, .caption-number, .copybtn, a.sd-btn"


def add_slides(app, error):
    """Write the slides of the lecture, unless the book has none."""
    if error or app.builder.format != "html" or PAGE not in app.env.found_docs:
        return
    root = Path(app.outdir)
    page = read_page(Path(root, f"{PAGE}.html"))
    sections = [slide(section) for section in page.cssselect("article section section")]
    if not sections:
        raise ExtensionError(f"{PAGE} has no section, so there is no slide")
    script, styles = npm_file("reveal.js/dist/reveal.js"), npm_file("reveal.js/dist/reveal.css")
    context = {
        "language": app.config.language,
        "book": app.config.html_title,
        "page": f"{Path(PAGE).name}.html",
        "title": page.cssselect("article h1")[0].text,
        "slides": sections,
        "styles": "".join(path.read_text(encoding="utf-8") for path in (styles, THEME / "slides.css")),
        "widgets": [source(script) for script in page.cssselect(WIDGETS)],
    }
    Path(root, "_static").mkdir(exist_ok=True)
    for file in (script, THEME / "slides.js"):
        shutil.copy(file, root / "_static")
    text = app.builder.templates.render("slides.html", context)
    Path(root, f"{SLIDES}.html").write_text(text, encoding="utf-8")


def slide(section):
    """Return the HTML of a slide: the section of the page, with notes in the form of reveal.js."""
    for element in section.cssselect(LEFT_OUT):
        element.drop_tree()
    for box in section.cssselect(".admonition.notes"):
        box.cssselect(".admonition-title")[0].drop_tree()
        box.tag = "aside"
        box.attrib.clear()
        box.set("class", "notes")
    return source(section)


def source(element):
    """Return the HTML of an element, without the text that follows it."""
    return html.tostring(element, encoding="unicode", with_tail=False)

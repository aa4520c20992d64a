"""What is changed on one finished page: functions of the tree that lxml reads from its HTML."""

import os
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

import imagesize
from lxml import html

DATA_BLOCKS = "application/"  # how the type of a script element begins that holds data and is never run
PAGES = {  # the Content-Security-Policy of the book's pages
    "default-src": ["'none'"],
    "style-src": ["'self'", "'unsafe-inline'"],  # style attributes of formulas and pictures
    "img-src": ["'self'", "data:", "blob:"],  # blob: is an Image widget
    "font-src": ["'self'"],
    "connect-src": ["'self'"],  # the summaries of search results
    "script-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
}
LITE = {  # that of JupyterLite, where readers run code of their own
    "default-src": ["'self'"],
    # schemas that are compiled, and the module of an AnyWidget
    "script-src": ["'self'", "'unsafe-eval'", "blob:"],
    # Pyodide; a worker from a file is not governed by this policy itself
    "worker-src": ["'self'", "blob:"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'", "data:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
}
SERVED = {  # scripts of extensions, and what they serve
    "clipboard.min.js": "div.highlight pre",
    "copybutton.js": "div.highlight pre",
    "togglebutton.js": ".toggle, .admonition.dropdown",
    "design-tabs.js": ".sd-tab-set",
}
INLINE = {  # how scripts in the page begin, and the script that they are for; None for a part that is not shown
    "let toggle": "togglebutton.js",
    "var togglebutton": "togglebutton.js",
    "DOCUMENTATION_OPTIONS.": None,
}


def parse(content):
    """Return the tree of a page of bytes."""
    return html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))


def serialise(page):
    """Return a page as bytes."""
    return html.tostring(page, doctype="<!DOCTYPE html>", encoding="utf-8") + b"\n"


def read_page(path):
    """Return the tree of an HTML file."""
    return parse(path.read_bytes())


def write_page(page, path):
    """Write a page as an HTML file."""
    path.write_bytes(serialise(page))


def repair_markup(page):
    """Repair what extensions leave: forbidden roles, names that hide text, duplicate ids, spaces in links."""
    for element in page.cssselect("[role=doc-biblioentry], [role=list].citation-list"):
        del element.attrib["role"]
    for summary in page.cssselect("details.hide > summary[aria-label]"):
        del summary.attrib["aria-label"]
    for proof in page.cssselect("div.proof#proof"):
        proof.classes.add("untitled")
        del proof.attrib["id"]
    for content in page.cssselect("#proof-content, #exercise-content, #solution-content"):
        del content.attrib["id"]
    for link in page.cssselect("div.solution > p.admonition-title > a"):
        if (link.text or "").startswith(" "):  # the underline would begin below the gap
            link.getparent().text = f"{link.getparent().text} "
            link.text = link.text.lstrip()
    for neighbour in page.cssselect("link[rel=next], link[rel=prev]"):
        neighbour.drop_tree()  # Firefox fetches it in advance, which the policy forbids
    for double in page.cssselect("meta[name=viewport]")[1:]:
        double.drop_tree()


def drop_idle_scripts(page):
    """Remove the scripts of extensions that have nothing to do on this page."""
    for script in page.cssselect("script"):
        text = (script.text or "").strip()
        name = Path(urlsplit(script.get("src", "")).path).name
        name = next((served for start, served in INLINE.items() if text.startswith(start)), name)
        if name is None or (name in SERVED and not page.cssselect(SERVED[name])):
            script.drop_tree()


def words(page):
    """Yield what a rule of a style sheet can select by: elements, classes, attributes and their values."""
    for element in page.iter(html.etree.Element):
        yield element.tag
        for name, value in element.items():
            yield name
            if name not in ("d", "style", "transform"):
                yield from value.split()
    for script in inline_scripts(page):
        yield script.text


def inline_scripts(page):
    """Yield the script elements that hold code."""
    for script in page.cssselect("script:not([src])"):
        if script.text and not script.get("type", "").startswith(DATA_BLOCKS):
            yield script


def finish_head(page, place, written):
    """Name the one style sheet and the new fonts, and let scripts wait until the page is read."""
    first, *others = page.cssselect("link[rel=stylesheet]") or [None]
    if first is not None:
        first.attrib.clear()
        first.attrib.update({"rel": "stylesheet", "href": f"{place}/{written['styles']}"})
    for link in others:
        link.drop_tree()
    for link in page.cssselect("link[data-font]"):
        link.set("href", f"{place}/fonts/{written['fonts'][link.get('data-font')]}")
    for script in page.cssselect("script[src]"):
        script.set("defer", "")


def set_image_sizes(page, folder):
    """Tell the browser how large each picture will be, so that the text below it does not move."""
    for picture in page.cssselect("img[src]:not([width])"):
        width, height = imagesize.get(Path(folder, unquote(picture.get("src"))))
        if width > 0:
            picture.attrib.update({"width": str(round(width)), "height": str(round(height))})


def make_relative(page):
    """Let a page at the root of the site name nothing by the root of a host: the site may lie below it."""
    page.rewrite_links(lambda address: address.removeprefix("/"))


def secure(page, policy):
    """Put a Content-Security-Policy in front of everything it governs; it allows each inline script by its hash."""
    for element in page.cssselect("meta[http-equiv=Content-Security-Policy]"):
        element.drop_tree()
    digests = {sha256(script.text.encode()).digest() for script in inline_scripts(page)}
    hashes = sorted(f"'sha256-{b64encode(digest).decode()}'" for digest in digests)
    rules = {**policy, "script-src": [*policy["script-src"], *hashes]}
    content = "; ".join(" ".join([name, *sources]) for name, sources in rules.items())
    meta = html.Element("meta", {"http-equiv": "Content-Security-Policy", "content": content})
    charset = page.cssselect("meta[charset]")
    if charset:  # a browser looks for it in the first kilobyte
        charset[0].addnext(meta)
    else:
        page.head.insert(0, meta)


def referenced_files(page, path, root, base="/"):
    """Yield the files of the site that a page loads; `base` is where on its host the site lies."""
    for address in page.xpath(
        "//*[not(self::a)]/@*[name() = 'href' or name() = 'src' or name() = 'data-src']"
    ):
        if not address.startswith(("#", "data:")):
            within = address.removeprefix(base)
            folder = root if within != address else path.parent
            yield Path(os.path.normpath(folder / unquote(urlsplit(within).path)))

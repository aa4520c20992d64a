"""The changes made to one finished page: functions that take the lxml tree of its HTML."""

import os
from base64 import b64encode
from collections import Counter
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

import imagesize
from lxml import html

from .ledger import VERDICTS

DATA_BLOCKS = "application/"  # prefix of the type of script elements that hold data and never run
PAGES = {  # the Content-Security-Policy of the book's pages
    "default-src": ["'none'"],
    "style-src": ["'self'", "'unsafe-inline'"],  # style attributes of formulas and pictures
    "img-src": ["'self'", "data:", "blob:"],  # blob: is an Image widget
    "font-src": ["'self'", "data:"],  # data: is for the fonts of formulas
    "connect-src": ["'self'"],  # the summaries of search results
    "script-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
}
LITE = {  # that of JupyterLite, where readers run code of their own
    "default-src": ["'self'"],
    # unsafe-eval for schemas that are compiled, blob: for the module of an AnyWidget
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
    "sphinx_highlight.js": "#search-results",  # elsewhere book.js highlights
    "design-tabs.js": ".sd-tab-set",
}
INLINE = {  # how inline scripts begin, and the script that each one configures; None if that one is not used
    "DOCUMENTATION_OPTIONS.": None,
}


def parse(content):
    """Return the tree of a page that is given as bytes."""
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
    for box in page.cssselect("div.admonition.dropdown"):
        make_details(box)
    if items := page.cssselect("section.item"):
        for item in items:
            fold_item(item)
        offer_verdicts(page, items)
        list_sections_alone(page, items)
    for link in page.cssselect("a.reference[href*='#equation-']"):
        link.set("aria-label", f"Equation {link.text_content().strip('()')}")
    for block in page.cssselect("div.highlight pre"):
        mark_lines(block)
    for table in page.cssselect("article table.table"):
        name_cells(table)
    for neighbour in page.cssselect("link[rel=next], link[rel=prev]"):
        neighbour.drop_tree()  # Firefox prefetches the page that it names, which the policy forbids
    for double in page.cssselect("meta[name=viewport]")[1:]:
        double.drop_tree()
    for heading in page.cssselect("#jb-print-docs-body"):
        heading.drop_tree()  # in print it would repeat the title after a table of contents


def name_cells(table):
    """Let a table of words stand on a phone as a list: each cell is told the heading of its column.

    A table of right-aligned numbers stays a table. The ARIA roles are set because that CSS removes them.
    """
    headings = [heading.text_content() for heading in table.cssselect("thead th")]
    if table.cssselect(".text-right, .text-center, [rowspan], [colspan]") or not headings:
        return
    table.classes.add("book-rows")
    roles = {"table": "table", "tr": "row", "th": "columnheader", "td": "cell"}
    for element in table.iter(*roles):
        element.set("role", roles[element.tag])
    for row in table.cssselect("tbody tr"):
        for heading, cell in zip(headings, row, strict=True):
            cell.set("data-heading", heading)


def make_details(box):
    """Turn a folded box into an element that opens without a script, at a touch of its title.

    A link in the title, to the exercise that a solution solves, goes to the end of the box.
    """
    box.tag = "details"
    title = box.cssselect("p.admonition-title")[0]
    title.tag = "summary"
    for link in title.cssselect("a"):
        back = html.fragment_fromstring('<p class="back"><a>Back to the exercise</a></p>')
        back[0].set("href", link.get("href"))
        box.append(back)
        link.drop_tag()


def fold_item(item):
    """Fold an item of the ledger to its name, what is said, and the verdict; the rest opens below them.

    The item's label moves into the folded part, since a link opens only the elements around its target.
    """
    label, title, verdict, entries = item
    said = entries.cssselect("dd")[0]
    said.getprevious().drop_tree()
    for block in said.cssselect("p"):
        block.drop_tag()
    for link in title.cssselect(".headerlink"):
        link.drop_tree()
    said.tag, verdict.tag = "div", "div"
    content = html.Element("div", {"id": label.get("id")})
    content.append(entries)
    summary = html.Element("summary")
    summary.extend([title, verdict, said])
    details = html.Element("details")
    details.extend([summary, content])
    item[:] = [details]


def offer_verdicts(page, items):
    """Put a button for each verdict in front of the items: on a click book.js shows only those."""
    found = Counter(item.cssselect(".verdict")[0].text for item in items)
    row = html.Element("div", {"class": "ledger-filter pst-js-only", "role": "group", "aria-label": "Show"})
    for verdict, count in [("all", len(items)), *((each, found[each]) for each in VERDICTS if found[each])]:
        name = verdict.replace(" ", "-")
        button = html.Element(
            "button", {"type": "button", "id": f"show-{name}", "class": f"verdict verdict-{name}"}
        )
        button.set("aria-pressed", "true" if verdict == "all" else "false")
        button.text = f"{verdict} {count}"
        row.append(button)
    page.cssselect("article section > section")[0].addprevious(row)


def list_sections_alone(page, items):
    """Let "On this page" name the sections of the ledger, not their items."""
    names = {f"#{item.get('id')}" for item in items}
    for link in page.cssselect(".bd-sidebar-secondary a"):
        if link.get("href") in names:
            link.getparent().drop_tree()
    for empty in page.cssselect(".bd-sidebar-secondary ul:empty"):
        empty.drop_tree()


def mark_lines(block):
    """Put each line of code into an element of its own: a long one wraps, indented, on a phone."""
    pieces = [(None, block.text or "")]
    for child in block:
        pieces += [(child, "".join(child.itertext())), (None, child.tail or "")]
    if any(len(child) for child in block):
        return  # nested elements, which the highlighter does not write
    lines = [html.Element("span", {"class": "line"})]
    for token, text in pieces:
        for place, part in enumerate(text.split("\n")):
            if place:
                append_text(lines[-1], "\n")
                lines.append(html.Element("span", {"class": "line"}))
            if token is None:
                append_text(lines[-1], part)
            elif part:
                lines[-1].append(html.Element("span", dict(token.attrib)))
                lines[-1][-1].text = part
    block.text = None
    block[:] = [line for line in lines if len(line) or line.text]


def append_text(element, text):
    """Append text to the content of an element."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


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
    """Link the one style sheet and the new fonts, and defer scripts until the page is parsed."""
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
    """Make the links of a page at the site's root relative: the site may lie in a subfolder of its host."""
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

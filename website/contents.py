"""Which chapters the book has: what no contents list names is reported, and the site's root leads to the first."""

from pathlib import Path

from sphinx.util import logging

logger = logging.getLogger(__name__)


def report_unlisted(app, env):
    """Warn of files that lie beside the chapters and would silently be left out of the book."""
    folders = {Path(name).parent for name in env.found_docs}
    for folder in sorted(folders):
        for path in sorted(Path(app.srcdir, folder).iterdir()):
            name = (folder / path.name).as_posix()
            if (
                path.suffix in app.config.source_suffix
                and name.removesuffix(path.suffix) not in env.found_docs
            ):
                logger.warning(
                    "%s is in no contents list: add it to _toc.yml or delete it", name, type="website"
                )


def redirect(app):
    """Send a reader of the site's root to the book's first page."""
    if app.config.root_doc != "index":
        yield "index", {"root_doc": app.config.root_doc}, "redirect.html"

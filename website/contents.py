"""Which chapters the book has, and their names.

A chapter has two names: the short one of _toc.yml, for menus and references, and its heading, a sentence. What
_toc.yml does not list is reported, and the site's root leads to the first page.
"""

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


def use_short_names(app, env):
    """Let references to a chapter show its short name."""
    domain = env.domains["std"]
    for label, (docname, anchor, _) in list(domain.labels.items()):
        short, heading = (
            short_name(env, docname),
            env.titles[docname].astext() if docname in env.titles else "",
        )
        if short and domain.labels[label][2] == heading:
            domain.labels[label] = (docname, anchor, short)


def short_name(env, docname):
    """Return the name of a chapter in _toc.yml, or None if it has none there."""
    document = env.external_site_map.get(docname)
    return document.title if document else None


def parts(env):
    """Return the parts of the book: each with its name and its chapters: document, short name and heading."""

    def chapter(docname):
        heading = env.titles[docname].astext()
        short = short_name(env, docname)
        sentence = heading if short and short != heading else ""
        return {"document": docname, "name": short or heading, "sentence": sentence}

    return [
        {"name": part.caption, "chapters": [chapter(docname) for docname in part.files()]}
        for part in env.external_site_map.root.subtrees
    ]


def list_chapters(app, pagename, templatename, context, doctree):
    """Give each page the parts of the book, for the chapter menu."""
    context["book_parts"] = parts(app.env)


def redirect(app):
    """Send a reader of the site's root to the book's first page."""
    if app.config.root_doc != "index":
        yield "index", {"root_doc": app.config.root_doc}, "redirect.html"

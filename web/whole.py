"""The Sphinx extension that lets a build end whole, or not at all.

Builds of the same pages wait for each other. Sphinx writes into a folder beside the site, `.pages`. A copy of that
is finished (publish.py) and takes the place of the site, so that a build that is cut off, or fails, leaves the site
as it was. That takes two renames; when a build is cut off between them, the next one first brings the site back. A
build that did not end well is remembered, and the next one starts afresh: it neither trusts pages that may be cut
off nor passes over a warning because the page that it is about was read before.
"""

import shutil
from pathlib import Path

from filelock import FileLock, Timeout
from sphinx.search import js_index
from sphinx.util import logging

LEFT_ALONE = ("lite", "downloads")  # what other programs put into the site
logger = logging.getLogger(__name__)


def begin(app, config):
    """Wait for another build to end, choose where Sphinx writes, and forget what a bad end left behind."""
    app.site = Path(app.outdir)
    if app.site.name == "html":
        app.outdir = app.outdir.with_name(".pages")
    app.building = FileLock(Path(app.doctreedir, "lock"))
    try:
        app.building.acquire(timeout=0)
    except Timeout:
        logger.info("another build writes these pages; this one begins when it ends")
        app.building.acquire()
    if app.site.name == "html":
        bring_back(app.site)
    if marker(app).exists() or not (app.site / "index.html").is_file():
        Path(app.doctreedir, "environment.pickle").unlink(missing_ok=True)
        shutil.rmtree(app.outdir, ignore_errors=True)
    Path(app.outdir).mkdir(exist_ok=True)
    marker(app).touch()


def bring_back(site):
    """Undo a change of sites that was cut off between its two renames; what others put into the site comes back."""
    old, folder = site.with_name(".old"), site.with_name(".draft")
    if (site / "index.html").is_file() or not (old / "index.html").is_file():
        return
    for name in LEFT_ALONE:
        if (folder / name).exists():
            (folder / name).rename(old / name)
    shutil.rmtree(site, ignore_errors=True)  # an empty folder, which Sphinx has made
    old.rename(site)


def marker(app):
    """The file that is there from the beginning of a build to its good end."""
    return Path(app.doctreedir, f"unfinished-{app.site.name}")


def drop_removed(app, env, added, changed, removed):
    """Remove what was written for documents that are gone."""
    for name in removed:
        Path(app.outdir, app.builder.get_target_uri(name)).unlink(missing_ok=True)
        for source in Path(app.outdir, "_sources").glob(f"{name}.*"):
            source.unlink()
    return ()


def complete_search(app):
    """Make the search index what a clean build makes it.

    Sphinx 7 forgets the index entries of pages that are not written again, and keeps words that no page has now.
    """
    indexer, last = app.builder.indexer, Path(app.outdir, "searchindex.js")
    for words in (indexer._mapping, indexer._title_mapping):
        for word in [word for word, names in words.items() if not names]:
            del words[word]
    written = indexer._index_entries
    entries = {name: list(found) for name, found in written.items()}
    if last.is_file():
        index = js_index.loads(last.read_text("utf-8"))
        for entry, places in index["indexentries"].items():
            for number, anchor, main in places:
                name = index["docnames"][number]
                if name in app.env.all_docs and name not in written:
                    entries.setdefault(name, []).append((entry, anchor, "main" if main else ""))
    order = sorted(entries.items())
    indexer._index_entries = {name: sorted(found, key=as_written) for name, found in order}
    return ()


def as_written(entry):
    """The place of an index entry among those of its page; the index itself has small letters only."""
    words, anchor, main = entry
    return words.lower(), anchor, main


def say_nothing(app):
    """Where Sphinx writes is not where the site is."""
    if app.builder.format == "html":
        app.builder.epilog = None


def draft(app):
    """Return a copy of the pages as Sphinx wrote them, to be finished."""
    folder = app.site.with_name(".draft")
    shutil.rmtree(folder, ignore_errors=True)
    return shutil.copytree(
        app.outdir, folder, ignore=shutil.ignore_patterns(".buildinfo")
    )  # Sphinx's own note


def put_in_place(app, folder):
    """Let a finished folder take the place of the site."""
    old = app.site.with_name(".old")
    shutil.rmtree(old, ignore_errors=True)
    app.site.rename(old)
    for name in LEFT_ALONE:
        if (old / name).exists():
            (old / name).rename(folder / name)
    folder.rename(app.site)
    shutil.rmtree(old)


def end(app, error):
    """Note a good end; with -W a warning is a bad one."""
    if not error and not (app.keep_going and app._warncount):
        marker(app).unlink()
    app.building.release()


def setup(app):
    """Connect the above to Sphinx, around what other extensions do."""
    app.connect("config-inited", begin, priority=1)
    app.connect("builder-inited", say_nothing)
    app.connect("env-get-outdated", drop_removed)
    app.connect("html-collect-pages", complete_search)
    app.connect("build-finished", end, priority=999)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

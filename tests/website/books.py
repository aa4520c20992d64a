"""What the tests of the website share: little books, how a book is built, and how pages are served."""

import functools
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
JUPYTER_BOOK = Path(sys.executable).with_name("jupyter-book")
ITEM = {
    "id": "E5",
    "says": "The problem is $wx$.",
    "verdict": "wrong",
    "truth": "It is\n$-wx$.",
    "anchor": "sec-start",
    "test": "tests/regsoft/test_claims.py::test_the_sign",
}


@dataclass(frozen=True)
class Site:
    """The pages of a book: where they lie and where they are served."""

    folder: Path
    url: str


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program in the folder of the project; what it says has no colours."""
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def build(source: Path, output: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Build the book of `source` into `output`/_build/html as `make book` does."""
    options = ("--source", source, "--output", output)
    return run(sys.executable, "-m", "website.build", *options, **environment)


def built(source: Path, output: Path, **environment: str) -> dict[str, bytes]:
    """Build a book, and return the bytes of its files by their names."""
    result = build(source, output, **environment)
    assert result.returncode == 0, result.stdout + result.stderr
    return contents(output / "_build" / "html")


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of the files of a folder by their names."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def write_settings(folder: Path, contents_list: str) -> None:
    """Write what each book needs beside its chapters: this book's settings, and its own contents list."""
    shutil.copy(ROOT / "_config.yml", folder)
    (folder / "_toc.yml").write_text(contents_list, "utf-8")
    (folder / "book").mkdir()
    (folder / "book" / "references.bib").touch()


def write_book(folder: Path) -> Path:
    """Write a book of one page and a ledger of one item."""
    write_settings(folder, "format: jb-book\nroot: book/index\nchapters:\n- file: book/ledger\n")
    (folder / "book" / "index.md").write_text(
        "(sec-start)=\n# Start\n\nA page with $w$, {ref}`ledger-E5`.\n", "utf-8"
    )
    (folder / "book" / "ledger.md").write_text("# The ledger\n\nItems.\n", "utf-8")
    (folder / "book" / "ledger.yml").write_text(yaml.safe_dump([ITEM]), "utf-8")
    return folder


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, *args):
        """Say nothing when a page is closed before it has all; what else fails, the page notices."""


@contextmanager
def serve(folder: Path) -> Iterator[Site]:
    """Serve a folder on localhost."""
    server = _Server(("127.0.0.1", 0), functools.partial(_Handler, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Site(folder, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""The built site and a browser to read it with."""

import functools
import gc
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, sync_playwright

from tests.programs import installed

LONG = {"test_site", "test_jupyterlab", "test_lite", "test_pdf"}  # files that take minutes
ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--proxy-server=127.0.0.1:9",  # nobody is there: no host but this machine can be reached
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files begin first, so that the last worker is not left alone with one."""
    items.sort(key=lambda item: item.path.stem not in LONG)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was imported and collected; a fifth of the tests' time went there."""
    gc.freeze()


@dataclass(frozen=True)
class Site:
    """The pages of the book: where they lie and where they are served."""

    folder: Path
    url: str


def build(source: Path, output: Path) -> subprocess.CompletedProcess[str]:
    """Build the book of `source` into `output`/_build/html as `make book` does."""
    program = shutil.which("jupyter-book", path=Path(sys.executable).parent)
    command = [program, "build", source, "--path-output", output, "-W", "-n", "--keep-going"]
    environment = {**os.environ, "NO_COLOR": "1"}
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False
    )


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, *args):
        """Say nothing when a page is closed before it has all; what else fails, the page notices."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The book, built without a warning and served on localhost."""
    folder = _built_once(tmp_path_factory.getbasetemp())
    server = _Server(("127.0.0.1", 0), functools.partial(_Handler, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(folder, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


def _built_once(temporary: Path) -> Path:
    """The folder of the pages; one of several workers of pytest builds them, the others wait for it."""
    output = (temporary.parent if "PYTEST_XDIST_WORKER" in os.environ else temporary) / "site"
    folder, built = output / "_build" / "html", output / "built"
    with FileLock(f"{output}.lock"):
        if not built.exists():
            result = build(ROOT, output)
            assert result.returncode == 0, result.stdout + result.stderr
            built.touch()
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window, with an empty profile.

    It is closed after each module: Playwright runs once in a process, and the tests of a package run it as well.
    """
    program = next(filter(None, map(shutil.which, BROWSERS)), None) or installed("chromium")
    if program is None:
        reason = f"NO BROWSER: none of {', '.join(BROWSERS)} is installed, so no page was opened"
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip)(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield chromium
        chromium.close()

"""The built site and a browser to read it with."""

import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page, sync_playwright

from tests.programs import installed
from tests.website.books import ROOT, Site, build, serve, write_book
from website import archive

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


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The book, built without a warning and served on localhost."""
    with serve(_built_once(tmp_path_factory.getbasetemp())) as served:
        yield served


def _built_once(temporary: Path) -> Path:
    """The folder of the pages; one of several workers of pytest builds them, the others wait for it."""
    output = (temporary.parent if "PYTEST_XDIST_WORKER" in os.environ else temporary) / "site"
    built = output / "built"
    with FileLock(f"{output}.lock"):
        if not built.exists():
            result = build(ROOT, output)
            assert result.returncode == 0, result.stdout + result.stderr
            built.touch()
    return output / "_build" / "html"


@pytest.fixture(scope="module")
def unpacked(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the site, unpacked by double click."""
    folder = tmp_path_factory.mktemp("archive")
    archive.write(archive.packed(site.folder), folder / "book.zip")
    with zipfile.ZipFile(folder / "book.zip") as file:
        file.extractall(folder / "home")
    return folder / "home"


@pytest.fixture
def little_book(tmp_path: Path) -> Path:
    """A book of one page and a ledger of one item, which a test may spoil."""
    return write_book(tmp_path)


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


@pytest.fixture(scope="module")
def _desk(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield context.new_page()


@pytest.fixture
def page(_desk: Page) -> Iterator[Page]:
    """An empty page that allows no error, as wide as a desk."""
    page, errors = _desk, []
    hear = {
        "pageerror": lambda error: errors.append(str(error)),
        "console": lambda word: errors.append(word.text),
    }
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(reduced_motion="no-preference", forced_colors="none")
    for event, listener in hear.items():
        page.on(event, listener)
    yield page
    for event, listener in hear.items():
        page.remove_listener(event, listener)
    assert errors == []


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    with browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    ) as context:
        yield context.new_page()

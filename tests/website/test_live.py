"""`make live`: what is saved appears in the browser, by itself, on this machine alone."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, expect

from tests.website.books import ITEM, ROOT
from website import live as program

PATIENCE = 120_000  # milliseconds; the machine may be busy


@pytest.fixture
def live(little_book: Path) -> Iterator[str]:
    """The address at which the little book is served."""
    command = [sys.executable, "-m", "website.live", "--source", little_book]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        said = next((line for line in server.stdout if line.startswith("The book: ")), None)
        yield said.split()[2] if said else ""
        server.terminate()


def test_a_change_is_ignored_for_its_name_below_the_book_and_for_no_folder_above_it(tmp_path: Path):
    source = tmp_path / ".hidden" / "a~" / "__pycache__ (1)"
    ignored = program.ignored(source, [source / name for name in program.WATCHED])
    beside = (
        "book/.a.md.swp",
        "book/.ipynb_checkpoints/a.ipynb",
        "book/part/a.md~",
        "website/__pycache__/a.pyc",
    )
    assert all(ignored(str(source / name)) for name in (*beside, "website/node_modules/katex/katex.js"))
    saved = ("book/a.md", "book/a~b.md", "website/paper/pictures.py", "packages/some/src/some/__init__.py")
    assert not any(ignored(str(source / name)) for name in saved)


@pytest.mark.builds
def test_a_page_that_is_saved_is_shown_without_a_hand_and_not_to_other_machines(
    little_book: Path,
    live: str,
    browser: Browser,
):
    assert live, "nothing was served"
    page = browser.new_page()
    page.goto(f"{live}book/index.html")
    expect(page.locator("article .katex")).to_have_count(1)
    path = little_book / "book" / "index.md"
    for words in ("first words", "other words"):
        path.write_text(f"(sec-start)=\n# Start\n\nA page with {words}, {{ref}}`ledger-E5`.\n", "utf-8")
        expect(page.get_by_text(words)).to_be_visible(timeout=PATIENCE)
    page.goto(f"{live}book/ledger.html")
    (little_book / "book" / "ledger.yml").write_text(yaml.safe_dump([{**ITEM, "verdict": "right"}]), "utf-8")
    expect(page.locator(".item .verdict-right")).to_be_visible(timeout=PATIENCE)
    page.close()
    here = socket.gethostbyname(socket.gethostname())
    if not here.startswith("127."):
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((here, int(live.rstrip("/").rpartition(":")[2])), timeout=5)

"""How a book becomes a site: what the build writes, and what must stop it."""

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import ipywidgets
import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from ipywidgets.embed import embed_data
from publish import repository_url
from sphinx.errors import ExtensionError

from conftest import ROOT, build
from tools.ledger import LedgerError, read_ledger

VIEW = "application/vnd.jupyter.widget-view+json"


ITEM = {
    "id": "E5",
    "says": "The problem is $wx$.",
    "verdict": "wrong",
    "truth": "It is\n$-wx$.",
    "anchor": "sec-start",
    "test": "tests/test_claims.py::test_the_sign",
}


@pytest.fixture
def little_book(tmp_path: Path) -> Path:
    """A book of one page and a ledger of one item, with this book's settings."""
    shutil.copytree(
        ROOT / "web", tmp_path / "web", ignore=shutil.ignore_patterns("node_modules", "__pycache__")
    )
    (tmp_path / "web" / "node_modules").symlink_to(ROOT / "web" / "node_modules", target_is_directory=True)
    shutil.copy(ROOT / "_config.yml", tmp_path)
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "ledger.py", tmp_path / "tools")
    book = tmp_path / "book"
    book.mkdir()
    (book / "references.bib").touch()
    (book / "index.md").write_text(
        "(sec-start)=\n# Start\n\nA page with $w$, {ref}`ledger-E5`.\n", encoding="utf-8"
    )
    (book / "ledger.md").write_text("# The ledger\n\nItems.\n", encoding="utf-8")
    (book / "ledger.yml").write_text(yaml.safe_dump([ITEM]), encoding="utf-8")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/index\nchapters:\n- file: book/ledger\n")
    return tmp_path


def test_the_ledger_page_follows_its_file(little_book: Path):
    def ledger_page() -> BeautifulSoup:
        assert build(little_book, little_book).returncode == 0
        page = little_book / "_build" / "html" / "book" / "ledger.html"
        return BeautifulSoup(page.read_bytes(), "html.parser")

    def item(page: BeautifulSoup) -> Tag:
        return page.select_one("#ledger-e5").find_parent("section")

    page = ledger_page()
    assert item(page).select_one(".verdict-wrong").text == "wrong"
    assert item(page).select_one("dd a[href='index.html#sec-start']")
    assert "test_the_sign" in item(page).text
    rows = {
        row.select_one(".verdict").text: [cell.text for cell in row("td")] for row in page.select("tbody tr")
    }
    assert rows["wrong"] == ["wrong", "1", "0", "0"]
    (little_book / "book" / "ledger.yml").write_text(yaml.safe_dump([{**ITEM, "verdict": "right"}]), "utf-8")
    assert item(ledger_page()).select_one(".verdict-right")


def test_a_site_that_knows_its_address_says_it(little_book: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SITE_URL", "https://example.org/course")
    monkeypatch.setenv("GITHUB_REPOSITORY", "someone/course")
    result = build(little_book, little_book)
    assert result.returncode == 0, result.stdout + result.stderr
    root = little_book / "_build" / "html"
    page = BeautifulSoup((root / "book" / "ledger.html").read_bytes(), "html.parser")
    assert page.select_one("link[rel=canonical]")["href"] == "https://example.org/course/book/ledger.html"
    assert (
        page.select_one("meta[property='og:url']")["content"] == "https://example.org/course/book/ledger.html"
    )
    assert page.select_one("a[aria-label=Repository]")["href"] == "https://github.com/someone/course"
    assert "Sitemap: https://example.org/course/sitemap.xml" in (root / "robots.txt").read_text(
        encoding="utf-8"
    )
    places = [element.text for element in ElementTree.parse(root / "sitemap.xml").iter() if element.text]
    assert "https://example.org/course/book/ledger.html" in places
    assert not any(place.endswith(("404.html", "search.html")) for place in places)
    unfound = BeautifulSoup((root / "404.html").read_bytes(), "html.parser")
    addresses = [link["href"] for link in unfound.select("[href]") if not link["href"].startswith("#")]
    assert addresses
    assert all(address.startswith("https://") for address in addresses)


def test_a_wrong_address_stops_the_build_and_is_named(little_book: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SITE_URL", "example.org")
    result = build(little_book, little_book)
    assert result.returncode != 0
    assert "SITE_URL is 'example.org'; allowed:" in result.stdout + result.stderr


@pytest.mark.parametrize("value", ["course", "a/b/c", "someone/", "some one/course"])
def test_a_repository_that_is_not_owner_and_name_is_refused(value: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", value)
    with pytest.raises(ExtensionError, match=rf"GITHUB_REPOSITORY is '{value}'; allowed: owner/name"):
        repository_url()


def test_what_a_reader_could_not_see_stops_the_build_and_says_where(little_book: Path):
    (little_book / "book" / "index.md").write_text(
        "(sec-start)=\n# Start\n\nA page with $\\frac{1}$.\n", encoding="utf-8"
    )
    slider = ipywidgets.IntSlider()
    output = nbformat.v4.new_output("display_data", {VIEW: embed_data(views=[slider])["view_specs"][0]})
    cell = nbformat.v4.new_code_cell("slider", execution_count=1, outputs=[output])
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A slider"), cell])
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.write(notebook, little_book / "book" / "slider.ipynb")
    with (little_book / "_toc.yml").open("a") as contents:
        contents.write("- file: book/slider\n")
    result = build(little_book, little_book)
    assert result.returncode != 0
    assert "index.md:4: WARNING: KaTeX cannot typeset" in result.stderr
    assert re.search(r"slider\.ipynb:\d+: WARNING: a widget without text/html", result.stderr)


def test_missing_files_of_katex_stop_the_build_with_the_command_that_brings_them(little_book: Path):
    (little_book / "web" / "node_modules").unlink()
    result = build(little_book, little_book)
    assert result.returncode != 0
    assert "npm ci --prefix web" in result.stdout + result.stderr


def test_a_wrong_ledger_stops_the_build(little_book: Path):
    (little_book / "book" / "ledger.yml").write_text(yaml.safe_dump([ITEM, ITEM]), encoding="utf-8")
    result = build(little_book, little_book)
    assert result.returncode != 0
    assert "id 'E5' stands twice" in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("items", "complaint"),
    [
        ({"E5": ITEM}, "allowed: a list of items"),
        ([], "allowed: a list of items"),
        (["E5"], "item 1 is 'E5'; allowed: a mapping"),
        ([{key: value for key, value in ITEM.items() if key != "truth"}], "item E5 has no key 'truth'"),
        ([{**ITEM, "note": "x"}], "item E5 has the unknown key 'note'"),
        ([{**ITEM, "verdict": "fine"}], "item E5 has verdict 'fine'; allowed: one of right, "),
        ([{**ITEM, "anchor": "ex-1"}], "item E5 has anchor 'ex-1'; allowed: a label that begins with eq-"),
        ([{**ITEM, "test": "test_the_sign"}], "item E5 has test 'test_the_sign'; allowed: tests/"),
        ([{**ITEM, "says": " "}], "item E5 has says ' '; allowed: text"),
        ([{**ITEM, "says": 3}], "item E5 has says 3; allowed: text"),
        ([{**ITEM, "id": "X1"}], "item X1 has id 'X1'; allowed: E, C or T and a number"),
        ([ITEM, ITEM], "id 'E5' stands twice"),
    ],
)
def test_a_ledger_that_is_wrong_is_refused_with_the_item_the_value_and_what_is_allowed(
    items: object, complaint: str, tmp_path: Path
):
    path = tmp_path / "ledger.yml"
    path.write_text(yaml.safe_dump(items), encoding="utf-8")
    with pytest.raises(LedgerError) as caught:
        read_ledger(path)
    assert complaint in str(caught.value)

"""How a book becomes a site: what the build writes, and what must stop it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import book_site
import imagesize
import ipywidgets
import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from ipywidgets.embed import embed_data
from lxml import html
from publish import bundle_styles, repository_url, site_url
from sphinx.errors import ExtensionError
from sphinxcontrib.katex import KaTeXError

from tests.conftest import ROOT, build
from tools.ledger import LedgerError, read_ledger

VIEW = "application/vnd.jupyter.widget-view+json"


ITEM = {
    "id": "E5",
    "says": "The problem is $wx$.",
    "verdict": "wrong",
    "truth": "It is\n$-wx$.",
    "anchor": "sec-start",
    "test": "tests/regsoft/test_claims.py::test_the_sign",
}


def write_book(folder: Path) -> Path:
    """Write a book of one page and a ledger of one item, with this book's settings."""
    shutil.copytree(
        ROOT / "web", folder / "web", ignore=shutil.ignore_patterns("node_modules", "__pycache__")
    )
    (folder / "web" / "node_modules").symlink_to(ROOT / "web" / "node_modules", target_is_directory=True)
    shutil.copy(ROOT / "_config.yml", folder)
    (folder / "tools").mkdir()
    for module in ("ledger.py", "results.py"):
        shutil.copy(ROOT / "tools" / module, folder / "tools")
    book = folder / "book"
    book.mkdir()
    (book / "references.bib").touch()
    (book / "index.md").write_text(
        "(sec-start)=\n# Start\n\nA page with $w$, {ref}`ledger-E5`.\n", encoding="utf-8"
    )
    (book / "ledger.md").write_text("# The ledger\n\nItems.\n", encoding="utf-8")
    (book / "ledger.yml").write_text(yaml.safe_dump([ITEM]), encoding="utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: book/index\nchapters:\n- file: book/ledger\n")
    return folder


@pytest.fixture
def little_book(tmp_path: Path) -> Path:
    """A book that a test may spoil."""
    return write_book(tmp_path)


@pytest.fixture(scope="module")
def known_book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A book that is built where the addresses of site and repository are known, for the tests that read it."""
    folder = write_book(tmp_path_factory.mktemp("known"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITE_URL", "https://example.org/course")
        patch.setenv("GITHUB_REPOSITORY", "someone/course")
        patch.setenv("DOWNLOADS", "1")
        result = build(folder, folder)
        assert result.returncode == 0, result.stdout + result.stderr
        yield folder


def ledger_page(book: Path) -> BeautifulSoup:
    return BeautifulSoup((book / "_build" / "html" / "book" / "ledger.html").read_bytes(), "lxml")


def ledger_item(page: BeautifulSoup) -> Tag:
    return page.select_one("#ledger-e5").find_parent("section")


def test_the_ledger_page_says_what_its_file_says(known_book: Path):
    page = ledger_page(known_book)
    item = ledger_item(page)
    assert item.select_one(".verdict-wrong").text == "wrong"
    assert item.select_one("dd a[href='index.html#sec-start']")
    assert "test_the_sign" in item.text
    rows = {
        row.select_one(".verdict").text: [cell.text for cell in row("td")] for row in page.select("tbody tr")
    }
    assert rows["wrong"] == ["wrong", "1", "0", "0"]


def test_a_site_that_knows_its_address_says_it(known_book: Path):
    page, root = ledger_page(known_book), known_book / "_build" / "html"
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
    card = page.select_one("meta[property='og:image']")["content"]
    assert card == "https://example.org/course/cards/ledger.png"
    said = [page.select_one(f"meta[property='og:image:{side}']")["content"] for side in ("width", "height")]
    assert imagesize.get(root / "cards" / "ledger.png") == tuple(map(int, said)) == (1200, 630)
    unfound = BeautifulSoup((root / "404.html").read_bytes(), "lxml")
    addresses = [link["href"] for link in unfound.select("[href]") if not link["href"].startswith("#")]
    assert addresses
    assert all(address.startswith("https://") for address in addresses)


def test_a_page_offers_the_files_that_are_published_beside_it(known_book: Path):
    offered = [link["href"] for link in ledger_page(known_book).select("aside a[download]")]
    assert offered == ["../downloads/sigmoid-and-softmax.pdf", "../downloads/sigmoid-and-softmax.zip"]


def test_the_ledger_page_follows_a_change_of_its_file(known_book: Path):
    path = known_book / "book" / "ledger.yml"
    path.write_text(yaml.safe_dump([{**ITEM, "verdict": "right"}]), "utf-8")
    assert build(known_book, known_book).returncode == 0
    assert ledger_item(ledger_page(known_book)).select_one(".verdict-right")


@pytest.mark.parametrize("value", ["example.org", "ftp://example.org", "https://"])
def test_an_address_that_is_none_is_refused(value: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SITE_URL", value)
    with pytest.raises(ExtensionError, match=rf"SITE_URL is '{value}'; allowed: an address"):
        site_url()


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


def test_missing_files_of_katex_stop_the_build_with_the_command_that_brings_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(book_site, "KATEX", tmp_path / "nothing")
    app = SimpleNamespace(builder=SimpleNamespace(format="html"), outdir=tmp_path / "html")
    with pytest.raises(ExtensionError, match="npm ci --prefix web"):
        book_site.copy_katex(app)
    assert not (tmp_path / "html").exists()


def test_a_formula_for_which_node_has_stopped_is_an_error_and_the_next_one_is_typeset():
    render = book_site.Renderer()
    render("w")
    render.process.kill()
    render.process.wait()
    with pytest.raises(KaTeXError, match="node has stopped"):
        render("w")
    assert 'class="katex"' in render("w")
    render.close()


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


def test_fonts_are_found_in_a_folder_whose_name_a_style_sheet_escapes(tmp_path: Path):
    folder = tmp_path / "σ and Ж, 本 it's (#1)"
    folder.mkdir()
    fonts = ROOT / "web" / "node_modules" / "katex" / "dist" / "fonts"
    shutil.copy(fonts / "KaTeX_Main-Regular.woff2", folder / "face.woff2")
    (folder / "face.css").write_text("@font-face { font-family: Face; src: url(face.woff2); }", "utf-8")
    pages = {folder / "page.html": html.document_fromstring("<p>w</p>")}
    written = bundle_styles([folder / "face.css"], pages, folder)
    assert list(written["fonts"]) == ["face"]
    font = written["fonts"]["face"]
    assert f"url(fonts/{font})" in (folder / "_static" / written["styles"]).read_text("utf-8")
    assert 0 < (folder / "_static" / "fonts" / font).stat().st_size < (folder / "face.woff2").stat().st_size

"""How a book becomes a site: what the build writes, and what must stop it."""

import re
import shutil
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import imagesize
import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from ipywidgets import IntSlider
from ipywidgets.embed import embed_data
from lxml import html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from sphinx.errors import ExtensionError
from sphinxcontrib.katex import KaTeXError

import website.build
from tests.website.books import ITEM, JUPYTER_BOOK, build, built, contents, run, write_book
from website import formulas
from website.finish import bundle, start_afresh
from website.ledger import LedgerError, read_ledger, write_page
from website.site import NODE_MODULES, npm_file, repository_url, site_url

VIEW = "application/vnd.jupyter.widget-view+json"
STALE = {"book/gone.html": "a page of a chapter that was removed", "_static/old.css": "old"}
KNOWN = {
    "SITE_URL": "https://example.org/course",
    "GITHUB_REPOSITORY": "someone/course",
    "DOWNLOADS": "1",
}
MADE_LATER = {"lite/index.html": "JupyterLite", "downloads/book.zip": "the archive"}


def write_site(folder: Path, files: dict[str, str]) -> Path:
    """Write an older site into the place where a book is built; return its folder."""
    site = folder / "_build" / "html"
    for name, words in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(words, "utf-8")
    return site


# ------------------------------------------------------------------------------------------- the site as a whole


@pytest.fixture(scope="module")
def known_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book, built over an older site, where the addresses of site and repository are known."""
    folder = write_book(tmp_path_factory.mktemp("known"))
    write_site(folder, STALE | MADE_LATER)
    built(folder, folder, **KNOWN)
    return folder


def test_a_new_site_has_no_page_of_the_old_one_and_keeps_what_other_programs_put_there(known_book: Path):
    site = known_book / "_build" / "html"
    assert not [name for name in STALE if (site / name).exists()]
    assert all((site / name).read_text("utf-8") == words for name, words in MADE_LATER.items())
    assert sorted(path.name for path in site.parent.iterdir()) == [".lock", "html"]


@pytest.mark.parametrize("renames", range(4))
def test_a_change_of_sites_that_is_cut_off_at_any_moment_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
):
    site, left = write_site(tmp_path, STALE | MADE_LATER), renames
    pages = tmp_path / "draft"
    pages.mkdir()
    (pages / "index.html").write_text("new", "utf-8")
    rename = Path.rename

    def cut_off(path: Path, target: Path) -> Path:
        nonlocal left
        if not left:
            raise KeyboardInterrupt
        left -= 1
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", cut_off)
    with pytest.raises(KeyboardInterrupt):
        website.build.put_in_place(pages, site)
    monkeypatch.undo()
    website.build.finish_change(site)
    expected = {"index.html": "new"} if renames > 1 else STALE
    assert contents(site) == {name: words.encode() for name, words in (expected | MADE_LATER).items()}
    assert not site.with_name(".old").exists()


@dataclass(frozen=True)
class Failed:
    """A build that failed over an older site: what it said, and the site before and afterwards."""

    result: subprocess.CompletedProcess
    before: dict[str, bytes]
    after: dict[str, bytes]


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Failed:
    """A book with a wrong formula, a widget without a picture, and a chapter that _toc.yml does not list."""
    book = write_book(tmp_path_factory.mktemp("failed"))
    (book / "book" / "index.md").write_text("(sec-start)=\n# Start\n\nA page with $\\frac{1}$.\n", "utf-8")
    output = new_output("display_data", {VIEW: embed_data(views=[IntSlider()])["view_specs"][0]})
    cells = [new_markdown_cell("# A slider"), new_code_cell("slider", execution_count=1, outputs=[output])]
    notebook = new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})
    for name in ("slider", "x"):
        nbformat.write(notebook, book / "book" / f"{name}.ipynb")
    with (book / "_toc.yml").open("a") as contents_list:
        contents_list.write("- file: book/slider\n")
    site = write_site(book, STALE | MADE_LATER)
    before = contents(site)
    return Failed(build(book, book), before, contents(site))


def test_a_build_that_fails_leaves_the_old_site_and_says_so(failed: Failed):
    assert failed.result.returncode != 0
    assert "_build/html is as it was" in failed.result.stderr
    assert failed.after == failed.before


def test_a_chapter_that_is_not_listed_fails_the_build_which_says_what_to_do(failed: Failed):
    advice = "book/x.ipynb is not listed in _toc.yml: add it there or delete it"
    assert failed.result.stderr.count(advice) == failed.result.stderr.count("not listed") == 1


def test_what_a_reader_could_not_see_fails_the_build_which_says_where(failed: Failed):
    assert "index.md:4: WARNING: KaTeX cannot typeset" in failed.result.stderr
    assert re.search(r"slider\.ipynb:\d+: WARNING: a widget was not saved", failed.result.stderr)


def test_jupyter_book_called_by_hand_over_a_finished_site_gives_the_same_pages(
    known_book: Path, tmp_path: Path
):
    book = shutil.copytree(known_book, tmp_path / "known", symlinks=True)
    site = write_site(book, STALE)
    result = run(JUPYTER_BOOK, "build", book, "-W", "-n", "--keep-going", **KNOWN)
    assert result.returncode == 0, result.stdout + result.stderr
    assert contents(site) == contents(known_book / "_build" / "html")


def test_a_build_by_hand_remembers_no_page_and_no_warning_of_the_one_before(tmp_path: Path):
    site = write_site(tmp_path, STALE | MADE_LATER)
    pickled = tmp_path / ".doctrees" / "environment.pickle"
    pickled.parent.mkdir()
    pickled.touch()
    start_afresh(SimpleNamespace(outdir=site, doctreedir=pickled.parent), None)
    assert contents(site).keys() == MADE_LATER.keys()
    assert not pickled.exists()


def test_two_builds_at_once_wait_for_each_other_and_one_that_was_cut_off_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    write_site(tmp_path / "_build" / ".draft", {"cut-off.html": "half a page"})
    running, together = threading.Semaphore(1), []

    def jupyter_book(command: list[str], **options: object) -> subprocess.CompletedProcess:
        together.append(not running.acquire(blocking=False))
        time.sleep(0.2)
        write_site(Path(command[command.index("--path-output") + 1]), {"index.html": "new"})
        running.release()
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(website.build.subprocess, "run", jupyter_book)
    with ThreadPoolExecutor() as pool:
        codes = list(pool.map(website.build.build, [tmp_path] * 2, [tmp_path] * 2))
    assert codes == [0, 0]
    assert together == [False, False]
    assert contents(tmp_path / "_build" / "html") == {"index.html": b"new"}
    assert capsys.readouterr().out.count("another build is writing these pages") == 1


@pytest.mark.builds
def test_a_folder_with_spaces_and_other_letters_gives_the_same_pages(little_book: Path, tmp_path: Path):
    elsewhere = tmp_path / "σ and Ж, 本 it's #1"
    elsewhere.mkdir()
    write_book(elsewhere)
    assert built(elsewhere, elsewhere) == built(little_book, tmp_path / "plain")


@pytest.mark.builds
def test_a_folder_that_may_not_be_written_can_be_built_elsewhere_with_no_network(
    little_book: Path, tmp_path: Path, sandboxed: None
):
    output = tmp_path / "elsewhere"
    output.mkdir()
    walls = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--tmpfs", "/dev/shm", "--unshare-net"]
    walls += ["--bind", output, output, "--setenv", "TMPDIR", output]
    command = [JUPYTER_BOOK, "build", little_book, "--path-output", output, "-W", "-n", "--keep-going"]
    result = run(*walls, *command)
    assert result.returncode == 0, result.stdout + result.stderr
    assert contents(output / "_build" / "html") == built(little_book, tmp_path / "plain")


# --------------------------------------------------------------------------------------------- what the pages say


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
    report = "https://github.com/someone/course/issues/new?template=error.yml&page=book/ledger"
    assert page.select_one(".book-report a")["href"] == report
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
    links = [part.get("href") or part["src"] for part in unfound.select("[href], [src]")]
    addresses = [link for link in links if not link.startswith(("#", "data:"))]
    assert "/course/book/ledger.html" in addresses
    assert all(address.startswith(("https://", "/course/")) for address in addresses)
    asked = {address.partition("?")[0].removeprefix("/course/") for address in addresses}
    assert not [
        name for name in asked if name.startswith(("_static", "book")) and not (root / name).is_file()
    ]
    assert sum(name.startswith("_static/book-") for name in asked) == 1


def test_a_page_offers_the_files_that_are_published_beside_it(known_book: Path):
    offered = [link["href"] for link in ledger_page(known_book).select(".book-chapters a[download]")]
    assert offered == ["../downloads/sigmoid-and-softmax.pdf", "../downloads/sigmoid-and-softmax.zip"]


@pytest.mark.parametrize("value", ["example.org", "ftp://example.org", "https://"])
def test_an_invalid_site_url_is_refused(value: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SITE_URL", value)
    with pytest.raises(ExtensionError, match=rf"SITE_URL is '{value}'; allowed: an address"):
        site_url()


@pytest.mark.parametrize("value", ["course", "a/b/c", "someone/", "some one/course"])
def test_a_repository_that_is_not_owner_and_name_is_refused(value: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", value)
    with pytest.raises(ExtensionError, match=rf"GITHUB_REPOSITORY is '{value}'; allowed: owner/name"):
        repository_url()


def test_missing_files_of_katex_stop_the_build_with_the_command_that_brings_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(formulas, "npm_file", partial(npm_file, modules=tmp_path / "nothing"))
    app = SimpleNamespace(builder=SimpleNamespace(format="html"), outdir=tmp_path / "html")
    with pytest.raises(ExtensionError, match="npm ci --prefix website"):
        formulas.copy_katex(app)
    assert not (tmp_path / "html").exists()


def test_a_formula_for_which_node_has_stopped_is_an_error_and_the_next_one_is_typeset():
    render = formulas.Renderer()
    render("w")
    render.process.kill()
    render.process.wait()
    with pytest.raises(KaTeXError, match="node has stopped"):
        render("w")
    assert 'class="katex"' in render("w")
    render.close()


def test_a_wrong_ledger_stops_the_build(tmp_path: Path):
    (tmp_path / "ledger.yml").write_text(yaml.safe_dump([ITEM, ITEM]), "utf-8")
    env = SimpleNamespace(note_dependency=lambda path: None)
    app = SimpleNamespace(config=SimpleNamespace(ledger_page="ledger"), srcdir=tmp_path, env=env)
    with pytest.raises(ExtensionError, match="id 'E5' stands twice"):
        write_page(app, "ledger", ["# The ledger"])


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
    fonts = NODE_MODULES / "katex" / "dist" / "fonts"
    shutil.copy(fonts / "KaTeX_Main-Regular.woff2", folder / "face.woff2")
    (folder / "face.css").write_text("@font-face { font-family: Face; src: url(face.woff2); }", "utf-8")
    pages = {folder / "page.html": html.document_fromstring("<p>w</p>")}
    (folder / "page.html").touch()
    written = bundle([folder / "face.css"], pages, folder, "/")
    assert list(written["fonts"]) == ["face"]
    font = written["fonts"]["face"]
    assert f"url(fonts/{font})" in (folder / "_static" / written["styles"]).read_text("utf-8")
    assert 0 < (folder / "_static" / "fonts" / font).stat().st_size < (folder / "face.woff2").stat().st_size

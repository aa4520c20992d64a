"""Chapters and problem sets in JupyterLite: what the kernel loads is there, and a real browser runs it.

The network is answered from files. Those of Pyodide's core are in website/node_modules. PYODIDE may name a folder
with the rest of the distribution; then a chapter of the book and an answered problem set run to their ends. With
REQUIRE_PYODIDE=1 they do so without such a folder, too: what the browser asks for is fetched from the CDN.
Otherwise the packages in pure Python are taken from PyPI, at the versions of the distribution, which is enough for
SymPy and sliders.
"""

import copy
import json
import os
import subprocess
import sys
import zipfile
from hashlib import sha256
from importlib.metadata import distributions
from pathlib import Path
from urllib.request import urlopen

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from playwright.sync_api import Browser, expect

from coursework.grading.assign import OURS, copy_and_build
from coursework.grading.files import problem_sets
from coursework.sample import write_class
from tests.website.books import ROOT, Site, build, serve, write_settings
from tests.website.pictures import frame
from tools.notebooks import NOTEBOOKS
from tools.refresh import KERNEL
from website import lite

PATIENCE = 300_000  # milliseconds: a busy machine is slow, not broken
TYPES = {".mjs": "text/javascript", ".wasm": "application/wasm"}
CELLS = [
    new_markdown_cell("(sec-probe)=\n# A probe\n\nA page with a slider."),
    new_markdown_cell(
        ":::{prf:theorem} Largest share\n:label: thm-probe\nIf $x_1 > x_2$ then $w_1 > w_2$.\n:::\n\n"
        ":::{exercise} Prove it\n:label: ex-probe\nUse that $\\exp$ increases.\n:::"
    ),
    new_code_cell("import sympy as sp\nsp.factorint(2026)"),
    new_code_cell(
        "import ipywidgets\n"
        "slider, answer = ipywidgets.IntSlider(value=60, max=100), ipywidgets.HTML('60')\n"
        "slider.observe(lambda change: setattr(answer, 'value', str(sp.factorint(change.new))), 'value')\n"
        "ipywidgets.VBox([slider, answer])"
    ),
]


# ----------------------------------------------------------------------------------------------------- the packages


FETCH = os.environ.get("REQUIRE_PYODIDE") == "1" and not os.environ.get("PYODIDE")
PURE = ["micropip", "ipython", "jedi", "sympy"]  # they and what they need are written in Python alone
NO_PYODIDE = "PYODIDE names no folder with a Pyodide distribution, and PyPI has no NumPy for Pyodide"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """The folder of a whole Pyodide distribution: that which PYODIDE names, or one that is filled from the CDN."""
    if folder := os.environ.get("PYODIDE"):
        return Path(folder)
    return tmp_path_factory.mktemp("pyodide") if FETCH else None


@pytest.fixture(scope="module")
def packages(whole: Path | None, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path]:
    """Pyodide's lock file, and a folder with files of its packages."""
    lock = lite.read_lock()
    folder = tmp_path_factory.mktemp("packages")
    if whole is not None:
        if not FETCH:  # refuse here what the browser would wait for
            lite.copy_distribution(lite.closure(lock, [*PURE, "matplotlib", "scikit-learn"]), whole, folder)
        return lock, whole
    names = lite.closure(lock, PURE)
    pins = [f"{package['name']}=={package['version']}" for package in names.values()]
    minor = lock["info"]["python"].rpartition(".")[0]
    choice = ["--no-deps", "--only-binary", ":all:", "--platform", "any", "--python-version", minor]
    command = [sys.executable, "-m", "pip", "download", "--quiet", *choice, "--dest", folder, *pins]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    for package in names.values():  # the distribution packs these wheels anew
        package["sha256"] = sha256((folder / package["file_name"]).read_bytes()).hexdigest()
    return lock, folder


@pytest.fixture(scope="module")
def built(
    packages: tuple[dict, Path],
    whole: Path | None,
    tmp_path_factory: pytest.TempPathFactory,
):
    """A book of one chapter with JupyterLite below it, which holds all chapters, served on localhost."""
    source = tmp_path_factory.mktemp("book")
    write_settings(source, "format: jb-book\nroot: book/index\nchapters:\n- file: book/probe\n")
    (source / "book" / "index.md").write_text("# Start\n\nA book.\n", "utf-8")
    probe = source / "book" / "probe.ipynb"
    nbformat.write(new_notebook(cells=CELLS, metadata=KERNEL), probe)
    result = build(source, source)
    assert result.returncode == 0, result.stdout + result.stderr
    folder = source / "_build" / "html"
    answered = [handed_in(tmp_path_factory.mktemp("class"))] if whole else []
    course = tmp_path_factory.mktemp("course")
    copy_and_build(course)
    lite.build(
        folder,
        [*NOTEBOOKS, *lite.released_notebooks(course), *answered, probe],
        lock=copy.deepcopy(packages[0]),
    )
    lite.add_buttons(folder, [probe])
    with serve(folder) as served:
        yield served


def handed_in(folder: Path) -> Path:
    """Problem set 1 with the answers of the student of the sample class whose softmax overflows."""
    write_class(folder)
    with zipfile.ZipFile(folder / "submissions.zip") as archive:
        (name,) = (name for name in archive.namelist() if name.startswith("okaforben"))
        (folder / "answered.ipynb").write_bytes(archive.read(name))
    return folder / "answered.ipynb"


@pytest.fixture(scope="module")
def lock(built: Site) -> dict:
    return json.loads((built.folder / "lite" / "static" / "pyodide" / lite.LOCK).read_text("utf-8"))


def test_every_package_that_a_chapter_loads_has_a_file_beside_the_lock_or_in_the_distribution(
    built: Site, lock: dict, packages: tuple[dict, Path]
):
    folder, stock = built.folder / "lite" / "static" / "pyodide", packages[0]["packages"]
    sets = [built.folder / "lite" / "files" / f"{name}.ipynb" for name in problem_sets(OURS)]
    assert len(sets) >= 4
    needed = lite.packages_for(lock, [*NOTEBOOKS, *sets])
    assert {"regsoft", "numpy", "matplotlib", "ipywidgets", "sympy", "scipy", "scikit-learn"} <= set(needed)
    for name, package in needed.items():
        if package["file_name"].startswith(lite.PYODIDE_CDN_URL):
            assert package["file_name"] == f"{lite.PYODIDE_CDN_URL}/{stock[name]['file_name']}"
        else:
            assert package["sha256"] == sha256((folder / package["file_name"]).read_bytes()).hexdigest()


def test_the_versions_in_the_lock_satisfy_every_requirement_of_the_wheels_that_are_added(
    built: Site, lock: dict
):
    versions = {name: package["version"] for name, package in lock["packages"].items()}
    checked = set()
    for wheel in (built.folder / "lite" / "static" / "pyodide").glob("*.whl"):
        (found,) = distributions(path=[str(wheel)])
        for requirement in map(Requirement, found.requires or []):
            if lite.applies(requirement, lock["info"]["python"]):
                assert versions[canonicalize_name(requirement.name)] in requirement.specifier, (
                    found.name,
                    requirement,
                )
                checked.add((found.name, requirement.name))
    assert {("regsoft", "numpy"), ("regsoft", "matplotlib"), ("ipywidgets", "traitlets")} <= checked


@pytest.fixture
def small(tmp_path: Path) -> tuple[dict, Path, Path]:
    """A lock file of two packages, a folder with their files, and a folder to fill."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    lock = {"info": {"python": "3.14.2"}, "packages": {}}
    for name, depends in (("one", ["two"]), ("two", [])):
        (source / f"{name}.whl").write_text(name, "utf-8")
        lock["packages"][name] = {
            "file_name": f"{name}.whl",
            "sha256": sha256(name.encode()).hexdigest(),
            "imports": [name],
            "depends": depends,
        }
    return lock, source, target


def test_a_folder_gives_the_site_python_and_every_package_that_is_needed(small: tuple[dict, Path, Path]):
    lock, source, target = small
    lite.copy_distribution(lite.closure(lock, ["one"]), source, target)
    assert {file.name for file in target.iterdir()} == {*lite.CORE, "one.whl", "two.whl"}


def test_a_file_that_is_missing_or_another_is_refused_by_name(small: tuple[dict, Path, Path]):
    lock, source, target = small
    (source / "two.whl").write_text("three", "utf-8")
    with pytest.raises(lite.LiteError, match=r"two\.whl is not the file that Pyodide"):
        lite.copy_distribution(lock["packages"], source, target)
    (source / "two.whl").unlink()
    with pytest.raises(lite.LiteError, match=r"lacks two\.whl, the wheel of two"):
        lite.copy_distribution(lock["packages"], source, target)


def test_a_package_without_a_wheel_is_named_with_what_needs_it(small: tuple[dict, Path, Path]):
    lock, _, _ = small
    del lock["packages"]["two"]
    with pytest.raises(lite.LiteError, match="one needs two"):
        lite.closure(lock, ["one"])


def test_an_import_that_the_browser_does_not_have_is_named_with_its_chapter(
    small: tuple[dict, Path, Path], tmp_path: Path
):
    chapter = tmp_path / "chapter.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("import json\nfrom torch.nn import Linear")]), chapter)
    assert lite.imported(chapter) == {"torch"}
    with pytest.raises(lite.LiteError, match=r"chapter\.ipynb imports torch, which Pyodide does not have"):
        lite.packages_for(small[0], [chapter])


def test_another_pyodide_than_the_kernels_is_refused(tmp_path: Path):
    (tmp_path / "package.json").write_text('{"version": "0.1.0"}', "utf-8")
    (tmp_path / lite.LOCK).write_text("{}", "utf-8")
    with pytest.raises(
        lite.LiteError, match=rf"pyodide 0\.1\.0; the kernel was made for {lite.PYODIDE_VERSION}"
    ):
        lite.read_lock(tmp_path / lite.LOCK)
    with pytest.raises(lite.LiteError, match=r"is missing; run: npm ci"):
        lite.read_lock(tmp_path / "elsewhere" / lite.LOCK)


def test_a_wrong_place_of_pyodide_or_a_book_that_is_not_built_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    monkeypatch.setattr(lite, "SITE", tmp_path)
    assert lite.main([]) == 1
    assert "the book is not built" in capsys.readouterr().err
    (tmp_path / "book").mkdir()
    for chapter in NOTEBOOKS:
        (tmp_path / "book" / f"{chapter.stem}.html").write_text("<p>A page.</p>", "utf-8")
    assert lite.main(["--pyodide", "nowhere"]) == 1
    assert "--pyodide is 'nowhere'; allowed: a folder, or an address" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["book"]
    assert {page.read_text("utf-8") for page in (tmp_path / "book").iterdir()} == {"<p>A page.</p>"}


# ------------------------------------------------------------------------------------------------------ the browser


class Opened:
    """A chapter in JupyterLite, the network answered from files, and what went wrong."""

    def __init__(self, browser: Browser, built: Site, folder: Path):
        self.built, self.folders = built, (lite.PYODIDE, folder)
        self.asked, self.trouble = set(), []
        self.page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.context.route("**/*", self.answer)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on(
            "console",
            lambda note: "Content Security Policy" in note.text and self.trouble.append(note.text),
        )

    def answer(self, route):
        url = route.request.url
        if url.startswith((self.built.url, "data:", "blob:")):
            return route.continue_()
        self.asked.add(url.rpartition("/")[0])
        name = url.rpartition("/")[2]
        file = next((folder / name for folder in self.folders if (folder / name).is_file()), None)
        if file is None and FETCH and url.startswith(lite.PYODIDE_CDN_URL):
            with urlopen(url, timeout=PATIENCE / 1000) as sent:
                file = self.folders[-1] / name
                file.write_bytes(sent.read())
        if file is None:
            return route.abort()
        kind = TYPES.get(file.suffix, "application/octet-stream")
        return route.fulfill(path=file, headers={"access-control-allow-origin": "*", "content-type": kind})

    def choose(self, menu: str, entry: str):
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.get_by_role("menuitem", name=entry, exact=True).click()


@pytest.fixture(scope="module")
def probe(browser: Browser, built: Site, packages: tuple[dict, Path]):
    """The page of the book, from which the button has led to the notebook."""
    opened = Opened(browser, built, packages[1])
    opened.page.goto(f"{built.url}/book/probe.html")
    opened.page.get_by_role("link", name="Run in browser").click()
    opened.page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    yield opened
    opened.page.context.close()


def test_the_button_leads_to_the_chapter_with_its_theorem_and_its_exercise(probe: Opened):
    assert probe.page.url == f"{probe.built.url}/lite/notebooks/index.html?path=probe.ipynb"
    notebook = probe.page.locator(".jp-Notebook")
    expect(notebook.locator("aside", has_text="Theorem 1")).to_contain_text("Largest share", timeout=PATIENCE)
    expect(notebook.locator("aside", has_text="Exercise 1")).to_contain_text("Prove it")
    expect(notebook.locator(".katex").first).to_be_visible()


def test_the_kernel_runs_cells_and_a_slider_with_nothing_installed_and_one_host_asked(probe: Opened):
    probe.choose("Run", "Run All Cells")
    outputs = probe.page.locator(".jp-OutputArea-output")
    expect(outputs.first).to_have_text("{2: 1, 1013: 1}", timeout=PATIENCE)
    handle = probe.page.locator(".jupyter-widgets .noUi-handle")
    handle.focus()
    handle.press("ArrowRight")
    expect(outputs.last).to_contain_text("{61: 1}", timeout=PATIENCE)
    assert probe.asked == {lite.PYODIDE_CDN_URL}
    assert probe.trouble == []


@pytest.fixture(scope="module")
def chapter(browser: Browser, built: Site, whole: Path | None):
    """A chapter of the book in which all cells were asked to run."""
    if whole is None:
        pytest.skip(NO_PYODIDE)
    opened = Opened(browser, built, whole)
    opened.page.goto(f"{built.url}/lite/notebooks/index.html?path=sigmoid.ipynb")
    opened.page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    opened.choose("Edit", "Clear Outputs of All Cells")
    opened.choose("Run", "Run All Cells")
    yield opened
    opened.page.context.close()


def test_a_chapter_runs_to_its_end_in_the_browser(chapter: Opened):
    cells = nbformat.read(ROOT / "book" / "sigmoid.ipynb", as_version=4).cells
    last = len([cell for cell in cells if cell.cell_type == "code"])
    chapter.page.locator(".jp-OutputArea-output").nth(last // 2).wait_for()
    expect(chapter.page.locator(".jp-InputPrompt", has_text="[*]")).to_have_count(0, timeout=PATIENCE)
    assert chapter.page.locator(f".jp-InputPrompt:text-is('[{last}]:')").count() == 1
    assert chapter.page.get_by_text("Traceback").count() == 0


def test_a_picture_of_a_chapter_is_dragged_and_the_kernel_of_the_browser_hears_of_it(chapter: Opened):
    page = chapter.page
    handle = page.locator(".rs-handle[data-key=w]")
    handle.hover()  # once the notebook has come to rest
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.down()
    page.mouse.move(x + 104, y, steps=5)
    page.mouse.up()
    frame(page)
    w = float(handle.get_attribute("aria-valuenow"))
    assert w == pytest.approx(0.5, abs=0.01)  # from 0.25 by a quarter of the axis
    page.locator(".jp-Notebook .jp-CodeCell .cm-content").last.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(
        "from ipywidgets.widgets.widget import _instances\n"
        "(decision,) = [each for each in _instances.values() if hasattr(each, 'answer')]\n"
        "print('it is', decision.w)\n"
        "decision.x = -2"
    )
    page.keyboard.press("Control+Enter")
    expect(page.locator(".jp-OutputArea-output").last).to_have_text(f"it is {w}", timeout=PATIENCE)
    expect(page.locator(".rs-handle[data-key=x]")).to_have_attribute("aria-valuenow", "-2")
    assert chapter.trouble == []


def test_a_problem_set_opens_as_students_get_it_and_holds_no_solution(
    browser: Browser, built: Site, packages: tuple[dict, Path]
):
    opened = Opened(browser, built, packages[1])
    opened.page.goto(f"{built.url}/lite/notebooks/index.html?path=ps1.ipynb")
    heading = opened.page.locator(".jp-Notebook h1")
    expect(heading).to_contain_text("Problem set 1: the two functions", timeout=PATIENCE)
    opened.page.context.close()
    file = built.folder / "lite" / "files" / "ps1.ipynb"
    code = [cell.source for cell in nbformat.read(file, 4).cells if cell.cell_type == "code"]
    stubs = sum("raise NotImplementedError" in source for source in code)
    assert stubs == 6
    assert not [word for word in ("emit(", "SOLUTION", "MARK SCHEME") if word in file.read_text("utf-8")]
    assert opened.trouble == []


def test_the_checks_of_an_answered_problem_set_run_in_the_browser_and_say_what_is_wrong(
    browser: Browser, built: Site, whole: Path | None
):
    if whole is None:
        pytest.skip(NO_PYODIDE)
    opened = Opened(browser, built, whole)
    opened.page.goto(f"{built.url}/lite/notebooks/index.html?path=answered.ipynb")
    opened.page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    opened.choose("Run", "Run All Cells")
    said = opened.page.locator(".jp-OutputArea-output", has_text="checks pass")
    expect(said).to_have_count(5, timeout=PATIENCE)
    expect(said.nth(1)).to_contain_text("my_softmax: 2 of 3 checks pass")
    expect(said.nth(1)).to_contain_text("FAIL  Large scores do not overflow")
    opened.page.context.close()


def test_jupyterlite_has_a_policy_of_its_own_and_no_other_page_allows_eval_or_a_script_from_a_blob(
    built: Site,
):
    pages = [path for path in built.folder.rglob("*.html") if "_static" not in path.parts]
    for page in pages:
        policy = BeautifulSoup(page.read_bytes(), "html.parser").select_one(
            "meta[http-equiv=Content-Security-Policy]"
        )
        ours = page.relative_to(built.folder).parts[0] == "lite"
        scripts = policy["content"].partition("script-src ")[2].partition(";")[0].split()
        assert {"'unsafe-eval'", "blob:"}.intersection(scripts) == (
            {"'unsafe-eval'", "blob:"} if ours else set()
        )
        assert "'unsafe-inline'" not in scripts
        assert not ours or page.parent == built.folder / "lite" or "'sha256-" in policy["content"]
    assert len(pages) > 5

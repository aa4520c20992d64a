"""Chapters in JupyterLite: what the kernel loads is there, and a real browser runs it.

The network is answered from files. Those of Pyodide's core are in web/node_modules. PYODIDE may name a folder with
the rest of the distribution; then a chapter of the book runs to its end. Otherwise the packages in pure Python are
taken from PyPI, at the versions of the distribution, which is enough for SymPy and sliders.
"""

import copy
import functools
import json
import os
import shutil
import subprocess
import sys
import threading
from hashlib import sha256
from importlib.metadata import distributions
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from playwright.sync_api import Browser, expect

from conftest import ROOT, Site, _Handler, _Server, build
from notebooks import CHAPTERS
from tools import lite
from tools.refresh import KERNEL

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


@pytest.fixture(scope="module")
def whole() -> Path | None:
    """The folder of a whole Pyodide distribution, if PYODIDE names one."""
    return Path(os.environ["PYODIDE"]) if "PYODIDE" in os.environ else None


@pytest.fixture(scope="module")
def packages(whole: Path | None, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path]:
    """Pyodide's lock file, and a folder with files of its packages."""
    lock = lite.read_lock()
    if whole is not None:
        return lock, whole
    folder = tmp_path_factory.mktemp("packages")
    names = lite.closure(lock, ["micropip", "ipython", "jedi", "sympy"])
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
def built(packages: tuple[dict, Path], tmp_path_factory: pytest.TempPathFactory):
    """A book of one page with JupyterLite below it, which holds all chapters, served on localhost."""
    source = tmp_path_factory.mktemp("book")
    (source / "book").mkdir()
    for name in ("web", "tools"):
        (source / name).symlink_to(ROOT / name, target_is_directory=True)
    shutil.copy(ROOT / "_config.yml", source)
    (source / "_toc.yml").write_text("format: jb-book\nroot: book/probe\n", "utf-8")
    (source / "book" / "references.bib").touch()
    probe = source / "book" / "probe.ipynb"
    nbformat.write(new_notebook(cells=CELLS, metadata=KERNEL), probe)
    result = build(source, source)
    assert result.returncode == 0, result.stdout + result.stderr
    folder = source / "_build" / "html"
    lite.build(folder, [*CHAPTERS, probe], lock=copy.deepcopy(packages[0]))
    lite.add_buttons(folder, [probe])
    server = _Server(("127.0.0.1", 0), functools.partial(_Handler, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(folder, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def lock(built: Site) -> dict:
    return json.loads((built.folder / "lite" / "static" / "pyodide" / lite.LOCK).read_text("utf-8"))


def test_every_package_that_a_chapter_loads_has_a_file_beside_the_lock_or_in_the_distribution(
    built: Site, lock: dict, packages: tuple[dict, Path]
):
    folder, stock = built.folder / "lite" / "static" / "pyodide", packages[0]["packages"]
    needed = lite.packages_for(lock, CHAPTERS)
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
        if file is None:
            return route.abort()
        kind = TYPES.get(file.suffix, "application/octet-stream")
        return route.fulfill(path=file, headers={"access-control-allow-origin": "*", "content-type": kind})

    def run_all(self):
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


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
    probe.run_all()
    outputs = probe.page.locator(".jp-OutputArea-output")
    expect(outputs.first).to_have_text("{2: 1, 1013: 1}", timeout=PATIENCE)
    handle = probe.page.locator(".jupyter-widgets .noUi-handle")
    handle.focus()
    handle.press("ArrowRight")
    expect(outputs.last).to_contain_text("{61: 1}", timeout=PATIENCE)
    assert probe.asked == {lite.PYODIDE_CDN_URL}
    assert probe.trouble == []


def test_a_chapter_runs_to_its_end_in_the_browser(browser: Browser, built: Site, whole: Path | None):
    if whole is None:
        pytest.skip("PYODIDE names no folder with a Pyodide distribution, and PyPI has no NumPy for Pyodide")
    opened = Opened(browser, built, whole)
    opened.page.goto(f"{built.url}/lite/notebooks/index.html?path=sigmoid.ipynb")
    opened.page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    last = len(
        [cell for cell in nbformat.read(ROOT / "book" / "sigmoid.ipynb", 4).cells if cell.cell_type == "code"]
    )
    opened.page.evaluate(
        "() => document.querySelectorAll('.jp-InputArea-prompt').forEach((x) => x.textContent = '')"
    )
    opened.run_all()
    opened.page.get_by_text(f"[{last}]:").first.wait_for()
    assert opened.page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0


def test_jupyterlite_has_a_policy_of_its_own_and_no_other_page_allows_eval(built: Site):
    pages = [path for path in built.folder.rglob("*.html") if "_static" not in path.parts]
    for page in pages:
        policy = BeautifulSoup(page.read_bytes(), "html.parser").select_one(
            "meta[http-equiv=Content-Security-Policy]"
        )
        ours = page.relative_to(built.folder).parts[0] == "lite"
        assert ("'unsafe-eval'" in policy["content"]) == ours, page
        assert "'unsafe-inline'" not in policy["content"].partition("script-src")[2].partition(";")[0]
        assert not ours or page.parent == built.folder / "lite" or "'sha256-" in policy["content"]
    assert len(pages) > 5

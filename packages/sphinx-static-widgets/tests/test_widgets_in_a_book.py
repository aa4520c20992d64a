"""The wheel in a fresh environment, and what the lines of README.md do to a book."""

import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import textwrap
import venv
import zipfile
from pathlib import Path

import ipywidgets
import nbformat
import pytest
from ipywidgets.embed import embed_data
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Browser, Page
from sphinx_static_widgets.saved import WIDGET_STATE, WIDGET_VIEW
from widget_states import box

PACKAGE = Path(__file__).resolve().parent.parent
README = (PACKAGE / "README.md").read_text("utf-8")
MODULE = "sphinx_static_widgets"
FILES = {"__init__.py", "extension.py", "modules.py", "saved.py", "static-widgets.css", "static-widgets.js"}
LIKE_A_PROGRAM = "import sys; from {} import main; sys.exit(main())"


def run(*command: object) -> str:
    """Run a program, which must succeed; return what it says."""
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the source archive, built from a copy."""
    copy = tmp_path_factory.mktemp("copy") / "package"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", copy / "dist", copy)
    (wheel,), (sdist,) = (copy / "dist").glob("*.whl"), (copy / "dist").glob("*.tar.gz")
    return wheel, sdist


@pytest.fixture(scope="module")
def python(archives: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment that has the wheel; Sphinx and the like are those of this one."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder)
    program = folder / Path(sys.executable).relative_to(sys.prefix)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", program]
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", archives[0])
    site = run(program, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    # What is installed here from its folder is not found this way: only the wheel can be imported.
    Path(site, "ours.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    assert run(program, "-c", f"import {MODULE}; print({MODULE}.__file__)").startswith(str(folder))
    return program


def test_the_wheel_holds_the_extension_its_script_and_its_styles_and_nothing_else(archives):
    with zipfile.ZipFile(archives[0]) as files:
        names = {name for name in files.namelist() if ".dist-info/" not in name}
        licences = [name for name in files.namelist() if name.endswith(".dist-info/licenses/LICENSE")]
    assert names == {f"{MODULE}/{name}" for name in FILES}
    assert len(licences) == 1


def test_the_source_archive_holds_the_tests_as_well(archives):
    with tarfile.open(archives[1]) as files:
        inside = {name.partition("/")[2] for name in files.getnames()}
    tests = {f"tests/{path.name}" for path in PACKAGE.glob("tests/*.py")}
    sources = {f"src/{MODULE}/{name}" for name in FILES}
    assert inside - {"PKG-INFO", ".gitignore"} == {*sources, *tests, "LICENSE", "README.md", "pyproject.toml"}


def write_notebook(path: Path, state: dict, *bundles: dict) -> None:
    """Write a notebook that has been executed, with one cell for each output."""
    cells = [
        new_code_cell("slider", execution_count=1, outputs=[new_output("display_data", bundle)])
        for bundle in bundles
    ]
    notebook = new_notebook(cells=[new_markdown_cell("# A chapter"), *cells])
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata["widgets"] = {WIDGET_STATE: {"version_major": 2, "version_minor": 0, "state": state}}
    nbformat.write(notebook, path)


def slider() -> tuple[dict, dict]:
    """The state of a slider over two frames, and its view."""
    ipywidgets.Widget.close_all()
    control = ipywidgets.SelectionSlider(options=["low", "high"], description="α")
    frames = ipywidgets.Stack([ipywidgets.HTML(f"<b>{n}</b>") for n in (1, 2)], selected_index=0)
    link = ipywidgets.jslink((control, "index"), (frames, "selected_index"))
    data = embed_data(views=[ipywidgets.VBox([control, frames]), link])
    return data["manager_state"]["state"], data["view_specs"][0]


def named_in_the_readme(language: str, words: str) -> str:
    """The block of README.md in a language that holds some words."""
    blocks = re.findall(rf"^ *```{language}\n(.*?)^ *```", README, re.MULTILINE | re.DOTALL)
    (block,) = (textwrap.dedent(block) for block in blocks if words in block)
    return block


def write_sphinx_book(folder: Path) -> tuple[list, Path]:
    """Write the settings of a book of MyST-NB; return the command that builds it and where its pages will be."""
    settings = (
        named_in_the_readme("python", "extensions =") + 'nb_execution_mode = "off"\nroot_doc = "chapter"\n'
    )
    (folder / "conf.py").write_text(settings, "utf-8")
    return ["-m", "sphinx", "-W", "-n", folder, folder / "html"], folder / "html"


def write_jupyter_book(folder: Path) -> tuple[list, Path]:
    """Write the settings of a Jupyter Book; return the command that builds it and where its pages will be."""
    settings = 'title: A book\nexecute: {execute_notebooks: "off"}\n' + named_in_the_readme("yaml", "sphinx:")
    (folder / "_config.yml").write_text(settings, "utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: chapter\n", "utf-8")
    program = ["-c", LIKE_A_PROGRAM.format("jupyter_book.cli.main")]
    return [*program, "build", folder, "-W", "-n", "--keep-going"], folder / "_build" / "html"


@pytest.fixture(
    scope="module", params=[write_sphinx_book, write_jupyter_book], ids=["sphinx", "jupyter-book"]
)
def chapter(request: pytest.FixtureRequest, python: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a page with a slider, of a book that the wheel's environment built without a warning."""
    folder = tmp_path_factory.mktemp("book")
    state, view = slider()
    write_notebook(folder / "chapter.ipynb", state, {WIDGET_VIEW: view, "text/html": "<b>first frame</b>"})
    command, pages = request.param(folder)
    run(python, *command)
    return (pages / "chapter.html").as_uri()


def visit(browser: Browser, address: str, **options: object) -> tuple[Page, list[str]]:
    """Open a page that reaches no other host; return it, and the list of what it asks for."""
    page, asked = browser.new_page(**options), []
    page.on("request", lambda request: asked.append(request.url))
    page.route("http*://**", lambda route: route.abort())
    page.goto(address)
    return page, asked


def test_a_book_takes_them_over_with_one_line_and_no_stock_script_is_asked_for(
    chapter: str, browser: Browser
):
    page, asked = visit(browser, chapter)
    page.keyboard.press("Shift")
    page.get_by_label("α").press("ArrowRight")
    assert page.inner_text(".sw-stack") == "2"
    assert page.locator(".sw-static").count() == 0
    assert any("_static/widgets/chapter-" in url for url in asked)
    assert not [url for url in asked if "require" in url or "html-manager" in url]
    page.close()


def test_without_javascript_a_page_shows_the_first_frame_below_the_row_of_its_slider(
    chapter: str, browser: Browser
):
    page, _ = visit(browser, chapter, java_script_enabled=False)
    assert page.locator(".sw-static").inner_text().split() == ["α", "low", "first", "frame"]
    page.close()


def test_a_widget_that_cannot_be_shown_without_javascript_is_a_warning_that_names_its_place(
    python: Path, tmp_path: Path
):
    state, view = slider()
    state["loop"] = box("loop")
    still = {"text/html": "<b>first frame</b>"}
    write_notebook(
        tmp_path / "chapter.ipynb", state, {WIDGET_VIEW: view}, {WIDGET_VIEW: {"model_id": "loop"}, **still}
    )
    (_, _, _, *command), pages = write_sphinx_book(tmp_path)
    said = subprocess.run(
        [python, "-m", "sphinx", "-q", *command], capture_output=True, text=True, encoding="utf-8", check=True
    ).stderr
    bare, endless = said.splitlines()
    assert re.search(
        r"chapter.ipynb:\d+: WARNING: a widget without text/html or an image shows nothing", bare
    )
    assert re.search(
        r"chapter.ipynb:\d+: WARNING: the sliders of a widget .*: the widget loop holds itself", endless
    )
    assert "first frame" in (pages / "chapter.html").read_text("utf-8")

"""The wheel in a fresh environment, and what the lines of README.md do to a book."""

import gzip
import json
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
from lxml import html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Browser, Page, expect
from sphinx_static_widgets.saved import WIDGET_STATE, WIDGET_VIEW, widget_state
from widget_states import box

PACKAGE = Path(__file__).resolve().parent.parent
README = (PACKAGE / "README.md").read_text("utf-8")
MODULE = "sphinx_static_widgets"
FILES = {
    "__init__.py",
    "extension.py",
    "modules.py",
    "saved.py",
    "static-widgets.css",
    "static-widgets.js",
    "stills.py",
}
DEMO = PACKAGE / "demo"
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
    tests |= {f"demo/{path.name}" for path in DEMO.iterdir()}
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
        'exclude_patterns = ["html", "jupyter_execute"]\n'
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


def said_by_sphinx(python: Path, folder: Path) -> list[str]:
    """Build the book of a folder; return the lines of its warnings."""
    (_, _, _, *command), _ = write_sphinx_book(folder)
    whole = [python, "-m", "sphinx", "-q", *command]
    result = subprocess.run(whole, capture_output=True, text=True, encoding="utf-8", check=True)
    return result.stderr.splitlines()


def test_what_was_saved_is_drawn_and_what_was_not_is_said_and_only_damage_is_a_warning(
    python: Path, tmp_path: Path
):
    state, view = slider()
    state["loop"] = box("loop")
    gone, repr_of_it = {WIDGET_VIEW: {"model_id": "gone"}}, {"text/plain": "IntSlider(value=0)"}
    older = "<p>Failed to display Jupyter Widget of type <code>VBox</code>.</p>"
    write_notebook(
        tmp_path / "chapter.ipynb",
        state,
        {WIDGET_VIEW: view},
        {WIDGET_VIEW: view, "text/html": older},
        {**gone, **repr_of_it},
        {WIDGET_VIEW: {"model_id": "loop"}, "text/html": "<b>first frame</b>"},
        gone,
    )
    endless, empty = said_by_sphinx(python, tmp_path)
    assert re.search(
        r"chapter.ipynb:\d+: WARNING: a widget cannot be shown: the widget loop contains itself", endless
    )
    assert re.search(r"chapter.ipynb:\d+: WARNING: a widget was not saved, and its output has nothing", empty)
    page = html.fromstring((tmp_path / "html" / "chapter.html").read_text("utf-8"))
    stills = [" ".join(map(str.strip, still.itertext())).strip() for still in page.cssselect(".sw-static")]
    assert stills == ["α low 1", "α low 1", "first frame"]
    assert "IntSlider(value=0)" in page.text_content()
    assert [note.text for note in page.cssselect(".sw-notice")] == [
        "This widget was not saved with the notebook."
    ] * 2


def test_a_second_build_leaves_nothing_of_the_first_and_colab_may_leave_out_a_level(
    python: Path, tmp_path: Path, browser: Browser
):
    state, view = slider()
    write_notebook(tmp_path / "chapter.ipynb", state, {WIDGET_VIEW: view})
    assert said_by_sphinx(python, tmp_path) == []
    (first,) = (tmp_path / "html" / "_static" / "widgets").iterdir()
    renamed = json.loads(json.dumps([state, view]).replace(view["model_id"], "another"))
    write_notebook(tmp_path / "chapter.ipynb", renamed[0], {WIDGET_VIEW: renamed[1]})
    notebook = nbformat.read(tmp_path / "chapter.ipynb", 4)
    notebook.metadata["widgets"][WIDGET_STATE] = renamed[0]  # as Colab writes it
    nbformat.write(notebook, tmp_path / "chapter.ipynb")
    assert widget_state(notebook).keys() == renamed[0].keys()
    assert said_by_sphinx(python, tmp_path) == []
    (second,) = (tmp_path / "html" / "_static" / "widgets").iterdir()
    assert first != second
    page, _ = visit(browser, (tmp_path / "html" / "chapter.html").as_uri())
    page.keyboard.press("Shift")
    page.get_by_label("α").press("ArrowRight")
    assert page.inner_text(".sw-stack") == "2"
    page.close()


# ------------------------------------------------------------------------------------------------ the demonstration

# What stands in for MathJax, which a page of a book fetches from another host.
MATHJAX = """
  const set = (parts) => { for (const part of parts) part.dataset.typeset = part.textContent; };
  Object.assign(globalThis.MathJax ??= {}, { startup: { promise: Promise.resolve() },
    typesetPromise: async (parts) => set(parts) });
  set(document.querySelectorAll(".math"));
"""
SHOWN = [
    "α 0.5 the picture for 0.5",
    "value steps 2 done stopped last",
    "x 10 10 squared is 100 “x” needs a running kernel.",
]


@pytest.fixture(scope="module")
def demo(python: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The demonstration as a Jupyter Book that executes it, and what that saved as a book that does not."""
    executed = tmp_path_factory.mktemp("demo") / "book"
    shutil.copytree(DEMO, executed)
    book = [
        "-c",
        LIKE_A_PROGRAM.format("jupyter_book.cli.main"),
        "build",
        executed,
        "-W",
        "-n",
        "--keep-going",
    ]
    run(python, *book)
    stored = tmp_path_factory.mktemp("stored")
    shutil.copy(executed / "_build" / "jupyter_execute" / "widgets.ipynb", stored / "chapter.ipynb")
    command, pages = write_sphinx_book(stored)
    with (stored / "conf.py").open("a") as settings:
        settings.write('myst_enable_extensions = ["dollarmath"]\n')
    run(python, *command)
    return {"executed": executed / "_build" / "html" / "widgets.html", "stored": pages / "chapter.html"}


@pytest.mark.parametrize("kind", ["executed", "stored"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_demonstration_shows_all_that_was_saved_and_moves_what_is_linked(
    demo: dict[str, Path], browser: Browser, kind: str, width: int
):
    page, _ = visit(browser, demo[kind].as_uri(), viewport={"width": width, "height": 800})
    page.route("**/*mathjax*/**", lambda route: route.fulfill(body=MATHJAX, content_type="text/javascript"))
    page.reload()
    page.keyboard.press("Shift")
    expect(page.locator(".sw-live")).to_have_count(5)
    expect(page.locator(".sw-static")).to_have_count(0)
    shown = [
        " ".join(view.inner_text().replace("\n", " ").split()) for view in page.locator(".sw-live").all()
    ]
    assert [re.sub("[▶■↻] ", "", text) for text in shown[:3]] == SHOWN
    page.get_by_label("α").press("ArrowRight")
    assert page.get_by_text("the picture for 1").is_visible()
    page.get_by_label("last").fill("4")
    page.get_by_label("last").blur()
    page.get_by_role("button", name="Play").press("Enter")
    expect(page.get_by_label("done")).to_have_attribute("value", "4")
    page.get_by_label("stopped").check()
    assert page.get_by_label("steps").is_disabled()
    assert page.get_by_label("x", exact=True).is_disabled()
    formulas = page.locator(".sw-live .math")
    expect(formulas.first).to_have_attribute("data-typeset", r"\(\pi\)")
    assert formulas.count() == 3
    page.get_by_role("tab", name="folds").click()
    assert page.get_by_role("table").get_by_text("Ada").is_visible()
    page.get_by_text("an error", exact=True).click()
    expect(page.get_by_text("ZeroDivisionError: division by zero")).to_be_visible()
    assert page.get_by_label("text", exact=True).input_value() == "Words that were saved\nin two lines"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def test_the_demonstration_without_javascript_has_every_word_and_value(
    demo: dict[str, Path], browser: Browser
):
    page, _ = visit(browser, demo["executed"].as_uri(), java_script_enabled=False)
    text = " ".join(" ".join(page.locator(".sw-static").all_inner_texts()).split())
    for words in ("0.5 the picture for 0.5", "steps 2", "stopped –", "10 squared is 100", "Ada", "division by zero",
                  "right ✓", "A header", "choice one", "Words that were saved in two lines"):  # fmt: skip
        assert words in text
    page.close()


def test_the_widgets_of_a_page_are_drawn_before_it_is_printed_and_not_while_it_is_left_alone(
    demo: dict[str, Path], browser: Browser
):
    far = demo["stored"].with_name("far.html")
    far.write_text(
        demo["stored"].read_text("utf-8").replace("<h1>", '<h1 style="margin-bottom: 9000px">'), "utf-8"
    )
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.route("http*://**", lambda route: route.abort())
    page.clock.install()
    page.goto(far.as_uri())
    page.clock.run_for(60_000)
    assert not [url for url in asked if "_static/widgets/" in url]
    asks = """document.querySelectorAll("head script[src*='_static/widgets/']").length"""
    before, _, after = page.evaluate(f"[{asks}, dispatchEvent(new Event('beforeprint')), {asks}]")
    assert before == 0 < after
    expect(page.locator(".sw-live")).to_have_count(5)
    page.close()


def test_a_widget_comes_when_it_is_near_and_leaves_those_that_are_far(
    demo: dict[str, Path], browser: Browser
):
    apart = demo["stored"].with_name("apart.html")
    style = "<style>div.cell { margin-bottom: 9000px }</style></head>"
    apart.write_text(demo["stored"].read_text("utf-8").replace("</head>", style), "utf-8")
    page, asked = visit(browser, apart.as_uri(), viewport={"width": 1280, "height": 800})
    expect(page.locator(".sw-live").first).to_be_visible()
    assert page.locator(".sw-static").count() >= 3
    assert 0 < len([url for url in asked if "_static/widgets/" in url]) < 5
    page.keyboard.press("Shift")
    expect(page.locator(".sw-live")).to_have_count(5)
    page.close()


def test_the_script_of_a_page_has_at_most_12_kilobytes_when_it_is_compressed(demo: dict[str, Path]):
    script = (demo["stored"].parent / "_static" / "static-widgets.js").read_bytes()
    assert len(gzip.compress(script)) <= 12 * 1024

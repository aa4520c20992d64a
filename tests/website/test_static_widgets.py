"""This book's widgets as static-widgets.js draws them, beside the stock widgets."""

import importlib
import json
import os
from pathlib import Path

import nbformat
import pytest
import sphinx_static_widgets
from ipywidgets.embed import dependency_state, embed_data
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Browser, ElementHandle, Page, expect
from sphinx_static_widgets.saved import WIDGET_STATE, WIDGET_VIEW, widget_state

from tests.website.books import ROOT, Site, built, serve, write_book
from tools.notebooks import bundles, cells, read
from website.site import NODE_MODULES

NOTEBOOK = read(ROOT / "book" / "introduction.ipynb")
VIEWS = [
    bundle[WIDGET_VIEW]
    for cell in cells(NOTEBOOK, "code")
    for bundle in bundles(cell)
    if WIDGET_VIEW in bundle
    and "frames " in bundle["text/plain"]  # not one that is drawn anew when it is moved
]
OURS = Path(sphinx_static_widgets.__file__).parent / "static-widgets.js"
STOCK = NODE_MODULES / "@jupyter-widgets" / "html-manager" / "dist" / "embed.js"
ADDRESS = "http://widgets.test/"


def drawn_by(script: Path, browser: Browser) -> Page:
    """A page with the widgets of the notebook as they are saved, drawn by `script`; it can load nothing else."""
    views = "".join(f'<script type="{WIDGET_VIEW}">{json.dumps(view)}</script>' for view in VIEWS)
    whole = {"version_major": 2, "version_minor": 0, "state": widget_state(NOTEBOOK)}
    saved = json.dumps(whole).replace("</", "<\\/")
    html = (
        '<!DOCTYPE html><meta charset="utf-8">'
        "<script>const trouble = []; onerror = (message) => trouble.push(message);</script>"
        f'<main>{views}</main><script type="{WIDGET_STATE}">{saved}</script>'
        '<script src="script.js"></script>'
    )
    page = browser.new_page()
    page.route("**/*", lambda route: route.abort())
    page.route(ADDRESS, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.route(f"{ADDRESS}script.js", lambda route: route.fulfill(path=script))
    page.goto(ADDRESS)
    return page


SEEN = """(view, readout) => {
    const shown = (selector) => [...view.querySelectorAll(selector)].filter((part) => part.checkVisibility());
    return [shown(readout).map((part) => part.innerText), shown("svg").map((part) => part.outerHTML)];
}"""


def seen(view: ElementHandle, readout: str) -> tuple[list[str], str]:
    """The values beside the sliders of a widget, and the picture below them as the browser has it."""
    values, (picture,) = view.evaluate(SEEN, readout)
    return values, picture


def test_every_value_and_frame_is_that_of_the_stock_widgets(browser: Browser):
    ours, stock = drawn_by(OURS, browser), drawn_by(STOCK, browser)
    expect(stock.locator("main > div")).to_have_count(len(VIEWS))
    expect(stock.locator("main svg").first).to_be_visible()
    assert VIEWS
    pairs = zip(ours.query_selector_all(".sw-live"), stock.query_selector_all("main > div"), strict=True)
    for mine, theirs in pairs:
        handles = zip(
            mine.query_selector_all("input"), theirs.query_selector_all(".noUi-handle"), strict=True
        )
        steps = [
            (handle, key)
            for handle in handles
            for key in ("Home", *["ArrowRight"] * int(handle[0].get_attribute("max")))
        ]
        shown = [seen(mine, ".sw-value")]
        assert shown[0] == seen(theirs, ".widget-readout")
        for (slider, handle), key in steps:
            slider.press(key)
            handle.press(key)
            now = seen(mine, ".sw-value")
            assert now == seen(theirs, ".widget-readout")
            shown.append(now)
        assert len({picture for _, picture in shown}) > 5
    assert ours.evaluate("trouble") == []
    ours.close()
    stock.close()


# ------------------------------------------------------------------------------ AnyWidgets of another author

OUTSIDE = ROOT / "packages" / "sphinx-static-widgets" / "tests"


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A book with two AnyWidgets, built and finished as this one: with its policy, without a warning."""
    folder = write_book(tmp_path_factory.mktemp("outside"))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(OUTSIDE)
        outsider = importlib.import_module("outsider")
        widgets = [outsider.Counter(), outsider.Bars(0.5, 1.0)]
    data = embed_data(
        widgets, state=dependency_state(widgets, drop_defaults=False)
    )  # and no widget of another test
    outputs = [
        new_output("display_data", {WIDGET_VIEW: view, "text/html": "<b>still</b>"})
        for view in data["view_specs"]
    ]
    notebook = new_notebook(
        cells=[new_markdown_cell("# Outside"), new_code_cell("1", execution_count=1, outputs=outputs)]
    )
    notebook.metadata |= {
        "language_info": {"name": "python"},
        "widgets": {WIDGET_STATE: data["manager_state"]},
    }
    nbformat.write(notebook, folder / "book" / "outside.ipynb")
    for name, old, new in (
        ("_config.yml", "    language: en\n", "    language: en\n    static_widgets_packages: [outsider]\n"),
        ("_toc.yml", "chapters:\n", "chapters:\n- file: book/outside\n"),
    ):
        text = (folder / name).read_text("utf-8")
        assert text.count(old) == 1
        (folder / name).write_text(text.replace(old, new), "utf-8")
    paths = [str(OUTSIDE), *filter(None, [os.environ.get("PYTHONPATH")])]
    built(folder, folder, PYTHONPATH=os.pathsep.join(paths))
    with serve(folder / "_build" / "html") as site:
        yield site


@pytest.mark.parametrize("kind", ["http", "file"])
def test_anywidgets_of_another_author_live_under_the_policy_of_this_book(
    outside: Site, browser: Browser, kind: str
):
    page, said, asked = browser.new_page(), [], []
    page.on("console", lambda message: message.type in ("error", "warning") and said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    start = outside.url if kind == "http" else outside.folder.as_uri()
    page.goto(f"{start}/book/outside.html")
    assert "script-src 'self'" in page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute(
        "content"
    )
    expect(page.locator(".sw-static")).to_have_count(0)
    page.get_by_role("button", name="pressed 0 times").press("Enter")
    expect(page.get_by_role("button", name="pressed 1 times")).to_be_visible()
    page.locator(".bars canvas").press("ArrowRight")
    expect(page.locator(".bars-words")).to_have_text("bar 1: 1.00 m")
    assert page.locator(".bars").evaluate("e => getComputedStyle(e).paddingTop") == "8px"
    assert said == []
    assert [url for url in asked if not url.startswith((start, "blob:", "data:"))] == []
    page.close()

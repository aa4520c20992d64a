"""This book's widgets as static-widgets.js draws them, beside the stock widgets."""

import json
from pathlib import Path

import sphinx_static_widgets
from playwright.sync_api import Browser, ElementHandle, Page, expect
from sphinx_static_widgets.saved import WIDGET_STATE, WIDGET_VIEW, widget_state

from tests.website.books import ROOT
from tools.notebooks import bundles, cells, read
from website.site import NODE_MODULES

NOTEBOOK = read(ROOT / "book" / "introduction.ipynb")
VIEWS = [
    bundle[WIDGET_VIEW]
    for cell in cells(NOTEBOOK, "code")
    for bundle in bundles(cell)
    if WIDGET_VIEW in bundle
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

"""Widgets of every kind that notebooks save, as static-widgets.js draws them, beside the stock widgets."""

import importlib
import itertools
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import ipywidgets
import pytest
import sphinx_static_widgets
from docutils import nodes
from ipywidgets.embed import dependency_state, embed_data
from playwright.sync_api import Browser, ElementHandle, Page, expect
from sphinx_static_widgets.saved import WIDGET_STATE, WIDGET_VIEW
from sphinx_static_widgets.stills import Page as Widgets
from sphinx_static_widgets.stills import prepared

from tests.website.books import ROOT
from website.site import NODE_MODULES, node_binary

with pytest.MonkeyPatch.context() as patch:
    patch.syspath_prepend(ROOT / "packages" / "sphinx-static-widgets" / "tests")
    gallery = importlib.import_module("gallery").gallery
OURS = Path(sphinx_static_widgets.__file__).parent / "static-widgets.js"
LOOK = OURS.with_suffix(".css").read_text("utf-8")
FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
STOCK = NODE_MODULES / "@jupyter-widgets" / "html-manager" / "dist" / "embed.js"
COLOURS = re.compile("\x1b.*?m")
ADDRESS = "http://widgets.test/"
ADD_SCRIPT = """([type, textContent]) =>
    document.body.append(Object.assign(document.createElement("script"), { type, textContent }))"""


def as_code(node: nodes.Node) -> str:
    """The HTML of code, as plain as can be."""
    return f"<pre>{COLOURS.sub('', node.astext())}</pre>"


def written(widgets: list[ipywidgets.Widget], script: str, styles: str, ours: bool) -> str:
    """A page with widgets as they are saved; ours are prepared by the build."""
    data = embed_data(widgets, state=dependency_state(widgets, drop_defaults=False))
    state = json.loads(json.dumps(data["manager_state"]["state"]))
    if ours:
        state, _ = prepared(Widgets(state, as_code))
    scripts = [f'<script type="{WIDGET_VIEW}">{json.dumps(view)}</script>' for view in data["view_specs"]]
    views = "".join(f"<section>{script}</section>" for script in scripts)
    whole = json.dumps({"version_major": 2, "version_minor": 0, "state": state}).replace("<", "\\u003c")
    return (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Widgets</title>'
        f'<meta name="viewport" content="width=device-width"><style>{styles}</style>'
        f'<main><h1>Widgets</h1>{views}</main><script type="{WIDGET_STATE}">{whole}</script>{script}</html>'
    )


def drawn_by(script: Path, browser: Browser, widgets: list[ipywidgets.Widget], width: int = 1280) -> Page:
    """A page with widgets as they are saved, drawn by `script`; it can load nothing else."""
    html = written(widgets, '<script src="script.js"></script>', LOOK, ours=script == OURS)
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.route("**/*", lambda route: route.abort())
    page.route(ADDRESS, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.route(f"{ADDRESS}script.js", lambda route: route.fulfill(path=script))
    page.goto(ADDRESS)
    return page


# What a reader sees of a view: its words, what its fields hold, what is chosen, how far a bar is, its pictures.
SEEN = """view => {
  const all = (selector) => [...view.querySelectorAll(selector)].filter((part) => part.checkVisibility());
  const split = (text) => text.replace(/\\u200b/g, "").split(/[\\s:]+/).filter(Boolean);
  const words = all(":not(script, style, option)").flatMap((part) => [...part.childNodes])
    .filter((node) => node.nodeType === Node.TEXT_NODE).flatMap((node) => split(node.data));
  const nameOf = (input) => input.labels[0]?.innerText ?? "on";
  const fields = all("input:not([type=range], [type=radio], [type=checkbox], [type=file]), textarea");
  const bars = [...all(".progress-bar").map((bar) => parseFloat(bar.style.width) / 100),
    ...all("progress").map((bar) => bar.value / bar.max)];
  return {
    words,
    fields: [...new Set(fields.map((field) => field.value))],
    options: all("option").map((option) => option.innerText),
    chosen: [...all("option:checked, [aria-pressed=true], .mod-active").map((part) => part.innerText),
      ...all("input:checked").map(nameOf)].flatMap(split),
    bars: bars.map((part) => part.toFixed(3)),
    pictures: all("img, video").map((part) => [part.localName, part.offsetWidth, part.offsetHeight].join(" ")),
    sounds: all("audio").length,
    buttons: all("button:not([role=tab]), .sw-choice").length,
  };
}"""


def lacks(ours: dict, stock: dict) -> dict:
    """What the stock widget shows and ours does not."""
    missing = {}
    for key, theirs in stock.items():
        if isinstance(theirs, int):
            if theirs > ours[key]:
                missing[key] = (theirs, ours[key])
            continue
        left = list(ours[key])
        for part in theirs:
            if part in left:
                left.remove(part)
            else:
                missing.setdefault(key, []).append(part)
    return missing


def both(browser: Browser, widgets: list[ipywidgets.Widget]) -> Iterator[tuple[ElementHandle, ElementHandle]]:
    """Each widget as we draw it and as the stock widgets do."""
    ours, stock = (drawn_by(script, browser, widgets) for script in (OURS, STOCK))
    expect(stock.locator("section > div")).to_have_count(len(widgets), timeout=20_000)
    stock.wait_for_load_state("networkidle")
    yield from zip(ours.query_selector_all("section"), stock.query_selector_all("section"), strict=True)
    ours.close()
    stock.close()


def test_of_100_views_of_public_notebooks_at_least_96_show_all_that_the_stock_widgets_show(browser: Browser):
    exhibits = gallery()
    pairs = both(browser, [exhibit.view for exhibit in exhibits])
    missing = {}
    for exhibit, (mine, theirs) in zip(exhibits, pairs, strict=True):
        if lacking := lacks(mine.evaluate(SEEN), theirs.evaluate(SEEN)):
            missing[exhibit.kind] = (exhibit.share, lacking)
    whole = sum(exhibit.share for exhibit in exhibits)
    assert sum(share for share, _ in missing.values()) <= 0.04 * whole, missing
    assert set(missing) <= {"Controller"}, missing  # a page knows of no gamepad


VALUES = (0.12345, 1234567.891, -42.5, 0, 1e-7)
# Of d3, as far as ipywidgets lets a readout have them: [fill align][sign][symbol][0][width][,][.precision][type]
PLAIN = [
    "",
    ".2f",
    ".0f",
    "d",
    ",d",
    ".1e",
    "e",
    ".3s",
    "s",
    ",.2f",
    ".2%",
    ".4g",
    "g",
    ".3r",
    ".2p",
    "b",
    "x",
    "o",
]
FORMATS = [*PLAIN, "+", "+.1f", " .1f", "(.1f", "$,.2f", "08.1f", "*>9.1f", "_^9.1f", "<9.1f", "*=9.1f"]


def test_readouts_are_those_of_the_stock_widgets_in_every_format_of_d3(browser: Browser):
    pairs = list(itertools.product(FORMATS, VALUES))
    widgets = [  # each at its start, where the handle of the stock slider is exact
        ipywidgets.FloatSlider(value, min=value, max=value + 1, step=1, readout_format=form)
        for form, value in pairs
    ]
    widgets += [
        ipywidgets.FloatSlider(0.3, min=0, max=1, step=0.25),
        ipywidgets.IntSlider(7, readout=False),
        ipywidgets.FloatLogSlider(3, min=0, max=4, step=0.1),
        ipywidgets.IntRangeSlider(value=(1000, 2000), max=5000, readout_format=",d"),
    ]
    readout = """(view, kind) => [...view.querySelectorAll(kind)]
        .filter((part) => part.checkVisibility()).map((part) => part.textContent)"""
    names = [*pairs, "off its grid", "without a readout", "logarithmic", "range"]
    different = {}
    for name, (mine, theirs) in zip(names, both(browser, widgets), strict=True):
        shown = mine.evaluate(readout, ".sw-value"), theirs.evaluate(readout, ".widget-readout")
        if shown[0] != shown[1]:
            different[name] = shown
    assert different == {}, "\n".join(f"{name} {shown}" for name, shown in different.items())


LATEX = [
    r"e^{i\pi}=-1",
    r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
    r"\cancel{x}\boxed{y}",
    r"\overbrace{x}^{n}\tag{1}",
]
KATEX = NODE_MODULES / "katex" / "dist"
RENDER = (
    "console.log(JSON.stringify(%s.map((text) => require(%s).renderToString(text, { displayMode: true }))))"
)


def test_formulas_are_set_by_katex_when_the_book_is_built_or_on_the_page(browser: Browser):
    program = RENDER % (json.dumps(LATEX), json.dumps(str(KATEX / "katex.js")))
    answer = subprocess.run([node_binary(), "-e", program], capture_output=True, encoding="utf-8", check=True)
    built = dict(zip(LATEX, json.loads(answer.stdout), strict=True))

    def drawn(page: Page, render: Callable[[nodes.Node], str]) -> Page:
        widgets = [ipywidgets.HTMLMath(f"$${latex}$$") for latex in LATEX]
        data = embed_data(widgets, state=dependency_state(widgets, drop_defaults=False))
        state, typeset = prepared(Widgets(json.loads(json.dumps(data["manager_state"]["state"])), render))
        scripts = [(WIDGET_VIEW, view) for view in data["view_specs"]]
        for kind, text in [*scripts, (WIDGET_STATE, {"state": state, "typeset": typeset})]:
            page.evaluate(ADD_SCRIPT, [kind, json.dumps(text)])
        page.add_script_tag(path=OURS)
        return page

    page = drawn(browser.new_page(), lambda node: built[node.astext()])
    shown = page.locator(".sw-html").evaluate_all("all => all.map(part => part.innerHTML)")
    as_written = (
        "all => all.map(text => Object.assign(document.createElement('p'), { innerHTML: text }).innerHTML)"
    )
    assert shown == page.evaluate(as_written, list(built.values()))
    page.close()
    page = browser.new_page()
    page.set_content("<!DOCTYPE html><body></body>")  # KaTeX refuses a page that is not of HTML 5
    for name in ("katex.min.js", "contrib/auto-render.min.js"):
        page.add_script_tag(path=KATEX / name)
    drawn(page, lambda node: rf'<div class="math">\[{escape(node.astext())}\]</div>')
    assert page.locator(".sw-html .katex-display .katex-html").count() == len(LATEX)
    page.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_on_a_phone_and_on_a_desk_the_widgets_fit_and_axe_finds_nothing(browser: Browser, width: int):
    page = drawn_by(OURS, browser, [exhibit.view for exhibit in gallery()], width)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for fold in page.query_selector_all("summary, [role=tab]"):
        fold.click()
    page.evaluate((NODE_MODULES / "axe-core" / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run()")
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]] == []
    page.close()


@pytest.mark.skipif(FIREFOX is None, reason="no Firefox is installed, so no page was opened in it")
def test_firefox_shows_what_chromium_shows(browser: Browser, tmp_path: Path):
    exhibits = gallery()
    slider, words = ipywidgets.IntSlider(description="moves"), ipywidgets.Label("0")
    link = ipywidgets.jsdlink((slider, "value"), (words, "value"))
    widgets = [*(exhibit.view for exhibit in exhibits), ipywidgets.VBox([slider, words])]
    chromium = drawn_by(OURS, browser, widgets, 390)
    seen = [section.evaluate(SEEN) for section in chromium.query_selector_all("section")]
    chromium.close()
    script = f"<script>{OURS.read_text('utf-8')}</script>"
    (tmp_path / "widgets.html").write_text(written(widgets, script, LOOK, ours=True), "utf-8")
    address = (tmp_path / "widgets.html").as_uri()
    command = [node_binary(), ROOT / "tests" / "website" / "firefox-widgets.mjs", FIREFOX, address, SEEN]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["trouble"] == []
    assert answer["width"] <= 390
    assert answer["moved"] == ["0", "1"]
    assert link.source[0] is slider
    names = [*(exhibit.kind for exhibit in exhibits), "linked"]
    pairs = zip(names, answer["seen"], seen, strict=True)
    assert {kind: what for kind, firefox, ours in pairs if (what := lacks(firefox, ours))} == {}

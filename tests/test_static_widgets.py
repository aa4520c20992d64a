"""static-widgets.js on its own: what it draws, what it refuses, and that it is inert."""

import json

import ipywidgets
from ipywidgets.embed import embed_data
from playwright.sync_api import Browser, Page

from conftest import ROOT

VIEW = "application/vnd.jupyter.widget-view+json"


def show(browser: Browser, *widgets: ipywidgets.Widget) -> Page:
    """A page that holds widgets as a published notebook does, drawn by static-widgets.js."""
    data = embed_data(views=widgets)
    views = "".join(f'<script type="{VIEW}">{json.dumps(spec)}</script>' for spec in data["view_specs"])
    state = json.dumps({"version_major": 2, "version_minor": 0, "state": data["manager_state"]["state"]})
    state = state.replace("</", "<\\/")
    page = browser.new_page()
    page.set_content(
        f'<main>{views}</main><script type="{VIEW.replace("view", "state")}">{state}</script>'
        "<script>const trouble = []; onerror = (message) => trouble.push(message);</script>"
    )
    page.add_script_tag(path=ROOT / "web" / "static-widgets.js")
    return page


def test_html_of_a_widget_cannot_run_anything(browser: Browser):
    hostile = """
        <b onclick="hacked = 1">kept</b><script>hacked = 1</script><img src="x" onerror="hacked = 1" alt="x">
        <a href="javascript:hacked = 1">link</a><a href=" JaVaScRiPt:hacked = 1">link</a>
        <a href="java&#10;script:hacked = 1">link</a><a href="#place">place</a><iframe srcdoc="x"></iframe>
        <svg viewBox="0 0 1 1">
          <a xlink:href="javascript:hacked = 1"><path d="M0 0"/></a><script>hacked = 1</script>
          <animate attributeName="href" values="javascript:hacked = 1"/><foreignObject><p>x</p></foreignObject>
        </svg>
        <form action="javascript:hacked = 1"><button>x</button></form>
    """
    page = show(browser, ipywidgets.HTML(hostile))
    html = page.inner_html(".sw-html")
    assert page.evaluate("typeof hacked") == "undefined"
    assert "<b>kept</b>" in html
    assert 'href="#place"' in html
    assert 'viewBox="0 0 1 1"' in html
    for danger in (
        "hacked",
        "<script",
        "<iframe",
        "<form",
        "<animate",
        "foreignObject",
        "onerror",
        "javascript:",
    ):
        assert danger not in html
    page.close()


def test_a_control_that_could_do_nothing_is_a_notice(browser: Browser):
    loose = ipywidgets.IntSlider(description="n")
    unknown = ipywidgets.FloatLogSlider(description="τ")
    page = show(browser, ipywidgets.VBox([loose, unknown]))
    assert page.locator("input").count() == 0
    assert page.locator(".sw-notice").all_inner_texts() == [
        "The control “n” needs a running kernel.",
        "FloatLogSlider needs a running kernel.",
    ]
    page.close()


def test_linked_controls_of_every_kind_move_what_they_are_linked_to(browser: Browser):
    stack = ipywidgets.Stack([ipywidgets.HTML(f"<p>frame {n}</p>") for n in range(3)], selected_index=1)
    whole = ipywidgets.IntSlider(1, 0, 2, description="n")
    menu = ipywidgets.Dropdown(options=["zero", "one", "two"], index=1, description="which")
    real = ipywidgets.FloatSlider(0.5, min=0, max=1, step=0.25, description="α")
    echo = ipywidgets.FloatSlider(0.5, min=0, max=1, step=0.25, description="β", readout_format=".1f")
    box, twin = ipywidgets.Checkbox(False, description="on"), ipywidgets.Checkbox(False, description="also")
    links = [
        ipywidgets.jslink((whole, "value"), (stack, "selected_index")),
        ipywidgets.jslink((menu, "index"), (whole, "value")),
        ipywidgets.jsdlink((real, "value"), (echo, "value")),
        ipywidgets.jslink((box, "value"), (twin, "value")),
    ]
    column = ipywidgets.VBox(
        [ipywidgets.HBox([whole, menu]), real, box, twin, stack, ipywidgets.Label("a <label>")]
    )
    page = show(browser, column, echo)
    assert len(links) == 4
    assert page.inner_text(".sw-stack") == "frame 1"
    page.get_by_label("n", exact=True).press("ArrowRight")
    assert page.inner_text(".sw-stack") == "frame 2"
    page.get_by_label("which").select_option("zero")
    assert page.inner_text(".sw-stack") == "frame 0"
    assert page.get_by_label("n", exact=True).get_attribute("aria-valuetext") == "n = 0"
    page.get_by_label("on", exact=True).check()
    assert page.get_by_label("also").is_checked()
    page.get_by_label("α").press("ArrowRight")
    assert page.get_by_label("α").get_attribute("aria-valuetext") == "α = 0.75"
    assert page.get_by_text("a <label>").is_visible()
    assert page.evaluate("trouble") == []
    page.close()

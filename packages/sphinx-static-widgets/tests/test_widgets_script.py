"""static-widgets.js on its own: what it draws, what it refuses, and that it is inert."""

import json
import random
from pathlib import Path

import ipywidgets
import sphinx_static_widgets
from ipywidgets.embed import embed_data
from playwright.sync_api import Browser, Page
from sphinx_static_widgets.saved import sliders
from widget_states import ENDLESS, ODD, VIEW, damaged, saved

SCRIPT = Path(sphinx_static_widgets.__file__).parent / "static-widgets.js"
ADDRESS = "http://widgets.test/"


def open_widgets(browser: Browser, state: dict, views: list[dict]) -> Page:
    """A page that holds saved widgets as a published notebook does, and the script; it can load nothing else."""
    scripts = "".join(f'<script type="{VIEW}">{json.dumps(view)}</script>' for view in views)
    saved = json.dumps({"version_major": 2, "version_minor": 0, "state": state}).replace("</", "<\\/")
    html = (
        '<!DOCTYPE html><meta charset="utf-8">'
        "<script>const trouble = []; onerror = (message) => trouble.push(message);</script>"
        f'<main>{scripts}</main><script type="{VIEW.replace("view", "state")}">{saved}</script>'
        '<script src="script.js"></script>'
    )
    page = browser.new_page()
    page.route("**/*", lambda route: route.abort())
    page.route(ADDRESS, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.route(f"{ADDRESS}script.js", lambda route: route.fulfill(path=SCRIPT))
    page.goto(ADDRESS)
    return page


def show(browser: Browser, *widgets: ipywidgets.Widget) -> Page:
    """A page that holds living widgets as they would be saved."""
    data = embed_data(views=widgets)
    return open_widgets(browser, data["manager_state"]["state"], data["view_specs"])


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


def test_tabs_show_one_child_and_are_chosen_by_clicks_arrow_keys_and_links(browser: Browser):
    tabs = ipywidgets.Tab([ipywidgets.Label(f"panel {n}") for n in range(3)], titles=["first", "second", ""])
    control = ipywidgets.IntSlider(0, 0, 2, description="n")
    link = ipywidgets.jslink((control, "value"), (tabs, "selected_index"))
    page = show(browser, ipywidgets.VBox([control, tabs]), link)
    names, panel, slider = page.get_by_role("tab"), page.get_by_role("tabpanel"), page.get_by_role("slider")
    assert names.all_inner_texts() == ["first", "second", "3"]
    assert panel.inner_text() == "panel 0"
    names.nth(1).click()
    assert panel.inner_text() == "panel 1"
    assert slider.input_value() == "1"
    names.nth(1).press("ArrowRight")
    assert panel.inner_text() == "panel 2"
    assert names.nth(2).evaluate("tab => tab === document.activeElement")
    names.nth(2).press("ArrowRight")
    assert page.get_by_role("tabpanel", name="first").inner_text() == "panel 0"
    slider.press("End")
    assert [tab.get_attribute("aria-selected") for tab in names.all()] == ["false", "false", "true"]
    assert [tab.evaluate("tab => tab.tabIndex") for tab in names.all()] == [-1, -1, 0]
    assert page.evaluate("trouble") == []
    page.close()


def test_a_state_that_lacks_its_defaults_has_the_still_rows_of_the_live_sliders(browser: Browser):
    slider = ipywidgets.SelectionSlider(options=["low", "high"])
    frames = ipywidgets.Stack([ipywidgets.HTML("1"), ipywidgets.HTML()], selected_index=0)
    link = ipywidgets.jslink((slider, "index"), (frames, "selected_index"))
    empty = ipywidgets.VBox()
    data = embed_data(views=[ipywidgets.VBox([slider, frames, empty]), link], drop_defaults=True)
    state, view = data["manager_state"]["state"], data["view_specs"][0]
    dropped = state[slider.model_id]["state"]
    del state[empty.model_id]["state"]["children"]
    assert {"description", "index"}.isdisjoint(dropped)
    (still,) = sliders(state, view["model_id"])
    page = open_widgets(browser, state, [view])
    assert page.evaluate("trouble") == []
    row = (page.inner_text(".sw-label"), page.inner_text(".sw-value"))
    page.close()
    assert (still.name or "value", still.labels[still.index]) == row
    dropped["index"] = None
    assert sliders(state, view["model_id"]) == [still]


# ------------------------------------------------------------------------------------- damaged and hostile states

BAD = "The controls of this picture cannot be shown: they were not saved well."
STILL = "the picture as it was saved"
HOSTILE = (
    "<script>hacked = 1</script><img src=x onerror='hacked = 1'><svg onload='hacked = 1'><style><img src=x "
    "onerror=hacked=1></style></svg><img name=createElement><iframe srcdoc='<script>parent.hacked = 1</script>'>"
    "<math><mtext><table><mglyph><style><img src=x onerror=hacked=1></style></mglyph></table></mtext></math>"
)
# Draws a page for each pair of texts, state and view, one after the other in one document, and moves what it finds.
DRAW_ALL = """([source, stateType, viewType, pages]) => {
  const before = document.createElement.bind(document);
  return pages.map(([state, view, still]) => {
    trouble.length = 0;
    const element = (tag, type, text) => Object.assign(before(tag), { type, textContent: text });
    const picture = Object.assign(before("p"), { className: "sw-static", textContent: still });
    document.querySelector("main").replaceChildren(
      element("script", viewType, view), picture, element("script", stateType, state));
    const start = performance.now();
    try { (0, eval)(source); } catch (error) { trouble.push(`thrown: ${error}`); }
    for (const input of document.querySelectorAll("main input, main select")) {
      input.value = input.max;
      for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind));
    }
    return { live: document.querySelectorAll("main > .sw-live").length, seconds: (performance.now() - start) / 1000,
      trouble: [...trouble], text: document.querySelector("main").innerText,
      danger: [...document.querySelectorAll(".sw-live *")].flatMap((e) => [e.localName, ...e.getAttributeNames()])
        .filter((name) => /^(script|iframe|object|embed|form|math|on.*)$/.test(name)) };
  });
}"""


def draw_all(browser: Browser, pages: list[tuple[str, str, str]]) -> list[dict]:
    """What the page shows for each state and view, once it is sure that none of them ran anything."""
    page = open_widgets(browser, {}, [])
    kinds = [VIEW.replace("view", "state"), VIEW]
    shown = page.evaluate(DRAW_ALL, [SCRIPT.read_text("utf-8"), *kinds, pages])
    page.wait_for_timeout(200)  # time for an image that cannot be loaded to say so
    assert page.evaluate("typeof hacked") == "undefined"
    assert page.evaluate("document.createElement('b').localName") == "b"
    page.close()
    return shown


def test_no_damaged_state_runs_anything_or_goes_on_for_ever_or_takes_the_page_down(browser: Browser):
    records, view = saved()
    rng = random.Random(0)
    whole = {"version_major": 2, "version_minor": 0, "state": records}
    odd = (*ODD, HOSTILE, "IPY_MODEL_", "constructorModel", *(f"IPY_MODEL_{name}" for name in records))
    states = [json.dumps(damaged(whole, rng, odd)) for _ in range(250)]
    text = json.dumps(whole)
    states += [text[: rng.randrange(len(text))] for _ in range(40)]
    states += [
        "null",
        "[]",
        "0",
        '"x"',
        "{}",
        '{"state": 3}',
        '{"state": [1, null]}',
        '{"state": {"a": null}}',
        "",
    ]
    views = [json.dumps(view)] * len(states) + [
        "",
        "null",
        "{}",
        '{"model_id": {}}',
        '{"model_id": "IPY_MODEL_"}',
    ]
    states += [text] * (len(views) - len(states))
    pages = [(*pair, STILL) for pair in zip(states, views, strict=True)]
    shown = draw_all(browser, [*pages, (text, json.dumps(view), STILL)])
    for (state, _, _), page in zip(pages, shown, strict=False):
        assert (page["live"], page["trouble"], page["danger"]) == (1, [], []), state
        assert page["seconds"] < 5, state
        assert BAD in page["text"] or STILL not in page["text"], state
    assert sum(BAD in page["text"] for page in shown) > 50
    assert sum("needs a running kernel" in page["text"] for page in shown) > 5
    assert "two" in shown[-1]["text"]  # the last, undamaged one is alive


def test_a_state_that_holds_itself_or_doubles_without_end_becomes_a_notice(browser: Browser):
    pages = [(json.dumps({"state": records}), '{"model_id": "b0"}', STILL) for records in ENDLESS.values()]
    for name, page in zip(ENDLESS, draw_all(browser, pages), strict=True):
        assert page["text"].split("\n\n") == [STILL, BAD], name
        assert page["trouble"] == []
        assert page["seconds"] < 5


def test_a_damaged_view_leaves_its_still_picture_and_the_other_views_alive(browser: Browser):
    records, view = saved()
    records["loop"] = {"model_name": "BoxModel", "state": {"children": ["IPY_MODEL_loop"]}}
    (stack,) = [record["state"] for record in records.values() if record["model_name"] == "StackModel"]
    stack["children"].append("IPY_MODEL_loop")
    (slider,) = [r["state"] for r in records.values() if r["model_name"] == "SelectionSliderModel"]
    slider["_options_labels"].append("highest")
    page = open_widgets(browser, records, [{"model_id": "loop"}, view])
    assert page.locator(".sw-notice").all_inner_texts() == [BAD]
    shown = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        page.get_by_label("α").press(key)
        shown.append(page.inner_text(".sw-stack"))
    assert shown == ["two", BAD, "two"]
    assert page.evaluate("trouble") == []
    page.close()

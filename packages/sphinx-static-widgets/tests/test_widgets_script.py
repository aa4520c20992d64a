"""static-widgets.js on its own: what it draws, what it refuses, and that it is inert."""

import json
import random
import re
from itertools import pairwise
from pathlib import Path

import ipywidgets
import pytest
import sphinx_static_widgets
from gallery import gallery, png
from ipywidgets.embed import dependency_state, embed_data
from playwright.sync_api import Browser, Page, expect
from sphinx_static_widgets.saved import sliders
from sphinx_static_widgets.stills import ELEMENTS, clean
from widget_states import ENDLESS, ODD, VIEW, damaged, saved

SCRIPT = Path(sphinx_static_widgets.__file__).parent / "static-widgets.js"
STYLES = SCRIPT.with_suffix(".css")
ADDRESS = "http://widgets.test/"


def open_widgets(
    browser: Browser, state: dict, views: list[dict], styles: Path | None = None, **size: int
) -> Page:
    """A page that holds saved widgets as a published notebook does, and the script; it can load nothing else."""
    scripts = "".join(f'<script type="{VIEW}">{json.dumps(view)}</script>' for view in views)
    saved = json.dumps({"version_major": 2, "version_minor": 0, "state": state}).replace("<", "\\u003c")
    look = styles.read_text("utf-8") if styles else ""
    html = (
        f'<!DOCTYPE html><meta charset="utf-8"><style>{look}</style>'
        "<script>const trouble = []; onerror = (message) => trouble.push(message);</script>"
        f'<main>{scripts}</main><script type="{VIEW.replace("view", "state")}">{saved}</script>'
        '<script src="script.js"></script>'
    )
    page = browser.new_page(viewport=size or None)
    page.set_default_timeout(5000)
    page.route("**/*", lambda route: route.abort())
    page.route(ADDRESS, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.route(f"{ADDRESS}script.js", lambda route: route.fulfill(path=SCRIPT))
    page.goto(ADDRESS)
    return page


def show(browser: Browser, *widgets: ipywidgets.Widget, also: tuple = (), **options: object) -> Page:
    """A page that shows living widgets as they would be saved, with others that it does not show."""
    data = embed_data(widgets, state=dependency_state([*widgets, *also], drop_defaults=False))
    return open_widgets(browser, data["manager_state"]["state"], data["view_specs"], **options)


ATTACKS = """
    <b onclick="hacked = 1">kept</b><script>hacked = 1</script><img src="x" onerror="hacked = 1" alt="x">
    <a href="javascript:hacked = 1">link</a><a href=" JaVaScRiPt:hacked = 1">link</a>
    <a href="java&#10;script:hacked = 1">link</a><a href="#place">place</a><iframe srcdoc="x"></iframe>
    <a href="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=">link</a><object data="javascript:hacked = 1">x</object>
    <svg viewBox="0 0 1 1">
      <a xlink:href="javascript:hacked = 1"><path d="M0 0"/></a><script>hacked = 1</script>
      <animate attributeName="href" values="javascript:hacked = 1"/><foreignObject><p>x</p></foreignObject>
      <use href="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4="/><style><img src=x onerror="hacked = 1"></style>
    </svg>
    <math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=hacked=1&gt;"></table>
    </mtext>
    <annotation-xml encoding="text/html"><img src=x onerror="hacked = 1"></annotation-xml></math>
    <custom-element onfocus="hacked = 1" autofocus tabindex=0><template><script>hacked = 1</script></template>
    </custom-element>
    <video autoplay onloadstart="hacked = 1" src="javascript:hacked=1"><source onerror="hacked = 1" src="x"></video>
    <form action="javascript:hacked = 1"><button formaction="javascript:hacked = 1">x</button></form>
    <noscript><p title="</noscript><img src=x onerror=hacked=1>"></noscript><base href="https://example.org/">
"""
DANGERS = (
    "hacked",
    "<script",
    "<iframe",
    "<form",
    "<animate",
    "foreignobject",
    "onerror",
    "javascript:",
    "svg+xml",
    "<base",
)


def test_html_of_a_widget_cannot_run_anything(browser: Browser):
    places = [
        ipywidgets.HTML(ATTACKS),
        ipywidgets.HTMLMath(ATTACKS),
        ipywidgets.Label("v", description=ATTACKS, description_allow_html=True),
        ipywidgets.Output(outputs=({"data": {"text/html": ATTACKS}},)),
        ipywidgets.HTML(f"<svg>{ATTACKS}</svg><math>{ATTACKS}</math><select>{ATTACKS}</select>"),
    ]
    page = show(browser, *places)
    page.wait_for_timeout(200)
    assert page.evaluate("typeof hacked") == "undefined"
    for html in page.locator(".sw-live").evaluate_all("all => all.map(one => one.innerHTML)"):
        assert "<b>kept</b>" in html
        assert 'href="#place"' in html
        assert "<video" in html
        assert "autoplay" not in html
        assert 'viewBox="0 0 1 1"' in html
        shown = re.sub(r'title="[^"]*"|<style>.*?</style>', "", html, flags=re.DOTALL)  # text that stays text
        assert [danger for danger in DANGERS if danger in shown.lower()] == []
    page.close()


def test_a_still_cannot_run_anything(browser: Browser):
    page = browser.new_page()
    page.route("**/*", lambda route: route.abort())
    for html in (
        ATTACKS,
        HOSTILE,
        f"<svg>{ATTACKS}",
        f"<math>{ATTACKS}",
        f"<table>{ATTACKS}",
        f"<b title='{ATTACKS}'>",
    ):
        kept = clean(html)
        page.set_content(f"<main>{kept}</main>")
        names = page.locator("main *").evaluate_all(
            "all => all.flatMap(e => [e.localName, ...e.getAttributeNames()])"
        )
        assert [
            name
            for name in names
            if re.fullmatch("script|iframe|object|form|base|style|template|autoplay|on.*", name)
        ] == []
        assert page.evaluate("typeof hacked") == "undefined"
        addresses = page.locator("main [href], main [src]").evaluate_all(
            "all => all.map(e => e.href ?? e.src)"
        )
        assert [address for address in addresses if "script" in str(address)] == []
        assert clean(kept) == kept
    page.close()


def test_a_control_that_could_do_nothing_shows_its_value_and_a_sentence_below_the_view_names_it(
    browser: Browser,
):
    loose = ipywidgets.IntSlider(7, description="n")
    page = show(
        browser, ipywidgets.VBox([loose, ipywidgets.Button(description="Run"), ipywidgets.Controller()])
    )
    assert page.locator("input, button").evaluate_all("all => all.map(one => one.disabled)") == [True, True]
    assert page.inner_text(".sw-value") == "7"
    assert page.locator(".sw-notice").all_inner_texts() == [
        "Controller needs a running kernel.",
        "“n”, “Run” need a running kernel.",
    ]
    described = page.get_by_label("n").get_attribute("aria-describedby")
    assert page.locator(f"#{described}").inner_text().startswith("“n”, “Run” need")
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
    expect(page.locator(".sw-spoken[aria-live=polite]")).to_have_text(
        "frame 0"
    )  # once it has stood for a while
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


# -------------------------------------------------------------------------------------------- all that was saved


def linked(control: ipywidgets.Widget, key: str = "value") -> tuple[ipywidgets.Widget, ...]:
    """A box of a control and the words that follow it, and the link."""
    words = ipywidgets.Label("")
    return ipywidgets.VBox([control, words]), ipywidgets.jsdlink((control, key), (words, "value"))


WORDS = {"options": ["low", "middle", "high"]}
# A control with its values, what a reader does to the part of a role, and the linked value that follows.
MOVES = [
    ("IntSlider", {}, "slider", "ArrowRight", "1"),
    ("FloatSlider", {"step": 0.5}, "slider", "ArrowRight", "0.5"),
    ("FloatLogSlider", {"value": 1, "min": 0, "step": 1}, "slider", "ArrowRight", "10"),
    ("SelectionSlider", WORDS, "slider", "End", "2"),
    ("Dropdown", WORDS, "combobox", "ArrowDown", "1"),
    ("Select", WORDS, "listbox", "ArrowDown", "1"),
    ("SelectMultiple", {**WORDS, "index": (0,)}, "listbox", "Shift+ArrowDown", "0,1"),
    ("RadioButtons", WORDS, "radio", "ArrowDown", "1"),
    ("ToggleButtons", WORDS, "radio", "ArrowDown", "1"),
    ("Checkbox", {}, "checkbox", "Space", "true"),
    ("ToggleButton", {}, "button", "Space", "true"),
    ("IntText", {"value": 3}, "spinbutton", "ArrowUp", "4"),
    ("FloatText", {"value": 3, "step": 0.25}, "spinbutton", "ArrowUp", "3.25"),
    ("BoundedIntText", {"value": 9, "max": 9}, "spinbutton", "ArrowDown", "8"),
    ("BoundedFloatText", {"value": 1, "step": 0.5}, "spinbutton", "ArrowUp", "1.5"),
    ("IntRangeSlider", {"value": (2, 5), "max": 9}, "slider", "ArrowRight", "3,5"),
    ("FloatRangeSlider", {"value": (0, 1), "step": 0.5, "max": 1}, "slider", "ArrowRight", "0.5,1"),
    ("SelectionRangeSlider", {**WORDS, "index": (0, 1)}, "slider", "ArrowRight", "1,1"),
    ("Text", {"value": "a"}, "textbox", "End b", "ab"),
    ("Textarea", {"value": "a"}, "textbox", "End b", "ab"),
    ("Combobox", {"value": "a", "options": ["a", "ab"]}, "combobox", "End b", "ab"),
    ("Play", {"value": 4, "max": 5, "interval": 20}, "button", "Space", "5"),
]
GROUPS = {
    "RadioButtons": "radiogroup",
    "ToggleButtons": "radiogroup",
    "Play": "group",
    "IntRangeSlider": "group",
}


def test_every_control_that_is_linked_moves_with_the_keyboard_what_it_is_linked_to(browser: Browser):
    controls = [getattr(ipywidgets, kind)(**values, description="c") for kind, values, *_ in MOVES]
    pairs = [linked(c, "index" if "_options_labels" in c.keys else "value") for c in controls]
    page = show(browser, *[box for box, _ in pairs])
    for view, (kind, _, role, keys, expected) in zip(page.locator(".sw-live").all(), MOVES, strict=True):
        part = view.get_by_role(role).first
        part.focus()
        for key in keys.split():
            part.press(key)
        if role in ("spinbutton", "textbox"):
            part.blur()
        expect(view.locator(".sw-html"), kind).to_have_text(expected)
        assert view.locator(".sw-notice").count() == 0
        assert view.get_by_role(GROUPS.get(kind, role), name="c").count() >= 1, kind
    assert page.evaluate("trouble") == []
    page.close()


def test_the_ends_of_a_range_do_not_cross_and_each_has_a_name(browser: Browser):
    box, _ = linked(ipywidgets.IntRangeSlider(value=(2, 5), max=9, description="span"))
    page = show(browser, box)
    page.get_by_label("span from").press("End")
    assert page.inner_text(".sw-html") == "5,5"
    page.get_by_label("span to").press("Home")
    assert page.inner_text(".sw-html") == "5,5"
    assert page.inner_text(".sw-value") == "5 – 5"
    page.close()


def test_colours_and_days_are_chosen_and_a_number_outside_its_bounds_is_brought_inside(browser: Browser):
    colour, day = (
        ipywidgets.ColorPicker(value="blue", description="ink"),
        ipywidgets.DatePicker(description="day"),
    )
    number, most = (
        ipywidgets.BoundedIntText(3, max=9, description="n"),
        ipywidgets.IntText(9, description="most"),
    )
    twin = ipywidgets.DatePicker(description="twin")
    boxes = [linked(colour), linked(number)]
    link = ipywidgets.jsdlink((day, "value"), (twin, "value"))
    bound = ipywidgets.jsdlink((most, "value"), (number, "max"))
    page = show(browser, boxes[0][0], boxes[1][0], ipywidgets.VBox([day, twin, most]))
    assert (link.source[0], bound.source[0]) == (day, most)
    assert page.get_by_label("ink").input_value() == "#0000ff"
    page.get_by_label("ink").fill("#ff0000")
    page.get_by_label("day").fill("2024-02-29")
    page.get_by_label("n", exact=True).fill("50")
    page.get_by_label("n", exact=True).blur()
    assert page.locator(".sw-html").all_inner_texts() == ["#ff0000", "9"]
    assert page.get_by_label("twin").input_value() == "2024-02-29"
    page.get_by_label("most").fill("20")
    page.get_by_label("most").blur()
    page.get_by_label("n", exact=True).fill("50")
    page.get_by_label("n", exact=True).blur()
    assert page.locator(".sw-html").last.inner_text() == "20"
    page.close()


def test_a_link_to_any_trait_that_is_drawn_moves_it(browser: Browser):
    on, far = ipywidgets.Checkbox(False, description="on"), ipywidgets.IntText(10, description="far")
    called, seen = (
        ipywidgets.Text("n", description="called"),
        ipywidgets.Dropdown(options=["visible", "hidden"], description="seen"),
    )
    slider = ipywidgets.IntSlider(5, max=10, description="n")
    echo = ipywidgets.IntSlider(5, max=10, description="echo")
    links = [
        ipywidgets.jsdlink((on, "value"), (slider, "disabled")),
        ipywidgets.jsdlink((far, "value"), (slider, "max")),
        ipywidgets.jsdlink((called, "value"), (slider, "description")),
        ipywidgets.jslink((slider, "value"), (echo, "value")),
        ipywidgets.jsdlink((called, "value"), (echo.layout, "visibility")),
    ]
    page = show(browser, ipywidgets.VBox([on, far, called, slider, echo]), seen)
    assert len(links) == 5
    page.get_by_label("on").check()
    assert page.get_by_role("slider").first.is_disabled()
    page.get_by_label("on").uncheck()
    page.get_by_label("far").fill("20")
    page.get_by_label("far").blur()
    page.get_by_label("n", exact=True).press("End")
    assert page.inner_text(".sw-value >> nth=0") == "20"
    page.get_by_label("called").fill("hidden")
    assert page.get_by_label("hidden", exact=True).input_value() == "20"
    assert page.locator(".sw-value").nth(1).is_hidden()
    assert page.locator(".sw-notice").all_inner_texts() == ["“seen” needs a running kernel."]
    page.close()


def test_a_link_counts_only_if_something_that_is_drawn_follows_through_however_many_links(browser: Browser):
    lost, alone = ipywidgets.IntSlider(description="lost"), ipywidgets.IntText()
    source, between, target = (
        ipywidgets.IntSlider(description="source"),
        ipywidgets.IntText(),
        ipywidgets.Label("0"),
    )
    links = [
        ipywidgets.jslink((lost, "value"), (alone, "value")),
        ipywidgets.jslink((lost, "value"), (lost, "value")),
        ipywidgets.jsdlink((source, "value"), (between, "value")),
        ipywidgets.jsdlink((between, "value"), (target, "value")),
        ipywidgets.jsdlink((source, "value"), (between.layout, "width")),
    ]
    page = show(browser, ipywidgets.VBox([lost, source, target]), also=(alone, between))
    assert len(links) == 5
    assert page.get_by_label("lost").is_disabled()
    assert page.inner_text(".sw-notice") == "“lost” needs a running kernel."
    page.get_by_label("source").press("ArrowRight")
    assert page.inner_text(".sw-html") == "1"
    page.close()


def test_layout_and_style_are_as_saved(browser: Browser):
    look = ipywidgets.Layout
    hidden = ipywidgets.HTML("hidden", layout=look(display="none"))
    unseen = ipywidgets.HTML("unseen", layout=look(visibility="hidden"))
    framed = ipywidgets.HTML("framed", layout=look(width="150px", border="2px solid red"))
    tall = ipywidgets.IntSlider(3, description="tall", orientation="vertical")
    silent = ipywidgets.IntSlider(3, description="silent", readout=False)
    coloured = ipywidgets.Label("coloured", style={"text_color": "rgb(1, 2, 3)", "font_weight": "bold"})
    grid = ipywidgets.GridBox(
        [ipywidgets.HTML("a"), ipywidgets.HTML("b")], layout=look(grid_template_columns="90px 90px")
    )
    page = show(
        browser, ipywidgets.VBox([hidden, unseen, framed, tall, silent, coloured, grid]), styles=STYLES
    )
    assert [page.get_by_text(text).is_visible() for text in ("hidden", "unseen", "framed")] == [
        False,
        False,
        True,
    ]
    css = "(element, key) => getComputedStyle(element)[key]"
    assert page.get_by_text("framed").evaluate(css, "width") == "150px"
    assert page.get_by_text("framed").evaluate(css, "borderTop") == "2px solid rgb(255, 0, 0)"
    box = page.get_by_label("tall").bounding_box()
    assert box["height"] > 2 * box["width"]
    assert [value.is_visible() for value in page.locator(".sw-value").all()] == [True, False]
    assert page.get_by_text("coloured").evaluate(css, "color") == "rgb(1, 2, 3)"
    left, right = (page.get_by_text(text, exact=True).bounding_box() for text in "ab")
    assert right["x"] - left["x"] == 90
    assert right["y"] == left["y"]
    page.close()


def test_pictures_have_the_address_and_the_size_that_were_saved_and_nothing_plays_by_itself(browser: Browser):
    far = ipywidgets.Image.from_url("https://example.org/a.png")
    bad = ipywidgets.Image(value=b"javascript:hacked=1", format="url")
    film = ipywidgets.Video(value=b"0", width=120, height=60)
    page = show(
        browser,
        far,
        bad,
        ipywidgets.Image(value=png(), width=100, height=50),
        film,
        ipywidgets.Audio(value=b"0"),
        styles=STYLES,
    )
    pictures = page.locator("img")
    assert pictures.nth(0).get_attribute("src") == "https://example.org/a.png"
    assert pictures.nth(1).get_attribute("src") is None
    size = "element => [element.offsetWidth, element.offsetHeight]"
    assert pictures.nth(2).evaluate(size) == [100, 50]
    assert page.locator("video").evaluate(size) == [120, 60]
    assert (
        page.locator("video, audio").evaluate_all("all => all.map(one => [one.autoplay, one.controls])")
        == [[False, True]] * 2
    )
    page.close()


LONG = "a rather long label with many words, number %d"


@pytest.mark.parametrize("width", [320, 1280])
def test_long_names_and_labels_do_not_make_the_page_scroll_sideways(browser: Browser, width: int):
    slider = ipywidgets.SelectionSlider(
        options=[LONG % n for n in range(3)], description="A description " * 6
    )
    wide = ipywidgets.HTML("wide", layout=ipywidgets.Layout(width="900px", min_width="800px"))
    menus = ipywidgets.HBox([ipywidgets.Dropdown(options=[LONG % n], description=LONG % n) for n in range(2)])
    radios = ipywidgets.RadioButtons(options=[LONG % n * 3 for n in range(2)], description="radio")
    text = ipywidgets.Output(outputs=({"data": {"text/plain": "x" * 500}},))
    page = show(
        browser, ipywidgets.VBox([slider, wide, menus, radios, text]), styles=STYLES, width=width, height=700
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    parts = [page.locator(kind).first.bounding_box() for kind in (".sw-label", ".sw-range", ".sw-value")]
    live = page.locator(".sw-live").bounding_box()
    for part in parts:
        assert live["x"] <= part["x"]
        assert part["x"] + part["width"] <= live["x"] + live["width"]
    for one, other in pairwise(parts):  # no part lies over the next
        assert one["x"] + one["width"] <= other["x"] or one["y"] + one["height"] <= other["y"]
    page.close()


def test_descriptions_of_content_and_what_an_output_holds_are_shown(browser: Browser):
    inner = ipywidgets.HTML("inside")
    data = [
        {"data": {"text/html": "<b>table</b>"}},
        {"text": "printed"},
        {"data": {VIEW: {"model_id": inner.model_id}}},
    ]
    output = ipywidgets.Output(outputs=data)
    rich = ipywidgets.Label("v", description="<i>name</i>", description_allow_html=True)
    page = show(browser, ipywidgets.VBox([ipywidgets.HTML("v", description="A <name>"), rich, output, inner]))
    assert page.locator(".sw-label").all_inner_texts() == ["A <name>", "name"]
    assert page.locator(".sw-output").inner_text().split() == ["table", "printed", "inside"]
    page.close()


def test_an_accordion_opens_one_part_at_a_time_and_titles_of_older_notebooks_are_read(browser: Browser):
    fold = ipywidgets.Accordion([ipywidgets.Label(f"part {n}") for n in range(3)], selected_index=1)
    number, link = linked(fold, "selected_index")
    data = embed_data(views=[number])["manager_state"]["state"]
    state = data[fold.model_id]["state"]
    state |= {"titles": None, "_titles": {"0": "zero", "2": "two"}}
    page = open_widgets(browser, data, [{"model_id": number.model_id}])
    assert link.source[0] is fold
    names = page.locator("summary")
    assert names.all_inner_texts() == ["zero", "2", "two"]
    assert page.get_by_text("part 1").is_visible()
    names.nth(2).press("Enter")
    expect(page.get_by_text("part 2")).to_be_visible()
    expect(page.get_by_text("part 1")).to_be_hidden()
    expect(page.locator(".sw-html").last).to_have_text("2")
    names.nth(2).press("Enter")
    expect(page.get_by_text("part 2")).to_be_hidden()
    page.close()


KEPT = [
    "<center>c</center>", "<font>f</font>", "<section>s</section>", "<article>a</article>", "<header>h</header>",
    "<label>l</label>", "<math><mi>m</mi></math>", "<ruby>r<rt>t</rt></ruby>", "<button>b</button>",
    "<form>o</form>", "<custom-element>e</custom-element>",
    "<select><option>p</option></select>", "<marquee>q</marquee>",
    "<style>.seen { color: rgb(9, 9, 9) }</style><p class='seen'>x</p>", "<blink><b>y</b></blink>",
    "<iframe src='https://example.org/a'></iframe>", "<svg><text>z</text></svg>",
    "<svg><foreignObject>w</foreignObject></svg>", "<details>d</details>",
]  # fmt: skip


def test_of_elements_that_are_not_known_the_text_stays_on_the_page_and_in_the_still(browser: Browser):
    words = [re.sub("<style>.*?</style>|<iframe src='(.*?)'>|<[^>]*>", r"\1", html) for html in KEPT]
    page = show(browser, *map(ipywidgets.HTML, KEPT))
    assert (
        page.locator(".sw-html").evaluate_all(
            "all => all.map(one => one.querySelector('style')?.nextSibling.textContent ?? one.textContent)"
        )
        == words
    )
    assert page.locator("p.seen").evaluate("p => getComputedStyle(p).color") == "rgb(9, 9, 9)"
    assert [re.sub("<[^>]*>", "", clean(html)) for html in KEPT] == words
    page.close()


def test_the_build_keeps_the_elements_that_the_page_keeps(browser: Browser):
    (names,) = re.findall(r"const ELEMENTS = new Set\((.*?)\.split", SCRIPT.read_text("utf-8"), re.DOTALL)
    ours = set("".join(re.findall('"(.*?)"', names)).split())
    assert {name.lower() for name in ELEMENTS} == ours - {"style"}


# ------------------------------------------------------------------------------------- damaged and hostile states

BAD = "The controls of this picture cannot be shown: their saved state is damaged."
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


def test_no_damaged_state_of_any_kind_of_widget_takes_the_page_down(browser: Browser):
    whole = ipywidgets.VBox([exhibit.view for exhibit in gallery()])
    records = json.loads(json.dumps(embed_data(views=[whole])["manager_state"]["state"]))
    rng, view = random.Random(0), json.dumps({"model_id": whole.model_id})
    odd = (*ODD, HOSTILE, {"data": {"text/html": HOSTILE}}, *(f"IPY_MODEL_{name}" for name in records))
    models = [
        record["state"]
        for record in records.values()
        if record["model_module"] == "@jupyter-widgets/controls"
    ]
    states = []
    for _ in range(100):
        changed = damaged(models, rng, odd)
        changed = changed if isinstance(changed, list) else []
        kept = {key: dict(record) for key, record in records.items()}
        for record, state in zip(
            (r for r in kept.values() if r["model_module"] == "@jupyter-widgets/controls"),
            changed,
            strict=False,
        ):
            record["state"] = state
        states.append(json.dumps({"state": kept}))
    for state, page in zip(
        states, draw_all(browser, [(state, view, STILL) for state in states]), strict=True
    ):
        assert (page["live"], page["trouble"], page["danger"]) == (1, [], []), state
        assert page["seconds"] < 5, state
        assert BAD in page["text"] or STILL not in page["text"], state


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

"""Pictures that a reader drags, in a browser, on a page that has a model and nothing else."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from regsoft.live import Decision
from website.site import NODE_MODULES

AXE = NODE_MODULES / "axe-core" / "axe.min.js"
PAUSE = 600
LIGHT, DARK = ("#ffffff", "#222832"), ("#14181e", "#ced6dd")
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A picture</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ margin: 16px; font: 16px/1.5 sans-serif; background: {paper}; color: {ink}; }}
body {{ --pst-color-background: {paper}; --pst-color-primary: {accent}; }}
{css}
</style></head>
<body><main><h1>A picture</h1><div id="live"></div>{still}<p style="height: 1500px">Below.</p></main>
<script type="module">{module}
const state = {state}, heard = {{}};
globalThis.model = {{
  saved: 0,
  heard,
  get: (key) => state[key],
  set(key, value) {{
    if (state[key] === value) return;
    state[key] = value;
    for (const listener of heard[`change:${{key}}`] ?? []) listener();
  }},
  save_changes() {{ model.saved += 1; }},
  on(event, listener) {{ (heard[event] ??= []).push(listener); }},
  off(event, listener) {{ heard[event] = heard[event].filter((other) => other !== listener); }},
}};
globalThis.start = () => {{ globalThis.leave = widget.render({{ model, el: document.getElementById("live") }}); }};
start();
</script></body></html>"""


def document(decision: Decision, theme: tuple[str, str] = LIGHT, still: bool = False) -> str:
    """A page with the module of a picture, and a model as a front end has one."""
    state = {name: value for name, value in decision.get_state().items() if name in decision._controls}
    paper, ink = theme
    return PAGE.format(
        module=decision._esm.replace("export default", "const widget ="),
        css=decision._css,
        state=json.dumps({**state, "_controls": decision._controls}),
        still=f'<div id="still">{decision._repr_mimebundle_()[0]["text/html"]}</div>' if still else "",
        paper=paper,
        ink=ink,
        accent="#176de8" if theme == LIGHT else "#9cc5ff",
    )


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page that allows no error, as wide as a desk."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page, errors = context.new_page(), []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text))
        yield page
        assert errors == []


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    with browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    ) as context:
        yield context.new_page()


def shown(page: Page, **parameters: Any) -> Page:
    page.set_content(document(Decision(**parameters)))
    return page


def value(page: Page, name: str) -> Any:
    return page.evaluate("(name) => model.get(name)", name)


def middle(page: Page, key: str) -> tuple[float, float]:
    box = page.locator(f".rs-handle[data-key={key}] .rs-dot").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def frame(page: Page) -> None:
    """Wait until what has changed is drawn."""
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


# --------------------------------------------------------------------------------------------- dragging and keys


@pytest.mark.parametrize(
    ("key", "by", "expected"),
    [
        ("x", (0, 236 / 5.2), 0.0),  # 236 pixels for 5.2 units
        ("alpha", (0, -236 / 5.2), 1 + 1 / 0.6931),
        ("w", (416 / 4, 0), 0.75),  # 416 pixels from 0 to 1
        ("w", (900, 0), 1),  # not beyond its limit
    ],
)
def test_a_handle_follows_the_mouse_from_where_it_was_gripped(page, key, by, expected):
    shown(page, alpha=1.0)
    x, y = middle(page, key)
    page.mouse.move(x + 4, y + 3)
    page.mouse.down()
    assert value(page, key) == getattr(Decision(), key)
    page.mouse.move(x + 4 + by[0], y + 3 + by[1], steps=4)
    limits = Decision()._controls[key]
    assert value(page, key) == pytest.approx(min(expected, limits["max"]), abs=0.01)
    frame(page)
    at = middle(page, key)
    page.mouse.up()
    if expected not in (1, 1 + 1 / 0.6931):
        assert at == pytest.approx((x + by[0], y + by[1]), abs=1)
    page.mouse.move(x, y)
    assert value(page, key) == pytest.approx(min(expected, limits["max"]), abs=0.01)  # it was let go
    assert page.evaluate("model.saved") > 1


def test_a_click_beside_the_handles_puts_the_decision_there(page):
    shown(page)
    box = page.locator(".rs-stage").bounding_box()
    page.mouse.click(box["x"] + 40 + 416 * 0.25, box["y"] + 200)
    assert value(page, "w") == pytest.approx(0.25, abs=0.01)


def test_of_two_handles_that_touch_the_nearer_one_is_taken(page):
    shown(page, x=-2.0, w=1.0)  # the end of the line just above the decision
    x, y = middle(page, "x")
    page.mouse.move(x, y - 3)
    page.mouse.down()
    page.mouse.move(x, y - 3 - 236 / 5.2, steps=3)
    page.mouse.up()
    assert value(page, "x") == pytest.approx(-1, abs=0.01)
    assert value(page, "w") == 1


@pytest.mark.parametrize(("key", "step"), [("x", 0.05), ("alpha", 0.05), ("w", 0.01)])
def test_arrow_keys_move_a_handle_and_do_not_reach_the_notebook(page, key, step):
    shown(page)
    page.evaluate(
        "() => { globalThis.keys = []; document.addEventListener('keydown', ({ key }) => keys.push(key), true); }"
    )
    handle = page.locator(f".rs-handle[data-key={key}]")
    handle.focus()
    start = value(page, key)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert value(page, key) == pytest.approx(start + step)
    page.keyboard.press("Shift+ArrowDown")
    assert value(page, key) == pytest.approx(start - 9 * step)
    frame(page)
    assert float(handle.get_attribute("aria-valuenow")) == pytest.approx(start - 9 * step)
    page.locator(f"input[data-key={key}]").focus()
    page.keyboard.press("ArrowRight")
    assert value(page, key) == pytest.approx(start - 8 * step)
    assert page.evaluate("keys") == ["Shift"]
    page.keyboard.press("Control+ArrowRight")  # the reader means the browser, not the picture
    page.keyboard.press("Tab")
    assert page.evaluate("keys") == ["Shift", "Control", "ArrowRight", "Tab"]
    ring = handle.locator(".rs-ring")
    handle.focus()
    page.keyboard.press("ArrowRight")
    assert ring.evaluate("(ring) => getComputedStyle(ring).strokeWidth") == "3px"


def test_a_closed_view_hears_neither_keys_nor_its_model(page):
    shown(page)
    page.evaluate("leave()")
    assert page.evaluate("Object.values(model.heard).flat()") == []
    page.locator(".rs-handle[data-key=w]").focus()
    page.keyboard.press("ArrowRight")
    assert value(page, "w") == 0.5


def test_the_picture_follows_its_model(page):
    shown(page)
    before = page.locator(".rs-stage").inner_html()
    page.evaluate("model.set('x', -1.5)")
    frame(page)
    assert page.locator(".rs-stage").inner_html() != before
    assert page.locator("input[data-key=x]").input_value() == "-1.5"
    expect(page.locator(".rs-row").first.locator("output")).to_have_text("−1.50")


# ----------------------------------------------------------------------------------------------------- a finger


def finger(page: Page, start: tuple[float, float], by: tuple[float, float]) -> None:
    """Put a finger down, move it and lift it."""
    session = page.context.new_cdp_session(page)
    touch = lambda kind, points: session.send(  # noqa: E731
        "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
    )
    touch("touchStart", [{"x": start[0], "y": start[1]}])
    for step in range(1, 9):
        touch("touchMove", [{"x": start[0] + by[0] * step / 8, "y": start[1] + by[1] * step / 8}])
    touch("touchEnd", [])
    page.wait_for_timeout(100)


def test_a_finger_on_a_handle_drags_it_and_the_page_stays(phone):
    shown(phone)
    finger(phone, middle(phone, "x"), (0, 60))
    assert value(phone, "x") < 0
    assert phone.evaluate("scrollY") == 0


def test_a_finger_that_sweeps_over_the_picture_scrolls_the_page(phone):
    shown(phone)
    box = phone.locator(".rs-stage").bounding_box()
    finger(phone, (box["x"] + 90, box["y"] + 290), (0, -200))
    assert phone.evaluate("scrollY") > 100
    assert [value(phone, name) for name in ("x", "alpha", "w")] == [1, 1, 0.5]


def test_a_tap_beside_the_handles_puts_the_decision_there(phone):
    shown(phone)
    box = phone.locator(".rs-stage").bounding_box()
    phone.touchscreen.tap(box["x"] + 40 + (box["width"] - 64) * 0.25, box["y"] + 250)
    phone.wait_for_function("model.get('w') !== 0.5")
    assert value(phone, "w") == pytest.approx(0.25, abs=0.01)


# ------------------------------------------------------------------------------------------------ buttons, words


def test_the_best_decision_is_hidden_until_it_is_asked_for(page):
    shown(page)
    best = page.locator(".rs-stage .rs-fades").first
    page.wait_for_timeout(400)
    assert best.evaluate("(best) => getComputedStyle(best).opacity") == "0"
    assert "best" not in page.locator(".rs-stage").get_attribute("aria-label")
    page.get_by_role("button", name="Show the best w").press("Enter")
    assert value(page, "answer") is True
    expect(page.get_by_role("button", name="Hide the best w")).to_be_focused()
    expect(best).to_have_css("opacity", "1")
    assert "best w = 0.731, worth 1.313" in page.locator(".rs-stage").get_attribute("aria-label")
    page.get_by_role("button", name="Hide the best w").click()
    assert value(page, "answer") is False


def test_reset_leads_back_to_where_the_widget_was_made(page):
    shown(page, x=-0.5, alpha=0.25, w=0.9)
    for key in ("x", "alpha", "w"):
        page.locator(f"input[data-key={key}]").press("Home")
    page.get_by_role("button", name="Show the best w").click()
    assert [value(page, name) for name in ("x", "alpha", "w", "answer")] == [-2, -1, 0, True]
    page.get_by_role("button", name="Reset").click()
    assert [value(page, name) for name in ("x", "alpha", "w", "answer")] == [-0.5, 0.25, 0.9, False]


def test_what_has_changed_is_spoken_once_after_a_pause(page):
    shown(page)
    page.wait_for_timeout(PAUSE + 200)
    spoken = page.locator(".rs-spoken")
    assert spoken.get_attribute("aria-live") == "polite"
    expect(spoken).to_have_text("")  # what is there at first is not news
    page.evaluate(
        "new MutationObserver((all) => { globalThis.said = (globalThis.said ?? 0) + 1; })"
        ".observe(document.querySelector('.rs-spoken'), { childList: true, characterData: true, subtree: true })"
    )
    slider = page.locator("input[data-key=alpha]")
    for _ in range(3):
        slider.press("ArrowLeft")
        page.wait_for_timeout(100)
    assert page.evaluate("globalThis.said") is None
    page.wait_for_function("globalThis.said")
    expect(spoken).to_have_text(
        "your w = 0.500, worth 1.089"
    )  # not α, which the slider says, nor x or the shape
    page.get_by_role("button", name="Show the best w").click()
    page.wait_for_function("globalThis.said === 2")
    expect(spoken).to_have_text(re.compile("^best w = 0.764, worth"))
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("globalThis.said === 3")
    expect(spoken).to_have_text("α = 1.00; your w = 0.500, worth 1.193")


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"answer": True, "x": 1.5, "alpha": 0.5, "w": 0.1},
        {"answer": True, "x": 0.5, "alpha": -1.0, "w": 0.0},
        {"answer": True, "x": 0.0, "alpha": -1.0, "w": 1.0},
        {"answer": True, "x": -1.0, "alpha": 0.0},
        {"answer": True, "x": 0.0, "alpha": 0.0},
        {"answer": True, "x": -2.0, "alpha": 0.001},
    ],
    ids=str,
)
def test_still_and_live_picture_say_the_same_at_the_same_places(page, parameters):
    page.set_content(document(Decision(**parameters), still=True))
    frame(page)
    still = page.locator("#still svg")
    assert page.locator(".rs-stage").get_attribute("aria-label") == still.get_attribute("aria-label")
    places = """(root) => [...root.querySelectorAll("text")].filter((text) => text.textContent &&
        !text.closest(".rs-hidden")).map((text) => {
            const range = document.createRange();
            range.selectNodeContents(text);
            const { x, y, height } = range.getBoundingClientRect(), box = root.getBoundingClientRect();
            return [text.textContent, Math.round(x - box.x), Math.round(y + height - box.y)];
        })"""
    ours = {tuple(place) for place in page.locator(".rs-stage").evaluate(places)}
    theirs = {
        tuple(place) for place in still.evaluate(places) if place[2] < 362
    }  # those of the sliders apart
    assert {name for name, *_ in ours} == {name for name, *_ in theirs}
    for name, x, y in ours:
        assert any(n == name and abs(x - px) <= 2 and abs(y - py) <= 3 for n, px, py in theirs), (name, x, y)


# --------------------------------------------------------------------------------------------------- sizes, looks


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_picture_fits_its_room_has_large_targets_and_readable_words_and_never_shifts(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(document(Decision(), still=True))
    frame(page)
    live, still = page.locator("#live"), page.locator("#still > div")
    height = live.bounding_box()["height"]
    assert height == pytest.approx(still.bounding_box()["height"], abs=0.1)
    stage, picture = page.locator(".rs-stage").bounding_box(), page.locator("#still svg").bounding_box()
    assert [stage[side] for side in ("x", "width")] == [picture[side] for side in ("x", "width")]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".rs-stage").bounding_box()["width"] == min(480, width - 32)
    for target in page.locator(".rs-target, .rs-range, .rs-button").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 44
    sizes = page.locator(".rs text, .rs-label, .rs-value, .rs-button").evaluate_all(
        "(all) => all.map((element) => parseFloat(getComputedStyle(element).fontSize))"
    )
    assert min(sizes) >= 11
    assert page.locator(".rs-stage").evaluate(
        "(stage) => stage.viewBox.baseVal.width / stage.getBoundingClientRect().width"
    ) == pytest.approx(1)  # so that a pixel of the drawing is one of the page
    beyond = page.locator(".rs-stage text").evaluate_all(
        """(all) => all.map((text) => [text.textContent, text.getBoundingClientRect()])
            .filter(([, { left, right }]) => left < 0 || right > innerWidth).map(([words]) => words)"""
    )
    assert beyond == []
    for change in (
        "model.set('alpha', -1)",
        "model.set('answer', true)",
        "model.set('x', -2)",
        "model.set('w', 1)",
    ):
        page.evaluate(change)
        frame(page)
        assert live.bounding_box()["height"] == height


def test_a_picture_that_is_drawn_out_of_sight_is_right_once_it_is_shown(page):
    shown(page)
    page.evaluate(
        """() => {
            leave();
            const live = document.getElementById("live");
            live.replaceChildren();
            live.style.display = "none";
            start();
        }"""
    )
    frame(page)
    page.evaluate("document.getElementById('live').style.display = ''")
    frame(page)
    assert page.locator(".rs-stage").evaluate("(stage) => stage.viewBox.baseVal.width") == 480


def colour(page: Page, selector: str, what: str) -> str:
    return page.locator(selector).first.evaluate("(element, what) => getComputedStyle(element)[what]", what)


def test_ink_and_paper_are_those_of_the_page(page):
    for theme, ink in ((LIGHT, "rgb(34, 40, 50)"), (DARK, "rgb(206, 214, 221)")):
        page.set_content(document(Decision(), theme))
        assert colour(page, ".rs-stage text", "fill") == ink
        assert colour(page, ".rs-value", "color") == ink
    page.evaluate("document.body.style.color = 'rgb(1, 2, 3)'")  # a theme that changes while the page is open
    assert colour(page, ".rs-stage text", "fill") == "rgb(1, 2, 3)"


def test_forced_colours_leave_handles_curve_and_focus_to_be_seen(page):
    page.emulate_media(forced_colors="active")
    shown(page)
    system = page.evaluate(
        """["CanvasText", "Canvas", "Highlight"].map((name) => {
            const probe = document.body.appendChild(document.createElement("i"));
            probe.style.cssText = `forced-color-adjust: none; color: ${name}`;
            return getComputedStyle(probe).color;
        })"""
    )
    page.locator(".rs-handle[data-key=w]").press("ArrowRight")
    inks = [
        colour(page, "path[style*='--rs-blue']", "stroke"),
        colour(page, ".rs-handle[data-key=w] .rs-dot", "fill"),
        colour(page, ".rs-handle[data-key=w] .rs-ring", "stroke"),
        colour(page, ".rs-stage text", "fill"),
    ]
    assert system[1] not in inks
    assert inks[0] == inks[3] == system[0]
    assert inks[1] == inks[2] == system[2]


def test_a_reader_who_wants_less_motion_sees_none(page):
    shown(page)
    assert colour(page, ".rs-fades", "transitionDuration") == "0.25s"
    page.emulate_media(reduced_motion="reduce")
    assert colour(page, ".rs-fades", "transitionDuration") == "0s"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_a_picture_is_accessible(page, theme, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(document(Decision(answer=True), theme))
    page.evaluate(AXE.read_text("utf-8") + ";0")
    found = page.evaluate(
        """async () => {
            const { violations } = await axe.run({ resultTypes: ["violations"], preload: false });
            return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)}`));
        }"""
    )
    assert found == []

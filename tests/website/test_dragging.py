"""Pictures that a reader drags: what is special to `Decision`, and what all of them share."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from regsoft import live
from regsoft.live import Decision
from tests.website.pictures import (
    DARK,
    LIGHT,
    PAUSE,
    assert_same_words,
    document,
    finger,
    frame,
    middle,
    open_picture,
    value,
)
from website.site import NODE_MODULES

AXE = NODE_MODULES / "axe-core" / "axe.min.js"
PICTURES = [getattr(live, name) for name in live.__all__]
every_picture = pytest.mark.parametrize("kind", PICTURES, ids=lambda kind: kind.__name__)
ELSEWHERE: dict[str, list[dict[str, Any]]] = {  # where a reader may lead a picture
    "Adversary": [
        {"rounds": rounds, "alpha": alpha}
        for rounds, alpha in (([1], 0.25), ([2, 2, 1, 2], 2.7), ([1, 2] * 20, 16.0), ([1] * 40, 0.25))
    ],
    "Bells": [
        {"answer": True},
        {"answer": True, "a": 2, "b": -1, "q": 0.3, "s": 1.6, "z": -3},
        {"a": 0, "b": 0, "z": 0, "s": 0.8},
    ],
    "Conjugate": [
        {"answer": True},
        {"answer": True, "x": -2.0, "alpha": 0.25},
        {"answer": True, "x": 2.0, "alpha": 2.0},
    ],
    "Decision": [
        {"answer": True, "x": 1.5, "alpha": 0.5, "w": 0.1},
        {"answer": True, "x": 0.5, "alpha": -1.0, "w": 0.0},
        {"answer": True, "x": 0.0, "alpha": -1.0, "w": 1.0},
        {"answer": True, "x": -1.0, "alpha": 0.0},
        {"answer": True, "x": 0.0, "alpha": 0.0},
        {"answer": True, "x": -2.0, "alpha": 0.001},
    ],
    "Divergence": [
        {"w": 0.9, "q": 0.1, "both": True},
        {"w": 0.5, "q": 0.5},
        {"w": 0.48, "q": 0.5, "both": True},
    ],
    "Entmax": [
        {"order": 1.0, "cells": True},
        {"order": 1.15, "alpha": 0.25, "cells": True, "x1": -2.0, "x2": 2.0},
        {"order": 3.0, "alpha": 2.0, "cells": True, "x1": 2.0, "x2": -2.0, "x3": 2.0},
        {"order": 1.25, "alpha": 0.5, "cells": True, "x1": -2.0, "x2": -2.0, "x3": -2.0},
    ],
    "Hill": [{"x": -1.0, "alpha": 0.3}, {"x": 0.0}, {"x": 1.5, "alpha": 1.5}],
    "Board": [
        {"alpha": 1.0, "mellow": True, "slip": 0.6},
        {"goal": 0, "pit": 11, "player": 5, "slip": 0.0},
        {"alpha": 0.1, "pit": 1, "goal": 2, "player": 0},
    ],
    "Cuts": [
        {"alpha": 0.25, "k": 1, "p": 1, "m": 0.01, "rule": 2},
        {"alpha": 4, "k": 31, "p": 0.01, "m": 1, "rule": 3},
        {"alpha": 2, "late": True, "rule": 3},
    ],
    "Sets": [
        {"paths": True},
        {"paths": True, "c": -4, "gap": 4, "alpha": 0.1},
        {"c": 4, "gap": -4, "alpha": 4},
    ],
    "Race": [
        {"answer": True},
        {"draws": 1, "answer": True, "seed": 3},
        {"draws": 2000, "x1": 6, "x2": 0, "x3": 5.9, "alpha": 0.25, "answer": True},
        {"draws": 137, "alpha": 2, "x1": 6, "x2": 6, "x3": 6, "seed": 999},
    ],
    "Separation": [
        {"answer": True, "z1": -2.0, "z2": 0.2, "steps": 7},
        {"answer": True, "z1": 3.0, "z2": 3.0, "steps": 10_000},
        {"z1": -3.0, "z2": -3.0, "steps": 1},
    ],
    "Sparsemax": [{"cells": True, "alpha": 2.0, "x2": 1.5, "x3": 1.4}],
} | {
    name: [
        {"answer": True},
        {"answer": True, "x": [5, 0, 5], "alpha": 4, "w": [0, 0, 1]},
        {"answer": True, "x": [4, 2, 4], "alpha": 0.25},
        {"x": [0, 0, 0], "w": [0, 1, 0]},
    ]
    for name in ("Shares", "Split")
}


def shown(page: Page, **parameters: Any) -> Page:
    open_picture(page, Decision(**parameters))
    return page


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
    assert value(page, key) == pytest.approx(min(expected, limits["high"]), abs=0.01)
    frame(page)
    at = middle(page, key)
    page.mouse.up()
    if expected not in (1, 1 + 1 / 0.6931):
        assert at == pytest.approx((x + by[0], y + by[1]), abs=1)
    page.mouse.move(x, y)
    assert value(page, key) == pytest.approx(min(expected, limits["high"]), abs=0.01)  # it was let go
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


# --------------------------------------------------------------------------------------------------- sizes, looks


@every_picture
def test_still_and_live_picture_say_the_same_at_the_same_places(page, kind):
    for parameters in ({}, *ELSEWHERE.get(kind.__name__, [])):
        open_picture(page, kind(**parameters), still=True)
        assert_same_words(page, kind)


@every_picture
@pytest.mark.parametrize("width", [320, 800])
def test_a_picture_fits_its_room_has_large_targets_and_readable_words(page, kind, width):
    page.set_viewport_size({"width": width, "height": 900})
    open_picture(page, kind(), still=True)
    page.add_style_tag(content="@media (max-width: 600px) { .rs-still { --rs-room: var(--rs-phone) } }")
    frame(page)
    live_one, still = page.locator("#live"), page.locator("#still > div")
    assert live_one.bounding_box()["height"] == pytest.approx(still.bounding_box()["height"], abs=0.1)
    stage, picture = page.locator(".rs-stage").bounding_box(), page.locator("#still svg").bounding_box()
    assert [stage[side] for side in ("x", "width")] == [picture[side] for side in ("x", "width")]
    assert stage["width"] == min(kind._width, width - 32)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
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


@every_picture
def test_no_end_of_a_slider_moves_what_stands_below(page, kind):
    page.set_viewport_size({"width": 390, "height": 900})
    open_picture(page, kind())
    frame(page)
    height = page.locator("#live").bounding_box()["height"]
    for slider in page.locator(".rs-range").all():
        for end in ("Home", "End"):
            slider.press(end)
            frame(page)
            assert page.locator("#live").bounding_box()["height"] == height
    for press in page.locator(".rs-button").all():
        press.click()
        frame(page)
        assert page.locator("#live").bounding_box()["height"] == height


def test_a_picture_is_laid_out_when_it_is_shown_and_at_another_width(page):
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
    for room, expected in ((800, 480), (320, 288)):
        page.set_viewport_size({"width": room, "height": 900})
        frame(page)
        assert page.locator(".rs-stage").evaluate("(stage) => stage.viewBox.baseVal.width") == expected


def colour(page: Page, selector: str, what: str) -> str:
    return page.locator(selector).first.evaluate("(element, what) => getComputedStyle(element)[what]", what)


@every_picture
def test_ink_and_paper_are_those_of_the_page(page, kind):
    for theme, ink in ((LIGHT, "rgb(34, 40, 50)"), (DARK, "rgb(206, 214, 221)")):
        open_picture(page, kind(), theme)
        assert colour(page, ".rs-stage text", "fill") == ink
        assert colour(page, ".rs-button", "color") == ink
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


@every_picture
def test_a_reader_who_wants_less_motion_sees_none(page, kind):
    page.emulate_media(reduced_motion="reduce")
    open_picture(page, kind())
    moving = page.locator("#live *").evaluate_all(
        """(all) => all.map((element) => [element, getComputedStyle(element)])
            .filter(([, style]) => style.transitionDuration !== "0s" || style.animationName !== "none")
            .map(([element]) => element.outerHTML.slice(0, 80))"""
    )
    assert moving == []


def test_an_answer_fades_in_for_others(page):
    shown(page)
    assert colour(page, ".rs-fades", "transitionDuration") == "0.25s"


@pytest.mark.parametrize(("theme", "width"), [(LIGHT, 320), (DARK, 800)], ids=["light", "dark"])
def test_every_picture_is_accessible(page, theme, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(AXE.read_text("utf-8") + ";0")
    for kind in PICTURES:
        page.set_content(document(kind(), theme))
        found = page.evaluate(
            """async () => {
                const { violations } = await axe.run({ resultTypes: ["violations"], preload: false });
                return violations.flatMap(({ id, nodes }) =>
                    nodes.map((node) => `${id}: ${node.html.slice(0, 120)}`));
            }"""
        )
        assert found == [], kind.__name__

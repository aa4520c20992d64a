"""The query of the soft look-up, turned in a browser."""

import math

import pytest
from playwright.sync_api import Page, expect

from regsoft.live import Lookup
from tests.website.pictures import assert_same_words, finger, frame, middle, open_picture, value


def shown(page: Page, **parameters) -> Page:
    open_picture(page, Lookup(**parameters))
    return page


def centre(page: Page) -> tuple[float, float]:
    box = page.locator(".rs-stage").bounding_box()
    return box["x"] + (172 if box["width"] >= 560 else box["width"] / 2), box["y"] + 208


def towards(start: tuple[float, float], degrees: float, far: float) -> tuple[float, float]:
    return start[0] + far * math.cos(math.radians(degrees)), start[1] - far * math.sin(math.radians(degrees))


def test_the_tip_of_the_query_is_turned_all_round_and_stays_on_its_circle(page):
    shown(page)
    start = centre(page)
    page.mouse.move(*middle(page, "angle"))
    page.mouse.down()
    for degrees in (60, 107.5, 179, -179, -90, -15.3, 33):
        page.mouse.move(*towards(start, degrees, 90), steps=3)
        assert value(page, "angle") == pytest.approx(degrees, abs=0.5)
        frame(page)
        assert middle(page, "angle") == pytest.approx(towards(start, degrees, 134), abs=1.5)
    page.mouse.up()


def test_a_click_turns_the_query_there_and_one_on_the_bars_does_not(page):
    shown(page)
    page.mouse.click(*towards(centre(page), -120, 80))
    assert value(page, "angle") == pytest.approx(-120, abs=0.5)
    box = page.locator(".rs-stage").bounding_box()
    page.mouse.click(box["x"] + 500, box["y"] + 200)
    assert value(page, "angle") == pytest.approx(-120, abs=0.5)


def test_arrow_keys_turn_on_past_half_a_turn(page):
    shown(page, angle=178)
    tip = page.locator(".rs-handle")
    tip.press("ArrowUp")
    assert value(page, "angle") == -177
    tip.press("ArrowRight")
    assert value(page, "angle") == 178
    tip.press("Shift+ArrowLeft")
    assert value(page, "angle") == -132
    frame(page)
    assert tip.get_attribute("aria-valuetext") == "−132 degrees"


def test_the_slider_of_the_temperature_goes_down_to_its_end(page):
    shown(page, angle=107.5)
    page.locator("input[data-key=alpha]").press("Home")
    assert value(page, "alpha") == 0.005
    frame(page)
    assert "weights 0.00, 0.50, 0.50, 0.00, 0.00" in page.locator(".rs-stage").get_attribute("aria-label")
    page.locator(".rs-handle").press("ArrowUp")
    frame(page)
    assert "weights 0.00, 0.00, 1.00, 0.00, 0.00" in page.locator(".rs-stage").get_attribute("aria-label")


def test_the_outputs_of_all_queries_are_shown_when_asked_for(page):
    shown(page)
    others = page.locator(".rs-stage .rs-fades")
    expect(others).to_have_css("opacity", "0")
    page.get_by_role("button", name="Show all outputs").click()
    assert value(page, "answer") is True
    expect(others).to_have_css("opacity", "1")
    page.get_by_role("button", name="Hide all outputs").click()
    expect(others).to_have_css("opacity", "0")


def test_a_finger_turns_the_query_and_a_swipe_beside_it_scrolls(phone):
    shown(phone, angle=0)
    start = middle(phone, "angle")
    finger(phone, start, (-20, -70))
    assert value(phone, "angle") > 20
    assert phone.evaluate("scrollY") == 0
    turned = value(phone, "angle")
    finger(phone, towards(centre(phone), 180, 60), (0, -150))
    assert phone.evaluate("scrollY") > 50
    assert value(phone, "angle") == turned


@pytest.mark.parametrize("angle", [-180.0, -60.0, 107.5])
@pytest.mark.parametrize("alpha", [0.005, 0.5, 5.0])
def test_still_and_live_picture_say_the_same_at_the_same_places(page, angle, alpha):
    look = Lookup(angle=angle, alpha=alpha, answer=True)
    open_picture(page, look, still=True)
    assert_same_words(page, look)

"""The race with Gumbel noise, drawn in a browser."""

import pytest
from playwright.sync_api import Page, expect

from regsoft.live import Race
from tests.website.pictures import PAUSE, finger, frame, middle, open_picture, value


def shown(page: Page, **parameters) -> Page:
    open_picture(page, Race(**parameters))
    return page


def sentence(page: Page) -> str:
    frame(page)
    return page.locator(".rs-stage").get_attribute("aria-label")


def test_the_buttons_draw_one_ten_and_a_hundred_and_stop_at_the_limit(page):
    shown(page)
    expected = 0
    for count in (1, 10, 100, 1, 10):
        page.get_by_role("button", name=f"Draw {count}", exact=True).click()
        expected += count
        assert value(page, "draws") == expected
        told = sentence(page)
        assert told == Race(draws=expected).still().alt
    for _ in range(20):
        page.get_by_role("button", name="Draw 100", exact=True).press("Enter")
    assert value(page, "draws") == 2000
    assert sentence(page) == Race(draws=2000).still().alt


@pytest.mark.parametrize("key", ["x1", "x2", "x3"])
def test_a_score_is_dragged_along_its_axis_and_the_same_noise_is_counted_again(page, key):
    shown(page, draws=400, seed=6)
    x, y = middle(page, key)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 1.2 * 388 / 18, y + 9, steps=4)
    page.mouse.up()
    scores = {name: value(page, name) for name in ("x1", "x2", "x3")}
    assert scores[key] == pytest.approx(getattr(Race(), key) + 1.2, abs=0.02)
    assert sentence(page) == Race(draws=400, seed=6, **scores).still().alt


def test_new_noise_gives_other_winners_and_goes_round(page):
    shown(page, draws=300)
    before = sentence(page)
    again = page.get_by_role("button", name="New noise")
    again.click()
    assert value(page, "seed") == 2
    assert sentence(page) != before
    assert sentence(page) == Race(draws=300, seed=2).still().alt
    page.evaluate("model.set('seed', 999)")
    again.click()
    assert value(page, "seed") == 1
    assert sentence(page) == before


def test_softmax_is_hidden_until_it_is_asked_for(page):
    shown(page, draws=10)
    answer = page.locator(".rs-stage .rs-fades")
    expect(answer).to_have_css("opacity", "0")
    assert "softmax" not in sentence(page)
    page.get_by_role("button", name="Show softmax").click()
    expect(answer).to_have_css("opacity", "1")
    assert "softmax 0.042, 0.114, 0.844" in sentence(page)
    width = page.get_by_role("button", name="Hide softmax").bounding_box()["width"]
    page.get_by_role("button", name="Hide softmax").click()
    assert page.get_by_role("button", name="Show softmax").bounding_box()["width"] == width


def test_reset_leads_back_to_the_draws_that_the_picture_was_made_with(page):
    shown(page, draws=10, seed=6, x1=1.5)
    page.get_by_role("button", name="Draw 100", exact=True).click()
    page.get_by_role("button", name="New noise").click()
    page.locator("input[data-key=x1]").press("End")
    page.get_by_role("button", name="Reset").click()
    assert [value(page, name) for name in ("draws", "seed", "x1", "answer")] == [10, 6, 1.5, False]


def test_a_draw_is_spoken_once(page):
    shown(page, draws=10, seed=6)
    page.wait_for_timeout(PAUSE + 100)
    page.get_by_role("button", name="Draw 1", exact=True).click()
    told = Race(draws=11, seed=6).still().alt.split(": ", 1)[1].rstrip(".")
    expect(page.locator(".rs-spoken")).to_have_text(told)


def test_a_finger_drags_a_score_and_a_swipe_between_them_scrolls(phone):
    shown(phone)
    finger(phone, middle(phone, "x2"), (60, 5))
    assert value(phone, "x2") > 3
    assert phone.evaluate("scrollY") == 0
    box = phone.locator(".rs-stage").bounding_box()
    finger(phone, (box["x"] + 320, box["y"] + 300), (0, -150))
    assert phone.evaluate("scrollY") > 50

"""The game against the leader and Hedge, played in a browser."""

import math

import pytest
from playwright.sync_api import Page, expect

from regsoft.live import Adversary
from tests.website.pictures import PAUSE, finger, frame, middle, open_picture, value

TOP, FLOOR = 110, 210  # of the shares, in pixels


def shown(page: Page, **parameters) -> Page:
    open_picture(page, Adversary(**parameters))
    return page


def sentence(page: Page) -> str:
    frame(page)
    return page.locator(".rs-stage").get_attribute("aria-label")


def test_a_click_on_an_expert_s_half_makes_that_expert_lose(page):
    shown(page)
    box = page.locator(".rs-stage").bounding_box()
    for x, y in ((100, TOP + 10), (500, FLOOR), (300, FLOOR - 45), (300, TOP)):
        page.mouse.click(box["x"] + x, box["y"] + y)
    assert value(page, "rounds") == [1, 2, 2, 1]
    for x, y in ((20, TOP + 10), (300, TOP - 20), (300, FLOOR + 20), (300, 350)):  # beside the halves
        page.mouse.click(box["x"] + x, box["y"] + y)
    assert value(page, "rounds") == [1, 2, 2, 1]


def test_buttons_and_arrow_keys_say_who_loses(page):
    shown(page)
    page.get_by_role("button", name="Expert 2 loses").click()
    page.keyboard.press("Enter")
    for key in ("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    assert value(page, "rounds") == [2, 2, 1, 2, 1, 2, 1]
    expect(page.get_by_role("button", name="Expert 2 loses")).to_be_focused()


def test_the_button_fools_the_leader_in_every_round_and_hedge_stays_below_its_bound(page):
    shown(page)
    fool = page.get_by_role("button", name="Fool the leader")
    for count in range(1, 42):
        fool.click()
        count = min(count, 40)
        told = sentence(page)
        assert f"follow the leader paid {count - 0.75:.2f}, regret {count / 2 - 0.25:.2f};" in told
        regret, bound = told.split("Hedge paid ")[1].split("; expert")[0].split("; ")
        assert float(regret.split()[-1]) <= float(bound.split()[-1])
    assert len(value(page, "rounds")) == 40
    assert "all 40 rounds are played" in page.locator(".rs-stage").text_content()


def test_the_leader_is_fooled_wherever_the_reader_has_led_it(page):
    for rounds, worst in (([], 1), ([1], 2), ([1, 1, 1], 2), ([2], 1), ([1, 2], 1), ([1, 2, 2, 2], 1)):
        shown(page, rounds=rounds)
        page.get_by_role("button", name="Fool the leader").click()
        assert value(page, "rounds") == [*rounds, worst]


def test_undo_takes_back_one_round_and_reset_leads_to_the_start(page):
    shown(page, rounds=[1, 2, 1], alpha=1.0)
    undo = page.get_by_role("button", name="Undo")
    for left in ([1, 2], [1], [], []):
        undo.click()
        assert value(page, "rounds") == left
    page.locator("input[data-key=alpha]").press("End")
    assert value(page, "alpha") == 16
    page.get_by_role("button", name="Reset").click()
    assert (value(page, "rounds"), value(page, "alpha")) == ([1, 2, 1], 1)


def test_the_start_of_the_bound_is_dragged_and_gives_the_temperature(page):
    shown(page)
    x, y = middle(page, "alpha")
    pixels = 172 / 21  # for a regret of 1
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y - 2 * math.log(2) * pixels, steps=4)
    page.mouse.up()
    assert value(page, "alpha") == pytest.approx(4.7, abs=0.01)
    assert value(page, "rounds") == []  # a drag that ends over nothing plays no round


def test_a_finger_plays_and_a_swipe_over_the_picture_scrolls(phone):
    shown(phone)
    box = phone.locator(".rs-stage").bounding_box()
    phone.touchscreen.tap(box["x"] + 200, box["y"] + FLOOR - 10)
    phone.wait_for_function("model.get('rounds').length === 1")
    assert value(phone, "rounds") == [2]
    finger(phone, (box["x"] + 200, box["y"] + FLOOR - 10), (0, -150))
    assert phone.evaluate("scrollY") > 100
    assert value(phone, "rounds") == [2]


def test_a_round_is_spoken_once_with_what_it_cost(page):
    shown(page, rounds=[1, 2])
    page.wait_for_timeout(PAUSE + 100)
    page.get_by_role("button", name="Expert 1 loses").click()
    expect(page.locator(".rs-spoken")).to_have_text(
        "round 3: expert 1 lost; follow the leader paid 2.25, regret 1.25; Hedge paid 1.34, regret 0.34; "
        "Hedge’s bound 2.01; next the leader puts 0.00 on expert 1, Hedge 0.45"
    )

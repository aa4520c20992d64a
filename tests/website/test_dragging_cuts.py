"""The picture of three cuts in a browser: a line is dragged, and the temperature moves the others."""

import re

import pytest

from regsoft.live import Cuts
from tests.website.pictures import frame, middle, open_picture, value


def counts(page):
    """How many words top-k, top-p and min-p keep, as the picture says it."""
    frame(page)
    return [int(n) for n in re.findall(r"keeps (\d+)", page.locator(".rs-stage").get_attribute("aria-label"))]


def pull(page, key, across):
    x, y = middle(page, key)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across, y + 5, steps=4)
    page.mouse.up()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_cut_is_dragged_to_the_words_that_it_shall_keep_and_stops_at_the_last(page, width):
    page.set_viewport_size({"width": width, "height": 1000})
    open_picture(page, Cuts())
    assert counts(page) == [4, 8, 11]
    word = page.evaluate("document.querySelector('.rs-stage').viewBox.baseVal.width - 56") / 31
    pull(page, "k", 3 * word)
    pull(page, "p", -6 * word)
    pull(page, "m", -8 * word)
    assert counts(page) == [7, 2, 3]
    pull(page, "m", 4 * word)  # into the words that were seen twice: all of them or none
    assert counts(page) == [7, 2, 11]
    for key in "kpm":
        pull(page, key, 900)
    assert counts(page) == [31, 31, 31]


def test_arrow_keys_move_a_cut_by_a_word_and_that_of_min_p_by_a_group_of_ties(page):
    open_picture(page, Cuts())
    for key, press, expected in (
        ("k", "ArrowRight", [5, 8, 11]),
        ("p", "ArrowLeft", [5, 7, 11]),
        ("m", "ArrowLeft", [5, 7, 4]),
        ("m", "ArrowUp", [5, 7, 11]),
        ("m", "ArrowRight", [5, 7, 31]),
    ):
        page.locator(f".rs-handle[data-key={key}]").focus()
        page.keyboard.press(press)
        assert counts(page) == expected


def test_the_temperature_moves_two_cuts_and_none_when_it_comes_last(page):
    open_picture(page, Cuts())
    slider = page.locator("input[data-key=alpha]")
    slider.focus()
    for _ in range(16):
        page.keyboard.press("ArrowRight")
    assert value(page, "alpha") == 2
    assert counts(page) == [4, 12, 31]
    last = page.get_by_role("button", name="Temperature last")
    last.press("Enter")
    assert counts(page) == [4, 8, 11]
    assert last.get_attribute("aria-pressed") == "true"


def test_the_rule_that_is_chosen_shares_the_unit_anew(page):
    open_picture(page, Cuts())
    for name, count in (("top-p", 8), ("min-p", 11), ("top-k", 4)):
        page.get_by_role("button", name=name).press("Enter")
        frame(page)
        full = page.locator(".rs-stage path[style*=blue]").evaluate_all(
            "(all) => all.map((bar) => bar.getBBox()).filter(({ height, x }) => height > 0.2 && x > 30).length"
        )
        assert full == count
        pressed = page.locator(".rs-button[aria-pressed=true]").all_text_contents()
        assert pressed == [name]

"""The picture of a board in a browser: the goal, the pit and the player are led from square to square."""

import re

import pytest
from playwright.sync_api import expect

from regsoft.live import Board
from tests.website.pictures import frame, middle, open_picture, value


def shares(page):
    """The shares of the player's moves, as the picture says them: up, right, down, left."""
    frame(page)
    label = page.locator(".rs-stage").get_attribute("aria-label")
    return [float(share) for share in re.findall(r"(?:up|right|down|left) ([\d.]+\d)", label)]


def lead(page, key, squares):
    """Drag a piece by a number of squares, across and down."""
    x, y = middle(page, key)
    side = page.evaluate("document.querySelector('.rs-stage').viewBox.baseVal.height > 300 ? 112 : 70")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + side * squares[0], y + side * squares[1], steps=4)
    page.mouse.up()
    frame(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_player_follows_the_goal_to_another_square(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    open_picture(page, Board())
    assert shares(page)[1] > 0.99
    lead(page, "goal", (-2, 1))
    assert value(page, "goal") == 5
    lead(page, "player", (-1, 0))
    assert (value(page, "player"), shares(page)[2]) == (1, 1)
    lead(page, "goal", (-5, 0))  # not beyond the border
    assert value(page, "goal") == 4


def test_two_pieces_are_never_on_one_square_and_arrow_keys_lead_from_square_to_square(page):
    open_picture(page, Board())
    lead(page, "goal", (0, 1))
    assert (value(page, "goal"), value(page, "pit")) == (3, 7)
    page.locator(".rs-handle[data-key=player]").focus()
    page.keyboard.press("ArrowRight")
    assert value(page, "player") == 2
    for key, square in (("ArrowDown", 6), ("ArrowLeft", 5), ("ArrowUp", 1), ("ArrowUp", 1)):
        page.keyboard.press(key)
        assert value(page, "player") == square
    box = page.locator(".rs-stage").bounding_box()
    page.mouse.click(box["x"] + 16 + 56, box["y"] + 36 + 2.4 * 112)  # a tap leads the player
    assert value(page, "player") == 8


def test_with_logsumexp_the_player_leaves_the_goal_and_with_mellowmax_it_does_not(page):
    open_picture(page, Board())
    slider = page.locator("input[data-key=alpha]")
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    assert value(page, "alpha") == 0.1
    assert shares(page)[1::2] == [0.11, 0.44]
    mellow = page.get_by_role("button", name="Use mellowmax")
    mellow.press("Enter")
    assert shares(page)[1] == 0.86
    expect(mellow).to_have_attribute("aria-pressed", "true")

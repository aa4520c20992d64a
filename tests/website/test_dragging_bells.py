"""The picture of two bells in a browser."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from regsoft.live import Bells
from regsoft.live.bells import log_odds
from tests.website.pictures import frame, middle, open_picture, value
from tests.website.test_dragging_sparse import move

UNIT = 536 / 10  # pixels


def drawn(page, which):
    """Return the values of z between which a purple curve is drawn: 0 the probability, 1 the log-odds."""
    line = page.locator(".rs-stage path[style*='--rs-purple']").nth(which).get_attribute("d")
    across = np.array(re.findall(r"-?[\d.]+", line), float).reshape(-1, 2)[:, 0]
    return [-5 + (across.min() - 40) / UNIT, -5 + (across.max() - 40) / UNIT]


@pytest.mark.parametrize(
    ("key", "by", "expected"), [("a", -1.5, -2.5), ("b", 1.25, 2.25), ("z", -2, -1.5), ("b", 9, 3)]
)
def test_means_and_measurement_are_dragged_across(page, key, by, expected):
    open_picture(page, Bells())
    x, _ = middle(page, key)
    move(page, key, (by * UNIT, 30))
    assert value(page, key) == pytest.approx(expected, abs=0.03)
    assert middle(page, key)[0] - x == pytest.approx((expected - getattr(Bells(), key)) * UNIT, abs=2)


def test_a_click_puts_the_measurement_there(page):
    open_picture(page, Bells())
    box = page.locator(".rs-stage").bounding_box()
    page.mouse.click(box["x"] + 40 + 2 * UNIT, box["y"] + 400)
    assert value(page, "z") == pytest.approx(-3, abs=0.03)


def test_the_curves_are_traced_as_far_as_the_measurement_was_moved(page):
    open_picture(page, Bells())
    move(page, "z", (UNIT, 0))
    move(page, "z", (-2 * UNIT, 0))
    assert drawn(page, 0) == pytest.approx([-0.5, 1.5], abs=0.05)
    page.locator("input[data-key=q]").press("ArrowLeft")  # other bells
    frame(page)
    assert drawn(page, 0) == pytest.approx([value(page, "z")] * 2, abs=0.01)
    page.get_by_role("button", name="Show the curves").click()
    frame(page)
    assert drawn(page, 0) == pytest.approx([-5, 5], abs=0.01)
    page.get_by_role("button", name="Reset").click()
    frame(page)
    assert drawn(page, 0) == pytest.approx([0.5, 0.5], abs=0.01)


def test_a_line_ends_where_the_log_odds_leave_their_panel(page):
    open_picture(page, Bells(answer=True))
    assert drawn(page, 1) == pytest.approx([-3, 3], abs=0.01)
    assert "the log-odds are a line of slope 2.00." in page.locator(".rs-stage").get_attribute("aria-label")
    page.locator("input[data-key=s]").press("ArrowRight")
    frame(page)
    low, high = drawn(page, 1)
    assert [log_odds(v, -1, 1, 0.5, 1.05) for v in (low, high)] == pytest.approx([-6, 6], abs=0.02)
    assert "a parabola." in page.locator(".rs-stage").get_attribute("aria-label")


def test_a_dot_that_leaves_the_panel_is_hidden(page):
    open_picture(page, Bells(a=-3, b=3, z=0.5))
    dot = page.locator(".rs-stage circle[style*='--rs-purple']").nth(1)
    expect(dot).not_to_have_class("rs-hidden")
    page.locator("input[data-key=z]").fill("2")
    frame(page)
    expect(dot).to_have_class("rs-hidden")

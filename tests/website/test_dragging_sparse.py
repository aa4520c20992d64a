"""The picture of sparse shares in a browser: the plane, the pillars, and what they do to each other."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from regsoft import sparsemax
from regsoft.live import Entmax, Sparsemax
from regsoft.live.sparse import MIDDLE, UNIT, _at, border
from tests.website.pictures import finger, frame, middle, open_picture, value

SCORES = ("x1", "x2", "x3")


def scores(page):
    return np.array([value(page, key) for key in SCORES])


def move(page, key, by):
    """Drag a handle, and wait until it is drawn."""
    x, y = middle(page, key)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0], y + by[1], steps=4)
    page.mouse.up()
    frame(page)


def corner(page):
    box = page.locator(".rs-stage").bounding_box()
    return np.array([box["x"], box["y"]])


def test_the_point_follows_the_mouse_over_the_plane_and_the_mean_of_the_scores_stays_free(page):
    open_picture(page, Sparsemax(x1=0.9, x2=0.4, x3=-0.7))
    before = scores(page)
    at = np.array(middle(page, "point"))
    assert at - corner(page) == pytest.approx(_at(before), abs=0.6)
    move(page, "point", (-30, -40))
    assert middle(page, "point") == pytest.approx(at + np.array([-30, -40]), abs=1)
    now = scores(page)
    assert _at(now) - _at(before) == pytest.approx((-30, -40), abs=0.5)
    ends = [now.min() + now.max(), before.min() + before.max()]
    assert ends[0] == pytest.approx(ends[1], abs=0.002)  # what all have in common has not moved


def test_the_point_stops_at_the_frame(page):
    open_picture(page, Sparsemax())
    move(page, "point", (400, 0))
    assert np.abs(scores(page)).max() == 2
    assert middle(page, "point")[0] - corner(page)[0] <= MIDDLE[0] + 2 * UNIT + 0.5
    assert scores(page)[1] - scores(page)[0] == 4


@pytest.mark.parametrize("i", [0, 1, 2])
def test_a_pillar_is_pulled_by_its_top_and_takes_the_point_along(page, i):
    open_picture(page, Sparsemax(x1=0.0, x2=0.0, x3=0.0))
    move(page, SCORES[i], (50, -242 / 4.5))  # a unit up; sideways it does not go
    assert scores(page) == pytest.approx(np.eye(3)[i], abs=0.01)
    assert np.array(middle(page, "point")) - corner(page) == pytest.approx(_at(np.eye(3)[i]), abs=1)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_shares_and_the_options_that_have_one_are_those_of_sparsemax(page, width):
    page.set_viewport_size({"width": width, "height": 1000})
    open_picture(page, Sparsemax())
    for key, by in (("x3", (0, -40)), ("x1", (0, 60)), ("point", (50, 20)), ("point", (-10, -70))):
        move(page, key, by)
        w = sparsemax(scores(page), 1.0)
        told = page.locator(".rs-stage").get_attribute("aria-label")
        kept = ", ".join(str(i + 1) for i in np.flatnonzero(w))
        assert f"options with a positive share: {kept}; " in told
        shares = [float(share) for share in re.search(r"shares (.*), level", told)[1].split(", ")]
        assert shares == pytest.approx(w, abs=6e-4)


def test_arrow_keys_move_the_point_across_and_up(page):
    open_picture(page, Sparsemax(x1=0.0, x2=0.0, x3=0.0))
    handle = page.locator(".rs-handle[data-key=point]")
    handle.focus()
    page.keyboard.press("ArrowRight")
    assert scores(page) == pytest.approx([-0.05, 0.05, 0], abs=0.001)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")
    third = scores(page)[2] - scores(page)[0]
    assert scores(page)[1] - scores(page)[0] == pytest.approx(0, abs=0.003)
    assert third == pytest.approx(0.5 * 3**0.5, abs=0.01)
    frame(page)
    assert handle.get_attribute("aria-valuetext").count(", ") == 2


def test_a_tap_on_the_plane_puts_the_point_there_and_a_sweep_scrolls(phone):
    open_picture(phone, Entmax())
    box = phone.locator(".rs-stage").bounding_box()
    phone.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + 90)
    phone.wait_for_function("model.get('x3') > 0.5")
    before = scores(phone)
    finger(phone, (box["x"] + 60, box["y"] + 480), (0, -150))
    assert phone.evaluate("scrollY") > 50
    assert scores(phone) == pytest.approx(before)


@pytest.mark.parametrize(("order", "alpha"), [(1.25, 0.25), (1.5, 1.0), (2.0, 2.0), (3.0, 0.5), (1.0, 1.0)])
def test_the_borders_lie_where_python_draws_them(page, order, alpha):
    open_picture(page, Entmax(order=order, alpha=alpha, cells=True))
    frame(page)
    lines = page.locator(".rs-stage .rs-fades path").evaluate_all(
        "(all) => all.map((line) => line.getAttribute('d'))"
    )
    for i, line in enumerate(lines):
        drawn = np.array(re.findall(r"-?[\d.]+", line), float).reshape(-1, 2)
        expected = _at(border(i, order, alpha))
        if len(expected) == 0:
            assert line == "M0 0"
        else:
            np.testing.assert_allclose(drawn, expected, atol=0.051)


def test_at_order_1_the_water_is_gone_and_every_option_has_a_share(page):
    open_picture(page, Entmax(cells=True))
    level = page.locator(".rs-stage text").filter(has_text=re.compile("^λ$"))
    assert "rs-hidden" not in (level.get_attribute("class") or "")
    page.locator("input[data-key=order]").press("Home")
    frame(page)
    assert "rs-hidden" in level.get_attribute("class")
    expect(page.locator(".rs-stage")).to_have_attribute(
        "aria-label", re.compile("options with a positive share: 1, 2, 3")
    )
    assert page.locator(".rs-row").count() == 5


def test_the_cells_are_shown_when_they_are_asked_for(page):
    open_picture(page, Sparsemax())
    cells = page.locator(".rs-stage .rs-fades")
    expect(cells).to_have_css("opacity", "0")
    page.get_by_role("button", name="Show the cells").press("Enter")
    expect(cells).to_have_css("opacity", "1")
    assert value(page, "cells") is True
    assert page.locator(".rs-row").count() == 4  # no order

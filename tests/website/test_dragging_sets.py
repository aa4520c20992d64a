"""The picture of three sets in a browser: both scores at once, and what moves."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from regsoft.live import Sets
from regsoft.live.sets import best
from tests.website.pictures import frame, middle, open_picture, value


def told(page):
    """The two scores, and the best points of the three sets, as the picture says them."""
    label = page.locator(".rs-stage").get_attribute("aria-label").replace("−", "-")
    scores = [float(score) for score in re.search(r"scores (.*) at α", label)[1].split(" and ")]
    points = [[float(share) for share in point.split(", ")] for point in re.findall(r"\((.*?)\)", label)]
    return np.array(scores), np.array(points)


def pull(page, by):
    x, y = middle(page, "point")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0], y + by[1], steps=4)
    page.mouse.up()
    frame(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_along_the_dashed_line_the_point_of_the_segment_alone_stays(page, width):
    page.set_viewport_size({"width": width, "height": 1000})
    open_picture(page, Sets(c=-1, gap=1))
    frame(page)
    before = told(page)
    pull(page, (60, -60))
    scores, points = told(page)
    assert np.diff(scores) == pytest.approx([-1], abs=0.02)
    assert scores.mean() > before[0].mean() + 2
    assert points[0] == pytest.approx(before[1][0], abs=2e-3)
    assert (points[1:].sum(axis=1) > before[1][1:].sum(axis=1) + 0.2).all()
    assert points == pytest.approx(
        np.array(best(scores, 1.0)), abs=6e-3
    )  # the scores are said to a hundredth


def test_arrow_keys_move_one_score_each_and_the_point_stops_at_the_frame(page):
    open_picture(page, Sets())
    page.locator(".rs-handle").focus()
    page.keyboard.press("ArrowRight")
    assert (value(page, "c"), value(page, "gap")) == pytest.approx((0.55, 1.1))
    page.keyboard.press("ArrowUp")
    assert (value(page, "c"), value(page, "gap")) == pytest.approx((0.6, 1.0))
    pull(page, (300, 300))
    assert (value(page, "gap"), abs(value(page, "c")) < 4) == (4, True)


def test_the_paths_are_shown_when_they_are_asked_for_and_lead_through_the_points(page):
    open_picture(page, Sets(c=1, gap=-1, alpha=0.5))
    paths = page.locator(".rs-stage .rs-fades")
    expect(paths).to_have_css("opacity", "0")
    page.get_by_role("button", name="Show the paths").press("Enter")
    expect(paths).to_have_css("opacity", "1")
    frame(page)
    ends = [
        np.array(re.findall(r"[\d.]+", mark.get_attribute("transform")), float)[:2]
        for mark in page.locator(".rs-above > *").all()
    ]
    for mark, way in zip(ends[1:], page.locator(".rs-fades path").all(), strict=True):
        places = np.array(re.findall(r"-?[\d.]+", way.get_attribute("d")), float).reshape(-1, 2)
        assert np.hypot(*(places - mark).T).min() < 15

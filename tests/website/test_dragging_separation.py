"""The picture of logistic regression in a browser."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from regsoft.live import Separation
from regsoft.live.separation import FIXED, LABELS, descend
from tests.website.pictures import frame, middle, open_picture, value
from tests.website.test_dragging_sparse import move

UNIT = 284 / 6  # pixels


def length(page):
    told = page.locator(".rs-stage").get_attribute("aria-label")
    return float(re.search(r"‖w‖ = ([\d.]+)", told)[1])


def test_the_point_is_dragged_over_the_plane_and_the_weights_are_fitted_again(page):
    open_picture(page, Separation())
    x, y = middle(page, "point")
    move(page, "point", (2.5 * UNIT, -UNIT))
    assert (value(page, "z1"), value(page, "z2")) == pytest.approx((1.3, 0.6), abs=0.01)
    assert middle(page, "point") == pytest.approx((x + 2.5 * UNIT, y - UNIT), abs=1)
    points = [*FIXED, (value(page, "z1"), value(page, "z2"))]
    assert length(page) == pytest.approx(np.linalg.norm(descend(points, LABELS, [100])[0]), abs=0.006)
    move(page, "point", (500, 0))
    assert value(page, "z1") == 3


def test_the_steps_are_dragged_along_their_axis_and_moved_by_keys(page):
    open_picture(page, Separation())
    before = length(page)
    move(page, "steps", (65, 0))  # 260 pixels for four powers of 10
    assert value(page, "steps") == pytest.approx(1000, rel=0.02)
    assert length(page) > before
    page.locator(".rs-handle[data-key=steps]").focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    assert value(page, "steps") == pytest.approx(100, rel=0.02)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert value(page, "steps") == 10_000
    page.locator("input[data-key=steps]").press("Home")
    frame(page)
    assert "after 1 step;" in page.locator(".rs-stage").get_attribute("aria-label").replace("step.", "step;")
    page.locator("input[data-key=steps]").press("End")
    assert value(page, "steps") == 10_000


def test_the_verdict_follows_the_point(page):
    open_picture(page, Separation())
    verdict = page.locator(".rs-stage .rs-fades")
    expect(verdict).to_have_css("opacity", "0")
    page.get_by_role("button", name="Show the verdict").press("Enter")
    expect(verdict).to_have_css("opacity", "1")
    expect(verdict.locator("text")).to_have_text("no line separates them: ‖w‖ converges")
    page.locator("input[data-key=z1]").press("End")
    frame(page)
    expect(verdict.locator("text")).to_have_text("a line separates them: ‖w‖ grows without end")


def test_the_lines_lie_where_python_draws_them(page):
    open_picture(page, Separation(steps=300), still=True)
    frame(page)
    live = page.locator(".rs-stage path[style*='--rs-ink'][stroke-width='1.8']").last.get_attribute("d")
    ours = np.array(re.findall(r"-?[\d.]+", live), float).reshape(2, 2)
    still = page.locator("#still svg path").evaluate_all("(all) => all.map((path) => path.getAttribute('d'))")
    theirs = [np.array(re.findall(r"-?[\d.]+", d), float) / 0.75 for d in still if d and d.count(" ") == 5]
    assert any(np.abs(places.reshape(-1, 2) - ours).max() < 0.2 for places in theirs if places.size == 4)

"""The pictures of the divergence and of the conjugate in a browser."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from regsoft import kl_divergence, logit, softplus
from regsoft.live import Conjugate, Divergence
from tests.website.pictures import frame, middle, open_picture, value
from tests.website.test_dragging_sparse import move


def numbers(page):
    """Return the numbers with decimals in the sentence of a picture."""
    told = page.locator(".rs-stage").get_attribute("aria-label").replace("−", "-")
    return [float(number) for number in re.findall(r"-?\d+\.\d+", told)]


# --------------------------------------------------------------------------------------------------- divergence


@pytest.mark.parametrize(("key", "by", "expected"), [("w", 104, 0.4), ("q", -208, 0.15), ("w", -300, 0.1)])
def test_a_point_is_dragged_along_the_curve(page, key, by, expected):
    open_picture(page, Divergence())
    x, _ = middle(page, key)
    move(page, key, (by, 60))  # it stays on the curve: 416 pixels from 0 to 1
    assert value(page, key) == pytest.approx(expected, abs=0.003)
    assert middle(page, key)[0] - x == pytest.approx(416 * (expected - getattr(Divergence(), key)), abs=1.5)
    w, q = value(page, "w"), value(page, "q")
    assert numbers(page)[2] == pytest.approx(kl_divergence([w, 1 - w], [q, 1 - q]), abs=6e-4)


def test_a_swap_shows_that_the_divergence_is_not_symmetric(page):
    open_picture(page, Divergence(w=0.2, q=0.7))
    there, back = (kl_divergence([a, 1 - a], [b, 1 - b]) for a, b in ((0.2, 0.7), (0.7, 0.2)))
    assert numbers(page) == pytest.approx([0.7, 0.2, there], abs=6e-4)
    page.get_by_role("button", name="Swap w and q").press("Enter")
    frame(page)
    assert (value(page, "w"), value(page, "q"), value(page, "both")) == (0.7, 0.2, True)
    assert numbers(page) == pytest.approx([0.2, 0.7, back, there], abs=6e-4)
    page.get_by_role("button", name="Swap w and q").click()
    frame(page)
    assert numbers(page) == pytest.approx([0.7, 0.2, there, back], abs=6e-4)
    page.get_by_role("button", name="Reset").click()
    frame(page)
    assert value(page, "both") is False


def test_of_two_points_that_lie_together_each_can_be_taken(page):
    open_picture(page, Divergence(w=0.5, q=0.52))
    move(page, "q", (80, 0))
    assert value(page, "w") == 0.5
    assert value(page, "q") == pytest.approx(0.52 + 80 / 416, abs=0.005)


# ---------------------------------------------------------------------------------------------------- conjugate


def test_the_tangent_rolls_where_the_touching_point_is_dragged(page):
    open_picture(page, Conjugate(alpha=0.5))
    x, _ = middle(page, "touch")
    move(page, "touch", (-272 * 0.4, 0))  # 272 pixels from 0 to 1
    w = 1 / (1 + np.exp(-2.0)) - 0.4
    assert value(page, "x") == pytest.approx(logit(w, 0.5), abs=0.01)
    assert middle(page, "touch")[0] - x == pytest.approx(-272 * 0.4, abs=1.5)
    move(page, "touch", (-272, 0))
    assert value(page, "x") == -2  # beyond the end of the curve


def test_the_score_is_dragged_across_the_second_panel(page):
    open_picture(page, Conjugate())
    move(page, "x", (-272 / 4.5, 30))
    assert value(page, "x") == pytest.approx(0, abs=0.005)
    assert numbers(page)[3:] == pytest.approx([-softplus(0.0), softplus(0.0)], abs=6e-4)


def test_the_keys_roll_the_tangent(page):
    open_picture(page, Conjugate())
    page.locator(".rs-handle[data-key=touch]").focus()
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ArrowUp")
    assert value(page, "x") == pytest.approx(0.55)


def drawn(page):
    """Return the scores between which the conjugate is drawn."""
    line = page.locator(".rs-stage g > path[style*='--rs-blue']").nth(1).get_attribute("d")
    places = np.array(re.findall(r"-?[\d.]+", line), float).reshape(-1, 2)
    return list(-2.25 + 4.5 * (places[[0, -1], 0] - 392) / 272)


def test_the_conjugate_is_traced_as_far_as_the_tangent_is_rolled(page):
    open_picture(page, Conjugate(x=0.5))
    assert drawn(page) == pytest.approx([0.5, 0.5], abs=0.01)
    move(page, "x", (60, 0))
    move(page, "x", (-160, 0))
    low, high = 0.5 - 100 * 4.5 / 272, 0.5 + 60 * 4.5 / 272
    assert drawn(page) == pytest.approx([low, high], abs=0.02)
    page.locator("input[data-key=alpha]").press("ArrowLeft")  # another curve
    frame(page)
    assert drawn(page) == pytest.approx([value(page, "x")] * 2, abs=0.01)
    move(page, "x", (60, 0))
    page.get_by_role("button", name="Reset").click()
    frame(page)
    assert drawn(page) == pytest.approx([0.5, 0.5], abs=0.01)
    page.get_by_role("button", name="Show the conjugate").click()
    frame(page)
    assert drawn(page) == pytest.approx([-2.25, 2.25], abs=0.01)


def test_the_answer_is_hidden_until_it_is_asked_for(page):
    open_picture(page, Conjugate())
    answer = page.locator(".rs-stage .rs-fades")
    expect(answer).to_have_css("opacity", "0")
    assert "cuts at" not in page.locator(".rs-stage").get_attribute("aria-label")
    page.get_by_role("button", name="Show the conjugate").click()
    expect(answer).to_have_css("opacity", "1")
    assert "the conjugate has slope 0.731; cuts at α H(w) = 0.582" in page.locator(".rs-stage").get_attribute(
        "aria-label"
    )

"""The pictures of three options and of the hill, dragged in a browser."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import regsoft
from regsoft.live import Hill, Shares, Split
from regsoft.live._simplex import BASE, FIELD, TOP
from regsoft.live.split import DROPS, _outline
from tests.website.pictures import finger, frame, open_picture, value

THREE = [Split, Shares]
UNIT = {Split: (BASE - TOP) / 9.5, Shares: (BASE - TOP) / 5.2}  # pixels for 1 on the axis of scores
of_three = pytest.mark.parametrize("kind", THREE)


def shown(page: Page, picture: object) -> None:
    page.set_viewport_size({"width": 800, "height": 900})
    open_picture(page, picture)


def middle(page: Page, key: str, number: int = 0) -> tuple[float, float]:
    box = page.locator(f".rs-handle[data-key={key}] .rs-dot").nth(number).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def dragged(page: Page, start: tuple[float, float], by: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + by[0], start[1] + by[1], steps=4)
    page.mouse.up()
    frame(page)


def at(page: Page, shares: list[float]) -> tuple[float, float]:
    """The place of shares on the page."""
    box, (x, y) = page.locator(".rs-stage").bounding_box(), FIELD.at(shares)
    return box["x"] + x, box["y"] + y


@of_three
def test_a_bar_is_dragged_by_its_top_and_stays_within_its_limits(page, kind):
    shown(page, kind())
    dragged(page, middle(page, "x", 1), (0, -1.5 * UNIT[kind]))
    assert value(page, "x") == pytest.approx([1, 3.5, 4], abs=0.02)
    dragged(page, middle(page, "x", 0), (0, 300))
    assert value(page, "x") == pytest.approx([0, 3.5, 4], abs=0.02)
    dragged(page, middle(page, "x", 2), (0, -300))
    assert value(page, "x") == pytest.approx([0, 3.5, 5], abs=0.02)


@of_three
def test_the_readers_shares_follow_the_mouse_and_stay_in_the_triangle(page, kind):
    shown(page, kind())
    (x, y), (goal_x, goal_y) = middle(page, "w"), at(page, [0.2, 0.5, 0.3])
    dragged(page, (x, y), (goal_x - x, goal_y - y))
    assert value(page, "w") == pytest.approx([0.2, 0.5, 0.3], abs=0.005)
    (x, y), (goal_x, goal_y) = middle(page, "w"), at(page, [0, 0, 1])
    dragged(page, (x, y), (goal_x - x, goal_y - y - 60))  # beyond the corner
    assert value(page, "w") == pytest.approx([0, 0, 1], abs=1e-9)
    assert sum(value(page, "w")) == pytest.approx(1, abs=1e-12)


@of_three
def test_the_best_shares_can_be_dragged_once_they_are_shown_and_the_scores_follow(page, kind):
    shown(page, kind())
    best = at(page, list(regsoft.softmax([1.0, 2.0, 4.0])))
    dragged(page, best, (0, 60))  # what is hidden cannot be taken
    assert value(page, "x") == [1, 2, 4]
    expect(page.locator(".rs-handle[data-key=best]")).to_be_hidden()
    page.get_by_role("button", name="Show").click()
    own, goal = value(page, "w"), at(page, [0.3, 0.3, 0.4])
    dragged(page, middle(page, "best"), (goal[0] - best[0], goal[1] - best[1]))
    scores = value(page, "x")
    assert regsoft.softmax(scores) == pytest.approx([0.3, 0.3, 0.4], abs=0.01)
    assert sum(scores) == pytest.approx(7, abs=0.05)
    assert middle(page, "best") == pytest.approx(goal, abs=2)
    assert value(page, "w") == own
    goal = at(page, [1, 0, 0])  # no scores within the limits lead there
    dragged(page, middle(page, "best"), (goal[0] - 400, 300))
    assert (min(value(page, "x")), max(value(page, "x"))) == pytest.approx((0, 5))


@of_three
def test_a_click_puts_the_readers_shares_or_a_score_there(page, kind):
    shown(page, kind())
    page.mouse.click(*at(page, [0.1, 0.8, 0.1]))
    assert value(page, "w") == pytest.approx([0.1, 0.8, 0.1], abs=0.01)
    x, y = middle(page, "x", 0)
    page.mouse.click(x, y - 2 * UNIT[kind])
    assert value(page, "x") == pytest.approx([3, 2, 4], abs=0.03)
    before = value(page, "w")
    box = page.locator(".rs-stage").bounding_box()
    page.mouse.click(box["x"] + 340, box["y"] + 340)  # between the two, under both
    assert value(page, "w") == before


@of_three
def test_a_slider_of_a_share_leaves_the_others_in_their_ratio(page, kind):
    shown(page, kind(w=[0.2, 0.6, 0.2]))
    slider = page.locator("input[data-key=w]").first
    slider.evaluate("(input) => { input.value = 0.6; input.dispatchEvent(new Event('input')); }")
    assert value(page, "w") == pytest.approx([0.6, 0.3, 0.1])
    slider.press("End")
    assert value(page, "w") == pytest.approx([1, 0, 0])
    slider.press("ArrowLeft")
    assert value(page, "w") == pytest.approx([0.99, 0.005, 0.005])
    expect(page.locator("input[data-key=x]").nth(2)).to_have_value("4")
    page.locator("input[data-key=x]").nth(2).press("ArrowLeft")
    assert value(page, "x") == pytest.approx([1, 2, 3.95])


@of_three
def test_arrow_keys_move_each_handle(page, kind):
    shown(page, kind(answer=True))
    page.locator(".rs-handle[data-key=x]").nth(1).press("ArrowUp")
    assert value(page, "x") == pytest.approx([1, 2.05, 4])
    own, before = page.locator(".rs-handle[data-key=w]"), value(page, "w")
    own.press("ArrowUp")
    after = value(page, "w")
    assert after[2] > before[2]
    assert after[0] - before[0] == pytest.approx(after[1] - before[1])
    own.press("ArrowDown")
    own.press("Shift+ArrowRight")
    assert value(page, "w")[1] == pytest.approx(before[1] + 30 / 292, abs=0.001)
    page.locator(".rs-handle[data-key=best]").press("ArrowLeft")
    scores = value(page, "x")
    assert scores[0] > 1
    assert scores[1] < 2.05


@of_three
def test_a_finger_drags_shares_and_bars_and_elsewhere_scrolls(phone, kind):
    open_picture(phone, kind())
    frame(phone)
    finger(phone, middle(phone, "w"), (0, -60))
    assert value(phone, "w")[2] > 0.45
    finger(phone, middle(phone, "x", 0), (0, -30))
    assert value(phone, "x")[0] > 1.5
    assert phone.evaluate("scrollY") == 0
    x, y = middle(phone, "w")
    finger(phone, (x - 60, y), (0, -200))
    assert phone.evaluate("scrollY") > 100


@of_three
def test_what_the_reader_moves_is_answered_in_words(page, kind):
    shown(page, kind(answer=True))
    spoken = page.locator(".rs-spoken")
    page.locator("input[data-key=alpha]").press("ArrowRight")
    expect(spoken).to_have_text(re.compile("^(your w .*worth 3.\\d+; best w|softmax) "))
    page.locator(".rs-handle[data-key=w]").press("ArrowRight")
    expect(spoken).to_have_text(re.compile(r"^your w \(0.39, 0.31, 0.30\)"))
    page.get_by_role("button", name="Reset").click()
    frame(page)
    assert [value(page, name) for name in ("x", "alpha", "w", "answer")] == [
        [1, 2, 4],
        1,
        [0.4, 0.3, 0.3],
        True,
    ]


def test_still_and_live_picture_draw_the_same_curves_after_a_score_has_changed(page):
    shown(page, Split(answer=True))
    page.evaluate("model.set('x', [4, 2, 3])")
    frame(page)
    drawn = page.locator(".rs-fades path.rs-line").evaluate_all(
        "(all) => all.map((path) => path.getAttribute('d'))"
    )
    assert len(drawn) == len(DROPS)
    for path, (drop, _) in zip(drawn, DROPS, strict=True):
        points = np.array(re.findall(r"[-\d.]+", path), float).reshape(-1, 2)
        ours = np.transpose(FIELD.at(_outline(regsoft.softmax([4.0, 2.0, 3.0]), drop)))[:-1]
        np.testing.assert_allclose(points, ours, atol=0.06)


@of_three
@pytest.mark.parametrize("width", [600, 650, 720])
def test_no_word_beside_the_bars_reaches_the_triangle(page, kind, width):
    page.set_viewport_size({"width": width, "height": 900})
    open_picture(page, kind(x=[5, 5, 5], alpha=4, answer=True))
    frame(page)
    corner = page.locator(".rs-stage").get_by_text("w₁", exact=True).last.bounding_box()
    for word in page.locator(".rs-stage text").all():
        box = word.bounding_box()
        if box["y"] > 120 and box["x"] < corner["x"]:
            assert box["x"] + box["width"] <= corner["x"]


@pytest.mark.parametrize(("key", "by", "expected"), [("x", 174 / 3.1, 0), ("alpha", 87 / 3.1 * 0.6931, 0.5)])
def test_the_line_and_the_arch_are_dragged_and_the_hill_follows(page, key, by, expected):
    shown(page, Hill())
    dragged(page, middle(page, key), (0, by))
    assert value(page, key) == pytest.approx(expected, abs=0.01)
    x, alpha = value(page, "x"), value(page, "alpha")
    assert f"largest at σ(x/α) = {regsoft.sigmoid(x, alpha):.3f}" in page.locator(".rs-stage").get_attribute(
        "aria-label"
    )
    dragged(page, middle(page, key), (0, 400))
    assert value(page, key) == {"x": -1, "alpha": 0.05}[key]


def test_on_a_phone_the_sum_stands_above_its_parts(phone):
    open_picture(phone, Hill())
    frame(phone)
    titles = {
        name: phone.get_by_text(name, exact=True).first.bounding_box()
        for name in ("w x", "α H(w)", "w x + α H(w)")
    }
    line, arch, hill = titles.values()
    assert hill["y"] < line["y"] == arch["y"]
    assert line["x"] < arch["x"]
